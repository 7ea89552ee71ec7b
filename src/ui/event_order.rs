//! The order of what comes in one frame.
//!
//! Shortcuts are read before the list moves its cursor or a click selects a row. When a slow frame gets
//! both, the shortcut would work on the users who were selected before. So each shortcut has a frame of
//! its own.
//!
//! A shortcut can move the focus, which the next frame does while it paints. A text that comes with that
//! frame would still reach what had the focus before. So keys, texts and clicks leave that frame out.

use eframe::egui::{Event, Key};

/// Events that wait for a later frame.
#[derive(Default)]
pub(super) struct LaterEvents {
    waiting: Vec<Event>,
    /// Whether the last frame had a shortcut, so that this one may move the focus.
    focus_moves: bool,
}

impl LaterEvents {
    /// Leaves the events of this frame, after those that waited. Returns whether some wait for the
    /// next one.
    pub fn hold(&mut self, events: &mut Vec<Event>) -> bool {
        let mut all = std::mem::take(&mut self.waiting);
        all.append(events);
        let (count, has_shortcut) = if self.focus_moves {
            let first = all.iter().position(|event| input(event).is_some());
            (first.unwrap_or(all.len()), false)
        } else {
            of_one_frame(&all)
        };
        self.focus_moves = has_shortcut;
        self.waiting = all.split_off(count);
        *events = all;
        !self.waiting.is_empty()
    }
}

/// The number of events until a shortcut that has others before or behind it, and whether a shortcut is
/// among them.
fn of_one_frame(events: &[Event]) -> (usize, bool) {
    let (mut has_input, mut has_shortcut) = (false, false);
    for (at, event) in events.iter().enumerate() {
        let Some(is_shortcut) = input(event) else {
            continue;
        };
        if has_shortcut || is_shortcut && has_input {
            return (at, has_shortcut);
        }
        (has_input, has_shortcut) = (true, is_shortcut);
    }
    (events.len(), has_shortcut)
}

/// Whether an event of the operator is a shortcut, or a key that opens or closes something. None for
/// other events.
fn input(event: &Event) -> Option<bool> {
    match event {
        Event::Key {
            key,
            pressed: true,
            modifiers,
            ..
        } => Some(modifiers.command || modifiers.alt || matches!(key, Key::Escape | Key::Enter)),
        Event::PointerButton { .. } | Event::Text(_) | Event::Paste(_) => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use eframe::egui::{Key, Modifiers, PointerButton, Pos2};

    use super::*;

    fn key(key: Key, modifiers: Modifiers) -> Event {
        Event::Key {
            key,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers,
        }
    }

    fn click() -> Event {
        Event::PointerButton {
            pos: Pos2::ZERO,
            button: PointerButton::Primary,
            pressed: true,
            modifiers: Modifiers::NONE,
        }
    }

    /// The numbers of events in each frame, when all come in the first one.
    fn frames(events: Vec<Event>) -> Vec<usize> {
        let (mut later, mut events, mut frames) = (LaterEvents::default(), events, Vec::new());
        loop {
            let some_wait = later.hold(&mut events);
            frames.push(events.len());
            events.clear();
            if !some_wait {
                return frames;
            }
        }
    }

    #[test]
    fn a_shortcut_comes_after_the_keys_and_clicks_before_it() {
        let down = || key(Key::ArrowDown, Modifiers::SHIFT);
        let unlock = || key(Key::U, Modifiers::COMMAND);
        assert_eq!(frames(vec![down(), down(), unlock()]), [2, 1]);
        assert_eq!(
            frames(vec![click(), unlock(), down(), down()]),
            [1, 1, 0, 2]
        );
        assert_eq!(frames(vec![unlock(), unlock()]), [1, 0, 1]);
    }

    #[test]
    fn keys_without_shortcuts_stay_in_one_frame() {
        let down = || key(Key::ArrowDown, Modifiers::NONE);
        let text = || Event::Text("a".to_owned());
        assert_eq!(frames(vec![down(), down(), text(), click()]), [4]);
        assert_eq!(frames(vec![key(Key::U, Modifiers::COMMAND)]), [1]);
        assert_eq!(frames(Vec::new()), [0]);
    }

    #[test]
    fn a_text_behind_a_key_that_moves_the_focus_comes_when_the_focus_is_there() {
        let text = || Event::Text("m".to_owned());
        let search = || key(Key::F, Modifiers::COMMAND);
        let escape = || key(Key::Escape, Modifiers::NONE);
        assert_eq!(frames(vec![search(), text(), text()]), [1, 0, 2]);
        assert_eq!(frames(vec![escape(), search(), text()]), [1, 0, 1, 0, 1]);
        // Also when the text comes with the next frame only. Other events do not wait.
        let mut later = LaterEvents::default();
        assert!(!later.hold(&mut vec![search()]));
        let mut events = vec![Event::PointerGone, text()];
        assert!(later.hold(&mut events));
        assert_eq!(events, [Event::PointerGone]);
        let mut events = Vec::new();
        assert!(!later.hold(&mut events));
        assert_eq!(events, [text()]);
    }

    #[test]
    fn what_waited_comes_before_what_is_new() {
        let unlock = || key(Key::U, Modifiers::COMMAND);
        let mut later = LaterEvents::default();
        let mut events = vec![click(), unlock()];
        assert!(later.hold(&mut events));
        let mut events = vec![click()];
        assert!(later.hold(&mut events));
        assert_eq!(events, [unlock()]);
        let mut events = Vec::new();
        assert!(later.hold(&mut events));
        assert_eq!(events, []);
        assert!(!later.hold(&mut events));
        assert_eq!(events, [click()]);
    }
}
