//! Mail messages as files: plain text to one person, in the form of RFC 5322 and of MIME.
//!
//! Sources: <https://www.rfc-editor.org/rfc/rfc5322>, headers beyond ASCII:
//! <https://www.rfc-editor.org/rfc/rfc2047>, bodies: <https://www.rfc-editor.org/rfc/rfc2045>.

use std::fmt::Write as _;

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

/// The most characters of a line with an encoded word (RFC 2047, 2), and of a line of the body
/// (RFC 2045, 6.7).
const LINE: usize = 76;
/// The most bytes of text in an encoded word: `=?UTF-8?B?` and `?=` take 12 of its 75 characters, and
/// four characters of Base64 stand for three bytes.
const WORD: usize = 45;

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
    /// The message with lines that end with CR and LF. `X-Unsent` makes Outlook open it as a draft.
    pub fn text(&self) -> String {
        let Self {
            from,
            to_name,
            to,
            subject,
            body,
            date,
        } = self;
        let date = date.format("%a, %d %b %Y %H:%M:%S +0000");
        format!(
            "From: {from}\r\nTo: {}\r\nSubject: {}\r\nDate: {date}\r\nX-Unsent: 1\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}",
            mailbox(to_name, to),
            words(subject),
            quoted_printable(body)
        )
    }
}

/// A name with an address. A long name stands on a line of its own.
fn mailbox(name: &str, address: &str) -> String {
    let name = if is_plain(name) {
        let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
        format!("\"{escaped}\"")
    } else {
        words(name)
    };
    format!("{name}\r\n <{address}>")
}

/// Whether a header can have a text as it is: printable ASCII on one line.
fn is_plain(text: &str) -> bool {
    text.len() <= LINE - 20 && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// The text of a header: as it is, or as encoded words on one line each.
fn words(text: &str) -> String {
    // A text that looks like an encoded word would be decoded.
    if is_plain(text) && !text.contains("=?") {
        return text.to_owned();
    }
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for c in text.chars().filter(|c| !c.is_control()) {
        if word.len() + c.len_utf8() > WORD {
            words.push(std::mem::take(&mut word));
        }
        word.push(c);
    }
    words.push(word);
    let encoded: Vec<String> = words
        .iter()
        .map(|word| format!("=?UTF-8?B?{}?=", base64(word.as_bytes())))
        .collect();
    encoded.join("\r\n ")
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let number = (0..3).fold(0_usize, |number, place| {
            number << 8 | usize::from(three.get(place).copied().unwrap_or_default())
        });
        for place in 0..4 {
            let digit = DIGITS.get(number >> (18 - 6 * place) & 63);
            out.push(match digit {
                Some(digit) if place <= three.len() => char::from(*digit),
                _ => '=',
            });
        }
    }
    out
}

/// A body in the encoding quoted-printable, with soft breaks in long lines.
fn quoted_printable(body: &str) -> String {
    let mut out = String::with_capacity(body.len() + body.len() / 8);
    for line in body.lines() {
        let mut length = 0;
        let last = line.len().saturating_sub(1);
        for (place, byte) in line.bytes().enumerate() {
            let is_plain =
                matches!(byte, b'!'..=b'<' | b'>'..=b'~') || byte == b' ' && place != last;
            let width = if is_plain { 1 } else { 3 };
            if length + width >= LINE {
                out.push_str("=\r\n");
                length = 0;
            }
            if is_plain {
                out.push(char::from(byte));
            } else {
                // Writing into a text does not fail.
                write!(out, "={byte:02X}").unwrap_or_default();
            }
            length += width;
        }
        out.push_str("\r\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_rfc_4648() {
        // The examples of RFC 4648, 10.
        for (text, encoded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(text.as_bytes()), encoded);
        }
    }

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
        let text = mail.text();
        assert!(text.is_ascii());
        for line in text.split("\r\n") {
            assert!(line.len() <= LINE + 10 && !line.contains('\n'), "{line}");
            assert!(line.is_empty() || !line.ends_with(' '), "{line}");
        }
    }
}
