//! The nearest candidates for an identity that finds no user. They are shown, never acted on.

use crate::domain::identity::strip_sip;
use crate::domain::text::search_key;
use crate::domain::user::UserId;
use crate::plan::Candidate;
use crate::store::engine::{Connection, EngineResult};

/// The largest number of candidates that are offered.
const MOST: usize = 3;
/// The largest number of single-letter mistakes that count as near. Short texts allow fewer.
const MISTAKES: usize = 2;

/// A text that nobody has, with the users whose names are near to it so far.
struct Wanted {
    text: String,
    /// This name with its first and last part the other way round, as in `Myer, Ken`.
    turned: Option<String>,
    /// In characters.
    length: usize,
    letters: Letters,
    /// The largest number of mistakes that counts as near.
    allowed: usize,
    /// Each with its number of mistakes.
    found: Vec<(usize, Candidate)>,
}

/// The characters of a text as a set of 64 bits, in which some characters share a bit.
#[derive(Clone, Copy)]
struct Letters(u64);

/// The nearest candidates for one text.
pub(in crate::store) fn nearest(
    connection: &Connection,
    text: &str,
) -> EngineResult<Vec<Candidate>> {
    Ok(nearest_of_each(connection, &[text])?
        .pop()
        .unwrap_or_default())
}

/// The nearest candidates for each text. All users are read once, whatever the number of texts.
pub(in crate::store) fn nearest_of_each(
    connection: &Connection,
    texts: &[&str],
) -> EngineResult<Vec<Vec<Candidate>>> {
    let mut wanted: Vec<Wanted> = texts.iter().map(|text| Wanted::new(text)).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare_cached(
        "SELECT id, display_name, sip, upn, domain, logon FROM users ORDER BY id",
    )?;
    let mut rows = statement.query(&[])?;
    while let Some(row) = rows.next()? {
        let display: String = row.get(1)?;
        let (sip, upn): (Option<String>, Option<String>) = (row.get(2)?, row.get(3)?);
        let (domain, logon): (Option<String>, Option<String>) = (row.get(4)?, row.get(5)?);
        let account = domain
            .zip(logon.as_deref())
            .map(|(domain, logon)| format!("{domain}\\{logon}"));
        let names = [
            Some(&display),
            sip.as_ref(),
            upn.as_ref(),
            logon.as_ref(),
            account.as_ref(),
        ];
        let keys = names.map(|name| name.map(|name| search_key(name)));
        let keys = keys.each_ref().map(|key| {
            let key = key.as_deref()?;
            Some((key, key.chars().count(), Letters::of(key)))
        });
        for wanted in &mut wanted {
            let mistakes = keys.iter().flatten();
            let Some(fewest) = mistakes.filter_map(|key| wanted.mistakes(*key)).min() else {
                continue;
            };
            let identity = (account.clone())
                .or_else(|| sip.as_ref().map(|sip| format!("sip:{sip}")))
                .or_else(|| upn.clone())
                .unwrap_or_else(|| display.clone());
            wanted.found.push((
                fewest,
                Candidate {
                    id: UserId(row.get(0)?),
                    display_name: display.clone(),
                    identity,
                },
            ));
        }
    }
    Ok(wanted.into_iter().map(Wanted::nearest).collect())
}

impl Wanted {
    fn new(text: &str) -> Self {
        let key = search_key(strip_sip(text.trim()).unwrap_or(text.trim()));
        let text = key.trim_matches('*').trim().to_owned();
        let length = text.chars().count();
        Self {
            letters: Letters::of(&text),
            length,
            turned: turned(&text),
            allowed: MISTAKES.min(length.saturating_sub(1) / 3),
            text,
            found: Vec::new(),
        }
    }

    /// The number of single-letter mistakes between this text and a name. None if there are too
    /// many. Length and letters rule out nearly every name, and comparing letter by letter is slow.
    fn mistakes(&self, (name, length, letters): (&str, usize, Letters)) -> Option<usize> {
        if self.turned.as_deref() == Some(name) {
            return Some(0);
        }
        if length.abs_diff(self.length) > self.allowed
            || self.letters.without(letters) > self.allowed
            || letters.without(self.letters) > self.allowed
        {
            return None;
        }
        Some(strsim::osa_distance(&self.text, name)).filter(|mistakes| *mistakes <= self.allowed)
    }

    fn nearest(mut self) -> Vec<Candidate> {
        self.found
            .sort_by_key(|(mistakes, candidate)| (*mistakes, candidate.id));
        let nearest = self.found.into_iter().take(MOST);
        nearest.map(|(_, candidate)| candidate).collect()
    }
}

/// A name of two parts the other way round.
fn turned(name: &str) -> Option<String> {
    let (one, other) = name.split_once(", ").or_else(|| name.split_once(' '))?;
    (!other.contains(',')).then(|| format!("{} {}", other.trim(), one.trim()))
}

impl Letters {
    fn of(text: &str) -> Self {
        Self(
            text.chars()
                .fold(0, |set, letter| set | 1 << (u32::from(letter) % 64)),
        )
    }

    /// The number of letters that the other text has not. Each costs at least one mistake.
    fn without(self, other: Self) -> usize {
        (self.0 & !other.0).count_ones() as usize
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_name_that_is_near_is_ruled_out(
            wanted in "[a-dä日 .@]{0,9}",
            name in "[a-dä日 .@]{0,9}",
        ) {
            let wanted = Wanted::new(&wanted);
            let name = search_key(&name);
            let mistakes = strsim::osa_distance(&wanted.text, &name);
            let found = wanted.mistakes((&name, name.chars().count(), Letters::of(&name)));
            prop_assert_eq!(found, (mistakes <= wanted.allowed).then_some(mistakes));
        }
    }
}
