//! Reading dates: the dates of all .NET cultures are read correctly, and no other text is read as a
//! date.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

use chrono::{NaiveDate, NaiveDateTime, Timelike as _};
use pindesk::domain::Time;
use pindesk::exchange::ReadError;
use pindesk::exchange::dates::DateOrder::{self, DayMonthYear as Dmy, MonthDayYear as Mdy};
use pindesk::exchange::dates::{OrderEvidence, WrittenDate, why_unreadable};
use pindesk::zone::Zone;
use proptest::prelude::*;

fn read(text: &str, order: DateOrder) -> Option<Time> {
    WrittenDate::read(text).and_then(|written| written.moment(order, Zone::utc()))
}

fn moment(text: &str) -> Time {
    text.parse().unwrap()
}

/// Every culture's form of 25 September 2012, 13:35:03, is read. In the other order of day and
/// month, the date does not exist.
#[test]
fn the_cultures_of_windows_and_of_cldr_are_read() {
    for (culture, order, text) in [
        ("en-US", Mdy, "9/25/2012 1:35:03 PM"),
        ("en-US, CLDR 42", Mdy, "9/25/2012 1:35:03\u{202f}PM"),
        ("invariant", Mdy, "09/25/2012 13:35:03"),
        ("en-029", Mdy, "09/25/2012 1:35:03 PM"),
        ("es-PA", Mdy, "09/25/2012 01:35:03 p.m."),
        ("es-PA, CLDR", Mdy, "09/25/2012 1:35:03\u{202f}p.\u{a0}m."),
        ("ne-NP", Mdy, "9/25/2012 1:35:03 बेलुकी"),
        ("rw-RW", Mdy, "9/25/2012 1:35:03 saa moya z.n."),
        ("sah-RU", Mdy, "09.25.2012 13:35:03"),
        ("chr", Mdy, "9/25/2012 1:35:03 ᏒᎯᏱᎢ"),
        ("ee", Mdy, "9/25/2012 ɣetrɔ ga 1:35:03"),
        ("zu", Mdy, "9/25/2012 13:35:03"),
        ("en-GB", Dmy, "25/09/2012 13:35:03"),
        ("en-AU", Dmy, "25/09/2012 1:35:03 PM"),
        ("en-AU, CLDR", Dmy, "25/9/2012 1:35:03\u{202f}pm"),
        ("en-NZ", Dmy, "25/09/2012 1:35:03 p.m."),
        ("en-IN", Dmy, "25-09-2012 13:35:03"),
        ("de-DE", Dmy, "25.09.2012 13:35:03"),
        ("fr-FR", Dmy, "25/09/2012 13:35:03"),
        ("nl-NL", Dmy, "25-9-2012 13:35:03"),
        ("cs-CZ", Dmy, "25.9.2012 13:35:03"),
        ("cs-CZ, CLDR", Dmy, "25. 9. 2012 13:35:03"),
        ("cs-CZ, 12 hours", Dmy, "25.09.2012 1:35:03 odp."),
        ("sk-SK", Dmy, "25. 9. 2012 13:35:03"),
        ("hr-HR", Dmy, "25.9.2012. 13:35:03"),
        ("hr-HR, CLDR", Dmy, "25. 09. 2012. 13:35:03"),
        ("bg-BG", Dmy, "25.9.2012 г. 13:35:03 ч."),
        ("bg-BG, no unit", Dmy, "25.9.2012 г. 13:35:03"),
        ("da-DK", Dmy, "25-09-2012 13:35:03"),
        ("da-DK, CLDR", Dmy, "25.09.2012 13.35.03"),
        ("fi-FI", Dmy, "25.9.2012 13:35:03"),
        ("fi-FI, CLDR", Dmy, "25.9.2012 13.35.03"),
        ("id-ID", Dmy, "25/09/2012 13.35.03"),
        ("el-GR", Dmy, "25/9/2012 1:35:03 μμ"),
        ("el-GR, CLDR", Dmy, "25/9/2012 1:35:03 μ.μ."),
        ("es-ES", Dmy, "25/09/2012 13:35:03"),
        ("es-AR", Dmy, "25/09/2012 01:35:03 p.m."),
        ("es-CO", Dmy, "25/9/2012 1:35:03\u{a0}p.\u{a0}m."),
        ("et-EE, 12 hours", Dmy, "25.09.2012 1:35:03 PL"),
        ("tr-TR, 12 hours", Dmy, "25.09.2012 1:35:03 ÖS"),
        ("vi-VN", Dmy, "25/09/2012 1:35:03 CH"),
        ("ar-EG", Dmy, "25/09/2012 01:35:03 م"),
        ("ar-EG, CLDR", Dmy, "25\u{200f}/9\u{200f}/2012 1:35:03 م"),
        ("he-IL, 12 hours", Dmy, "\u{200e}25.9.2012 1:35:03 אחה״צ"),
        ("hi-IN", Dmy, "25-09-2012 13:35:03"),
        ("hi-IN, 12 hours", Dmy, "25-09-2012 01:35:03 अपराह्न"),
        ("ta-IN, 12 hours", Dmy, "25-09-2012 01:35:03 மாலை"),
        ("as-IN", Dmy, "25-09-2012 আবেলি 1:35:03"),
        ("bn-BD", Dmy, "25-09-12 13.35.03"),
        ("gu-IN", Dmy, "25-09-12 13:35:03"),
        ("pa-IN", Dmy, "25-09-12 ਸ਼ਾਮ 01:35:03"),
        (
            "pa-IN, composed",
            Dmy,
            "25-09-12 \u{a36}\u{a3e}\u{a2e} 01:35:03",
        ),
        ("ky-KG", Dmy, "25.09.12 13:35:03"),
        ("uz-Latn-UZ", Dmy, "25/09 2012 13:35:03"),
        ("zh-HK", Dmy, "25/9/2012 13:35:03"),
        ("zh-HK, CLDR", Dmy, "25/9/2012 下午1:35:03"),
        ("zh-SG", Dmy, "25/9/2012 PM 1:35:03"),
        ("am-ET", Dmy, "25/9/2012 1:35:03 ከሰዓት"),
        ("yo-NG", Dmy, "25/9/2012 1:35:03 Ale"),
        ("ms-MY", Dmy, "25/09/2012 1:35:03 PTG"),
        ("syr-SY", Dmy, "25/09/2012 01:35:03 ܒ.ܛ"),
        ("sq-AL, CLDR", Dmy, "25.9.2012 1:35:03 e pasdites"),
        ("la", Dmy, "25 09 2012 13:35:03"),
        ("spaces around", Dmy, "25 / 9 / 2012 13:35:03"),
    ] {
        let other = if order == Mdy { Dmy } else { Mdy };
        assert_eq!(
            read(text, order),
            Some(moment("2012-09-25T13:35:03Z")),
            "{culture}: {text}"
        );
        assert_eq!(read(text, other), None, "{culture}: {text}");
    }
}

