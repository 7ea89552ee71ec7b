//! Addresses in the form of settings: `host=db.litwareinc.com dbname=pindesk user=ann`
//! (<https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-KEYWORD-VALUE>).

use std::iter::Peekable;
use std::str::Chars;

use super::setting::{AddressFault, AddressSettings, Source};
use super::url::setting;

/// Reads settings with spaces between them. Quotes are around a value with spaces, and a backslash
/// is before a quote or a backslash in a value.
///
/// # Errors
/// The text has another form. The error has the position of the first character that is wrong.
pub(super) fn parse(text: &str) -> Result<AddressSettings, AddressFault> {
    let mut reader = PairReader {
        rest: text.chars().peekable(),
        position: 1,
    };
    let mut settings = AddressSettings::default();
    loop {
        reader.skip_spaces();
        let name_position = reader.position;
        let Some(name) = reader.name()? else {
            return Ok(settings);
        };
        let position = reader.position;
        let value = reader.value()?;
        let setting = setting(&name)
            .ok_or_else(|| fault(name_position, "PinDesk knows no setting of this name"))?;
        settings.set(setting, value, position);
    }
}

fn fault(position: usize, what: &'static str) -> AddressFault {
    AddressFault::new(Source::Character(position), what)
}

struct PairReader<'a> {
    rest: Peekable<Chars<'a>>,
    /// The position of the next character, counted from 1.
    position: usize,
}

impl PairReader<'_> {
    fn next(&mut self) -> Option<char> {
        self.position += 1;
        self.rest.next()
    }

    fn skip_spaces(&mut self) {
        while self.rest.peek().is_some_and(char::is_ascii_whitespace) {
            self.next();
        }
    }

    /// The name before an equals sign, which is skipped with the spaces around it. None at the end
    /// of the text.
    fn name(&mut self) -> Result<Option<String>, AddressFault> {
        let mut name = String::new();
        while let Some(c) = self
            .rest
            .peek()
            .filter(|c| **c != '=' && !c.is_ascii_whitespace())
        {
            name.push(*c);
            self.next();
        }
        if name.is_empty() && self.rest.peek().is_none() {
            return Ok(None);
        }
        self.skip_spaces();
        if self.rest.peek() != Some(&'=') {
            return Err(fault(
                self.position,
                "an equals sign must follow the name of a setting",
            ));
        }
        self.next();
        self.skip_spaces();
        Ok(Some(name))
    }

    fn value(&mut self) -> Result<String, AddressFault> {
        let start = self.position;
        let is_quoted = self.rest.peek() == Some(&'\'');
        if is_quoted {
            self.next();
        }
        let mut value = String::new();
        loop {
            match self.rest.peek().copied() {
                None if is_quoted => return Err(fault(start, "this quote is not closed")),
                None => return Ok(value),
                Some('\'') if is_quoted => {
                    self.next();
                    return Ok(value);
                }
                Some(c) if !is_quoted && c.is_ascii_whitespace() => return Ok(value),
                Some('\\') => {
                    self.next();
                    value.extend(self.next());
                }
                Some('\0') => return Err(fault(self.position, "a value has no such character")),
                Some(c) => {
                    value.push(c);
                    self.next();
                }
            }
        }
    }
}
