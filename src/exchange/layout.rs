//! Finds the layout of a text file from its first lines: the lines before the header, the
//! delimiter, and whether there is a header.

use strum::VariantArray as _;

use super::delimiter::Delimiter;
use super::error::ReadError;
use super::foreign_text::{PRINTED, foreign_text, named_values, names_people};
use super::header_row;
use super::lines::{LineEnd, is_blank};
use super::records::FileRow;
use crate::domain::identity::Identity;
use crate::domain::wrapped::people;

/// The layout of a text file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextLayout {
    pub delimiter: Delimiter,
    pub has_header: bool,
    /// Lines before the header or the first row.
    pub lines_before: u64,
    /// The text after `#TYPE` in the first line, if there is such a line.
    pub type_line: Option<String>,
    pub line_end: LineEnd,
}

/// Lines that are read to find the delimiter.
pub(super) const LINES_LOOKED_AT: usize = 100;
/// Bytes that are read to find the delimiter at most.
pub(super) const BYTES_LOOKED_AT: usize = 1 << 20;

/// The choices of a user about the layout. None means that the file decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct LayoutChoice {
    pub delimiter: Option<Delimiter>,
    pub has_header: Option<bool>,
}

/// Finds the layout from the first lines of a file. `rows` splits lines at a delimiter.
///
/// # Errors
/// The lines are not those of a table, or there are none.
pub(super) fn find(
    lines: &[String],
    line_end: LineEnd,
    chosen: LayoutChoice,
    rows: impl Fn(&[String], Delimiter) -> Vec<FileRow>,
) -> Result<TextLayout, ReadError> {
    let before = Preamble::of(lines);
    let lines = &lines[before.count..];
    if lines.is_empty() {
        return Err(ReadError::Empty);
    }
    // A user who chooses the delimiter has looked at the file.
    if chosen.delimiter.is_none()
        && let Some(foreign) = foreign_text(lines)
    {
        return Err(foreign);
    }
    let split = chosen.delimiter.or(before.delimiter);
    let split = split.or_else(|| are_people(lines).then_some(Delimiter::None));
    let delimiter_from = |lines: &[String]| split.unwrap_or_else(|| delimiter_of(lines, &rows));
    let found = match chosen.has_header {
        None => header_at(lines, |lines| rows(lines, delimiter_from(lines))),
        Some(_) => None,
    };
    if found.is_none()
        && chosen == LayoutChoice::default()
        && let Some(foreign) = named_values(lines)
    {
        return Err(foreign);
    }
    let titles = found.unwrap_or_default();
    let lines = &lines[titles..];
    let delimiter = delimiter_from(lines);
    if delimiter == Delimiter::None && chosen.delimiter.is_none() && has_fixed_width(lines) {
        return Err(FIXED_WIDTH);
    }
    let is_one_line = lines.iter().filter(|line| !is_blank(line)).count() == 1;
    let mut others = rows(lines, delimiter);
    let first = if others.is_empty() {
        Vec::new()
    } else {
        others.remove(0).fields
    };
    if first.iter().any(|cell| header_row::is_format_debris(cell)) {
        return Err(PRINTED);
    }
    let is_open = found.is_none() && chosen == LayoutChoice::default();
    if is_open && is_one_line && first.len() > 1 && are_names(&first) {
        return Err(ONE_LINE);
    }
    let has_header = chosen
        .has_header
        .unwrap_or_else(|| found.is_some() || header_row::looks_like_header(&first, &others));
    Ok(TextLayout {
        delimiter,
        has_header,
        lines_before: (before.count + titles) as u64,
        type_line: before.type_line,
        line_end,
    })
}

/// Lines above the header that are looked at: titles, who made the report, and when.
const MOST_TITLES: usize = 20;

/// The index of the line with the names of the columns, if names of known columns show it. It is
/// before all lines with an identity. `rows` splits lines into rows.
fn header_at(lines: &[String], rows: impl Fn(&[String]) -> Vec<FileRow>) -> Option<usize> {
    let mut best: Option<(usize, usize)> = None;
    let all = rows(lines);
    for at in 0..lines.len().min(MOST_TITLES + 1) {
        if at > 0 && header_row::line_has_identity(&lines[at - 1]) {
            break;
        }
        if is_blank(&lines[at]) {
            continue;
        }
        let first = rows(&lines[at..]).into_iter().next().unwrap_or_default();
        let names = header_row::known_names(&first.fields);
        if names > best.map_or(0, |(_, names)| names)
            && !header_row::is_repeated(&first.fields, &all)
        {
            best = Some((at, names));
        }
    }
    best.map(|(at, _)| at)
}

/// The lines before the header: blank ones, `#TYPE` and other `#` lines, the version of a
/// template, and Excel's `sep=`.
struct Preamble {
    count: usize,
    type_line: Option<String>,
    delimiter: Option<Delimiter>,
}

/// Whether a line can come before the header: a blank one, a `#` line or Excel's `sep=`.
pub(super) fn stands_before(line: &str) -> bool {
    let text = line.trim();
    // A spreadsheet saves a whole commented line in quotes. More quotes belong to the name of a column.
    let begun = text.strip_prefix('"').unwrap_or(text);
    let is_comment = begun.starts_with('#') && !is_number_column(text);
    is_blank(text) || is_comment || is_version(text) || separator_line(line).is_some()
}

/// Whether a line has the version of a template of Entra, `version:v1.0`.
fn is_version(line: &str) -> bool {
    let version = line.trim_matches(['"', ',', ';', '\t', ' ']);
    version.strip_prefix("version:v").is_some_and(|number| {
        number
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
    })
}

