//! The only place that makes a URI of a path, for SQLite to open (<https://www.sqlite.org/uri.html>).

/// The URI of a file, with its parameters after the question mark.
///
/// Everything that could have a meaning in a URI is written as `%` and two hexadecimal digits, also
/// slashes and backslashes. SQLite decodes the path and opens exactly that. So a relative path stays
/// relative, and `\\server\share` or `\\?\C:\folder` of Windows is not taken for the name of a
/// machine, which an address after `file://` would be.
pub(super) fn file_uri(path: &str, parameters: &str) -> String {
    let mut uri = String::from("file:");
    for byte in path.bytes() {
        match byte {
            b'.' | b'-' | b'_' | b':' => uri.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri.push('?');
    uri.push_str(parameters);
    uri
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rusqlite::{Connection, OpenFlags};

    use super::*;

    const FLAGS: OpenFlags = OpenFlags::SQLITE_OPEN_READ_WRITE
        .union(OpenFlags::SQLITE_OPEN_CREATE)
        .union(OpenFlags::SQLITE_OPEN_URI);

    /// Opens a database by its URI, writes into it, and returns its size by its path.
    fn written(path: &Path) -> u64 {
        let uri = file_uri(path.to_str().unwrap(), "cache=private");
        let connection = Connection::open_with_flags(uri, FLAGS).unwrap();
        connection.execute_batch("CREATE TABLE t (n)").unwrap();
        drop(connection);
        std::fs::metadata(path).unwrap().len()
    }

    #[test]
    fn no_path_of_windows_names_a_machine_or_a_parameter() {
        for (path, uri) in [
            (
                r"C:\Daten\pin desk.db",
                "file:C:%5CDaten%5Cpin%20desk.db?x=1",
            ),
            ("C:/Daten/x.db", "file:C:%2FDaten%2Fx.db?x=1"),
            (r"backup.db", "file:backup.db?x=1"),
            (r"..\backup.db", "file:..%5Cbackup.db?x=1"),
            (r"\\?\C:\x.db", "file:%5C%5C%3F%5CC:%5Cx.db?x=1"),
            (
                r"\\server\share\x.db",
                "file:%5C%5Cserver%5Cshare%5Cx.db?x=1",
            ),
            (
                "//server/share/x.db",
                "file:%2F%2Fserver%2Fshare%2Fx.db?x=1",
            ),
            (
                r"\\?\UNC\server\share\x.db",
                "file:%5C%5C%3F%5CUNC%5Cserver%5Cshare%5Cx.db?x=1",
            ),
            (
                r"C:\50% #1?mode=memory.db",
                "file:C:%5C50%25%20%231%3Fmode%3Dmemory.db?x=1",
            ),
            ("Jürgen.db", "file:J%C3%BCrgen.db?x=1"),
        ] {
            assert_eq!(file_uri(path, "x=1"), uri);
        }
    }

    #[test]
    fn the_file_at_the_path_is_opened_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let plain = folder.path().join("plain.db");
        let real = std::fs::canonicalize(folder.path()).unwrap();
        // On Windows the real path begins with \\?\.
        let long = real.join("a".repeat(120)).join("b".repeat(120));
        std::fs::create_dir_all(&long).unwrap();
        for path in [
            plain,
            folder.path().join("50% #1 & Jürgen's.db"),
            real.join("real.db"),
            long.join("deep.db"),
        ] {
            assert!(written(&path) > 0, "{}", path.display());
        }
        #[cfg(unix)]
        for name in ["a?mode=memory", r"C:\x.db", r"\\host\share.db"] {
            assert!(written(&folder.path().join(name)) > 0, "{name}");
        }
        // Relative to the folder in which the tests run.
        let here = tempfile::Builder::new().tempdir_in(".").unwrap();
        assert!(written(&here.path().join("relative.db")) > 0);
    }
}
