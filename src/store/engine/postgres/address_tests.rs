//! Addresses against the rules of libpq.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use proptest::prelude::*;

use super::address::{AccountFacts, AccountFiles, Address, Host, Place, SslMode, settings};
use super::setting::{AddressFault, AddressSetting};

/// Reads an address in this environment.
fn read_with(text: &str, variables: &[(&str, &str)]) -> Result<Address, AddressFault> {
    let variables: HashMap<&str, &str> = variables.iter().copied().collect();
    let folder = Path::new("/nowhere");
    Address::read(
        text,
        &AccountFacts {
            variable: &|name| variables.get(name).map(|value| (*value).to_owned()),
            name: Some("ann".to_owned()),
            files: Some(AccountFiles {
                folder: folder.to_owned(),
                passwords: folder.join("passwords"),
            }),
        },
    )
}

fn read(text: &str) -> Address {
    read_with(text, &[]).unwrap()
}

fn shown(text: &str) -> String {
    read(text).to_string()
}

#[test]
fn every_form_of_libpq_is_read() {
    for (text, expected) in [
        ("postgresql://db/pins", "postgresql://ann@db/pins"),
        (
            "postgres://eve@db:6432/pins",
            "postgresql://eve@db:6432/pins",
        ),
        ("PostgreSQL://db", "postgresql://ann@db/ann"),
        (
            "postgresql://db/?user=eve&dbname=pins",
            "postgresql://eve@db/pins",
        ),
        ("postgresql://a:1,b:2/pins", "postgresql://ann@a:1,b:2/pins"),
        ("postgresql://a,b:2/pins", "postgresql://ann@a,b:2/pins"),
        (
            "postgresql://[2001:db8::1]:6432/pins",
            "postgresql://ann@[2001:db8::1]:6432/pins",
        ),
        (
            "postgresql://%2Frun%2Fpg/pins",
            "postgresql://ann@%2Frun%2Fpg/pins",
        ),
        (
            "postgresql:///pins?host=/run/pg&port=6432",
            "postgresql://ann@%2Frun%2Fpg:6432/pins",
        ),
        (
            "postgresql://e%76e:p%40ss@db/p%2Fins",
            "postgresql://eve@db/p%2Fins",
        ),
        ("postgresql://eve:a:b@db/pins", "postgresql://eve@db/pins"),
        (
            "postgresql://db/pins?sslmode=require",
            "postgresql://ann@db/pins?sslmode=require",
        ),
        ("host=db dbname=pins", "postgresql://ann@db/pins"),
        (
            " host = db  dbname='p ins' user='it\\'s' ",
            "postgresql://it%27s@db/p%20ins",
        ),
        (
            "host=a,b port=1,2 dbname=pins",
            "postgresql://ann@a:1,b:2/pins",
        ),
        (
            "hostaddr=10.0.0.1 dbname=pins",
            "postgresql://ann@10.0.0.1/pins",
        ),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn what_the_address_does_not_say_the_environment_does() {
    let variables = [
        ("PGHOST", "db"),
        ("PGPORT", "6432"),
        ("PGUSER", "eve"),
        ("PGDATABASE", "pins"),
        ("PGSSLMODE", "prefer"),
        ("PGCONNECT_TIMEOUT", "1"),
        ("PGAPPNAME", ""),
    ];
    let address = read_with("postgresql://", &variables).unwrap();
    assert_eq!(
        address.to_string(),
        "postgresql://eve@db:6432/pins?sslmode=prefer"
    );
    assert_eq!(address.timeout, Some(Duration::from_secs(2)));
    assert_eq!(address.application, "pindesk");
    let text = "postgresql://bob@other:1/x?sslmode=disable&connect_timeout=0&application_name=y";
    let address = read_with(text, &variables).unwrap();
    assert_eq!(
        address.to_string(),
        "postgresql://bob@other:1/x?sslmode=disable"
    );
    assert_eq!((address.timeout, address.application.as_str()), (None, "y"));
}

#[test]
fn a_server_elsewhere_proves_its_name_unless_the_address_says_otherwise() {
    for (text, expected) in [
        ("postgresql://db/pins", SslMode::VerifyFull),
        ("postgresql://db/pins?sslmode=disable", SslMode::Disable),
        ("postgresql://127.0.0.1/pins", SslMode::Disable),
        ("postgresql://[::1]/pins", SslMode::Disable),
        (
            "postgresql://LocalHost/pins?sslmode=verify-full",
            SslMode::VerifyFull,
        ),
        (
            "postgresql://localhost/pins?hostaddr=10.0.0.1",
            SslMode::VerifyFull,
        ),
        (
            "postgresql://%2Frun%2Fpg/pins?sslmode=require",
            SslMode::Disable,
        ),
    ] {
        let address = read(text);
        assert_eq!(address.ssl(&address.hosts[0]), expected, "{text}");
    }
}

#[test]
fn an_address_that_cannot_be_used_says_where() {
    for (text, position) in [
        ("postgresql:pins", 12),
        ("postgresql://db:x/pins", 17),
        ("postgresql://db:0/pins", 17),
        ("postgresql://db:65536/pins", 17),
        ("postgresql://[::1/pins", 18),
        ("postgresql://[::1]x/pins", 19),
        ("postgresql://db/p%2", 18),
        ("postgresql://db/é%zz", 18),
        ("postgresql://db/p%00", 18),
        ("postgresql://%ff/pins", 14),
        ("postgresql://db/pins?sslmode", 29),
        ("postgresql://db/pins?sslmode=on", 30),
        ("postgresql://db/pins?sslmode=a=b", 31),
        ("postgresql://db/pins?service=x", 22),
        ("postgresql://db/pins?", 22),
        ("postgresql://a,b:1,2/pins?port=1,2", 32),
        ("postgresql://@d b/pins", 15),
        ("host=db dbname", 15),
        ("host=db nothing=1", 9),
        ("host='db", 6),
        ("hostaddr=db", 10),
    ] {
        let fault = read_with(text, &[]).map(drop).unwrap_err().to_string();
        assert!(
            fault.ends_with(&format!("(at character {position})")),
            "{text}: {fault}"
        );
    }
    for (name, value) in [("PGPORT", "x"), ("PGSSLMODE", "on"), ("PGSERVICE", "pins")] {
        let fault = read_with("postgresql://", &[(name, value)])
            .map(drop)
            .unwrap_err();
        assert!(
            fault
                .to_string()
                .ends_with(&format!("(in the variable {name})")),
            "{fault}"
        );
    }
}

#[test]
fn a_password_is_found_in_the_address_the_environment_and_the_file() {
    let password = |address: &Address| {
        let host = address.hosts[0].clone();
        address.password(&host).map(|password| password.to_string())
    };
    let found = |text, variables: &[(&str, &str)]| password(&read_with(text, variables).unwrap());
    let variables = [("PGPASSWORD", "of-variable")];
    assert_eq!(
        found("postgresql://eve:a%3Ab@db/x", &variables).as_deref(),
        Some("a:b")
    );
    assert_eq!(
        found("postgresql://db/x", &variables).as_deref(),
        Some("of-variable")
    );
    assert_eq!(found("postgresql://db/x", &[]), None);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("passwords");
    std::fs::write(&file, "localhost:*:*:*:of-socket\ndb:6432:x:ann:of-file\n").unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    let variables = [("PGPASSFILE", file.to_str().unwrap())];
    assert_eq!(
        found("postgresql://db:6432/x", &variables).as_deref(),
        Some("of-file")
    );
    assert_eq!(found("postgresql://db/x", &variables), None);
    let socket = "postgresql:///x?host=/var/run/postgresql";
    let expected = cfg!(unix).then_some("of-socket");
    assert_eq!(found(socket, &variables).as_deref(), expected);
}

/// A part of an address as people write it: any characters, encoded.
fn encoded(part: &str) -> String {
    let bytes: Vec<String> = part.bytes().map(|byte| format!("%{byte:02x}")).collect();
    bytes.concat()
}

proptest! {
    #[test]
    fn parts_come_back_as_they_were_written(
        user in "\\PC{1,8}", password in "\\PC{1,8}", host in "[a-z]{1,8}", port in 1_u16..,
        database in "\\PC{1,8}",
    ) {
        let text = format!(
            "postgresql://{}:{}@{host}:{port}/{}",
            encoded(&user), encoded(&password), encoded(&database),
        );
        let address = read(&text);
        prop_assert_eq!(&address.user, &user);
        prop_assert_eq!(&address.database, &database);
        let place = Place::Network { name: host, address: None };
        let host = Host { place, port };
        prop_assert_eq!(address.password(&host).map(|p| p.to_string()), Some(password));
        prop_assert_eq!(&address.hosts, &vec![host]);
        // The address without its password opens the same store.
        let again = read(&address.to_string()).to_string();
        prop_assert_eq!(again, address.to_string());
    }

    #[test]
    fn any_text_is_read_or_refused_and_no_password_is_repeated(
        text in "[a-z@:/?&=%, '\\[\\]\\\\0-9]{0,24}", form in 0..3,
    ) {
        let text = match form {
            0 => format!("postgresql://ann:SECRET{text}"),
            1 => format!("postgresql://ann@db/pins?password=SECRET{text}"),
            _ => format!("password=SECRET{text}"),
        };
        let words = match read_with(&text, &[]) {
            Ok(address) => format!("{address:?}"),
            Err(fault) => format!("{fault} {fault:?}"),
        };
        let is_password = settings(&text)
            .is_ok_and(|settings| settings.get(AddressSetting::Password).is_some());
        prop_assert!(!is_password || !words.contains("SECRET"), "{}", words);
        prop_assert!(read_with(&text, &[]).is_ok() || !words.contains("SECRET"), "{}", words);
        let settings = settings(&text).map(|settings| format!("{settings:?}"));
        prop_assert!(!settings.unwrap_or_default().contains("SECRET"));
    }
}
