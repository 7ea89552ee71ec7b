//! How the text of a file is laid out: what stands before the header, the delimiter, and whether there is a header.

use super::error::ReadError;
use super::lines::{LineEnd, is_blank};
use super::list_columns;
use super::records::Row;
use crate::domain::identity::Identity;

/// What separates the fields of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delimiter {
    Comma,
    Semicolon,
    Tab,
    Pipe,
    /// Nothing: each line is one field.
    None,
}

/// How a file is laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    pub delimiter: Delimiter,
    pub has_header: bool,
    /// Lines before the header or the first row.
    pub lines_before: u64,
    /// What follows `#TYPE` in the first line, where there is such a line.
    pub type_line: Option<String>,
    pub line_end: LineEnd,
}

/// How many lines are looked at to find the delimiter.
pub(super) const LINES_LOOKED_AT: usize = 100;
/// How much of a file is looked at for that at most, in bytes.
pub(super) const BYTES_LOOKED_AT: usize = 1 << 20;

impl Delimiter {
    pub const ALL: [Self; 5] = [
        Self::Comma,
        Self::Semicolon,
        Self::Tab,
        Self::Pipe,
        Self::None,
    ];

    pub fn label(self) -> &'static str {
        match self {
            Self::Comma => "comma",
            Self::Semicolon => "semicolon",
            Self::Tab => "tab",
            Self::Pipe => "vertical bar",
            Self::None => "nothing (one column)",
        }
    }

    /// How fields are separated, as a part of a sentence.
    pub fn how_separated(self) -> String {
        match self {
            Self::None => "one column".to_owned(),
            delimiter => format!("fields separated by {}", delimiter.label()),
        }
    }

    /// The sign; for one column a sign that no text has.
    pub(super) fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Pipe => b'|',
            Self::None => 0,
        }
    }

    fn of_byte(byte: u8) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|delimiter| delimiter.byte() == byte && *delimiter != Self::None)
    }
}

/// What somebody chose about the layout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Chosen {
    pub delimiter: Option<Delimiter>,
    pub has_header: Option<bool>,
}

/// Finds the layout from the first lines of a file. `rows` takes lines apart at a delimiter.
///
/// # Errors
/// The lines are those of something else than a table, or there are none.
pub(super) fn find(
    lines: &[String],
    line_end: LineEnd,
    chosen: Chosen,
    rows: impl Fn(&[String], Delimiter) -> Vec<Row>,
) -> Result<Layout, ReadError> {
    let before = Before::of(lines);
    let lines = &lines[before.count..];
    if lines.is_empty() {
        return Err(ReadError::Empty);
    }
    // Whoever names the delimiter has looked at the file.
    if chosen.delimiter.is_none()
        && let Some(debris) = debris(lines)
    {
        return Err(debris);
    }
    let delimiter = chosen
        .delimiter
        .or(before.delimiter)
        .unwrap_or_else(|| delimiter_of(lines, &rows));
    let first = rows(lines, delimiter)
        .into_iter()
        .next()
        .map(|row| row.fields)
        .unwrap_or_default();
    if first
        .iter()
        .any(|cell| list_columns::is_format_debris(cell))
    {
        return Err(PRINTED);
    }
    let has_header = chosen
        .has_header
        .unwrap_or_else(|| list_columns::looks_like_header(&first));
    Ok(Layout {
        delimiter,
        has_header,
        lines_before: before.count as u64,
        type_line: before.type_line,
        line_end,
    })
}

/// The lines before the header: blank ones, `#TYPE` and other `#` lines, and Excel's `sep=`.
struct Before {
    count: usize,
    type_line: Option<String>,
    delimiter: Option<Delimiter>,
}

/// Can the line stand before the header: is it blank, a `#` line or Excel's `sep=`?
pub(super) fn stands_before(line: &str) -> bool {
    let text = line.trim();
    // A whole commented line may stand in quotes, when a spreadsheet has saved it.
    let is_comment = text.trim_start_matches('"').starts_with('#') && !is_number_column(text);
    is_blank(text) || is_comment || separator_line(line).is_some()
}

/// A header whose first column is called `#`, as people number rows: `#;Name`.
fn is_number_column(text: &str) -> bool {
    let rest = text
        .strip_prefix('#')
        .or_else(|| text.strip_prefix("\"#\""));
    let rest = rest.and_then(|rest| rest.strip_prefix([',', ';', '\t', '|']));
    rest.is_some_and(|rest| rest.contains(char::is_alphanumeric))
}

