//! Mail messages as files: plain text to one person, in the form of RFC 5322
//! (<https://www.rfc-editor.org/rfc/rfc5322>) and of MIME. The crate mail-builder encodes them.

use std::io;

use mail_builder::MessageBuilder;
use mail_builder::headers::raw::Raw;

use crate::domain::Time;

/// A message before it is written.
pub(super) struct Mail<'a> {
    pub from: &'a str,
    pub to_name: &'a str,
    pub to: &'a str,
    pub subject: &'a str,
    /// Lines that end with `\n`.
    pub body: &'a str,
    pub date: Time,
}

/// Whether a text is a plain address, `local@domain` in ASCII, which needs no quotes.
pub fn is_mail_address(text: &str) -> bool {
    let is_atom = |text: &str| {
        !text.is_empty()
            && text.split('.').all(|part| !part.is_empty())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+-/=?^_`{|}~".contains(&byte))
    };
    text.split_once('@')
        .is_some_and(|(local, domain)| is_atom(local) && is_atom(domain))
}

impl Mail<'_> {
    /// Writes the message, whose lines end with CR and LF. `X-Unsent` makes Outlook open it as a draft.
    ///
    /// # Errors
    /// The message could not be written.
    pub fn write(&self, out: impl io::Write) -> io::Result<()> {
        let sent_by = self.from.rsplit('@').next().unwrap_or_default();
        let id = format!(
            "{}.{}@{sent_by}",
            self.date.timestamp_micros(),
            self.to.replace('@', ".")
        );
        MessageBuilder::new()
            .from(self.from)
            .to((self.to_name, self.to))
            .subject(self.subject)
            .date(self.date.timestamp())
            .message_id(id)
            .header("X-Unsent", Raw::new("1"))
            .text_body(self.body.replace('\n', "\r\n"))
            .write_to(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_plain_ones() {
        for address in ["kenmyer@litwareinc.com", "o'neil+pin@x-y.example"] {
            assert!(is_mail_address(address), "{address}");
        }
        for other in [
            "kenmyer",
            "@x",
            "a@",
            "a b@x",
            "a@b@c",
            "a..b@x",
            "jörg@x.com",
            "a,b@x",
            "a\r\n@x",
        ] {
            assert!(!is_mail_address(other), "{other:?}");
        }
    }

    #[test]
    fn no_line_is_longer_than_mail_allows() {
        let long = "Zoë ".repeat(60);
        let mail = Mail {
            from: "pin@litwareinc.com",
            to_name: &long,
            to: "zoe@litwareinc.com",
            subject: &long,
            body: &format!("{long}\n\nA line that ends with a blank \n"),
            date: "2026-11-22T12:00:00Z".parse().unwrap(),
        };
        let mut text = Vec::new();
        mail.write(&mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(text.is_ascii());
        for line in text.split("\r\n") {
            // RFC 5322, 2.1.1.
            assert!(line.len() <= 78 && !line.contains('\n'), "{line}");
        }
    }
}
