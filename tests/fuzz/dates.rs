//! Dates of files, and dates that a person types.

use chrono::{Datelike as _, FixedOffset};
use pindesk::exchange::DateOrder;
use pindesk::exchange::dates::{
    OrderEvidence, WrittenDate, end_of, moment_of, no_moment, why_unreadable,
};
use pindesk::time_format::{date_and_time, iso_8601};
use pindesk::zone::Zone;

use crate::assert_plain;
use crate::campaign::Campaign;
use crate::chance::Chance;

const CAMPAIGN: Campaign = Campaign {
    target: "dates",
    words: &[
        b"2026",
        b"12",
        b"31",
        b"29",
        b"00",
        b"24:00:00",
        b"23:59:60",
        b"T",
        b"Z",
        b"+14:00",
        b"-12:00",
        b"AM",
        b"PM",
        b"p.m.",
        b"/",
        b".",
        b"-",
        b":",
        b" ",
        b"\xE2\x80\x8E",
        b"\xE2\x80\xAF",
        b"Feb",
        b"9999-12-31",
        b"0001-01-01",
        b"\xE5\x8D\x88\xE5\xBE\x8C",
    ],
    short: 20_000,
    longest: 96,
    one_accepted_in: 16,
};

fn check(text: &str, chance: &mut Chance) -> bool {
    let hours = i32::try_from(chance.below(27)).unwrap() - 12;
    let zone = Zone::Fixed(FixedOffset::east_opt(hours * 3600).unwrap());
    assert_plain(&no_moment(text));
    if let Some(time) = moment_of(text, zone) {
        // The first and the last moment of the calendar of .NET, which mean "never", may lie
        // outside of it in UTC.
        if (1900..2199).contains(&time.year()) {
            assert_eq!(moment_of(&iso_8601(time), zone), Some(time));
        }
        assert!(end_of(text, zone).is_some_and(|end| end >= time));
        assert_plain(&date_and_time(time, zone));
    }
    let Some(written) = WrittenDate::read(text) else {
        assert_plain(&why_unreadable(text));
        return false;
    };
    let mut evidence = OrderEvidence::default();
    evidence.add(written, 2, text);
    match evidence.order(None) {
        Ok((order, _)) => drop(written.moment(order, zone)),
        Err(error) => {
            assert_plain(&error.to_string());
            let both = [DateOrder::DayMonthYear, DateOrder::MonthDayYear];
            let read = both.map(|order| written.moment(order, zone));
            assert!(read.iter().all(Option::is_some), "{written:?}");
        }
    }
    true
}

#[test]
fn dates() {
    CAMPAIGN.run(|input, chance| check(&String::from_utf8_lossy(input), chance));
}
