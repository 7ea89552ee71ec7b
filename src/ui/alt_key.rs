//! The Alt key by itself, which goes to the menus.

use eframe::egui::{Context, Event, Id, Key, Modifiers};

/// Whether Alt was pressed and released with nothing in between. It must be asked in each frame.
pub(super) fn is_tapped(ctx: &Context) -> bool {
    let id = Id::unique("held Alt");
    // None: Alt is not held. Otherwise, whether nothing else was pressed since.
    let mut held = ctx.data(|data| data.get_temp::<bool>(id));
    let mut is_tapped = false;
    ctx.input(|input| {
        for event in &input.events {
            match event {
                Event::ModifiersChanged(modifiers) if modifiers.alt => {
                    let is_alone = *modifiers == Modifiers::ALT;
                    held = Some(is_alone && held != Some(false));
                }
                Event::ModifiersChanged(_) => is_tapped |= held.take() == Some(true),
                Event::Key {
                    key: Key::AltLeft | Key::AltRight,
                    ..
                } => {}
                Event::Key { .. }
                | Event::Text(_)
                | Event::Ime(_)
                | Event::PointerButton { .. }
                | Event::MouseWheel { .. }
                | Event::WindowFocused(_) => held = held.map(|_alone| false),
                _ => {}
            }
        }
    });
    ctx.data_mut(|data| {
        if let Some(alone) = held {
            data.insert_temp(id, alone);
        } else {
            data.remove::<bool>(id);
        }
    });
    is_tapped
}
