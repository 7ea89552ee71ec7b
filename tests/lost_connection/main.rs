//! A connection to a server that is cut: a change is made once or not at all, and said which; a worker
//! shows what it has read, and misses nothing.
//!
//! All of these need a server, which `scripts/check` has. With `PINDESK_CUTS=250`, changes are
//! cut 500 times, at different bytes of the conversation.
#![cfg(unix)]
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test that cannot go on says so and ends, and these print their figures"
)]

#[path = "../common/mod.rs"]
mod common;
mod network;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use common::{TempStore, admin, now, typed};
use network::Network;
use pindesk::directory::{Query, View};
use pindesk::environment::{Hooks, KeyPlace};
use pindesk::plan::Action;
use pindesk::progress::Unwatched;
use pindesk::store::{Store, StoreError};
use pindesk::worker::{Event, Opening, Setup, Waker, Worker};

const KEN: (&str, &str) = ("Ken Myer", "kenmyer");
const PILAR: (&str, &str) = ("Pilar Ackerman", "packerman");

/// The time that a test waits for an expected event before it gives up.
const PATIENCE: Duration = Duration::from_mins(1);

/// The number of cuts of each kind, unless `PINDESK_CUTS` names another one.
fn cuts() -> usize {
    let named = std::env::var("PINDESK_CUTS").ok();
    named.map_or(40, |cuts| cuts.parse().unwrap())
}

/// Locks and unlocks Ken over a network that is cut at one place after the other, this many bytes apart.
fn change_over_bad_network(cut: impl Fn(&Network, usize), step: usize) {
    let temp = TempStore::with(&[KEN]);
    let network = Network::to(&temp.path());
    let address = network.address_of(&temp.path());
    let (mut made, mut found_again, mut not_made, mut bytes) = (0, 0, 0, 0);
    let mut whole = None;
    for turn in 0..cuts() {
        let was_locked = temp.is_locked(KEN.1);
        let action = if was_locked {
            Action::Unlock
        } else {
            Action::Lock
        };
        let before = temp.batches("").len();
        let mut store = Store::open(&address, &admin(), now()).unwrap();
        let plan = temp.plan(action, typed(&["litwareinc\\kenmyer"]));
        cut(&network, bytes);
        let applied = store.apply(&plan, &admin(), now(), &Unwatched);
        let was_whole = network.let_pass();
        let batches = temp.batches("").len() - before;
        let has_changed = temp.is_locked(KEN.1) != was_locked;
        match applied {
            Ok(_) => {
                assert_eq!(
                    (batches, has_changed),
                    (1, true),
                    "turn {turn}, {bytes} bytes"
                );
                made += 1;
                found_again += usize::from(!was_whole);
            }
            Err(error) => {
                let is_plain = matches!(error, StoreError::ConnectionLost { .. });
                assert!(is_plain, "turn {turn}, {bytes} bytes: {error}");
                assert_eq!(
                    (batches, has_changed),
                    (0, false),
                    "turn {turn}, {bytes} bytes"
                );
                not_made += 1;
            }
        }
        if was_whole {
            whole = whole.or(Some(bytes));
        }
        // From the beginning to the end, and then at many bytes near the end, where the commit is.
        bytes = match whole {
            None => bytes + step,
            Some(whole) => whole - turn * 7 % step,
        };
    }
    println!("{made} changes were made ({found_again} found again), {not_made} were not");
    assert!(whole.is_some() && not_made > 0);
    let verified = temp.store.verify_history(&Unwatched).unwrap();
    assert!(verified.is_sound(), "{verified:?}");
}

#[test]
#[ignore = "needs a server: scripts/check runs it with one"]
fn a_change_whose_answers_are_cut_is_made_once_or_not_at_all() {
    change_over_bad_network(Network::cut_after_answers, 401);
}

#[test]
#[ignore = "needs a server: scripts/check runs it with one"]
fn a_change_whose_questions_are_cut_is_made_once_or_not_at_all() {
    change_over_bad_network(Network::cut_after_questions, 907);
}

/// A worker, and what it has said.
struct Desk {
    worker: Worker,
    woken: Receiver<()>,
    said: Vec<Event>,
}

