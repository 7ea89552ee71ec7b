//! `history forward`: each batch in a file exactly once, also when the program is killed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use pindesk::exchange::ForwardFile;
use pindesk::store::Store;
use serde_json::Value;

use crate::people::{environment, noon};
use crate::setup::{Bench, Ran};

const KEN: &str = "sip:kenmyer@litwareinc.com";

fn file(bench: &Bench) -> PathBuf {
    bench.folder.path().join("batches.jsonl")
}

fn forward(bench: &Bench) -> Ran {
    bench.run(&["history", "forward", "--to", file(bench).to_str().unwrap()])
}

fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'), "{text}");
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn numbers(path: &Path) -> Vec<i64> {
    let lines = lines(path);
    lines.iter().filter_map(|l| l["batch"].as_i64()).collect()
}

#[test]
fn each_batch_is_forwarded_once_with_what_it_did() {
    let bench = Bench::filled();
    let first = forward(&bench);
    assert_eq!(first.status, 0, "{first:?}");
    assert!(first.err.contains("3 batches were forwarded"), "{first:?}");
    let unlock = ["unlock", KEN, "--reason", "back", "--ticket", "INC-7"];
    assert_eq!(bench.run(&unlock).status, 0);
    assert!(forward(&bench).err.contains("1 batch was forwarded"));
    assert!(forward(&bench).err.contains("0 batches were forwarded"));
    assert_eq!(numbers(&file(&bench)), [1, 2, 3, 4]);
    let last = lines(&file(&bench)).pop().unwrap();
    for (name, value) in [
        ("action", "unlock"),
        ("reason", "back"),
        ("ticket", "INC-7"),
        ("store", bench.store_id().as_str()),
    ] {
        assert_eq!(last[name], value, "{last}");
    }
    assert_eq!((&last["changed"], &last["denied"]), (&1.into(), &0.into()));
    assert_eq!(last["hash"], bench.json(&["history", "verify"])["lastHash"]);
}

#[test]
fn a_line_that_is_torn_at_any_byte_is_written_anew() {
    let bench = Bench::filled();
    assert_eq!(forward(&bench).status, 0);
    let whole = fs::read(file(&bench)).unwrap();
    let operator = environment("setup", noon).operator;
    let store = Store::open(&bench.store(), &operator, noon()).unwrap();
    for length in 0..whole.len() {
        fs::write(file(&bench), &whole[..length]).unwrap();
        let path = file(&bench);
        let count = ForwardFile::open(&path).unwrap().forward(&store).unwrap();
        let there = whole[..length].split(|byte| *byte == b'\n').count() - 1;
        assert_eq!(count, 3 - there as u64, "{length}");
        assert!(fs::read(file(&bench)).unwrap() == whole, "{length}");
    }
}

/// The number of kills. `PINDESK_KILLS` is for a longer run by hand.
fn kills() -> u64 {
    let wanted = std::env::var("PINDESK_KILLS").ok();
    wanted.map_or(24, |kills| kills.parse().unwrap())
}

#[test]
fn nothing_is_lost_and_nothing_is_there_twice_however_often_it_is_killed() {
    let bench = Bench::filled();
    let path = file(&bench);
    let mut batches = 3;
    for kill in 0..kills() {
        let mut args = vec!["history", "forward", "--to", path.to_str().unwrap()];
        if kill % 2 == 0 {
            args.push("--follow");
        }
        let mut forwarding = bench
            .command(&args)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let change = if kill % 2 == 0 { "unlock" } else { "lock" };
        assert_eq!(bench.run(&[change, KEN]).status, 0);
        batches += 1;
        sleep(Duration::from_millis(kill * 37 % 200));
        forwarding.kill().unwrap();
        forwarding.wait().unwrap();
    }
    assert_eq!(forward(&bench).status, 0);
    assert_eq!(numbers(&path), (1..=batches).collect::<Vec<i64>>());
}

