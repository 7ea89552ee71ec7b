//! The visual design: colours, fonts and spacing. No other module names a colour or a font.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the one module that names colours"
)]

use std::sync::Arc;

use eframe::egui::{
    self, Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Galley, Margin,
    Shadow, Stroke, Style, TextFormat, TextStyle, Theme, Ui, Visuals, text::LayoutJob, vec2,
};

use crate::domain::pin::{LockCause, PinStatus};
use crate::plan::Group;
use crate::store::PlanStatus;

/// Font sizes, in points.
pub const SMALL: f32 = 12.0;
pub const BODY: f32 = 13.5;
pub const TITLE: f32 = 15.0;
pub const LARGE: f32 = 20.0;

/// Heights, in points. Even whole numbers, so that scrolling through a million rows stays exact.
pub const ROW: f32 = 28.0;
pub const CONTROL: f32 = 28.0;
pub const MAIN_BUTTON: f32 = 32.0;

/// Steps of the 4-point grid.
pub const GAP_XS: f32 = 4.0;
pub const GAP_S: f32 = 8.0;
pub const GAP_M: f32 = 12.0;
pub const GAP_L: f32 = 16.0;
pub const GAP_XL: f32 = 24.0;

pub const RADIUS: u8 = 4;

/// The text and fill colours of a highlighted element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tone {
    pub text: Color32,
    pub fill: Color32,
}

/// The colours of one theme. Every text on its fill has a contrast of at least 4.5 : 1.
#[derive(Clone, Copy, Debug)]
pub struct Palette {
    pub window: Color32,
    pub panel: Color32,
    pub stripe: Color32,
    pub line: Color32,
    /// The outline of controls, with a contrast of at least 3 : 1 to the surroundings.
    pub outline: Color32,
    pub text: Color32,
    pub secondary: Color32,
    pub accent: Color32,
    pub on_accent: Color32,
    pub selected: Color32,
    pub hovered: Color32,
    pub system: Tone,
    pub administrator: Tone,
    pub warning: Tone,
    pub good: Tone,
    pub neutral: Tone,
}

const LIGHT: Palette = Palette {
    window: Color32::from_rgb(0xFF, 0xFF, 0xFF),
    panel: Color32::from_rgb(0xF6, 0xF7, 0xF9),
    stripe: Color32::from_rgb(0xFA, 0xFB, 0xFC),
    line: Color32::from_rgb(0xD8, 0xDC, 0xE2),
    outline: Color32::from_rgb(0x8A, 0x93, 0x9E),
    text: Color32::from_rgb(0x1B, 0x1F, 0x24),
    secondary: Color32::from_rgb(0x57, 0x60, 0x6A),
    accent: Color32::from_rgb(0x0B, 0x5C, 0xAD),
    on_accent: Color32::from_rgb(0xFF, 0xFF, 0xFF),
    selected: Color32::from_rgb(0xDC, 0xEB, 0xFA),
    hovered: Color32::from_rgb(0xEE, 0xF1, 0xF5),
    system: Tone {
        text: Color32::from_rgb(0xB3, 0x26, 0x1E),
        fill: Color32::from_rgb(0xFC, 0xEB, 0xEA),
    },
    administrator: Tone {
        text: Color32::from_rgb(0x5B, 0x3E, 0x96),
        fill: Color32::from_rgb(0xF0, 0xEB, 0xFA),
    },
    warning: Tone {
        text: Color32::from_rgb(0x8A, 0x5A, 0x00),
        fill: Color32::from_rgb(0xFF, 0xF4, 0xDC),
    },
    good: Tone {
        text: Color32::from_rgb(0x1A, 0x6B, 0x3C),
        fill: Color32::from_rgb(0xE7, 0xF5, 0xEC),
    },
    neutral: Tone {
        text: Color32::from_rgb(0x57, 0x60, 0x6A),
        fill: Color32::from_rgb(0xEE, 0xF1, 0xF5),
    },
};

