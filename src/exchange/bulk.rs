//! From a list of users to a plan: read, looked up row by row, nothing written.

use super::dates::{DateOrder, OrderEvidence, WrittenDate};
use super::error::ReadError;
use super::lines::Lines;
use super::list::{self, ListColumns, ListReader, Whom};
use super::pins::PinColumns;
use super::records::{Records, Row};
use super::survey::Survey;
use super::table::{Form, HowRead, Input, ReadOptions, Table};
use crate::domain::Time;
use crate::domain::role::Operator;
use crate::domain::user::UserRecord;
use crate::plan::{Action, Found, Plan, Planner, Refusal, RowPlace, SkipReason, SourceFile, Wanted};
use crate::progress::{Progress, STEPS_BETWEEN_REPORTS, Unwatched};
use crate::store::{Resolver, Store};
use crate::zone::Zone;

/// No list is longer: a plan has to fit into memory.
pub const MOST_ROWS: usize = 2_000_000;
/// How many rows are shown before the file is read as a whole.
const FIRST_ROWS: usize = 30;

/// What somebody chose about a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListOptions {
    pub read: ReadOptions,
    /// None: as the columns' names say.
    pub columns: Option<ListColumns>,
    /// What is done. None: what each row says.
    pub action: Option<Action>,
    /// The domain of bare logon names.
    pub domain: String,
    pub date_order: Option<DateOrder>,
    /// The zone of times that name none.
    pub zone: Zone,
    pub reason: String,
    pub ticket: String,
}

/// A list, as it was read and as it would be carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPreview {
    pub how_read: HowRead,
    pub columns: ListColumns,
    pub headers: Vec<String>,
    pub plan: Plan,
}

/// The first look at a file: how it was read, and its first rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    pub how_read: HowRead,
    pub headers: Vec<String>,
    pub first: Vec<Row>,
    pub columns: ListColumns,
    /// For [`ReadOptions::surveyed`].
    pub survey: Option<Survey>,
    /// Logon domains of the directory, for a list of bare logon names.
    pub domains: Vec<String>,
    pub guess: FileKind,
}

/// What a file may be for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A list of users whose PINs are to be locked or unlocked.
    List,
    /// The directory, from `Get-CsUser`.
    Users,
    /// PIN states, from `Get-CsClientPinInfo`.
    Pins,
}

/// Looks at a file: its layout and first rows.
///
/// # Errors
/// It cannot be read as a table, the store could not be read, or the work was cancelled.
pub fn look(store: &Store, input: &Input, options: &ReadOptions, progress: &dyn Progress) -> Result<Look, ReadError> {
    const DOMAINS: usize = 20;
    let mut table = Table::open(input, options, progress)?;
    let first = first_rows(&mut table).map_err(|error| input.named(error))?;
    let headers = table.headers().to_vec();
    let how_read = table.how_read().clone();
    let columns = ListColumns::guess(&headers, how_read.has_header, &first);
    let guess = guess(&table, &columns);
    let survey = match how_read.form {
        Form::Text { encoding, certainty, .. } => Some(Survey { encoding, certainty, size: input.size }),
        Form::Workbook { .. } => None,
    };
    Ok(Look { how_read, headers, first, columns, survey, domains: store.logon_domains(DOMAINS)?, guess })
}

fn first_rows(table: &mut Table) -> Result<Vec<Row>, ReadError> {
    let mut first = Vec::new();
    while first.len() < FIRST_ROWS
        && let Some(row) = table.next_row()?
    {
        first.push(row);
    }
    Ok(first)
}

/// What a file probably is for. Somebody confirms it: nothing is done on a guess.
fn guess(table: &Table, columns: &ListColumns) -> FileKind {
    let has = |name: &str| table.column(&[name]).is_some();
    let type_line = table.how_read().type_line().unwrap_or_default();
    if PinColumns::fits(table) {
        FileKind::Pins
    } else if columns.action.is_none()
        && (type_line.ends_with("ADUser")
            || (has("DisplayName") || has("Name"))
                && has("SipAddress")
                && (has("DistinguishedName") || has("Identity")))
    {
        FileKind::Users
    } else {
        FileKind::List
    }
}

