//! The import of the directory: new, changed, unchanged and conflicting rows, and the result.

use eframe::egui::{self, Align2, Sense, Ui, accesskit::Role, pos2, vec2};
use strum::VariantArray as _;

use super::parts::{how_read_ui, rows_frame, times_ui};
use crate::app::{App, Command, FocusTarget, ImportCounts, ImportSheet, NamedCommand};
use crate::domain::Time;
use crate::domain::text::shown;
use crate::domain::user::UserNames;
use crate::exchange::HowRead;
use crate::plan::import::{ImportGroup, ImportKind, ImportPlan, ImportRow, ImportVerdict};
use crate::plan::words::{plural, thousands, users};
use crate::store::Imported;
use crate::time_format;
use crate::ui::icons;
use crate::ui::icons::Icon;
use crate::ui::{theme, widgets};

const LINE: f32 = 44.0;

/// The preview of importing the file.
pub fn preview_ui(
    ui: &mut Ui,
    app: &App,
    sheet: &ImportSheet,
    (how_read, plan): (&HowRead, &ImportPlan),
    (counts, group, listed): (&ImportCounts, Option<ImportGroup>, &[usize]),
    commands: &mut Vec<Command>,
) {
    how_read_ui(ui, how_read);
    if plan.kind == ImportKind::Pins {
        times_ui(ui, sheet, false, commands);
    }
    counts_ui(ui, counts, group, commands);
    if let Some(needs) = &sheet.needs {
        let tone = theme::palette(ui).warning;
        let text = format!("This import needs the approval of somebody else: {needs}.");
        widgets::note(ui, Icon::Warning, tone, &text);
    }
    let height = ui.available_height() - 2.0;
    list_ui(ui, app, plan, listed, height);
}

/// The result of the import.
pub fn done_ui(
    ui: &mut Ui,
    app: &App,
    (imported, plan): (&Imported, &ImportPlan),
    commands: &mut Vec<Command>,
) {
    let palette = theme::palette(ui);
    let number = |count: u64| thousands(usize::try_from(count).unwrap_or(usize::MAX));
    let text = format!(
        "{} added, {} changed. Recorded as batch {}.",
        number(imported.added),
        number(imported.changed),
        imported.batch.0
    );
    widgets::note(ui, Icon::Check, palette.good, &text);
    let conflicts = plan.count(ImportGroup::Conflict);
    if conflicts > 0 {
        let rows = plural(conflicts, "row was", "rows were");
        widgets::note(
            ui,
            Icon::Warning,
            palette.warning,
            &format!("{} {rows} in conflict and left out.", thousands(conflicts)),
        );
    }
    if !imported.drifted.is_empty() {
        let text = format!(
            "{} had changed since the preview and kept the state they have now.",
            users(imported.drifted.len())
        );
        widgets::note(ui, Icon::Warning, palette.warning, &text);
    }
    if plan.kind == ImportKind::Users && imported.added > 0 {
        widgets::secondary(
            ui,
            "The state of their PINs is not known yet. Import the file of Get-CsClientPinInfo next.",
        );
        widgets::command_button(ui, NamedCommand::Import, !app.is_writing(), commands);
    }
    if conflicts > 0 {
        let is_conflict = |row: &ImportRow| row.verdict.group() == ImportGroup::Conflict;
        let rows = plan.rows.iter().enumerate();
        let listed: Vec<usize> = rows
            .filter(|(_, row)| is_conflict(row))
            .map(|(index, _)| index)
            .collect();
        let height = ui.available_height() - 2.0;
        list_ui(ui, app, plan, &listed, height);
    }
}

fn counts_ui(
    ui: &mut Ui,
    counts: &ImportCounts,
    shown_group: Option<ImportGroup>,
    commands: &mut Vec<Command>,
) {
    let palette = theme::palette(ui);
    let widest = thousands(
        ImportGroup::VARIANTS
            .iter()
            .map(|&group| counts.of(group))
            .sum(),
    );
    ui.horizontal(|ui| {
        for &group in ImportGroup::VARIANTS {
            let tone = match group {
                ImportGroup::Conflict if counts.of(group) > 0 => Some(palette.system),
                ImportGroup::New => Some(palette.good),
                _ => None,
            };
            let is_on = shown_group == Some(group);
            let response = widgets::chip(
                ui,
                group.label(),
                &thousands(counts.of(group)),
                &widest,
                is_on,
                tone,
            );
            if response.clicked() && group != ImportGroup::Unchanged {
                commands.push(Command::ShowImportGroup((!is_on).then_some(group)));
            }
        }
    });
}

fn list_ui(ui: &mut Ui, app: &App, plan: &ImportPlan, listed: &[usize], height: f32) {
    const NONE: &str = "Nothing to list: every row is as the store has it.";
    rows_frame(ui, height, listed.is_empty().then_some(NONE), |ui| {
        if app.next_frame.focus == Some(FocusTarget::ImportSheet) {
            let list = widgets::lines_id(ui, "import list");
            ui.memory_mut(|memory| memory.request_focus(list));
        }
        widgets::lines(
            ui,
            "import list",
            "Rows of the file",
            height,
            LINE,
            listed.len(),
            |ui, row| {
                if let Some(row) = listed.get(row).and_then(|&index| plan.rows.get(index)) {
                    row_ui(ui, app, row);
                }
            },
        );
    });
}

