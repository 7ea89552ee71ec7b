//! Charts of the store: each PIN in its bar, on both sides of each boundary, and locks as the
//! history has them.

use chrono::{Duration, Timelike as _};
use pindesk::domain::Time;
use pindesk::domain::pin_digits::Pin;
use pindesk::domain::policy::{PinPolicy, PolicyName};
use pindesk::domain::user::UserId;
use pindesk::exchange::{Chart, ChartKind, charts, save_chart};
use pindesk::plan::Action;
use pindesk::plan::import::PinFacts;
use pindesk::progress::Unwatched;
use pindesk::store::Grant;
use pindesk::zone::Zone;

use crate::common::{TempStore, admin, names, now, operator, pin_set, typed};
use crate::{policy, set};

fn chart(temp: &TempStore, kind: ChartKind, at: Time) -> Chart {
    let all = charts(&temp.store, at, Zone::utc(), &Unwatched).unwrap();
    all.into_iter().find(|chart| chart.kind == kind).unwrap()
}

/// The labels of the bars with users, and these users.
fn bars(chart: &Chart) -> Vec<(&str, Vec<UserId>)> {
    let filled = chart.rows.iter().filter(|row| !row.users.is_empty());
    filled
        .map(|row| (row.label.as_str(), row.users.clone()))
        .collect()
}

#[test]
fn pins_are_in_the_week_of_their_expiry_and_in_their_age() {
    let today = now().date_naive().and_hms_opt(0, 0, 0).unwrap().and_utc();
    for (expires, age, week, aged) in [
        (
            Some(now() - Duration::seconds(1)),
            29,
            "Expired",
            "Under 30 days",
        ),
        (
            Some(today + Duration::days(7) - Duration::seconds(1)),
            30,
            &format!("Week from {}", today.date_naive()),
            "30 to 89 days",
        ),
        (
            Some(today + Duration::days(7)),
            89,
            &format!("Week from {}", (today + Duration::days(7)).date_naive()),
            "30 to 89 days",
        ),
        (
            Some(today + Duration::days(84) - Duration::seconds(1)),
            90,
            &format!("Week from {}", (today + Duration::days(77)).date_naive()),
            "90 to 179 days",
        ),
        (
            Some(today + Duration::days(84)),
            730,
            "Later",
            "Over 2 years",
        ),
        (None, 729, "Never", "1 to 2 years"),
    ] {
        let mut temp = TempStore::with(&[("Ken Myer", "kenmyer")]);
        temp.import_users(vec![names("No Pin", "nopin")]).unwrap();
        let facts = PinFacts {
            expires,
            last_change: Some(now() - Duration::days(age)),
            ..pin_set()
        };
        temp.import_pin("kenmyer", &facts);
        let ken = temp.id("kenmyer");
        let found = chart(&temp, ChartKind::Expiry, now());
        assert_eq!(bars(&found), [(week, vec![ken])], "{expires:?}");
        let found = chart(&temp, ChartKind::Age, now());
        assert_eq!(bars(&found), [(aged, vec![ken])], "{age} days");
    }
}

#[test]
fn users_are_in_the_bar_of_the_policy_that_holds() {
    let mut temp = TempStore::with(&[("Ken Myer", "kenmyer"), ("Anna Smith", "asmith")]);
    policy(&mut temp, "Executives", PinPolicy::default());
    let executives = PolicyName::parse("Executives").unwrap();
    let (ken, anna) = (temp.id("kenmyer"), temp.id("asmith"));
    temp.store
        .grant_policy(anna, Some(&executives), &admin(), now())
        .unwrap();
    let found = chart(&temp, ChartKind::Policies, now());
    let expected = [("Global", vec![ken]), ("Executives", vec![anna])];
    assert_eq!(bars(&found), expected);
}

