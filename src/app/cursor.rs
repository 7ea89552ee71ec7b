//! Moving the cursor of the list, and selecting with it.

use super::{App, CursorMove, CursorSelects};
use crate::domain::user::UserId;

impl App {
    /// The user of the cursor, if the list contains them. Commands never act on a hidden row.
    pub fn visible_cursor(&self) -> Option<UserId> {
        self.selection.cursor.filter(|&id| {
            self.view
                .as_ref()
                .is_some_and(|view| view.row_of(id).is_some())
        })
    }

    pub(super) fn move_cursor(&mut self, to: CursorMove, how: CursorSelects) {
        let Some(view) = self.view.clone().filter(|view| !view.is_empty()) else {
            return;
        };
        let last = view.len() - 1;
        let current = self.selection.cursor.and_then(|id| view.row_of(id));
        let row = match (to, current) {
            (CursorMove::First, _) | (CursorMove::Rows(_), None) => 0,
            (CursorMove::Last, _) => last,
            (CursorMove::Rows(by), Some(current)) => {
                let by = isize::try_from(by).unwrap_or_default();
                current.saturating_add_signed(by).min(last)
            }
        };
        if let Some(id) = view.id_at(row) {
            match how {
                CursorSelects::Only => self.selection.only(id),
                CursorSelects::Through => self.selection.extend_to(id, &view),
                CursorSelects::Nothing => self.selection.cursor = Some(id),
            }
            self.next_frame.scroll_to_row = Some(row);
        }
    }

    /// Moves the cursor to the next user whose display name begins with `text`, wrapping around at
    /// the end of the list. A longer text may keep the current row. One letter, typed once or
    /// repeatedly, moves to the next match.
    pub(super) fn jump_to(&mut self, text: &str) {
        let Some(view) = self.view.clone() else {
            return;
        };
        let mut letters = text.chars();
        let first = letters.next().map(String::from).unwrap_or_default();
        let is_repeated =
            letters.clone().next().is_some() && letters.all(|letter| first == String::from(letter));
        let text = if is_repeated { &first } else { text };
        let current = self.selection.cursor.and_then(|id| view.row_of(id));
        let from = current.map_or(0, |row| if text == first { row + 1 } else { row });
        if let Some(row) = view.row_beginning_with(text, from)
            && let Some(id) = view.id_at(row)
        {
            self.selection.only(id);
            self.next_frame.scroll_to_row = Some(row);
        }
    }
}
