//! The third step: choosing the column that names the users, and the optional columns.

use std::borrow::Cow;

use eframe::egui::{RichText, Ui};

use super::parts::choice;
use crate::app::{Command, FilePurpose, ImportSheet};
use crate::domain::text::shown;
use crate::exchange::{FileSurvey, ListColumns, Meaning};
use crate::ui::icons::Icon;
use crate::ui::{theme, widgets};

pub(super) const SIZES: (f32, f32) = (190.0, 320.0);

pub fn columns_ui(ui: &mut Ui, sheet: &ImportSheet, commands: &mut Vec<Command>) {
    let (Some(found), Some(columns)) = (sheet.survey(), &sheet.columns) else {
        return;
    };
    let palette = theme::palette(ui);
    let mut chosen = columns.clone();
    ui.label(RichText::new("Who is meant").font(theme::strong(theme::BODY)));
    let all = headers(found, "Choose the column");
    if let Some(user) = choice(ui, "Users are named by", &columns.user, &all, SIZES) {
        chosen = chosen.with_user(user, &found.headers, &found.first);
    }
    let all = Meaning::naming()
        .map(|meaning| (meaning, form(meaning).to_owned()))
        .collect::<Vec<_>>();
    if let Some(meaning) = choice(ui, "which is read as", &columns.user_meaning, &all, SIZES) {
        chosen.user_meaning = meaning;
    }
    if columns.user_meaning == Meaning::Logon {
        domain_ui(ui, sheet, found, &mut chosen, commands);
    }
    if let Some(example) = example(found, columns.user) {
        widgets::secondary(ui, &format!("The first row names: {example}"));
    }
    if let Some(why) = sheet.open_choice() {
        widgets::note(ui, Icon::Warning, palette.warning, why);
    }
    ui.add_space(theme::GAP_S);
    ui.label(RichText::new("What else a row says").font(theme::strong(theme::BODY)));
    let none = headers(found, "–");
    // The column is offered for files with one action too: rows that name another action are not
    // applied.
    if (sheet.purpose == Some(FilePurpose::ByColumn) || columns.action.is_some())
        && let Some(column) = choice(ui, "Lock or unlock", &columns.action, &none, SIZES)
    {
        chosen.action = column;
    }
    for (name, column, set) in [
        (
            "Reason",
            columns.reason,
            (|columns, column| columns.reason = column) as fn(&mut ListColumns, Option<usize>),
        ),
        ("Ticket", columns.ticket, |columns, column| {
            columns.ticket = column;
        }),
        ("Until", columns.until, |columns, column| {
            columns.until = column;
        }),
    ] {
        if let Some(column) = choice(ui, name, &column, &none, SIZES) {
            set(&mut chosen, column);
        }
    }
    if columns.result.is_some() {
        widgets::secondary(
            ui,
            "It is the result of a script: rows that the live pool has not done are skipped.",
        );
    }
    if chosen != *columns {
        commands.push(Command::SetColumns(chosen));
    }
}

/// The domain of logon names. A logon name alone is not an identity, so the domain comes from a
/// column, or is chosen for the whole file.
fn domain_ui(
    ui: &mut Ui,
    sheet: &ImportSheet,
    found: &FileSurvey,
    chosen: &mut ListColumns,
    commands: &mut Vec<Command>,
) {
    if let Some(column) = choice(
        ui,
        "Their domain is in",
        &chosen.domain,
        &headers(found, "no column"),
        SIZES,
    ) {
        chosen.domain = column;
    }
    file_domain_ui(ui, "or for all of the file", sheet, found, commands);
}

/// The domain of logon names that have none in their row.
pub(super) fn file_domain_ui(
    ui: &mut Ui,
    label: &str,
    sheet: &ImportSheet,
    found: &FileSurvey,
    commands: &mut Vec<Command>,
) {
    ui.horizontal(|ui| {
        let palette = theme::palette(ui);
        let (rect, _) = ui.allocate_exact_size(
            eframe::egui::vec2(SIZES.0, theme::CONTROL),
            eframe::egui::Sense::hover(),
        );
        let left = eframe::egui::Align2::LEFT_CENTER;
        widgets::paint_cut(ui, rect, left, label, theme::body(), palette.secondary);
        let (_, domain) = widgets::field(
            ui,
            "file domain",
            "Domain of this file",
            "Domain, as in litwareinc",
            &sheet.domain,
            200.0,
        );
        commands.extend(domain.map(Command::SetFileDomain));
        for domain in found.domains.iter().take(3) {
            if sheet.domain != *domain && ui.button(shown(domain)).clicked() {
                commands.push(Command::SetFileDomain(domain.clone()));
            }
        }
    });
}

/// The cell of a column in the first row, as it is shown.
pub(super) fn example(found: &FileSurvey, column: Option<usize>) -> Option<Cow<'_, str>> {
    let cell = found.first.first()?.fields.get(column?)?;
    Some(shown(cell))
}

/// The choices of a column: `none` first, then the columns of the file.
pub(super) fn headers(found: &FileSurvey, none: &str) -> Vec<(Option<usize>, String)> {
    let named = found
        .headers
        .iter()
        .enumerate()
        .map(|(column, name)| (Some(column), shown(name).into_owned()));
    std::iter::once((None, none.to_owned()))
        .chain(named)
        .collect()
}

fn form(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::Identity => "any identity (as the cmdlets read it)",
        Meaning::Mail => "mail address (looked for as UPN or SIP address)",
        Meaning::Logon => "logon name, with a domain",
        other => other.label(),
    }
}
