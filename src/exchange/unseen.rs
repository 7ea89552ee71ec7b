//! The parts of a workbook that nobody sees, and that are therefore left out.

use crate::domain::text::shown;
use crate::plan::words::{plural, thousands};

/// The parts of a workbook that nobody sees: hidden or filtered out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnseenParts {
    pub rows: usize,
    /// The names of the columns.
    pub columns: Vec<String>,
    pub sheets: Vec<String>,
    /// Rows of totals at the end of tables, which are always left out.
    pub totals: usize,
    /// Rows above the header, which are always left out.
    pub above: usize,
    /// Whether hidden rows and columns were taken in.
    pub are_taken: bool,
}

impl UnseenParts {
    /// Whether there is anything that could be taken in.
    pub fn has_hidden(&self) -> bool {
        self.rows > 0 || !self.columns.is_empty() || !self.sheets.is_empty()
    }

    /// The parts as sentences. None if there are none.
    pub fn sentence(&self) -> Option<String> {
        let names = |names: &[String]| {
            let names: Vec<String> = names.iter().map(|name| shown(name).into_owned()).collect();
            listed(&names)
        };
        let rows = |count: usize| format!("{} {}", thousands(count), plural(count, "row", "rows"));
        let (mut hidden, mut others) = (Vec::new(), Vec::new());
        if self.rows > 0 {
            let rows = plural(self.rows, "hidden row", "hidden rows");
            hidden.push(format!("{} {rows}", thousands(self.rows)));
        }
        if !self.columns.is_empty() {
            let columns = plural(self.columns.len(), "column", "columns");
            hidden.push(format!("the hidden {columns} {}", names(&self.columns)));
        }
        if self.totals > 0 {
            others.push(format!("{} of totals", rows(self.totals)));
        }
        if self.above > 0 {
            others.push(format!("{} above the header", rows(self.above)));
        }
        let sheets = (!self.sheets.is_empty()).then(|| {
            let sheets = plural(self.sheets.len(), "sheet", "sheets");
            format!("the hidden {sheets} {}", names(&self.sheets))
        });
        let mut sentences = Vec::new();
        if self.are_taken && !hidden.is_empty() {
            sentences.push(format!("Taken in: {}.", listed(&hidden)));
            hidden.clear();
        }
        hidden.extend(sheets);
        hidden.append(&mut others);
        if !hidden.is_empty() {
            sentences.push(format!("Left out: {}.", listed(&hidden)));
        }
        (!sentences.is_empty()).then(|| sentences.join(" "))
    }
}

/// `A`, `A and B`, or `A, B and C`.
fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}
