//! Typing a new PIN in the preview, and saving drawn ones as slips.

use super::{App, FocusTarget, JobSlot, NewPinEntry, PinText, PreviewList, WhatIfPanel};
use crate::domain::pin_digits::Pin;
use crate::domain::user::UserId;
use crate::plan::Action;
use crate::store::PinRules;
use crate::worker::JobFailed;
use crate::worker::jobs::{ReadPinRules, SaveSlips, SavedFile};

impl App {
    /// The only user who would get a new PIN by a preview. None for several users, whose PINs are
    /// always drawn, and for a plan of a review, since nobody keeps a PIN until it is applied.
    pub fn user_of_new_pin(&self, list: &PreviewList) -> Option<UserId> {
        let takes_one = list.plan.action == Some(Action::SetPin)
            && list.counts.will_change == 1
            && list.review.is_none()
            && list.needs.is_empty();
        let mut changes = list.plan.changes().filter(|_| takes_one);
        changes.next().map(|(_, user)| user.id)
    }

    /// The PIN that is typed for a preview.
    pub fn entry_of(&self, list: &PreviewList) -> Option<&NewPinEntry> {
        let user = self.user_of_new_pin(list)?;
        self.pin_entry.as_ref().filter(|entry| entry.user == user)
    }

    /// The next thing to do before the typed PIN can be set. None if none is typed.
    pub fn pin_problem(&self, list: &PreviewList) -> Option<&'static str> {
        self.entry_of(list)?.pin().err()
    }

    /// The typed PIN for the preview that is about to be applied.
    pub(super) fn typed_pin(&self, list: &PreviewList) -> Option<Pin> {
        self.entry_of(list)?.pin().ok()
    }

    /// Chooses whether the PIN is typed or drawn.
    pub(super) fn type_pin(&mut self, types: bool) {
        let WhatIfPanel::Preview(list) = &self.panel else {
            return;
        };
        let user = self.user_of_new_pin(list).filter(|_| types);
        self.pin_entry = user.map(NewPinEntry::new);
        if let Some(user) = user {
            self.next_frame.focus = Some(FocusTarget::NewPin);
            let (done, failed) = (Self::pin_rules_read, Self::pin_rules_failed);
            self.submit(JobSlot::PIN_RULES, ReadPinRules(user), done, failed);
        }
    }

    fn pin_rules_read(&mut self, (user, rules): (UserId, PinRules)) {
        let entry = self.pin_entry.as_mut();
        if let Some(entry) = entry.filter(|entry| entry.user == user) {
            entry.rules = Some(rules);
        }
    }

    fn pin_rules_failed(&mut self, failed: &JobFailed) {
        self.pin_entry = None;
        self.report(failed);
    }

    /// Takes the text of the first field, or of the second one.
    pub(super) fn edit_pin(&mut self, text: PinText, is_second: bool) {
        if let Some(entry) = &mut self.pin_entry {
            if is_second {
                entry.again = text;
            } else {
                entry.typed = text;
            }
        }
    }

    pub(super) fn leave_pin(&mut self) {
        if let Some(entry) = &mut self.pin_entry {
            entry.is_left = !entry.typed.is_empty();
        }
    }

    /// Saves the drawn PINs of the result as slips for printing.
    pub(super) fn ask_where_to_save_slips(&mut self) {
        let WhatIfPanel::Result { list, applied, .. } = &self.panel else {
            return;
        };
        if applied.pins.is_empty() {
            return;
        }
        let slips = SaveSlips::of(&list.plan, applied, self.zone());
        self.ask_for_file(
            |files, chosen| files.save("Save PIN slips", "PIN slips.html", "html", chosen),
            move |app, to| {
                let (done, failed) = (Self::slips_saved, Self::report);
                app.submit(JobSlot::SAVE, slips.to_file(to), done, failed);
            },
        );
    }

    fn slips_saved(&mut self, saved: SavedFile) {
        self.settle_pins();
        self.saved(saved);
    }
}
