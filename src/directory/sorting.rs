//! The keys by which each column sorts users.

use super::classes::{Classes, status_of};
use super::name_form::NameForm;
use super::order::UserOrder;
use super::part::PART;
use super::pins::PinPart;
use super::ranks::of_millis;
use super::{Directory, Sort, SortColumn, scratch, units};
use crate::domain::pin::{LockCause, PinStatus};

/// All users in the order of a column. Users without a value come last in both directions, and
/// equal users are in the order of display names.
pub(super) fn order(directory: &Directory, sort: Sort, classes: &Classes) -> UserOrder {
    let names = directory.names();
    let by_name = |form: NameForm| {
        let order = UserOrder::of(directory.orders.by(names, form));
        if !sort.descending {
            return order;
        }
        let nameless = order
            .positions()
            .iter()
            .rev()
            .take_while(|&&position| names.folded(position, form).is_empty());
        order.reversed(if form == NameForm::DisplayName {
            0
        } else {
            nameless.count()
        })
    };
    // The keys of all users are computed first, in the order in which the users lie in memory.
    let by_key = |key: &dyn Fn(usize) -> Option<u64>| {
        // No key is zero, which stands for none: times before 1970 are far above it, and classes
        // count from one.
        let mut keys = scratch::buffer(directory.len());
        keys.extend((0..directory.len()).map(|position| key(position).map_or(0, |key| key.max(1))));
        let directed = |key: &u64| {
            if sort.descending {
                u64::MAX - key
            } else {
                *key
            }
        };
        directory.order().by_key(|position| {
            keys.get(position.0 as usize)
                .filter(|&&key| key != 0)
                .map(directed)
        })
    };
    // Keys that depend on the class alone are computed once a class.
    let of_classes = |of: &dyn Fn(&PinStatus) -> u64| -> [u64; 256] {
        std::array::from_fn(|class| 1 + of(&status_of(class as u8, classes.since())))
    };
    let by_class = |of: &dyn Fn(&PinStatus) -> u64| {
        let keys = of_classes(of);
        by_key(&|position| keys.get(usize::from(classes.class(position))).copied())
    };
    // Sorts by a time, for users whose class has one.
    let by_time = |has: &dyn Fn(&PinStatus) -> bool,
                   time: &dyn Fn(&PinPart, usize) -> Option<i64>| {
        let have = of_classes(&|status| u64::from(has(status)));
        by_key(&|position| {
            let part = directory.pins.parts().get(position / PART)?;
            let has_it = have.get(usize::from(classes.class(position))) == Some(&2);
            has_it
                .then(|| time(part, position % PART))
                .flatten()
                .map(of_millis)
        })
    };
    match sort.column {
        SortColumn::DisplayName => by_name(NameForm::DisplayName),
        SortColumn::SipAddress => by_name(NameForm::Sip),
        SortColumn::Account => by_name(NameForm::Account),
        SortColumn::Upn => by_name(NameForm::Upn),
        SortColumn::Pin => by_class(&|status| u64::from(!status.is_set)),
        SortColumn::Lock => by_class(&lock_rank),
        SortColumn::Locked => by_time(&|status| status.locked.is_some(), &|part, index| {
            part.locked_since(index, classes.since())
        }),
        SortColumn::Expires => by_time(&|status| status.is_set, &PinPart::expires),
        SortColumn::LastChange => by_time(&|_| true, &PinPart::last_change),
        SortColumn::Unit => {
            let ranks = units::ranks(names);
            by_key(&|position| ranks.get(position).copied().filter(|&rank| rank != 0))
        }
        SortColumn::Reason | SortColumn::Ticket => {
            // A PIN that nobody uses may have the reason of a lock that has ended.
            let has_lock = |status: &PinStatus| {
                status
                    .locked
                    .is_some_and(|cause| cause != LockCause::Inactivity)
            };
            let have = of_classes(&|status| u64::from(has_lock(status)));
            let is_locked = |position| have.get(usize::from(classes.class(position))) == Some(&2);
            by_key(&|position| {
                let key = directory.sort_key(sort.column, position);
                key.filter(|_| is_locked(position))
            })
        }
        SortColumn::Policy | SortColumn::Failures | SortColumn::LastFailure => {
            by_key(&|position| directory.sort_key(sort.column, position))
        }
    }
}

/// The rank of a lock: by system, by an administrator, temporary, unknown, not used, unlocked, no PIN.
fn lock_rank(status: &PinStatus) -> u64 {
    match (status.locked, status.is_set) {
        (Some(LockCause::System), _) => 0,
        (Some(LockCause::Administrator), _) => 1,
        (Some(LockCause::Temporary), _) => 2,
        (Some(LockCause::Unknown), _) => 3,
        (Some(LockCause::Inactivity), _) => 4,
        (None, true) => 5,
        (None, false) => 6,
    }
}
