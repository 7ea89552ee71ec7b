//! Rules for reasons and tickets: which changes they hold for, and that they are settings like others.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use common::harness::{agreed, store};
use common::{TempStore, admin, now, typed};
use pindesk::domain::reason_rules::{ReasonFault, ReasonRules, RuledChange, TicketPatternFault};
use pindesk::plan::{Action, Plan, SettingsWish};
use pindesk::progress::Unwatched;
use pindesk::store::StoreError;

fn rules(
    reason_for: &[RuledChange],
    ticket_for: &[RuledChange],
    pattern: Option<&str>,
) -> ReasonRules {
    ReasonRules {
        reason_for: reason_for.iter().copied().collect(),
        ticket_for: ticket_for.iter().copied().collect(),
        ticket_pattern: pattern.map(str::to_owned),
    }
}

fn planned(temp: &TempStore, action: Action, reason: &str, ticket: &str) -> Plan {
    let mut plan = temp.plan(action, typed(&["Ken Myer"]));
    reason.clone_into(&mut plan.reason);
    ticket.clone_into(&mut plan.ticket);
    plan
}

fn applied(temp: &mut TempStore, plan: &Plan) -> Result<(), ReasonFault> {
    match temp.store.apply(plan, &admin(), now(), &Unwatched) {
        Ok(_) => Ok(()),
        Err(StoreError::ReasonNeeded(fault)) => Err(fault),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn each_change_is_held_to_its_own_rules() {
    use ReasonFault::{NoReason, NoTicket};
    let all = rules(
        &[RuledChange::Lock, RuledChange::Undo],
        &[RuledChange::Lock],
        Some("INC-[0-9]+|none"),
    );
    let other_form = |ticket: &str| ReasonFault::OtherForm {
        ticket: ticket.to_owned(),
        pattern: "INC-[0-9]+|none".to_owned(),
    };
    let lock = RuledChange::Lock;
    for (change, reason, ticket, expected) in [
        (lock, "left", "INC-12", Ok(())),
        (lock, "left", " INC-12 ", Ok(())),
        (lock, "left", "none", Ok(())),
        (lock, "", "INC-12", Err(NoReason)),
        (lock, " \t", "INC-12", Err(NoReason)),
        (lock, "left", "", Err(NoTicket)),
        (lock, "left", "INC-", Err(other_form("INC-"))),
        (lock, "left", "xINC-1", Err(other_form("xINC-1"))),
        (lock, "left", "INC-1x", Err(other_form("INC-1x"))),
        (lock, "left", "INC-1|none", Err(other_form("INC-1|none"))),
        (RuledChange::Unlock, "", "", Ok(())),
        (RuledChange::Unlock, "", "12", Err(other_form("12"))),
        (RuledChange::SetPin, "", "", Ok(())),
        (RuledChange::Undo, "", "", Err(NoReason)),
        (RuledChange::Undo, "wrong user", "", Ok(())),
    ] {
        let checked = all.check_all([(change, reason, ticket)].into_iter());
        assert_eq!(checked, expected, "{change:?} {reason:?} {ticket:?}");
    }
    let none = ReasonRules::default();
    assert_eq!(none.check_all([(lock, "", "x")].into_iter()), Ok(()));
}

#[test]
fn a_pattern_is_a_whole_regular_expression() {
    for bad in ["(", "a)(b", "", &"x".repeat(201)] {
        assert_eq!(
            rules(&[], &[], Some(bad)).check(),
            Err(TicketPatternFault),
            "{bad}"
        );
    }
    let damaged = rules(&[], &[], Some("("));
    let checked = damaged.check_all([(RuledChange::Lock, "", "INC-1")].into_iter());
    assert!(checked.is_err(), "a damaged rule does not become none");
}

#[test]
fn the_store_refuses_plans_and_submissions_without_what_the_rules_want() {
    let mut temp = store();
    let wanted = rules(
        &[RuledChange::Lock],
        &[RuledChange::Unlock],
        Some("INC-[0-9]+"),
    );
    assert!(
        temp.store
            .set_reason_rules(wanted.clone(), &admin(), now())
            .unwrap()
    );
    assert!(
        !temp
            .store
            .set_reason_rules(wanted.clone(), &admin(), now())
            .unwrap()
    );
    assert_eq!(temp.store.reason_rules().unwrap(), wanted);
    let without = planned(&temp, Action::Lock, "", "");
    assert_eq!(applied(&mut temp, &without), Err(ReasonFault::NoReason));
    let submitted = temp.store.submit(&without, &admin(), now());
    assert_eq!(
        submitted,
        Err(StoreError::ReasonNeeded(ReasonFault::NoReason))
    );
    let with = planned(&temp, Action::Lock, "left", "");
    assert_eq!(applied(&mut temp, &with), Ok(()));
    let unlock = planned(&temp, Action::Unlock, "back", "");
    assert_eq!(applied(&mut temp, &unlock), Err(ReasonFault::NoTicket));
    let unlock = planned(&temp, Action::Unlock, "", "INC-7");
    assert_eq!(applied(&mut temp, &unlock), Ok(()));
    let verified = temp.store.verify_history(&Unwatched).unwrap();
    assert!(verified.is_sound(), "{verified:?}");
}

#[test]
fn the_rules_are_previewed_undone_and_weakened_only_with_approval() {
    let mut temp = store();
    let first = rules(&[RuledChange::Lock], &[], None);
    let wish = |rules: &ReasonRules| {
        let rules = rules.clone();
        vec![SettingsWish::SetReasonRules { rules }]
    };
    let preview = temp.store.plan_settings(wish(&first), &admin()).unwrap();
    let lines: Vec<String> = preview
        .changes
        .iter()
        .map(|change| change.change_line().to_string())
        .collect();
    assert_eq!(lines, ["Reason needed for: none → lock"]);
    assert_eq!(temp.store.reason_rules().unwrap(), ReasonRules::default());
    temp.store
        .apply_settings(&preview, &admin(), now())
        .unwrap();
    assert_eq!(temp.store.reason_rules().unwrap(), first);
    let batch = temp.batches("lock").first().unwrap().id;
    let undo = temp
        .store
        .plan_undo_settings(batch, &admin())
        .unwrap()
        .unwrap();
    temp.store.apply_settings(&undo, &admin(), now()).unwrap();
    assert_eq!(temp.store.reason_rules().unwrap(), ReasonRules::default());

    let strict = rules(&[RuledChange::Lock], &[RuledChange::Lock], Some("A"));
    temp.store
        .set_reason_rules(strict.clone(), &admin(), now())
        .unwrap();
    let approval = pindesk::domain::approval::ApprovalRules {
        above: Some(100),
        ..Default::default()
    };
    temp.store
        .set_approval_rules(approval, &admin(), now())
        .unwrap();
    for weaker in [
        rules(&[], &[RuledChange::Lock], Some("A")),
        rules(&[RuledChange::Lock], &[RuledChange::Unlock], Some("A")),
        rules(&[RuledChange::Lock], &[RuledChange::Lock], None),
        rules(&[RuledChange::Lock], &[RuledChange::Lock], Some("A|B")),
    ] {
        let refused = temp.store.set_reason_rules(weaker.clone(), &admin(), now());
        assert!(
            matches!(refused, Err(StoreError::NeedsApproval { .. })),
            "{weaker:?} {refused:?}"
        );
    }
    let stronger = rules(
        &[RuledChange::Lock, RuledChange::Undo],
        &[RuledChange::Lock],
        Some("A"),
    );
    assert!(
        temp.store
            .set_reason_rules(stronger, &admin(), now())
            .unwrap()
    );
    let off = ReasonRules::default();
    agreed(&mut temp, wish(&off));
    assert_eq!(temp.store.reason_rules().unwrap(), off);
}
