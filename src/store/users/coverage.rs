//! Whether permissions that hold for some units of the directory cover users: for many users with
//! one statement.

use crate::domain::dn::DistinguishedName;
use crate::domain::role::Permission;
use crate::domain::user::UserId;
use crate::store::engine::id_set::{IDS_PER_STATEMENT, IdSet, LIST};
use crate::store::engine::{Connection, EngineResult};

/// Whether each permission covers its user. A user who is not in the store is in no unit.
pub(in crate::store) fn coverage(
    connection: &Connection,
    needed: &[(UserId, &Permission)],
) -> EngineResult<Vec<bool>> {
    let mut covered: Vec<bool> = needed
        .iter()
        .map(|(_, permission)| **permission == Permission::Everywhere)
        .collect();
    let limited: Vec<usize> = (0..needed.len()).filter(|&nth| !covered[nth]).collect();
    let sql =
        format!("SELECT list.key, u.dn FROM {LIST} CROSS JOIN users u WHERE u.id = list.value");
    for positions in limited.chunks(IDS_PER_STATEMENT) {
        let set = IdSet::of(positions.iter().map(|&position| needed[position].0.0));
        // A user without a readable distinguished name is covered only by a permission everywhere.
        let mut units = vec![None; positions.len()];
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query(&[&set])?;
        while let Some(row) = rows.next()? {
            let nth: u32 = row.get(0)?;
            if let (Some(unit), Some(dn)) =
                (units.get_mut(nth as usize), row.get::<Option<&str>>(1)?)
            {
                *unit = DistinguishedName::parse(dn).ok();
            }
        }
        for (&position, unit) in positions.iter().zip(&units) {
            covered[position] = needed[position].1.covers(unit.as_ref());
        }
    }
    Ok(covered)
}

/// Whether a permission covers one user.
pub(in crate::store) fn is_covered(
    connection: &Connection,
    permission: &Permission,
    id: UserId,
) -> EngineResult<bool> {
    Ok(coverage(connection, &[(id, permission)])? == [true])
}
