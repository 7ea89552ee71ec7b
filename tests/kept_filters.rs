//! Filters that are kept in the store: those of an operator, and those for all.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use common::admin;
use common::harness::{bob, eve, store};
use pindesk::domain::kept_filter::{FilterReach, KeptFilter, KeptFilterFault};
use pindesk::progress::Unwatched;
use pindesk::store::StoreError;

fn filter(name: &str, line: &str, reach: FilterReach) -> KeptFilter {
    KeptFilter::new(name, line, reach).unwrap()
}

#[test]
fn everybody_keeps_own_filters_and_administrators_those_for_all() {
    let mut temp = store();
    let own = filter("Leavers", "locked", FilterReach::Own);
    let for_all = filter("Urgent", "locked-by=system", FilterReach::All);
    temp.store.keep_filter(&own, &eve()).unwrap();
    temp.store.keep_filter(&for_all, &admin()).unwrap();
    assert_eq!(
        temp.store.kept_filters(&eve()).unwrap(),
        [own.clone(), for_all.clone()]
    );
    assert_eq!(
        temp.store.kept_filters(&bob()).unwrap(),
        std::slice::from_ref(&for_all)
    );

    let refused = temp.store.keep_filter(&for_all, &bob());
    assert!(
        matches!(refused, Err(StoreError::NotPermitted { .. })),
        "{refused:?}"
    );
    let refused = (temp.store).forget_filter("Urgent", FilterReach::All, &bob());
    assert!(
        matches!(refused, Err(StoreError::NotPermitted { .. })),
        "{refused:?}"
    );
    assert!(temp.store.may_keep_filters_for_all(&admin()).unwrap());
    assert!(!temp.store.may_keep_filters_for_all(&bob()).unwrap());

    // Own filters and those for all have names of their own, without regard to case.
    let again = filter("LEAVERS", "expired", FilterReach::Own);
    temp.store.keep_filter(&again, &eve()).unwrap();
    let same_name = filter("urgent", "no-pin", FilterReach::Own);
    temp.store.keep_filter(&same_name, &eve()).unwrap();
    assert_eq!(
        temp.store.kept_filters(&eve()).unwrap(),
        [again, same_name, for_all]
    );
    let forget = |temp: &mut common::TempStore, name: &str, reach| {
        temp.store.forget_filter(name, reach, &admin()).unwrap()
    };
    assert!(
        !forget(&mut temp, "leavers", FilterReach::Own),
        "it is Eve's"
    );
    assert!(forget(&mut temp, "URGENT", FilterReach::All));
    assert!(!forget(&mut temp, "Urgent", FilterReach::All));
    assert!(temp.store.verify_history(&Unwatched).unwrap().is_sound());
}

#[test]
fn names_and_lines_are_bounded() {
    use KeptFilterFault::{Filter, Name};
    let long = |count: usize| "x".repeat(count);
    for (name, line, expected) in [
        (" All locked ", " locked ", None),
        ("", "locked", Some(Name)),
        (" \t", "locked", Some(Name)),
        ("two\nlines", "locked", Some(Name)),
        ("\u{202E}x", "locked", Some(Name)),
        (&long(100), &long(2000), None),
        (&long(101), "locked", Some(Name)),
        ("A", "", Some(Filter)),
        ("A", &long(2001), Some(Filter)),
    ] {
        let made = KeptFilter::new(name, line, FilterReach::Own);
        assert_eq!(made.as_ref().err(), expected.as_ref(), "{name:?} {line:?}");
        if let Ok(made) = made {
            assert_eq!(
                (made.name.as_str(), made.filter.as_str()),
                (name.trim(), line.trim())
            );
        }
    }
    let mut temp = store();
    for number in 0..KeptFilter::MOST {
        let one = filter(&format!("F{number}"), "locked", FilterReach::Own);
        temp.store.keep_filter(&one, &bob()).unwrap();
    }
    let more = filter("More", "locked", FilterReach::Own);
    assert_eq!(
        temp.store.keep_filter(&more, &bob()),
        Err(StoreError::WrongKeptFilter(KeptFilterFault::TooMany))
    );
    let known = filter("F7", "unlocked", FilterReach::Own);
    temp.store.keep_filter(&known, &bob()).unwrap();
    temp.store.keep_filter(&more, &eve()).unwrap();
}
