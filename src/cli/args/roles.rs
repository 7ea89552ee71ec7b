//! The options of `pindesk roles`.

use clap::{Args, Subcommand};

use super::SettingsHow;

/// The roles to show or change.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct RolesArgs {
    /// Only those who may run this cmdlet, where and by which roles; its name is compared exactly
    #[arg(long, value_name = "NAME")]
    pub cmdlet: Option<String>,
    #[command(subcommand)]
    pub task: Option<RolesTask>,
}

/// The subcommands of `pindesk roles`.
#[derive(Subcommand, Clone, Debug, PartialEq, Eq)]
pub enum RolesTask {
    /// Give an account a role
    Grant {
        /// A built-in role, or one of your own: see pindesk roles list
        role: String,
        /// As in 'litwareinc\bob'; a name of the operating system
        account: String,
        #[command(flatten)]
        how: SettingsHow,
    },
    /// Take a role away from an account
    Revoke {
        /// The role that they have
        role: String,
        /// As pindesk roles shows it
        account: String,
        #[command(flatten)]
        how: SettingsHow,
    },
    /// Show all roles: what they permit, and where
    List,
    /// Make a role of your own, or replace what it permits
    #[command(after_help = DEFINE_EXAMPLES)]
    Define {
        /// The name of the role; an existing role of this name is replaced
        name: String,
        /// The cmdlets that it permits; their names are compared exactly
        #[arg(long, value_name = "CMDLET", required = true, num_args = 1..)]
        may: Vec<String>,
        /// Only for users in this unit and below it; may be repeated. Without it, everywhere
        #[arg(long = "in", value_name = "DN")]
        units: Vec<String>,
        #[command(flatten)]
        how: SettingsHow,
    },
    /// Remove a role of your own that nobody has
    Remove {
        /// The name of the role: see pindesk roles list
        name: String,
        #[command(flatten)]
        how: SettingsHow,
    },
}

pub(super) const EXAMPLES: &str = r"Built-in roles: CsAdministrator, CsUserAdministrator and CsHelpDesk lock, unlock, set and try PINs, the first two also import;
CsAdministrator defines roles and gives them; CsServerAdministrator manages policies; CsViewOnlyAdministrator looks.

Examples:
  pindesk roles --cmdlet Unlock-CsClientPin
  pindesk roles grant CsHelpDesk 'litwareinc\bob'
  pindesk roles grant CsHelpDesk 'litwareinc\bob' --what-if
  pindesk roles revoke CsHelpDesk 'litwareinc\bob'
  pindesk roles list
  pindesk roles define 'Finance desk' --may Unlock-CsClientPin --in OU=Finance,DC=litwareinc,DC=com
  pindesk roles remove 'Finance desk'";

const DEFINE_EXAMPLES: &str = r"The cmdlets are Lock-CsClientPin, Unlock-CsClientPin, Set-CsClientPin, Test-PinDeskPin, Set-CsPinPolicy, Import-PinDesk,
Set-PinDeskRole and Set-PinDeskApproval. The last four concern the whole store, so a role with --in cannot permit them.

Examples:
  pindesk roles define 'Finance desk' --may Lock-CsClientPin Unlock-CsClientPin --in OU=Finance,DC=litwareinc,DC=com
  pindesk roles define 'Unlockers' --may Unlock-CsClientPin";
