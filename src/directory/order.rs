//! An order of all users, computed once, so that results are put in order without comparing names.

use std::cmp::Ordering;
use std::sync::Arc;

use super::matches::Found;
use super::names::{Form, Names};
use super::{Place, bit_set, scratch};
use crate::domain::text::sort_key;

/// All users in an order.
#[derive(Clone, Debug)]
pub(super) struct Order {
    places: Arc<[Place]>,
    ranks: Arc<[u32]>,
}

impl Order {
    /// An order that lists each user once.
    pub fn of(places: impl Into<Arc<[Place]>>) -> Self {
        let places = places.into();
        let mut ranks = vec![0; places.len()];
        for (rank, place) in (0..).zip(places.iter()) {
            if let Some(slot) = ranks.get_mut(place.0 as usize) {
                *slot = rank;
            }
        }
        Self {
            places,
            ranks: ranks.into(),
        }
    }

    /// Sorts by a key of each user. Users with equal keys stay in this order, and users without a
    /// key come last.
    pub fn by_key(&self, key: impl Fn(Place) -> Option<u64>) -> Self {
        let (mut smallest, mut largest, mut rest) = (u64::MAX, 0, Vec::new());
        for &place in self.places.iter() {
            match key(place) {
                Some(key) => (smallest, largest) = (smallest.min(key), largest.max(key)),
                None => rest.push(place),
            }
        }
        let keyed = (0_u64..)
            .zip(self.places.iter())
            .filter_map(|(rank, &place)| key(place).map(|key| (key, rank)));
        let at = |rank: u64| self.places.get(rank as usize).copied();
        // Key and rank are packed into one number, if they fit, because plain numbers are sorted
        // fastest.
        let bits = (u64::BITS - (self.places.len() as u64).leading_zeros()).max(1);
        let mut places = Vec::with_capacity(self.places.len());
        if largest.saturating_sub(smallest) >> (u64::BITS - bits) == 0 {
            let mut packed = scratch::for_a_while(self.places.len());
            packed.extend(keyed.map(|(key, rank)| (key - smallest) << bits | rank));
            packed.sort_unstable();
            places.extend(
                packed
                    .into_iter()
                    .filter_map(|packed| at(packed & ((1 << bits) - 1))),
            );
        } else {
            let mut keyed: Vec<(u64, u64)> = keyed.collect();
            keyed.sort_unstable();
            places.extend(keyed.into_iter().filter_map(|(_, rank)| at(rank)));
        }
        places.extend(rest);
        Self::of(places)
    }

    /// The reverse order. The last `last` users have no key, and stay last.
    pub fn reversed(&self, last: usize) -> Self {
        let (first, last) = self
            .places
            .split_at(self.places.len() - last.min(self.places.len()));
        Self::of(first.iter().rev().chain(last).copied().collect::<Vec<_>>())
    }

    /// The found users in this order.
    pub fn of_found(&self, found: &Found) -> Arc<[Place]> {
        let count = found.count();
        if count == self.places.len() {
            return Arc::clone(&self.places);
        }
        let mut places = Vec::with_capacity(count);
        // Walking all users always costs the same. Sorting is faster for few.
        if count < self.places.len() / 32 {
            found.each(|place| places.push(Place(u32::try_from(place).unwrap_or(u32::MAX))));
            places.sort_unstable_by_key(|&place| self.rank(place));
        } else {
            places.extend(self.places.iter().filter(|place| found.contains(place.0)));
        }
        places.into()
    }

    /// In an order of display names, the users whose name begins with a key.
    pub fn beginning_with(&self, names: &Names, key: &[u8]) -> &[Place] {
        let name = |place: &Place| names.folded(*place, Form::DisplayName);
        let first = self.places.partition_point(|place| name(place) < key);
        let count = self.places[first..].partition_point(|place| name(place).starts_with(key));
        &self.places[first..first + count]
    }

    /// The rank of a user in the order.
    pub fn rank(&self, place: Place) -> Option<u32> {
        self.ranks.get(place.0 as usize).copied()
    }

    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// The order as a shared slice.
    pub fn shared(&self) -> Arc<[Place]> {
        Arc::clone(&self.places)
    }
}

