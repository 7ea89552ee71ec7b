//! The encodings of text files that Windows PowerShell, PowerShell 7, Excel and editors write.

use std::borrow::Cow;

use encoding_rs::{DecoderResult, Encoding};

/// The encoding of a text file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextEncoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    /// One of the code pages that Windows calls ANSI.
    Ansi(&'static Encoding),
}

/// Bytes that are invalid in the encoding: their position in bytes, and the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecodable {
    pub at: usize,
    pub why: &'static str,
}

const ANSI: [(&Encoding, &str); 14] = [
    (encoding_rs::WINDOWS_1252, "Windows-1252 (Western Europe)"),
    (encoding_rs::WINDOWS_1250, "Windows-1250 (Central Europe)"),
    (encoding_rs::WINDOWS_1251, "Windows-1251 (Cyrillic)"),
    (encoding_rs::WINDOWS_1253, "Windows-1253 (Greek)"),
    (encoding_rs::WINDOWS_1254, "Windows-1254 (Turkish)"),
    (encoding_rs::WINDOWS_1255, "Windows-1255 (Hebrew)"),
    (encoding_rs::WINDOWS_1256, "Windows-1256 (Arabic)"),
    (encoding_rs::WINDOWS_1257, "Windows-1257 (Baltic)"),
    (encoding_rs::WINDOWS_1258, "Windows-1258 (Vietnamese)"),
    (encoding_rs::WINDOWS_874, "Windows-874 (Thai)"),
    (encoding_rs::SHIFT_JIS, "Windows-932 (Japanese)"),
    (encoding_rs::GBK, "Windows-936 (Simplified Chinese)"),
    (encoding_rs::EUC_KR, "Windows-949 (Korean)"),
    (encoding_rs::BIG5, "Windows-950 (Traditional Chinese)"),
];

impl TextEncoding {
    /// All encodings that the user can choose.
    pub fn all() -> impl Iterator<Item = Self> {
        [Self::Utf8, Self::Utf16Le, Self::Utf16Be]
            .into_iter()
            .chain(ANSI.iter().map(|&(encoding, _)| Self::Ansi(encoding)))
    }

    /// The code page that a detector names, or the Windows code page with the same letters. If
    /// there is none, it is Windows-1252.
    pub(super) fn ansi(encoding: &'static Encoding) -> Self {
        let of_windows = [
            (encoding_rs::ISO_8859_2, encoding_rs::WINDOWS_1250),
            (encoding_rs::ISO_8859_7, encoding_rs::WINDOWS_1253),
            (encoding_rs::ISO_8859_8, encoding_rs::WINDOWS_1255),
            (encoding_rs::ISO_8859_8_I, encoding_rs::WINDOWS_1255),
        ];
        let encoding = of_windows
            .iter()
            .find(|(other, _)| *other == encoding)
            .map_or(encoding, |(_, windows)| windows);
        let known = ANSI.iter().any(|&(known, _)| known == encoding);
        Self::Ansi(if known {
            encoding
        } else {
            encoding_rs::WINDOWS_1252
        })
    }

    /// The name that is shown.
    pub fn label(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16 (little-endian)",
            Self::Utf16Be => "UTF-16 (big-endian)",
            Self::Ansi(encoding) => ANSI
                .iter()
                .find(|(known, _)| *known == encoding)
                .map_or(encoding.name(), |(_, label)| label),
        }
    }

    /// The word on the command line: `utf-8`, `utf-16le`, `windows-1252`.
    pub fn word(self) -> String {
        match self {
            Self::Utf8 => "utf-8".to_owned(),
            Self::Utf16Le => "utf-16le".to_owned(),
            Self::Utf16Be => "utf-16be".to_owned(),
            Self::Ansi(encoding) => encoding.name().to_ascii_lowercase(),
        }
    }

    /// The encoding with this [word](Self::word), in any case. None if there is none.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::all().find(|encoding| encoding.word().eq_ignore_ascii_case(word.trim()))
    }

    /// The size of a code unit in bytes, which is that of a line feed.
    pub(super) fn unit(self) -> usize {
        match self {
            Self::Utf16Le | Self::Utf16Be => 2,
            Self::Utf8 | Self::Ansi(_) => 1,
        }
    }

    /// The byte-order mark. Code pages have none.
    pub(super) fn mark(self) -> &'static [u8] {
        match self {
            Self::Utf8 => b"\xEF\xBB\xBF",
            Self::Utf16Le => b"\xFF\xFE",
            Self::Utf16Be => b"\xFE\xFF",
            Self::Ansi(_) => b"",
        }
    }

    /// Decodes bytes and appends their text. Invalid bytes become U+FFFD, and the first ones are
    /// returned.
    pub(super) fn decode(self, bytes: &[u8], text: &mut String) -> Option<Undecodable> {
        match self {
            Self::Utf8 => match std::str::from_utf8(bytes) {
                Ok(valid) => {
                    text.push_str(valid);
                    None
                }
                Err(error) => {
                    text.push_str(&String::from_utf8_lossy(bytes));
                    Some(Undecodable {
                        at: error.valid_up_to(),
                        why: "These bytes are not UTF-8",
                    })
                }
            },
            Self::Utf16Le => decode_utf16(bytes, u16::from_le_bytes, text),
            Self::Utf16Be => decode_utf16(bytes, u16::from_be_bytes, text),
            Self::Ansi(encoding) => decode_ansi(encoding, bytes, text),
        }
    }

    /// The bytes of a text, without a byte-order mark. None if the encoding lacks one of its
    /// characters.
    pub(super) fn encode(self, text: &str) -> Option<Cow<'_, [u8]>> {
        match self {
            Self::Utf8 => Some(Cow::Borrowed(text.as_bytes())),
            Self::Utf16Le => Some(Cow::Owned(
                text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            )),
            Self::Utf16Be => Some(Cow::Owned(
                text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            )),
            Self::Ansi(encoding) => {
                let (bytes, _, has_unmappable) = encoding.encode(text);
                (!has_unmappable).then_some(bytes)
            }
        }
    }
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16, text: &mut String) -> Option<Undecodable> {
    let mut problem = None;
    let mut at = 0;
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    for c in char::decode_utf16(units) {
        match c {
            Ok(c) => {
                text.push(c);
                at += 2 * c.len_utf16();
            }
            Err(_lone) => {
                problem.get_or_insert(Undecodable {
                    at,
                    why: "Half of a pair of UTF-16 units stands alone",
                });
                text.push(char::REPLACEMENT_CHARACTER);
                at += 2;
            }
        }
    }
    if bytes.len() % 2 == 1 {
        problem.get_or_insert(Undecodable {
            at,
            why: "The file ends in the middle of a UTF-16 unit",
        });
        text.push(char::REPLACEMENT_CHARACTER);
    }
    problem
}

fn decode_ansi(
    encoding: &'static Encoding,
    bytes: &[u8],
    text: &mut String,
) -> Option<Undecodable> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let (mut problem, mut read) = (None, 0);
    loop {
        let left = bytes.len() - read;
        text.reserve(
            decoder
                .max_utf8_buffer_length(left)
                .unwrap_or(left * 4 + 16),
        );
        let (result, taken) =
            decoder.decode_to_string_without_replacement(&bytes[read..], text, true);
        read += taken;
        match result {
            DecoderResult::InputEmpty => return problem,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(bad, after) => {
                let at = read.saturating_sub(usize::from(bad) + usize::from(after));
                problem.get_or_insert(Undecodable {
                    at,
                    why: "These bytes have no meaning in the code page",
                });
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
    }
}
