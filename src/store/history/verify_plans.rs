//! Verifying submitted plans: each is what its batch in the chain says, and its users are listed
//! beside it.

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};

use super::chain_break::ChainBreak;
use crate::plan::StorePlan;
use crate::plan::document::sha256;
use crate::store::engine::{Connection, EngineResult};

/// A SHA-256 over the users of a plan and the versions that it saw, in the order of the users' IDs.
type UsersHash = [u8; 32];

/// The first submitted plan that is not what its batch in the chain says, or that no batch submits.
pub(super) fn edited_plan(
    connection: &Connection,
    store: &str,
) -> EngineResult<Option<ChainBreak>> {
    let users = listed_users(connection)?;
    let none = users_hash([]);
    let mut statement = connection.prepare(
        "SELECT p.id, p.content, p.action, p.undoes, p.changes, h.seq, b.plan_sha256 FROM plans p
         LEFT JOIN batches b ON b.plan = p.id AND b.action = 'submit-plan'
         LEFT JOIN history h ON h.batch_id = b.id AND h.kind = 'batch' ORDER BY p.id",
    )?;
    let mut rows = statement.query(&[])?;
    while let Some(row) = rows.next()? {
        let (id, line, action): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (undoes, changes): (Option<i64>, i64) = (row.get(3)?, row.get(4)?);
        let (seq, expected): (Option<i64>, Option<String>) = (row.get(5)?, row.get(6)?);
        let is_whole = expected == Some(sha256(&line))
            && planned_users(&line, store).is_some_and(|(plan, planned)| {
                let plan = plan.as_ref();
                let repeats = (
                    plan.batch_action().word(),
                    plan.undoes().map(|batch| batch.0),
                ) == (action.as_str(), undoes);
                repeats
                    && i64::try_from(plan.change_count()) == Ok(changes)
                    && *users.get(&id).unwrap_or(&none) == users_hash(planned)
            });
        if !is_whole {
            return Ok(Some(ChainBreak {
                seq: seq.unwrap_or(0),
                what: format!("plan {id} was changed"),
            }));
        }
    }
    missing_plan(connection)
}

/// The first plan that a batch names and that is not there.
fn missing_plan(connection: &Connection) -> EngineResult<Option<ChainBreak>> {
    let sql = "SELECT b.plan, h.seq FROM batches b JOIN history h ON h.batch_id = b.id AND h.kind = 'batch'
        WHERE b.plan IS NOT NULL AND NOT EXISTS (SELECT 1 FROM plans p WHERE p.id = b.plan) ORDER BY h.seq LIMIT 1";
    let missing: Option<(i64, i64)> =
        connection.query_optional(sql, &[], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if let Some((plan, seq)) = missing {
        let what = format!("plan {plan} is missing");
        return Ok(Some(ChainBreak { seq, what }));
    }
    let sql = "SELECT u.plan_id FROM plan_users u WHERE NOT EXISTS (SELECT 1 FROM plans p WHERE p.id = u.plan_id) LIMIT 1";
    let unknown: Option<i64> = connection.query_optional(sql, &[], |row| row.get(0))?;
    Ok(unknown.map(|plan| ChainBreak {
        seq: 0,
        what: format!("users are listed for plan {plan}, which is missing"),
    }))
}

/// The plan of a line, and the users and versions that it would change, in the order of the users'
/// IDs.
fn planned_users(line: &str, store: &str) -> Option<(StorePlan, Vec<(i64, i64)>)> {
    let plan = StorePlan::of_line(line, store).ok()?;
    let users = plan.as_ref().users().into_iter();
    let mut users: Vec<(i64, i64)> = users.map(|(id, version)| (id.0, version.0)).collect();
    users.sort_unstable();
    Some((plan, users))
}

/// The hash of the users that are listed for each plan. One statement for all plans; only the
/// hashes are kept.
fn listed_users(connection: &Connection) -> EngineResult<HashMap<i64, UsersHash>> {
    let mut statement = connection
        .prepare("SELECT plan_id, user_id, version FROM plan_users ORDER BY plan_id, user_id")?;
    let mut rows = statement.query(&[])?;
    let (mut found, mut last) = (HashMap::new(), None);
    let mut hash = Sha256::new();
    while let Some(row) = rows.next()? {
        let plan: i64 = row.get(0)?;
        if let Some(before) = last.replace(plan)
            && before != plan
        {
            found.insert(before, hash.finalize_reset().into());
        }
        add_user(&mut hash, (row.get(1)?, row.get(2)?));
    }
    if let Some(plan) = last {
        found.insert(plan, hash.finalize().into());
    }
    Ok(found)
}

fn users_hash(users: impl IntoIterator<Item = (i64, i64)>) -> UsersHash {
    let mut hash = Sha256::new();
    for user in users {
        add_user(&mut hash, user);
    }
    hash.finalize().into()
}

fn add_user(hash: &mut Sha256, (id, version): (i64, i64)) {
    hash.update(id.to_le_bytes());
    hash.update(version.to_le_bytes());
}
