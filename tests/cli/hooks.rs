//! `pindesk hooks`, and hooks that are real programs.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::Arc;

use pindesk::environment::{Hooks, MachineSettings};
use serde_json::{Value, json};

use crate::people::{environment, give_role, noon, ran_with};
use crate::setup::{Bench, PINS, Ran, USERS};

const ANN: &str = r"litwareinc\ann";
const KEN: &str = "Ken Myer";
/// Unlocked in the sample directory.
const ANNA: &str = "Jeff Smith";

/// A store with hooks, on a computer that allows those whose scripts it has.
struct Desk {
    bench: Bench,
    allowed: Value,
}

impl Desk {
    fn new() -> Self {
        let bench = Bench::filled_at_noon();
        give_role(&bench, "CsAdministrator", ANN);
        Self {
            bench,
            allowed: json!({}),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.bench.folder.path().join(name)
    }

    /// Allows a hook that is a shell script, with more settings.
    fn allow(&mut self, name: &str, script: &str, more: &Value) {
        let path = self.bench.file(name, format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        let mut hook = json!({ "program": path });
        let hook = hook.as_object_mut().unwrap();
        hook.extend(more.as_object().unwrap().clone());
        self.allowed[name] = json!(hook);
    }

    fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, "")
    }

    fn run_with(&self, args: &[&str], stdin: &str) -> Ran {
        let settings = json!({ "hooks": self.allowed });
        let settings: MachineSettings = serde_json::from_value(settings).unwrap();
        let mut environment = environment(ANN, noon);
        environment.hooks = Arc::new(Hooks::of(&settings));
        let (status, out, err) =
            ran_with(&environment, &self.bench.store(), args, stdin.as_bytes());
        Ran {
            status: status.0.into(),
            out,
            err,
        }
    }

    fn set(&self, args: &[&str]) {
        let ran = self.run(&[&["hooks"], args].concat());
        assert_eq!(ran.status, 0, "{ran:?}");
    }

    /// The document that a script has written to a file.
    fn document(&self, name: &str) -> Value {
        serde_json::from_str(&fs::read_to_string(self.path(name)).unwrap()).unwrap()
    }

    fn is_locked(&self, user: &str) -> bool {
        let info = self.run(&["info", user, "--format", "json"]).json();
        info[0]["IsLockedOut"].as_bool().unwrap()
    }
}

#[test]
fn a_hook_is_named_shown_and_taken_away() {
    let mut desk = Desk::new();
    desk.allow("check", "exit 0", &json!({}));
    let shown = desk.run(&["hooks"]).out;
    assert_eq!(
        shown,
        "No hook runs before changes.\nNo hook runs after changes.\n"
    );
    let preview = desk.run(&["hooks", "--before", "check", "--what-if"]);
    assert_eq!(
        preview.out, "What if: Hook before changes: none → check\n",
        "{preview:?}"
    );
    desk.set(&["--before", "check", "--after", "tell"]);
    let shown = desk.run(&["hooks"]).out;
    let check = desk.path("check");
    assert!(shown.contains(check.to_str().unwrap()), "{shown}");
    assert!(
        shown.contains("The hook tell runs after changes. This computer does not allow it"),
        "{shown}"
    );
    let json = desk.run(&["hooks", "--format", "json"]).json();
    assert_eq!(
        json,
        json!({"before": "check", "beforeProgram": check, "after": "tell", "afterProgram": null})
    );
    assert_eq!(desk.run(&["hooks", "--before", "a b"]).status, 2);
    desk.set(&["--before", "off", "--after", "off"]);
    let history = desk.run(&["history", "--action", "set-approval", "--format", "json"]);
    assert_eq!(history.json().as_array().unwrap().len(), 2);
}