#[test]
fn what_is_no_such_file_is_left_as_it_is() {
    let bench = Bench::filled();
    let stores = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stores");
    let of_other_store = fs::read(stores.join("other-heads.jsonl")).unwrap();
    fs::write(file(&bench), &of_other_store).unwrap();
    let refused = forward(&bench);
    assert_eq!(refused.status, 3, "{refused:?}");
    assert!(refused.err.contains("another store"), "{refused:?}");
    assert!(fs::read(file(&bench)).unwrap() == of_other_store);

    // Also without a line feed at the end, where a torn line would be cut off.
    for notes in [
        "notes of mine\n",
        "notes of mine",
        "notes\nof mine",
        "{\"other\": 1}",
        "notes\n{\"store\":\"",
    ] {
        fs::write(file(&bench), notes).unwrap();
        let refused = forward(&bench);
        assert_eq!(refused.status, 2, "{refused:?}");
        assert!(
            refused.err.contains("its last line is not one"),
            "{refused:?}"
        );
        assert_eq!(fs::read_to_string(file(&bench)).unwrap(), notes);
    }

    fs::remove_file(file(&bench)).unwrap();
    let path = file(&bench);
    let held = ForwardFile::open(&path).unwrap();
    let refused = forward(&bench);
    assert!(
        refused.err.contains("another program writes to it"),
        "{refused:?}"
    );
    drop(held);
    assert_eq!(forward(&bench).status, 0);
}

/// The batches that a socket got, until the end of the test. The receiver ends with an empty message.
#[cfg(unix)]
fn listen(socket: &Path) -> std::thread::JoinHandle<Vec<i64>> {
    let receiver = std::os::unix::net::UnixDatagram::bind(socket).unwrap();
    let receiving = std::thread::Builder::new().name("syslog".to_owned());
    let received = move || {
        let mut got = Vec::new();
        let mut message = vec![0; 65536];
        loop {
            let length = receiver.recv(&mut message).unwrap();
            if length == 0 {
                return got;
            }
            let text = std::str::from_utf8(&message[..length]).unwrap();
            let (start, line) = text.split_once("]: ").unwrap();
            assert!(start.starts_with("<86>pindesk["), "{text}");
            let line: Value = serde_json::from_str(line).unwrap();
            got.push(line["batch"].as_i64().unwrap());
        }
    };
    receiving.spawn(received).unwrap()
}

#[cfg(unix)]
#[test]
fn syslog_gets_each_batch_and_after_a_kill_at_most_that_one_again() {
    let bench = Bench::filled();
    let socket = bench.folder.path().join("log");
    let path = file(&bench);
    let args = [
        "history",
        "forward",
        "--to",
        path.to_str().unwrap(),
        "--syslog",
    ];
    let args = [&args[..], &[socket.to_str().unwrap()]].concat();
    let refused = bench.run(&args);
    assert_eq!(refused.status, 2, "{refused:?}");
    assert!(
        refused.err.contains("Nothing was sent to syslog"),
        "{refused:?}"
    );
    let listening = listen(&socket);
    let first = bench.run(&args);
    assert!(first.err.contains("3 batches were forwarded"), "{first:?}");
    let kills = 8;
    for kill in 0..kills {
        let follow = [&args[..], &["--follow"]].concat();
        let mut forwarding = bench
            .command(&follow)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let change = if kill % 2 == 0 { "unlock" } else { "lock" };
        assert_eq!(bench.run(&[change, KEN]).status, 0);
        sleep(Duration::from_millis(kill * 97 % 700));
        forwarding.kill().unwrap();
        forwarding.wait().unwrap();
    }
    assert_eq!(bench.run(&args).status, 0);
    let end = std::os::unix::net::UnixDatagram::unbound().unwrap();
    end.send_to(&[], &socket).unwrap();
    let got = listening.join().unwrap();
    let batches = 3 + i64::try_from(kills).unwrap();
    let mut once = got.clone();
    once.dedup();
    assert_eq!(
        once,
        (1..=batches).collect::<Vec<i64>>(),
        "in order, none lost"
    );
    assert!(got.len() - once.len() <= 8, "{got:?}");
    assert_eq!(numbers(&path), once);
}
