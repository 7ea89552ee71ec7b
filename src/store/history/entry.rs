//! Entries of the append-only history: one that opens each batch, and one for each user whom the
//! batch changed, left alone or was refused.

use rusqlite::{Row, Transaction, params};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::append::Chain;
use super::head::{Head, next_batch};
use crate::domain::Time;
use crate::domain::pin::PinState;
use crate::domain::role::Operator;
use crate::domain::text::hex;
use crate::domain::user::UserId;
use crate::plan::{BatchAction, Own};
use crate::store::users::rows::{millis, time};
use crate::store::{BatchId, PlanId, Result, Store};

/// An entry of the history: one user in one batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    pub seq: i64,
    pub batch: BatchId,
    pub kind: HistoryKind,
    pub action: BatchAction,
    pub at: Time,
    pub operator: String,
    pub machine: String,
    pub reason: String,
    pub ticket: String,
    pub source: Option<String>,
    /// None if the entry is not about a user.
    pub user: Option<UserId>,
    /// The identity that the user had then.
    pub target: String,
    pub before: Option<PinState>,
    pub after: Option<PinState>,
}

/// Kinds of entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HistoryKind {
    /// A PIN state was changed.
    Pin,
    /// A name was changed by an import.
    Names,
    /// The change was planned, but the user had changed since and was left alone.
    Drifted,
    /// Refused: the operator's roles did not permit it.
    Denied,
}

/// The facts that open a batch: operator, machine, time, action and reason.
#[derive(Clone, Debug)]
pub(in crate::store) struct Batch<'a> {
    pub action: BatchAction,
    pub at: Time,
    pub operator: &'a Operator,
    pub reason: &'a str,
    pub ticket: &'a str,
    pub source: Option<(&'a str, &'a str)>,
    /// The batch that this one undoes.
    pub undoes: Option<BatchId>,
    /// The submitted plan that it submits, decides about or applies, with the plan's SHA-256.
    pub plan: Option<&'a (PlanId, String)>,
}

/// An entry to write.
pub(in crate::store) struct Entry<'a> {
    pub kind: HistoryKind,
    pub user: Option<UserId>,
    pub target: &'a str,
    pub before: Option<String>,
    pub after: Option<String>,
    /// The reason and ticket of a row of a list, as JSON.
    pub note: Option<String>,
}

/// The reason and ticket that a row of a file has for itself.
#[derive(Serialize, Deserialize)]
struct Note {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ticket: Option<String>,
}

impl<'a> Batch<'a> {
    pub fn new(action: impl Into<BatchAction>, at: Time, operator: &'a Operator) -> Self {
        Self {
            action: action.into(),
            at,
            operator,
            reason: "",
            ticket: "",
            source: None,
            undoes: None,
            plan: None,
        }
    }
}

impl HistoryKind {
    const ALL: [Self; 4] = [Self::Pin, Self::Names, Self::Drifted, Self::Denied];

    pub fn word(self) -> &'static str {
        match self {
            Self::Pin => "pin",
            Self::Names => "names",
            Self::Drifted => "drifted",
            Self::Denied => "denied",
        }
    }
}

impl Store {
    /// The history of one user, newest first.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn user_history(&self, id: UserId, limit: usize) -> Result<Vec<HistoryEntry>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.read(|connection| {
            let mut statement = connection.prepare_cached(&format!(
                "{ENTRIES} WHERE h.user_id = ?1 ORDER BY h.seq DESC LIMIT ?2"
            ))?;
            statement.query_map(params![id.0, limit], entry)?.collect()
        })
    }
}

/// Columns of entries and their batches, in the order in which [`entry`] reads them.
pub(in crate::store) const ENTRIES: &str =
    "SELECT h.seq, h.batch_id, h.kind, b.action, b.at, b.operator, b.machine, b.reason, b.ticket, b.source,
        h.target, h.before, h.after, h.note, h.user_id
     FROM history h JOIN batches b ON b.id = h.batch_id";

