//! Loads the directory from the store: one part at a time, by several threads if there are many
//! users.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use super::fold::Folder;
use super::names::Names;
use super::part::{NamePart, PART};
use super::pins::{OperatorNames, PinPart, PinRow, Pins};
use super::{Directory, parallel};
use crate::progress::{Progress, step};
use crate::store::{Freshness, Store, StoreError};

/// Number of users after which a thread reports its progress.
const STEP: u64 = 4096;
/// Number of users after which the progress of a large load is passed on. More often would cost a
/// window that paints in software too much processor time.
const REPORT_STEP: u64 = 262_144;

type Loaded = (NamePart, PinPart);

impl Directory {
    /// A directory without users.
    pub fn empty() -> Self {
        Self::of(
            Vec::new(),
            Freshness {
                version: 0,
                names: 0,
            },
        )
    }

    /// Loads all users.
    ///
    /// # Errors
    /// The store could not be read, or the work was cancelled.
    pub fn load(store: &Store, progress: &dyn Progress) -> Result<Self, StoreError> {
        // The version is read first, so that the next comparison finds changes that were made
        // during the load.
        let freshness = store.freshness()?;
        let Some(ids) = store.id_range()? else {
            return Ok(Self::of(Vec::new(), freshness));
        };
        let loaded = match by_several(store, &ids, progress)? {
            Some(loaded) => loaded,
            None => by_one(store, ids, progress)?,
        };
        Ok(Self::of(loaded, freshness))
    }

    pub(super) fn of(loaded: Vec<Loaded>, freshness: Freshness) -> Self {
        let (names, pins) = loaded
            .into_iter()
            .map(|(names, pins)| (Arc::new(names), Arc::new(pins)))
            .unzip();
        Self {
            names: Arc::new(Names::of(names)),
            orders: Arc::default(),
            pins: Pins::of(pins),
            freshness,
            facts: None,
            sort_keys: None,
        }
    }
}

/// Loads one part after the other. IDs may have gaps.
fn by_one(
    store: &Store,
    mut ids: RangeInclusive<i64>,
    progress: &dyn Progress,
) -> Result<Vec<Loaded>, StoreError> {
    let (mut parts, mut memory, mut done) = (Vec::new(), Memory::new(0), 0);
    loop {
        let mut cancelled = false;
        let part = read(store, &ids, &mut memory, &mut |_| {
            done += 1;
            cancelled = step(progress, done, 0);
            !cancelled
        })?;
        if cancelled {
            return Err(StoreError::Cancelled);
        }
        let last = part.0.ids().last().map(|id| id.0);
        parts.extend(last.is_some().then_some(part));
        match last {
            Some(last) if last < *ids.end() => ids = last + 1..=*ids.end(),
            _ => return Ok(parts),
        }
    }
}

