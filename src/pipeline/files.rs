//! The parameters of cmdlets that read or write files.

use super::arguments::Arguments;
use super::cmdlets::Cmdlet;
use super::cursor::Parsed;
use super::parser::PipelineParser;
use super::syntax::{CsvSource, ExportFile};

impl PipelineParser<'_> {
    pub fn path(&self, arguments: &mut Arguments, cmdlet: Cmdlet, at: usize) -> Parsed<String> {
        let given = arguments
            .value("Path")
            .or_else(|| arguments.value("LiteralPath"));
        let path = given.map(|given| self.text_of(&given)).transpose()?;
        match path {
            Some(path) if !path.is_empty() => Ok(path),
            _ => self
                .cursor
                .fault_at(at, format!("{} needs the name of a file.", cmdlet.name())),
        }
    }

    /// The delimiter of a file, which must be one character.
    fn delimiter(&self, arguments: &mut Arguments, at: usize) -> Parsed<Option<char>> {
        if arguments.switch("UseCulture") {
            return self.cursor.fault_at(
                at,
                "-UseCulture takes the list separator of the machine. Say which one: -Delimiter ';'.",
            );
        }
        let Some(given) = arguments.value("Delimiter") else {
            return Ok(None);
        };
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

    pub fn source_file(&self, arguments: &mut Arguments, at: usize) -> Parsed<CsvSource> {
        let header: Parsed<Vec<String>> = arguments
            .list("Header")
            .iter()
            .map(|name| self.text_of(name))
            .collect();
        let encoding = arguments.value("Encoding");
        Ok(CsvSource {
            path: self.path(arguments, Cmdlet::ImportCsv, at)?,
            encoding: encoding.map(|given| self.text_of(&given)).transpose()?,
            delimiter: self.delimiter(arguments, at)?,
            header: Some(header?).filter(|names| !names.is_empty()),
        })
    }

    pub fn export_file(&self, arguments: &mut Arguments, at: usize) -> Parsed<ExportFile> {
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
            path: self.path(arguments, Cmdlet::ExportCsv, at)?,
            delimiter: self.delimiter(arguments, at)?,
            appends: arguments.switch("Append"),
            keeps: arguments.switch("NoClobber"),
        })
    }
}