pub(in crate::store) fn entry(row: &Row<'_>) -> rusqlite::Result<HistoryEntry> {
    let word: String = row.get(2)?;
    let state = |text: Option<String>| text.and_then(|json| serde_json::from_str(&json).ok());
    let note: Option<String> = row.get(13)?;
    let own: Note = note
        .and_then(|json| serde_json::from_str(&json).ok())
        .unwrap_or(Note {
            reason: None,
            ticket: None,
        });
    Ok(HistoryEntry {
        seq: row.get(0)?,
        batch: BatchId(row.get(1)?),
        kind: HistoryKind::ALL
            .into_iter()
            .find(|kind| kind.word() == word)
            .unwrap_or(HistoryKind::Pin),
        action: BatchAction::of_word(row.get_ref(3)?.as_str()?),
        at: time(row.get(4)?).unwrap_or_default(),
        operator: row.get(5)?,
        machine: row.get(6)?,
        reason: own.reason.map_or_else(|| row.get(7), Ok)?,
        ticket: own.ticket.map_or_else(|| row.get(8), Ok)?,
        source: row.get(9)?,
        target: row.get(10)?,
        before: state(row.get(11)?),
        after: state(row.get(12)?),
        user: row.get::<_, Option<i64>>(14)?.map(UserId),
    })
}

/// Opens a batch: its row, and the first of its entries, which repeats the row so that the chain covers it.
pub(in crate::store) fn append_batch(
    transaction: &Transaction<'_>,
    batch: &Batch<'_>,
) -> rusqlite::Result<Chain> {
    let head = Head::of(transaction)?;
    let id = next_batch(transaction, head)?;
    let (source, sha256) = batch.source.unzip();
    transaction.execute(
        "INSERT INTO batches (id, action, at, operator, machine, reason, ticket, source, source_sha256, program,
            undoes, plan, plan_sha256)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        params![
            id,
            batch.action.word(),
            millis(batch.at),
            batch.operator.account,
            batch.operator.machine,
            batch.reason,
            batch.ticket,
            source,
            sha256,
            env!("CARGO_PKG_VERSION"),
            batch.undoes.map(|batch| batch.0),
            batch.plan.map(|(id, _)| id.0),
            batch.plan.map(|(_, sha256)| sha256),
        ],
    )?;
    let mut chain = Chain::at(head, id);
    let described = transaction.query_row(
        &format!("SELECT {BATCH_COLUMNS} FROM batches WHERE id = ?1"),
        [id],
        describe_batch,
    )?;
    let (kind, target, after) = ("batch", batch.action.word(), Some(described.as_str()));
    chain.append_columns(transaction, |seq| Columns {
        seq,
        batch: id,
        kind,
        user: None,
        target,
        before: None,
        after,
        note: None,
    })?;
    Ok(chain)
}

pub(in crate::store) const BATCH_COLUMNS: &str =
    "id, action, at, operator, machine, reason, ticket, source, source_sha256, program, undoes,
    plan, plan_sha256";

/// A batch's row as one line of JSON, which the first entry of the batch repeats.
pub(in crate::store) fn describe_batch(row: &Row<'_>) -> rusqlite::Result<String> {
    let mut columns = vec![
        json!(row.get::<_, i64>(0)?),
        json!(row.get::<_, String>(1)?),
        json!(row.get::<_, i64>(2)?),
    ];
    for column in 3..7 {
        columns.push(json!(row.get::<_, String>(column)?));
    }
    for column in 7..9 {
        columns.push(json!(row.get::<_, Option<String>>(column)?));
    }
    columns.push(json!(row.get::<_, String>(9)?));
    // Columns that earlier versions did not have are added only if they have a value, so that older
    // hashes still hold.
    let (undoes, plan): (Option<i64>, Option<i64>) = (row.get(10)?, row.get(11)?);
    let sha256: Option<String> = row.get(12)?;
    if plan.is_some() || sha256.is_some() {
        columns.extend([json!(undoes), json!(plan), json!(sha256)]);
    } else if let Some(undoes) = undoes {
        columns.push(json!(undoes));
    }
    Ok(Value::from(columns).to_string())
}

