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
    #[strum(
        to_string = "Get-Content",
        serialize = "gc",
        serialize = "cat",
        serialize = "type"
    )]
    GetContent,
    #[strum(to_string = "Where-Object", serialize = "where", serialize = "?")]
    Where,
    #[strum(to_string = "ForEach-Object", serialize = "foreach", serialize = "%")]
    ForEach,
    #[strum(to_string = "Select-Object", serialize = "select")]
    Select,
    #[strum(to_string = "Sort-Object", serialize = "sort")]
    Sort,
    #[strum(to_string = "Group-Object", serialize = "group")]
    Group,
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
    #[strum(to_string = "Out-Null")]
    OutNull,
    #[strum(to_string = "Tee-Object", serialize = "tee")]
    Tee,
    #[strum(to_string = "Write-Output", serialize = "echo", serialize = "write")]
    WriteOutput,
    #[strum(to_string = "Get-Date")]
    GetDate,
    #[strum(to_string = "New-TimeSpan")]
    NewTimeSpan,
    /// A cmdlet that changes PINs. Its name is in the table of actions.
    #[strum(disabled)]
    Change(Action),
}

/// The kind of value that a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// No value, or `:$true` or `:$false`.
    Switch,
    /// One value.
    Text,
    /// Values with commas between them.
    Texts,
    /// Properties, blocks and tables with commas between them.
    Columns,
    /// Blocks.
    Blocks,
    /// A condition without `$_`.
    Condition,
    /// A value that changes nothing here.
    Ignored,
    /// Nothing, since the parameter is not supported for this reason.
    Refused(&'static str),
}

/// A parameter of a cmdlet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parameter {
    pub name: &'static str,
    alias: &'static str,
    pub takes: Takes,
}

const fn of(name: &'static str, alias: &'static str, takes: Takes) -> Parameter {
    Parameter { name, alias, takes }
}

const CHANGE: &[Parameter] = &[
    of("Identity", "", Takes::Text),
    of("Force", "", Takes::Switch),
    of("WhatIf", "wi", Takes::Switch),
    of("Confirm", "cf", Takes::Switch),
    of(
        "PassThru",
        "",
        Takes::Refused("It would hand the users on. Write the next stage as a line of its own."),
    ),
];
const SET_PIN: &[Parameter] = &[
    CHANGE[0],
    CHANGE[1],
    CHANGE[2],
    CHANGE[3],
    of("Pin", "", Takes::Text),
];
const IDENTITY: &[Parameter] = &[of("Identity", "", Takes::Text)];
const ABSENT: &str = "The store does not have what it asks for.";
const USER: &[Parameter] = &[
    IDENTITY[0],
    of("Filter", "", Takes::Condition),
    of("LdapFilter", "", Takes::Text),
    of("OU", "", Takes::Text),
    of("ResultSize", "", Takes::Text),
    of("DomainController", "", Takes::Ignored),
    of("Credential", "", Takes::Ignored),
    of("OnLyncServer", "", Takes::Refused(ABSENT)),
    of("OnOfficeCommunicationServer", "", Takes::Refused(ABSENT)),
    of("UnassignedUser", "", Takes::Refused(ABSENT)),
];
const IMPORT: &[Parameter] = &[
    of("Path", "", Takes::Text),
    of("LiteralPath", "PSPath", Takes::Text),
    of("Delimiter", "", Takes::Text),
    of("Encoding", "", Takes::Text),
    of("Header", "", Takes::Texts),
    of("UseCulture", "", Takes::Switch),
];
const EXPORT: &[Parameter] = &[
    of("Path", "", Takes::Text),
    of("LiteralPath", "PSPath", Takes::Text),
    of("Delimiter", "", Takes::Text),
    of("Encoding", "", Takes::Text),
    of("NoTypeInformation", "nti", Takes::Switch),
    of("UseCulture", "", Takes::Switch),
    of("Force", "", Takes::Switch),
    of("NoClobber", "NoOverwrite", Takes::Switch),
    of("Append", "", Takes::Switch),
];
const CONTENT: &[Parameter] = &[
    of("Path", "", Takes::Text),
    of("LiteralPath", "PSPath", Takes::Text),
    of("Encoding", "", Takes::Ignored),
    of(
        "Raw",
        "",
        Takes::Refused("It makes one text of the file. Without it, each line is one."),
    ),
];
const SELECT: &[Parameter] = &[
    of("Property", "", Takes::Columns),
    of("ExcludeProperty", "", Takes::Columns),
    of("ExpandProperty", "", Takes::Text),
    of("First", "", Takes::Text),
    of("Last", "", Takes::Text),
    of("Skip", "", Takes::Text),
    of("SkipLast", "", Takes::Text),
    of("Index", "", Takes::Texts),
    of("Unique", "", Takes::Switch),
    of("Wait", "", Takes::Switch),
];
const FORMAT: &[Parameter] = &[
    of("Property", "", Takes::Columns),
    of("AutoSize", "", Takes::Switch),
    of("Wrap", "", Takes::Switch),
    of("HideTableHeaders", "", Takes::Switch),
    of("GroupBy", "", Takes::Ignored),
    of("NamedValue", "", Takes::Ignored),
];
const SHOW: &[Parameter] = &[
    of("Title", "", Takes::Ignored),
    of("Paging", "", Takes::Switch),
    of(
        "PassThru",
        "",
        Takes::Refused("In the window, open the list and select there."),
    ),
    of(
        "OutputMode",
        "",
        Takes::Refused("In the window, open the list and select there."),
    ),
];
const SORT: &[Parameter] = &[
    of("Property", "", Takes::Columns),
    of("Descending", "des", Takes::Switch),
    of("Unique", "", Takes::Switch),
    of("Stable", "", Takes::Switch),
    of("Top", "", Takes::Text),
    of("Bottom", "", Takes::Text),
    of(
        "CaseSensitive",
        "",
        Takes::Refused("Texts are sorted without case here."),
    ),
    of(
        "Culture",
        "",
        Takes::Refused("Texts are sorted in one way here."),
    ),
];
const GROUP: &[Parameter] = &[
    of("Property", "", Takes::Columns),
    of("NoElement", "", Takes::Switch),
    of(
        "AsHashTable",
        "AHT",
        Takes::Refused("Tables are not handed on here."),
    ),
    of(
        "AsString",
        "",
        Takes::Refused("Tables are not handed on here."),
    ),
    of(
        "CaseSensitive",
        "",
        Takes::Refused("Texts are grouped without case here."),
    ),
];
const MEASURE: &[Parameter] = &[
    of("Property", "", Takes::Columns),
    of("Average", "", Takes::Switch),
    of("Sum", "", Takes::Switch),
    of("Maximum", "", Takes::Switch),
    of("Minimum", "", Takes::Switch),
];
const FOR_EACH: &[Parameter] = &[
    of("Process", "", Takes::Blocks),
    of("Begin", "", Takes::Blocks),
    of("End", "", Takes::Blocks),
    of("MemberName", "", Takes::Text),
    of(
        "Parallel",
        "",
        Takes::Refused("The block is carried out for one object after the other. Write -Process."),
    ),
];
const TEE: &[Parameter] = &[
    of("Variable", "", Takes::Ignored),
    of(
        "FilePath",
        "",
        Takes::Refused("To write a file, end with Export-Csv."),
    ),
];
const OUTPUT: &[Parameter] = &[
    of("InputObject", "", Takes::Texts),
    of("NoEnumerate", "", Takes::Switch),
];

