//! Dates and times that a cell keeps as days since 1900 or 1904.

use chrono::{Days, NaiveDate, NaiveTime};

use super::format_code::{Token, Unit};
use crate::time_format::{time_of_day, wall_clock};

const SECONDS_OF_DAY: f64 = 86_400.0;
/// Seconds beyond every date of a spreadsheet.
const MOST_SECONDS: f64 = 3e11;

/// A serial number as a date, with its time if `has_time`, or only a time for day 0. None when it is no
/// date.
pub(super) fn moment(serial: f64, is_1904: bool, has_time: bool) -> Option<String> {
    let seconds = (serial * SECONDS_OF_DAY).round();
    if !(0.0..=MOST_SECONDS).contains(&seconds) {
        return None;
    }
    let days = (seconds / SECONDS_OF_DAY).floor();
    let time = NaiveTime::from_num_seconds_from_midnight_opt(
        to_u64(seconds % SECONDS_OF_DAY).try_into().ok()?,
        0,
    )?;
    let epoch = match to_u64(days) {
        0 => return Some(time_of_day(time)),
        _ if is_1904 => NaiveDate::from_ymd_opt(1904, 1, 1),
        1..60 => NaiveDate::from_ymd_opt(1899, 12, 31),
        // Excel's 29 February 1900 did not exist.
        60 => None,
        _ => NaiveDate::from_ymd_opt(1899, 12, 30),
    }?;
    let date = epoch.checked_add_days(Days::new(to_u64(days)))?;
    Some(if has_time {
        wall_clock(date.and_time(time))
    } else {
        date.format("%Y-%m-%d").to_string()
    })
}

/// A time of the day or a duration, by the tokens of its format. None if there is no such time.
pub(super) fn clock(days: f64, format: &[Token]) -> Option<String> {
    // Tenths and smaller parts are shown only if the format asks for them.
    let decimals = seconds_decimals(format);
    let scale = 10_u64.checked_pow(u32::try_from(decimals).ok()?)?;
    let parts = (days.abs() * SECONDS_OF_DAY * 10_f64.powi(i32::try_from(decimals).ok()?)).round();
    if parts > MOST_SECONDS {
        return None;
    }
    let (seconds, fraction) = (to_u64(parts) / scale, to_u64(parts) % scale);
    let has_halves = format.contains(&Token::HalfOfDay);
    let mut out = String::new();
    if days < 0.0 {
        out.push('-');
    }
    let mut is_after_seconds = false;
    for token in format {
        match token {
            Token::Time {
                unit,
                width,
                is_elapsed,
            } => {
                let number = match (unit, is_elapsed) {
                    (Unit::Hour, true) => seconds / 3600,
                    (Unit::Hour, false) if has_halves => (seconds / 3600 + 11) % 12 + 1,
                    (Unit::Hour, false) => seconds / 3600 % 24,
                    (Unit::Minute, true) => seconds / 60,
                    (Unit::Minute, false) => seconds / 60 % 60,
                    (Unit::Second, true) => seconds,
                    (Unit::Second, false) => seconds % 60,
                };
                out.push_str(&format!("{number:0width$}", width = (*width).min(2)));
                is_after_seconds = *unit == Unit::Second;
            }
            Token::HalfOfDay => out.push_str(if seconds / 3600 % 24 < 12 { "AM" } else { "PM" }),
            Token::Literal(text) => out.push_str(text),
            Token::Point if is_after_seconds && decimals > 0 => {
                out.push_str(&format!(".{fraction:0decimals$}"));
            }
            Token::Point => out.push('.'),
            Token::Comma => out.push(','),
            Token::Slash => out.push('/'),
            _ => {}
        }
    }
    Some(out)
}

/// The digits behind the point of seconds: one in `ss.0`.
fn seconds_decimals(format: &[Token]) -> usize {
    const MOST: usize = 9;
    let point = format.windows(2).position(|pair| {
        matches!(
            pair,
            [
                Token::Time {
                    unit: Unit::Second,
                    ..
                },
                Token::Point
            ]
        )
    });
    point.map_or(0, |point| {
        let digits = format[point + 2..].iter();
        digits
            .take_while(|token| matches!(token, Token::Digit(_)))
            .count()
            .min(MOST)
    })
}

#[expect(
    clippy::cast_sign_loss,
    reason = "whole numbers that were checked, or are absolute; others become the nearest"
)]
fn to_u64(number: f64) -> u64 {
    number as u64
}
