//! One line of the preview.

use super::preview_list::PreviewList;
use crate::domain::user::UserId;
use crate::plan::{Action, Group, Outcome, PlanItem, Verdict};
use crate::time_format::date_and_time;
use crate::zone::Zone;

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewLine {
    pub group: Group,
    pub verdict: Verdict,
    /// The identity as given. `line` is its line in the file.
    pub given: String,
    pub line: Option<u64>,
    pub user: Option<UserId>,
    pub name: String,
    pub identity: String,
    /// `locked by system → unlocked`, or the unchanged state.
    pub states: String,
    pub reason: String,
    /// The reason and ticket of the file's row, if it has its own.
    pub own: String,
    pub what_if: Option<String>,
    /// Whether the change undoes another administrator's lock.
    pub is_cautious: bool,
    /// Whether the change concerns a protected user.
    pub is_protected: bool,
}

impl PreviewList {
    /// The line in a row of the list, with times in a zone.
    pub fn line(&self, row: usize, zone: Zone) -> Option<PreviewLine> {
        let index = self.item_index(row)?;
        let item = self.plan.items.get(index)?;
        let (before, after) = (self.plan.before(item), self.plan.planned_after(item));
        let states = match (before, after) {
            (Some(before), Some(after)) if matches!(item.outcome, Outcome::Change { .. }) => {
                let after = match (self.plan.action, self.lock_end_of(item)) {
                    (Some(Action::SetPin), _) => format!("{}, with a new PIN", after.describe()),
                    (_, Some(end)) => format!("locked until {}", date_and_time(end, zone)),
                    _ => after.describe().to_owned(),
                };
                // Where only counts change, there is nothing to compare.
                match before.describe() {
                    before if before == after => after,
                    before => format!("{before} → {after}"),
                }
            }
            (Some(before), _) => before.describe().to_owned(),
            _ => String::new(),
        };
        let user = item.user.as_ref();
        let is_protected = matches!(item.outcome, Outcome::Change { .. })
            && user.is_some_and(|user| user.is_protected);
        let own_lock = item.own_deliberate_lock(&self.plan.operator, self.plan.taken_at, zone);
        let mut reason = own_lock.unwrap_or_else(|| self.plan.reason(item, zone));
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
            line: item.position.map(|position| position.line),
            user: user.map(|user| user.id),
            name: user.map_or_else(|| item.given.clone(), |user| user.display_name.clone()),
            identity: user.map(|user| user.identity.clone()).unwrap_or_default(),
            states,
            reason,
            own: own_reason_and_ticket(item),
            what_if: self.plan.what_if(item),
            is_cautious: matches!(item.outcome, Outcome::Change { caution: Some(_) }),
            is_protected,
        })
    }
}

/// "Left the company · INC-7"
fn own_reason_and_ticket(item: &PlanItem) -> String {
    let own = item.own.iter().flat_map(|own| [&own.reason, &own.ticket]);
    let words: Vec<&str> = own
        .flatten()
        .map(String::as_str)
        .filter(|text| !text.is_empty())
        .collect();
    words.join(" · ")
}
