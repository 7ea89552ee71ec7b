//! Refusing to write to a store whose tables, indexes or triggers are not those of PinDesk: a foreign
//! trigger would change more than the history says.

use super::catalog::schema_changes;
use super::connection::Connection;
use super::error::EngineResult;

/// The function that finds what is different in a schema, as sentences.
type CompareSchema = fn(&Connection) -> EngineResult<Vec<String>>;

/// The outcome of comparing the schema, which holds as long as nobody changes the schema.
#[derive(Clone, Debug)]
pub(in crate::store) struct SchemaGuard {
    /// None for a connection that only reads.
    compare: Option<CompareSchema>,
    /// The value that changes with the schema, when it was compared.
    compared_at: Option<i64>,
    foreign: Option<String>,
}

impl SchemaGuard {
    pub fn new(compare: CompareSchema) -> Self {
        Self {
            compare: Some(compare),
            ..Self::for_reading()
        }
    }

    /// For a connection that only reads, so that nothing needs to be compared.
    pub fn for_reading() -> Self {
        Self {
            compare: None,
            compared_at: None,
            foreign: None,
        }
    }

    /// Compares the schema, if it may have changed since the last time. Returns the first difference.
    pub fn look(&mut self, connection: &Connection) -> EngineResult<Option<&str>> {
        let Some(compare) = self.compare else {
            return Ok(None);
        };
        let now = schema_changes(connection)?;
        if self.compared_at != Some(now) {
            self.foreign = compare(connection)?.into_iter().next();
            self.compared_at = Some(now);
        }
        Ok(self.foreign())
    }

    /// The first difference that was found.
    pub fn foreign(&self) -> Option<&str> {
        self.foreign.as_deref()
    }
}
