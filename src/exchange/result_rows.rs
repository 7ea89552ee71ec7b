//! The result of each row of a list: the verdict of the plan, or what applying it did.

use std::collections::HashMap;

use super::records::FileRow;
use crate::domain::pin::PinStatus;
use crate::domain::user::UserId;
use crate::plan::{Outcome, Plan, PlanItem, RowPosition};
use crate::store::{Applied, Drift};
use crate::time_format::in_sentence;
use crate::zone::Zone;

/// The results of the rows of a list.
pub(super) struct RowResults<'a> {
    pub plan: &'a Plan,
    is_applied: bool,
    drifted: HashMap<UserId, &'a Drift>,
}

impl<'a> RowResults<'a> {
    /// The results of a plan, or of what applying it did.
    pub fn new(plan: &'a Plan, applied: Option<&'a Applied>) -> Self {
        let drifted = applied
            .into_iter()
            .flat_map(|applied| &applied.drifted)
            .map(|drift| (drift.id, drift))
            .collect();
        Self {
            plan,
            is_applied: applied.is_some(),
            drifted,
        }
    }

    /// The cells of a row for each item that it has in the plan, the first of them at `index`.
    pub fn of_row(&self, index: usize, row: &FileRow) -> Vec<[String; 5]> {
        let position = Some(RowPosition {
            line: row.line,
            byte: row.byte,
        });
        let items = self.plan.items.get(index..).unwrap_or_default().iter();
        items
            .take_while(|item| item.position == position)
            .map(|item| self.of(item))
            .collect()
    }

    fn of(&self, item: &PlanItem) -> [String; 5] {
        let identity = item
            .user
            .as_ref()
            .map(|user| user.identity.clone())
            .unwrap_or_default();
        let is_change = matches!(item.outcome, Outcome::Change { .. });
        let drift = item
            .user
            .as_ref()
            .filter(|_| is_change)
            .and_then(|user| self.drifted.get(&user.id));
        if let Some(drift) = drift {
            return self.drifted(drift, identity);
        }
        let state = |status: Option<PinStatus>| {
            status.map_or_else(String::new, |status| status.describe().to_owned())
        };
        let (before, after) = (
            state(self.plan.before(item)),
            state(self.plan.planned_after(item)),
        );
        [
            self.verdict(item),
            self.plan.reason(item, Zone::utc()),
            identity,
            before,
            after,
        ]
    }

    fn verdict(&self, item: &PlanItem) -> String {
        let word = if self.is_applied && matches!(item.outcome, Outcome::Change { .. }) {
            "changed"
        } else {
            item.outcome.verdict().label()
        };
        word.to_owned()
    }

    fn drifted(&self, drift: &Drift, identity: String) -> [String; 5] {
        let at = self.plan.taken_at;
        let by = drift.changed_by.as_ref().map_or_else(
            || "Changed since the preview.".to_owned(),
            |(by, at)| {
                format!(
                    "Changed by {by} at {} since the preview.",
                    in_sentence(*at, Zone::utc())
                )
            },
        );
        let planned = drift.planned.status(at).describe().to_owned();
        let current = drift
            .current
            .as_ref()
            .map_or("no longer there", |state| state.status(at).describe())
            .to_owned();
        ["drifted".to_owned(), by, identity, planned, current]
    }
}
