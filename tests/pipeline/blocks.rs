//! Loops, variables, pipelines in brackets, groups, calculated properties, and traps.

use pindesk::pipeline::RunAnswer;
use pindesk::plan::Target;

use crate::common::typed;
use crate::{asked, found, people, run, try_run};

fn targets(line: &str) -> Vec<Target> {
    asked(run(line).1.answer).request.targets
}

fn refused(line: &str) -> String {
    match try_run(line, &people()) {
        Err(fault) => fault.to_string(),
        Ok((rows, _)) => panic!("{line}: {rows:?}"),
    }
}

#[test]
fn a_loop_hands_on_values_and_changes_each_user() {
    for (line, cells) in [
        (
            "Get-CsUser | select -First 2 | % DisplayName",
            vec!["Ken Myer", "Pilar Ackerman"],
        ),
        (
            "Get-CsUser | select -First 1 | foreach { $_.DisplayName.Length; $_.SamAccountName }",
            vec!["8", "user1"],
        ),
        ("1..3 | ForEach-Object { $_ * 2 }", vec!["2", "4", "6"]),
        (
            "'a' | % -Begin { 'start' } -Process { \"<$_>\" } -End { 'end' }",
            vec!["start", "<a>", "end"],
        ),
        (
            "'a', 'b' | % { 'start' } { $_ } { 'end' }",
            vec!["start", "a", "b", "end"],
        ),
        (
            "Get-CsUser | % { $n = $_.DisplayName; if ($n -like '*Smith') { \"$n!\" } }",
            vec!["Anna Smith!", "Zoe Smith!"],
        ),
        (
            "Get-CsUser | select -First 2 | % { if ($_.DisplayName -eq 'Ken Myer') { 'he' } else { 'she' } }",
            vec!["he", "she"],
        ),
        (
            "foreach ($u in Get-CsUser | select -First 2) { $u.SamAccountName }",
            vec!["user1", "user2"],
        ),
        (
            "Get-CsUser 'Ken Myer' | % { [pscustomobject]@{ Who = $_.DisplayName; N = 1 } } | select Who",
            vec!["Ken Myer"],
        ),
    ] {
        assert_eq!(found(line), cells, "{line}");
    }
    for line in [
        "'Ken Myer', 'Anna Smith' | % { Lock-CsClientPin -Identity $_ -WhatIf }",
        "foreach ($n in 'Ken Myer', 'Anna Smith') { Lock-CsClientPin $n -WhatIf }",
        "$all = @('Ken Myer', 'Anna Smith'); $all | Lock-CsClientPin -WhatIf",
        "Lock-CsClientPin 'Ken Myer' -WhatIf; Lock-CsClientPin 'Anna Smith' -WhatIf",
        "'Ken', 'Anna' | % { $last = if ($_ -eq 'Ken') { 'Myer' } else { 'Smith' }; \"$_ $last\" | Lock-CsClientPin -WhatIf }",
    ] {
        assert_eq!(targets(line), typed(&["Ken Myer", "Anna Smith"]), "{line}");
    }
    assert_eq!(
        targets(
            "Get-CsUser | Get-CsClientPinInfo | % { if (-not $_.IsPinSet) { Unlock-CsClientPin $_ } } | Out-Null"
        ),
        targets("Get-CsUser | select -Last 2 | select -First 1 | Unlock-CsClientPin")
    );
}

