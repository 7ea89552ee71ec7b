//! Random lists over a small directory: exactly the planned users are changed.

use std::collections::HashSet;

use pindesk::domain::pin::LockCause;
use pindesk::domain::user::UserId;
use pindesk::exchange::ListOptions;
use pindesk::plan::{Action, Outcome, Plan, PlanItem, Refusal, Verdict};
use pindesk::progress::Unwatched;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::common::{TempStore, names, pin_set};
use crate::{Desk, lock};
use pindesk::zone::Zone;

const LOGONS: [&str; 6] = ["ken", "pilar", "anna", "maria", "maria2", "otto"];

fn directory() -> Desk {
    let mut temp = TempStore::new();
    let display = [
        "Ken Myer",
        "Pilar Ackerman",
        "Anna Smith",
        "Maria Garcia",
        "Maria Garcia",
        "Jörg Groß",
    ];
    let people = display.iter().zip(LOGONS).map(|(display, logon)| {
        let mut names = names(display, logon);
        names.dn = Some(format!("CN={logon},OU=Finance,DC=litwareinc,DC=com"));
        names
    });
    temp.import_users(people.collect()).unwrap();
    for logon in &LOGONS[..5] {
        temp.import_pin(logon, &pin_set());
    }
    Desk { temp }
}

/// The cells of a row: the user in one of several forms, the action, the reason and the end of the
/// lock.
fn row() -> impl Strategy<Value = [String; 4]> {
    let identity = prop_oneof![
        8 => (0..6_usize, 0..5_usize).prop_map(|(who, how)| {
            let logon = LOGONS[who];
            match how {
                0 => format!("sip:{logon}@litwareinc.com"),
                1 => format!("{}@LITWAREINC.com", logon.to_uppercase()),
                2 => format!("litwareinc\\{logon}"),
                3 => format!("CN={logon}, OU=Finance, DC=litwareinc, DC=com"),
                _ => ["Ken Myer", "PILAR ACKERMAN", "Anna Smith", "Maria Garcia", "maria garcia", "J?rg Gro?"][who].to_owned(),
            }
        }),
        1 => proptest::sample::select(vec!["", "*", "nobody", "kem@litwareinc.com", "a@b@c", "CN=", "\\"]).prop_map(str::to_owned),
    ];
    let action =
        proptest::sample::select(vec!["lock", "Lock", "lock", "unlock", "UNLOCK", "", "no"]);
    let reason = proptest::sample::select(vec!["", "lost", "said \"no\", and left"]);
    let until = proptest::sample::select(vec!["", "", "", "2027-01-31", "2020-01-01", "never"]);
    (identity, action, reason, until).prop_map(|(identity, action, reason, until)| {
        [
            identity,
            action.to_owned(),
            reason.to_owned(),
            until.to_owned(),
        ]
    })
}

fn file(rows: &[[String; 4]]) -> String {
    let mut text = "Identity;Action;Reason;Until\r\n".to_owned();
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")))
            .collect();
        text += &(cells.join(";") + "\r\n");
    }
    text
}

/// The states of all users, and the number of history entries.
fn state(desk: &Desk) -> (Vec<(UserId, bool, i64)>, u64) {
    let users = LOGONS.map(|logon| desk.temp.user(logon));
    let users = users.map(|user| {
        (
            user.id,
            user.pin.is_locked_out(crate::now()),
            user.version.0,
        )
    });
    (
        users.to_vec(),
        desk.temp.store.verify_history(&Unwatched).unwrap().entries,
    )
}

fn check_items(plan: &Plan, rows: usize) -> Result<(), TestCaseError> {
    prop_assert_eq!(plan.items.len(), rows);
    prop_assert_eq!(plan.tally().verdicts.iter().sum::<usize>(), rows);
    let counts = plan.counts();
    prop_assert_eq!(
        counts.will_change + counts.no_change + counts.skipped + counts.refused,
        rows
    );
    prop_assert_eq!(counts.will_change, plan.changes().count());
    let users: HashSet<UserId> = plan.changes().map(|(_, user)| user.id).collect();
    prop_assert_eq!(users.len(), counts.will_change, "nobody is changed twice");
    for (index, item) in plan.items.iter().enumerate() {
        prop_assert_eq!(item.position.unwrap().line, index as u64 + 2);
        if let Outcome::Duplicate { of } = item.outcome {
            let first = &plan.items[of];
            prop_assert!(of < index && first.action == item.action);
            prop_assert_eq!(
                first.user.as_ref().map(|user| user.id),
                item.user.as_ref().map(|user| user.id)
            );
        }
        // No readable row has the opposite action for a changed user.
        let Some(user) = item
            .user
            .as_ref()
            .filter(|_| matches!(item.outcome, Outcome::Change { .. }))
        else {
            continue;
        };
        let same = |other: &&PlanItem| other.user.as_ref().is_some_and(|other| other.id == user.id);
        prop_assert!(
            plan.items
                .iter()
                .filter(same)
                .all(|other| other.action == item.action)
        );
        let says_why = item.outcome.verdict() == Verdict::WillChange
            || !plan.reason(item, Zone::utc()).is_empty();
        prop_assert!(says_why);
    }
    Ok(())
}

