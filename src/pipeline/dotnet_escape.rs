//! Escapes of single characters in regular expressions of .NET, as
//! [Character escapes](https://learn.microsoft.com/dotnet/standard/base-types/character-escapes-in-regular-expressions)
//! lists them.

/// The message for what PowerShell refuses, too.
pub(super) fn invalid<T>(why: &str) -> Result<T, String> {
    Err(format!(
        "PowerShell refuses this regular expression, too: {why}."
    ))
}

/// The character that an escape stands for, and its bytes. The `\` is taken already.
pub(super) fn escaped_character(rest: &str) -> Result<(char, usize), String> {
    let Some(c) = rest.chars().next() else {
        return invalid("a \\ ends it");
    };
    let hexadecimal = |digits: usize| {
        rest.get(1..=digits)
            .filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|text| u32::from_str_radix(text, 16).ok())
            .and_then(char::from_u32)
    };
    let found = match c {
        't' => '\t',
        'n' => '\n',
        'r' => '\r',
        'f' => '\u{c}',
        'v' => '\u{b}',
        'a' => '\u{7}',
        'e' => '\u{1b}',
        'x' | 'u' => {
            let digits = if c == 'x' { 2 } else { 4 };
            return match hexadecimal(digits) {
                Some(found) => Ok((found, 1 + digits)),
                None => invalid("insufficient hexadecimal digits"),
            };
        }
        '0' => {
            let digits = rest
                .bytes()
                .take(3)
                .take_while(|byte| (b'0'..=b'7').contains(byte))
                .count();
            let code = u32::from_str_radix(&rest[..digits], 8).unwrap_or(0);
            return Ok((char::from_u32(code).unwrap_or('\0'), digits));
        }
        'c' => {
            return match rest.chars().nth(1) {
                Some(letter) if letter.is_ascii_alphabetic() => {
                    Ok((char::from(letter.to_ascii_uppercase() as u8 & 31), 2))
                }
                _ => invalid("an unrecognized control character"),
            };
        }
        c if c.is_alphanumeric() || c == '_' => {
            return invalid(&format!("an unrecognized escape sequence \\{c}"));
        }
        c => c,
    };
    Ok((found, c.len_utf8()))
}
