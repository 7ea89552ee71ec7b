//! Settings that are kept between starts. egui keeps the window's size and zoom itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::directory::{Sort, SortColumn};

/// Theme, order and columns of the list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WindowSettings {
    pub theme: ThemeChoice,
    pub sort: Sort,
    pub hidden_columns: Vec<SortColumn>,
    /// Widths of columns in points, where they differ from the default.
    pub column_widths: BTreeMap<SortColumn, f32>,
}

/// Light, dark, or the desktop's theme.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
pub enum ThemeChoice {
    #[default]
    #[strum(serialize = "Like the desktop")]
    System,
    Light,
    Dark,
}

impl ThemeChoice {
    pub fn label(self) -> &'static str {
        self.into()
    }
}

impl WindowSettings {
    pub fn shows(&self, column: SortColumn) -> bool {
        !self.hidden_columns.contains(&column)
    }

    /// Shows or hides a column. The display name is always shown, because a row must name its user.
    pub fn toggle(&mut self, column: SortColumn) {
        if column == SortColumn::DisplayName {
            return;
        }
        match self
            .hidden_columns
            .iter()
            .position(|&hidden| hidden == column)
        {
            Some(index) => drop(self.hidden_columns.remove(index)),
            None => self.hidden_columns.push(column),
        }
    }
}
