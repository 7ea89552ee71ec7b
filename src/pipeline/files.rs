//! The parameters of cmdlets that read or write files.

use super::arguments::{Arguments, ends_word};
use super::cmdlets::Cmdlet;
use super::cursor::Parsed;
use super::parser::PipelineParser;
use super::syntax::{CsvSource, ExportFile, Stage, StageKind};

impl PipelineParser<'_> {
    pub fn path(&self, arguments: &mut Arguments, cmdlet: Cmdlet, at: usize) -> Parsed<String> {
        let given = arguments
            .value("Path")
            .or_else(|| arguments.value("FilePath"))
            .or_else(|| arguments.value("LiteralPath"));
        let at = given.as_ref().map_or(at, |given| given.at);
        let path = given.map(|given| self.text_of(&given)).transpose()?;
        match path {
            Some(path) if !path.is_empty() => match local_path(&path) {
                Ok(path) => Ok(path),
                Err(why) => self.cursor.fault_at(at, why),
            },
            _ => self
                .cursor
                .fault_at(at, format!("{} needs the name of a file.", cmdlet.name())),
        }
    }

    /// The delimiter of a file, which must be one character. `-UseCulture` means the list separator of
    /// the culture (Export-Csv,
    /// <https://learn.microsoft.com/powershell/module/microsoft.powershell.utility/export-csv>). Lines
    /// have the culture en-US here, as their dates show, and its list separator is a comma.
    pub fn delimiter(
        &mut self,
        arguments: &mut Arguments,
        at: usize,
        is_written: bool,
    ) -> Parsed<Option<char>> {
        let by_culture = arguments.switch("UseCulture");
        if by_culture && is_written {
            self.note(
                "-UseCulture writes commas here, the list separator of en-US. Where Excel expects semicolons, write -Delimiter ';'.",
            );
        }
        let Some(given) = arguments.value("Delimiter") else {
            return Ok(None);
        };
        if by_culture {
            let why = "-Delimiter and -UseCulture exclude each other. Leave one of them out.";
            return self.cursor.fault_at(at.max(given.at), why);
        }
        let text = self.text_of(&given)?;
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (Some(one @ (',' | ';' | '\t' | '|')), None) => Ok(Some(one)),
            _ => self.cursor.fault_at(
                given.at,
                "A delimiter is a comma, ';', '|' or \"`t\" for a tab.",
            ),
        }
    }

    pub fn source_file(&mut self, arguments: &mut Arguments, at: usize) -> Parsed<CsvSource> {
        let header: Parsed<Vec<String>> = arguments
            .list("Header")
            .iter()
            .map(|name| self.text_of(name))
            .collect();
        let encoding = arguments.value("Encoding");
        Ok(CsvSource {
            path: self.path(arguments, Cmdlet::ImportCsv, at)?,
            encoding: encoding.map(|given| self.text_of(&given)).transpose()?,
            delimiter: self.delimiter(arguments, at, false)?,
            header: Some(header?).filter(|names| !names.is_empty()),
        })
    }

    /// The file that `Export-Csv`, `Out-File`, `Set-Content` or `Add-Content` writes.
    pub fn written_file(
        &mut self,
        arguments: &mut Arguments,
        cmdlet: Cmdlet,
        at: usize,
    ) -> Parsed<ExportFile> {
        if let Some(encoding) = arguments.value("Encoding") {
            let name = self.text_of(&encoding)?.to_ascii_lowercase();
            if !matches!(
                name.as_str(),
                "utf8" | "utf-8" | "utf8bom" | "utf8nobom" | "default" | "65001"
            ) {
                return self.cursor.fault_at(
                    encoding.at,
                    "Files are written in UTF-8. Leave -Encoding out, or write UTF8.",
                );
            }
        }
        Ok(ExportFile {
            path: self.path(arguments, cmdlet, at)?,
            delimiter: self.delimiter(arguments, at, true)?,
            appends: arguments.switch("Append") || cmdlet == Cmdlet::AddContent,
            keeps: arguments.switch("NoClobber"),
            has_lines: cmdlet != Cmdlet::ExportCsv,
        })
    }

    /// The file behind `>` or `>>`, which are `Out-File` and `Out-File -Append` (about_Redirection,
    /// <https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_redirection>).
    pub fn redirection(&mut self) -> Parsed<Option<Stage>> {
        self.cursor.skip_blank()?;
        let at = self.cursor.at;
        if !self.cursor.eat('>') {
            return Ok(None);
        }
        if self.cursor.text[..at].ends_with(|c: char| c.is_ascii_digit() || c == '*') {
            return self.cursor.fault_at(
                at,
                "Only what a pipeline finds is redirected, with > or >> and a blank before it.",
            );
        }
        let appends = self.cursor.eat('>');
        if let Some(stage) = self.redirected_to_null(at)? {
            return Ok(Some(stage));
        }
        let mut arguments = self.arguments(Cmdlet::OutFile)?;
        let mut file = self.written_file(&mut arguments, Cmdlet::OutFile, at)?;
        file.appends |= appends;
        Ok(Some(Stage {
            kind: StageKind::Export(file),
            at,
            end: self.cursor.at,
        }))
    }

    /// `> $null`, which is `Out-Null`.
    fn redirected_to_null(&mut self, at: usize) -> Parsed<Option<Stage>> {
        const NULL: &str = "$null";
        self.cursor.skip_blank()?;
        let rest = self.cursor.rest();
        let is_null = rest
            .get(..NULL.len())
            .is_some_and(|word| word.eq_ignore_ascii_case(NULL))
            && rest[NULL.len()..].chars().next().is_none_or(ends_word);
        if !is_null {
            return Ok(None);
        }
        self.cursor.at += NULL.len();
        Ok(Some(Stage {
            kind: StageKind::nothing(),
            at,
            end: self.cursor.at,
        }))
    }

    /// Adds stages to others. A table of `ConvertTo-Csv` that is written is `Export-Csv`.
    pub fn add_stages(&self, stages: &mut Vec<Stage>, mut more: Vec<Stage>) -> Parsed<()> {
        if let Some(Stage {
            kind: StageKind::Csv(delimiter),
            ..
        }) = stages.last()
            && let [
                Stage {
                    kind: StageKind::Export(file),
                    at,
                    ..
                },
            ] = &mut more[..]
            && file.has_lines
        {
            if file.appends {
                return self.cursor.fault_at(
                    *at,
                    "This would write the names of the columns once more. To add rows to a file, end with Export-Csv -Append.",
                );
            }
            (file.delimiter, file.has_lines) = (*delimiter, false);
            stages.pop();
        }
        stages.extend(more);
        Ok(())
    }
}

/// A path as this computer has it. Elsewhere than on Windows, `\` separates the folders of a line as
/// it does in PowerShell there, and there are no drives.
///
/// # Errors
/// The reason why there is no such path here, as a sentence.
fn local_path(path: &str) -> Result<String, String> {
    if cfg!(windows) {
        return Ok(path.to_owned());
    }
    let has_drive =
        |letter: &str| letter.len() == 1 && letter.starts_with(|c: char| c.is_ascii_alphabetic());
    match path.split_once(':') {
        Some((drive, _)) if has_drive(drive) => Err(format!(
            "There is no drive {drive}: on this computer. Name a folder of its own, such as /tmp."
        )),
        _ if path.starts_with(r"\\") => Err(
            "A shared folder has no such name on this computer. Name the folder where it is mounted.".to_owned(),
        ),
        _ => Ok(path.replace('\\', "/")),
    }
}
