//! Starting the window without a display ends with exit code 3, a message and the next step.
#![allow(
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
