//! `pindesk roles`: permissions on the command line.

use serde_json::json;

use crate::setup::Bench;

#[test]
fn roles_are_given_shown_and_taken() {
    let bench = Bench::filled();
    let given = bench.run(&["roles", "grant", "CsHelpDesk", "litwareinc\\bob"]);
    assert_eq!(
        (given.status, given.out.as_str()),
        (0, "litwareinc\\bob has the role CsHelpDesk now.\n"),
        "{}",
        given.err
    );
    let shown = bench.run(&["roles", "--cmdlet", "Unlock-CsClientPin"]);
    assert!(
        shown.out.contains("litwareinc\\bob") && shown.out.contains("CsHelpDesk"),
        "{}",
        shown.out
    );
    let importing = bench.run(&["roles", "--cmdlet", "Import-PinDesk", "--format", "json"]);
    assert!(
        !importing.out.contains("bob") && importing.out.contains("CsAdministrator"),
        "{}",
        importing.out
    );
    assert_eq!(
        bench
            .run(&["roles", "revoke", "CsHelpDesk", "litwareinc\\bob"])
            .status,
        0
    );
    assert!(!bench.run(&["roles"]).out.contains("bob"));
    let unknown = bench.run(&["roles", "grant", "Boss", "litwareinc\\bob"]);
    assert_eq!(unknown.status, 2);
    assert!(
        unknown.err.contains("There is no role Boss"),
        "{}",
        unknown.err
    );
}

const DEFINE: [&str; 7] = [
    "roles",
    "define",
    "Finance desk",
    "--may",
    "Unlock-CsClientPin",
    "--in",
    "OU=Finance,DC=litwareinc,DC=com",
];

#[test]
fn a_role_of_ones_own_is_defined_listed_and_removed() {
    let bench = Bench::filled();
    let defined = bench.run(&DEFINE);
    let words =
        "Role saved. Finance desk: Unlock-CsClientPin in OU=Finance,DC=litwareinc,DC=com.\n";
    assert_eq!(
        (defined.status, defined.out.as_str()),
        (0, words),
        "{}",
        defined.err
    );
    let again = bench.run(&DEFINE);
    assert_eq!(again.status, 0);
    assert!(
        again.out.starts_with("The role was so already."),
        "{}",
        again.out
    );
    let listed = bench.run(&["roles", "list"]).out;
    let line = |start: &str| {
        listed
            .lines()
            .find(|line| line.starts_with(start))
            .unwrap_or_else(|| panic!("{listed}"))
    };
    assert!(
        line("CsHelpDesk ")
            .contains("built in  Lock-CsClientPin, Unlock-CsClientPin, Set-CsClientPin, "),
        "{listed}"
    );
    assert!(line("CsHelpDesk ").ends_with("everywhere"), "{listed}");
    assert!(
        line("CsViewOnlyAdministrator ").ends_with("none"),
        "{listed}"
    );
    assert!(
        line("Finance desk ").ends_with("  OU=Finance,DC=litwareinc,DC=com"),
        "{listed}"
    );
    let roles = bench.json(&["roles", "list"]);
    let expected = json!({
        "Name": "Finance desk",
        "IsBuiltIn": false,
        "Cmdlets": ["Unlock-CsClientPin"],
        "Units": ["OU=Finance,DC=litwareinc,DC=com"],
    });
    assert_eq!(
        (
            roles.as_array().unwrap().len(),
            &roles[5],
            &roles[0]["IsBuiltIn"]
        ),
        (6, &expected, &json!(true))
    );
    assert_eq!(
        bench.run(&["roles", "remove", "Finance desk"]).out,
        "The role Finance desk is removed.\n"
    );
    let gone = bench.run(&["roles", "remove", "Finance desk"]);
    assert_eq!(
        (gone.status, gone.out.as_str()),
        (0, "There is no role Finance desk: nothing to remove.\n")
    );
    let history = bench.run(&["history", "--limit", "1"]).out;
    assert!(
        history.contains("remove-role") && history.contains("Finance desk: Unlock-CsClientPin"),
        "{history}"
    );
}

