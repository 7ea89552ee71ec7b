//! Answers one query after the other. Parts of earlier answers that still hold are not computed
//! again.

use super::classes::Classes;
use super::generation::Generation;
use super::order::UserOrder;
use super::parallel::Stopped;
use super::passed::{self, Passed};
use super::sorting;
use super::user_set::UserSet;
use super::view::LONGEST_LIFE;
use super::{Among, Directory, Query, Reading, Sort, SortColumn, View};
use crate::domain::Time;
use crate::domain::text::search_key;
use crate::pipeline::{Context, UserCondition};

/// The parts of earlier answers that the next one can use.
#[derive(Debug, Default)]
pub struct AnswerCache {
    classes: Option<Classes>,
    orders: Vec<KeptOrder>,
    last: Option<LastFound>,
    among: Option<LastAmong>,
    passed: Option<Passed>,
}

/// A computed order, and the names and PIN states for which it holds.
#[derive(Debug)]
struct KeptOrder {
    sort: Sort,
    names: Generation,
    /// The PIN states it was computed from, and the moment since which no status changed by itself.
    /// None if it depends on names alone.
    pins: Option<(Generation, Time)>,
    /// The keys that were read from the store. None if it needs none.
    keys: Option<Generation>,
    order: UserOrder,
}

/// The users found by the last text, and that text.
#[derive(Debug)]
struct LastFound {
    names: Generation,
    reading: Reading,
    needle: Option<String>,
    found: UserSet,
}

/// The set of the particular users of the last query.
#[derive(Debug)]
struct LastAmong {
    names: Generation,
    among: Among,
    set: UserSet,
}

/// Number of orders that are kept, besides the order of display names, which the directory keeps.
const KEPT_ORDERS: usize = 2;

impl AnswerCache {
    /// Answers a query. `stop` is called repeatedly; once it returns true, the answer is None.
    pub fn answer(
        &mut self,
        directory: &Directory,
        query: &Query,
        now: Time,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Option<View> {
        self.try_answer(directory, query, now, stop)
            .ok()
            .filter(|_| !stop())
    }

    fn try_answer(
        &mut self,
        directory: &Directory,
        query: &Query,
        now: Time,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<View, Stopped> {
        let len = directory.len();
        let classes = match self
            .classes
            .take()
            .filter(|classes| classes.hold(&directory.pins, len, now))
        {
            Some(classes) => classes,
            None => Classes::of(&directory.pins, len, now, stop)?,
        };
        let classes = self.classes.insert(classes);
        let (since, until) = (classes.since(), classes.until);
        find(&mut self.last, directory, &query.text, stop)?;
        let among = particular(&mut self.among, directory, query.among.as_ref());
        let (Some(last), Some(classes)) = (&self.last, &self.classes) else {
            return Err(Stopped);
        };
        let common = among.map(|among| last.found.and(among));
        let found = common.as_ref().unwrap_or(&last.found);
        // The window sends no condition that cannot be read.
        let condition = Some(&query.condition).filter(|condition| !condition.is_empty());
        let condition = condition.and_then(|condition| UserCondition::parse(condition).ok());
        let (found, until) = match condition {
            None => (found, until),
            Some(condition) => {
                let context = Context {
                    now,
                    zone: query.zone,
                    brief: true,
                };
                let passed = &mut self.passed;
                passed::pass(passed, directory, query, found, &condition, &context, stop)?;
                let found = passed.as_ref().map_or(found, Passed::found);
                (found, until.min(now + passed::LIFE))
            }
        };
        let counts = classes.counted(found).chips(query, now);
        let passing = [query.filter, query.also]
            .into_iter()
            .fold(found.clone(), |passing, filter| {
                classes.filtered(&directory.pins, passing, filter, now)
            });
        if stop() {
            return Err(Stopped);
        }
        let order = order(&mut self.orders, directory, query.sort, classes, since);
        Ok(View {
            directory: directory.clone(),
            query: query.clone(),
            positions: order.of_found(&passing),
            counts,
            now,
            next_change: until.min(now + LONGEST_LIFE),
            is_complete: true,
            order,
        })
    }
}

impl View {
    /// Answers one query. `stop` is called repeatedly; once it returns true, the answer is None.
    pub fn answer(
        directory: &Directory,
        query: &Query,
        now: Time,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Option<Self> {
        AnswerCache::default().answer(directory, query, now, stop)
    }
}

/// Finds the users of a text. A user whose name contains a longer text also contains each part of
/// it, so the last result narrows the search.
fn find(
    last: &mut Option<LastFound>,
    directory: &Directory,
    text: &str,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<(), Stopped> {
    let names = directory.names();
    let reading = Reading::of(text);
    if last
        .as_ref()
        .is_some_and(|last| last.names == names.generation() && last.reading == reading)
    {
        return Ok(());
    }
    let mut needle = None;
    let found = match &reading {
        Reading::Everybody => UserSet::all(names.len()),
        Reading::Text { looked_for, .. } => {
            let key = needle.insert(search_key(looked_for));
            let is_part = |last: &&LastFound| {
                last.names == names.generation()
                    && last
                        .needle
                        .as_ref()
                        .is_some_and(|part| key.contains(part.as_str()))
            };
            names.containing(
                key,
                last.as_ref().filter(is_part).map(|last| &last.found),
                stop,
            )?
        }
        Reading::Pattern(pattern) => names.matching(pattern, stop)?,
        Reading::Refused(_) => UserSet::none(names.len()),
    };
    *last = Some(LastFound {
        names: names.generation(),
        reading,
        needle,
        found,
    });
    Ok(())
}

/// The set of the particular users of a query. None if it is about all.
fn particular<'a>(
    last: &'a mut Option<LastAmong>,
    directory: &Directory,
    among: Option<&Among>,
) -> Option<&'a UserSet> {
    let among = among?;
    let names = directory.names();
    let holds = |last: &LastAmong| last.names == names.generation() && last.among == *among;
    let kept = last.take().filter(holds).unwrap_or_else(|| LastAmong {
        names: names.generation(),
        among: among.clone(),
        set: among.set(names),
    });
    Some(&last.insert(kept).set)
}

/// All users in the order of a column.
fn order(
    orders: &mut Vec<KeptOrder>,
    directory: &Directory,
    sort: Sort,
    classes: &Classes,
    since: Time,
) -> UserOrder {
    let names = directory.names();
    if sort
        == (Sort {
            column: SortColumn::DisplayName,
            descending: false,
        })
    {
        return directory.order().clone();
    }
    let pins = (!sort.column.is_name()).then(|| (directory.pins.generation(), since));
    let keys = directory.sort_generation(sort.column);
    let is_it = |kept: &KeptOrder| {
        kept.sort == sort
            && kept.names == names.generation()
            && kept.pins == pins
            && kept.keys == keys
    };
    if let Some(at) = orders.iter().position(is_it) {
        let kept = orders.remove(at);
        orders.push(kept);
    } else {
        // Orders of other names are never used again.
        orders.retain(|kept| kept.names == names.generation() && kept.sort != sort);
        if orders.len() >= KEPT_ORDERS {
            orders.remove(0);
        }
        let order = sorting::order(directory, sort, classes);
        orders.push(KeptOrder {
            sort,
            names: names.generation(),
            pins,
            keys,
            order,
        });
    }
    orders
        .last()
        .map_or_else(|| directory.order().clone(), |kept| kept.order.clone())
}
