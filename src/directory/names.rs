//! The names of all users: as they are shown, and in the folded form that is searched.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use memchr::memmem;

use super::fold::anywhere;
use super::generation::Age;
use super::matches::Found;
use super::order;
use super::order::Order;
use super::parallel::{Stopped, in_chunks};
use super::part::{PART, Part};
use super::{Place, bit_set};
use crate::domain::pattern::DisplayPattern;
use crate::domain::text::identity_key;
use crate::domain::user::UserId;

/// The names of all users, in the order of their IDs. Unchanged parts are shared with earlier
/// values.
#[derive(Debug, Default)]
pub struct Names {
    parts: Vec<Arc<Part>>,
    len: usize,
    age: Age,
    by_display_name: OnceLock<Order>,
    /// Orders without ranks, which are seldom needed.
    by_sip: OnceLock<Arc<[Place]>>,
    by_account: OnceLock<Arc<[Place]>>,
}

/// One of the five names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    DisplayName = 0,
    Sip = 1,
    Upn = 2,
    Account = 3,
    Dn = 4,
}

impl Form {
    pub(super) const ALL: [Self; 5] = [
        Self::DisplayName,
        Self::Sip,
        Self::Upn,
        Self::Account,
        Self::Dn,
    ];
}

impl Names {
    /// Names made of parts, of which all but the last are full.
    pub(super) fn of(parts: Vec<Arc<Part>>) -> Self {
        let len = parts.iter().map(|part| part.len()).sum();
        Self {
            parts,
            len,
            age: Age::next(),
            ..Self::default()
        }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub fn id_at(&self, place: Place) -> Option<UserId> {
        let (part, index) = self.split(place)?;
        part.ids().get(index)
    }

    pub fn place_of(&self, id: UserId) -> Option<Place> {
        let at = self
            .parts
            .partition_point(|part| part.ids().last().is_some_and(|last| last < id));
        let index = self.parts.get(at)?.ids().index_of(id)?;
        Some(Place(small(at * PART + index)))
    }

    /// One name of a user as the directory wrote it, or an empty text.
    pub fn get(&self, place: Place, form: Form) -> Cow<'_, str> {
        self.split(place)
            .map_or(Cow::Borrowed(""), |(part, index)| part.get(index, form))
    }

    /// One name in the form for searching and sorting: without case and accents.
    pub(super) fn folded(&self, place: Place, form: Form) -> &[u8] {
        self.split(place)
            .map_or(&[], |(part, index)| part.folded(index, form))
    }

    /// Whether the folded display name is also the exact key of the name.
    pub(super) fn is_plain(&self, place: Place) -> bool {
        self.split(place)
            .is_some_and(|(part, index)| part.is_plain(index))
    }

    /// Tells these names from earlier and later ones.
    pub(super) fn age(&self) -> Age {
        self.age
    }

