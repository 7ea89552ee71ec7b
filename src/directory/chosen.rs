//! Chosen users: a few by id, or all of an answer but a few. Never a copy of a million ids.

use std::collections::HashSet;
use std::sync::Arc;

use super::names::Form;
use super::{Directory, View};
use crate::domain::user::UserId;

/// A choice of users, by id: it survives searching and sorting.
#[derive(Clone, Debug)]
pub enum Chosen {
    Some(HashSet<UserId>),
    /// Everybody in a view, as it was when they were chosen.
    All {
        view: Arc<View>,
        except: HashSet<UserId>,
    },
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

    pub fn len(&self) -> usize {
        match self {
            Self::Some(ids) => ids.len(),
            Self::All { view, except } => view.len() - except.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn contains(&self, id: UserId) -> bool {
        match self {
            Self::Some(ids) => ids.contains(&id),
            Self::All { view, except } => view.contains(id) && !except.contains(&id),
        }
    }

    /// Adds or takes away one user.
    pub fn set(&mut self, id: UserId, chosen: bool) {
        match self {
            Self::Some(ids) if chosen => drop(ids.insert(id)),
            Self::Some(ids) => drop(ids.remove(&id)),
            Self::All { view, except } if view.contains(id) => {
                if chosen {
                    except.remove(&id)
                } else {
                    except.insert(id)
                };
            }
            Self::All { view, except } if chosen => {
                // Somebody outside of the view joins: from now on they are counted one by one.
                let mut ids: HashSet<UserId> =
                    (0..view.len()).filter_map(|row| view.id_at(row)).filter(|id| !except.contains(id)).collect();
                ids.insert(id);
                *self = Self::Some(ids);
            }
            Self::All { .. } => {}
        }
    }

    /// The chosen users in the order of the view, or in the order of their display names.
    pub fn in_order(&self, directory: &Directory) -> Vec<UserId> {
        match self {
            Self::All { view, except } => {
                (0..view.len()).filter_map(|row| view.id_at(row)).filter(|id| !except.contains(id)).collect()
            }
            Self::Some(ids) => {
                let ranks = directory.names().ranks(Form::DisplayName);
                let rank = |id: UserId| directory.place_of(id).and_then(|place| ranks.get(place.0 as usize).copied());
                let mut ordered: Vec<UserId> = ids.iter().copied().collect();
                ordered.sort_by_key(|&id| (rank(id), id));
                ordered
            }
        }
    }
}
