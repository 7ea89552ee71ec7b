//! Reads a line statement by statement and stage by stage, and refuses text that is not allowed
//! between or after them.

use std::collections::HashMap;

use super::check::check;
use super::cursor::{Cursor, Parsed, is_dash, is_line_end, is_quote};
use super::fault::Fault;
use super::prompt::without_prompts;
use super::syntax::{Expression, NamedValue, Pipeline, Stage, StageKind};

/// The largest size of a pipeline, in bytes.
const LONGEST: usize = 64 * 1024;
pub(super) const MOST_STAGES: usize = 50;
/// The largest number of open brackets and expressions in each other.
const DEEPEST: usize = 100;

/// The meaning of `$_`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Nothing,
    /// The object that a block gets.
    Row,
    /// Nothing, since the object that a block gets has this name.
    Loop(String),
}

/// A value that a variable stands for.
#[derive(Clone)]
pub(super) struct Variable {
    pub value: Expression,
    /// Whether the value is made of `$_`.
    pub uses_it: bool,
    /// The number of values and conditions in it.
    pub size: usize,
}

/// Reads one line.
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
    /// Other characters that end an expression here.
    pub ends: &'static str,
    /// Whether a property may stand without `$_`, as in a filter.
    pub is_filter: bool,
    /// The number of open branches of an `if`.
    pub branches: usize,
    /// The number of `$_` that were read.
    pub uses_of_it: usize,
    /// Tables that were set, by their names in small letters.
    pub tables: HashMap<String, Vec<NamedValue>>,
    pub scope: Scope,
    pub variables: HashMap<String, Variable>,
    /// The stages of pipelines in brackets and of variables.
    pub parts: Vec<Vec<Stage>>,
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
        let (plain, has_prompt) = without_prompts(text);
        let mut parser = PipelineParser::new(&plain, text);
        if has_prompt {
            parser.note("The prompt of a console or the numbers of lines were copied along. They are left out.");
        }
        let mut stages = parser.program()?;
        check(text, &mut stages, None)?;
        let mut pipeline = Self {
            text: text.to_owned(),
            stages,
            notes: parser.notes,
            parts: parser.parts,
            done: 0,
            is_part: false,
        };
        pipeline.drop_unused_parts();
        Ok(pipeline)
    }
}

impl<'a> PipelineParser<'a> {
    /// A parser of a text, which may have blanks in place of what was `typed`.
    pub fn new(text: &'a str, typed: &'a str) -> Self {
        PipelineParser {
            cursor: Cursor::new(text, typed),
            depth: 0,
            conditions: 0,
            notes: Vec::new(),
            in_arguments: 0,
            ends: "",
            is_filter: false,
            branches: 0,
            uses_of_it: 0,
            tables: HashMap::new(),
            scope: Scope::Nothing,
            variables: HashMap::new(),
            parts: Vec::new(),
        }
    }

    /// The letters, digits and dashes at the cursor.
    pub fn word(&mut self) -> &'a str {
        self.cursor
            .take_while(|c| c.is_alphanumeric() || is_dash(c) || c == '_')
    }
}

