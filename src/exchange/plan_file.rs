//! Plan files: a plan kept for a ticket, for another pair of eyes, or for `pindesk apply`.
//!
//! The file is JSON: `format`, `version`, `sha256`, and the `plan`. The SHA-256 is that of the plan as this program
//! writes it in one line without spaces, so a plan that was edited is refused. It is no signature: who can write the
//! file can also compute it anew. What protects users is that each of them is compared with the store again.

use std::io::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::error::ReadError;
use super::whole::write_whole;
use crate::domain::Time;
use crate::domain::pin::PinState;
use crate::domain::role::Permissions;
use crate::domain::text::hex;
use crate::domain::user::{UserId, Version};
use crate::plan::{
    Action, BatchId, Candidate, Caution, Outcome, Own, Plan, PlanItem, PlannedUser, Refusal, RowPlace, SkipReason,
    SourceFile,
};

const FORMAT: &str = "pindesk-plan";
const VERSION: u32 = 1;
/// No plan file is larger: a plan of two million users has about 1 GB.
const LARGEST: u64 = 2 << 30;

/// Why a file is no plan that can be opened here. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanFileError {
    #[error("The plan cannot be read: {0}.")]
    Io(String),
    #[error("This is no plan of PinDesk, or a damaged one: {0}.")]
    NotAPlan(String),
    #[error("The plan is of version {0}, which this program does not know. Open it with a newer PinDesk.")]
    UnknownVersion(u32),
    #[error("The plan was edited after it was saved: its content does not fit its SHA-256. Make it anew.")]
    Edited,
    #[error("The plan is for another store. It holds only for the one that it was made on.")]
    OtherStore,
}

#[derive(Serialize, Deserialize)]
struct File {
    format: String,
    version: u32,
    sha256: String,
    plan: Written,
}

/// What every version has.
#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
}

/// A plan as it is written. The names are promised to other programs.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Written {
    store: String,
    program: String,
    made_by: String,
    made_at: Time,
    action: Option<Word>,
    undoes: Option<i64>,
    reason: String,
    ticket: String,
    source: Option<Source>,
    pins_set: u64,
    items: Vec<Item>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    Lock,
    Unlock,
}

#[derive(Serialize, Deserialize)]
struct Source {
    name: String,
    sha256: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Item {
    action: Word,
    given: String,
    /// Line and byte in the source file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place: Option<(u64, u64)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<User>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    own: Option<OwnWritten>,
    outcome: String,
    /// Why, in plain words.
    reason: String,
    /// Another item, where the outcome is about two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    with: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    locked_by: Option<LockedBy>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    candidates: Vec<CandidateWritten>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct User {
    id: i64,
    version: i64,
    identity: String,
    display_name: String,
    before: PinState,
}

#[derive(Serialize, Deserialize)]
struct OwnWritten {
    reason: Option<String>,
    ticket: Option<String>,
    until: Option<Time>,
    restores: Option<PinState>,
}

#[derive(Serialize, Deserialize)]
struct LockedBy {
    by: String,
    since: Option<Time>,
    reason: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CandidateWritten {
    id: i64,
    display_name: String,
    identity: String,
}

/// Saves a plan of a store.
///
/// # Errors
/// The file cannot be written.
pub fn save_plan(plan: &Plan, store: &str, path: &Path) -> Result<(), ReadError> {
    let written = Written::of(plan, store);
    let sha256 = written.sha256().map_err(|error| ReadError::Write(error.to_string()))?;
    let file = File { format: FORMAT.to_owned(), version: VERSION, sha256, plan: written };
    write_whole(path, |out| {
        let mut out = std::io::BufWriter::new(out);
        serde_json::to_writer_pretty(&mut out, &file).map_err(|error| ReadError::Write(error.to_string()))?;
        out.write_all(b"\n").and_then(|()| out.flush()).map_err(|error| ReadError::Write(error.to_string()))
    })
}

/// Opens a plan for this store. What the operator may do is decided now, not when the plan was made.
///
/// # Errors
/// It is no plan, of an unknown version, edited, or for another store.
pub fn open_plan(path: &Path, store: &str, permissions: Permissions) -> Result<Plan, PlanFileError> {
    let io = |error: std::io::Error| PlanFileError::Io(format!("{error}: {}", path.display()));
    if std::fs::metadata(path).map_err(io)?.len() > LARGEST {
        return Err(PlanFileError::NotAPlan("it is too large".to_owned()));
    }
    let text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::InvalidData => PlanFileError::NotAPlan("it is no text".to_owned()),
        _ => io(error),
    })?;
    let no_plan = |error: serde_json::Error| PlanFileError::NotAPlan(error.to_string());
    let head: Head = serde_json::from_str(&text).map_err(no_plan)?;
    if head.format != FORMAT {
        return Err(PlanFileError::NotAPlan(format!("its format is {}", head.format)));
    }
    if head.version != VERSION {
        return Err(PlanFileError::UnknownVersion(head.version));
    }
    let file: File = serde_json::from_str(&text).map_err(no_plan)?;
    if file.plan.sha256().map_err(no_plan)? != file.sha256 {
        return Err(PlanFileError::Edited);
    }
    if file.plan.store != store {
        return Err(PlanFileError::OtherStore);
    }
    file.plan.plan(permissions)
}

