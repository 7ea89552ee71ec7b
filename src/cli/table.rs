//! A table of aligned columns under a header line.

use super::console::{Console, Plain};

/// Between two columns.
const GAP: &str = "  ";

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
            *widest = width(&cell).max(*widest);
        }
    }
    console.line(&line(&headers, &widths));
    for row in rows {
        console.line(&line(&cells(row), &widths));
    }
}

fn line(cells: &[impl AsRef<str>], widths: &[usize]) -> String {
    let padded: Vec<String> =
        cells.iter().zip(widths).map(|(cell, &width)| format!("{:width$}", Plain(cell.as_ref()).to_string())).collect();
    padded.join(GAP).trim_end().to_owned()
}

fn width(cell: &str) -> usize {
    cell.chars().count()
}
