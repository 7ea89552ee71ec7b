//! The file comes back: the rows of a list as they stand in it, in their order, with what became of each.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufWriter, Seek as _, Write as _};
use std::path::Path;

use super::atomic_write::{cannot_write, write_whole};
use super::csv_injection::harmless;
use super::detect::Certainty;
use super::encoding::TextEncoding;
use super::error::ReadError;
use super::layout::Delimiter;
use super::lines::{Line, LineEnd, Lines};
use super::list_columns::plain;
use super::records::Row;
use super::table::{Form, Input, ReadOptions, Table};
use crate::domain::user::UserId;
use crate::plan::{Outcome, Plan, PlanItem};
use crate::progress::{Progress, STEPS_BETWEEN_REPORTS};
use crate::store::{Applied, Drift};
use crate::time_format::in_sentence;
use crate::zone::Zone;

/// The columns that are appended.
pub const RESULT_COLUMNS: [&str; 5] = [
    "PinDeskVerdict",
    "PinDeskReason",
    "MatchedIdentity",
    "Before",
    "After",
];

/// Writes the rows of the file that a plan was made from, with the plan's answer for each, or, once it is applied, with
/// what came of it. The file is the same as the one that was read, or nothing is written; it is never replaced itself,
/// since the history names it.
///
/// Says in which encoding: the file's own, unless it has no sign for a name.
///
/// # Errors
/// The file has changed since or cannot be read, the results cannot be written, or the work was cancelled.
pub fn save_results(
    input: &Input,
    options: &ReadOptions,
    plan: &Plan,
    applied: Option<&Applied>,
    path: &Path,
    progress: &dyn Progress,
) -> Result<String, ReadError> {
    if is_same_file(input.path.as_deref(), path) {
        return Err(ReadError::Write(format!(
            "it is the list itself, choose another name: {}",
            path.display()
        )));
    }
    let answers = Answers::new(plan, applied);
    write_whole(path, |file| {
        if let Some(label) = write_as(None, input, options, &answers, file, progress)? {
            return Ok(label);
        }
        // A name does not fit into the file's own encoding: all of it anew.
        file.rewind()
            .and_then(|()| file.set_len(0))
            .map_err(|error| cannot_write(&error))?;
        write_as(
            Some(TextEncoding::Utf8),
            input,
            options,
            &answers,
            file,
            progress,
        )?
        .ok_or_else(|| ReadError::Write("a text cannot be written as UTF-8".to_owned()))
    })
}

fn is_same_file(one: Option<&Path>, other: &Path) -> bool {
    let real = |path: &Path| fs::canonicalize(path).ok();
    one.and_then(real)
        .is_some_and(|one| real(other) == Some(one))
}

/// Writes in the file's own encoding, or in another one. None: it has no sign for some text.
fn write_as(
    other: Option<TextEncoding>,
    input: &Input,
    options: &ReadOptions,
    answers: &Answers<'_>,
    file: &mut File,
    progress: &dyn Progress,
) -> Result<Option<String>, ReadError> {
    let mut table = Table::open(input, options, progress)?;
    let style = Style::of(&table, other);
    let mut out = Out {
        file: BufWriter::new(file),
        style,
        fits: true,
    };
    out.begin(input, &table)?;
    let old = OldColumns::of(&table);
    let width = table.headers().len();
    let header = table.header_row().cloned().unwrap_or_else(|| {
        let fields = if width == 1 {
            vec!["Identity".to_owned()]
        } else {
            table.headers().to_vec()
        };
        Row {
            fields,
            ..Row::default()
        }
    });
    out.row(&header, width, &old, &RESULT_COLUMNS.map(str::to_owned))?;
    let mut place = 0;
    while let Some(row) = table.next_row().map_err(|error| input.named(error))? {
        let cells = answers.of(place).ok_or(ReadError::Changed)?;
        out.row(&row, width, &old, &cells)?;
        place += 1;
        if (place as u64).is_multiple_of(STEPS_BETWEEN_REPORTS) {
            progress.advance(table.progress(), input.size);
            if progress.is_cancelled() {
                return Err(ReadError::Cancelled);
            }
        }
    }
    let is_same = answers
        .plan
        .source
        .as_ref()
        .is_some_and(|source| source.sha256 == table.sha256());
    if !is_same || place != answers.plan.items.len() {
        return Err(ReadError::Changed);
    }
    out.end()
}