/// A date whose time zone alone is unknown is read as the right moment.
#[test]
fn a_year_in_front_and_a_named_month_leave_no_order_open() {
    for (culture, text) in [
        ("ja-JP", "2012/09/25 13:35:03"),
        ("ja-JP, 12 hours", "2012/09/25 午後 1:35:03"),
        ("zh-CN", "2012/9/25 13:35:03"),
        ("zh-TW", "2012/9/25 下午 01:35:03"),
        ("zh-TW, CLDR", "2012/9/25 下午1:35:03"),
        ("ko-KR", "2012-09-25 오후 1:35:03"),
        ("ko-KR, CLDR", "2012. 9. 25. 오후 1:35:03"),
        ("hu-HU", "2012.09.25. 13:35:03"),
        ("hu-HU, CLDR", "2012. 09. 25. 13:35:03"),
        ("hu-HU, 12 hours", "2012.09.25. 1:35:03 du."),
        ("lv-LV", "2012.09.25. 13:35:03"),
        ("lt-LT", "2012.09.25 13:35:03"),
        ("sv-SE", "2012-09-25 13:35:03"),
        ("pl-PL", "2012-09-25 13:35:03"),
        ("fr-CA", "2012-09-25 13:35:03"),
        ("fr-CA, CLDR", "2012-09-25 13 h 35 min 03 s"),
        (
            "fr-CA, CLDR 42",
            "2012-09-25 13\u{a0}h\u{a0}35\u{a0}min\u{a0}03\u{a0}s",
        ),
        ("en-CA", "2012-09-25 1:35:03 p.m."),
        ("sq-AL", "2012-09-25 1:35:03.MD"),
        ("si-LK", "2012-09-25 1:35:03 ප.ව."),
        ("ug-CN, 12 hours", "2012-9-25 1:35:03 چۈشتىن كېيىن"),
        ("af-ZA, 12 hours", "2012-09-25 1:35:03 nm."),
        ("eu-ES", "2012/09/25 13:35:03"),
        ("dz-BT", "2012-09-25 ཆུ་ཚོད་1:35:03 ཕྱི་ཆ་"),
        ("ckb-IQ", "2012-09-25 1:35:03 د.ن"),
        ("sortable", "2012-09-25T13:35:03"),
        ("universal", "2012-09-25 13:35:03Z"),
        ("round trip", "2012-09-25T13:35:03.1234567"),
        ("fractions", "2012-09-25 13:35:03,123"),
        ("a name", "25-Sep-2012 13:35:03"),
        ("a name and two digits", "25-sep-12 1:35:03 PM"),
        ("a long name", "25 September 2012 13:35:03"),
        ("a name in the middle", "2012-Sept-25 13:35:03"),
    ] {
        for order in [Mdy, Dmy] {
            let read = read(text, order).map(|read| read.with_nanosecond(0).unwrap());
            assert_eq!(
                read,
                Some(moment("2012-09-25T13:35:03Z")),
                "{culture}: {text}"
            );
        }
    }
}

