//! Truth values as spreadsheets, databases and people write them.

/// Words for true: of spreadsheets in English, German, French, Spanish, Italian, Dutch, Portuguese and
/// Polish, of people in these languages, and in Japanese and Chinese.
const TRUE: [&str; 27] = [
    "true",
    "1",
    "yes",
    "wahr",
    "ja",
    "vrai",
    "oui",
    "verdadero",
    "sí",
    "si",
    "vero",
    "sì",
    "waar",
    "verdadeiro",
    "sim",
    "prawda",
    "tak",
    "真",
    "はい",
    "是",
    "对",
    "對",
    "有",
    "-1",
    "y",
    "on",
    "✓",
];
/// Words for false.
const FALSE: [&str; 25] = [
    "false",
    "0",
    "no",
    "falsch",
    "nein",
    "faux",
    "non",
    "falso",
    "onwaar",
    "nee",
    "não",
    "nao",
    "fałsz",
    "falsz",
    "nie",
    "偽",
    "假",
    "いいえ",
    "否",
    "错",
    "錯",
    "无",
    "n",
    "off",
    "✗",
];

/// The truth value that a word means, in any case. None if it means none.
pub(super) fn truth(word: &str) -> Option<bool> {
    let word = word.trim().to_lowercase();
    let is_one = |words: &[&str]| words.contains(&word.as_str());
    if is_one(&TRUE) {
        Some(true)
    } else {
        is_one(&FALSE).then_some(false)
    }
}
