//! The names of all users: as they are shown, and folded into texts that are searched.

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

/// The names of all users, in the order of their numbers. Parts that have stayed the same are shared.
#[derive(Debug, Default)]
pub struct Names {
    parts: Vec<Arc<Part>>,
    len: usize,
    age: Age,
    by_display_name: OnceLock<Order>,
    /// Only whom they list, since their ranks are seldom wanted.
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
    /// Of parts that are all full but for the last.
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

    /// One name of a user, as the directory wrote it; empty where there is none.
    pub fn get(&self, place: Place, form: Form) -> Cow<'_, str> {
        self.split(place)
            .map_or(Cow::Borrowed(""), |(part, index)| part.get(index, form))
    }

    /// The same as it is searched and sorted: without case and accents.
    pub(super) fn folded(&self, place: Place, form: Form) -> &[u8] {
        self.split(place)
            .map_or(&[], |(part, index)| part.folded(index, form))
    }

    /// Whether the folded display name is also the exact key of the name.
    pub(super) fn is_plain(&self, place: Place) -> bool {
        self.split(place)
            .is_some_and(|(part, index)| part.is_plain(index))
    }

    /// Tells these names from those of another moment.
    pub(super) fn age(&self) -> Age {
        self.age
    }

    /// The users in whose names a folded text occurs anywhere. `among` are those who can be meant at all, if that is known.
    pub(super) fn containing(
        &self,
        needle: &str,
        among: Option<&Found>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Found, Stopped> {
        // A text of accents alone leaves nothing to look for, which is found everywhere.
        if needle.is_empty() {
            return Ok(Found::all(self.len));
        }
        let finder = memmem::Finder::new(needle);
        // Going from one to the next costs more than going through all of them, unless they are few.
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
        // Whoever has a piece in their name is also found by it, which is much faster than comparing.
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

    /// The users in the order of one of the names; those without it come last.
    pub(super) fn in_order(&self, form: Form) -> Arc<[Place]> {
        let kept = match form {
            Form::Sip => &self.by_sip,
            Form::Account => &self.by_account,
            Form::DisplayName | Form::Upn | Form::Dn => return self.order().shared(),
        };
        Arc::clone(kept.get_or_init(|| order::by_name(self, form)))
    }

    /// These names with some changed, and some added behind the last: numbers grow. What has stayed the same is shared,
    /// and the orders are mended rather than made anew.
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
                // Somebody between those who were there: never, unless the store was made elsewhere.
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

    /// Lets several threads mark users, a part at a time.
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

/// Four thousand million users are enough.
fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