impl Desk {
    fn on(address: std::path::PathBuf) -> Self {
        let (wake, woken) = channel();
        let setup = Setup {
            store: address,
            operator: admin(),
            keys: Arc::new(KeyPlace::default()),
            hooks: Arc::new(Hooks::default()),
            witness: None,
            clock: Arc::new(now),
            // The receiver is gone while a test ends.
            waker: Waker::new(move || wake.send(()).unwrap_or_default()),
            opening: Opening::default(),
        };
        Self {
            worker: Worker::start(&setup).unwrap(),
            woken,
            said: Vec::new(),
        }
    }

    /// Waits for an event of which `take` makes something, and forgets those before it.
    fn wait_for<T>(&mut self, what: &str, take: impl Fn(&Event) -> Option<T>) -> T {
        loop {
            self.said.extend(self.worker.events());
            if let Some(at) = self.said.iter().position(|event| take(event).is_some()) {
                let found = take(&self.said[at]).unwrap();
                self.said.drain(..=at);
                return found;
            }
            let is_woken = self.woken.recv_timeout(PATIENCE).is_ok();
            assert!(is_woken, "{what} never came");
        }
    }

    fn wait_for_view(&mut self, what: &str, wanted: impl Fn(&View) -> bool) -> Arc<View> {
        self.wait_for(what, |event| match event {
            Event::View(view) if wanted(view) => Some(Arc::clone(view)),
            _ => None,
        })
    }

    fn wait_for_version(&mut self, version: i64) {
        self.wait_for_view("the change", |view| {
            view.directory.freshness().version == version
        });
    }

    fn wait_until_lost(&mut self) {
        self.wait_for("the news that the connection is lost", |event| {
            matches!(event, Event::Disconnected(_)).then_some(())
        });
    }
}

/// Locks or unlocks Ken over a sound network. Returns the version of the store.
fn change(temp: &mut TempStore) -> i64 {
    let action = if temp.is_locked(KEN.1) {
        Action::Unlock
    } else {
        Action::Lock
    };
    let plan = temp.plan(action, typed(&["litwareinc\\kenmyer"]));
    temp.apply(&plan).unwrap();
    temp.store.freshness().unwrap().version
}

#[test]
#[ignore = "needs a server: scripts/check runs it with one"]
fn a_desk_without_a_connection_answers_from_what_it_has_read_and_then_goes_on() {
    let mut temp = TempStore::with(&[KEN, PILAR]);
    let network = Network::to(&temp.path());
    let mut desk = Desk::on(network.address_of(&temp.path()));
    desk.wait_for_view("all users", |view| view.is_complete && view.len() == 2);

    network.go_down();
    desk.wait_until_lost();
    desk.worker.ask(Query {
        text: "pilar".to_owned(),
        ..Query::default()
    });
    desk.wait_for_view("an answer of what was read", |view| view.len() == 1);

    let version = change(&mut temp);
    network.come_up();
    desk.worker.refresh();
    desk.wait_for_version(version);
}

#[test]
#[ignore = "needs a server: scripts/check runs it with one"]
fn a_desk_misses_no_change_however_often_its_connections_are_cut() {
    let mut temp = TempStore::with(&[KEN, PILAR]);
    let network = Network::to(&temp.path());
    let mut desk = Desk::on(network.address_of(&temp.path()));
    desk.wait_for_view("all users", |view| view.is_complete && view.len() == 2);
    for turn in 0..cuts() {
        match turn % 3 {
            0 => network.cut(),
            1 => network.cut_after_answers(turn * 13),
            _ => network.cut_after_questions(turn * 17),
        }
        let version = change(&mut temp);
        // Without this a cut that is still to come would hit the next turn.
        network.let_pass();
        desk.wait_for_version(version);
    }
}

#[test]
#[ignore = "needs a server: scripts/check runs it with one"]
fn a_job_after_a_cut_connects_again_by_itself() {
    use pindesk::worker::jobs::MakePlan;

    let temp = TempStore::with(&[KEN]);
    let network = Network::to(&temp.path());
    let mut desk = Desk::on(network.address_of(&temp.path()));
    for _turn in 0..3 {
        let request = common::request(Action::Lock, typed(&["litwareinc\\kenmyer"]));
        let job = desk.worker.submit(MakePlan {
            request,
            selected: None,
        });
        desk.wait_for("the end of the job", |event| {
            matches!(event, Event::Done(id) if *id == job.id).then_some(())
        });
        assert_eq!(job.take().unwrap().unwrap().plan.items.len(), 1);
        network.cut();
    }
}
