//! Pictures of the window in the light and the dark theme. To renew them, run
//! `UPDATE_SNAPSHOTS=1 cargo test --test window_ui pictures`.

use eframe::egui::{Key, Modifiers, Theme, Vec2};
use egui_kittest::SnapshotResults;
use pindesk::domain::Time;
use pindesk::domain::approval::ApprovalRules;
use pindesk::domain::role::Operator;
use pindesk::exchange::sample;
use pindesk::plan::{Action, Keep, PlanId, Request, Target};
use pindesk::progress::Unwatched;
use pindesk::store::{Decision, Grant, Store};

use super::harness::{
    Desk, ann, lock_with_reason, now, sample_store, sample_store_at, someone_else,
};

const SIZE: Vec2 = Vec2::new(1280.0, 800.0);

fn each_theme(draw: impl Fn(Theme, &str) -> Desk) {
    let mut results = SnapshotResults::new();
    for (theme, suffix) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let mut desk = draw(theme, suffix);
        desk.harness.remove_cursor();
        desk.harness.run();
        results.extend_harness(&mut desk.harness);
    }
}

fn snapshot(desk: &mut Desk, name: &str, suffix: &str) {
    // The folder of a test has a different name in each run.
    let store = desk.harness.state().app.store().to_owned();
    assert!(store.ends_with("pindesk.db"));
    desk.harness.remove_cursor();
    desk.harness.run();
    desk.harness.snapshot(format!("{name}-{suffix}"));
}

#[test]
fn first_start() {
    each_theme(|theme, suffix| {
        let mut desk = Desk::open(|_| {}, SIZE, theme);
        desk.wait_for("Open the sample directory");
        desk.wait_for("Use a key outside the store");
        snapshot(&mut desk, "first-start", suffix);
        desk
    });
}

#[test]
fn preview_with_every_group() {
    each_theme(|theme, suffix| {
        let mut desk = Desk::open(
            |path| {
                someone_else(&mut sample_store(path), Action::Lock, "Alice Gerber", "bob");
                let sql = rusqlite::Connection::open(path).unwrap();
                // The operator is limited to one domain, so that some are refused.
                sql.execute_batch(
                    "INSERT INTO roles VALUES ('Litware'); INSERT INTO role_cmdlets VALUES ('Litware', 'Unlock-CsClientPin'),
                     ('Litware', 'Lock-CsClientPin'); INSERT INTO role_units VALUES ('Litware', 'OU=Sales,DC=litwareinc,DC=com'),
                     ('Litware', 'OU=Finance,DC=litwareinc,DC=com'), ('Litware', 'OU=Engineering,DC=litwareinc,DC=com');
                     UPDATE operator_roles SET role = 'Litware';",
                )
                .unwrap();
            },
            SIZE,
            theme,
        );
        desk.wait_for("Users, 250 of 250 shown");
        desk.click("Sort by Lock");
        desk.wait_for("Sort by Lock, ascending");
        desk.click("Select all that match");
        desk.wait_for("250 selected");
        desk.click("Lock");
        desk.wait_for("refused");
        snapshot(&mut desk, "preview", suffix);
        desk
    });
}

#[test]
fn preview_with_locks_that_were_set_on_purpose() {
    each_theme(|theme, suffix| {
        let mut desk = Desk::open(
            |path| {
                let mut store = sample_store(path);
                let reason = "security incident 88, do not unlock before the investigators have \
                              spoken with her";
                lock_with_reason(&mut store, "Carla Eklund", "bob", reason);
                lock_with_reason(&mut store, "Alice Gerber", "eve", "left the company");
                lock_with_reason(&mut store, "Aaron Barros", "ann", "asked on the phone");
            },
            SIZE,
            theme,
        );
        desk.wait_for("Users, 250 of 250 shown");
        desk.click("Locked 23");
        desk.wait_for("Users, 23 of 250 shown");
        desk.click("Select all that match");
        desk.wait_for("23 selected");
        desk.click("Unlock");
        desk.wait_for("23 will change");
        snapshot(&mut desk, "cautions", suffix);
        desk
    });
}