impl Written {
    fn of(plan: &Plan, store: &str) -> Self {
        Self {
            store: store.to_owned(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            made_by: plan.operator.clone(),
            made_at: plan.taken_at,
            action: plan.action.map(Word::of),
            undoes: plan.undoes.map(|batch| batch.0),
            reason: plan.reason.clone(),
            ticket: plan.ticket.clone(),
            source: plan
                .source
                .as_ref()
                .map(|SourceFile { name, sha256 }| Source { name: name.clone(), sha256: sha256.clone() }),
            pins_set: plan.pins_set,
            items: plan.items.iter().map(|item| Item::of(plan, item)).collect(),
        }
    }

    /// The SHA-256 of the plan in one line.
    fn sha256(&self) -> serde_json::Result<String> {
        Ok(hex(&Sha256::digest(serde_json::to_vec(self)?)))
    }

    fn plan(self, permissions: Permissions) -> Result<Plan, PlanFileError> {
        let count = self.items.len();
        let mut seen = std::collections::HashSet::new();
        for item in &self.items {
            let is_other = self.action.is_some_and(|action| action.action() != item.action.action());
            let restores = self.undoes.is_none() && item.own.as_ref().is_some_and(|own| own.restores.is_some());
            let twice = item.outcome == "change" && item.user.as_ref().is_some_and(|user| !seen.insert(user.id));
            if is_other || restores || twice {
                return Err(PlanFileError::NotAPlan(format!("what it says about {} contradicts itself", item.given)));
            }
        }
        let items = self.items.into_iter().map(|item| item.item(count)).collect::<Result<_, _>>()?;
        Ok(Plan {
            action: self.action.map(Word::action),
            undoes: self.undoes.map(BatchId),
            reason: self.reason,
            ticket: self.ticket,
            source: self.source.map(|Source { name, sha256 }| SourceFile { name, sha256 }),
            operator: self.made_by,
            permissions,
            taken_at: self.made_at,
            items,
            pins_set: self.pins_set,
        })
    }
}

impl Word {
    fn of(action: Action) -> Self {
        match action {
            Action::Lock => Self::Lock,
            Action::Unlock => Self::Unlock,
        }
    }