#[test]
fn a_hook_refuses_in_its_own_words_and_no_terminal_obeys_them() {
    let mut desk = Desk::new();
    let script = "printf 'No change window.\\n\\033[31mAsk \\342\\200\\256Eve' >&2; exit 3";
    desk.allow("check", script, &json!({}));
    desk.set(&["--before", "check"]);
    let refused = desk.run(&["lock", ANNA, "--force"]);
    assert_eq!(refused.status, 4, "{refused:?}");
    assert_eq!(
        refused.err,
        "pindesk: The hook check refuses this: No change window. ·[31mAsk ·Eve. Nothing was changed.\n"
    );
    assert!(!desk.is_locked(ANNA));
    let history = desk.run(&["history", "--action", "lock", "--format", "json"]);
    assert_eq!(history.json()[0]["Denied"], 1, "{history:?}");
    // A preview asks nobody.
    assert_eq!(desk.run(&["lock", ANNA, "--what-if"]).status, 0);
}

#[test]
fn standard_output_counts_where_a_hook_has_said_no_error() {
    let mut desk = Desk::new();
    desk.allow("check", "echo closed on Sundays; exit 1", &json!({}));
    desk.allow("silent", "exit 7", &json!({}));
    desk.set(&["--before", "check"]);
    let refused = desk.run(&["lock", ANNA]);
    assert!(refused.err.contains("closed on Sundays."), "{refused:?}");
    desk.set(&["--before", "silent"]);
    let refused = desk.run(&["lock", ANNA]);
    assert!(
        refused.err.contains("it ended with status 7."),
        "{refused:?}"
    );
}

#[test]
fn a_hook_that_does_not_end_is_ended_with_what_it_has_started() {
    let mut desk = Desk::new();
    // The shell waits for a program of its own, which would write the file when the shell is gone.
    let script = format!(
        "echo $$ > {0}; (sleep 3600; echo late > {1}) & wait",
        desk.path("pid").display(),
        desk.path("late").display()
    );
    desk.allow("check", &script, &json!({"seconds": 1}));
    desk.set(&["--before", "check"]);
    let refused = desk.run(&["lock", ANNA]);
    assert_eq!(refused.status, 4, "{refused:?}");
    assert!(
        refused
            .err
            .contains("did not end within 1 s, and was ended. Nothing was changed."),
        "{refused:?}"
    );
    assert!(!desk.is_locked(ANNA));
    let group = fs::read_to_string(desk.path("pid")).unwrap();
    let alive = fs::read_dir("/proc").unwrap().filter_map(|entry| {
        let stat = fs::read_to_string(entry.ok()?.path().join("stat")).ok()?;
        // State and process group follow the name, which stands in brackets.
        let facts: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        (facts.first() != Some(&"Z")).then(|| (*facts.get(2).unwrap()).to_owned())
    });
    let alive: Vec<String> = alive.filter(|of| *of == group.trim()).collect();
    if cfg!(target_os = "linux") {
        assert_eq!(alive, [] as [&str; 0]);
    }
}

#[test]
fn much_output_and_unread_input_hold_nobody_up() {
    let mut desk = Desk::new();
    let much = "i=0; while [ $i -lt 400 ]; do printf '%01000d' 7; i=$((i+1)); done >&2; exit 1";
    desk.allow("much", much, &json!({"seconds": 60}));
    desk.allow("deaf", "exit 0", &json!({}));
    desk.set(&["--before", "much"]);
    let refused = desk.run(&["lock", ANNA]);
    assert_eq!(refused.status, 4);
    assert!(refused.err.len() < 2000, "{} bytes", refused.err.len());
    desk.set(&["--before", "deaf"]);
    // The plan of all users is larger than a pipe.
    let locked = desk.run(&["lock", "--where", "unlocked", "--force"]);
    assert_eq!(locked.status, 0, "{locked:?}");
    assert!(desk.is_locked(ANNA));
}

