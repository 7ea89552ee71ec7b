//! Taking the text of a cell apart: its ends, its prefixes and its parts.

/// A text without spaces and without characters that show nothing at its ends. Copying from a web
/// page or a directory tool leaves such characters there.
pub fn trim_hidden(text: &str) -> &str {
    let is_ascii_end = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    let bytes = text.as_bytes();
    if is_ascii_end(bytes.first()) && is_ascii_end(bytes.last()) {
        return text;
    }
    text.trim_matches(|c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{AD}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}'
                | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
    })
}

/// The text after a prefix, in any case.
pub(super) fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let start = text.get(..prefix.len())?;
    start
        .eq_ignore_ascii_case(prefix)
        .then(|| &text[prefix.len()..])
}

/// The filled parts of a text between separators outside of quotes and brackets, without spaces
/// around them.
pub(super) fn parts<'a>(text: &'a str, separators: &[char]) -> Vec<&'a str> {
    let (mut parts, mut start, mut is_quoted, mut depth) = (Vec::new(), 0, false, 0_usize);
    for (at, c) in text.char_indices() {
        match c {
            '"' => is_quoted = !is_quoted,
            '<' | '(' | '[' if !is_quoted => depth += 1,
            '>' | ')' | ']' if !is_quoted => depth = depth.saturating_sub(1),
            _ if !is_quoted && depth == 0 && separators.contains(&c) => {
                parts.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
        .into_iter()
        .map(trim_hidden)
        .filter(|part| !part.is_empty())
        .collect()
}