/// Records a refused attempt.
pub(in crate::store) fn record_denied(
    transaction: &Transaction<'_>,
    batch: &Batch<'_>,
    target: &str,
) -> rusqlite::Result<()> {
    let mut chain = append_batch(transaction, batch)?;
    let kind = HistoryKind::Denied;
    chain.append(
        transaction,
        &Entry {
            kind,
            user: None,
            target,
            before: None,
            after: None,
            note: None,
        },
    )
}

impl Entry<'_> {
    pub fn columns(&self, seq: i64, batch: i64) -> Columns<'_> {
        let Self {
            kind,
            user,
            target,
            before,
            after,
            note,
        } = self;
        let (before, after, note) = (before.as_deref(), after.as_deref(), note.as_deref());
        Columns {
            seq,
            batch,
            kind: kind.word(),
            user: user.map(|id| id.0),
            target,
            before,
            after,
            note,
        }
    }
}

/// The columns of an entry over which its hash is computed.
pub(in crate::store) struct Columns<'a> {
    pub seq: i64,
    pub batch: i64,
    pub kind: &'a str,
    pub user: Option<i64>,
    pub target: &'a str,
    pub before: Option<&'a str>,
    pub after: Option<&'a str>,
    pub note: Option<&'a str>,
}

/// A stored entry: its columns and its two hashes.
pub(in crate::store) struct Written<'a> {
    pub columns: Columns<'a>,
    pub prev: &'a [u8],
    pub hash: &'a [u8],
}

impl<'a> Written<'a> {
    /// The columns that [`of`](Self::of) reads, in their order.
    pub const COLUMNS: &'static str =
        "seq, batch_id, kind, user_id, target, before, after, note, prev_hash, hash";

    pub fn of(row: &'a Row<'_>) -> rusqlite::Result<Self> {
        let columns = Columns {
            seq: row.get(0)?,
            batch: row.get(1)?,
            kind: row.get_ref(2)?.as_str()?,
            user: row.get(3)?,
            target: row.get_ref(4)?.as_str()?,
            before: row.get_ref(5)?.as_str_or_null()?,
            after: row.get_ref(6)?.as_str_or_null()?,
            note: row.get_ref(7)?.as_str_or_null()?,
        };
        Ok(Self {
            columns,
            prev: row.get_ref(8)?.as_blob()?,
            hash: row.get_ref(9)?.as_blob()?,
        })
    }
}

impl Columns<'_> {
    /// The hash of an entry: SHA-256 over [its text](Self::text).
    pub fn hash(&self, prev: &[u8; 32]) -> rusqlite::Result<[u8; 32]> {
        Ok(Sha256::digest(self.text(prev)?).into())
    }

    /// The hashed text: the hash of the entry before in hexadecimal, a line feed, the columns as
    /// one line of JSON, and a line feed. It is text, so that `sha256sum` can check it. If there is
    /// a note, it is one more column.
    pub fn text(&self, prev: &[u8]) -> rusqlite::Result<Vec<u8>> {
        let Self {
            seq,
            batch,
            kind,
            user,
            target,
            before,
            after,
            note,
        } = self;
        let mut text = hex(prev).into_bytes();
        text.push(b'\n');
        match note {
            None => {
                serde_json::to_writer(&mut text, &(seq, batch, kind, user, target, before, after))
            }
            Some(note) => serde_json::to_writer(
                &mut text,
                &(seq, batch, kind, user, target, before, after, note),
            ),
        }
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
        text.push(b'\n');
        Ok(text)
    }
}

/// The note of an entry: the reason and ticket of a row, if it has any.
pub(in crate::store) fn note_json(own: Option<&Own>) -> Option<String> {
    let own = own.filter(|own| own.reason.is_some() || own.ticket.is_some())?;
    serde_json::to_string(&Note {
        reason: own.reason.clone(),
        ticket: own.ticket.clone(),
    })
    .ok()
}

/// A PIN state as JSON, as the history keeps it.
pub(in crate::store) fn state_json(state: &PinState) -> Option<String> {
    serde_json::to_string(state).ok()
}
