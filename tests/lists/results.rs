//! Results: the unchanged rows of the list, and the file to which they are saved.

use std::fs;
use std::io::Write as _;

use pindesk::exchange::{Input, ReadOptions, save_results};
use pindesk::progress::{Progress, Unwatched};

use crate::common::{admin, now, operator};
use crate::{Desk, csv_rows, lock, read_back, reasons, unlock, verdicts};

const LIST: &str = "UPN,Note\r\nkenmyer@litwareinc.com,a\r\nnobody@litwareinc.com,b\r\n";
const ADDED: &str = "PinDeskVerdict,PinDeskReason,MatchedIdentity,Before,After";

fn text(saved: (String, Vec<u8>)) -> String {
    String::from_utf8(saved.1).unwrap()
}

#[test]
fn before_and_after_it_was_applied() {
    let mut desk = Desk::with_more();
    let list = "UPN,Note\r\nkenmyer@litwareinc.com,a\r\npackerman@litwareinc.com,b\r\nasmith@litwareinc.com,c\r\n";
    let mut plan = desk.plan(list);
    plan.take_out(desk.temp.id("asmith"));
    let expected = format!(
        "UPN,Note,{ADDED}\r\n\
         kenmyer@litwareinc.com,a,will change,,sip:kenmyer@litwareinc.com,unlocked,locked by administrator\r\n\
         packerman@litwareinc.com,b,will change,,sip:packerman@litwareinc.com,unlocked,locked by administrator\r\n\
         asmith@litwareinc.com,c,skipped,Taken out of this preview.,sip:asmith@litwareinc.com,unlocked,unlocked\r\n"
    );
    assert_eq!(text(desk.save(&plan, None).unwrap()), expected);
    // Another operator changes one of the users first.
    let other = operator(r"litwareinc\bob");
    desk.temp
        .plain()
        .execute_batch(
            "INSERT INTO operator_roles (account_key, account, role) SELECT 'litwareinc\\bob', 'litwareinc\\bob', role FROM operator_roles",
        )
        .unwrap();
    let theirs = desk
        .preview_as(&other, "packerman@litwareinc.com\r\n", &lock())
        .unwrap()
        .plan;
    desk.temp
        .store
        .apply(&theirs, &other, now(), &Unwatched)
        .unwrap();
    fs::write(desk.path("list.csv"), list).unwrap();
    let applied = desk.temp.apply(&plan).unwrap();
    assert_eq!((applied.changed.len(), applied.drifted.len()), (1, 1));
    let expected = format!(
        "UPN,Note,{ADDED}\r\n\
         kenmyer@litwareinc.com,a,changed,,sip:kenmyer@litwareinc.com,unlocked,locked by administrator\r\n\
         packerman@litwareinc.com,b,drifted,Changed by litwareinc\\bob at 2026-11-22 12:00 UTC since the preview.,\
         sip:packerman@litwareinc.com,unlocked,locked by administrator\r\n\
         asmith@litwareinc.com,c,skipped,Taken out of this preview.,sip:asmith@litwareinc.com,unlocked,unlocked\r\n"
    );
    assert_eq!(text(desk.save(&plan, Some(&applied)).unwrap()), expected);
}

