//! The filter of the list: combined chips, a typed condition, and filters that are kept.

use eframe::egui::{Key, Modifiers, Theme, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use pindesk::app::{Command, NamedCommand};
use pindesk::domain::filter::Filter;
use pindesk::domain::pin_digits::Pin;
use pindesk::domain::policy::{NamedPolicy, PinPolicy, PolicyName};
use pindesk::plan::{Action, Keep, Request, Target};
use pindesk::progress::Unwatched;

use super::harness::{Desk, ann, now, someone_else};

const NONE: Modifiers = Modifiers::NONE;

/// The whole name of the first control whose name begins with a text.
fn name_of(desk: &Desk, start: &str) -> String {
    let mut names = desk.names().into_iter();
    names.find(|name| name.starts_with(start)).unwrap()
}

/// The number at the end of the name of a chip.
fn number(desk: &Desk, chip: &str) -> usize {
    let name = name_of(desk, chip);
    name.rsplit(' ').next().unwrap().parse().unwrap()
}

fn shown(desk: &Desk) -> usize {
    desk.harness.state().app.view.as_ref().unwrap().len()
}

fn click_chip(desk: &mut Desk, chip: &str) {
    let name = name_of(desk, chip);
    desk.click(&name);
    desk.wait_until("the answer", |desk| {
        let app = &desk.harness.state().app;
        app.view
            .as_ref()
            .is_some_and(|view| view.query == app.query)
    });
}

fn type_filter(desk: &mut Desk, text: &str) {
    desk.enter_field("Filter");
    desk.press(Modifiers::COMMAND, Key::A);
    desk.type_text(text);
}

/// The text of the line.
fn line(desk: &Desk) -> String {
    let app = &desk.harness.state().app;
    app.filter_line.as_ref().unwrap().text.clone()
}

#[test]
fn chips_of_two_kinds_hold_together_and_count_beside_each_other() {
    let mut desk = Desk::with_sample();
    let everybody = desk.harness.state().app.view.clone().unwrap();
    click_chip(&mut desk, "Locked ");
    let both = number(&desk, "Expiring in 14 days ");
    assert!(both < 12, "the chip counts among the locked");
    click_chip(&mut desk, "Expiring in 14 days ");
    assert_eq!(shown(&desk), both);
    let soon = Filter::ExpiresWithinDays(14);
    let expected = everybody.positions.iter().filter(|&&position| {
        let status = everybody.directory.pin(position).unwrap().status(now());
        Filter::Locked.matches(&status, now()) && soon.matches(&status, now())
    });
    assert_eq!(expected.count(), both);
    // Another chip of a kind takes the place of the first.
    click_chip(&mut desk, "Unlocked ");
    assert_eq!(shown(&desk), number(&desk, "Unlocked "));
    click_chip(&mut desk, "All ");
    assert_eq!(shown(&desk), 250);
}

#[test]
fn the_filter_is_said_in_words_that_can_be_typed() {
    let mut desk = Desk::with_sample();
    someone_else(&mut desk.store(), Action::Lock, "Carla Eklund", "bob");
    someone_else(&mut desk.store(), Action::Lock, "Alice Gerber", "eve");
    desk.press(NONE, Key::F5);
    desk.wait_for("By administrator 2");
    click_chip(&mut desk, "Locked ");
    desk.click("Filter…");
    assert_eq!(line(&desk), "IsLockedOut -eq $True");
    type_filter(&mut desk, "IsLockedOut -eq $True -and LockedBy -eq 'bob'");
    desk.wait_for("Users, 1 of 250 shown");
    assert!(desk.has("Carla Eklund, "));
    // A text that is no condition leaves the list as it is.
    type_filter(&mut desk, "LockedBy -eq");
    desk.wait_until("the fault", |desk| {
        desk.harness
            .state()
            .app
            .filter_line
            .as_ref()
            .unwrap()
            .fault
            .is_some()
    });
    assert!(desk.has("Users, 1 of 250 shown"));
    type_filter(
        &mut desk,
        "DistinguishedName -like '*,OU=Finance,*' -and LockedSince -eq $Null -and IsPinSet -eq $True",
    );
    desk.wait_until("the users of a unit", |desk| {
        let app = &desk.harness.state().app;
        app.view
            .as_ref()
            .is_some_and(|view| view.query == app.query && view.len() > 1)
    });
    let in_finance = shown(&desk);
    assert!(in_finance < 100);
    // A chip is said at the beginning of the line.
    click_chip(&mut desk, "Unlocked ");
    assert!(
        line(&desk).starts_with("IsLockedOut -eq $False -and DistinguishedName"),
        "{}",
        line(&desk)
    );
    desk.click("Clear the filter");
    desk.wait_for("Users, 250 of 250 shown");
    assert!(desk.harness.query_by_label("Clear the filter").is_none());
}

#[test]
fn a_filter_is_kept_under_a_name_and_the_last_one_is_that_of_its_store() {
    let mut desk = Desk::with_sample();
    someone_else(&mut desk.store(), Action::Lock, "Carla Eklund", "bob");
    desk.press(NONE, Key::F5);
    desk.wait_for("By administrator 1");
    desk.click("Filter…");
    type_filter(&mut desk, "LockedBy -eq 'bob'");
    desk.wait_for("Users, 1 of 250 shown");
    desk.click("Saved filters");
    desk.enter_field("Name of this filter");
    desk.type_text("Locks of Bob");
    desk.press(NONE, Key::Enter);
    desk.wait_for("The filter is kept as Locks of Bob.");
    let app = &mut desk.harness.state_mut().app;
    app.execute(Command::Do(NamedCommand::OpenSample));
    desk.wait_for("Users, 250 of 250 shown");
    let app = &mut desk.harness.state_mut().app;
    assert!(!app.query.is_filtered() && app.filter_line.is_none());
    app.execute(Command::Do(NamedCommand::LeaveSample));
    desk.wait_for("Users, 1 of 250 shown");
    assert_eq!(line(&desk), "LockedBy -eq 'bob'");
    desk.click("Clear the filter");
    desk.wait_for("Users, 250 of 250 shown");
    desk.click("Filter…");
    desk.click("Saved filters");
    desk.click("Locks of Bob");
    desk.wait_for("Users, 1 of 250 shown");
    let written = desk.harness.state().app.settings.written();
    let (read, why) = pindesk::app::WindowSettings::read(&written);
    assert_eq!((read.saved_filters.len(), why), (1, None));
    let copied = desk.control("Filter");
    assert!(!copied.accesskit_node().is_disabled());
}

#[test]
fn the_button_of_the_filter_stands_beside_the_chips_in_every_width() {
    let mut desk = Desk::with_sample_in(vec2(1024.0, 700.0), Theme::Light);
    for width in (1000..1500).step_by(20) {
        desk.harness.set_size(vec2(width as f32, 700.0));
        desk.harness.run();
        let middle = |name: &str| desk.harness.get_by_label_contains(name).rect().center().y;
        let (chip, button) = (middle("All 250"), middle("Filter…"));
        assert!((chip - button).abs() < 1.0, "{width}: {chip} and {button}");
    }
}

#[test]
fn the_filter_knows_policies_and_failed_logons() {
    let mut desk = Desk::with_sample();
    let carla = desk.stored("Carla Eklund").id;
    let aaron = desk.stored("Aaron Barros").id;
    let mut store = desk.store();
    let name = PolicyName::parse("Executives").unwrap();
    let policy = NamedPolicy {
        name: name.clone(),
        policy: PinPolicy::default(),
    };
    store.set_policy(&policy, &ann(), now()).unwrap();
    store
        .grant_policy(carla, Some(&name), &ann(), now())
        .unwrap();
    desk.click("Filter…");
    type_filter(&mut desk, "PinPolicy -eq 'executives'");
    desk.wait_for("Users, 1 of 250 shown");
    assert!(desk.has("Carla Eklund, "));
    // The list follows the store.
    store
        .grant_policy(aaron, Some(&name), &ann(), now())
        .unwrap();
    desk.press(NONE, Key::F5);
    desk.wait_for("Users, 2 of 250 shown");
    type_filter(&mut desk, "failures -gt 0 -and IsLockedOut -eq $False");
    desk.wait_until("nobody", |desk| shown(desk) == 0);
    let request = Request {
        action: Action::SetPin,
        targets: vec![Target::User(aaron)],
        keep: Keep::All,
        reason: String::new(),
        ticket: String::new(),
    };
    let plan = store
        .plan(&request, &ann(), now(), &Unwatched)
        .unwrap()
        .plan;
    store.apply(&plan, &ann(), now(), &Unwatched).unwrap();
    let wrong = Pin::parse("13579").unwrap();
    store.authenticate(aaron, &wrong, &ann(), now()).unwrap();
    desk.press(NONE, Key::F5);
    desk.wait_for("Users, 1 of 250 shown");
    assert!(desk.has("Aaron Barros, "));
    let app = &mut desk.harness.state_mut().app;
    app.execute(Command::Do(NamedCommand::CopyQuery));
    desk.wait_until("the reason", |desk| {
        desk.says("which no pipeline knows") || desk.has("which no pipeline knows")
    });
}

#[test]
fn a_kept_filter_has_a_key_that_works_in_every_view() {
    let mut desk = Desk::with_sample();
    let kept = &mut desk.harness.state_mut().app.settings.saved_filters;
    kept.insert("A".to_owned(), "IsPinSet -eq $False".to_owned());
    kept.insert("Locked".to_owned(), "IsLockedOut -eq $True".to_owned());
    desk.show("History");
    desk.press(Modifiers::ALT, Key::Num2);
    desk.wait_for("Users, 20 of 250 shown");
    desk.press(Modifiers::ALT, Key::Num9);
    assert_eq!(shown(&desk), 20, "no filter has this key");
    desk.click("Saved filters");
    assert!(desk.has("Forget Locked"), "{:?}", desk.names());
}

#[test]
fn a_filter_can_be_kept_for_all_operators_by_those_who_may() {
    let mut desk = Desk::with_sample();
    desk.click("Filter…");
    type_filter(
        &mut desk,
        "IsLockedOut -eq $True -and LockCause -eq 'Unknown'",
    );
    desk.wait_for("Users, 20 of 250 shown");
    desk.click("Saved filters");
    desk.enter_field("Name of this filter");
    desk.type_text("To be asked");
    desk.click("Keep for all");
    desk.wait_until("the filter", |desk| {
        desk.says("The filter is kept as To be asked, for all operators.")
    });
    let mut other = desk.beside("bob");
    other.press(Modifiers::COMMAND, Key::K);
    other.type_text("to be asked");
    other.wait_for("Filter for all: To be asked");
    other.press(Modifiers::NONE, Key::Enter);
    other.wait_for("Users, 20 of 250 shown");
    other.click("Saved filters");
    other.wait_for("For all operators");
    assert!(other.has("To be asked") && !other.has("Forget To be asked"));
    let button = other.control("Keep for all");
    let node = button.accesskit_node();
    assert!(node.is_disabled());
    let why = node.description().unwrap_or_default();
    assert!(
        why.starts_with("Filters for all are kept by those who may run"),
        "{why}"
    );

    desk.click("Saved filters");
    desk.click("Forget To be asked");
    desk.wait_until("the end of the filter", |desk| {
        desk.harness.state().app.filters_for_all.filters.is_empty()
    });
    other.press(Modifiers::NONE, Key::F5);
    other.wait_until("the end of the filter for others", |other| {
        other.harness.state().app.filters_for_all.filters.is_empty()
    });
}
