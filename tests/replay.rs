//! Random stories of several operators: plans, drifts, reviews, applies and undos. After each step,
//! the state equals the history replayed from the beginning, and no operator has made a change
//! without permission.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use std::collections::{HashMap, HashSet};

use common::harness::agreed;
use common::{TempStore, admin, now, operator, pin_set, typed};
use pindesk::domain::approval::ApprovalRules;
use pindesk::domain::pin::{LockCause, PinState};
use pindesk::domain::pin_digits::Pin;
use pindesk::domain::policy::{NamedPolicy, PinPolicy, PolicyName};
use pindesk::domain::role::{Operator, Role};
use pindesk::domain::user::UserId;
use pindesk::plan::import::PinFacts;
use pindesk::plan::{Action, BatchId, Plan, PlanId, SettingsWish};
use pindesk::progress::Unwatched;
use pindesk::store::{Applied, Decision, Grant, StoreError};
use proptest::prelude::*;

const USERS: [(&str, &str); 4] = [
    ("Ken Myer", "kenmyer"),
    ("Pilar Ackerman", "packerman"),
    ("Anna Smith", "asmith"),
    ("Jörg Müller", "jmuller"),
];
/// The user in Sales. The others are in Finance.
const IN_SALES: usize = 3;

/// A step of a story. Operators, users and plans are indexes, so that proptest can shorten a
/// failing story.
#[derive(Clone, Debug)]
enum Step {
    Plan {
        who: usize,
        action: Action,
        chosen: usize,
    },
    LogOn {
        who: usize,
        user: usize,
        is_right: bool,
    },
    PlanUndo {
        who: usize,
        batch: usize,
    },
    Apply {
        who: usize,
        plan: usize,
    },
    Submit {
        who: usize,
        plan: usize,
    },
    Decide {
        who: usize,
        submitted: usize,
        how: usize,
    },
    ApplySubmitted {
        who: usize,
        submitted: usize,
        without: usize,
    },
    Rules {
        above: usize,
        others_locks: bool,
    },
    Protect {
        user: usize,
        protects: bool,
    },
    Import {
        user: usize,
        is_locked_out: bool,
    },
}

fn step() -> impl Strategy<Value = Step> {
    // Mostly the two operators with all permissions, and the newest plans and batches.
    let (who, recent) = (prop_oneof![3 => 0..2_usize, 1 => 2..4_usize], 0..3_usize);
    prop_oneof![
        4 => (who.clone(), action(), 1..16_usize).prop_map(|(who, action, chosen)| Step::Plan { who, action, chosen }),
        3 => (who.clone(), 0..4_usize, any::<bool>())
            .prop_map(|(who, user, is_right)| Step::LogOn { who, user, is_right }),
        1 => (who.clone(), recent.clone()).prop_map(|(who, batch)| Step::PlanUndo { who, batch }),
        3 => (who.clone(), recent.clone()).prop_map(|(who, plan)| Step::Apply { who, plan }),
        4 => (who.clone(), recent.clone()).prop_map(|(who, plan)| Step::Submit { who, plan }),
        3 => (who.clone(), recent.clone(), 0..8_usize).prop_map(|(who, submitted, how)| Step::Decide { who, submitted, how }),
        5 => (who, recent, 0..8_usize)
            .prop_map(|(who, submitted, without)| Step::ApplySubmitted { who, submitted, without }),
        1 => (0..5_usize, any::<bool>()).prop_map(|(above, others_locks)| Step::Rules { above, others_locks }),
        1 => (0..4_usize, any::<bool>()).prop_map(|(user, protects)| Step::Protect { user, protects }),
        1 => (0..4_usize, any::<bool>()).prop_map(|(user, is_locked_out)| Step::Import { user, is_locked_out }),
    ]
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![2 => Just(Action::Lock), 2 => Just(Action::Unlock), 1 => Just(Action::SetPin)]
}

