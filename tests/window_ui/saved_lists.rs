//! Lists of the views as pages to print, as CSV and as workbooks.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use calamine::{Data, Range, Reader as _, Xlsx, open_workbook};
use pindesk::app::{Command, GridColumn, NamedCommand};
use pindesk::domain::filter::Filter;

use zip::ZipArchive;

use super::harness::{Desk, lock_with_reason};

/// Saves the list of the shown view, and returns its text.
fn saved(desk: &mut Desk, named: NamedCommand, name: &str) -> String {
    let file: PathBuf = desk.folder.path().join(name);
    desk.answer_dialogs_with(&file);
    desk.wait_until("the list", |desk| {
        desk.harness.state().app.is_possible(named)
    });
    let app = &mut desk.harness.state_mut().app;
    app.execute(Command::Do(named));
    desk.wait_until("the file", |desk| {
        desk.says(&format!("saved: {}", file.display())) && file.exists()
    });
    fs::read_to_string(file).unwrap()
}

#[test]
fn the_list_of_users_is_a_page_with_its_search_and_filter_that_the_browser_opens() {
    let mut desk = Desk::with_sample();
    lock_with_reason(&mut desk.store(), "Ken Myer", "bob", "<b>Audit</b> & more");
    let app = &mut desk.harness.state_mut().app;
    app.execute(Command::ShowColumn(GridColumn::Reason, true));
    app.execute(Command::SetFilter(Filter::Locked));
    app.execute(Command::SetSearch("my".to_owned()));
    desk.wait_for("Ken Myer, litwareinc\\kenmyer, locked");
    let page = saved(&mut desk, NamedCommand::PrintList, "users.html");
    for part in [
        "<h1>Users</h1>",
        "<dt>Search</dt><dd>my</dd>",
        "<dt>Filter</dt><dd>IsLockedOut -eq $True</dd>",
        "<thead><tr><th>Display name</th>",
        "table-header-group",
        "&lt;b&gt;Audit&lt;/b&gt; &amp; more",
        "litwareinc\\kenmyer",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let file = desk.folder.path().join("users.html");
        assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o077, 0);
    }
    desk.click("Open in the browser");
    assert!(desk.folder.path().join("users.opened").exists());
    let csv = saved(&mut desk, NamedCommand::ExportList, "users.csv");
    let shown = desk.harness.state().app.view.as_ref().unwrap().len();
    assert_eq!(csv.lines().count(), shown + 1, "{csv}");
}

#[test]
fn users_locked_at_a_moment_have_names_and_an_export() {
    let mut desk = Desk::with_sample();
    lock_with_reason(&mut desk.store(), "Carla Eklund", "bob", "=1+1");
    desk.show("History");
    desk.click("Locked on…");
    desk.click("Now");
    desk.wait_for("Carla Eklund, sip:ceklund@litwareinc.com: locked by administrator, by bob");
    desk.enter_field("Search who was locked");
    desk.type_text("carla ekl");
    desk.wait_until("the found user", |desk| desk.says("1 of 21 users locked"));
    let file = desk.folder.path().join("locked.csv");
    desk.answer_dialogs_with(&file);
    desk.click("Export…");
    desk.wait_until("the file", |desk| desk.says("1 row saved"));
    let csv = fs::read_to_string(file).unwrap();
    assert!(
        csv.contains("\"Carla Eklund\",\"sip:ceklund@litwareinc.com\""),
        "{csv}"
    );
    assert!(
        csv.contains("\"'=1+1\""),
        "no spreadsheet runs the reason: {csv}"
    );
    let page = saved(&mut desk, NamedCommand::PrintList, "locked.html");
    assert!(
        page.contains("<h1>Locked on 2026-11-22 12-00</h1>"),
        "{page}"
    );
    // The batch names the user, too.
    desk.click("What was done");
    desk.wait_for("Carla Eklund, sip:ceklund@litwareinc.com: ");
}

