//! What is remembered from one start to the next, besides what egui remembers itself (window and zoom).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::directory::{Sort, SortColumn};

/// The remembered choices.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    pub theme: ThemeChoice,
    pub sort: Sort,
    pub hidden_columns: Vec<SortColumn>,
    /// Widths of columns in points, where they are not the usual ones.
    pub column_widths: BTreeMap<SortColumn, f32>,
}

/// Light, dark, or whatever the desktop has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ThemeChoice {
    #[default]
    System,
    Light,
    Dark,
}

impl ThemeChoice {
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    pub fn label(self) -> &'static str {
        match self {
            Self::System => "Like the desktop",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }
}

impl Settings {
    pub fn shows(&self, column: SortColumn) -> bool {
        !self.hidden_columns.contains(&column)
    }

    /// The display name is always shown: a row must say whom it is about.
    pub fn toggle(&mut self, column: SortColumn) {
        if column == SortColumn::DisplayName {
            return;
        }
        match self
            .hidden_columns
            .iter()
            .position(|&hidden| hidden == column)
        {
            Some(place) => drop(self.hidden_columns.remove(place)),
            None => self.hidden_columns.push(column),
        }
    }
}
