//! Changes between plan and apply, and between operators. These tests run inside the process, so
//! that they can set the clock.

use std::sync::atomic::{AtomicU32, Ordering};

use pindesk::cli::{CommandEnvironment, ExitStatus, Invocation, parse, run};
use serde_json::{Value, json};

use crate::people::{NOON, environment, give_role, noon, ran};
use crate::setup::Bench;

const MONICA: &str = "monica";

/// A clock that is read when opening, planning and applying. Before the third reading, another
/// operator locks Ken's PIN.
fn interrupted(bench: &Bench) -> CommandEnvironment {
    let (store, looks) = (bench.store(), AtomicU32::new(0));
    environment("kim", move || {
        if looks.fetch_add(1, Ordering::SeqCst) == 2 {
            let monica = environment(MONICA, noon);
            assert_eq!(
                ran(&monica, &store, &["lock", "Ken Myer"]).0,
                ExitStatus::DONE
            );
        }
        noon()
    })
}

#[test]
fn users_who_change_after_the_plan_are_left_alone_and_named() {
    let bench = Bench::filled_at_noon();
    give_role(&bench, "CsAdministrator", MONICA);
    give_role(&bench, "CsAdministrator", "kim");
    let args = ["unlock", "Ken Myer", "Pilar Ackerman"];
    let (status, out, err) = ran(&interrupted(&bench), &bench.store(), &args);
    assert_eq!(status, ExitStatus::IN_PART);
    assert_eq!(
        out,
        "Unlocked 1 user. 0 no change needed, 0 skipped, 0 refused, 1 drifted.\n"
    );
    assert_eq!(
        err,
        "Unlock-CsClientPin : \"Ken Myer\" (sip:kenmyer@litwareinc.com): Changed since the plan, and left alone. \
         Planned for: locked, cause unknown; now: locked by administrator. Changed by monica on 2026-11-22 at 12:00 UTC.\n"
    );

    let bench = Bench::filled_at_noon();
    give_role(&bench, "CsAdministrator", MONICA);
    give_role(&bench, "CsAdministrator", "kim");
    let (_, out, _) = ran(
        &interrupted(&bench),
        &bench.store(),
        &[&args[..], &["--format", "json"]].concat(),
    );
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (&report["changed"], &report["drifted"]),
        (&json!(1), &json!(1))
    );
    let item = &report["items"][0];
    assert_eq!(
        (&item["outcome"], &item["before"]),
        (&json!("drifted"), &json!("locked, cause unknown"))
    );
    assert_eq!(item["after"], "locked by administrator");
    let reason = item["reason"].as_str().unwrap();
    assert!(
        reason.ends_with("Changed by monica on 2026-11-22 at 12:00 UTC."),
        "times in JSON are in UTC: {reason}"
    );
}

#[test]
fn undoing_the_lock_of_another_operator_is_pointed_out_even_with_force() {
    let bench = Bench::filled_at_noon();
    give_role(&bench, "CsAdministrator", MONICA);
    give_role(&bench, "CsAdministrator", "kim");
    let monica = environment(MONICA, noon);
    ran(
        &monica,
        &bench.store(),
        &["lock", "Ken Myer", "--reason", "Lost his phone"],
    );
    let (status, _, err) = ran(
        &environment("kim", noon),
        &bench.store(),
        &["unlock", "Ken Myer", "--what-if", "--force"],
    );
    assert_eq!(status, ExitStatus::DONE);
    assert!(
        err.contains("Locked on purpose by monica on 2026-11-22"),
        "{err}"
    );
    assert!(err.contains("reason: Lost his phone."), "{err}");
    assert_eq!(
        ran(
            &monica,
            &bench.store(),
            &["unlock", "Ken Myer", "--what-if"]
        )
        .2,
        ""
    );
}

#[test]
fn expired_means_that_there_is_an_expiry_and_it_has_passed() {
    let bench = Bench::filled_at_noon();
    give_role(&bench, "CsAdministrator", MONICA);
    let (_, out, _) = ran(
        &environment(MONICA, noon),
        &bench.store(),
        &["info", "--where", "expired", "--format", "json"],
    );
    let rows: Vec<Value> = serde_json::from_str(&out).unwrap();
    assert_eq!(rows.len(), 15);
    assert!(rows.iter().all(|row| {
        row["PinExpirationTime"]
            .as_str()
            .is_some_and(|time| time < NOON)
    }));
}

#[test]
fn without_a_data_folder_a_store_must_be_named() {
    let Ok(Invocation::Command(command)) = parse(["pindesk", "info"].map(Into::into)) else {
        panic!("no command")
    };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = run(
        &command,
        &environment(MONICA, noon),
        &mut std::io::empty(),
        &mut out,
        &mut err,
    );
    assert_eq!(
        (status, err.as_slice()),
        (ExitStatus::WRONG_INPUT, &b"pindesk: no data folder\n"[..])
    );
}

#[test]
fn without_a_command_the_window_is_asked_for() {
    let asked = parse(["pindesk", "--store", "a.db"].map(Into::into));
    assert_eq!(
        asked.ok(),
        Some(Invocation::Window {
            store: Some("a.db".into()),
            key_file: None,
        })
    );
}
