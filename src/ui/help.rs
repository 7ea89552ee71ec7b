//! The dialogs of the Help menu: the user guide, the shortcuts, and About.

use eframe::egui::{
    Frame, Grid, Id, Label, Rect, RichText, Sense, TextStyle, Ui, accesskit::Role, vec2,
};
use egui_commonmark::{CommonMarkCache, CommonMarkViewer};
use strum::VariantArray as _;

use super::dialog::{close_button, dialog, most_height, scrolled};
use super::{theme, widgets};
use crate::app::{App, Command, FocusTarget, HelpDialog, KEY_MENU, NamedCommand, WindowView};

/// docs/user-guide.md, as Markdown.
const GUIDE: &str = include_str!("../../docs/user-guide.md");

/// The largest height of a text in points.
const HEIGHT: f32 = 560.0;

pub fn help_ui(ui: &Ui, app: &App, help: HelpDialog, commands: &mut Vec<Command>) {
    match help {
        HelpDialog::UserGuide => guide_ui(ui, app, commands),
        HelpDialog::Shortcuts => shortcuts_ui(ui, app, commands),
        HelpDialog::About => about_ui(ui, app, commands),
    }
}

fn guide_ui(ui: &Ui, app: &App, commands: &mut Vec<Command>) {
    let name = NamedCommand::UserGuide.text();
    dialog(ui, "user guide", name, 680.0, |ui| {
        text_ui(ui, app, name, |ui| {
            ui.style_mut().url_in_tooltip = true;
            let font = theme::strong(theme::LARGE);
            ui.style_mut().text_styles.insert(TextStyle::Heading, font);
            // Otherwise the first line of a list item is as high as a button.
            ui.spacing_mut().interact_size.y = ui.text_style_height(&TextStyle::Body);
            CommonMarkViewer::new().show(ui, &mut CommonMarkCache::default(), GUIDE);
        });
        close_button(ui, commands);
    });
}

fn shortcuts_ui(ui: &Ui, app: &App, commands: &mut Vec<Command>) {
    let name = NamedCommand::Shortcuts.text();
    dialog(ui, "shortcuts", name, 540.0, |ui| {
        widgets::title(ui, name);
        text_ui(ui, app, name, |ui| {
            Grid::new("shortcuts grid")
                .num_columns(2)
                .spacing([theme::GAP_XL, 6.0])
                .min_row_height(0.0)
                .show(ui, |ui| {
                    for group in ShortcutGroup::VARIANTS.iter().copied() {
                        ui.label(RichText::new(group.label()).font(theme::strong(theme::BODY)));
                        ui.end_row();
                        for (text, keys) in shortcuts(group) {
                            ui.label(text);
                            ui.label(RichText::new(keys).font(theme::strong(theme::SMALL)));
                            ui.end_row();
                        }
                    }
                });
        });
        close_button(ui, commands);
    });
}

/// The groups of the shortcuts, in their order.
#[derive(Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::VariantArray)]
enum ShortcutGroup {
    Views,
    #[strum(serialize = "List of users")]
    Users,
    #[strum(serialize = "PINs, previews and files")]
    Work,
    Window,
}

impl ShortcutGroup {
    fn label(self) -> &'static str {
        self.into()
    }

    fn of(named: NamedCommand) -> Self {
        let mut views = WindowView::VARIANTS.iter().map(|view| view.command());
        match named {
            _ if views.any(|view| view == named) => Self::Views,
            NamedCommand::EarlierView | NamedCommand::LaterView => Self::Views,
            NamedCommand::Lock
            | NamedCommand::Unlock
            | NamedCommand::Undo
            | NamedCommand::Apply
            | NamedCommand::Import
            | NamedCommand::NextProblem
            | NamedCommand::PreviousProblem
            | NamedCommand::Palette => Self::Work,
            NamedCommand::Refresh
            | NamedCommand::NextPane
            | NamedCommand::MenuBar
            | NamedCommand::Shortcuts
            | NamedCommand::CloseDialog
            | NamedCommand::Quit => Self::Window,
            _ => Self::Users,
        }
    }

    /// The keys that are no commands.
    fn others(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Users => &IN_LIST,
            Self::Window => &[
                ("Menus, too", "Alt"),
                (
                    "Larger, smaller, normal size",
                    "Ctrl+Plus, Ctrl+Minus, Ctrl+0",
                ),
            ],
            Self::Views => &[("Through the views, in the rail", "↑ ↓")],
            Self::Work => &[],
        }
    }
}

