//! Completion of a line that is being typed. `^` in a line of a table is the cursor.

use pindesk::pipeline::{CompletionKind, Completions, Pipeline};
use proptest::prelude::*;

/// The completions at the `^` of a line, and the text that they replace.
fn at(marked: &str) -> (Vec<String>, String) {
    let cursor = marked.find('^').unwrap();
    let line = marked.replacen('^', "", 1);
    let found = Completions::at(&line, cursor);
    let texts = found.items.into_iter().map(|item| item.text);
    (texts.collect(), line[found.replaces].to_owned())
}

#[test]
fn what_can_stand_at_the_cursor_is_offered() {
    let table: &[(&str, &str, &[&str])] = &[
        (
            "^",
            "",
            &[
                "Get-CsUser",
                "Get-CsClientPinInfo",
                "Get-CsAdminRole",
                "Import-Csv",
            ],
        ),
        (
            "Get-Cs^",
            "Get-Cs",
            &["Get-CsUser", "Get-CsClientPinInfo", "Get-CsAdminRole"],
        ),
        ("Get-CsUser | Unl^", "Unl", &["Unlock-CsClientPin"]),
        ("Get-CsUser | where-^", "where-", &["Where-Object"]),
        ("Get-CsUser -Re^", "-Re", &["-ResultSize"]),
        ("Get-CsUser -ResultSize ^", "", &["Unlimited"]),
        ("Get-CsUser | Select-Object Disp^", "Disp", &["DisplayName"]),
        (
            "Get-CsUser | Sort SipAddress, Dis^",
            "Dis",
            &["DisplayName", "DistinguishedName"],
        ),
        (
            "Get-CsUser | Select SipAddress | Where { $_.^",
            "",
            &["SipAddress"],
        ),
        (
            "Get-CsUser | Get-CsClientPinInfo | ? {$_.IsL^",
            "IsL",
            &["IsLockedOut"],
        ),
        (
            "Get-CsUser | Get-CsClientPinInfo | ? {$_.IsLockedOut -e^",
            "-e",
            &["-eq"],
        ),
        (
            "Get-CsUser | Get-CsClientPinInfo | ? {$_.IsLockedOut -eq ^",
            "",
            &["$True", "$False"],
        ),
        (
            "Get-CsUser | Get-CsClientPinInfo | ? {$_.LockCause -eq 's^",
            "s",
            &["system"],
        ),
        (
            "Get-CsUser | Get-CsClientPinInfo | ? LockCause -eq ^",
            "",
            &["'administrator'", "'system'", "'temporary'", "'unknown'"],
        ),
        (
            "Get-CsUser | Get-CsClientPinInfo | ? LockC^",
            "LockC",
            &["LockCause"],
        ),
        ("Get-CsUser -Filter {Disp^", "Disp", &["DisplayName"]),
        (
            "Get-CsUser -Filter {DisplayName -like 'K*' -a^",
            "-a",
            &["-and"],
        ),
        ("$u = Get-CsU^", "Get-CsU", &["Get-CsUser"]),
        ("Get-CsAdminRole | Where {$_.Cm^", "Cm", &["Cmdlets"]),
        ("Get-CsUser | Unlock-CsClientPin -W^", "-W", &["-WhatIf"]),
        (
            "Get-CsUser | ForEach-Object { Unlock-^",
            "Unlock-",
            &["Unlock-CsClientPin"],
        ),
        (
            "Get-CsUser | Select @{n='x'; e={$_.Sip^",
            "Sip",
            &["SipAddress"],
        ),
        (
            "Get-CsClientPinInfo 'Ken Myer' | Where {($_.IsPinSet) -and ($_.IsLo^",
            "IsLo",
            &["IsLockedOut"],
        ),
        ("PS C:\\> Get-CsUser | Un^", "Un", &["Unlock-CsClientPin"]),
    ];
    for (line, word, expected) in table {
        let (found, replaced) = at(line);
        assert_eq!(&replaced, word, "{line}");
        let found: Vec<&str> = found.iter().map(String::as_str).collect();
        assert_eq!(
            &found[..expected.len().min(found.len())],
            *expected,
            "{line}"
        );
    }
}

