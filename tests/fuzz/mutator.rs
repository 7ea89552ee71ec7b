//! Changes inputs at random: bits, pieces, words of the format, numbers at limits, invalid UTF-8
//! and characters that show nothing.

use crate::chance::Chance;

/// The most changes of one input.
const MOST_CHANGES: usize = 8;
/// The longest piece that is removed, moved or repeated, in bytes.
const LONGEST_PIECE: usize = 32;
const MOST_REPETITIONS: usize = 40;

/// Numbers at which a type, a format or the calendar ends.
const LIMITS: [&str; 24] = [
    "0",
    "-1",
    "1e308",
    "-1e-308",
    "NaN",
    "127",
    "255",
    "256",
    "999",
    "1000",
    "9999",
    "16384",
    "32767",
    "65535",
    "65536",
    "1048576",
    "2147483647",
    "2147483648",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "99999999999999999999999999",
];

/// Bytes that are never valid, and the starts and ends of longer characters without their rest.
const INVALID_UTF8: [&[u8]; 7] = [
    b"\xFF",
    b"\x80",
    b"\xC3",
    b"\xE2\x82",
    b"\xED\xA0\x80",
    b"\xC0\xAF",
    b"\xF4\x90\x80\x80",
];

/// Characters that show nothing, change the direction of text, or are more than one by another
/// count.
const UNUSUAL: [&str; 18] = [
    "\0",
    "\u{1}",
    "\u{1B}[31m",
    "\u{7F}",
    "\u{85}",
    "\u{AD}",
    "\u{A0}",
    "\u{200B}",
    "\u{200D}",
    "\u{200E}",
    "\u{202E}",
    "\u{2028}",
    "\u{3000}",
    "\u{FE0F}",
    "\u{FEFF}",
    "e\u{301}",
    "\u{130}",
    "\u{1F600}",
];

/// The inputs that are changed, and the words of their format.
pub struct Mutator<'a> {
    pub inputs: &'a [Vec<u8>],
    pub words: &'a [&'a [u8]],
    /// The longest input, in bytes.
    pub longest: usize,
}

impl Mutator<'_> {
    /// Makes the next input.
    pub fn next(&self, chance: &mut Chance, input: &mut Vec<u8>) {
        input.clear();
        input.extend_from_slice(&self.inputs[chance.below(self.inputs.len())]);
        for _ in 0..chance.below(MOST_CHANGES) {
            self.change(chance, input);
        }
        input.truncate(self.longest);
    }

    fn change(&self, chance: &mut Chance, input: &mut Vec<u8>) {
        let at = chance.below(input.len() + 1);
        let end = (at + chance.below(LONGEST_PIECE)).min(input.len());
        match chance.below(14) {
            0 if at < input.len() => input[at] ^= 1 << chance.below(8),
            1 if at < input.len() => input[at] = chance.next().to_le_bytes()[0],
            2 => drop(input.drain(at..end)),
            3 => {
                let piece = input[at..end].to_vec();
                let to = chance.below(input.len() + 1);
                input.splice(to..to, piece);
            }
            4 => {
                let piece = input[at..end].repeat(chance.below(MOST_REPETITIONS));
                input.splice(at..at, piece);
            }
            5 => input.truncate(at),
            6 => {
                let other = &self.inputs[chance.below(self.inputs.len())];
                input.truncate(at);
                input.extend_from_slice(&other[chance.below(other.len() + 1)..]);
            }
            7 => {
                let other = &self.inputs[chance.below(self.inputs.len())];
                let from = chance.below(other.len() + 1);
                let to = (from + chance.below(LONGEST_PIECE)).min(other.len());
                input.splice(at..end, other[from..to].iter().copied());
            }
            8 => {
                let number = number_at(input, at).unwrap_or(at..at);
                input.splice(number, chance.pick(&LIMITS).bytes());
            }
            9 => drop(input.splice(at..at, chance.pick(&INVALID_UTF8).iter().copied())),
            10 => drop(input.splice(at..at, chance.pick(&UNUSUAL).bytes())),
            11 => {
                // A word as UTF-16.
                let word = chance.pick(self.words);
                let wide: Vec<u8> = word.iter().flat_map(|&byte| [byte, 0]).collect();
                input.splice(at..at, wide);
            }
            _ => drop(input.splice(at..at, chance.pick(self.words).iter().copied())),
        }
    }
}

/// The first number at or after a position.
fn number_at(input: &[u8], at: usize) -> Option<std::ops::Range<usize>> {
    let start = at + input[at..].iter().position(u8::is_ascii_digit)?;
    let length = input[start..]
        .iter()
        .position(|byte| !byte.is_ascii_digit());
    Some(start..length.map_or(input.len(), |length| start + length))
}
