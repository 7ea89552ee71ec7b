//! Chosen users: a few by id, or rows of an answer but a few. Never a copy of a million ids.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use super::names::Form;
use super::{Directory, View};
use crate::domain::user::UserId;

/// A choice of users. It survives searching and sorting: rows are those of the answer in which they were chosen.
#[derive(Clone, Debug)]
pub enum Chosen {
    Some(HashSet<UserId>),
    Rows { view: Arc<View>, rows: Range<usize>, except: HashSet<UserId> },
}

impl Default for Chosen {
    fn default() -> Self {
        Self::Some(HashSet::new())
    }
}

impl Chosen {
    pub fn only(id: UserId) -> Self {
        Self::Some(HashSet::from([id]))
    }

    /// Everybody in these rows of a view.
    pub fn rows(view: &Arc<View>, rows: Range<usize>) -> Self {
        let rows = rows.start..rows.end.min(view.len());
        Self::Rows { view: Arc::clone(view), rows, except: HashSet::new() }
    }

    pub fn len(&self) -> usize {
        match self {
            Self::Some(ids) => ids.len(),
            Self::Rows { rows, except, .. } => rows.len() - except.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn contains(&self, id: UserId) -> bool {
        match self {
            Self::Some(ids) => ids.contains(&id),
            Self::Rows { view, rows, except } => {
                view.row_of(id).is_some_and(|row| rows.contains(&row)) && !except.contains(&id)
            }
        }
    }

    /// Adds or takes away one user.
    pub fn set(&mut self, id: UserId, chosen: bool) {
        match self {
            Self::Some(ids) if chosen => drop(ids.insert(id)),
            Self::Some(ids) => drop(ids.remove(&id)),
            Self::Rows { view, rows, except } => {
                if view.row_of(id).is_some_and(|row| rows.contains(&row)) {
                    if chosen {
                        except.remove(&id)
                    } else {
                        except.insert(id)
                    };
                } else if chosen {
                    // Somebody from elsewhere joins: from now on they are counted one by one.
                    let mut ids: HashSet<UserId> = self.ids().collect();
                    ids.insert(id);
                    *self = Self::Some(ids);
                }
            }
        }
    }

    /// The chosen users in the order of the view, or in the order of their display names.
    pub fn in_order(&self, directory: &Directory) -> Vec<UserId> {
        let mut ids: Vec<UserId> = self.ids().collect();
        if matches!(self, Self::Some(_)) {
            let ranks = directory.names().ranks(Form::DisplayName);
            let rank = |id: UserId| directory.place_of(id).and_then(|place| ranks.get(place.0 as usize).copied());
            ids.sort_by_key(|&id| (rank(id), id));
        }
        ids
    }

    fn ids(&self) -> Box<dyn Iterator<Item = UserId> + '_> {
        match self {
            Self::Some(ids) => Box::new(ids.iter().copied()),
            Self::Rows { view, rows, except } => {
                Box::new(rows.clone().filter_map(|row| view.id_at(row)).filter(|id| !except.contains(id)))
            }
        }
    }
}
