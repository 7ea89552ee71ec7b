//! The charts: a list of them at the left, and the bars of one at the right. Each bar is a row with
//! its numbers, so that the chart is its own table.

use eframe::egui::{
    Align, Align2, Color32, Frame, Layout, Rect, Response, Sense, Theme, Ui, pos2, vec2,
};
use strum::VariantArray as _;

use super::list_and_page::list_and_page;
use crate::app::{App, Command, FocusTarget, InsightsView, NamedCommand, ThemeChoice};
use crate::domain::text::shown;
use crate::exchange::{Chart, ChartKind, ChartRow, Picture};
use crate::plan::words::thousands;
use crate::time_format;
use crate::ui::row_list::{OpenRowBy, RowList, RowsFocus};
use crate::ui::{off_screen, theme, widgets};

/// The width of the list of charts, and the largest width of a chart, in points.
const LIST: f32 = 230.0;
const CHART: f32 = 860.0;
/// The heights of a line of the list and of a bar, in points.
const LINE: f32 = 34.0;
const BAR: f32 = 28.0;
/// The width of a label and of a total, in points.
const LABEL: f32 = 170.0;
const TOTAL: f32 = 84.0;

pub fn insights_ui(ui: &mut Ui, app: &App, view: &InsightsView, commands: &mut Vec<Command>) {
    widgets::title(ui, "Insights");
    let (mut list, mut inside) = list_and_page(ui, LIST, CHART);
    list_ui(&mut list, app, view, commands);
    match view.chart() {
        Some(chart) => {
            chart_ui(&mut inside, chart, commands);
            if let Some(to) = &app.next_frame.chart_picture {
                let picture = chart_picture(&inside, app, chart);
                commands.push(Command::SaveChartPicture(to.clone(), picture));
            }
        }
        None => {
            widgets::secondary(&mut inside, "Reading the charts…");
        }
    }
}

fn list_ui(ui: &mut Ui, app: &App, view: &InsightsView, commands: &mut Vec<Command>) {
    let all = ChartKind::VARIANTS;
    let focus = app.next_frame.focus == Some(FocusTarget::Insights);
    let list = RowList {
        list: "charts",
        label: "Charts",
        height: ui.available_height(),
        line: LINE,
        count: all.len(),
        focus: focus.then_some(RowsFocus::Kept),
        opens: OpenRowBy::Click,
    };
    ui.spacing_mut().item_spacing.y = 0.0;
    let answer = list.show(ui, |ui, row, response| {
        let kind = all.get(row).copied().unwrap_or_default();
        let palette = theme::palette(ui);
        let rect = response.rect;
        let is_shown = kind == view.shown;
        widgets::row_ground(ui, response, is_shown);
        let font = if is_shown {
            theme::strong(theme::BODY)
        } else {
            theme::body()
        };
        let inner = rect.shrink2(vec2(10.0, 0.0));
        let left = Align2::LEFT_CENTER;
        widgets::paint_cut(ui, inner, left, kind.label(), font, palette.text);
        widgets::bottom_line(ui, rect);
        kind.label().to_owned()
    });
    if let Some(kind) = answer.opened.and_then(|row| all.get(row)) {
        commands.push(Command::ShowChart(*kind));
    }
}

fn chart_ui(ui: &mut Ui, chart: &Chart, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        widgets::title(ui, chart.kind.label());
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let has_rows = !chart.rows.is_empty();
            for named in [NamedCommand::SaveChartPicture, NamedCommand::SaveChart] {
                widgets::command_button(ui, named, has_rows, commands);
            }
        });
    });
    widgets::secondary(ui, chart.kind.about());
    if chart.parts.len() > 1 {
        legend_ui(ui, chart);
    }
    ui.add_space(theme::GAP_XS);
    if chart.rows.is_empty() {
        widgets::secondary(ui, chart.kind.without_bars());
        return;
    }
    let longest = chart.longest().max(1);
    let list = RowList {
        list: chart.kind.word(),
        label: chart.kind.label(),
        height: ui.available_height(),
        line: BAR,
        count: chart.rows.len(),
        focus: None,
        opens: OpenRowBy::Click,
    };
    ui.spacing_mut().item_spacing.y = 0.0;
    let answer = list.show(ui, |ui, row, response| {
        let Some(bar) = chart.rows.get(row) else {
            return String::new();
        };
        bar_ui(ui, chart, bar, longest, response);
        sentence(chart, bar)
    });
    if let Some(row) = answer.opened {
        commands.push(Command::ShowBar(row));
    }
}

