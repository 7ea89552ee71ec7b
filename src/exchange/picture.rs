//! Pictures as PNG files.

use std::io::{BufWriter, Write as _};
use std::sync::Arc;

use super::atomic_write::write_whole;
use super::error::ReadError;
use super::output_file::OutputFile;

/// A picture without transparency.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// The size in pixels.
    pub width: u32,
    pub height: u32,
    /// Red, green and blue of each pixel, row by row.
    pub rgb: Arc<[u8]>,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({} × {})", self.width, self.height)
    }
}

/// Saves a picture as PNG.
///
/// # Errors
/// The file cannot be written.
pub fn save_picture<'a>(picture: &Picture, to: impl Into<OutputFile<'a>>) -> Result<(), ReadError> {
    write_whole(to, |file| {
        let mut out = BufWriter::new(file);
        let mut encoder = png::Encoder::new(&mut out, picture.width, picture.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let written = encoder.write_header().and_then(|mut writer| {
            writer.write_image_data(&picture.rgb)?;
            writer.finish()
        });
        written.map_err(|error| ReadError::Write(error.to_string()))?;
        out.flush().map_err(super::atomic_write::cannot_write)
    })
}
