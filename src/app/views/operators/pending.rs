//! Changes of settings that need approval: the operators view offers to submit them.

use crate::app::state::review_words;
use crate::app::{App, JobSlot, Notice, OperatorsTab, PendingChange, WindowView};
use crate::plan::{PlanId, SettingsWish};
use crate::store::StoreError;
use crate::worker::JobFailed;
use crate::worker::jobs::SubmitSettings;

impl App {
    /// The function that handles a failed change: it shows the failure in the operators view. If the
    /// change needs approval, the view offers to submit it.
    pub(super) fn refused_or_pending(
        wish: impl Into<Option<SettingsWish>>,
    ) -> impl FnOnce(&mut Self, &JobFailed) + 'static {
        let wish = wish.into();
        move |app, failed| {
            let needs_approval =
                matches!(failed, JobFailed::Store(StoreError::NeedsApproval { .. }));
            let pending = wish.filter(|_| needs_approval).map(|wish| PendingChange {
                wish,
                reason: String::new(),
            });
            // The change may have been made in the details of a user.
            if pending.is_some() && app.shown_view() != WindowView::Operators && !app.has_dialog() {
                app.show_view(WindowView::Operators);
                app.show_operators_tab(OperatorsTab::Protected);
            }
            if let Some(operators) = &mut app.operators {
                operators.notice = Some(Notice::error(failed.to_string()));
                operators.pending = pending;
            }
            app.report(failed);
        }
    }

    pub(in crate::app) fn set_pending_reason(&mut self, reason: String) {
        let operators = self.operators.as_mut();
        if let Some(pending) = operators.and_then(|operators| operators.pending.as_mut()) {
            pending.reason = reason;
        }
    }

    /// Submits the change that needs approval.
    pub(in crate::app) fn submit_pending(&mut self) {
        let operators = self.operators.as_ref();
        let pending = operators.and_then(|operators| operators.pending.clone());
        let Some(PendingChange { wish, reason }) = pending else {
            return;
        };
        if !self.is_writing() {
            let job = SubmitSettings { wish, reason };
            let failed = Self::refused_or_pending(None);
            self.submit(JobSlot::SUBMIT, job, Self::pending_submitted, failed);
        }
    }

    fn pending_submitted(&mut self, id: PlanId) {
        let text = review_words::submitted(id);
        if let Some(operators) = &mut self.operators {
            operators.notice = Some(Notice::outcome(&text));
            operators.pending = None;
        }
        self.say(text);
    }
}
