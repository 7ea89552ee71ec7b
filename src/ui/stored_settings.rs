//! Keeping the settings of the window between starts, in the file that eframe keeps.

use eframe::Storage;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::app::{GridColumn, ThemeChoice, WindowSettings};
use crate::directory::Sort;

/// The key under which the settings are stored.
const SETTINGS: &str = "settings";

/// The first character of settings of earlier versions, which wrote RON. JSON begins with a brace.
const START_OF_RON: char = '(';

/// The settings of the last start, and a sentence about those that cannot be read.
pub fn stored_settings(storage: &dyn Storage) -> (WindowSettings, Option<String>) {
    match storage.get_string(SETTINGS) {
        Some(text) if text.trim_start().starts_with(START_OF_RON) => {
            WindowSettings::read(&earlier(storage).to_string())
        }
        Some(text) => WindowSettings::read(&text),
        None => (WindowSettings::default(), None),
    }
}

pub fn keep(storage: &mut dyn Storage, settings: &WindowSettings) {
    storage.set_string(SETTINGS, settings.written());
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct OnlyTheme {
    theme: ThemeChoice,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct OnlySort {
    sort: Sort,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct OnlyHiddenColumns {
    hidden_columns: Vec<GridColumn>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct OnlyColumnWidths {
    column_widths: std::collections::BTreeMap<GridColumn, f32>,
}

/// The settings of an earlier version as JSON. Each is read by itself, so that one that cannot be
/// read leaves the others as they are. It is null in the JSON, which no setting can be.
fn earlier(storage: &dyn Storage) -> Value {
    let mut all = Map::new();
    for (name, value) in [
        ("theme", only::<OnlyTheme>(storage)),
        ("sort", only::<OnlySort>(storage)),
        ("hidden_columns", only::<OnlyHiddenColumns>(storage)),
        ("column_widths", only::<OnlyColumnWidths>(storage)),
    ] {
        match value {
            Some(Value::Object(value)) => all.extend(value),
            _ => drop(all.insert(name.to_owned(), Value::Null)),
        }
    }
    Value::Object(all)
}

fn only<T: DeserializeOwned + Serialize>(storage: &dyn Storage) -> Option<Value> {
    let one: T = eframe::get_value(storage, SETTINGS)?;
    serde_json::to_value(one).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::ColumnChoices;
    use crate::directory::SortColumn;

    struct Kept(String);

    impl Storage for Kept {
        fn get_string(&self, key: &str) -> Option<String> {
            (key == SETTINGS).then(|| self.0.clone())
        }

        fn set_string(&mut self, key: &str, value: String) {
            if key == SETTINGS {
                self.0 = value;
            }
        }

        fn remove_string(&mut self, _key: &str) {}

        fn flush(&mut self) {}
    }

    fn expected() -> WindowSettings {
        let mut settings = WindowSettings {
            theme: ThemeChoice::Dark,
            sort: Sort {
                column: SortColumn::SipAddress,
                descending: true,
            },
            ..WindowSettings::default()
        };
        settings
            .columns
            .widths
            .insert(GridColumn::DisplayName, 200.0);
        settings.columns.hidden = vec![GridColumn::LastChange];
        settings
    }

    const EARLIER: &str = "(theme:Dark,sort:(column:SipAddress,descending:true),hidden_columns:[LastChange],column_widths:{DisplayName:200.0})";

    #[test]
    fn settings_of_an_earlier_version_are_read_and_then_kept_as_those_of_this_one() {
        let mut kept = Kept(EARLIER.to_owned());
        assert_eq!(stored_settings(&kept), (expected(), None));
        keep(&mut kept, &expected());
        assert_eq!(stored_settings(&kept), (expected(), None));
    }

    #[test]
    fn a_setting_of_an_earlier_version_that_cannot_be_read_loses_only_itself() {
        let defaults = WindowSettings::default();
        let sepia = EARLIER.replace("Dark", "Sepia");
        let (read, why) = stored_settings(&Kept(sepia));
        let theme = defaults.theme;
        assert_eq!(
            read,
            WindowSettings {
                theme,
                ..expected()
            }
        );
        assert!(why.unwrap().ends_with("again: theme."));

        let column = EARLIER.replace("[LastChange]", "[LastChange,ShoeSize]");
        let (read, why) = stored_settings(&Kept(column));
        let columns = ColumnChoices {
            hidden: defaults.columns.hidden,
            ..expected().columns
        };
        assert_eq!(
            read,
            WindowSettings {
                columns,
                ..expected()
            }
        );
        assert!(why.unwrap().ends_with("again: hidden columns."));

        let more = EARLIER.replace("theme:", "zoom:Some(2),theme:");
        assert_eq!(stored_settings(&Kept(more)), (expected(), None));
    }
}