#[test]
fn an_open_date_is_two_dates() {
    for (text, month_first, day_first) in [
        (
            "2/3/2012 12:00:00 AM",
            "2012-02-03T00:00:00Z",
            "2012-03-02T00:00:00Z",
        ),
        (
            "02.03.2012 00:00:00",
            "2012-02-03T00:00:00Z",
            "2012-03-02T00:00:00Z",
        ),
        (
            "2/3/2012 12:00:00 μ.μ.",
            "2012-02-03T12:00:00Z",
            "2012-03-02T12:00:00Z",
        ),
        (
            "2-3-12 午前 12:30:00",
            "2012-02-03T00:30:00Z",
            "2012-03-02T00:30:00Z",
        ),
        (
            "2/3/49 1:00:00 PM",
            "2049-02-03T13:00:00Z",
            "2049-03-02T13:00:00Z",
        ),
        (
            "2/3/50 1:00:00 PM",
            "1950-02-03T13:00:00Z",
            "1950-03-02T13:00:00Z",
        ),
        (
            "2/3/00 1:00:00 PM",
            "2000-02-03T13:00:00Z",
            "2000-03-02T13:00:00Z",
        ),
        (
            "2/3/99 1:00 PM",
            "1999-02-03T13:00:00Z",
            "1999-03-02T13:00:00Z",
        ),
        ("2/3/1900", "1900-02-03T00:00:00Z", "1900-03-02T00:00:00Z"),
        ("2/3/2199", "2199-02-03T00:00:00Z", "2199-03-02T00:00:00Z"),
    ] {
        assert_eq!(
            (read(text, Mdy), read(text, Dmy)),
            (Some(moment(month_first)), Some(moment(day_first))),
            "{text}"
        );
    }
}

#[test]
fn the_first_and_the_last_moment_of_dot_net_stand_for_never() {
    for (text, expected) in [
        ("1/1/0001 12:00:00 AM", "0001-01-01T00:00:00Z"),
        ("01.01.0001 00:00:00", "0001-01-01T00:00:00Z"),
        ("0001-01-01T00:00:00", "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59", "9999-12-31T23:59:59Z"),
        ("9999/12/31 午後 11:59:59", "9999-12-31T23:59:59Z"),
    ] {
        assert_eq!(read(text, Mdy), Some(moment(expected)), "{text}");
    }
    assert_eq!(
        read("31.12.9999 23:59:59", Dmy),
        Some(moment("9999-12-31T23:59:59Z"))
    );
    assert_eq!(WrittenDate::read("2/1/0001"), None);
    assert_eq!(WrittenDate::read("30.12.9999"), None);
}

