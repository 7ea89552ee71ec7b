//! From what was found to a plan: the rules of each action, one user at a time.

use std::collections::{HashMap, HashSet};

use crate::domain::Time;
use crate::domain::action::{Action, ActionEffect};
use crate::domain::dn::DistinguishedName;
use crate::domain::pin::LockCause;
use crate::domain::role::{Permission, Permissions};
use crate::domain::text::identity_key;
use crate::domain::user::{UserId, UserRecord};

use super::model::{
    Caution, Outcome, Own, Plan, PlanItem, PlannedUser, Refusal, RowPlace, SkipReason,
};
use super::request::{Found, Request, Resolution, Resolved};

/// Works a request out. Every target becomes at least one item: nothing that was asked for goes without an answer.
pub fn make_plan(request: &Request, resolution: Resolution, operator: &str, now: Time) -> Plan {
    let Resolution {
        items,
        permission,
        approval,
        pins_set,
        lifetimes,
    } = resolution;
    let permissions = Permissions::of_one(&permission, approval);
    let mut planner = Planner::new(operator, now, &permissions);
    for resolved in items {
        let lifetime = resolved.user().and_then(|id| lifetimes.get(&id)).copied();
        planner.add_resolved(request.action, resolved, lifetime);
    }
    let items = planner.items;
    request.planned(items, permissions, pins_set, operator, now)
}

impl Request {
    /// The plan with these items.
    pub fn planned(
        &self,
        items: Vec<PlanItem>,
        permissions: Permissions,
        pins_set: u64,
        operator: &str,
        now: Time,
    ) -> Plan {
        Plan {
            action: Some(self.action),
            reason: self.reason.clone(),
            ticket: self.ticket.clone(),
            undoes: None,
            submitted: None,
            source: None,
            operator: operator.to_owned(),
            items,
            permissions,
            taken_at: now,
            pins_set,
        }
    }
}

/// What is wanted for one target.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub action: Action,
    pub given: String,
    pub place: Option<RowPlace>,
    pub own: Option<Box<Own>>,
}

/// Makes a plan one target after the other, so that a file need not be kept as a whole.
pub struct Planner<'a> {
    operator: &'a str,
    now: Time,
    permissions: &'a Permissions,
    first_place: HashMap<UserId, usize>,
    /// Where users stand who are still to be read.
    reserved: Vec<(UserId, usize)>,
    pub items: Vec<PlanItem>,
}

impl Wanted {
    /// A target that is no row of a file.
    pub fn of(action: Action, given: String) -> Self {
        Self {
            action,
            given,
            place: None,
            own: None,
        }
    }

    fn item(self, user: Option<PlannedUser>, outcome: Outcome) -> PlanItem {
        let Self {
            action,
            given,
            place,
            own,
        } = self;
        PlanItem {
            action,
            given,
            place,
            own,
            user,
            outcome,
        }
    }
}

impl<'a> Planner<'a> {
    pub fn new(operator: &'a str, now: Time, permissions: &'a Permissions) -> Self {
        Self {
            operator,
            now,
            permissions,
            first_place: HashMap::new(),
            reserved: Vec::new(),
            items: Vec::new(),
        }
    }

    /// Adds what a target of a request found; `lifetime` in days is that of a PIN which is to be set.
    pub fn add_resolved(&mut self, action: Action, resolved: Resolved, lifetime: Option<u16>) {
        let own = lifetime.map(|days| {
            Box::new(Own {
                lifetime_days: Some(days),
                ..Own::default()
            })
        });
        self.add(
            Wanted {
                own,
                ..Wanted::of(action, resolved.given)
            },
            resolved.found,
        );
    }

    /// Adds a target with what was found for it.
    pub fn add(&mut self, wanted: Wanted, found: Found) {
        let refusal = match found {
            Found::User(user) => return self.add_user(wanted, *user),
            Found::Invalid(error) => Refusal::Invalid(error),
            Found::NotFound { nearest } => Refusal::NotFound { nearest },
            Found::Ambiguous { candidates } => Refusal::Ambiguous { candidates },
            Found::Lost { candidates } => Refusal::Lost { candidates },
        };
        self.refuse(wanted, refusal);
    }

