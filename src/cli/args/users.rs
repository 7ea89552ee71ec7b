//! The options that name users, and those of `pindesk users`.

use clap::Args;

use crate::domain::filter::Filter;

/// Users, by name and by filter.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct WhichUsers {
    /// The users; several may be named, and - reads one a line from standard input
    #[arg(value_name = "IDENTITY")]
    pub identities: Vec<String>,
    /// Only users who pass; where there are several, all of them must hold
    #[arg(long = "where", value_name = "FILTER", value_parser = Filter::parse)]
    pub filters: Vec<Filter>,
}

/// The options of a search.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct UsersArgs {
    /// Looked for anywhere in all five names, ignoring case and accents; with a *, a display-name pattern
    pub text: Option<String>,
    /// Only users who pass; where there are several, all of them must hold
    #[arg(long = "where", value_name = "FILTER", value_parser = Filter::parse)]
    pub filters: Vec<Filter>,
}