#[test]
fn months_are_named_in_the_languages_of_spreadsheets() {
    for text in [
        "25-Set-2012 13:35:03",
        "25. September 2012 13:35:03",
        "25. Sep. 2012 13:35",
        "25-sept.-12 13:35",
        "25 septembre 2012 13:35",
        "25 de septiembre de 2012 13:35",
        "25 settembre 2012 13:35",
        "25 de set. de 2012 13:35",
        "25 września 2012 13:35",
        "25-sep-12 13:35",
        "2012年9月25日 13:35",
        "2012年09月25日13:35",
        "2012년 9월 25일 13:35",
    ] {
        for order in [Mdy, Dmy] {
            let read = read(text, order).map(|read| read.with_second(3).unwrap());
            assert_eq!(read, Some(moment("2012-09-25T13:35:03Z")), "{text}");
        }
    }
    for (text, expected) in [
        ("24-Dez-26", "2026-12-24T00:00:00Z"),
        ("1. März 2026", "2026-03-01T00:00:00Z"),
        ("15 août 2026", "2026-08-15T00:00:00Z"),
        ("3 maart 2026", "2026-03-03T00:00:00Z"),
        ("11 listopada 2026", "2026-11-11T00:00:00Z"),
        ("2026年12月24日", "2026-12-24T00:00:00Z"),
    ] {
        assert_eq!(read(text, Mdy), Some(moment(expected)), "{text}");
    }
}

#[test]
fn a_year_of_two_digits_is_read_where_it_is_certainly_the_year() {
    assert_eq!(read("24.12.26", Dmy), Some(moment("2026-12-24T00:00:00Z")));
    assert_eq!(read("24.12.26", Mdy), None, "there is no month 24");
    for text in ["12/09/25", "25-09-12", "9/12/25"] {
        assert_eq!(WrittenDate::read(text), None, "{text}");
        let why = why_unreadable(text);
        assert!(why.contains("write the year with four digits"), "{why}");
    }
}

#[test]
fn surplus_text_makes_a_date_unreadable() {
    for text in [
        "25.09.2012 13:35:03 Uhr",
        "on 25.09.2012",
        "25.09.2012 13:35:03 +02:00",
        "25.09.2012 13:35:03Z",
        "25.09.2012 13:35:03 .",
        "25.09.2012 13:35:03:",
        "25.09.2012, 13:35:03",
        "25.09.2012.13:35:03",
        "25.09.2012 AM 1:35:03 PM",
        "25.09.2012 1:35:03 ip.",
        "25.09.2012 1:35:03 P",
        "25.09.2012 13:35:03 odp.",
        "25.09.2012 0:35:03 午前",
        "25.09.2012 13:35.03",
        "25.09.2012 13.35:03",
        "25.09.2012 13:3",
        "25.09.2012 13h35:03",
        "25.09.2012 13 h 35 min 03",
        "25.09.2012 13:35:03.",
        "25.09.2012 13:35:03.1234567890",
        "25.09.2012 24:00:00",
        "25.09/2012 13:35:03",
        "25,09,2012 13:35:03",
        "25..09.2012",
        "25/09/012 13:35:03",
        "025/09/2012 13:35:03",
        "32/09/12 13:35:03",
        "平成 24/9/25 13:35:03",
        "H24/09/25 13:35:03",
        "101/9/25 13:35:03",
        "25-Sep.2012 13:35:03",
        "31-Sep-2012 13:35:03",
        "Sep-25-2012 13:35:03",
        "2012-09-25T",
        "2012-09-25 T13:35:03",
        "25/09/2012T13:35:03",
        "٢٥/٩/٢٠١٢ ١:٣٥:٠٣ م",
        "२५-०९-२०१२ १३:३५:०३",
        "10.0.0.1",
        "1.2.3",
        "+49 30 2012",
        "1\u{0}2/3/2012",
    ] {
        assert_eq!(WrittenDate::read(text), None, "{text}");
        assert_eq!(why_unreadable(text), "which is no date.", "{text}");
    }
}