fn check(lists: &[(Vec<[String; 4]>, bool)]) -> Result<(), TestCaseError> {
    let mut desk = directory();
    for (rows, is_unlock) in lists {
        let action = Some(if *is_unlock {
            Action::Unlock
        } else {
            Action::Lock
        });
        let plan = desk.plan_with(file(rows), &ListOptions { action, ..lock() });
        check_items(&plan, rows.len())?;
        let ((before, entries), planned) = (state(&desk), plan.counts().will_change);
        let applied = desk.temp.apply(&plan).unwrap();
        let (after, entries_after) = state(&desk);
        let changed: HashSet<UserId> = plan.changes().map(|(_, user)| user.id).collect();
        prop_assert_eq!(
            applied.changed.iter().copied().collect::<HashSet<_>>(),
            changed.clone()
        );
        prop_assert!(applied.drifted.is_empty());
        for (before, after) in before.iter().zip(&after) {
            prop_assert_eq!(
                before != after,
                changed.contains(&before.0),
                "{:?} {:?}",
                before,
                after
            );
        }
        for (item, user) in plan.changes() {
            let now = desk.temp.store.user(user.id).unwrap().unwrap().pin;
            prop_assert_eq!(now.is_locked_out(crate::now()), item.action == Action::Lock);
            let own = item.own.as_deref();
            let newest = desk.temp.store.user_history(user.id, 1).unwrap().remove(0);
            prop_assert_eq!(Some(newest.batch), applied.batch);
            prop_assert_eq!(
                &newest.reason,
                own.and_then(|own| own.reason.as_deref())
                    .unwrap_or_default()
            );
            if let Some(lock) = now.lock {
                prop_assert_eq!(lock.cause, LockCause::Administrator);
                prop_assert_eq!(lock.until, own.and_then(|own| own.until));
                prop_assert_eq!(lock.reason, newest.reason);
            }
        }
        // One entry for the batch, and one for each change.
        let written = if planned == 0 { 0 } else { planned as u64 + 1 };
        prop_assert_eq!(entries_after, entries + written);
        // A second run of the list changes nobody.
        let again = desk.plan_with(file(rows), &ListOptions { action, ..lock() });
        prop_assert_eq!(again.counts().will_change, 0);
        prop_assert_eq!(again.counts().no_change, plan.counts().no_change + planned);
    }
    let verified = desk.temp.store.verify_history(&Unwatched).unwrap();
    prop_assert_eq!(verified.first_break, None);
    Ok(())
}

#[test]
fn a_random_list_changes_exactly_the_planned_users() {
    let list = (proptest::collection::vec(row(), 1..14), any::<bool>());
    let mut runner = TestRunner::new(Config {
        cases: 120,
        failure_persistence: None,
        ..Config::default()
    });
    runner
        .run(&proptest::collection::vec(list, 1..4), |mut lists| {
            // Rows without any text do not count.
            for (rows, _) in &mut lists {
                rows.retain(|row| row.iter().any(|cell| !cell.trim().is_empty()));
            }
            check(&lists)
        })
        .unwrap();
}

/// A choice in the preview: a row, a user, and whether the user is picked for the row or taken out.
type Choice = (usize, usize, bool);

fn check_choices(
    desk: &mut Desk,
    rows: &[[String; 4]],
    choices: &[Choice],
) -> Result<(), TestCaseError> {
    // Rows without any text do not count.
    let is_filled = |row: &&[String; 4]| row.iter().any(|cell| !cell.trim().is_empty());
    let rows: Vec<[String; 4]> = rows.iter().filter(is_filled).cloned().collect();
    if rows.is_empty() {
        return Ok(());
    }
    let mut plan = desk.plan_with(file(&rows), &lock());
    for (index, who, is_pick) in choices {
        let (index, user) = (index % rows.len(), desk.temp.user(LOGONS[*who]));
        let before = plan.clone();
        if *is_pick {
            plan.pick(index, user);
            let was_open = matches!(
                &before.items[index].outcome,
                Outcome::Refused(
                    Refusal::Invalid(_)
                        | Refusal::NotFound { .. }
                        | Refusal::Ambiguous { .. }
                        | Refusal::Lost { .. }
                )
            );
            prop_assert!(was_open || plan == before, "what is decided stays so");
        } else {
            plan.take_out(user.id);
        }
        prop_assert_eq!(plan.items.len(), rows.len());
        prop_assert_eq!(plan.tally().verdicts.iter().sum::<usize>(), rows.len());
        let changed: Vec<UserId> = plan.changes().map(|(_, user)| user.id).collect();
        prop_assert_eq!(
            changed.iter().collect::<HashSet<_>>().len(),
            changed.len(),
            "nobody is changed twice"
        );
        for (item, user) in plan.changes() {
            let mut same = plan
                .items
                .iter()
                .filter(|other| other.user.as_ref().is_some_and(|other| other.id == user.id));
            prop_assert!(
                same.all(|other| other.action == item.action),
                "{:?}",
                plan.items
            );
        }
    }
    let before = state(desk).0;
    let applied = desk.temp.apply(&plan).unwrap();
    prop_assert_eq!(applied.changed.len(), plan.counts().will_change);
    for (before, after) in before.iter().zip(&state(desk).0) {
        prop_assert_eq!(before != after, applied.changed.contains(&before.0));
    }
    Ok(())
}

#[test]
fn picks_and_removals_never_change_a_user_twice_or_against_another_row() {
    let mut desk = directory();
    let cases = (
        proptest::collection::vec(row(), 1..9),
        proptest::collection::vec((0..9_usize, 3..6_usize, prop::bool::weighted(0.9)), 1..12),
    );
    let mut runner = TestRunner::new(Config {
        cases: 400,
        failure_persistence: None,
        ..Config::default()
    });
    let desk = std::cell::RefCell::new(&mut desk);
    runner
        .run(&cases, |(rows, choices)| {
            check_choices(&mut desk.borrow_mut(), &rows, &choices)
        })
        .unwrap();
}
