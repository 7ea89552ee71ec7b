//! Number formats of cells, by ECMA-376 part 1, 18.8.30 and 18.8.31
//! (<https://ecma-international.org/publications-and-standards/standards/ecma-376/>): numbers with the
//! zeros, percents and separators that a person sees, and dates in ISO 8601.

use super::format_code::{Token, sections};
use super::serial_date::{clock, moment};

/// A number format.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NumberFormat {
    sections: Vec<Vec<Token>>,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    General,
    Number,
    Date {
        has_time: bool,
    },
    /// A time of the day, or a duration.
    Time,
}

/// Codes of built-in formats. Those of dates in eastern Asia differ by language, and all are dates.
const BUILT_IN: [(u16, &str); 37] = [
    (1, "0"),
    (2, "0.00"),
    (3, "#,##0"),
    (4, "#,##0.00"),
    (5, "$#,##0;-$#,##0"),
    (6, "$#,##0;-$#,##0"),
    (7, "$#,##0.00;-$#,##0.00"),
    (8, "$#,##0.00;-$#,##0.00"),
    (9, "0%"),
    (10, "0.00%"),
    (14, "yyyy-mm-dd"),
    (15, "yyyy-mm-dd"),
    (16, "yyyy-mm-dd"),
    (17, "yyyy-mm-dd"),
    (18, "h:mm AM/PM"),
    (19, "h:mm:ss AM/PM"),
    (20, "h:mm"),
    (21, "h:mm:ss"),
    (22, "yyyy-mm-dd h:mm"),
    (27, "yyyy-mm-dd"),
    (28, "yyyy-mm-dd"),
    (29, "yyyy-mm-dd"),
    (30, "yyyy-mm-dd"),
    (31, "yyyy-mm-dd"),
    (32, "h:mm"),
    (33, "h:mm:ss"),
    (34, "yyyy-mm-dd"),
    (35, "yyyy-mm-dd"),
    (36, "yyyy-mm-dd"),
    (37, "#,##0;(#,##0)"),
    (38, "#,##0;(#,##0)"),
    (39, "#,##0.00;(#,##0.00)"),
    (40, "#,##0.00;(#,##0.00)"),
    (45, "mm:ss"),
    (46, "[h]:mm:ss"),
    (47, "mm:ss.0"),
    (50, "yyyy-mm-dd"),
];
/// The last of the built-in dates in eastern Asia.
const LAST_DATE: u16 = 58;

impl NumberFormat {
    pub fn of(code: &str) -> Self {
        let code = if code.trim().is_empty() {
            "General"
        } else {
            code
        };
        let sections = sections(code);
        let kind = kind(sections.first().map_or(&[], Vec::as_slice));
        Self { sections, kind }
    }

    /// The built-in format with this ID.
    pub fn built_in(id: u16) -> Self {
        let id = if (50..=LAST_DATE).contains(&id) {
            50
        } else {
            id
        };
        let code = BUILT_IN.iter().find(|(built_in, _)| *built_in == id);
        Self::of(code.map_or("General", |(_, code)| code))
    }

    /// Whether every number is shown as it is.
    pub fn is_general(&self) -> bool {
        self.kind == Kind::General && self.sections.len() == 1
    }

    /// Whether a text in such a cell is not seen, as with `;;;`.
    pub fn hides_text(&self) -> bool {
        self.sections.get(3).is_some_and(Vec::is_empty)
    }

    /// Whether a date is shown with its time. None: the format is none of dates.
    pub fn shows_time(&self) -> Option<bool> {
        match self.kind {
            Kind::Date { has_time } => Some(has_time),
            Kind::Time => Some(true),
            Kind::General | Kind::Number => None,
        }
    }

    /// A number as it is shown. A number that is no date is shown as it is.
    pub fn text(&self, number: f64, is_1904: bool) -> String {
        let first = self.sections.first().map_or(&[][..], Vec::as_slice);
        match self.kind {
            Kind::General => general(number),
            Kind::Date { has_time } => {
                moment(number, is_1904, has_time).unwrap_or_else(|| general(number))
            }
            Kind::Time => clock(number, first).unwrap_or_else(|| general(number)),
            Kind::Number => self.number(number),
        }
    }

    /// A number by the section for its sign: positive; negative; zero.
    fn number(&self, number: f64) -> String {
        let (index, number) = match self.sections.len() {
            2.. if number < 0.0 => (1, -number),
            3.. if number == 0.0 => (2, number),
            _ => (0, number),
        };
        match self.sections.get(index) {
            Some(section) => shown(number, section).unwrap_or_else(|| general(number)),
            None => general(number),
        }
    }
}

