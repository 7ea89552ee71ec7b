//! Refusals of pipelines: their positions and messages.

use pindesk::pipeline::Pipeline;

use crate::try_run;

/// A text, the line and column of its fault, and a part of the message.
const FAULTS: [(&str, usize, usize, &str); 89] = [
    // Empty texts, and texts that are not pipelines.
    ("", 1, 1, "There is no command."),
    (" \n # nothing\n", 3, 1, "There is no command."),
    ("Get-CsUser |", 1, 12, "A cmdlet is missing behind this |."),
    ("| Get-CsUser", 1, 1, "A cmdlet is missing before this |."),
    (
        "Get-CsUser | | Measure-Object",
        1,
        14,
        "A cmdlet is missing before this |.",
    ),
    (
        "Get-CsUser || Measure-Object",
        1,
        12,
        "|| is not supported.",
    ),
    ("Get-CsUser; Get-CsUser", 1, 11, "A ; separates commands"),
    ("Get-CsUser &", 1, 12, "& is not supported"),
    ("& Get-CsUser", 1, 1, "& is not supported"),
    (
        "Get-CsUser > x.csv",
        1,
        12,
        "This would write the table of the screen, or the names of types. To write a table, end with Export-Csv",
    ),
    (
        "Get-CsUser 2> x.txt",
        1,
        13,
        "Only what a pipeline finds is redirected",
    ),
    (
        "Get-CsUser | ConvertTo-Csv",
        1,
        14,
        "ConvertTo-Csv is written to a file here: put Out-File or Set-Content behind it.",
    ),
    (
        "Get-CsUser | ConvertTo-Csv | Add-Content x.csv",
        1,
        30,
        "This would write the names of the columns once more.",
    ),
    (
        "Get-CsUser | Select-Object -ExpandProperty Guid | Out-File x.txt -NoNewline",
        1,
        66,
        "Each text becomes a line of the file.",
    ),
    ("Get-CsUser\nGet-CsUser", 2, 1, "This is a second command"),
    (
        "Get-CsUser\n  | Measure-Object",
        2,
        3,
        "A line cannot begin with |.",
    ),
    ("Get-CsUser }", 1, 12, "This bracket closes nothing."),
    (
        "$users | Lock-CsClientPin",
        1,
        1,
        "is set nowhere before in this line",
    ),
    (
        "Get-CsUser | 'Ken Myer'",
        1,
        14,
        "A text can only begin a pipeline.",
    ),
    (
        "'Ken Myer', | Lock-CsClientPin",
        1,
        13,
        "A value is missing here.",
    ),
    (
        "'Ken Myer' 'Pilar' | Lock-CsClientPin",
        1,
        12,
        "An operator is missing here",
    ),
    ("Get-CsUser <# no end", 1, 12, "has no end #>"),
    // Cmdlets.
    (
        "Get-CsUsers",
        1,
        1,
        "\"Get-CsUsers\" is no cmdlet that is supported here. Supported are Get-CsUser, ",
    ),
    (
        "Set-CsClientPin -Identity x -Pin 1",
        1,
        34,
        "A PIN never stands in a command.",
    ),
    (
        "Get-CsUser | Set-CsClientPin -pin 4711",
        1,
        35,
        "pindesk set-pin",
    ),
    // The order of stages.
    ("Measure-Object", 1, 1, "Nothing is handed to this cmdlet."),
    (
        "Get-CsClientPinInfo",
        1,
        1,
        "Get-CsUser | Get-CsClientPinInfo",
    ),
    ("Lock-CsClientPin", 1, 1, "Lock-CsClientPin needs users"),
    (
        "Get-CsUser | Lock-CsClientPin | Measure-Object",
        1,
        14,
        "must be the last one",
    ),
    (
        "Get-CsUser | Export-Csv x.csv | Measure-Object",
        1,
        14,
        "must be the last one",
    ),
    (
        "Get-CsAdminRole | Lock-CsClientPin",
        1,
        19,
        "takes users, not roles",
    ),
    (
        "Get-CsAdminRole | select Identity | Lock-CsClientPin",
        1,
        37,
        "takes users, not roles",
    ),
    (
        "Get-CsAdminRole | Get-CsClientPinInfo",
        1,
        19,
        "takes users, not roles",
    ),
    (
        "Get-CsUser | select DisplayName | Get-CsClientPinInfo",
        1,
        35,
        "finds users by the property Identity",
    ),
    (
        "Get-CsUser | Lock-CsClientPin -Identity 'Ken Myer'",
        1,
        14,
        "cannot have an -Identity too",
    ),
    (
        "Get-CsUser | select DisplayName | Lock-CsClientPin",
        1,
        35,
        "finds users by the property Identity",
    ),
    (
        "Get-CsUser | select -expand Guid | Export-Csv x.csv",
        1,
        36,
        "Leave -ExpandProperty out",
    ),
    // Parameters.
    (
        "Lock-CsClientPin -I x",
        1,
        18,
        "-I is ambiguous: it can be -Identity, -InformationAction, -InformationVariable.",
    ),
    (
        "Lock-CsClientPin x -W",
        1,
        20,
        "-W is ambiguous: it can be -WhatIf, -WarningAction, -WarningVariable.",
    ),
    (
        "Lock-CsClientPin x -Until y",
        1,
        20,
        "Lock-CsClientPin has no parameter -Until here. It takes -Identity, -Force",
    ),
    (
        "Lock-CsClientPin -Identity",
        1,
        27,
        "-Identity needs a value.",
    ),
    (
        "Lock-CsClientPin -Identity -WhatIf",
        1,
        28,
        "-Identity needs a value.",
    ),
    (
        "Lock-CsClientPin Ken Myer",
        1,
        22,
        "A value with spaces needs quotes.",
    ),
    (
        "Lock-CsClientPin a@b.c, d@e.f",
        1,
        23,
        "A comma makes a list, and -Identity takes one value.",
    ),
    (
        "Lock-CsClientPin CN=Ken,OU=x",
        1,
        24,
        "A comma makes a list",
    ),
    (
        "Lock-CsClientPin $user",
        1,
        18,
        "is set nowhere before in this line",
    ),
    ("Lock-CsClientPin x -WhatIf $true", 1, 28, "-WhatIf:$true"),
    (
        "Lock-CsClientPin x -WhatIf:2",
        1,
        28,
        "-WhatIf takes $true or $false.",
    ),
    (
        "Lock-CsClientPin x -WhatIf -wi",
        1,
        28,
        "has its -WhatIf already",
    ),
    (
        "Lock-CsClientPin '*@x.y'",
        1,
        18,
        "Wildcards (*) work only with display names.",
    ),
    ("Lock-CsClientPin ''", 1, 18, "The identity is empty."),
    ("Get-CsUser | select", 1, 14, "not told what to select"),
    (
        "Get-CsUser | select -First many",
        1,
        28,
        "This must be a whole number",
    ),
    (
        "Get-CsUser | select -First 1 -Last 1",
        1,
        14,
        "-First together with -Last",
    ),
    (
        "Get-CsUser | select DisplayName, @{n='x'}",
        1,
        34,
        "The Expression of this property is missing",
    ),
    (
        "Get-CsUser | select Guid, guid",
        1,
        27,
        "Guid is named twice.",
    ),
    (
        "Get-CsUser | select -expand Guid | select *",
        1,
        43,
        "There are no properties here, only values.",
    ),
    (
        "Get-CsUser | sort",
        1,
        14,
        "Sort-Object needs a property here.",
    ),
    (
        "Get-CsUser | measure -Sum",
        1,
        14,
        "needs a property for this",
    ),
    ("Get-CsUser | Export-Csv", 1, 14, "needs the name of a file"),
    // Quotes.
    (
        "Lock-CsClientPin \"Ken",
        1,
        18,
        "The quote that begins here has no end.",
    ),
    (
        "Lock-CsClientPin \"$user\"",
        1,
        19,
        "is set nowhere before in this line",
    ),
    (
        "Lock-CsClientPin $x\"",
        1,
        18,
        "is set nowhere before in this line",
    ),
    (
        "Lock-CsClientPin Ken\"Myer\"",
        1,
        21,
        "A quote inside of a word",
    ),
    (
        "Lock-CsClientPin 'Ken'Myer",
        1,
        23,
        "A space is missing behind the quote.",
    ),
    (
        "Lock-CsClientPin \"`u{110000}\"",
        1,
        19,
        "This is not a character",
    ),
    // Conditions.
    ("Get-CsUser | ?", 1, 14, "Where-Object needs a condition."),
    ("Get-CsUser | ? {}", 1, 16, "The condition is empty"),
    (
        "Get-CsUser | ? {$_.Guid",
        1,
        16,
        "This bracket is not closed: } is missing.",
    ),
    (
        "Get-CsUser | ? {($_.Guid}",
        1,
        25,
        ") is missing before this.",
    ),
    ("Get-CsUser | ? {$_}", 1, 17, "$_ needs a property here"),
    (
        "Get-CsUser | ? {$_.Nme -eq 1}",
        1,
        20,
        "There is no property Nme here. There are: Identity, DisplayName, ",
    ),
    (
        "Get-CsUser | ? {$_.Guid = 'x'}",
        1,
        25,
        "= assigns, and does not compare. Write -eq.",
    ),
    (
        "Get-CsUser | ? {$_.Guid > 'x'}",
        1,
        25,
        "write -lt, -le, -gt or -ge",
    ),
    ("Get-CsUser | ? {$_.Guid -eq True}", 1, 29, "Write $True"),
    (
        "Get-CsUser | ? {$_.Guid -eq Ken}",
        1,
        29,
        "A text needs quotes",
    ),
    (
        "Get-CsUser | ? {$_.Guid -eq Get-Date}",
        1,
        29,
        "Write (Get-Date), with its brackets.",
    ),
    (
        "Get-CsUser | ? {$_.Guid -eq $x}",
        1,
        29,
        "is set nowhere before in this line",
    ),
    (
        "Get-CsUser | ? {$_.Guid -eq}",
        1,
        28,
        "A value is missing here.",
    ),
    (
        "Get-CsUser | ? {-eq 1}",
        1,
        17,
        "A value is missing before -eq.",
    ),
    (
        "Get-CsUser | ? {$_.Guid -equals 1}",
        1,
        25,
        "-equals is not supported. Operators are -eq, ",
    ),
    (
        "Get-CsUser | ? {$_.Guid -match '(a'}",
        1,
        25,
        "PowerShell refuses this regular expression, too: a ( without its ).",
    ),
    (
        "Get-CsUser | ? {$_.Guid -like '[a'}",
        1,
        25,
        "A [ in this pattern has no ].",
    ),
    (
        "Get-CsUser | ? {$_.Guid.ToSecret() -eq 'x'}",
        1,
        25,
        "The method ToSecret is not supported. Methods are StartsWith, ",
    ),
    (
        "Get-CsUser | ? {$_.Guid.Secret -eq 'x'}",
        1,
        25,
        "A value has no property Secret here. There are Count, Length, ",
    ),
    (
        "Get-CsUser | ? {[guid]$_.Guid -eq 'x'}",
        1,
        17,
        "The type [guid] is not supported. Types are [string], ",
    ),
    (
        "Get-CsUser | ? {$_.Guid -eq 1.2.3}",
        1,
        29,
        "This number is not supported.",
    ),
    (
        "Get-CsUser | ? {$_.Guid\n-eq 'x'}",
        2,
        1,
        "A line cannot begin with an operator.",
    ),
    (
        "Get-CsUser | ? Guid -eq 'x' -and Guid -eq 'y'",
        1,
        29,
        "Several conditions need { }",
    ),
];