    /// The users whose names contain a folded text. `among` narrows the search, if it is known that
    /// only these can match.
    pub(super) fn containing(
        &self,
        needle: &str,
        among: Option<&Found>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Found, Stopped> {
        // A text of accents alone is empty when folded, and every name contains it.
        if needle.is_empty() {
            return Ok(Found::all(self.len));
        }
        let finder = memmem::Finder::new(needle);
        // Looking at single users is only worth it for few of them.
        let few = among.filter(|among| among.count() < self.len / 8);
        self.each_part(stop, |number, part, found| match few {
            Some(few) => few.each_in(number * PART..number * PART + part.len(), |place| {
                let index = place - number * PART;
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
    ) -> Result<Found, Stopped> {
        let key = identity_key(pattern.text());
        if key.bytes().all(|byte| byte == b'*') {
            return Ok(Found::all(self.len));
        }
        // Only users whose names contain the pieces of the pattern can match. Searching for a piece
        // is much faster than comparing patterns.
        let mut pieces: Vec<String> = key
            .split('*')
            .filter_map(anywhere)
            .filter(|piece| !piece.is_empty())
            .collect();
        pieces.sort_unstable_by_key(|piece| std::cmp::Reverse(piece.len()));
        let finders: Vec<_> = pieces.iter().map(memmem::Finder::new).collect();
        let candidates = match pieces.first() {
            Some(longest) => self.containing(longest, None, stop)?,
            None => Found::all(self.len),
        };
        self.each_part(stop, |number, part, found| {
            candidates.each_in(number * PART..number * PART + part.len(), |place| {
                let index = place - number * PART;
                let folded = part.folded(index, Form::DisplayName);
                let may_match = finders.iter().all(|finder| finder.find(folded).is_some());
                let matches = || match std::str::from_utf8(folded) {
                    Ok(folded) if part.is_plain(index) => pattern.matches_key(folded),
                    _ => pattern.matches(&part.get(index, Form::DisplayName)),
                };
                if may_match && matches() {
                    bit_set::set(found, index);
                }
            });
        })
    }

    /// The users in the order of their display names.
    pub(super) fn order(&self) -> &Order {
        self.by_display_name
            .get_or_init(|| Order::of(order::by_name(self, Form::DisplayName)))
    }

    /// The users in the order of one of the names. Users without that name come last.
    pub(super) fn in_order(&self, form: Form) -> Arc<[Place]> {
        let kept = match form {
            Form::Sip => &self.by_sip,
            Form::Account => &self.by_account,
            Form::DisplayName | Form::Upn | Form::Dn => return self.order().shared(),
        };
        Arc::clone(kept.get_or_init(|| order::by_name(self, form)))
    }

    /// These names with some changed, and some added at the end, since IDs ascend. Unchanged parts
    /// are shared, and the orders are mended instead of computed again. None if a user was added in
    /// between.
    pub(super) fn with(&self, changed: &Part) -> Option<Self> {
        let mut by_part: BTreeMap<usize, BTreeMap<usize, usize>> = BTreeMap::new();
        let (mut places, mut added) = (Vec::new(), Vec::new());
        let last = self.parts.last().and_then(|part| part.ids().last());
        for (at, id) in (0..changed.len()).filter_map(|at| Some((at, changed.ids().get(at)?))) {
            match self.place_of(id) {
                Some(Place(place)) => {
                    by_part
                        .entry(place as usize / PART)
                        .or_default()
                        .insert(place as usize % PART, at);
                    places.push(Place(place));
                }
                // A new user between old ones occurs only in a store that was made by other
                // programs.
                None if last.is_some_and(|last| id < last) => return None,
                None => added.push(at),
            }
        }
        let mut parts = self.parts.clone();
        for (number, changes) in by_part {
            let old = self.parts.get(number)?;
            let mut part = Part::default();
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
            let mut part = Part::default();
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
        places.extend((small(self.len)..small(names.len)).map(Place));
        if let Some(old) = self.by_display_name.get() {
            let mended = order::mended(&old.shared(), &names, Form::DisplayName, &places);
            names.by_display_name.get_or_init(|| Order::of(mended));
        }
        for (old, new, form) in [
            (&self.by_sip, &names.by_sip, Form::Sip),
            (&self.by_account, &names.by_account, Form::Account),
        ] {
            if let Some(old) = old.get() {
                new.get_or_init(|| order::mended(old, &names, form, &places));
            }
        }
        Some(names)
    }

    /// Lets several threads mark users, one part at a time.
    fn each_part(
        &self,
        stop: &(dyn Fn() -> bool + Sync),
        mark: impl Fn(usize, &Part, &mut [u64]) + Sync,
    ) -> Result<Found, Stopped> {
        let mut found = Found::none(self.len);
        in_chunks(found.words_mut(), PART / 64, stop, |number, words| {
            if let Some(part) = self.parts.get(number) {
                mark(number, part, words);
            }
        })?;
        Ok(found)
    }

    fn split(&self, place: Place) -> Option<(&Part, usize)> {
        let place = place.0 as usize;
        let part = self.parts.get(place / PART)?;
        (place % PART < part.len()).then_some((&**part, place % PART))
    }
}

/// Converts an index. 2³² users are enough.
fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
