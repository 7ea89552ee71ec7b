//! Undoing the last change, through the same preview as other changes.

use eframe::egui::{Key, Modifiers};

use super::harness::Desk;

#[test]
fn ctrl_z_offers_the_operators_own_last_batch_and_gives_it_back() {
    let mut desk = Desk::with_sample();
    desk.search("Carla Eklund");
    desk.click_row("Carla Eklund, ");
    desk.click("Lock");
    desk.wait_for("1 will change");
    desk.click("Apply");
    desk.click("Confirm");
    desk.wait_for("1 changed");
    assert!(desk.stored("Carla Eklund").pin.lock.is_some());
    desk.press(Modifiers::COMMAND, Key::Z);
    desk.wait_until("the preview of the undo", |desk| desk.says("Undo batch"));
    assert!(
        desk.stored("Carla Eklund").pin.lock.is_some(),
        "a preview changes nothing"
    );
    desk.click("Apply");
    desk.click("Confirm");
    desk.wait_for("1 changed");
    assert!(desk.stored("Carla Eklund").pin.lock.is_none());
    desk.press(Modifiers::COMMAND, Key::Z);
    desk.wait_until("nothing more", |desk| {
        desk.says("There is nothing of yours to undo.")
    });
}

/// Three users called Carla, locked in one batch.
fn desk_with_three_locked() -> Desk {
    let mut desk = Desk::with_sample();
    desk.search("Carla");
    desk.press(Modifiers::NONE, Key::ArrowDown);
    desk.press(Modifiers::COMMAND, Key::A);
    desk.click("Lock");
    desk.wait_for("will change");
    desk.click("Apply");
    desk.click("Confirm");
    desk.wait_for("Undo this batch");
    desk
}

#[test]
fn a_change_in_the_details_is_undone_alone() {
    let mut desk = desk_with_three_locked();
    let locked = |desk: &Desk| {
        ["Carla Eklund", "Carla Okafor", "Carla Gerber"]
            .map(|name| desk.stored(name).pin.lock.is_some())
    };
    assert_eq!(locked(&desk), [true; 3]);
    desk.search("Carla Okafor");
    desk.click_row("Carla Okafor, litwareinc");
    desk.press(Modifiers::NONE, Key::Enter);
    desk.wait_for("Undo… this change");
    // The history is below the other facts, and may have to be scrolled to.
    desk.click_row("Undo… this change");
    desk.wait_for("1 will change");
    desk.click("Apply");
    desk.click("Confirm");
    desk.wait_for("1 changed");
    assert_eq!(locked(&desk), [true, false, true]);
}

#[test]
fn a_change_in_the_history_is_undone_alone() {
    let mut desk = desk_with_three_locked();
    desk.press(Modifiers::COMMAND, Key::Num4);
    desk.wait_for("Undo for sip:cokafor@litwareinc.com");
    desk.click("Undo for sip:cokafor@litwareinc.com");
    desk.wait_for("1 will change");
    desk.click("Apply");
    desk.click("Confirm");
    desk.wait_for("1 changed");
    let locked = ["Carla Eklund", "Carla Okafor", "Carla Gerber"]
        .map(|name| desk.stored(name).pin.lock.is_some());
    assert_eq!(locked, [true, false, true]);
}

#[test]
fn the_reason_of_an_undo_stays_with_it() {
    let mut desk = Desk::with_sample();
    desk.search("Carla Eklund");
    desk.click_row("Carla Eklund, ");
    desk.click("Lock");
    desk.wait_for("1 will change");
    desk.click("Apply");
    desk.click("Confirm");
    desk.wait_for("1 changed");
    desk.press(Modifiers::COMMAND, Key::Z);
    desk.wait_until("the preview of the undo", |desk| desk.says("Undo batch"));
    assert!(desk.harness.state().app.reason.starts_with("undo of batch"));
    desk.search("Carla Okafor");
    desk.click_row("Carla Okafor, litwareinc");
    desk.click("Lock");
    desk.wait_until("the preview of the lock", |desk| desk.says("Lock 1 PIN"));
    assert_eq!(desk.harness.state().app.reason, "");
}
