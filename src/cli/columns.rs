//! The layout of a text table: widths of columns, cutting them to fit the terminal, and colours.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr as _;

use super::colors;
use super::console::Plain;
use super::terminal::Screen;

/// The gap between two columns.
const GAP: &str = "  ";
const ELLIPSIS: char = '…';
/// The narrowest width to which a column is cut, in cells of the terminal. Beyond that, columns are
/// left out.
const NARROWEST: usize = 16;
/// The widest cell that makes its column wider, in cells of the terminal. Longer cells are shown
/// but not measured.
const WIDEST: usize = 200;

/// A column of a table under its header.
#[derive(Clone, Debug)]
pub(super) struct Column {
    header: Cow<'static, str>,
    /// Columns of the least weight are cut first, from the right.
    weight: u8,
    is_toned: bool,
}

/// Columns with their widths.
pub(super) struct TableLayout {
    columns: Vec<Column>,
    /// None for a column that is left out.
    widths: Vec<Option<usize>>,
    screen: Screen,
}

/// The columns of rows that are never written as a text table.
pub(super) const NO_COLUMNS: [Column; 0] = [];

impl From<&'static str> for Column {
    fn from(header: &'static str) -> Self {
        Self {
            header: header.into(),
            weight: 1,
            is_toned: false,
        }
    }
}

impl From<String> for Column {
    fn from(header: String) -> Self {
        Self {
            header: header.into(),
            weight: 1,
            is_toned: false,
        }
    }
}

impl Column {
    /// A column with a weight other than the usual 1.
    pub fn weighing(header: &'static str, weight: u8) -> Self {
        Self {
            weight,
            ..header.into()
        }
    }

    /// Colours the cells by the state or outcome that they hold.
    pub fn toned(self) -> Self {
        Self {
            is_toned: true,
            ..self
        }
    }
}

impl TableLayout {
    /// A layout that is as wide as the headers and these rows, or as the terminal if that is
    /// narrower.
    pub fn of(columns: Vec<Column>, rows: &[impl AsRef<[String]>], screen: Screen) -> Self {
        let mut widths: Vec<usize> = columns.iter().map(|column| column.header.width()).collect();
        for row in rows {
            for (widest, cell) in widths.iter_mut().zip(row.as_ref()) {
                // A very long text makes only its own line longer, not the whole column wider.
                let width = Some(plain(cell).width()).filter(|width| *width <= WIDEST);
                *widest = width.unwrap_or_default().max(*widest);
            }
        }
        let mut layout = Self {
            columns,
            widths: widths.into_iter().map(Some).collect(),
            screen,
        };
        if let Some(room) = screen.width {
            layout.fit(room);
        }
        layout
    }

    /// The line of headers.
    pub fn headers(&self) -> String {
        self.joined(|index, width| {
            let header = self.columns[index].header.as_ref();
            (
                if self.screen.is_coloured {
                    colors::HEADER
                } else {
                    colors::NONE
                },
                cut(header, width),
            )
        })
    }

    /// The line of a row. A cell that is wider than its column is cut if the width of the terminal
    /// is known, and kept whole otherwise, as in files and pipes.
    pub fn line(&self, cells: &[String]) -> String {
        self.joined(|index, width| {
            let cell = cells.get(index).map_or("", String::as_str);
            let is_toned = self.screen.is_coloured && self.columns[index].is_toned;
            let text = if self.screen.width.is_some() {
                cut(&plain(cell), width)
            } else {
                plain(cell)
            };
            (
                if is_toned {
                    colors::of(cell)
                } else {
                    colors::NONE
                },
                text,
            )
        })
    }

    fn joined(&self, cell: impl Fn(usize, usize) -> (anstyle::Style, String)) -> String {
        let mut line = String::new();
        let mut spaces = 0;
        for (index, width) in self.widths.iter().enumerate() {
            let Some(width) = *width else { continue };
            let (style, text) = cell(index, width);
            // Spaces are written only before a following text, so that no line ends with spaces.
            if !text.is_empty() {
                line.push_str(&" ".repeat(spaces));
                spaces = 0;
                line.push_str(&format!("{style}{text}{style:#}"));
            }
            spaces += width.saturating_sub(text.width()) + GAP.len();
        }
        line
    }

