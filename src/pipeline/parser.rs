//! Reads a pipeline stage by stage, and refuses text that is not allowed between or after them.

use super::check::check;
use super::cursor::{Cursor, Parsed, is_line_end, is_quote};
use super::fault::Fault;
use super::syntax::{Pipeline, Stage, StageKind};

/// The largest size of a pipeline, in bytes.
const LONGEST: usize = 64 * 1024;
const MOST_STAGES: usize = 50;

/// Reads one pipeline.
pub(super) struct PipelineParser<'a> {
    pub cursor: Cursor<'a>,
    /// The number of open brackets.
    pub depth: usize,
    /// The number of values and conditions that were read.
    pub conditions: usize,
    /// Warnings about the text.
    pub notes: Vec<String>,
    /// The number of open brackets in which a comma ends a value.
    pub in_arguments: usize,
}

impl Pipeline {
    /// Reads a pipeline and checks which cmdlets follow each other and which properties they name.
    ///
    /// # Errors
    /// A part of it is not supported. The fault names the part, its position and a replacement.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        if text.len() > LONGEST {
            return Err(Fault::at(
                text,
                0,
                format!("This is too long for a command: {} bytes.", text.len()),
            ));
        }
        let mut parser = PipelineParser {
            cursor: Cursor::new(text),
            depth: 0,
            conditions: 0,
            notes: Vec::new(),
            in_arguments: 0,
        };
        let mut stages = parser.stages()?;
        check(text, &mut stages, None)?;
        Ok(Self {
            text: text.to_owned(),
            stages,
            notes: parser.notes,
        })
    }
}

impl PipelineParser<'_> {
    fn stages(&mut self) -> Parsed<Vec<Stage>> {
        let mut stages = Vec::new();
        self.cursor.skip_lines()?;
        if self.cursor.peek().is_none() {
            return self.cursor.fault(
                "There is no command. A pipeline begins with Get-CsUser, Get-CsClientPinInfo, Get-CsAdminRole, \
                 Import-Csv, Lock-CsClientPin, Unlock-CsClientPin or Set-CsClientPin.",
            );
        }
        loop {
            if stages.len() == MOST_STAGES {
                return self
                    .cursor
                    .fault(format!("A pipeline may have {MOST_STAGES} stages."));
            }
            let is_first = stages.is_empty();
            stages.push(if is_first && self.cursor.peek().is_some_and(is_quote) {
                self.texts()?
            } else {
                self.stage()?
            });
            self.cursor.skip_blank()?;
            match self.cursor.peek() {
                None => return Ok(stages),
                Some('|') if self.cursor.second() == Some('|') => {
                    return self
                        .cursor
                        .fault("|| is not supported. A single | hands on what a stage has found.");
                }
                Some('|') => {
                    let at = self.cursor.at;
                    self.cursor.bump();
                    self.cursor.skip_lines()?;
                    if self.cursor.peek().is_none() {
                        return self
                            .cursor
                            .fault_at(at, "A cmdlet is missing behind this |.");
                    }
                }
                Some(c) if is_line_end(c) => return self.end_of_line(stages),
                Some(c) => return self.foreign(c),
            }
        }
    }

    /// Refuses a second line, which Windows PowerShell would take for another command.
    fn end_of_line(&mut self, stages: Vec<Stage>) -> Parsed<Vec<Stage>> {
        self.cursor.skip_lines()?;
        match self.cursor.peek() {
            None => Ok(stages),
            Some('|') => self.cursor.fault("A line cannot begin with |. Write it at the end of the line before."),
            Some(_) => self.cursor.fault(
                "This is a second command, and one pipeline is run at a time. Where it belongs to the line before, end \
                 that with | or with a backtick.",
            ),
        }
    }

    /// Texts that a pipeline begins with: `'sip:kenmyer@litwareinc.com', 'Pilar Ackerman' |
    /// Unlock-CsClientPin`.
    fn texts(&mut self) -> Parsed<Stage> {
        let at = self.cursor.at;
        let mut texts = vec![self.cursor.quoted()?];
        let mut end = self.cursor.at;
        loop {
            self.cursor.skip_blank()?;
            if !self.cursor.eat(',') {
                return Ok(Stage {
                    kind: StageKind::Texts(texts),
                    at,
                    end,
                });
            }
            self.cursor.skip_lines()?;
            if !self.cursor.peek().is_some_and(is_quote) {
                return self
                    .cursor
                    .fault("Another text in quotes is missing behind the comma.");
            }
            texts.push(self.cursor.quoted()?);
            end = self.cursor.at;
        }
    }

    /// A stage: a cmdlet and its arguments.
    fn stage(&mut self) -> Parsed<Stage> {
        let at = self.cursor.at;
        let word = self.cursor.take_while(|c| {
            !c.is_whitespace()
                && !is_quote(c)
                && !matches!(c, '|' | ';' | '&' | '(' | ')' | '{' | '}' | '<' | '>' | ',')
        });
        if word.is_empty() || word.starts_with(['$', '[', '@']) {
            self.cursor.at = at;
            return match self.cursor.peek() {
                Some('|') => self.cursor.fault("A cmdlet is missing before this |."),
                Some(c) if is_quote(c) => self
                    .cursor
                    .fault("A text can only begin a pipeline. Here a cmdlet has to stand."),
                Some(c) => self.foreign(c),
                None => self.cursor.fault("A cmdlet is missing here."),
            };
        }
        let kind = self.command(word, at)?;
        Ok(Stage {
            kind,
            at,
            end: self.cursor.at,
        })
    }

    /// Refuses a part of PowerShell's language that begins with this character, by its name.
    pub fn foreign<T>(&self, c: char) -> Parsed<T> {
        let text = match c {
            ';' => "A ; separates commands, and one pipeline is run at a time.",
            '&' => {
                "& is not supported: neither calling a command by it nor running one in the background."
            }
            '>' | '<' => "Redirections are not supported. To write a file, end with Export-Csv.",
            '$' if self.cursor.second() == Some('(') => "Sub-expressions $( ) are not supported.",
            '$' => {
                "Variables are not supported, but for $_ in a condition, $True, $False and $Null."
            }
            '(' => "Parentheses are supported only in a condition.",
            '{' => "A script block { } is supported only behind Where-Object.",
            '@' => "Lists @( ), tables @{ } and splatting are not supported.",
            '[' => "Types and casts [ ] are not supported.",
            ')' | '}' => "This bracket closes nothing.",
            ',' => {
                "A comma is supported only between the names of properties. Put a value that holds one in quotes."
            }
            _ => "This is not supported here.",
        };
        self.cursor.fault(text)
    }
}