fn kind(section: &[Token]) -> Kind {
    let has = |is: fn(&Token) -> bool| section.iter().any(is);
    let has_date = has(|token| matches!(token, Token::Date));
    let has_time = has(|token| matches!(token, Token::Time { .. } | Token::HalfOfDay));
    match (has_date, has_time) {
        (true, has_time) => Kind::Date { has_time },
        (false, true) => Kind::Time,
        (false, false) if section.is_empty() => Kind::Number,
        (false, false) if has(|token| matches!(token, Token::General | Token::Text)) => {
            Kind::General
        }
        (false, false) => Kind::Number,
    }
}

/// Digits of a number that count, as spreadsheets keep them.
const DIGITS: usize = 15;
/// The first whole number with more digits than count.
const TOO_MANY_DIGITS: f64 = 1e15;

/// A number without a format: up to 15 digits that count.
pub(super) fn general(number: f64) -> String {
    if !number.is_finite() {
        return String::new();
    }
    if number.fract() == 0.0 && number.abs() < TOO_MANY_DIGITS {
        return (number as i64).to_string();
    }
    let text = number.to_string();
    // A text with so few digits is that of the rounded number, too.
    if text.bytes().filter(u8::is_ascii_digit).count() <= DIGITS {
        return text;
    }
    let rounded = format!("{number:.14e}").parse().unwrap_or(number);
    rounded.to_string()
}

/// A number by one section. None: it has an exponent or a fraction, or no digits.
fn shown(number: f64, section: &[Token]) -> Option<String> {
    let is_digit = |token: &Token| matches!(token, Token::Digit(_));
    if section
        .iter()
        .any(|token| matches!(token, Token::General | Token::Exponent | Token::Slash))
    {
        return None;
    }
    let point = section.iter().position(|token| *token == Token::Point);
    let (whole, behind) = section.split_at(point.unwrap_or(section.len()));
    let decimals = behind.iter().filter(|token| is_digit(token)).count();
    let percents = section
        .iter()
        .filter(|token| **token == Token::Percent)
        .count();
    // Commas after the last digit of the whole part stand for thousands that are left out.
    let last = whole.iter().rposition(is_digit);
    let scaling = last.map_or(0, |last| {
        whole[last..]
            .iter()
            .filter(|token| **token == Token::Comma)
            .count()
    });
    let is_grouped = last.is_some_and(|last| whole[..last].contains(&Token::Comma));
    let power = i32::try_from(2 * percents).ok()? - i32::try_from(3 * scaling).ok()?;
    let rounded = format!("{:.decimals$}", number.abs() * 10_f64.powi(power));
    let (digits, fraction) = rounded.split_once('.').unwrap_or((&rounded, ""));
    let mut text = String::new();
    if number < 0.0 && rounded.contains(|c: char| ('1'..='9').contains(&c)) {
        text.push('-');
    }
    text.push_str(&whole_part(digits, whole, is_grouped));
    text.push_str(&fraction_part(fraction, behind));
    Some(text)
}

/// The digits before the point, with the literals between them.
fn whole_part(digits: &str, tokens: &[Token], is_grouped: bool) -> String {
    let (mut digits, mut out, mut written) =
        (digits.trim_start_matches('0').chars().rev(), Vec::new(), 0);
    let mut left = tokens
        .iter()
        .filter(|token| matches!(token, Token::Digit(_)))
        .count();
    let mut put = |out: &mut Vec<char>, digit: char| {
        if is_grouped && written > 0 && written % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
        written += 1;
    };
    for token in tokens.iter().rev() {
        match token {
            Token::Digit(placeholder) => {
                left -= 1;
                match digits.next() {
                    Some(digit) => put(&mut out, digit),
                    None if *placeholder == '0' => put(&mut out, '0'),
                    None => {}
                }
                // The first placeholder has all digits that are left.
                if left == 0 {
                    digits.by_ref().for_each(|digit| put(&mut out, digit));
                }
            }
            Token::Literal(text) => out.extend(text.chars().rev()),
            Token::Percent => out.push('%'),
            _ => {}
        }
    }
    out.iter().rev().collect()
}

/// The point and the digits behind it, with the literals after them. Zeros that the format does not ask
/// for are left out.
fn fraction_part(fraction: &str, tokens: &[Token]) -> String {
    let placeholders: Vec<char> = tokens
        .iter()
        .filter_map(|token| match token {
            Token::Digit(placeholder) => Some(*placeholder),
            _ => None,
        })
        .collect();
    let kept = (0..fraction.len())
        .rev()
        .find(|&index| placeholders[index] == '0' || fraction.as_bytes()[index] != b'0')
        .map_or(0, |index| index + 1);
    let (mut digits, mut out) = (fraction[..kept].chars(), String::new());
    for token in tokens {
        match token {
            Token::Point => out.push('.'),
            Token::Digit(_) => out.extend(digits.next()),
            Token::Literal(text) => out.push_str(text),
            Token::Percent => out.push('%'),
            _ => {}
        }
    }
    out
}
