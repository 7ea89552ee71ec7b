//! Written PowerShell parses, means exactly the intended steps, and does nothing else.
//!
//! PowerShell itself does not run. A grammar checks the syntax, and a small reader of the few
//! expressions in use checks their meaning.

use crate::common::now;
use pindesk::domain::visible::has_hidden;
use pindesk::exchange::powershell::{
    RESULT_COLUMNS, ScriptFacts, Step, command, commands, quoted, write_script,
};
use pindesk::plan::Action;
use proptest::prelude::*;
use tree_sitter::{Node, Parser, Tree};

/// The characters that PowerShell takes for a single quote.
const QUOTES: [char; 5] = ['\'', '\u{2018}', '\u{2019}', '\u{201A}', '\u{201B}'];

const NASTY: [&str; 40] = [
    "Ken Myer",
    "",
    " ",
    "'",
    "''",
    "Sinéad O’Connor",
    "‘quoted’",
    "‚low‛",
    "'‘’‚‛",
    "’; Remove-Item C:\\ -Recurse; ’",
    "'; Remove-Item C:\\ -Recurse; '",
    "$env:USERNAME",
    "$(Remove-Item C:\\)",
    "`n",
    "`",
    "a`'b",
    "a;b",
    "a|b&c",
    "a\nb",
    "a\rb",
    "a\r\nb",
    "\0",
    "\t",
    "Ken\u{202E} Myer",
    "\u{200B}",
    "\u{FEFF}Ken\u{200D}\u{200D}",
    "a\u{2028}b\u{2029}c\u{85}d",
    "\u{E0041}tag\u{E007F}",
    "👩\u{200D}💻",
    "# comment",
    "<# #>",
    "#>",
    "@'\r\nhere\r\n'@",
    "@\"",
    "\"",
    "“double”",
    "{}",
    "} finally { Remove-Item C:\\",
    "-WhatIf",
    "--%",
];

fn facts() -> ScriptFacts<'static> {
    ScriptFacts {
        made_by: r"litwareinc\ann",
        made_at: now(),
        reason: "lost phone",
        ticket: "INC-7",
        source: Some("users.csv"),
        result_file: "unlock result.csv",
    }
}

fn step<'a>(action: Action, identity: &'a str, display_name: &'a str) -> Step<'a> {
    Step {
        action,
        identity,
        display_name,
    }
}

fn script(facts: &ScriptFacts<'_>, steps: &[Step<'_>]) -> String {
    let mut out = Vec::new();
    write_script(&mut out, facts, steps.iter().copied()).unwrap();
    String::from_utf8(out).unwrap()
}

fn parsed(text: &str) -> Tree {
    let mut parser = Parser::new();
    parser
        .set_language(&tree_sitter_powershell::LANGUAGE.into())
        .unwrap();
    parser.parse(text, None).unwrap()
}

fn nodes(tree: &Tree) -> Vec<Node<'_>> {
    let mut found = vec![tree.root_node()];
    let mut next = 0;
    while next < found.len() {
        let mut cursor = found[next].walk();
        found.extend(found[next].children(&mut cursor).collect::<Vec<_>>());
        next += 1;
    }
    found
}

/// The texts that the grammar does not accept.
fn wrong(text: &str) -> Vec<String> {
    let tree = parsed(text);
    let broken = nodes(&tree)
        .into_iter()
        .filter(|node| node.is_error() || node.is_missing());
    broken
        .map(|node| format!("{} at {}", node.kind(), node.start_position()))
        .collect()
}

/// The commands that a text invokes, in its order, each with its name and arguments.
fn invoked(text: &str) -> Vec<(String, String)> {
    let tree = parsed(text);
    let mut commands: Vec<Node<'_>> = nodes(&tree)
        .into_iter()
        .filter(|node| node.kind() == "command")
        .collect();
    commands.sort_by_key(Node::start_byte);
    let name_and_rest = |node: Node<'_>| {
        let name = node.child_by_field_name("command_name").unwrap();
        (
            text[name.byte_range()].to_owned(),
            text[name.end_byte()..node.end_byte()].trim().to_owned(),
        )
    };
    commands.into_iter().map(name_and_rest).collect()
}

fn names(invoked: &[(String, String)]) -> Vec<&str> {
    invoked.iter().map(|(name, _)| name.as_str()).collect()
}

