//! Writes PowerShell: single commands for the clipboard, and scripts that carry out a whole plan on
//! a computer with the cmdlets.
//!
//! Every value is in single quotes, in which only the quote itself has a special meaning.

use std::collections::HashSet;
use std::io::{self, BufWriter, Write};

use super::atomic_write::{cannot_write, write_whole};
use super::error::ReadError;
use super::output_file::OutputFile;
use crate::domain::Time;
use crate::domain::visible::{hidden, shown};
use crate::plan::{Action, Plan};
use crate::time_format::utc;

/// One step of a script: an action on one user.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    pub action: Action,
    /// An exact identity for the cmdlet, since a `*` in a display name would match several users.
    pub identity: &'a str,
    pub display_name: &'a str,
}

/// The facts in the head of a script.
#[derive(Clone, Copy, Debug)]
pub struct ScriptFacts<'a> {
    pub made_by: &'a str,
    pub made_at: Time,
    pub reason: &'a str,
    pub ticket: &'a str,
    /// The name of the file that the users came from.
    pub source: Option<&'a str>,
    /// The name of the result file. It is written beside the script, unless the script is called
    /// with another path.
    pub result_file: &'a str,
}

/// The columns of a result file, which has one row for each user.
///
/// `Action` is Lock or Unlock; `PinDeskResult` is Done, Failed, Unknown, WhatIf or Declined.
pub const RESULT_COLUMNS: [&str; 6] = [
    "Identity",
    "DisplayName",
    "Action",
    "PinDeskResult",
    "Message",
    "Time",
];

/// The characters that PowerShell takes for a single quote. Each of them ends a string that any of
/// them began.
const QUOTES: [char; 5] = ['\'', '\u{2018}', '\u{2019}', '\u{201A}', '\u{201B}'];

/// A text as a pattern of `-like` that only this text matches.
pub fn like_pattern(text: &str) -> String {
    escaped(text, true)
}

/// A pattern of `-like` in which only `*` is a wildcard.
pub fn like_with_stars(text: &str) -> String {
    escaped(text, false)
}

fn escaped(text: &str, stars: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '[' | ']' | '?' | '`') || (c == '*' && stars) {
            out.push('`');
        }
        out.push(c);
    }
    out
}

/// A PowerShell expression for exactly this text, which can be used as an argument.
///
/// Invisible characters are written as numbers: `('Ken' + [char]0x202E + ' Myer')`.
pub fn quoted(text: &str) -> String {
    // The expression begins with a string, even an empty one, so that each `+` joins texts.
    let mut out = String::from("'");
    let mut inside = true;
    let all_hidden: HashSet<usize> = hidden(text).map(|range| range.start).collect();
    for (at, c) in text.char_indices() {
        let hidden = all_hidden.contains(&at);
        if inside == hidden {
            out.push_str(if hidden { "'" } else { " + '" });
            inside = !hidden;
        }
        match u32::from(c) {
            code @ 0x1_0000.. if hidden => {
                out.push_str(&format!(" + [char]::ConvertFromUtf32(0x{code:X})"));
            }
            code if hidden => out.push_str(&format!(" + [char]0x{code:04X}")),
            _ if QUOTES.contains(&c) => out.extend([c, c]),
            _ => out.push(c),
        }
    }
    if inside {
        out.push('\'');
    }
    if all_hidden.is_empty() {
        out
    } else {
        format!("({out})")
    }
}

/// `Unlock-CsClientPin -Identity 'sip:kenmyer@litwareinc.com'`
pub fn command(action: Action, identity: &str) -> String {
    format!("{} -Identity {}", action.cmdlet(), quoted(identity))
}

/// One line for all steps, a pipeline for each action: `'sip:a','sip:b' | ForEach-Object { … }`.
///
/// Each user may appear only once, since the order of steps is kept only within an action.
pub fn commands<'a>(steps: impl Iterator<Item = Step<'a>>) -> String {
    let mut groups: Vec<(Action, Vec<&str>)> = Vec::new();
    for step in steps {
        match groups.iter_mut().find(|(action, _)| *action == step.action) {
            Some((_, identities)) => identities.push(step.identity),
            None => groups.push((step.action, vec![step.identity])),
        }
    }
    let lines: Vec<String> = groups
        .iter()
        .map(|(action, identities)| {
            if let [identity] = identities[..] {
                return command(*action, identity);
            }
            let list = identities
                .iter()
                .map(|identity| quoted(identity))
                .collect::<Vec<_>>()
                .join(",");
            format!(
                "{list} | ForEach-Object {{ {} -Identity $_ }}",
                action.cmdlet()
            )
        })
        .collect();
    lines.join("; ")
}

