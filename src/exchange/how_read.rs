//! The way in which a file was read, and the choices of the user about it.

use super::delimiter::Delimiter;
use super::detect::{Certainty, Survey};
use super::encoding::TextEncoding;
use super::lines::LineEnd;
use super::unseen::UnseenParts;
use crate::domain::text::shown;
use crate::plan::words::{plural, thousands};

/// The choices of a user about a file. None means that the file decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    pub encoding: Option<TextEncoding>,
    pub delimiter: Option<Delimiter>,
    pub has_header: Option<bool>,
    /// The line with the names of the columns, from 1; in a workbook the row. The lines before it
    /// are passed over.
    pub header_line: Option<u64>,
    /// The sheet of a workbook, by its name or its number from 1.
    pub sheet: Option<String>,
    /// Whether hidden rows and columns of a workbook are taken in, and its hidden sheets offered.
    pub with_hidden: bool,
    /// The result of an earlier survey of the same file, so that it need not be surveyed again.
    pub surveyed: Option<Survey>,
}

/// The way in which a file was read. It is shown, so that the user can correct it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HowRead {
    pub form: FileForm,
    /// Whether the first row is a header.
    pub has_header: bool,
    pub rows: u64,
    /// The line of the header, from 1.
    pub header_line: Option<u64>,
    /// Rows that were passed over: rows without any text, and the header once more, as joining
    /// files leaves it.
    pub empty_rows: u64,
    pub repeated_headers: u64,
    /// The first rows with other characters than ASCII, each with its line, if the encoding is a
    /// guess.
    pub doubtful: Vec<(u64, String)>,
    /// The order of dates such as 9/25/2012 and the line that proves it, if the file has any.
    pub dates: Option<String>,
}

/// The kind of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileForm {
    Text {
        encoding: TextEncoding,
        certainty: Certainty,
        delimiter: Delimiter,
        /// The text after `#TYPE` in the first line, if there is such a line.
        type_line: Option<String>,
        line_end: LineEnd,
    },
    Workbook {
        /// The name of its kind of file.
        kind: &'static str,
        sheet: String,
        /// The sheets to choose from.
        sheets: Vec<String>,
        unseen: UnseenParts,
        /// The question which sheet is meant, if several have lists.
        question: Option<String>,
    },
}

impl HowRead {
    /// Whether the encoding is a guess.
    pub fn is_guess(&self) -> bool {
        matches!(
            self.form,
            FileForm::Text {
                certainty: Certainty::Guess,
                ..
            }
        )
    }

    /// The first rows that a guessed encoding changes, as a sentence. None if it is no guess.
    pub fn guess(&self) -> Option<String> {
        const SHOWN: usize = 3;
        let rows = self.doubtful.iter().take(SHOWN);
        let rows: Vec<String> = rows
            .map(|(line, row)| format!("line {line} as \"{}\"", shown(row)))
            .collect();
        (self.is_guess() && !rows.is_empty())
            .then(|| format!("The encoding is a guess, which reads {}.", rows.join(", ")))
    }

    /// The encoding, as it is shown.
    pub fn encoding(&self) -> String {
        match &self.form {
            FileForm::Workbook { kind, sheet, .. } => format!("{kind}, sheet {}", shown(sheet)),
            FileForm::Text {
                encoding,
                certainty: Certainty::Mark,
                ..
            } => {
                format!("{} with byte-order mark", encoding.label())
            }
            FileForm::Text {
                certainty: Certainty::Ascii,
                ..
            } => "plain ASCII".to_owned(),
            FileForm::Text { encoding, .. } => encoding.label().to_owned(),
        }
    }

    /// Where the header was found, if not in the first line, and the rows that were passed over, as
    /// sentences. None if there is nothing to say.
    pub fn passed_over(&self) -> Option<String> {
        // In a list of one column a heading might be taken for a name.
        let is_list = self.delimiter() == Some(Delimiter::None);
        let header = self.header_line.filter(|line| *line > 1 || is_list);
        let header = header.map(|line| {
            if is_list {
                format!("Line {line} is the heading.")
            } else {
                format!("The names of the columns are in line {line}.")
            }
        });
        let rows = usize::try_from(self.empty_rows + self.repeated_headers).unwrap_or(usize::MAX);
        let rows = (rows > 0).then(|| {
            format!(
                "{} {} without text or with the header once more {} passed over.",
                thousands(rows),
                plural(rows, "row", "rows"),
                plural(rows, "was", "were")
            )
        });
        let sentences: Vec<String> = header.into_iter().chain(rows).collect();
        (!sentences.is_empty()).then(|| sentences.join(" "))
    }

    /// The parts of a workbook that nobody sees, as a sentence. None if there are none.
    pub fn unseen(&self) -> Option<String> {
        match &self.form {
            FileForm::Workbook { unseen, .. } => unseen.sentence(),
            FileForm::Text { .. } => None,
        }
    }

    /// Whether hidden rows or columns of a workbook were left out.
    pub fn can_take_more(&self) -> bool {
        match &self.form {
            FileForm::Workbook { unseen, .. } => {
                !unseen.are_taken && (unseen.rows > 0 || !unseen.columns.is_empty())
            }
            FileForm::Text { .. } => false,
        }
    }

    /// The question which sheet of a workbook is meant, if it is open.
    pub fn question(&self) -> Option<&str> {
        match &self.form {
            FileForm::Workbook { question, .. } => question.as_deref(),
            FileForm::Text { .. } => None,
        }
    }

    /// The delimiter; None in a workbook.
    pub fn delimiter(&self) -> Option<Delimiter> {
        match &self.form {
            FileForm::Text { delimiter, .. } => Some(*delimiter),
            FileForm::Workbook { .. } => None,
        }
    }

    /// The text after `#TYPE` in the first line, if there is such a line.
    pub fn type_line(&self) -> Option<&str> {
        match &self.form {
            FileForm::Text { type_line, .. } => type_line.as_deref(),
            FileForm::Workbook { .. } => None,
        }
    }
}
