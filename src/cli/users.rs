//! `pindesk users`: the search box on the command line.

use serde::Serialize;

use super::console::Console;
use super::failure::Failure;
use super::{Command, Environment, ExitStatus, UsersArgs, table};
use crate::directory::{Directory, Form, Names, Place, Query, Reading, View};

/// One user's names; null where there is none.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Found<'a> {
    identity: &'a str,
    display_name: &'a str,
    sip_address: Option<&'a str>,
    user_principal_name: Option<&'a str>,
    account: Option<&'a str>,
    distinguished_name: Option<&'a str>,
}

const HEADERS: [&str; 5] = ["Identity", "DisplayName", "UserPrincipalName", "Account", "DistinguishedName"];

pub(super) fn run(
    args: &UsersArgs,
    command: &Command,
    environment: &Environment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let text = args.text.clone().unwrap_or_default();
    let reading = Reading::of(&text);
    if let Reading::Refused(error) = &reading {
        return Err(Failure::Input(format!("\"{text}\" can find nobody: {error}")));
    }
    let store = command.open_store(environment)?;
    let now = (environment.clock)();
    let directory = Directory::load(&store, &console.watch("Loading users", environment))?;
    let query = Query { text, ..Query::default() };
    let passes = |place: &Place| {
        let status = directory.pin(*place).map(|pin| pin.status(now));
        status.is_some_and(|status| args.filters.iter().all(|filter| filter.matches(&status, now)))
    };
    // Nobody can cancel it, so there is always an answer.
    let places = View::answer(&directory, &query, now, &|| false).map(|view| view.places).unwrap_or_default();
    let found: Vec<Found<'_>> =
        places.into_iter().filter(passes).map(|place| Found::of(directory.names(), place)).collect();
    if console.is_json() {
        console.json(&found);
    } else if found.is_empty() {
        let how = reading.describe();
        let how = if how.is_empty() { how } else { format!(" {how}.") };
        console.say(&format!("No user found.{how}"));
    } else {
        table::write(console, HEADERS, &found, Found::cells);
    }
    Ok(ExitStatus::DONE)
}

impl<'a> Found<'a> {
    fn of(names: &'a Names, place: Place) -> Self {
        let name = |form| Some(names.get(place, form)).filter(|name| !name.is_empty());
        let display_name = names.get(place, Form::DisplayName);
        let (sip, upn) = (name(Form::Sip), name(Form::Upn));
        let (account, dn) = (name(Form::Account), name(Form::Dn));
        Self {
            // The same choice as UserNames::identity.
            identity: sip.or(upn).or(account).or(dn).unwrap_or(display_name),
            display_name,
            sip_address: sip,
            user_principal_name: upn,
            account,
            distinguished_name: dn,
        }
    }

    fn cells(&self) -> [String; HEADERS.len()] {
        let shown = |name: Option<&str>| name.unwrap_or_default().to_owned();
        [
            self.identity.to_owned(),
            self.display_name.to_owned(),
            shown(self.user_principal_name),
            shown(self.account),
            shown(self.distinguished_name),
        ]
    }
}
