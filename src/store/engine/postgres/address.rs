//! Where a store on a server is, and how to get there: an address with all that the environment adds
//! to it, in the order of libpq: the address, then variables, then defaults.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use zeroize::Zeroizing;

use super::pairs;
use super::pgpass::{WantedPassword, password_in};
use super::setting::{AddressFault, AddressSetting, AddressSettings, Source};
use super::url;

/// The port on which servers listen, unless they are told otherwise.
const PORT: u16 = 5432;

/// The longest wait for a server, unless the address has another one.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The folders in which servers have their sockets: Debian's, and the one of PostgreSQL itself.
const SOCKET_FOLDERS: [&str; 2] = ["/var/run/postgresql", "/tmp"];

/// The name of the environment that says where settings are in a file, which PinDesk does not read.
const SERVICE: &str = "PGSERVICE";

/// Facts about the account of the operating system that complete an address.
pub(super) struct AccountFacts<'a> {
    /// The value of a variable of the environment.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// The name of the account.
    pub name: Option<String>,
    /// The folder with the account's files for PostgreSQL, and the file with its passwords.
    pub files: Option<AccountFiles>,
}

/// The files that an account keeps for clients of PostgreSQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AccountFiles {
    /// The folder of certificates.
    pub folder: PathBuf,
    pub passwords: PathBuf,
}

/// A server at which a store may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Host {
    pub place: Place,
    pub port: u16,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The folder of a Unix socket.
    Socket(PathBuf),
    /// The name of a host, and the address at which it is if that is not looked up.
    Network {
        name: String,
        address: Option<IpAddr>,
    },
}

/// The protection of a connection over the network. A certificate is always checked with the name
/// of its host, also where libpq would do less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(super) enum SslMode {
    Disable,
    Allow,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

/// Whether the client proves that nobody stands between it and the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub(super) enum ChannelBinding {
    Disable,
    Prefer,
    Require,
}

/// The certificates of a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Certificates {
    /// The file with those that are trusted. None for those of the operating system.
    pub root: Option<PathBuf>,
    /// The files with the certificate of the account and its key.
    pub own: Option<(PathBuf, PathBuf)>,
}

/// A complete address.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::store) struct Address {
    pub(super) hosts: Vec<Host>,
    pub(super) database: String,
    pub(super) user: String,
    password: Option<Zeroizing<String>>,
    /// Whether the address itself has the password.
    pub(super) names_password: bool,
    password_file: Option<PathBuf>,
    ssl: Option<SslMode>,
    pub(super) certificates: Certificates,
    /// None for waiting without an end.
    pub(super) timeout: Option<Duration>,
    pub(super) application: String,
    pub(super) options: Option<String>,
    pub(super) channel_binding: ChannelBinding,
}

/// The settings that an address names itself.
///
/// # Errors
/// The text is no address of PostgreSQL.
pub(super) fn settings(text: &str) -> Result<AddressSettings, AddressFault> {
    if url::is_url(text) {
        url::parse(text)
    } else {
        pairs::parse(text)
    }
}

impl Address {
    /// Reads an address, and completes it from the environment.
    ///
    /// # Errors
    /// The address or a variable has a value that cannot be used.
    pub(super) fn read(text: &str, account: &AccountFacts<'_>) -> Result<Self, AddressFault> {
        let settings = settings(text)?;
        if let Some(_service) = (account.variable)(SERVICE).filter(|service| !service.is_empty()) {
            let what = "PinDesk does not read files of services";
            return Err(AddressFault::new(Source::Variable(SERVICE), what));
        }
        let values = Values { settings, account };
        let user = match values.text(AddressSetting::User) {
            Some(user) => user,
            None => account.name.clone().ok_or_else(|| {
                values.fault(
                    AddressSetting::User,
                    "no user is named, and the account has no name",
                )
            })?,
        };
        Ok(Self {
            hosts: values.hosts()?,
            database: values
                .text(AddressSetting::Database)
                .unwrap_or_else(|| user.clone()),
            user,
            names_password: values.settings.get(AddressSetting::Password).is_some(),
            password: values.text(AddressSetting::Password).map(Zeroizing::new),
            password_file: match values.text(AddressSetting::PasswordFile) {
                Some(path) => Some(path.into()),
                None => account.files.as_ref().map(|files| files.passwords.clone()),
            },
            ssl: values.word(
                AddressSetting::SslMode,
                "it is none of disable, allow, prefer, require, verify-ca and verify-full",
            )?,
            certificates: values.certificates()?,
            timeout: values.timeout()?,
            application: values
                .text(AddressSetting::ApplicationName)
                .unwrap_or_else(|| "pindesk".to_owned()),
            options: values.text(AddressSetting::Options),
            channel_binding: values
                .word(
                    AddressSetting::ChannelBinding,
                    "it is none of disable, prefer and require",
                )?
                .unwrap_or(ChannelBinding::Prefer),
        })
    }