/// The row at a place of a file, as it stands there.
///
/// # Errors
/// It cannot be read, or is no longer there.
pub fn row_at(input: &Input, options: &ReadOptions, how_read: &HowRead, place: RowPlace) -> Result<Row, ReadError> {
    let row = match &how_read.form {
        Form::Text { encoding, delimiter, .. } => {
            let lines = Lines::new(input.open_at(place.byte)?, *encoding)?.numbered_from(place.line);
            Records::new(lines, *delimiter).next()?
        }
        Form::Workbook { .. } => {
            let mut table = Table::open(input, options, &Unwatched)?;
            loop {
                match table.next_row()? {
                    Some(row) if row.line != place.line => {}
                    row => break row,
                }
            }
        }
    };
    row.filter(|row| row.line == place.line).ok_or(ReadError::Changed)
}

/// Reads a list and works out what carrying it out would do: one item for each row, in the order of the file.
///
/// # Errors
/// The file cannot be read, something has to be chosen first, the store could not be read, or the work was cancelled.
pub fn plan_list(
    store: &Store,
    input: &Input,
    options: &ListOptions,
    operator: &Operator,
    now: Time,
    progress: &dyn Progress,
) -> Result<ListPreview, ReadError> {
    read_list(store, input, options, operator, now, progress).map_err(|error| input.named(error))
}

fn read_list(
    store: &Store,
    input: &Input,
    options: &ListOptions,
    operator: &Operator,
    now: Time,
    progress: &dyn Progress,
) -> Result<ListPreview, ReadError> {
    let mut table = Table::open(input, &options.read, progress)?;
    // Rows that are looked at before they are carried out are not read again.
    let mut first = Vec::new();
    let columns = if let Some(columns) = &options.columns {
        columns.clone()
    } else {
        first = first_rows(&mut table)?;
        ListColumns::guess(table.headers(), table.how_read().has_header, &first)
    };
    if let Some(open) = columns.open_choice(&options.domain) {
        return Err(ReadError::Choose(open.to_owned()));
    }
    if columns.action.is_none() && options.action.is_none() {
        return Err(ReadError::Choose("Choose whether the PINs are to be locked or unlocked.".to_owned()));
    }
    let domains = store.domains()?;
    let reader = ListReader { columns: &columns, action: options.action, domain: &options.domain, domains: &domains };
    let dates = match columns.until {
        Some(_) => Some(Dates::of(input, &reader, options, progress)?),
        None => None,
    };
    let mut resolver = store.resolver(operator)?;
    let permissions = resolver.permissions.clone();
    let mut planner = Planner::new(&operator.account, now, &permissions);
    let until = |written| {
        let order = dates.as_ref().map_or(DateOrder::MonthDayYear, |dates| dates.order);
        list::until(written, order, options.zone, now)
    };
    let mut first = first.into_iter();
    while let Some(row) = first.next().map_or_else(|| table.next_row(), |row| Ok(Some(row)))? {
        if planner.items.len() == MOST_ROWS {
            return Err(ReadError::TooManyRows { limit: MOST_ROWS });
        }
        take(&row, &reader, until, &mut resolver, &mut planner)?;
        report(&table, input, progress)?;
    }
    if dates.as_ref().is_some_and(|dates| dates.sha256 != table.sha256()) {
        return Err(ReadError::Changed);
    }
    let plan = Plan {
        action: options.action,
        reason: options.reason.clone(),
        ticket: options.ticket.clone(),
        undoes: None,
        submitted: None,
        source: Some(SourceFile { name: input.name.clone(), sha256: table.sha256() }),
        operator: operator.account.clone(),
        items: planner.items,
        permissions: permissions.clone(),
        taken_at: now,
        pins_set: resolver.pins_set,
    };
    let how_read = HowRead { dates: dates.and_then(|dates| dates.words), ..table.how_read().clone() };
    Ok(ListPreview { how_read, columns, headers: table.headers().to_vec(), plan })
}