#[test]
fn a_variable_and_a_pipeline_in_brackets_stand_for_what_they_find() {
    for (line, cells) in [
        (
            "(Get-CsUser | ? DisplayName -like '*Smith').Count",
            vec!["2"],
        ),
        (
            "@(Get-CsUser | ? DisplayName -eq 'nobody').Count",
            vec!["0"],
        ),
        ("(Get-CsUser 'Ken Myer').DisplayName.Length", vec!["8"]),
        (
            "(Get-CsUser | sort DisplayName)[0..1].DisplayName",
            vec!["Anna Smith", "Ken Myer"],
        ),
        ("(Get-CsUser | Measure-Object).Count + 1", vec!["6"]),
        (
            "$u = Get-CsUser 'Ken Myer'; \"Hello $($u.DisplayName)\"",
            vec!["Hello Ken Myer"],
        ),
        (
            "$wanted = Get-Content x.txt; Get-CsUser | ? { $wanted -contains $_.SipAddress } | % DisplayName",
            vec!["Ken Myer"],
        ),
        (
            "Get-CsUser | ? { $_.DisplayName -in (Import-Csv x.csv).Name } | % DisplayName",
            vec!["Ken Myer"],
        ),
        (
            "Get-CsUser | select -First 1 | % { (Get-CsClientPinInfo $_.DisplayName).IsPinSet }",
            vec!["True"],
        ),
        (
            "if ((Get-CsUser).Count -gt 3) { 'many' } else { 'few' }",
            vec!["many"],
        ),
        (
            "$day = (Get-Date).AddDays(10); Get-CsUser | Get-CsClientPinInfo | ? { $_.PinExpirationTime -gt $day } | % DisplayName",
            vec!["Zoe Smith"],
        ),
    ] {
        assert_eq!(found(line), cells, "{line}");
    }
    assert_eq!(
        targets(
            "Get-CsUser | select -First 1 | % { Get-CsUser $_.DisplayName | Lock-CsClientPin -WhatIf }"
        ),
        targets("Get-CsUser | select -First 1 | Lock-CsClientPin")
    );
    assert_eq!(
        targets("$p = @{ Identity = 'Ken Myer'; WhatIf = $true }; Unlock-CsClientPin @p"),
        typed(&["Ken Myer"])
    );
    assert_eq!(
        targets("$u = Get-CsUser 'Ken Myer'; Unlock-CsClientPin $u"),
        targets("Get-CsUser 'Ken Myer' | Unlock-CsClientPin")
    );
}

#[test]
fn objects_are_grouped_measured_and_given_calculated_properties() {
    for (line, cells) in [
        (
            "Get-CsUser -LdapFilter '(&(displayName=*Smith)(!(sAMAccountName=user5)))' | % DisplayName",
            vec!["Anna Smith"],
        ),
        (
            "Get-CsUser -LdapFilter 'cn=Ken Myer' | % DisplayName",
            vec!["Ken Myer"],
        ),
        (
            "Get-CsUser | select -First 2 | % { Get-CsClientPinInfo $_.DisplayName } | % DisplayName",
            vec!["Ken Myer", "Pilar Ackerman"],
        ),
        (
            "Get-CsUser | Get-CsClientPinInfo | Group-Object IsPinSet -NoElement | % { \"$($_.Name) $($_.Count)\" }",
            vec!["False 1", "True 4"],
        ),
        (
            "Get-CsUser | group { $_.DisplayName.Split(' ')[-1] } | ? Count -gt 1 | % Name",
            vec!["Smith"],
        ),
        (
            "1..4 | Measure-Object -Sum -Maximum | % { $_.Sum + $_.Maximum }",
            vec!["14"],
        ),
        ("Get-CsUser | measure | % Count", vec!["5"]),
        (
            "Get-CsUser | select @{n='Length'; e={$_.DisplayName.Length}}, *Name -First 1",
            vec!["8"],
        ),
        (
            "Get-CsUser | sort {$_.DisplayName.Length}, DisplayName | % DisplayName",
            vec![
                "Ken Myer",
                "Zoe Smith",
                "Anna Smith",
                "Otto Ohnepin",
                "Pilar Ackerman",
            ],
        ),
        (
            "Get-CsUser | sort @{e='DisplayName'; Descending=$true} -Top 1 | % DisplayName",
            vec!["Zoe Smith"],
        ),
        (
            "Get-CsUser | select -Skip 1 -First 2 | % DisplayName",
            vec!["Pilar Ackerman", "Anna Smith"],
        ),
        (
            "Get-CsUser | select -SkipLast 4 | % DisplayName",
            vec!["Ken Myer"],
        ),
        (
            "Get-CsUser | select -Last 1 -Skip 1 | % DisplayName",
            vec!["Otto Ohnepin"],
        ),
        (
            "Get-CsUser | select -Index 0, 2 | % DisplayName",
            vec!["Ken Myer", "Anna Smith"],
        ),
        (
            "Get-CsUser | select * -ExcludeProperty Identity, Display* -First 1 | % SamAccountName",
            vec!["user1"],
        ),
        (
            "Get-CsUser -OU 'OU=Finance,DC=litwareinc,DC=com' -Filter {DisplayName -like 'K*'} | % Name",
            vec!["Ken Myer"],
        ),
        (
            "Get-CsUser -Filter \"DisplayName -like '*Smith'\" -ResultSize 1 | % DisplayName",
            vec!["Anna Smith"],
        ),
    ] {
        assert_eq!(found(line), cells, "{line}");
    }
}

