//! The parameters of each cmdlet.

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
    pub alias: &'static str,
    pub takes: Takes,
}

const fn of(name: &'static str, alias: &'static str, takes: Takes) -> Parameter {
    Parameter { name, alias, takes }
}

pub(super) const CHANGE: &[Parameter] = &[
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
pub(super) const SET_PIN: &[Parameter] = &[
    CHANGE[0],
    CHANGE[1],
    CHANGE[2],
    CHANGE[3],
    of("Pin", "", Takes::Text),
];
pub(super) const IDENTITY: &[Parameter] = &[of("Identity", "", Takes::Text)];
const ABSENT: &str = "The store does not have what it asks for.";
pub(super) const USER: &[Parameter] = &[
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
pub(super) const IMPORT: &[Parameter] = &[
    of("Path", "", Takes::Text),
    of("LiteralPath", "PSPath", Takes::Text),
    of("Delimiter", "", Takes::Text),
    of("Encoding", "", Takes::Text),
    of("Header", "", Takes::Texts),
    of("UseCulture", "", Takes::Switch),
];
pub(super) const EXPORT: &[Parameter] = &[
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
pub(super) const TO_CSV: &[Parameter] = &[
    of("Delimiter", "", Takes::Text),
    of("NoTypeInformation", "nti", Takes::Switch),
    of("UseCulture", "", Takes::Switch),
];
const NO_NEW_LINE: Parameter = of(
    "NoNewline",
    "",
    Takes::Refused("Each text becomes a line of the file. Leave it out."),
);
pub(super) const OUT_FILE: &[Parameter] = &[
    of("FilePath", "Path", Takes::Text),
    of("LiteralPath", "PSPath", Takes::Text),
    of("Encoding", "", Takes::Text),
    of("Append", "", Takes::Switch),
    of("Force", "", Takes::Switch),
    of("NoClobber", "NoOverwrite", Takes::Switch),
    of("Width", "", Takes::Ignored),
    NO_NEW_LINE,
];
pub(super) const WRITTEN_CONTENT: &[Parameter] = &[
    of("Path", "", Takes::Text),
    of("LiteralPath", "PSPath", Takes::Text),
    of("Encoding", "", Takes::Text),
    of("Force", "", Takes::Switch),
    NO_NEW_LINE,
];
pub(super) const CONTENT: &[Parameter] = &[
    of("Path", "", Takes::Text),
    of("LiteralPath", "PSPath", Takes::Text),
    of("Encoding", "", Takes::Ignored),
    of(
        "Raw",
        "",
        Takes::Refused("It makes one text of the file. Without it, each line is one."),
    ),
];
pub(super) const SELECT: &[Parameter] = &[
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
pub(super) const FORMAT: &[Parameter] = &[
    of("Property", "", Takes::Columns),
    of("AutoSize", "", Takes::Switch),
    of("Wrap", "", Takes::Switch),
    of("HideTableHeaders", "", Takes::Switch),
    of("GroupBy", "", Takes::Ignored),
    of("NamedValue", "", Takes::Ignored),
];
pub(super) const SHOW: &[Parameter] = &[
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
pub(super) const SORT: &[Parameter] = &[
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
pub(super) const GROUP: &[Parameter] = &[
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
pub(super) const MEASURE: &[Parameter] = &[
    of("Property", "", Takes::Columns),
    of("Average", "", Takes::Switch),
    of("Sum", "", Takes::Switch),
    of("Maximum", "", Takes::Switch),
    of("Minimum", "", Takes::Switch),
];
pub(super) const FOR_EACH: &[Parameter] = &[
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
pub(super) const TEE: &[Parameter] = &[
    of("Variable", "", Takes::Ignored),
    of(
        "FilePath",
        "",
        Takes::Refused("To write a file, end with Export-Csv."),
    ),
];
pub(super) const OUTPUT: &[Parameter] = &[
    of("InputObject", "", Takes::Texts),
    of("NoEnumerate", "", Takes::Switch),
];

/// The parameters of every cmdlet of PowerShell, with their aliases, as
/// [about_CommonParameters](https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_commonparameters)
/// lists them.
pub(super) const COMMON: [Parameter; 12] = [
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
