//! A query for batches of the history, and the part of it that SQL answers.

use crate::domain::Time;
use crate::domain::text::identity_key;
use crate::plan::{BatchAction, BatchId};
use crate::store::engine::times::millis;
use crate::store::engine::{Connection, EngineResult, SqlValue, ToSql};

/// A query for batches of the history. Each field that is set narrows the result. `Default` finds
/// all batches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryQuery {
    pub batch: Option<BatchId>,
    /// A text in operator, machine, action, reason, ticket or file, or in the identity of a user at
    /// that time; or the ID of the batch. Case and accents do not count.
    pub text: String,
    /// An account, compared exactly, as an identity that acts is.
    pub operator: Option<String>,
    /// A text in the identity of a user at that time, or in one of the user's names of today.
    pub user: Option<String>,
    /// Compared exactly.
    pub action: Option<BatchAction>,
    /// Only batches at this moment or later.
    pub from: Option<Time>,
    /// Only batches before this moment.
    pub until: Option<Time>,
}

/// Conditions on the table `batches b`, with their parameters.
#[derive(Clone, Debug, Default)]
pub(super) struct Conditions {
    terms: Vec<String>,
    values: Vec<ConditionValue>,
}

/// The parameter of a condition.
#[derive(Clone, Debug)]
pub(super) enum ConditionValue {
    Number(i64),
    Text(String),
}

impl ToSql for ConditionValue {
    fn to_sql(&self) -> SqlValue<'_> {
        match self {
            Self::Number(number) => SqlValue::Integer(*number),
            Self::Text(text) => SqlValue::Text(text),
        }
    }
}

impl From<i64> for ConditionValue {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<String> for ConditionValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl Conditions {
    fn add(&mut self, term: &str, value: impl Into<ConditionValue>) {
        self.values.push(value.into());
        self.terms.push(format!("{term} ?{}", self.values.len()));
    }

    /// The parameters in the order of their numbers.
    pub fn parameters(&self) -> Vec<&dyn ToSql> {
        self.values
            .iter()
            .map(|value| value as &dyn ToSql)
            .collect()
    }

    /// The conditions as one term of SQL.
    pub fn sql(&self) -> String {
        if self.terms.is_empty() {
            "1 = 1".to_owned()
        } else {
            self.terms.join(" AND ")
        }
    }

    /// These conditions for the batches with IDs from `first` to `last`.
    pub fn within(&self, (first, last): (i64, i64)) -> Self {
        let mut narrowed = self.clone();
        narrowed.add("b.id >=", first);
        narrowed.add("b.id <=", last);
        narrowed
    }
}

impl HistoryQuery {
    /// The conditions that SQL answers: batch, action, operator and time.
    pub(super) fn conditions(&self, connection: &Connection) -> EngineResult<Conditions> {
        let mut conditions = Conditions::default();
        if let Some(batch) = self.batch {
            conditions.add("b.id =", batch.0);
        }
        if let Some(action) = &self.action {
            conditions.add("b.action =", action.to_string());
        }
        if let Some(operator) = &self.operator {
            let same = accounts_of(connection, operator)?;
            let mut either = Conditions {
                terms: vec!["1 = 0".to_owned()],
                values: conditions.values,
            };
            for operator in same {
                either.add("b.operator =", operator);
            }
            conditions.values = either.values;
            conditions
                .terms
                .push(format!("({})", either.terms.join(" OR ")));
        }
        if let Some(from) = self.from {
            conditions.add("b.at >=", millis_from(from));
        }
        if let Some(until) = self.until {
            conditions.add("b.at <", millis_from(until));
        }
        Ok(conditions)
    }
}

/// The ways in which the history writes an account.
pub(in crate::store) fn accounts_of(
    connection: &Connection,
    account: &str,
) -> EngineResult<Vec<String>> {
    let key = identity_key(account);
    let mut accounts = distinct(connection, "operator")?;
    accounts.retain(|other| identity_key(other) == key);
    Ok(accounts)
}

/// The different values of a column of the batches.
pub(super) fn distinct(connection: &Connection, column: &str) -> EngineResult<Vec<String>> {
    connection
        .prepare_cached(&format!("SELECT DISTINCT {column} FROM batches"))?
        .query_map(&[], |row| row.get(0))?
        .collect()
}

/// The first whole millisecond that is not before a moment: batches are kept to the millisecond.
fn millis_from(moment: Time) -> i64 {
    let is_between = !moment.timestamp_subsec_nanos().is_multiple_of(1_000_000);
    millis(moment) + i64::from(is_between)
}