impl Before {
    fn of(lines: &[String]) -> Self {
        let mut before = Self {
            count: 0,
            type_line: None,
            delimiter: None,
        };
        for line in lines.iter().take_while(|line| stands_before(line)) {
            const AFTER: [char; 6] = [',', ';', '\t', '|', '"', ' '];
            let text = line.trim().trim_start_matches('"');
            let type_name = text
                .get(..5)
                .filter(|start| start.eq_ignore_ascii_case("#TYPE"))
                .map(|_| &text[5..]);
            before.type_line = before
                .type_line
                .or_else(|| type_name.map(|name| name.trim_end_matches(AFTER).trim().to_owned()));
            before.delimiter = separator_line(line).or(before.delimiter);
            before.count += 1;
        }
        before
    }
}

/// `sep=;`, as Excel writes it and reads it.
fn separator_line(line: &str) -> Option<Delimiter> {
    let line = line.trim_matches('"');
    let sign = line
        .get(..4)
        .filter(|start| start.eq_ignore_ascii_case("sep="))
        .map(|_| &line[4..])?;
    match sign.as_bytes() {
        [byte] => Delimiter::of_byte(*byte),
        _ => None,
    }
}

/// The delimiter at which most lines fall into the same number of fields, at least two.
fn delimiter_of(lines: &[String], rows: &impl Fn(&[String], Delimiter) -> Vec<Row>) -> Delimiter {
    let stands_there = |delimiter: &Delimiter| {
        *delimiter != Delimiter::None
            && lines
                .iter()
                .any(|line| line.as_bytes().contains(&delimiter.byte()))
    };
    // Distinguished names are full of commas, and stay whole, also beside other columns.
    let is_dn =
        |text: &&String| text.contains(',') && matches!(Identity::parse(text), Ok(Identity::Dn(_)));
    for delimiter in [Delimiter::Semicolon, Delimiter::Tab, Delimiter::Pipe]
        .into_iter()
        .filter(stands_there)
    {
        let rows = rows(lines, delimiter);
        let has_dn =
            |row: &&Row| row.fields.len() > 1 && row.fields.iter().any(|field| is_dn(&field));
        if rows.iter().filter(has_dn).count() * 2 > rows.len() {
            return delimiter;
        }
    }
    let filled = lines.iter().filter(|line| !line.trim().is_empty()).count();
    if lines.iter().filter(is_dn).count() * 2 > filled {
        return Delimiter::None;
    }
    let mut best = (Delimiter::None, 0, 1);
    for delimiter in Delimiter::ALL.into_iter().filter(stands_there) {
        let rows = rows(lines, delimiter);
        let width = rows.first().map_or(0, |row| row.fields.len());
        let like_first = rows.iter().filter(|row| row.fields.len() == width).count();
        // As a share of a thousand: the number of rows differs, since quotes may run over several lines.
        let share = (like_first * 1000).checked_div(rows.len()).unwrap_or(0);
        // One display name with a comma at the start of a list makes no columns of it.
        let is_likely = share > 500
            || rows
                .first()
                .is_some_and(|row| list_columns::has_known_name(&row.fields));
        // "Myer, Ken" is one name.
        let is_name = |line: &&String| line.contains(", ") && line.matches(',').count() == 1;
        let is_names = delimiter == Delimiter::Comma
            && lines
                .iter()
                .filter(|line| !line.trim().is_empty())
                .all(|line| is_name(&line))
            && !rows
                .first()
                .is_some_and(|row| list_columns::has_known_name(&row.fields));
        if width > 1 && is_likely && !is_names && (share, width) > (best.1, best.2) {
            best = (delimiter, share, width);
        }
    }
    best.0
}

const PRINTED: ReadError = ReadError::Foreign {
    what: "output that was formatted for the screen (Format-Table, Format-List or Out-File)",
    hint: "In PowerShell, pipe the objects themselves into Export-Csv, without Format-Table before it.",
};

/// Output of Format-Table (a line of dashes below the header) or Format-List (`Name : text`).
fn debris(lines: &[String]) -> Option<ReadError> {
    let filled: Vec<&str> = lines
        .iter()
        .map(|line| line.trim())
        .filter(|line| !line.is_empty())
        .collect();
    let is_ruler = |line: &&str| line.contains("---") && line.chars().all(|c| c == '-' || c == ' ');
    let is_listed = |line: &&&str| {
        let name = line
            .split_once(" : ")
            .or_else(|| line.strip_suffix(" :").map(|name| (name, "")));
        name.is_some_and(|(name, _)| {
            name.trim_end().chars().all(char::is_alphanumeric) && !name.trim().is_empty()
        })
    };
    let listed = filled.iter().take(20).filter(is_listed).count();
    let is_list = listed >= 2 && listed * 2 > filled.len().min(20);
    (filled.get(1).is_some_and(is_ruler) || is_list).then_some(PRINTED)
}
