//! Plan files: a saved plan is read back unchanged. Edited, foreign and unknown files are refused.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use std::fs;
use std::path::PathBuf;

use common::{TempStore, admin, now, operator, typed};
use pindesk::domain::pin::PinState;
use pindesk::domain::role::Permission;
use pindesk::exchange::{Input, ListOptions, PlanFileError, open_plan, plan_list, save_plan};
use pindesk::plan::{Action, Group, Outcome, Own, Plan, Refusal, SkipReason};
use pindesk::progress::Unwatched;
use pindesk::store::Refreshed;
use pindesk::zone::Zone;
use serde_json::Value;

const KEN: (&str, &str) = ("Ken Myer", "kenmyer");
const PILAR: (&str, &str) = ("Pilar Ackerman", "packerman");

fn path(temp: &TempStore) -> PathBuf {
    temp.folder.path().join("a plan.json")
}

fn saved(temp: &TempStore, plan: &Plan) -> String {
    save_plan(plan, temp.store.id(), &path(temp)).unwrap();
    fs::read_to_string(path(temp)).unwrap()
}

fn open(temp: &TempStore) -> Result<Plan, PlanFileError> {
    open_plan(
        &path(temp),
        temp.store.id(),
        temp.store.permissions(&admin()).unwrap(),
    )
}

/// A plan with every outcome, from a list whose rows have details of their own.
fn plan(temp: &TempStore) -> Plan {
    let list = "Identity,Action,Reason,Until\nKen Myer,lock,lost,2027-01-31\nPilar Ackerman,unlock,,\nKen Myer,lock,,\n\
                Nobody,lock,,\nsip:,lock,,\nlitwareinc\\asmith,lock,,\nlitwareinc\\asmith,unlock,,\nk*,lock,,\n";
    let options = ListOptions {
        zone: Zone::utc(),
        ticket: "INC-7".to_owned(),
        ..ListOptions::default()
    };
    plan_list(
        &temp.store,
        &Input::bytes("list.csv", list),
        &options,
        &admin(),
        now(),
        &Unwatched,
    )
    .unwrap()
    .plan
}

fn store() -> TempStore {
    TempStore::with(&[KEN, PILAR, ("Anna Smith", "asmith")])
}

#[test]
fn a_saved_plan_is_opened_unchanged_and_applied() {
    let mut temp = store();
    let plan = plan(&temp);
    saved(&temp, &plan);
    let opened = open(&temp).unwrap();
    assert_eq!(opened.items.len(), plan.items.len());
    for (opened_item, item) in opened.items.iter().zip(&plan.items) {
        assert_eq!(
            (&opened_item.user, &opened_item.own),
            (&item.user, &item.own)
        );
        assert_eq!(opened_item.outcome.verdict(), item.outcome.verdict());
        assert_eq!(
            opened.reason(opened_item, Zone::utc()),
            plan.reason(item, Zone::utc())
        );
    }
    assert_eq!(opened.source, plan.source);
    let applied = temp
        .store
        .apply(&opened, &admin(), now(), &Unwatched)
        .unwrap();
    assert_eq!(applied.changed, [temp.id("kenmyer")]);
    let lock = temp.user("kenmyer").pin.lock.unwrap();
    assert_eq!(
        (lock.reason.as_str(), lock.ticket.as_str()),
        ("lost", "INC-7")
    );
    assert_eq!(lock.until, Some("2027-01-31T00:00:00Z".parse().unwrap()));
    assert_eq!(
        open(&temp).unwrap().counts().of(Group::WillChange),
        1,
        "what has drifted since is found when it is applied"
    );
    let again = temp
        .store
        .apply(&open(&temp).unwrap(), &admin(), now(), &Unwatched)
        .unwrap();
    assert_eq!((again.changed.len(), again.drifted.len()), (0, 1));
}

#[test]
fn the_hash_is_that_of_the_plan_in_one_line() {
    let temp = store();
    let text = saved(&temp, &temp.plan(Action::Lock, typed(&["Ken Myer"])));
    let start = text.find("\"plan\": ").unwrap() + 8;
    let value: Value =
        serde_json::from_str(text[start..].trim().strip_suffix('}').unwrap()).unwrap();
    // The fields are in the order in which they were written. Only spaces outside of texts are
    // removed.
    assert!(value.get("items").is_some_and(Value::is_array));
    let line: String = text[start..]
        .trim()
        .strip_suffix('}')
        .unwrap()
        .lines()
        .map(str::trim_start)
        .collect();
    let line = line.replace("\": ", "\":");
    let hash: Value = serde_json::from_str(&text).unwrap();
    use sha2::Digest as _;
    let expected = pindesk::domain::text::hex(&sha2::Sha256::digest(line.trim().as_bytes()));
    assert_eq!(hash["sha256"], Value::from(expected));
}

