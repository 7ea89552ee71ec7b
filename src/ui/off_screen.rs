//! Painting off the screen: a part of the window as a picture of its own, of any size, whatever is in
//! view and whichever card draws the window.
#![expect(
    clippy::cast_sign_loss,
    reason = "positions and colours are clamped to what is never negative"
)]

use eframe::egui::epaint::{Mesh, Primitive, Vertex};
use eframe::egui::{
    Color32, ColorImage, Context, ImageData, Pos2, RawInput, Rect, TextureId, Theme, Ui, Vec2,
    ViewportId, pos2,
};

use super::theme;
use crate::exchange::Picture;

/// The pixels of a point.
const SCALE: f32 = 2.0;
/// The passes until all sizes are settled and all letters are in the texture.
const PASSES: usize = 3;

/// Paints into a picture of a size in points, in the colours of a theme.
pub fn picture(
    size: Vec2,
    theme: Theme,
    is_high_contrast: bool,
    mut paint: impl FnMut(&mut Ui),
) -> Picture {
    let ctx = Context::default();
    theme::install(&ctx);
    theme::use_high_contrast(&ctx, is_high_contrast);
    ctx.set_theme(theme);
    let mut letters = ColorImage::filled([1, 1], Color32::WHITE);
    let mut shapes = Vec::new();
    for _ in 0..PASSES {
        let mut input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, size)),
            ..RawInput::default()
        };
        if let Some(viewport) = input.viewports.get_mut(&ViewportId::ROOT) {
            viewport.native_pixels_per_point = Some(SCALE);
        }
        let mut output = ctx.run_ui(input, &mut paint);
        let changed = output.textures_delta.set.remove(&TextureId::default());
        for delta in changed.into_iter().flatten() {
            let ImageData::Color(image) = &delta.image;
            match delta.pos {
                None => letters = ColorImage::clone(image),
                Some(at) => copy_into(&mut letters, image, at),
            }
        }
        output.textures_delta.set.clear();
        output.textures_delta.free.clear();
        shapes = std::mem::take(&mut output.shapes);
    }
    let ground = ctx.global_style().visuals.panel_fill;
    let [width, height] = [size.x, size.y].map(|points| (points * SCALE).ceil() as usize);
    let [red, green, blue, _] = ground.to_array();
    let mut canvas = Canvas {
        width,
        height,
        pixels: vec![[red, green, blue]; width * height],
    };
    for clipped in ctx.tessellate(shapes, SCALE) {
        if let Primitive::Mesh(mesh) = &clipped.primitive {
            canvas.mesh(mesh, &letters, clipped.clip_rect);
        }
    }
    Picture {
        width: width as u32,
        height: height as u32,
        rgb: canvas.pixels.into_flattened().into(),
    }
}

fn copy_into(whole: &mut ColorImage, part: &ColorImage, [left, top]: [usize; 2]) {
    for y in 0..part.height() {
        for x in 0..part.width() {
            if left + x < whole.width() && top + y < whole.height() {
                whole[(left + x, top + y)] = part[(x, y)];
            }
        }
    }
}

struct Canvas {
    width: usize,
    height: usize,
    /// Red, green and blue of each pixel.
    pixels: Vec<[u8; 3]>,
}

impl Canvas {
    fn mesh(&mut self, mesh: &Mesh, letters: &ColorImage, clip: Rect) {
        for corners in mesh.indices.chunks_exact(3) {
            let corner = |nth: usize| {
                let index = corners.get(nth).copied().unwrap_or_default();
                mesh.vertices.get(index as usize).copied()
            };
            if let (Some(a), Some(b), Some(c)) = (corner(0), corner(1), corner(2)) {
                self.triangle([a, b, c], letters, clip);
            }
        }
    }

    /// Paints the pixels whose middle is in a triangle.
    fn triangle(&mut self, corners: [Vertex; 3], letters: &ColorImage, clip: Rect) {
        let at = corners.map(|corner| pos2(corner.pos.x * SCALE, corner.pos.y * SCALE));
        let area = cross(at[0], at[1], at[2]);
        if area == 0.0 {
            return;
        }
        let whole =
            Rect::from_min_size(Pos2::ZERO, Vec2::new(self.width as f32, self.height as f32));
        let clip = Rect::from_min_max(clip.min * SCALE, clip.max * SCALE);
        let bounds = Rect::from_points(&at).intersect(clip).intersect(whole);
        if !bounds.is_positive() {
            return;
        }
        for y in bounds.top() as usize..bounds.bottom().ceil() as usize {
            for x in bounds.left() as usize..bounds.right().ceil() as usize {
                let middle = pos2(x as f32 + 0.5, y as f32 + 0.5);
                if !clip.contains(middle) {
                    continue;
                }
                let shares = [
                    cross(at[1], at[2], middle) / area,
                    cross(at[2], at[0], middle) / area,
                    cross(at[0], at[1], middle) / area,
                ];
                if shares.iter().all(|share| *share >= 0.0) {
                    let color = color_at(&corners, shares, letters);
                    if let Some(under) = self.pixels.get_mut(y * self.width + x) {
                        *under = over(color, *under);
                    }
                }
            }
        }
    }
}

/// Twice the area of a triangle, whose sign says in which direction it runs.
fn cross(a: Pos2, b: Pos2, c: Pos2) -> f32 {
    (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}

/// The colour inside of a triangle: that between its corners, times that of the texture.
fn color_at(corners: &[Vertex; 3], shares: [f32; 3], letters: &ColorImage) -> [f32; 4] {
    let mut mixed = [0.0; 4];
    let (mut u, mut v) = (0.0, 0.0);
    for (corner, share) in corners.iter().zip(shares) {
        for (sum, part) in mixed.iter_mut().zip(corner.color.to_array()) {
            *sum += f32::from(part) * share;
        }
        u += corner.uv.x * share;
        v += corner.uv.y * share;
    }
    let place = |at: f32, size: usize| ((at * size as f32) as usize).min(size.saturating_sub(1));
    let texel = letters[(place(u, letters.width()), place(v, letters.height()))];
    for (sum, part) in mixed.iter_mut().zip(texel.to_array()) {
        *sum *= f32::from(part) / 255.0;
    }
    mixed
}

/// A colour with its transparency over an opaque one, as egui blends: premultiplied, in gamma space.
fn over([red, green, blue, alpha]: [f32; 4], under: [u8; 3]) -> [u8; 3] {
    let rest = 1.0 - alpha / 255.0;
    let blend = |color: f32, under: u8| (color + f32::from(under) * rest).round() as u8;
    let [under_red, under_green, under_blue] = under;
    [
        blend(red, under_red),
        blend(green, under_green),
        blend(blue, under_blue),
    ]
}
