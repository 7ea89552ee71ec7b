//! Settings that an administrator gives to everybody on this computer, in one file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::Deserialize;

use super::allowed_hook::AllowedHook;
use crate::domain::hook::is_hook_name;
use crate::io_words::cause;

/// The settings of this computer. They take the place of those of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MachineSettings {
    /// The store that is used unless another one is named: a path from the root, or an address.
    pub store: Option<PathBuf>,
    /// The theme of the window: `Light`, `Dark` or `System`. Accounts cannot choose another one.
    pub theme: Option<String>,
    /// The hooks of stores that this computer runs, by their names in the store.
    pub hooks: BTreeMap<String, AllowedHook>,
    /// The file with these settings. None if there is none.
    #[serde(skip)]
    pub file: Option<PathBuf>,
}

/// The settings of this computer: `%ProgramData%\PinDesk\settings.json` on Windows, and
/// `/etc/pindesk/settings.json` elsewhere. Without a file there are none.
///
/// # Errors
/// The file cannot be read, is not what it should be, or could have been written by others than
/// administrators; the text says which.
pub fn machine_settings() -> Result<MachineSettings, String> {
    folder().map_or_else(|| Ok(MachineSettings::default()), |folder| read(&folder))
}

#[cfg(windows)]
fn folder() -> Option<PathBuf> {
    // The folder can be moved, so its place is asked for
    // (https://learn.microsoft.com/en-us/windows/deployment/usmt/usmt-recognized-environment-variables).
    let data = PathBuf::from(std::env::var_os("ProgramData")?);
    data.is_absolute().then(|| data.join("PinDesk"))
}

#[cfg(not(windows))]
#[expect(clippy::unnecessary_wraps, reason = "Windows may name no folder")]
fn folder() -> Option<PathBuf> {
    Some(PathBuf::from("/etc/pindesk"))
}

fn read(folder: &Path) -> Result<MachineSettings, String> {
    read_if(folder, is_of_administrators)
}

/// Reads the settings in a folder, if folder and file can be trusted.
fn read_if(
    folder: &Path,
    is_trusted: impl Fn(&Path) -> io::Result<bool>,
) -> Result<MachineSettings, String> {
    let file = folder.join("settings.json");
    let failed = |reason: &str| {
        format!(
            "The settings of this computer cannot be used: {reason}: {}. Ask who administers this computer.",
            file.display()
        )
    };
    let text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(MachineSettings::default());
        }
        Err(error) => return Err(failed(&cause(&error))),
    };
    // On Windows every account may make folders where this one is.
    for path in [folder, &file] {
        if !is_trusted(path).map_err(|error| failed(&cause(&error)))? {
            return Err(failed(
                "others than administrators could have written it, since they own or may change it or its folder",
            ));
        }
    }
    let settings: MachineSettings =
        serde_json::from_str(&text).map_err(|error| failed(&error.to_string()))?;
    if let Some(store) = &settings.store
        && store.is_relative()
        && !store.to_string_lossy().contains("://")
    {
        return Err(failed("the path of the store does not begin at the root"));
    }
    for (name, hook) in &settings.hooks {
        let fault = if is_hook_name(name) {
            hook.fault()
        } else {
            Some("its name is none that a hook can have".to_owned())
        };
        if let Some(fault) = fault {
            return Err(failed(&format!("hook {name}: {fault}")));
        }
    }
    Ok(MachineSettings {
        file: Some(file),
        ..settings
    })
}

/// Whether administrators own a file or folder, and nobody else may change it.
#[cfg(unix)]
fn is_of_administrators(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;

    const ROOT: u32 = 0;
    const OTHERS_WRITE: u32 = 0o022;
    let metadata = fs::metadata(path)?;
    Ok(metadata.uid() == ROOT && metadata.mode() & OTHERS_WRITE == 0)
}

/// Whether administrators or the system own a file or folder. Windows lets nobody else change their
/// files in this place, unless they allow it.
#[cfg(windows)]
fn is_of_administrators(path: &Path) -> io::Result<bool> {
    // https://learn.microsoft.com/en-us/windows/win32/secauthz/well-known-sids
    const ADMINISTRATORS: &str = "S-1-5-32-544";
    const SYSTEM: &str = "S-1-5-18";
    let owner = crate::win32::owner(path)?;
    Ok([ADMINISTRATORS, SYSTEM].contains(&owner.as_str()))
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use tempfile::TempDir;

    use super::*;

    fn folder(text: &str, mode: u32) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.json");
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        folder
    }

    /// The settings in a folder that is taken for that of an administrator.
    fn of_administrators(text: &str) -> Result<MachineSettings, String> {
        read_if(folder(text, 0o644).path(), |_path| Ok(true))
    }

    #[test]
    fn without_a_file_there_are_no_settings() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(folder.path()), Ok(MachineSettings::default()));
        assert_eq!(
            read(&folder.path().join("nowhere")),
            Ok(MachineSettings::default())
        );
    }

    #[test]
    fn a_file_that_others_may_write_is_refused() {
        let error = read(folder("{}", 0o666).path()).unwrap_err();
        assert!(error.contains("others than administrators"), "{error}");
        assert!(error.contains("settings.json"), "{error}");
    }

    #[test]
    fn store_and_theme_are_read() {
        let settings =
            of_administrators(r#"{"store": "/srv/pins/pindesk.db", "theme": "Dark"}"#).unwrap();
        assert_eq!(settings.store, Some(PathBuf::from("/srv/pins/pindesk.db")));
        assert_eq!(settings.theme.as_deref(), Some("Dark"));
        assert!(settings.file.unwrap().ends_with("settings.json"));
        let settings =
            of_administrators(r#"{"store": "postgresql://pins.example/pindesk"}"#).unwrap();
        assert_eq!(settings.theme, None);
    }

    #[test]
    fn hooks_have_ten_seconds_and_all_actions_unless_the_file_says_otherwise() {
        let settings = of_administrators(
            r#"{"hooks": {"a": {"program": "/a/check"},
                "b": {"program": "/b", "arguments": ["x y"], "actions": ["lock", "import-pins"], "seconds": 60}}}"#,
        )
        .unwrap();
        let (a, b) = (&settings.hooks["a"], &settings.hooks["b"]);
        assert_eq!((a.seconds, a.is_for("undo")), (10, true));
        assert_eq!((b.seconds, b.is_for("undo")), (60, false));
        assert_eq!((b.is_for("lock"), &*b.arguments[0]), (true, "x y"));
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_its_reason() {
        for (text, reason) in [
            ("", "EOF"),
            (r#"{"stor": "/srv/pindesk.db"}"#, "unknown field `stor`"),
            (r#"{"store": "pindesk.db"}"#, "does not begin at the root"),
            (r#"{"theme": 1}"#, "expected a string"),
            (
                r#"{"hooks": {"a": {"program": "check"}}}"#,
                "does not begin at the root",
            ),
            (
                r#"{"hooks": {"a": {"program": "/a/check", "shell": true}}}"#,
                "unknown field `shell`",
            ),
            (
                r#"{"hooks": {"a": {"program": "/a/check", "actions": ["lok"]}}}"#,
                "no action lok",
            ),
            (
                r#"{"hooks": {"a": {"program": "/a/check", "seconds": 0}}}"#,
                "1 to 600",
            ),
            (
                r#"{"hooks": {"a": {"program": "/a/check.cmd"}}}"#,
                "batch file",
            ),
            (r#"{"hooks": {"a b": {"program": "/a/check"}}}"#, "its name"),
        ] {
            let error = of_administrators(text).unwrap_err();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }
}
