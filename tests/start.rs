//! Starting the window without a display ends with exit code 3, a message and the next step.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on says so and ends"
)]
#![cfg(all(unix, not(target_os = "macos")))]

use std::process::Command;

fn start(display: Option<&str>) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_pindesk"));
    command
        .arg("--store")
        .arg(folder.path().join("pindesk.db"))
        .env("HOME", folder.path())
        .env("XDG_DATA_HOME", folder.path())
        .env_remove("WAYLAND_DISPLAY");
    match display {
        Some(display) => command.env("DISPLAY", display),
        None => command.env_remove("DISPLAY"),
    };
    let output = command.output().unwrap();
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

#[test]
fn without_a_display_it_says_so() {
    let (code, text) = start(None);
    assert_eq!(code, Some(3), "{text}");
    assert!(
        text.contains("there is no display") && text.contains("pindesk --help"),
        "{text}"
    );
}

#[test]
fn with_a_display_that_is_not_there_it_says_which() {
    let (code, text) = start(Some(":7654"));
    assert_eq!(code, Some(3), "{text}");
    assert!(
        text.contains("the display cannot be reached (DISPLAY=:7654)"),
        "{text}"
    );
}

#[test]
fn a_fault_is_reported_without_what_the_message_quotes() {
    let folder = tempfile::tempdir().unwrap();
    pindesk::environment::report_faults(Some(folder.path().join("data")), |_text| {});
    let name = String::from("Ken Myer, 48213");
    let thread = || std::thread::Builder::new().name("faulty".to_owned());
    let fixed = thread().spawn(|| panic!("a text of the source"));
    assert!(fixed.unwrap().join().is_err());
    let quoting = thread().spawn(move || panic!("no such user: {name}"));
    assert!(quoting.unwrap().join().is_err());
    drop(std::panic::take_hook());
    let reports: Vec<String> = std::fs::read_dir(folder.path().join("data"))
        .unwrap()
        .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
        .filter(|report| report.contains("Thread: faulty"))
        .collect();
    assert_eq!(reports.len(), 2);
    for report in &reports {
        assert!(report.contains("Place: tests/start.rs:"), "{report}");
        assert!(
            !report.contains("Ken Myer") && !report.contains("48213"),
            "{report}"
        );
    }
    let said = |text| reports.iter().any(|report| report.contains(text));
    assert!(said("Message: a text of the source") && said("Message: (left out"));
}
