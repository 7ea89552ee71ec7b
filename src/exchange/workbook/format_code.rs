//! The code of a number format, such as `dd.mm.yyyy hh:mm` or `0.00%`, as tokens.

/// A token of a format code.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    General,
    /// `@`
    Text,
    /// `0`, `#` or `?`
    Digit(char),
    Point,
    Comma,
    Percent,
    /// `E+` or `E-`
    Exponent,
    Slash,
    Literal(String),
    /// A year, month, day or era.
    Date,
    /// Hours, minutes or seconds with this many digits. `is_elapsed`: they count on beyond 23 or 59.
    Time {
        unit: Unit,
        width: usize,
        is_elapsed: bool,
    },
    /// `AM/PM`
    HalfOfDay,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Hour,
    Minute,
    Second,
}

/// Words for the two halves of the day.
const HALVES: [&str; 3] = ["AM/PM", "A/P", "上午/下午"];

/// The sections of a code, which `;` separates.
pub(super) fn sections(code: &str) -> Vec<Vec<Token>> {
    let (mut sections, mut tokens, mut rest) = (Vec::new(), Vec::new(), code);
    while let Some(c) = rest.chars().next() {
        let length = match c {
            ';' => {
                sections.push(std::mem::take(&mut tokens));
                1
            }
            _ => next(rest, c, &mut tokens),
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    sections.push(tokens);
    for tokens in &mut sections {
        find_minutes(tokens);
    }
    sections
}

/// Adds the next token of a code that begins with `c`, and returns its length in bytes.
fn next(code: &str, c: char, tokens: &mut Vec<Token>) -> usize {
    let begins = |word: &str| {
        code.get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    if begins("General") {
        tokens.push(Token::General);
        return "General".len();
    }
    if let Some(half) = HALVES.into_iter().find(|half| begins(half)) {
        tokens.push(Token::HalfOfDay);
        return half.len();
    }
    if begins("E+") || begins("E-") {
        tokens.push(Token::Exponent);
        return 2;
    }
    let after = &code[c.len_utf8()..];
    let mut literal = |text: &str| tokens.push(Token::Literal(text.to_owned()));
    match c {
        '"' => {
            let text = after.split('"').next().unwrap_or_default();
            literal(text);
            return text.len() + 2;
        }
        '\\' => {
            let text = &after[..after.chars().next().map_or(0, char::len_utf8)];
            literal(text);
            return 1 + text.len();
        }
        // A gap as wide as a character, and a character that fills the cell.
        '_' | '*' => return 1 + after.chars().next().map_or(0, char::len_utf8),
        '[' => {
            let text = after.split(']').next().unwrap_or_default();
            let currency = text
                .strip_prefix('$')
                .and_then(|text| text.split('-').next());
            match currency {
                Some(currency) if !currency.is_empty() => literal(currency),
                Some(_) => {}
                None => tokens.extend(elapsed(text)),
            }
            return text.len() + 2;
        }
        _ => {}
    }
    let width = code
        .chars()
        .take_while(|other| other.eq_ignore_ascii_case(&c))
        .count();
    let (token, is_run) = match c.to_ascii_lowercase() {
        '0' | '#' | '?' => (Token::Digit(c), false),
        '.' => (Token::Point, false),
        ',' => (Token::Comma, false),
        '%' => (Token::Percent, false),
        '/' => (Token::Slash, false),
        '@' => (Token::Text, false),
        // Months and minutes have the letter of both. The time decides, see below.
        'm' if width > 2 => (Token::Date, true),
        'm' => (time(Unit::Minute, width, false), true),
        'h' => (time(Unit::Hour, width, false), true),
        's' => (time(Unit::Second, width, false), true),
        'y' | 'd' | 'e' | 'g' | 'b' => (Token::Date, true),
        _ => (Token::Literal(c.to_string()), false),
    };
    tokens.push(token);
    if is_run { width } else { c.len_utf8() }
}

fn time(unit: Unit, width: usize, is_elapsed: bool) -> Token {
    Token::Time {
        unit,
        width,
        is_elapsed,
    }
}

/// `[h]`, `[mm]` or `[ss]`. Other texts in brackets are colours, conditions and languages.
fn elapsed(text: &str) -> Option<Token> {
    let first = text.chars().next()?.to_ascii_lowercase();
    let unit = match first {
        'h' => Unit::Hour,
        'm' => Unit::Minute,
        's' => Unit::Second,
        _ => return None,
    };
    let is_run = text.chars().all(|c| c.to_ascii_lowercase() == first);
    is_run.then(|| time(unit, text.len(), true))
}

/// Minutes stand after hours or before seconds; an `m` elsewhere is a month.
fn find_minutes(tokens: &mut [Token]) {
    let is_unit = |token: &Token| matches!(token, Token::Time { .. } | Token::Date);
    let has = |token: Option<&Token>, wanted: Unit| matches!(token, Some(Token::Time { unit, .. }) if *unit == wanted);
    for index in 0..tokens.len() {
        if matches!(
            tokens[index],
            Token::Time {
                unit: Unit::Minute,
                is_elapsed: false,
                ..
            }
        ) {
            let before = tokens[..index].iter().rev().find(|token| is_unit(token));
            let after = tokens[index + 1..].iter().find(|token| is_unit(token));
            if !has(before, Unit::Hour) && !has(after, Unit::Second) {
                tokens[index] = Token::Date;
            }
        }
    }
}
