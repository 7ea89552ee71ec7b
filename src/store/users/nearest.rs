//! The nearest candidates for an identity that finds no user. They are shown, never acted on.

use rusqlite::Connection;

use crate::domain::identity::strip_sip;
use crate::domain::text::search_key;
use crate::domain::user::UserId;
use crate::plan::Candidate;

/// The largest number of candidates that are offered.
const MOST: usize = 3;
/// The largest number of single-letter mistakes that count as near. Short texts allow fewer.
const MISTAKES: usize = 2;

pub(in crate::store) fn nearest(
    connection: &Connection,
    text: &str,
) -> rusqlite::Result<Vec<Candidate>> {
    let wanted = search_key(strip_sip(text.trim()).unwrap_or(text.trim()));
    let wanted = wanted.trim_matches('*').trim();
    let length = wanted.chars().count();
    let allowed = MISTAKES.min(length.saturating_sub(1) / 3);
    let mut found: Vec<(usize, Candidate)> = Vec::new();
    let mut statement = connection.prepare_cached(
        "SELECT id, display_name, sip, upn, domain, logon FROM users ORDER BY id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let display: String = row.get(1)?;
        let (sip, upn): (Option<String>, Option<String>) = (row.get(2)?, row.get(3)?);
        let (domain, logon): (Option<String>, Option<String>) = (row.get(4)?, row.get(5)?);
        let account = domain
            .zip(logon.clone())
            .map(|(domain, logon)| format!("{domain}\\{logon}"));
        let names = [
            Some(&display),
            sip.as_ref(),
            upn.as_ref(),
            logon.as_ref(),
            account.as_ref(),
        ];
        let best = names
            .into_iter()
            .flatten()
            .filter_map(|name| distance(wanted, length, name, allowed))
            .min();
        if let Some(best) = best {
            let identity = account
                .or_else(|| sip.map(|sip| format!("sip:{sip}")))
                .or(upn)
                .unwrap_or_else(|| display.clone());
            found.push((
                best,
                Candidate {
                    id: UserId(row.get(0)?),
                    display_name: display,
                    identity,
                },
            ));
        }
    }
    found.sort_by_key(|(distance, candidate)| (*distance, candidate.id));
    Ok(found
        .into_iter()
        .take(MOST)
        .map(|(_, candidate)| candidate)
        .collect())
}

/// The number of single-letter mistakes between the two texts. None if there are more than
/// `allowed`.
fn distance(wanted: &str, length: usize, name: &str, allowed: usize) -> Option<usize> {
    let key = search_key(name);
    let other = key.chars().count();
    if other.abs_diff(length) > allowed {
        return None;
    }
    Some(strsim::osa_distance(wanted, &key)).filter(|distance| *distance <= allowed)
}