const IN_LIST: [(&str, &str); 5] = [
    ("Use a kept filter", "Alt+1 to Alt+9"),
    (
        "Move the cursor in the list",
        "↑ ↓ Page Up Page Down Home End",
    ),
    (
        "Select from here to there",
        "Shift + those keys, or Shift + click",
    ),
    (
        "Move the cursor and keep the selection",
        "Ctrl + those keys, then Space",
    ),
    (
        "Select one more, or one less",
        "Ctrl + click, or a click on the box",
    ),
];

/// The words and the keys of each shortcut of a group.
fn shortcuts(group: ShortcutGroup) -> Vec<(&'static str, String)> {
    let named = NamedCommand::VARIANTS.iter().copied();
    let named = named.filter(|named| ShortcutGroup::of(*named) == group);
    let named = named.filter_map(|named| {
        let shortcut = named.shortcut()?;
        Some((named.text(), shortcut.to_string()))
    });
    let others = group.others().iter();
    let others = others.map(|(text, keys)| (*text, (*keys).to_owned()));
    named.chain(others).collect()
}

/// A text that scrolls if it is higher than the window permits. It has the focus from the start, so
/// that the keys scroll it.
fn text_ui(ui: &mut Ui, app: &App, name: &str, contents: impl FnOnce(&mut Ui)) {
    let height = HEIGHT.min(most_height(ui));
    let area = Rect::from_min_size(ui.cursor().min, vec2(ui.available_width(), height));
    let id = Id::unique((name, "text"));
    let focus = ui.interact(area, id, Sense::FOCUSABLE);
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_role(Role::Document);
        node.set_label(format!("Text of the {}", name.to_lowercase()));
    });
    if app.next_frame.focus == Some(FocusTarget::Help) {
        focus.request_focus();
    }
    let line = ui.text_style_height(&TextStyle::Body);
    let down = if focus.has_focus() {
        widgets::keys_down(ui, id, line, height)
    } else {
        0.0
    };
    let shown = scrolled(ui, name, height, |ui| {
        if down != 0.0 {
            ui.scroll_with_delta(vec2(0.0, -down));
        }
        Frame::new().inner_margin(theme::GAP_M).show(ui, contents);
    });
    if focus.has_focus() {
        widgets::focus_ring(ui, shown);
    }
}

fn about_ui(ui: &Ui, app: &App, commands: &mut Vec<Command>) {
    dialog(ui, "about", NamedCommand::About.text(), 420.0, |ui| {
        widgets::title(ui, &format!("PinDesk {}", env!("CARGO_PKG_VERSION")));
        ui.label(
            "Finds users, shows whose PIN is locked, and locks or unlocks PINs with a preview before anything changes.",
        );
        let store = app.store().display().to_string();
        let keys = app
            .keys
            .as_ref()
            .map(|keys| keys.lines(&KEY_MENU).join(" "));
        for (label, text) in [
            ("Store", store.as_str()),
            ("PIN key", keys.as_deref().unwrap_or("Not read yet")),
            ("Renderer", &app.renderer),
            ("Licence", "MIT or Apache-2.0"),
        ] {
            ui.horizontal_top(|ui| {
                let name = ui.label(RichText::new(label).font(theme::strong(theme::SMALL)));
                ui.add_space((70.0 - name.rect.width()).max(0.0));
                ui.add(Label::new(RichText::new(text).font(theme::small())).wrap());
            });
        }
        close_button(ui, commands);
    });
}