#[test]
fn unsupported_syntax_is_refused_with_its_position() {
    for (text, line, column, said) in FAULTS {
        let Err(fault) = Pipeline::parse(text) else {
            panic!("read: {text}")
        };
        assert_eq!(
            (fault.line, fault.column),
            (line, column),
            "{text}\n{fault}"
        );
        assert!(fault.message.contains(said), "{text}\n{fault}");
    }
}

#[test]
fn the_position_is_marked_below_the_line() {
    let fault = Pipeline::parse("Get-CsUser |\n  Get-CsClientPinInfo | Where-Objekt {$_.IsPinSet}")
        .unwrap_err();
    let shown = fault.to_string();
    let lines: Vec<&str> = shown.lines().collect();
    assert!(
        lines[0].starts_with("line 2, column 25: \"Where-Objekt\" is no cmdlet"),
        "{shown}"
    );
    assert_eq!(
        lines[1],
        "    Get-CsClientPinInfo | Where-Objekt {$_.IsPinSet}"
    );
    assert_eq!(lines[2], "                          ^");
    let long = format!(
        "Get-CsUser | ? {{$_.DisplayName -eq '{}' -or x}}",
        "é".repeat(300)
    );
    let shown = Pipeline::parse(&long).unwrap_err().to_string();
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(
        lines[1].chars().nth(lines[2].chars().count() - 1),
        Some('x'),
        "{shown}"
    );
    assert!(lines[1].chars().count() < 120, "{shown}");
}