impl PipelineParser<'_> {
    /// Reads a part in which `$_` has another meaning, and values that are made of it have none.
    pub fn scoped<T>(
        &mut self,
        scope: Scope,
        read: impl FnOnce(&mut Self) -> Parsed<T>,
    ) -> Parsed<T> {
        let (variables, tables) = (self.variables.clone(), self.tables.clone());
        self.variables.retain(|_, variable| !variable.uses_it);
        if self.scope != Scope::Nothing {
            self.tables.clear();
        }
        let before = (std::mem::replace(&mut self.scope, scope), self.uses_of_it);
        let found = self.within("", read);
        (self.scope, self.uses_of_it) = before;
        (self.variables, self.tables) = (variables, tables);
        found
    }

    /// Reads a part between brackets.
    pub fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.cursor.fault("Too many brackets are open here.");
        }
        let found = read(self);
        self.depth -= 1;
        found
    }

    /// Reads a part in which a comma makes a list, and these characters end an expression.
    pub fn within<T>(
        &mut self,
        ends: &'static str,
        read: impl FnOnce(&mut Self) -> Parsed<T>,
    ) -> Parsed<T> {
        let before = (
            std::mem::take(&mut self.in_arguments),
            std::mem::replace(&mut self.ends, ends),
        );
        let found = read(self);
        (self.in_arguments, self.ends) = before;
        found
    }

    /// Skips line ends and `;` between statements.
    pub fn skip_separators(&mut self) -> Parsed<()> {
        self.cursor.skip_lines()?;
        while self.cursor.eat(';') {
            self.cursor.skip_lines()?;
        }
        Ok(())
    }

    /// All statements: values of variables, and one pipeline.
    fn program(&mut self) -> Parsed<Vec<Stage>> {
        let mut found: Option<Vec<Stage>> = None;
        loop {
            let before = self.cursor.at;
            self.skip_separators()?;
            let between = self.cursor.text[before..self.cursor.at]
                .find(';')
                .map(|at| before + at);
            if self.cursor.peek().is_none() {
                break;
            }
            let at = self.cursor.at;
            if found.is_none() && self.assignment()? {
            } else {
                let stages = match self.statement()? {
                    Some(stages) => stages,
                    None => self.pipeline()?,
                };
                match &mut found {
                    None => found = Some(stages),
                    Some(first) => self.join(first, stages, between, at)?,
                }
            }
            self.cursor.skip_blank()?;
            match self.cursor.peek() {
                None | Some(';') => {}
                Some(c) if is_line_end(c) => self.end_of_line()?,
                Some(c) => return self.foreign(c),
            }
        }
        match found {
            Some(stages) => Ok(stages),
            None => self.cursor.fault(
                "There is no command. A pipeline begins with Get-CsUser, Get-CsClientPinInfo, Get-CsAdminRole, \
                 Import-Csv, Get-Content, Lock-CsClientPin, Unlock-CsClientPin or Set-CsClientPin.",
            ),
        }
    }

    /// Adds a second statement to the first one: the same change of other users.
    fn join(
        &self,
        first: &mut [Stage],
        mut second: Vec<Stage>,
        between: Option<usize>,
        at: usize,
    ) -> Parsed<()> {
        if let (
            [
                Stage {
                    kind: StageKind::Change(first),
                    end,
                    ..
                },
            ],
            [
                Stage {
                    kind: StageKind::Change(second),
                    ..
                },
            ],
        ) = (first, second.as_mut_slice())
            && first.is_like(second)
            && !first.identities.is_empty()
            && !second.identities.is_empty()
        {
            first.identities.append(&mut second.identities);
            *end = self.cursor.at;
            return Ok(());
        }
        match between {
            Some(at) => self.cursor.fault_at(
                at,
                "A ; separates commands, and one pipeline is run at a time. Several are run together only if they are \
                 the same change of several users.",
            ),
            None => self.cursor.fault_at(
                at,
                "This is a second command, and one pipeline is run at a time. Where it belongs to the line before, end \
                 that with | or with a backtick.",
            ),
        }
    }

    /// Stages with `|` between them.
    pub fn pipeline(&mut self) -> Parsed<Vec<Stage>> {
        let first = self.first_stage()?;
        self.further_stages(first)
    }

    /// The stages that follow, each after its `|`.
    pub fn further_stages(&mut self, mut stages: Vec<Stage>) -> Parsed<Vec<Stage>> {
        loop {
            if stages.len() > MOST_STAGES {
                return self
                    .cursor
                    .fault(format!("A pipeline may have {MOST_STAGES} stages."));
            }
            self.cursor.skip_blank()?;
            if let Some(file) = self.redirection()? {
                self.add_stages(&mut stages, vec![file])?;
            }
            if self.cursor.peek() != Some('|') {
                return Ok(stages);
            }
            if self.cursor.second() == Some('|') {
                return self
                    .cursor
                    .fault("|| is not supported. A single | hands on what a stage has found.");
            }
            let at = self.cursor.at;
            self.cursor.bump();
            self.cursor.skip_lines()?;
            if self.cursor.peek().is_none() {
                return self
                    .cursor
                    .fault_at(at, "A cmdlet is missing behind this |.");
            }
            let more = self.stage()?;
            // A change shows nothing here that could be thrown away.
            let is_change = stages
                .last()
                .is_some_and(|stage| stage.kind.change().is_some());
            if !(is_change && more.iter().all(|stage| stage.kind.is_nothing())) {
                self.add_stages(&mut stages, more)?;
            }
        }
    }

    /// Refuses a line that begins with `|`.
    fn end_of_line(&mut self) -> Parsed<()> {
        let at = self.cursor.at;
        self.cursor.skip_lines()?;
        if self.cursor.peek() == Some('|') {
            return self
                .cursor
                .fault("A line cannot begin with |. Write it at the end of the line before.");
        }
        self.cursor.at = at;
        Ok(())
    }

    /// The stages of a cmdlet and its arguments.
    pub fn stage(&mut self) -> Parsed<Vec<Stage>> {
        let at = self.cursor.at;
        if self.cursor.eat('&') {
            self.cursor.skip_blank()?;
            if !self.cursor.peek().is_some_and(is_quote) {
                self.cursor.at = at;
                return self.foreign('&');
            }
            let word = self.cursor.quoted()?;
            return self.stages_named(&word, at);
        }
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
        if word.eq_ignore_ascii_case("ps") || word.eq_ignore_ascii_case("ps>") {
            return self
                .cursor
                .fault_at(at, "This is the prompt of a console. Leave it out.");
        }
        self.stages_named(word, at)
    }

    fn stages_named(&mut self, word: &str, at: usize) -> Parsed<Vec<Stage>> {
        let kinds = self.command(word, at)?;
        let end = self.cursor.at;
        Ok(kinds
            .into_iter()
            .map(|kind| Stage { kind, at, end })
            .collect())
    }

    /// Refuses a part of PowerShell's language that begins with this character, by its name.
    pub fn foreign<T>(&self, c: char) -> Parsed<T> {
        let text = match c {
            ';' => "A ; separates commands, and one pipeline is run at a time.",
            '&' => {
                "& is not supported: neither calling a command by it nor running one in the background."
            }
            '>' => "Only what a pipeline finds is redirected to a file. To compare, write -gt.",
            '<' => "PowerShell has no < either. Begin with Get-Content to read a file.",
            '$' => "A variable cannot stand here.",
            '(' => "A value in brackets cannot stand here.",
            '{' => "A block { } cannot stand here.",
            '@' => "A list @( ) or a table @{ } cannot stand here.",
            '[' => "A type [ ] cannot stand here.",
            ')' | '}' => "This bracket closes nothing.",
            ',' => {
                "A comma is supported only between values. Put a value that holds one in quotes."
            }
            _ => "This is not supported here.",
        };
        self.cursor.fault(text)
    }
}
