//! Reads dates and times in the forms of all cultures of .NET, which take them from Windows and from
//! Unicode CLDR (<https://cldr.unicode.org>). A text is split into numbers, the gaps between them,
//! and a few words.

use std::borrow::Cow;

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveTime, Utc};
use unicode_normalization::UnicodeNormalization as _;

use super::month_names::month_between;
use super::written_date::WrittenDate;

/// Reasons why a text is not read as a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    NoDate,
    /// A year outside of [`YEARS`].
    Year(i32),
    /// A year of two digits in a form that only cultures with another calendar use.
    ShortYear(String),
    /// Three numbers of two digits, which stand in any order.
    AnyOrder,
}

/// The numbers of a text and the gap after each of them: `25.9.2012 г.` has the numbers 25, 9 and
/// 2012 and the gaps `.`, `.` and ` г.`.
struct NumbersAndGaps<'a> {
    numbers: Vec<&'a str>,
    gaps: Vec<&'a str>,
}

/// Years of the Gregorian calendar that are accepted. Others are of another calendar: Buddhist
/// 2555, Persian 1391, Hijri 1433.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;
/// `DateTime.MinValue` and `DateTime.MaxValue`, which stand for "never".
const NEVER: [(i32, u32, u32); 2] = [(1, 1, 1), (9999, 12, 31)];
/// The last year that two digits mean, as in .NET
/// (<https://learn.microsoft.com/dotnet/api/system.globalization.calendar.twodigityearmax>).
const TWO_DIGIT_YEAR_MAX: i32 = 2049;

// The words for the two halves of the day in .NET's cultures, from the tables of Windows and from
// CLDR, in small letters and without dots and spaces. A word that means morning in one language and
// afternoon in another, such as "ip." in Finnish and Inari Sami, is in neither list.
const MORNING: &str = "\
    am an ap braxkndaax damanhã de dop el eparadites fh fm gh goöň günortadanöň hengihengi hh hoseng lb leebi \
    ntufat owuro pd pg priekšp priekšpusdienā priešpiet rn rw sa saaku saamoyazm safe safiya sf sokallim soodo \
    subaka to uluchelo ututu vm wd yb àárọ̀ öö ŋdi ŋdiga ǁgoagas πμ дп претпл проб таңкы тң үө לפנה״צ اےایم بن ص \
    صبح،منجهند غم قبلازظهر قظ چب چۈشتىنبۇرۇن ܏ܩܛ ܩܛ މކ एएम तडके पूर्वाह्न फुं भोर भ्यागा मपू येएम विहानी सकाळीं \
    सबेरे सवेर सुबुहजा এএম নুমাং পুর্বাহ্ন ৰাতিপু ਪੂਦੁ ਸਵੇਰ પૂર્વમધ્યાહ્ન ଏଏମ காலை முற்பகல் ఎఎమ్ పూర్వాహ్న \
    ಪೂರ್ವಾಹ್ನ පෙව ก่อนเที่ยง ກ່ອນທ່ຽງ ເຊົ້າ སྔ་ཆ་ སྔ་དྲོ སྔ་དྲོ་ နံနက် ማለዶ ቀደምሰርምዕል ቅቀ ጡዋት ጥዋት ጽባሕ ፋዱስጃብ ᐁᒼ ᐊᒼ \
    ព្រឹក ᱥᱮᱛᱟᱜ 上午 午前 ꂵꆪꈌꈐ ꮜꮎꮄ 오전 𞤢𞤰";

