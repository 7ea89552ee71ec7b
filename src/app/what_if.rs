//! The what-if panel: what would happen, and then what did.

use std::collections::HashMap;
use std::sync::Arc;

use super::Review;
use crate::domain::user::{UserId, UserRecord};
use crate::exchange::powershell;
use crate::plan::model::Counts;
use crate::plan::words::thousands;
use crate::plan::{
    Action, ApprovalNeed, Group, Outcome, Plan, PlanItem, SkipReason, Tally, Verdict,
};
use crate::store::{Applied, Drift};
use crate::zone::Zone;

/// What the panel shows.
pub enum Panel {
    Empty,
    /// A plan is being worked out: of an action, of undoing something, or one that was kept is opened.
    Planning(Option<Action>),
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
    /// How many of the changes have a reason or ticket of their own, which goes before the one given for all.
    pub own_reasons: usize,
    pub verdicts: [usize; Verdict::ALL.len()],
    /// Only this group is listed.
    pub group: Option<Group>,
    /// Only this verdict is listed, and what contains this text.
    pub verdict: Option<Verdict>,
    pub search: String,
    /// The one question before the change, and the button that leads to it.
    pub question: String,
    pub apply_words: String,
    /// All changes as one line of PowerShell, where they are few.
    pub one_line: Option<String>,
    /// Who is no longer as an opened plan saw them, and is left out of it.
    pub drifted: HashMap<UserId, Drift>,
    /// Why somebody else must approve it; empty where nobody must.
    pub needs: Vec<ApprovalNeed>,
    /// What somebody should know before they rely on the pipeline that this came from.
    pub warnings: Vec<String>,
    /// Where it is a submitted plan: what became of it, and what may be done with it.
    pub review: Option<Box<Review>>,
    /// What the store said against the last step.
    pub refused: Option<String>,
    /// The store wants approval for a reason that was not known when the preview was made.
    pub is_sent_back: bool,
    order: Vec<usize>,
}

/// More commands than that are no line any more.
const COMMANDS_IN_A_LINE: usize = 20;

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewLine {
    pub group: Group,
    pub verdict: Verdict,
    /// What was asked for, and the line of the file where it was.
    pub given: String,
    pub line: Option<u64>,
    pub user: Option<UserId>,
    pub name: String,
    pub identity: String,
    /// `locked by system → unlocked`, or the state that stays.
    pub states: String,
    pub reason: String,
    /// Why and under which ticket, where the row of the file says so itself.
    pub own: String,
    pub what_if: Option<String>,
    /// Another administrator's lock: worth a second look.
    pub is_cautious: bool,
    /// Would change, and is protected.
    pub is_protected: bool,
}

impl PreviewList {
    pub fn new(plan: Arc<Plan>) -> Self {
        let tally = plan.tally();
        Self::tallied(plan, tally)
    }

    /// Of a plan that was counted where it was made: a million items are not gone through here.
    pub fn tallied(plan: Arc<Plan>, tally: Tally) -> Self {
        let mut list = Self {
            plan,
            counts: Counts::default(),
            cautions: 0,
            own_reasons: 0,
            verdicts: [0; Verdict::ALL.len()],
            group: None,
            verdict: None,
            search: String::new(),
            question: String::new(),
            apply_words: String::new(),
            one_line: None,
            drifted: HashMap::new(),
            needs: Vec::new(),
            warnings: Vec::new(),
            review: None,
            refused: None,
            is_sent_back: false,
            order: Vec::new(),
        };
        list.take(tally);
        list
    }

    /// Lists one group only, or all.
    pub fn show_group(&mut self, group: Option<Group>) {
        self.group = group;
        self.show(None);
    }

    /// Lists the items of the group and verdict, or those that a search has found: refusals first, since they need a
    /// look, then the changes and the rest.
    pub fn show(&mut self, found: Option<Vec<usize>>) {
        let (group, verdict) = (self.group, self.verdict);
        let mut groups: [Vec<usize>; Group::ALL.len()] = Default::default();
        let mut sort = |place: usize, item: &PlanItem| {
            let of = item.outcome.group();
            if group.is_none_or(|group| group == of)
                && verdict.is_none_or(|verdict| verdict == item.outcome.verdict())
            {
                groups[of as usize].push(place);
            }
        };
        match found {
            Some(places) => {
                let items = places
                    .iter()
                    .filter_map(|&place| self.plan.items.get(place).map(|item| (place, item)));
                items.for_each(|(place, item)| sort(place, item));
            }
            None => self
                .plan
                .items
                .iter()
                .enumerate()
                .for_each(|(place, item)| sort(place, item)),
        }
        let [changes, already_so, skipped, refused] = groups;
        self.order = [refused, changes, already_so, skipped].concat();
        if !self.drifted.is_empty() {
            let drifted = std::mem::take(&mut self.drifted);
            self.put_first(&drifted);
            self.drifted = drifted;
        }
    }

    /// "Preview: 12 will change, 3 already so, 1 skipped, 0 refused."
    pub fn sentence(&self) -> String {
        let words = Group::ALL
            .map(|group| format!("{} {}", thousands(self.counts.of(group)), group.label()));
        format!("Preview: {}.", words.join(", "))
    }

    /// The place in the plan of the item in a row of the list.
    pub fn place(&self, row: usize) -> Option<usize> {
        self.order.get(row).copied()
    }