#[test]
fn pipelines_beyond_the_limits_are_refused() {
    let deep = format!(
        "Get-CsUser | ? {{{}$_.Guid{}}}",
        "(".repeat(5000),
        ")".repeat(5000)
    );
    let wide = format!("Get-CsUser | ? {{$_.Guid{}}}", " -and $_.Guid".repeat(4000));
    let negated = format!("Get-CsUser | ? {{{}$_.Guid}}", "!".repeat(10_000));
    let stages = format!("Get-CsUser{}", " | select Guid".repeat(4000));
    let regex = "Get-CsUser | ? {$_.Guid -match '((a{1000}){1000}){1000}'}".to_owned();
    let long = format!("Get-CsUser # {}", "x".repeat(70_000));
    for (text, said) in [
        (deep, "Too many brackets"),
        (wide, "may have 200 conditions"),
        (negated, "may have 200 conditions"),
        (stages, "may have 50 stages"),
        (regex, "too large"),
        (long, "too long for a command"),
    ] {
        let fault = Pipeline::parse(&text).unwrap_err();
        assert!(fault.message.contains(said), "{}", fault.message);
    }
}

#[test]
fn a_regular_expression_that_dotnet_refuses_or_that_has_no_equal_is_refused() {
    for (pattern, said) in [
        ("a++", "a nested quantifier"),
        ("a**", "a nested quantifier"),
        ("*a", "a quantifier follows nothing"),
        ("a|+", "a quantifier follows nothing"),
        ("a{2,1}", "x > y"),
        (r"\_", "an unrecognized escape sequence"),
        (r"\h", "an unrecognized escape sequence"),
        (r"\X", "an unrecognized escape sequence"),
        (r"\x{41}", "insufficient hexadecimal digits"),
        (r"\u12", "insufficient hexadecimal digits"),
        (r"\c1", "an unrecognized control character"),
        (r"\p{Greek}", "the unknown property Greek"),
        (r"\pL", "a malformed"),
        (r"\1", "undefined group 1"),
        (r"(a)\2", "undefined group 2"),
        (r"\k<a>", "undefined group a"),
        ("[b-a]", "reverse order"),
        (r"[a-\d]", "a class inside of a character range"),
        ("[a", "a [ without its ]"),
        ("(a", "a ( without its )"),
        ("a)", "too many )'s"),
        ("(?P<x>a)", "an unrecognized grouping construct"),
        (r"a\", "a \\ ends it"),
        ("(?(a)b|c)", "conditions in it"),
        ("(?<a-b>c)", "balancing groups"),
        (r"\Ga", r"\G"),
        ("a{2000}", "so many repetitions"),
    ] {
        let text = format!("Get-CsUser | ? {{$_.DisplayName -match '{pattern}'}}");
        let Err(fault) = Pipeline::parse(&text) else {
            panic!("read: {pattern}")
        };
        assert!(fault.message.contains(said), "{pattern}: {fault}");
    }
}

#[test]
fn a_regular_expression_that_runs_away_is_stopped_with_a_message() {
    let name = "a".repeat(60) + "!";
    let users = [crate::user(1, &name, crate::pin(None))];
    let text = r"Get-CsUser | ? {$_.DisplayName -match '^((?:a|aa)+)\1$'}";
    let Err(fault) = try_run(text, &users) else {
        panic!("answered")
    };
    assert!(fault.message.contains("too many steps"), "{fault}");
}

#[test]
fn a_column_that_a_file_does_not_have_is_refused_when_its_header_is_read() {
    for (text, column, said) in [
        (
            "Import-Csv x.csv | ? {$_.Reson -eq 'leave'}",
            26,
            "There is no property Reson here. There are: Identity, Name, Reason.",
        ),
        (
            "Import-Csv x.csv | select Name | Lock-CsClientPin",
            34,
            "by the property Identity, and there is none",
        ),
        (
            "Import-Csv x.csv | sort",
            20,
            "There are: Identity, Name, Reason.",
        ),
    ] {
        let fault = try_run(text, &[]).unwrap_err();
        assert_eq!((fault.line, fault.column), (1, column), "{fault}");
        assert!(fault.message.contains(said), "{fault}");
    }
}
