//! The number of users or settings of submitted plans that have changed since, for the list of plans.

use std::collections::HashMap;

use super::refresh_settings::drifted_settings;
use crate::plan::{BatchAction, PlanId, StorePlan};
use crate::store::engine::id_set::{IN_LIST, IdSet};
use crate::store::engine::named_values::{STORE_ID, text};
use crate::store::engine::{Connection, EngineResult, Row};
use crate::store::history::settings::Settings;

/// The number of users of each plan who have changed since it was made. Plans without such users
/// are missing.
pub(super) fn count_drifted(
    connection: &Connection,
    plans: &[PlanId],
) -> EngineResult<HashMap<PlanId, u64>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT u.plan_id, count(*) FROM plan_users u LEFT JOIN pins ON pins.user_id = u.user_id
         WHERE u.plan_id IN {IN_LIST} AND pins.version IS DISTINCT FROM u.version GROUP BY u.plan_id"
    ))?;
    let count = |row: Row<'_>| Ok((PlanId(row.get(0)?), row.get::<i64>(1)?.unsigned_abs()));
    statement.query_map(&[&set_of(plans)], count)?.collect()
}

/// The number of settings of each plan about settings that have changed since it was made.
pub(super) fn count_drifted_settings(
    connection: &Connection,
    plans: &[PlanId],
) -> EngineResult<HashMap<PlanId, u64>> {
    let words: Vec<String> = BatchAction::known()
        .filter(BatchAction::undoes_or_changes_settings)
        .map(|action| format!("'{action}'"))
        .collect();
    let mut statement = connection.prepare_cached(&format!(
        "SELECT id, content FROM plans WHERE id IN {IN_LIST} AND action IN ({})",
        words.join(", ")
    ))?;
    let read = |row: Row<'_>| Ok((PlanId(row.get(0)?), row.get(1)?));
    let lines: Vec<(PlanId, String)> = statement
        .query_map(&[&set_of(plans)], read)?
        .collect::<EngineResult<_>>()?;
    if lines.is_empty() {
        return Ok(HashMap::new());
    }
    let store = text(connection, STORE_ID)?.unwrap_or_default();
    let now = Settings::read(connection)?;
    let count = |(id, line): &(PlanId, String)| match StorePlan::of_line(line, &store) {
        Ok(StorePlan::Settings(plan)) => Some((*id, drifted_settings(&plan, &now).len() as u64)),
        _ => None,
    };
    Ok(lines.iter().filter_map(count).collect())
}

fn set_of(plans: &[PlanId]) -> IdSet {
    IdSet::of(plans.iter().map(|id| id.0))
}