/// Columns of an earlier result, which the new one replaces.
struct OldColumns(Vec<usize>);

impl OldColumns {
    /// Those that only PinDesk names so, and the others right behind them: a list may have a column `After` of its own.
    fn of(table: &Table) -> Self {
        const OWN: usize = 2;
        let names = table.header_row().map_or(&[][..], |header| &header.fields);
        let (mut old, mut run) = (Vec::new(), None);
        for (place, name) in names.iter().enumerate() {
            let number = RESULT_COLUMNS
                .iter()
                .position(|column| plain(column) == plain(name));
            run =
                number.filter(|number| *number < OWN || run.is_some_and(|before| before < *number));
            old.extend(run.map(|_| place));
        }
        Self(old)
    }
}

/// How the results are written.
struct Style {
    encoding: TextEncoding,
    has_mark: bool,
    /// UTF-8 without a mark is read by Excel as something else as soon as it has more than ASCII.
    is_ascii: bool,
    delimiter: char,
    line_end: &'static str,
    is_workbook: bool,
    is_one_column: bool,
}

impl Style {
    fn of(table: &Table, other: Option<TextEncoding>) -> Self {
        let (encoding, certainty, delimiter, line_end, is_workbook) = match &table.how_read().form {
            Form::Text {
                encoding,
                certainty,
                delimiter,
                line_end,
                ..
            } => (*encoding, *certainty, *delimiter, *line_end, false),
            Form::Workbook { .. } => (
                TextEncoding::Utf8,
                Certainty::Mark,
                Delimiter::Comma,
                LineEnd::CrLf,
                true,
            ),
        };
        let is_one_column = delimiter == Delimiter::None;
        let delimiter = if is_one_column {
            Delimiter::Comma
        } else {
            delimiter
        };
        let is_unicode = !matches!(encoding, TextEncoding::Ansi(_));
        let has_mark = other.is_some()
            || is_unicode && (certainty == Certainty::Mark || encoding != TextEncoding::Utf8);
        Self {
            encoding: other.unwrap_or(encoding),
            has_mark,
            is_ascii: certainty == Certainty::Ascii && other.is_none(),
            delimiter: char::from(delimiter.byte()),
            line_end: match line_end {
                LineEnd::Lf => "\n",
                LineEnd::Cr => "\r",
                LineEnd::CrLf | LineEnd::None => "\r\n",
            },
            is_workbook,
            is_one_column,
        }
    }
}

struct Out<'a> {
    file: BufWriter<&'a mut File>,
    style: Style,
    fits: bool,
}