#[test]
fn the_number_of_a_day_in_a_spreadsheet_is_named_as_one() {
    for text in ["46500", " 46500.5", "46500,25"] {
        assert_eq!(WrittenDate::read(text), None, "{text}");
        let why = why_unreadable(text);
        assert!(why.contains("the number of a day"), "{text}: {why}");
    }
    for text in ["465", "1234567", "46500-1"] {
        let why = why_unreadable(text);
        assert!(!why.contains("the number of a day"), "{text}: {why}");
    }
}

#[test]
fn a_year_of_another_calendar_is_named_and_refused() {
    let another = |year: &str, calendar: &str| {
        format!(
            "whose year {year} is of another calendar ({calendar}?); export with the Gregorian one."
        )
    };
    let range = |year: i32| format!("whose year {year} is not between 1900 and 2199.");
    for (text, why) in [
        ("25/9/2555 13:35:03", another("2555", "Buddhist")),
        ("2555-09-25T13:35:03", another("2555", "Buddhist")),
        ("2555-09-25T13:35:03Z", another("2555", "Buddhist")),
        ("29/2/2555 13:35:03", another("2555", "Buddhist")),
        ("1391/7/4 13:35:03", another("1391", "Persian")),
        ("1391/2/31 ب.ظ 01:35:03", another("1391", "Persian")),
        ("09/11/1433 01:35:03 م", another("1433", "Hijri")),
        ("09/11/33 01:35:03 م", another("33", "Hijri")),
        ("04/07/91 1:35:03 غ.و", another("91", "Hijri")),
        ("25.9.1899", range(1899)),
        ("25.9.2200", range(2200)),
        ("25-Sep-0012", range(12)),
        ("0000-01-01", range(0)),
    ] {
        assert_eq!(WrittenDate::read(text), None, "{text}");
        assert_eq!(why_unreadable(text), why, "{text}");
    }
}

#[test]
fn a_column_proves_its_order_contradicts_itself_or_leaves_it_open() {
    let order = |column: &[&str]| {
        let mut evidence = OrderEvidence::default();
        for (line, text) in (2..).zip(column) {
            evidence.add(
                WrittenDate::read(text).unwrap_or_else(|| panic!("{text}")),
                line,
                text,
            );
        }
        evidence.order(None)
    };
    let proved = |order: DateOrder, line: u64| {
        Ok((
            order,
            Some(format!("{}, as line {line} shows", order.label())),
        ))
    };
    assert_eq!(
        order(&["2.3.2012 13:35:03", "25. 9. 2012 13:35:03"]),
        proved(Dmy, 3)
    );
    assert_eq!(
        order(&["2-3-12 13.35.03", "25-09-12 13.35.03"]),
        proved(Dmy, 3)
    );
    assert_eq!(
        order(&["2/3/2012 1:35:03 p. m.", "12/13/2012 1:35:03 p. m."]),
        proved(Mdy, 3)
    );
    assert_eq!(
        order(&["25.09.2012 13:35:03", "09.25.2012 13:35:03"]),
        Err(ReadError::DateOrderMixed {
            month_first: 3,
            day_first: 2
        })
    );
    let example = "2.3.12 13:35:03".to_owned();
    assert_eq!(
        order(&["5.5.12 13:35:03", &example]),
        Err(ReadError::DateOrderOpen { example, line: 3 })
    );
    let nothing_open = [
        "2012. 2. 3. 오후 1:35:03",
        "3-Feb-2012 13:35:03",
        "2012-02-03 13 h 35 min 03 s",
    ];
    assert_eq!(order(&nothing_open), Ok((Mdy, None)));
}

