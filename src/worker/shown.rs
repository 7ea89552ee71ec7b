//! The users as the search thread has read them, and the answers that were made of them. They stay while
//! the connection to a server is lost.

use std::sync::Arc;

use crate::directory::{AnswerCache, Directory, Query, View};
use crate::domain::Time;
use crate::progress::Progress;
use crate::store::{Store, StoreError};

#[derive(Default)]
pub(super) struct Shown {
    /// The users, and the ID of their store.
    read: Option<(String, Directory)>,
    answers: AnswerCache,
    /// The generation of the search that was answered last.
    answered: Option<u64>,
    view: Option<Arc<View>>,
    /// The time at which the answer changes by itself.
    due: Option<Time>,
}

/// An answer that says something new.
pub(super) struct Answered {
    pub view: Arc<View>,
    /// Whether nothing was shown of these users before.
    pub is_first: bool,
}

impl Shown {
    pub fn of(store: &Store, directory: Directory) -> Self {
        Self {
            read: Some((store.id().to_owned(), directory)),
            ..Self::default()
        }
    }

    /// Whether the users were read from this store, which has not been put back since.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn is_of(&self, store: &Store) -> Result<bool, StoreError> {
        let Some((id, directory)) = &self.read else {
            return Ok(false);
        };
        Ok(id == store.id() && directory.freshness().version <= store.freshness()?.version)
    }

    /// Whether the users can still be shown after this error.
    pub fn can_go_on_without(&self, error: &StoreError) -> bool {
        self.read.is_some() && error.is_of_connection()
    }

    pub fn answered(&self) -> Option<u64> {
        self.answered
    }

    /// Reads what the search asks for beyond names and PIN states.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn read_facts(
        &mut self,
        store: &Store,
        query: &Query,
        outdated: &dyn Fn() -> bool,
    ) -> Result<(), StoreError> {
        match &mut self.read {
            Some((_, directory)) => directory.read_facts(store, query, outdated),
            None => Ok(()),
        }
    }

    /// Answers a search, if it is another one than the last or the answer is due again. None if there
    /// is nothing new to show.
    pub fn answer(
        &mut self,
        generation: u64,
        query: &Query,
        now: Time,
        outdated: &(dyn Fn() -> bool + Sync),
    ) -> Option<Answered> {
        let is_answered = self.answered == Some(generation);
        if is_answered && self.due.is_some_and(|due| now < due) {
            return None;
        }
        let (_, directory) = self.read.as_ref()?;
        let answer = self.answers.answer(directory, query, now, outdated)?;
        self.due = Some(answer.next_change);
        self.answered = Some(generation);
        if is_answered && (self.view.as_ref()).is_some_and(|shown| shown.says_the_same(&answer)) {
            return None;
        }
        let view = Arc::new(answer);
        let is_first = self.view.replace(Arc::clone(&view)).is_none();
        Some(Answered { view, is_first })
    }

    /// Reads what has changed in the store since. Returns whether users have changed.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn renew(&mut self, store: &Store, progress: &dyn Progress) -> Result<bool, StoreError> {
        let Some((_, directory)) = &mut self.read else {
            return Ok(false);
        };
        let before = directory.freshness();
        *directory = directory.brought_up_to_date(store, progress)?;
        directory.forget_facts();
        self.answered = None;
        Ok(directory.freshness() != before)
    }
}
