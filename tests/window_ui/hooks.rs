//! Hooks of the store in the window: a refusal keeps the preview, and a hook that fails after a change is
//! told.

use eframe::egui::{Theme, Vec2};
use pindesk::domain::hook::HookNames;
use pindesk::plan::SettingsWish;

use super::harness::{Desk, ann, now, sample_store};

/// A window whose computer allows no hook, on a store that names these.
fn desk_with(before: Option<&str>, after: Option<&str>) -> Desk {
    let hooks = HookNames {
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
    };
    let mut desk = Desk::open(
        |path| {
            let wishes = vec![SettingsWish::SetHooks { hooks }];
            let mut store = sample_store(path);
            assert!(store.change_settings(wishes, &ann(), now()).unwrap());
        },
        Vec2::new(1280.0, 800.0),
        Theme::Light,
    );
    desk.wait_for("Users, 250 of 250 shown");
    desk.search("Carla");
    desk.click("Select all that match");
    desk.click("Lock");
    desk.wait_for("3 will change");
    desk
}

fn apply(desk: &mut Desk) {
    desk.click("Apply");
    desk.wait_for("Confirm Lock the PINs of 3 users?");
    desk.click("Confirm");
}

fn is_locked(desk: &Desk) -> bool {
    desk.stored("Carla Eklund").pin.is_locked_out(now())
}

#[test]
fn a_change_that_a_hook_refuses_keeps_its_preview() {
    let mut desk = desk_with(Some("check-tickets"), None);
    apply(&mut desk);
    desk.wait_for("this computer does not allow it");
    assert!(desk.has("3 will change"), "{:?}", desk.texts());
    assert!(desk.is_enabled("Apply"));
    assert!(!is_locked(&desk));
}

#[test]
fn a_hook_that_fails_after_a_change_is_told_and_the_change_stays() {
    let mut desk = desk_with(None, Some("tell-service-desk"));
    apply(&mut desk);
    desk.wait_for("was made all the same");
    assert!(desk.has("tell-service-desk"), "{:?}", desk.texts());
    assert!(is_locked(&desk));
}
