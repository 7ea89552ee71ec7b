//! `pindesk key`: the key outside the store, in a file as a service has it.

use std::fs;

use serde_json::json;

use crate::setup::{Bench, key_file};

const KEN: &str = "sip:kenmyer@litwareinc.com";

/// A bench with a key, and Ken's PIN.
fn with_key() -> Bench {
    let bench = Bench::filled();
    assert_eq!(bench.run(&["unlock", KEN]).status, 0);
    let made = bench.run(&["key", "new"]);
    assert_eq!(made.status, 0, "{made:?}");
    let set = bench.run_with(&["set-pin", KEN], "48213\n");
    assert_eq!(set.status, 0, "{set:?}");
    bench
}

fn tried(bench: &Bench) -> i32 {
    bench.run_with(&["authenticate", KEN], "48213\n").status
}

#[test]
fn a_key_is_made_once_and_shown_by_its_id_alone() {
    let bench = Bench::filled();
    let before = bench.run(&["key"]);
    assert_eq!(before.status, 0);
    assert!(before.out.contains("uses no key"), "{before:?}");
    let made = bench.run(&["key", "new"]);
    let secret = fs::read_to_string(key_file(&bench.store())).unwrap();
    let secret = secret.lines().nth(1).unwrap().split_once(':').unwrap().1;
    let state = bench.json(&["key", "status"]);
    let id = state["key"].as_str().unwrap();
    assert!(made.err.contains(id), "{made:?}");
    let again = bench.run(&["key", "new"]);
    assert_eq!(again.status, 2, "{again:?}");
    let history = bench.run(&["history", "show", "2", "--format", "json"]);
    let batches = bench.run(&["history"]);
    assert!(batches.out.contains("set-key"), "{batches:?}");
    assert!(bench.run(&["history", id]).out.contains(id));
    for ran in [made, again, history, batches, bench.run(&["key"])] {
        assert!(!format!("{ran:?}").contains(secret));
    }
    let kept = fs::read(key_file(&bench.store())).unwrap();
    assert_eq!(bench.json(&["key"]), state);
    assert_eq!(kept, fs::read(key_file(&bench.store())).unwrap());
}

#[test]
fn without_the_key_pins_are_not_tested_until_it_is_imported() {
    let bench = with_key();
    let copy = bench.folder.path().join("copy.key");
    let copy = copy.to_str().unwrap();
    assert_eq!(bench.run(&["key", "export", copy]).status, 0);
    let again = bench.run(&["key", "export", copy]);
    assert_eq!(again.status, 2, "{again:?}");
    assert!(bench.run(&["history"]).out.contains("exported"));
    fs::remove_file(key_file(&bench.store())).unwrap();
    let (states, _) = bench.content();
    let refused = bench.run_with(&["authenticate", KEN], "48213\n");
    assert_eq!(refused.status, 3, "{refused:?}");
    assert!(refused.err.contains("pindesk key import"), "{refused:?}");
    let refused = bench.run(&["set-pin", KEN]);
    assert_eq!(refused.status, 3, "asked for no PIN in vain: {refused:?}");
    assert_eq!(bench.content().0, states);
    assert_eq!(bench.run(&["key", "status"]).status, 1);
    assert_eq!(bench.run(&["lock", KEN]).status, 0);
    assert_eq!(bench.run(&["unlock", KEN]).status, 0);
    let other = Bench::filled();
    other.run(&["key", "new"]);
    let foreign = key_file(&other.store());
    let refused = bench.run(&["key", "import", foreign.to_str().unwrap()]);
    assert_eq!(refused.status, 2, "{refused:?}");
    assert_eq!(bench.run(&["key", "import", copy]).status, 0);
    assert_eq!(tried(&bench), 0);
    assert_eq!(bench.run(&["key", "status"]).status, 0);
    let named = bench.run_with(&["authenticate", KEN, "--key-file", copy], "48213\n");
    assert_eq!(named.status, 0, "{named:?}");
}

#[test]
fn a_rotation_keeps_pins_valid_and_ends_when_all_are_renewed() {
    let bench = with_key();
    let old = bench.json(&["key"])["key"].clone();
    assert_eq!(bench.run(&["key", "rotate"]).status, 0);
    let keys = fs::read(key_file(&bench.store())).unwrap();
    let again = bench.run(&["key", "rotate"]);
    assert_eq!(again.status, 2, "{again:?}");
    assert_eq!(keys, fs::read(key_file(&bench.store())).unwrap());
    let state = bench.json(&["key"]);
    assert_eq!((&state["oldKey"], &state["withOldKey"]), (&old, &json!(1)));
    let early = bench.run(&["key", "rotate", "--finish"]);
    assert_eq!(early.status, 2, "{early:?}");
    assert_eq!(tried(&bench), 0);
    assert_eq!(bench.json(&["key"])["withOldKey"], json!(0));
    assert_eq!(bench.run(&["key", "rotate", "--finish"]).status, 0);
    assert_eq!(bench.json(&["key"])["oldKey"], json!(null));
    assert_eq!(tried(&bench), 0);
    let verified = bench.run(&["history", "verify"]);
    assert_eq!(verified.status, 0, "{verified:?}");
}

#[test]
fn a_new_store_begins_with_a_key_or_is_not_made() {
    let bench = Bench::empty();
    let file = key_file(&bench.store());
    fs::write(&file, "something else").unwrap();
    let refused = bench.run(&["init", "--key"]);
    assert_eq!(refused.status, 2, "{refused:?}");
    assert!(!bench.store().exists());
    fs::remove_file(&file).unwrap();
    let made = bench.run(&["init", "--key"]);
    assert_eq!(made.status, 0, "{made:?}");
    assert!(bench.json(&["key"])["foundIn"].is_string());
    let plain = Bench::empty();
    let made = plain.run(&["init"]);
    assert!(made.err.contains("pindesk key new"), "{made:?}");
    assert!(!key_file(&plain.store()).exists());
}

#[cfg(unix)]
#[test]
fn a_key_file_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = with_key();
    let file = key_file(&bench.store());
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let refused = bench.run_with(&["authenticate", KEN], "48213\n");
    assert_eq!(refused.status, 3);
    assert!(refused.err.contains("other accounts"), "{refused:?}");
}

/// A program that is killed in a rotation at any moment leaves a store whose PINs can be tested.
#[test]
fn killing_a_rotation_leaves_pins_that_can_be_tested() {
    let bench = with_key();
    for pause in 0..8 {
        let mut rotation = bench
            .command(&["key", "rotate"])
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(pause * 4));
        drop(rotation.kill());
        rotation.wait().unwrap();
        assert_eq!(tried(&bench), 0, "killed after {} ms", pause * 4);
        let state = bench.json(&["key"]);
        if state["oldKey"].is_string() {
            assert_eq!(bench.run(&["key", "rotate", "--finish"]).status, 0);
        }
    }
    assert_eq!(bench.run(&["history", "verify"]).status, 0);
}
