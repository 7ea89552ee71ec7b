//! A list of the window, as it is saved.

/// A list with a title. Its rows are made as they are written, since a list can be long.
pub struct ListTable {
    pub title: String,
    /// Facts about the whole list: name and text. Those without a text are left out.
    pub facts: Vec<(&'static str, String)>,
    pub columns: Vec<ListColumn>,
    pub rows: Box<dyn Iterator<Item = Vec<String>> + Send>,
}

/// A column of a list: its name, and the kind of its cells where they are not empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListColumn {
    pub name: &'static str,
    pub kind: CellKind,
}

/// The kind of a cell in a workbook. A cell whose text is none of the kind is a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellKind {
    Text,
    /// A number with or without thousands separators.
    Number,
    /// `2026-12-05`
    Date,
    /// `2026-12-05 13:35`
    Time,
}

impl ListColumn {
    pub const fn text(name: &'static str) -> Self {
        Self::new(name, CellKind::Text)
    }

    pub const fn number(name: &'static str) -> Self {
        Self::new(name, CellKind::Number)
    }

    pub const fn time(name: &'static str) -> Self {
        Self::new(name, CellKind::Time)
    }

    pub const fn new(name: &'static str, kind: CellKind) -> Self {
        Self { name, kind }
    }
}
