//! The meaning of conditions: operators, conversions, and the two documented traps with their
//! warnings.

use crate::{found, parse, passing, passing_of, people, run};

#[test]
fn the_documented_properties_are_there() {
    for (condition, ids) in [
        ("{$_.IsPinSet -eq $True}", vec![1, 2, 3, 5]),
        ("{$_.IsPinSet}", vec![1, 2, 3, 5]),
        ("{!$_.IsPinSet}", vec![4]),
        ("{-not $_.IsPinSet -or $_.IsLockedOut}", vec![4, 5]),
        ("{$_.LockCause -eq 'ADMINISTRATOR'}", vec![5]),
        ("{$_.LockedBy -like '*\\ann'}", vec![5]),
        ("{$_.LockReason -match '^on\\b'}", vec![5]),
        ("{$_.Identity -eq 'SIP:user2@litwareinc.com'}", vec![2]),
        ("{$_.DisplayName -like '* smith'}", vec![3, 5]),
        ("{$PSItem.displayname -clike '* smith'}", vec![]),
        ("{$_.DisplayName -like '[a-k]*'}", vec![1, 3]),
        ("{$_.DisplayName -like '*`*'}", vec![]),
        ("{$_.PinExpirationTime -lt (Get-Date)}", vec![1]),
        ("{(Get-Date) -gt $_.PinExpirationTime}", vec![1]),
        (
            "{$_.PinExpirationTime -le (Get-Date).AddDays(7)}",
            vec![1, 2],
        ),
        (
            "{$_.PinExpirationTime -le (get-date).addhours(7.5).AddDays(-2)}",
            vec![],
        ),
        ("{$_.PinExpirationTime -eq $null}", vec![3, 4]),
        ("{$null -ne $_.PinExpirationTime}", vec![1, 2, 5]),
        (
            "{$_.PinExpirationTime -gt \"11/29/2026 11:59:59\"}",
            vec![2, 5],
        ),
        (
            "{$_.PinExpirationTime -ge '2026-11-29T12:00:00Z'}",
            vec![2, 5],
        ),
        ("{'Ken Myer' -in $_.DisplayName}", vec![1]),
        ("{$_.IsLockedOut -eq 'yes'}", vec![5]),
        ("{$_.IsLockedOut -eq 1}", vec![5]),
        ("{$_.IsLockedOut -lt $True}", vec![1, 2, 3, 4]),
    ] {
        assert_eq!(passing(condition), ids, "{condition}");
    }
}

#[test]
fn the_simple_form_means_the_same() {
    for (simple, block) in [
        ("IsLockedOut", "{$_.IsLockedOut}"),
        ("IsPinSet -eq $True", "{$_.IsPinSet -eq $True}"),
        (
            "-Property DisplayName -like -Value '* Smith'",
            "{$_.DisplayName -like '* Smith'}",
        ),
        (
            "DisplayName -Match smith",
            "{$_.DisplayName -match 'smith'}",
        ),
        (
            "PinExpirationTime -lt (Get-Date).AddDays(10)",
            "{$_.PinExpirationTime -lt (Get-Date).AddDays(10)}",
        ),
        ("-FilterScript {$_.IsPinSet}", "{$_.IsPinSet}"),
        ("IsLockedOut -lt 1", "{$_.IsLockedOut -lt 1}"),
    ] {
        assert_eq!(passing(simple), passing(block), "{simple}");
        assert!(!passing(simple).is_empty(), "{simple}");
    }
}

#[test]
fn and_and_or_bind_alike_from_left_to_right_and_it_is_said() {
    let mixed = "{$_.IsPinSet -or $_.IsPinSet -and $_.IsLockedOut}";
    let (ids, warnings) = passing_of(mixed, &people()).unwrap();
    assert_eq!(ids, [5]);
    assert!(
        warnings.len() == 1 && warnings[0].contains("from left to right"),
        "{warnings:?}"
    );
    let clear = "{$_.IsPinSet -or ($_.IsPinSet -and $_.IsLockedOut)}";
    assert_eq!(
        passing_of(clear, &people()).unwrap(),
        (vec![1, 2, 3, 5], Vec::new())
    );
}

