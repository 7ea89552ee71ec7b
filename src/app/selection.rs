//! The selection: by user, never by row, so that it survives searching and sorting.

use std::sync::Arc;

use super::{App, Move, Selects};
use crate::directory::{Chosen, View};
use crate::domain::user::UserId;

/// Who is selected, where the cursor is, and from where Shift extends.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    pub chosen: Chosen,
    pub cursor: Option<UserId>,
    anchor: Option<UserId>,
}

/// So few users can be looked at one by one in a frame.
const FEW: usize = 1000;

impl Selection {
    pub fn len(&self) -> usize {
        self.chosen.len()
    }

    pub fn is_empty(&self) -> bool {
        self.chosen.is_empty()
    }

    pub fn contains(&self, id: UserId) -> bool {
        self.chosen.contains(id)
    }

    /// Selects this user and nobody else.
    pub fn only(&mut self, id: UserId) {
        self.chosen = Chosen::only(id);
        self.cursor = Some(id);
        self.anchor = Some(id);
    }

    /// Adds this user, or takes them away.
    pub fn toggle(&mut self, id: UserId) {
        let chosen = !self.contains(id);
        self.chosen.set(id, chosen);
        self.cursor = Some(id);
        self.anchor = Some(id);
    }

    /// Selects the rows from the anchor to this user, and nobody else.
    pub fn extend_to(&mut self, id: UserId, view: &Arc<View>) {
        let anchor = self.anchor.unwrap_or(id);
        let (Some(from), Some(to)) = (view.row_of(anchor), view.row_of(id)) else {
            return self.only(id);
        };
        self.chosen = Chosen::rows(view, from.min(to)..from.max(to) + 1);
        self.cursor = Some(id);
        self.anchor = Some(anchor);
    }

    /// Selects everybody in the view.
    pub fn all(&mut self, view: &Arc<View>) {
        self.chosen = Chosen::rows(view, 0..view.len());
    }

    pub fn clear(&mut self) {
        self.chosen = Chosen::default();
        self.anchor = None;
    }

    /// Is everybody in this view selected? For the box in the header.
    pub fn covers(&self, view: &View) -> bool {
        if view.is_empty() || !view.is_complete || self.len() < view.len() {
            return false;
        }
        // Asked in every frame: among many, one by one would be too slow.
        self.chosen.is_all_of(view)
            || view.len() <= FEW
                && (0..view.len()).all(|row| view.id_at(row).is_some_and(|id| self.contains(id)))
    }
}

impl App {
    /// The user of the cursor, as long as they are in the list: nobody acts on a row that cannot be seen.
    pub fn visible_cursor(&self) -> Option<UserId> {
        self.selection.cursor.filter(|&id| {
            self.view
                .as_ref()
                .is_some_and(|view| view.row_of(id).is_some())
        })
    }

    pub(super) fn move_cursor(&mut self, to: Move, how: Selects) {
        let Some(view) = self.view.clone().filter(|view| !view.is_empty()) else {
            return;
        };
        let last = view.len() - 1;
        let current = self.selection.cursor.and_then(|id| view.row_of(id));
        let row = match (to, current) {
            (Move::First, _) | (Move::Rows(_), None) => 0,
            (Move::Last, _) => last,
            (Move::Rows(by), Some(current)) => {
                let by = isize::try_from(by).unwrap_or_default();
                current.saturating_add_signed(by).min(last)
            }
        };
        if let Some(id) = view.id_at(row) {
            match how {
                Selects::Only => self.selection.only(id),
                Selects::Through => self.selection.extend_to(id, &view),
                Selects::Nothing => self.selection.cursor = Some(id),
            }
            self.wishes.scroll_to_row = Some(row);
        }
    }

    /// Moves the cursor to the next user whose display name begins so, from the row of the cursor on and around. While a name
    /// is being typed the row it has come to may stay; the same letter again and again goes from one to the next.
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
            self.wishes.scroll_to_row = Some(row);
        }
    }
}
