//! Granting and revoking roles in the window.

use eframe::egui::{Key, Modifiers, Vec2, accesskit};
use egui_kittest::kittest::Queryable as _;
use pindesk::app::WindowView;
use pindesk::domain::role::{Operator, Permission, Role, cmdlet};

use super::harness::{Desk, ann, now};

impl Desk {
    /// Shows a tab of the operators.
    fn tab(&mut self, name: &str) {
        self.harness
            .get_by_role_and_label(accesskit::Role::Tab, name)
            .click();
        self.harness.run();
    }
}

#[test]
fn a_role_is_given_and_taken_and_the_last_administrator_stays() {
    let mut desk = Desk::with_sample();
    let bob = Operator {
        account: "bob".to_owned(),
        machine: String::new(),
        id: None,
    };
    desk.show("Operators");
    desk.wait_for("Take CsAdministrator from ann");
    assert!(!desk.is_enabled("Give role"));
    desk.enter_field("Account");
    desk.type_text("bob");
    desk.click("Role");
    desk.click("CsHelpDesk");
    desk.click("Give role");
    desk.wait_for("Take CsHelpDesk from bob");
    assert_eq!(
        desk.store().permission(&bob, cmdlet::LOCK),
        Ok(Permission::Everywhere)
    );
    desk.click("Take CsHelpDesk from bob");
    desk.wait_until("nobody but ann", |desk| {
        !desk.has("Take CsHelpDesk from bob")
    });
    desk.click("Take CsAdministrator from ann");
    desk.wait_until("the refusal", |desk| {
        desk.says("This is the last CsAdministrator who has changed anything in this store.")
    });
    assert!(desk.has("Take CsAdministrator from ann"));
    desk.press(Modifiers::NONE, Key::Escape);
    assert!(!desk.has("Dismiss the error"), "Esc dismisses it first");
    desk.press(Modifiers::NONE, Key::Escape);
    assert_eq!(desk.harness.state().app.shown_view(), WindowView::Users);
}

const DESK: &str = "Finance desk: Unlock-CsClientPin in OU=Finance,OU=Oslo,DC=litwareinc,DC=com";

#[test]
fn a_role_of_ones_own_is_defined_given_asked_about_and_removed() {
    let mut desk = Desk::with_sample();
    desk.show("Operators");
    desk.wait_for("Take CsAdministrator from ann");
    desk.click("Roles");
    desk.wait_for(
        "CsHelpDesk, built in, Lock-CsClientPin, Unlock-CsClientPin, Set-CsClientPin, Test-PinDeskPin everywhere",
    );
    assert!(!desk.has("Remove CsHelpDesk") && !desk.is_enabled("Save role"));
    desk.enter_field("Role name");
    desk.type_text("Finance desk");
    desk.click("Unlock-CsClientPin");
    desk.enter_field("Units");
    desk.type_text("OU=Finance,OU=Oslo,DC=litwareinc,DC=com; Sales");
    desk.click("Save role");
    desk.wait_until("what is wrong", |desk| {
        desk.says("\"Sales\" is not the distinguished name of a unit")
    });
    assert_eq!(
        desk.store().all_roles().unwrap().len(),
        5,
        "the other unit alone would be another role"
    );
    desk.enter_field("Units");
    desk.press(Modifiers::COMMAND, Key::A);
    desk.type_text("OU=Finance,OU=Oslo,DC=litwareinc,DC=com;");
    desk.click("Save role");
    desk.wait_until("what came of it", |desk| {
        desk.says(&format!("Role saved. {DESK}."))
    });
    desk.wait_for("Edit Finance desk");
    assert_eq!(
        desk.store().all_roles().unwrap().pop().unwrap().words(),
        DESK
    );
    desk.tab("Accounts");
    desk.enter_field("Account");
    desk.type_text("bob");
    desk.click("Role");
    desk.click("Finance desk");
    desk.click("Give role");
    desk.wait_for("Take Finance desk from bob");
    desk.click("Who can");
    desk.click("Unlock PINs (Unlock-CsClientPin)");
    desk.wait_for("bob, by Finance desk, In OU=Finance,OU=Oslo,DC=litwareinc,DC=com");
    assert!(desk.has("ann, by CsAdministrator, Everywhere"));
    desk.click("Who can");
    desk.click("Lock PINs (Lock-CsClientPin)");
    desk.wait_until("bob cannot lock", |desk| {
        !desk.has("bob, by Finance desk") && desk.has("ann, by CsAdministrator")
    });
    desk.tab("Roles");
    desk.click("Remove Finance desk");
    desk.wait_until("the refusal", |desk| desk.says("bob still has it"));
    desk.tab("Accounts");
    desk.click("Who can");
    desk.click("Anyone with a role");
    desk.click("Take Finance desk from bob");
    desk.wait_until("bob has nothing", |desk| {
        !desk.has("Take Finance desk from bob")
    });
    desk.tab("Roles");
    desk.click("Remove Finance desk");
    desk.wait_until("it is gone", |desk| !desk.has("Edit Finance desk"));
}