impl Out<'_> {
    /// The byte-order mark, and the lines before the header as they stand in the file.
    fn begin(&mut self, input: &Input, table: &Table) -> Result<(), ReadError> {
        if self.style.has_mark {
            self.put_bytes(self.style.encoding.mark())?;
        }
        if self.style.is_workbook {
            return Ok(());
        }
        let Form::Text { encoding, .. } = table.how_read().form else {
            return Ok(());
        };
        let mut lines = Lines::new(input.open()?, encoding)?;
        let mut line = Line::default();
        for _ in 0..table.lines_before() {
            if lines.next(&mut line)? {
                let text = format!("{}{}", line.text, self.style.line_end);
                self.put(&text)?;
            }
        }
        Ok(())
    }

    /// The row as it stands in the file, with cells behind its columns. What it has too many comes behind them, so that
    /// they stand in their columns.
    fn row(
        &mut self,
        row: &Row,
        width: usize,
        old: &OldColumns,
        cells: &[String; 5],
    ) -> Result<(), ReadError> {
        let delimiter = self.style.delimiter;
        let is_whole = row.cells == width
            && old.0.is_empty()
            && !row.raw.is_empty()
            && !self.style.is_one_column;
        let mut text = if is_whole {
            row.raw.clone()
        } else {
            let kept = (0..width)
                .filter(|place| !old.0.contains(place))
                .map(|place| self.cell(row, place));
            kept.map(|cell| quote(&cell, delimiter))
                .collect::<Vec<_>>()
                .join(&delimiter.to_string())
        };
        let extra = (width..row.fields.len()).map(|place| self.cell(row, place));
        for cell in cells.iter().map(|cell| harmless(cell)).chain(extra) {
            text.push(delimiter);
            text.push_str(&quote(&cell, delimiter));
        }
        text.push_str(self.style.line_end);
        self.put(&text)
    }

    /// A cell as it stands in the file; a text of a workbook must not become a formula of the new file.
    fn cell<'a>(&self, row: &'a Row, place: usize) -> Cow<'a, str> {
        let field = row.fields.get(place).map_or("", String::as_str);
        if self.style.is_workbook {
            harmless(field)
        } else if row.unmasked.contains(&place) {
            Cow::Owned(format!("'{field}"))
        } else {
            Cow::Borrowed(field)
        }
    }

    fn put(&mut self, text: &str) -> Result<(), ReadError> {
        if self.style.is_ascii && !text.is_ascii() {
            self.fits = false;
        }
        let Some(bytes) = self.style.encoding.encode(text) else {
            self.fits = false;
            return Ok(());
        };
        self.put_bytes(&bytes)
    }

    fn put_bytes(&mut self, bytes: &[u8]) -> Result<(), ReadError> {
        self.file
            .write_all(bytes)
            .map_err(|error| cannot_write(&error))
    }

    fn end(mut self) -> Result<Option<String>, ReadError> {
        self.file.flush().map_err(|error| cannot_write(&error))?;
        let label = match self.style.encoding {
            TextEncoding::Utf8 if self.style.has_mark => "UTF-8 with byte-order mark",
            encoding => encoding.label(),
        };
        Ok(self.fits.then(|| label.to_owned()))
    }
}

/// A field in quotes where it needs them.
fn quote(field: &str, delimiter: char) -> String {
    let needs_quotes = field.contains([delimiter, '"', '\r', '\n'])
        || field.starts_with('#')
        || field.trim() != field;
    if needs_quotes {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

/// What became of each row.
struct Answers<'a> {
    plan: &'a Plan,
    is_applied: bool,
    drifted: HashMap<UserId, &'a Drift>,
}

impl<'a> Answers<'a> {
    fn new(plan: &'a Plan, applied: Option<&'a Applied>) -> Self {
        let drifted = applied
            .into_iter()
            .flat_map(|applied| &applied.drifted)
            .map(|drift| (drift.id, drift))
            .collect();
        Self {
            plan,
            is_applied: applied.is_some(),
            drifted,
        }
    }

    fn of(&self, place: usize) -> Option<[String; 5]> {
        let item = self.plan.items.get(place)?;
        let identity = item
            .user
            .as_ref()
            .map(|user| user.identity.clone())
            .unwrap_or_default();
        let is_change = matches!(item.outcome, Outcome::Change { .. });
        let drift = item
            .user
            .as_ref()
            .filter(|_| is_change)
            .and_then(|user| self.drifted.get(&user.id));
        if let Some(drift) = drift {
            return Some(self.drifted(drift, identity));
        }
        let state = |status: Option<crate::domain::pin::PinStatus>| {
            status.map_or_else(String::new, |status| status.describe().to_owned())
        };
        let (before, after) = (
            state(self.plan.before(item)),
            state(self.plan.planned_after(item)),
        );
        Some([
            self.verdict(item),
            self.plan.reason(item, Zone::utc()),
            identity,
            before,
            after,
        ])
    }

    fn verdict(&self, item: &PlanItem) -> String {
        let word = if self.is_applied && matches!(item.outcome, Outcome::Change { .. }) {
            "changed"
        } else {
            item.outcome.verdict().label()
        };
        word.to_owned()
    }

    fn drifted(&self, drift: &Drift, identity: String) -> [String; 5] {
        let at = self.plan.taken_at;
        let by = drift.changed_by.as_ref().map_or_else(
            || "Changed since the preview.".to_owned(),
            |(by, at)| {
                format!(
                    "Changed by {by} at {} since the preview.",
                    in_sentence(*at, Zone::utc())
                )
            },
        );
        let planned = drift.planned.status(at).describe().to_owned();
        let current = drift
            .current
            .as_ref()
            .map_or("no longer there", |state| state.status(at).describe())
            .to_owned();
        ["drifted".to_owned(), by, identity, planned, current]
    }
}