    /// The name with which the server knows the account.
    pub(in crate::store) fn login(&self) -> &str {
        &self.user
    }

    /// Whether the address itself has a password, which everybody can read who sees the address.
    pub(in crate::store) fn has_password(&self) -> bool {
        self.names_password
    }

    /// The password for a host: that of the address, or one of the file with passwords.
    pub(super) fn password(&self, host: &Host) -> Option<Zeroizing<String>> {
        if self.password.is_some() {
            return self.password.clone();
        }
        let name = match &host.place {
            Place::Socket(folder) if is_usual(folder) => "localhost".to_owned(),
            Place::Socket(folder) => folder.to_string_lossy().into_owned(),
            Place::Network { name, address } => match (name.as_str(), address) {
                ("", Some(address)) => address.to_string(),
                (name, _) => name.to_owned(),
            },
        };
        let wanted = WantedPassword {
            host: &name,
            port: host.port,
            database: &self.database,
            user: &self.user,
        };
        password_in(self.password_file.as_deref()?, wanted)
    }

    /// The protection of the connection to a host. A connection on the same machine leaves nothing
    /// to the network.
    pub(super) fn ssl(&self, host: &Host) -> SslMode {
        match host.place {
            Place::Socket(_) => SslMode::Disable,
            Place::Network { .. } if host.is_local() => self.ssl.unwrap_or(SslMode::Disable),
            Place::Network { .. } => self.ssl.unwrap_or(SslMode::VerifyFull),
        }
    }

    /// Whether an option of the address sets this variable of the server.
    pub(super) fn has_option(&self, name: &str) -> bool {
        self.options
            .as_ref()
            .is_some_and(|options| options.contains(name))
    }
}

impl Host {
    fn is_local(&self) -> bool {
        match &self.place {
            Place::Socket(_) => true,
            Place::Network {
                address: Some(address),
                ..
            } => address.is_loopback(),
            Place::Network { name, .. } => {
                name.eq_ignore_ascii_case("localhost")
                    || name
                        .parse::<IpAddr>()
                        .is_ok_and(|address| address.is_loopback())
            }
        }
    }
}

impl Address {
    /// The database and the hosts, for people. A socket is on this computer.
    pub(in crate::store::engine) fn short(&self) -> String {
        let hosts: Vec<_> = (self.hosts.iter())
            .map(|host| match &host.place {
                Place::Socket(_) => "this computer".to_owned(),
                Place::Network { name, address } => match address {
                    Some(address) if name.is_empty() => address.to_string(),
                    _ => name.clone(),
                },
            })
            .collect();
        format!("{} on {}", self.database, hosts.join(", "))
    }
}

/// The address that opens the same store again, without a password, for messages and the title.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "postgresql://{}@", encoded(&self.user))?;
        for (index, Host { place, port }) in self.hosts.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            match place {
                Place::Socket(folder) => f.write_str(&encoded(&folder.to_string_lossy()))?,
                Place::Network { name, address } => match (name.as_str(), address) {
                    ("", Some(address)) => write!(f, "{address}")?,
                    (name, _) if name.contains(':') => write!(f, "[{name}]")?,
                    (name, _) => f.write_str(name)?,
                },
            }
            if *port != PORT {
                write!(f, ":{port}")?;
            }
        }
        write!(f, "/{}", encoded(&self.database))?;
        let ssl = self.ssl.map(<&str>::from);
        let settings = [("sslmode", ssl), ("options", self.options.as_deref())];
        let named = settings
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        for (index, (name, value)) in named.enumerate() {
            let before = if index == 0 { '?' } else { '&' };
            write!(f, "{before}{name}={}", encoded(value))?;
        }
        Ok(())
    }
}

/// A part of a URL: all but letters, digits and a few characters as `%` and two hexadecimal digits.
fn encoded(part: &str) -> String {
    let mut text = String::with_capacity(part.len());
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

/// Without the password.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Address").field(&self.to_string()).finish()
    }
}

fn is_usual(folder: &Path) -> bool {
    SOCKET_FOLDERS
        .iter()
        .any(|usual| folder == Path::new(usual))
}

/// The values of settings: of the address, else of the environment.
struct Values<'a> {
    settings: AddressSettings,
    account: &'a AccountFacts<'a>,
}

