//! The order, the groups and the measured values of all objects together.

use std::cmp::Ordering;
use std::collections::VecDeque;

use super::sort_key::SortKey;
use super::syntax::{Measured, NamedValue, SortStage};
use super::value::{Object, Value};
use crate::zone::Zone;

type Keyed = (Vec<SortKey>, Object);

/// The objects in the order of their keys, with those alone that `-Top`, `-Bottom` and `-Unique`
/// leave.
pub(super) fn in_order(sort: &SortStage, mut kept: VecDeque<Keyed>) -> Vec<Object> {
    let objects = kept.make_contiguous();
    objects.sort_by(|(left, _), (right, _)| {
        let keys = left.iter().zip(right).enumerate();
        keys.fold(Ordering::Equal, |order, (index, (left, right))| {
            order.then_with(|| {
                let of_key = sort.by.get(index).and_then(|column| column.descending);
                let order = left.cmp(right);
                if of_key.unwrap_or(sort.descending) {
                    order.reverse()
                } else {
                    order
                }
            })
        })
    });
    let mut sorted: Vec<Keyed> = kept.into();
    if sort.unique {
        sorted.dedup_by(|later, earlier| later.0 == earlier.0);
    }
    let skipped = sort
        .bottom
        .map_or(0, |count| sorted.len().saturating_sub(count));
    sorted
        .into_iter()
        .skip(skipped)
        .take(sort.top.unwrap_or(usize::MAX))
        .map(|(_, object)| object)
        .collect()
}

/// The objects with equal keys together, in the order of the keys, as PowerShell 7 orders groups.
pub(super) fn grouped(kept: VecDeque<Keyed>) -> Vec<(Vec<SortKey>, Vec<Object>)> {
    let mut kept: Vec<Keyed> = kept.into();
    kept.sort_by(|(left, _), (right, _)| left.cmp(right));
    let mut groups: Vec<(Vec<SortKey>, Vec<Object>)> = Vec::new();
    for (keys, object) in kept {
        match groups.last_mut() {
            Some((known, members)) if *known == keys => members.push(object),
            _ => groups.push((keys, vec![object])),
        }
    }
    groups
}

/// The cells of what `Measure-Object` hands on.
///
/// # Errors
/// A value that is added up is no number.
pub(super) fn measured(
    count: usize,
    values: Vec<Value>,
    by: &[NamedValue],
    wanted: &[Measured],
    zone: Zone,
) -> Result<Vec<Value>, String> {
    let mut sum = 0.0;
    if wanted.contains(&Measured::Sum) || wanted.contains(&Measured::Average) {
        for value in &values {
            sum += match value {
                Value::Number(number) => *number,
                other => {
                    return Err(format!(
                        "\"{}\" is no number, so there is no sum of it.",
                        other.to_text(zone)
                    ));
                }
            };
        }
    }
    let (mut least, mut greatest) = (None, None);
    for value in values {
        let key = SortKey::of(&value, zone);
        if least.as_ref().is_none_or(|(least, _)| key < *least) {
            least = Some((SortKey::of(&value, zone), value.clone()));
        }
        if greatest
            .as_ref()
            .is_none_or(|(greatest, _)| key > *greatest)
        {
            greatest = Some((key, value));
        }
    }
    let if_wanted = |which: Measured, value: Option<Value>| {
        value
            .filter(|_| wanted.contains(&which))
            .unwrap_or(Value::Null)
    };
    let number = |number: f64| (count > 0).then_some(Value::Number(number));
    Ok(vec![
        Value::Number(count as f64),
        if_wanted(Measured::Average, number(sum / count.max(1) as f64)),
        if_wanted(Measured::Sum, number(sum)),
        if_wanted(Measured::Maximum, greatest.map(|(_, value)| value)),
        if_wanted(Measured::Minimum, least.map(|(_, value)| value)),
        by.first()
            .map_or(Value::Null, |column| Value::Text(column.name.clone())),
    ])
}