#[test]
fn a_file_that_has_changed_is_refused_and_nothing_is_written() {
    let desk = Desk::new();
    let plan = desk.plan(LIST);
    for changed in [
        LIST.replace("kenmyer", "kenmyes"),
        LIST.replace(",a", ",x"),
        format!("{LIST}asmith@litwareinc.com,c\r\n"),
        LIST.lines().take(2).collect::<Vec<_>>().join("\r\n"),
        format!("{LIST}\r\n"),
        String::new(),
    ] {
        fs::write(desk.path("list.csv"), &changed).unwrap();
        let error = desk.save(&plan, None).unwrap_err().to_string();
        let is_right =
            error.starts_with("The file has changed since") || error == "The file is empty.";
        assert!(is_right, "{changed:?}: {error}");
        assert_eq!(desk.files(), ["list.csv"]);
    }
    fs::write(desk.path("results.csv"), "of last week").unwrap();
    assert!(desk.save(&plan, None).is_err());
    assert_eq!(
        fs::read_to_string(desk.path("results.csv")).unwrap(),
        "of last week"
    );
    fs::remove_file(desk.path("list.csv")).unwrap();
    assert!(desk.save(&plan, None).is_err());
    // A plan without a file has no results.
    fs::write(desk.path("list.csv"), LIST).unwrap();
    let typed = desk.temp.plan(
        pindesk::plan::Action::Lock,
        crate::common::typed(&["kenmyer@litwareinc.com", "nobody"]),
    );
    assert!(desk.save(&typed, None).is_err());
    assert_eq!(desk.files(), ["list.csv", "results.csv"]);
}

#[test]
fn a_result_file_used_as_a_list_gets_new_result_columns() {
    let mut desk = Desk::new();
    for list in [
        LIST.to_owned(),
        "UPN,\"Note, or\",After\r\nkenmyer@litwareinc.com,\"a,\r\nb\",Monday\r\nnobody@litwareinc.com,'=1,=2\r\n"
            .to_owned(),
        "Before;UPN\nx;kenmyer@litwareinc.com\n' y';nobody@litwareinc.com\n".to_owned(),
        // The rows are ragged, and have the cells that a spreadsheet leaves after the last column.
        "UPN,Note,,\r\nkenmyer@litwareinc.com,a,,\r\nnobody@litwareinc.com\r\npackerman@litwareinc.com,b,c,,d\r\n"
            .to_owned(),
    ] {
        let plan = desk.plan(&list);
        let first = text(desk.save(&plan, None).unwrap());
        let again = desk.plan(&first);
        assert_eq!(reasons(&again)[0].0, "will change", "{first}");
        let second = text(desk.save(&again, None).unwrap());
        let (headers, _) = read_back(&desk.path("results.csv"), &ReadOptions::default());
        assert_eq!(headers.iter().filter(|name| name.starts_with("PinDeskVerdict")).count(), 1, "{second}");
        let delimiter = if list.contains(';') { b';' } else { b',' };
        let cells = |text: &str| -> Vec<Vec<String>> {
            // The surplus cells of a row come after the results, so they are not compared.
            csv_rows(text, delimiter).into_iter().map(|row| row.into_iter().take(headers.len()).collect()).collect()
        };
        if !list.contains(",,d") {
            assert_eq!(cells(&first), cells(&second), "{list}");
        }
        for (was, is) in csv_rows(&list, delimiter).iter().zip(cells(&second)) {
            let width = (headers.len() - 5).min(was.len());
            assert_eq!(was[..width], is[..width], "{list}");
        }
        assert!(desk.temp.apply(&again).is_ok());
        let undo = desk.plan_with("kenmyer@litwareinc.com\r\n", &unlock());
        desk.temp.apply(&undo).unwrap();
    }
}

#[test]
fn a_list_without_a_header_gets_one() {
    let desk = Desk::new();
    let plan = desk.plan("# of Monday\r\n\"Myer, Ken\"\r\nkenmyer@litwareinc.com\r\n\r\n'=1\r\n");
    let saved = text(desk.save(&plan, None).unwrap());
    let expected = format!("# of Monday\r\nIdentity,{ADDED}\r\n\"Myer, Ken\",not found,");
    assert!(saved.starts_with(&expected), "{saved}");
    assert!(saved.contains("\r\n'=1,not found,"), "{saved}");
    let again = desk.plan(&saved);
    assert_eq!(verdicts(&again), verdicts(&plan));
    // The file has several columns and no header.
    let plan = desk.plan("kenmyer@litwareinc.com;a\nnobody@litwareinc.com;b\n");
    let saved = text(desk.save(&plan, None).unwrap());
    assert!(
        saved.starts_with(&format!("Column 1;Column 2;{}\n", ADDED.replace(',', ";"))),
        "{saved}"
    );
    assert_eq!(
        desk.refused(&saved, &lock()),
        "Choose the column that names the users.",
        "not MatchedIdentity"
    );
}