/// A record of the store that the test keeps independently of it.
struct Story {
    temp: TempStore,
    operators: [Operator; 4],
    ids: Vec<UserId>,
    plans: Vec<Plan>,
    batches: Vec<BatchId>,
    submitted: Vec<(PlanId, usize, Option<&'static str>)>,
    rules: ApprovalRules,
    protected: HashSet<UserId>,
    /// The PINs that were drawn last.
    pins: HashMap<UserId, Pin>,
    applied: usize,
    refused: usize,
    logged_on: usize,
}

fn drawn(applied: &Applied) -> impl Iterator<Item = (UserId, Pin)> {
    applied
        .pins
        .iter()
        .map(|drawn| (drawn.user, drawn.pin.clone()))
}

impl Story {
    fn new() -> Self {
        let mut temp = TempStore::new();
        let mut people: Vec<_> = USERS
            .iter()
            .map(|(display, logon)| common::names(display, logon))
            .collect();
        people[IN_SALES].dn = Some("CN=Jörg Müller,OU=Sales,DC=litwareinc,DC=com".to_owned());
        temp.import_users(people).unwrap();
        for (_, logon) in USERS {
            temp.import_pin(logon, &pin_set());
        }
        let sales = Role::read(
            "Sales desk",
            &["Lock-CsClientPin", "Unlock-CsClientPin"],
            &["OU=Sales,DC=litwareinc,DC=com"],
        );
        temp.store
            .set_role(&sales.unwrap(), &admin(), now())
            .unwrap();
        let policy = PinPolicy {
            max_attempts: Some(2),
            ..PinPolicy::default()
        };
        temp.store
            .set_policy(
                &NamedPolicy {
                    name: PolicyName::Global,
                    policy,
                },
                &admin(),
                now(),
            )
            .unwrap();
        let operators = [admin(), operator("bob"), operator("carl"), operator("eve")];
        temp.store
            .grant(Grant::Give, "CsHelpDesk", "bob", &admin(), now())
            .unwrap();
        temp.store
            .grant(Grant::Give, "Sales desk", "carl", &admin(), now())
            .unwrap();
        let plan = temp.plan(Action::SetPin, typed(&["Ken Myer", "Anna Smith"]));
        let pins = drawn(&temp.apply(&plan).unwrap()).collect();
        let ids = USERS.iter().map(|(_, logon)| temp.id(logon)).collect();
        Self {
            temp,
            operators,
            ids,
            plans: Vec::new(),
            batches: Vec::new(),
            submitted: Vec::new(),
            rules: ApprovalRules::default(),
            protected: HashSet::new(),
            pins,
            applied: 0,
            refused: 0,
            logged_on: 0,
        }
    }

    fn may_change(&self, who: usize, user: UserId) -> bool {
        match who {
            0 | 1 => true,
            2 => user == self.ids[IN_SALES],
            _ => false,
        }
    }

    fn take(&mut self, step: &Step) {
        match *step {
            Step::LogOn {
                who,
                user,
                is_right,
            } => self.log_on(who, self.ids[user], is_right),
            Step::Plan {
                who,
                action,
                chosen,
            } => {
                let named: Vec<&str> = (0..4)
                    .filter(|index| chosen >> index & 1 == 1)
                    .map(|index| USERS[index].0)
                    .collect();
                let plan = self
                    .temp
                    .plan_as(&self.operators[who], action, typed(&named));
                self.plans.push(plan);
            }
            Step::PlanUndo { who, batch } => {
                if let Some(&batch) = self.batches.iter().rev().nth(batch) {
                    let plan = self
                        .temp
                        .store
                        .plan_undo(batch, None, &self.operators[who], now())
                        .unwrap();
                    self.plans.push(plan);
                }
            }
            Step::Apply { who, plan } => {
                if let Some(plan) = self.plans.iter().rev().nth(plan).cloned() {
                    self.apply(&plan, who, None);
                }
            }
            Step::Submit { who, plan } => {
                if let Some(plan) = self.plans.iter().rev().nth(plan).cloned() {
                    match self.temp.store.submit(&plan, &self.operators[who], now()) {
                        Ok(id) => self.submitted.push((id, who, None)),
                        Err(StoreError::NothingToSubmit) => {}
                        Err(error) => self.refuse(&error),
                    }
                }
            }
            Step::Decide {
                who,
                submitted,
                how,
            } => self.decide(who, submitted, how),
            Step::ApplySubmitted {
                who,
                submitted,
                without,
            } => {
                let Some(index) = self.submitted.len().checked_sub(submitted + 1) else {
                    return;
                };
                let opened = self
                    .temp
                    .store
                    .submitted(self.submitted[index].0, &self.operators[who], now())
                    .unwrap();
                let mut plan = opened.reviewed.pins().unwrap().plan;
                if let Some(&user) = self.ids.get(without) {
                    plan.take_out(user);
                }
                self.apply(&plan, who, Some(index));
            }
            Step::Rules {
                above,
                others_locks,
            } => {
                self.rules = ApprovalRules {
                    above: (above < 4).then_some(above as u64),
                    // Each plan alone, since the story takes place at one moment.
                    hours: 0,
                    others_locks,
                };
                let rules = self.rules;
                agreed(&mut self.temp, vec![SettingsWish::SetApproval { rules }]);
            }
            Step::Protect { user, protects } => {
                let user = self.ids[user];
                agreed(
                    &mut self.temp,
                    vec![SettingsWish::Protect { user, protects }],
                );
                if protects {
                    self.protected.insert(user)
                } else {
                    self.protected.remove(&user)
                };
            }
            Step::Import {
                user,
                is_locked_out,
            } => {
                let before = self.temp.user(USERS[user].1).pin;
                let facts = PinFacts {
                    is_locked_out,
                    ..pin_set()
                };
                let plan = self.temp.plan_pins(&[(USERS[user].1, facts)]);
                let done = self.temp.store.import(&plan, &admin(), now(), &Unwatched);
                let after = self.temp.user(USERS[user].1).pin;
                let is_locking = before.is_locked_out(now()) != after.is_locked_out(now());
                let is_protected = self.protected.contains(&self.ids[user]);
                match done {
                    Ok(_) => assert!(
                        before == after
                            || !is_protected && (!is_locking || self.rules.above != Some(0)),
                        "a file has changed a user without approval"
                    ),
                    Err(error) => {
                        assert!(before == after && error.is_refusal(), "{error}");
                    }
                }
            }
        }
    }

