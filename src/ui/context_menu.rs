//! Context menus. A right click opens them at the pointer; the Menu key and Shift+F10 open that of
//! what has the focus, and put the focus into it.

use eframe::egui::{Id, Key, Modifiers, Popup, RectAlign, Response, SetOpenCommand, Ui};

/// Paints the menu of a widget if it is open. The keys open it while `focus` has the focus, which
/// gets the focus back afterwards. `contents` returns the first item.
pub fn context_menu(
    ui: &Ui,
    response: &Response,
    name: &str,
    focus: Id,
    contents: impl FnOnce(&mut Ui) -> Response,
) {
    let id = Popup::default_response_id(response);
    let by_key = id.with("by key");
    let mut menu = Popup::context_menu(response).anchor_widget(focus);
    if ui.memory(|memory| memory.has_focus(focus)) && asks_for_menu(ui) {
        menu = menu.open_memory(SetOpenCommand::Bool(true));
        ui.data_mut(|data| data.insert_temp(by_key, true));
    }
    let is_by_key = ui.data(|data| data.get_temp::<bool>(by_key));
    if is_by_key.is_some() {
        menu = menu.anchor(response).align(RectAlign::BOTTOM_START);
    }
    let shown = menu.accessible_name(name).show(|ui| {
        let first = contents(ui);
        // The size of the menu is not known in its first frame, in which it is not painted.
        if is_by_key == Some(true) && !ui.is_sizing_pass() {
            first.request_focus();
            ui.data_mut(|data| data.insert_temp(by_key, false));
        }
    });
    if is_by_key.is_some() && (shown.is_none() || !Popup::is_id_open(ui.ctx(), id)) {
        ui.data_mut(|data| data.remove::<bool>(by_key));
        ui.memory_mut(|memory| memory.request_focus(focus));
    }
}

/// Whether a menu was asked for with the Menu key or with Shift+F10.
fn asks_for_menu(ui: &Ui) -> bool {
    ui.input_mut(|input| {
        input.consume_key(Modifiers::NONE, Key::Menu)
            || input.consume_key(Modifiers::SHIFT, Key::F10)
    })
}