/// Loads several parts at once. The users of each part must be known beforehand, so the result is
/// None if the IDs have gaps, or if one thread is enough.
fn by_several(
    store: &Store,
    ids: &RangeInclusive<i64>,
    progress: &dyn Progress,
) -> Result<Option<Vec<Loaded>>, StoreError> {
    let (first, last, count) = (*ids.start(), *ids.end(), store.count_users()?);
    let is_dense = last
        .checked_sub(first)
        .is_some_and(|span| usize::try_from(span) == Ok(count.saturating_sub(1)));
    if !is_dense || count <= PART {
        return Ok(None);
    }
    let ranges: Vec<RangeInclusive<i64>> = (first..=last)
        .step_by(PART)
        .map(|start| start..=last.min(start + PART as i64 - 1))
        .collect();
    let (next, is_ending) = (AtomicUsize::new(0), AtomicBool::new(false));
    let mut loaded: Vec<Option<Loaded>> = ranges.iter().map(|_| None).collect();
    let mut failed = None;
    thread::scope(|scope| {
        let (reports, received) = channel();
        for reader in (0..parallel::count()).map_while(|_| store.for_reading().ok()) {
            let reports = reports.clone();
            let work = LoadWork {
                ranges: &ranges,
                next: &next,
                is_ending: &is_ending,
            };
            let name = "pindesk-load".to_owned();
            drop(
                thread::Builder::new()
                    .name(name)
                    .spawn_scoped(scope, move || work.run(&reader, &reports)),
            );
        }
        drop(reports);
        let mut done = 0;
        for report in received {
            match report {
                LoadReport::Read(more) => {
                    for multiple in done / REPORT_STEP + 1..=(done + more) / REPORT_STEP {
                        progress.advance(multiple * REPORT_STEP, 0);
                    }
                    done += more;
                    is_ending.fetch_or(progress.is_cancelled(), Ordering::Relaxed);
                }
                LoadReport::Part(number, part) => loaded[number] = Some(*part),
                LoadReport::Failed(error) => {
                    is_ending.store(true, Ordering::Relaxed);
                    failed = Some(error);
                }
            }
        }
    });
    if let Some(error) = failed {
        return Err(error);
    }
    if is_ending.into_inner() {
        return Err(StoreError::Cancelled);
    }
    // If a thread failed, or the store changed meanwhile, not all parts are full.
    let is_whole = |part: &Loaded, range: &RangeInclusive<i64>| {
        part.0.len() as i64 == range.end() - range.start() + 1
    };
    let loaded: Option<Vec<Loaded>> = loaded.into_iter().collect();
    Ok(loaded.filter(|loaded| {
        loaded
            .iter()
            .zip(&ranges)
            .all(|(part, range)| is_whole(part, range))
    }))
}

/// Memory that is used for each part again: folded letters, names of operators, and buffers.
struct Memory {
    part: NamePart,
    pins: PinPart,
    folder: Folder,
    operators: OperatorNames,
}

impl Memory {
    fn new(count: usize) -> Self {
        Self {
            part: NamePart::with_room(count),
            pins: PinPart::default(),
            folder: Folder::default(),
            operators: OperatorNames::default(),
        }
    }
}

/// State that the loading threads share.
struct LoadWork<'a> {
    ranges: &'a [RangeInclusive<i64>],
    next: &'a AtomicUsize,
    is_ending: &'a AtomicBool,
}

enum LoadReport {
    Read(u64),
    Part(usize, Box<Loaded>),
    Failed(StoreError),
}

impl LoadWork<'_> {
    fn run(&self, store: &Store, reports: &Sender<LoadReport>) {
        let mut memory = Memory::new(PART);
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(range) = self.ranges.get(number) else {
                return;
            };
            let mut reported = 0;
            let part = read(store, range, &mut memory, &mut |done| {
                if done.is_multiple_of(STEP) {
                    reported = done;
                    // The receiver is gone if the load was given up.
                    drop(reports.send(LoadReport::Read(STEP)));
                }
                !self.is_ending.load(Ordering::Relaxed)
            });
            let report = match part {
                Ok(part) => {
                    drop(reports.send(LoadReport::Read(part.0.len() as u64 - reported)));
                    LoadReport::Part(number, Box::new(part))
                }
                Err(error) => LoadReport::Failed(error),
            };
            if reports.send(report).is_err() || self.is_ending.load(Ordering::Relaxed) {
                return;
            }
        }
    }
}

/// Reads the users with these IDs, but no more than fit into a part. `go_on` gets their number
/// after each one.
fn read(
    store: &Store,
    ids: &RangeInclusive<i64>,
    memory: &mut Memory,
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Result<Loaded, StoreError> {
    let Memory {
        part,
        pins,
        folder,
        operators,
    } = memory;
    part.clear();
    store.each_names(ids, |user| {
        part.push(&user, folder);
        go_on(part.len() as u64) && part.len() < PART
    })?;
    pins.clear();
    if let (Some(first), Some(last)) = (part.ids().first(), part.ids().last()) {
        store.each_pin(&(first.0..=last.0), |pin| {
            if let Some(index) = part.ids().index_of(pin.id) {
                pins.set(index, PinRow::new(&pin, operators));
            }
            true
        })?;
    }
    Ok((part.compact(), pins.compact()))
}