    /// Cuts columns until a line fits into `room` cells, those with the least weight first. If
    /// cutting is not enough, leaves columns out in that order. The column with the most weight
    /// keeps its width, or at least half of the line, until all others are left out.
    fn fit(&mut self, room: usize) {
        let whole = self.widths.clone();
        let mut order: Vec<usize> = (0..whole.len()).rev().collect();
        order.sort_by_key(|&index| self.columns[index].weight);
        let Some(&last) = order.last() else { return };
        for first in 0..whole.len() {
            self.widths.clone_from(&whole);
            for &index in &order[..first] {
                self.widths[index] = None;
            }
            for &index in &order[first..] {
                let narrowest = if index == last {
                    NARROWEST.max(room / 2)
                } else {
                    NARROWEST
                };
                self.cut(index, narrowest, room);
            }
            if self.total() <= room {
                return;
            }
        }
        self.cut(last, 1, room);
    }

    /// Makes a column narrower, as far as the line is too long, but not narrower than `narrowest`
    /// cells.
    fn cut(&mut self, index: usize, narrowest: usize, room: usize) {
        let over = self.total().saturating_sub(room);
        self.widths[index] =
            self.widths[index].map(|width| width.saturating_sub(over).max(width.min(narrowest)));
    }

    fn total(&self) -> usize {
        let shown = self.widths.iter().flatten();
        shown.clone().sum::<usize>() + GAP.len() * shown.count().saturating_sub(1)
    }
}

/// A cell without line breaks and control characters.
fn plain(cell: &str) -> String {
    Plain(cell).to_string()
}

/// A text cut to a width in cells of the terminal.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    // Combining marks have no width and stay with the character before them.
    let mut short = String::new();
    for character in text.chars() {
        short.push(character);
        if short.width() >= width {
            if short.width() > width - 1 {
                short.pop();
            }
            break;
        }
    }
    short.push(ELLIPSIS);
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(rows: &[[&str; 3]], width: Option<usize>) -> Vec<String> {
        let columns = [
            "Identity".into(),
            Column::weighing("Name", 0),
            Column::weighing("State", 2).toned(),
        ];
        let rows: Vec<[String; 3]> = rows.iter().map(|row| row.map(str::to_owned)).collect();
        let layout = TableLayout::of(
            columns.to_vec(),
            &rows,
            Screen {
                width,
                ..Screen::default()
            },
        );
        std::iter::once(layout.headers())
            .chain(rows.iter().map(|row| layout.line(row)))
            .collect()
    }

    #[test]
    fn widths_are_counted_as_a_terminal_counts_them() {
        let lines = shown(
            &[
                ["a", "田中 美咲", "x"],
                ["b", "Jo\u{308}rg", "x"],
                ["c", "नेहा", "x"],
            ],
            None,
        );
        assert_eq!(
            lines,
            [
                "Identity  Name       State",
                "a         田中 美咲  x",
                "b         Jo\u{308}rg       x",
                "c         नेहा        x"
            ]
        );
    }

    #[test]
    fn the_least_looked_at_is_cut_first_and_left_out_last() {
        let row = [
            "sip:kenmyer@litwareinc.com",
            "Kenneth Myer-Smith",
            "unlocked",
        ];
        let line = |width| shown(&[row], Some(width)).pop().unwrap_or_default();
        assert_eq!(
            line(200),
            "sip:kenmyer@litwareinc.com  Kenneth Myer-Smith  unlocked"
        );
        assert_eq!(
            line(54),
            "sip:kenmyer@litwareinc.com  Kenneth Myer-Sm…  unlocked"
        );
        assert_eq!(
            line(50),
            "sip:kenmyer@litwarein…  Kenneth Myer-Sm…  unlocked"
        );
        assert_eq!(line(40), "sip:kenmyer@litwareinc.com  unlocked");
        assert_eq!(line(30), "sip:kenmyer@litware…  unlocked");
        assert_eq!(line(20), "unlocked");
        assert_eq!(line(9), "unlocked");
        assert_eq!(line(4), "unl…");
    }

    #[test]
    fn nothing_is_ever_wider_than_the_terminal() {
        let row = [
            "sip:田中@例え.jp",
            "田中田中田中田中田中",
            "locked, cause unknown",
        ];
        for width in 1..80 {
            for line in shown(&[row, ["", "", ""]], Some(width)) {
                assert!(line.as_str().width() <= width, "{width}: {line}");
                assert!(!line.ends_with(' '), "{line}");
            }
        }
    }
}
