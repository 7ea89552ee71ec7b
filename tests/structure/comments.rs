//! The rules for comments: each sentence has a subject, and standard words.

use std::fs;
use std::path::Path;

/// Words at the beginning of a sentence that leave open what the sentence is about.
const BEGINNINGS: [&str; 8] = [
    "Who",
    "Whoever",
    "Whom",
    "Whose",
    "What",
    "Whatever",
    "That which",
    "The same",
];

/// Words that have a usual counterpart: again, computed, formatted, the account or the user.
const WORDS: [&str; 6] = [
    "anew",
    "whoever",
    "whomever",
    "worked out",
    "put into words",
    "somebody's",
];

/// The sentences in the comments of a source text that break a rule.
pub fn riddles(source: &str) -> Vec<String> {
    comments(source)
        .iter()
        .flat_map(|comment| comment.split_inclusive(". "))
        .map(str::trim)
        .filter(|sentence| is_riddle(sentence))
        .map(str::to_owned)
        .collect()
}

fn is_riddle(sentence: &str) -> bool {
    let begins_with = |beginning: &str| {
        sentence
            .strip_prefix(beginning)
            .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    let spaced = format!(
        " {} ",
        sentence.to_lowercase().replace([',', '.', ';', ':'], " ")
    );
    BEGINNINGS.iter().any(|&beginning| begins_with(beginning))
        || WORDS
            .iter()
            .any(|word| spaced.contains(&format!(" {word} ")))
}

/// The comments of a source text, each on one line.
fn comments(source: &str) -> Vec<String> {
    let mut comments = vec![String::new()];
    for line in source.lines() {
        let text = line.trim_start().strip_prefix("//");
        let text = text.map(|text| text.trim_start_matches(['/', '!']).trim());
        match (text, comments.last_mut()) {
            (Some(text), Some(comment)) if !text.is_empty() => {
                comment.push_str(text);
                comment.push(' ');
            }
            _ => comments.push(String::new()),
        }
    }
    comments
}

/// The paths and texts of all Rust files in these folders, and in the folders in them.
pub fn rust_files(folders: &[&str]) -> Vec<(String, String)> {
    let mut waiting: Vec<String> = folders.iter().map(|&folder| folder.to_owned()).collect();
    let mut files = Vec::new();
    while let Some(folder) = waiting.pop() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        for entry in fs::read_dir(root.join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
            if entry.file_type().unwrap().is_dir() {
                waiting.push(path);
            } else if Path::new(&path)
                .extension()
                .is_some_and(|extension| extension == "rs")
            {
                let text = fs::read_to_string(root.join(&path)).unwrap();
                files.push((path, text));
            }
        }
    }
    files
}
