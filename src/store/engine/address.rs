//! Addresses of databases and of pages, which are no paths of files. Without this check a store of
//! that name would be made, and its folder with it.
//!
//! The forms of PostgreSQL are those of its documentation, chapter "Connection Strings"
//! (<https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING>).

use std::path::Path;

use zeroize::Zeroizing;

use super::postgres::{self, Address};
use crate::store::{Result, StoreError};

const POSTGRESQL: &str = "the address of a PostgreSQL database";

/// Names with which settings of a connection to PostgreSQL begin, such as `host=db dbname=pins`.
const CONNECTION_SETTINGS: [&str; 8] = [
    "dbname", "host", "hostaddr", "password", "port", "service", "sslmode", "user",
];

/// Refuses what is an address rather than a path. The error does not repeat the address, since it
/// may contain a password.
///
/// # Errors
/// The path is an address. The text says where an address of PostgreSQL cannot be read.
pub fn refuse_address(path: &Path) -> Result<()> {
    // An address with a fault is refused for that.
    server(path)?;
    match kind(&path.to_string_lossy()) {
        Some(what) => Err(StoreError::NotInAFile { what }),
        None => Ok(()),
    }
}

/// The login with which the store at an address is opened, which is how its server knows the
/// operator. None for the path of a file.
///
/// # Errors
/// The address cannot be used, has a password in it, or is one of another kind of server.
pub fn server_login(path: &Path) -> Result<Option<String>> {
    match server(path)? {
        Some(address) if address.has_password() => Err(StoreError::PasswordInAddress),
        Some(address) => Ok(Some(address.login().to_owned())),
        None => refuse_address(path).map(|()| None),
    }
}

/// The address as messages name it, which has no password. None for the path of a file.
///
/// # Errors
/// The address cannot be used.
pub fn server_name(path: &Path) -> Result<Option<String>> {
    Ok(server(path)?.map(|address| address.to_string()))
}

/// A short name for a store: the name of its file, or the database and the host of its server.
pub fn short_name(path: &Path) -> String {
    let on_server = server(path).ok().flatten().map(|address| address.short());
    on_server.unwrap_or_else(|| {
        let name = path.file_name().unwrap_or(path.as_os_str());
        name.to_string_lossy().into_owned()
    })
}

/// Uses this password for the address of a store from now on, until the program ends.
///
/// # Errors
/// The address cannot be used.
pub fn use_password(path: &Path, password: Zeroizing<String>) -> Result<()> {
    if let Some(address) = server(path)? {
        postgres::remember(&address, password);
    }
    Ok(())
}

/// The address of a store on a server, completed from the environment of this account. None for
/// the path of a file.
///
/// # Errors
/// The address cannot be used.
pub(in crate::store) fn server(path: &Path) -> Result<Option<Address>> {
    let text = path.to_string_lossy();
    if kind(&text) != Some(POSTGRESQL) {
        return Ok(None);
    }
    match postgres::address(&text) {
        Ok(address) => Ok(Some(address)),
        Err(fault) => Err(StoreError::BadAddress {
            what: fault.to_string(),
        }),
    }
}

/// The kind of address that a text is. None if it is a path.
fn kind(text: &str) -> Option<&'static str> {
    if let Some((name, _)) = text.split_once('=')
        && CONNECTION_SETTINGS.contains(&name.trim())
    {
        return Some(POSTGRESQL);
    }
    let (scheme, rest) = text.split_once(':')?;
    if ["postgres", "postgresql"].contains(&scheme.to_ascii_lowercase().as_str()) {
        return Some(POSTGRESQL);
    }
    // The name of a disk on Windows is a single letter.
    let is_scheme = scheme.len() > 1
        && scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    (is_scheme && rest.starts_with("//")).then_some("an address rather than a path")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_postgresql_are_known() {
        for text in [
            "postgresql://db.litwareinc.com/pindesk",
            "postgresql://ann:secret@db/pindesk?sslmode=require",
            "postgres:///pindesk",
            "PostgreSQL://db",
            "postgresql:pindesk",
            "postgresql:/db/pindesk",
            "postgresql:",
            "host=db dbname=pindesk",
            "dbname = pindesk",
        ] {
            assert_eq!(
                kind(text),
                Some("the address of a PostgreSQL database"),
                "{text}"
            );
        }
    }

    #[test]
    fn other_addresses_are_known() {
        for text in [
            "mysql://db/pindesk",
            "file:///srv/pindesk.db",
            "sqlite://pindesk.db",
            "https://litwareinc.com/pindesk.db",
        ] {
            assert_eq!(kind(text), Some("an address rather than a path"), "{text}");
        }
    }

    #[test]
    fn paths_are_no_addresses() {
        for text in [
            "pindesk.db",
            "/srv/pindesk.db",
            r"C:\ProgramData\pindesk.db",
            "C://pindesk.db",
            "./postgresql://db",
            "/srv/postgresql:/db",
            "12:30//pindesk.db",
            "stores/host=a.db",
            "a=b.db",
            "postgresql",
            "",
        ] {
            assert_eq!(kind(text), None, "{text}");
        }
    }

    #[test]
    fn the_refusal_repeats_no_password() {
        for text in [
            "postgresql://ann:secret@db/pindesk",
            "host=db password=secret",
            "mysql://ann:secret@db",
        ] {
            let error = refuse_address(Path::new(text)).unwrap_err();
            assert!(
                !format!("{error} {error:?}").contains("secret"),
                "{error:?}"
            );
        }
    }
}
