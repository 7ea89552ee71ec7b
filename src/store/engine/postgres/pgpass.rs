//! The file with the passwords of an account
//! (<https://www.postgresql.org/docs/current/libpq-pgpass.html>).

use std::fs;
use std::io;
use std::path::Path;

use zeroize::Zeroizing;

/// The connection for which a password is looked up.
#[derive(Clone, Copy, Debug)]
pub(super) struct WantedPassword<'a> {
    /// The name of the host. For a socket in its usual folder it is `localhost`, otherwise the
    /// folder.
    pub host: &'a str,
    pub port: u16,
    pub database: &'a str,
    pub user: &'a str,
}

/// The password for a connection in this file. None if the file is missing, has none, or can be
/// read by others, which is logged.
pub(super) fn password_in(path: &Path, wanted: WantedPassword<'_>) -> Option<Zeroizing<String>> {
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => {
            log::warn!(
                "the file with passwords is not a plain file: {}",
                path.display()
            );
            return None;
        }
        Ok(metadata) if is_open_to_others(&metadata) => {
            log::warn!(
                "the file with passwords is not used, since others can read it; allow only its owner to (chmod 0600): {}",
                path.display()
            );
            return None;
        }
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => {
            log::warn!(
                "the file with passwords cannot be read: {}: {error}",
                path.display()
            );
            return None;
        }
    }
    let text = fs::read_to_string(path).map(Zeroizing::new);
    text.inspect_err(|error| {
        log::warn!(
            "the file with passwords cannot be read: {}: {error}",
            path.display()
        );
    })
    .ok()
    .and_then(|text| password(&text, wanted))
}

/// Whether accounts other than the owner may read the file.
#[cfg(unix)]
fn is_open_to_others(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o077 != 0
}

/// On Windows the file lies in a folder of the account, and libpq does not look at its access list.
#[cfg(not(unix))]
fn is_open_to_others(_metadata: &fs::Metadata) -> bool {
    false
}

/// The password of the first line that fits. A line is `host:port:database:user:password`. A `*`
/// fits everything. A backslash is before a colon or a backslash in a field.
pub(super) fn password(text: &str, wanted: WantedPassword<'_>) -> Option<Zeroizing<String>> {
    let port = wanted.port.to_string();
    let wanted = [wanted.host, &port, wanted.database, wanted.user];
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .find_map(|line| {
            let mut rest = line;
            for wanted in wanted {
                rest = after_field(rest, wanted)?;
            }
            let password = Zeroizing::new(without_escapes(rest));
            (!password.is_empty()).then_some(password)
        })
}

/// The rest of a line after a field that fits and its colon. None if the field does not fit.
fn after_field<'a>(line: &'a str, wanted: &str) -> Option<&'a str> {
    if let Some(rest) = line.strip_prefix("*:") {
        return Some(rest);
    }
    let mut wanted = wanted.chars();
    let mut characters = line.chars();
    loop {
        let character = match characters.next()? {
            ':' => return wanted.next().is_none().then_some(characters.as_str()),
            '\\' => characters.next()?,
            character => character,
        };
        if wanted.next() != Some(character) {
            return None;
        }
    }
}

/// The password at the end of a line. It ends at a colon without a backslash, as in libpq.
fn without_escapes(field: &str) -> String {
    let mut password = String::with_capacity(field.len());
    let mut characters = field.chars();
    while let Some(character) = characters.next() {
        match character {
            ':' => break,
            '\\' => password.extend(characters.next()),
            character => password.push(character),
        }
    }
    password
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANTED: WantedPassword<'_> = WantedPassword {
        host: "db.litwareinc.com",
        port: 5432,
        database: "pindesk",
        user: "ann",
    };

    fn found(text: &str) -> Option<String> {
        password(text, WANTED).map(|password| password.to_string())
    }

    #[test]
    fn the_first_line_that_fits_has_the_password() {
        for (text, expected) in [
            ("db.litwareinc.com:5432:pindesk:ann:secret", Some("secret")),
            ("*:*:*:*:secret", Some("secret")),
            (
                "# *:*:*:*:no\nother:*:*:*:no\n*:5432:*:ann:yes\n*:*:*:*:no",
                Some("yes"),
            ),
            ("*:*:*:ann:one\r\n*:*:*:*:two\r\n", Some("one")),
            ("*:*:*:ann:a\\:b\\\\c", Some("a:b\\c")),
            ("*:*:*:ann:a:comment", Some("a")),
            ("*:*:*:ann:", None),
            ("*:*:*:ann", None),
            ("*:*:*:an:secret", None),
            ("*:*:*:anna:secret", None),
            ("*:5433:*:*:secret", None),
            ("DB.litwareinc.com:*:*:*:secret", None),
            ("", None),
        ] {
            assert_eq!(found(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn colons_and_backslashes_in_fields_have_a_backslash() {
        let wanted = WantedPassword {
            host: "::1",
            database: "a\\b",
            ..WANTED
        };
        let text = "\\:\\:1:5432:a\\\\b:ann:secret";
        assert_eq!(password(text, wanted).unwrap().as_str(), "secret");
        assert!(password("::1:5432:a\\\\b:ann:secret", wanted).is_none());
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_is_not_used() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pgpass");
        assert!(password_in(&path, WANTED).is_none());
        fs::write(&path, "*:*:*:*:secret\n").unwrap();
        for (mode, is_used) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(password_in(&path, WANTED).is_some(), is_used, "{mode:o}");
        }
    }
}
