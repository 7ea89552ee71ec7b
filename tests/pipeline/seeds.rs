//! Every example line of the two documented pages is run on the sample directory. Afterwards, the
//! state of each user is as the page describes it.

use std::collections::HashMap;

use pindesk::domain::identity::Identity;
use pindesk::domain::pin::Expiry;
use pindesk::domain::user::{UserId, UserRecord};
use pindesk::pipeline::{Pipeline, PipelineRow, PipelineSource, RunAnswer, RunOutcome};
use pindesk::plan::{Action, PlannedRequest};
use pindesk::progress::Unwatched;

use crate::common::{TempStore, admin, now};
use crate::{asked, context, everybody, parse, sample_store};

const LOCK: &str = include_str!("../seeds/Lock-CsClientPin.md");
const UNLOCK: &str = include_str!("../seeds/Unlock-CsClientPin.txt");

/// The lines of a page that are commands, inside or outside of code fences.
fn examples(page: &str) -> Vec<&str> {
    let is_command = |line: &&str| {
        let begins = ["Lock-Cs", "Unlock-Cs", "Get-Cs"]
            .iter()
            .any(|start| line.starts_with(start));
        begins && !line.contains('<') && (line.contains(" | ") || line.contains(" -Identity \""))
    };
    page.lines().map(str::trim_end).filter(is_command).collect()
}

/// All lines in the code fences below the heading of the examples.
fn fenced(page: &str) -> Vec<&str> {
    let part = page
        .split("## EXAMPLES")
        .nth(1)
        .unwrap()
        .split("## PARAMETERS")
        .next()
        .unwrap();
    let inside = part.split("```").skip(1).step_by(2);
    inside
        .flat_map(str::lines)
        .filter(|line| !line.trim().is_empty())
        .collect()
}

fn work_out(temp: &TempStore, pipeline: &Pipeline) -> (Vec<PipelineRow>, RunOutcome) {
    let mut rows = Vec::new();
    let mut sink = |row| {
        rows.push(row);
        true
    };
    let mut run = pipeline.start(context(), &mut sink);
    match pipeline.source() {
        PipelineSource::Users => temp.store.for_each_user(|user| run.user(user)).unwrap(),
        PipelineSource::Roles => {
            for role in temp.store.all_roles().unwrap() {
                run.role(role);
            }
        }
        PipelineSource::Nothing => {}
        other => panic!("{other:?}"),
    }
    let outcome = run.finish().unwrap();
    (rows, outcome)
}

/// Applies the change of a pipeline. Returns the users as they were before, and the warnings.
fn carry_out(temp: &mut TempStore, line: &str) -> (HashMap<UserId, UserRecord>, Vec<String>) {
    let before = everybody(temp)
        .into_iter()
        .map(|user| (user.id, user))
        .collect();
    let (rows, outcome) = work_out(temp, &parse(line));
    assert!(rows.is_empty(), "{line}");
    let change = asked(outcome.answer);
    let PlannedRequest { plan, left_out } = temp
        .store
        .plan(&change.request, &admin(), now(), &Unwatched)
        .unwrap();
    assert_eq!(left_out, 0);
    assert_eq!(plan.counts().refused, 0);
    assert_eq!(temp.apply(&plan).unwrap().drifted, []);
    (before, outcome.explanation.warnings)
}

/// Checks the locks after a line. `is_locked_after` gets a user as it was before. No other field
/// may change.
fn assert_changed(line: &str, is_locked_after: impl Fn(&UserRecord) -> bool) -> Vec<String> {
    let mut temp = sample_store();
    let (before, warnings) = carry_out(&mut temp, line);
    let after = everybody(&temp);
    assert_eq!((before.len(), after.len()), (250, 250));
    let mut changed = 0;
    for user in after {
        let was = &before[&user.id];
        let wanted = is_locked_after(was);
        assert_eq!(
            user.pin.is_locked_out(now()),
            wanted,
            "{line}: {}",
            user.names.display_name
        );
        let (old, new) = (&was.pin, &user.pin);
        assert_eq!(
            (old.is_set, old.expires, old.last_change),
            (new.is_set, new.expires, new.last_change)
        );
        assert_eq!(user.names, was.names);
        changed += usize::from(user.version != was.version);
    }
    assert!(changed > 0, "{line} changed nobody");
    warnings
}

fn is_locked(user: &UserRecord) -> bool {
    user.pin.is_locked_out(now())
}