const AFTERNOON: &str = "\
    akasuba ale baubaukndaax carra ch datarde du ea efiafi efifie eh em epasdites ew gd gosoň günortadansoň \
    hawwaro in kikiiɗe md nm ntmeddit odp pl pm pop popiet ptg pēcp pēcpusdienā saamoyazn sanje shwane sn \
    thapama tk tŋ wb yamma yh ym ös ǃuias ɣetrɔ ɣetrɔga μμ попл пп слоб тк түштөнкийинки үх אחה״צ بظ بعدازظهر دن \
    شام،منجهند غو م منجهند،شام پیایم چك چۈشتىنكېيىن ܏ܒܛ ܒܛ މފ अपराह्न दपेहरा/संजा दपैहरबाद पीएम बेलासे बेलुकी मउ \
    मनं शामजा सांजे सांझ सांम स’ञ অপরাহ্ন আবেলি পিএম ਬਾਦੁ ਸ਼ਾਮ ઉત્તરમધ્યાહ્ન ପିଏମ பிற்பகல் மாலை అపరాహ్న పిఎమ్ \
    ಅಪರಾಹ್ನ පව หลังเที่ยง ຫຼັງທ່ຽງ ແລງ ཕྱི་ཆ་ ཕྱི་དྲོ ཕྱི་དྲོ་ ညနေ ሓቆስርምዕል ምሴት ቃማ ከሰዓት ድቀ ፋዱስደምቢ ᐲᒼ ល្ងាច ᱧᱤᱫᱟᱹ \
    ọ̀sán 下午 午後 ꂵꆪꈌꉈ ꮢꭿᏹꭲ ꮢꭿᏹꭲꮧꮲ 오후 𞤩𞤰";

/// Words that mark a time in Bulgarian and Dzongkha.
const TIME_WORDS: [&str; 2] = ["ч", "ཆུ་ཚོད་"];
/// The word after a Bulgarian year.
const YEAR_WORD: &str = "г.";

impl WrittenDate {
    /// Splits a text into the parts of a date. None when it is no date of the Gregorian calendar.
    pub fn read(text: &str) -> Option<Self> {
        understand(text).ok()
    }
}

/// Reads a date, with or without a time.
pub(super) fn understand(text: &str) -> Result<WrittenDate, Unreadable> {
    let text = text.trim();
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        check_year(moment.year(), moment.month(), moment.day())?;
        // The store keeps milliseconds. More would make each import of one file a change.
        let moment = DateTime::<Utc>::from_timestamp_millis(moment.timestamp_millis());
        return moment.map(WrittenDate::Moment).ok_or(Unreadable::NoDate);
    }
    let plain: String = text
        .chars()
        .filter(|character| !matches!(character, '\u{200e}' | '\u{200f}'))
        .map(|character| {
            if character.is_whitespace() {
                ' '
            } else {
                character
            }
        })
        .collect();
    let plain = without_east_asian_words(plain.trim());
    let taken = NumbersAndGaps::from(&plain).ok_or(Unreadable::NoDate)?;
    match taken.gaps.first().and_then(|gap| month_between(gap)) {
        Some((month, separator)) => taken.with_named_month(month, separator),
        None => taken.with_numbers(),
    }
}

/// `2026年12月24日` as `2026-12-24`, and likewise in Korean.
fn without_east_asian_words(text: &str) -> Cow<'_, str> {
    for [year, month, day] in [["年", "月", "日"], ["년", "월", "일"]] {
        if let Some((before, after)) = text.split_once(year)
            && let Some((middle, after)) = after.split_once(month)
            && let Some((last, after)) = after.split_once(day)
            && before.len() == 4
        {
            let numbers = [before, middle, last].map(str::trim).join("-");
            return Cow::Owned(format!("{numbers} {}", after.trim()).trim_end().to_owned());
        }
    }
    Cow::Borrowed(text)
}

impl<'a> NumbersAndGaps<'a> {
    /// None when the text does not begin with a digit from 0 to 9. .NET writes no other digits.
    fn from(text: &'a str) -> Option<Self> {
        let (mut numbers, mut gaps, mut rest) = (Vec::new(), Vec::new(), text);
        while !rest.is_empty() {
            let digits = rest
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(rest.len());
            let (number, behind) = rest.split_at(digits);
            let gap = behind
                .find(|c: char| c.is_ascii_digit())
                .unwrap_or(behind.len());
            numbers.push(number);
            gaps.push(&behind[..gap]);
            rest = &behind[gap..];
        }
        numbers
            .first()
            .is_some_and(|number| !number.is_empty())
            .then_some(Self { numbers, gaps })
    }

