//! An order of all users, made once: whatever is found is then in order without being compared.

use std::cmp::Ordering;
use std::sync::Arc;

use super::Place;
use super::found::Found;
use super::names::{Form, Names};

/// All users in an order.
#[derive(Clone, Debug)]
pub(super) struct Order {
    places: Arc<[Place]>,
    ranks: Arc<[u32]>,
}

impl Order {
    /// An order that lists everybody once.
    pub fn of(places: Vec<Place>) -> Self {
        let mut ranks = vec![0; places.len()];
        for (rank, place) in (0..).zip(&places) {
            if let Some(slot) = ranks.get_mut(place.0 as usize) {
                *slot = rank;
            }
        }
        Self { places: places.into(), ranks: ranks.into() }
    }

    /// By one of the names. Users without that name come last, and what is the same is in the order of display names, which
    /// are themselves in the order of places.
    pub fn by_name(names: &Names, form: Form) -> Self {
        let all: Vec<Place> = (0..u32::try_from(names.len()).unwrap_or(u32::MAX)).map(Place).collect();
        let halves = all.split_at(all.len() / 2);
        let mut sorted = (Vec::new(), Vec::new());
        std::thread::scope(|scope| {
            let first = scope.spawn(|| sorted_by_name(names, form, halves.0));
            sorted.1 = sorted_by_name(names, form, halves.1);
            // A thread that failed has sorted nothing, and what is missing is sorted here.
            sorted.0 = first.join().unwrap_or_else(|_failed| sorted_by_name(names, form, halves.0));
        });
        Self::of(merged(names, form, sorted.0, sorted.1))
    }

    /// The same order after these users have got other names, or have been added.
    pub fn mended(&self, names: &Names, form: Form, changed: &[Place]) -> Self {
        let mut is_changed = Found::none(names.len());
        for place in changed {
            super::part::set(is_changed.words_mut(), place.0 as usize);
        }
        let stayed: Vec<Place> = self.places.iter().copied().filter(|place| !is_changed.contains(place.0)).collect();
        let mut rest = stayed.as_slice();
        let mut places = Vec::with_capacity(names.len());
        for Named(_, place) in sorted_by_name(names, form, changed) {
            let before = rest.partition_point(|&other| by_name(names, form, other, place) == Ordering::Less);
            let (smaller, larger) = rest.split_at(before);
            places.extend_from_slice(smaller);
            places.push(place);
            rest = larger;
        }
        places.extend_from_slice(rest);
        Self::of(places)
    }

    /// By a number of each user, and by this order where it is the same. Users without a number come last.
    pub fn by_key(&self, key: impl Fn(Place) -> Option<u64>) -> Self {
        let (mut keyed, mut rest) = (Vec::with_capacity(self.places.len()), Vec::new());
        let (mut smallest, mut largest) = (u64::MAX, 0);
        for (rank, &place) in (0_u64..).zip(self.places.iter()) {
            match key(place) {
                Some(key) => {
                    (smallest, largest) = (smallest.min(key), largest.max(key));
                    keyed.push((key, rank));
                }
                None => rest.push(place),
            }
        }
        // Both in one number where they have room in it, as times of a lifetime have: nothing else is sorted as fast.
        let bits = (u64::BITS - (self.places.len() as u64).leading_zeros()).max(1);
        let ranks: Vec<u64> = if largest.saturating_sub(smallest) >> (u64::BITS - bits) == 0 {
            let mut packed: Vec<u64> = keyed.into_iter().map(|(key, rank)| (key - smallest) << bits | rank).collect();
            packed.sort_unstable();
            packed.into_iter().map(|packed| packed & ((1 << bits) - 1)).collect()
        } else {
            keyed.sort_unstable();
            keyed.into_iter().map(|(_, rank)| rank).collect()
        };
        let places = ranks.into_iter().filter_map(|rank| self.places.get(rank as usize).copied());
        Self::of(places.chain(rest).collect())
    }

    /// The other way round, but for the last ones for whom there is nothing to compare: they stay last.
    pub fn reversed(&self, last: usize) -> Self {
        let (first, last) = self.places.split_at(self.places.len() - last.min(self.places.len()));
        Self::of(first.iter().rev().chain(last).copied().collect())
    }

    /// Those who were found, in this order.
    pub fn of_found(&self, found: &Found) -> Arc<[Place]> {
        let count = found.count();
        if count == self.places.len() {
            return Arc::clone(&self.places);
        }
        let mut places = Vec::with_capacity(count);
        // Going through everybody costs the same however few are found; sorting does not.
        if count < self.places.len() / 32 {
            found.each(|place| places.push(Place(u32::try_from(place).unwrap_or(u32::MAX))));
            places.sort_unstable_by_key(|&place| self.rank(place));
        } else {
            places.extend(self.places.iter().filter(|place| found.contains(place.0)));
        }
        places.into()
    }

    /// Of an order by display names: those whose name begins so.
    pub fn beginning_with(&self, names: &Names, key: &[u8]) -> &[Place] {
        let name = |place: &Place| names.folded(*place, Form::DisplayName);
        let first = self.places.partition_point(|place| name(place) < key);
        let count = self.places[first..].partition_point(|place| name(place).starts_with(key));
        &self.places[first..first + count]
    }

    /// The place of a user in the order.
    pub fn rank(&self, place: Place) -> Option<u32> {
        self.ranks.get(place.0 as usize).copied()
    }

    pub fn places(&self) -> &[Place] {
        &self.places
    }
}

/// A user, and the first bytes of a name of theirs: fetching the name itself is what takes long.
#[derive(Clone, Copy)]
struct Named([u64; 2], Place);

impl Named {
    fn new(names: &Names, form: Form, place: Place) -> Self {
        let name = names.folded(place, form);
        // No byte of a text is as large as what stands for no name.
        let mut bytes = [if name.is_empty() { u8::MAX } else { 0 }; 16];
        name.iter().zip(&mut bytes).for_each(|(from, to)| *to = *from);
        let number = u128::from_be_bytes(bytes);
        Self([(number >> 64) as u64, number as u64], place)
    }

    fn compare(&self, other: &Self, names: &Names, form: Form) -> Ordering {
        self.0.cmp(&other.0).then_with(|| by_name(names, form, self.1, other.1))
    }
}

fn sorted_by_name(names: &Names, form: Form, places: &[Place]) -> Vec<Named> {
    let mut keyed: Vec<Named> = places.iter().map(|&place| Named::new(names, form, place)).collect();
    keyed.sort_unstable_by(|a, b| a.compare(b, names, form));
    keyed
}

fn by_name(names: &Names, form: Form, a: Place, b: Place) -> Ordering {
    let (one, other) = (names.folded(a, form), names.folded(b, form));
    let same = || match form {
        Form::DisplayName => a.cmp(&b),
        _ => names.order(Form::DisplayName).rank(a).cmp(&names.order(Form::DisplayName).rank(b)),
    };
    one.is_empty().cmp(&other.is_empty()).then_with(|| one.cmp(other)).then_with(same)
}

/// Two sorted lists as one.
fn merged(names: &Names, form: Form, a: Vec<Named>, b: Vec<Named>) -> Vec<Place> {
    let mut all = Vec::with_capacity(a.len() + b.len());
    let (mut a, mut b) = (a.into_iter().peekable(), b.into_iter().peekable());
    while let (Some(one), Some(other)) = (a.peek(), b.peek()) {
        let is_other = one.compare(other, names, form) == Ordering::Greater;
        all.extend(if is_other { b.next() } else { a.next() });
    }
    all.extend(a);
    all.extend(b);
    all.into_iter().map(|Named(_, place)| place).collect()
}