/// The forms of a culture: the date, the time, and its words for the halves of the day, which
/// replace `tt`.
type Culture = (DateOrder, &'static str, &'static str, [&'static str; 2]);

const NO_WORDS: [&str; 2] = ["", ""];
const CULTURES: [Culture; 26] = [
    (Mdy, "%-m/%-d/%Y", "%-I:%M:%S tt", ["AM", "PM"]),
    (Mdy, "%-m/%-d/%Y", "%-I:%M:%S\u{202f}tt", ["AM", "PM"]),
    (Mdy, "%m/%d/%Y", "%H:%M:%S", NO_WORDS),
    (Mdy, "%m/%d/%Y", "%I:%M:%S tt", ["a.\u{a0}m.", "p.\u{a0}m."]),
    (Mdy, "%m.%d.%Y", "%-H:%M:%S", NO_WORDS),
    (Dmy, "%d/%m/%Y", "%H:%M:%S", NO_WORDS),
    (Dmy, "%-d/%-m/%Y", "%-I:%M:%S tt", ["π.μ.", "μ.μ."]),
    (Dmy, "%-d/%-m/%Y", "tt%-I:%M:%S", ["上午", "下午"]),
    (Dmy, "%d.%m.%Y", "%H:%M:%S", NO_WORDS),
    (Dmy, "%d.%m.%Y", "%H.%M.%S", NO_WORDS),
    (Dmy, "%-d. %-m. %Y", "%-H:%M:%S", NO_WORDS),
    (Dmy, "%-d. %-m. %Y", "%-I:%M:%S tt", ["dop.", "odp."]),
    (Dmy, "%-d.%-m.%Y.", "%-H:%M:%S", NO_WORDS),
    (Dmy, "%-d.%-m.%Y г.", "%-H:%M:%S ч.", NO_WORDS),
    (
        Dmy,
        "%-d\u{200f}/%-m\u{200f}/%Y",
        "%-I:%M:%S tt",
        ["ص", "م"],
    ),
    (Dmy, "%d/%m %Y", "%H:%M:%S", NO_WORDS),
    (Dmy, "%d-%m-%y", "%H.%M.%S", NO_WORDS),
    (Dmy, "%d-%m-%y", "tt %I:%M:%S", ["ਸਵੇਰ", "ਸ਼ਾਮ"]),
    (Dmy, "%-d/%-m/%Y", "%-I:%M:%S tt", ["SA", "CH"]),
    (Mdy, "%Y-%m-%d", "%H h %M min %S s", NO_WORDS),
    (Mdy, "%Y-%m-%d", "%-I:%M:%S.tt", ["PD", "MD"]),
    (Dmy, "%Y. %m. %d.", "%-H:%M:%S", NO_WORDS),
    (Dmy, "%Y. %-m. %-d.", "tt %-I:%M:%S", ["오전", "오후"]),
    (Dmy, "%Y/%m/%d", "tt %-I:%M:%S", ["午前", "午後"]),
    (Mdy, "%Y-%m-%dT", "%H:%M:%S%.7f", NO_WORDS),
    (Mdy, "%-d-%b-%Y", "%-I:%M:%S tt", ["de.", "du."]),
];

fn write(at: NaiveDateTime, (_, date, time, words): Culture) -> String {
    let space = if date.ends_with('T') { "" } else { " " };
    // .NET writes fractions of a second with seven digits.
    let pattern = format!("{date}{space}{time}").replace("%.7f", ".1234567");
    at.format(&pattern)
        .to_string()
        .replace("tt", words[usize::from(at.hour() >= 12)])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn dates_of_every_culture_are_read_back(
        culture in proptest::sample::select(CULTURES.to_vec()),
        day in 0..36_524_u64,
        second in 0..86_400_u32,
    ) {
        let date = NaiveDate::from_ymd_opt(1950, 1, 1).unwrap() + chrono::Days::new(day);
        let time = chrono::NaiveTime::from_num_seconds_from_midnight_opt(second, 0).unwrap();
        let at = date.and_time(time);
        let text = write(at, culture);
        prop_assert_eq!(read(&text, culture.0), Some(at.and_utc()), "{}", text);
    }

    #[test]
    fn no_text_makes_the_reader_panic(
        pieces in proptest::collection::vec(
            proptest::sample::select(vec![
                "25", "9", "2012", "12", "/", ".", "-", " ", ":", "T", "Z", "г.", "ч.", "PM", "下午", "h", "min", "s", "Sep",
                "\u{200f}", "\u{a0}", "٣", "é", "99999999999", "",
            ]),
            0..12,
        ),
    ) {
        let text = pieces.concat();
        prop_assert_eq!(WrittenDate::read(&text).is_none(), why_unreadable(&text) != "which is a date.", "{}", text);
    }
}
