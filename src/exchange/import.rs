//! Makes an import plan from a file and the store. Nothing is written.

use std::path::Path;

use super::dates::OrderEvidence;
use super::error::{ReadError, RowProblem};
use super::how_read::HowRead;
use super::import_options::ImportOptions;
use super::input::Input;
use super::pins::{PinColumns, PinStateRow};
use super::table::Table;
use super::users::UserColumns;
use crate::domain::Time;
use crate::domain::identity::Identity;
use crate::domain::user::{UserNames, UserRecord};
use crate::plan::import::{
    ImportKind, ImportPlan, ImportRow, ImportVerdict, SeenNames, plan_pin, plan_user,
};
use crate::progress::{Progress, STEPS_BETWEEN_REPORTS, Unwatched};
use crate::store::Store;

/// The way in which a file was read, and the plan of its import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportPreview {
    pub how_read: HowRead,
    pub plan: ImportPlan,
}

/// Reads a file and plans its import. Nothing is written.
///
/// # Errors
/// The file cannot be read as one of the two, the order of its dates is open, the store could not
/// be read, or the work was cancelled.
pub fn preview_import(
    store: &Store,
    path: &Path,
    options: &ImportOptions,
    now: Time,
    progress: &dyn Progress,
) -> Result<ImportPreview, ReadError> {
    preview_input(store, &Input::file(path)?, options, now, progress)
}

/// Checks whether the header of a file has the needed columns.
///
/// # Errors
/// The file cannot be read, or lacks one of the columns.
pub fn check_header(path: &Path, options: &ImportOptions) -> Result<(), ReadError> {
    let table = Table::open(&Input::file(path)?, &options.read, &Unwatched)?;
    match options.kind {
        Some(ImportKind::Pins) => PinColumns::find(&table, options).map(drop),
        Some(ImportKind::Users) | None => UserColumns::find(&table, options).map(drop),
    }
}

/// Like [`preview_import`], for any input, such as the sample directory.
///
/// # Errors
/// As for [`preview_import`].
pub fn preview_input(
    store: &Store,
    input: &Input,
    options: &ImportOptions,
    now: Time,
    progress: &dyn Progress,
) -> Result<ImportPreview, ReadError> {
    let mut table = Table::open(input, &options.read, progress)?;
    let kind = match options.kind {
        Some(kind) => kind,
        None if PinColumns::fits(&table) => ImportKind::Pins,
        None => ImportKind::Users,
    };
    // A file of PIN states brings no names.
    if kind == ImportKind::Pins && !options.accepted_names.is_empty() {
        return Err(ReadError::NoNamesInPins);
    }
    let watched = Watched {
        progress,
        size: input.size,
    };
    let names_version = store.freshness()?.names;
    let worked = match kind {
        ImportKind::Users => users(store, &mut table, options, &watched),
        ImportKind::Pins => pins(store, &mut table, options, now, &watched),
    };
    let (rows, unchanged, dates) = worked.map_err(|error| input.named(error))?;
    let how_read = HowRead {
        dates,
        ..table.how_read().clone()
    };
    let plan = ImportPlan {
        kind,
        source: input.name.clone(),
        sha256: table.sha256(),
        names_version,
        rows,
        unchanged,
        undoes: None,
        reason: String::new(),
        ticket: String::new(),
        submitted: None,
    };
    Ok(ImportPreview { how_read, plan })
}

type Worked = (Vec<ImportRow>, usize, Option<String>);

fn users(
    store: &Store,
    table: &mut Table,
    options: &ImportOptions,
    watched: &Watched<'_>,
) -> Result<Worked, ReadError> {
    let columns = UserColumns::find(table, options)?;
    let domains = store.domains()?;
    let is_store_empty = store.is_empty()?;
    let mut planned = PlannedUsers {
        store,
        is_store_empty,
        rows: Vec::new(),
        unchanged: 0,
        seen: SeenNames::of_columns(columns.name_columns()).accepting(&options.accepted_names),
    };
    let mut waiting = Vec::with_capacity(LOOKED_UP_TOGETHER);
    while let Some(row) = table.next_row()? {
        let line = row.line;
        let names = row.checked().and_then(|row| columns.read(row, &domains));
        waiting.push(
            names
                .map(|names| (line, names))
                .map_err(|what| RowProblem { line, what }),
        );
        if waiting.len() == LOOKED_UP_TOGETHER {
            planned.add(std::mem::take(&mut waiting))?;
        }
        watched.step(table)?;
    }
    planned.add(waiting)?;
    if let Some(name) = planned.seen.unmet_name() {
        return Err(ReadError::NoRowHasName(name.to_owned()));
    }
    Ok((planned.rows, planned.unchanged, None))
}

/// The number of rows that are looked up in the store together.
const LOOKED_UP_TOGETHER: usize = 1 << 10;

/// The rows of a file of users, planned so far.
struct PlannedUsers<'a> {
    store: &'a Store,
    /// Whether the store has no users, so that there is nothing to look up.
    is_store_empty: bool,
    rows: Vec<ImportRow>,
    unchanged: usize,
    seen: SeenNames,
}

impl PlannedUsers<'_> {
    /// Plans the next rows of the file. Each has its line and names, or the reason why it cannot be
    /// read.
    fn add(&mut self, read: Vec<Result<(u64, UserNames), RowProblem>>) -> Result<(), ReadError> {
        let mut sharing = if self.is_store_empty {
            Vec::new()
        } else {
            let keys: Vec<_> = read
                .iter()
                .flatten()
                .map(|(_, names)| names.keys())
                .collect();
            self.store.users_sharing_names(&keys)?
        }
        .into_iter();
        for row in read {
            match row {
                Ok((line, names)) => {
                    let sharing = sharing.next().unwrap_or_default();
                    match plan_user(line, names, &sharing, &mut self.seen) {
                        Some(row) => self.rows.push(row),
                        None => self.unchanged += 1,
                    }
                }
                Err(problem) => self.rows.push(unreadable(problem)),
            }
        }
        Ok(())
    }
}