#[test]
fn a_prompt_and_numbers_of_lines_are_left_out() {
    for line in [
        "PS C:\\Users\\ann> Get-CsUser |\n>> measure",
        "  12  Get-CsUser | measure",
        "1: Get-CsUser | measure",
        "Get-CsUser -ErrorAction SilentlyContinue -Verbose | measure",
    ] {
        assert!(matches!(run(line).1.answer, RunAnswer::Count(5)), "{line}");
    }
    assert!(refused("PS> Get-CsUser").contains("the prompt of a console"));
    // A column is counted in characters of the text as it was typed.
    for (line, column) in [
        ("PS C:\\Jürgen> Get-CsUsers", 15),
        (
            "PS C:\\Jürgen> (Get-CsUser | Group-Object Nothing).Count",
            42,
        ),
    ] {
        let why = refused(line);
        assert!(
            why.starts_with(&format!("line 1, column {column}:")),
            "{why}"
        );
    }
}

#[test]
fn a_line_that_would_do_something_else_is_refused() {
    for (line, said) in [
        (
            "Get-CsUser | ? { Unlock-CsClientPin $_.SipAddress }",
            "looks like a filter",
        ),
        ("Unlock-CsClientPin (Get-CsUser)", "-Identity takes one"),
        (
            "Get-CsUser | % { Lock-CsClientPin $_; $_.DisplayName }",
            "this one change alone",
        ),
        (
            "Get-CsUser | % { Lock-CsClientPin $_ } | measure",
            "must be the last stage",
        ),
        (
            "Get-CsUser | % { if ($_.Guid) { Lock-CsClientPin $_ } else { Unlock-CsClientPin $_ } }",
            "this one change alone",
        ),
        (
            "Lock-CsClientPin 'a@b.c'; Unlock-CsClientPin 'a@b.c'",
            "A ; separates commands",
        ),
        (
            "Get-CsUser | % { \"$_ is here\" }",
            "$_ needs a property here",
        ),
        (
            "Get-CsUser | % { (Get-CsUser | ? DisplayName -eq $_.DisplayName).Guid }",
            "$_ has no value here",
        ),
        ("$u = Get-CsUser; \"$u\"", "This is an object"),
        ("$true = 1; 'a'", "$true cannot be set"),
        (
            "$WhatIfPreference = $true; Lock-CsClientPin 'a@b.c'",
            "cannot be set",
        ),
        (
            "Get-CsUser | % { if ($_.Guid) { $n = 1 } }",
            "cannot be set in an if",
        ),
        ("$i = 0; Get-CsUser | % { $i++ }", "Counting with ++"),
        (
            "Get-CsUser | group PinExpirationTime",
            "There is no property",
        ),
        (
            "Get-ADUser -Filter *",
            "Get-CsUser finds the users of the store",
        ),
        (
            "Get-CsUser -LdapFilter 'title=Manager'",
            "does not have the attribute title",
        ),
        ("Get-CsUser | Out-GridView -PassThru", "In the window"),
        (
            "Get-CsUser | Export-Csv x.csv -UseCulture -Delimiter ';'",
            "exclude each other",
        ),
        (
            "Import-Csv x.csv -Delimiter ',' -UseCulture",
            "exclude each other",
        ),
        ("Get-CsUser | Out-String", "pindesk run"),
        ("Get-CsUser | Export-Csv x.csv -Encoding ascii", "UTF-8"),
        ("Lock-CsClientPin \"Ken $last\"", "set nowhere"),
    ] {
        let fault = refused(line);
        assert!(fault.contains(said), "{line}\n{fault}");
    }
}