#[test]
fn every_edit_is_found() {
    let temp = store();
    let text = saved(&temp, &plan(&temp));
    for (old, new) in [
        ("\"action\": \"unlock\"", "\"action\": \"lock\""),
        ("\"lost\"", "\"found\""),
        ("sip:kenmyer@litwareinc.com", "sip:somebody@litwareinc.com"),
        ("\"id\": 1", "\"id\": 2"),
        ("\"version\": 4", "\"version\": 9"),
        ("\"outcome\": \"not-found\"", "\"outcome\": \"denied\""),
        ("\"ticket\": \"INC-7\"", "\"ticket\": \"INC-8\""),
        ("\"madeBy\": \"litwareinc\\\\ann\"", "\"madeBy\": \"bob\""),
    ] {
        assert!(text.contains(old), "{old} is not in\n{text}");
        fs::write(path(&temp), text.replacen(old, new, 1)).unwrap();
        assert_eq!(
            open(&temp).unwrap_err(),
            PlanFileError::Edited,
            "{old} → {new}"
        );
    }
    fs::write(
        path(&temp),
        text.replacen("\"items\": [", "\"extra\": 1,\n    \"items\": [", 1),
    )
    .unwrap();
    assert!(
        matches!(open(&temp), Err(PlanFileError::NotAPlan(_))),
        "a field more"
    );
    for end in (0..text.len() - 2).step_by(97) {
        fs::write(path(&temp), text.as_bytes().get(..end).unwrap()).unwrap();
        assert!(
            matches!(open(&temp), Err(PlanFileError::NotAPlan(_))),
            "cut at {end}"
        );
    }
}

#[test]
fn foreign_and_unknown_plan_files_are_refused_with_the_reason() {
    let (temp, other) = (store(), store());
    let text = saved(&temp, &plan(&temp));
    let in_other = open_plan(
        &path(&temp),
        other.store.id(),
        temp.store.permissions(&admin()).unwrap(),
    );
    assert_eq!(in_other.unwrap_err(), PlanFileError::OtherStore);
    fs::write(
        path(&temp),
        text.replacen("\"version\": 1", "\"version\": 2", 1),
    )
    .unwrap();
    let error = open(&temp).unwrap_err();
    assert_eq!(error, PlanFileError::UnknownVersion(2));
    assert!(
        error
            .to_string()
            .contains("version 2, which this program does not know"),
        "{error}"
    );
    for file in [
        "",
        "{}",
        "[]",
        "Identity,Action",
        "{\"format\":\"other\",\"version\":1}",
        "\u{0}",
    ] {
        fs::write(path(&temp), file).unwrap();
        assert!(
            matches!(open(&temp), Err(PlanFileError::NotAPlan(_))),
            "{file}"
        );
    }
    fs::remove_file(path(&temp)).unwrap();
    assert!(matches!(open(&temp), Err(PlanFileError::Io(_))));
}

#[test]
fn a_file_gives_nobody_a_permission() {
    let mut temp = store();
    saved(&temp, &plan(&temp));
    let eve = operator("eve");
    let permissions = temp.store.permissions(&eve).unwrap();
    assert_eq!(*permissions.of(Action::Lock), Permission::Nowhere);
    let plan = open_plan(&path(&temp), temp.store.id(), permissions).unwrap();
    assert!(temp.store.apply(&plan, &eve, now(), &Unwatched).is_err());
    assert!(!temp.is_locked("kenmyer"));
}