/// Whether a line is a header whose first column is called `#`, as people number rows: `#;Name`.
fn is_number_column(text: &str) -> bool {
    let rest = text
        .strip_prefix('#')
        .or_else(|| text.strip_prefix("\"#\""));
    let rest = rest.and_then(|rest| rest.strip_prefix([',', ';', '\t', '|']));
    rest.is_some_and(|rest| rest.contains(char::is_alphanumeric))
}

impl Preamble {
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
    let separator = line
        .get(..4)
        .filter(|start| start.eq_ignore_ascii_case("sep="))
        .map(|_| &line[4..])?;
    match separator.as_bytes() {
        [byte] => Delimiter::of_byte(*byte),
        _ => None,
    }
}

/// The delimiter that splits most lines into the same number of fields, at least two.
fn delimiter_of(
    lines: &[String],
    rows: &impl Fn(&[String], Delimiter) -> Vec<FileRow>,
) -> Delimiter {
    let may_separate = |delimiter: &Delimiter| {
        *delimiter != Delimiter::None
            && lines
                .iter()
                .any(|line| line.as_bytes().contains(&delimiter.byte()))
    };
    // Distinguished names have many commas and must stay whole, also beside other columns.
    let is_dn =
        |text: &&String| text.contains(',') && matches!(Identity::parse(text), Ok(Identity::Dn(_)));
    for delimiter in [Delimiter::Semicolon, Delimiter::Tab, Delimiter::Pipe]
        .into_iter()
        .filter(may_separate)
    {
        let rows = rows(lines, delimiter);
        let has_dn =
            |row: &&FileRow| row.fields.len() > 1 && row.fields.iter().any(|field| is_dn(&field));
        if rows.iter().filter(has_dn).count() * 2 > rows.len() {
            return delimiter;
        }
    }
    let filled = lines.iter().filter(|line| !line.trim().is_empty()).count();
    if lines.iter().filter(is_dn).count() * 2 > filled {
        return Delimiter::None;
    }
    let mut best = (Delimiter::None, 0, 1);
    for delimiter in Delimiter::VARIANTS.iter().copied().filter(may_separate) {
        let rows = rows(lines, delimiter);
        let width = rows.first().map_or(0, |row| row.fields.len());
        let like_first = rows.iter().filter(|row| row.fields.len() == width).count();
        // Rows like the first one, in thousandths of all: the number of rows differs, since quotes
        // may run over several lines.
        let share = (like_first * 1000).checked_div(rows.len()).unwrap_or(0);
        // One display name with a comma at the start of a list is no reason to split it.
        let is_likely = share > 500
            || rows
                .first()
                .is_some_and(|row| header_row::has_known_name(&row.fields));
        // "Myer, Ken" is one name.
        let is_name = |line: &&String| line.contains(", ") && line.matches(',').count() == 1;
        let is_names = delimiter == Delimiter::Comma
            && lines
                .iter()
                .filter(|line| !line.trim().is_empty())
                .all(|line| is_name(&line))
            && !rows
                .first()
                .is_some_and(|row| header_row::has_known_name(&row.fields));
        if width > 1 && is_likely && !is_names && (share, width) > (best.1, best.2) {
            best = (delimiter, share, width);
        }
    }
    best.0
}

/// Whether the cells of a line may be names of people, and none is an identity or a known heading.
fn are_names(cells: &[String]) -> bool {
    let is_told = |cell: &String| header_row::is_identity(cell.trim());
    let has_blank = |cell: &String| cell.trim().contains(' ');
    cells.iter().any(has_blank) && !cells.iter().any(is_told) && !header_row::has_known_name(cells)
}

const ONE_LINE: ReadError = ReadError::Foreign {
    what: "a single line of several texts",
    hint: "If they are people, write each in a line of their own, or with their addresses.",
};

/// Whether the lines are lists of people, as a line of a mail program is: one line with several
/// people, or lines with different numbers of them. Lines with as many each may be a table.
fn are_people(lines: &[String]) -> bool {
    const SEPARATORS: [char; 4] = [';', ',', '|', '\t'];
    let filled: Vec<&String> = lines.iter().filter(|line| !is_blank(line)).collect();
    let widths: Vec<usize> = filled
        .iter()
        .map(|line| line.matches(SEPARATORS).count())
        .collect();
    let is_uneven = filled.len() == 1 || widths.iter().any(|width| *width != widths[0]);
    let has_several = |line: &&String| people(line, false).len() > 1;
    is_uneven && filled.iter().any(has_several) && filled.iter().all(|line| names_people(line))
}

const FIXED_WIDTH: ReadError = ReadError::Foreign {
    what: "a text whose columns have a fixed width (.prn)",
    hint: "Its cells may be cut. Save the list as CSV UTF-8, or as a workbook of Excel (.xlsx).",
};

/// Whether all lines are filled up with blanks to the same width, as a printed sheet is.
fn has_fixed_width(lines: &[String]) -> bool {
    const FEWEST: usize = 3;
    const NARROWEST: usize = 20;
    let filled: Vec<&String> = lines.iter().filter(|line| !is_blank(line)).collect();
    let width = filled.first().map_or(0, |line| line.chars().count());
    let have_width = || filled.iter().all(|line| line.chars().count() == width);
    let padded = filled.iter().filter(|line| line.contains("  ")).count();
    filled.len() >= FEWEST && width >= NARROWEST && padded * 2 > filled.len() && have_width()
}
