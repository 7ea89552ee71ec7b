//! A batch as it is written: its row, and the line of JSON in its first entry, which repeats the
//! row.

use serde_json::{Value, json};

use crate::domain::Time;
use crate::domain::origin::Origin;
use crate::domain::role::Operator;
use crate::plan::{BatchAction, BatchId, PlanId};
use crate::store::engine::{EngineResult, Row};

/// The operator, time, action and reason that a batch is opened with.
#[derive(Clone, Debug)]
pub(in crate::store) struct Batch<'a> {
    pub action: BatchAction,
    pub at: Time,
    pub operator: &'a Operator,
    pub reason: &'a str,
    pub ticket: &'a str,
    /// The name of the file that the changes come from, and its SHA-256.
    pub source: Option<(&'a str, &'a str)>,
    /// Where a logon came from. It stands in the column of the source, since a logon has no file.
    pub origin: Option<&'a Origin>,
    /// The batch that this one undoes.
    pub undoes: Option<BatchId>,
    /// The submitted plan that the batch submits, decides about or applies, with its SHA-256.
    pub plan: Option<&'a (PlanId, String)>,
    /// The note of the entry that opens the batch, as JSON of
    /// [`BatchNote`](super::batch_note::BatchNote).
    pub note: Option<String>,
}

impl<'a> Batch<'a> {
    /// A batch without a reason, a file or a plan.
    pub fn new(action: impl Into<BatchAction>, at: Time, operator: &'a Operator) -> Self {
        Self {
            action: action.into(),
            at,
            operator,
            reason: "",
            ticket: "",
            source: None,
            origin: None,
            undoes: None,
            plan: None,
            note: None,
        }
    }
}

/// The columns of the table `batches b` that [`describe_batch`] reads, in their order.
pub(in crate::store) const BATCH_COLUMNS: &str =
    "b.id, b.action, b.at, b.operator, b.machine, b.reason, b.ticket, b.source, b.source_sha256, b.program, b.undoes,
    b.plan, b.plan_sha256";

/// The row of a batch as one line of JSON, from the columns that begin at `at`. The first entry of
/// the batch repeats it.
pub(in crate::store) fn describe_batch(row: Row<'_>, at: usize) -> EngineResult<String> {
    let mut columns = vec![
        json!(row.get::<i64>(at)?),
        json!(row.get::<String>(at + 1)?),
        json!(row.get::<i64>(at + 2)?),
    ];
    for column in at + 3..at + 7 {
        columns.push(json!(row.get::<String>(column)?));
    }
    for column in at + 7..at + 9 {
        columns.push(json!(row.get::<Option<String>>(column)?));
    }
    columns.push(json!(row.get::<String>(at + 9)?));
    // Empty columns that earlier versions did not have are left out, so that older hashes still
    // hold.
    let (undoes, plan): (Option<i64>, Option<i64>) = (row.get(at + 10)?, row.get(at + 11)?);
    let sha256: Option<String> = row.get(at + 12)?;
    if plan.is_some() || sha256.is_some() {
        columns.extend([json!(undoes), json!(plan), json!(sha256)]);
    } else if let Some(undoes) = undoes {
        columns.push(json!(undoes));
    }
    Ok(Value::from(columns).to_string())
}
