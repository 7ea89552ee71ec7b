//! Lists for notices: PINs that expire soon, and PINs that are locked for long.

use std::fs;

use mail_parser::MessageParser;
use pindesk::exchange::{ImportOptions, Input, preview_input};
use pindesk::progress::Unwatched;
use pindesk::store::Store;
use serde_json::Value;

use crate::people::{environment, noon, ran_as};
use crate::setup::{Bench, Ran};

/// The operator who has made the store.
const ANN: &str = "setup";

fn report(bench: &Bench, args: &[&str]) -> Ran {
    ran_as(ANN, bench, &[&["report"], args].concat())
}

fn rows(bench: &Bench, args: &[&str]) -> Vec<Value> {
    let ran = report(bench, &[args, &["--format", "json"]].concat());
    assert_eq!(ran.status, 0, "{}", ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

/// A store whose users' PINs expire just before, at and just after 14 days from noon, and who have
/// names that mail has to encode.
fn expiring() -> Bench {
    let bench = Bench::filled_at_noon();
    let mut store = Store::open(&bench.store(), &environment(ANN, noon).operator, noon()).unwrap();
    let users = "DisplayName,SipAddress,UserPrincipalName,Guid\n\
                 \"Müller, Jörg \"\"J\"\" 🎉\",sip:joerg@litwareinc.com,,11111111-0000-4000-8000-000000000001\n\
                 At the last moment,sip:last@litwareinc.com,,11111111-0000-4000-8000-000000000002\n\
                 Too late,sip:late@litwareinc.com,,11111111-0000-4000-8000-000000000003\n\
                 No mail,,nobody@löwe.example,11111111-0000-4000-8000-000000000004\n";
    let pins = "Identity,IsPinSet,IsLockedOut,PinExpirationTime\n\
                sip:joerg@litwareinc.com,True,False,2026-11-22T12:00:00Z\n\
                sip:last@litwareinc.com,True,False,2026-12-06T12:00:00Z\n\
                sip:late@litwareinc.com,True,False,2026-12-06T12:00:01Z\n\
                nobody@löwe.example,True,False,2026-12-01T12:00:00Z\n";
    for (name, text) in [("users.csv", users), ("pins.csv", pins)] {
        let input = Input::bytes(name, text.as_bytes());
        let options = ImportOptions::default();
        let preview = preview_input(&store, &input, &options, noon(), &Unwatched).unwrap();
        let operator = environment(ANN, noon).operator;
        store
            .import(&preview.plan, &operator, noon(), &Unwatched)
            .unwrap();
    }
    bench
}

fn identities(rows: &[Value]) -> Vec<&str> {
    let identities = rows.iter().map(|row| row["Identity"].as_str().unwrap());
    identities.collect()
}

#[test]
fn pins_that_expire_within_the_days_are_listed_to_the_second() {
    let bench = expiring();
    let all = rows(&bench, &["expiring", "--within", "14d"]);
    let listed = identities(&all);
    for user in [
        "sip:joerg@litwareinc.com",
        "sip:last@litwareinc.com",
        "nobody@löwe.example",
    ] {
        assert!(listed.contains(&user), "{user}: {listed:?}");
    }
    assert!(!listed.contains(&"sip:late@litwareinc.com"));
    let filtered = ran_as(
        ANN,
        &bench,
        &["info", "--where", "expires-within=14d", "--format", "json"],
    );
    let filtered: Vec<Value> = serde_json::from_str(&filtered.out).unwrap();
    assert_eq!(identities(&filtered), listed, "info says the same");
}

#[test]
fn locks_are_listed_from_the_day_on() {
    let bench = Bench::filled_at_noon();
    let days_ago = |days| {
        let lock = ["lock", "Aaron Barros", "--reason", "on leave"];
        let at = move || noon() + chrono::Duration::days(days);
        let (status, ..) = crate::people::ran(&environment(ANN, at), &bench.store(), &lock);
        assert_eq!(status.0, 0);
    };
    days_ago(0);
    let at = |days: i64, longer: &str| {
        let now = move || noon() + chrono::Duration::days(days);
        let args = [
            "report",
            "locked",
            "--longer-than",
            longer,
            "--format",
            "json",
        ];
        let (status, out, err) = crate::people::ran(&environment(ANN, now), &bench.store(), &args);
        assert_eq!(status.0, 0, "{err}");
        assert!(
            err.contains("20 users not listed: the import has not said"),
            "{err}"
        );
        let rows: Vec<Value> = serde_json::from_str(&out).unwrap();
        rows
    };
    assert!(at(29, "30d").is_empty());
    let rows = at(30, "30d");
    assert_eq!(identities(&rows), ["sip:abarros@litwareinc.com"]);
    assert_eq!(rows[0]["LockCause"], "administrator");
    assert_eq!(rows[0]["LockedSince"], "2026-11-22T12:00:00Z");
    assert_eq!(rows[0]["LockedBy"], ANN);
}

#[test]
fn mails_are_read_by_another_program_as_they_were_meant() {
    let bench = expiring();
    let outbox = bench.folder.path().join("outbox");
    let to = outbox.to_str().unwrap();
    let args = [
        "expiring",
        "--within",
        "14",
        "--format",
        "eml",
        "--from",
        "pins@litwareinc.com",
        "--to",
        to,
    ];
    let ran = report(&bench, &args);
    assert_eq!((ran.status, ran.out.as_str()), (0, ""), "{}", ran.err);
    assert!(
        ran.err
            .contains("messages written. 1 user has no mail address."),
        "{}",
        ran.err
    );
    let listed = rows(&bench, &["expiring", "--within", "14"]).len();
    assert_eq!(fs::read_dir(&outbox).unwrap().count(), listed - 1);

    let bytes = fs::read(outbox.join("joerg@litwareinc.com.eml")).unwrap();
    let mail = MessageParser::default().parse(&bytes).unwrap();
    let to = mail.to().unwrap().first().unwrap();
    assert_eq!(to.name(), Some("Müller, Jörg \"J\" 🎉"));
    assert_eq!(to.address(), Some("joerg@litwareinc.com"));
    let from = mail.from().unwrap().first().unwrap();
    assert_eq!(from.address(), Some("pins@litwareinc.com"));
    assert_eq!(mail.subject(), Some("Your PIN expires on 2026-11-22"));
    assert_eq!(mail.date().unwrap().to_rfc3339(), "2026-11-22T12:00:00Z");
    let body = mail.body_text(0).unwrap();
    assert!(body.starts_with("Hello Müller, Jörg \"J\" 🎉,"), "{body}");
    assert!(body.contains("2026-11-22 at 12:00 UTC (today)"), "{body}");

    let again = report(&bench, &args);
    assert_eq!(again.status, 2, "nobody gets two");
    assert!(again.err.contains("has messages already"), "{}", again.err);
}

#[cfg(unix)]
#[test]
fn mails_and_pages_are_for_their_owner_unless_they_are_shared() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = expiring();
    for (option, others) in [(None, 0), (Some("--shared"), 0o044)] {
        let name = option.unwrap_or("own");
        let path = bench.folder.path().join(name).with_extension("html");
        let args = [
            "expiring",
            "--within",
            "14d",
            "--format",
            "html",
            "--to",
            path.to_str().unwrap(),
        ];
        let args: Vec<&str> = args.into_iter().chain(option).collect();
        assert_eq!(report(&bench, &args).status, 0);
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o044, others, "{name}");
        let page = fs::read_to_string(&path).unwrap();
        assert!(
            page.contains("PINs that expire within 14 days") && page.contains("At the last moment")
        );
        assert!(page.contains("Müller, Jörg &quot;J&quot;"));
    }
}

