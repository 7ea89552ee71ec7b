//! The documents are true: links have targets, paths exist, command lines parse, and the menu items
//! and shortcuts of the user guide are those of the window.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use pindesk::app::NamedCommand;
use pindesk::cli::parse;
use strum::VariantArray as _;

/// A document and its path in the repository.
struct Document {
    path: PathBuf,
    text: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn document(path: PathBuf) -> Document {
    let text = fs::read_to_string(&path).unwrap();
    Document { path, text }
}

fn documents() -> Vec<Document> {
    let root_files = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"].map(|name| root().join(name));
    let pages = fs::read_dir(root().join("docs")).unwrap();
    let pages = pages.map(|entry| entry.unwrap().path());
    root_files.into_iter().chain(pages).map(document).collect()
}

/// The lines outside of code blocks, or with a language the lines inside its code blocks.
fn lines<'a>(text: &'a str, language: Option<&str>) -> Vec<&'a str> {
    let (mut block, mut found) = (None, Vec::new());
    for line in text.lines() {
        match (line.strip_prefix("```"), block) {
            (Some(opened), None) => block = Some(opened),
            (Some(_), Some(_)) => block = None,
            (None, inside) if inside == language => found.push(line),
            (None, _) => {}
        }
    }
    found
}

/// The pieces between a start and an end, as the target of `](target)`.
fn between<'a>(line: &'a str, start: &str, end: char) -> Vec<&'a str> {
    let pieces = line.split(start).skip(1);
    pieces
        .filter_map(|piece| piece.split_once(end).map(|(inside, _)| inside))
        .collect()
}

/// The texts between backquotes.
fn inline_code(text: &str) -> Vec<&str> {
    let paragraphs = lines(text, None);
    paragraphs
        .iter()
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .collect()
}

/// The anchor of a heading, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let kept = heading
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

fn anchors(text: &str) -> BTreeSet<String> {
    let headings = lines(text, None).into_iter();
    headings
        .filter(|line| line.starts_with('#'))
        .map(|line| anchor(line.trim_start_matches('#').trim()))
        .collect()
}

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    for Document { path, text } in documents() {
        for link in lines(&text, None)
            .iter()
            .flat_map(|line| between(line, "](", ')'))
        {
            if link.starts_with("https://") {
                continue;
            }
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() {
                path.clone()
            } else {
                path.parent().unwrap().join(file)
            };
            assert!(target.exists(), "{}: {link} leads nowhere", path.display());
            if !heading.is_empty() {
                let text = fs::read_to_string(&target).unwrap();
                let known = anchors(&text);
                assert!(
                    known.contains(heading),
                    "{}: {link} has no such heading",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn every_path_that_is_named_exists() {
    let folders = fs::read_dir(root().join("src")).unwrap();
    let mut tops: BTreeSet<String> = folders
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    tops.extend(
        [
            "src", "tests", "docs", "scripts", "assets", "benches", "examples",
        ]
        .map(String::from),
    );
    for Document { path, text } in documents() {
        for code in inline_code(&text) {
            let named = code.split_whitespace().next().unwrap_or_default();
            let Some((top, _)) = named.split_once('/') else {
                continue;
            };
            let exists = [root().to_owned(), root().join("src")].iter().any(|base| {
                // A module is a file, or a folder with files.
                base.join(named).exists() || base.join(format!("{named}.rs")).exists()
            });
            assert!(
                exists || !tops.contains(top),
                "{}: there is no {named}",
                path.display()
            );
        }
    }
}

#[test]
fn architecture_names_every_floor_and_every_room_of_the_store() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    for folder in ["src", "src/store"] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let entry = entry.unwrap();
            if !entry.path().is_dir() {
                continue;
            }
            let name = entry.file_name().into_string().unwrap();
            assert!(
                text.contains(&format!("| `{name}` |")),
                "ARCHITECTURE.md does not say what {folder}/{name} is"
            );
        }
    }
}

/// The arguments of a command line, without quotes, up to a comment or a redirection.
fn arguments(line: &str) -> Vec<OsString> {
    let (mut found, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in line.chars() {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, ' ') => found.extend(word.take()),
            (None, '<' | '>' | '|' | '#') => break,
            _ => word.get_or_insert_default().push(c),
        }
    }
    found.extend(word);
    found.into_iter().map(OsString::from).collect()
}

#[test]
fn every_command_line_parses() {
    let mut count = 0;
    for Document { path, text } in documents() {
        for line in lines(&text, Some("sh")) {
            if line.starts_with("pindesk ") {
                count += 1;
                let parsed = parse(arguments(line));
                assert!(parsed.is_ok(), "{}: {line}: {parsed:?}", path.display());
            }
        }
    }
    assert!(count > 40, "only {count} command lines were found");
}

fn user_guide() -> String {
    fs::read_to_string(root().join("docs/user-guide.md")).unwrap()
}

#[test]
fn every_menu_item_of_the_documents_exists() {
    let submenus = ["Export", "Theme", "Columns", "Zoom"];
    let items: Vec<&str> = NamedCommand::VARIANTS
        .iter()
        .map(|named| named.text())
        .chain(submenus)
        .collect();
    for Document { path, text } in documents() {
        for menu in ["File → ", "Actions → ", "View → ", "Help → ", "Export → "] {
            for rest in text.split(menu).skip(1) {
                let is_known = items.iter().any(|item| rest.starts_with(item));
                let shown: String = rest.chars().take(30).collect();
                assert!(is_known, "{}: there is no {menu}{shown}", path.display());
            }
        }
    }
}

#[test]
fn the_user_guide_has_every_shortcut_and_no_other() {
    let guide = user_guide();
    let (_, keyboard) = guide.split_once("## Keyboard").unwrap();
    let known: BTreeSet<String> = NamedCommand::VARIANTS
        .iter()
        .filter_map(|named| named.shortcut())
        .map(|shortcut| shortcut.to_string())
        .collect();
    for shortcut in &known {
        assert!(keyboard.contains(shortcut), "{shortcut} is missing");
    }
    let zoom = ["Ctrl+Plus", "Ctrl+Minus", "Ctrl+0"].map(String::from);
    for key in guide.split("Ctrl+").skip(1) {
        let key: String = key
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '+')
            .collect();
        let shortcut = format!("Ctrl+{key}");
        assert!(
            known.contains(&shortcut) || zoom.contains(&shortcut),
            "{shortcut} does nothing"
        );
    }
}

#[test]
fn the_user_guide_gives_each_command_its_own_shortcut() {
    let guide = user_guide();
    for named in NamedCommand::VARIANTS {
        for rest in guide.split(&format!("{} (", named.text())).skip(1) {
            let given = rest.split([')', ' ', ',']).next().unwrap_or_default();
            if given.starts_with("Ctrl+") {
                let own = named.shortcut().map(|shortcut| shortcut.to_string());
                assert_eq!(own.as_deref(), Some(given), "{}", named.text());
            }
        }
    }
}
