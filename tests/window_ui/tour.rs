//! The tour of the README, followed word by word: its steps are read from the file, and each must hold.

use eframe::egui::{Event, Key, Modifiers, PointerButton};
use egui_kittest::kittest::Queryable as _;
use fancy_regex::Regex;
use pindesk::app::WindowView;
use pindesk::domain::identity::Identity;
use pindesk::store::Store;

use super::harness::{Desk, ann, now};

const TITLE: &str = "## Five minutes on the sample directory";

/// A deed that a step asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Deed {
    Press(String),
    Type(String),
    Key(String),
    Select(String),
    DoubleClick(String),
    Answer,
}

/// The numbered steps.
fn steps() -> Vec<String> {
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let text = std::fs::read_to_string(readme).unwrap();
    let (_, tour) = text.split_once(TITLE).unwrap();
    let tour = tour.split("\n## ").next().unwrap();
    let step = |line: &str| {
        let (number, step) = line.split_once(". ")?;
        number.parse::<u8>().ok().map(|_| step.to_owned())
    };
    tour.lines().filter_map(step).collect()
}

/// The deeds of a step, in their order. A shortcut in brackets is another way to the same.
fn deeds(step: &str) -> Vec<Deed> {
    let pattern = Regex::new(
        r"(?:[Pp]ress|the chip) \*\*(?<press>[^*]+)\*\*|[Tt]ype `(?<type>[^`]+)`|(?<answer>answer the one question)|Select (?<select>[A-Z]\w+ [A-Z]\w+)|Double-click (?<double>[A-Z]\w+ [A-Z]\w+)|(?<!\()\b(?<key>Ctrl\+\w|F\d|Esc)\b",
    )
    .unwrap();
    let mut deeds = Vec::new();
    for found in pattern.captures_iter(step) {
        let found = found.unwrap();
        let text = |name: &str| found.name(name).map(|text| text.as_str().to_owned());
        let deed = None
            .or_else(|| text("press").map(Deed::Press))
            .or_else(|| text("type").map(Deed::Type))
            .or_else(|| text("answer").map(|_| Deed::Answer))
            .or_else(|| text("select").map(Deed::Select))
            .or_else(|| text("double").map(Deed::DoubleClick))
            .or_else(|| text("key").map(Deed::Key));
        deeds.extend(deed);
    }
    deeds
}

/// The first number of a text, in digits or as a word.
fn number(text: &str) -> usize {
    const WORDS: [&str; 10] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    ];
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    let number = words.find_map(|word| {
        let of_word = || WORDS.iter().position(|number| *number == word);
        word.parse().ok().or_else(of_word)
    });
    number.unwrap_or_else(|| panic!("no number: {text}"))
}

/// The part of a step behind some of its words.
fn behind<'a>(step: &'a str, words: &str) -> &'a str {
    let found = step.split_once(words);
    found.unwrap_or_else(|| panic!("{words}: {step}")).1
}

fn double_click(desk: &mut Desk, name: &str) {
    let link = format!("Show {name} in Users");
    let at = desk.harness.get_by_label(&link).rect().center();
    // All in one frame, since a frame of a test lasts longer than a double click.
    let events = &mut desk.harness.input_mut().events;
    events.push(Event::PointerMoved(at));
    for pressed in [true, false, true, false] {
        events.push(Event::PointerButton {
            pos: at,
            button: PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        });
    }
    desk.harness.step();
    desk.harness.run();
}

fn press(desk: &mut Desk, key: &str) {
    match key.strip_prefix("Ctrl+") {
        Some(key) => desk.press(Modifiers::COMMAND, Key::from_name(key).unwrap()),
        None if key == "Esc" => desk.press(Modifiers::NONE, Key::Escape),
        None => desk.press(Modifiers::NONE, Key::from_name(key).unwrap()),
    }
}

fn do_it(desk: &mut Desk, deed: &Deed) {
    match deed {
        Deed::Press(name) => {
            // The number of a chip is in its name.
            let is_number = |end: &str| end.trim().parse::<u32>().is_ok();
            let is_it = |label: &String| {
                let end = label.strip_prefix(name.as_str());
                end.is_some_and(|end| end.is_empty() || is_number(end))
            };
            desk.wait_until(name, |desk| desk.names().iter().any(is_it));
            let label = desk.names().into_iter().find(is_it).unwrap();
            desk.click(&label);
        }
        Deed::Type(text) => {
            // The new text takes the place of the one before.
            desk.press(Modifiers::COMMAND, Key::A);
            desk.type_text(text);
        }
        Deed::Key(key) => press(desk, key),
        Deed::Select(name) => desk.click_row(&format!("{name}, ")),
        Deed::DoubleClick(name) => double_click(desk, name),
        Deed::Answer => desk.click("Confirm"),
    }
}