    fn action(self) -> Action {
        match self {
            Self::Lock => Action::Lock,
            Self::Unlock => Action::Unlock,
        }
    }
}

impl Item {
    fn of(plan: &Plan, item: &PlanItem) -> Self {
        let (mut with, mut locked_by, mut candidates): (_, _, &[Candidate]) = (None, None, &[]);
        match &item.outcome {
            Outcome::Duplicate { of: place } | Outcome::Refused(Refusal::Contradiction { with: place }) => {
                with = Some(*place);
            }
            Outcome::Change { caution: Some(Caution::LockedByAnother { by, since, reason }) } => {
                locked_by = Some(LockedBy { by: by.clone(), since: *since, reason: reason.clone() });
            }
            Outcome::Refused(
                Refusal::NotFound { nearest: some }
                | Refusal::Ambiguous { candidates: some }
                | Refusal::Lost { candidates: some },
            ) => candidates = some,
            _ => {}
        }
        Self {
            action: Word::of(item.action),
            given: item.given.clone(),
            place: item.place.map(|RowPlace { line, byte }| (line, byte)),
            user: item.user.as_ref().map(User::of),
            own: item.own.as_deref().map(OwnWritten::of),
            outcome: item.outcome.word().to_owned(),
            reason: plan.reason(item),
            with,
            locked_by,
            candidates: candidates.iter().map(CandidateWritten::of).collect(),
        }
    }

    fn item(self, count: usize) -> Result<PlanItem, PlanFileError> {
        let broken =
            || PlanFileError::NotAPlan(format!("the outcome {} of {} says too little", self.outcome, self.given));
        let with = self.with.filter(|place| *place < count);
        let candidates = || self.candidates.iter().map(CandidateWritten::candidate).collect();
        let outcome = match self.outcome.as_str() {
            "change" if self.user.is_some() => Outcome::Change {
                caution: self.locked_by.map(|LockedBy { by, since, reason }| Caution::LockedByAnother {
                    by,
                    since,
                    reason,
                }),
            },
            "no-change" => Outcome::NoChange,
            "skipped" => Outcome::Skipped(SkipReason::NotDone(self.reason)),
            "duplicate" => Outcome::Duplicate { of: with.ok_or_else(broken)? },
            "not-found" => Outcome::Refused(Refusal::NotFound { nearest: candidates() }),
            "ambiguous" if with.is_some() => Outcome::Refused(Refusal::Contradiction { with: with.unwrap_or(0) }),
            "ambiguous" => Outcome::Refused(Refusal::Ambiguous { candidates: candidates() }),
            "denied" => Outcome::Refused(Refusal::Denied),
            "unreadable" => Outcome::Refused(Refusal::Unreadable(self.reason)),
            _ => return Err(broken()),
        };
        Ok(PlanItem {
            action: self.action.action(),
            given: self.given,
            place: self.place.map(|(line, byte)| RowPlace { line, byte }),
            own: self.own.map(|own| Box::new(own.own())),
            user: self.user.map(User::user),
            outcome,
        })
    }
}

impl User {
    fn of(user: &PlannedUser) -> Self {
        Self {
            id: user.id.0,
            version: user.version.0,
            identity: user.identity.clone(),
            display_name: user.display_name.clone(),
            before: user.before.clone(),
        }
    }

    fn user(self) -> PlannedUser {
        PlannedUser {
            id: UserId(self.id),
            version: Version(self.version),
            identity: self.identity,
            display_name: self.display_name,
            before: self.before,
        }
    }
}

impl OwnWritten {
    fn of(own: &Own) -> Self {
        let Own { reason, ticket, until, restores } = own.clone();
        Self { reason, ticket, until, restores }
    }

    fn own(self) -> Own {
        Own { reason: self.reason, ticket: self.ticket, until: self.until, restores: self.restores }
    }
}

impl CandidateWritten {
    fn of(candidate: &Candidate) -> Self {
        Self { id: candidate.id.0, display_name: candidate.display_name.clone(), identity: candidate.identity.clone() }
    }

    fn candidate(&self) -> Candidate {
        Candidate { id: UserId(self.id), display_name: self.display_name.clone(), identity: self.identity.clone() }
    }
}
