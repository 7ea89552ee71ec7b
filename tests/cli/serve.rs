//! `authenticate --serve` and `--from`: the program itself, as a gateway uses it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;

use serde_json::{Value, json};

use crate::setup::Bench;

const KEN: &str = "sip:kenmyer@litwareinc.com";
const JEFF: &str = "sip:jsmith@litwareinc.com";

/// The program that answers on a socket.
struct Serving {
    child: Child,
    socket: PathBuf,
}

impl Serving {
    fn start(bench: &Bench) -> Self {
        let socket = bench.folder.path().join("logons");
        let args = ["authenticate", "--serve", socket.to_str().unwrap()];
        let mut child = bench
            .command(&args)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        let mut lines = BufReader::new(child.stderr.as_mut().unwrap());
        lines.read_line(&mut said).unwrap();
        assert!(said.starts_with("Answering logons on "), "{said}");
        Self { child, socket }
    }

    fn connect(&self) -> Gateway {
        let to = UnixStream::connect(&self.socket).unwrap();
        let from = BufReader::new(to.try_clone().unwrap());
        Gateway { to, from }
    }

    /// Ends it as systemd does, and returns its exit status.
    fn stop(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(sent.success());
        self.child.wait().unwrap().code()
    }
}

/// A connection.
struct Gateway {
    to: UnixStream,
    from: BufReader<UnixStream>,
}

impl Gateway {
    fn says(&mut self, line: &str) -> Value {
        self.to.write_all(line.as_bytes()).unwrap();
        let mut answer = String::new();
        self.from.read_line(&mut answer).unwrap();
        serde_json::from_str(&answer).unwrap()
    }

    fn tries(&mut self, identity: &str, pin: &str) -> Value {
        let line = json!({ "identity": identity, "pin": pin, "from": "gw-3" });
        self.says(&format!("{line}\n"))
    }
}

/// Ken Myer is unlocked and has a PIN, whose limit is high.
fn bench(limit: &str) -> Bench {
    let bench = Bench::filled();
    for (args, stdin) in [
        (vec!["unlock", KEN], ""),
        (vec!["policy", "set", "global", "--max-attempts", limit], ""),
        (vec!["set-pin", KEN], "48213\n"),
    ] {
        let ran = bench.run_with(&args, stdin);
        assert_eq!(ran.status, 0, "{ran:?}");
    }
    bench
}

fn number(bench: &Bench, sql: &str) -> i64 {
    bench.sql().query_row(sql, [], |row| row.get(0)).unwrap()
}

const KENS_FAILURES: &str =
    "SELECT global_failures FROM pins JOIN users ON id = user_id WHERE logon = 'kenmyer'";

#[test]
fn a_gateway_hears_whether_a_pin_is_right_and_nothing_more() {
    let bench = bench("3");
    let serving = Serving::start(&bench);
    let file = std::fs::symlink_metadata(&serving.socket).unwrap();
    assert!(file.file_type().is_socket());
    assert_eq!(file.permissions().mode() & 0o777, 0o600);
    let mut gateway = serving.connect();
    assert_eq!(
        gateway.tries(KEN, "48213"),
        json!({ "authenticated": true, "user": KEN })
    );
    let refused = json!({ "authenticated": false });
    for _ in 0..3 {
        assert_eq!(gateway.tries(KEN, "99999"), refused);
    }
    assert_eq!(gateway.tries(KEN, "48213"), refused, "it is locked");
    assert_eq!(gateway.tries("sip:nobody@litwareinc.com", "48213"), refused);
    for (line, why) in [
        ("{}\n", "The line is not "),
        ("48213\n", "The line is not "),
        (
            "{\"identity\":\"x\",\"pin\":\"48213\",\"more\":1}\n",
            "The line is not ",
        ),
        (
            "{\"identity\":\"x\",\"pin\":\"4821x\"}\n",
            "A PIN has digits from 0 to 9 and nothing else.",
        ),
    ] {
        let answer = gateway.says(line);
        assert_eq!(answer["authenticated"], false);
        let error = answer["error"].as_str().unwrap();
        assert!(error.starts_with(why) && !error.contains("4821"), "{error}");
    }
    assert_eq!(serving.stop(), Some(0));
    let info = &bench.json(&["info", KEN])[0];
    assert_eq!(info["LastLogonFrom"], "gw-3");
    assert_eq!(info["LastFailedLogonFrom"], "gw-3");
    assert_eq!(info["LockCause"], "temporary");
    let text = bench.run(&["info", KEN]).out;
    assert!(
        text.contains("Ken Myer: last logon ") && text.contains(" from gw-3"),
        "{text}"
    );
}

