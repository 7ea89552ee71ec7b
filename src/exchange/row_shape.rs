//! The shape of a row: rows that are passed over, and rows with fewer or more fields than the
//! header.
//!
//! `Import-Csv` fills short rows with `$null` by design
//! (<https://github.com/PowerShell/PowerShell/issues/17702>) and drops empty lines (answers of
//! PowerShell 7.6.9). Rows with nothing but delimiters are passed over as well, since they name
//! nobody.

use super::csv_injection::as_meant;
use super::records::FileRow;

/// The reason why a row is passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PassedOver {
    /// It has no text.
    Empty,
    /// It is the header once more, as joining files leaves it.
    Header,
}

/// The reason why a row is passed over. None for a row that counts.
pub(super) fn passed_over(row: &FileRow, header: Option<&FileRow>) -> Option<PassedOver> {
    if row.problem.is_some() || !row.faults.is_empty() {
        return None;
    }
    let mut filled = row
        .fields
        .iter()
        .filter(|field| !field.trim().is_empty())
        // The header has its names as they are meant.
        .map(|field| as_meant(field).trim());
    let Some(first) = filled.next() else {
        return Some(PassedOver::Empty);
    };
    let names = || {
        let names = header.map_or(&[][..], |header| &header.fields).iter();
        names
            .map(|name| name.trim())
            .filter(|name| !name.is_empty())
    };
    let is_header = names().next().is_some_and(|name| is_same(name, first))
        && filled.clone().count() + 1 == names().count()
        && filled
            .zip(names().skip(1))
            .all(|(cell, name)| is_same(cell, name));
    // Export-Csv of Windows PowerShell writes this line before each header.
    let is_type_line = header.is_some()
        && first
            .get(..6)
            .is_some_and(|start| start.eq_ignore_ascii_case("#TYPE "));
    (is_header || is_type_line).then_some(PassedOver::Header)
}

/// Whether two names of columns differ in upper and lower case at most.
fn is_same(one: &str, other: &str) -> bool {
    fn lower(text: &str) -> impl Iterator<Item = char> {
        text.chars().flat_map(char::to_lowercase)
    }
    one == other || lower(one).eq(lower(other))
}

/// Makes a row as wide as the header: missing fields are empty, and empty fields after the last
/// column are dropped. Other fields there are a problem.
pub(super) fn fit(row: &mut FileRow, width: usize, has_header: bool) {
    while row.fields.len() > width
        && row
            .fields
            .last()
            .is_some_and(|field| field.trim().is_empty())
    {
        row.fields.pop();
    }
    if row.fields.len() > width && row.problem.is_none() {
        let has = row.fields.len();
        let other = if has_header {
            "the header"
        } else {
            "the first row"
        };
        row.problem = Some(format!("It has {has} fields; {other} has {width}."));
    }
    if row.problem.is_none() && is_whole_row(&row.fields, width) {
        row.problem = Some(
            "It is one cell: the row stands in quotes as a whole, or its cells are separated otherwise than \
             those above. Correct the row, or export the list again."
                .to_owned(),
        );
    }
    while row.fields.len() < width {
        row.fields.push(String::new());
    }
}

/// Whether the only cell of a row has the text of all its cells, as a program writes them that takes a
/// finished line for one text: `"Ken Myer,kenmyer@litwareinc.com"`.
fn is_whole_row(fields: &[String], width: usize) -> bool {
    let [only] = fields else {
        return false;
    };
    width > 1
        && [',', ';', '\t', '|']
            .iter()
            .any(|delimiter| only.matches(*delimiter).count() + 1 == width)
}