#[test]
fn the_culture_of_a_line_separates_by_commas_and_says_so() {
    for line in [
        "Get-CsUser | Export-Csv x.csv -UseCulture",
        "Get-CsUser | select Name | epcsv x.csv -usec -Force",
        "Get-CsUser | Get-CsClientPinInfo | Export-Csv -Path x.csv -NoTypeInformation -UseCulture:$true",
    ] {
        let pipeline = crate::parse(line);
        assert_eq!(pipeline.export().unwrap().delimiter, None, "{line}");
        let warnings = run(line).1.explanation.warnings;
        assert!(warnings[0].contains("-Delimiter ';'"), "{warnings:?}");
    }
    // A file that is read shows its separator itself.
    let pipeline = crate::parse("Import-Csv x.csv -UseCulture | Unlock-CsClientPin -WhatIf");
    assert!(pipeline.action().is_some());
}

#[test]
#[cfg(not(windows))]
fn paths_of_windows_lead_to_folders_of_this_computer_or_are_refused() {
    for (path, here) in [
        (r".\out.csv", "./out.csv"),
        (r"lists\old\out.csv", "lists/old/out.csv"),
        (r"..\out.csv", "../out.csv"),
    ] {
        let pipeline = crate::parse(&format!("Get-CsUser | Export-Csv {path}"));
        assert_eq!(pipeline.export().unwrap().path, here);
    }
    for (line, column) in [
        (r"Get-CsUser | Export-Csv C:\temp\users.csv", "column 25"),
        (
            r"Import-Csv 'd:/lists/users.csv' | Unlock-CsClientPin",
            "column 12",
        ),
        (r"Get-Content C:users.txt | Unlock-CsClientPin", "column 13"),
        (
            r"Get-CsUser | Export-Csv \\server\share\users.csv",
            "column 25",
        ),
    ] {
        let fault = refused(line);
        assert!(fault.contains(column), "{fault}");
        assert!(
            fault.contains("drive") || fault.contains("mounted"),
            "{fault}"
        );
    }
}

#[test]
fn traps_are_named() {
    let pins = |condition: &str| format!("Get-CsUser | Get-CsClientPinInfo | ? {condition}");
    let rows = |condition: &str| {
        format!("Import-Csv x.csv | select @{{n='Locked';e={{'FALSE'}}}} | ? {condition}")
    };
    for (line, said) in [
        (
            pins("{$_.IsLockedOut -eq 'False'}"),
            "every text but the empty one for $True",
        ),
        (pins("{$_.IsLockedOut -eq 2}"), "Every number but 0"),
        (pins("{2 -eq $_.IsLockedOut}"), "only 1 and 0 find anybody"),
        (
            pins("{'2026-09-01' -lt $_.PinExpirationTime}"),
            "a comparison of texts",
        ),
        (pins("{$_.PinExpirationTime -gt 2026}"), "the year 1"),
        (
            pins("{$_.DisplayName -contains 'Ken'}"),
            "looks for a value in a list",
        ),
        (
            pins("{-not $_.IsLockedOut -eq $true}"),
            "-not belongs to the property alone",
        ),
        (
            pins("{$_.IsPinSet -or $_.IsLockedOut -and $_.DisplayName}"),
            "from left to right",
        ),
        (rows("{$_.Locked}"), "The cells of a file are texts"),
        (rows("Locked"), "The cells of a file are texts"),
    ] {
        let warnings = run(&line).1.explanation.warnings;
        assert!(
            warnings.iter().any(|warning| warning.contains(said)),
            "{line}\n{warnings:?}"
        );
    }
    for line in [
        pins("{$_.IsLockedOut -like 'False'}"),
        pins("{$_.IsLockedOut -eq $false}"),
        pins("{$_.IsLockedOut -eq 1}"),
        rows("{$_.Locked -eq 'FALSE'}"),
    ] {
        assert_eq!(
            run(&line).1.explanation.warnings,
            Vec::<String>::new(),
            "{line}"
        );
    }
}
