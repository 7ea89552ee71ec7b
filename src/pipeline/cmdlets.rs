//! The cmdlets. They and their parameters may be written by alias, by abbreviation, in any case and
//! with any dash.

use strum::{EnumIter, EnumString, IntoEnumIterator as _, IntoStaticStr, VariantArray as _};

use super::cursor::is_dash;
use super::parameters::{self, COMMON, Parameter, Takes};
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
    #[strum(to_string = "ConvertTo-Csv")]
    ConvertToCsv,
    #[strum(to_string = "Out-File")]
    OutFile,
    #[strum(to_string = "Set-Content", serialize = "sc")]
    SetContent,
    #[strum(to_string = "Add-Content", serialize = "ac")]
    AddContent,
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

/// Cmdlets that people write here, and what to write instead.
const INSTEAD: [(&str, &str); 10] = [
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
    (
        "Out-String",
        "Leave it out: pindesk run writes the rows as text.",
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
            Self::GetUser => parameters::USER,
            Self::GetPinInfo | Self::GetAdminRole => parameters::IDENTITY,
            Self::ImportCsv => parameters::IMPORT,
            Self::GetContent => parameters::CONTENT,
            Self::ExportCsv => parameters::EXPORT,
            Self::ConvertToCsv => parameters::TO_CSV,
            Self::OutFile => parameters::OUT_FILE,
            Self::SetContent | Self::AddContent => parameters::WRITTEN_CONTENT,
            Self::Select => parameters::SELECT,
            Self::Sort => parameters::SORT,
            Self::Group => parameters::GROUP,
            Self::Measure => parameters::MEASURE,
            Self::ForEach => parameters::FOR_EACH,
            Self::Change(Action::SetPin) => parameters::SET_PIN,
            Self::Change(_) => parameters::CHANGE,
            Self::FormatTable | Self::FormatList | Self::FormatWide => parameters::FORMAT,
            Self::OutHost | Self::OutGridView => parameters::SHOW,
            Self::Tee => parameters::TEE,
            Self::WriteOutput => parameters::OUTPUT,
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
        let own = Action::VARIANTS
            .iter()
            .filter(|action| action.is_of_the_product());
        let changes = own.map(|action| Self::Change(*action));
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
