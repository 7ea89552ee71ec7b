//! The four groups of a preview with their counts.

use eframe::egui::{self, Align2, Rect, Sense, Stroke, Ui, accesskit::Role, pos2, vec2};
use strum::VariantArray as _;

use crate::app::{Command, PreviewList};
use crate::plan::Group;
use crate::plan::words::thousands;
use crate::ui::icons;
use crate::ui::{theme, widgets};

/// The outcome of the changes of a preview: their number, and a word such as "planned".
pub type ChangeResult<'a> = Option<(usize, &'a str)>;

/// The space beside the text of a tile, in points.
const TILE_MARGIN: f32 = 9.0;

/// The four groups with their counts; a click lists one of them only.
pub fn counts_ui(
    ui: &mut Ui,
    list: &PreviewList,
    result: ChangeResult<'_>,
    commands: &mut Vec<Command>,
) {
    let palette = theme::palette(ui);
    let counts = list.counts;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = theme::GAP_XS;
        let shown = |group: Group| match result {
            Some(result) if group == Group::WillChange => result,
            _ => (counts.of(group), group.label()),
        };
        let labels = Group::VARIANTS.iter().map(|group| shown(*group).1);
        let widths = tile_widths(ui, labels);
        // The numbers of all tiles have one size, and a smaller one if a long number needs it.
        let fits = |(group, width): (&Group, &f32)| {
            let font = theme::strong(theme::TITLE);
            let number = thousands(shown(*group).0);
            let number = ui.painter().layout_no_wrap(number, font, palette.text);
            number.size().x <= width - 34.0
        };
        let is_large = Group::VARIANTS.iter().zip(&widths).all(fits);
        let size = if is_large { theme::TITLE } else { theme::SMALL };
        for (&group, width) in Group::VARIANTS.iter().zip(widths) {
            let (count, label) = shown(group);
            let tone = if count == 0 {
                palette.neutral
            } else {
                theme::group_tone(palette, group)
            };
            let is_on = list.group == Some(group);
            let (rect, response) = ui.allocate_exact_size(vec2(width, 46.0), Sense::click());
            let outline = if is_on {
                Stroke::new(2.0, palette.accent)
            } else {
                Stroke::new(1.0, palette.line)
            };
            let fill = if response.hovered() {
                palette.hovered
            } else {
                palette.window
            };
            ui.painter()
                .rect(rect, theme::RADIUS, fill, outline, egui::StrokeKind::Inside);
            let number = thousands(count);
            let number = ui
                .painter()
                .layout_no_wrap(number, theme::strong(size), tone.text);
            let middle = rect.top() + 15.0;
            let number_at = pos2(rect.left() + 28.0, middle - number.size().y / 2.0);
            let square = Rect::from_center_size(
                pos2(rect.left() + 16.0, rect.top() + 15.0),
                vec2(12.0, 12.0),
            );
            icons::paint(ui.painter(), square, icons::of_group(group), tone.text);
            ui.painter().galley(number_at, number, tone.text);
            let label_rect = rect
                .with_min_y(rect.top() + 25.0)
                .shrink2(vec2(TILE_MARGIN, 3.0));
            widgets::paint_cut(
                ui,
                label_rect,
                Align2::LEFT_CENTER,
                label,
                theme::small(),
                palette.secondary,
            );
            if response.has_focus() {
                widgets::focus_ring(ui, rect);
            }
            let name = format!("{} {label}", thousands(count));
            response.widget_info(|| {
                egui::WidgetInfo::selected(Role::Button, true, is_on, name.clone())
            });
            if response
                .on_hover_text("List only these, or all of them again.")
                .clicked()
            {
                commands.push(Command::ShowGroup((!is_on).then_some(group)));
            }
        }
    });
}

/// The widths of the tiles in points: each label fits, and the rest of the row is shared equally.
fn tile_widths<'a>(ui: &Ui, labels: impl Iterator<Item = &'a str>) -> Vec<f32> {
    let needed: Vec<f32> = labels
        .map(|label| {
            let color = theme::palette(ui).secondary;
            let text = ui
                .painter()
                .layout_no_wrap(label.to_owned(), theme::small(), color);
            text.size().x + 2.0 * TILE_MARGIN
        })
        .collect();
    let count = needed.len() as f32;
    let free = ui.available_width() - (count - 1.0) * theme::GAP_XS - needed.iter().sum::<f32>();
    needed.iter().map(|width| width + free / count).collect()
}
