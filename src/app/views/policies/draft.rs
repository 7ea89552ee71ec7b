//! A PIN policy as it is typed, before it is previewed.

use std::collections::BTreeSet;

use crate::domain::pin_rule::PinRule;
use crate::domain::policy::{NamedPolicy, PinPolicy, PolicyFault, PolicyName};

/// A policy as it is being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyDraft {
    /// The name of the policy that is being edited. None: a new policy.
    pub edited: Option<PolicyName>,
    pub name: String,
    pub min_length: String,
    pub history: String,
    pub lifetime: String,
    pub allow_common_patterns: bool,
    pub has_max_attempts: bool,
    pub max_attempts: String,
    pub also_refused: BTreeSet<PinRule>,
    pub inactivity: String,
}

/// The attempts that are offered when a limit of the policy's own is switched on.
const USUAL_ATTEMPTS: u16 = 10;

impl Default for PolicyDraft {
    fn default() -> Self {
        Self::of(None, &PinPolicy::default())
    }
}

impl PolicyDraft {
    /// The draft of a policy as it is now. Without a name it is a new one.
    pub fn of(edited: Option<PolicyName>, policy: &PinPolicy) -> Self {
        Self {
            name: edited
                .as_ref()
                .map_or_else(String::new, ToString::to_string),
            edited,
            min_length: policy.min_length.to_string(),
            history: policy.history_count.to_string(),
            lifetime: policy.lifetime_days.to_string(),
            allow_common_patterns: policy.allow_common_patterns,
            has_max_attempts: policy.max_attempts.is_some(),
            max_attempts: policy.max_attempts.unwrap_or(USUAL_ATTEMPTS).to_string(),
            also_refused: policy.also_refused.clone(),
            inactivity: policy.inactivity_days.to_string(),
        }
    }

    /// The typed policy.
    ///
    /// # Errors
    /// The first reason why it is none.
    pub fn read(&self) -> Result<NamedPolicy, String> {
        let policy = self.settings()?;
        let name = match &self.edited {
            Some(name) => name.clone(),
            None => PolicyName::parse(&self.name).map_err(|fault| fault.to_string())?,
        };
        Ok(NamedPolicy { name, policy })
    }

    /// The typed settings.
    ///
    /// # Errors
    /// The first reason why they are none.
    pub fn settings(&self) -> Result<PinPolicy, String> {
        let defaults = PinPolicy::default();
        let policy = PinPolicy {
            min_length: number("The length", &self.min_length, defaults.min_length)?,
            history_count: number("The history", &self.history, defaults.history_count)?,
            lifetime_days: number(
                "The lifetime in days",
                &self.lifetime,
                defaults.lifetime_days,
            )?,
            allow_common_patterns: self.allow_common_patterns,
            max_attempts: if self.has_max_attempts {
                Some(number("The number of attempts", &self.max_attempts, 0)?)
            } else {
                None
            },
            also_refused: self.also_refused.clone(),
            inactivity_days: number(
                "The number of days without use",
                &self.inactivity,
                defaults.inactivity_days,
            )?,
        };
        let fault = policy.check();
        fault.map_err(|fault: PolicyFault| fault.to_string())?;
        Ok(policy)
    }
}

/// A typed number. An empty field is the default.
fn number<N: std::str::FromStr>(what: &str, text: &str, empty: N) -> Result<N, String> {
    match text.trim() {
        "" => Ok(empty),
        text => text
            .parse()
            .map_err(|_no_number| format!("{what} must be a whole number, such as 6.")),
    }
}
