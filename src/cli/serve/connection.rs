//! One connection: its lines are answered one after the other.

use std::io::Write as _;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Duration;

use super::line_reader::{FromGateway, LineReader};
use super::messages::{Answer, PassedLogon};

/// The longest time in which the other end must take an answer.
const TAKES: Duration = Duration::from_secs(10);

/// A logon that waits for a thread with a store, and the way back for its answer.
pub(super) struct Question {
    pub logon: PassedLogon,
    pub answer: SyncSender<Answer>,
}

/// Answers the lines of a connection until it ends.
pub(super) fn hold(stream: UnixStream, questions: &SyncSender<Question>) {
    let Ok(mut to) = stream.try_clone() else {
        return;
    };
    let mut lines = LineReader::new(stream);
    loop {
        let (answer, is_last) = match lines.next() {
            FromGateway::Line(line) => (answer(&line, questions), false),
            FromGateway::TooLong => (Answer::error("The line is too long."), true),
            FromGateway::End => return,
        };
        if !write(&mut to, &answer) || is_last {
            return;
        }
    }
}

/// Says that there are too many connections.
pub(super) fn refuse(mut stream: UnixStream) {
    write(
        &mut stream,
        &Answer::error("There are too many connections."),
    );
}

fn answer(line: &[u8], questions: &SyncSender<Question>) -> Answer {
    let logon = match PassedLogon::parse(line) {
        Ok(logon) => logon,
        Err(fault) => return Answer::error(fault),
    };
    let (answer, answered) = sync_channel(1);
    let asked = questions.send(Question { logon, answer });
    match asked.map(|()| answered.recv()) {
        Ok(Ok(answer)) => answer,
        _ => Answer::error("PinDesk is ending."),
    }
}

/// Whether the other end took the answer.
fn write(to: &mut UnixStream, answer: &Answer) -> bool {
    to.set_write_timeout(Some(TAKES)).is_ok() && to.write_all(answer.line().as_bytes()).is_ok()
}