#[test]
fn locks_are_counted_by_day_and_operator_for_thirty_days() {
    let mut temp = TempStore::with(&[("Ken Myer", "kenmyer"), ("Anna Smith", "asmith")]);
    for logon in ["kenmyer", "asmith"] {
        temp.import_pin(logon, &pin_set());
    }
    let bob = operator("bob");
    temp.store
        .grant(Grant::Give, "CsAdministrator", "bob", &admin(), now())
        .unwrap();
    let tomorrow = now() + Duration::days(1);
    for (by, action, who, at) in [
        (&admin(), Action::Lock, "kenmyer", now()),
        (&admin(), Action::Lock, "asmith", now()),
        (&bob, Action::Unlock, "kenmyer", tomorrow),
    ] {
        let plan = temp.plan_as(by, action, typed(&[&format!("litwareinc\\{who}")]));
        temp.store.apply(&plan, by, at, &Unwatched).unwrap();
    }
    let (ken, anna) = (temp.id("kenmyer"), temp.id("asmith"));
    let found = chart(&temp, ChartKind::LocksByDay, tomorrow);
    let (first, second) = (now().date_naive(), tomorrow.date_naive());
    assert_eq!(
        bars(&found),
        [
            (second.to_string().as_str(), vec![ken]),
            (first.to_string().as_str(), vec![ken, anna])
        ]
    );
    let counts: Vec<&[usize]> = found.rows.iter().map(|row| row.counts.as_slice()).collect();
    assert_eq!(counts, [[0, 0, 0, 0, 1], [2, 0, 0, 0, 0]]);
    let found = chart(&temp, ChartKind::LocksByOperator, tomorrow);
    let operators: Vec<(&str, usize)> = found
        .rows
        .iter()
        .map(|row| (row.label.as_str(), row.total()))
        .collect();
    assert_eq!(operators, [("bob", 1), (admin().account.as_str(), 2)]);
    for (after, expected) in [(Duration::zero(), 2), (Duration::seconds(1), 1)] {
        let at = now() + Duration::days(30) + after;
        let found = chart(&temp, ChartKind::LocksByDay, at);
        assert_eq!(found.rows.len(), expected, "{at}");
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("chart.csv");
    save_chart(&found, &file).unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    assert_eq!(
        lines.next(),
        Some(
            r#""Operator","Locked by administrator","Locked by system","Locked temporarily","Locked, cause unknown","Unlocked""#
        )
    );
    assert_eq!(lines.next(), Some(r#""bob","0","0","0","0","1""#));
}

#[test]
fn wrong_pins_are_counted_by_hour_and_bursts_are_marked() {
    let logons: Vec<String> = (0..10).map(|nth| format!("user{nth}")).collect();
    let people: Vec<(&str, &str)> = logons
        .iter()
        .map(|logon| (logon.as_str(), logon.as_str()))
        .collect();
    let mut temp = TempStore::with(&people);
    for logon in &logons {
        set(&mut temp, logon, "482913").unwrap();
    }
    let begin = now() + Duration::hours(1) - Duration::minutes(now().minute().into());
    let mut wrong = |logon: &str, at: Time| {
        let id = temp.id(logon);
        let tried = Pin::parse("739182").unwrap();
        let answer = temp.store.authenticate(id, &tried, &admin(), at).unwrap();
        assert!(answer.refusal.is_some());
    };
    // Nine users within ten minutes are no burst. The tenth of the next hour makes one of them.
    for (logon, minute) in logons.iter().take(9).zip(0..) {
        wrong(logon, begin + Duration::minutes(minute));
    }
    for (logon, second) in logons.iter().zip(0..) {
        wrong(
            logon,
            begin + Duration::minutes(90) + Duration::seconds(66 * second),
        );
    }
    let at = begin + Duration::hours(2);
    let found = chart(&temp, ChartKind::FailuresByHour, at);
    let hour = |at: Time| at.format("%Y-%m-%d %H:00").to_string();
    let rows: Vec<(String, Vec<usize>)> = found
        .rows
        .iter()
        .map(|row| (row.label.clone(), row.counts.clone()))
        .collect();
    let second = hour(begin + Duration::minutes(90));
    assert_eq!(rows, [(second, vec![0, 10]), (hour(begin), vec![9, 0])]);
    assert_eq!(found.rows[0].users.len(), 10);
    let later = begin + Duration::minutes(90) + Duration::hours(48) + Duration::seconds(1);
    let found = chart(&temp, ChartKind::FailuresByHour, later);
    assert_eq!(found.rows.len(), 1);
    assert_eq!(found.rows[0].counts, [9, 0]);
}