fn pins(
    store: &Store,
    table: &mut Table,
    options: &ImportOptions,
    now: Time,
    watched: &Watched<'_>,
) -> Result<Worked, ReadError> {
    let columns = PinColumns::find(table, options)?;
    let mut evidence = OrderEvidence::default();
    let mut read = Vec::new();
    while let Some(row) = table.next_row()? {
        let pin = row
            .checked()
            .and_then(|row| columns.read(row, &mut evidence));
        read.push(pin.map_err(|what| RowProblem {
            line: row.line,
            what,
        }));
        watched.step(table)?;
    }
    let (order, dates) = evidence.order(options.date_order)?;
    let (mut rows, mut unchanged, mut seen) =
        (Vec::with_capacity(read.len()), 0, SeenNames::default());
    let (mut done, total) = (0, read.len() as u64);
    let mut read = read.into_iter();
    while done < total {
        let block: Vec<_> = read.by_ref().take(LOOKED_UP_TOGETHER).collect();
        let identities: Vec<_> = block
            .iter()
            .map(|pin| pin.as_ref().ok().map(|pin| exact_identity(&pin.identity)))
            .collect();
        let exact: Vec<Identity> = identities.iter().flatten().flatten().cloned().collect();
        let mut found = store.find_many(&exact)?.into_iter();
        let users = identities.into_iter().map(|identity| match identity {
            None => None,
            Some(Err(why)) => Some(Err(why)),
            Some(Ok(_)) => Some(only_user(found.next().unwrap_or_default())),
        });
        let mut users: Vec<_> = users.collect();
        refuse_contradictions(store, &block, &mut users)?;
        for (pin, user) in block.into_iter().zip(users) {
            let worked = pin.and_then(|pin| {
                let problem = |what| RowProblem {
                    line: pin.line,
                    what,
                };
                let facts = pin.facts(order, options.zone).map_err(problem)?;
                Ok((pin, facts))
            });
            match (worked, user) {
                (Err(problem), _) => rows.push(unreadable(problem)),
                (Ok((pin, _)), Some(Err(why))) => rows.push(ImportRow {
                    line: pin.line,
                    label: pin.identity,
                    verdict: ImportVerdict::Conflict(why),
                }),
                (Ok((pin, facts)), Some(Ok(user))) => {
                    match plan_pin(pin.line, &pin.identity, &facts, &user, &mut seen, now) {
                        Some(row) => rows.push(row),
                        None => unchanged += 1,
                    }
                }
                (Ok(_), None) => {}
            }
            done += 1;
            if crate::progress::step(watched.progress, done, total) {
                return Err(ReadError::Cancelled);
            }
        }
    }
    Ok((rows, unchanged, dates))
}

/// Refuses rows in which another column names somebody else than the user who was found. A name that
/// nobody has contradicts nobody, and nor does a display name that several people have.
fn refuse_contradictions(
    store: &Store,
    block: &[Result<PinStateRow, RowProblem>],
    users: &mut [Option<Result<UserRecord, String>>],
) -> Result<(), ReadError> {
    let (mut places, mut names) = (Vec::new(), Vec::new());
    for (place, pin) in block.iter().enumerate() {
        let (Ok(pin), Some(Some(Ok(user)))) = (pin, users.get(place)) else {
            continue;
        };
        for (heading, name) in pin.also.iter().filter(|(_, name)| !user.names.has(name)) {
            places.push((place, heading));
            names.push(name.clone());
        }
    }
    if names.is_empty() {
        return Ok(());
    }
    for ((place, heading), found) in places.into_iter().zip(store.find_many(&names)?) {
        if let ([other], Some(Ok(user))) = (&found[..], &users[place])
            && other.id != user.id
        {
            users[place] = Some(Err(format!(
                "It names {}, but its column \"{heading}\" names {}. Correct this row.",
                user.names.display_name, other.names.display_name
            )));
        }
    }
    Ok(())
}

/// The identity of a row, or the reason why it cannot name one user.
fn exact_identity(text: &str) -> Result<Identity, String> {
    match Identity::parse(text) {
        Ok(Identity::Pattern(_)) => {
            Err("A file must name each user exactly, without wildcards.".to_owned())
        }
        Ok(identity) => Ok(identity),
        Err(error) => Err(error.to_string()),
    }
}

/// The one user that an identity of the file finds, or the reason why there is none.
fn only_user(mut found: Vec<UserRecord>) -> Result<UserRecord, String> {
    match (found.pop(), found.len()) {
        (None, _) => {
            Err("Nobody in the directory has this identity. Import the users first.".to_owned())
        }
        (Some(user), 0) => Ok(user),
        (Some(_), others) => Err(format!("{} users have this identity.", others + 1)),
    }
}

fn unreadable(problem: RowProblem) -> ImportRow {
    ImportRow {
        line: problem.line,
        label: "Cannot be read".to_owned(),
        verdict: ImportVerdict::Conflict(problem.what),
    }
}

/// Reports progress in bytes, since the number of rows is known only at the end.
struct Watched<'a> {
    progress: &'a dyn Progress,
    size: u64,
}

impl Watched<'_> {
    fn step(&self, table: &Table) -> Result<(), ReadError> {
        if table.how_read().rows.is_multiple_of(STEPS_BETWEEN_REPORTS) {
            self.progress.advance(table.progress(), self.size);
            self.progress.rows(table.how_read().rows);
            if self.progress.is_cancelled() {
                return Err(ReadError::Cancelled);
            }
        }
        Ok(())
    }
}
