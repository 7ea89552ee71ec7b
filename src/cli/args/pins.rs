//! The options of `pindesk set-pin`, `authenticate` and `policy`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use strum::VariantArray as _;

use super::help::{
    POLICY_GRANT_EXAMPLES, POLICY_SET_EXAMPLES, POLICY_SHOW_EXAMPLES, POLICY_SIMULATE_EXAMPLES,
    with_identities,
};
use super::{How, SettingsHow, Switch, Why};
use crate::domain::origin::Origin;
use crate::domain::pin_rule::PinRule;
use crate::domain::policy::{PinPolicy, PolicyName};
use crate::domain::policy_effect::PolicyEffect;

/// The user and the new PIN.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct SetPinArgs {
    /// The user; the new PIN is the first line of standard input
    #[arg(value_name = "IDENTITY")]
    pub identity: String,
    /// Draw a PIN that keeps to the policy, and show it this once
    #[arg(long)]
    pub generate: bool,
    #[command(flatten)]
    pub how: How,
    #[command(flatten)]
    pub why: Why,
}

/// The user who logs on.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct AuthenticateArgs {
    /// The user who logs on; the PIN is the first line of standard input
    #[arg(value_name = "IDENTITY", required_unless_present = "serve")]
    pub identity: Option<String>,
    /// Where the logon comes from, such as a gateway or number; the answer is for the caller then, and gives no reasons
    #[arg(long, value_name = "TEXT", value_parser = origin)]
    pub from: Option<Origin>,
    /// Answer the logons of a gateway on a Unix socket of this name, one line of JSON each way
    #[arg(long, value_name = "SOCKET", conflicts_with_all = ["identity", "from"])]
    pub serve: Option<PathBuf>,
}

/// The options of `pindesk policy`. Without a subcommand, all policies are shown.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct PolicyArgs {
    #[command(subcommand)]
    pub task: Option<PolicyTask>,
}

/// The subcommands of `pindesk policy`.
#[derive(Subcommand, Clone, Debug, PartialEq, Eq)]
pub enum PolicyTask {
    /// Show all policies, or the one that holds for each of these users
    #[command(after_help = with_identities(POLICY_SHOW_EXAMPLES))]
    Show {
        /// The users; several may be named, and - reads one a line from standard input
        #[arg(value_name = "IDENTITY")]
        identities: Vec<String>,
    },
    /// Make a policy, or change one; what is not named stays as it is
    #[command(after_help = POLICY_SET_EXAMPLES)]
    Set {
        /// global, site:NAME, or a name for a policy that is granted to users
        #[arg(value_name = "POLICY", value_parser = policy_name)]
        name: PolicyName,
        #[command(flatten)]
        settings: PolicySettings,
        #[command(flatten)]
        how: SettingsHow,
    },
    /// Show what a policy would mean for its users on the data of now, without saving anything
    #[command(after_help = POLICY_SIMULATE_EXAMPLES)]
    Simulate {
        /// A policy, or the name of one that is not there yet
        #[arg(value_name = "POLICY", value_parser = policy_name)]
        name: PolicyName,
        #[command(flatten)]
        settings: PolicySettings,
        /// Take it as granted to this user, too; may be repeated
        #[arg(long, value_name = "IDENTITY")]
        to: Vec<String>,
        /// List the users with one effect, such as too-short
        #[arg(long, value_name = "EFFECT", value_parser = effect)]
        list: Option<PolicyEffect>,
    },
    /// Grant a policy to users: for them it counts instead of that of their site and the global one
    #[command(after_help = with_identities(POLICY_GRANT_EXAMPLES))]
    Grant {
        /// A policy that is neither global nor of a site
        #[arg(value_name = "POLICY", value_parser = policy_name)]
        name: PolicyName,
        /// The users; several may be named, and - reads one a line from standard input
        #[arg(value_name = "IDENTITY", required = true)]
        identities: Vec<String>,
        #[command(flatten)]
        how: SettingsHow,
    },
    /// Take the granted policy away from users
    #[command(after_help = with_identities(POLICY_GRANT_EXAMPLES))]
    Revoke {
        /// The users; several may be named, and - reads one a line from standard input
        #[arg(value_name = "IDENTITY", required = true)]
        identities: Vec<String>,
        #[command(flatten)]
        how: SettingsHow,
    },
    /// Remove a policy that nobody has been granted
    #[command(after_help = POLICY_SET_EXAMPLES)]
    Remove {
        /// site:NAME, or the name of a policy that was granted to users
        #[arg(value_name = "POLICY", value_parser = policy_name)]
        name: PolicyName,
        #[command(flatten)]
        how: SettingsHow,
    },
}

