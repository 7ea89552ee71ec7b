//! Charts of the store: PINs by expiry, age and policy, and locks by day and operator. A chart is a
//! table of counts whose rows lead to their users.

use std::collections::BTreeMap;
use std::io;

use chrono::{Days, Duration, NaiveDate};
use strum::VariantArray as _;

use super::atomic_write::{cannot_write, write_whole};
use super::error::ReadError;
use super::export::{begin_csv, write_row};
use super::output_file::OutputFile;
use crate::domain::Time;
use crate::domain::pin::LockCause;
use crate::domain::user::UserId;
use crate::progress::{Progress, step};
use crate::store::{Store, StoreError};
use crate::zone::Zone;

/// The subject of a chart. Its word on the command line is derived from its name.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[strum(serialize_all = "kebab-case")]
pub enum ChartKind {
    /// PINs by the week in which they expire.
    #[default]
    Expiry,
    /// PINs by the time since their last change.
    Age,
    /// Users by the policy that holds for them.
    Policies,
    /// Locks and unlocks of the last days.
    LocksByDay,
    LocksByOperator,
    /// Wrong PINs of the last hours.
    FailuresByHour,
}

/// A chart: a row for each bar, with a count for each part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    pub kind: ChartKind,
    /// The names of the parts of a bar.
    pub parts: Vec<&'static str>,
    pub rows: Vec<ChartRow>,
}

/// A bar of a chart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChartRow {
    pub label: String,
    /// The count of each part.
    pub counts: Vec<usize>,
    /// The users of the bar, each once.
    pub users: Vec<UserId>,
}

/// The number of days that the charts of locks look back.
const DAYS: i64 = 30;
/// The number of weeks that the chart of expiry looks ahead.
const WEEKS: usize = 12;
const WEEK: i64 = 7;

/// The number of hours that the chart of wrong PINs looks back.
const HOURS: i64 = 48;
/// So many wrong PINs within [`BURST_WITHIN`] are a burst: more than people mistype, as when somebody
/// tries the PINs of many users.
const BURST: usize = 10;
const BURST_WITHIN: Duration = Duration::minutes(10);
const FAILURE_PARTS: [&str; 2] = ["Wrong PINs", "Wrong PINs of a burst"];

/// The parts of bars of locks, in the order of [`part_of`].
const LOCK_PARTS: [&str; 5] = [
    "Locked by administrator",
    "Locked by system",
    "Locked temporarily",
    "Locked, cause unknown",
    "Unlocked",
];

impl ChartKind {
    /// The title of the chart.
    pub fn label(self) -> &'static str {
        match self {
            Self::Expiry => "PINs by week of expiry",
            Self::Age => "PINs by age",
            Self::Policies => "Users by PIN policy",
            Self::LocksByDay => "Locks and unlocks by day",
            Self::LocksByOperator => "Locks and unlocks by operator",
            Self::FailuresByHour => "Wrong PINs by hour",
        }
    }

    /// The PINs or changes that the chart counts, in a sentence.
    pub fn about(self) -> &'static str {
        match self {
            Self::Expiry => "PINs that are set. Weeks of seven days, beginning today.",
            Self::Age => "PINs that are set, by the time since their last change.",
            Self::Policies => "All users, by the policy that holds for them.",
            Self::LocksByDay => "The last 30 days, from the history.",
            Self::LocksByOperator => {
                "The last 30 days, from the history. Locks by the system count for the account that tested the PIN."
            }
            Self::FailuresByHour => {
                "The last 48 hours, from the history. Ten or more wrong PINs within ten minutes are a burst, of one user or of several."
            }
        }
    }

    /// The sentence in the place of bars where there are none.
    pub fn without_bars(self) -> &'static str {
        match self {
            Self::LocksByDay | Self::LocksByOperator => {
                "Nothing was locked or unlocked in these days."
            }
            Self::FailuresByHour => "There was no wrong PIN in these hours.",
            Self::Expiry | Self::Age | Self::Policies => "There are no users yet.",
        }
    }

    /// Its word on the command line: "locks-by-day".
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// All charts of a store at one moment.
///
/// # Errors
/// The store could not be read, or the work was cancelled.
pub fn charts(
    store: &Store,
    now: Time,
    zone: Zone,
    progress: &dyn Progress,
) -> Result<Vec<Chart>, StoreError> {
    let _one_moment = store.snapshot()?;
    let (expiry, age) = pins(store, now, zone, progress)?;
    let (by_day, by_operator) = locks(store, now, zone)?;
    let policies = policies(store)?;
    let failures = failures(store, now, zone)?;
    Ok(vec![expiry, age, policies, by_day, by_operator, failures])
}

