//! Texts that are no tables, by their first lines. Each is refused once, and not line by line.

use super::error::ReadError;
use super::headings::is_of_another;
use crate::domain::wrapped::{is_exact, people};

/// Lines that are looked at.
const LOOKED_AT: usize = 20;

const AS_CSV: &str = "Export the list as CSV, or save it as a workbook of Excel (.xlsx).";
const RUN: &str = "Run its lines with pindesk run, or in the command box of the window.";

pub(super) const PRINTED: ReadError = ReadError::Foreign {
    what: "output that was formatted for the screen (Format-Table, Format-List or Out-File)",
    hint: "In PowerShell, pipe the objects themselves into Export-Csv, without Format-Table before it.",
};

const MESSAGE: ReadError = ReadError::Foreign {
    what: "a mail message",
    hint: "Copy the addresses alone into a file, one in each line.",
};

const NAMED_VALUES: ReadError = ReadError::Foreign {
    what: "a text with the name of a value in each line",
    hint: AS_CSV,
};

/// The kinds of texts, each with the rule that recognizes its first lines.
type Rule = fn(&[&str]) -> bool;
const KINDS: [(Rule, &str, &str); 6] = [
    (is_ldif, "LDIF, the export of a directory", LDIF),
    (is_card, "a vCard or a calendar", AS_CSV),
    (is_script, "a PowerShell script", RUN),
    (is_sql, "SQL, the script of a database", AS_CSV),
    (is_settings, "a file of settings (.ini)", AS_CSV),
    (
        is_drawn,
        "a table that is drawn with lines (Markdown, or the answer of a database)",
        AS_CSV,
    ),
];
const LDIF: &str = "Export it as CSV: csvde in the place of ldifde, or Get-CsUser and Export-Csv.";

/// The text with these lines, if it is certainly no table.
pub(super) fn foreign_text(lines: &[String]) -> Option<ReadError> {
    let filled = first_filled(lines);
    let known = KINDS.iter().find(|(is_so, ..)| is_so(&filled));
    match known {
        Some((_, what, hint)) => Some(ReadError::Foreign { what, hint }),
        None => is_printed(&filled).then_some(PRINTED),
    }
}

/// The text with these lines, if it is a message, or if nearly all of its lines are the name of a
/// value and the value, as in YAML. It is asked for a text without a known header: a table can have
/// such lines above its header.
pub(super) fn named_values(lines: &[String]) -> Option<ReadError> {
    let filled = first_filled(lines);
    if is_mail(&filled) {
        return Some(MESSAGE);
    }
    let values: Vec<(&str, &str)> = filled.iter().filter_map(|line| named_value(line)).collect();
    let are_people = values
        .iter()
        .all(|(name, value)| !is_of_another(name) && names_people(value));
    (values.len() > 1 && values.len() * 4 >= filled.len() * 3 && !are_people)
        .then_some(NAMED_VALUES)
}

fn first_filled(lines: &[String]) -> Vec<&str> {
    let filled = lines.iter().map(|line| line.trim());
    filled
        .filter(|line| !line.is_empty())
        .take(LOOKED_AT)
        .collect()
}

/// Whether everybody in a text is named by an exact identity.
pub(super) fn names_people(text: &str) -> bool {
    people(text, false)
        .iter()
        .all(|person| is_exact(&person.identity))
}

/// The name and the value in a line such as `upn: kenmyer@litwareinc.com`.
fn named_value(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix("- ").unwrap_or(line);
    let (name, value) = line
        .split_once(": ")
        .or_else(|| line.split_once('：'))
        .or_else(|| Some((line.strip_suffix(':')?, "")))?;
    let is_name = name.chars().next().is_some_and(char::is_alphabetic)
        && name.len() <= 60
        && !name.contains(['@', '\\', '=', ',', ';', '\t', '|', '"']);
    is_name.then(|| (name.trim(), value.trim()))
}

/// The word at the beginning of a line, in lower case, if this character follows it.
fn word_before(line: &str, end: char) -> Option<String> {
    let (word, _) = line.split_once(end)?;
    Some(word.trim().to_lowercase())
}

/// LDIF begins with its version or with the distinguished name of an object (RFC 2849,
/// <https://www.rfc-editor.org/rfc/rfc2849>).
fn is_ldif(lines: &[&str]) -> bool {
    let is_dn = |line: &&str| word_before(line, ':').is_some_and(|word| word == "dn");
    let mut lines = lines.iter().filter(|line| !line.starts_with('#'));
    let has_version = |line: &str| word_before(line, ':').is_some_and(|word| word == "version");
    lines
        .next()
        .is_some_and(|first| is_dn(first) || has_version(first) && lines.next().is_some_and(is_dn))
}

/// vCard (RFC 6350, <https://www.rfc-editor.org/rfc/rfc6350>) and iCalendar (RFC 5545).
fn is_card(lines: &[&str]) -> bool {
    let first = lines.first().map(|line| line.to_lowercase());
    first.is_some_and(|line| line == "begin:vcard" || line == "begin:vcalendar")
}

