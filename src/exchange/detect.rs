//! Finds out the kind of a file and the encoding of its text, by the byte-order marks and encodings of
//! the WHATWG Encoding Standard (<https://encoding.spec.whatwg.org>).

use std::io::Read;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

use super::code_guess::Words;
use super::encoding::TextEncoding;
use super::error::ReadError;
use super::foreign::{BINARY, foreign};
use crate::progress::Progress;

/// The encoding of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Survey {
    pub encoding: TextEncoding,
    pub certainty: Certainty,
    /// The size of the file in bytes.
    pub size: u64,
}

/// The certainty of the encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// The file has a byte-order mark.
    Mark,
    /// The whole text is plain ASCII, which every encoding but UTF-16 reads alike.
    Ascii,
    /// The whole text is strictly valid UTF-8. Text in other encodings hardly ever is by accident.
    Valid,
    /// A guess from the bytes. The user should check the names.
    Guess,
    /// The user chose it.
    Chosen,
}

/// Code pages in which the bytes of a letter of UTF-8 are two signs that no text has beside each
/// other, as in `Ã¼`. One such letter shows that the text is UTF-8 with damaged rows, or joined with
/// a text in another encoding.
const LATIN: [TextEncoding; 4] = [
    TextEncoding::Windows1252,
    TextEncoding::Windows1250,
    TextEncoding::Windows1254,
    TextEncoding::Windows1257,
];
const SMALLEST_CHUNK: usize = 1 << 12;
const CHUNK: usize = 1 << 16;
/// Bytes of text with other characters than ASCII that are enough for a guess.
const ENOUGH_TO_GUESS: usize = 1 << 20;

/// Reads the whole file, or only its start when its first bytes or the user's choice decide the
/// encoding.
///
/// # Errors
/// The file cannot be read, is empty or is not a table, or the work was cancelled.
pub(super) fn survey(
    file: &mut dyn Read,
    size: u64,
    chosen: Option<TextEncoding>,
    progress: &dyn Progress,
) -> Result<Survey, ReadError> {
    let mut surveying = Surveying::default();
    let mut buffer =
        vec![0; usize::try_from(size).map_or(CHUNK, |size| size.clamp(SMALLEST_CHUNK, CHUNK))];
    let (mut kept, mut read) = (0, 0_u64);
    loop {
        let count = fill(file, &mut buffer[kept..])?;
        let is_last = count < buffer.len() - kept;
        if read == 0 {
            surveying.begin(&buffer[..count], chosen)?;
            if surveying.known.is_some() {
                return Ok(surveying.end(size));
            }
        }
        read += count as u64;
        kept = surveying.examine(&mut buffer, kept + count, is_last);
        progress.advance(read, size);
        if progress.is_cancelled() {
            return Err(ReadError::Cancelled);
        }
        if is_last {
            return Ok(surveying.end(read));
        }
    }
}

fn fill(file: &mut dyn Read, buffer: &mut [u8]) -> Result<usize, ReadError> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(filled)
}

struct Surveying {
    /// The encoding, if the first bytes or the user's choice decide it.
    known: Option<(TextEncoding, Certainty)>,
    is_ascii: bool,
    is_utf8: bool,
    /// Text with other characters than ASCII, for a guess. Most files need none.
    sample: Vec<u8>,
    words: Words,
    /// Characters of several bytes that are valid UTF-8, and sequences that are not.
    good: u64,
    bad: u64,
}

impl Default for Surveying {
    fn default() -> Self {
        Self {
            known: None,
            is_ascii: true,
            is_utf8: true,
            sample: Vec::new(),
            words: Words::default(),
            good: 0,
            bad: 0,
        }
    }
}

