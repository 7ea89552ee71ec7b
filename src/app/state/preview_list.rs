//! A plan and the order in which the preview lists its items.

use std::collections::HashMap;
use std::sync::Arc;

use strum::{EnumCount as _, VariantArray as _};

use super::lock_end::LockEnd;
use super::review::PlanReview;
use crate::domain::Time;
use crate::domain::reason_rules::ReasonCheck;
use crate::domain::user::{UserId, UserRecord};
use crate::exchange::powershell;
use crate::plan::words::thousands;
use crate::plan::{
    Action, ApprovalNeed, AskedReasons, Counts, Group, Outcome, Plan, PlanItem, SkipReason, Tally,
    Verdict,
};
use crate::store::Drift;
use crate::zone::Zone;

/// A plan and the order in which its items are listed, group by group.
#[derive(Clone)]
pub struct PreviewList {
    pub plan: Arc<Plan>,
    pub counts: Counts,
    /// The number of changes that undo what an administrator did on purpose.
    pub cautions: usize,
    /// The first of these changes, each with its user and the whole reason, for the confirmation
    /// question.
    pub first_cautions: Vec<String>,
    /// The number of changes with a reason or ticket of their own, which replaces the common one.
    pub own_reasons: usize,
    pub verdicts: [usize; Verdict::COUNT],
    /// The only listed group. None: all groups.
    pub group: Option<Group>,
    /// The only listed verdict (None: all), and the text that listed items contain.
    pub verdict: Option<Verdict>,
    pub search: String,
    /// The confirmation question, and the text of the button that opens it.
    pub question: String,
    pub apply_words: String,
    /// All changes as one line of PowerShell. None if there are too many.
    pub one_line: Option<String>,
    /// Users that have changed since the opened plan was made. They are left out of it.
    pub drifted: HashMap<UserId, Drift>,
    /// The reasons why another operator must approve the plan. Empty: no approval is needed.
    pub needs: Vec<ApprovalNeed>,
    /// Warnings about the pipeline that made the plan.
    pub warnings: Vec<String>,
    /// The status and the possible steps of a submitted plan. None for any other plan.
    pub review: Option<Box<PlanReview>>,
    /// Why the store refused the last step.
    pub refused: Option<String>,
    /// Whether the store requires approval for a reason that was unknown when the preview was made.
    pub is_sent_back: bool,
    /// The end of all locks, as it is typed. None: only Unlock ends them.
    pub lock_end: Option<LockEnd>,
    /// Whether the end of the locks can be typed. It cannot where the plan came with ends.
    pub takes_lock_end: bool,
    /// Changes whenever other items are listed or the plan changes, so that what was measured for
    /// the list can be kept until then.
    pub revision: u64,
    /// The demands of the store's rules on the reason and the ticket.
    pub asked: AskedReasons,
    reason_check: ReasonCheck,
    order: Vec<usize>,
    /// The number of listed changes with a caution, which stand first.
    first_cautious: usize,
}

/// A user who was picked by hand for an item of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowPick {
    /// The index of the item.
    pub item: usize,
    pub user: UserRecord,
    /// The items that were changed, as they were before.
    before: Vec<(usize, PlanItem)>,
}

/// The largest number of cautions in the confirmation question.
const CAUTIONS_IN_QUESTION: usize = 5;

/// The maximum number of commands in one line of PowerShell.
const COMMANDS_IN_A_LINE: usize = 20;

impl PreviewList {
    pub fn new(plan: Arc<Plan>) -> Self {
        let tally = plan.tally();
        Self::tallied(plan, tally)
    }

    /// The list of a plan that a worker thread has counted. A plan can have a million items, too
    /// many to count on the window's thread.
    pub fn tallied(plan: Arc<Plan>, tally: Tally) -> Self {
        let is_lock = plan.action == Some(Action::Lock) && plan.undoes.is_none();
        let takes_lock_end = is_lock && plan.items.iter().all(|item| item.own.is_none());
        let mut list = Self {
            plan,
            counts: Counts::default(),
            cautions: 0,
            first_cautions: Vec::new(),
            own_reasons: 0,
            verdicts: [0; Verdict::COUNT],
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
            lock_end: None,
            takes_lock_end,
            revision: 0,
            asked: AskedReasons::default(),
            reason_check: ReasonCheck::default(),
            order: Vec::new(),
            first_cautious: 0,
        };
        list.take(tally);
        list
    }

    /// Lists one group, or all if `group` is None.
    pub fn show_group(&mut self, group: Option<Group>) {
        self.group = group;
        self.show(None);
    }

