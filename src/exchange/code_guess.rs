//! Checks a guessed code page against the words of a text, and finds the one of DOS or of the Mac in
//! which they are words.
//!
//! A byte between Latin letters is a letter in the right code page: `M\x81ller` is `Müller` in those of
//! DOS, and no word in those of Windows. Detectors of web pages know few code pages of DOS and none of
//! the Mac.

use std::collections::HashSet;

use super::encoding::TextEncoding;

/// Words with other characters than ASCII, as bytes, each once.
#[derive(Default)]
pub(super) struct Words {
    words: HashSet<Vec<u8>>,
}

/// The most words that are kept.
const MOST_WORDS: usize = 2_000;
const LONGEST_WORD: usize = 60;
/// The code pages that are tried in place of a guess: those of Windows, of DOS and of the Mac, the most
/// common of each first. In code pages of one system most letters are the same bytes.
const OTHERS: [&[TextEncoding]; 3] = [
    &[TextEncoding::Windows1252],
    &[
        TextEncoding::Ibm850,
        TextEncoding::Ibm437,
        TextEncoding::Ibm852,
        TextEncoding::Ibm857,
        TextEncoding::Ibm775,
    ],
    &[TextEncoding::Macintosh],
];
/// The code page that is tried if none of these fits. It is rare, and many bytes are letters in it.
const LAST: TextEncoding = TextEncoding::MacCentralEurope;

impl Words {
    /// Adds the words of a part of a text. Words at its ends may be cut, and are left out.
    pub fn add(&mut self, bytes: &[u8]) {
        let is_in_word = |byte: &u8| byte.is_ascii_alphabetic() || !byte.is_ascii();
        let words = bytes.split(|byte| !is_in_word(byte));
        for word in words {
            if self.words.len() >= MOST_WORDS {
                return;
            }
            let letters = word.iter().filter(|byte| byte.is_ascii()).count();
            let is_word = letters > 1 && letters < word.len() && word.len() <= LONGEST_WORD;
            // Most words come again and again.
            if is_word && !self.words.contains(word) {
                self.words.insert(word.to_vec());
            }
        }
    }

    /// The guess, or another code page if the guess makes no words and the code pages of one other
    /// system do. If those of several do, which is right is not known.
    pub fn checked(&self, guess: TextEncoding) -> TextEncoding {
        let strange = self.strange(guess);
        if strange == 0 {
            return guess;
        }
        let best = |pages: &[TextEncoding]| {
            let pages = pages.iter().map(|&page| (self.strange(page), page));
            let best = pages.min_by_key(|(strange, _)| *strange);
            best.filter(|(others, _)| others * 10 <= strange)
        };
        let mut fitting = OTHERS.into_iter().filter_map(best);
        match (fitting.next(), fitting.next()) {
            (Some((_, only)), None) => only,
            (None, _) => best(&[LAST]).map_or(guess, |(_, last)| last),
            _ => guess,
        }
    }

    /// The number of words that are none in a code page.
    fn strange(&self, encoding: TextEncoding) -> usize {
        let mut text = String::new();
        let is_strange = |word: &&Vec<u8>| {
            text.clear();
            encoding.decode(word, &mut text).is_some() || is_strange(&text, word)
        };
        self.words.iter().filter(is_strange).count()
    }
}

/// Whether a text is no word: it has a character that does not belong beside its letters, or a capital
/// among small letters. `bytes` are those of the text.
fn is_strange(word: &str, bytes: &[u8]) -> bool {
    let characters: Vec<char> = word.chars().collect();
    let at = |index: Option<usize>| index.and_then(|index| characters.get(index)).copied();
    // In code pages of eastern Asia a Latin letter may be the second half of another character.
    let letters = bytes.iter().filter(|byte| byte.is_ascii()).count();
    let has_eaten = letters > characters.iter().filter(|c| c.is_ascii()).count();
    let is_small = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase());
    characters.iter().enumerate().any(|(index, &c)| {
        let (before, after) = (at(index.checked_sub(1)), at(Some(index + 1)));
        let is_alone = [before, after].iter().flatten().all(char::is_ascii);
        let is_half = has_eaten && is_alone && (is_small(before) || is_small(after));
        !c.is_ascii() && (is_half || is_out_of_place(c, before, after))
    })
}

/// Whether a character does not belong between its neighbours in a word.
fn is_out_of_place(c: char, before: Option<char>, after: Option<char>) -> bool {
    let is_latin = |c: char| c.is_ascii_alphabetic() || is_latin_letter(c);
    let (is_behind, is_ahead) = (before.is_some_and(is_latin), after.is_some_and(is_latin));
    if !is_latin_letter(c) {
        return match (is_behind, is_ahead) {
            (true, true) => !JOINING.contains(&c),
            (true, false) => !c.is_alphabetic() && !CLOSING.contains(&c),
            (false, true) => !c.is_alphabetic() && !OPENING.contains(&c),
            (false, false) => false,
        };
    }
    let is_small = |c: Option<char>| c.is_some_and(char::is_lowercase);
    let is_capital = |c: Option<char>| c.is_some_and(char::is_uppercase);
    if c.is_uppercase() {
        is_small(before) || is_capital(before) && is_small(after)
    } else {
        // A name in capitals keeps its ß.
        c != 'ß' && is_capital(before) && is_capital(after)
    }
}

/// Signs within names, as in O’Brien, Anne–Marie and col·lega.
const JOINING: [char; 7] = ['’', '‘', '´', '·', '–', '—', '\u{AD}'];
const OPENING: [char; 15] = [
    '„', '“', '‚', '‘', '«', '‹', '»', '›', '–', '—', '…', '¿', '¡', '\u{A0}', '’',
];
const CLOSING: [char; 18] = [
    '“', '”', '’', '»', '›', '«', '‹', '–', '—', '…', '™', '®', '©', '°', 'º', 'ª', '²', '\u{A0}',
];

/// Whether a character is a letter with which names are written in a Latin alphabet. The sign of the
/// guilder is none.
fn is_latin_letter(c: char) -> bool {
    matches!(c, 'À'..='ɏ' | 'Ḁ'..='ỿ') && c.is_alphabetic() && c != 'ƒ'
}