const DARK: Palette = Palette {
    window: Color32::from_rgb(0x15, 0x18, 0x1C),
    panel: Color32::from_rgb(0x1C, 0x20, 0x25),
    stripe: Color32::from_rgb(0x18, 0x1C, 0x20),
    line: Color32::from_rgb(0x34, 0x3A, 0x42),
    outline: Color32::from_rgb(0x6B, 0x75, 0x81),
    text: Color32::from_rgb(0xE6, 0xE9, 0xED),
    secondary: Color32::from_rgb(0x9B, 0xA5, 0xB0),
    accent: Color32::from_rgb(0x6C, 0xB2, 0xF5),
    on_accent: Color32::from_rgb(0x0B, 0x1A, 0x2A),
    selected: Color32::from_rgb(0x1E, 0x3A, 0x56),
    hovered: Color32::from_rgb(0x24, 0x2A, 0x31),
    system: Tone {
        text: Color32::from_rgb(0xF2, 0x93, 0x8C),
        fill: Color32::from_rgb(0x3A, 0x1F, 0x1E),
    },
    administrator: Tone {
        text: Color32::from_rgb(0xB9, 0xA3, 0xEA),
        fill: Color32::from_rgb(0x2A, 0x23, 0x40),
    },
    warning: Tone {
        text: Color32::from_rgb(0xE5, 0xB4, 0x54),
        fill: Color32::from_rgb(0x35, 0x2A, 0x14),
    },
    good: Tone {
        text: Color32::from_rgb(0x7C, 0xCB, 0x98),
        fill: Color32::from_rgb(0x1A, 0x30, 0x22),
    },
    neutral: Tone {
        text: Color32::from_rgb(0x9B, 0xA5, 0xB0),
        fill: Color32::from_rgb(0x24, 0x2A, 0x31),
    },
};

/// Every text on its fill has a contrast of at least 7 : 1, WCAG AAA.
const HIGH_CONTRAST: Palette = Palette {
    window: Color32::from_rgb(0x00, 0x00, 0x00),
    panel: Color32::from_rgb(0x00, 0x00, 0x00),
    stripe: Color32::from_rgb(0x0D, 0x0D, 0x0D),
    line: Color32::from_rgb(0x8C, 0x8C, 0x8C),
    outline: Color32::from_rgb(0xFF, 0xFF, 0xFF),
    text: Color32::from_rgb(0xFF, 0xFF, 0xFF),
    secondary: Color32::from_rgb(0xE0, 0xE0, 0xE0),
    accent: Color32::from_rgb(0x4D, 0xE8, 0xFF),
    on_accent: Color32::from_rgb(0x00, 0x00, 0x00),
    selected: Color32::from_rgb(0x00, 0x33, 0x5C),
    hovered: Color32::from_rgb(0x26, 0x26, 0x26),
    system: Tone {
        text: Color32::from_rgb(0xFF, 0xB0, 0xA8),
        fill: Color32::from_rgb(0x3A, 0x00, 0x00),
    },
    administrator: Tone {
        text: Color32::from_rgb(0xD9, 0xC4, 0xFF),
        fill: Color32::from_rgb(0x1F, 0x0F, 0x40),
    },
    warning: Tone {
        text: Color32::from_rgb(0xFF, 0xD3, 0x5C),
        fill: Color32::from_rgb(0x2E, 0x20, 0x00),
    },
    good: Tone {
        text: Color32::from_rgb(0x7C, 0xF2, 0xA5),
        fill: Color32::from_rgb(0x00, 0x26, 0x0F),
    },
    neutral: Tone {
        text: Color32::from_rgb(0xE0, 0xE0, 0xE0),
        fill: Color32::from_rgb(0x26, 0x26, 0x26),
    },
};

/// The colours of the theme in which a ui is painted. High contrast is a dark theme with a black
/// window.
pub fn palette(ui: &Ui) -> &'static Palette {
    let visuals = ui.visuals();
    if !visuals.dark_mode {
        &LIGHT
    } else if visuals.panel_fill == HIGH_CONTRAST.window {
        &HIGH_CONTRAST
    } else {
        &DARK
    }
}

/// The colours of a PIN's lock state.
pub fn lock_tone(palette: &Palette, status: &PinStatus) -> Tone {
    match (status.locked, status.is_set) {
        (Some(LockCause::System), _) => palette.system,
        (Some(LockCause::Administrator), _) => palette.administrator,
        (Some(LockCause::Temporary | LockCause::Inactivity), _) => palette.warning,
        (Some(LockCause::Unknown), _) | (None, false) => palette.neutral,
        (None, true) => palette.good,
    }
}

