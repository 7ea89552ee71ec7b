//! The threads that compare PINs, each with the store open for itself.

use std::sync::mpsc::Receiver;
use std::sync::{Mutex, PoisonError};

use super::connection::Question;
use super::messages::{Answer, PassedLogon};
use crate::cli::{CommandEnvironment, CommandLine};
use crate::store::Store;

/// Answers questions until nobody can ask any more.
pub(super) fn work(
    questions: &Mutex<Receiver<Question>>,
    command: &CommandLine,
    environment: &CommandEnvironment,
) {
    let mut store = None;
    let next = || {
        let questions = questions.lock().unwrap_or_else(PoisonError::into_inner);
        questions.recv()
    };
    while let Ok(Question { logon, answer }) = next() {
        let answered = answered(&logon, &mut store, command, environment);
        if answer.send(answered).is_err() {
            log::debug!("a connection has gone without its answer");
        }
    }
}

/// Tries a logon. After an error the store is opened again for the next one: the connection to a
/// server may be lost.
fn answered(
    logon: &PassedLogon,
    store: &mut Option<Store>,
    command: &CommandLine,
    environment: &CommandEnvironment,
) -> Answer {
    let failed = |text: String| {
        (environment.notify)(&format!("pindesk: A logon could not be tried: {text}"));
        Answer::error(text)
    };
    let mut opened = match store.take() {
        Some(store) => store,
        None => match command.open_again(environment) {
            Ok(store) => store,
            Err(failure) => return failed(failure.to_string()),
        },
    };
    let tried = opened.authenticate_caller(
        &logon.identity,
        &logon.pin,
        logon.from.as_ref(),
        &environment.operator,
        (environment.clock)(),
    );
    match tried {
        Ok(tried) => {
            *store = Some(opened);
            tried.into()
        }
        Err(error) => failed(error.to_string()),
    }
}
