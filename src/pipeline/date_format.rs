//! Dates by a form of .NET, as
//! [its documentation](https://learn.microsoft.com/dotnet/standard/base-types/custom-date-and-time-format-strings)
//! describes custom forms. English names are used, as PowerShell does in an English culture.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use crate::zone::Zone;

/// A date by a form such as `yyyy-MM-dd`.
///
/// # Errors
/// A part of the form is not known here.
pub(super) fn formatted(time: DateTime<Utc>, form: &str, zone: Zone) -> Result<String, String> {
    let form = strftime(form)?;
    Ok(zone.local(time).format(&form).to_string())
}

/// A text as a date of a form.
///
/// # Errors
/// A part of the form is not known here, or the text has another form.
pub(super) fn parse_exact(text: &str, form: &str, zone: Zone) -> Result<DateTime<Utc>, String> {
    let strftime = strftime(form)?;
    NaiveDateTime::parse_from_str(text, &strftime)
        .or_else(|_no_time| {
            NaiveDate::parse_from_str(text, &strftime).map(|day| day.and_time(NaiveTime::MIN))
        })
        .ok()
        .and_then(|local| zone.moment(local))
        .ok_or_else(|| format!("\"{text}\" is no date of the form {form}."))
}

/// A form of .NET as one of chrono.
fn strftime(form: &str) -> Result<String, String> {
    let form = match form {
        "d" => "M/d/yyyy",
        "s" => "yyyy-MM-ddTHH:mm:ss",
        form if form.chars().count() < 2 => return Err(unknown(form)),
        form => form,
    };
    let (mut out, mut rest) = (String::new(), form);
    while let Some(c) = rest.chars().next() {
        let end = rest.find(|other| other != c).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        rest = after;
        out.push_str(match run {
            "yyyy" => "%Y",
            "yy" => "%y",
            "MMMM" => "%B",
            "MMM" => "%b",
            "MM" => "%m",
            "M" => "%-m",
            "dddd" => "%A",
            "ddd" => "%a",
            "dd" => "%d",
            "d" => "%-d",
            "HH" => "%H",
            "H" => "%-H",
            "hh" => "%I",
            "h" => "%-I",
            "mm" => "%M",
            "m" => "%-M",
            "ss" => "%S",
            "s" => "%-S",
            "tt" => "%p",
            run if run
                .chars()
                .all(|c| matches!(c, '.' | '-' | '/' | ':' | ' ' | ',' | 'T' | '_')) =>
            {
                run
            }
            run => return Err(unknown(run)),
        });
    }
    Ok(out)
}

fn unknown(part: &str) -> String {
    format!(
        "The part \"{part}\" of this form of a date is not supported. Parts are yyyy, MM, dd, HH, mm and ss."
    )
}