/// The colours of a group of the preview.
pub fn group_tone(palette: &Palette, group: Group) -> Tone {
    match group {
        Group::WillChange => Tone {
            text: palette.accent,
            fill: palette.selected,
        },
        Group::NoChange => palette.good,
        Group::Skipped => palette.neutral,
        Group::Refused => palette.system,
    }
}

/// The colours of a submitted plan's status.
pub fn plan_tone(palette: &Palette, status: PlanStatus) -> Tone {
    match status {
        PlanStatus::Waiting | PlanStatus::Outdated => palette.warning,
        PlanStatus::Approved => palette.good,
        PlanStatus::Rejected => palette.system,
        PlanStatus::Applied => Tone {
            text: palette.accent,
            fill: palette.selected,
        },
        PlanStatus::Withdrawn => palette.neutral,
    }
}

/// Installs the fonts and both themes. Called once at the start.
pub fn install(ctx: &egui::Context) {
    ctx.set_fonts(fonts());
    ctx.set_style_of(Theme::Light, style(&LIGHT, Visuals::light()));
    use_high_contrast(ctx, false);
}

/// Makes high contrast the dark theme, or gives it its usual colours back.
pub fn use_high_contrast(ctx: &egui::Context, is_high: bool) {
    let palette = if is_high { &HIGH_CONTRAST } else { &DARK };
    ctx.set_style_of(Theme::Dark, style(palette, Visuals::dark()));
}

/// The semi-bold font, for titles and the name of a row.
pub fn strong(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name("strong".into()))
}

pub fn body() -> FontId {
    FontId::proportional(BODY)
}

pub fn small() -> FontId {
    FontId::proportional(SMALL)
}

/// Text with digits of equal width, so that dates and numbers align in columns.
pub fn figures(ui: &Ui, text: &str, font: &FontId, color: Color32) -> Arc<Galley> {
    let widest = width_of(ui, font, '0');
    let mut job = LayoutJob::default();
    let mut character = [0; 4];
    for c in text.chars() {
        let spare = if c.is_ascii_digit() {
            (widest - width_of(ui, font, c)).max(0.0)
        } else {
            0.0
        };
        let format = TextFormat {
            font_id: font.clone(),
            color,
            extra_letter_spacing: spare / 2.0,
            ..TextFormat::default()
        };
        job.append(c.encode_utf8(&mut character), spare / 2.0, format);
    }
    ui.ctx().fonts_mut(|fonts| fonts.layout_job(job))
}

fn width_of(ui: &Ui, font: &FontId, c: char) -> f32 {
    ui.ctx().fonts_mut(|fonts| fonts.glyph_width(font, c))
}

fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let inter = [
        (
            "Inter",
            include_bytes!("../../assets/fonts/Inter-Regular.otf").as_slice(),
        ),
        (
            "Inter SemiBold",
            include_bytes!("../../assets/fonts/Inter-SemiBold.otf").as_slice(),
        ),
    ];
    for (name, bytes) in inter {
        fonts
            .font_data
            .insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let others = fonts
        .families
        .get(&FontFamily::Proportional)
        .cloned()
        .unwrap_or_default();
    for (family, first) in [
        (FontFamily::Proportional, "Inter"),
        (FontFamily::Name("strong".into()), "Inter SemiBold"),
    ] {
        let mut names = vec![first.to_owned()];
        names.extend(others.iter().cloned());
        fonts.families.insert(family, names);
    }
    fonts
}

fn style(palette: &Palette, base: Visuals) -> Style {
    let mut style = Style {
        text_styles: [
            (TextStyle::Small, small()),
            (TextStyle::Body, body()),
            (TextStyle::Button, body()),
            (TextStyle::Heading, strong(TITLE)),
            (TextStyle::Monospace, FontId::monospace(SMALL)),
        ]
        .into(),
        // There are no animations, because many windows are painted without a graphics card.
        animation_time: 0.0,
        visuals: visuals(palette, base),
        ..Style::default()
    };
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(GAP_S, GAP_S);
    spacing.button_padding = vec2(GAP_M, GAP_XS);
    spacing.interact_size = vec2(CONTROL, CONTROL);
    spacing.menu_margin = Margin::symmetric(8, 6);
    spacing.window_margin = Margin::same(16);
    spacing.icon_width = 16.0;
    spacing.icon_width_inner = 10.0;
    // Only floating scroll bars can be dimmed. Their space is reserved nevertheless.
    spacing.scroll.floating = true;
    spacing.scroll.bar_width = 8.0;
    spacing.scroll.floating_width = 8.0;
    spacing.scroll.floating_allocated_width = 12.0;
    spacing.scroll.dormant_handle_opacity = 0.25;
    spacing.scroll.active_handle_opacity = 0.35;
    spacing.scroll.interact_handle_opacity = 0.6;
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.4;
    style.scroll_animation = egui::style::ScrollAnimation::none();
    style
}