    /// Reads `25.9.2012 13:35:03` and `2012/9/25 下午 01:35:03`.
    fn with_numbers(&self) -> Result<WrittenDate, Unreadable> {
        let ([a, b, c, ..], [between, second, ..]) = (&self.numbers[..], &self.gaps[..]) else {
            return Err(Unreadable::NoDate);
        };
        let separator = separator(between).ok_or(Unreadable::NoDate)?;
        // Both separators are equal, except in Uzbek dates such as 25/09 2012.
        if self::separator(second).is_none_or(|second| second != separator && second != ' ') {
            return Err(Unreadable::NoDate);
        }
        let year_first = a.len() == 4;
        let (year, first, second) = if year_first { (a, b, c) } else { (c, a, b) };
        let (first, second) = (short(first)?, short(second)?);
        let (time, word) = self.time(3, separator, year_first && separator == '-')?;
        let year = year_of(year, time.is_some() || separator == '.', &word)?;
        let time = time.unwrap_or(NaiveTime::MIN);
        check_year(year, first.min(second), first.max(second))?;
        let date = |month: u32, day: u32| NaiveDate::from_ymd_opt(year, month, day);
        if year_first {
            let date = date(first, second).ok_or(Unreadable::NoDate)?;
            return Ok(WrittenDate::YearFirst { date, time });
        }
        if date(first, second).or(date(second, first)).is_none() {
            return Err(Unreadable::NoDate);
        }
        Ok(WrittenDate::Open {
            first,
            second,
            year,
            time,
        })
    }

    /// Reads `25-Sep-2012 13:35:03`, in which the name of the month decides the order.
    fn with_named_month(&self, month: u32, separator: char) -> Result<WrittenDate, Unreadable> {
        let [a, b, ..] = self.numbers[..] else {
            return Err(Unreadable::NoDate);
        };
        let (year, day) = if a.len() == 4 { (a, b) } else { (b, a) };
        let day = short(day)?;
        let (time, word) = self.time(2, separator, false)?;
        let year = year_of(year, true, &word)?;
        check_year(year, month, day)?;
        let date = NaiveDate::from_ymd_opt(year, month, day).ok_or(Unreadable::NoDate)?;
        Ok(WrittenDate::YearFirst {
            date,
            time: time.unwrap_or(NaiveTime::MIN),
        })
    }

    /// The time after the numbers of the date, and its word for the half of the day. The time is
    /// None if at most a dot or the word of a year follows.
    fn time(
        &self,
        used: usize,
        separator: char,
        may_have_t: bool,
    ) -> Result<(Option<NaiveTime>, String), Unreadable> {
        let (numbers, gaps) = (&self.numbers[used..], &self.gaps[used..]);
        let behind = self.gaps[used - 1];
        let behind = if separator == '.' {
            behind.strip_prefix('.').unwrap_or(behind)
        } else {
            behind
        };
        if may_have_t && behind == "T" {
            return read_time(numbers, gaps, "")
                .ok_or(Unreadable::NoDate)
                .map(|(time, word)| (Some(time), word));
        }
        let before = behind.trim_start();
        if before.len() == behind.len() && !behind.is_empty() {
            return Err(Unreadable::NoDate);
        }
        let before = before.strip_prefix(YEAR_WORD).unwrap_or(before).trim();
        if numbers.is_empty() && before.is_empty() {
            return Ok((None, String::new()));
        }
        let time = if behind.is_empty() {
            None
        } else {
            read_time(numbers, gaps, before)
        };
        time.map(|(time, word)| (Some(time), word))
            .ok_or(Unreadable::NoDate)
    }
}

/// The separator between two numbers of a date: one character with or without spaces, or only
/// spaces.
fn separator(gap: &str) -> Option<char> {
    match gap.trim() {
        "/" => Some('/'),
        "." => Some('.'),
        "-" => Some('-'),
        "" if !gap.is_empty() => Some(' '),
        _ => None,
    }
}

/// A number of one or two digits.
fn short(digits: &str) -> Result<u32, Unreadable> {
    let number = if digits.len() <= 2 {
        digits.parse().ok()
    } else {
        None
    };
    number.ok_or(Unreadable::NoDate)
}