fn row_ui(ui: &mut Ui, app: &App, row: &ImportRow) {
    let palette = theme::palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
    let (icon, tone) = match row.verdict.group() {
        ImportGroup::Conflict => (Icon::Warning, palette.system),
        ImportGroup::New => (Icon::Check, palette.good),
        ImportGroup::Changed | ImportGroup::Unchanged => (Icon::Change, palette.neutral),
    };
    let square =
        egui::Rect::from_center_size(pos2(rect.left() + 18.0, rect.center().y), vec2(13.0, 13.0));
    icons::paint(ui.painter(), square, icon, tone.text);
    let line = theme::figures(
        ui,
        &format!("line {}", row.line),
        &theme::small(),
        palette.secondary,
    );
    let line_width = line.size().x;
    ui.painter().galley(
        pos2(rect.right() - 10.0 - line_width, rect.top() + 6.0),
        line,
        palette.secondary,
    );
    let text = egui::Rect::from_min_max(
        pos2(rect.left() + 36.0, rect.top() + 4.0),
        pos2(rect.right() - 18.0 - line_width, rect.top() + 22.0),
    );
    widgets::paint_cut(
        ui,
        text,
        Align2::LEFT_CENTER,
        &shown(&row.label),
        theme::body(),
        palette.text,
    );
    let words = verdict_text(app, &row.verdict);
    let below = text
        .translate(vec2(0.0, 18.0))
        .with_max_x(rect.right() - 10.0);
    let color = if row.verdict.group() == ImportGroup::Conflict {
        tone.text
    } else {
        palette.secondary
    };
    widgets::paint_cut(
        ui,
        below,
        Align2::LEFT_CENTER,
        &shown(&words),
        theme::small(),
        color,
    );
    widgets::bottom_line(ui, rect);
    let end = if words.ends_with('.') { "" } else { "." };
    let sentence = format!("{}: {words}{end} Line {}.", row.label, row.line);
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::ListItem);
        node.set_label(sentence.as_str());
    });
    response.on_hover_text(shown(&sentence).into_owned());
}

/// The effect of importing a row as text: a new user, a change with both values, or the reason for
/// no change.
fn verdict_text(app: &App, verdict: &ImportVerdict) -> String {
    let now = app.now();
    match verdict {
        ImportVerdict::NewUser(names) => format!("New: {}", names.identity()),
        ImportVerdict::ChangedUser { before, after, .. } => name_changes(before, after),
        ImportVerdict::RemovedUser { names, .. } => format!("Removed: {}", names.identity()),
        ImportVerdict::ChangedPin { before, after, .. } => {
            let day = |time: Option<Time>| {
                time.map_or_else(
                    || "never".to_owned(),
                    |time| time_format::date(time, app.zone()),
                )
            };
            let mut words = vec![format!(
                "{} → {}",
                before.status(now).describe(),
                after.status(now).describe()
            )];
            if before.expires != after.expires || !before.is_set && after.is_set {
                words.push(format!(
                    "expires {} → {}",
                    if before.is_set {
                        day(before.expires)
                    } else {
                        "–".to_owned()
                    },
                    if after.is_set {
                        day(after.expires)
                    } else {
                        "–".to_owned()
                    }
                ));
            }
            if before.last_change != after.last_change {
                words.push("last change".to_owned());
            }
            words.join(", ")
        }
        ImportVerdict::Conflict(why) => why.clone(),
        ImportVerdict::Duplicate { of_line } => {
            format!("The same user as line {of_line}; this row is left out.")
        }
    }
}

fn name_changes(before: &UserNames, after: &UserNames) -> String {
    let account = |names: &UserNames| names.account.as_ref().map(ToString::to_string);
    let pairs = [
        (
            "display name",
            Some(before.display_name.clone()),
            Some(after.display_name.clone()),
        ),
        ("SIP address", before.sip.clone(), after.sip.clone()),
        ("UPN", before.upn.clone(), after.upn.clone()),
        ("account", account(before), account(after)),
        ("DN", before.dn.clone(), after.dn.clone()),
        ("GUID", before.guid.clone(), after.guid.clone()),
    ];
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
    let changed: Vec<String> = pairs
        .into_iter()
        .filter(|(_, before, after)| before != after)
        .map(|(form, before, after)| format!("{form} {} → {}", or_dash(before), or_dash(after)))
        .collect();
    changed.join(", ")
}

/// The button that applies the import.
pub fn apply_button(ui: &mut Ui, app: &App, counts: &ImportCounts, commands: &mut Vec<Command>) {
    let count = counts.of(ImportGroup::New) + counts.of(ImportGroup::Changed);
    let text = format!(
        "Import {} {}",
        thousands(count),
        plural(count, "row", "rows")
    );
    let response = widgets::main_button(
        ui,
        NamedCommand::ApplyImport,
        &text,
        count > 0 && !app.is_writing(),
        commands,
    );
    if count == 0 {
        response.on_disabled_hover_text(
            "Nothing to import: the store has all of this already, or every row is in conflict.",
        );
    }
}
