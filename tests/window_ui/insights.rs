//! The insights view: a bar leads to its users, and a chart is saved.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

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

/// The size of a PNG file, and the red, green and blue of its pixels.
fn decoded(path: &Path) -> ((u32, u32), Vec<u8>) {
    let file = BufReader::new(File::open(path).unwrap());
    let mut reader = png::Decoder::new(file).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    ((frame.width, frame.height), pixels)
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

    let png = desk.folder.path().join("expiry.png");
    desk.answer_dialogs_with(&png);
    desk.click("Save as PNG…");
    desk.wait_until("the picture", |desk| desk.says("Picture saved: "));
    let (size, pixels) = decoded(&png);
    // Expired, twelve weeks, later and never: fifteen bars, and their head.
    assert_eq!(size, (1720, 2 * (2 * 16 + 88 + 15 * 28)));
    let bars = pixels
        .chunks(3)
        .filter(|pixel| *pixel == [0x0B, 0x5C, 0xAD]);
    assert!(
        bars.count() > 10_000,
        "bars in the accent colour of the light theme"
    );
    let letters = pixels
        .chunks(3)
        .filter(|pixel| pixel.iter().all(|part| *part < 0x40));
    assert!(letters.count() > 1_000, "letters");

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