#[test]
fn a_role_is_redefined_and_a_new_one_never_replaces_it() {
    let mut desk = Desk::with_sample();
    let unlock = Role::read(
        "Unlockers",
        &[cmdlet::UNLOCK],
        &["OU=A\\;B,DC=litwareinc", "OU=C,DC=litwareinc"],
    )
    .unwrap();
    desk.store().set_role(&unlock, &ann(), now()).unwrap();
    desk.show("Operators");
    desk.tab("Roles");
    desk.wait_for("Edit Unlockers");
    desk.enter_field("Role name");
    desk.type_text("Unlockers");
    desk.click("Lock-CsClientPin");
    desk.click("Save role");
    desk.wait_until("it is there already", |desk| {
        desk.says("There is a role Unlockers already.")
    });
    desk.click("Edit Unlockers");
    desk.wait_for("Editing Unlockers");
    desk.click("Lock-CsClientPin");
    desk.click("Save role");
    desk.wait_until("it is saved", |desk| {
        desk.says("Role saved. Unlockers: Lock-CsClientPin, Unlock-CsClientPin in OU=")
    });
    let kept = desk.store().all_roles().unwrap().pop().unwrap();
    assert_eq!(
        (kept.cmdlets.len(), &kept.units),
        (2, &unlock.units),
        "a semicolon in a name is no separator"
    );
    assert!(desk.has("New role"));
}

#[test]
fn the_view_stays_in_a_window_that_gets_smaller() {
    let mut desk = Desk::with_sample();
    desk.show("Operators");
    desk.wait_for("Take CsAdministrator from ann");
    desk.harness.set_size(Vec2::new(960.0, 600.0));
    desk.harness.run_steps(4);
    let (title, give) = (
        desk.control("Operators, roles and approval").rect(),
        desk.control("Give role").rect(),
    );
    assert!(
        title.top() >= 20.0 && give.bottom() <= 580.0,
        "{title:?} {give:?}"
    );
}

#[test]
fn an_operator_who_cannot_change_roles_sees_them_and_the_reason() {
    let desk = Desk::with_sample();
    let role = Role::read(
        "Finance desk",
        &["Unlock-CsClientPin"],
        &["OU=Finance,DC=litwareinc,DC=com"],
    )
    .unwrap();
    desk.store().set_role(&role, &ann(), now()).unwrap();
    let mut other = desk.beside("litwareinc\\eve");
    other.wait_for("Users, 250 of 250 shown");
    other.show("Operators");
    other.wait_for("To give, define or remove roles, you need a role");
    assert!(!other.is_enabled("Give role"));
    assert!(!other.is_enabled("Take CsAdministrator from ann"));
    other.tab("Roles");
    other.wait_for("Remove Finance desk");
    assert!(!other.is_enabled("Remove Finance desk") && !other.is_enabled("Edit Finance desk"));
    assert!(!other.is_enabled("Save role"));
}
