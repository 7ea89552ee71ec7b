//! The rows of the palette that need no store: commands, settings, filters and charts.

use strum::VariantArray as _;

use super::{
    App, Command, GridColumn, NamedCommand, OperatorsTab, PaletteItem, PaletteKind, SettingsPart,
    ThemeChoice, WindowView,
};
use crate::domain::filter::Filter;
use crate::exchange::ChartKind;

/// The commands of the palette, besides those that show a view. Most stand in a menu, too.
const COMMANDS: [NamedCommand; 45] = [
    NamedCommand::Lock,
    NamedCommand::Unlock,
    NamedCommand::SetPin,
    NamedCommand::ResetFailures,
    NamedCommand::Undo,
    NamedCommand::OpenList,
    NamedCommand::Import,
    NamedCommand::OpenPlan,
    NamedCommand::Submit,
    NamedCommand::ExportUsers,
    NamedCommand::ExportPins,
    NamedCommand::PrintList,
    NamedCommand::ExportList,
    NamedCommand::SaveWorkbook,
    NamedCommand::SavePlan,
    NamedCommand::SaveReport,
    NamedCommand::SaveScript,
    NamedCommand::CopyUsers,
    NamedCommand::CopyCsv,
    NamedCommand::CopyJson,
    NamedCommand::CopyIdentities,
    NamedCommand::CopySelection,
    NamedCommand::CopyQuery,
    NamedCommand::PasteUsers,
    NamedCommand::SelectAll,
    NamedCommand::ClearSelection,
    NamedCommand::Details,
    NamedCommand::Search,
    NamedCommand::ClearSearch,
    NamedCommand::FilterLine,
    NamedCommand::RemoveFilter,
    NamedCommand::ShowEverybody,
    NamedCommand::ReadingPane,
    NamedCommand::Refresh,
    NamedCommand::EarlierView,
    NamedCommand::LaterView,
    NamedCommand::OpenStore,
    NamedCommand::OpenRestore,
    NamedCommand::BackUpNow,
    NamedCommand::OpenKeys,
    NamedCommand::CommandBox,
    NamedCommand::UserGuide,
    NamedCommand::Shortcuts,
    NamedCommand::About,
    NamedCommand::Quit,
];

impl App {
    /// All rows that are possible now, whatever is typed.
    pub(super) fn palette_rows(&self) -> Vec<PaletteItem> {
        let mut rows = Vec::new();
        let views = WindowView::VARIANTS.iter().map(|view| view.command());
        let sample = if self.is_sample() {
            NamedCommand::LeaveSample
        } else {
            NamedCommand::OpenSample
        };
        let commands = COMMANDS.into_iter().chain(views).chain([sample]);
        rows.extend(
            commands
                .filter(|named| self.is_possible(*named))
                .map(command_row),
        );
        self.add_parts_of_views(&mut rows);
        self.add_settings(&mut rows);
        if self.view.is_some() {
            self.add_filters(&mut rows);
        }
        rows
    }

    /// Tabs and charts.
    fn add_parts_of_views(&self, rows: &mut Vec<PaletteItem>) {
        let show = |view: WindowView| Command::Do(view.command());
        if self.can_show(WindowView::History) {
            let history = show(WindowView::History);
            for named in [NamedCommand::LockedOn, NamedCommand::VerifyHistory] {
                let commands = vec![history.clone(), Command::Do(named)];
                let row = PaletteItem::new(PaletteKind::Command, named.text(), commands);
                rows.push(row.with_detail(named.tooltip()));
            }
        }
        if self.can_show(WindowView::Operators) {
            for tab in OperatorsTab::VARIANTS.iter().copied() {
                let commands = vec![show(WindowView::Operators), Command::ShowOperatorsTab(tab)];
                let text = format!("Operators: {}", tab.label());
                rows.push(PaletteItem::new(PaletteKind::Setting, text, commands));
            }
        }
        if self.can_show(WindowView::Insights) {
            for kind in ChartKind::VARIANTS.iter().copied() {
                let commands = vec![show(WindowView::Insights), Command::ShowChart(kind)];
                let row = PaletteItem::new(PaletteKind::Chart, kind.label(), commands);
                rows.push(row.with_detail(kind.about()));
            }
        }
    }

    fn add_settings(&self, rows: &mut Vec<PaletteItem>) {
        for part in SettingsPart::VARIANTS.iter().copied() {
            let text = format!("Settings: {}", part.label());
            let commands = vec![Command::ShowSettings(part)];
            rows.push(PaletteItem::new(PaletteKind::Setting, text, commands));
        }
        if self.environment.fixed_theme.is_none() {
            for theme in ThemeChoice::VARIANTS.iter().copied() {
                let text = format!("Theme: {}", theme.label());
                let commands = vec![Command::SetTheme(theme)];
                rows.push(PaletteItem::new(PaletteKind::Setting, text, commands));
            }
        }
        let shown = self.settings.columns.visible(f32::INFINITY);
        for column in GridColumn::VARIANTS.iter().copied() {
            let is_shown = shown.contains(&column);
            if column == GridColumn::DisplayName {
                continue;
            }
            let verb = if is_shown { "Hide" } else { "Show" };
            let text = format!("{verb} column: {}", column.label());
            let commands = vec![Command::ShowColumn(column, !is_shown)];
            rows.push(PaletteItem::new(PaletteKind::Setting, text, commands));
        }
    }

    /// The chips, and the filters that are kept under names.
    fn add_filters(&self, rows: &mut Vec<PaletteItem>) {
        let users = Command::Do(NamedCommand::Users);
        for chip in Filter::CHIPS {
            let commands = vec![users.clone(), Command::SetFilter(chip)];
            let text = format!("Filter: {}", chip.label());
            rows.push(PaletteItem::new(PaletteKind::Filter, text, commands));
        }
        for (name, condition) in &self.settings.saved_filters {
            let commands = vec![users.clone(), Command::UseFilter(name.clone())];
            let row = PaletteItem::new(PaletteKind::Filter, format!("Filter: {name}"), commands);
            rows.push(row.with_detail(condition));
        }
        for kept in &self.filters_for_all.filters {
            let commands = vec![users.clone(), Command::UseFilterForAll(kept.name.clone())];
            let text = format!("Filter for all: {}", kept.name);
            let row = PaletteItem::new(PaletteKind::Filter, text, commands);
            rows.push(row.with_detail(&kept.filter));
        }
    }
}

fn command_row(named: NamedCommand) -> PaletteItem {
    let keys = named.shortcut().map(|shortcut| shortcut.to_string());
    let row = PaletteItem::new(PaletteKind::Command, named.text(), vec![Command::Do(named)]);
    PaletteItem {
        keys: keys.unwrap_or_default(),
        ..row.with_detail(named.tooltip())
    }
}
