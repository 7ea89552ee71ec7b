//! The choices of a user about a file to import.

use super::dates::DateOrder;
use super::how_read::ReadOptions;
use super::import_columns::ColumnChoice;
use crate::plan::import::ImportKind;
use crate::zone::Zone;

/// The choices of a user about a file to import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportOptions {
    pub read: ReadOptions,
    /// The required kind of file. None means that its columns decide.
    pub kind: Option<ImportKind>,
    /// Columns whose headings do not say what they have.
    pub columns: Vec<ColumnChoice>,
    /// The domain of logon names that have none in their row; empty if there is none.
    pub domain: String,
    pub date_order: Option<DateOrder>,
    /// The zone of times without one.
    pub zone: Zone,
    /// Display names or identities that are imported although they look damaged.
    pub accepted_names: Vec<String>,
}