    /// Adds a target for which nobody was looked up.
    pub fn refuse(&mut self, wanted: Wanted, refusal: Refusal) {
        self.items
            .push(wanted.item(None, Outcome::Refused(refusal)));
    }

    /// Adds a user for whom the row itself says that nothing is to be done.
    pub fn skip(&mut self, wanted: Wanted, why: SkipReason) {
        self.items.push(wanted.item(None, Outcome::Skipped(why)));
    }

    /// Adds a target of whose user only the number is known. Many are read faster together: [`take_reserved`](Self::take_reserved)
    /// says who they are, and [`fill`](Self::fill) takes them, in any order.
    pub fn reserve(&mut self, wanted: Wanted, id: UserId) {
        let place = self.items.len();
        self.reserved.push((id, place));
        let outcome = match *self.first_place.entry(id).or_insert(place) {
            of if of == place => Outcome::NoChange,
            of => Outcome::Duplicate { of },
        };
        self.items.push(wanted.item(None, outcome));
    }

    /// Who is still to be read, and the places at which they stand: in the order of their numbers.
    pub fn take_reserved(&mut self) -> Vec<(UserId, usize)> {
        let mut reserved = std::mem::take(&mut self.reserved);
        reserved.sort_unstable();
        reserved
    }

    /// Puts a user where one was reserved.
    pub fn fill(&mut self, place: usize, user: UserRecord) {
        let Some(action) = self.items.get(place).map(|item| item.action) else {
            return;
        };
        let outcome = match (&self.items[place].outcome, self.outcome(action, &user)) {
            (&Outcome::Duplicate { of }, _) => self.repeated(of, place, action),
            (Outcome::Refused(_), refused @ Outcome::Refused(_)) => refused,
            (contradicted @ Outcome::Refused(_), _) => contradicted.clone(),
            (_, outcome) => outcome,
        };
        self.items[place].outcome = outcome;
        self.items[place].user = Some(planned(user));
    }

    /// Whoever was gone when they were read is nobody.
    pub fn end(&mut self) {
        for item in self.items.iter_mut().filter(|item| item.user.is_none()) {
            if matches!(item.outcome, Outcome::NoChange | Outcome::Duplicate { .. }) {
                item.outcome = Outcome::Refused(Refusal::NotFound {
                    nearest: Vec::new(),
                });
            }
        }
    }

    fn add_user(&mut self, wanted: Wanted, user: UserRecord) {
        let place = self.items.len();
        let outcome = match *self.first_place.entry(user.id).or_insert(place) {
            of if of == place => self.outcome(wanted.action, &user),
            of => self.repeated(of, place, wanted.action),
        };
        self.items.push(wanted.item(Some(planned(user)), outcome));
    }

    fn outcome(&self, action: Action, user: &UserRecord) -> Outcome {
        if is_covered(self.permissions.of(action), user) {
            outcome(action, user, self.operator, self.now)
        } else {
            Outcome::Refused(Refusal::Denied)
        }
    }

    /// What comes of a user who was named before.
    fn repeated(&mut self, of: usize, place: usize, action: Action) -> Outcome {
        if self
            .items
            .get(of)
            .is_some_and(|first| first.action != action)
        {
            self.contradict(of, place);
            Outcome::Refused(Refusal::Contradiction { with: of })
        } else {
            Outcome::Duplicate { of }
        }
    }

    /// Which of two opposite wishes counts nobody knows: the first is not carried out either.
    fn contradict(&mut self, first: usize, with: usize) {
        if let Some(item) = self.items.get_mut(first)
            && !matches!(item.outcome, Outcome::Refused(_))
        {
            item.outcome = Outcome::Refused(Refusal::Contradiction { with });
        }
    }
}

impl Plan {
    /// The plan with an end for each lock that has none of its own.
    #[must_use]
    pub fn locking_until(mut self, until: Time) -> Self {
        for item in self
            .items
            .iter_mut()
            .filter(|item| item.action == Action::Lock)
        {
            item.own.get_or_insert_default().until.get_or_insert(until);
        }
        self
    }

    /// The plan without one user, who becomes skipped. Taking a user out only ever makes a plan smaller.
    #[must_use]
    pub fn without(mut self, id: UserId) -> Self {
        self.take_out(id);
        self
    }

