//! `pindesk key`: the secret key outside the store with which PINs are hashed.

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use super::console::Console;
use super::failure::Failure;
use super::table::{self, OutputRow};
use super::{CommandEnvironment, CommandLine, ExitStatus, KeyArgs, KeyTask};
use crate::domain::pin_key::PinKey;
use crate::environment::{KeyPlace, draw_key, read_key_file, write_key_file};
use crate::store::{KeyInUse, KeySource as _, KeyState, Store};

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
            store.require_key_permission(operator, now)?;
            if let Some(used) = store.keys_in_use()?.key {
                return Err(crate::store::StoreError::KeyInUse {
                    id: used.id.to_string(),
                }
                .into());
            }
            let key = new_key(&place)?;
            begin(&key, &place, &mut store, environment, console)
        }
        KeyTask::Export { file } => export(file, &mut store, &place, environment, console),
        KeyTask::Import { file } => import(file, &store, &place, console),
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
            store.require_key_permission(operator, now)?;
            store.check_rotation()?;
            let key = new_key(&place)?;
            store.rotate_key(key.id(), operator, now)?;
            console.say(&format!(
                "Key {} is in force, and lies in {}. The old key stays valid until pindesk key rotate --finish. A PIN is \
                 hashed again when it is next tested successfully or set. Save the new key for other machines with: \
                 pindesk key export FILE",
                key.id(),
                place.words()
            ));
            Ok(ExitStatus::DONE)
        }
    }
}

/// A new key, which is kept outside the store already.
pub(super) fn new_key(place: &KeyPlace) -> Result<PinKey, Failure> {
    let key = draw_key().map_err(|error| nothing_done(&error))?;
    place.keep(&key).map_err(|error| nothing_done(&error))?;
    Ok(key)
}

/// Puts a new key in force, and says what it needs.
pub(super) fn begin(
    key: &PinKey,
    place: &KeyPlace,
    store: &mut Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    store.begin_key(key.id(), &environment.operator, (environment.clock)())?;
    console.say(&format!(
        "PINs are hashed with key {} from now on. It lies in {}, not in the store. Keep a copy of it outside, since all PINs \
         must be set again if it is lost: pindesk key export FILE",
        key.id(),
        place.words()
    ));
    Ok(ExitStatus::DONE)
}

fn export(
    file: &Path,
    store: &mut Store,
    place: &KeyPlace,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let state = store.keys_in_use()?;
    let mut keys = Vec::new();
    for used in state.key.iter().chain(&state.before) {
        match place.find(&used.id) {
            Ok(Some(found)) => keys.push(found.key),
            Ok(None) => return Err(nothing_done(&format!("key {} is not here", used.id))),
            Err(error) => return Err(nothing_done(&error)),
        }
    }
    if keys.is_empty() {
        return Err(crate::store::StoreError::NoKey.into());
    }
    store.record_key_export(&environment.operator, (environment.clock)())?;
    write_key_file(file, &keys).map_err(|error| nothing_done(&error))?;
    console.say(&format!(
        "{}: {} of this store, in clear and for your account alone. Take it to the other machine on a way that nobody else \
         can read, import it there, and then delete it or lock it away.",
        file.display(),
        if keys.len() == 1 { "the key" } else { "both keys" }
    ));
    Ok(ExitStatus::DONE)
}

fn import(
    file: &Path,
    store: &Store,
    place: &KeyPlace,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let state = store.keys_in_use()?;
    let keys = read_key_file(file).map_err(|error| nothing_done(&error))?;
    let is_used = |key: &&PinKey| {
        let mut used = state.key.iter().chain(&state.before);
        used.any(|used| used.id == *key.id())
    };
    let mut kept = 0;
    for key in keys.iter().filter(is_used) {
        place.keep(key).map_err(|error| nothing_done(&error))?;
        console.say(&format!("Key {} lies in {} now.", key.id(), place.words()));
        kept += 1;
    }
    if kept == 0 {
        return Err(nothing_done(
            "this file has no key that the store uses; see pindesk key status",
        ));
    }
    Ok(ExitStatus::DONE)
}

fn show(state: &KeyState, console: &mut Console<'_>) -> ExitStatus {
    if console.is_text() {
        for line in state.lines() {
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

fn nothing_done(error: &str) -> Failure {
    Failure::Input(format!("Nothing was done: {error}."))
}

impl CommandLine {
    /// The place of the keys: the file of `--key-file`, or that of the environment.
    pub(super) fn key_place(&self, environment: &CommandEnvironment) -> KeyPlace {
        match &self.key_file {
            Some(path) => KeyPlace::File(path.clone()),
            None => environment.keys.clone(),
        }
    }

    /// Lets a store look for its keys.
    pub(super) fn with_keys(&self, mut store: Store, environment: &CommandEnvironment) -> Store {
        store.set_keys(Arc::new(self.key_place(environment)));
        store
    }
}
