//! The policies view: a draft with its simulation, its preview, grants, and the way to the users.

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use pindesk::app::WindowView;
use pindesk::domain::pin_rule::PinRule;
use pindesk::domain::policy::PolicyName;
use pindesk::domain::role::cmdlet;

use super::harness::{Desk, ann};

impl Desk {
    fn open_policies(&mut self) {
        self.press(Modifiers::COMMAND, Key::Num6);
        self.wait_until("the policies", |desk| desk.says("Policy Global"));
    }

    /// Replaces the text of a field of the form.
    fn fill(&mut self, field: &str, text: &str) {
        self.enter_field(field);
        self.press(Modifiers::COMMAND, Key::A);
        self.type_text(text);
    }

    fn least_digits(&self, name: &str) -> Option<u8> {
        let name = PolicyName::parse(name).unwrap();
        let found = self.store().policy(&name).unwrap();
        found.map(|found| found.policy.min_length)
    }
}

#[test]
fn a_policy_is_tried_out_previewed_and_applied() {
    let mut desk = Desk::with_sample();
    desk.open_policies();
    assert!(!desk.is_enabled("Preview the change…"), "nothing is typed");
    assert!(!desk.is_enabled("Remove…"), "the global one stays");
    desk.fill("Lifetime in days", "90");
    desk.wait_until("the fault", |desk| {
        desk.says("A lifetime needs a history of at least one PIN")
    });
    assert!(!desk.is_enabled("Preview the change…"));
    desk.fill("Old PINs that can't come back", "3");
    desk.wait_until("the simulation", |desk| {
        desk.names()
            .iter()
            .any(|name| name.starts_with("PIN older than 90 days: "))
    });
    desk.click("Refuse repeated groups, such as 408408 and 121212");
    desk.fill("Digits at least", "7");
    desk.wait_until("the preview", |desk| desk.is_enabled("Preview the change…"));
    desk.click("Preview the change…");
    desk.wait_for("Apply change");
    let is_line = |name: &String| name.starts_with("PIN policy Global: at least 5 digits");
    assert!(desk.names().iter().any(is_line), "{:?}", desk.names());
    assert_eq!(desk.least_digits("global"), Some(5), "only shown");
    desk.click("Apply change");
    desk.wait_until("the change", |desk| desk.says("The change is applied."));
    assert_eq!(desk.least_digits("global"), Some(7));
    let global = desk.store().policy(&PolicyName::Global).unwrap().unwrap();
    assert_eq!(global.policy.also_refused, [PinRule::RepeatedGroups].into());
}

#[test]
fn ctrl_z_offers_to_undo_the_change_of_a_policy_if_that_was_the_last_change() {
    let mut desk = Desk::with_sample();
    desk.press(Modifiers::NONE, Key::ArrowDown);
    desk.search("Aaron Barros");
    desk.press(Modifiers::NONE, Key::ArrowDown);
    desk.press(Modifiers::COMMAND, Key::L);
    desk.wait_for("1 will change");
    desk.press(Modifiers::COMMAND, Key::Enter);
    desk.click("Confirm");
    desk.wait_for("1 user locked");
    desk.open_policies();
    desk.fill("Digits at least", "7");
    desk.wait_until("the preview", |desk| desk.is_enabled("Preview the change…"));
    desk.click("Preview the change…");
    desk.click("Apply change");
    desk.wait_until("the change", |desk| desk.says("The change is applied."));
    // The focus is in no text.
    desk.show("History");
    desk.harness
        .get_by_role_and_label(Role::Tab, "History")
        .focus();
    desk.harness.run();
    desk.press(Modifiers::COMMAND, Key::Z);
    desk.wait_for("Apply undo");
    assert_eq!(desk.least_digits("global"), Some(7), "only shown");
    desk.click("Apply undo");
    desk.wait_until("the undo", |desk| desk.says("is undone."));
    assert_eq!(desk.least_digits("global"), Some(5));
    desk.press(Modifiers::COMMAND, Key::Z);
    desk.wait_for("1 will change");
    assert!(
        desk.has("locked by administrator → unlocked"),
        "then the lock"
    );
}

#[test]
fn an_effect_leads_to_its_users_and_back_to_all() {
    let mut desk = Desk::with_sample();
    desk.open_policies();
    desk.wait_for("Show: No PIN is set");
    desk.click("Show: No PIN is set");
    desk.wait_until("the users", |desk| {
        let app = &desk.harness.state().app;
        let view = app.view.as_ref().unwrap();
        app.shown_view() == WindowView::Users && view.query == app.query
    });
    let listed = |desk: &Desk| desk.harness.state().app.view.as_ref().unwrap().len();
    let without = listed(&desk);
    assert!(desk.says(&format!("Only {without} users: No PIN is set")));
    assert!((1..250).contains(&without), "{without}");
    desk.click(&format!("No PIN {without}"));
    desk.wait_until("the filter agrees", |desk| listed(desk) == without);
    desk.click("Show everybody");
    desk.wait_until("all", |desk| !desk.has("Show everybody"));
}

#[test]
fn a_new_policy_is_made_and_granted_to_a_selected_user_who_then_has_it() {
    let mut desk = Desk::with_sample();
    desk.search("Carla Eklund");
    desk.click_row("Carla Eklund, ");
    desk.open_policies();
    desk.click("New policy");
    assert!(!desk.is_enabled("Preview the change…"), "it has no name");
    desk.fill("Policy name", "Executives");
    desk.fill("Digits at least", "8");
    desk.wait_until("the draft", |desk| desk.is_enabled("Preview the change…"));
    desk.click("Preview the change…");
    desk.wait_for("Apply change");
    desk.click("Apply change");
    desk.wait_until("the policy", |desk| desk.is_enabled("Grant…"));
    assert!(desk.says("Selected in Users: Carla Eklund."));
    desk.click("Grant…");
    desk.wait_for("Apply change");
    desk.click("Apply change");
    desk.wait_until("the grant", |desk| {
        desk.names()
            .iter()
            .any(|name| name.starts_with("Executives, Holds for 1 user, granted to 1"))
    });
    let carla = desk.stored("Carla Eklund").id;
    let held = desk.store().held_policy(carla).unwrap();
    assert_eq!(held.named.policy.min_length, 8);
    assert!(!desk.is_enabled("Remove…"), "it is granted");
    desk.show("Users");
    desk.press(Modifiers::NONE, Key::Enter);
    desk.wait_until("the details", |desk| {
        desk.says("Executives: at least 8 digits")
    });
}

#[test]
fn an_account_that_may_not_change_policies_sees_them_and_why() {
    let desk = Desk::with_sample();
    let mut store = desk.store();
    let at = super::harness::now();
    let desk_role = "CsHelpDesk";
    let give = pindesk::store::Grant::Give;
    store.grant(give, desk_role, "bob", &ann(), at).unwrap();
    drop(store);
    let mut bob = desk.beside("bob");
    bob.open_policies();
    bob.wait_until("the simulation", |desk| desk.says("It would hold for"));
    assert!(!bob.is_enabled("Preview the change…"));
    assert!(bob.says(cmdlet::POLICY), "{:?}", bob.texts());
}
