//! The columns of the list, and its header.

use eframe::egui::{self, Key, Modifiers, Pos2, Theme, pos2, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use pindesk::app::{Command, GridColumn, NamedCommand};
use pindesk::directory::SortColumn;

use pindesk::domain::user::UserId;
use pindesk::plan::Action;

use super::harness::{Desk, lock_with_reason, sample_store, someone_else};

const NONE: Modifiers = Modifiers::NONE;

fn header(desk: &Desk, name: &str) -> egui::Rect {
    desk.harness.get_by_label_contains(name).rect()
}

fn width(desk: &Desk, column: GridColumn) -> f32 {
    desk.harness.state().app.settings.columns.width(column)
}

fn pointer(desk: &mut Desk, at: Pos2) {
    desk.harness.event(egui::Event::PointerMoved(at));
    desk.harness.step();
}

fn button(desk: &mut Desk, at: Pos2, button: egui::PointerButton, pressed: bool) {
    desk.harness.event(egui::Event::PointerButton {
        pos: at,
        button,
        pressed,
        modifiers: NONE,
    });
    desk.harness.step();
}

/// Presses the primary button at `from`, and moves the pointer to `to` in some steps. The button
/// stays down.
fn drag(desk: &mut Desk, from: Pos2, to: Pos2) {
    pointer(desk, from);
    button(desk, from, egui::PointerButton::Primary, true);
    for step in 1_u8..=5 {
        pointer(desk, from + (to - from) * (f32::from(step) / 5.0));
    }
}

fn release(desk: &mut Desk, at: Pos2) {
    button(desk, at, egui::PointerButton::Primary, false);
    desk.harness.run();
}

fn columns(desk: &Desk) -> Vec<String> {
    let headers = desk.harness.query_all_by_label_contains("Sort by ");
    let mut headers: Vec<_> = headers
        .map(|node| (node.rect().left(), node.accesskit_node().label()))
        .collect();
    headers.sort_by(|a, b| a.0.total_cmp(&b.0));
    let names = headers.into_iter().filter_map(|(_, name)| name);
    names
        .map(|name| {
            let name = name.trim_start_matches("Sort by ");
            name.split(',').next().unwrap_or_default().to_owned()
        })
        .collect()
}

fn open_menu(desk: &mut Desk, at: Pos2) {
    pointer(desk, at);
    button(desk, at, egui::PointerButton::Secondary, true);
    button(desk, at, egui::PointerButton::Secondary, false);
    desk.harness.run();
}

#[test]
fn a_column_follows_the_pointer_and_no_other_one_vanishes() {
    let mut desk = Desk::with_sample();
    let before = columns(&desk);
    let border = header(&desk, "Sort by Account").right_center() + vec2(3.0, 0.0);
    let was = width(&desk, GridColumn::Account);
    drag(&mut desk, border, border + vec2(93.0, 0.0));
    let wide = width(&desk, GridColumn::Account);
    assert!((wide - was - 93.0).abs() < 1.0, "{was} to {wide}");
    assert_eq!(columns(&desk), before);
    release(&mut desk, border + vec2(93.0, 0.0));
    // `run` has failed if the window went on painting.
    drag(
        &mut desk,
        border + vec2(93.0, 0.0),
        border - vec2(900.0, 0.0),
    );
    release(&mut desk, border - vec2(900.0, 0.0));
    assert!((width(&desk, GridColumn::Account) - 48.0).abs() < 1.0);
    assert_eq!(columns(&desk), before);
}

#[test]
fn the_window_comes_to_rest_after_zooming_and_dragging() {
    let mut desk = Desk::with_sample();
    for _ in 0..5 {
        desk.press(Modifiers::COMMAND, Key::Plus);
    }
    desk.press(Modifiers::COMMAND, Key::Num0);
    desk.harness.run();
    let border = header(&desk, "Sort by Account").right_center() + vec2(3.0, 0.0);
    drag(&mut desk, border, border + vec2(93.0, 0.0));
    release(&mut desk, border + vec2(93.0, 0.0));
    let shown = columns(&desk);
    for _ in 0..10 {
        desk.harness.step();
        assert_eq!(columns(&desk), shown);
    }
    desk.harness.run();
}

#[test]
fn a_list_that_is_wider_than_its_room_is_scrolled_sideways() {
    let mut desk = Desk::with_sample();
    for column in [GridColumn::SipAddress, GridColumn::Upn, GridColumn::Unit] {
        desk.harness
            .state_mut()
            .app
            .execute(Command::ShowColumn(column, true));
    }
    desk.harness.run();
    let before = header(&desk, "Sort by Expires").left();
    let middle = pos2(300.0, 400.0);
    pointer(&mut desk, middle);
    desk.harness.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: vec2(-200.0, 0.0),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Wheel,
        modifiers: NONE,
    });
    desk.harness.run();
    assert!(header(&desk, "Sort by Expires").left() < before - 100.0);
    // Another order begins at the left and at the top.
    desk.harness
        .state_mut()
        .app
        .execute(Command::SortBy(SortColumn::Expires));
    desk.wait_for("Sort by Expires, ascending");
    desk.wait_until("the answer", |desk| {
        let app = &desk.harness.state().app;
        app.view
            .as_ref()
            .is_some_and(|view| view.query == app.query)
    });
    assert!((header(&desk, "Sort by Expires").left() - before).abs() < 1.0);
}

