//! The copies that PinDesk made of a store, and which of them are kept.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{Days, NaiveDate, NaiveDateTime};

use crate::domain::Time;
use crate::plan::BatchId;
use crate::store::engine::files::folder_of;

/// The folder beside the store in which the copies lie.
const FOLDER: &str = "backups";

/// The form of the time in the name of a copy.
const TIME: &str = "%Y%m%dT%H%M%SZ";

/// The number of copies that are kept, however old they are.
const KEPT_NEWEST: usize = 10;
/// The number of days for each of which one more copy is kept.
const KEPT_DAYS: u64 = 30;

/// A copy that PinDesk made before a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupFile {
    pub path: PathBuf,
    pub made_at: Time,
    /// The last batch that is in the copy.
    pub batch: BatchId,
    /// The size in bytes.
    pub size: u64,
}

impl BackupFile {
    /// The folder of a store's copies.
    pub fn folder(store: &Path) -> PathBuf {
        folder(store)
    }

    /// Which copies are kept, as a sentence.
    pub fn kept_words() -> String {
        format!("The newest {KEPT_NEWEST} are kept, and one of each of the last {KEPT_DAYS} days.")
    }

    /// The copies of a store, newest first.
    pub fn list(store: &Path) -> Vec<Self> {
        let entries = fs::read_dir(folder(store)).into_iter().flatten().flatten();
        let mut found: Vec<Self> = entries
            .filter_map(|entry| {
                let (made_at, batch) = parse(store, entry.file_name().to_str()?)?;
                Some(Self {
                    path: entry.path(),
                    made_at,
                    batch,
                    size: entry.metadata().ok().filter(fs::Metadata::is_file)?.len(),
                })
            })
            .collect();
        found.sort_by_key(|file| std::cmp::Reverse((file.made_at, file.batch.0)));
        found
    }
}

/// The folder of a store's copies.
pub(super) fn folder(store: &Path) -> PathBuf {
    folder_of(store).join(FOLDER)
}

/// The path of a copy.
pub(super) fn path(store: &Path, at: Time, batch: i64) -> PathBuf {
    let mut name = store.file_name().unwrap_or_default().to_owned();
    name.push(format!("-{}-batch-{batch}.db", at.format(TIME)));
    folder(store).join(name)
}

/// The time and the batch in the name of a copy of this store.
fn parse(store: &Path, name: &str) -> Option<(Time, BatchId)> {
    let rest = name
        .strip_prefix(store.file_name()?.to_str()?)?
        .strip_prefix('-')?
        .strip_suffix(".db")?;
    let (time, batch) = rest.split_once("-batch-")?;
    let time = NaiveDateTime::parse_from_str(time, TIME).ok()?;
    Some((time.and_utc(), BatchId(batch.parse().ok()?)))
}

/// The copies that are not kept: all but the newest, and the newest of each day of the last weeks.
pub(super) fn outdated(copies: &[BackupFile], now: Time) -> Vec<&BackupFile> {
    let oldest_day = now.date_naive().checked_sub_days(Days::new(KEPT_DAYS));
    let mut days: Vec<NaiveDate> = Vec::new();
    let mut outdated = Vec::new();
    for (index, copy) in copies.iter().enumerate() {
        let day = copy.made_at.date_naive();
        let is_first_of_day = !days.contains(&day);
        days.push(day);
        let is_recent = oldest_day.is_none_or(|oldest| day >= oldest);
        if index >= KEPT_NEWEST && !(is_first_of_day && is_recent) {
            outdated.push(copy);
        }
    }
    outdated
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;

    fn copy(made_at: Time, batch: i64) -> BackupFile {
        BackupFile {
            path: path(Path::new("/data/pindesk.db"), made_at, batch),
            made_at,
            batch: BatchId(batch),
            size: 1,
        }
    }

    #[test]
    fn a_name_tells_the_time_and_the_batch() {
        let store = Path::new("/data/pindesk.db");
        let at: Time = "2026-11-22T12:00:07Z".parse().unwrap();
        let name = path(store, at, 12);
        assert_eq!(
            name,
            Path::new("/data/backups/pindesk.db-20261122T120007Z-batch-12.db")
        );
        let name = name.file_name().unwrap().to_str().unwrap();
        assert_eq!(parse(store, name), Some((at, BatchId(12))));
        for other in ["pindesk.db", "other.db-20261122T120007Z-batch-12.db"] {
            assert_eq!(parse(store, other), None);
        }
    }

    #[test]
    fn the_newest_are_kept_and_one_of_each_day_of_a_month() {
        let now: Time = "2026-11-22T12:00:00Z".parse().unwrap();
        // Three a day, for 60 days.
        let copies: Vec<BackupFile> = (0..180)
            .map(|index| copy(now - Duration::hours(8) * index, 180 - i64::from(index)))
            .collect();
        let outdated = outdated(&copies, now);
        let kept: Vec<&BackupFile> = copies
            .iter()
            .filter(|copy| !outdated.contains(copy))
            .collect();
        assert_eq!(kept[..10].to_vec(), copies[..10].iter().collect::<Vec<_>>());
        let days: Vec<NaiveDate> = kept[10..]
            .iter()
            .map(|copy| copy.made_at.date_naive())
            .collect();
        let oldest = NaiveDate::from_ymd_opt(2026, 10, 23).unwrap();
        assert!(days.windows(2).all(|pair| pair[0] > pair[1]), "{days:?}");
        assert_eq!(days.last(), Some(&oldest));
    }
}