#[test]
fn a_hook_gets_the_plan_and_the_result_and_no_pin() {
    let mut desk = Desk::new();
    let keep = |name: &str| format!("exec cat > {}", desk.path(name).display());
    let (before, after) = (keep("before.json"), keep("after.json"));
    desk.allow("check", &before, &json!({}));
    desk.allow("tell", &after, &json!({}));
    desk.set(&["--before", "check", "--after", "tell"]);
    let given = desk.run_with(&["set-pin", KEN, "--reason", "new phone"], "48213\n");
    assert!([0, 1].contains(&given.status), "{given:?}");
    let unlocked = desk.run(&["unlock", KEN, "--reason", "back", "--ticket", "INC-7"]);
    assert_eq!((unlocked.status, unlocked.err.as_str()), (0, ""));
    let (asked, told) = (desk.document("before.json"), desk.document("after.json"));
    for document in [&asked, &told] {
        assert_eq!(document["action"], "unlock");
        assert_eq!(document["operator"], ANN);
        assert_eq!(document["plan"]["ticket"], "INC-7");
        let item = &document["plan"]["items"][0];
        assert_eq!(item["user"]["identity"], "sip:kenmyer@litwareinc.com");
    }
    assert_eq!(
        (&asked["moment"], &told["moment"]),
        (&json!("before"), &json!("after"))
    );
    assert_eq!(
        (&asked["result"], &told["result"]["changed"]),
        (&Value::Null, &json!(1))
    );

    let set = desk.run_with(&["set-pin", KEN], "48213\n");
    assert_eq!(set.status, 0, "{set:?}");
    let drawn = desk
        .run(&["set-pin", ANNA, "--generate", "--format", "json"])
        .json();
    let drawn = drawn["items"][0]["pin"].as_str().unwrap().to_owned();
    for name in ["before.json", "after.json"] {
        let text = fs::read_to_string(desk.path(name)).unwrap();
        assert!(text.contains("\"set-pin\""), "{text}");
        assert!(!text.contains(&format!("\"{drawn}\"")), "{text}");
    }
    assert_eq!(desk.run(&["lock", ANNA]).status, 0);
    let undone = desk.run(&["undo", "--force"]);
    assert_eq!(undone.status, 0, "{undone:?}");
    assert_eq!(desk.document("after.json")["action"], "undo");
    let pins = fs::read_to_string(PINS).unwrap().replace("True", "False");
    let pins = desk.bench.file("pins.csv", pins);
    let imported = desk.run(&["import", "pins", &pins]);
    assert!([0, 1].contains(&imported.status), "{imported:?}");
    assert_eq!(desk.document("after.json")["plan"]["kind"], "import");
    assert_eq!(desk.document("before.json")["action"], "import-pins");
}

#[test]
fn all_ways_to_a_change_pass_by_the_hook() {
    let mut desk = Desk::new();
    let plan = desk.path("lock.plan.json");
    let plan = plan.to_str().unwrap();
    assert_eq!(
        desk.run(&["lock", ANNA, "--what-if", "--save-plan", plan])
            .status,
        0
    );
    let submitted = desk.run(&["lock", ANNA, "--submit", "--format", "json"]);
    let id = submitted.json()["plan"].to_string();
    desk.allow("check", "echo closed >&2; exit 1", &json!({}));
    desk.set(&["--before", "check"]);
    let pipeline = format!("Get-CsUser -Identity '{ANNA}' | Lock-CsClientPin");
    let users = fs::read_to_string(USERS).unwrap();
    let users = users.replace("Ken Myer", "Ken Mayer");
    let users = desk.bench.file("users.csv", users);
    for args in [
        &["lock", ANNA][..],
        &["unlock", KEN],
        &["set-pin", ANNA, "--generate"],
        &["run", &pipeline],
        &["apply", plan],
        &["plans", "apply", &id],
        &["import", "users", &users],
        &["undo", "2"],
        &["approval", "--above", "5"],
        &["protected", "add", KEN],
        &["policy", "set", "global", "--min-length", "6"],
        &["roles", "grant", "CsHelpDesk", "carol"],
    ] {
        let refused = desk.run(args);
        assert_eq!(refused.status, 4, "{args:?} {refused:?}");
        assert!(
            refused.err.contains("refuses this: closed."),
            "{args:?} {refused:?}"
        );
    }
    assert!(!desk.is_locked(ANNA));
    let denied = desk.run(&["history", "--format", "json"]).json();
    let denied = denied.as_array().unwrap().iter();
    assert_eq!(denied.filter(|batch| batch["Denied"] == 1).count(), 12);
}

