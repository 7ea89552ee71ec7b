//! Cells with all addresses of one person, as `proxyAddresses` and `EmailAddresses` have them.
//!
//! The prefix of the address that a person writes with is in capital letters
//! (<https://learn.microsoft.com/troubleshoot/azure/active-directory/proxyaddresses-attribute-populate>).

use super::cell_text::{parts, strip_prefix};

/// The prefixes of addresses that are no identity here.
const OTHER_KINDS: [&str; 9] = [
    "x500:", "x400:", "eum:", "notes:", "spo:", "fax:", "ccmail:", "gwise:", "airsync:",
];

/// The address of the person in such a cell, and the others: the SIP address, else the address that
/// the person writes with. `are_proxies` says that the column is known to hold such cells. None if
/// the cell is not certainly one: several people can stand in a cell, too.
pub(super) fn one_person(text: &str, are_proxies: bool) -> Option<(&str, Vec<&str>)> {
    // The list of users of Microsoft 365 has a plus between them.
    let parts = [
        &[';', '\n', '\r', '|'] as &[char],
        &[','],
        &['+'],
        &[' ', '\t'],
    ]
    .into_iter()
    .map(|separators| parts(text, separators))
    .find(|parts| parts.len() > 1)?;
    let is_other = |part: &&&str| {
        OTHER_KINDS
            .iter()
            .any(|prefix| strip_prefix(part, prefix).is_some())
    };
    let starts = |prefix: &str| {
        let of_kind = parts.iter().filter(|part| part.starts_with(prefix));
        of_kind.copied().collect::<Vec<_>>()
    };
    let sip: Vec<&str> = parts
        .iter()
        .copied()
        .filter(|part| strip_prefix(part, "sip:").is_some())
        .collect();
    let (main, second) = (starts("SMTP:"), starts("smtp:"));
    let others = parts.iter().filter(is_other).count();
    let are_typed = sip.len() + main.len() + second.len() + others == parts.len();
    // The kinds of addresses that one person has beside each other.
    let kinds = [&sip, &main, &second]
        .iter()
        .filter(|of| !of.is_empty())
        .count();
    let is_one = sip.len() < 2 && main.len() < 2 && (are_proxies || kinds > 1 || others > 0);
    if !(are_typed && is_one) {
        return None;
    }
    let mut addresses = sip.into_iter().chain(main).chain(second);
    let first = addresses.next()?;
    Some((first, addresses.collect()))
}