impl Surveying {
    fn begin(&mut self, start: &[u8], chosen: Option<TextEncoding>) -> Result<(), ReadError> {
        if start.is_empty() {
            return Err(ReadError::Empty);
        }
        if let Some(foreign) = foreign(start) {
            return Err(foreign);
        }
        let marked = [
            TextEncoding::Utf8,
            TextEncoding::Utf16Le,
            TextEncoding::Utf16Be,
        ];
        if start.starts_with(b"\xFF\xFE\0\0") || start.starts_with(b"\0\0\xFE\xFF") {
            return Err(ReadError::Foreign {
                what: "a text in UTF-32",
                hint: "Save it as UTF-8 or UTF-16.",
            });
        }
        let mark = marked
            .into_iter()
            .find(|encoding| start.starts_with(encoding.mark()));
        self.known = match (mark, chosen) {
            (Some(mark), _) if chosen.is_none_or(|chosen| chosen == mark) => {
                Some((mark, Certainty::Mark))
            }
            (_, Some(chosen)) => Some((chosen, Certainty::Chosen)),
            (_, None) => unmarked_utf16(start)?.map(|encoding| (encoding, Certainty::Guess)),
        };
        if self.known.is_none() && is_noise(start) {
            return Err(BINARY);
        }
        match self.known {
            // Windows PowerShell writes XML and JSON in UTF-16.
            Some((encoding @ (TextEncoding::Utf16Le | TextEncoding::Utf16Be), _)) => {
                let mut text = String::new();
                encoding.decode(&start[..start.len().min(SMALLEST_CHUNK)], &mut text);
                foreign(text.trim_start_matches('\u{FEFF}').as_bytes()).map_or(Ok(()), Err)
            }
            _ => Ok(()),
        }
    }

    /// Examines the filled part of the buffer. Returns the number of bytes at its end that belong
    /// to a character that continues after it; they are moved to the start of the buffer.
    fn examine(&mut self, buffer: &mut [u8], filled: usize, is_last: bool) -> usize {
        let bytes = &buffer[..filled];
        if bytes.is_ascii() {
            return 0;
        }
        self.is_ascii = false;
        let mut whole = filled;
        if self.is_utf8
            && let Err(error) = std::str::from_utf8(bytes)
        {
            // A character that the end of the buffer cuts is complete with the next bytes.
            let is_cut = error.error_len().is_none() && !is_last;
            self.is_utf8 = is_cut;
            whole = if is_cut { error.valid_up_to() } else { filled };
        }
        if self.is_utf8 {
            // A character of several bytes has exactly one first byte.
            self.good += bytes[..whole].iter().filter(|&&byte| byte >= 0xC0).count() as u64;
        }
        let damaged = if self.is_utf8 { &[] } else { &bytes[..whole] };
        for chunk in damaged.utf8_chunks() {
            self.good += chunk.valid().chars().filter(|c| !c.is_ascii()).count() as u64;
            // A character that the end of the file cuts is no evidence against UTF-8.
            let is_cut = is_last && whole == filled && bytes.ends_with(chunk.invalid());
            self.bad += u64::from(!chunk.invalid().is_empty() && !is_cut);
        }
        if self.sample.len() < ENOUGH_TO_GUESS {
            self.sample.extend_from_slice(&bytes[..whole]);
            if !self.is_utf8 {
                self.words.add(&bytes[..whole]);
            }
        }
        buffer.copy_within(whole..filled, 0);
        filled - whole
    }

    fn end(self, size: u64) -> Survey {
        let (encoding, certainty) = match self.known {
            Some(known) => known,
            None if self.is_ascii => (TextEncoding::Utf8, Certainty::Ascii),
            None if self.is_utf8 => (TextEncoding::Utf8, Certainty::Valid),
            // A few damaged characters make their rows unreadable; another encoding would change
            // all other characters.
            None if self.good > 4 * self.bad => (TextEncoding::Utf8, Certainty::Guess),
            None => {
                let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
                detector.feed(&self.sample, true);
                let guess = TextEncoding::ansi(detector.guess(None, Utf8Detection::Deny));
                let checked = self.words.checked(guess);
                let is_utf8 = self.good > 0 && LATIN.contains(&guess) && LATIN.contains(&checked);
                let encoding = if is_utf8 { TextEncoding::Utf8 } else { checked };
                (encoding, Certainty::Guess)
            }
        };
        Survey {
            encoding,
            certainty,
            size,
        }
    }
}