#[test]
fn holders_of_a_permission_are_listed_with_units_and_roles_and_without_holders_of_similar_cmdlets()
{
    let bench = Bench::filled();
    assert_eq!(bench.run(&DEFINE).status, 0);
    assert_eq!(
        bench
            .run(&["roles", "grant", "Finance desk", "litwareinc\\bob"])
            .status,
        0
    );
    let unlocking = bench.json(&["roles", "--cmdlet", "Unlock-CsClientPin"]);
    let bob = json!({
        "Account": "litwareinc\\bob",
        "Roles": ["Finance desk"],
        "Units": ["OU=Finance,DC=litwareinc,DC=com"],
    });
    let all = unlocking.as_array().unwrap();
    assert!(all.len() == 2 && all.contains(&bob), "{unlocking}");
    assert!(
        all.iter()
            .any(|row| row["Roles"] == json!(["CsAdministrator"]) && row["Units"] == json!([])),
        "{unlocking}"
    );
    let text = bench.run(&["roles", "--cmdlet", "Unlock-CsClientPin"]).out;
    assert!(
        text.contains("Finance desk     OU=Finance,DC=litwareinc,DC=com\n"),
        "{text}"
    );
    assert!(text.contains("CsAdministrator  everywhere\n"), "{text}");
    assert!(
        !bench
            .run(&["roles", "--cmdlet", "Lock-CsClientPin"])
            .out
            .contains("bob")
    );
    assert!(bench.run(&["roles"]).out.contains("bob"));
}

#[test]
fn an_invalid_role_ends_with_2_and_shows_the_remedy() {
    let bench = Bench::filled();
    assert_eq!(bench.run(&DEFINE).status, 0);
    assert_eq!(
        bench.run(&["roles", "grant", "Finance desk", "bob"]).status,
        0
    );
    let roles = bench.json(&["roles", "list"]);
    for (args, words) in [
        (
            &["roles", "--cmdlet", "unlock-csclientpin"][..],
            "Did you mean Unlock-CsClientPin?",
        ),
        (
            &["roles", "--cmdlet", "Unlock"],
            "known are Lock-CsClientPin, Unlock-CsClientPin, Set-CsClientPin, Test-PinDeskPin",
        ),
        (
            &["roles", "--cmdlet", "Unlock-CsClientPin", "list"],
            "Leave it out",
        ),
        (&["roles", "define", "Desk"], "--may"),
        (
            &["roles", "define", "Desk", "--may", "Unlock"],
            "There is no cmdlet Unlock.",
        ),
        // An empty unit, as from an empty variable, must not make the role hold everywhere.
        (
            &[
                "roles",
                "define",
                "Desk",
                "--may",
                "Unlock-CsClientPin",
                "--in",
                "",
            ],
            "\"\" is not the distinguished name",
        ),
        (
            &[
                "roles",
                "define",
                "Desk",
                "--may",
                "Unlock-CsClientPin",
                "--in",
                "Finance",
            ],
            "an attribute such as CN=",
        ),
        (
            &[
                "roles",
                "define",
                "Desk",
                "--may",
                "Import-PinDesk",
                "--in",
                "OU=A,DC=b",
            ],
            "concerns the whole store",
        ),
        (
            &["roles", "define", "CsHelpDesk", "--may", "Lock-CsClientPin"],
            "is built in",
        ),
        (
            &[
                "roles",
                "define",
                "finance DESK",
                "--may",
                "Lock-CsClientPin",
            ],
            "that of the role Finance desk",
        ),
        (&["roles", "remove", "CsHelpDesk"], "is built in"),
        (
            &["roles", "remove", "finance desk"],
            "but there is Finance desk",
        ),
        (&["roles", "remove", "Finance desk"], "bob still has it"),
    ] {
        let ran = bench.run(args);
        assert_eq!(
            (ran.status, ran.out.as_str()),
            (2, ""),
            "{args:?}: {}",
            ran.err
        );
        assert!(ran.err.contains(words), "{args:?}: {}", ran.err);
    }
    assert_eq!(bench.json(&["roles", "list"]), roles);
}

#[test]
fn an_operator_without_permission_to_define_roles_is_refused_with_4() {
    let bench = Bench::filled();
    bench
        .sql()
        .execute("UPDATE operator_roles SET role = 'CsHelpDesk'", [])
        .unwrap();
    let refused = bench.run(&DEFINE);
    assert_eq!(refused.status, 4, "{}", refused.err);
    assert!(
        refused.err.contains("may not run Set-PinDeskRole"),
        "{}",
        refused.err
    );
    assert_eq!(bench.run(&["roles", "remove", "Finance desk"]).status, 4);
    let denied: i64 = bench
        .sql()
        .query_row(
            "SELECT count(*) FROM history WHERE kind = 'denied'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(denied, 2);
}

#[test]
fn the_help_shows_accounts_as_they_are_written() {
    let help = Bench::empty().run(&["roles", "--help"]).out;
    assert!(
        help.contains("pindesk roles grant CsHelpDesk 'litwareinc\\bob'"),
        "{help}"
    );
    assert!(
        help.contains("pindesk roles define 'Finance desk' --may "),
        "{help}"
    );
}