/// Saves a chart as CSV, a line for each bar.
///
/// # Errors
/// The file cannot be written.
pub fn save_chart<'a>(chart: &Chart, to: impl Into<OutputFile<'a>>) -> Result<(), ReadError> {
    write_whole(to, |file| {
        let mut out = io::BufWriter::new(file);
        let columns: Vec<&str> = std::iter::once(chart.first_column())
            .chain(chart.parts.iter().copied())
            .collect();
        begin_csv(&mut out, &columns).map_err(cannot_write)?;
        for row in &chart.rows {
            let counts = row.counts.iter().map(|count| Some(count.to_string()));
            let cells = std::iter::once(Some(row.label.clone())).chain(counts);
            write_row(&mut out, ',', cells).map_err(cannot_write)?;
        }
        io::Write::flush(&mut out).map_err(cannot_write)
    })
}

impl Chart {
    fn new(kind: ChartKind, parts: &[&'static str]) -> Self {
        Self {
            kind,
            parts: parts.to_vec(),
            rows: Vec::new(),
        }
    }

    fn add_row(&mut self, label: impl Into<String>) {
        self.rows.push(ChartRow {
            label: label.into(),
            counts: vec![0; self.parts.len()],
            users: Vec::new(),
        });
    }

    /// Counts a user in a row of a chart whose bars have one part.
    fn count(&mut self, row: usize, user: UserId) {
        let parts = self.parts.len();
        if let Some(row) = self.rows.get_mut(row) {
            row.count(0, parts, user);
        }
    }

    /// The name of the column with the labels.
    pub fn first_column(&self) -> &'static str {
        match self.kind {
            ChartKind::Expiry => "Expires",
            ChartKind::Age => "Age",
            ChartKind::Policies => "Policy",
            ChartKind::LocksByDay => "Day",
            ChartKind::LocksByOperator => "Operator",
            ChartKind::FailuresByHour => "Hour",
        }
    }

    /// The length of the longest bar.
    pub fn longest(&self) -> usize {
        let lengths = self.rows.iter().map(ChartRow::total);
        lengths.max().unwrap_or_default()
    }
}

impl ChartRow {
    /// The sum of all parts.
    pub fn total(&self) -> usize {
        self.counts.iter().sum()
    }

    /// Counts something of a user in one of so many parts.
    fn count(&mut self, part: usize, parts: usize, user: UserId) {
        self.counts.resize(parts, 0);
        if let Some(count) = self.counts.get_mut(part) {
            *count += 1;
        }
        self.users.push(user);
    }

    /// The row with its label, when everything is counted.
    fn labelled(mut self, label: String) -> Self {
        self.users.sort_unstable();
        self.users.dedup();
        Self { label, ..self }
    }
}

/// The ages of the chart in days, and the labels of PINs that are younger.
const AGES: [(i64, &str); 5] = [
    (30, "Under 30 days"),
    (90, "30 to 89 days"),
    (180, "90 to 179 days"),
    (365, "180 to 364 days"),
    (730, "1 to 2 years"),
];

fn pins(
    store: &Store,
    now: Time,
    zone: Zone,
    progress: &dyn Progress,
) -> Result<(Chart, Chart), StoreError> {
    let today = zone.local(now).date_naive();
    let mut expiry = Chart::new(ChartKind::Expiry, &["PINs"]);
    expiry.add_row("Expired");
    for week in 0..WEEKS {
        let begins = today.checked_add_days(Days::new(week as u64 * WEEK as u64));
        expiry.add_row(begins.map_or_else(String::new, |begins| format!("Week from {begins}")));
    }
    expiry.add_row("Later");
    expiry.add_row("Never");
    let mut age = Chart::new(ChartKind::Age, &["PINs"]);
    for (_, label) in AGES {
        age.add_row(label);
    }
    age.add_row("Over 2 years");
    age.add_row("Not known");
    let Some(ids) = store.id_range()? else {
        return Ok((expiry, age));
    };
    let total = store.count_users()? as u64;
    let (mut done, mut is_cancelled) = (0, false);
    let moment = |millis: Option<i64>| millis.and_then(Time::from_timestamp_millis);
    let moment_now = now.timestamp_millis();
    store.each_pin(&ids, |pin| {
        done += 1;
        is_cancelled = step(progress, done, total);
        if pin.is_set {
            let row = match pin.expires {
                None => WEEKS + 2,
                Some(at) if at < moment_now => 0,
                at => week_of(moment(at), today, zone),
            };
            expiry.count(row, pin.id);
            let days = pin
                .last_change
                .map(|at| (moment_now - at).div_euclid(Duration::days(1).num_milliseconds()));
            age.count(age_row(days), pin.id);
        }
        !is_cancelled
    })?;
    if is_cancelled {
        return Err(StoreError::Cancelled);
    }
    Ok((expiry, age))
}

