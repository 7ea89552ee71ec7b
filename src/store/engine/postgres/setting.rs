//! The settings of a connection, as an address of libpq names them
//! (<https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS>).

use std::fmt;

use zeroize::Zeroizing;

/// A setting that an address or the environment can have.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, strum::EnumIter, strum::EnumString, strum::IntoStaticStr,
)]
#[strum(serialize_all = "snake_case")]
pub(super) enum AddressSetting {
    Host,
    #[strum(serialize = "hostaddr")]
    HostAddress,
    Port,
    #[strum(serialize = "dbname")]
    Database,
    User,
    Password,
    #[strum(serialize = "passfile")]
    PasswordFile,
    #[strum(serialize = "sslmode")]
    SslMode,
    #[strum(serialize = "sslrootcert")]
    RootCertificate,
    #[strum(serialize = "sslcert")]
    Certificate,
    #[strum(serialize = "sslkey")]
    CertificateKey,
    ConnectTimeout,
    ApplicationName,
    Options,
    ChannelBinding,
}

impl AddressSetting {
    /// The variable of the environment that has this setting
    /// (<https://www.postgresql.org/docs/current/libpq-envars.html>).
    pub fn variable(self) -> &'static str {
        match self {
            Self::Host => "PGHOST",
            Self::HostAddress => "PGHOSTADDR",
            Self::Port => "PGPORT",
            Self::Database => "PGDATABASE",
            Self::User => "PGUSER",
            Self::Password => "PGPASSWORD",
            Self::PasswordFile => "PGPASSFILE",
            Self::SslMode => "PGSSLMODE",
            Self::RootCertificate => "PGSSLROOTCERT",
            Self::Certificate => "PGSSLCERT",
            Self::CertificateKey => "PGSSLKEY",
            Self::ConnectTimeout => "PGCONNECT_TIMEOUT",
            Self::ApplicationName => "PGAPPNAME",
            Self::Options => "PGOPTIONS",
            Self::ChannelBinding => "PGCHANNELBINDING",
        }
    }
}

/// The reason why an address cannot be used. It repeats nothing of the address, since any part of a
/// mistyped address may be a part of its password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) struct AddressFault {
    at: Source,
    what: &'static str,
}

/// The origin of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// A character of the address, counted from 1.
    Character(usize),
    /// A variable of the environment.
    Variable(&'static str),
}

impl AddressFault {
    pub(super) fn new(at: Source, what: &'static str) -> Self {
        Self { at, what }
    }
}

impl fmt::Display for AddressFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Source::Character(number) => write!(f, "{} (at character {number})", self.what),
            Source::Variable(name) => write!(f, "{} (in the variable {name})", self.what),
        }
    }
}

/// The settings that an address has, each with the position at which it begins.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct AddressSettings(Vec<(AddressSetting, Zeroizing<String>, usize)>);

impl AddressSettings {
    /// Sets a value. A later one replaces an earlier one, as in libpq.
    pub fn set(&mut self, setting: AddressSetting, value: String, position: usize) {
        self.0.retain(|(other, ..)| *other != setting);
        self.0.push((setting, Zeroizing::new(value), position));
    }

    /// The value of a setting and its position. An empty value is none, as in libpq.
    pub fn get(&self, setting: AddressSetting) -> Option<(&str, usize)> {
        let (_, value, position) = self.0.iter().find(|(other, ..)| *other == setting)?;
        (!value.is_empty()).then_some((value.as_str(), *position))
    }
}

/// Without the values, one of which is a password.
impl fmt::Debug for AddressSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.0.iter().map(|(setting, ..)| setting))
            .finish()
    }
}
