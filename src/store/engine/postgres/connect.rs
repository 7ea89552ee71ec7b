//! Connecting to the server of an address.

use std::path::PathBuf;
use std::time::Duration;

use postgres::config::{self, Config};
use postgres::{Client, NoTls};

use super::address::{AccountFacts, AccountFiles, Address, ChannelBinding, Host, Place, SslMode};
use super::connection::ServerConnection;
use super::errors::not_connected;
use super::passwords::typed;
use super::setting::AddressFault;
use super::tls::connector;
use crate::store::engine::connection::Connection;
use crate::store::engine::error::{EngineError, EngineResult, ErrorKind};
use crate::store::engine::waiting::Waiting;

/// The schema with the tables of a store, unless `search_path` in the options of the address names
/// another one.
const SCHEMA: &str = "pindesk";

/// The time without an answer after which a server that is gone is noticed: the first question, the
/// next ones, and their number.
const KEEPALIVE: (Duration, Duration, u32) = (Duration::from_secs(30), Duration::from_secs(10), 3);

/// The settings of a session. Texts in quotes mean themselves, and a committed change is on disk. A
/// transaction of a client that is gone ends, so that others can write.
const SETTINGS: &str = "SET standard_conforming_strings = on;
    SET client_min_messages = warning;
    SET idle_in_transaction_session_timeout = '5min';
    SET tcp_keepalives_idle = 30;
    SET tcp_keepalives_interval = 10;
    SET tcp_keepalives_count = 3;
    SELECT set_config('synchronous_commit', 'on', false)
    WHERE current_setting('synchronous_commit') = 'off'";

/// Reads an address, completed from the environment of this account.
///
/// # Errors
/// The address cannot be used.
pub(in crate::store) fn address(text: &str) -> Result<Address, AddressFault> {
    let account = AccountFacts {
        variable: &|name| std::env::var(name).ok(),
        name: whoami::username().ok(),
        files: account_files(),
    };
    Address::read(text, &account)
}

/// The files of this account for clients of PostgreSQL (`libpq-pgpass.html`, `libpq-ssl.html`).
fn account_files() -> Option<AccountFiles> {
    let folders = directories::BaseDirs::new()?;
    Some(if cfg!(windows) {
        let folder = folders.config_dir().join("postgresql");
        let passwords = folder.join("pgpass.conf");
        AccountFiles { folder, passwords }
    } else {
        let folder: PathBuf = folders.home_dir().join(".postgresql");
        let passwords = folders.home_dir().join(".pgpass");
        AccountFiles { folder, passwords }
    })
}

/// Connects to the first host that answers.
///
/// # Errors
/// No host can be reached, or the server refuses the account.
pub(in crate::store) fn connect(address: &Address, waiting: &Waiting) -> EngineResult<Connection> {
    let mut failed = None;
    for host in &address.hosts {
        match connect_to(address, host) {
            Ok(client) => {
                let connection = ServerConnection::new(client, address.clone(), waiting.clone());
                set_up(&connection)?;
                return Ok(Connection::of_server(connection));
            }
            Err(error) => {
                let is_last_word = error.kind() != ErrorKind::NotConnected;
                if is_last_word {
                    return Err(error);
                }
                failed = Some(error);
            }
        }
    }
    Err(failed.unwrap_or_else(|| EngineError::new(ErrorKind::NotConnected, "no host is named")))
}

fn connect_to(address: &Address, host: &Host) -> EngineResult<Client> {
    let mut config = Config::new();
    match &host.place {
        Place::Socket(folder) => {
            config.host(&folder.to_string_lossy());
        }
        Place::Network { name, address } => {
            match (name.as_str(), address) {
                ("", Some(address)) => config.host(&address.to_string()),
                (name, _) => config.host(name),
            };
            if let Some(address) = address {
                config.hostaddr(*address);
            }
        }
    }
    config
        .port(host.port)
        .dbname(&address.database)
        .user(&address.user)
        .application_name(&address.application)
        .keepalives_idle(KEEPALIVE.0)
        .keepalives_interval(KEEPALIVE.1)
        .keepalives_retries(KEEPALIVE.2)
        .channel_binding(match address.channel_binding {
            ChannelBinding::Disable => config::ChannelBinding::Disable,
            ChannelBinding::Prefer => config::ChannelBinding::Prefer,
            ChannelBinding::Require => config::ChannelBinding::Require,
        });
    if let Some(timeout) = address.timeout {
        config.connect_timeout(timeout);
    }
    if let Some(options) = &address.options {
        config.options(options);
    }
    if let Some(password) = typed(address).or_else(|| address.password(host)) {
        config.password(password.as_bytes());
    }
    let mode = match address.ssl(host) {
        SslMode::Disable => None,
        SslMode::Allow | SslMode::Prefer => Some(config::SslMode::Prefer),
        SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => {
            Some(config::SslMode::Require)
        }
    };
    let connected = match mode {
        None => config.ssl_mode(config::SslMode::Disable).connect(NoTls),
        Some(mode) => config
            .ssl_mode(mode)
            .connect(connector(&address.certificates)?),
    };
    connected.map_err(|error| not_connected(&error))
}

/// Sets a session up, and finds out the schema of the store.
fn set_up(connection: &ServerConnection) -> EngineResult<()> {
    connection.batch(SETTINGS)?;
    let schema = if connection.address().has_option("search_path") {
        let path = connection.text("SELECT current_setting('search_path')")?;
        let first = path.split(',').next().unwrap_or_default().trim();
        first.trim_matches('"').to_owned()
    } else {
        SCHEMA.to_owned()
    };
    if !is_plain_name(&schema) {
        let what = "the options of the address name a schema whose name has other characters than small letters, digits and underscores";
        return Err(EngineError::new(ErrorKind::NotConnected, what));
    }
    connection.use_schema(schema)
}

/// Whether a name means itself without quotes.
fn is_plain_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !name.starts_with("pg_")
}
