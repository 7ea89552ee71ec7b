//! Names cannot steer a terminal: what is written to one, and what to a file or a pipe.

use std::io::{self, Write};

use pindesk::cli::{CommandEnvironment, Invocation, Screen, parse, run};
use pindesk::domain::visible::has_hidden;

use crate::people::{environment, give_role, noon, ran};
use crate::setup::Bench;
use crate::tables::records;

/// C1, which also begins commands of a terminal. An import takes such names for damaged ones.
const C1: &str = "\u{9b}31m\u{9d}52;c;eA==\u{9c}";

/// A line break, a colour, a link (OSC 8), the clipboard (OSC 52), DEL, and characters that turn text
/// around or show nothing.
const NAME: &str = "Evil\n\u{1b}[31m\u{1b}]8;;http://x\u{7}\u{1b}]52;c;eA==\u{7}\u{7f}\u{202e}\u{2066}\u{200b}\u{a0}\
    \u{e0041}Name";

fn at_terminal() -> CommandEnvironment {
    CommandEnvironment {
        screen: Screen {
            is_terminal: true,
            ..Screen::default()
        },
        ..environment("ann", noon)
    }
}

fn bench() -> Bench {
    let bench = Bench::empty();
    let file = bench.file(
        "users.csv",
        format!("DisplayName,SipAddress\n\"{NAME}\",sip:evil@litwareinc.com\n"),
    );
    assert_eq!(bench.run(&["import", "users", &file]).status, 0);
    give_role(&bench, "CsAdministrator", "ann");
    bench
}

const COMMANDS: [&[&str]; 8] = [
    &["info"],
    &["users", "evil"],
    &["info", "evil@litwareinc.com"],
    &["lock", "evil@litwareinc.com", "--what-if"],
    &["lock", C1, "--what-if", "--reason", C1],
    &["run", "Get-CsUser | Select-Object DisplayName"],
    &["history"],
    &["history", "show", "1"],
];

#[test]
fn no_format_lets_a_name_steer_the_terminal() {
    let bench = bench();
    for command in COMMANDS {
        for format in ["text", "json", "csv"] {
            let args = [command, &["--format", format]].concat();
            let (_, out, err) = ran(&at_terminal(), &bench.store(), &args);
            let ends = ["\r\n", "\n"];
            for text in [out, err] {
                let lines = ends
                    .iter()
                    .fold(text.clone(), |text, end| text.replace(end, ""));
                assert!(!has_hidden(&lines), "{args:?}: {text:?}");
            }
        }
    }
}

#[test]
fn json_on_a_terminal_has_the_values_of_json_in_a_pipe() {
    let bench = bench();
    for command in COMMANDS {
        let args = [command, &["--format", "json"]].concat();
        let [on_terminal, in_pipe] = [at_terminal(), environment("ann", noon)]
            .map(|environment| ran(&environment, &bench.store(), &args).1);
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(read(&on_terminal), read(&in_pipe), "{args:?}");
    }
    let info = bench.json(&["info"]);
    assert_eq!(info[0]["DisplayName"], NAME);
}

#[test]
fn csv_is_lossless_in_a_pipe_and_visible_on_a_terminal() {
    let bench = bench();
    for args in [
        &["info", "--format", "csv"][..],
        &["export", "users", "-"],
        &["export", "pins", "-", "evil@litwareinc.com"],
    ] {
        let piped = bench.run(args).out;
        let piped = records(piped.trim_start_matches('\u{feff}'));
        assert!(piped[1].iter().any(|cell| cell == NAME), "{piped:?}");
        let (_, out, _) = ran(&at_terminal(), &bench.store(), args);
        assert!(!has_hidden(&out.replace("\r\n", "")), "{out:?}");
        let shown = records(&out);
        assert_eq!((shown.len(), shown[0].len()), (piped.len(), piped[0].len()));
        assert!(out.contains("Evil··[31m"), "{out}");
    }
}

#[test]
fn a_script_on_a_terminal_is_visible_and_means_what_it_means_in_a_file() {
    let bench = bench();
    let args = [
        "export",
        "script",
        "lock",
        "-",
        "evil@litwareinc.com",
        "--reason",
        NAME,
    ];
    let (_, on_terminal, _) = ran(&at_terminal(), &bench.store(), &args);
    let (_, in_pipe, _) = ran(&environment("ann", noon), &bench.store(), &args);
    assert!(!has_hidden(&on_terminal.replace("\r\n", "")));
    assert_eq!(format!("\u{feff}{on_terminal}"), in_pipe);
}

/// Counts what is written to standard error.
#[derive(Default)]
struct Counting {
    writes: usize,
    lines: usize,
}

impl Write for Counting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writes += 1;
        self.lines += String::from_utf8_lossy(bytes).matches('\n').count();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn messages_are_written_a_line_at_a_time() {
    let bench = bench();
    let store = bench.store();
    let words = [
        "pindesk",
        "--store",
        store.to_str().unwrap(),
        "lock",
        "-",
        "--what-if",
    ];
    let Ok(Invocation::Command(command)) = parse(words.map(Into::into)) else {
        panic!("not a command");
    };
    let unknown = "nobody@litwareinc.com\n".repeat(200);
    let mut err = Counting::default();
    let (mut stdin, mut out) = (unknown.as_bytes(), Vec::new());
    run(
        &command,
        &environment("ann", noon),
        &mut stdin,
        &mut out,
        &mut err,
    );
    assert!(err.lines >= 200, "{}", err.lines);
    assert!(
        err.writes <= err.lines,
        "{} writes for {} lines",
        err.writes,
        err.lines
    );
}

#[test]
fn an_identity_of_any_length_does_not_make_the_history_grow() {
    let bench = bench();
    let long = "é".repeat(30_000);
    let before: i64 = count(&bench, "max(seq)");
    let mut command = bench.command(&["lock", &long, "evil@litwareinc.com"]);
    command.env("PINDESK_TEST_ACCOUNT", "eve");
    let err = command.output().unwrap().stderr.len();
    assert!(count(&bench, "max(seq)") > before, "{err}");
    assert!(count(&bench, "max(length(target))") <= 1025);
}

/// A number about the entries of the history.
fn count(bench: &Bench, what: &str) -> i64 {
    let sql = format!("SELECT {what} FROM history");
    bench.sql().query_row(&sql, [], |row| row.get(0)).unwrap()
}
