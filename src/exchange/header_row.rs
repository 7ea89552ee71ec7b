//! Whether a row of a file is its header.

use memchr::memchr2;

use super::headings::{is_alone, is_known};
use super::list_columns::{Meaning, plain};
use super::records::FileRow;
use crate::domain::identity::Identity;
use crate::domain::wrapped::people;
use crate::plan::RowPosition;

/// Whether one of the cells is the name of a known column.
pub(super) fn has_known_name(cells: &[String]) -> bool {
    cells.iter().any(|cell| is_known(cell))
}

/// The number of names of columns in a row, one of which names users. 0 for a row that is no
/// header.
pub(super) fn known_names(cells: &[String]) -> usize {
    if !cells.iter().any(|cell| names_users(cell))
        || cells.iter().any(|cell| is_identity(cell.trim()))
    {
        return 0;
    }
    cells.iter().filter(|cell| is_known(cell)).count()
}

/// Whether a cell is the name of a column that names users, or has a part of their names.
pub(super) fn names_users(cell: &str) -> bool {
    Meaning::of(cell).is_some_and(|meaning| {
        meaning.is_name() || matches!(meaning, Meaning::FirstName | Meaning::LastName)
    }) || is_alone(cell)
}

/// Whether a row that looks like a header is one of several like it: a cell such as `User`, which says
/// what kind of object a row is, stands in other rows, too.
pub(super) fn is_repeated(cells: &[String], others: &[FileRow]) -> bool {
    let named = cells
        .iter()
        .enumerate()
        .filter(|(_, cell)| names_users(cell));
    let mut named = named.map(|(column, cell)| (column, cell.trim()));
    let lower = |cells: &[String]| {
        cells
            .iter()
            .map(|cell| cell.trim().to_lowercase())
            .collect::<Vec<_>>()
    };
    let own = lower(cells);
    // The header itself, and the header once more, as joining files leaves it.
    let is_header = |row: &FileRow| {
        row.fields
            .iter()
            .all(|cell| cell.trim().is_empty() || is_known(cell))
            || lower(&row.fields) == own
    };
    let has = |row: &FileRow, (column, name): (usize, &str)| {
        let cell = row.fields.get(column).map(|cell| cell.trim());
        cell == Some(name) && !is_header(row)
    };
    let is_again = |named| others.iter().any(|row| has(row, named));
    cells.len() > 1 && named.any(is_again)
}

/// Whether a line of a file has an identity, whatever separates its fields.
pub(super) fn line_has_identity(line: &str) -> bool {
    line.contains(['@', '\\', '='])
        && (is_identity(line)
            || line
                .split([',', ';', '\t', '|'])
                .any(|cell| is_identity(cell.trim().trim_matches('"'))))
}

/// Whether a row is a header of other columns than the file's own, as it begins a part of a joined
/// file. All of its cells are names of columns, at least two.
pub(super) fn is_other_header(cells: &[String]) -> bool {
    // Most rows have an identity, which is found out fast.
    if cells
        .iter()
        .any(|cell| memchr2(b'@', b'\\', cell.as_bytes()).is_some())
    {
        return false;
    }
    let mut filled = cells.iter().filter(|cell| !cell.trim().is_empty());
    let first = filled.next();
    first.is_some_and(|cell| cell.len() < 60 && is_known(cell))
        && filled.clone().count() > 0
        && filled.all(|cell| is_known(cell))
        && known_names(cells) > 0
}

/// Whether the first row of a file is its header. A row with an identity is not a header, even
/// beside a cell such as `User`. A row with the name of a known column is one. Any other row is a
/// header only if it has several columns and no cell with the characters of an identity. A single
/// column may be a list of users, and the first of them must not be lost silently.
/// `others` are the rows below it.
pub(super) fn looks_like_header(cells: &[String], others: &[FileRow]) -> bool {
    let is_name =
        |cell: &String| cell.contains(['@', '\\']) || cell.to_lowercase().starts_with("cn=");
    !cells.iter().any(|cell| is_identity(cell.trim()))
        && (has_known_name(cells) || cells.len() > 1 && !cells.iter().any(is_name))
        && !is_repeated(cells, others)
}

/// The position of the first row of a list of one column, if it is the only one of the first rows
/// that is certainly no identity. If it names nobody, it is the heading.
pub(super) fn heading(first: &[FileRow]) -> Option<RowPosition> {
    let is_told = |row: &FileRow| matches!(&row.fields[..], [cell] if is_identity(cell));
    let (top, others) = first.split_first()?;
    let is_one = top.fields.len() == 1 && top.problem.is_none() && !is_told(top);
    (is_one && !others.is_empty() && others.iter().all(is_told)).then_some(RowPosition {
        line: top.line,
        byte: top.byte,
    })
}

/// Whether a cell is certainly an identity, and not the name of a column such as `Domain\User`.
pub(super) fn is_identity(cell: &str) -> bool {
    people(cell, false)
        .iter()
        .any(|person| is_one_identity(&person.identity))
}

fn is_one_identity(cell: &str) -> bool {
    let is_address = |(name, domain): (&str, &str)| !name.is_empty() && domain.contains('.');
    match cell.split_once('\\') {
        Some((domain, logon)) => {
            !(domain.is_empty() || logon.is_empty())
                && [domain, logon]
                    .iter()
                    .all(|part| Meaning::of(part).is_none())
        }
        None => {
            matches!(Identity::parse(cell), Ok(Identity::Dn(_)))
                || !cell.contains(char::is_whitespace)
                    && cell.split_once('@').is_some_and(is_address)
        }
    }
}

/// Whether a column is one that `Format-Table | Export-Csv` writes by mistake for objects of the
/// screen.
pub(super) fn is_format_debris(name: &str) -> bool {
    plain(name) == "classid2e4f51ef21dd47e99d3c952918aff9cd"
}
