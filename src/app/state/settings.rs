//! Settings that are kept between starts, as JSON. egui keeps the window's size and zoom itself.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::columns::ColumnChoices;
use super::grid_column::GridColumn;
use crate::directory::Sort;

/// Theme, order and columns of the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WindowSettings {
    pub theme: ThemeChoice,
    pub sort: Sort,
    /// Whether the user of the cursor is shown beside the list.
    pub reading_pane: bool,
    /// Filters that are kept under names, as conditions.
    pub saved_filters: BTreeMap<String, String>,
    /// The last filter of each store.
    pub last_filters: BTreeMap<String, String>,
    #[serde(flatten)]
    pub columns: ColumnChoices,
    /// Settings of other versions of the program, which are kept as they are.
    #[serde(skip)]
    pub others: Map<String, Value>,
}

/// Light, dark, high contrast, or the desktop's theme.
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
    #[strum(serialize = "High contrast")]
    HighContrast,
}

impl ThemeChoice {
    /// The reason why no other theme can be chosen.
    pub const FIXED: &str = "An administrator of this computer has chosen the theme.";

    pub fn label(self) -> &'static str {
        self.into()
    }
}

impl Default for WindowSettings {
    fn default() -> Self {
        Self {
            theme: ThemeChoice::default(),
            sort: Sort::default(),
            reading_pane: true,
            saved_filters: BTreeMap::new(),
            last_filters: BTreeMap::new(),
            columns: ColumnChoices::default(),
            others: Map::new(),
        }
    }
}

impl WindowSettings {
    /// Reads settings that [`WindowSettings::written`] has written. A setting that cannot be read
    /// gets its default, and the second value says so.
    pub fn read(text: &str) -> (Self, Option<String>) {
        let Ok(mut others) = serde_json::from_str::<Map<String, Value>>(text) else {
            let why = "The settings of the window cannot be read, and have their defaults again.";
            return (Self::default(), Some(why.to_owned()));
        };
        let mut unreadable = BTreeSet::new();
        let mut settings = Self {
            theme: take(&mut others, "theme", "theme", &mut unreadable),
            sort: take(&mut others, "sort", "order", &mut unreadable),
            reading_pane: take::<Option<bool>>(
                &mut others,
                "reading_pane",
                "reading pane",
                &mut unreadable,
            )
            .unwrap_or(true),
            saved_filters: take(&mut others, "saved_filters", "filters", &mut unreadable),
            last_filters: take(&mut others, "last_filters", "filters", &mut unreadable),
            columns: ColumnChoices {
                hidden: take_columns(&mut others, "hidden_columns", &mut unreadable),
                shown: take_columns(&mut others, "shown_columns", &mut unreadable),
                order: take_columns(&mut others, "column_order", &mut unreadable),
                widths: take_widths(&mut others, "column_widths", &mut unreadable),
            },
            others,
        };
        settings.columns.drop_unusable();
        let why = (!unreadable.is_empty()).then(|| {
            format!(
                "These settings of the window cannot be read, and have their defaults again: {}.",
                Vec::from_iter(unreadable).join(", ")
            )
        });
        (settings, why)
    }

    /// The settings as JSON.
    pub fn written(&self) -> String {
        let mut all = self.others.clone();
        if let Ok(Value::Object(own)) = serde_json::to_value(self) {
            all.extend(own);
        }
        Value::Object(all).to_string()
    }
}

/// Takes a setting out of the others. The name of one that cannot be read is added to `unreadable`.
fn take<T: DeserializeOwned + Default>(
    others: &mut Map<String, Value>,
    key: &str,
    name: &str,
    unreadable: &mut BTreeSet<String>,
) -> T {
    let value = others.remove(key);
    value.map_or_else(T::default, |value| {
        read(value, name, unreadable).unwrap_or_default()
    })
}

fn read<T: DeserializeOwned>(
    value: Value,
    name: &str,
    unreadable: &mut BTreeSet<String>,
) -> Option<T> {
    let read = serde_json::from_value(value);
    if read.is_err() {
        unreadable.insert(name.to_owned());
    }
    read.ok()
}

/// Such a column is not named, since its name may be anything.
const UNKNOWN_COLUMN: &str = "a column that is not known";

/// Takes a list of columns out of the others. A column that is not known is left out of it alone.
fn take_columns(
    others: &mut Map<String, Value>,
    key: &str,
    unreadable: &mut BTreeSet<String>,
) -> Vec<GridColumn> {
    let columns: Vec<Value> = take(others, key, &key.replace('_', " "), unreadable);
    let known = columns.into_iter();
    known
        .filter_map(|column| read(column, UNKNOWN_COLUMN, unreadable))
        .collect()
}

/// Takes the widths of columns out of the others. One that cannot be read is left out alone.
fn take_widths(
    others: &mut Map<String, Value>,
    key: &str,
    unreadable: &mut BTreeSet<String>,
) -> BTreeMap<GridColumn, f32> {
    let widths: Map<String, Value> = take(others, key, &key.replace('_', " "), unreadable);
    let known = widths.into_iter().filter_map(|(column, width)| {
        let name = format!("width of {column}");
        let column = read(Value::String(column), UNKNOWN_COLUMN, unreadable)?;
        Some((column, read(width, &name, unreadable)?))
    });
    known.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_setting_that_cannot_be_read_gets_its_default_and_the_others_stay() {
        let mut kept = WindowSettings {
            theme: ThemeChoice::Dark,
            ..WindowSettings::default()
        };
        kept.columns.set_width(GridColumn::DisplayName, 200.0);
        kept.columns.show(GridColumn::Upn, true);
        kept.columns.move_before(GridColumn::Lock, None);
        kept.others.insert("newer".to_owned(), Value::from(7));
        let mut text: Map<String, Value> = serde_json::from_str(&kept.written()).unwrap();
        text.insert("theme".to_owned(), Value::from("Sepia"));
        let (read, why) = WindowSettings::read(&Value::Object(text).to_string());
        let expected = WindowSettings {
            theme: ThemeChoice::default(),
            ..kept
        };
        assert_eq!(read, expected);
        assert_eq!(
            why.as_deref(),
            Some(
                "These settings of the window cannot be read, and have their defaults again: theme."
            )
        );
    }

    #[test]
    fn a_column_of_another_version_loses_only_itself() {
        let text = r#"{"hidden_columns":["Pin","ShoeSize"],"shown_columns":["Upn",7],
            "column_order":["ShoeSize","Lock"],"column_widths":{"ShoeSize":90,"Lock":200,"Pin":"wide"}}"#;
        let (read, why) = WindowSettings::read(text);
        assert_eq!(read.columns.hidden, [GridColumn::Pin]);
        assert_eq!(read.columns.shown, [GridColumn::Upn]);
        assert_eq!(read.columns.order, [GridColumn::Lock]);
        assert_eq!(
            Vec::from_iter(read.columns.widths),
            [(GridColumn::Lock, 200.0)]
        );
        assert!(
            why.unwrap()
                .ends_with("again: a column that is not known, width of Pin.")
        );
    }
}
