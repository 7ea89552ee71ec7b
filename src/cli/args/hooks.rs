//! The options of `pindesk hooks`.

use clap::Args;

use super::SettingsHow;

pub(super) const EXAMPLES: &str = r"The store has only the names of hooks. The settings of each computer say which programs they are.

Examples:
  pindesk hooks
  pindesk hooks --before check-tickets --after tell-service-desk
  pindesk hooks --after off --what-if";

/// The hooks of the store. Without options, they are shown.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct HooksArgs {
    /// The hook that is asked before each change, and may refuse it; off for none
    #[arg(long, value_name = "NAME|off")]
    pub before: Option<String>,
    /// The hook that is told about each change after it was made; off for none
    #[arg(long, value_name = "NAME|off")]
    pub after: Option<String>,
    #[command(flatten)]
    pub how: SettingsHow,
}