/// The parameters of every cmdlet of PowerShell, with their aliases, as
/// [about_CommonParameters](https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_commonparameters)
/// lists them.
const COMMON: [Parameter; 12] = [
    of("Verbose", "vb", Takes::Switch),
    of("Debug", "db", Takes::Switch),
    of("ErrorAction", "ea", Takes::Ignored),
    of("ErrorVariable", "ev", Takes::Ignored),
    of("WarningAction", "wa", Takes::Ignored),
    of("WarningVariable", "wv", Takes::Ignored),
    of("InformationAction", "infa", Takes::Ignored),
    of("InformationVariable", "iv", Takes::Ignored),
    of("OutVariable", "ov", Takes::Ignored),
    of("OutBuffer", "ob", Takes::Ignored),
    of("PipelineVariable", "pv", Takes::Ignored),
    of("ProgressAction", "proga", Takes::Ignored),
];

/// Cmdlets that people write here, and what to write instead.
const INSTEAD: [(&str, &str); 14] = [
    ("Get-ADUser", "Get-CsUser finds the users of the store."),
    ("Get-CsAdUser", "Get-CsUser finds the users of the store."),
    ("Get-MgUser", "Get-CsUser finds the users of the store."),
    (
        "Get-CsOnlineUser",
        "Get-CsUser finds the users of the store.",
    ),
    (
        "Set-CsUser",
        "Names are changed where they come from, and imported again.",
    ),
    (
        "Write-Host",
        "Leave it out: every change is in the preview and in the history.",
    ),
    ("Out-File", "To write a file, end with Export-Csv."),
    ("Set-Content", "To write a file, end with Export-Csv."),
    (
        "Add-Content",
        "To write a file, end with Export-Csv -Append.",
    ),
    (
        "Out-String",
        "Leave it out: pindesk run writes the rows as text.",
    ),
    (
        "ConvertTo-Csv",
        "To write a file, end with Export-Csv; pindesk run --format csv writes rows to the screen.",
    ),
    (
        "ConvertTo-Json",
        "pindesk run --format json writes the rows so. To write a file, end with Export-Csv.",
    ),
    (
        "ConvertTo-Html",
        "File, Report writes pages. To write a table, end with Export-Csv.",
    ),
    ("Send-MailMessage", "PinDesk sends no mail."),
];