/// Reads a string as PowerShell does, and returns the text after it. Any of the five quotes begins
/// and ends a string, and two of them within it stand for the second one. The grammar knows only
/// one of the five, so it would miss a typographic quote that is not doubled.
fn string(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut rest = text.strip_prefix(QUOTES)?.chars();
    loop {
        let mut c = rest.next()?;
        if QUOTES.contains(&c) {
            let text = rest.as_str();
            match rest.next() {
                Some(next) if QUOTES.contains(&next) => c = next,
                _ => return Some((value, text)),
            }
        }
        value.push(c);
    }
}

/// Reads `[char]0x202E` or `[char]::ConvertFromUtf32(0xE0041)`; the former reaches no further than
/// 16 bits.
fn code(text: &str) -> Option<(String, &str)> {
    let (digits, rest, most) = if let Some(text) = text.strip_prefix("[char]::ConvertFromUtf32(0x")
    {
        let (digits, rest) = text.split_once(')')?;
        (digits, rest, 0x10_FFFF)
    } else {
        let text = text.strip_prefix("[char]0x")?;
        let (digits, rest) = text.split_at(
            text.find(|c: char| !c.is_ascii_hexdigit())
                .unwrap_or(text.len()),
        );
        (digits, rest, 0xFFFF)
    };
    let code = u32::from_str_radix(digits, 16)
        .ok()
        .filter(|code| *code <= most)?;
    Some((char::from_u32(code)?.to_string(), rest))
}

/// Reads a string, or strings and characters that are joined in parentheses.
fn expression(text: &str) -> Option<(String, &str)> {
    let Some(text) = text.strip_prefix('(') else {
        return string(text);
    };
    let (mut value, mut rest) = string(text)?;
    while let Some(next) = rest.strip_prefix(" + ") {
        let (part, after) = string(next).or_else(|| code(next))?;
        value.push_str(&part);
        rest = after;
    }
    Some((value, rest.strip_prefix(')')?))
}

fn action(text: &str) -> Option<(Action, &str)> {
    [Action::Lock, Action::Unlock]
        .into_iter()
        .find_map(|action| {
            text.strip_prefix(action.cmdlet())
                .map(|rest| (action, rest))
        })
}

/// The actions and identities of a line of commands, in its order. None if the line does anything
/// else.
fn meaning(line: &str) -> Option<Vec<(Action, String)>> {
    let mut done = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        if let Some((action, after)) = action(rest) {
            let (identity, after) = expression(after.strip_prefix(" -Identity ")?)?;
            done.push((action, identity));
            rest = after;
        } else {
            let (first, mut after) = expression(rest)?;
            let mut identities = vec![first];
            while let Some(text) = after.strip_prefix(',') {
                let (identity, next) = expression(text)?;
                identities.push(identity);
                after = next;
            }
            let (action, after) = action(after.strip_prefix(" | ForEach-Object { ")?)?;
            rest = after.strip_prefix(" -Identity $_ }")?;
            done.extend(identities.into_iter().map(|identity| (action, identity)));
        }
        rest = match rest.strip_prefix("; ") {
            Some("") => return None,
            Some(after) => after,
            None if rest.is_empty() => rest,
            None => return None,
        };
    }
    Some(done)
}

/// The action, identity and name among the arguments of a step.
fn arguments(text: &str) -> Option<(Action, String, String)> {
    let (action, rest) = match text.split_once(' ')? {
        ("Lock", rest) => (Action::Lock, rest),
        ("Unlock", rest) => (Action::Unlock, rest),
        _ => return None,
    };
    let (identity, rest) = expression(rest)?;
    let (display_name, rest) = expression(rest.strip_prefix(' ')?)?;
    rest.is_empty().then_some((action, identity, display_name))
}

/// The steps of a script: the lines between its beginning and its end.
fn steps_of(script: &str) -> Vec<(Action, String, String)> {
    let (_, after) = script.rsplit_once("\r\ntry {\r\n").unwrap();
    let (lines, _) = after.split_once("} finally {\r\n").unwrap();
    let step = |line: &str| arguments(line.strip_prefix("    Invoke-Step ")?);
    lines
        .split_terminator("\r\n")
        .map(|line| step(line).unwrap_or_else(|| panic!("no step: {line}")))
        .collect()
}

