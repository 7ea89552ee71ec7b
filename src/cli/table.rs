//! A table of aligned columns under a header line.

use super::console::{Console, Plain};

/// Between two columns.
const GAP: &str = "  ";
/// No column is made wider for its cells: one that is longer, such as a comment of a thousand words, pushes the others of
/// its row aside.
const WIDEST: usize = 100;

/// Writes rows of results. The cells are asked for twice, which costs less than keeping all of them.
pub(super) fn write<T, const N: usize>(
    console: &mut Console<'_>,
    headers: [&str; N],
    rows: &[T],
    cells: impl Fn(&T) -> [String; N],
) {
    let mut widths = headers.map(width);
    for row in rows {
        for (widest, cell) in widths.iter_mut().zip(cells(row)) {
            *widest = width(&cell).min(WIDEST).max(*widest);
        }
    }
    console.line(&line(&headers, &widths));
    for row in rows {
        console.line(&line(&cells(row), &widths));
    }
}

fn line(cells: &[impl AsRef<str>], widths: &[usize]) -> String {
    // Not by a width in the format, which has 16 bits only.
    let pad = |cell: &str, width: usize| {
        let text = Plain(cell).to_string();
        let missing = width.saturating_sub(text.chars().count());
        text + &" ".repeat(missing)
    };
    let padded: Vec<String> = cells.iter().zip(widths).map(|(cell, &width)| pad(cell.as_ref(), width)).collect();
    padded.join(GAP).trim_end().to_owned()
}

fn width(cell: &str) -> usize {
    cell.chars().count()
}