/// Recognizes UTF-16 without a byte-order mark by its NUL bytes. In Latin text, most bytes at
/// either the even or the odd positions are NUL. In other scripts, NUL appears at only one of the
/// two kinds of positions. A file with many other NUL bytes is not text.
fn unmarked_utf16(start: &[u8]) -> Result<Option<TextEncoding>, ReadError> {
    let start = &start[..start.len().min(4096)];
    let nuls = |first: usize| {
        start
            .iter()
            .skip(first)
            .step_by(2)
            .filter(|&&byte| byte == 0)
            .count()
    };
    let (even, odd) = (nuls(0), nuls(1));
    let units = start.len() / 2;
    if even + odd == 0 {
        Ok(None)
    } else if begins_as_bytes(start)
        && (even + odd) * 50 > start.len().max(100)
        && (even * 8 < odd || odd * 8 < even)
    {
        Err(TWO_ENCODINGS)
    } else if odd * 2 > units && even * 8 < units {
        Ok(Some(TextEncoding::Utf16Le))
    } else if even * 2 > units && odd * 8 < units {
        Ok(Some(TextEncoding::Utf16Be))
    } else if (even + odd) * 50 <= start.len().max(100) {
        // A stray NUL in a text makes its row unreadable, not the file.
        Ok(None)
    } else if even == 0 && is_text(TextEncoding::Utf16Le, start) {
        Ok(Some(TextEncoding::Utf16Le))
    } else if odd == 0 && is_text(TextEncoding::Utf16Be, start) {
        Ok(Some(TextEncoding::Utf16Be))
    } else {
        Err(BINARY)
    }
}

const TWO_ENCODINGS: ReadError = ReadError::Foreign {
    what: "a text of two encodings: lines in UTF-16 were added to another text",
    hint: "Windows PowerShell does that with >> and Out-File -Append. Make it again with Export-Csv -Append, or with -Encoding UTF8 in each command.",
};

/// Whether the first line is in an encoding of single bytes: UTF-16 has a NUL in or after it.
fn begins_as_bytes(start: &[u8]) -> bool {
    let Some(end) = start.iter().position(|byte| *byte == b'\n') else {
        return false;
    };
    let is_text = |byte: &u8| byte.is_ascii_graphic() || matches!(byte, b' ' | b'\t' | b'\r');
    end > 1 && start[..end].iter().all(is_text) && start.get(end + 1).is_some_and(|byte| *byte != 0)
}

/// Whether bytes that are no UTF-8 have too many control characters for a text. Those of line ends,
/// columns and pages, the end of old files, and the beginning of another script stand in texts.
fn is_noise(start: &[u8]) -> bool {
    const IN_TEXTS: [u8; 6] = [b'\t', b'\r', b'\n', 0x0C, 0x1A, 0x1B];
    let start = &start[..start.len().min(4096)];
    let controls = start
        .iter()
        .filter(|byte| byte.is_ascii_control() && !IN_TEXTS.contains(byte));
    std::str::from_utf8(start).is_err_and(|error| error.error_len().is_some())
        && controls.count() * 16 > start.len().max(256)
}

fn is_text(encoding: TextEncoding, start: &[u8]) -> bool {
    let mut text = String::new();
    // The last character may be cut.
    let problem = encoding
        .decode(start, &mut text)
        .filter(|problem| problem.at + 4 <= start.len());
    let has_lines = text.contains(['\r', '\n']);
    problem.is_none()
        && has_lines
        && !text.contains(|c: char| c.is_control() && !matches!(c, '\t' | '\r' | '\n'))
}
