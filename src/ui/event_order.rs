//! The order of what comes in one frame.
//!
//! Shortcuts are read before the list moves its cursor or a click selects a row. When a slow frame gets
//! both, the shortcut would work on the users who were selected before. So each shortcut has a frame of
//! its own.

use eframe::egui::Event;

/// Events that wait for a later frame.
#[derive(Default)]
pub(super) struct LaterEvents(Vec<Event>);

impl LaterEvents {
    /// Leaves the events of this frame, after those that waited. Returns whether some wait for the
    /// next one.
    pub fn hold(&mut self, events: &mut Vec<Event>) -> bool {
        let mut all = std::mem::take(&mut self.0);
        all.append(events);
        self.0 = all.split_off(of_one_frame(&all));
        *events = all;
        !self.0.is_empty()
    }
}

/// The number of events until a shortcut that has others before or behind it.
fn of_one_frame(events: &[Event]) -> usize {
    let (mut has_input, mut has_shortcut) = (false, false);
    for (at, event) in events.iter().enumerate() {
        let is_shortcut = match event {
            Event::Key {
                pressed: true,
                modifiers,
                ..
            } => modifiers.command || modifiers.alt,
            Event::PointerButton { .. } | Event::Text(_) | Event::Paste(_) => false,
            _ => continue,
        };
        if has_shortcut || is_shortcut && has_input {
            return at;
        }
        (has_input, has_shortcut) = (true, is_shortcut);
    }
    events.len()
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
        assert_eq!(frames(vec![click(), unlock(), down(), down()]), [1, 1, 2]);
        assert_eq!(frames(vec![unlock(), unlock()]), [1, 1]);
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
    fn what_waited_comes_before_what_is_new() {
        let unlock = || key(Key::U, Modifiers::COMMAND);
        let mut later = LaterEvents::default();
        let mut events = vec![click(), unlock()];
        assert!(later.hold(&mut events));
        let mut events = vec![click()];
        assert!(later.hold(&mut events));
        assert_eq!(events, [unlock()]);
        let mut events = Vec::new();
        assert!(!later.hold(&mut events));
        assert_eq!(events, [click()]);
    }
}