/// Whether a user of the store that is shown is locked.
fn is_locked(desk: &Desk, name: &str) -> bool {
    let store = Store::open(desk.harness.state().app.store(), &ann(), now()).unwrap();
    let found = store.find(&Identity::parse(name).unwrap()).unwrap();
    assert_eq!(found.len(), 1, "{name}");
    found[0].pin.is_locked_out(now())
}

fn wait_for_rows(desk: &mut Desk, count: usize) {
    desk.wait_until("the listed users", |desk| {
        let app = &desk.harness.state().app;
        let is_it =
            |view: &pindesk::directory::View| view.len() == count && view.query == app.query;
        app.view.as_ref().is_some_and(|view| is_it(view))
    });
}

#[test]
fn the_tour_of_the_readme_holds_step_by_step() {
    let steps = steps();
    let [open, find, filter, preview, apply, look, keys] = steps.as_slice() else {
        panic!("the tour has other steps: {steps:#?}");
    };
    let mut desk = Desk::first_start();
    let name = |deed: &Deed| match deed {
        Deed::Select(name) | Deed::DoubleClick(name) => name.clone(),
        other => panic!("{other:?}"),
    };

    let all = number(behind(open, "Its "));
    for deed in deeds(open) {
        do_it(&mut desk, &deed);
    }
    wait_for_rows(&mut desk, all);

    let typed = deeds(find);
    assert_eq!(typed.len(), 2, "{find}");
    do_it(&mut desk, &typed[0]);
    wait_for_rows(&mut desk, 1);
    let found = behind(find, ": ").split(" is found").next().unwrap();
    assert!(desk.has(&format!("{found}, ")), "{found}");
    do_it(&mut desk, &typed[1]);
    let people = find.split(" people").next().unwrap();
    let people = number(people.rsplit(' ').next().unwrap());
    wait_for_rows(&mut desk, people);

    let locked = number(behind(filter, "so all "));
    for deed in deeds(filter) {
        do_it(&mut desk, &deed);
    }
    wait_for_rows(&mut desk, locked);
    let cause = behind(filter, "are \"").split('"').next().unwrap();
    assert!(desk.has(&format!("{cause} {locked}")), "{:?}", desk.names());

    let chosen = deeds(preview);
    assert_eq!(chosen.len(), 2, "{preview}");
    let user = name(&chosen[0]);
    for deed in &chosen {
        do_it(&mut desk, deed);
    }
    desk.wait_for("1 will change");
    assert!(is_locked(&desk, &user), "nothing has changed yet");
    for field in ["reason", "ticket"] {
        assert!(preview.contains(&format!("a {field}")), "{preview}");
    }
    desk.enter_field("Reason");
    desk.type_text("Found the notebook");
    desk.enter_field("Ticket");
    desk.type_text("HD-1");

    for deed in deeds(apply) {
        do_it(&mut desk, &deed);
    }
    desk.wait_for("1 changed");
    assert!(!is_locked(&desk, &user));

    let looked = deeds(look);
    assert_eq!(looked.len(), 1, "{look}");
    assert_eq!(name(&looked[0]), user);
    do_it(&mut desk, &looked[0]);
    desk.wait_for("kenmyer@litwareinc.com");
    desk.wait_until("the history", |desk| desk.has("Found the notebook"));
    assert!(desk.has("Unlocked"), "{:?}", desk.names());

    let pressed = deeds(keys);
    let keys_of: Vec<Deed> = ["Ctrl+Z", "Ctrl+4", "Ctrl+3", "Ctrl+K", "F1"]
        .map(|key| Deed::Key(key.to_owned()))
        .into();
    assert_eq!(pressed, keys_of, "{keys}");
    do_it(&mut desk, &pressed[0]);
    desk.wait_for("Undo batch");
    for (deed, view) in [(1, WindowView::History), (2, WindowView::Plans)] {
        do_it(&mut desk, &pressed[deed]);
        assert_eq!(desk.harness.state().app.shown_view(), view);
    }
    do_it(&mut desk, &pressed[3]);
    assert!(desk.harness.state().app.command_box.is_some());
    desk.press(Modifiers::NONE, Key::Escape);
    do_it(&mut desk, &pressed[4]);
    assert!(desk.harness.state().app.help.is_some());
}
