//! Makes a plan from a list of users: reads the list and looks up its users. Nothing is written.

use std::thread;

use super::column_guess::ListColumns;
use super::dates::{DateOrder, OrderEvidence, WrittenDate};
use super::error::ReadError;
use super::file_survey::first_rows;
use super::header_row::heading;
use super::how_read::{HowRead, ReadOptions};
use super::input::Input;
use super::list_columns::Meaning;
use super::list_match::{ColumnNames, add_block};
use super::list_reader::Blocks;
use super::list_rows;
use super::list_rows::ListReader;
use super::name_parts::NameOrder;
use super::table::Table;
use crate::domain::Time;
use crate::domain::role::Operator;
use crate::plan::{Action, Plan, Planner, SourceFile};
use crate::progress::{Progress, STEPS_BETWEEN_REPORTS};
use crate::store::Store;
use crate::zone::Zone;

/// The choices of a user about a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListOptions {
    pub read: ReadOptions,
    /// The columns. None means that their names decide.
    pub columns: Option<ListColumns>,
    /// The action. None means that each row names its own.
    pub action: Option<Action>,
    /// The domain of bare logon names.
    pub domain: String,
    pub date_order: Option<DateOrder>,
    /// The zone of times without one.
    pub zone: Zone,
    pub reason: String,
    pub ticket: String,
}

/// A list: how it was read, and its plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPreview {
    pub how_read: HowRead,
    pub columns: ListColumns,
    pub headers: Vec<String>,
    pub plan: Plan,
}

/// Reads a list and makes its plan, with one item for each row in the order of the file.
///
/// # Errors
/// The file cannot be read, the user must choose something first, the store could not be read, or
/// the work was cancelled.
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
    // Rows that were read to guess the columns are kept, not read again.
    let first = first_rows(&mut table)?;
    let has_header = table.how_read().has_header;
    let columns = match &options.columns {
        Some(columns) => columns.clone(),
        None => ListColumns::guess(table.headers(), has_header, &first),
    };
    if let Some(open) = columns.open_choice(&options.domain) {
        return Err(ReadError::Choose(open.to_owned()));
    }
    if columns.action.is_none() && options.action.is_none() {
        return Err(ReadError::Choose(
            "Choose whether the PINs are to be locked or unlocked.".to_owned(),
        ));
    }
    let domains = store.domains()?;
    let is_logon = |(_, meaning): &(usize, Meaning)| *meaning == Meaning::Logon;
    let logon_domains = if columns.also.iter().any(is_logon) {
        store.logon_domains(usize::MAX)?
    } else {
        Vec::new()
    };
    let headers = table.headers().iter();
    let names = ColumnNames {
        all: headers.map(|name| name.as_str().into()).collect(),
        user: columns.user.unwrap_or_default(),
        heading: if has_header { None } else { heading(&first) },
    };
    let reader = ListReader {
        columns: &columns,
        name_order: NameOrder::of(&columns, &first, store, operator)?,
        action: options.action,
        domain: &options.domain,
        domains: &domains,
        logon_domains: &logon_domains,
    };
    let dates = match columns.until {
        Some(_) => Some(Dates::of(input, &reader, options, progress)?),
        None => None,
    };
    let order = dates
        .as_ref()
        .map_or(DateOrder::MonthDayYear, |dates| dates.order);
    let until = |written: WrittenDate| list_rows::until(written, order, options.zone, now);
    let (table, items, permissions, pins_set) = thread::scope(|scope| {
        let blocks = Blocks::begin(scope, table, first, &reader, until)?;
        let mut resolver = store.resolver(operator)?;
        let permissions = resolver.permissions.clone();
        let mut planner = Planner::new(&operator.account, now, &permissions);
        while let Some(block) = blocks.next(progress)? {
            add_block(block, &mut resolver, &mut planner, &names)?;
            let byte = planner.last_position().map_or(0, |position| position.byte);
            report_at(byte, planner.len() as u64, input, progress)?;
        }
        Ok::<_, ReadError>((
            blocks.end(),
            planner.into_items(),
            permissions,
            resolver.pins_set,
        ))
    })?;
    if dates
        .as_ref()
        .is_some_and(|dates| dates.sha256 != table.sha256())
    {
        return Err(ReadError::Changed);
    }
    let plan = Plan {
        action: options.action,
        reason: options.reason.clone(),
        ticket: options.ticket.clone(),
        undoes: None,
        submitted: None,
        source: Some(SourceFile {
            name: input.name.clone(),
            sha256: table.sha256(),
        }),
        operator: operator.account.clone(),
        items,
        permissions,
        taken_at: now,
        pins_set,
    };
    let how_read = HowRead {
        dates: dates.and_then(|dates| dates.words),
        ..table.how_read().clone()
    };
    Ok(ListPreview {
        how_read,
        columns,
        headers: table.headers().to_vec(),
        plan,
    })
}

fn report(table: &Table, input: &Input, progress: &dyn Progress) -> Result<(), ReadError> {
    let rows = table.how_read().rows;
    if rows.is_multiple_of(STEPS_BETWEEN_REPORTS) {
        report_at(table.progress(), rows, input, progress)
    } else {
        Ok(())
    }
}

fn report_at(
    byte: u64,
    rows: u64,
    input: &Input,
    progress: &dyn Progress,
) -> Result<(), ReadError> {
    progress.advance(byte, input.size);
    progress.rows(rows);
    if progress.is_cancelled() {
        Err(ReadError::Cancelled)
    } else {
        Ok(())
    }
}

/// The order of day and month, and the evidence for it. It is known only after the whole column was
/// read, so a file with such a column is read twice. Planning needs the order from the start, since
/// an unreadable date refuses its row, which affects other rows of the same user.
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
                evidence.add(date, row.line, &text);
            }
            report(&table, input, progress)?;
        }
        let (order, words) = evidence.order(options.date_order)?;
        Ok(Self {
            order,
            words,
            sha256: table.sha256(),
        })
    }
}
