//! Addresses in the form of a URL: `postgresql://user:password@host:port,host:port/database?name=value`
//! (<https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS>).

use super::setting::{AddressFault, AddressSetting, AddressSettings, Source};

/// Reads the settings of a URL.
///
/// # Errors
/// The text is no such URL. The error has the position of the first character that is wrong.
pub(super) fn parse(text: &str) -> Result<AddressSettings, AddressFault> {
    let mut reader = UrlReader { text, at: 0 };
    let mut settings = AddressSettings::default();
    reader.scheme()?;
    reader.account(&mut settings)?;
    reader.hosts(&mut settings)?;
    if reader.skip('/') {
        let part = reader.until(&['?']);
        settings.set(AddressSetting::Database, decoded(part)?, part.position());
    }
    if reader.skip('?') {
        reader.values(&mut settings)?;
    }
    Ok(settings)
}

/// Whether a text begins as a URL of PostgreSQL does.
pub(super) fn is_url(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| {
        ["postgres", "postgresql"].contains(&scheme.to_ascii_lowercase().as_str())
    })
}

/// A part of the text, which begins at a byte of it.
#[derive(Clone, Copy)]
struct UrlPart<'a> {
    whole: &'a str,
    from: usize,
    text: &'a str,
}

impl UrlPart<'_> {
    /// The position of the first character, counted from 1.
    fn position(&self) -> usize {
        self.position_of(0)
    }

    /// The position of the character at a byte of the part, counted from 1.
    fn position_of(&self, byte: usize) -> usize {
        self.whole[..self.from + byte].chars().count() + 1
    }

    fn fault(&self, byte: usize, what: &'static str) -> AddressFault {
        AddressFault::new(Source::Character(self.position_of(byte)), what)
    }
}

struct UrlReader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> UrlReader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip(&mut self, character: char) -> bool {
        let is_there = self.rest().starts_with(character);
        if is_there {
            self.at += character.len_utf8();
        }
        is_there
    }

    /// The part before the next of these characters, or all that is left.
    fn until(&mut self, ends: &[char]) -> UrlPart<'a> {
        let text = self.rest();
        let text = &text[..text.find(ends).unwrap_or(text.len())];
        let part = UrlPart {
            whole: self.text,
            from: self.at,
            text,
        };
        self.at += text.len();
        part
    }

    /// The empty part at the next character.
    fn here(&self) -> UrlPart<'a> {
        UrlPart {
            whole: self.text,
            from: self.at,
            text: "",
        }
    }

    fn fault(&self, what: &'static str) -> AddressFault {
        self.here().fault(0, what)
    }

    fn scheme(&mut self) -> Result<(), AddressFault> {
        self.until(&[':']);
        self.skip(':');
        if !self.rest().starts_with("//") {
            return Err(self.fault("two slashes must follow postgresql:"));
        }
        self.at += 2;
        Ok(())
    }

    /// Reads `user:password@`, if it is there. As in libpq, a slash ends the search for it.
    fn account(&mut self, settings: &mut AddressSettings) -> Result<(), AddressFault> {
        let rest = self.rest();
        if rest
            .find(['@', '/'])
            .is_none_or(|at| !rest[at..].starts_with('@'))
        {
            return Ok(());
        }
        let user = self.until(&[':', '@']);
        settings.set(AddressSetting::User, decoded(user)?, user.position());
        if self.skip(':') {
            let password = self.until(&['@']);
            settings.set(
                AddressSetting::Password,
                decoded(password)?,
                password.position(),
            );
        }
        self.skip('@');
        Ok(())
    }

    /// Reads `host:port,host:port`.
    fn hosts(&mut self, settings: &mut AddressSettings) -> Result<(), AddressFault> {
        let (mut hosts, mut ports) = (Vec::new(), Vec::new());
        let position = self.here().position();
        let mut port_position = position;
        loop {
            let host = if self.skip('[') {
                let host = self.until(&[']', '/', '?']);
                if !self.skip(']') {
                    return Err(
                        self.fault("the bracket around the address of a host is not closed")
                    );
                }
                if !self.rest().is_empty() && !self.rest().starts_with([':', '/', '?', ',']) {
                    return Err(self.fault("a port or a database must follow the host"));
                }
                host
            } else {
                self.until(&[':', '/', '?', ','])
            };
            hosts.push(decoded(host)?);
            let port = if self.skip(':') {
                let port = self.until(&['/', '?', ',']);
                port_position = port.position();
                decoded(port)?
            } else {
                String::new()
            };
            ports.push(port);
            if !self.skip(',') {
                break;
            }
        }
        settings.set(AddressSetting::Host, joined(&hosts), position);
        settings.set(AddressSetting::Port, joined(&ports), port_position);
        Ok(())
    }

    /// Reads `name=value&name=value`.
    fn values(&mut self, settings: &mut AddressSettings) -> Result<(), AddressFault> {
        loop {
            let name = self.until(&['=', '&']);
            if !self.skip('=') {
                return Err(self.fault("a setting has no value"));
            }
            let value = self.until(&['=', '&']);
            if self.rest().starts_with('=') {
                return Err(self.fault("a setting has two values"));
            }
            let setting = setting(&decoded(name)?)
                .ok_or_else(|| name.fault(0, "PinDesk knows no setting of this name"))?;
            settings.set(setting, decoded(value)?, value.position());
            if !self.skip('&') {
                return Ok(());
            }
        }
    }
}

/// The setting of this name.
pub(super) fn setting(name: &str) -> Option<AddressSetting> {
    name.parse().ok()
}

/// Several hosts or ports as one value. Empty if none of them is named.
fn joined(values: &[String]) -> String {
    if values.iter().all(String::is_empty) {
        return String::new();
    }
    values.join(",")
}

/// A part with its `%` and two hexadecimal digits as the bytes that they stand for.
fn decoded(part: UrlPart<'_>) -> Result<String, AddressFault> {
    let mut bytes = Vec::with_capacity(part.text.len());
    let mut rest = part.text.bytes().enumerate();
    while let Some((at, byte)) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || {
            let (_, byte) = rest.next()?;
            char::from(byte).to_digit(16)
        };
        let (Some(high), Some(low)) = (digit(), digit()) else {
            return Err(part.fault(at, "two hexadecimal digits must follow %"));
        };
        match (high * 16 + low) as u8 {
            0 => return Err(part.fault(at, "%00 is no character of a name")),
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).map_err(|_not_unicode| part.fault(0, "this is not UTF-8"))
}