#[test]
fn a_double_click_on_a_border_fits_the_column_to_its_content() {
    let mut desk = Desk::with_sample();
    let border = header(&desk, "Sort by Account").right_center() + vec2(3.0, 0.0);
    drag(&mut desk, border, border - vec2(80.0, 0.0));
    release(&mut desk, border - vec2(80.0, 0.0));
    let narrow = width(&desk, GridColumn::Account);
    let border = header(&desk, "Sort by Account").right_center() + vec2(3.0, 0.0);
    pointer(&mut desk, border);
    // All in one frame, since a frame of a test lasts longer than a double click.
    for pressed in [true, false, true, false] {
        let click = egui::Event::PointerButton {
            pos: border,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: NONE,
        };
        desk.harness.input_mut().events.push(click);
    }
    desk.harness.step();
    desk.harness.run();
    let fitted = width(&desk, GridColumn::Account);
    assert!(fitted > narrow + 40.0, "{narrow} to {fitted}");
}

#[test]
fn columns_are_moved_by_dragging_and_by_keys() {
    let mut desk = Desk::with_sample();
    assert_eq!(columns(&desk)[..3], ["Display name", "Account", "PIN"]);
    let from = header(&desk, "Sort by PIN").center();
    let to = header(&desk, "Sort by Display name").left_center() + vec2(5.0, 0.0);
    drag(&mut desk, from, to);
    release(&mut desk, to);
    assert_eq!(columns(&desk)[..3], ["PIN", "Display name", "Account"]);
    let sorted = "Sort by Display name, ascending";
    desk.harness.get_by_label(sorted).focus();
    desk.harness.run();
    desk.press(Modifiers::COMMAND, Key::ArrowLeft);
    assert_eq!(columns(&desk)[..3], ["Display name", "PIN", "Account"]);
    let was = width(&desk, GridColumn::DisplayName);
    desk.press(Modifiers::SHIFT, Key::ArrowRight);
    assert!(width(&desk, GridColumn::DisplayName) > was);
    desk.press(NONE, Key::ArrowRight);
    assert!(desk.control("Sort by PIN").is_focused());
}

#[test]
fn the_header_has_a_menu_for_the_pointer_and_for_keys() {
    let mut desk = Desk::with_sample();
    let at = header(&desk, "Sort by Account").center();
    open_menu(&mut desk, at);
    desk.click("Hide column");
    assert!(!columns(&desk).contains(&"Account".to_owned()));
    desk.harness
        .get_by_label("Sort by Display name, ascending")
        .focus();
    desk.harness.run();
    desk.press(NONE, Key::Menu);
    assert!(desk.control("Fit to the rows in view").is_focused());
    desk.press(NONE, Key::Escape);
    assert!(!desk.has("Fit to the rows in view"));
    assert!(
        desk.control("Sort by Display name, ascending").is_focused(),
        "the focus is back"
    );
    desk.press(Modifiers::SHIFT, Key::F10);
    desk.click("Reset all columns");
    assert!(columns(&desk).contains(&"Account".to_owned()));
}

#[test]
fn the_row_menu_opens_with_keys() {
    let mut desk = Desk::with_sample();
    desk.press(NONE, Key::ArrowDown);
    desk.press(NONE, Key::Menu);
    assert!(desk.has("Row menu"), "{:?}", desk.names());
    desk.press(NONE, Key::ArrowDown);
    desk.press(NONE, Key::Enter);
    desk.wait_for("1 no change needed");
}

#[test]
fn every_locked_row_says_locked() {
    let mut desk = Desk::with_sample();
    desk.search("Ken Myer");
    let app = &desk.harness.state().app;
    let view = app.view.clone().unwrap();
    let zone = app.zone();
    let position = view.positions[0];
    let text = pindesk::app::cell_text::cell_text(&view, position, GridColumn::Lock, None, zone);
    assert_eq!(text, "Locked, cause unknown");
}

#[test]
fn the_units_and_other_columns_are_shown_on_wish() {
    let mut desk = Desk::with_sample();
    desk.click("View");
    desk.click("Columns");
    desk.click("Organizational unit");
    assert!(desk.has("Organizational unit"));
    let app = &desk.harness.state().app;
    assert!(app.settings.columns.shown.contains(&GridColumn::Unit));
    let view = app.view.as_ref().unwrap();
    let position = view.positions[0];
    let unit =
        pindesk::app::cell_text::cell_text(view, position, GridColumn::Unit, None, app.zone());
    assert!(unit.starts_with("litwareinc.com/"), "{unit}");
}