    /// Lists the items of the current group and verdict, limited to `found` if a search has run.
    /// Changes with a caution come first, then refusals, because they need attention, then the other
    /// changes and the rest.
    pub fn show(&mut self, found: Option<Vec<usize>>) {
        let (group, verdict) = (self.group, self.verdict);
        let mut groups: [Vec<usize>; Group::COUNT] = Default::default();
        let mut cautious = Vec::new();
        let mut sort = |index: usize, item: &PlanItem| {
            let of = item.outcome.group();
            if group.is_none_or(|group| group == of)
                && verdict.is_none_or(|verdict| verdict == item.outcome.verdict())
            {
                if is_cautious(item) {
                    cautious.push(index);
                } else {
                    groups[of as usize].push(index);
                }
            }
        };
        match found {
            Some(indices) => {
                let items = indices
                    .iter()
                    .filter_map(|&index| self.plan.items.get(index).map(|item| (index, item)));
                items.for_each(|(index, item)| sort(index, item));
            }
            None => self
                .plan
                .items
                .iter()
                .enumerate()
                .for_each(|(index, item)| sort(index, item)),
        }
        let [changes, no_change, skipped, refused] = groups;
        self.revision += 1;
        self.first_cautious = cautious.len();
        self.order = [cautious, refused, changes, no_change, skipped].concat();
        if !self.drifted.is_empty() {
            let items = &self.plan.items;
            let others = self.order.get_mut(self.first_cautious..);
            let others = others.unwrap_or_default();
            others.sort_by_key(|&index| !is_one_of(items, index, &self.drifted));
        }
    }

    /// "Preview: 12 will change, 3 no change needed, 1 skipped, 0 refused."
    pub fn sentence(&self) -> String {
        let words: Vec<String> = Group::VARIANTS
            .iter()
            .map(|&group| format!("{} {}", thousands(self.counts.of(group)), group.label()))
            .collect();
        format!("Preview: {}.", words.join(", "))
    }

    /// The index in the plan of the item in a row of the list.
    pub fn item_index(&self, row: usize) -> Option<usize> {
        self.order.get(row).copied()
    }

    /// Counts the items once after a change, not in every frame: a plan can have a million items.
    fn count(&mut self) {
        self.take(self.plan.tally());
        if self.group.is_some() || self.verdict.is_some() || !self.drifted.is_empty() {
            self.show(None);
        }
    }

    fn take(&mut self, tally: Tally) {
        // The refusal belongs to the plan before this change.
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
        self.revision += 1;
        self.first_cautious = self.cautions;
        let count = self.counts.will_change;
        self.question = self.plan.question(count);
        self.apply_words = self.plan.button(count);
        let is_short = (1..=COMMANDS_IN_A_LINE).contains(&count) && self.plan.is_of_the_product();
        self.asked = self.plan.asked_reasons(&self.reason_check);
        self.one_line = is_short.then(|| powershell::commands(powershell::steps(&self.plan)));
    }

    /// Marks the users that have changed since the plan was made, and puts them at the top.
    #[must_use]
    pub fn with_drifts(mut self, drifted: Vec<Drift>) -> Self {
        self.drifted = drifted.into_iter().map(|drift| (drift.id, drift)).collect();
        if !self.drifted.is_empty() {
            self.show(None);
        }
        self
    }

    /// Takes the rules of the store for reasons and tickets.
    pub fn hold_to(&mut self, check: &ReasonCheck) {
        self.reason_check = check.clone();
        self.asked = self.plan.asked_reasons(check);
    }

    /// Moves these users to the top, because they need the operator's attention.
    pub fn put_first(&mut self, users: &HashMap<UserId, Drift>) {
        if users.is_empty() {
            return;
        }
        let items = &self.plan.items;
        self.revision += 1;
        self.first_cautious = 0;
        self.order
            .sort_by_key(|&index| !is_one_of(items, index, users));
    }

    /// The number of listed changes with a caution. They are the first rows of the list.
    pub fn first_cautious(&self) -> usize {
        self.first_cautious
    }

    /// Whether this is the preview of a file, which the import sheet shows while it is open. A
    /// submitted plan never is.
    pub fn belongs_to_sheet(&self) -> bool {
        self.plan.source.is_some() && self.review.is_none()
    }

    /// Whether the operator must type the number of changes to confirm.
    pub fn must_type_number(&self) -> bool {
        self.plan.must_type_number(self.counts.will_change)
    }

    pub fn len(&self) -> usize {
        self.order.len()
    }

    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Assigns a user to an item. Returns the pick, with which it can be undone.
    pub fn pick(&mut self, index: usize, user: UserRecord) -> RowPick {
        let before = Arc::make_mut(&mut self.plan).pick(index, user.clone());
        self.count();
        RowPick {
            item: index,
            user,
            before,
        }
    }

