//! The what-if panel: what would happen, and then what did.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::user::UserId;
use crate::plan::change::Counts;
use crate::plan::{Action, Group, Outcome, Plan, PlanItem};
use crate::store::{Applied, Drift};

/// What the panel shows.
pub enum Panel {
    Empty,
    /// A plan is being worked out.
    Planning(Action),
    Preview(PreviewList),
    /// The one question before anything changes. What was typed is the number, where it must be.
    Confirming {
        list: PreviewList,
        typed: String,
    },
    Applying(PreviewList),
    Result {
        list: PreviewList,
        applied: Box<Applied>,
        drifted: HashMap<UserId, Drift>,
    },
    /// Nothing was changed, and why.
    Failed {
        text: String,
        list: Option<PreviewList>,
    },
}

/// A plan and the order in which its items are listed: the groups one after the other.
#[derive(Clone)]
pub struct PreviewList {
    pub plan: Arc<Plan>,
    pub counts: Counts,
    /// How many of the changes undo what another administrator did on purpose.
    pub cautions: usize,
    /// Only this group is listed.
    pub group: Option<Group>,
    order: Vec<usize>,
}

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewLine {
    pub group: Group,
    pub user: Option<UserId>,
    pub name: String,
    pub identity: String,
    /// `locked by system → unlocked`, or the state that stays.
    pub states: String,
    pub reason: String,
    pub what_if: Option<String>,
    /// Another administrator's lock: worth a second look.
    pub is_cautious: bool,
}

impl PreviewList {
    pub fn new(plan: Arc<Plan>) -> Self {
        let mut list = Self { plan, counts: Counts::default(), cautions: 0, group: None, order: Vec::new() };
        list.count();
        list
    }

    /// Lists one group only, or all: refusals first, since they need a look, then the changes and the rest.
    pub fn show(&mut self, group: Option<Group>) {
        self.group = group;
        let mut groups: [Vec<usize>; Group::ALL.len()] = Default::default();
        for (place, item) in self.plan.items.iter().enumerate() {
            let of = item.outcome.group();
            if group.is_none_or(|group| group == of) {
                groups[of as usize].push(place);
            }
        }
        let [changes, already_so, skipped, refused] = groups;
        self.order = [refused, changes, already_so, skipped].concat();
    }

    /// Counted once, not in every frame: a plan can have a million items.
    fn count(&mut self) {
        self.counts = self.plan.counts();
        let is_cautious = |item: &&PlanItem| matches!(item.outcome, Outcome::Change { caution: Some(_) });
        self.cautions = self.plan.items.iter().filter(is_cautious).count();
        self.show(self.group);
    }

    /// Puts these users at the top: they are what an outcome is read for.
    pub fn put_first(&mut self, users: &HashMap<UserId, Drift>) {
        let items = &self.plan.items;
        let is_first = |place: usize| {
            let user = items.get(place).and_then(|item| item.user.as_ref());
            user.is_some_and(|user| users.contains_key(&user.id))
        };
        self.order.sort_by_key(|&place| !is_first(place));
    }

    /// Must the number be typed to confirm?
    pub fn must_type_number(&self) -> bool {
        self.plan.must_type_number(self.counts.will_change)
    }

    pub fn len(&self) -> usize {
        self.order.len()
    }

    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The line in a row of the list.
    pub fn line(&self, row: usize) -> Option<PreviewLine> {
        let place = *self.order.get(row)?;
        let item = self.plan.items.get(place)?;
        let (before, after) = (self.plan.before(item), self.plan.planned_after(item));
        let states = match (before, after) {
            (Some(before), Some(after)) if matches!(item.outcome, Outcome::Change { .. }) => {
                format!("{} → {}", before.describe(), after.describe())
            }
            (Some(before), _) => before.describe().to_owned(),
            _ => String::new(),
        };
        let user = item.user.as_ref();
        Some(PreviewLine {
            group: item.outcome.group(),
            user: user.map(|user| user.id),
            name: user.map_or_else(|| item.given.clone(), |user| user.display_name.clone()),
            identity: user.map(|user| user.identity.clone()).unwrap_or_default(),
            states,
            reason: item.reason(self.plan.action),
            what_if: self.plan.what_if(item),
            is_cautious: matches!(item.outcome, Outcome::Change { caution: Some(_) }),
        })
    }

    /// The same list without one user.
    #[must_use]
    pub fn without(self, id: UserId) -> Self {
        let mut list = self;
        Arc::make_mut(&mut list.plan).take_out(id);
        list.count();
        list
    }
}

impl Panel {
    /// The list, in whatever state the panel is.
    pub fn list(&self) -> Option<&PreviewList> {
        match self {
            Self::Empty | Self::Planning(_) => None,
            Self::Preview(list) | Self::Applying(list) | Self::Confirming { list, .. } | Self::Result { list, .. } => {
                Some(list)
            }
            Self::Failed { list, .. } => list.as_ref(),
        }
    }

    pub fn list_mut(&mut self) -> Option<&mut PreviewList> {
        match self {
            Self::Empty | Self::Planning(_) => None,
            Self::Preview(list) | Self::Applying(list) | Self::Confirming { list, .. } | Self::Result { list, .. } => {
                Some(list)
            }
            Self::Failed { list, .. } => list.as_mut(),
        }
    }

    /// May Confirm be pressed? Either no number must be typed, or it was.
    pub fn is_confirmable(&self) -> bool {
        match self {
            Self::Confirming { list, typed } => {
                let count = list.counts.will_change;
                !list.must_type_number() || typed.trim().replace([',', '.', ' ', '’', '\''], "") == count.to_string()
            }
            _ => false,
        }
    }
}