#[test]
fn a_hook_runs_for_its_actions_only() {
    let mut desk = Desk::new();
    desk.allow("check", "exit 1", &json!({"actions": ["unlock"]}));
    desk.set(&["--before", "check"]);
    assert_eq!(desk.run(&["lock", ANNA]).status, 0);
    assert_eq!(desk.run(&["unlock", ANNA]).status, 4);
}

#[test]
fn a_hook_starts_in_its_folder_with_its_arguments_and_nothing_of_the_operator() {
    let mut desk = Desk::new();
    let script = format!(
        "{{ pwd; env; for one in \"$@\"; do echo \"<$one>\"; done; }} > {}",
        desk.path("said").display()
    );
    desk.allow(
        "tell",
        &script,
        &json!({"arguments": ["a b", "$(id)", "*"]}),
    );
    desk.set(&["--after", "tell"]);
    assert_eq!(desk.run(&["lock", ANNA]).status, 0);
    let said = fs::read_to_string(desk.path("said")).unwrap();
    let folder = desk.bench.folder.path().canonicalize().unwrap();
    assert_eq!(said.lines().next().unwrap(), folder.to_str().unwrap());
    assert!(said.contains("<a b>\n<$(id)>\n<*>\n"), "{said}");
    for name in ["HOME=", "USER=", "CARGO", "PINDESK"] {
        assert!(!said.contains(name), "{name}: {said}");
    }
}

#[test]
fn a_hook_that_fails_afterwards_is_said_and_the_change_stays() {
    let mut desk = Desk::new();
    desk.allow(
        "tell",
        "echo the mail server is down >&2; exit 2",
        &json!({}),
    );
    desk.set(&["--after", "tell"]);
    let locked = desk.run(&["lock", ANNA]);
    assert_eq!(locked.status, 0, "{locked:?}");
    assert!(
        locked.err.contains(
            "PinDesk : The hook tell did not do its work: it ended with status 2: the mail server is down."
        ),
        "{locked:?}"
    );
    assert!(desk.is_locked(ANNA));
    let unlocked = desk.run(&["unlock", ANNA, "--format", "json"]).json();
    let warning = unlocked["warnings"][0].as_str().unwrap();
    assert!(warning.ends_with("was made all the same."), "{warning}");
    desk.set(&["--after", "elsewhere"]);
    let locked = desk.run(&["lock", ANNA]);
    assert_eq!(locked.status, 0, "{locked:?}");
    assert!(
        locked.err.contains("this computer does not allow it"),
        "{locked:?}"
    );
}

#[test]
fn a_hook_that_is_not_allowed_here_or_not_there_refuses() {
    let mut desk = Desk::new();
    desk.set(&["--before", "check"]);
    let refused = desk.run(&["lock", ANNA]);
    assert_eq!(refused.status, 4, "{refused:?}");
    assert_eq!(
        refused.err,
        "pindesk: The store names the hook check, and this computer does not allow it (its settings name no such hook). Ask those who \
         administer this computer to allow it, or work on a computer where it is allowed. Nothing was changed.\n"
    );
    desk.allowed["check"] = json!({"program": "/nowhere/check"});
    let refused = desk.run(&["lock", ANNA]);
    assert_eq!(refused.status, 4, "{refused:?}");
    assert!(
        refused.err.contains("/nowhere/check cannot be started"),
        "{refused:?}"
    );
    assert!(!desk.is_locked(ANNA));
    // The hook that refuses everything does not keep itself.
    desk.set(&["--before", "off"]);
    assert_eq!(desk.run(&["lock", ANNA]).status, 0);
}
