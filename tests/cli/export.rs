//! Exports and backups.

use std::fs;
use std::process::Stdio;

use crate::setup::Bench;
use crate::tables::records;

fn path_of(bench: &Bench, name: &str) -> String {
    bench.folder.path().join(name).to_str().unwrap().to_owned()
}

fn rows(file: &str) -> Vec<Vec<String>> {
    records(
        fs::read_to_string(file)
            .unwrap()
            .strip_prefix('\u{feff}')
            .unwrap(),
    )
}

#[test]
fn users_and_pins_go_into_files_that_come_back_unchanged() {
    let bench = Bench::filled();
    for (kind, said) in [("users", "250 users."), ("pins", "250 PIN states.")] {
        let file = path_of(&bench, &format!("{kind}.csv"));
        let ran = bench.run(&["export", kind, &file]);
        assert_eq!(
            (ran.status, ran.out.as_str(), ran.err),
            (0, "", format!("{file}: {said}\n"))
        );
        assert_eq!(rows(&file).len(), 251);
        let back = bench.json(&["import", kind, &file, "--what-if"]);
        assert_eq!(
            (&back["unchanged"], &back["changed"]),
            (&250.into(), &0.into()),
            "{back}"
        );
    }
    let pins = rows(&path_of(&bench, "pins.csv"));
    assert_eq!(pins[0][..3], ["Identity", "IsPinSet", "IsLockedOut"]);
}

#[test]
fn only_named_or_matching_users_are_exported() {
    let bench = Bench::filled();
    let file = path_of(&bench, "some.csv");
    assert_eq!(
        bench
            .run(&["export", "pins", &file, "--where", "locked"])
            .status,
        0
    );
    assert_eq!(rows(&file).len(), 21);
    let ran = bench.run(&[
        "export",
        "users",
        &file,
        "Ken Myer",
        "* Smith",
        "ken myer",
        "Nobody Here",
    ]);
    assert_eq!(ran.status, 1);
    assert!(
        ran.err
            .contains("Management object not found for identity \"Nobody Here\""),
        "{}",
        ran.err
    );
    let names: Vec<String> = rows(&file)
        .into_iter()
        .skip(1)
        .map(|row| row[0].clone())
        .collect();
    assert_eq!((names.len(), names[0].as_str()), (9, "Ken Myer"));
    let piped = bench.run_with(&["export", "users", "-", "-"], "Ken Myer\n");
    assert_eq!(
        (piped.status, piped.out.lines().count(), piped.err.as_str()),
        (0, 2, "")
    );
    let nobody = bench.run_with(&["export", "users", "-", "-"], "\n");
    assert_eq!(
        nobody.out.lines().count(),
        1,
        "an empty list is not everybody"
    );
}

#[test]
fn a_script_does_what_lock_or_unlock_would_and_changes_nothing() {
    let bench = Bench::filled();
    let before = bench.content();
    let file = path_of(&bench, "unlock.ps1");
    let args = [
        "export", "script", "unlock", &file, "* Smith", "--ticket", "INC-1",
    ];
    let ran = bench.run(&args);
    assert_eq!((ran.status, ran.out.as_str()), (0, ""), "{}", ran.err);
    let words = "a script for Unlock-CsClientPin of 3 users. Nothing was changed here.\n";
    assert!(
        ran.err.ends_with(words) && ran.err.contains("Not locked."),
        "{}",
        ran.err
    );
    let script = fs::read_to_string(&file).unwrap();
    assert_eq!(
        script.matches("    Invoke-Step Unlock 'sip:").count(),
        3,
        "{script}"
    );
    assert!(
        script.contains("Ticket: INC-1") && script.contains("'unlock result.csv'"),
        "{script}"
    );
    let out = bench.run(&["export", "script", "lock", "-", "Ken Myer"]);
    assert!(
        out.out
            .contains("    Invoke-Step Lock 'sip:kenmyer@litwareinc.com' 'Ken Myer'"),
        "{}",
        out.out
    );

    let list = bench.file("list.csv", "Name\nKen Myer\nNobody Here\n");
    let from_list = bench.run(&["export", "script", "unlock", &file, "--csv", &list]);
    assert_eq!(from_list.status, 1, "{}", from_list.err);
    assert_eq!(
        fs::read_to_string(&file)
            .unwrap()
            .matches("    Invoke-Step Unlock")
            .count(),
        1
    );
    for wrong in [
        &["export", "script", "lock", &file][..],
        &["export", "script", "delete", &file, "Ken Myer"],
        &["export", "script", "lock", &list, "--csv", &list],
        &["export", "users", "/no/such/folder/a.csv"],
        &["export"],
    ] {
        assert_eq!(bench.run(wrong).status, 2, "{wrong:?}");
    }
    assert_eq!(bench.content(), before);
    bench
        .sql()
        .execute("DELETE FROM operator_roles", [])
        .unwrap();
    assert_eq!(bench.run(&args).status, 4);
}

