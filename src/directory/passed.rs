//! The users for whom a condition holds.

use std::sync::Arc;

use chrono::Duration;

use super::generation::Generation;
use super::name_form::NameForm;
use super::parallel::{Stopped, in_chunks};
use super::store_facts::AllFacts;
use super::user_set::UserSet;
use super::{Among, Directory, Position, Query};
use crate::domain::Time;
use crate::domain::user::{Account, UserNames, UserRecord, Version};
use crate::pipeline::{Context, UserCondition};

/// The users who passed the last condition, and what they were found in.
#[derive(Debug)]
pub(super) struct Passed {
    condition: String,
    text: String,
    among: Option<Among>,
    generations: (Generation, Generation),
    facts: Option<Arc<AllFacts>>,
    at: Time,
    found: UserSet,
}

impl Passed {
    pub fn found(&self) -> &UserSet {
        &self.found
    }
}

/// The time for which the users who passed are kept, since a condition may ask for the clock.
pub(super) const LIFE: Duration = Duration::minutes(1);

/// Words of the set that one thread takes at a time.
const WORDS: usize = 256;

/// Finds the users for whom a condition holds among those whom the text of the query has found. The
/// last result is used again if it still holds.
pub(super) fn pass(
    last: &mut Option<Passed>,
    directory: &Directory,
    query: &Query,
    found: &UserSet,
    condition: &UserCondition,
    context: &Context,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<(), Stopped> {
    let facts = directory.facts.as_ref().filter(|_| condition.needs_store());
    let generations = (directory.names().generation(), directory.pins.generation());
    let holds = |last: &Passed| {
        last.condition == query.condition
            && last.text == query.text
            && last.among == query.among
            && last.generations == generations
            && same_facts(last.facts.as_ref(), facts)
            && (last.at..last.at + LIFE).contains(&context.now)
    };
    if last.as_ref().is_some_and(holds) {
        return Ok(());
    }
    let mut passing = found.clone();
    in_chunks(passing.words_mut(), WORDS, stop, |number, words| {
        for (word, bits) in words.iter_mut().enumerate() {
            let first = (number * WORDS + word) * 64;
            let mut left = *bits;
            while left != 0 {
                let bit = left.trailing_zeros();
                left &= left - 1;
                let user = record(directory, first + bit as usize);
                let holds = |user: UserRecord| {
                    let known = facts.map(|facts| facts.of(user.id));
                    condition.holds(user, known.unwrap_or_default(), context)
                };
                if !user.is_some_and(holds) {
                    *bits &= !(1 << bit);
                }
            }
        }
    })?;
    *last = Some(Passed {
        condition: query.condition.clone(),
        text: query.text.clone(),
        among: query.among.clone(),
        generations,
        facts: facts.cloned(),
        at: context.now,
        found: passing,
    });
    Ok(())
}

/// Whether both are the facts of one reading.
fn same_facts(one: Option<&Arc<AllFacts>>, other: Option<&Arc<AllFacts>>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => Arc::ptr_eq(one, other),
        (one, other) => one.is_none() && other.is_none(),
    }
}

/// A user as far as the directory knows them.
fn record(directory: &Directory, index: usize) -> Option<UserRecord> {
    let position = Position::of(index);
    let text = |form| {
        let name = directory.names().get(position, form).into_owned();
        Some(name).filter(|name| !name.is_empty())
    };
    let account = text(NameForm::Account);
    let account = account.as_deref().and_then(|name| name.split_once('\\'));
    Some(UserRecord {
        id: directory.id_at(position)?,
        names: UserNames {
            display_name: text(NameForm::DisplayName).unwrap_or_default(),
            sip: text(NameForm::Sip).map(|sip| {
                let address = sip.strip_prefix("sip:").map(str::to_owned);
                address.unwrap_or(sip)
            }),
            upn: text(NameForm::Upn),
            account: account.map(|(domain, logon)| Account {
                domain: domain.to_owned(),
                logon: logon.to_owned(),
            }),
            dn: text(NameForm::Dn),
            ..UserNames::default()
        },
        pin: directory.pin(position)?.known_state(),
        version: Version(0),
        is_protected: false,
    })
}
