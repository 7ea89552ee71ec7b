//! Upgrading a store: values that SQL cannot compute, and a record of what the store holds, so that
//! the history says it from then on, whatever older programs left out.

use crate::domain::Time;
use crate::domain::role::Operator;
use crate::plan::BatchAction;
use crate::store::access::bound_accounts::renew_account_keys;
use crate::store::engine::sqlite::remove_check;
use crate::store::engine::{EngineResult, Row, Transaction};
use crate::store::history::append::{Entry, append_unasked_batch};
use crate::store::history::batch::Batch;
use crate::store::history::batch_note::BatchNote;
use crate::store::history::entry::{HistoryKind, hash_json};
use crate::store::history::names_digest::{BlockHasher, names_hash, names_json};
use crate::store::history::settings::IDENTITY;
use crate::store::pins::hash_rows::{HASH_COLUMN_COUNT, HASH_COLUMNS, PinHash};
use crate::store::users::find::each_user;
use crate::store::users::sort_keys::fill_display_sort;

/// Carries out what a step of the schema needs beside its SQL.
pub(in crate::store) fn fill(transaction: &Transaction<'_>, version: i64) -> EngineResult<()> {
    match version {
        6 => fill_display_sort(transaction),
        7 => remove_check(transaction, "history", "kind"),
        9 => renew_account_keys(transaction),
        _ => Ok(()),
    }
}

/// Appends the batch of an upgrade: it records all settings, the names of all users, and the rows of
/// the PIN hashes.
pub(in crate::store) fn record_upgrade(
    transaction: &Transaction<'_>,
    operator: &Operator,
    now: Time,
) -> EngineResult<()> {
    let mut blocks = BlockHasher::default();
    each_user(transaction, "u.id", |user| {
        blocks.add(user.id, &names_hash(&names_json(&user.names)));
        true
    })?;
    let note = BatchNote {
        users: blocks.finish(),
        ..BatchNote::of_store(transaction)?
    };
    let batch = Batch {
        note: note.json(),
        ..Batch::new(BatchAction::UpgradeStore, now, operator)
    };
    let mut chain = append_unasked_batch(transaction, &batch)?;
    for (hash, target) in hashes(transaction)? {
        let entry = Entry {
            kind: HistoryKind::Hash,
            user: Some(hash.id),
            target: &target,
            before: None,
            after: hash_json(&hash.kept()),
            note: None,
        };
        chain.append(transaction, &entry)?;
    }
    Ok(())
}

/// The rows of the PIN hashes, each with the identity of its user.
fn hashes(transaction: &Transaction<'_>) -> EngineResult<Vec<(PinHash, String)>> {
    let row = |row: Row<'_>| Ok((PinHash::of(row)?, row.get(HASH_COLUMN_COUNT)?));
    let sql = format!(
        "SELECT {HASH_COLUMNS}, {IDENTITY} FROM pin_hashes JOIN users ON users.id = user_id
         ORDER BY user_id, number"
    );
    transaction.prepare(&sql)?.query_map(&[], row)?.collect()
}
