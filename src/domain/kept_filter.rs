//! Filters of the list that are kept in a store under names: an operator's own ones, and those for
//! all operators.

use super::text::identity_key;
use super::visible::has_hidden;

/// A filter that is kept in a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptFilter {
    pub name: String,
    /// The line of the filter, as the window and `--where` write it.
    pub filter: String,
    pub reach: FilterReach,
}

/// The operators for whom a filter is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FilterReach {
    /// The operator who keeps it.
    Own,
    /// All operators of the store.
    All,
}

/// Reasons why a filter is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeptFilterFault {
    #[error(
        "The name of a filter has 1 to {} characters, and none that cannot be seen.",
        KeptFilter::LONGEST_NAME
    )]
    Name,
    #[error(
        "A filter has 1 to {} characters, and none that cannot be seen.",
        KeptFilter::LONGEST
    )]
    Filter,
    #[error(
        "There are {} kept filters already. Forget one that nobody needs.",
        KeptFilter::MOST
    )]
    TooMany,
}

impl KeptFilter {
    /// Characters of a name.
    pub const LONGEST_NAME: usize = 100;
    /// Characters of a filter.
    pub const LONGEST: usize = 2000;
    /// The number of filters of one operator, and of those for all.
    pub const MOST: usize = 200;

    /// A filter with blanks around its texts left out.
    ///
    /// # Errors
    /// A text is empty, too long, or has characters that cannot be seen.
    pub fn new(name: &str, filter: &str, reach: FilterReach) -> Result<Self, KeptFilterFault> {
        let fits = |text: &str, longest| {
            !text.is_empty() && text.chars().count() <= longest && !has_hidden(text)
        };
        let (name, filter) = (name.trim(), filter.trim());
        if !fits(name, Self::LONGEST_NAME) {
            return Err(KeptFilterFault::Name);
        }
        if !fits(filter, Self::LONGEST) {
            return Err(KeptFilterFault::Filter);
        }
        Ok(Self {
            name: name.to_owned(),
            filter: filter.to_owned(),
            reach,
        })
    }

    /// The key of a name: two names with equal keys are one filter.
    pub fn key(name: &str) -> String {
        identity_key(name.trim())
    }
}
