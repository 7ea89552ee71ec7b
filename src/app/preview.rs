//! Previews: making one and showing it in the panel.

use std::sync::Arc;

use super::{App, FocusTarget, JobSlot, LockEnd, PreviewList, WhatIfPanel, WindowView};
use crate::directory::Chosen;
use crate::domain::user::UserId;
use crate::plan::{Action, BatchId, Keep, Request};
use crate::store::Drift;
use crate::worker::JobFailed;
use crate::worker::jobs::{CountedPlan, MakePlan, PlanUndo, PlannedUndo};

impl App {
    /// Opens the preview of an action. Nothing changes before it is applied.
    pub(super) fn preview(&mut self, action: Action) {
        // With nobody selected, the user of the open details is meant.
        let of_details = self
            .details
            .as_ref()
            .map(|details| Chosen::only(details.id));
        let chosen = match of_details.filter(|_| self.selection.is_empty()) {
            Some(shown) => shown,
            None => self.selection.chosen.clone(),
        };
        self.preview_of(action, chosen);
    }

    /// Opens the preview of an action for these users.
    pub(super) fn preview_of(&mut self, action: Action, chosen: Chosen) {
        if self.is_writing() || matches!(self.panel, WhatIfPanel::Confirming { .. }) {
            return;
        }
        let Some(view) = &self.view else { return };
        if chosen.is_empty() {
            self.fail(format!(
                "{}: no user is selected. Select one or more users first.",
                action.label()
            ));
            return;
        }
        let selected = (chosen, view.directory.clone());
        if self.brings_reason {
            self.forget_reason();
        }
        let request = Request {
            action,
            targets: Vec::new(),
            keep: Keep::All,
            reason: self.reason.clone(),
            ticket: self.ticket.clone(),
        };
        self.details = None;
        self.panel = WhatIfPanel::Planning(Some(action));
        let job = MakePlan {
            request,
            selected: Some(selected),
        };
        self.submit(JobSlot::PLAN, job, Self::plan_made, Self::plan_failed);
    }

    /// Opens the preview of undoing a batch, or the operator's last one.
    pub(super) fn undo(&mut self, batch: Option<BatchId>, only: Option<UserId>) {
        if self.is_writing() || matches!(self.panel, WhatIfPanel::Confirming { .. }) {
            return;
        }
        self.show_view(WindowView::Users);
        self.details = None;
        self.panel = WhatIfPanel::Planning(None);
        let job = PlanUndo { batch, only };
        self.submit(JobSlot::PLAN, job, Self::undo_planned, Self::plan_failed);
    }

    fn plan_made(&mut self, plan: CountedPlan) {
        self.show_plan(plan, Vec::new());
    }

    fn undo_planned(&mut self, planned: PlannedUndo) {
        match planned {
            PlannedUndo::Pins(plan) => self.plan_made(*plan),
            PlannedUndo::Whole(undo) => self.show_change_sheet(*undo),
            PlannedUndo::Nothing => {
                self.panel = WhatIfPanel::Empty;
                self.say("There is nothing of yours to undo.");
            }
        }
    }

    /// Making or opening the plan for the panel has failed.
    pub(super) fn plan_failed(&mut self, failed: &JobFailed) {
        self.panel = WhatIfPanel::Failed {
            text: failed.to_string(),
            list: None,
        };
        self.report(failed);
    }

    pub(super) fn show_plan(&mut self, counted: CountedPlan, drifted: Vec<Drift>) {
        let CountedPlan {
            plan,
            tally,
            attack,
        } = counted;
        self.brings_reason =
            plan.undoes.is_some() || plan.source.is_some() || plan.reason != self.reason;
        // An undo or an opened plan has its own reason and ticket.
        self.reason.clone_from(&plan.reason);
        self.ticket.clone_from(&plan.ticket);
        let mut list = PreviewList::tallied(Arc::new(plan), tally).with_drifts(drifted);
        list.hold_to(&self.reason_check);
        (list.warnings).extend(attack.map(|attack| attack.words(self.zone())));
        self.previews += 1;
        self.pin_entry = None;
        self.say(list.sentence());
        self.panel = WhatIfPanel::Preview(list);
    }

    /// Clears the reason, the ticket and a typed PIN, because they belong to one preview only.
    pub(super) fn forget_reason(&mut self) {
        self.forget_typed();
        self.brings_reason = false;
    }

    pub(super) fn forget_typed(&mut self) {
        self.pin_entry = None;
        self.reason.clear();
        self.ticket.clear();
    }

    /// Types the end of the locks of the preview. The first one that is proposed is in a week.
    pub(super) fn set_lock_end(&mut self, text: Option<String>) {
        let (now, zone) = (self.now(), self.zone());
        if let WhatIfPanel::Preview(list) = &mut self.panel {
            let is_first = list.lock_end.is_none();
            list.end_locks(text.map(|text| match text.as_str() {
                "" if is_first => LockEnd::in_a_week(now, zone),
                _ => LockEnd::typed(text, zone),
            }));
        }
    }

    /// Why a preview cannot be applied as it is filled in: the end of its locks, the new PIN, the reason
    /// or the ticket. None if it can.
    pub fn typing_problem(&self, list: &PreviewList) -> Option<String> {
        let pin = || self.pin_problem(list).map(str::to_owned);
        let reason = || self.reason_problem(list);
        self.lock_end_problem(list).or_else(pin).or_else(reason)
    }

    /// Why the locks of a preview cannot end as it is typed. None if they can.
    pub fn lock_end_problem(&self, list: &PreviewList) -> Option<String> {
        let end = list.lock_end.as_ref()?;
        end.problem(self.now(), self.zone())
    }

    pub(super) fn take_out(&mut self, id: UserId) {
        self.panel = match std::mem::replace(&mut self.panel, WhatIfPanel::Empty) {
            WhatIfPanel::Preview(list) => WhatIfPanel::Preview(list.without(id)),
            other => other,
        };
        self.search_again();
    }

    pub(super) fn close_preview(&mut self) {
        match &self.panel {
            // A change that is being written cannot be closed.
            WhatIfPanel::Applying(_) => {}
            WhatIfPanel::Planning(_) => {
                self.cancel(JobSlot::PLAN);
                self.panel = WhatIfPanel::Empty;
            }
            _ => self.panel = WhatIfPanel::Empty,
        }
        self.notice = None;
        self.forget_reason();
        self.next_frame.focus = Some(FocusTarget::Grid);
        self.open_reading_pane();
    }
}