fn visuals(palette: &Palette, base: Visuals) -> Visuals {
    let mut visuals = base;
    visuals.panel_fill = palette.window;
    visuals.window_fill = palette.window;
    visuals.window_stroke = Stroke::new(1.0, palette.line);
    visuals.faint_bg_color = palette.stripe;
    visuals.extreme_bg_color = palette.window;
    visuals.text_edit_bg_color = Some(palette.window);
    visuals.code_bg_color = palette.panel;
    visuals.hyperlink_color = palette.accent;
    visuals.error_fg_color = palette.system.text;
    visuals.warn_fg_color = palette.warning.text;
    visuals.weak_text_color = Some(palette.secondary);
    visuals.selection.bg_fill = palette.selected;
    visuals.selection.stroke = Stroke::new(1.0, palette.text);
    visuals.window_corner_radius = CornerRadius::same(8);
    visuals.menu_corner_radius = CornerRadius::same(6);
    let shadow = Shadow {
        offset: [0, 4],
        blur: 16,
        spread: 0,
        color: Color32::from_black_alpha(40),
    };
    visuals.window_shadow = shadow;
    visuals.popup_shadow = shadow;
    // A blinking cursor would repaint the window all the time.
    visuals.text_cursor.blink = false;
    visuals.text_cursor.stroke = Stroke::new(1.5, palette.accent);
    visuals.disabled_alpha = 0.55;
    let widgets = &mut visuals.widgets;
    for (widget, fill, outline) in [
        (&mut widgets.noninteractive, palette.window, palette.line),
        (&mut widgets.inactive, palette.window, palette.outline),
        (&mut widgets.hovered, palette.hovered, palette.text),
        (&mut widgets.active, palette.selected, palette.accent),
        (&mut widgets.open, palette.hovered, palette.outline),
    ] {
        widget.bg_fill = fill;
        widget.weak_bg_fill = fill;
        widget.bg_stroke = Stroke::new(1.0, outline);
        widget.fg_stroke = Stroke::new(1.0, palette.text);
        widget.corner_radius = CornerRadius::same(RADIUS);
        widget.expansion = 0.0;
    }
    widgets.active.bg_stroke.width = 2.0;
    visuals
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The contrast ratio of WCAG 2.
    fn contrast(a: Color32, b: Color32) -> f32 {
        let luminance = |color: Color32| {
            let [r, g, b] = [color.r(), color.g(), color.b()].map(|part| {
                let part = f32::from(part) / 255.0;
                if part <= 0.04045 {
                    part / 12.92
                } else {
                    ((part + 0.055) / 1.055).powf(2.4)
                }
            });
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_text_can_be_read_on_everything_it_stands_on() {
        for (palette, least) in [(LIGHT, 4.5), (DARK, 4.5), (HIGH_CONTRAST, 7.0)] {
            let grounds = [
                palette.window,
                palette.panel,
                palette.stripe,
                palette.selected,
                palette.hovered,
            ];
            let tones = [
                palette.system,
                palette.administrator,
                palette.warning,
                palette.good,
                palette.neutral,
            ];
            for ground in grounds {
                for text in [palette.text, palette.secondary] {
                    assert!(contrast(text, ground) >= least, "{text:?} on {ground:?}");
                }
            }
            for tone in tones {
                assert!(contrast(tone.text, tone.fill) >= least, "{tone:?}");
                assert!(
                    contrast(tone.text, palette.panel) >= least,
                    "{tone:?} on the panel"
                );
            }
            assert!(contrast(palette.on_accent, palette.accent) >= least);
            assert!(contrast(palette.accent, palette.selected) >= least);
            assert!(contrast(palette.warning.text, palette.selected) >= least);
            // The outlines of controls and other things that are not text need 3 : 1.
            assert!(contrast(palette.outline, palette.window) >= 3.0);
        }
    }
}
