//! `pindesk users`: the search box on the command line.

use std::borrow::Cow;

use serde::Serialize;

use super::columns::Column;
use super::console::Console;
use super::failure::Failure;
use super::table::{OutputRow, RowWriter};
use super::{CommandEnvironment, CommandLine, ExitStatus, UsersArgs};
use crate::directory::{Directory, NameForm, Names, Position, Query, Reading, View};

/// The names of one user. Null for a missing name.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct NamesRow<'a> {
    identity: Cow<'a, str>,
    display_name: Cow<'a, str>,
    sip_address: Option<Cow<'a, str>>,
    user_principal_name: Option<Cow<'a, str>>,
    account: Option<Cow<'a, str>>,
    distinguished_name: Option<Cow<'a, str>>,
}

impl OutputRow for NamesRow<'_> {
    const FIELDS: &'static [&'static str] = &[
        "Identity",
        "DisplayName",
        "SipAddress",
        "UserPrincipalName",
        "Account",
        "DistinguishedName",
    ];
}

pub(super) fn run(
    args: &UsersArgs,
    command: &CommandLine,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let text = args.text.clone().unwrap_or_default();
    let reading = Reading::of(&text);
    if let Reading::Refused(error) = &reading {
        return Err(Failure::Input(format!(
            "\"{text}\" can find nobody: {error}"
        )));
    }
    let store = command.open_store(environment, console)?;
    let now = (environment.clock)();
    let directory = Directory::load(&store, &console.watch("Loading users", environment))?;
    let query = Query {
        text,
        ..Query::default()
    };
    let passes = |position: &Position| {
        let status = directory.pin(*position).map(|pin| pin.status(now));
        status.is_some_and(|status| {
            args.filters
                .iter()
                .all(|filter| filter.matches(&status, now))
        })
    };
    // Nothing cancels the search, so there is always an answer.
    let positions = View::answer(&directory, &query, now, &|| false)
        .map(|view| view.positions)
        .unwrap_or_default();
    let column = Column::weighing;
    let columns = [
        column("Identity", 5),
        column("DisplayName", 4),
        column("UserPrincipalName", 2),
        column("Account", 3),
        column("DistinguishedName", 1),
    ];
    let mut rows = RowWriter::new(console, columns, &NamesRow::cells);
    for position in positions.iter().copied().filter(passes) {
        if !rows.add(&NamesRow::of(directory.names(), position)) {
            break;
        }
    }
    if rows.finish() == 0 && console.is_text() {
        let how = reading.describe();
        let how = if how.is_empty() {
            how
        } else {
            format!(" {how}.")
        };
        console.say(&format!("No user found.{how}"));
    }
    Ok(ExitStatus::DONE)
}

impl<'a> NamesRow<'a> {
    fn of(names: &'a Names, position: Position) -> Self {
        let name = |form| Some(names.get(position, form)).filter(|name| !name.is_empty());
        let display_name = names.get(position, NameForm::DisplayName);
        let (sip, upn) = (name(NameForm::Sip), name(NameForm::Upn));
        let (account, dn) = (name(NameForm::Account), name(NameForm::Dn));
        // The order is that of `UserNames::identity`.
        let identity = [&sip, &upn, &account, &dn]
            .into_iter()
            .flatten()
            .next()
            .unwrap_or(&display_name)
            .clone();
        Self {
            identity,
            display_name,
            sip_address: sip,
            user_principal_name: upn,
            account,
            distinguished_name: dn,
        }
    }

    fn cells(&self) -> [String; 5] {
        let shown = |name: &Option<Cow<'_, str>>| name.as_deref().unwrap_or_default().to_owned();
        [
            self.identity.to_string(),
            self.display_name.to_string(),
            shown(&self.user_principal_name),
            shown(&self.account),
            shown(&self.distinguished_name),
        ]
    }
}
