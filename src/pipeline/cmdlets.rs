//! The cmdlets and their parameters, which may be written by alias, by abbreviation, in any case
//! and with any dash.

use strum::{EnumIter, EnumString, IntoEnumIterator as _, IntoStaticStr, VariantArray as _};

use super::cursor::is_dash;
use crate::plan::Action;

/// The supported cmdlets, with their names and aliases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, EnumString, IntoStaticStr)]
#[strum(ascii_case_insensitive)]
pub(super) enum Cmdlet {
    #[strum(to_string = "Get-CsUser")]
    GetUser,
    #[strum(to_string = "Get-CsClientPinInfo")]
    GetPinInfo,
    #[strum(to_string = "Get-CsAdminRole")]
    GetAdminRole,
    #[strum(to_string = "Import-Csv", serialize = "ipcsv")]
    ImportCsv,
    #[strum(to_string = "Where-Object", serialize = "where", serialize = "?")]
    Where,
    #[strum(to_string = "Select-Object", serialize = "select")]
    Select,
    #[strum(to_string = "Sort-Object", serialize = "sort")]
    Sort,
    #[strum(to_string = "Measure-Object", serialize = "measure")]
    Measure,
    #[strum(to_string = "Export-Csv", serialize = "epcsv")]
    ExportCsv,
    #[strum(to_string = "Format-Table", serialize = "ft")]
    FormatTable,
    #[strum(to_string = "Format-List", serialize = "fl")]
    FormatList,
    #[strum(to_string = "Format-Wide", serialize = "fw")]
    FormatWide,
    #[strum(to_string = "Out-Host", serialize = "oh")]
    OutHost,
    #[strum(to_string = "Out-GridView", serialize = "ogv")]
    OutGridView,
    /// A cmdlet that changes PINs. Its name is in the table of actions.
    #[strum(disabled)]
    Change(Action),
}

/// The kind of value that a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// No value, or `:$true` or `:$false`.
    Switch,
    Text,
    Names,
    Number,
}

/// A parameter of a cmdlet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parameter {
    pub name: &'static str,
    alias: &'static str,
    pub takes: Takes,
}

const fn parameter(name: &'static str, alias: &'static str, takes: Takes) -> Parameter {
    Parameter { name, alias, takes }
}

const CHANGE: &[Parameter] = &[
    parameter("Identity", "", Takes::Text),
    parameter("Force", "", Takes::Switch),
    parameter("WhatIf", "wi", Takes::Switch),
    parameter("Confirm", "cf", Takes::Switch),
];
const SET_PIN: &[Parameter] = &[
    parameter("Identity", "", Takes::Text),
    parameter("Pin", "", Takes::Text),
    parameter("Force", "", Takes::Switch),
    parameter("WhatIf", "wi", Takes::Switch),
    parameter("Confirm", "cf", Takes::Switch),
];
const IDENTITY: &[Parameter] = &[parameter("Identity", "", Takes::Text)];
const IMPORT: &[Parameter] = &[parameter("Path", "", Takes::Text)];
const EXPORT: &[Parameter] = &[
    parameter("Path", "", Takes::Text),
    parameter("NoTypeInformation", "nti", Takes::Switch),
    parameter("Encoding", "", Takes::Text),
];
const SELECT: &[Parameter] = &[
    parameter("Property", "", Takes::Names),
    parameter("ExpandProperty", "", Takes::Text),
    parameter("First", "", Takes::Number),
    parameter("Last", "", Takes::Number),
    parameter("Unique", "", Takes::Switch),
];
const FORMAT: &[Parameter] = &[
    parameter("Property", "", Takes::Names),
    parameter("AutoSize", "", Takes::Switch),
    parameter("Wrap", "", Takes::Switch),
];
const SORT: &[Parameter] = &[
    parameter("Property", "", Takes::Names),
    parameter("Descending", "des", Takes::Switch),
];

/// The parameters of every cmdlet of PowerShell, with their aliases, as
/// [about_CommonParameters](https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_commonparameters)
/// lists them. They are known here so that an abbreviation is not taken for another parameter.
const COMMON: [(&str, &str); 12] = [
    ("Verbose", "vb"),
    ("Debug", "db"),
    ("ErrorAction", "ea"),
    ("ErrorVariable", "ev"),
    ("WarningAction", "wa"),
    ("WarningVariable", "wv"),
    ("InformationAction", "infa"),
    ("InformationVariable", "iv"),
    ("OutVariable", "ov"),
    ("OutBuffer", "ob"),
    ("PipelineVariable", "pv"),
    ("ProgressAction", "proga"),
];

