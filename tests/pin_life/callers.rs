//! Logons that a gateway passes on: their origin is kept, and a caller learns nothing but whether the
//! PIN is right.

use chrono::Duration;
use pindesk::domain::Time;
use pindesk::domain::origin::{Origin, OriginFault};
use pindesk::domain::pin::LockCause;
use pindesk::domain::policy::PinPolicy;
use pindesk::plan::Action;
use pindesk::progress::Unwatched;
use pindesk::store::{CallerLogon, LogonMark, StoreError};

use crate::common::{TempStore, admin, now, operator, typed};
use crate::{pin, policy, set};

const KEN: &str = r"litwareinc\kenmyer";

/// Ken Myer has a PIN that three failures in a row lock; Anna Smith has none.
fn desk() -> TempStore {
    let mut temp = TempStore::with(&[("Ken Myer", "kenmyer"), ("Anna Smith", "asmith")]);
    policy(
        &mut temp,
        "global",
        PinPolicy {
            max_attempts: Some(3),
            history_count: 1,
            lifetime_days: 1,
            ..PinPolicy::default()
        },
    );
    set(&mut temp, "kenmyer", "48213").unwrap();
    temp
}

fn origin(text: &str) -> Origin {
    Origin::parse(text).unwrap()
}

fn minute(minute: i64) -> Time {
    now() + Duration::minutes(minute)
}

fn call(temp: &mut TempStore, identity: &str, digits: &str, from: &str, at: Time) -> CallerLogon {
    temp.store
        .authenticate_caller(identity, &pin(digits), Some(&origin(from)), &admin(), at)
        .unwrap()
}

#[test]
fn an_origin_is_a_short_line() {
    assert_eq!(origin("  gw-3 ").as_str(), "gw-3");
    assert_eq!(Origin::parse(" "), Err(OriginFault::Empty));
    assert_eq!(Origin::parse("gw\n3"), Err(OriginFault::Control));
    assert_eq!(Origin::parse(&"ä".repeat(201)), Err(OriginFault::TooLong));
    assert_eq!(origin(&"ä".repeat(200)).as_str().chars().count(), 200);
}

#[test]
fn the_last_logons_are_known_with_their_origins() {
    let mut temp = desk();
    let id = temp.id("kenmyer");
    let last = |temp: &TempStore| {
        let mut logons = temp.store.last_logons(&[id]).unwrap();
        logons.remove(&id).unwrap_or_default()
    };
    let mark = |at: i64, from: &str| {
        Some(LogonMark {
            at: minute(at),
            from: Some(from.to_owned()),
        })
    };
    assert!(!temp.store.has_logons().unwrap());
    call(&mut temp, KEN, "48213", "gw-1", minute(1));
    assert!(temp.store.has_logons().unwrap());
    assert_eq!(
        (last(&temp).success, last(&temp).failure),
        (mark(1, "gw-1"), None)
    );
    call(&mut temp, KEN, "99999", "gw-2", minute(2));
    assert_eq!(last(&temp).failure, mark(2, "gw-2"));
    call(&mut temp, KEN, "48213", "gw-3", minute(3));
    call(&mut temp, KEN, "48213", "gw-4", minute(4));
    for at in 5..8 {
        call(&mut temp, KEN, "99999", "gw-5", minute(at));
    }
    // It is locked now: this is refused, and no failure.
    call(&mut temp, KEN, "99999", "gw-6", minute(8));
    assert_eq!(
        (last(&temp).success, last(&temp).failure),
        (mark(4, "gw-4"), mark(7, "gw-5"))
    );
    let batches = temp.batches("UserPinAccountLocked");
    assert_eq!(
        batches[0].source.as_deref(),
        Some("gw-6"),
        "it is kept, too"
    );
    let unlock = temp.plan(Action::Unlock, typed(&["Ken Myer"]));
    let applied = temp.store.apply(&unlock, &admin(), minute(9), &Unwatched);
    applied.unwrap();
    assert_eq!(
        last(&temp).failure,
        mark(7, "gw-5"),
        "Unlock changes none of it"
    );
    let verified = temp.store.verify_history(&Unwatched).unwrap();
    assert!(verified.is_sound(), "{verified:?}");
}

#[test]
fn a_caller_hears_the_same_for_every_reason() {
    let mut temp = desk();
    let refused = CallerLogon::Refused;
    for (identity, digits) in [
        (KEN, "99999"),
        (r"litwareinc\nobody", "48213"),
        ("nobody", "48213"),
        ("* Myer", "48213"),
        ("", "48213"),
        ("sip:", "48213"),
        (r"litwareinc\asmith", "48213"),
    ] {
        let heard = call(&mut temp, identity, digits, "gw-3", minute(1));
        assert_eq!(heard, refused, "{identity}");
    }
    for at in 2..4 {
        assert_eq!(call(&mut temp, KEN, "99999", "gw-3", minute(at)), refused);
    }
    let locked = temp.user("kenmyer").pin.status(minute(4)).locked;
    assert_eq!(locked, Some(LockCause::Temporary));
    assert_eq!(call(&mut temp, KEN, "48213", "gw-3", minute(4)), refused);
    // After the hour the right digits are right again.
    let heard = call(&mut temp, KEN, "48213", "gw-3", minute(70));
    assert!(matches!(heard, CallerLogon::Accepted(user) if user.id == temp.id("kenmyer")));
    let expired = minute(24 * 60 + 5);
    assert_eq!(call(&mut temp, KEN, "99999", "gw-3", expired), refused);
    assert_eq!(
        call(&mut temp, KEN, "48213", "gw-3", expired),
        CallerLogon::Expired
    );
    assert_eq!(
        temp.replayed()[&temp.id("kenmyer")],
        temp.user("kenmyer").pin
    );
}

#[test]
fn a_logon_of_nobody_is_recorded_without_what_was_typed() {
    let mut temp = desk();
    call(&mut temp, "48213", "48213", "gw-3", minute(1));
    let batches = temp.batches("unknown user");
    assert_eq!(batches.len(), 1);
    assert_eq!(batches[0].source.as_deref(), Some("gw-3"));
    let file = std::fs::read(temp.store.path()).unwrap_or_default();
    assert!(!file.windows(5).any(|bytes| bytes == b"48213"));
}

#[test]
fn without_a_role_nothing_is_said_about_anybody() {
    let mut temp = desk();
    let eve = operator("eve");
    for identity in [KEN, r"litwareinc\nobody"] {
        let refused =
            temp.store
                .authenticate_caller(identity, &pin("48213"), None, &eve, minute(1));
        assert!(
            matches!(refused, Err(StoreError::NotPermitted { .. })),
            "{refused:?}"
        );
    }
}
