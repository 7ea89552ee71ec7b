//! The man pages and completions are made from the definition of the command line. No command is
//! missing from them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../examples/docs.rs"]
#[allow(dead_code, reason = "its own main is not called here")]
mod docs;

use std::fs;

/// The names of all commands and subcommands, such as `plans approve`.
fn words(command: &clap::Command, before: &str) -> Vec<String> {
    let below = command
        .get_subcommands()
        .filter(|word| word.get_name() != "help");
    below
        .flat_map(|word| {
            let name = format!("{before}{}", word.get_name());
            let more = words(word, &format!("{name} "));
            std::iter::once(name).chain(more)
        })
        .collect()
}

#[test]
fn every_command_has_a_man_page_and_is_completed() {
    let folder = tempfile::tempdir().unwrap();
    docs::make_docs(folder.path()).unwrap();
    let words = words(&pindesk::cli::commands(), "");
    assert!(
        words.len() > 20 && words.contains(&"plans approve".to_owned()),
        "{words:?}"
    );
    let main = fs::read_to_string(folder.path().join("man/pindesk.1")).unwrap();
    assert!(main.contains("Exit status"), "{main}");
    for word in &words {
        let page = folder
            .path()
            .join(format!("man/pindesk-{}.1", word.replace(' ', "-")));
        let page =
            fs::read_to_string(&page).unwrap_or_else(|error| panic!("{}: {error}", page.display()));
        assert!(
            page.starts_with(".ie") && page.contains(".SH SYNOPSIS"),
            "{page}"
        );
    }
    for file in ["pindesk.bash", "_pindesk", "pindesk.fish", "_pindesk.ps1"] {
        let text = fs::read_to_string(folder.path().join("completions").join(file)).unwrap();
        for word in &words {
            let last = word.rsplit(' ').next().unwrap();
            assert!(text.contains(last), "{file} lacks {word}");
        }
        assert!(
            text.contains("--confirm") || text.contains("-l confirm"),
            "{file} lacks options"
        );
    }
}
