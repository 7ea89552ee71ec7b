//! The need for approval of a plan: the limit over some hours, locks of others, protected users.

use chrono::Duration;
use pindesk::domain::Time;
use pindesk::domain::role::{ADMINISTRATOR, Operator};
use pindesk::plan::{Action, Outcome, Plan, Target};
use pindesk::progress::Unwatched;
use pindesk::store::Grant;
use serde_json::{Value, json};

use crate::common::chance::Chance;
use crate::common::{TempStore, admin, names, now, operator, request, typed};
use crate::states::{columns, row, state};
use crate::{asked, assert_same, truth};

/// The number of stories, each with other states and rules.
const STORIES: usize = 10;

/// The number of plans of a story.
const PLANS: usize = 12;

const USERS: usize = 10;

fn logon(index: usize) -> String {
    format!("user{index}")
}

/// A store with users in random states, some of them protected, and random rules. The server knows the operator by
/// the login.
fn story(chance: &mut Chance) -> (TempStore, Operator) {
    let mut temp = TempStore::new();
    let users = (0..USERS).map(|index| names(&format!("User {index}"), &logon(index)));
    temp.import_users(users.collect()).unwrap();
    let sql = temp.sql();
    let login = sql.texts("SELECT session_user::TEXT").remove(0).unwrap();
    let _given = temp
        .store
        .grant(Grant::Give, ADMINISTRATOR, &login, &admin(), now())
        .unwrap();
    let text = |value: &Value| format!("'{}'", value.to_string().replace('\'', "''"));
    let mut changes = Vec::new();
    for index in 0..USERS {
        let mut state = state(chance);
        state.is_set |= !chance.once_in(8);
        if let Some(lock) = &mut state.lock {
            lock.by = chance
                .pick(&[None, Some(&*login), Some("bob")])
                .map(str::to_owned);
        }
        let id = temp.id(&logon(index)).0;
        let columns = columns(&state);
        let set: Vec<String> = columns
            .as_object()
            .unwrap()
            .keys()
            .map(|name| format!("{name} = s.{name}"))
            .collect();
        changes.push(format!(
            "UPDATE pins p SET {} FROM jsonb_populate_record(NULL::pins, {}) s WHERE p.user_id = {id}",
            set.join(", "),
            text(&columns)
        ));
        changes.push(format!(
            "UPDATE users SET is_protected = {} WHERE id = {id}",
            i32::from(chance.once_in(9))
        ));
    }
    let above = chance.pick(&[None, Some("0"), Some("3"), Some("6"), Some("unreadable")]);
    let hours = chance.pick(&[None, Some("0"), Some("1"), Some("48"), Some("unreadable")]);
    let others = chance.pick(&[None, Some("1")]);
    for (key, value) in [
        ("approval_above", above),
        ("approval_hours", hours),
        ("approval_others_locks", others),
    ] {
        if let Some(value) = value {
            changes.push(format!(
                "INSERT INTO meta (key, value) VALUES ('{key}', '{value}')"
            ));
        }
    }
    sql.without_guards(&changes.join(";\n")).unwrap();
    (temp, operator(&login))
}

fn random_plan(temp: &TempStore, operator: &Operator, chance: &mut Chance) -> Plan {
    let action = chance.pick(&[Action::Lock, Action::Unlock]);
    let targets: Vec<Target> = (0..USERS)
        .filter(|_| chance.once_in(4))
        .flat_map(|index| typed(&[&format!("litwareinc\\{}", logon(index))]))
        .collect();
    let request = request(action, targets);
    temp.store
        .plan(&request, operator, now(), &Unwatched)
        .unwrap()
        .plan
}

/// The moments around the last batch at which the hours of the rules begin or end.
fn moment(temp: &TempStore, chance: &mut Chance) -> Time {
    let last = temp.sql().number("SELECT max(at) FROM batches");
    let hours = Duration::hours(chance.pick(&[0, 1, 24, 48]));
    let off = Duration::milliseconds(chance.pick(&[-1, 0, 1]));
    Time::from_timestamp_millis(last).unwrap() + hours + off
}

/// The question whether a plan that is no submitted one needs approval, from its changes as the server judges them.
fn question() -> String {
    let (was, becomes) = (row_of_change("was"), row_of_change("becomes"));
    format!(
        "(SELECT needs_approval(jsonb_populate_record(NULL::unjudged, c.\"case\" -> 'before'),
             jsonb_populate_record(NULL::batches, c.\"case\" -> 'batch'), array_agg(u.id),
             bool_or(undoes_lock_of_another({was}, {becomes}, (c.\"case\" -> 'batch' -> 'at')::BIGINT)),
             bool_or(u.is_protected = 1))
          FROM jsonb_array_elements(c.\"case\" -> 'changes') ch JOIN users u ON u.id = (ch -> 'id')::BIGINT)"
    )
}

fn row_of_change(field: &str) -> String {
    row(field).replace("c.\"case\"", "ch")
}

fn case(temp: &TempStore, plan: &Plan, operator: &Operator, at: Time) -> Value {
    let changes: Vec<Value> = plan
        .items
        .iter()
        .filter(|item| matches!(item.outcome, Outcome::Change { .. }))
        .map(|item| {
            let user = item.user.as_ref().unwrap();
            let after = plan.after(item, &user.before, &operator.account, at);
            json!({"id": user.id.0, "was": columns(&user.before), "becomes": columns(&after)})
        })
        .collect();
    let last = temp.sql().number("SELECT max(id) FROM batches");
    json!({
        "before": {"last_batch": last, "has_removed_protected": false},
        "batch": {"id": last + 1, "action": "lock", "at": at.timestamp_millis()},
        "changes": changes,
    })
}

#[test]
#[ignore = "needs a server"]
fn a_plan_needs_approval_on_both_sides() {
    let mut chance = Chance(9);
    let (mut needed, mut free) = (0, 0);
    for _ in 0..STORIES {
        let (mut temp, operator) = story(&mut chance);
        for _ in 0..PLANS {
            let plan = random_plan(&temp, &operator, &mut chance);
            let at = moment(&temp, &mut chance);
            let needs = temp.store.approval_needs(&plan, &operator, at).unwrap();
            let is_needed = !needs.is_empty();
            let cases = [case(&temp, &plan, &operator, at)];
            assert_same(
                "approval",
                &cases,
                &asked(&temp, &question(), &cases),
                &[Some(truth(is_needed))],
            );
            needed += usize::from(is_needed);
            if !is_needed {
                free += 1;
                // Only some are made, so that the limit is not reached at once.
                if chance.once_in(2) {
                    let _applied = temp.store.apply(&plan, &operator, now(), &Unwatched);
                }
            }
        }
    }
    assert!(
        needed > 20 && free > 20,
        "{needed} needed approval, {free} did not"
    );
}
