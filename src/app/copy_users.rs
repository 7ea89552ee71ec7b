//! Copying the selected users: as a table, as CSV or JSON, only their identities, or as PowerShell.
//!
//! The text is made from the users in memory, and for some columns from the store, on a thread of
//! the worker, so that copying very many of them does not hold up the window.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::cell_text::cell_text;
use super::copy_as_powershell::selection_text;
use super::{App, GridColumn, JobSlot};
use crate::directory::{Chosen, NameForm, PinRow, Position, View};
use crate::domain::pin::LockCause;
use crate::domain::user::UserId;
use crate::exchange::csv_injection::{harmless, quoted_if_needed};
use crate::plan::words::users;
use crate::worker::jobs::UserFacts;
use crate::worker::{Job, JobContext, JobFailed};
use crate::zone::Zone;

/// The form of copied users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CopyForm {
    /// Cells with tabs in between, as spreadsheets and tickets take them.
    Table,
    Csv,
    Json,
    /// One exact identity a line.
    Identities,
    /// The pipeline that finds the users, each by an exact name.
    PowerShell,
}

/// Makes the text of the chosen users.
struct CopyUsers {
    chosen: Chosen,
    view: std::sync::Arc<View>,
    columns: Vec<GridColumn>,
    form: CopyForm,
    zone: Zone,
}

/// The copied text, and the number of its users.
struct CopiedUsers {
    text: String,
    count: usize,
}

impl App {
    /// Copies the selected users. Columns that are hidden are left out; those without room in the
    /// window are not.
    pub(super) fn copy_users(&mut self, form: CopyForm) {
        let Some(view) = self.view.clone() else {
            return;
        };
        if self.selection.is_empty() {
            self.fail("Copy: no user is selected. Select one or more users first.");
            return;
        }
        let job = CopyUsers {
            chosen: self.selection.chosen.clone(),
            view,
            columns: self.settings.columns.visible(f32::INFINITY),
            form,
            zone: self.zone(),
        };
        let done = |app: &mut Self, copied: CopiedUsers| {
            app.next_frame.copy = Some(copied.text);
            app.say(format!("Copied {}.", users(copied.count)));
        };
        self.submit(JobSlot::COPY, job, done, Self::report);
    }
}

impl Job for CopyUsers {
    type Answer = CopiedUsers;

    fn title(&self) -> &'static str {
        "Copying users"
    }

    fn run(self, context: JobContext<'_>) -> Result<CopiedUsers, JobFailed> {
        let directory = &self.view.directory;
        let chosen = self.chosen.in_order(directory);
        let has_columns = matches!(self.form, CopyForm::Table | CopyForm::Csv);
        let needs_store = self.columns.iter().any(|column| column.is_from_store());
        let facts = if has_columns && needs_store {
            UserFacts::of(context.store, &chosen, context.now)?
        } else {
            HashMap::new()
        };
        let users = chosen
            .into_iter()
            .filter_map(|id| directory.position_of(id));
        let users: Vec<Position> = users.collect();
        let count = users.len();
        let text = match self.form {
            CopyForm::Table => self.table(&users, &facts, '\t', "\n"),
            CopyForm::Csv => self.table(&users, &facts, ',', "\r\n"),
            CopyForm::Json => self.json(&users),
            CopyForm::Identities => {
                let identities = users.iter().map(|&user| identity(&self.view, user) + "\n");
                identities.collect()
            }
            CopyForm::PowerShell => selection_text(directory, &users),
        };
        Ok(CopiedUsers { text, count })
    }
}

impl CopyUsers {
    /// The users with a header, in cells that no spreadsheet runs as formulas.
    fn table(
        &self,
        users: &[Position],
        facts: &HashMap<UserId, UserFacts>,
        delimiter: char,
        end: &str,
    ) -> String {
        let directory = &self.view.directory;
        let mut text = String::new();
        let mut line = |cells: &mut dyn Iterator<Item = String>| {
            for (index, cell) in cells.enumerate() {
                if index > 0 {
                    text.push(delimiter);
                }
                text.push_str(&quoted_if_needed(&harmless(&cell), delimiter));
            }
            text.push_str(end);
        };
        let columns = || self.columns.iter().copied();
        line(&mut columns().map(|column| column.label().to_owned()));
        for &user in users {
            let facts = directory.id_at(user).and_then(|id| facts.get(&id));
            let cell = |column| cell_text(&self.view, user, column, facts, self.zone);
            line(&mut columns().map(cell));
        }
        text
    }

    /// An array with the names and the PIN state of each user. Times are in UTC.
    fn json(&self, users: &[Position]) -> String {
        let all: Value = users.iter().map(|&user| self.object(user)).collect();
        let mut text = serde_json::to_string_pretty(&all).unwrap_or_default();
        text.push('\n');
        text
    }

    fn object(&self, user: Position) -> Value {
        let names = self.view.directory.names();
        let name = |form| Some(names.get(user, form)).filter(|name| !name.is_empty());
        let pin = self.view.directory.pin(user);
        let status = pin.as_ref().map(|pin| pin.status(self.view.now));
        let locked = status.and_then(|status| status.locked);
        let cause: Option<&'static str> = locked.map(LockCause::into);
        let pin = pin.as_ref();
        let lock = pin.filter(|_| locked.is_some());
        json!({
            "Identity": identity(&self.view, user),
            "DisplayName": name(NameForm::DisplayName),
            "SipAddress": name(NameForm::Sip),
            "UserPrincipalName": name(NameForm::Upn),
            "Account": name(NameForm::Account),
            "DistinguishedName": name(NameForm::Dn),
            "IsPinSet": status.map(|status| status.is_set),
            "IsLockedOut": locked.is_some(),
            "LockCause": cause,
            "LockedSince": lock.and_then(|pin| pin.locked_since(self.view.now)),
            "LockedBy": lock.and_then(|pin| pin.locked_by(self.view.now)),
            "LastPinChangeTime": pin.and_then(PinRow::last_change),
            "PinExpirationTime": pin.and_then(PinRow::expires),
        })
    }
}

/// The name that stands for a user, as everywhere: see `UserNames::identity`.
fn identity(view: &View, user: Position) -> String {
    let name = |form| view.directory.names().get(user, form).into_owned();
    let names = [
        NameForm::Sip,
        NameForm::Upn,
        NameForm::Account,
        NameForm::Dn,
        NameForm::DisplayName,
    ];
    let mut names = names.into_iter().map(name);
    names.find(|name| !name.is_empty()).unwrap_or_default()
}
