//! The insights view: a bar leads to its users, and a chart is saved.

use eframe::egui::{Key, Modifiers};
use pindesk::app::WindowView;

use super::harness::Desk;

/// The number behind the label of a bar.
fn count_of(desk: &Desk, label: &str) -> Option<usize> {
    let start = format!("{label}: ");
    let names = desk.names();
    let sentence = names.iter().find_map(|name| name.strip_prefix(&start))?;
    sentence.split('.').next()?.replace(',', "").parse().ok()
}

#[test]
fn a_bar_leads_to_its_users_and_the_chart_is_saved() {
    let mut desk = Desk::with_sample();
    desk.press(Modifiers::COMMAND, Key::Num5);
    desk.wait_until("the chart", |desk| count_of(desk, "Expired").is_some());
    let expired = count_of(&desk, "Expired").unwrap();
    assert!(expired > 0);

    let csv = desk.folder.path().join("expiry.csv");
    desk.answer_dialogs_with(&csv);
    desk.click("Save as CSV…");
    desk.wait_until("the file", |desk| desk.says("Chart saved: "));
    let text = std::fs::read_to_string(&csv).unwrap();
    assert!(
        text.contains(&format!("\"Expired\",\"{expired}\"")),
        "{text}"
    );

    desk.click_row("Expired: ");
    desk.wait_until("the users", |desk| {
        let app = &desk.harness.state().app;
        let view = app.view.as_ref().unwrap();
        app.shown_view() == WindowView::Users && view.query == app.query && view.len() == expired
    });
    desk.press(Modifiers::NONE, Key::Escape);
    assert!(!desk.has("Show everybody"), "Esc lists all again");

    desk.show("Insights");
    desk.wait_for("Users by PIN policy");
    desk.click_row("Users by PIN policy");
    desk.wait_until("the policies", |desk| count_of(desk, "Global") == Some(250));
}
