//! The lines of a connection: a logon to try, and the answer.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::domain::lockout::LogonRefusal;
use crate::domain::origin::Origin;
use crate::domain::pin_digits::Pin;
use crate::store::CallerLogon;

/// A line that a gateway sends. The PIN is borrowed from the line, so that no copy stays behind.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GatewayLine<'a> {
    #[serde(borrow)]
    identity: Cow<'a, str>,
    pin: &'a str,
    #[serde(borrow, default)]
    from: Option<Cow<'a, str>>,
}

/// A logon that a gateway passes on.
pub(super) struct PassedLogon {
    pub identity: String,
    pub pin: Pin,
    pub from: Option<Origin>,
}

/// The answer to a line. Scripts rely on the names.
#[derive(Default, Serialize)]
pub(super) struct Answer {
    pub authenticated: bool,
    /// The user who has logged on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// "PinExpired", which only somebody with the right PIN hears.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// Why the logon could not be tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl PassedLogon {
    /// Reads a line.
    ///
    /// # Errors
    /// It is no logon. The sentence repeats nothing of the line.
    pub fn parse(line: &[u8]) -> Result<Self, String> {
        let read: GatewayLine<'_> = serde_json::from_slice(line).map_err(|_repeats_the_line| {
            "The line is not {\"identity\":\"…\",\"pin\":\"…\",\"from\":\"…\"}.".to_owned()
        })?;
        let from = read.from.as_deref().map(Origin::parse);
        Ok(Self {
            identity: read.identity.into_owned(),
            pin: Pin::parse(read.pin).map_err(|fault| fault.to_string())?,
            from: from.transpose().map_err(|fault| fault.to_string())?,
        })
    }
}

impl Answer {
    pub fn error(text: impl Into<String>) -> Self {
        Self {
            error: Some(text.into()),
            ..Self::default()
        }
    }

    /// The line, with its end.
    pub fn line(&self) -> String {
        let text = serde_json::to_string(self);
        text.unwrap_or_else(|_never| "{\"authenticated\":false}".to_owned()) + "\n"
    }
}

impl From<CallerLogon> for Answer {
    fn from(logon: CallerLogon) -> Self {
        match logon {
            CallerLogon::Accepted(user) => Self {
                authenticated: true,
                user: Some(user.names.identity()),
                ..Self::default()
            },
            CallerLogon::Expired => Self {
                reason: Some(LogonRefusal::PinExpired.word()),
                ..Self::default()
            },
            CallerLogon::Refused => Self::default(),
        }
    }
}