/// All users in the order of one of the names. Users without that name come last. Equal names are
/// in the order of display names, and equal display names in the order of IDs.
pub(super) fn by_name(names: &Names, form: Form) -> Arc<[Place]> {
    let mut keyed = scratch::for_a_while(names.len());
    keyed.extend(
        (0..u32::try_from(names.len()).unwrap_or(u32::MAX))
            .map(|place| Named([0; 2], Place(place))),
    );
    let (first, second) = keyed.split_at_mut(names.len() / 2);
    std::thread::scope(|scope| {
        let sorting = std::thread::Builder::new().name("pindesk-order".to_owned());
        if sorting
            .spawn_scoped(scope, || sort_by_name(names, form, first))
            .is_ok()
        {
            sort_by_name(names, form, second);
        }
    });
    // Sorts what the threads have not sorted, if there was no further thread. Sorted halves take no
    // time.
    let (first, second) = keyed.split_at(names.len() / 2);
    let is_sorted =
        |half: &[Named]| half.is_sorted_by(|a, b| a.compare(b, names, form) != Ordering::Greater);
    if !is_sorted(first) || !is_sorted(second) {
        sort_by_name(names, form, &mut keyed);
        return keyed.iter().map(|named| named.1).collect();
    }
    let (mut first, mut second) = (first.iter().peekable(), second.iter().peekable());
    let merged = std::iter::from_fn(|| match (first.peek(), second.peek()) {
        (Some(one), Some(other)) if one.compare(other, names, form) == Ordering::Greater => {
            second.next()
        }
        (Some(_), _) => first.next(),
        (None, _) => second.next(),
    });
    merged.map(|named| named.1).collect()
}

/// An order in which these users have new names, or were added.
pub(super) fn mended(old: &[Place], names: &Names, form: Form, changed: &[Place]) -> Arc<[Place]> {
    let mut is_changed = Found::none(names.len());
    for place in changed {
        bit_set::set(is_changed.words_mut(), place.0 as usize);
    }
    let stayed: Vec<Place> = old
        .iter()
        .copied()
        .filter(|place| !is_changed.contains(place.0))
        .collect();
    let mut rest = stayed.as_slice();
    let mut places = Vec::with_capacity(names.len());
    let mut changed: Vec<Named> = changed.iter().map(|&place| Named([0; 2], place)).collect();
    sort_by_name(names, form, &mut changed);
    for Named(_, place) in changed {
        let before =
            rest.partition_point(|&other| compared(names, form, other, place) == Ordering::Less);
        let (smaller, larger) = rest.split_at(before);
        places.extend_from_slice(smaller);
        places.push(place);
        rest = larger;
    }
    places.extend_from_slice(rest);
    places.into()
}

/// A user with the first bytes of a name, because fetching the whole name takes most of the time.
#[derive(Clone, Copy)]
struct Named([u64; 2], Place);

impl Named {
    fn new(names: &Names, form: Form, place: Place) -> Self {
        let name = names.folded(place, form);
        // A missing name is 255, which is larger than every byte of a text.
        let mut bytes = [if name.is_empty() { u8::MAX } else { 0 }; 16];
        name.iter()
            .zip(&mut bytes)
            .for_each(|(from, to)| *to = *from);
        let number = u128::from_be_bytes(bytes);
        Self([(number >> 64) as u64, number as u64], place)
    }

    fn compare(&self, other: &Self, names: &Names, form: Form) -> Ordering {
        // If the last byte is empty, these bytes are the whole name, so the names are equal.
        let is_whole = form == Form::DisplayName && self.0[1].trailing_zeros() >= 8;
        let same = || {
            if is_whole {
                namesakes(names, self.1, other.1)
            } else {
                compared(names, form, self.1, other.1)
            }
        };
        self.0.cmp(&other.0).then_with(same)
    }
}

fn sort_by_name(names: &Names, form: Form, users: &mut [Named]) {
    for user in &mut *users {
        *user = Named::new(names, form, user.1);
    }
    users.sort_unstable_by(|a, b| a.compare(b, names, form));
}

fn compared(names: &Names, form: Form, a: Place, b: Place) -> Ordering {
    let (one, other) = (names.folded(a, form), names.folded(b, form));
    let same = || match form {
        Form::DisplayName => namesakes(names, a, b),
        _ => names.order().rank(a).cmp(&names.order().rank(b)),
    };
    one.is_empty()
        .cmp(&other.is_empty())
        .then_with(|| one.cmp(other))
        .then_with(same)
}

/// Users whose display names differ in case and accents at most: by their sort keys, and then by their IDs.
fn namesakes(names: &Names, a: Place, b: Place) -> Ordering {
    if names.is_plain(a) && names.is_plain(b) {
        return a.cmp(&b);
    }
    let (one, other) = (
        names.get(a, Form::DisplayName),
        names.get(b, Form::DisplayName),
    );
    let by_key = || sort_key(&one).cmp(&sort_key(&other));
    let same = if one == other {
        Ordering::Equal
    } else {
        by_key()
    };
    same.then(a.cmp(&b))
}
