//! The output of a command: results, messages, and the progress of long work.

use std::io::{self, BufRead, BufWriter, ErrorKind, Write};
use std::time::{Duration, Instant};

use serde::Serialize;

use super::progress_bar::Ticker;
use super::terminal::Screen;
use super::{CommandEnvironment, ExitStatus, Format};
use crate::domain::text::shown;

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

    /// Writes results as they are.
    pub fn write(&mut self, text: &str) {
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

    /// A writer for results that are bytes.
    pub fn bytes(&mut self) -> &mut dyn Write {
        &mut self.out
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
        let written = serde_json::to_writer_pretty(&mut self.out, results).map_err(io::Error::from);
        let written = written.and_then(|()| self.out.write_all(b"\n"));
        self.note(written);
    }

    /// Writes a message to standard error. An error of writing it is ignored.
    pub fn say(&mut self, text: &str) {
        for line in text.split('\n') {
            drop(writeln!(self.err, "{}", Plain(line)));
        }
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
        drop(write!(self.err, "{}", Plain(prompt)));
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
                self.say(&format!("pindesk: The results cannot be written: {error}. What was changed stays changed."));
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

/// A text for the terminal, with control characters replaced. Names come from files, which could
/// contain terminal commands.
pub(super) struct Plain<'a>(pub &'a str);

impl std::fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use std::fmt::Write as _;
        let text = self.0.replace(char::is_control, " ");
        shown(&text).chars().try_for_each(|c| f.write_char(c))
    }
}
