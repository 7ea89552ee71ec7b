//! The meaning of a column's name, in ten languages.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::list_columns::Meaning;
use crate::domain::text::search_key;

/// Names that show that a row is a header, although they have no meaning here.
const KNOWN: &str = "known";
/// Parts of names of columns that are about somebody else than the user of the row.
const ANOTHER_PERSON: &str = "another person";
/// Parts of names of columns that are about mail, but hold no address of the user.
const NO_ADDRESS: &str = "no address";
/// Labels of lines that name somebody who is not in the list.
const LABEL: &str = "label of another";
/// Names of a part of the name that are the whole name where the other part has no column.
const NAME_ALONE: &str = "name alone";

/// The beginning of sections with the headings of an imported fact.
const FACT: &str = "import ";

/// The names of columns that the programs of directories write, by meaning.
static HEADINGS: LazyLock<Headings> =
    LazyLock::new(|| Headings::of(include_str!("../../assets/headings.txt")));

#[derive(Default)]
struct Headings {
    /// The meaning of each name; None for a name without a meaning here.
    names: HashMap<String, Option<Meaning>>,
    of_another: Vec<String>,
    no_address: Vec<String>,
    labels: Vec<String>,
    alone: Vec<String>,
    /// The headings of each fact of an import, the most exact first.
    facts: HashMap<&'static str, Vec<&'static str>>,
}

impl Headings {
    fn of(text: &'static str) -> Self {
        let (mut headings, mut section) = (Self::default(), "");
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some(name) = line.strip_prefix('[') {
                section = name.trim_end_matches(']');
                continue;
            }
            if let Some(fact) = section.strip_prefix(FACT) {
                let names = line.split('|').map(str::trim);
                let facts = headings.facts.entry(fact).or_default();
                facts.extend(names.filter(|name| !name.is_empty()));
                continue;
            }
            for name in line.split('|').map(key).filter(|name| !name.is_empty()) {
                match section {
                    ANOTHER_PERSON => headings.of_another.push(name),
                    NO_ADDRESS => headings.no_address.push(name),
                    LABEL => headings.labels.push(name),
                    NAME_ALONE => headings.alone.push(name),
                    KNOWN => {
                        headings.names.entry(name).or_insert(None);
                    }
                    label => {
                        headings.names.insert(name, label.parse().ok());
                    }
                }
            }
        }
        headings
    }
}

impl Meaning {
    /// The meaning of a column's name, in any case, spacing and punctuation. The name of an
    /// attribute in brackets counts first, as in `User name [userPrincipalName] Required`.
    pub fn of(name: &str) -> Option<Self> {
        let known = |name: &str| HEADINGS.names.get(&key(name)).copied().flatten();
        let inside = bracketed(name).and_then(|(_, inside)| known(inside));
        inside.or_else(|| known(name)).or_else(|| {
            let outside = bracketed(name).map_or(name.to_owned(), |(outside, _)| outside);
            known(&outside).or_else(|| is_mail(&outside).then_some(Self::Mail))
        })
    }
}

/// The meanings of the columns of a header. A name such as `Nom` is the last name beside the first
/// one, and else the whole name.
pub(super) fn meanings(headers: &[String]) -> Vec<Option<Meaning>> {
    let mut meanings: Vec<Option<Meaning>> =
        headers.iter().map(|name| Meaning::of(once(name))).collect();
    let parts = [Meaning::FirstName, Meaning::LastName];
    if parts.iter().all(|part| meanings.contains(&Some(*part))) {
        return meanings;
    }
    for (name, meaning) in headers.iter().zip(&mut meanings) {
        if is_alone(name) {
            *meaning = Some(Meaning::DisplayName);
        }
    }
    meanings
}

/// Whether a name of a column is that of the whole name, unless another part has a column.
pub(super) fn is_alone(name: &str) -> bool {
    HEADINGS.alone.contains(&key(name))
}

/// The name that a column shares with another one, without the number that tells them apart.
pub(super) fn once(name: &str) -> &str {
    let number = name
        .strip_suffix(')')
        .and_then(|name| name.rsplit_once(" ("));
    number
        .filter(|(_, number)| number.bytes().all(|byte| byte.is_ascii_digit()))
        .map_or(name, |(name, _)| name)
}

/// Whether a text is the label of a line about somebody who is not in the list.
pub(super) fn is_label_of_another(text: &str) -> bool {
    let text = key(text);
    HEADINGS.labels.contains(&text) || HEADINGS.of_another.contains(&text)
}

/// The headings that PowerShell and its reports write for a fact of an import, the most exact first.
pub(super) fn headings_of(fact: &str) -> &'static [&'static str] {
    HEADINGS.facts.get(fact).map_or(&[], Vec::as_slice)
}

/// Whether a name is one that a header has.
pub(super) fn is_known(name: &str) -> bool {
    Meaning::of(name).is_some() || HEADINGS.names.contains_key(&key(name))
}

/// Whether a column is about somebody else than the user of the row: a manager, a requester.
pub(super) fn is_of_another(name: &str) -> bool {
    let name = key(name);
    HEADINGS.of_another.iter().any(|part| name.contains(part))
}

/// Whether a column holds mail addresses of the users, by a part of its name.
fn is_mail(name: &str) -> bool {
    const PARTS: [&str; 7] = [
        "email",
        "mailaddress",
        "mailadres",
        "smtp",
        "メール",
        "邮箱",
        "邮件",
    ];
    // The key has only a letter where a mark is dropped.
    static PART_KEYS: LazyLock<Vec<String>> =
        LazyLock::new(|| PARTS.iter().map(|part| key(part)).collect());
    let is_identity = name.contains(['@', '\\']);
    let name = key(name);
    !is_identity
        && name.len() <= 60
        && PART_KEYS.iter().any(|part| name.contains(part))
        && !HEADINGS.no_address.iter().any(|part| name.contains(part))
        && !HEADINGS.of_another.iter().any(|part| name.contains(part))
}

/// A name without a part in brackets, and that part.
fn bracketed(name: &str) -> Option<(String, &str)> {
    let (before, rest) = name.split_once(['[', '('])?;
    let (inside, after) = rest.split_once([']', ')'])?;
    Some((format!("{before} {after}").replace("Required", ""), inside))
}

/// A name without case, accents, spaces and punctuation: `User Principal Name` is
/// `userprincipalname`.
fn key(name: &str) -> String {
    search_key(name)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}
