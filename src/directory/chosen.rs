//! Chosen users: a few by ID, or the rows of an answer without a few. A million IDs are never
//! copied.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use super::{Directory, View};
use crate::domain::user::UserId;

/// A choice of users. It survives searching and sorting: rows are those of the answer in which they
/// were chosen.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    rows: Option<ChosenRows>,
    /// Users who were chosen one by one and are in none of the rows.
    ids: HashSet<UserId>,
}

#[derive(Clone, Debug)]
struct ChosenRows {
    view: Arc<View>,
    range: Range<usize>,
    except: HashSet<UserId>,
}

impl Chosen {
    pub fn only(id: UserId) -> Self {
        Self {
            rows: None,
            ids: HashSet::from([id]),
        }
    }

    /// These users.
    pub fn of(ids: impl IntoIterator<Item = UserId>) -> Self {
        Self {
            rows: None,
            ids: ids.into_iter().collect(),
        }
    }

    /// All users in these rows of a view.
    pub fn rows(view: &Arc<View>, rows: Range<usize>) -> Self {
        let range = rows.start..rows.end.min(view.len());
        Self {
            rows: Some(ChosenRows {
                view: Arc::clone(view),
                range,
                except: HashSet::new(),
            }),
            ids: HashSet::new(),
        }
    }

    pub fn len(&self) -> usize {
        self.rows
            .as_ref()
            .map_or(0, |rows| rows.range.len() - rows.except.len())
            + self.ids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn contains(&self, id: UserId) -> bool {
        match &self.rows {
            Some(rows) if rows.has_row_of(id) => !rows.except.contains(&id),
            _ => self.ids.contains(&id),
        }
    }

    /// Adds or removes one user.
    pub fn set(&mut self, id: UserId, chosen: bool) {
        let (set, is_in) = match &mut self.rows {
            Some(rows) if rows.has_row_of(id) => (&mut rows.except, !chosen),
            _ => (&mut self.ids, chosen),
        };
        if is_in {
            set.insert(id);
        } else {
            set.remove(&id);
        }
    }

    /// Whether it contains all users of a view.
    pub fn is_all_of(&self, view: &View) -> bool {
        let is_whole =
            |rows: &ChosenRows| rows.except.is_empty() && rows.range.len() == rows.view.len();
        self.rows
            .as_ref()
            .is_some_and(|rows| is_whole(rows) && rows.view.lists_the_same(view))
    }

    /// The number of chosen users whom a view does not list. None if more than `most` would have to
    /// be looked up.
    pub fn count_outside(&self, view: &View, most: usize) -> Option<usize> {
        let is_same = |rows: &ChosenRows| rows.view.lists_the_same(view);
        let (rows, is_same) = (self.rows.as_ref(), self.rows.as_ref().is_some_and(is_same));
        let looked_up = rows.filter(|_| !is_same);
        if self.ids.len() + looked_up.map_or(0, |rows| rows.range.len()) > most {
            return view.is_empty().then(|| self.len());
        }
        let ids = looked_up.into_iter().flat_map(ChosenRows::ids);
        let ids = ids.chain(self.ids.iter().copied());
        Some(ids.filter(|&id| view.row_of(id).is_none()).count())
    }

    /// The chosen users: those of rows in the order of the view, and then the others in the order
    /// of their display names.
    pub fn in_order(&self, directory: &Directory) -> Vec<UserId> {
        let order = directory.order();
        let mut others: Vec<UserId> = self.ids.iter().copied().collect();
        others.sort_by_cached_key(|&id| {
            (
                directory
                    .position_of(id)
                    .and_then(|position| order.rank(position)),
                id,
            )
        });
        self.rows
            .iter()
            .flat_map(ChosenRows::ids)
            .chain(others)
            .collect()
    }
}

impl ChosenRows {
    fn has_row_of(&self, id: UserId) -> bool {
        self.view
            .row_of(id)
            .is_some_and(|row| self.range.contains(&row))
    }

    fn ids(&self) -> impl Iterator<Item = UserId> {
        self.range
            .clone()
            .filter_map(|row| self.view.id_at(row))
            .filter(|id| !self.except.contains(id))
    }
}
