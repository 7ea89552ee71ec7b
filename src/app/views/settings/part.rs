//! The parts of the page of settings.

/// A part of the settings, in the order of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr, strum::VariantArray)]
pub enum SettingsPart {
    Appearance,
    Store,
    Backups,
    #[strum(serialize = "Key of PINs")]
    Key,
    Limits,
    Places,
}

impl SettingsPart {
    /// Its headline.
    pub fn label(self) -> &'static str {
        self.into()
    }
}
