//! The orders of all users by their names. Each is computed once, when it is first asked for.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::{Arc, OnceLock};

use super::name_form::NameForm;
use super::names::Names;
use super::order::UserOrder;
use super::position::Position;
use super::user_set::UserSet;
use super::{bit_set, scratch};
use crate::domain::text::sort_key;

/// The orders of one [`Names`].
#[derive(Debug, Default)]
pub(super) struct NameOrders {
    display_name: OnceLock<UserOrder>,
    /// Positions only: the ranks in these orders are seldom needed.
    sip: OnceLock<Arc<[Position]>>,
    account: OnceLock<Arc<[Position]>>,
    upn: OnceLock<Arc<[Position]>>,
}

impl NameOrders {
    /// All users in the order of display names.
    pub fn by_display_name(&self, names: &Names) -> &UserOrder {
        self.display_name
            .get_or_init(|| UserOrder::of(NameComparison::of_display_names(names).sorted()))
    }

    /// All users in the order of one of their names. Users without it come last.
    pub fn by(&self, names: &Names, form: NameForm) -> Arc<[Position]> {
        let kept = match form {
            NameForm::Sip => &self.sip,
            NameForm::Account => &self.account,
            NameForm::Upn => &self.upn,
            NameForm::DisplayName | NameForm::Dn => {
                return self.by_display_name(names).shared();
            }
        };
        let equal = self.by_display_name(names);
        Arc::clone(kept.get_or_init(|| NameComparison::of_names(names, form, equal).sorted()))
    }

    /// The users whose folded display name begins with a text, in the order of display names.
    pub fn beginning_with(&self, names: &Names, key: &[u8]) -> &[Position] {
        let name = |position: &Position| names.folded(*position, NameForm::DisplayName);
        let positions = self.by_display_name(names).positions();
        let first = positions.partition_point(|position| name(position) < key);
        let count = positions[first..].partition_point(|position| name(position).starts_with(key));
        &positions[first..first + count]
    }

    /// The orders after the names of some users were changed or added. Orders that exist are
    /// updated rather than computed again.
    pub fn updated(&self, names: &Names, changed: &[Position]) -> Self {
        let updated = Self::default();
        let Some(old) = self.display_name.get() else {
            return updated;
        };
        let comparison = NameComparison::of_display_names(names);
        let equal = updated
            .display_name
            .get_or_init(|| UserOrder::of(comparison.updated(old.positions(), changed)));
        for (old, new, form) in [
            (&self.sip, &updated.sip, NameForm::Sip),
            (&self.account, &updated.account, NameForm::Account),
            (&self.upn, &updated.upn, NameForm::Upn),
        ] {
            if let Some(old) = old.get() {
                let comparison = NameComparison::of_names(names, form, equal);
                new.get_or_init(|| comparison.updated(old, changed));
            }
        }
        updated
    }
}

/// The comparison of users by one of their names.
#[derive(Clone, Copy)]
struct NameComparison<'a> {
    names: &'a Names,
    form: NameForm,
    /// The order of users with equal names. None for display names, which have an order of their
    /// own.
    equal: Option<&'a UserOrder>,
}

/// A user with the first 16 bytes of the folded name. Reading the names themselves is what takes
/// time.
#[derive(Clone, Copy)]
struct NamePrefix([u64; 2], Position);

impl<'a> NameComparison<'a> {
    fn of_display_names(names: &'a Names) -> Self {
        Self {
            names,
            form: NameForm::DisplayName,
            equal: None,
        }
    }

    fn of_names(names: &'a Names, form: NameForm, equal: &'a UserOrder) -> Self {
        Self {
            names,
            form,
            equal: Some(equal),
        }
    }

    /// All users, sorted by two threads.
    fn sorted(self) -> Arc<[Position]> {
        let mut prefixes = scratch::buffer(self.names.len());
        prefixes.extend((0..self.names.len()).map(|index| NamePrefix([0; 2], Position::of(index))));
        let (first, second) = prefixes.split_at_mut(self.names.len() / 2);
        std::thread::scope(|scope| {
            let sorting = std::thread::Builder::new().name("pindesk-order".to_owned());
            if sorting.spawn_scoped(scope, || self.sort(first)).is_ok() {
                self.sort(second);
            }
        });
        // If no thread could be started, the halves are not sorted yet.
        let (first, second) = prefixes.split_at(self.names.len() / 2);
        let is_sorted = |half: &[NamePrefix]| {
            half.is_sorted_by(|a, b| self.compare_prefixes(a, b) != Ordering::Greater)
        };
        if !is_sorted(first) || !is_sorted(second) {
            self.sort(&mut prefixes);
            self.sort_equal(&mut prefixes);
            return prefixes.iter().map(|prefix| prefix.1).collect();
        }
        let (mut first, mut second) = (first.iter().peekable(), second.iter().peekable());
        let mut merged = scratch::buffer(self.names.len());
        merged.extend(std::iter::from_fn(|| match (first.peek(), second.peek()) {
            (Some(one), Some(other)) if self.compare_prefixes(one, other) == Ordering::Greater => {
                second.next().copied()
            }
            (Some(_), _) => first.next().copied(),
            (None, _) => second.next().copied(),
        }));
        self.sort_equal(&mut merged);
        merged.iter().map(|prefix| prefix.1).collect()
    }

