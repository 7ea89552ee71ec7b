//! Who may do what.

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
    assert!(shown.out.contains("litwareinc\\bob") && shown.out.contains("CsHelpDesk"), "{}", shown.out);
    let importing = bench.run(&["roles", "--cmdlet", "Import-PinDesk", "--format", "json"]);
    assert!(!importing.out.contains("bob") && importing.out.contains("CsAdministrator"), "{}", importing.out);
    assert_eq!(bench.run(&["roles", "revoke", "CsHelpDesk", "litwareinc\\bob"]).status, 0);
    assert!(!bench.run(&["roles"]).out.contains("bob"));
    let unknown = bench.run(&["roles", "grant", "Boss", "litwareinc\\bob"]);
    assert_eq!(unknown.status, 2);
    assert!(unknown.err.contains("There is no role Boss"), "{}", unknown.err);
}