#[test]
fn every_view_with_a_list_saves_it() {
    let mut desk = Desk::with_sample();
    for (view, part) in [
        ("History", "<th>What was done</th>"),
        ("Insights", "<h1>PINs by week of expiry</h1>"),
        ("Policies", "<th>Holds for users</th>"),
        ("Operators", "<th>Roles</th>"),
    ] {
        desk.show(view);
        let page = saved(&mut desk, NamedCommand::PrintList, &format!("{view}.html"));
        assert!(page.contains(part), "{view}: {page}");
    }
    desk.show("Settings");
    assert!(
        !desk
            .harness
            .state()
            .app
            .is_possible(NamedCommand::PrintList)
    );
    let file = desk.write("list.csv", b"Name\r\nKen Myer\r\nNobody Known\r\n");
    desk.drop_file(&file);
    desk.wait_for("Unlock the PINs of the users in it");
    desk.click("Unlock the PINs of the users in it");
    for _ in 0..3 {
        desk.click("Next");
    }
    desk.wait_for("not found 1");
    let page = saved(&mut desk, NamedCommand::PrintList, "rows.html");
    assert!(
        page.contains("<h1>Preview of Unlock PINs from list.csv</h1>"),
        "{page}"
    );
    assert!(
        page.contains("<td>2</td><td>will change</td><td>Ken Myer</td>"),
        "{page}"
    );
}

/// Saves the list of the shown view as a workbook.
fn saved_workbook(desk: &mut Desk, name: &str) -> PathBuf {
    let file = desk.folder.path().join(name);
    desk.answer_dialogs_with(&file);
    let named = NamedCommand::SaveWorkbook;
    desk.wait_until("the list", |desk| {
        desk.harness.state().app.is_possible(named)
    });
    let app = &mut desk.harness.state_mut().app;
    app.execute(Command::Do(named));
    desk.wait_until("the file", |desk| {
        desk.says(&format!("saved: {}", file.display())) && file.exists()
    });
    file
}

fn sheet(file: &Path, name: &str) -> Range<Data> {
    let mut workbook: Xlsx<_> = open_workbook(file).unwrap();
    workbook.worksheet_range(name).unwrap()
}

#[test]
fn a_workbook_has_the_list_with_texts_dates_and_numbers() {
    let mut desk = Desk::with_sample();
    lock_with_reason(&mut desk.store(), "Ken Myer", "bob", "=HYPERLINK(\"x\")");
    let app = &mut desk.harness.state_mut().app;
    app.execute(Command::ShowColumn(GridColumn::Reason, true));
    app.execute(Command::SetFilter(Filter::Locked));
    desk.wait_for("Users, 20 of 250 shown");
    let file = saved_workbook(&mut desk, "users.xlsx");
    let list = sheet(&file, "List");
    assert_eq!(list.get_size().0, 21);
    let header: Vec<String> = list.headers().unwrap();
    let column = |name: &str| header.iter().position(|header| header == name).unwrap();
    let row = |name: &str| {
        let is_it = |row: &&[Data]| row[0] == Data::String(name.to_owned());
        list.rows().find(is_it).unwrap().to_vec()
    };
    let ken = row("Ken Myer");
    let reason = Data::String("=HYPERLINK(\"x\")".to_owned());
    assert_eq!(ken[column("Reason")], reason);
    assert_eq!(ken[column("Expires")], Data::String("Never".to_owned()));
    match &row("Maria Garcia")[column("Expires")] {
        Data::DateTime(date) => assert_eq!(date.to_ymd_hms_milli(), (2027, 3, 21, 0, 0, 0, 0)),
        other => panic!("{other:?}"),
    }
    let about = sheet(&file, "About");
    let facts: Vec<Vec<String>> = about
        .rows()
        .map(|row| row.iter().map(ToString::to_string).collect())
        .collect();
    assert!(facts.contains(&vec![
        "Filter".to_owned(),
        "IsLockedOut -eq $True".to_owned()
    ]));

    let mut zip = ZipArchive::new(fs::File::open(&file).unwrap()).unwrap();
    let mut xml = String::new();
    let mut part = zip.by_name("xl/worksheets/sheet1.xml").unwrap();
    part.read_to_string(&mut xml).unwrap();
    assert!(xml.contains("state=\"frozen\"") && xml.contains("ySplit=\"1\""));
    assert!(!xml.contains("<f>") && xml.contains("<autoFilter ref=\"A1:"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o077, 0);
    }

    desk.show("History");
    let list = sheet(&saved_workbook(&mut desk, "history.xlsx"), "List");
    let first = list.rows().nth(1).unwrap().to_vec();
    assert!(matches!(first[0], Data::Float(_)), "{first:?}");
    assert!(matches!(first[2], Data::DateTime(_)), "{first:?}");
}