/// Checks the rules for every script with these facts and steps.
fn check_script(facts: &ScriptFacts<'_>, steps: &[Step<'_>]) {
    let script = script(facts, steps);
    let expected: Vec<(Action, String, String)> = steps
        .iter()
        .map(|step| {
            (
                step.action,
                step.identity.to_owned(),
                step.display_name.to_owned(),
            )
        })
        .collect();
    assert_eq!(wrong(&script), Vec::<String>::new(), "{script}");
    assert_eq!(steps_of(&script), expected);

    let invoked = invoked(&script);
    let called = invoked.iter().filter(|(name, _)| name == "Invoke-Step");
    assert_eq!(
        called
            .map(|(_, rest)| arguments(rest).unwrap())
            .collect::<Vec<_>>(),
        expected
    );
    let frame = self::invoked(&self::script(&self::facts(), &[]));
    let others: Vec<&str> = names(&invoked)
        .into_iter()
        .filter(|name| *name != "Invoke-Step")
        .collect();
    assert_eq!(
        others,
        names(&frame),
        "nothing but the steps comes to the frame"
    );

    let after_prefix = script.split_once("'what if - ' }) + ").unwrap().1;
    assert_eq!(
        expression(after_prefix).unwrap(),
        (
            facts.result_file.to_owned(),
            &after_prefix[after_prefix.find(") }\r\n").unwrap()..]
        )
    );

    let text = script.strip_prefix('\u{feff}').expect("a byte-order mark");
    assert!(!has_hidden(&text.replace("\r\n", "")));
    let (head, _) = text.split_once("\r\n[CmdletBinding(").unwrap();
    assert_eq!(
        head.find("#>"),
        Some(head.len() - 2),
        "nothing ends the comment early"
    );
}

