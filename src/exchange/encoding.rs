//! The encodings of text files that Windows PowerShell, PowerShell 7, Excel, consoles and editors write.

use std::borrow::Cow;

use encoding_rs::{DecoderResult, Encoding};
use strum::{EnumMessage as _, VariantArray as _};

use super::code_tables::{self, CodeTable};

/// The encoding of a text file: Unicode, the code pages that Windows calls ANSI, those of DOS that it
/// calls OEM, and those of the Mac. Its name is the word on the command line, in any case.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    strum::EnumMessage,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[strum(ascii_case_insensitive)]
pub enum TextEncoding {
    #[strum(serialize = "utf-8", message = "UTF-8")]
    Utf8,
    #[strum(serialize = "utf-16le", message = "UTF-16 (little-endian)")]
    Utf16Le,
    #[strum(serialize = "utf-16be", message = "UTF-16 (big-endian)")]
    Utf16Be,
    #[strum(serialize = "windows-1252", message = "Windows-1252 (Western Europe)")]
    Windows1252,
    #[strum(serialize = "windows-1250", message = "Windows-1250 (Central Europe)")]
    Windows1250,
    #[strum(serialize = "windows-1251", message = "Windows-1251 (Cyrillic)")]
    Windows1251,
    #[strum(serialize = "windows-1253", message = "Windows-1253 (Greek)")]
    Windows1253,
    #[strum(serialize = "windows-1254", message = "Windows-1254 (Turkish)")]
    Windows1254,
    #[strum(serialize = "windows-1255", message = "Windows-1255 (Hebrew)")]
    Windows1255,
    #[strum(serialize = "windows-1256", message = "Windows-1256 (Arabic)")]
    Windows1256,
    #[strum(serialize = "windows-1257", message = "Windows-1257 (Baltic)")]
    Windows1257,
    #[strum(serialize = "windows-1258", message = "Windows-1258 (Vietnamese)")]
    Windows1258,
    #[strum(serialize = "windows-874", message = "Windows-874 (Thai)")]
    Windows874,
    #[strum(serialize = "shift_jis", message = "Windows-932 (Japanese)")]
    ShiftJis,
    #[strum(serialize = "gbk", message = "Windows-936 (Simplified Chinese)")]
    Gbk,
    #[strum(serialize = "euc-kr", message = "Windows-949 (Korean)")]
    EucKr,
    #[strum(serialize = "big5", message = "Windows-950 (Traditional Chinese)")]
    Big5,
    #[strum(
        to_string = "ibm850",
        serialize = "cp850",
        message = "MS-DOS 850 (Western Europe)"
    )]
    Ibm850,
    #[strum(
        to_string = "ibm437",
        serialize = "cp437",
        message = "MS-DOS 437 (United States)"
    )]
    Ibm437,
    #[strum(
        to_string = "ibm852",
        serialize = "cp852",
        message = "MS-DOS 852 (Central Europe)"
    )]
    Ibm852,
    #[strum(
        to_string = "ibm866",
        serialize = "cp866",
        message = "MS-DOS 866 (Cyrillic)"
    )]
    Ibm866,
    #[strum(
        to_string = "ibm737",
        serialize = "cp737",
        message = "MS-DOS 737 (Greek)"
    )]
    Ibm737,
    #[strum(
        to_string = "ibm857",
        serialize = "cp857",
        message = "MS-DOS 857 (Turkish)"
    )]
    Ibm857,
    #[strum(
        to_string = "ibm775",
        serialize = "cp775",
        message = "MS-DOS 775 (Baltic)"
    )]
    Ibm775,
    #[strum(serialize = "macintosh", message = "Mac (Western Europe)")]
    Macintosh,
    #[strum(serialize = "x-mac-ce", message = "Mac (Central Europe)")]
    MacCentralEurope,
    #[strum(serialize = "x-mac-cyrillic", message = "Mac (Cyrillic)")]
    MacCyrillic,
}

/// Bytes that are invalid in the encoding: their position in bytes, and the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecodable {
    pub at: usize,
    pub why: &'static str,
}

const NO_MEANING: &str = "These bytes have no meaning in the code page";