#[test]
fn question() {
    each_theme(|theme, suffix| {
        let mut desk = Desk::with_sample_in(SIZE, theme);
        desk.click("Select all that match");
        desk.wait_for("250 selected");
        desk.click("Lock");
        desk.wait_for("230 will change");
        desk.click("Apply");
        snapshot(&mut desk, "question", suffix);
        desk
    });
}

/// A realistic list in UTF-16 with semicolons: a repeated user, a misspelled identity, an empty
/// row, and a row without an identity.
fn list_file(desk: &Desk) -> std::path::PathBuf {
    let text = "\u{feff}Name;UPN;Reason\r\nKen Myer;kenmyer@litwareinc.com;found his notebook\r\n\
                Aaron Barros;abarros@litwareinc.com;\r\nKen Myer;kenmyer@litwareinc.com;again\r\n\
                Nobody;kenmeyer@litwareinc.com;\r\n;;\r\nMaria Garcia;\r\n";
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    desk.write("from HR.csv", &bytes)
}

#[test]
fn steps_of_a_list() {
    each_theme(|theme, suffix| {
        let mut desk = Desk::with_sample_in(SIZE, theme);
        let file = list_file(&desk);
        desk.drop_file(&file);
        desk.wait_for("Lock the PINs of the users in it");
        desk.click("Lock the PINs of the users in it");
        snapshot(&mut desk, "list-1-file", suffix);
        desk.click("Next");
        snapshot(&mut desk, "list-2-reading", suffix);
        desk.click("Next");
        snapshot(&mut desk, "list-3-columns", suffix);
        desk.click("Next");
        desk.wait_for("unreadable 1");
        assert!(desk.says("1 row without text or with the header once more was passed over."));
        desk.click_row("Line 5, ");
        desk.wait_until("the row as it stands in the file", |desk| {
            desk.says("kenmeyer@litwareinc.com;")
        });
        snapshot(&mut desk, "list-4-preview", suffix);
        desk
    });
}

#[test]
fn history() {
    each_theme(|theme, suffix| {
        let mut desk = Desk::with_sample_in(SIZE, theme);
        someone_else(&mut desk.store(), Action::Lock, "Carla Eklund", "bob");
        desk.press(Modifiers::COMMAND, Key::Num4);
        desk.wait_for("sip:ceklund@litwareinc.com: Locked");
        // The test gave bob his role without the history.
        rusqlite::Connection::open(desk.store_path())
            .unwrap()
            .execute("DELETE FROM operator_roles WHERE account = 'bob'", [])
            .unwrap();
        desk.click("Verify history");
        desk.wait_until("the chain", |desk| desk.says("entries holds."));
        snapshot(&mut desk, "history", suffix);
        desk.click("Locked on…");
        desk.wait_for("sip:ceklund@litwareinc.com: locked by administrator");
        snapshot(&mut desk, "history-locked-on", suffix);
        desk
    });
}

/// Submits a plan as another operator, some hours ago.
fn submitted(
    store: &mut Store,
    who: &str,
    hours: i64,
    action: Action,
    names: &[&str],
    why: (&str, &str),
) -> PlanId {
    let (operator, at) = colleague(who, hours);
    store.accept_clock(&ann(), at).unwrap();
    store
        .grant(Grant::Give, "CsHelpDesk", &operator.account, &ann(), at)
        .unwrap();
    let request = Request {
        action,
        targets: names
            .iter()
            .map(|&name| Target::Identity(name.to_owned()))
            .collect(),
        keep: Keep::All,
        reason: why.0.to_owned(),
        ticket: why.1.to_owned(),
    };
    let planned = store.plan(&request, &operator, at, &Unwatched).unwrap();
    store.submit(&planned.plan, &operator, at).unwrap()
}

fn colleague(who: &str, hours: i64) -> (Operator, Time) {
    let at = now() - chrono::TimeDelta::hours(hours);
    (
        Operator {
            account: who.to_owned(),
            machine: "desk-2".to_owned(),
            id: None,
        },
        at,
    )
}

