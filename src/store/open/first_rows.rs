//! The first rows of a new store.

use std::path::Path;

use crate::domain::Time;
use crate::domain::role::Operator;
use crate::domain::text::hex;
use crate::plan::BatchAction;
use crate::store::StoreError;
use crate::store::access::roles;
use crate::store::engine::Transaction;
use crate::store::engine::named_values;
use crate::store::engine::transaction::WriteError;
use crate::store::history::append::append_batch;
use crate::store::history::batch::Batch;
use crate::store::history::batch_note::BatchNote;

/// Writes the first rows of a new store: its ID, the built-in roles, its first administrator, and
/// the first batch.
pub(super) fn first_rows(
    transaction: &Transaction<'_>,
    path: &Path,
    operator: &Operator,
    now: Time,
) -> Result<(), WriteError> {
    let mut id = [0; 16];
    getrandom::fill(&mut id).map_err(|error| StoreError::CannotOpen {
        detail: format!("no ID can be drawn for it ({error})"),
        path: path.to_owned(),
    })?;
    named_values::set_text(transaction, named_values::STORE_ID, Some(&hex(&id)))?;
    roles::write_built_in(transaction)?;
    roles::grant_first(transaction, operator)?;
    let batch = Batch {
        note: BatchNote::of_store(transaction)?.json(),
        ..Batch::new(BatchAction::CreateStore, now, operator)
    };
    append_batch(transaction, &batch)?;
    Ok(())
}