impl Values<'_> {
    /// The value of a setting. An empty one is none.
    fn text(&self, setting: AddressSetting) -> Option<String> {
        match self.settings.get(setting) {
            Some((value, _)) => Some(value.to_owned()),
            None => (self.account.variable)(setting.variable()).filter(|value| !value.is_empty()),
        }
    }

    fn fault(&self, setting: AddressSetting, what: &'static str) -> AddressFault {
        let at = match self.settings.get(setting) {
            Some((_, position)) => Source::Character(position),
            None => Source::Variable(setting.variable()),
        };
        AddressFault::new(at, what)
    }

    fn word<T: std::str::FromStr>(
        &self,
        setting: AddressSetting,
        what: &'static str,
    ) -> Result<Option<T>, AddressFault> {
        self.text(setting)
            .map(|value| value.parse().map_err(|_other| self.fault(setting, what)))
            .transpose()
    }

    /// The parts of a value with commas between them.
    fn list(&self, setting: AddressSetting) -> Vec<String> {
        let text = self.text(setting);
        text.map_or(Vec::new(), |text| {
            text.split(',').map(str::to_owned).collect()
        })
    }

    fn hosts(&self) -> Result<Vec<Host>, AddressFault> {
        let names = self.list(AddressSetting::Host);
        let addresses = self.addresses()?;
        let ports = self.ports()?;
        let count = names.len().max(addresses.len()).max(1);
        if !names.is_empty() && !addresses.is_empty() && names.len() != addresses.len() {
            let what = "there are not as many addresses as hosts";
            return Err(self.fault(AddressSetting::HostAddress, what));
        }
        if ports.len() > 1 && ports.len() != count {
            return Err(self.fault(AddressSetting::Port, "there are not as many ports as hosts"));
        }
        (0..count)
            .map(|index| {
                let name = names.get(index).map_or("", String::as_str);
                let address = addresses.get(index).copied().flatten();
                let port = ports.get(index).or(ports.first()).copied().unwrap_or(PORT);
                let place = self.place(name, address)?;
                Ok(Host { place, port })
            })
            .collect()
    }

    fn place(&self, name: &str, address: Option<IpAddr>) -> Result<Place, AddressFault> {
        if name.is_empty() && address.is_none() {
            return Ok(usual_place());
        }
        if name.starts_with('/') && address.is_none() {
            if !cfg!(unix) {
                let what = "sockets are not used on this system: name a host";
                return Err(self.fault(AddressSetting::Host, what));
            }
            return Ok(Place::Socket(name.into()));
        }
        if name.starts_with('@') || name.chars().any(char::is_whitespace) {
            return Err(self.fault(AddressSetting::Host, "this is no name of a host"));
        }
        let name = name.to_owned();
        Ok(Place::Network { name, address })
    }

    fn addresses(&self) -> Result<Vec<Option<IpAddr>>, AddressFault> {
        let read = |text: String| match text.as_str() {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_other| {
                self.fault(
                    AddressSetting::HostAddress,
                    "this is no address of the internet protocol",
                )
            }),
        };
        self.list(AddressSetting::HostAddress)
            .into_iter()
            .map(read)
            .collect()
    }

    fn ports(&self) -> Result<Vec<u16>, AddressFault> {
        let read = |text: String| match text.trim() {
            "" => Ok(PORT),
            text => text.parse().ok().filter(|port| *port > 0).ok_or_else(|| {
                self.fault(AddressSetting::Port, "a port is a number from 1 to 65535")
            }),
        };
        self.list(AddressSetting::Port)
            .into_iter()
            .map(read)
            .collect()
    }

    fn timeout(&self) -> Result<Option<Duration>, AddressFault> {
        let what = "this is no number of seconds";
        let seconds: Option<i64> = self.word(AddressSetting::ConnectTimeout, what)?;
        Ok(match seconds {
            None => Some(CONNECT_TIMEOUT),
            // As in libpq: none for 0, and never less than two seconds.
            Some(seconds) if seconds <= 0 => None,
            Some(seconds) => Some(Duration::from_secs(seconds.unsigned_abs().max(2))),
        })
    }

    fn certificates(&self) -> Result<Certificates, AddressFault> {
        let of_account = |name: &str| {
            let files = self.account.files.as_ref()?;
            let file = files.folder.join(name);
            file.exists().then_some(file)
        };
        let root = match self.text(AddressSetting::RootCertificate).as_deref() {
            Some("system") => None,
            Some(path) => Some(path.into()),
            None => of_account("root.crt"),
        };
        let named = |setting, usual| {
            self.text(setting)
                .map(PathBuf::from)
                .or_else(|| of_account(usual))
        };
        let certificate = named(AddressSetting::Certificate, "postgresql.crt");
        let key = named(AddressSetting::CertificateKey, "postgresql.key");
        let own = match (certificate, key) {
            (Some(certificate), Some(key)) => Some((certificate, key)),
            (Some(_), None) => {
                return Err(self.fault(
                    AddressSetting::CertificateKey,
                    "the key of the certificate is missing",
                ));
            }
            (None, _) => None,
        };
        Ok(Certificates { root, own })
    }
}

/// The place of a server that is not named: a socket of this machine, or this machine.
fn usual_place() -> Place {
    let folders = SOCKET_FOLDERS.map(Path::new);
    let folder = folders
        .into_iter()
        .find(|folder| cfg!(unix) && folder.is_dir());
    match folder {
        Some(folder) => Place::Socket(folder.to_owned()),
        None => Place::Network {
            name: "localhost".to_owned(),
            address: None,
        },
    }
}