    /// Counted once, not in every frame: a plan can have a million items.
    fn count(&mut self) {
        self.take(self.plan.tally());
        if self.group.is_some() || self.verdict.is_some() || !self.drifted.is_empty() {
            self.show(None);
        }
    }

    fn take(&mut self, tally: Tally) {
        // Whatever was refused was another plan.
        self.refused = None;
        self.is_sent_back = false;
        Tally {
            counts: self.counts,
            verdicts: self.verdicts,
            cautions: self.cautions,
            own_reasons: self.own_reasons,
            needs: self.needs,
            order: self.order,
        } = tally;
        let count = self.counts.will_change;
        self.question = self.plan.question(count);
        self.apply_words = self.plan.button(count);
        let is_short = (1..=COMMANDS_IN_A_LINE).contains(&count);
        self.one_line = is_short.then(|| powershell::commands(powershell::steps(&self.plan)));
    }

    /// The same list with those who are no longer as the plan saw them marked, and at the top.
    #[must_use]
    pub fn with_drifts(mut self, drifted: Vec<Drift>) -> Self {
        self.drifted = drifted.into_iter().map(|drift| (drift.id, drift)).collect();
        if !self.drifted.is_empty() {
            self.show(None);
        }
        self
    }

    /// Puts these users at the top: they are what an outcome is read for.
    pub fn put_first(&mut self, users: &HashMap<UserId, Drift>) {
        if users.is_empty() {
            return;
        }
        let items = &self.plan.items;
        let is_first = |place: usize| {
            let user = items.get(place).and_then(|item| item.user.as_ref());
            user.is_some_and(|user| users.contains_key(&user.id))
        };
        self.order.sort_by_key(|&place| !is_first(place));
    }

    /// Is it the preview of a file, which is shown in the import sheet while that is open? What was submitted is not.
    pub fn belongs_to_sheet(&self) -> bool {
        self.plan.source.is_some() && self.review.is_none()
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

    /// The line in a row of the list, with times in a zone.
    pub fn line(&self, row: usize, zone: Zone) -> Option<PreviewLine> {
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
        let is_protected = matches!(item.outcome, Outcome::Change { .. })
            && user.is_some_and(|user| user.is_protected);
        let mut reason = self.plan.reason(item, zone);
        if is_protected {
            let more = if reason.is_empty() {
                String::new()
            } else {
                format!(" {reason}")
            };
            reason = format!("Protected: changing them needs approval.{more}");
        }
        Some(PreviewLine {
            group: item.outcome.group(),
            verdict: item.outcome.verdict(),
            given: item.given.clone(),
            line: item.place.map(|place| place.line),
            user: user.map(|user| user.id),
            name: user.map_or_else(|| item.given.clone(), |user| user.display_name.clone()),
            identity: user.map(|user| user.identity.clone()).unwrap_or_default(),
            states,
            reason,
            own: own_words(item),
            what_if: self.plan.what_if(item),
            is_cautious: matches!(item.outcome, Outcome::Change { caution: Some(_) }),
            is_protected,
        })
    }

    /// Says who is meant by an item.
    pub fn pick(&mut self, place: usize, user: UserRecord) {
        Arc::make_mut(&mut self.plan).pick(place, user);
        self.count();
    }

    /// Takes out whoever was taken out of an older reading of the same plan.
    pub fn take_out_as_in(&mut self, older: &Self) {
        if !older.plan.items.iter().any(is_taken_out) {
            return;
        }
        let plan = Arc::make_mut(&mut self.plan);
        for (item, older) in plan.items.iter_mut().zip(&older.plan.items) {
            if is_taken_out(older) && matches!(item.outcome, Outcome::Change { .. }) {
                item.outcome = Outcome::Skipped(SkipReason::TakenOut);
            }
        }
        self.count();
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

fn is_taken_out(item: &PlanItem) -> bool {
    item.outcome == Outcome::Skipped(SkipReason::TakenOut)
}

impl Panel {
    /// The list, in whatever state the panel is.
    pub fn list(&self) -> Option<&PreviewList> {
        match self {
            Self::Empty | Self::Planning(_) => None,
            Self::Preview(list)
            | Self::Applying(list)
            | Self::Confirming { list, .. }
            | Self::Result { list, .. } => Some(list),
            Self::Failed { list, .. } => list.as_ref(),
        }
    }

    pub fn list_mut(&mut self) -> Option<&mut PreviewList> {
        match self {
            Self::Empty | Self::Planning(_) => None,
            Self::Preview(list)
            | Self::Applying(list)
            | Self::Confirming { list, .. }
            | Self::Result { list, .. } => Some(list),
            Self::Failed { list, .. } => list.as_mut(),
        }
    }

    /// May Confirm be pressed? Either no number must be typed, or it was.
    pub fn is_confirmable(&self) -> bool {
        match self {
            Self::Confirming { list, typed } => {
                let count = list.counts.will_change;
                !list.must_type_number()
                    || typed.trim().replace([',', '.', ' ', '’', '\''], "") == count.to_string()
            }
            _ => false,
        }
    }
}

/// "Left the company · INC-7"
fn own_words(item: &PlanItem) -> String {
    let own = item.own.iter().flat_map(|own| [&own.reason, &own.ticket]);
    let words: Vec<&str> = own
        .flatten()
        .map(String::as_str)
        .filter(|text| !text.is_empty())
        .collect();
    words.join(" · ")
}
