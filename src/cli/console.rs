//! The output of a command: results, messages, and the progress of long work.

use std::borrow::Cow;
use std::io::{self, BufRead, BufWriter, ErrorKind, Write};
use std::time::{Duration, Instant};

use serde::Serialize;

use super::progress_bar::Ticker;
use super::terminal::Screen;
use super::visible_writer::VisibleWriter;
use super::{CommandEnvironment, ExitStatus, Format};
use crate::domain::visible::{shown, visible_json};
use crate::io_words::cause;

/// The time after which written results are flushed, so that a waiting reader gets them.
const BETWEEN_DELIVERIES: Duration = Duration::from_millis(100);

/// Standard output and standard error, as the command line uses them.
pub(super) struct Console<'a> {
    out: BufWriter<Pipe<'a>>,
    err: &'a mut dyn Write,
    format: Format,
    screen: Screen,
    delivered: Option<Instant>,
    /// The first error of writing results. A closed pipe is no error.
    failed: Option<io::Error>,
}

impl<'a> Console<'a> {
    pub fn new(
        out: &'a mut dyn Write,
        err: &'a mut dyn Write,
        format: Format,
        screen: Screen,
    ) -> Self {
        let out = BufWriter::new(Pipe {
            inner: out,
            is_closed: false,
        });
        Self {
            out,
            err,
            format,
            screen,
            delivered: None,
            failed: None,
        }
    }

    pub fn format(&self) -> Format {
        self.format
    }

    pub fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    pub fn is_text(&self) -> bool {
        self.format == Format::Text
    }

    pub fn screen(&self) -> Screen {
        self.screen
    }

    /// Whether the reader of the results is still there: false after the pipe was closed.
    pub fn is_read(&self) -> bool {
        !self.out.get_ref().is_closed
    }

    /// Writes a piece of JSON or CSV. In JSON for a terminal, hidden characters are escaped; the cells
    /// of CSV must have been made visible.
    pub fn write(&mut self, text: &str) {
        let is_escaped = self.screen.is_terminal && self.format == Format::Json;
        let text = if is_escaped {
            visible_json(text)
        } else {
            Cow::Borrowed(text)
        };
        let written = self.out.write_all(text.as_bytes());
        self.note(written);
    }

    /// Writes a line of results.
    pub fn line(&mut self, text: &str) {
        let written = writeln!(self.out, "{}", Plain(text));
        self.note(written);
    }

    /// Writes a line of results whose only control characters are those of colours.
    pub fn painted(&mut self, line: &str) {
        let written = writeln!(self.out, "{line}");
        self.note(written);
    }

    /// A writer for the lines of a file, which goes to standard output. `is_csv` says whether its
    /// quotes may run over several lines.
    pub fn file(&mut self, is_csv: bool) -> Box<dyn Write + '_> {
        if self.screen.is_terminal {
            Box::new(VisibleWriter::new(&mut self.out, is_csv))
        } else {
            Box::new(&mut self.out)
        }
    }

    /// Flushes the first results at once, and later ones at most every `BETWEEN_DELIVERIES`.
    pub fn deliver(&mut self) {
        if self
            .delivered
            .is_none_or(|last| last.elapsed() > BETWEEN_DELIVERIES)
        {
            let flushed = self.out.flush();
            self.note(flushed);
            self.delivered = Some(Instant::now());
        }
    }

    /// Keeps the first error of writing results, which `finish` reports.
    pub fn fail(&mut self, error: io::Error) {
        self.failed.get_or_insert(error);
    }

    /// Writes results as one JSON document.
    pub fn json(&mut self, results: &impl Serialize) {
        if !self.screen.is_terminal {
            let written = serde_json::to_writer_pretty(&mut self.out, results);
            self.note(written.map_err(io::Error::from));
            self.write("\n");
            return;
        }
        match serde_json::to_string_pretty(results) {
            Ok(text) => self.write(&format!("{text}\n")),
            Err(error) => self.fail(error.into()),
        }
    }

    /// Writes a message to standard error. An error of writing it is ignored.
    pub fn say(&mut self, text: &str) {
        let lines: Vec<_> = text.split('\n').map(shown).collect();
        // Standard error has no buffer, so the whole message is one write.
        drop(self.err.write_all((lines.join("\n") + "\n").as_bytes()));
    }

    /// Asks a question and reads the answer on the same line. None at the end of the input. An
    /// answer that is not typed at a terminal is written after the question, so that the output
    /// shows both.
    pub fn ask(
        &mut self,
        prompt: &str,
        is_typed: bool,
        answers: &mut dyn BufRead,
    ) -> io::Result<Option<String>> {
        let flushed = self.out.flush();
        self.note(flushed);
        drop(self.err.write_all(shown(prompt).as_bytes()));
        drop(self.err.flush());
        let mut answer = String::new();
        let read = answers.read_line(&mut answer)?;
        let answer = answer.trim_start_matches('\u{feff}').trim();
        if !is_typed || read == 0 {
            self.say(answer);
        }
        Ok((read > 0).then(|| answer.to_owned()))
    }

    /// Shows the progress of long work until the returned value is dropped, if standard error is a
    /// terminal.
    pub fn watch<'b>(
        &'b mut self,
        title: &'static str,
        environment: &CommandEnvironment,
    ) -> Ticker<'b> {
        Ticker::new(
            environment.is_watched.then_some(&mut *self.err),
            title,
            self.screen.width,
        )
    }

    /// Flushes the results. If results could not be written, reports the error and returns at least
    /// [`ExitStatus::IN_PART`].
    pub fn finish(mut self, status: ExitStatus) -> ExitStatus {
        let flushed = self.out.flush();
        self.note(flushed);
        match self.failed.take() {
            None => status,
            Some(error) => {
                self.say(&format!(
                    "pindesk: The results cannot be written: {}. What was changed stays changed.",
                    cause(&error)
                ));
                ExitStatus(status.0.max(ExitStatus::IN_PART.0))
            }
        }
    }

    fn note(&mut self, written: io::Result<()>) {
        if let Err(error) = written {
            self.fail(error);
        }
    }
}

/// Standard output, whose reader may close the pipe early, as `| head` does. After that, results
/// are dropped without an error.
struct Pipe<'a> {
    inner: &'a mut dyn Write,
    is_closed: bool,
}

impl Write for Pipe<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_closed {
            return Ok(bytes.len());
        }
        match self.inner.write(bytes) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.is_closed = true;
                Ok(bytes.len())
            }
            written => written,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.inner.flush() {
            Err(error) if self.is_closed || error.kind() == ErrorKind::BrokenPipe => Ok(()),
            flushed => flushed,
        }
    }
}

/// A text for the terminal, with hidden characters replaced. Names come from files, which could
/// contain terminal commands.
pub(super) struct Plain<'a>(pub &'a str);

impl std::fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&shown(self.0))
    }
}