/// A store with plans of several operators. A user of the newest plan has changed since.
fn store_with_plans(path: &std::path::Path) {
    let mut store = sample_store_at(path, now() - chrono::TimeDelta::hours(77));
    let (bob, eve) = (r"litwareinc\bob", r"litwareinc\eve");
    let decide = |store: &mut Store, id, decision, text: &str, who: &str, hours| {
        let (operator, at) = colleague(who, hours);
        store.accept_clock(&ann(), at).unwrap();
        store.decide(id, decision, text, &operator, at).unwrap();
    };
    let why = ("Asked for by the works council", "CHG-1041");
    let first = submitted(&mut store, bob, 76, Action::Lock, &["Carla *"], why);
    let second = submitted(
        &mut store,
        eve,
        51,
        Action::Unlock,
        &["Ken Myer"],
        ("Back from leave", ""),
    );
    submitted(
        &mut store,
        bob,
        6,
        Action::Lock,
        &["Alice *", "Aaron Barros"],
        ("Contracts end on Friday", "CHG-1050"),
    );
    decide(
        &mut store,
        first,
        Decision::Reject,
        "Not before the works council has agreed in writing",
        eve,
        50,
    );
    decide(&mut store, second, Decision::Withdraw, "", eve, 49);
    let third = submitted(
        &mut store,
        bob,
        3,
        Action::Lock,
        &["Carla *", "Alice *"],
        ("Left the company", "INC-20931"),
    );
    decide(
        &mut store,
        third,
        Decision::Comment,
        "Is Carla Okafor still with us? Please look at the list of HR.",
        eve,
        2,
    );
    decide(
        &mut store,
        third,
        Decision::Comment,
        "She is not: see the second page.",
        bob,
        1,
    );
    someone_else(&mut store, Action::Lock, "Carla Okafor", eve);
    let rules = ApprovalRules {
        above: Some(2),
        others_locks: false,
        ..ApprovalRules::default()
    };
    store.set_approval_rules(rules, &ann(), now()).unwrap();
}

fn desk_with_plans(size: Vec2, theme: Theme) -> Desk {
    let mut desk = Desk::open(store_with_plans, size, theme);
    desk.wait_for("Users, 250 of 250 shown");
    desk.press(Modifiers::COMMAND, Key::Num3);
    desk.wait_for("Plan 4: ");
    desk
}

#[test]
fn plans() {
    each_theme(|theme, suffix| {
        let mut desk = desk_with_plans(SIZE, theme);
        snapshot(&mut desk, "plans", suffix);
        desk
    });
}

#[test]
fn submitted_plan_with_somebody_who_has_changed() {
    each_theme(|theme, suffix| {
        let mut desk = desk_with_plans(SIZE, theme);
        desk.press(Modifiers::NONE, Key::Enter);
        desk.wait_for("Comment on the plan");
        snapshot(&mut desk, "submitted-plan", suffix);
        desk
    });
}

#[test]
fn import_sheet() {
    each_theme(|theme, suffix| {
        let mut desk = Desk::open(|_| {}, SIZE, theme);
        desk.wait_for("Open the sample directory");
        let users = desk.write("users.csv", sample::USERS);
        desk.drop_file(&users);
        desk.wait_for("new 250");
        snapshot(&mut desk, "import", suffix);
        desk
    });
}

#[test]
fn policies() {
    each_theme(|theme, suffix| {
        let mut desk = Desk::with_sample_in(SIZE, theme);
        desk.show("Policies");
        desk.wait_until("the form", |desk| desk.says("Policy Global"));
        desk.enter_field("Old PINs that can't come back");
        desk.press(Modifiers::COMMAND, Key::A);
        desk.type_text("5");
        desk.enter_field("Lifetime in days");
        desk.press(Modifiers::COMMAND, Key::A);
        desk.type_text("90");
        desk.wait_for("Show: PIN older than 90 days");
        snapshot(&mut desk, "policies", suffix);
        desk
    });
}

#[test]
fn insights() {
    each_theme(|theme, suffix| {
        let mut desk = Desk::with_sample_in(SIZE, theme);
        desk.show("Insights");
        desk.wait_for("Save as CSV…");
        snapshot(&mut desk, "insights", suffix);
        desk
    });
}