    fn log_on(&mut self, who: usize, user: UserId, is_right: bool) {
        let before = self.states()[&user].clone();
        let wrong = Pin::parse("99999").unwrap();
        let pin = self
            .pins
            .get(&user)
            .filter(|_| is_right)
            .unwrap_or(&wrong)
            .clone();
        let logon = match self
            .temp
            .store
            .authenticate(user, &pin, &self.operators[who], now())
        {
            Err(error) => {
                assert!(who > 1 && self.states()[&user] == before, "{error}");
                return self.refuse(&error);
            }
            Ok(logon) => logon,
        };
        assert!(who < 2, "changed without a role");
        let is_known = self.pins.contains_key(&user) && before.last_change == Some(now());
        let is_open = before.is_set && !before.is_locked_out(now());
        assert_eq!(
            logon.refusal.is_none(),
            is_open && is_known && is_right,
            "{before:?}"
        );
        assert!(
            is_open || logon.state == before,
            "a logon changes nothing of what is locked"
        );
        self.logged_on += usize::from(logon.refusal.is_none());
    }

    fn decide(&mut self, who: usize, submitted: usize, how: usize) {
        let Some(index) = self.submitted.len().checked_sub(submitted + 1) else {
            return;
        };
        let decision = match how {
            0 => Decision::Withdraw,
            1 => Decision::Reject,
            2 => Decision::Comment,
            _ => Decision::Approve,
        };
        let (id, author, so_far) = self.submitted[index];
        if let Err(error) =
            self.temp
                .store
                .decide(id, decision, "so be it", &self.operators[who], now())
        {
            return self.refuse(&error);
        }
        assert!(who != 3, "eve has no role");
        assert!(
            decision == Decision::Comment || matches!(so_far, None | Some("approved")),
            "it was {so_far:?}"
        );
        self.submitted[index].2 = match decision {
            Decision::Comment => so_far,
            Decision::Withdraw => {
                assert_eq!(who, author);
                Some("withdrawn")
            }
            Decision::Reject => Some("rejected"),
            Decision::Approve => {
                assert_ne!(who, author, "nobody approves their own");
                Some("approved")
            }
        };
    }

    fn apply(&mut self, plan: &Plan, who: usize, submitted: Option<usize>) {
        let before = self.states();
        let applied = match self
            .temp
            .store
            .apply(plan, &self.operators[who], now(), &Unwatched)
        {
            Err(error) => {
                assert_eq!(
                    self.states(),
                    before,
                    "refused, and yet something has changed"
                );
                return self.refuse(&error);
            }
            Ok(applied) => applied,
        };
        self.applied += 1;
        self.check(plan, &applied, who, submitted, &before);
        // A plan that changes nobody is not used up.
        if let Some(index) = submitted.filter(|_| plan.changes().next().is_some()) {
            assert!(
                matches!(self.submitted[index].2, None | Some("approved")),
                "{:?}",
                self.submitted[index]
            );
            self.submitted[index].2 = Some("applied");
        }
        self.pins.extend(drawn(&applied));
        self.batches.extend(applied.batch);
    }