/// Checks the rules for every line of commands.
fn check_commands(steps: &[Step<'_>]) {
    let line = commands(steps.iter().copied());
    if line.is_empty() {
        // For the grammar an empty text is an error. For PowerShell it is not.
        assert!(steps.is_empty());
        return;
    }
    let of = |wanted: Action| {
        let chosen = steps.iter().filter(move |step| step.action == wanted);
        chosen
            .map(move |step| (wanted, step.identity.to_owned()))
            .collect::<Vec<_>>()
    };
    let expected = match steps.first() {
        Some(Step {
            action: Action::Unlock,
            ..
        }) => [of(Action::Unlock), of(Action::Lock)].concat(),
        _ => [of(Action::Lock), of(Action::Unlock)].concat(),
    };
    assert_eq!(wrong(&line), Vec::<String>::new(), "{line}");
    assert_eq!(
        meaning(&line).unwrap_or_else(|| panic!("means something else: {line}")),
        expected
    );
    assert!(!has_hidden(&line));

    let mut names_expected: Vec<&str> = Vec::new();
    for group in expected.chunk_by(|(a, _), (b, _)| a == b) {
        names_expected.extend((group.len() > 1).then_some("ForEach-Object"));
        names_expected.push(group[0].0.cmdlet());
    }
    assert_eq!(names(&invoked(&line)), names_expected, "{line}");
}

#[test]
fn values_are_quoted() {
    for (text, expression) in [
        ("sip:kenmyer@litwareinc.com", "'sip:kenmyer@litwareinc.com'"),
        ("", "''"),
        ("Sinéad O’Connor", "'Sinéad O’’Connor'"),
        ("'‘’‚‛", "'''‘‘’’‚‚‛‛'"),
        ("$(a) `\"b\"", "'$(a) `\"b\"'"),
        ("Ken\u{202E} Myer", "('Ken' + [char]0x202E + ' Myer')"),
        ("\0", "('' + [char]0x0000)"),
        ("a\r\nb", "('a' + [char]0x000D + [char]0x000A + 'b')"),
        ("\u{E0041}", "('' + [char]::ConvertFromUtf32(0xE0041))"),
        ("👩", "'👩'"),
    ] {
        assert_eq!(quoted(text), expression, "{text:?}");
    }
}

#[test]
fn commands_are_grouped_by_action() {
    use Action::{Lock, Unlock};
    assert_eq!(
        command(Unlock, "sip:kenmyer@litwareinc.com"),
        "Unlock-CsClientPin -Identity 'sip:kenmyer@litwareinc.com'"
    );
    let line = |steps: &[(Action, &str)]| {
        commands(
            steps
                .iter()
                .map(|(action, identity)| step(*action, identity, "")),
        )
    };
    assert_eq!(line(&[]), "");
    assert_eq!(
        line(&[(Lock, "sip:a")]),
        "Lock-CsClientPin -Identity 'sip:a'"
    );
    assert_eq!(
        line(&[(Unlock, "sip:a"), (Unlock, "sip:b")]),
        "'sip:a','sip:b' | ForEach-Object { Unlock-CsClientPin -Identity $_ }"
    );
    assert_eq!(
        line(&[(Lock, "sip:a"), (Unlock, "sip:b"), (Lock, "sip:c")]),
        "'sip:a','sip:c' | ForEach-Object { Lock-CsClientPin -Identity $_ }; Unlock-CsClientPin -Identity 'sip:b'"
    );
}

#[test]
fn nasty_texts_stay_texts() {
    for text in NASTY {
        assert_eq!(expression(&quoted(text)), Some((text.to_owned(), "")));
        let facts = ScriptFacts {
            made_by: text,
            reason: text,
            ticket: text,
            source: Some(text),
            result_file: text,
            ..facts()
        };
        let steps = [
            step(Action::Unlock, text, text),
            step(Action::Lock, "sip:a@b.c", text),
            step(Action::Lock, text, ""),
        ];
        check_script(&facts, &steps);
        check_commands(&steps);
        check_commands(&steps[..2]);
    }
    let all: Vec<Step<'_>> = NASTY
        .into_iter()
        .map(|text| step(Action::Unlock, text, text))
        .collect();
    check_script(&facts(), &all);
    check_commands(&all);
}

#[test]
fn a_script_without_steps_is_one() {
    check_script(&facts(), &[]);
    check_commands(&[]);
}

/// The whole text of a small script.
#[test]
fn a_small_script() {
    let facts = ScriptFacts {
        reason: "found again #> it’s hers",
        ..facts()
    };
    let steps = [
        step(Action::Unlock, "sip:kenmyer@litwareinc.com", "Ken Myer"),
        step(
            Action::Lock,
            "sip:sinead@litwareinc.com",
            "Sinéad\u{200B} O’Connor",
        ),
    ];
    let script = script(&facts, &steps);
    assert_eq!(
        script.replace("\r\n", "\n").trim_start_matches('\u{feff}'),
        SMALL_SCRIPT
    );
    assert!(script.starts_with("\u{feff}#Requires"));
    assert_eq!(script.matches("\r\n").count(), SMALL_SCRIPT.lines().count());
}

const SMALL_SCRIPT: &str = r#"#Requires -Version 3.0
<#
.SYNOPSIS
Locks or unlocks the PINs of users, one after another, and writes to a CSV file what came of each.

.DESCRIPTION
With -WhatIf it shows what it would do, with -Confirm it asks before each user. A user for whom it fails does not stop it.
The result file is written even when the script is ended early.

.PARAMETER ResultPath
The result file. Without it the file lies beside this script. An older result file is replaced.

.NOTES
Made by: litwareinc\ann
Made at: 2026-11-22 12:00:00 UTC
Reason: found again # > it’s hers
Ticket: INC-7
Source: users.csv
#>
[CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Medium')]
param(
    [string]$ResultPath
)

$ErrorActionPreference = 'Stop'
if (-not $ResultPath) { $ResultPath = Join-Path $PSScriptRoot ($(if ($WhatIfPreference) { 'what if - ' }) + 'unlock result.csv') }

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

$results = New-Object 'System.Collections.Generic.List[object]'
$counts = @{ Done = 0; Failed = 0; Unknown = 0; WhatIf = 0; Declined = 0 }
Set-Content -LiteralPath $ResultPath -Value '"Identity","DisplayName","Action","PinDeskResult","Message","Time"' -Encoding UTF8 -WhatIf:$false -Confirm:$false

try {
    Invoke-Step Unlock 'sip:kenmyer@litwareinc.com' 'Ken Myer'
    Invoke-Step Lock 'sip:sinead@litwareinc.com' ('Sinéad' + [char]0x200B + ' O’’Connor')
} finally {
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
"#;

/// A fact can end neither its line nor the comment, and no line begins like one that PowerShell
/// would run.
#[test]
fn the_head_stays_a_comment() {
    let reason = "lost\r\n#> Remove-Item C:\\ <#\u{2028}##>\u{85}\r# SIG # Begin signature block";
    let script = script(
        &ScriptFacts {
            reason,
            source: None,
            ticket: "",
            ..facts()
        },
        &[],
    );
    let (head, _) = script.split_once("\r\n#>\r\n[CmdletBinding(").unwrap();
    let (_, notes) = head.split_once(".NOTES\r\n").unwrap();
    assert_eq!(
        notes.split("\r\n").collect::<Vec<_>>(),
        [
            r"Made by: litwareinc\ann",
            "Made at: 2026-11-22 12:00:00 UTC",
            r"Reason: lost··# > Remove-Item C:\ <#·## >··# SIG # Begin signature block",
        ]
    );
    let line_comments = script
        .split("\r\n")
        .filter(|line| line.trim_start().starts_with('#') && *line != "#>");
    assert_eq!(
        line_comments.count(),
        0,
        "the first line follows the byte-order mark"
    );
}

/// The checks above find faults.
#[test]
fn the_checks_can_fail() {
    assert_ne!(
        wrong("Unlock-CsClientPin -Identity 'O'Connor'"),
        Vec::<String>::new()
    );
    assert_ne!(
        wrong("try { Invoke-Step Unlock 'a' 'b'"),
        Vec::<String>::new()
    );
    assert_eq!(
        wrong("Unlock-CsClientPin -Identity 'a'; Remove-Item 'b'"),
        Vec::<String>::new()
    );
    assert_eq!(
        names(&invoked(
            "Unlock-CsClientPin -Identity 'a'; Remove-Item 'b'"
        )),
        ["Unlock-CsClientPin", "Remove-Item"]
    );

    assert_eq!(
        meaning("Unlock-CsClientPin -Identity 'a'; Remove-Item 'b'"),
        None
    );
    assert_eq!(meaning("Unlock-CsClientPin -Identity 'O’Connor'"), None);
    assert_eq!(meaning("Unlock-CsClientPin -Identity \"a\""), None);
    assert_eq!(arguments("Unlock 'sip:a' 'O’; Remove-Item C:\\; ’'"), None);
    assert_eq!(
        string("'O’’Connor‘ rest"),
        Some(("O’Connor".to_owned(), " rest"))
    );
}

#[test]
fn the_result_has_the_columns_that_are_promised() {
    let script = script(&facts(), &[]);
    let (_, object) = script.split_once("[pscustomobject]@{\r\n").unwrap();
    let (object, _) = object.split_once("\r\n        })").unwrap();
    let columns: Vec<&str> = object
        .lines()
        .map(|line| line.trim().split_once(" = ").unwrap().0)
        .collect();
    assert_eq!(columns, RESULT_COLUMNS);
}

#[test]
fn a_hundred_thousand_users_are_a_line_each() {
    let frame = script(&facts(), &[]).lines().count();
    let identities: Vec<String> = (0..100_000)
        .map(|i| format!("sip:user{i}@litwareinc.com"))
        .collect();
    let steps: Vec<Step<'_>> = identities
        .iter()
        .map(|identity| step(Action::Unlock, identity, "User"))
        .collect();
    let script = script(&facts(), &steps);
    assert_eq!(script.lines().count(), frame + steps.len());
    assert_eq!(steps_of(&script).len(), steps.len());
}

/// Arbitrary texts, and texts of characters that reveal mistakes of quoting.
fn any_text() -> impl Strategy<Value = String> {
    let nasty = prop::sample::select(&NASTY[..]).prop_map(str::to_owned);
    let character =
        prop_oneof![prop::sample::select(&QUOTES[..]), any::<char>()].prop_map(String::from);
    prop_oneof![
        any::<String>(),
        prop::collection::vec(prop_oneof![nasty, character], 0..6).prop_map(|parts| parts.concat())
    ]
}

proptest! {
    #[test]
    fn any_texts_stay_texts(
        texts in prop::collection::vec((any_text(), any_text(), any::<bool>()), 0..4), head in any_text(),
    ) {
        let steps: Vec<Step<'_>> = texts
            .iter()
            .map(|(identity, name, lock)| step(if *lock { Action::Lock } else { Action::Unlock }, identity, name))
            .collect();
        let facts = ScriptFacts {
            made_by: &head,
            reason: &head,
            ticket: &head,
            source: Some(&head),
            result_file: &head,
            ..facts()
        };
        check_script(&facts, &steps);
        check_commands(&steps);
    }
}
