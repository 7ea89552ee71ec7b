//! Answering one query after the other: what the last answers have in common with the next is not worked out again.

use chrono::Duration;

use super::classes::Classes;
use super::generation::Age;
use super::matches::Found;
use super::order::Order;
use super::parallel::Stopped;
use super::sorting;
use super::{Directory, Query, Reading, Sort, SortColumn, View};
use crate::domain::Time;
use crate::domain::text::search_key;

/// What is kept from one answer to the next.
#[derive(Debug, Default)]
pub struct Answers {
    classes: Option<Classes>,
    orders: Vec<KeptOrder>,
    last: Option<LastFound>,
}

/// An order that was asked for, and of what.
#[derive(Debug)]
struct KeptOrder {
    sort: Sort,
    names: Age,
    /// Which PIN states it is of, and since when nobody's status has changed by itself.
    pins: Option<(Age, Time)>,
    order: Order,
}

/// Who was found last, by which text.
#[derive(Debug)]
struct LastFound {
    names: Age,
    reading: Reading,
    needle: Option<String>,
    found: Found,
}

/// "In 3 days" and the like must not grow old.
pub(super) const LONGEST_LIFE: Duration = Duration::hours(1);
/// Orders by times and names beside that of display names, which the names themselves keep.
const KEPT_ORDERS: usize = 2;

impl Answers {
    /// Answers a query. `stop` is asked now and then; None when it says so.
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
        let (Some(last), Some(classes)) = (&self.last, &self.classes) else {
            return Err(Stopped);
        };
        let counts = classes.counted(&last.found).chips(now);
        let passing = classes.filtered(&directory.pins, &last.found, query.filter, now);
        if stop() {
            return Err(Stopped);
        }
        let order = order(&mut self.orders, directory, query.sort, classes, since);
        Ok(View {
            directory: directory.clone(),
            query: query.clone(),
            places: order.of_found(&passing),
            counts,
            now,
            next_change: until.min(now + LONGEST_LIFE),
            is_complete: true,
            order,
        })
    }
}

/// Finds whom a text means. Whoever has a longer text in a name also has a shorter one that is a part of it.
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
        .is_some_and(|last| last.names == names.age() && last.reading == reading)
    {
        return Ok(());
    }
    let mut needle = None;
    let found = match &reading {
        Reading::Everybody => Found::all(names.len()),
        Reading::Text { looked_for, .. } => {
            let key = needle.insert(search_key(looked_for));
            let is_part = |last: &&LastFound| {
                last.names == names.age()
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
        Reading::Refused(_) => Found::none(names.len()),
    };
    *last = Some(LastFound {
        names: names.age(),
        reading,
        needle,
        found,
    });
    Ok(())
}

/// All users in the order that is asked for.
fn order(
    orders: &mut Vec<KeptOrder>,
    directory: &Directory,
    sort: Sort,
    classes: &Classes,
    since: Time,
) -> Order {
    let names = directory.names();
    if sort
        == (Sort {
            column: SortColumn::DisplayName,
            descending: false,
        })
    {
        return names.order().clone();
    }
    let pins = (!sort.column.is_name()).then(|| (directory.pins.age(), since));
    let is_it =
        |kept: &KeptOrder| kept.sort == sort && kept.names == names.age() && kept.pins == pins;
    if let Some(at) = orders.iter().position(is_it) {
        let kept = orders.remove(at);
        orders.push(kept);
    } else {
        // What is of another moment is never asked for again.
        orders.retain(|kept| kept.names == names.age() && kept.sort != sort);
        if orders.len() >= KEPT_ORDERS {
            orders.remove(0);
        }
        let order = sorting::order(directory, sort, classes);
        orders.push(KeptOrder {
            sort,
            names: names.age(),
            pins,
            order,
        });
    }
    orders
        .last()
        .map_or_else(|| names.order().clone(), |kept| kept.order.clone())
}
