//! Whether a command only reads the store. A backup is then opened without changing it.

use super::{ExportTask, KeyTask, PlansTask, PolicyTask, RolesTask, Task};

impl Task {
    pub(in crate::cli) fn only_reads(&self) -> bool {
        match self {
            Self::Info(_)
            | Self::Users(_)
            | Self::Backup(_)
            | Self::History(_)
            | Self::Report(_) => true,
            Self::Export(args) => match args.task {
                ExportTask::Users { .. } | ExportTask::Pins { .. } | ExportTask::Script(_) => true,
            },
            Self::Import(args) => args.what_if,
            Self::Lock(args) => args.change.how.what_if,
            Self::Unlock(args) | Self::ResetFailures(args) => args.how.what_if,
            Self::Undo(args) => args.how.what_if,
            Self::Apply(args) => args.how.what_if,
            Self::SetPin(args) => args.how.what_if,
            Self::Run(args) => args.what_if || args.explain,
            Self::Plans(args) => matches!(args.task, None | Some(PlansTask::Show { .. })),
            Self::Policy(args) => matches!(
                args.task,
                None | Some(PolicyTask::Show { .. } | PolicyTask::Simulate { .. })
            ),
            Self::Roles(args) => matches!(args.task, None | Some(RolesTask::List)),
            Self::Protected(args) => args.task.is_none(),
            Self::Approval(args) => {
                args.above.is_none()
                    && args.hours.is_none()
                    && args.others_locks.is_none()
                    && args.reason_for.is_none()
                    && args.ticket_for.is_none()
                    && args.ticket_pattern.is_none()
            }
            Self::Hooks(args) => args.before.is_none() && args.after.is_none(),
            Self::Key(args) => matches!(
                args.task,
                None | Some(KeyTask::Status | KeyTask::Import { .. })
            ),
            Self::Backups | Self::Check | Self::Recover(_) => true,
            Self::Init(_) | Self::Store(_) | Self::Restore(_) | Self::Authenticate(_) => false,
        }
    }
}