#[test]
fn options_that_do_not_fit_are_refused() {
    let bench = Bench::filled_at_noon();
    for (args, why) in [
        (
            &[
                "report", "expiring", "--within", "14d", "--format", "eml", "--from", "a@b.c",
            ][..],
            "needs --to FOLDER",
        ),
        (
            &[
                "report", "expiring", "--within", "14d", "--format", "eml", "--to", "out",
            ],
            "needs --from ADDRESS",
        ),
        (
            &[
                "report",
                "locked",
                "--longer-than",
                "30d",
                "--to",
                "out.csv",
            ],
            "--to is for --format html and eml",
        ),
        (
            &[
                "report",
                "locked",
                "--longer-than",
                "30d",
                "--from",
                "a@b.c",
            ],
            "--from is for --format eml",
        ),
        (
            &["report", "expiring", "--within", "soon"],
            "write a number of days",
        ),
        (
            &[
                "report", "expiring", "--within", "14d", "--format", "eml", "--to", "out",
                "--from", "x",
            ],
            "write a mail address",
        ),
        (
            &["report", "expiry", "--format", "html"],
            "report expiring and report locked",
        ),
        (
            &["info", "--format", "eml"],
            "report expiring and report locked",
        ),
    ] {
        let ran = bench.run(args);
        assert_eq!(ran.status, 2, "{args:?}: {}", ran.err);
        assert!(ran.err.contains(why), "{args:?}: {}", ran.err);
    }
}

#[test]
fn pins_that_nobody_has_used_since_they_were_set_are_listed() {
    let bench = Bench::filled_at_noon();
    let at = |days: i64| move || noon() + chrono::Duration::days(days);
    let run = |days: i64, args: &[&str], pin: &str| {
        let environment = environment(ANN, at(days));
        crate::people::ran_with(&environment, &bench.store(), args, pin.as_bytes())
    };
    for user in ["Ken Myer", "Pilar Ackerman", "Carla Eklund"] {
        run(0, &["unlock", user], "");
        let (status, _, err) = run(0, &["set-pin", user], "482913\n");
        assert_eq!(status.0, 0, "{err}");
    }
    let (status, ..) = run(0, &["authenticate", "Ken Myer"], "482913\n");
    assert_eq!(status.0, 0);
    let listed = |days: i64, set_before: &str| -> Vec<String> {
        let args = [
            "report",
            "never-used",
            "--set-before",
            set_before,
            "--format",
            "json",
        ];
        let (status, out, err) = run(days, &args, "");
        assert_eq!(status.0, 0, "{err}");
        assert!(err.contains("since version 12 of the store"), "{err}");
        let rows: Vec<Value> = serde_json::from_str(&out).unwrap();
        let rows = rows
            .iter()
            .map(|row| row["Identity"].as_str().unwrap().to_owned());
        rows.collect()
    };
    let [ken, pilar] = ["sip:kenmyer@litwareinc.com", "sip:packerman@litwareinc.com"];
    let now = listed(0, "0d");
    assert!(!now.iter().any(|user| user == ken), "he has logged on");
    assert!(now.iter().any(|user| user == pilar));
    assert!(
        !listed(0, "1d").iter().any(|user| user == pilar),
        "set today"
    );
    // A PIN that was set after the last logon has not been used.
    let (status, _, err) = run(1, &["set-pin", "Ken Myer"], "593024\n");
    assert_eq!(status.0, 0, "{err}");
    assert!(listed(1, "0d").iter().any(|user| user == ken));
}