    /// Undoes the pick at an index. Later picks are made once more, since they may depend on it.
    /// Returns the pick that was undone.
    pub fn undo_pick(&mut self, picks: &mut Vec<RowPick>, index: usize) -> Option<RowPick> {
        if index >= picks.len() {
            return None;
        }
        let plan = Arc::make_mut(&mut self.plan);
        let mut later = picks.split_off(index);
        let was_taken_out =
            |plan: &Plan, item: usize| plan.items.get(item).is_some_and(is_taken_out);
        let taken_out: Vec<bool> = later
            .iter()
            .map(|pick| was_taken_out(plan, pick.item))
            .collect();
        for pick in later.iter_mut().rev() {
            plan.put_back(std::mem::take(&mut pick.before));
        }
        let undone = later.remove(0);
        for (mut pick, was_taken_out) in later.into_iter().zip(taken_out.into_iter().skip(1)) {
            pick.before = plan.pick(pick.item, pick.user.clone());
            if was_taken_out {
                plan.take_out(pick.user.id);
            }
            picks.push(pick);
        }
        self.count();
        Some(undone)
    }

    /// The row of an item of the plan. None if it is not listed.
    pub fn row_of(&self, item: usize) -> Option<usize> {
        self.order.iter().position(|&listed| listed == item)
    }

    /// The next row, or the one before if `by` is negative, for which a user can be picked. It goes
    /// round at the ends.
    pub fn next_problem(&self, from: Option<usize>, forward: bool) -> Option<usize> {
        let is_problem = |&row: &usize| {
            let item = self
                .item_index(row)
                .and_then(|item| self.plan.items.get(item));
            item.is_some_and(PlanItem::is_open)
        };
        let count = self.order.len();
        if forward {
            let from = from.map_or(0, |row| row + 1).min(count);
            (from..count).chain(0..from).find(is_problem)
        } else {
            let from = from.unwrap_or(count).min(count);
            let before = (0..from).rev();
            before.chain((from..count).rev()).find(is_problem)
        }
    }

    /// Takes out the users that were taken out of an older reading of the same plan.
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

    /// Reads the first users whom another administrator has locked on purpose, with times in a zone.
    pub fn read_cautions(&mut self, zone: Zone) {
        let plan = &self.plan;
        let cautious = plan.items.iter().filter(|item| is_cautious(item));
        let lines = cautious.take(CAUTIONS_IN_QUESTION).map(|item| {
            let user = item.user.as_ref();
            let name = user.map_or(&item.given, |user| &user.display_name);
            format!("{name}: {}", plan.reason(item, zone))
        });
        self.first_cautions = lines.collect();
    }

    /// Takes out all users whom another administrator has locked on purpose.
    pub fn leave_out_cautious(&mut self) {
        let items = self.plan.items.iter().filter(|item| is_cautious(item));
        let users = items.filter_map(|item| item.user.as_ref());
        let users: Vec<UserId> = users.map(|user| user.id).collect();
        Arc::make_mut(&mut self.plan).take_out_all(&users);
        self.count();
    }

    /// Types another end of the locks, or none.
    pub fn end_locks(&mut self, end: Option<LockEnd>) {
        self.lock_end = end;
        self.revision += 1;
    }

    /// The plan with the typed end of its locks.
    pub fn ended_plan(&mut self) -> &mut Plan {
        let plan = Arc::make_mut(&mut self.plan);
        if self.takes_lock_end {
            plan.end_locks(self.lock_end.as_ref().and_then(LockEnd::at));
        }
        plan
    }

    /// Whether the plan lacks the typed end of its locks, or has one that was typed before.
    pub fn has_other_lock_end(&self) -> bool {
        let typed = self.lock_end.as_ref().and_then(LockEnd::at);
        let is_lock = |item: &&PlanItem| item.action == Action::Lock;
        let first = self.plan.items.iter().find(is_lock);
        let planned = first.and_then(|item| item.own.as_ref()?.until);
        self.takes_lock_end && planned != typed
    }

    /// The moment at which the lock of an item would end by itself.
    pub(super) fn lock_end_of(&self, item: &PlanItem) -> Option<Time> {
        if self.takes_lock_end {
            let end = self.lock_end.as_ref()?;
            end.at()
                .filter(|_| matches!(item.outcome, Outcome::Change { .. }))
        } else {
            self.plan.lock_end(item)
        }
    }

    /// Takes one user out.
    #[must_use]
    pub fn without(self, id: UserId) -> Self {
        let mut list = self;
        Arc::make_mut(&mut list.plan).take_out(id);
        list.count();
        list
    }
}

/// Whether the user of the item at an index is one of these.
fn is_one_of(items: &[PlanItem], index: usize, users: &HashMap<UserId, Drift>) -> bool {
    let user = items.get(index).and_then(|item| item.user.as_ref());
    user.is_some_and(|user| users.contains_key(&user.id))
}

fn is_cautious(item: &PlanItem) -> bool {
    matches!(item.outcome, Outcome::Change { caution: Some(_) })
}

fn is_taken_out(item: &PlanItem) -> bool {
    item.outcome == Outcome::Skipped(SkipReason::TakenOut)
}