/// The steps of a plan's changes.
pub fn steps(plan: &Plan) -> impl Iterator<Item = Step<'_>> {
    plan.changes().map(|(item, user)| Step {
        action: item.action,
        identity: &user.identity,
        display_name: &user.display_name,
    })
}

/// Saves the script of a plan's changes. Returns their number.
///
/// # Errors
/// The file cannot be written.
pub fn save_script<'a>(
    plan: &Plan,
    to: impl Into<OutputFile<'a>>,
    now: Time,
) -> Result<usize, ReadError> {
    let to = to.into();
    let stem = to
        .path
        .file_stem()
        .map_or_else(|| "pindesk".into(), |stem| stem.to_string_lossy());
    write_whole(to, |file| {
        let mut out = BufWriter::new(file);
        let written = write_plan_script(plan, &stem, now, &mut out).and_then(|()| out.flush());
        written.map_err(cannot_write)
    })?;
    Ok(plan.changes().count())
}

/// Writes the script of a plan's changes. Its result file begins with `stem`.
///
/// # Errors
/// The write failed, or the plan draws PINs or resets failures, which has no script.
pub fn write_plan_script(
    plan: &Plan,
    stem: &str,
    now: Time,
    out: &mut dyn Write,
) -> io::Result<()> {
    if !plan.is_of_the_product() {
        let why = "a script cannot reset failures alone, since the pool has no cmdlet for it";
        return Err(io::Error::other(why));
    }
    if !plan.has_script() {
        let why = "a script cannot set these PINs, since the pool would draw others than PinDesk";
        return Err(io::Error::other(why));
    }
    let facts = ScriptFacts {
        made_by: &plan.operator,
        made_at: now,
        reason: &plan.reason,
        ticket: &plan.ticket,
        source: plan.source.as_ref().map(|source| source.name.as_str()),
        result_file: &format!("{stem} result.csv"),
    };
    write_script(out, &facts, steps(plan))
}

/// Writes a script that carries out the steps one after the other, one line each, and ends with a
/// result file.
///
/// The script runs in Windows PowerShell 3 and later, which needs the byte-order mark, and in
/// PowerShell 7.
///
/// # Errors
/// The write failed.
pub fn write_script<'a>(
    out: &mut dyn Write,
    facts: &ScriptFacts<'_>,
    steps: impl Iterator<Item = Step<'a>>,
) -> io::Result<()> {
    out.write_all("\u{feff}".as_bytes())?;
    put(out, HELP)?;
    put(out, &fact("Made by", facts.made_by))?;
    put(out, &fact("Made at", &utc(facts.made_at)))?;
    for (label, text) in [
        ("Reason", facts.reason),
        ("Ticket", facts.ticket),
        ("Source", facts.source.unwrap_or("")),
    ] {
        if !text.is_empty() {
            put(out, &fact(label, text))?;
        }
    }
    put(out, PARAMETERS)?;
    // This cannot be the default of the parameter, where Windows PowerShell leaves $PSScriptRoot
    // empty.
    let name = quoted(facts.result_file);
    // A run with -WhatIf must not replace the results of a real run.
    let prefix = "$(if ($WhatIfPreference) { 'what if - ' })";
    put(
        out,
        &format!(
            "if (-not $ResultPath) {{ $ResultPath = Join-Path $PSScriptRoot ({prefix} + {name}) }}\n"
        ),
    )?;
    put(out, FUNCTIONS)?;
    put(out, &start())?;
    for step in steps {
        let (action, identity) = (step.action.label(), quoted(step.identity));
        put(
            out,
            &format!(
                "    Invoke-Step {action} {identity} {}\n",
                quoted(step.display_name)
            ),
        )?;
    }
    put(out, END)
}