    /// Makes one user skipped, in place.
    pub fn take_out(&mut self, id: UserId) {
        self.take_out_all(&[id]);
    }

    /// Makes several users skipped, in place.
    pub fn take_out_all(&mut self, ids: &[UserId]) {
        let ids: HashSet<UserId> = ids.iter().copied().collect();
        for item in &mut self.items {
            let is_them = item
                .user
                .as_ref()
                .is_some_and(|user| ids.contains(&user.id));
            if is_them && matches!(item.outcome, Outcome::Change { .. }) {
                item.outcome = Outcome::Skipped(SkipReason::TakenOut);
            }
        }
    }

    /// Gives an item that pointed at nobody, or at several, the user whom the operator picked for it.
    pub fn pick(&mut self, place: usize, user: UserRecord) {
        // The one that duplicates are of, wherever it stands: it is what must not be done with its opposite.
        let same = |item: &PlanItem| {
            item.user
                .as_ref()
                .is_some_and(|planned| planned.id == user.id)
                && !matches!(item.outcome, Outcome::Duplicate { .. })
        };
        let other = self.items.iter().position(same);
        let is_open = |item: &&PlanItem| {
            use Refusal::{Ambiguous, Invalid, Lost, NotFound};
            let open = |refusal: &Refusal| {
                matches!(
                    refusal,
                    Invalid(_) | NotFound { .. } | Ambiguous { .. } | Lost { .. }
                )
            };
            item.user.is_none()
                && matches!(&item.outcome, Outcome::Refused(refusal) if open(refusal))
        };
        let Some(item) = self.items.get(place).filter(is_open) else {
            return;
        };
        let outcome = match other {
            Some(of) if self.items[of].action != item.action => {
                Outcome::Refused(Refusal::Contradiction { with: of })
            }
            Some(of) => Outcome::Duplicate { of },
            None if !is_covered(self.permission(item.action), &user) => {
                Outcome::Refused(Refusal::Denied)
            }
            None => outcome(item.action, &user, &self.operator, self.taken_at),
        };
        if let (Some(of), Outcome::Refused(Refusal::Contradiction { .. })) = (other, &outcome)
            && !matches!(self.items[of].outcome, Outcome::Refused(_))
        {
            self.items[of].outcome = Outcome::Refused(Refusal::Contradiction { with: place });
        }
        self.items[place].user = Some(planned(user));
        self.items[place].outcome = outcome;
    }
}

pub(super) fn outcome(action: Action, user: &UserRecord, operator: &str, now: Time) -> Outcome {
    match action.effect(&user.pin.status(now)) {
        ActionEffect::AlreadySo => Outcome::NoChange,
        ActionEffect::NoPinSet => Outcome::Skipped(SkipReason::NoPinSet),
        ActionEffect::Locked => Outcome::Skipped(SkipReason::Locked),
        ActionEffect::Changes => Outcome::Change {
            caution: caution(user, operator, now),
        },
    }
}

/// A lock that another administrator set on purpose is worth a second look before it is undone.
pub(super) fn caution(user: &UserRecord, operator: &str, now: Time) -> Option<Caution> {
    let lock = user.pin.lock_in_force(now)?;
    let by = lock
        .by
        .as_deref()
        .filter(|by| identity_key(by) != identity_key(operator))?;
    (lock.cause == LockCause::Administrator).then(|| Caution::LockedByAnother {
        by: by.to_owned(),
        since: lock.since,
        reason: lock.reason.clone(),
    })
}

pub(super) fn planned(user: UserRecord) -> PlannedUser {
    PlannedUser {
        id: user.id,
        version: user.version,
        identity: user.names.identity(),
        display_name: user.names.display_name,
        before: user.pin,
        is_protected: user.is_protected,
    }
}

pub(super) fn is_covered(permission: &Permission, user: &UserRecord) -> bool {
    // Most permissions hold everywhere: then the distinguished name need not be read.
    *permission == Permission::Everywhere
        || permission.covers(
            user.names
                .dn
                .as_deref()
                .and_then(|dn| DistinguishedName::parse(dn).ok())
                .as_ref(),
        )
}
