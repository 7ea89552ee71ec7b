//! The cmdlets, their parameters, and the ways of writing both: aliases, abbreviations, any case, any dash.

use super::cursor::is_dash;
use crate::plan::Action;

/// The cmdlets that are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cmdlet {
    GetUser,
    GetPinInfo,
    GetAdminRole,
    ImportCsv,
    Where,
    Select,
    Sort,
    Measure,
    ExportCsv,
    Lock,
    Unlock,
    SetPin,
}

/// What a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// Nothing, or `:$true` or `:$false`.
    Switch,
    Text,
    Names,
    Number,
}

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
const SORT: &[Parameter] = &[
    parameter("Property", "", Takes::Names),
    parameter("Descending", "des", Takes::Switch),
];

/// What every cmdlet of PowerShell has besides: known, so that an abbreviation is not taken for something else.
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
    const ALL: [Self; 12] = [
        Self::GetUser,
        Self::GetPinInfo,
        Self::GetAdminRole,
        Self::ImportCsv,
        Self::Where,
        Self::Select,
        Self::Sort,
        Self::Measure,
        Self::ExportCsv,
        Self::Lock,
        Self::Unlock,
        Self::SetPin,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::GetUser => "Get-CsUser",
            Self::GetPinInfo => "Get-CsClientPinInfo",
            Self::GetAdminRole => "Get-CsAdminRole",
            Self::ImportCsv => "Import-Csv",
            Self::Where => "Where-Object",
            Self::Select => "Select-Object",
            Self::Sort => "Sort-Object",
            Self::Measure => "Measure-Object",
            Self::ExportCsv => "Export-Csv",
            Self::Lock => Action::Lock.cmdlet(),
            Self::Unlock => Action::Unlock.cmdlet(),
            Self::SetPin => Action::SetPin.cmdlet(),
        }
    }

    fn aliases(self) -> &'static [&'static str] {
        match self {
            Self::ImportCsv => &["ipcsv"],
            Self::Where => &["?", "where"],
            Self::Select => &["select"],
            Self::Sort => &["sort"],
            Self::Measure => &["measure"],
            Self::ExportCsv => &["epcsv"],
            _ => &[],
        }
    }

    pub fn parameters(self) -> &'static [Parameter] {
        match self {
            Self::GetUser | Self::GetPinInfo | Self::GetAdminRole => IDENTITY,
            Self::ImportCsv => IMPORT,
            Self::ExportCsv => EXPORT,
            Self::Select => SELECT,
            Self::Sort => SORT,
            Self::Lock | Self::Unlock => CHANGE,
            Self::SetPin => SET_PIN,
            Self::Where | Self::Measure => &[],
        }
    }

    /// What a word without a parameter in front stands for.
    pub fn positional(self) -> Option<&'static Parameter> {
        self.parameters().first()
    }

    /// The cmdlet with this name or alias.
    ///
    /// # Errors
    /// It is not known; the error says which ones are.
    pub fn named(word: &str) -> Result<Self, String> {
        let plain: String = word
            .chars()
            .map(|c| {
                if is_dash(c) {
                    '-'
                } else {
                    c.to_ascii_lowercase()
                }
            })
            .collect();
        let is = |cmdlet: &Self| {
            cmdlet.name().eq_ignore_ascii_case(&plain)
                || cmdlet.aliases().iter().any(|alias| *alias == plain)
        };
        Self::ALL.into_iter().find(is).ok_or_else(|| {
            let known = Self::ALL.map(Self::name);
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

    /// What it takes, in words.
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
