//! The names of all users, as they were written and folded for searching.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use memchr::memmem;

use super::bit_set;
use super::fold::anywhere;
use super::generation::Generation;
use super::name_form::NameForm;
use super::parallel::{Stopped, in_chunks};
use super::part::{NamePart, PART};
use super::position::Position;
use super::user_set::UserSet;
use crate::domain::pattern::DisplayPattern;
use crate::domain::text::identity_key;
use crate::domain::user::UserId;

/// The names of all users in the order of IDs. Directories share the parts without a change.
#[derive(Debug, Default)]
pub struct Names {
    parts: Vec<Arc<NamePart>>,
    len: usize,
    generation: Generation,
}

impl Names {
    /// Names of parts that are all full, except for the last one.
    pub(super) fn of(parts: Vec<Arc<NamePart>>) -> Self {
        let len = parts.iter().map(|part| part.len()).sum();
        Self {
            parts,
            len,
            generation: Generation::next(),
        }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub fn id_at(&self, position: Position) -> Option<UserId> {
        let (part, index) = self.split(position)?;
        part.ids().get(index)
    }

    pub fn position_of(&self, id: UserId) -> Option<Position> {
        let at = self
            .parts
            .partition_point(|part| part.ids().last().is_some_and(|last| last < id));
        let index = self.parts.get(at)?.ids().index_of(id)?;
        Some(Position::of(at * PART + index))
    }

    /// One name of a user, as the directory wrote it, or an empty text.
    pub fn get(&self, position: Position, form: NameForm) -> Cow<'_, str> {
        self.split(position)
            .map_or(Cow::Borrowed(""), |(part, index)| part.get(index, form))
    }

    /// A name folded for searching and sorting: without case and accents.
    pub(super) fn folded(&self, position: Position, form: NameForm) -> &[u8] {
        self.split(position)
            .map_or(&[], |(part, index)| part.folded(index, form))
    }

    /// Whether the folded display name is also the exact key of the name.
    pub(super) fn is_plain(&self, position: Position) -> bool {
        self.split(position)
            .is_some_and(|(part, index)| part.is_plain(index))
    }

    /// Whether the display name differs from its folded form in more than capital letters.
    pub(super) fn is_written_apart(&self, position: Position) -> bool {
        self.split(position)
            .is_some_and(|(part, index)| part.is_written_apart(index))
    }

    /// Identifies these names: equal ages mean equal names.
    pub(super) fn generation(&self) -> Generation {
        self.generation
    }

    /// The users with a folded text anywhere in their names. If `among` is given, only those users
    /// can have it.
    pub(super) fn containing(
        &self,
        needle: &str,
        among: Option<&UserSet>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<UserSet, Stopped> {
        // A text of accents alone is empty after folding, and is found in every name.
        if needle.is_empty() {
            return Ok(UserSet::all(self.len));
        }
        let finder = memmem::Finder::new(needle);
        // Searching users one by one costs more than searching whole parts, unless the users are
        // few.
        let few = among.filter(|among| among.count() < self.len / 8);
        self.each_part(stop, |number, part, found| match few {
            Some(few) => few.each_in(number * PART..number * PART + part.len(), |position| {
                let index = position - number * PART;
                if part.contains(index, &finder) {
                    bit_set::set(found, index);
                }
            }),
            None => part.mark(&finder, found),
        })
    }

    /// The users whose display name matches a pattern.
    pub(super) fn matching(
        &self,
        pattern: &DisplayPattern,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<UserSet, Stopped> {
        let key = identity_key(pattern.text());
        if key.bytes().all(|byte| byte == b'*') {
            return Ok(UserSet::all(self.len));
        }
        // A matching name contains each piece of the pattern. Searching for pieces is much faster
        // than matching.
        let mut pieces: Vec<String> = key
            .split('*')
            .filter_map(anywhere)
            .filter(|piece| !piece.is_empty())
            .collect();
        pieces.sort_unstable_by_key(|piece| std::cmp::Reverse(piece.len()));
        let finders: Vec<_> = pieces.iter().map(memmem::Finder::new).collect();
        let candidates = match pieces.first() {
            Some(longest) => self.containing(longest, None, stop)?,
            None => UserSet::all(self.len),
        };
        self.each_part(stop, |number, part, found| {
            candidates.each_in(number * PART..number * PART + part.len(), |position| {
                let index = position - number * PART;
                let folded = part.folded(index, NameForm::DisplayName);
                let may_match = finders.iter().all(|finder| finder.find(folded).is_some());
                let matches = || match std::str::from_utf8(folded) {
                    Ok(folded) if part.is_plain(index) => pattern.matches_key(folded),
                    _ => pattern.matches(&part.get(index, NameForm::DisplayName)),
                };
                if may_match && matches() {
                    bit_set::set(found, index);
                }
            });
        })
    }

    /// A copy with some names changed and some users added, and the positions of those users. Parts
    /// without a change are shared. None if an added user has an ID between those of others:
    /// PinDesk gives new users the highest IDs, but another program may not have.
    pub(super) fn with(&self, changed: &NamePart) -> Option<(Self, Vec<Position>)> {
        let mut by_part: BTreeMap<usize, BTreeMap<usize, usize>> = BTreeMap::new();
        let (mut positions, mut added) = (Vec::new(), Vec::new());
        let last = self.parts.last().and_then(|part| part.ids().last());
        for (at, id) in (0..changed.len()).filter_map(|at| Some((at, changed.ids().get(at)?))) {
            match self.position_of(id) {
                Some(Position(position)) => {
                    by_part
                        .entry(position as usize / PART)
                        .or_default()
                        .insert(position as usize % PART, at);
                    positions.push(Position(position));
                }
                None if last.is_some_and(|last| id < last) => return None,
                None => added.push(at),
            }
        }
        let mut parts = self.parts.clone();
        for (number, changes) in by_part {
            let old = self.parts.get(number)?;
            let mut part = NamePart::default();
            for index in 0..old.len() {
                match changes.get(&index) {
                    Some(at) => part.push_from(changed, *at),
                    None => part.push_from(old, index),
                }
            }
            part.finish();
            *parts.get_mut(number)? = Arc::new(part);
        }
        let mut added = added.into_iter().peekable();
        while added.peek().is_some() {
            let mut part = NamePart::default();
            if let Some(last) = parts.pop_if(|last| last.len() < PART) {
                (0..last.len()).for_each(|index| part.push_from(&last, index));
            }
            added
                .by_ref()
                .take(PART - part.len())
                .for_each(|at| part.push_from(changed, at));
            part.finish();
            parts.push(Arc::new(part));
        }
        let names = Self::of(parts);
        positions.extend((self.len..names.len).map(Position::of));
        Some((names, positions))
    }

    /// Marks users on several threads, one part at a time.
    fn each_part(
        &self,
        stop: &(dyn Fn() -> bool + Sync),
        mark: impl Fn(usize, &NamePart, &mut [u64]) + Sync,
    ) -> Result<UserSet, Stopped> {
        let mut found = UserSet::none(self.len);
        in_chunks(found.words_mut(), PART / 64, stop, |number, words| {
            if let Some(part) = self.parts.get(number) {
                mark(number, part, words);
            }
        })?;
        Ok(found)
    }

    fn split(&self, position: Position) -> Option<(&NamePart, usize)> {
        let position = position.0 as usize;
        let part = self.parts.get(position / PART)?;
        (position % PART < part.len()).then_some((&**part, position % PART))
    }
}
