//! Display names whose parts stand in two columns, as personnel systems write them.

use super::column_guess::ListColumns;
use super::error::ReadError;
use super::records::FileRow;
use super::row_identity::{OtherName, RowIdentity};
use crate::domain::cell_text::trim_hidden;
use crate::domain::identity::Identity;
use crate::domain::role::Operator;
use crate::store::{Search, Store};

/// The way in which the display names of a directory are put together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum NameOrder {
    /// `Ken Myer`
    #[default]
    FirstLast,
    /// `Myer, Ken`
    LastCommaFirst,
    /// `Myer Ken`
    LastFirst,
}

impl NameOrder {
    const ALL: [Self; 3] = [Self::FirstLast, Self::LastCommaFirst, Self::LastFirst];

    /// The order in which the first rows of a list find most users.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn of(
        columns: &ListColumns,
        first: &[FileRow],
        store: &Store,
        operator: &Operator,
    ) -> Result<Self, ReadError> {
        let (mut best, mut most) = (Self::default(), 0);
        let parts_name = columns
            .name_parts()
            .filter(|(_, last)| columns.user == Some(*last));
        let Some((first_name, last_name)) = parts_name else {
            return Ok(best);
        };
        let resolver = store.resolver(operator)?;
        for order in Self::ALL {
            let names = first.iter().filter_map(|row| {
                let (first, last) = parts(row, first_name, last_name)?;
                Some(display(order.name(first, last)).lookup())
            });
            let gathered = resolver.gather(&Search::of(&names.collect::<Vec<_>>()))?;
            let found = gathered.each().filter(|users| !users.is_empty()).count();
            if found > most {
                (best, most) = (order, found);
            }
        }
        Ok(best)
    }

    pub fn name(self, first: &str, last: &str) -> String {
        match self {
            Self::FirstLast => format!("{first} {last}"),
            Self::LastCommaFirst => format!("{last}, {first}"),
            Self::LastFirst => format!("{last} {first}"),
        }
    }
}

/// The two parts of a name in a row. None if one of them is empty.
pub(super) fn parts(row: &FileRow, first: usize, last: usize) -> Option<(&str, &str)> {
    let cell = |column: usize| {
        let text = trim_hidden(row.fields.get(column)?);
        (!text.is_empty() && row.fault(column).is_none()).then_some(text)
    };
    cell(first).zip(cell(last))
}

/// The name of a row in all orders, to compare it with the user whom another column names.
pub(super) fn whole_name(row: &FileRow, first: usize, last: usize) -> Option<OtherName> {
    let (given, family) = parts(row, first, last)?;
    let names = NameOrder::ALL.map(|order| display(order.name(given, family)));
    Some(OtherName {
        column: last,
        names: names.to_vec(),
        is_hint: false,
    })
}

pub(super) fn display(name: String) -> RowIdentity {
    RowIdentity::Identity(Identity::DisplayName(name))
}