/// The settings of a policy. Those that are not given stay as they are.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct PolicySettings {
    /// The least number of digits of a PIN: 4 to 24
    #[arg(long, value_name = "DIGITS")]
    pub min_length: Option<u8>,
    /// The number of old PINs that users cannot set again: 0 to 20, 0 for none
    #[arg(long, value_name = "COUNT")]
    pub history: Option<u8>,
    /// After how many days a PIN expires: 0 to 999, 0 for never; above 0 it needs a history
    #[arg(long, value_name = "DAYS")]
    pub lifetime: Option<u16>,
    /// After how many days without a logon a PIN is locked: 0 to 999, 0 for never; counted from the next logon, unlock or new PIN
    #[arg(long, value_name = "DAYS")]
    pub inactivity: Option<u16>,
    /// Whether PINs such as 11223344 and 1234 are allowed
    #[arg(long, value_name = "on|off", value_enum, hide_possible_values = true)]
    pub common_patterns: Option<Switch>,
    /// After how many wrong PINs in a row it is locked for an hour: 1 to 999, or off for the length of the PIN to decide
    #[arg(long, value_name = "COUNT|off", value_parser = attempts)]
    pub max_attempts: Option<MostAttempts>,
    /// Refuse such PINs, too: keypad-lines (2580), repeated-groups (408408), few-digits (70007), reversed-number, own-name
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rule)]
    pub refuse: Vec<PinRule>,
    /// Allow such PINs again
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rule)]
    pub allow: Vec<PinRule>,
}

/// A number of attempts, or none of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MostAttempts {
    ByLength,
    Count(u16),
}

impl PolicySettings {
    /// A policy with these settings, and the others as they are.
    pub(in crate::cli) fn changed(&self, policy: &PinPolicy) -> PinPolicy {
        let mut also_refused = policy.also_refused.clone();
        also_refused.extend(&self.refuse);
        also_refused.retain(|rule| !self.allow.contains(rule));
        PinPolicy {
            also_refused,
            min_length: self.min_length.unwrap_or(policy.min_length),
            history_count: self.history.unwrap_or(policy.history_count),
            lifetime_days: self.lifetime.unwrap_or(policy.lifetime_days),
            inactivity_days: self.inactivity.unwrap_or(policy.inactivity_days),
            allow_common_patterns: self
                .common_patterns
                .map_or(policy.allow_common_patterns, |on| on == Switch::On),
            max_attempts: match self.max_attempts {
                None => policy.max_attempts,
                Some(MostAttempts::ByLength) => None,
                Some(MostAttempts::Count(count)) => Some(count),
            },
        }
    }
}

fn origin(text: &str) -> Result<Origin, String> {
    Origin::parse(text).map_err(|fault| fault.to_string())
}

fn policy_name(text: &str) -> Result<PolicyName, String> {
    PolicyName::parse(text).map_err(|fault| fault.to_string())
}

fn effect(text: &str) -> Result<PolicyEffect, String> {
    text.parse().map_err(|_unknown| {
        let words: Vec<&str> = PolicyEffect::VARIANTS
            .iter()
            .map(|effect| effect.word())
            .collect();
        format!("effects are {}", words.join(", "))
    })
}

fn rule(text: &str) -> Result<PinRule, String> {
    text.parse()
        .map_err(|_unknown| format!("rules are {}", PinRule::words()))
}

fn attempts(text: &str) -> Result<MostAttempts, String> {
    if text.eq_ignore_ascii_case("off") {
        return Ok(MostAttempts::ByLength);
    }
    text.parse()
        .map(MostAttempts::Count)
        .map_err(|_no_number| "write a number such as 10, or off".to_owned())
}
