//! The name of a sheet.

/// A worksheet of a workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SheetName {
    pub name: String,
    pub is_hidden: bool,
}