    /// Sorts the users whose folded names are equal by their exact names. Reading those is slow, so
    /// it is done once for each user, and only where a name may differ from its folded form.
    fn sort_equal(self, sorted: &mut [NamePrefix]) {
        if self.equal.is_some() {
            return;
        }
        let is_equal = |a: &NamePrefix, b: &NamePrefix| self.compare_folded(a, b).is_eq();
        let may_differ = |user: &NamePrefix| self.names.is_written_apart(user.1);
        for equal in sorted.chunk_by_mut(|a, b| a.0 == b.0) {
            if equal.len() > 1 && equal.iter().any(may_differ) && !self.have_one_name(equal) {
                for run in equal.chunk_by_mut(is_equal) {
                    if !self.have_one_name(run) {
                        run.sort_by_cached_key(|user| (sort_key(&self.name(user)), user.1));
                    }
                }
            }
        }
    }

    fn have_one_name(self, users: &[NamePrefix]) -> bool {
        let first = users.first().map(|user| self.name(user));
        users.iter().all(|user| Some(self.name(user)) == first)
    }

    fn name(&self, user: &NamePrefix) -> Cow<'a, str> {
        self.names.get(user.1, NameForm::DisplayName)
    }

    /// An order in which the changed and added users are moved to where their names belong.
    fn updated(self, old: &[Position], changed: &[Position]) -> Arc<[Position]> {
        let mut is_changed = UserSet::none(self.names.len());
        for position in changed {
            bit_set::set(is_changed.words_mut(), position.0 as usize);
        }
        let unchanged: Vec<Position> = old
            .iter()
            .copied()
            .filter(|position| !is_changed.contains(position.0))
            .collect();
        let mut rest = unchanged.as_slice();
        let mut positions = Vec::with_capacity(self.names.len());
        let mut changed: Vec<NamePrefix> = changed
            .iter()
            .map(|&position| NamePrefix([0; 2], position))
            .collect();
        self.sort(&mut changed);
        self.sort_equal(&mut changed);
        for NamePrefix(_, position) in changed {
            let before =
                rest.partition_point(|&other| self.compare(other, position) == Ordering::Less);
            let (smaller, larger) = rest.split_at(before);
            positions.extend_from_slice(smaller);
            positions.push(position);
            rest = larger;
        }
        positions.extend_from_slice(rest);
        positions.into()
    }

    /// Sorts users by their folded names.
    fn sort(self, users: &mut [NamePrefix]) {
        for user in &mut *users {
            *user = self.prefix(user.1);
        }
        users.sort_unstable_by(|a, b| self.compare_prefixes(a, b));
    }

    fn prefix(self, position: Position) -> NamePrefix {
        let name = self.names.folded(position, self.form);
        // No byte of UTF-8 is 0xFF, so users without a name come last.
        let mut bytes = [if name.is_empty() { u8::MAX } else { 0 }; 16];
        name.iter()
            .zip(&mut bytes)
            .for_each(|(from, to)| *to = *from);
        let number = u128::from_be_bytes(bytes);
        NamePrefix([(number >> 64) as u64, number as u64], position)
    }

    /// Compares users by their folded names, and those with equal names by their positions.
    fn compare_prefixes(self, a: &NamePrefix, b: &NamePrefix) -> Ordering {
        let equal = || match self.equal {
            Some(order) => order.rank(a.1).cmp(&order.rank(b.1)),
            None => a.1.cmp(&b.1),
        };
        self.compare_folded(a, b).then_with(equal)
    }

    fn compare_folded(self, a: &NamePrefix, b: &NamePrefix) -> Ordering {
        // If the last byte is zero, the prefix is the whole name.
        let is_whole = a.0[1].trailing_zeros() >= 8;
        let folded = |user: &NamePrefix| self.names.folded(user.1, self.form);
        let rest = || {
            if is_whole {
                Ordering::Equal
            } else {
                folded(a).cmp(folded(b))
            }
        };
        a.0.cmp(&b.0).then_with(rest)
    }
    fn compare(self, a: Position, b: Position) -> Ordering {
        let (one, other) = (
            self.names.folded(a, self.form),
            self.names.folded(b, self.form),
        );
        one.is_empty()
            .cmp(&other.is_empty())
            .then_with(|| one.cmp(other))
            .then_with(|| self.compare_equal(a, b))
    }

    /// Compares users with equal folded names.
    fn compare_equal(self, a: Position, b: Position) -> Ordering {
        if let Some(order) = self.equal {
            return order.rank(a).cmp(&order.rank(b));
        }
        if self.names.is_plain(a) && self.names.is_plain(b) {
            return a.cmp(&b);
        }
        let name = |position| self.names.get(position, NameForm::DisplayName);
        let (one, other) = (name(a), name(b));
        let exactly = if one == other {
            Ordering::Equal
        } else {
            sort_key(&one).cmp(&sort_key(&other))
        };
        exactly.then(a.cmp(&b))
    }
}