#[test]
fn a_backup_is_the_store_and_leaves_no_trace_in_it() {
    let bench = Bench::filled();
    let before = bench.content();
    let copy = path_of(&bench, "copy.db");
    let ran = bench.run(&["backup", &copy]);
    assert_eq!((ran.status, ran.out.as_str()), (0, ""), "{}", ran.err);
    assert!(
        ran.err.contains("copy.db: a copy of the store, ") && ran.err.ends_with("checked.\n"),
        "{}",
        ran.err
    );
    assert_eq!(bench.content(), before);
    let beside: Vec<_> = fs::read_dir(bench.folder.path())
        .unwrap()
        .map(|file| file.unwrap().file_name())
        .collect();
    assert!(
        !beside
            .iter()
            .any(|name| name.to_string_lossy().starts_with("copy.db") && name != "copy.db"),
        "{beside:?}"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            fs::metadata(&copy).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    let of_copy = |args: &[&str]| {
        let output = crate::setup::command(copy.as_ref(), args).output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    assert_eq!(of_copy(&["info"]).1, bench.run(&["info"]).out);
    assert_eq!(
        of_copy(&["history", "verify"]),
        (Some(0), bench.run(&["history", "verify"]).out)
    );
    // The backup works as a store, and a later backup replaces it.
    assert_eq!(of_copy(&["lock", "Jeff Smith"]).0, Some(0));
    assert_eq!(bench.run(&["backup", &copy]).status, 0);
    assert_eq!(of_copy(&["info"]).1, bench.run(&["info"]).out);
}

#[test]
fn a_backup_replaces_nothing_but_an_earlier_one() {
    let bench = Bench::filled();
    let (letter, other) = (bench.file("letter.txt", "Dear Ken"), Bench::filled());
    other
        .sql()
        .execute("UPDATE meta SET value = 'other' WHERE key = 'store_id'", [])
        .unwrap();
    let foreign = path_of(&bench, "recipes.db");
    rusqlite::Connection::open(&foreign)
        .unwrap()
        .execute_batch("CREATE TABLE recipes (name TEXT)")
        .unwrap();
    let folder = bench.folder.path().to_str().unwrap();
    let (own, others) = (path_of(&bench, "pindesk.db"), path_of(&other, "pindesk.db"));
    for (to, why) in [
        (
            letter.as_str(),
            "there is a file that is no backup of PinDesk",
        ),
        (&foreign, "there is a file that is no backup of PinDesk"),
        (&own, "it is the store itself"),
        (&others, "there is another store, or a backup of one"),
        (folder, "there is a folder or a device"),
        ("/no/such/folder/copy.db", "there is no such file or folder"),
    ] {
        let was = fs::read(to).ok();
        let ran = bench.run(&["backup", to]);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{to}: {}", ran.err);
        assert!(
            ran.err.contains(why) && ran.err.contains("The backup was not made"),
            "{to}: {}",
            ran.err
        );
        assert_eq!(fs::read(to).ok(), was);
    }
    let busy = path_of(&bench, "busy.db");
    assert_eq!(bench.run(&["backup", &busy]).status, 0);
    let open = rusqlite::Connection::open(&busy).unwrap();
    open.execute_batch("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE")
        .unwrap();
    let ran = bench.run(&["backup", &busy]);
    assert!(
        ran.err.contains("a store that somebody works on"),
        "{}",
        ran.err
    );
    let left = fs::read_dir(folder).unwrap().filter(|file| {
        file.as_ref()
            .unwrap()
            .file_name()
            .to_string_lossy()
            .contains(".part")
    });
    assert_eq!(left.count(), 0);
}

#[test]
fn a_backup_is_one_moment_while_others_write() {
    let bench = Bench::filled();
    let mut writer = bench
        .command(&["lock", "--where", "pin-set", "--confirm", "--force"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut writer.stdin.take().unwrap(), b"a\n").unwrap();
    for number in 0..5 {
        let copy = path_of(&bench, &format!("copy{number}.db"));
        assert_eq!(bench.run(&["backup", &copy]).status, 0);
        let copied = rusqlite::Connection::open(&copy).unwrap();
        let count = |sql: &str| {
            copied
                .query_row(sql, [], |row| row.get::<_, i64>(0))
                .unwrap()
        };
        // The backup has all locks of a batch, or none of them.
        let locks = count("SELECT count(*) FROM pins WHERE lock_cause = 'administrator'");
        let entries = count(
            "SELECT count(*) FROM history WHERE kind = 'pin' AND after LIKE '%administrator%'",
        );
        assert_eq!(locks, entries);
    }
    assert!(writer.wait().unwrap().success());
}

#[cfg(unix)]
#[test]
fn every_file_is_for_its_owner_alone_unless_it_is_shared() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::filled();
    let list = bench.file("list.csv", "Name\nKen Myer\n");
    fs::write(path_of(&bench, "any"), "").unwrap();
    let mode = |name: &str| {
        let found = fs::metadata(path_of(&bench, name)).unwrap();
        found.permissions().mode() & 0o777
    };
    let file = path_of(&bench, "file");
    let pipeline = format!("Get-CsUser | Export-Csv '{file}'");
    let [plan, results] = ["plan.json", "results.csv"].map(|name| path_of(&bench, name));
    let lock = [
        "lock",
        "--csv",
        &list,
        "--save-plan",
        &plan,
        "--save-results",
        &results,
    ];
    assert_eq!(bench.run(&lock).status, 0);
    for args in [
        &["export", "users", &file][..],
        &["export", "pins", &file],
        &["export", "script", "lock", &file, "Anna Smith"],
        &["history", "export", &file],
        &["history", "report", "1", &file],
        &["history", "evidence", "1", &file],
        &["run", &pipeline],
    ] {
        for (shared, wanted) in [(None, 0o600), (Some("--shared"), mode("any"))] {
            let args: Vec<&str> = args.iter().copied().chain(shared).collect();
            let ran = bench.run(&args);
            assert!(ran.status < 2, "{args:?}: {}", ran.err);
            assert_eq!(mode("file"), wanted, "{args:?}");
        }
    }
    for (shared, wanted) in [(None, 0o600), (Some("--shared"), mode("any"))] {
        let args: Vec<&str> = lock
            .iter()
            .copied()
            .chain(["--what-if"])
            .chain(shared)
            .collect();
        assert_eq!(bench.run(&args).status, 0);
        assert_eq!([mode("plan.json"), mode("results.csv")], [wanted; 2]);
    }
}

#[test]
fn a_device_is_refused_as_a_file_and_standard_output_is_a_dash() {
    let bench = Bench::filled();
    let ran = bench.run(&["export", "users", "/dev/null"]);
    assert_eq!(ran.status, 2, "{}", ran.err);
    assert!(ran.err.contains("it is a device"), "{}", ran.err);
    let piped = bench.run(&["export", "users", "-", "Ken Myer"]);
    assert_eq!((piped.status, piped.out.lines().count()), (0, 2));
}