    /// Checks that exactly the planned and permitted changes were made, with approval where it was
    /// required.
    fn check(
        &self,
        plan: &Plan,
        applied: &Applied,
        who: usize,
        submitted: Option<usize>,
        before: &HashMap<UserId, PinState>,
    ) {
        let planned: HashSet<UserId> = plan.changes().map(|(_, user)| user.id).collect();
        let after = self.states();
        for id in &self.ids {
            let state = &after[id];
            let has_changed = applied.changed.contains(id);
            assert!(
                has_changed || state == &before[id],
                "changed, and not named"
            );
            assert!(
                !has_changed || planned.contains(id) && self.may_change(who, *id),
                "changed without a plan or a role"
            );
        }
        let undoes_others = |id: &UserId| {
            let lock = before[id]
                .lock
                .as_ref()
                .filter(|lock| lock.cause == LockCause::Administrator);
            lock.is_some_and(|lock| {
                lock.by.as_ref() != Some(&self.operators[who].account)
                    && after[id].lock.as_ref() != Some(lock)
            })
        };
        let changed = &applied.changed;
        let needs_approval = self
            .rules
            .above
            .is_some_and(|above| changed.len() as u64 > above)
            || changed.iter().any(|id| self.protected.contains(id))
            || self.rules.others_locks && changed.iter().any(undoes_others);
        let is_approved =
            submitted.is_some_and(|index| self.submitted[index].2 == Some("approved"));
        assert!(
            !needs_approval || is_approved,
            "applied without the approval that it needs"
        );
    }

    fn refuse(&mut self, error: &StoreError) {
        let is_expected = error.is_refusal()
            || matches!(
                error,
                StoreError::PlanClosed { .. } | StoreError::NotAsSubmitted { .. }
            );
        assert!(is_expected, "{error}");
        self.refused += 1;
    }

    fn states(&self) -> HashMap<UserId, PinState> {
        USERS
            .iter()
            .map(|(_, logon)| self.temp.user(logon))
            .map(|user| (user.id, user.pin))
            .collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, ..ProptestConfig::default() })]

    #[test]
    fn the_state_matches_the_history_after_any_actions(steps in proptest::collection::vec(step(), 1..40)) {
        let mut story = Story::new();
        for step in &steps {
            story.take(step);
            let replayed = story.temp.replayed();
            prop_assert_eq!(&story.states(), &replayed, "after {:?}", step);
        }
        let verified = story.temp.store.verify_history(&Unwatched).unwrap();
        prop_assert!(verified.is_sound(), "{:?}", verified);
        let mut all = story.temp.store.plans().unwrap();
        // The story submits changes of settings, too, but keeps no record of these.
        all.retain(|plan| plan.action.changes_pins());
        prop_assert_eq!(all.len(), story.submitted.len());
        for (id, _, became) in &story.submitted {
            let status = all.iter().find(|plan| plan.id == *id).unwrap().status.word();
            let expected = became.unwrap_or("waiting");
            prop_assert!(status == expected || status == "outdated" && ["waiting", "approved"].contains(&expected));
        }
    }
}

#[test]
fn the_stories_apply_and_refuse_often_enough_to_mean_something() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut applied, mut refused, mut approved, mut logged_on) = (0, 0, 0, 0);
    for _ in 0..60 {
        let steps = proptest::collection::vec(step(), 30..40)
            .new_tree(&mut runner)
            .unwrap()
            .current();
        let mut story = Story::new();
        for step in &steps {
            story.take(step);
        }
        applied += story.applied;
        refused += story.refused;
        logged_on += story.logged_on;
        approved += story
            .temp
            .store
            .plans()
            .unwrap()
            .iter()
            .filter(|plan| plan.status.word() == "applied")
            .count();
    }
    assert!(
        applied > 100 && refused > 100 && approved > 10 && logged_on > 10,
        "{applied} applied, {refused} refused, {approved} reviewed, {logged_on} logged on"
    );
}
