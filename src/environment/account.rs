//! The account of the operator: its name and its ID, as the operating system states them.

/// The name and the ID of the account that runs the program.
///
/// # Errors
/// The operating system does not name the account.
#[cfg(not(windows))]
pub(super) fn account() -> Result<(String, Option<String>), String> {
    whoami::username()
        .map(|name| (name, user_id()))
        .map_err(|error| error.to_string())
}

/// The user ID: that of the process where the system shows it, else that of the owner of a new file.
#[cfg(unix)]
fn user_id() -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    let process = std::fs::metadata("/proc/self");
    let shown = process.or_else(|_no_proc| tempfile::tempfile()?.metadata());
    shown.ok().map(|shown| format!("uid:{}", shown.uid()))
}

#[cfg(not(any(unix, windows)))]
fn user_id() -> Option<String> {
    None
}

/// The name with its domain, and the SID. A program of Windows says both:
/// <https://learn.microsoft.com/windows-server/administration/windows-commands/whoami>.
///
/// # Errors
/// Windows does not name the account.
#[cfg(windows)]
pub(super) fn account() -> Result<(String, Option<String>), String> {
    use std::os::windows::process::CommandExt as _;
    /// No console window appears (`CREATE_NO_WINDOW`).
    const NO_WINDOW: u32 = 0x0800_0000;
    let root = std::env::var_os("SystemRoot").unwrap_or_else(|| r"C:\Windows".into());
    let program = std::path::Path::new(&root).join(r"System32\whoami.exe");
    let output = std::process::Command::new(&program)
        .args(["/user", "/fo", "csv", "/nh"])
        .creation_flags(NO_WINDOW)
        .output()
        .map_err(|error| format!("{}: {error}", program.display()))?;
    let line = String::from_utf8_lossy(&output.stdout);
    name_and_sid(&line)
        .map(|(name, sid)| (name, Some(sid)))
        .ok_or_else(|| format!("{} answered: {line}", program.display()))
}

/// Reads the answer of `whoami /user /fo csv /nh`: `"contoso\ann","S-1-5-21-…"`.
#[cfg(any(windows, test))]
fn name_and_sid(line: &str) -> Option<(String, String)> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(line.trim().as_bytes());
    let record = reader.records().next()?.ok()?;
    let (name, sid) = (record.get(0)?, record.get(1)?);
    let is_whole = record.len() == 2 && name.contains('\\') && sid.starts_with("S-1-");
    is_whole.then(|| (name.to_owned(), sid.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_of_windows_is_read() {
        let read = |line| name_and_sid(line);
        assert_eq!(
            read("\"contoso\\ann\",\"S-1-5-21-1-2-3-1001\"\r\n"),
            Some((r"contoso\ann".to_owned(), "S-1-5-21-1-2-3-1001".to_owned()))
        );
        assert_eq!(
            read("\"pc\\o\"\"neil, j\",\"S-1-5-21-1\"\r\n"),
            Some(("pc\\o\"neil, j".to_owned(), "S-1-5-21-1".to_owned()))
        );
        for line in [
            "",
            "ann",
            "\"ann\",\"S-1-5\"",
            "\"pc\\ann\",\"1000\"",
            "ERROR: no",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_account_has_a_user_id() {
        let (name, id) = account().unwrap();
        assert!(!name.is_empty() && id.unwrap().starts_with("uid:"));
    }
}
