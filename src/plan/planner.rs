//! Makes a plan from the found users, for typed requests, pipelines and lists.

use std::collections::{HashMap, HashSet};

use super::decide::{decide, is_covered};
use super::item::{Own, PlanItem, PlannedUser, RowPosition};
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
    /// The index of the first slot of each user.
    first: HashMap<UserId, usize>,
    /// Users that are still to be read, with their slots.
    reserved: Vec<(UserId, usize)>,
    left_out: HashSet<UserId>,
    slots: Vec<PlanSlot>,
}

/// The slot of an item, which may be filled later.
enum PlanSlot {
    Decided(PlanItem),
    /// The outcome is decided when the user is read.
    Pending {
        wish: Wish,
        /// The index of the user's first slot, if this is another one.
        repeats: Option<usize>,
        /// The index of the first slot with the opposite action for the user.
        contradicted_by: Option<usize>,
    },
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
            reserved: Vec::new(),
            left_out: HashSet::new(),
            slots: Vec::new(),
        }
    }

    /// Adds a target of a request with its search result, unless the request leaves it out.
    /// `lifetime_days` is the lifetime of a PIN to set.
    pub fn add_found(&mut self, request: &Request, resolved: Resolved, lifetime_days: Option<u16>) {
        let Resolved { given, found } = resolved;
        if let Match::User(user) = &found
            && !request.keep.keeps(user, self.now)
        {
            self.left_out.insert(user.id);
            return;
        }
        let own = lifetime_days.map(|days| {
            Box::new(Own {
                lifetime_days: Some(days),
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

    /// Adds a target whose user is known by ID only. Many users are read faster together:
    /// [`take_reserved`](Self::take_reserved) names them, and [`fill`](Self::fill) takes them, in
    /// any order.
    pub fn reserve(&mut self, wish: Wish, id: UserId) {
        let index = self.slots.len();
        self.reserved.push((id, index));
        let first = *self.first.entry(id).or_insert(index);
        let repeats = (first != index).then_some(first);
        if repeats.is_some() && !self.has_action(first, wish.action) {
            self.contradict(first, index);
        }
        self.slots.push(PlanSlot::Pending {
            wish,
            repeats,
            contradicted_by: None,
        });
    }

    /// The users that are still to be read, each with its slot, in the order of their IDs.
    pub fn take_reserved(&mut self) -> Vec<(UserId, usize)> {
        let mut reserved = std::mem::take(&mut self.reserved);
        reserved.sort_unstable();
        reserved
    }

    /// Fills a reserved slot with its user.
    pub fn fill(&mut self, index: usize, user: UserRecord) {
        let Some(&PlanSlot::Pending {
            wish: Wish { action, .. },
            repeats,
            contradicted_by,
        }) = self.slots.get(index)
        else {
            return;
        };
        let outcome = match (repeats, contradicted_by) {
            (Some(first), _) => self.repeated(first, action),
            (None, contradicted_by) => match (self.outcome(action, &user), contradicted_by) {
                (refused @ Outcome::Refused(_), _) | (refused, None) => refused,
                (_, Some(with)) => Outcome::Refused(Refusal::Contradiction { with }),
            },
        };
        let slot = &mut self.slots[index];
        if let PlanSlot::Pending { wish, .. } = slot {
            // The slot is replaced at once, so its texts move into the item without a copy.
            let wish = Wish {
                action,
                given: std::mem::take(&mut wish.given),
                position: wish.position,
                own: wish.own.take(),
            };
            *slot = PlanSlot::Decided(wish.item(Some(Box::new(user.into())), outcome));
        }
    }

    /// The number of targets so far.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there is no target yet.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The position of the row of the last target.
    pub fn last_position(&self) -> Option<RowPosition> {
        match self.slots.last()? {
            PlanSlot::Decided(item) => item.position,
            PlanSlot::Pending { wish, .. } => wish.position,
        }
    }

    /// The items. A reserved user that no longer existed when the users were read counts as not
    /// found.
    pub fn into_items(self) -> Vec<PlanItem> {
        let item = |slot| match slot {
            PlanSlot::Decided(item) => item,
            PlanSlot::Pending { wish, .. } => {
                let nearest = Vec::new();
                wish.item(None, Outcome::Refused(Refusal::NotFound { nearest }))
            }
        };
        self.slots.into_iter().map(item).collect()
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
        self.slots.push(PlanSlot::Decided(item));
    }

    fn add_user(&mut self, wish: Wish, user: UserRecord) {
        let index = self.slots.len();
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

    /// The outcome for a user who has an earlier slot.
    fn repeated(&self, first: usize, action: Action) -> Outcome {
        if self.has_action(first, action) {
            Outcome::Duplicate { of: first }
        } else {
            Outcome::Refused(Refusal::Contradiction { with: first })
        }
    }

    fn has_action(&self, index: usize, action: Action) -> bool {
        match &self.slots[index] {
            PlanSlot::Decided(item) => item.action == action,
            PlanSlot::Pending { wish, .. } => wish.action == action,
        }
    }

    /// Refuses the first of two opposite wishes as well, since it is unknown which one counts.
    fn contradict(&mut self, first: usize, with: usize) {
        match &mut self.slots[first] {
            PlanSlot::Decided(item) if !matches!(item.outcome, Outcome::Refused(_)) => {
                item.outcome = Outcome::Refused(Refusal::Contradiction { with });
            }
            PlanSlot::Decided(_) => {}
            PlanSlot::Pending {
                contradicted_by, ..
            } => {
                contradicted_by.get_or_insert(with);
            }
        }
    }
}