#[test]
fn null_sorts_between_negative_numbers_and_0_and_before_all_other_values() {
    for (condition, holds) in [
        ("$null -lt 0", true),
        ("$null -lt -1", false),
        ("$null -gt -1", true),
        ("$null -ge 0", false),
        ("$null -le 1", true),
        ("0 -gt $null", true),
        ("0 -ge $null", true),
        ("-1 -lt $null", true),
        ("-1 -ge $null", false),
        ("$null -lt ''", true),
        ("'' -gt $null", true),
        ("$null -le $null", true),
        ("$null -lt $null", false),
        ("$null -ge $null", true),
        ("$null -eq ''", false),
        ("0 -eq ''", true),
        ("1 -eq '1.0'", true),
        ("1 -eq 'one'", false),
        ("'1' -eq 1.0", true),
        ("$True -eq 'False'", true),
        ("$False -eq ''", true),
        ("(Get-Date) -gt $null", true),
    ] {
        assert_eq!(
            passing(&format!("{{{condition}}}")).len(),
            if holds { 5 } else { 0 },
            "{condition}"
        );
    }
}

#[test]
fn typographic_dashes_and_quotes_are_those_of_powershell() {
    for dash in ['-', '\u{2013}', '\u{2014}', '\u{2015}'] {
        assert_eq!(
            passing(&format!("{{{dash}not ($_.IsPinSet {dash}eq $True)}}")),
            [4],
            "{dash}"
        );
    }
    for (open, close) in [
        ('\u{2018}', '\u{2019}'),
        ('\u{201A}', '\u{201B}'),
        ('\u{201C}', '\u{201D}'),
        ('\u{201E}', '"'),
    ] {
        assert_eq!(
            passing(&format!("{{$_.DisplayName -eq {open}ken myer{close}}}")),
            [1],
            "{open}{close}"
        );
    }
}

#[test]
fn a_quote_is_doubled_and_a_backtick_escapes() {
    for (text, identity) in [
        ("'O''Connor'", "O'Connor"),
        ("'O\u{2019}\u{2019}Connor'", "O\u{2019}Connor"),
        ("\"a \"\"b\"\" `\"c`\" `$d\"", "a \"b\" \"c\" $d"),
        ("\"J`u{F6}rg`tM\"", "J\u{f6}rg\tM"),
        ("'a`b $c'", "a`b $c"),
        ("Ken` Myer", "Ken Myer"),
        ("litwareinc\\kenmyer", "litwareinc\\kenmyer"),
    ] {
        let change = crate::asked(run(&format!("Lock-CsClientPin {text}")).1.answer);
        assert_eq!(
            change.request.targets,
            crate::common::typed(&[identity]),
            "{text}"
        );
    }
}

