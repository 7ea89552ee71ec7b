//! Settings that are kept between starts, as JSON. egui keeps the window's size and zoom itself.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::columns::ColumnChoices;
use crate::directory::Sort;

/// Theme, order and columns of the list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WindowSettings {
    pub theme: ThemeChoice,
    pub sort: Sort,
    #[serde(flatten)]
    pub columns: ColumnChoices,
    /// Settings of other versions of the program, which are kept as they are.
    #[serde(skip)]
    pub others: Map<String, Value>,
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
    /// Reads settings that [`WindowSettings::written`] has written. A setting that cannot be read
    /// gets its default, and the second value says so.
    pub fn read(text: &str) -> (Self, Option<String>) {
        let Ok(mut others) = serde_json::from_str::<Map<String, Value>>(text) else {
            let why = "The settings of the window cannot be read, and have their defaults again.";
            return (Self::default(), Some(why.to_owned()));
        };
        let mut unreadable = Vec::new();
        let mut settings = Self {
            theme: take(&mut others, "theme", "theme", &mut unreadable),
            sort: take(&mut others, "sort", "order", &mut unreadable),
            columns: ColumnChoices {
                hidden: take(
                    &mut others,
                    "hidden_columns",
                    "hidden columns",
                    &mut unreadable,
                ),
                shown: take(
                    &mut others,
                    "shown_columns",
                    "shown columns",
                    &mut unreadable,
                ),
                order: take(
                    &mut others,
                    "column_order",
                    "order of columns",
                    &mut unreadable,
                ),
                widths: take(
                    &mut others,
                    "column_widths",
                    "widths of columns",
                    &mut unreadable,
                ),
            },
            others,
        };
        settings.columns.drop_unusable();
        let why = (!unreadable.is_empty()).then(|| {
            format!(
                "These settings of the window cannot be read, and have their defaults again: {}.",
                unreadable.join(", ")
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
    name: &'static str,
    unreadable: &mut Vec<&'static str>,
) -> T {
    others.remove(key).map_or_else(T::default, |value| {
        serde_json::from_value(value).unwrap_or_else(|_not_this_type| {
            unreadable.push(name);
            T::default()
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::GridColumn;

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
}