impl Cmdlet {
    /// The name, such as `Get-CsUser`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Change(action) => action.cmdlet(),
            other => other.into(),
        }
    }

    pub fn parameters(self) -> &'static [Parameter] {
        match self {
            Self::GetUser | Self::GetPinInfo | Self::GetAdminRole => IDENTITY,
            Self::ImportCsv => IMPORT,
            Self::ExportCsv => EXPORT,
            Self::Select => SELECT,
            Self::Sort => SORT,
            Self::Change(Action::SetPin) => SET_PIN,
            Self::Change(_) => CHANGE,
            Self::FormatTable | Self::FormatList | Self::FormatWide => FORMAT,
            Self::Where | Self::Measure | Self::OutHost | Self::OutGridView => &[],
        }
    }

    /// The parameter to which a word without a parameter before it belongs.
    pub fn positional(self) -> Option<&'static Parameter> {
        self.parameters().first()
    }

    /// The cmdlet with this name or alias.
    ///
    /// # Errors
    /// The cmdlet is not supported; the error lists the supported ones.
    pub fn from_name(word: &str) -> Result<Self, String> {
        let plain: String = word
            .chars()
            .map(|c| if is_dash(c) { '-' } else { c })
            .collect();
        if let Ok(cmdlet) = plain.parse() {
            return Ok(cmdlet);
        }
        let changes = || Action::VARIANTS.iter().map(|action| Self::Change(*action));
        changes()
            .find(|cmdlet| cmdlet.name().eq_ignore_ascii_case(&plain))
            .ok_or_else(|| {
                let known: Vec<&str> = Self::iter().chain(changes()).map(Self::name).collect();
                format!(
                    "\"{word}\" is no cmdlet that is supported here. Supported are {}.",
                    known.join(", ")
                )
            })
    }

    /// The parameter with this name, alias or unambiguous beginning of a name.
    ///
    /// # Errors
    /// There is none, or there are several.
    pub fn parameter(self, word: &str) -> Result<&'static Parameter, String> {
        let own = self.parameters();
        let is = |name: &str| name.eq_ignore_ascii_case(word);
        let begins = |name: &str| {
            !word.is_empty()
                && name
                    .get(..word.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(word))
        };
        if let Some(found) = own
            .iter()
            .find(|parameter| is(parameter.name) || is(parameter.alias))
        {
            return Ok(found);
        }
        let is_common = |name: &str| {
            format!(
                "-{name} is a parameter of every cmdlet, but does nothing here: leave it out. {}",
                self.takes()
            )
        };
        if let Some((name, _)) = COMMON.iter().find(|(name, alias)| is(name) || is(alias)) {
            return Err(is_common(name));
        }
        let found: Vec<&'static Parameter> = own
            .iter()
            .filter(|parameter| begins(parameter.name))
            .collect();
        let common: Vec<&str> = COMMON
            .iter()
            .map(|(name, _)| *name)
            .filter(|name| begins(name))
            .collect();
        match (found.as_slice(), common.as_slice()) {
            ([one], []) => Ok(one),
            ([], [one]) => Err(is_common(one)),
            ([], []) => Err(format!(
                "{} has no parameter -{word} here. {}",
                self.name(),
                self.takes()
            )),
            (own, common) => {
                let names = own
                    .iter()
                    .map(|parameter| parameter.name)
                    .chain(common.iter().copied());
                let names: Vec<String> = names.map(|name| format!("-{name}")).collect();
                Err(format!(
                    "-{word} is ambiguous: it can be {}.",
                    names.join(", ")
                ))
            }
        }
    }

    /// A sentence that lists its parameters.
    pub fn takes(self) -> String {
        let allowed = self
            .parameters()
            .iter()
            .filter(|parameter| parameter.name != "Pin");
        let names: Vec<String> = allowed
            .map(|parameter| format!("-{}", parameter.name))
            .collect();
        match self {
            Self::Where => {
                "It takes { a condition }, or a property, an operator and a value.".to_owned()
            }
            _ if names.is_empty() => "It takes no parameters.".to_owned(),
            _ => format!("It takes {}.", names.join(", ")),
        }
    }
}
