//! Makes a plan from the found users, for typed requests, pipelines and lists.

use std::collections::{HashMap, HashSet};

use super::decide::{decide, is_covered};
use super::item::{NewPinDays, Own, PlanItem, PlannedUser, RowPosition};
use super::outcome::{Outcome, Refusal, SkipReason};
use super::plan_value::Plan;
use super::request::{Match, Request, Resolved};
use crate::domain::Time;
use crate::domain::action::Action;
use crate::domain::role::Permissions;
use crate::domain::user::{UserId, UserRecord};

/// A planned request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedRequest {
    pub plan: Plan,
    /// The number of found users that the request does not keep ([`Keep`](super::request::Keep)).
    pub left_out: usize,
}

/// The action that a request or a row of a file asks for on one target.
#[derive(Clone, Debug)]
pub struct Wish {
    pub action: Action,
    /// The identity as it was typed or read.
    pub given: String,
    /// The position of its row in the file.
    pub position: Option<RowPosition>,
    pub own: Option<Box<Own>>,
}

/// Makes a plan target by target, so that a file is never in memory as a whole. Every target
/// becomes an item, so that each one gets an answer.
pub struct Planner<'a> {
    operator: &'a str,
    now: Time,
    permissions: &'a Permissions,
    /// The index of the first item of each user.
    first: HashMap<UserId, usize>,
    left_out: HashSet<UserId>,
    items: Vec<PlanItem>,
}

impl Wish {
    fn item(self, user: Option<Box<PlannedUser>>, outcome: Outcome) -> PlanItem {
        let Self {
            action,
            given,
            position,
            own,
        } = self;
        PlanItem {
            action,
            given,
            position,
            own,
            user,
            outcome,
        }
    }
}

impl<'a> Planner<'a> {
    /// A planner for an operator with these permissions.
    pub fn new(operator: &'a str, now: Time, permissions: &'a Permissions) -> Self {
        Self {
            operator,
            now,
            permissions,
            first: HashMap::new(),
            left_out: HashSet::new(),
            items: Vec::new(),
        }
    }

    /// Adds a target of a request with its search result, unless the request leaves it out.
    /// `days` are those of a PIN to set.
    pub fn add_found(&mut self, request: &Request, resolved: Resolved, days: Option<NewPinDays>) {
        let Resolved { given, found } = resolved;
        if let Match::User(user) = &found
            && !request.keep.keeps(user, self.now)
        {
            self.left_out.insert(user.id);
            return;
        }
        let own = days.map(|days| {
            Box::new(Own {
                lifetime_days: Some(days.lifetime),
                inactivity_days: Some(days.inactivity).filter(|days| *days > 0),
                ..Own::default()
            })
        });
        let wish = Wish {
            action: request.action,
            given,
            position: None,
            own,
        };
        self.add(wish, found);
    }

    /// Adds a target with its search result.
    pub fn add(&mut self, wish: Wish, found: Match) {
        let refusal = match found {
            Match::User(user) => return self.add_user(wish, *user),
            Match::Invalid(error) => Refusal::Invalid(error),
            Match::NotFound { nearest } => Refusal::NotFound { nearest },
            Match::Ambiguous { candidates } => Refusal::Ambiguous { candidates },
            Match::Lost { candidates } => Refusal::Lost { candidates },
        };
        self.refuse(wish, refusal);
    }

    /// Adds a target that cannot be carried out, without a user.
    pub fn refuse(&mut self, wish: Wish, refusal: Refusal) {
        self.decided(wish.item(None, Outcome::Refused(refusal)));
    }

    /// Adds a target for which nothing is to be done.
    pub fn skip(&mut self, wish: Wish, why: SkipReason) {
        self.decided(wish.item(None, Outcome::Skipped(why)));
    }

    /// The number of targets so far.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is no target yet.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The position of the row of the last target.
    pub fn last_position(&self) -> Option<RowPosition> {
        self.items.last()?.position
    }

    /// The items.
    pub fn into_items(self) -> Vec<PlanItem> {
        self.items
    }

    /// The plan of a request, whose targets were all added.
    pub fn into_planned(self, request: &Request, pins_set: u64) -> PlannedRequest {
        let (operator, taken_at) = (self.operator.to_owned(), self.now);
        let (permissions, left_out) = (self.permissions.clone(), self.left_out.len());
        let plan = Plan {
            action: Some(request.action),
            undoes: None,
            submitted: None,
            reason: request.reason.clone(),
            ticket: request.ticket.clone(),
            source: None,
            operator,
            permissions,
            taken_at,
            items: self.into_items(),
            pins_set,
        };
        PlannedRequest { plan, left_out }
    }

    fn decided(&mut self, item: PlanItem) {
        self.items.push(item);
    }

    /// Adds a target with its only user.
    pub fn add_user(&mut self, wish: Wish, user: UserRecord) {
        let index = self.items.len();
        let first = *self.first.entry(user.id).or_insert(index);
        let outcome = if first == index {
            self.outcome(wish.action, &user)
        } else {
            let outcome = self.repeated(first, wish.action);
            if matches!(outcome, Outcome::Refused(_)) {
                self.contradict(first, index);
            }
            outcome
        };
        self.decided(wish.item(Some(Box::new(user.into())), outcome));
    }

    fn outcome(&self, action: Action, user: &UserRecord) -> Outcome {
        if is_covered(self.permissions.of(action), user) {
            decide(action, user, self.operator, self.now)
        } else {
            Outcome::Refused(Refusal::Denied)
        }
    }

    /// The outcome for a user who has an earlier item.
    fn repeated(&self, first: usize, action: Action) -> Outcome {
        if self.has_action(first, action) {
            Outcome::Duplicate { of: first }
        } else {
            Outcome::Refused(Refusal::Contradiction { with: first })
        }
    }

    fn has_action(&self, index: usize, action: Action) -> bool {
        self.items[index].action == action
    }

    /// Refuses the first of two opposite wishes as well, since it is unknown which one counts.
    fn contradict(&mut self, first: usize, with: usize) {
        let item = &mut self.items[first];
        if !matches!(item.outcome, Outcome::Refused(_)) {
            item.outcome = Outcome::Refused(Refusal::Contradiction { with });
        }
    }
}