impl Cmdlet {
    /// The name, such as `Get-CsUser`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Change(action) => action.cmdlet(),
            other => other.into(),
        }
    }

    /// The parameters of its own.
    pub fn parameters(self) -> &'static [Parameter] {
        match self {
            Self::GetUser => USER,
            Self::GetPinInfo | Self::GetAdminRole => IDENTITY,
            Self::ImportCsv => IMPORT,
            Self::GetContent => CONTENT,
            Self::ExportCsv => EXPORT,
            Self::Select => SELECT,
            Self::Sort => SORT,
            Self::Group => GROUP,
            Self::Measure => MEASURE,
            Self::ForEach => FOR_EACH,
            Self::Change(Action::SetPin) => SET_PIN,
            Self::Change(_) => CHANGE,
            Self::FormatTable | Self::FormatList | Self::FormatWide => FORMAT,
            Self::OutHost | Self::OutGridView => SHOW,
            Self::Tee => TEE,
            Self::WriteOutput => OUTPUT,
            Self::Where | Self::OutNull | Self::GetDate | Self::NewTimeSpan => &[],
        }
    }

    /// Whether a pipeline can begin with it.
    pub fn can_begin(self) -> bool {
        matches!(
            self,
            Self::GetUser
                | Self::GetPinInfo
                | Self::GetAdminRole
                | Self::ImportCsv
                | Self::GetContent
                | Self::WriteOutput
                | Self::GetDate
                | Self::NewTimeSpan
                | Self::Change(_)
        )
    }

    /// Whether it can take what another one hands on.
    pub fn can_follow(self) -> bool {
        matches!(self, Self::GetUser | Self::GetPinInfo | Self::Change(_)) || !self.can_begin()
    }

    /// All cmdlets.
    pub fn all() -> impl Iterator<Item = Self> {
        let changes = Action::VARIANTS.iter().map(|action| Self::Change(*action));
        Self::iter().chain(changes)
    }

    /// The parameters that can be written. A PIN never stands in a line.
    pub fn allowed_parameters(self) -> impl Iterator<Item = &'static Parameter> {
        let all = self.parameters().iter();
        all.filter(|parameter| {
            parameter.name != "Pin" && !matches!(parameter.takes, Takes::Refused(_))
        })
    }

    /// The parameter to which a word without a parameter before it belongs.
    pub fn positional(self) -> Option<&'static Parameter> {
        self.parameters()
            .first()
            .filter(|first| first.name != "Title")
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
        let is = |name: &str| name.eq_ignore_ascii_case(&plain);
        Self::all().find(|cmdlet| is(cmdlet.name())).ok_or_else(|| {
            if let Some((name, instead)) = INSTEAD.iter().find(|(name, _)| is(name)) {
                return format!("{name} is not supported here. {instead}");
            }
            let known: Vec<&str> = Self::all().map(Self::name).collect();
            format!(
                "\"{word}\" is no cmdlet that is supported here. Supported are {}.",
                known.join(", ")
            )
        })
    }

    /// The parameter with this name, alias or unambiguous beginning of a name.
    ///
    /// # Errors
    /// There is none, there are several, or it is not supported.
    pub fn parameter(self, word: &str) -> Result<&'static Parameter, String> {
        let all = || self.parameters().iter().chain(&COMMON);
        let is = |name: &str| name.eq_ignore_ascii_case(word);
        let begins = |name: &str| {
            !word.is_empty()
                && name
                    .get(..word.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(word))
        };
        let exact = all().find(|parameter| is(parameter.name) || is(parameter.alias));
        let found: Vec<&'static Parameter> = match exact {
            Some(exact) => vec![exact],
            None => all().filter(|parameter| begins(parameter.name)).collect(),
        };
        match found.as_slice() {
            [one] => match one.takes {
                Takes::Refused(why) => Err(format!("-{} is not supported here. {why}", one.name)),
                _ => Ok(one),
            },
            [] => Err(format!(
                "{} has no parameter -{word} here. {}",
                self.name(),
                self.takes()
            )),
            several => {
                let names: Vec<String> = several
                    .iter()
                    .map(|parameter| format!("-{}", parameter.name))
                    .collect();
                Err(format!(
                    "-{word} is ambiguous: it can be {}.",
                    names.join(", ")
                ))
            }
        }
    }

    /// A sentence that lists its parameters.
    pub fn takes(self) -> String {
        let names: Vec<String> = self
            .allowed_parameters()
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
