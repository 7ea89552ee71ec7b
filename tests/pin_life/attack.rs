//! The warning where many PINs to be unlocked were locked by wrong PINs within minutes, from few
//! origins.

use chrono::Duration;
use pindesk::domain::Time;
use pindesk::domain::origin::Origin;
use pindesk::domain::policy::PinPolicy;
use pindesk::plan::Action;
use pindesk::plan::attack::Attack;
use pindesk::progress::Unwatched;
use pindesk::zone::Zone;

use crate::common::{TempStore, admin, now, request, typed};
use crate::{pin, policy, set};

const USERS: [(&str, &str); 8] = [
    ("Ken Myer", "ken"),
    ("Pilar Ackerman", "pilar"),
    ("Anna Smith", "anna"),
    ("Jörg Müller", "jorg"),
    ("Sara Quigley", "sara"),
    ("Bruno Haddad", "bruno"),
    ("Adam Smith", "adam"),
    ("Robert Kelly", "robert"),
];

/// The minute of a wrong PIN, and its origin. An empty origin is none.
type Try<'a> = (i64, &'a str);

/// Users with PINs that one wrong PIN locks.
fn store() -> TempStore {
    let mut temp = TempStore::with(&USERS);
    let strict = PinPolicy {
        max_attempts: Some(1),
        ..PinPolicy::default()
    };
    policy(&mut temp, "global", strict);
    for (_, logon) in USERS {
        set(&mut temp, logon, "48213").unwrap();
    }
    temp
}

fn after(minutes: i64) -> Time {
    now() + Duration::minutes(minutes)
}

/// Locks the users, each by its wrong PIN.
fn guess(temp: &mut TempStore, tries: &[Try<'_>]) {
    for ((_, logon), (minute, origin)) in USERS.iter().zip(tries) {
        let id = temp.id(logon);
        let origin = Origin::parse(origin).ok();
        let wrong = pin("11111");
        let logon = (temp.store)
            .authenticate_from(id, &wrong, origin.as_ref(), &admin(), after(*minute))
            .unwrap();
        assert!(logon.state.is_locked_out(after(*minute)));
    }
}

/// The attack that unlocking all users at this minute shows.
fn found(temp: &TempStore, action: Action, minute: i64) -> Option<Attack> {
    let names: Vec<&str> = USERS.iter().map(|(name, _)| *name).collect();
    let request = request(action, typed(&names));
    let planned = temp
        .store
        .plan(&request, &admin(), after(minute), &Unwatched);
    temp.store.attack(&planned.unwrap().plan).unwrap()
}

#[test]
fn many_locks_within_minutes_from_few_origins_are_a_sign() {
    // The minute and origin of each lock, and the number of PINs of the attack.
    let one = "gw-3";
    let cases: [(&str, &[Try<'_>], usize); 9] = [
        ("five at once", &[(0, one); 5], 5),
        ("four at once", &[(0, one); 4], 0),
        (
            "within nine minutes",
            &[(0, one), (2, one), (4, one), (6, one), (9, one)],
            5,
        ),
        (
            "within ten minutes",
            &[(0, one), (2, one), (4, one), (6, one), (10, one)],
            5,
        ),
        (
            "within eleven minutes",
            &[(0, one), (2, one), (4, one), (6, one), (11, one)],
            0,
        ),
        (
            "the densest minutes, and not those before",
            &[
                (0, one),
                (1, one),
                (20, one),
                (21, one),
                (22, one),
                (23, one),
                (24, one),
            ],
            5,
        ),
        (
            "three origins",
            &[(0, one), (0, "10.0.0.7"), (1, ""), (1, one), (2, "")],
            5,
        ),
        (
            "an origin for each",
            &[
                (0, "1"),
                (0, "2"),
                (1, "3"),
                (1, "4"),
                (2, "5"),
                (2, "6"),
                (3, "7"),
            ],
            0,
        ),
        (
            "others beside them",
            &[
                (0, one),
                (0, one),
                (1, "2"),
                (1, one),
                (2, one),
                (2, one),
                (3, "3"),
                (3, "4"),
            ],
            7,
        ),
    ];
    for (name, tries, expected) in cases {
        let mut temp = store();
        guess(&mut temp, tries);
        let attack = found(&temp, Action::Unlock, 30);
        let count = attack.as_ref().map_or(0, |attack| attack.pins.len());
        assert_eq!(count, expected, "{name}: {attack:?}");
        assert_eq!(found(&temp, Action::ResetFailures, 30), None, "{name}");
        assert_eq!(found(&temp, Action::Unlock, 90), None, "no lock is left");
    }
}

#[test]
fn the_warning_names_the_time_the_origins_and_the_users() {
    let mut temp = store();
    guess(
        &mut temp,
        &[(0, "gw-3"), (1, "gw-3"), (2, ""), (3, "gw-3"), (4, "gw-3")],
    );
    let attack = found(&temp, Action::Unlock, 30).unwrap();
    assert_eq!(
        attack.words(Zone::utc()),
        "Wrong PINs have locked 5 of these PINs from 2026-11-22 12:00 UTC to 2026-11-22 12:04 UTC, \
         from gw-3 (4), an unknown origin (1). Somebody may be trying PINs: find out before you unlock \
         sip:ken@litwareinc.com, sip:pilar@litwareinc.com, sip:anna@litwareinc.com, sip:jorg@litwareinc.com, \
         sip:sara@litwareinc.com."
    );
}

#[test]
fn locks_of_administrators_are_no_sign() {
    let mut temp = store();
    let names: Vec<&str> = USERS.iter().map(|(name, _)| *name).collect();
    let plan = temp.plan(Action::Lock, typed(&names));
    (temp.store)
        .apply(&plan, &admin(), now(), &Unwatched)
        .unwrap();
    assert_eq!(found(&temp, Action::Unlock, 1), None);
}