#[test]
fn an_opened_plan_is_refreshed_for_the_operator_who_opens_it() {
    let mut temp = store();
    temp.plain()
        .execute(
            "INSERT INTO operator_roles (account_key, account, role) VALUES ('bob', 'bob', 'CsHelpDesk')",
            [],
        )
        .unwrap();
    let lock = temp.plan(
        Action::Lock,
        typed(&["Ken Myer", "Pilar Ackerman", "Anna Smith"]),
    );
    temp.store
        .apply(&lock, &admin(), now(), &Unwatched)
        .unwrap();
    let unlock = temp.plan(
        Action::Unlock,
        typed(&["Ken Myer", "Pilar Ackerman", "Anna Smith"]),
    );
    let caution = |plan: &Plan, at: usize| {
        matches!(
            &plan.items[at].outcome,
            Outcome::Change { caution: Some(_) }
        )
    };
    assert!(!caution(&unlock, 0), "they are her own locks");
    saved(&temp, &unlock);
    let (bob, eve) = (operator("bob"), operator("eve"));
    // Pilar changes, and another user gets Anna's ID, as after restoring a backup.
    let pilar = temp.plan_as(&bob, Action::Unlock, typed(&["Pilar Ackerman"]));
    temp.store.apply(&pilar, &bob, now(), &Unwatched).unwrap();
    temp.plain()
        .execute(
            "UPDATE users SET display_name = 'Other', sip = 'other@x.y' WHERE id = 3",
            [],
        )
        .unwrap();
    let reviewed = |who: &pindesk::domain::role::Operator| {
        temp.store
            .refresh(open(&temp).unwrap(), who, now())
            .unwrap()
    };
    let Refreshed { plan, drifted } = reviewed(&bob);
    let names: Vec<&str> = drifted
        .iter()
        .map(|drift| drift.display_name.as_str())
        .collect();
    assert_eq!(names, ["Pilar Ackerman", "Anna Smith"]);
    assert!(
        drifted[0].planned.lock.is_some() && drifted[0].current.as_ref().unwrap().lock.is_none()
    );
    assert_eq!(drifted[0].changed_by, Some(("bob".to_owned(), now())));
    assert!(caution(&plan, 0), "to Bob they are another administrator's");
    assert!(
        matches!(&plan.items[1].outcome, Outcome::Skipped(SkipReason::ChangedSince { by, .. }) if by == "bob")
    );
    assert!(
        matches!(&plan.items[2].outcome, Outcome::Skipped(_)),
        "the number alone is nobody: {:?}",
        plan.items[2]
    );
    assert_eq!(plan.operator, "bob");
    assert!(reviewed(&eve).plan.items[0].outcome == Outcome::Refused(Refusal::Denied));
}

#[test]
fn a_plan_that_contradicts_itself_is_refused() {
    let temp = store();
    let plan = temp.plan(Action::Lock, typed(&["Ken Myer", "Pilar Ackerman"]));
    let changed = |change: &dyn Fn(&mut Plan)| {
        let mut plan = plan.clone();
        change(&mut plan);
        saved(&temp, &plan);
        open(&temp)
    };
    assert!(changed(&|_| {}).is_ok());
    for (what, change) in [
        (
            "another action",
            &(|plan: &mut Plan| plan.items[0].action = Action::Unlock) as &dyn Fn(&mut Plan),
        ),
        ("one user twice", &|plan: &mut Plan| {
            plan.items[1].user = plan.items[0].user.clone();
        }),
        ("a state out of nowhere", &|plan: &mut Plan| {
            plan.items[0].own = Some(Box::new(Own {
                restores: Some(PinState::default()),
                ..Own::default()
            }));
        }),
    ] {
        assert!(
            matches!(changed(change), Err(PlanFileError::NotAPlan(_))),
            "{what}"
        );
    }
}

#[test]
fn a_plan_that_sets_pins_holds_none_and_cannot_go_under_another_name() {
    let mut temp = store();
    let plan = temp.plan(Action::SetPin, typed(&["Ken Myer"]));
    let text = saved(&temp, &plan);
    assert!(
        text.contains("\"set-pin\"") && text.contains("\"lifetimeDays\""),
        "{text}"
    );
    let opened = open(&temp).unwrap();
    assert_eq!(
        (opened.action, &opened.items[0].own),
        (Some(Action::SetPin), &plan.items[0].own)
    );
    let forged = Plan {
        action: None,
        ..plan
    };
    saved(&temp, &forged);
    assert!(
        matches!(open(&temp), Err(PlanFileError::NotAPlan(_))),
        "{:?}",
        open(&temp)
    );
    assert_eq!(temp.apply(&opened).unwrap().pins.len(), 1);
}

#[cfg(unix)]
#[test]
fn a_device_that_never_ends_and_a_file_without_bounds_are_refused_before_they_fill_the_memory() {
    let temp = TempStore::new();
    let open = |path: &std::path::Path| {
        let permissions = temp.store.permissions(&admin()).unwrap();
        open_plan(path, temp.store.id(), permissions).unwrap_err()
    };
    assert_eq!(
        open(std::path::Path::new("/dev/zero")),
        PlanFileError::NotAPlan("it is not a file".to_owned())
    );
    let large = temp.folder.path().join("large.json");
    let file = fs::File::create(&large).unwrap();
    file.set_len((256 << 20) + 1).unwrap();
    assert_eq!(
        open(&large),
        PlanFileError::NotAPlan("it is larger than 256 MB".to_owned())
    );
    assert!(Input::file(std::path::Path::new("/dev/zero")).is_err());
}
