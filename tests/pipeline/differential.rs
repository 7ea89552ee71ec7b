//! Random conditions find the users of a simple evaluator that follows PowerShell's rules one by
//! one. The warnings count exactly the users that the documented trap would have found in addition.

use std::cmp::Ordering;

use chrono::NaiveDateTime;
use pindesk::domain::Time;
use pindesk::domain::pin::LockCause;
use pindesk::domain::user::UserRecord;
use proptest::prelude::*;

use crate::common::now;
use crate::filters::users;
use crate::{passing_of, user};

/// A value of PowerShell.
#[derive(Clone, Debug, PartialEq)]
enum V {
    Null,
    Bool(bool),
    Number(i64),
    Text(String),
    Date(Time),
}

#[derive(Clone, Debug)]
enum Side {
    Property(&'static str),
    Literal(V, String),
}

#[derive(Clone, Debug)]
enum Condition {
    Compare(&'static str, Side, Side),
    Alone(Side),
    Not(Box<Condition>),
    Join(&'static str, Box<Condition>, Box<Condition>),
}

/// An error that ends a command of PowerShell.
#[derive(Debug)]
struct Stops;

const PROPERTIES: [&str; 7] = [
    "DisplayName",
    "IsPinSet",
    "IsLockedOut",
    "LockCause",
    "LockedBy",
    "LastPinChangeTime",
    "PinExpirationTime",
];

fn property(user: &UserRecord, name: &str) -> V {
    let text = |text: Option<&str>| text.map_or(V::Null, |text| V::Text(text.to_owned()));
    let date = |time: Option<Time>| time.map_or(V::Null, V::Date);
    let lock = user.pin.lock.as_ref().filter(|lock| match lock.cause {
        LockCause::Administrator => lock.until.is_none_or(|until| until > now()),
        LockCause::Temporary => lock
            .until
            .or(lock.since.map(|since| since + chrono::Duration::hours(1)))
            .is_none_or(|end| end > now()),
        LockCause::System | LockCause::Unknown | LockCause::Inactivity => true,
    });
    match name {
        "DisplayName" => V::Text(user.names.display_name.clone()),
        "IsPinSet" => V::Bool(user.pin.is_set),
        "IsLockedOut" => V::Bool(lock.is_some()),
        "LockCause" => text(lock.map(|lock| lock.cause.word())),
        "LockedBy" => text(
            lock.and_then(|lock| lock.by.as_deref())
                .filter(|by| !by.is_empty()),
        ),
        "LastPinChangeTime" => date(user.pin.last_change),
        "PinExpirationTime" => date(user.pin.expires.filter(|_| user.pin.is_set)),
        other => panic!("{other}"),
    }
}

impl V {
    fn truth(&self) -> bool {
        match self {
            V::Null => false,
            V::Bool(is) => *is,
            V::Number(number) => *number != 0,
            V::Text(text) => !text.is_empty(),
            V::Date(_) => true,
        }
    }

    fn text(&self) -> String {
        match self {
            V::Null => String::new(),
            V::Bool(is) => if *is { "True" } else { "False" }.to_owned(),
            V::Number(number) => number.to_string(),
            V::Text(text) => text.clone(),
            V::Date(time) => time.format("%m/%d/%Y %H:%M:%S").to_string(),
        }
    }
}

/// The order of two values that are not null, after converting the right one to the type of the
/// left one.
fn order(left: &V, right: &V) -> Option<Ordering> {
    match left {
        V::Null => None,
        V::Text(text) => Some(text.to_lowercase().cmp(&right.text().to_lowercase())),
        V::Bool(is) => Some(is.cmp(&right.truth())),
        V::Number(number) => {
            let right = match right {
                V::Number(number) => *number,
                V::Bool(is) => i64::from(*is),
                V::Text(text) if text.trim().is_empty() => 0,
                V::Text(text) => text.trim().parse().ok()?,
                _ => return None,
            };
            Some(number.cmp(&right))
        }
        V::Date(time) => {
            let right = match right {
                V::Date(time) => *time,
                V::Text(text) => {
                    let text = if text.contains(':') {
                        text.clone()
                    } else {
                        format!("{text} 00:00:00")
                    };
                    NaiveDateTime::parse_from_str(&text, "%m/%d/%Y %H:%M:%S")
                        .ok()?
                        .and_utc()
                }
                // Ticks of 100 ns since the year 1.
                V::Number(ticks) if *ticks >= 0 => "0001-01-01T00:00:00Z".parse().ok()?,
                _ => return None,
            };
            Some(time.cmp(&right))
        }
    }
}

fn compare(operator: &str, left: &V, right: &V) -> Result<bool, Stops> {
    let null = |value: &V| *value == V::Null;
    match operator {
        "-eq" if null(left) || null(right) => return Ok(null(left) && null(right)),
        "-ne" if null(left) || null(right) => return Ok(!(null(left) && null(right))),
        "-eq" => return Ok(order(left, right) == Some(Ordering::Equal)),
        "-ne" => return Ok(order(left, right) != Some(Ordering::Equal)),
        "-like" => return Ok(like(&letters(&right.text()), &letters(&left.text()))),
        "-notlike" => return Ok(!like(&letters(&right.text()), &letters(&left.text()))),
        "-match" => {
            return Ok(left
                .text()
                .to_lowercase()
                .contains(&right.text().to_lowercase()));
        }
        "-notmatch" => {
            return Ok(!left
                .text()
                .to_lowercase()
                .contains(&right.text().to_lowercase()));
        }
        _ => {}
    }
    if null(left) || null(right) {
        // Null is between the negative numbers and 0, and before all other values.
        let number = |value: &V| {
            if let V::Number(number) = value {
                Some(*number)
            } else {
                None
            }
        };
        return Ok(match (operator, number(left), number(right)) {
            ("-lt" | "-le", Some(left), _) => left < 0,
            ("-lt" | "-le", _, Some(right)) => right >= 0,
            ("-gt" | "-ge", Some(left), _) => left >= 0,
            ("-gt" | "-ge", _, Some(right)) => right < 0,
            ("-lt", ..) => !null(right),
            ("-le", ..) => null(left),
            ("-gt", ..) => !null(left),
            _ => null(right),
        });
    }
    let order = order(left, right).ok_or(Stops)?;
    Ok(match operator {
        "-lt" => order.is_lt(),
        "-le" => order.is_le(),
        "-gt" => order.is_gt(),
        _ => order.is_ge(),
    })
}

fn letters(text: &str) -> Vec<char> {
    text.to_lowercase().chars().collect()
}

/// A simple implementation of `*`, `?` and `[…]` with single characters.
fn like(pattern: &[char], text: &[char]) -> bool {
    match (pattern, text) {
        ([], text) => text.is_empty(),
        (['*', rest @ ..], text) => (0..=text.len()).any(|from| like(rest, &text[from..])),
        (['[', a, b, ']', rest @ ..], [c, others @ ..]) => (a == c || b == c) && like(rest, others),
        (['?', rest @ ..], [_, others @ ..]) => like(rest, others),
        ([a, rest @ ..], [b, others @ ..]) => *a != '[' && a == b && like(rest, others),
        _ => false,
    }
}

impl Side {
    fn of(&self, user: &UserRecord) -> V {
        match self {
            Self::Property(name) => property(user, name),
            Self::Literal(value, _) => value.clone(),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Property(name) => format!("$_.{name}"),
            Self::Literal(_, text) => text.clone(),
        }
    }

    fn is_missing_date(&self, user: &UserRecord) -> bool {
        matches!(self, Self::Property(name) if name.ends_with("Time") && property(user, name) == V::Null)
    }
}

impl Condition {
    fn text(&self) -> String {
        match self {
            Self::Compare(operator, left, right) => {
                format!("{} {operator} {}", left.text(), right.text())
            }
            Self::Alone(side) => side.text(),
            Self::Not(inner) => format!("-not ({})", inner.text()),
            Self::Join(operator, left, right) => {
                format!("({}) {operator} ({})", left.text(), right.text())
            }
        }
    }

    /// Whether a user passes. With `raw`, the answer is PowerShell's own, with its trap.
    fn holds(&self, user: &UserRecord, raw: bool) -> Result<bool, Stops> {
        Ok(match self {
            Self::Compare(operator, left, right) => {
                let is_order = matches!(*operator, "-lt" | "-le" | "-gt" | "-ge");
                let is_trap =
                    is_order && (left.is_missing_date(user) || right.is_missing_date(user));
                (raw || !is_trap) && compare(operator, &left.of(user), &right.of(user))?
            }
            Self::Alone(side) => side.of(user).truth(),
            Self::Not(inner) => !inner.holds(user, raw)?,
            Self::Join("-and", left, right) => left.holds(user, raw)? && right.holds(user, raw)?,
            Self::Join("-or", left, right) => left.holds(user, raw)? || right.holds(user, raw)?,
            Self::Join(_, left, right) => left.holds(user, raw)? != right.holds(user, raw)?,
        })
    }
}

fn text_literal() -> impl Strategy<Value = Side> {
    let texts = [
        "",
        "Ken",
        "anna smith",
        "a",
        "True",
        "false",
        "1",
        "42",
        "administrator",
        "11/22/2026",
        "12/01/2026 08:00:00",
    ];
    (
        proptest::sample::select(texts.to_vec()),
        proptest::bool::ANY,
    )
        .prop_map(|(text, double)| {
            let written = if double {
                format!("\"{text}\"")
            } else {
                format!("'{text}'")
            };
            Side::Literal(V::Text(text.to_owned()), written)
        })
}

fn literal() -> impl Strategy<Value = Side> {
    let plain = |value, text: &str| Just(Side::Literal(value, text.to_owned()));
    prop_oneof![
        plain(V::Null, "$null"),
        plain(V::Bool(true), "$True"),
        plain(V::Bool(false), "$false"),
        plain(V::Date(now()), "(Get-Date)"),
        (-20..20_i64).prop_map(|days| {
            Side::Literal(
                V::Date(now() + chrono::Duration::days(days)),
                format!("(Get-Date).AddDays({days})"),
            )
        }),
        (-1..2_i64).prop_map(|number| Side::Literal(V::Number(number), number.to_string())),
        text_literal(),
    ]
}

fn property_side() -> impl Strategy<Value = Side> {
    proptest::sample::select(PROPERTIES.to_vec()).prop_map(Side::Property)
}

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![3 => property_side(), 2 => literal()]
}

fn comparison() -> impl Strategy<Value = Condition> {
    let plain = proptest::sample::select(vec!["-eq", "-ne", "-lt", "-le", "-gt", "-ge"]);
    let pattern = |text: String| Side::Literal(V::Text(text.clone()), format!("'{text}'"));
    prop_oneof![
        8 => (plain, side(), side()).prop_map(|(operator, left, right)| Condition::Compare(operator, left, right)),
        2 => (proptest::sample::select(vec!["-like", "-notlike"]), side(), "([abnkt*? ]|\\[a[bk]\\]){0,4}")
            .prop_map(move |(operator, left, right)| Condition::Compare(operator, left, pattern(right))),
        1 => (proptest::sample::select(vec!["-match", "-notmatch"]), side(), "[abkn ]{0,2}|smith|/2026")
            .prop_map(move |(operator, left, right)| Condition::Compare(operator, left, pattern(right))),
        1 => side().prop_map(Condition::Alone),
    ]
}

fn condition() -> impl Strategy<Value = Condition> {
    comparison().prop_recursive(3, 12, 2, |inner| {
        prop_oneof![
            inner
                .clone()
                .prop_map(|inner| Condition::Not(Box::new(inner))),
            (
                proptest::sample::select(vec!["-and", "-or", "-xor"]),
                inner.clone(),
                inner
            )
                .prop_map(|(operator, left, right)| Condition::Join(
                    operator,
                    Box::new(left),
                    Box::new(right)
                )),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn wildcards_match_as_documented(names in proptest::collection::vec("[abAB]{1,8}", 1..8), pattern in "([ab*?]|\\[ab\\]){0,7}") {
        let users: Vec<UserRecord> =
            (1..).zip(&names).map(|(id, name)| user(id, name, pindesk::domain::pin::PinState::default())).collect();
        let (found, _) = passing_of(&format!("{{$_.DisplayName -like '{pattern}'}}"), &users).unwrap();
        let wanted: Vec<i64> =
            (1..).zip(&names).filter(|(_, name)| like(&letters(&pattern), &letters(name))).map(|(id, _)| id).collect();
        prop_assert_eq!(found, wanted, "{} {:?}", pattern, names);
    }

    #[test]
    fn conditions_find_the_users_that_powershell_finds(users in users(), condition in condition()) {
        let text = format!("{{{}}}", condition.text());
        let wanted: Result<Vec<bool>, Stops> = users.iter().map(|user| condition.holds(user, false)).collect();
        match (wanted, passing_of(&text, &users)) {
            (Err(Stops), Err(_)) => {}
            (Ok(wanted), Ok((found, warnings))) => {
                let mut traps = (0, 0);
                let mut ids = Vec::new();
                for (user, passes) in users.iter().zip(wanted) {
                    if passes {
                        ids.push(user.id.0);
                    }
                    match (passes, condition.holds(user, true)) {
                        (false, Ok(true)) => traps.0 += 1,
                        (true, Ok(false)) => traps.1 += 1,
                        _ => {}
                    }
                }
                prop_assert_eq!(found, ids, "{}", text);
                let said = warnings.iter().find(|warning| warning.contains("earlier than every date"));
                prop_assert_eq!(said.is_some(), traps != (0, 0), "{}", text);
                for (count, words) in [(traps.0, "also have taken"), (traps.1, "left out")] {
                    if count > 0 {
                        let counted = format!("{words} {count} user");
                        prop_assert!(said.is_some_and(|said| said.contains(&counted)), "{counted}: {warnings:?}");
                    }
                }
            }
            (wanted, found) => prop_assert!(false, "{text}: {wanted:?} and {found:?}"),
        }
    }
}