/// The row of a PIN that has not expired yet.
fn week_of(expires: Option<Time>, today: NaiveDate, zone: Zone) -> usize {
    let days = expires.map(|at| (zone.local(at).date_naive() - today).num_days());
    let week = days.map_or(WEEKS, |days| {
        usize::try_from(days.div_euclid(WEEK)).unwrap_or_default()
    });
    week.min(WEEKS) + 1
}

fn age_row(days: Option<i64>) -> usize {
    match days {
        None => AGES.len() + 1,
        Some(days) => AGES.iter().take_while(|(until, _)| days >= *until).count(),
    }
}

fn policies(store: &Store) -> Result<Chart, StoreError> {
    let mut chart = Chart::new(ChartKind::Policies, &["Users"]);
    for (policy, users) in store.users_by_policy()? {
        chart.rows.push(ChartRow {
            label: policy.name.to_string(),
            counts: vec![users.len()],
            users,
        });
    }
    Ok(chart)
}

fn locks(store: &Store, now: Time, zone: Zone) -> Result<(Chart, Chart), StoreError> {
    let mut by_day: BTreeMap<NaiveDate, ChartRow> = BTreeMap::new();
    let mut by_operator: BTreeMap<String, ChartRow> = BTreeMap::new();
    let add = |row: &mut ChartRow, part: usize, user: UserId| {
        row.count(part, LOCK_PARTS.len(), user);
    };
    store.each_lock_change(now - Duration::days(DAYS), |change| {
        let part = part_of(change.locked);
        let day = zone.local(change.at).date_naive();
        add(by_day.entry(day).or_default(), part, change.user);
        if !by_operator.contains_key(change.operator) {
            by_operator.insert(change.operator.to_owned(), ChartRow::default());
        }
        if let Some(row) = by_operator.get_mut(change.operator) {
            add(row, part, change.user);
        }
        true
    })?;
    let chart = |kind, rows: Vec<(String, ChartRow)>| {
        let labelled = rows.into_iter().map(|(label, row)| row.labelled(label));
        Chart {
            kind,
            parts: LOCK_PARTS.to_vec(),
            rows: labelled.collect(),
        }
    };
    let days = by_day.into_iter().rev();
    let days = days.map(|(day, row)| (day.to_string(), row)).collect();
    Ok((
        chart(ChartKind::LocksByDay, days),
        chart(
            ChartKind::LocksByOperator,
            by_operator.into_iter().collect(),
        ),
    ))
}

fn failures(store: &Store, now: Time, zone: Zone) -> Result<Chart, StoreError> {
    let mut failed = Vec::new();
    store.each_failed_logon(now - Duration::hours(HOURS), |logon| failed.push(logon))?;
    failed.sort_by_key(|logon| logon.at);
    let mut is_burst = vec![false; failed.len()];
    let mut first = 0;
    for last in 0..failed.len() {
        while failed[last].at - failed[first].at > BURST_WITHIN {
            first += 1;
        }
        if last - first + 1 >= BURST {
            is_burst[first..=last].fill(true);
        }
    }
    let mut by_hour: BTreeMap<String, ChartRow> = BTreeMap::new();
    for (logon, is_burst) in failed.iter().zip(is_burst) {
        let hour = zone.local(logon.at).format("%Y-%m-%d %H:00").to_string();
        let row = by_hour.entry(hour).or_default();
        row.count(usize::from(is_burst), FAILURE_PARTS.len(), logon.user);
    }
    let mut chart = Chart::new(ChartKind::FailuresByHour, &FAILURE_PARTS);
    let hours = by_hour.into_iter().rev();
    chart.rows = hours.map(|(hour, row)| row.labelled(hour)).collect();
    Ok(chart)
}

/// The part of a bar that counts such a change.
fn part_of(locked: Option<LockCause>) -> usize {
    match locked {
        Some(cause) => LockCause::VARIANTS
            .iter()
            .position(|other| *other == cause)
            // A lock for want of use is in no entry.
            .filter(|part| *part < LOCK_PARTS.len() - 1)
            .unwrap_or_default(),
        None => LOCK_PARTS.len() - 1,
    }
}
