//! Applying the preview: the confirmation question and the result.

use std::sync::Arc;

use super::{App, FocusTarget, ImportSheet, ImportStep, JobSlot, WhatIfPanel};
use crate::plan::words::{plural, users};
use crate::store::Applied;
use crate::worker::JobFailed;
use crate::worker::jobs::{ApplyPlan, ApplyTypedPin};

impl App {
    pub(super) fn ask_to_confirm(&mut self) {
        if self.is_picking_user() {
            return;
        }
        // Only a visible preview can be confirmed. Open details cover it, so the first press closes
        // them.
        if self.close_covering_details() || self.view.is_none() {
            return;
        }
        let zone = self.zone();
        let problem = self.panel.list().and_then(|list| self.typing_problem(list));
        if let Some(problem) = &problem {
            self.fail(problem.clone());
            self.focus_reason();
        }
        self.panel = match std::mem::replace(&mut self.panel, WhatIfPanel::Empty) {
            WhatIfPanel::Preview(mut list)
                if list.apply_obstacle().is_none() && problem.is_none() =>
            {
                list.refused = None;
                list.read_cautions(zone);
                self.next_frame.focus = Some(match (list.must_type_number(), list.cautions) {
                    (true, _) => FocusTarget::TypedNumber,
                    (false, 0) => FocusTarget::Confirm,
                    // Enter alone must not undo what somebody did on purpose.
                    (false, _) => FocusTarget::BackToPreview,
                });
                WhatIfPanel::Confirming {
                    list,
                    typed: String::new(),
                }
            }
            other => other,
        };
    }

    /// The file whose list is the preview.
    fn previewed_sheet(&mut self) -> Option<&mut ImportSheet> {
        let is_of_list = self.is_preview_of_list;
        self.import.as_mut().filter(|_| is_of_list)
    }

    /// Applies exactly the plan of the preview, with the reason and ticket typed in their fields. A
    /// submitted plan keeps its own reason and ticket.
    pub(super) fn apply(&mut self) {
        if !self.panel.is_confirmable() || self.is_writing() {
            return;
        }
        let WhatIfPanel::Confirming { mut list, .. } =
            std::mem::replace(&mut self.panel, WhatIfPanel::Empty)
        else {
            return;
        };
        if list.review.is_none() {
            let plan = list.ended_plan();
            self.reason.trim().clone_into(&mut plan.reason);
            self.ticket.trim().clone_into(&mut plan.ticket);
        }
        let plan = Arc::clone(&list.plan);
        let pin = self.typed_pin(&list);
        self.panel = WhatIfPanel::Applying(list);
        if let Some(sheet) = self.previewed_sheet() {
            sheet.step = ImportStep::Apply;
            sheet.saved = None;
        }
        let (done, failed) = (Self::applied, Self::apply_failed);
        match pin {
            Some(pin) => self.submit(JobSlot::APPLY, ApplyTypedPin(plan, pin), done, failed),
            None => self.submit(JobSlot::APPLY, ApplyPlan(plan), done, failed),
        }
    }

    fn applied(&mut self, applied: Applied) {
        let list = match std::mem::replace(&mut self.panel, WhatIfPanel::Empty) {
            WhatIfPanel::Applying(list) => list,
            other => {
                self.panel = other;
                self.refresh();
                return;
            }
        };
        let changed = applied.changed.len();
        let mut text = format!(
            "{}: {} {}.",
            list.plan.label(),
            users(changed),
            list.plan.done()
        );
        if !applied.drifted.is_empty() {
            let drifted = applied.drifted.len();
            text.push_str(&format!(
                " {} had changed since the preview and {} left alone.",
                users(drifted),
                plural(drifted, "was", "were")
            ));
        }
        self.say(text);
        let drifted = applied
            .drifted
            .iter()
            .map(|drift| (drift.id, drift.clone()))
            .collect();
        let mut list = list;
        list.put_first(&drifted);
        self.panel = WhatIfPanel::Result {
            list,
            applied: Box::new(applied),
            drifted,
        };
        self.forget_typed();
        self.next_frame.focus = Some(if self.is_preview_of_list {
            FocusTarget::ImportSheet
        } else {
            self.selection.clear();
            FocusTarget::Grid
        });
        self.refresh();
    }

    /// Applying failed. The preview stays open if the job was cancelled or the review rules refused
    /// it, because the operator can go on from there.
    fn apply_failed(&mut self, failed: &JobFailed) {
        if let Some(sheet) = self.previewed_sheet() {
            sheet.step = ImportStep::Preview;
        }
        use crate::store::StoreError::{Hook, NeedsApproval, NotAsSubmitted, PlanClosed};
        let is_review = matches!(
            failed,
            JobFailed::Store(
                NeedsApproval { .. } | NotAsSubmitted { .. } | PlanClosed { .. } | Hook(_)
            )
        );
        let list = self.panel.list().cloned();
        self.panel = match list {
            Some(list) if *failed == JobFailed::Cancelled || is_review => {
                WhatIfPanel::Preview(list)
            }
            list => WhatIfPanel::Failed {
                text: failed.to_string(),
                list,
            },
        };
        if is_review {
            self.show_refusal(failed.to_string());
        }
        if let (JobFailed::Store(NeedsApproval { .. }), Some(list)) =
            (failed, self.panel.list_mut())
        {
            list.is_sent_back = true;
        }
        self.report(failed);
    }

    /// Takes the users out of the preview whom another administrator has locked on purpose.
    pub(super) fn leave_out_cautious(&mut self) {
        self.back_to_preview();
        let mut left_out = 0;
        if let WhatIfPanel::Preview(list) = &mut self.panel {
            // The pressed button is gone.
            self.next_frame.focus = Some(FocusTarget::Apply);
            left_out = list.cautions;
            list.leave_out_cautious();
        }
        self.search_again();
        self.say(format!("{} left out.", users(left_out)));
    }

    pub(super) fn back_to_preview(&mut self) {
        self.panel = match std::mem::replace(&mut self.panel, WhatIfPanel::Empty) {
            WhatIfPanel::Confirming { list, .. } => {
                self.next_frame.focus = Some(FocusTarget::Apply);
                WhatIfPanel::Preview(list)
            }
            other => other,
        };
    }
}
