//! Pasting users into the list: the users that the text names are selected.

use super::{App, JobSlot};
use crate::directory::Chosen;
use crate::domain::text::shown;
use crate::plan::words::{thousands, users};
use crate::worker::jobs::{FindPasted, PastedUsers};

/// The largest number of names in a message.
const MOST_NAMES: usize = 8;

impl App {
    /// Looks up the users that a pasted text names, and selects them.
    pub(super) fn paste_users(&mut self, text: String) {
        if self.view.is_some() {
            let (done, failed) = (Self::pasted_found, Self::report);
            self.submit(JobSlot::PASTE, FindPasted(text), done, failed);
        }
    }

    fn pasted_found(&mut self, pasted: PastedUsers) {
        let PastedUsers {
            found,
            missed,
            ambiguous,
        } = pasted;
        let count = found.len();
        let mut text = if count == 0 {
            "The pasted text names no user of this store. The selection is as it was.".to_owned()
        } else {
            self.selection.chosen = Chosen::of(found);
            self.show_selected();
            format!("{} of the pasted text selected.", users(count))
        };
        let is_whole = count > 0 && missed.is_empty() && ambiguous.is_empty();
        for (what, names) in [
            ("Not found", missed),
            ("Several users are called", ambiguous),
        ] {
            if !names.is_empty() {
                text.push_str(&format!(" {what}: {}.", first_of(&names)));
            }
        }
        if is_whole {
            self.say(text);
        } else {
            self.fail(text);
        }
    }

    /// Lists everybody if the search or the filter hides some of the selected users.
    fn show_selected(&mut self) {
        let view = self.view.as_ref();
        let hidden = view.and_then(|view| self.selection.count_hidden(view));
        if hidden != Some(0) {
            self.forget_query();
        }
    }
}

/// The first names of a list, and the number of the others.
fn first_of(names: &[String]) -> String {
    let first = names.iter().take(MOST_NAMES);
    let first: Vec<_> = first.map(|name| shown(name)).collect();
    let more = names.len().saturating_sub(MOST_NAMES);
    let first = first.join(", ");
    match more {
        0 => first,
        more => format!("{first} and {} more", thousands(more)),
    }
}
