//! Which commands are possible now.

use super::{App, NamedCommand, WhatIfPanel, WindowView};

impl App {
    /// Whether a command of the menus can be carried out now, in the shown view.
    pub fn is_possible(&self, named: NamedCommand) -> bool {
        let (is_idle, has_list) = (!self.is_writing(), self.view.is_some());
        let has_selection = !self.selection.is_empty();
        let is_preview = matches!(self.panel, WhatIfPanel::Preview(_));
        let is_now = match named {
            NamedCommand::Import
            | NamedCommand::OpenSample
            | NamedCommand::LeaveSample
            | NamedCommand::OpenStore
            | NamedCommand::OpenRestore => is_idle,
            NamedCommand::OpenPlan | NamedCommand::Undo | NamedCommand::OpenList => {
                is_idle && has_list
            }
            NamedCommand::ExportUsers
            | NamedCommand::ExportPins
            | NamedCommand::OpenKeys
            | NamedCommand::BackUpNow
            | NamedCommand::PasteUsers
            | NamedCommand::Palette
            | NamedCommand::CommandBox
            | NamedCommand::CopyQuery
            | NamedCommand::FilterLine
            | NamedCommand::SelectAll => has_list,
            NamedCommand::PrintList | NamedCommand::ExportList | NamedCommand::SaveWorkbook => {
                self.has_list_to_save()
            }
            NamedCommand::SavePlan => is_preview,
            NamedCommand::SaveReport => {
                is_preview || matches!(self.panel, WhatIfPanel::Result { .. })
            }
            NamedCommand::SaveScript => self.is_scriptable(),
            NamedCommand::Submit => self.shows_preview() && self.is_submittable(),
            NamedCommand::Details => self.visible_cursor().is_some(),
            NamedCommand::EarlierView => self.can_go_to_visited(-1),
            NamedCommand::LaterView => self.can_go_to_visited(1),
            NamedCommand::ClearSelection => has_selection,
            NamedCommand::RemoveFilter => self.query.is_filtered(),
            NamedCommand::ClearSearch => !self.query.text.is_empty(),
            NamedCommand::ShowEverybody => self.query.among.is_some(),
            copies if NamedCommand::COPIES.contains(&copies) => has_selection,
            action if action.action().is_some() => has_selection && is_idle,
            view => WindowView::of_command(view).is_none_or(|view| self.can_show(view)),
        };
        is_now && self.has_place(named)
    }
}
