//! Giving and taking roles in the window.

use pindesk::domain::role::{Operator, Permission, cmdlet};

use super::desk::Desk;

#[test]
fn a_role_is_given_and_taken_and_the_last_administrator_stays() {
    let mut desk = Desk::with_sample();
    let bob = Operator { account: "bob".to_owned(), machine: String::new() };
    desk.click("View");
    desk.click("Operators");
    desk.wait_for("Take CsAdministrator from ann");
    assert!(!desk.is_enabled("Give role"));
    desk.enter_field("Account");
    desk.type_text("bob");
    desk.click("Role");
    desk.click("CsHelpDesk");
    desk.click("Give role");
    desk.wait_for("Take CsHelpDesk from bob");
    assert_eq!(desk.store().permission(&bob, cmdlet::LOCK), Ok(Permission::Everywhere));
    desk.click("Take CsHelpDesk from bob");
    desk.wait_until("nobody but ann", |desk| !desk.has("Take CsHelpDesk from bob"));
    desk.click("Take CsAdministrator from ann");
    desk.wait_until("the refusal", |desk| desk.says("This is the last CsAdministrator of the store."));
    assert!(desk.has("Take CsAdministrator from ann"));
    desk.click("Close");
    assert!(desk.harness.state().app.operators.is_none());
}