/// The user, unless another name of the row is somebody else's.
fn nobody_else(resolver: &Resolver<'_>, user: Box<UserRecord>, also: &[Whom]) -> Result<Found, ReadError> {
    for whom in also {
        let others = match whom {
            Whom::Identity(identity) => resolver.users(identity)?,
            Whom::Upn(upn) => resolver.users_of_upn(upn)?,
            Whom::Guid(guid) => resolver.users_of_guid(guid)?,
        };
        if !others.is_empty() && others.iter().all(|other| other.id != user.id) {
            return Ok(Resolver::ambiguous(std::iter::once(*user).chain(others)));
        }
    }
    Ok(Found::User(user))
}

fn report(table: &Table, input: &Input, progress: &dyn Progress) -> Result<(), ReadError> {
    if table.how_read().rows.is_multiple_of(STEPS_BETWEEN_REPORTS) {
        progress.advance(table.progress(), input.size);
        progress.rows(table.how_read().rows);
        if progress.is_cancelled() {
            return Err(ReadError::Cancelled);
        }
    }
    Ok(())
}

/// The order of dates, which is known only after the whole column was seen, and how it is known. So a file with such a
/// column is read twice: what a date means decides whether its row can be read, and that decides about other rows.
struct Dates {
    order: DateOrder,
    words: Option<String>,
    sha256: String,
}

impl Dates {
    fn of(
        input: &Input,
        reader: &ListReader<'_>,
        options: &ListOptions,
        progress: &dyn Progress,
    ) -> Result<Self, ReadError> {
        let mut table = Table::open(input, &options.read, progress)?;
        let mut evidence = OrderEvidence::default();
        while let Some(row) = table.next_row()? {
            if let Ok(wish) = reader.read(&row)
                && let Some((date, text)) = wish.until
            {
                evidence.see(date, row.line, &text);
            }
            report(&table, input, progress)?;
        }
        let (order, words) = evidence.order(options.date_order)?;
        Ok(Self { order, words, sha256: table.sha256() })
    }
}

/// Adds the item of a row.
fn take(
    row: &Row,
    reader: &ListReader<'_>,
    until: impl Fn(WrittenDate) -> Result<Time, String>,
    resolver: &mut Resolver<'_>,
    planner: &mut Planner<'_>,
) -> Result<(), ReadError> {
    let place = Some(RowPlace { line: row.line, byte: row.byte });
    let wish = reader.read(row).and_then(|mut wish| {
        if let (Some((date, _)), Some(own)) = (&wish.until, &mut wish.own) {
            own.until = Some(until(*date)?);
        }
        Ok(wish)
    });
    let wish = match wish {
        Ok(wish) => wish,
        Err(why) => {
            let whom = reader.columns.whom.and_then(|column| row.fields.get(column));
            let given = whom.or(row.fields.first()).map(|text| text.trim().to_owned()).unwrap_or_default();
            let action = reader.action.unwrap_or(Action::Lock);
            let wanted = Wanted { action, given, place, own: None };
            planner.refuse(wanted, Refusal::Unreadable(why));
            return Ok(());
        }
    };
    let wanted = Wanted { action: wish.action, given: wish.given, place, own: wish.own };
    if let Some(why) = wish.not_done {
        planner.skip(wanted, SkipReason::NotDone(why));
        return Ok(());
    }
    let found = match &wish.whom {
        Whom::Identity(identity) => resolver.find(identity, &wanted.given)?,
        Whom::Upn(upn) => resolver.find_upn(upn)?,
        Whom::Guid(guid) => resolver.find_guid(guid)?,
    };
    let found = match found {
        Found::User(user) => nobody_else(resolver, user, &wish.also)?,
        found => found,
    };
    planner.add(wanted, found);
    Ok(())
}