#[test]
fn the_list_itself_stays_as_it_is() {
    let desk = Desk::new();
    let plan = desk.plan(LIST);
    let input = Input::file(&desk.path("list.csv")).unwrap();
    let folder = desk.temp.folder.path().file_name().unwrap().to_owned();
    let mut names = vec![
        desk.path("list.csv"),
        desk.temp
            .folder
            .path()
            .join("..")
            .join(folder)
            .join("list.csv"),
    ];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("list.csv", desk.path("link.csv")).unwrap();
        names.push(desk.path("link.csv"));
    }
    for to in names {
        let error = save_results(
            &input,
            &ReadOptions::default(),
            &plan,
            None,
            &to,
            &Unwatched,
        )
        .unwrap_err()
        .to_string();
        assert!(
            error.starts_with(
                "The file cannot be written: it is the list itself, choose another name: "
            ),
            "{error}"
        );
        assert_eq!(fs::read_to_string(desk.path("list.csv")).unwrap(), LIST);
    }
    // A file with the name of the temporary file is left as it is.
    fs::write(desk.path("results.csv.part"), LIST).unwrap();
    let input = Input::file(&desk.path("results.csv.part")).unwrap();
    save_results(
        &input,
        &ReadOptions::default(),
        &plan,
        None,
        &desk.path("results.csv"),
        &Unwatched,
    )
    .unwrap();
    assert_eq!(
        fs::read_to_string(desk.path("results.csv.part")).unwrap(),
        LIST
    );
    assert_eq!(
        fs::read_to_string(desk.path("results.csv"))
            .unwrap()
            .lines()
            .count(),
        3
    );
}

#[test]
fn protected_files_are_never_replaced() {
    let desk = Desk::new();
    let plan = desk.plan(LIST);
    let input = Input::file(&desk.path("list.csv")).unwrap();
    let save = |name: &str| {
        let saved = save_results(
            &input,
            &ReadOptions::default(),
            &plan,
            None,
            &desk.path(name),
            &Unwatched,
        );
        saved.map_err(|error| error.to_string())
    };
    fs::create_dir(desk.path("folder.csv")).unwrap();
    let folder = desk.path("");
    let folder = folder.display();
    assert_eq!(
        save("folder.csv"),
        Err(format!(
            "The file cannot be written: it is a folder: {folder}folder.csv."
        ))
    );
    assert_eq!(
        save("pindesk.db"),
        Err(format!(
            "The file cannot be written: there is a database: {folder}pindesk.db."
        ))
    );
    fs::write(desk.path("kept.csv"), "kept").unwrap();
    let mut permissions = fs::metadata(desk.path("kept.csv")).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(desk.path("kept.csv"), permissions).unwrap();
    assert!(
        save("kept.csv")
            .unwrap_err()
            .contains("there is a file that is read-only")
    );
    assert_eq!(fs::read_to_string(desk.path("kept.csv")).unwrap(), "kept");
    assert!(save("no folder/results.csv").is_err());
    assert_eq!(desk.files(), ["folder.csv", "kept.csv", "list.csv"]);
    assert_eq!(desk.temp.user("kenmyer").names.display_name, "Ken Myer");
}