impl TextEncoding {
    /// The name that is shown.
    pub fn label(self) -> &'static str {
        self.get_message().unwrap_or_default()
    }

    /// The word on the command line: `utf-8`, `utf-16le`, `windows-1252`.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Whether it is UTF-8 or UTF-16, which have all characters and can begin with a byte-order mark.
    pub fn is_unicode(self) -> bool {
        matches!(self, Self::Utf8 | Self::Utf16Le | Self::Utf16Be)
    }

    /// The code page of the WHATWG Encoding Standard. None for UTF-8 and UTF-16, and for code pages
    /// that the standard lacks.
    pub fn code_page(self) -> Option<&'static Encoding> {
        Some(match self {
            Self::Utf8 | Self::Utf16Le | Self::Utf16Be => return None,
            Self::Ibm437 | Self::Ibm737 | Self::Ibm775 | Self::Ibm850 => return None,
            Self::Ibm852 | Self::Ibm857 | Self::MacCentralEurope => return None,
            Self::Windows1252 => encoding_rs::WINDOWS_1252,
            Self::Windows1250 => encoding_rs::WINDOWS_1250,
            Self::Windows1251 => encoding_rs::WINDOWS_1251,
            Self::Windows1253 => encoding_rs::WINDOWS_1253,
            Self::Windows1254 => encoding_rs::WINDOWS_1254,
            Self::Windows1255 => encoding_rs::WINDOWS_1255,
            Self::Windows1256 => encoding_rs::WINDOWS_1256,
            Self::Windows1257 => encoding_rs::WINDOWS_1257,
            Self::Windows1258 => encoding_rs::WINDOWS_1258,
            Self::Windows874 => encoding_rs::WINDOWS_874,
            Self::ShiftJis => encoding_rs::SHIFT_JIS,
            Self::Gbk => encoding_rs::GBK,
            Self::EucKr => encoding_rs::EUC_KR,
            Self::Big5 => encoding_rs::BIG5,
            Self::Ibm866 => encoding_rs::IBM866,
            Self::Macintosh => encoding_rs::MACINTOSH,
            Self::MacCyrillic => encoding_rs::X_MAC_CYRILLIC,
        })
    }

    /// The code page that the WHATWG Encoding Standard lacks.
    fn table(self) -> Option<&'static CodeTable> {
        Some(match self {
            Self::Ibm437 => &code_tables::IBM437,
            Self::Ibm737 => &code_tables::IBM737,
            Self::Ibm775 => &code_tables::IBM775,
            Self::Ibm850 => &code_tables::IBM850,
            Self::Ibm852 => &code_tables::IBM852,
            Self::Ibm857 => &code_tables::IBM857,
            Self::MacCentralEurope => &code_tables::MAC_CENTRAL_EUROPE,
            _ => return None,
        })
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
        Self::VARIANTS
            .iter()
            .copied()
            .find(|known| known.code_page() == Some(encoding))
            .unwrap_or(Self::Windows1252)
    }

    /// The size of a code unit in bytes, which is that of a line feed.
    pub(super) fn unit(self) -> usize {
        match self {
            Self::Utf16Le | Self::Utf16Be => 2,
            _ => 1,
        }
    }

    /// The byte-order mark. Code pages have none.
    pub(super) fn mark(self) -> &'static [u8] {
        match self {
            Self::Utf8 => b"\xEF\xBB\xBF",
            Self::Utf16Le => b"\xFF\xFE",
            Self::Utf16Be => b"\xFE\xFF",
            _ => b"",
        }
    }

    /// Decodes bytes and appends their text. Invalid bytes become U+FFFD, and the first ones are
    /// returned.
    pub fn decode(self, bytes: &[u8], text: &mut String) -> Option<Undecodable> {
        if let Some(code_page) = self.code_page() {
            return decode_ansi(code_page, bytes, text);
        }
        if let Some(table) = self.table() {
            let at = table.decode(bytes, text)?;
            return Some(Undecodable {
                at,
                why: NO_MEANING,
            });
        }
        match self {
            Self::Utf16Le => decode_utf16(encoding_rs::UTF_16LE, bytes, u16::from_le_bytes, text),
            Self::Utf16Be => decode_utf16(encoding_rs::UTF_16BE, bytes, u16::from_be_bytes, text),
            _ => decode_utf8(bytes, text),
        }
    }

    /// The bytes of a text, without a byte-order mark. None if the encoding lacks one of its
    /// characters.
    pub fn encode(self, text: &str) -> Option<Cow<'_, [u8]>> {
        if let Some(code_page) = self.code_page() {
            let (bytes, _, has_unmappable) = code_page.encode(text);
            return (!has_unmappable).then_some(bytes);
        }
        if let Some(table) = self.table() {
            return table.encode(text).map(Cow::Owned);
        }
        let units = text.encode_utf16();
        Some(match self {
            Self::Utf16Le => Cow::Owned(units.flat_map(u16::to_le_bytes).collect()),
            Self::Utf16Be => Cow::Owned(units.flat_map(u16::to_be_bytes).collect()),
            _ => Cow::Borrowed(text.as_bytes()),
        })
    }
}

fn decode_utf8(bytes: &[u8], text: &mut String) -> Option<Undecodable> {
    match std::str::from_utf8(bytes) {
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
    }
}

/// Decodes UTF-16. Valid bytes take the library's fast way; others are decoded unit by unit, to
/// find the first one that is invalid.
fn decode_utf16(
    encoding: &'static Encoding,
    bytes: &[u8],
    unit: fn([u8; 2]) -> u16,
    text: &mut String,
) -> Option<Undecodable> {
    let before = text.len();
    let mut decoder = encoding.new_decoder_without_bom_handling();
    text.reserve(
        decoder
            .max_utf8_buffer_length(bytes.len())
            .unwrap_or_default(),
    );
    let (result, _) = decoder.decode_to_string_without_replacement(bytes, text, true);
    if result == DecoderResult::InputEmpty {
        return None;
    }
    text.truncate(before);
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
                    why: NO_MEANING,
                });
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
    }
}