#[test]
fn each_example_of_the_pages_is_found() {
    let lock = examples(LOCK);
    assert_eq!((lock.len(), examples(UNLOCK).len()), (11, 3), "{lock:?}");
    assert!(fenced(LOCK).iter().all(|line| lock.contains(line)));
    assert_eq!(fenced(LOCK).len(), 3);
    assert!(
        examples(UNLOCK)
            .iter()
            .any(|line| line.contains("\u{2013}match")),
        "the dash of the page"
    );
}

#[test]
fn each_example_does_what_its_page_says() {
    let mut done = HashMap::<&str, usize>::new();
    for line in examples(LOCK).into_iter().chain(examples(UNLOCK)) {
        // A page has the line once for each version of the product.
        let count = done.entry(line).or_default();
        *count += 1;
        if *count > 1 {
            continue;
        }
        match line {
            "Lock-CsClientPin -Identity \"kenmyer@litwareinc.com\"" => {
                // Ken's PIN is locked already with an unknown cause, and the lock becomes an
                // administrator's.
                let is_ken =
                    |user: &UserRecord| user.names.sip.as_deref() == Some("kenmyer@litwareinc.com");
                assert_eq!(
                    assert_changed(line, |user| is_locked(user) || is_ken(user)),
                    [""; 0]
                );
            }
            "Unlock-CsClientPin -Identity \"litwareinc\\kenmyer\"" => {
                let ken =
                    |user: &UserRecord| user.names.account.as_ref().unwrap().logon == "kenmyer";
                assert_eq!(
                    assert_changed(line, |user| is_locked(user) && !ken(user)),
                    [""; 0]
                );
            }
            _ if line.contains("IsPinSet -eq $True} | Lock-CsClientPin") => {
                assert_eq!(
                    assert_changed(line, |user| is_locked(user) || user.pin.is_set),
                    [""; 0]
                );
            }
            _ if line.contains("PinExpirationTime -lt (Get-Date)} | Lock-CsClientPin") => {
                let is_expired =
                    |user: &UserRecord| matches!(user.pin.status(now()).expiry, Expiry::Expired(_));
                let warnings = assert_changed(line, |user| is_locked(user) || is_expired(user));
                let without = everybody(&sample_store());
                let without = without.iter().filter(|user| {
                    matches!(user.pin.status(now()).expiry, Expiry::NoPin | Expiry::Never)
                });
                let said = format!("would also have taken {} users by mistake", without.count());
                assert!(
                    warnings.len() == 1 && warnings[0].contains(&said),
                    "{said}: {warnings:?}"
                );
            }
            _ if line.contains("IsLockedOut -eq $True} | Unlock-CsClientPin") => {
                assert_eq!(assert_changed(line, |_| false), [""; 0]);
            }
            _ if line.starts_with("Get-CsAdminRole") => roles_that_hold(line),
            other => panic!("nobody knows what this does: {other}"),
        }
    }
    assert_eq!(done.values().sum::<usize>(), 14);
}

/// The line finds exactly the roles with the cmdlet, and no role that has only a cmdlet with a
/// longer name.
fn roles_that_hold(line: &str) {
    let mut temp = sample_store();
    let unlocker = crate::role("Unlock desk", &["Unlock-CsClientPin"]);
    temp.store.set_role(&unlocker, &admin(), now()).unwrap();
    let (rows, outcome) = work_out(&temp, &parse(line));
    let found: Vec<String> = rows
        .iter()
        .map(|row| row.cells[0].to_text(context().zone))
        .collect();
    let cmdlet = if line.contains("\"Lock-") {
        Action::Lock
    } else {
        Action::Unlock
    }
    .cmdlet();
    let holding = temp
        .store
        .all_roles()
        .unwrap()
        .into_iter()
        .filter(|role| role.cmdlets.iter().any(|name| name == cmdlet));
    assert_eq!(found, holding.map(|role| role.name).collect::<Vec<_>>());
    assert_eq!(
        found.contains(&"Unlock desk".to_owned()),
        cmdlet == "Unlock-CsClientPin"
    );
    let warnings = outcome.explanation.warnings;
    if cmdlet == "Lock-CsClientPin" {
        assert!(
            warnings.len() == 1 && warnings[0].contains("also have found Unlock desk"),
            "{warnings:?}"
        );
    } else {
        assert_eq!(warnings, [""; 0]);
    }
    assert!(matches!(outcome.answer, RunAnswer::Rows { count, .. } if count == found.len()));
}

#[test]
fn an_identity_of_a_page_finds_one_user() {
    let temp = sample_store();
    for text in ["kenmyer@litwareinc.com", r"litwareinc\kenmyer"] {
        assert_eq!(
            temp.store
                .find(&Identity::parse(text).unwrap())
                .unwrap()
                .len(),
            1,
            "{text}"
        );
    }
}
