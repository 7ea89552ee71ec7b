//! The key outside the store: its state, making, exporting, importing and rotating it.

use std::path::PathBuf;
use std::sync::Arc;

use crate::domain::pin_key::KeyId;
use crate::domain::role::{Operator, Permission, cmdlet};
use crate::store::{KeyState, Store};
use crate::worker::job::{Effect, Job, JobContext, JobFailed};
use crate::worker::key_work::{
    KeyFailed, KeyKeeper, export_keys, import_keys, make_key, rotate_key,
};

/// Reads the state of the keys.
pub struct ReadKeys {
    pub keeper: Arc<dyn KeyKeeper>,
}

/// Makes a key, and has the store use it.
pub struct MakeKey {
    pub keeper: Arc<dyn KeyKeeper>,
}

/// Writes the keys of the store into a new file for its owner alone, and records that.
pub struct ExportKeys {
    pub keeper: Arc<dyn KeyKeeper>,
    pub to: PathBuf,
}

/// Takes the keys of the store from an exported file, and keeps them for this account.
pub struct ImportKeys {
    pub keeper: Arc<dyn KeyKeeper>,
    pub from: PathBuf,
}

/// Makes a key that takes the place of the one in force.
pub struct RotateKey {
    pub keeper: Arc<dyn KeyKeeper>,
}

/// Ends a rotation.
pub struct FinishRotation {
    pub keeper: Arc<dyn KeyKeeper>,
}

/// The keys of a store, and what this operator can do with them here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyOverview {
    pub state: KeyState,
    /// The description of where keys are kept.
    pub place: String,
    /// Why no key can be kept there.
    pub fault: Option<String>,
    /// Whether the operator's roles permit making, rotating and exporting keys.
    pub may_manage: bool,
}

/// The answer of a job, and the state of the keys after it, unless that could not be read.
#[derive(Debug)]
pub struct KeyStepDone<T> {
    pub answer: T,
    pub overview: Option<KeyOverview>,
}

/// The file of an export, and the number of its keys.
#[derive(Debug)]
pub struct ExportedKeys {
    pub file: PathBuf,
    pub count: usize,
}

/// The IDs of the keys that an import kept for this account.
#[derive(Debug)]
pub struct ImportedKeys {
    pub ids: Vec<KeyId>,
}

/// The end of a rotation.
#[derive(Debug)]
pub struct FinishedRotation {
    /// The ID of the key that is no longer needed. None: there was no rotation.
    pub dropped: Option<KeyId>,
}

impl KeyOverview {
    fn read(store: &Store, keeper: &dyn KeyKeeper, operator: &Operator) -> Result<Self, JobFailed> {
        Ok(Self {
            state: store.key_state()?,
            place: keeper.words(),
            fault: keeper.check().err(),
            may_manage: store.permission(operator, cmdlet::POLICY)? == Permission::Everywhere,
        })
    }
}

/// Takes a step with the keys, and reads their state after it.
fn take_step<T>(
    context: JobContext<'_>,
    keeper: &dyn KeyKeeper,
    step: impl FnOnce(&mut JobContext<'_>) -> Result<T, KeyFailed>,
) -> Result<KeyStepDone<T>, JobFailed> {
    let mut context = context;
    let answer = step(&mut context)?;
    let overview = KeyOverview::read(context.store, keeper, context.operator).ok();
    Ok(KeyStepDone { answer, overview })
}

impl Job for ReadKeys {
    type Answer = KeyOverview;

    fn title(&self) -> &'static str {
        "Looking at the key"
    }

    fn run(self, context: JobContext<'_>) -> Result<KeyOverview, JobFailed> {
        KeyOverview::read(context.store, &*self.keeper, context.operator)
    }
}

impl Job for MakeKey {
    type Answer = KeyStepDone<KeyId>;
    const EFFECT: Effect = Effect::WritesStore;

    fn title(&self) -> &'static str {
        "Making the key"
    }

    fn run(self, context: JobContext<'_>) -> Result<Self::Answer, JobFailed> {
        let keeper = &*self.keeper;
        take_step(context, keeper, |context| {
            make_key(context.store, keeper, context.operator, context.now)
        })
    }
}

impl Job for ExportKeys {
    type Answer = KeyStepDone<ExportedKeys>;
    const EFFECT: Effect = Effect::WritesStore;

    fn title(&self) -> &'static str {
        "Exporting the key"
    }

    fn run(self, context: JobContext<'_>) -> Result<Self::Answer, JobFailed> {
        let Self { keeper, to } = self;
        take_step(context, &*keeper, |context| {
            let (operator, now) = (context.operator, context.now);
            let keys = export_keys(context.store, &*keeper, &to, operator, now)?;
            Ok(ExportedKeys {
                file: to,
                count: keys.len(),
            })
        })
    }
}

impl Job for ImportKeys {
    type Answer = KeyStepDone<ImportedKeys>;
    const EFFECT: Effect = Effect::WritesFile;

    fn title(&self) -> &'static str {
        "Importing the key"
    }

    fn run(self, context: JobContext<'_>) -> Result<Self::Answer, JobFailed> {
        let keeper = &*self.keeper;
        take_step(context, keeper, |context| {
            let ids = import_keys(context.store, keeper, &self.from)?;
            Ok(ImportedKeys { ids })
        })
    }
}

impl Job for RotateKey {
    type Answer = KeyStepDone<KeyId>;
    const EFFECT: Effect = Effect::WritesStore;

    fn title(&self) -> &'static str {
        "Rotating the key"
    }

    fn run(self, context: JobContext<'_>) -> Result<Self::Answer, JobFailed> {
        let keeper = &*self.keeper;
        take_step(context, keeper, |context| {
            rotate_key(context.store, keeper, context.operator, context.now)
        })
    }
}

impl Job for FinishRotation {
    type Answer = KeyStepDone<FinishedRotation>;
    const EFFECT: Effect = Effect::WritesStore;

    fn title(&self) -> &'static str {
        "Finishing the rotation"
    }

    fn run(self, context: JobContext<'_>) -> Result<Self::Answer, JobFailed> {
        take_step(context, &*self.keeper, |context| {
            let dropped = context
                .store
                .finish_rotation(context.operator, context.now)?;
            Ok(FinishedRotation { dropped })
        })
    }
}