/// A mail message has fields before its text (RFC 5322, <https://www.rfc-editor.org/rfc/rfc5322>). Outlook
/// writes a few of them in the language of its user when a message is copied or saved as text.
fn is_mail(lines: &[&str]) -> bool {
    const SENDERS: [&str; 6] = ["from", "sender", "return-path", "reply-to", "von", "de"];
    const SUBJECTS: [&str; 12] = [
        "subject",
        "betreff",
        "objet",
        "asunto",
        "oggetto",
        "onderwerp",
        "assunto",
        "temat",
        "件名",
        "主题",
        "主旨",
        "тема",
    ];
    let fields: Vec<(String, &str)> = lines
        .iter()
        .filter_map(|line| named_value(line))
        .map(|(name, value)| (name.to_lowercase(), value))
        .collect();
    let has_subject = fields
        .iter()
        .any(|(name, _)| SUBJECTS.contains(&name.as_str()));
    let is_sender =
        |(name, value): &(String, &str)| SENDERS.contains(&name.as_str()) && value.contains('@');
    fields.len() > 1 && (has_subject || fields.iter().any(is_sender))
}

/// A script has a line that begins like a statement. Names of people such as `Add-On Team` do not go
/// on like one.
fn is_script(lines: &[&str]) -> bool {
    let mut code = lines.iter().filter(|line| !line.starts_with('#'));
    code.next().is_some_and(|line| is_statement(line))
}

fn is_statement(line: &str) -> bool {
    const WORDS: [&str; 8] = [
        "param(",
        "param (",
        "function ",
        "[cmdletbinding",
        "<#",
        "foreach (",
        "foreach(",
        "try {",
    ];
    const VERBS: [&str; 24] = [
        "add", "clear", "connect", "disable", "enable", "export", "foreach", "get", "grant",
        "import", "install", "invoke", "lock", "move", "new", "out", "remove", "select", "set",
        "start", "test", "unlock", "update", "write",
    ];
    let lower = line.to_lowercase();
    let is_variable = line.strip_prefix('$').is_some_and(|rest| {
        let after = rest.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
        after.len() < rest.len() && after.trim_start().starts_with(['=', '|', '.', '['])
    });
    let first = lower.split(' ').next().unwrap_or_default();
    let is_cmdlet = first.split_once('-').is_some_and(|(verb, noun)| {
        let is_noun = noun.len() > 1 && noun.chars().all(|c| c.is_ascii_alphanumeric());
        let goes_on = [" -", "|", "$", "{", "\"", "'"]
            .iter()
            .any(|mark| lower[first.len()..].contains(mark));
        let is_own = noun.starts_with("cs") || noun == "module";
        VERBS.contains(&verb) && is_noun && (goes_on || is_own)
    });
    is_variable || is_cmdlet || WORDS.iter().any(|word| lower.starts_with(word))
}

fn is_sql(lines: &[&str]) -> bool {
    const BEGINNINGS: [&str; 4] = ["insert into ", "create table ", "drop table ", "update "];
    let mut lines = lines.iter().filter(|line| !line.starts_with("--"));
    lines.next().is_some_and(|line| {
        let line = line.to_lowercase();
        let is_update = !line.starts_with("update ") || line.contains(" set ");
        let is_query = line.starts_with("select ") && line.contains(" from ");
        is_query || is_update && BEGINNINGS.iter().any(|start| line.starts_with(start))
    })
}

/// A section in brackets, and then lines such as `name=value`.
fn is_settings(lines: &[&str]) -> bool {
    let is_section = |line: &&str| line.starts_with('[') && line.ends_with(']');
    let is_setting = |line: &&str| {
        let name = line.split_once('=').map(|(name, _)| name.trim());
        name.is_some_and(|name| !name.is_empty() && !name.contains(['@', '\\', ',', ';', '\t']))
    };
    lines.first().is_some_and(is_section) && lines.get(1).is_some_and(is_setting)
}

/// A table whose header has a line of dashes and bars below it.
fn is_drawn(lines: &[&str]) -> bool {
    let is_ruler = |line: &&str| {
        line.contains("--")
            && line.contains(['|', '+', '─'])
            && line
                .chars()
                .all(|c| matches!(c, '-' | '|' | '+' | ':' | '=' | ' ' | '─' | '┼'))
    };
    lines.iter().any(is_ruler)
}

/// The output of Format-Table (a line of dashes below the header) or Format-List (`Name : text`).
fn is_printed(lines: &[&str]) -> bool {
    let is_ruler = |line: &&str| line.contains("---") && line.chars().all(|c| c == '-' || c == ' ');
    let is_listed = |line: &&&str| {
        let name = line
            .split_once(" : ")
            .or_else(|| line.strip_suffix(" :").map(|name| (name, "")));
        name.is_some_and(|(name, _)| {
            name.trim_end().chars().all(char::is_alphanumeric) && !name.trim().is_empty()
        })
    };
    let listed = lines.iter().filter(is_listed).count();
    lines.get(1).is_some_and(is_ruler) || listed >= 2 && listed * 2 > lines.len()
}