#[test]
fn a_cmdlet_is_matched_exactly_and_the_others_are_named() {
    let (rows, outcome) =
        run("Get-CsAdminRole | Where-Object {$_.Cmdlets -match \"lock-csclientpin\"}");
    assert_eq!(rows.len(), 1);
    let warnings = &outcome.explanation.warnings;
    assert!(
        warnings.len() == 1 && warnings[0].contains("also have found Unlocker."),
        "{warnings:?}"
    );
    for (condition, roles) in [
        (
            "$_.Cmdlets -match 'Unlock-CsClientPin'",
            vec!["CsAdministrator", "Unlocker"],
        ),
        (
            "$_.Cmdlets -match 'Lock-CsClientPin$'",
            vec!["CsAdministrator", "Unlocker"],
        ),
        (
            "$_.Cmdlets -contains 'Lock-CsClientPin'",
            vec!["CsAdministrator"],
        ),
        ("'Lock-CsClientPin' -in $_.Cmdlets", vec!["CsAdministrator"]),
        (
            "$_.Cmdlets -notcontains 'Lock-CsClientPin'",
            vec!["CsViewOnlyAdministrator", "Unlocker"],
        ),
        (
            "$_.Cmdlets -eq 'unlock-csclientpin'",
            vec!["CsAdministrator", "Unlocker"],
        ),
        ("-not $_.Cmdlets", vec!["CsViewOnlyAdministrator"]),
        (
            "-not ($_.Cmdlets -match 'Lock-CsClientPin')",
            vec!["CsViewOnlyAdministrator", "Unlocker"],
        ),
        (
            "$_.UserScopes -eq 'Global' -and $_.IsStandardRole -eq $False",
            vec!["Unlocker"],
        ),
    ] {
        assert_eq!(
            found(&format!("Get-CsAdminRole | ? {{{condition}}}")),
            roles,
            "{condition}"
        );
    }
}

#[test]
fn conditions_that_read_like_their_opposite_are_warned_about() {
    for (line, said) in [
        (
            "Get-CsUser | Get-CsClientPinInfo | ? IsLockedOut -eq False",
            "every text but the empty one for $True",
        ),
        (
            "Get-CsAdminRole | ? {$_.Cmdlets -notmatch 'Lock-CsClientPin'}",
            "-notcontains",
        ),
        (
            "Get-CsAdminRole | ? {$_.Cmdlets -ne 'Lock-CsClientPin'}",
            "-notcontains",
        ),
    ] {
        let warnings = run(line).1.explanation.warnings;
        assert!(
            warnings.len() == 1 && warnings[0].contains(said),
            "{line}: {warnings:?}"
        );
    }
}

#[test]
fn values_that_cannot_be_compared_stop_the_pipeline() {
    let fault = passing_of("{$_.PinExpirationTime -lt 'soon'}", &people()).unwrap_err();
    assert_eq!((fault.line, fault.column), (1, 71));
    assert!(
        fault.message.contains("\"soon\" cannot be compared with"),
        "{fault}"
    );
    assert_eq!(
        passing("{$_.PinExpirationTime -eq 'soon'}"),
        [] as [i64; 0],
        "but nothing equals it"
    );
}

#[test]
fn lines_go_on_where_powershell_goes_on() {
    let text = "\n# all who are locked\nGet-CsUser | # everybody\r\n  Get-CsClientPinInfo |\n\n  Where-Object { <# in\nforce #>\n    \
                $_.IsLockedOut -and\n    ( $_.IsPinSet )\n  } `\n  | Unlock-CsClientPin `\r\n    -WhatIf\n\n";
    let pipeline = parse(text);
    assert_eq!(pipeline.action(), Some(pindesk::plan::Action::Unlock));
    assert_eq!(crate::ids(&crate::asked(run(text).1.answer)), [5]);
}

#[test]
fn null_lies_between_the_negative_numbers_and_zero() {
    let passes = |condition: &str| !passing(condition).is_empty();
    for (holds, does_not) in [
        ("{0 -gt $null}", "{0 -lt $null}"),
        ("{0 -ge $null}", "{0 -le $null}"),
        ("{1 -gt $null}", "{1 -lt $null}"),
        ("{-1 -lt $null}", "{-1 -gt $null}"),
        ("{-1 -le $null}", "{-1 -ge $null}"),
        ("{$null -lt 0}", "{$null -gt 0}"),
        ("{$null -le 0}", "{$null -ge 0}"),
        ("{$null -gt -1}", "{$null -lt -1}"),
        ("{$null -ge -1}", "{$null -le -1}"),
        ("{0 -ne $null}", "{0 -eq $null}"),
    ] {
        assert!(passes(holds), "{holds}");
        assert!(!passes(does_not), "{does_not}");
    }
}