#[test]
fn nothing_is_offered_where_anything_can_stand() {
    for line in [
        "Get-CsUser -Identity 'Ken^",
        "Get-CsUser | Where {$_.DisplayName -like 'K^",
        "Get-CsUser # Get-^",
        "Import-Csv us^",
        "Get-CsUser | Sort-Object -Property DisplayName -Descending -Pin^",
    ] {
        assert_eq!(at(line).0, Vec::<String>::new(), "{line}");
    }
}

#[test]
fn the_pin_of_a_line_and_refused_parameters_are_not_offered() {
    let (found, _) = at("Get-CsUser | Set-CsClientPin -^");
    assert!(found.contains(&"-WhatIf".to_owned()), "{found:?}");
    assert!(
        !found
            .iter()
            .any(|name| name == "-Pin" || name == "-PassThru"),
        "{found:?}"
    );
}

#[test]
fn a_property_stands_beside_its_kind() {
    let found = Completions::at("Get-CsUser | Select Disp", 24);
    assert_eq!(found.items[0].kind, CompletionKind::Property);
}

/// Every cmdlet, parameter, property and operator of the lines that are understood is offered after its
/// first letters were typed. The lines are those that a real PowerShell answered.
#[test]
fn the_words_of_understood_lines_are_offered_while_they_are_typed() {
    let lines: serde_json::Value =
        serde_json::from_str(include_str!("../powershell/lines.json")).unwrap();
    let word = regex::Regex::new(
        r"\b(?:Get-Cs\w+|Where-Object|Select-Object|Sort-Object|Group-Object|Measure-Object|ForEach-Object|Export-Csv|Unlock-CsClientPin|Lock-CsClientPin)\b|\$_\.(?:DisplayName|SipAddress|IsLockedOut|LockCause|PinExpirationTime)\b|-(?:eq|ne|like|match|and|or|Property|Descending|First|Identity|Delimiter)\b",
    )
    .unwrap();
    let (mut all, mut missing) = (0, Vec::new());
    for line in lines.as_array().unwrap() {
        let line = line["line"].as_str().unwrap();
        if Pipeline::parse(line).is_err() {
            continue;
        }
        for found in word.find_iter(line) {
            let known = found.as_str().rsplit("$_.").next().unwrap();
            let typed = found.end() - known.len() + 2;
            if known.len() < 3 || line[..found.start()].matches(['\'', '"']).count() % 2 == 1 {
                continue;
            }
            all += 1;
            let items = Completions::at(line, typed).items;
            if !items
                .iter()
                .any(|item| item.text.eq_ignore_ascii_case(known))
            {
                missing.push(format!("{}^  {known}", &line[..typed]));
            }
        }
    }
    assert!(all > 500, "{all}");
    assert!(
        missing.len() * 50 <= all,
        "{} of {all}: {}",
        missing.len(),
        missing.join("\n")
    );
}

proptest! {
    /// A line can be anything while it is typed. A completion replaces the end of the text before the
    /// cursor, and continues or contains it.
    #[test]
    fn any_text_can_be_typed(line in r#"([-$_.{}()@\[\]'"|;=#<>`,a-zA-Z0-9 \n\u{e9}\u{2013}]|Get-CsUser|Where|\$_\.|-eq){0,30}"#, cut in 0..60_usize) {
        let found = Completions::at(&line, cut);
        let byte = line.floor_char_boundary(cut);
        if !found.items.is_empty() {
            prop_assert_eq!(found.replaces.end, byte);
            let word = line[found.replaces].to_lowercase().replace(['\u{2013}', '\u{2014}'], "-");
            for item in found.items {
                prop_assert!(item.text.to_lowercase().contains(&word), "{} in {line:?}", item.text);
            }
        }
    }
}