#[cfg(unix)]
#[test]
fn a_link_of_ones_own_stays_a_link() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let desk = Desk::new();
    let plan = desk.plan(LIST);
    fs::create_dir(desk.path("private")).unwrap();
    fs::write(desk.path("private/results.csv"), "of last week").unwrap();
    fs::set_permissions(
        desk.path("private/results.csv"),
        fs::Permissions::from_mode(0o600),
    )
    .unwrap();
    symlink("private/results.csv", desk.path("results.csv")).unwrap();
    // A link with the name of the temporary file is not followed.
    fs::write(desk.path("private/other"), "untouched").unwrap();
    symlink("other", desk.path("private/results.csv.part")).unwrap();
    desk.save(&plan, None).unwrap();
    assert!(
        fs::symlink_metadata(desk.path("results.csv"))
            .unwrap()
            .is_symlink()
    );
    let written = fs::metadata(desk.path("private/results.csv")).unwrap();
    assert_eq!(written.permissions().mode() & 0o777, 0o600);
    assert!(
        fs::read_to_string(desk.path("private/results.csv"))
            .unwrap()
            .starts_with("UPN,Note,PinDeskVerdict")
    );
    assert_eq!(
        fs::read_to_string(desk.path("private/other")).unwrap(),
        "untouched"
    );
    assert_eq!(desk.files(), ["list.csv", "private", "results.csv"]);
}

/// A workbook with one sheet of texts.
fn workbook(rows: &[&[&str]]) -> Vec<u8> {
    let mut cells = String::new();
    for row in rows {
        let escaped = row
            .iter()
            .map(|cell| cell.replace('&', "&amp;").replace('<', "&lt;"));
        let row: Vec<_> = escaped
            .map(|cell| format!("<c t=\"inlineStr\"><is><t>{cell}</t></is></c>"))
            .collect();
        cells += &format!("<row>{}</row>", row.concat());
    }
    let (main, office) = (
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    );
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let parts = [
        ("[Content_Types].xml", "<Types/>".to_owned()),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"rId1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"List\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"rId1\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{main}\"><sheetData>{cells}</sheetData></worksheet>"),
        ),
    ];
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, part) in parts {
        zip.start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(part.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn the_results_of_a_workbook_are_a_csv_file_without_formulas() {
    let desk = Desk::new();
    let rows: [&[&str]; 4] = [
        &["UPN", "Note, or so", "Until"],
        &["kenmyer@litwareinc.com", "=cmd()", "2027-01-31"],
        &["nobody@litwareinc.com", "'=x \"y\"", ""],
        &["asmith@litwareinc.com", "ü山", ""],
    ];
    let plan = desk.plan(workbook(&rows));
    let (label, bytes) = desk.save(&plan, None).unwrap();
    assert_eq!(label, "UTF-8 with byte-order mark");
    let text = String::from_utf8(bytes).unwrap();
    let found = csv_rows(&text, b',');
    assert_eq!(
        found.iter().map(|row| &*row[1]).collect::<Vec<_>>(),
        ["Note, or so", "'=cmd()", "'=x \"y\"", "ü山"]
    );
    assert_eq!(
        found[1][3..],
        [
            "will change",
            "",
            "sip:kenmyer@litwareinc.com",
            "unlocked",
            "locked by administrator"
        ]
    );
    assert_eq!(found.len(), 4);
    assert!(text.starts_with('\u{FEFF}') && text.ends_with("\r\n"));
    let again = desk.plan(&text);
    assert_eq!(verdicts(&again), verdicts(&plan));
    assert_eq!(again.items[0].own, plan.items[0].own);
}

/// Cancels at once.
struct Stopped;

impl Progress for Stopped {
    fn advance(&self, _done: u64, _total: u64) {}

    fn is_cancelled(&self) -> bool {
        true
    }
}

#[test]
fn cancelling_leaves_nothing_behind() {
    let desk = Desk::new();
    let plan = desk.plan(LIST);
    let input = Input::file(&desk.path("list.csv")).unwrap();
    let saved = save_results(
        &input,
        &ReadOptions::default(),
        &plan,
        None,
        &desk.path("results.csv"),
        &Stopped,
    );
    assert!(saved.is_err());
    assert_eq!(desk.files(), ["list.csv"]);
    assert_eq!(plan.operator, admin().account);
}