#[test]
fn a_selection_that_the_search_hides_is_said_to_be_hidden() {
    let mut desk = Desk::with_sample();
    desk.search("Ken Myer");
    desk.press(NONE, Key::ArrowDown);
    assert!(desk.has("1 selected · 1 of 250 shown"));
    desk.search("Pilar Ackerman");
    assert!(desk.has("1 selected, not shown · 1 of 250 shown"));
    desk.search("");
    assert!(desk.has("1 selected · 250 of 250 shown"));
}

#[test]
fn the_chips_stand_on_one_line() {
    let desk = Desk::with_sample();
    let line = |name: &str| desk.harness.get_by_label_contains(name).rect().center().y;
    assert!((line("All 250") - line("Expiring in 14 days")).abs() < 1.0);
}

#[test]
fn columns_from_the_store_are_shown_for_the_rows_in_view_and_renewed_when_it_is_written() {
    let mut desk = Desk::with_sample();
    someone_else(&mut desk.store(), Action::Lock, "Aaron Barros", "bob");
    let asked = |desk: &Desk| {
        let rows = &desk.harness.state().app.rows_in_view;
        !rows.lacks([]) && rows.facts(UserId(1)).is_some()
    };
    desk.harness.run();
    assert!(!asked(&desk), "nothing is read before a column needs it");
    let app = &mut desk.harness.state_mut().app;
    app.execute(Command::ShowColumn(GridColumn::Reason, true));
    app.execute(Command::ShowColumn(GridColumn::Policy, true));
    desk.wait_for("Reason: asked on the phone");
    desk.wait_for("Policy: Global");
    someone_else(&mut desk.store(), Action::Unlock, "Aaron Barros", "carl");
    desk.harness
        .state_mut()
        .app
        .execute(Command::Do(NamedCommand::Refresh));
    desk.wait_until("the reason goes with the lock", |desk| {
        !desk.has("Reason: asked on the phone")
    });
    someone_else(
        &mut desk.store(),
        Action::Lock,
        "sip:ksato@litwareinc.com",
        "bob",
    );
    desk.press(NONE, Key::ArrowDown);
    desk.press(NONE, Key::End);
    desk.wait_for("Reason: asked on the phone");
}

#[test]
fn columns_from_the_store_are_copied_for_all_selected_users() {
    let mut desk = Desk::with_sample();
    someone_else(&mut desk.store(), Action::Lock, "Zoë Smith", "bob");
    let app = &mut desk.harness.state_mut().app;
    app.execute(Command::ShowColumn(GridColumn::Reason, true));
    desk.press(NONE, Key::ArrowDown);
    desk.press(Modifiers::COMMAND, Key::A);
    desk.harness.event(egui::Event::Copy);
    let text = super::copy::copied(&mut desk);
    let header = text.lines().next().unwrap_or_default();
    assert!(header.ends_with("\tReason"), "{header}");
    assert!(
        text.contains("asked on the phone"),
        "also of rows that are out of view"
    );
}

#[test]
fn columns_that_are_read_from_the_store_sort_the_list_and_the_order_is_said() {
    let mut desk = Desk::open(
        |path| {
            let mut store = sample_store(path);
            lock_with_reason(&mut store, "Carla Okafor", "bob", "badge lost");
            lock_with_reason(&mut store, "Carla Eklund", "bob", "on leave");
        },
        vec2(1600.0, 800.0),
        Theme::Light,
    );
    desk.wait_for("Users, 250 of 250 shown");
    for column in [GridColumn::Reason, GridColumn::Unit] {
        let app = &mut desk.harness.state_mut().app;
        app.execute(Command::ShowColumn(column, true));
    }
    for column in [GridColumn::Account, GridColumn::Pin, GridColumn::Lock] {
        let app = &mut desk.harness.state_mut().app;
        app.execute(Command::ShowColumn(column, false));
    }
    desk.harness.run();
    let first_names = |desk: &Desk| {
        let view = desk.harness.state().app.view.clone().unwrap();
        let names = (0..2).filter_map(|row| desk.harness.state().app.name_of(view.id_at(row)?));
        names.collect::<Vec<_>>()
    };
    for (order, expected) in [
        ("ascending", ["Carla Okafor", "Carla Eklund"]),
        ("descending", ["Carla Eklund", "Carla Okafor"]),
    ] {
        let header = if order == "ascending" {
            "Sort by Reason"
        } else {
            "Sort by Reason, ascending"
        };
        desk.click_row(header);
        desk.wait_until("the order", |desk| first_names(desk) == expected);
        assert!(desk.has(&format!("Sort by Reason, {order}")));
        assert!(desk.says(&format!("Sorted by Reason, {order}.")));
    }
    // A new reason moves its user, also while the list is shown.
    someone_else(&mut desk.store(), Action::Unlock, "Carla Eklund", "eve");
    lock_with_reason(&mut desk.store(), "Alice Gerber", "bob", "zero trust");
    desk.press(NONE, Key::F5);
    desk.wait_until("the new order", |desk| {
        first_names(desk) == ["Alice Gerber", "Carla Okafor"]
    });
    desk.click_row("Sort by Organizational unit");
    let rows = |desk: &Desk| desk.harness.state().app.query.sort.column;
    assert_eq!(rows(&desk), SortColumn::Unit);
}