/// The chart with all its bars as a picture, in the colours of the window.
fn chart_picture(ui: &Ui, app: &App, chart: &Chart) -> Picture {
    const MARGIN: f32 = 16.0;
    /// The room for the title, the sentence about it and the legend, in points.
    const HEAD: f32 = 88.0;
    let height = 2.0 * MARGIN + HEAD + BAR * chart.rows.len() as f32;
    let theme = if ui.visuals().dark_mode {
        Theme::Dark
    } else {
        Theme::Light
    };
    let is_high_contrast = app.theme() == ThemeChoice::HighContrast;
    let when = time_format::date_and_time(app.now(), app.zone());
    let longest = chart.longest().max(1);
    off_screen::picture(vec2(CHART, height), theme, is_high_contrast, |ui| {
        Frame::new().inner_margin(MARGIN).show(ui, |ui| {
            widgets::title(ui, chart.kind.label());
            widgets::secondary(ui, &format!("{} As of {when}.", chart.kind.about()));
            if chart.parts.len() > 1 {
                legend_ui(ui, chart);
            }
            ui.add_space(theme::GAP_XS);
            ui.spacing_mut().item_spacing.y = 0.0;
            for bar in &chart.rows {
                let size = vec2(ui.available_width(), BAR);
                let (_, response) = ui.allocate_exact_size(size, Sense::hover());
                bar_ui(ui, chart, bar, longest, &response);
            }
        });
    })
}

/// The colour of a part of a bar.
fn color_of(ui: &Ui, chart: &Chart, part: usize) -> Color32 {
    let palette = theme::palette(ui);
    if chart.parts.len() == 1 {
        return palette.accent;
    }
    let colors = [
        palette.administrator.text,
        palette.system.text,
        palette.warning.text,
        palette.secondary,
        palette.good.text,
    ];
    colors.get(part).copied().unwrap_or(palette.accent)
}

fn legend_ui(ui: &mut Ui, chart: &Chart) {
    ui.horizontal_wrapped(|ui| {
        for (part, name) in chart.parts.iter().enumerate() {
            let (square, _) = ui.allocate_exact_size(vec2(12.0, 12.0), Sense::hover());
            let color = color_of(ui, chart, part);
            ui.painter().rect_filled(square, 2.0, color);
            widgets::secondary(ui, name);
        }
    });
}

fn bar_ui(ui: &Ui, chart: &Chart, bar: &ChartRow, longest: usize, response: &Response) {
    let palette = theme::palette(ui);
    let rect = response.rect;
    if response.hovered() && !bar.users.is_empty() {
        ui.painter().rect_filled(rect, 0.0, palette.hovered);
    }
    let label = rect.with_max_x(rect.left() + LABEL).shrink2(vec2(4.0, 0.0));
    let left = Align2::LEFT_CENTER;
    widgets::paint_cut(
        ui,
        label,
        left,
        &shown(&bar.label),
        theme::body(),
        palette.text,
    );
    let total = theme::figures(ui, &thousands(bar.total()), &theme::body(), palette.text);
    let end = rect.left() + LABEL + TOTAL - 12.0;
    let at = pos2(end - total.size().x, rect.center().y - total.size().y / 2.0);
    ui.painter().galley(at, total, palette.text);
    let room = (rect.width() - LABEL - TOTAL - 8.0).max(1.0);
    let mut x = rect.left() + LABEL + TOTAL;
    for (part, count) in bar.counts.iter().enumerate() {
        let mut width = room * *count as f32 / longest as f32;
        if *count > 0 {
            // One user among a million is still seen.
            width = width.max(2.0);
        }
        let part_rect = Rect::from_min_max(
            pos2(x, rect.top() + 6.0),
            pos2(x + width, rect.bottom() - 6.0),
        );
        let color = color_of(ui, chart, part);
        ui.painter().rect_filled(part_rect, 2.0, color);
        x += width;
    }
    response.clone().on_hover_text(sentence(chart, bar));
}

/// "2026-11-30: 12. Locked by administrator 8, Unlocked 4", or "Expired: 22" where bars have one part.
fn sentence(chart: &Chart, bar: &ChartRow) -> String {
    let total = format!("{}: {}", bar.label, thousands(bar.total()));
    if chart.parts.len() == 1 {
        return total;
    }
    let parts: Vec<String> = chart
        .parts
        .iter()
        .zip(&bar.counts)
        .filter(|(_, count)| **count > 0)
        .map(|(name, count)| format!("{name} {}", thousands(*count)))
        .collect();
    if parts.is_empty() {
        total
    } else {
        format!("{total}. {}", parts.join(", "))
    }
}