/// Reads a year of four digits, or of two if it is certainly the last number: a time follows, as in all
/// dates that .NET writes, or dots or the name of a month stand before it. The numbers of `9/12/25`
/// may be in any order.
fn year_of(digits: &str, is_last: bool, word: &str) -> Result<i32, Unreadable> {
    let year: i32 = digits.parse().map_err(|_no_number| Unreadable::NoDate)?;
    match digits.len() {
        4 => Ok(year),
        2 if !is_last => Err(Unreadable::AnyOrder),
        // Cultures with Arabic words that write years of two digits use the Hijri calendar.
        2 if word
            .chars()
            .any(|character| ('\u{600}'..='\u{6ff}').contains(&character)) =>
        {
            Err(Unreadable::ShortYear(digits.to_owned()))
        }
        2 => Ok(if 2000 + year > TWO_DIGIT_YEAR_MAX {
            1900 + year
        } else {
            2000 + year
        }),
        _ => Err(Unreadable::NoDate),
    }
}

fn check_year(year: i32, smaller: u32, larger: u32) -> Result<(), Unreadable> {
    let known = YEARS.contains(&year) || NEVER.contains(&(year, smaller, larger));
    if known {
        Ok(())
    } else {
        Err(Unreadable::Year(year))
    }
}

/// Reads `1:35:03 PM`, `下午 01:35:03`, `13.35` or `13 h 35 min 03 s`; `before` is the text before
/// the first number. Returns the time and its word for the half of the day, which may be empty.
fn read_time(numbers: &[&str], gaps: &[&str], before: &str) -> Option<(NaiveTime, String)> {
    let (last, between) = gaps.split_last()?;
    let units: Vec<&str> = between.iter().map(|gap| gap.trim()).collect();
    let mut behind = last.trim();
    let (seconds, fraction) = match (between, &units[..]) {
        ([":" | "."], _) => ("0", "0"),
        ([":", ":"] | [".", "."], _) => (numbers[2], "0"),
        ([":", ":", "." | ","] | [".", ".", ","], _) => (numbers[2], numbers[3]),
        (_, ["h"]) if behind.is_empty() || behind == "min" => {
            behind = "";
            ("0", "0")
        }
        (_, ["h", "min"]) if behind == "s" => {
            behind = "";
            (numbers[2], "0")
        }
        _ => return None,
    };
    // In Yoruba, seconds may have one digit: 13:35:3.
    if numbers[1].len() != 2 || seconds.len() > 2 || fraction.len() > 9 {
        return None;
    }
    let (hour, minute, second) = (
        short(numbers[0]).ok()?,
        numbers[1].parse().ok()?,
        seconds.parse().ok()?,
    );
    let mut half = None;
    for said in [before, behind].into_iter().filter(|said| !said.is_empty()) {
        let said = small(said);
        if TIME_WORDS.contains(&said.as_str()) {
            continue;
        }
        if half.is_some() {
            return None;
        }
        half = Some((is_afternoon(&said)?, said));
    }
    let (hour, word) = match half {
        None => (hour, String::new()),
        Some(_) if hour == 0 || hour > 12 => return None,
        Some((afternoon, word)) => (hour % 12 + if afternoon { 12 } else { 0 }, word),
    };
    Some((NaiveTime::from_hms_opt(hour, minute, second)?, word))
}

/// Whether a word means the afternoon. None if it means no half of the day.
fn is_afternoon(word: &str) -> Option<bool> {
    let has = |words: &str| words.split_whitespace().any(|known| known == word);
    if has(MORNING) {
        Some(false)
    } else {
        has(AFTERNOON).then_some(true)
    }
}

/// A word in small letters, without dots, spaces and joiners, so that `A. M.`, `a.m.` and `am` are
/// equal.
fn small(word: &str) -> String {
    word.nfc()
        .flat_map(char::to_lowercase)
        .filter(|character| !character.is_whitespace() && !matches!(character, '.' | '\u{200c}'))
        .collect()
}
