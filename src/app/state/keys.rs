//! The dialog of the key outside the store: its state, and the steps that it offers.

use super::named_command::NamedCommand;
use super::notice::Notice;
use crate::domain::role::cmdlet;
use crate::plan::words::{plural, thousands};
use crate::store::{KeyInUse, KeyWays};
use crate::worker::jobs::KeyOverview;

/// The way to each step from anywhere in the window.
pub const KEY_MENU: KeyWays = KeyWays {
    make: "File → PIN key…",
    import: "File → PIN key…",
    finish: "File → PIN key…",
};

/// The buttons of the dialog and of the bar about a missing key.
pub const KEY_BUTTONS: KeyWays = KeyWays {
    make: "New key…",
    import: "Import key…",
    finish: "Finish rotation…",
};

/// A step with the key of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyStep {
    Make,
    Export,
    Import,
    Rotate,
    Finish,
}

/// The state of the dialog.
#[derive(Debug, Default)]
pub struct KeysView {
    /// The keys of the store. None until they are read.
    pub overview: Option<KeyOverview>,
    /// The step about which the operator is asked.
    pub question: Option<KeyStep>,
    /// The outcome of the last step, or why it failed.
    pub outcome: Option<Notice>,
    /// Whether the dialog was opened for the question, so that it closes with it.
    pub(in crate::app) is_for_question: bool,
    /// Whether a new key has not been exported since this dialog made it.
    pub(in crate::app) needs_export: bool,
}

/// The question before a step that cannot be taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyQuestion {
    pub title: &'static str,
    /// One paragraph a line.
    pub lines: Vec<String>,
    /// The text of the button that takes the step.
    pub confirm: &'static str,
}

impl KeyStep {
    /// The command that begins the step.
    pub fn command(self) -> NamedCommand {
        match self {
            Self::Make => NamedCommand::NewKey,
            Self::Export => NamedCommand::ExportKey,
            Self::Import => NamedCommand::ImportKey,
            Self::Rotate => NamedCommand::RotateKey,
            Self::Finish => NamedCommand::FinishRotation,
        }
    }

    /// Whether the operator is asked first, because the step cannot be taken back.
    pub fn asks(self) -> bool {
        matches!(self, Self::Make | Self::Rotate | Self::Finish)
    }
}

impl KeysView {
    /// Whether a key that the store names is not here.
    pub fn misses_key(&self) -> bool {
        let keys = self.overview.as_ref().map(|overview| &overview.state.keys);
        keys.is_some_and(|keys| !keys.is_usable())
    }

    /// A description of the state, one sentence or two a line. Each line says whether it is about a
    /// key that is not here.
    pub fn lines(&self) -> Vec<(String, bool)> {
        let Some(KeyOverview { state, .. }) = &self.overview else {
            return Vec::new();
        };
        let is_missing =
            |used: &Option<KeyInUse>| used.as_ref().is_some_and(|used| used.found.is_err());
        let force = is_missing(&state.keys.key);
        let before = state.keys.before.iter().map(|used| used.found.is_err());
        let missing = std::iter::once(force).chain(before);
        let missing = missing.chain(std::iter::repeat(false));
        state.lines(&KEY_BUTTONS).into_iter().zip(missing).collect()
    }

    /// The steps that this state offers.
    pub fn steps(&self) -> Vec<KeyStep> {
        let Some(overview) = &self.overview else {
            return Vec::new();
        };
        let keys = &overview.state.keys;
        if keys.key.is_none() {
            return vec![KeyStep::Make];
        }
        let mut steps = Vec::new();
        if self.misses_key() {
            steps.push(KeyStep::Import);
        }
        steps.push(KeyStep::Export);
        steps.push(if keys.before.is_some() {
            KeyStep::Finish
        } else {
            KeyStep::Rotate
        });
        steps
    }

    /// The step that the state asks for.
    pub fn main_step(&self) -> Option<KeyStep> {
        let mut steps = self.steps().into_iter();
        steps.find(|step| match step {
            KeyStep::Import => true,
            KeyStep::Export => self.needs_export,
            KeyStep::Finish => self.old_count() == 0,
            KeyStep::Make | KeyStep::Rotate => false,
        })
    }

    /// Why a step cannot be taken. None: it can.
    pub fn obstacle(&self, step: KeyStep) -> Option<String> {
        let Some(overview) = &self.overview else {
            return Some("The key has not been looked at yet.".to_owned());
        };
        if step != KeyStep::Import && !overview.may_manage {
            return Some(format!(
                "You need a role with {} that holds everywhere.",
                cmdlet::POLICY
            ));
        }
        if matches!(step, KeyStep::Make | KeyStep::Import | KeyStep::Rotate)
            && let Some(fault) = &overview.fault
        {
            return Some(format!("No key can be kept here: {fault}."));
        }
        match step {
            KeyStep::Make if overview.state.keys.key.is_some() => {
                Some("The store uses a key already.".to_owned())
            }
            KeyStep::Export if self.misses_key() => Some("The key is not here.".to_owned()),
            KeyStep::Finish if self.old_count() > 0 => {
                let count = self.old_count();
                let pins = plural(count, "PIN still needs", "PINs still need");
                Some(format!("{} {pins} another key.", thousands(count)))
            }
            _ => None,
        }
    }

    /// The question before a step. None: the step needs none, or cannot be taken.
    pub fn asked(&self) -> Option<KeyQuestion> {
        let overview = self.overview.as_ref()?;
        let keys = &overview.state.keys;
        let id = |used: &Option<KeyInUse>| {
            let id = used.as_ref().map(|used| used.id.to_string());
            id.unwrap_or_default()
        };
        let (key, before) = (id(&keys.key), id(&keys.before));
        let place = &overview.place;
        const RENEWED: &str =
            "A PIN that is set already is hashed again when it is next tested successfully or set.";
        const OTHERS: &str =
            "Other accounts can set or test PINs again after they have imported the key.";
        const LASTING: &str = "This cannot be taken back.";
        Some(match self.question? {
            KeyStep::Make => KeyQuestion {
                title: "Make a key for this store?",
                lines: vec![
                    format!("A new key is kept in {place}. PINs are hashed with it from now on. {LASTING}"),
                    "If the key is lost, no PIN can be tested again: export a copy afterwards, and lock it away."
                        .to_owned(),
                    format!("{RENEWED} {OTHERS}"),
                ],
                confirm: "Make the key",
            },
            KeyStep::Rotate => KeyQuestion {
                title: "Replace the key by a new one?",
                lines: vec![
                    format!(
                        "A new key is kept in {place}. Key {key} stays valid until you finish the rotation. {LASTING}"
                    ),
                    if self.misses_key() {
                        format!(
                            "Key {key} is not here. PINs that need it can be tested only where it is, until they are set again."
                        )
                    } else {
                        RENEWED.to_owned()
                    },
                    OTHERS.to_owned(),
                ],
                confirm: "Rotate the key",
            },
            KeyStep::Finish => KeyQuestion {
                title: "Finish the rotation?",
                lines: vec![
                    format!("The store no longer names key {before}. {LASTING}"),
                    "The key stays where it is kept, since older backups and remembered PINs need it.".to_owned(),
                ],
                confirm: "Finish the rotation",
            },
            KeyStep::Export | KeyStep::Import => return None,
        })
    }

    /// The number of PINs that are hashed with another key than the one in force.
    fn old_count(&self) -> usize {
        let old = self.overview.as_ref();
        let old = old.map_or(0, |overview| overview.state.with_old_key);
        usize::try_from(old).unwrap_or(usize::MAX)
    }
}
