//! Lists and imports from workbooks, up to the plan: a cell that is not what its author meant, or a row
//! that nobody sees, never changes a user.

use std::fs;

use pindesk::exchange::{
    ImportOptions, Input, ListOptions, ReadOptions, plan_list, preview_import,
};
use pindesk::plan::import::{ImportKind, ImportVerdict};
use pindesk::plan::{Action, Plan, PlanItem};
use pindesk::progress::Unwatched;
use pindesk::zone::Zone;

use crate::common::{TempStore, admin, now};
use crate::made::{row, sheet, xlsx};

const USERS: [(&str, &str); 3] = [
    ("Ken Myer", "kenmyer"),
    ("Pilar Ackerman", "packerman"),
    ("Zoë Smith", "zsmith"),
];

fn plan(bytes: &[u8], read: ReadOptions) -> Plan {
    let temp = TempStore::with(&USERS);
    let path = temp.folder.path().join("list.xlsx");
    fs::write(&path, bytes).unwrap();
    let options = ListOptions {
        read,
        action: Some(Action::Lock),
        ..ListOptions::default()
    };
    let input = Input::file(&path).unwrap();
    let preview = plan_list(&temp.store, &input, &options, &admin(), now(), &Unwatched);
    preview.unwrap_or_else(|error| panic!("{error}")).plan
}

/// The verdict of each item, and the reason if nothing is done.
fn outcomes(plan: &Plan) -> Vec<(&'static str, String)> {
    let outcome = |item: &PlanItem| {
        let verdict = item.outcome.verdict().label();
        (verdict, plan.reason(item, Zone::utc()))
    };
    plan.items.iter().map(outcome).collect()
}

fn text(text: &str) -> String {
    format!(r#"<c t="inlineStr"><is><t>{text}</t></is></c>"#)
}

#[test]
fn an_error_and_a_formula_without_a_result_in_the_identity_name_nobody() {
    let rows = row("", &["UPN", "Display name"])
        + &row("", &["kenmyer@litwareinc.com", "Ken Myer"])
        + &format!(r#"<row><c t="e"><v>#N/A</v></c>{}</row>"#, text("Zoë Smith"))
        + &format!("<row><c><f>A2</f><v>0</v></c>{}</row>", text("Zoë Smith"))
        + &format!("<row><c><f>A2</f></c>{}</row>", text("Zoë Smith"))
        // An error in another column does not contradict the identity.
        + &format!(
            r#"<row>{}<c t="e"><v>#REF!</v></c></row>"#,
            text("packerman@litwareinc.com")
        );
    let plan = plan(&xlsx(&[sheet("Users", &rows)]), ReadOptions::default());
    let found = outcomes(&plan);
    let verdicts: Vec<&str> = found.iter().map(|(verdict, _)| *verdict).collect();
    let unreadable = ["unreadable"; 3];
    assert_eq!(verdicts[1..4], unreadable, "{found:?}");
    assert_eq!((verdicts[0], verdicts[4]), ("will change", "will change"));
    assert_eq!(found[1].1, "Its cell in column A shows the error #N/A.");
    for (_, reason) in &found[2..4] {
        assert!(
            reason.contains("formula") && reason.contains("Open the workbook"),
            "{reason}"
        );
    }
}

#[test]
fn a_row_that_nobody_sees_is_locked_only_if_it_is_taken_in() {
    let rows = row("", &["UPN"])
        + &row("", &["kenmyer@litwareinc.com"])
        + &row(r#"hidden="1""#, &["zsmith@litwareinc.com"]);
    let book = xlsx(&[sheet("Users", &rows)]);
    let names = |plan: &Plan| {
        let names = plan.items.iter().filter_map(|item| item.user.as_ref());
        names
            .map(|user| user.display_name.clone())
            .collect::<Vec<_>>()
    };
    let seen = plan(&book, ReadOptions::default());
    assert_eq!(names(&seen), ["Ken Myer"]);
    let with_hidden = ReadOptions {
        with_hidden: true,
        ..ReadOptions::default()
    };
    assert_eq!(names(&plan(&book, with_hidden)), ["Ken Myer", "Zoë Smith"]);
}

/// The reasons of the rows of an import that are in conflict.
fn conflicts(temp: &TempStore, kind: ImportKind, bytes: &[u8]) -> Vec<String> {
    let path = temp.folder.path().join("import.xlsx");
    fs::write(&path, bytes).unwrap();
    let options = ImportOptions {
        kind: Some(kind),
        ..ImportOptions::default()
    };
    let preview = preview_import(&temp.store, &path, &options, now(), &Unwatched).unwrap();
    let verdicts = preview.plan.rows.into_iter().map(|row| row.verdict);
    verdicts
        .filter_map(|verdict| match verdict {
            ImportVerdict::Conflict(reason) => Some(reason),
            _ => None,
        })
        .collect()
}

#[test]
fn an_error_is_imported_neither_as_a_name_nor_as_a_state() {
    let temp = TempStore::with(&USERS);
    let users = row("", &["DisplayName", "SipAddress", "Department"])
        + &format!(
            r#"<row><c t="e"><v>#N/A</v></c>{}</row>"#,
            text("sip:new@litwareinc.com")
        )
        + &format!(
            r#"<row>{}{}<c t="e"><v>#N/A</v></c></row>"#,
            text("Ann Other"),
            text("sip:ann@litwareinc.com")
        );
    let users = xlsx(&[sheet("Users", &users)]);
    let expected = ["Its cell in column A shows the error #N/A."];
    assert_eq!(conflicts(&temp, ImportKind::Users, &users), expected);
    let pins = row("", &["SipAddress", "IsPinSet", "IsLockedOut"])
        + &format!(
            r#"<row>{}<c t="b"><v>1</v></c><c><f>A1</f><v>0</v></c></row>"#,
            text("sip:kenmyer@litwareinc.com")
        )
        + &format!(
            r#"<row>{}<c t="b"><v>1</v></c><c t="b"><v>1</v></c></row>"#,
            text("sip:zsmith@litwareinc.com")
        );
    let pins = xlsx(&[sheet("Pins", &pins)]);
    let found = conflicts(&temp, ImportKind::Pins, &pins);
    assert!(
        found.len() == 1 && found[0].contains("column C"),
        "{found:?}"
    );
}

#[test]
fn truth_values_of_many_languages_are_read() {
    let temp = TempStore::with(&USERS);
    let words = [
        ("WAHR", "FALSCH"),
        ("VRAI", "FAUX"),
        ("VERDADERO", "FALSO"),
        ("Sí", "No"),
        ("VERO", "FALSO"),
        ("WAAR", "ONWAAR"),
        ("VERDADEIRO", "FALSO"),
        ("Sim", "Não"),
        ("PRAWDA", "FAŁSZ"),
        ("はい", "いいえ"),
        ("是", "否"),
        ("1", "0"),
        ("TRUE", "FALSE"),
    ];
    for (yes, no) in words {
        let csv =
            format!("Identity;IsPinSet;IsLockedOut\r\nsip:kenmyer@litwareinc.com;{yes};{no}\r\n");
        let found = conflicts(&temp, ImportKind::Pins, csv.as_bytes());
        assert_eq!(found, [""; 0], "{yes}/{no}");
    }
    let csv = b"Identity;IsPinSet;IsLockedOut\r\nsip:kenmyer@litwareinc.com;perhaps;0\r\n";
    let expected = ["IsPinSet is \"perhaps\"; it must be True or False."];
    assert_eq!(conflicts(&temp, ImportKind::Pins, csv), expected);
}
