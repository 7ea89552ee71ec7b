//! `pindesk key`: the secret key outside the store with which PINs are hashed.

use std::sync::Arc;

use serde::Serialize;

use super::console::Console;
use super::failure::Failure;
use super::table::{self, OutputRow};
use super::{CommandEnvironment, CommandLine, ExitStatus, KeyArgs, KeyTask};
use crate::domain::pin_key::KeyId;
use crate::environment::KeyPlace;
use crate::store::{KeyInUse, KeyState, KeyWays, Store};
use crate::worker::{KeyFailed, KeyKeeper as _, export_keys, import_keys, make_key, rotate_key};

/// The commands that do what the state of the keys asks for.
const WAYS: KeyWays = KeyWays {
    make: "pindesk key new",
    import: "pindesk key import FILE",
    finish: "pindesk key rotate --finish",
};

/// The state of the keys. Scripts rely on the names.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct KeyRow<'a> {
    key: Option<&'a str>,
    found_in: Option<&'a str>,
    old_key: Option<&'a str>,
    old_found_in: Option<&'a str>,
    with_key: u64,
    with_old_key: u64,
    without_key: u64,
}

impl OutputRow for KeyRow<'_> {
    const FIELDS: &'static [&'static str] = &[
        "key",
        "foundIn",
        "oldKey",
        "oldFoundIn",
        "withKey",
        "withOldKey",
        "withoutKey",
    ];
}

pub(super) fn run(
    args: &KeyArgs,
    command: &CommandLine,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let mut store = command.open_store(environment, console)?;
    let place = command.key_place(environment);
    let (operator, now) = (&environment.operator, (environment.clock)());
    match args.task.as_ref().unwrap_or(&KeyTask::Status) {
        KeyTask::Status => Ok(show(&store.key_state()?, console)),
        KeyTask::New => {
            let id = make_key(&mut store, &place, operator, now).map_err(failure)?;
            say_made(&id, &place, console);
            Ok(ExitStatus::DONE)
        }
        KeyTask::Export { file } => {
            let keys = export_keys(&mut store, &place, file, operator, now).map_err(failure)?;
            console.say(&format!(
                "{}: {} of this store, in clear and for your account alone. Take it to the other machine on a way that \
                 nobody else can read, import it there, and then delete it or lock it away.",
                file.display(),
                if keys.len() == 1 { "the key" } else { "both keys" }
            ));
            Ok(ExitStatus::DONE)
        }
        KeyTask::Import { file } => {
            for id in import_keys(&store, &place, file).map_err(failure)? {
                console.say(&format!("Key {id} lies in {} now.", place.words()));
            }
            Ok(ExitStatus::DONE)
        }
        KeyTask::Rotate { finish: true } => {
            let text = match store.finish_rotation(operator, now)? {
                Some(id) => format!(
                    "The rotation is finished. No PIN needs key {id} any more. It stays where it is, since older backups \
                     and remembered PINs need it; delete it there when they are gone."
                ),
                None => "There is no rotation to finish.".to_owned(),
            };
            console.say(&text);
            Ok(ExitStatus::DONE)
        }
        KeyTask::Rotate { finish: false } => {
            let id = rotate_key(&mut store, &place, operator, now).map_err(failure)?;
            console.say(&format!(
                "Key {id} is in force, and lies in {}. The old key stays valid until pindesk key rotate --finish. A PIN is \
                 hashed again when it is next tested successfully or set. Save the new key for other machines with: \
                 pindesk key export FILE",
                place.words()
            ));
            Ok(ExitStatus::DONE)
        }
    }
}

/// Says that a new key is in force, and what it needs.
pub(super) fn say_made(id: &KeyId, place: &KeyPlace, console: &mut Console<'_>) {
    console.say(&format!(
        "PINs are hashed with key {id} from now on. It lies in {}, not in the store. Keep a copy of it outside, since all PINs \
         must be set again if it is lost: pindesk key export FILE",
        place.words()
    ));
}

fn show(state: &KeyState, console: &mut Console<'_>) -> ExitStatus {
    if console.is_text() {
        for line in state.lines(&WAYS) {
            console.line(&line);
        }
    } else {
        let id = |used: Option<&'_ KeyInUse>| used.map(|used| used.id.to_string());
        let (key, old_key) = (id(state.keys.key.as_ref()), id(state.keys.before.as_ref()));
        table::write_one(
            console,
            &KeyRow {
                key: key.as_deref(),
                found_in: state.keys.key.as_ref().and_then(place_of),
                old_key: old_key.as_deref(),
                old_found_in: state.keys.before.as_ref().and_then(place_of),
                with_key: state.with_key,
                with_old_key: state.with_old_key,
                without_key: state.without_key,
            },
        );
    }
    if state.keys.is_usable() {
        ExitStatus::DONE
    } else {
        ExitStatus::IN_PART
    }
}

fn place_of(used: &KeyInUse) -> Option<&str> {
    used.found.as_deref().ok()
}

/// The failure of a command that found no key, or no place for it.
pub(super) fn failure(failed: KeyFailed) -> Failure {
    match failed {
        KeyFailed::Store(error) => error.into(),
        KeyFailed::Place(_) | KeyFailed::NotExported(_) => Failure::Input(failed.to_string()),
    }
}

impl CommandLine {
    /// The place of the keys: the file of `--key-file`, or that of the environment.
    pub(super) fn key_place(&self, environment: &CommandEnvironment) -> KeyPlace {
        match &self.key_file {
            Some(path) => KeyPlace::File(path.clone()),
            None => environment.keys.clone(),
        }
    }

    /// Lets a store look for its keys, and run its hooks.
    pub(super) fn equipped(&self, mut store: Store, environment: &CommandEnvironment) -> Store {
        store.set_keys(Arc::new(self.key_place(environment)));
        store.set_hooks(Arc::clone(&environment.hooks));
        store
    }
}