#[test]
fn no_failure_is_lost_over_many_connections() {
    const CONNECTIONS: u32 = 8;
    const EACH: u32 = 10;
    let bench = bench("999");
    let serving = Serving::start(&bench);
    thread::scope(|scope| {
        for _ in 0..CONNECTIONS {
            scope.spawn(|| {
                let mut gateway = serving.connect();
                for _ in 0..EACH {
                    assert_eq!(
                        gateway.tries(KEN, "99999"),
                        json!({ "authenticated": false })
                    );
                }
            });
        }
    });
    assert_eq!(serving.stop(), Some(0));
    assert_eq!(number(&bench, KENS_FAILURES), i64::from(CONNECTIONS * EACH));
    assert_eq!(number(&bench, "SELECT count(*) FROM logon_attempts"), 0);
    let verified = bench.run(&["history", "verify"]);
    assert_eq!(verified.status, 0, "{verified:?}");
}

#[test]
fn long_lines_and_many_connections_are_bounded() {
    let bench = bench("999");
    let serving = Serving::start(&bench);
    let mut gateway = serving.connect();
    let answer = gateway.says(&"x".repeat(2048));
    assert_eq!(answer["error"], "The line is too long.");
    let mut rest = String::new();
    assert_eq!(
        gateway.from.read_to_string(&mut rest).unwrap(),
        0,
        "it is closed"
    );
    let mut open: Vec<Gateway> = (0..64).map(|_| serving.connect()).collect();
    // Each has been taken in once it has answered.
    for gateway in &mut open {
        assert_eq!(gateway.says("{}\n")["authenticated"], false);
    }
    let mut answer = String::new();
    serving.connect().from.read_line(&mut answer).unwrap();
    assert!(answer.contains("too many connections"), "{answer}");
    // Connections that wait do not keep it from ending.
    assert_eq!(serving.stop(), Some(0));
}

#[test]
fn its_socket_is_its_own() {
    let bench = bench("999");
    let serving = Serving::start(&bench);
    let socket = serving.socket.clone();
    let args = ["authenticate", "--serve", socket.to_str().unwrap()];
    let second = bench.run(&args);
    assert_eq!(second.status, 2, "{second:?}");
    assert!(second.err.contains("cannot be made"), "{second:?}");
    assert_eq!(serving.stop(), Some(0));
    assert!(!socket.exists(), "it is removed");
    let file = bench.file("plain", "text");
    let refused = bench.run(&["authenticate", "--serve", &file]);
    assert_eq!(refused.status, 2, "another file is no socket");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "text");
    // One that was left behind is replaced.
    drop(std::os::unix::net::UnixListener::bind(&socket).unwrap());
    assert_eq!(Serving::start(&bench).stop(), Some(0));
}

#[test]
fn with_an_origin_the_command_answers_a_caller() {
    let bench = bench("999");
    let from = |identity: &str, pin: &str| {
        let args = ["authenticate", identity, "--from", "gw-3"];
        bench.run_with(&args, pin)
    };
    let right = from(KEN, "48213");
    assert_eq!((right.status, right.out.as_str()), (0, "Authenticated.\n"));
    let refused = |identity: &str, pin: &str| {
        let ran = from(identity, pin);
        assert_eq!(
            (ran.out.as_str(), ran.err.as_str()),
            ("Not authenticated.\n", "")
        );
        assert_eq!(ran.status, 1);
    };
    refused(KEN, "48214");
    refused("sip:nobody@litwareinc.com", "48213");
    refused(JEFF, "48213");
    let args = [
        "authenticate",
        "Nobody",
        "--from",
        "gw-3",
        "--format",
        "json",
    ];
    let row = bench.run_with(&args, "48213").json();
    let expected = json!({ "identity": "Nobody", "user": null, "authenticated": false, "reason": "IncorrectPin", "lockCause": null });
    assert_eq!(row, expected);
}