/// The facts are in a block comment, since PowerShell ends a script at a line comment that
/// resembles the first line of a signature, as a reason could. Get-Help shows a block comment, too.
const HELP: &str = "\
#Requires -Version 3.0
<#
.SYNOPSIS
Locks or unlocks the PINs of users, one after another, and writes to a CSV file what came of each.

.DESCRIPTION
With -WhatIf it shows what it would do, with -Confirm it asks before each user. A user for whom it fails does not stop it.
The result file is written even when the script is ended early.

.PARAMETER ResultPath
The result file. Without it the file lies beside this script. An older result file is replaced.

.NOTES
";

const PARAMETERS: &str = "\
#>
[CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Medium')]
param(
    [string]$ResultPath
)

$ErrorActionPreference = 'Stop'
";

/// The result is Unknown until another one is known, so that ending the script never leaves out a
/// user.
const FUNCTIONS: &str = r"
function Protect-Cell([string]$Text) {
    if ($Text -match '\A[=+\-@\t\r]') { '''' + $Text } else { $Text }
}

function Invoke-Step([string]$Action, [string]$Identity, [string]$DisplayName) {
    $result = 'Unknown'
    $message = 'The script was ended during this step. It may have been done or not.'
    try {
        if (-not $PSCmdlet.ShouldProcess($Identity, $Action + '-CsClientPin')) {
            $result = if ($WhatIfPreference) { 'WhatIf' } else { 'Declined' }
        } elseif ($Action -eq 'Lock') {
            $null = Lock-CsClientPin -Identity $Identity -Confirm:$false -ErrorAction Stop
            $result = 'Done'
        } else {
            $null = Unlock-CsClientPin -Identity $Identity -Confirm:$false -ErrorAction Stop
            $result = 'Done'
        }
        $message = ''
    } catch {
        $result = 'Failed'
        $message = $_.Exception.Message
        Write-Warning -Message ('{0}: {1}' -f $Identity, $message) -WarningAction Continue
    } finally {
        $counts[$result] += 1
        $results.Add([pscustomobject]@{
            Identity = $Identity
            DisplayName = Protect-Cell $DisplayName
            Action = $Action
            PinDeskResult = $result
            Message = Protect-Cell $message
            Time = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ', [Globalization.CultureInfo]::InvariantCulture)
        })
    }
}

function Write-Result([string]$Path) {
    $results | Export-Csv -LiteralPath $Path -NoTypeInformation -Encoding UTF8 -WhatIf:$false -Confirm:$false
}
";

/// The header is written first, so that a path that cannot be written is noticed before anything
/// changes.
fn start() -> String {
    let header = RESULT_COLUMNS
        .map(|column| format!("\"{column}\""))
        .join(",");
    format!(
        "
$results = New-Object 'System.Collections.Generic.List[object]'
$counts = @{{ Done = 0; Failed = 0; Unknown = 0; WhatIf = 0; Declined = 0 }}
Set-Content -LiteralPath $ResultPath -Value {} -Encoding UTF8 -WhatIf:$false -Confirm:$false

try {{
",
        quoted(&header)
    )
}

/// The second path is used if the result file is locked, for example because it is open in a
/// spreadsheet.
const END: &str = r"} finally {
    if ($results.Count -gt 0) {
        try {
            Write-Result $ResultPath
        } catch {
            Write-Warning -Message $_.Exception.Message -WarningAction Continue
            $ResultPath = Join-Path ([IO.Path]::GetTempPath()) ('PinDesk-' + [Guid]::NewGuid() + '.csv')
            Write-Result $ResultPath
        }
    }
    $sentence = '{0} done, {1} failed, {2} not known, {3} only shown (-WhatIf), {4} declined. The result is in {5}.'
    Write-Host ($sentence -f $counts.Done, $counts.Failed, $counts.Unknown, $counts.WhatIf, $counts.Declined, $ResultPath)
}
";

/// A line of the head. The text can end neither the line nor the comment.
fn fact(label: &str, text: &str) -> String {
    format!("{label}: {}\n", shown(text).replace("#>", "# >"))
}

fn put(out: &mut dyn Write, text: &str) -> io::Result<()> {
    out.write_all(text.replace('\n', "\r\n").as_bytes())
}
