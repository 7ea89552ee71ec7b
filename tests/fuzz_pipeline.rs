//! Texts from a mutator that knows the parts of pipelines. Each text is parsed, and run if it is a
//! pipeline. The seed is fixed, so that each failure can be repeated. `PINDESK_FUZZ_RUNS` sets the
//! number of texts.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind};

use common::chance::{Chance, runs};
use pindesk::domain::Time;
use pindesk::domain::pin::{Lock, LockCause, PinState};
use pindesk::domain::role::Role;
use pindesk::domain::user::{Account, UserId, UserNames, UserRecord, Version};
use pindesk::pipeline::{Context, Fault, Pipeline, PipelineSource, RunAnswer, RunOutcome};
use pindesk::zone::Zone;

const SHORT_RUN: u64 = 20_000;
const LONGEST: usize = 600;

const SEEDS: [&str; 18] = [
    "Lock-CsClientPin -Identity \"kenmyer@litwareinc.com\"",
    "Get-CsUser | Get-CsClientPinInfo | Where-Object {$_.IsPinSet -eq $True} | Lock-CsClientPin",
    "Get-CsUser | Get-CsClientPinInfo | Where-Object {$_.PinExpirationTime -lt (Get-Date)} | Lock-CsClientPin -WhatIf",
    "Get-CsAdminRole | Where-Object {$_.Cmdlets \u{2013}match \"Unlock-CsClientPin\"}",
    "Get-CsUser |\n  Get-CsClientPinInfo | # all\n  ? { -not ($_.LockCause -eq 'temporary') -and !$_.IsPinSet } |\n  Measure-Object\n",
    "Get-CsUser -Id '* Smith' | Select-Object DisplayName, SipAddress -First 3",
    "Get-CsUser | select -ExpandProperty UserPrincipalName -Unique | sort -Descending",
    "Import-Csv 'a b.csv' | Where-Object Reason -like \"*l[a-f]ave*\" | Unlock-CsClientPin -Force -Confirm:$false",
    "Get-CsUser | Get-CsClientPinInfo | where PinExpirationTime -le (Get-Date).AddDays(-14.5).AddHours(3) | Export-Csv x.csv -nti",
    "Get-CsUser | Sort-Object DisplayName,Identity -Descending | Select-Object -Last 2 | Unlock-CsClientPin -wi -cf",
    "get-csuser | ? { ($_.DisplayName -cmatch '^(?i)[^a-k]+\\d?$') -or $_.Guid -eq $null -xor 5 -ge '4' }",
    "Get-CsUser `\n| Get-CsClientPinInfo",
    "Get-CsAdminRole -Identity CsHelpDesk | select -ExpandProperty Cmdlets | ? { $_ -like 'Lock*' }",
    "Get-CsUser | ? { \"a`u{E9}`n`\"\" -ne $PSItem.DisplayName -and $_.DisplayName -notin 'x' } <# end #>",
    "Get-CsUser | Get-CsClientPinInfo | ? { $_.PinExpirationTime -ge \"9/25/2012 1:35:03 PM\" } | select *",
    "Get-CsUser | ? { $_.DisplayName -like '`*?[]a-c]*' } | Set-CsClientPin -Pin 12345",
    "\u{201C}Ken\u{201D} | Lock-CsClientPin; Get-CsUser & 2>x.txt",
    "Unlock-CsClientPin \u{2018}litwareinc\\kenmyer\u{2019} -Confirm:$true -Verbose",
];

const TOKENS: [&str; 72] = [
    "|",
    "||",
    ";",
    "&",
    ">",
    "<#",
    "#>",
    "#",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "@",
    ",",
    "$",
    "$_",
    "$_.",
    "$PSItem.",
    "$True",
    "$false",
    "$Null",
    "'",
    "\"",
    "''",
    "\"\"",
    "\u{2018}",
    "\u{2019}",
    "\u{201B}",
    "\u{201C}",
    "\u{201E}",
    "`",
    "`\n",
    "\n",
    "\r\n",
    "\r",
    " ",
    "\t",
    "\u{A0}",
    "-",
    "\u{2013}",
    "\u{2014}",
    "--",
    "-eq ",
    "-like ",
    "-notmatch ",
    "-cge ",
    "-contains ",
    "-and ",
    "-or ",
    "-not ",
    "!",
    "-Identity ",
    "-First ",
    "-c",
    ":",
    ":$true",
    "(Get-Date)",
    ".AddDays(",
    "1",
    "-1",
    "0.5",
    "99999999999999999999",
    "*",
    "?",
    "\\",
    "{1,50}",
    "(?i)",
    "Identity",
    "é",
    "\u{1F600}",
];

/// Makes the next text.
fn make(chance: &mut Chance, text: &mut String) {
    text.clear();
    text.push_str(chance.pick(&SEEDS));
    for _ in 0..chance.below(7) {
        let at = chance.boundary(text);
        let end = text
            .floor_char_boundary((at + chance.below(24)).min(text.len()))
            .max(at);
        match chance.below(9) {
            0 => text.insert(
                at,
                char::from_u32(chance.next() as u32 % 0x3000).unwrap_or('x'),
            ),
            1 => drop(text.drain(at..end)),
            2 => {
                let part = text[at..end].to_owned();
                let to = chance.boundary(text);
                text.insert_str(to, &part);
            }
            3 => text.truncate(at),
            4 => {
                let other = chance.pick(&SEEDS);
                text.truncate(at);
                text.push_str(&other[chance.boundary(other)..]);
            }
            5 => {
                let token = chance.pick(&TOKENS);
                text.insert_str(at, &token.repeat(chance.below(40)));
            }
            _ => text.insert_str(at, chance.pick(&TOKENS)),
        }
    }
    let end = text.floor_char_boundary(LONGEST);
    text.truncate(end);
}

struct World {
    users: Vec<UserRecord>,
    roles: Vec<Role>,
    context: Context,
}

impl World {
    fn new() -> Self {
        let now: Time = "2026-11-22T12:00:00Z".parse().unwrap();
        let day = chrono::Duration::days(1);
        let pin = |is_set, expires, cause: Option<LockCause>| PinState {
            is_set,
            expires,
            lock: cause.map(|cause| Lock {
                cause,
                since: Some(now),
                until: None,
                by: Some("ann".to_owned()),
                reason: "left".to_owned(),
                ticket: String::new(),
            }),
            ..PinState::default()
        };
        let user = |id: i64, display: &str, pin: PinState| UserRecord {
            id: UserId(id),
            names: UserNames {
                display_name: display.to_owned(),
                sip: Some(format!("u{id}@litwareinc.com")),
                upn: (id != 2).then(|| format!("u{id}@litwareinc.com")),
                account: Some(Account {
                    domain: "litwareinc".to_owned(),
                    logon: format!("u{id}"),
                }),
                dn: Some(format!("CN={display},OU=Finance,DC=litwareinc,DC=com")),
                ..UserNames::default()
            },
            pin,
            version: Version(id),
            is_protected: false,
        };
        let users = vec![
            user(1, "Ken Myer", pin(true, Some(now - day), None)),
            user(2, "Anna Smith", pin(true, None, Some(LockCause::System))),
            user(3, "Jörg Müller*", pin(false, None, None)),
            user(
                4,
                "Ben Smith",
                pin(true, Some(now + day), Some(LockCause::Temporary)),
            ),
        ];
        let role = |name: &str, cmdlets: &[&str]| Role {
            name: name.to_owned(),
            cmdlets: cmdlets.iter().map(|&cmdlet| cmdlet.to_owned()).collect(),
            units: Vec::new(),
        };
        let roles = vec![
            role("CsHelpDesk", &["Lock-CsClientPin", "Unlock-CsClientPin"]),
            role("Desk", &["Unlock-CsClientPin"]),
        ];
        Self {
            users,
            roles,
            context: Context {
                now,
                zone: Zone::utc(),
                brief: false,
            },
        }
    }

    fn run(&self, pipeline: &Pipeline) -> Result<RunOutcome, Fault> {
        let mut rows = 0;
        let mut sink = |_row| {
            rows += 1;
            true
        };
        let mut run = pipeline.start(self.context, &mut sink);
        match pipeline.source() {
            PipelineSource::Nothing => {}
            PipelineSource::Users => drop(self.users.iter().all(|user| run.user(user.clone()))),
            PipelineSource::Roles => drop(self.roles.iter().all(|role| run.role(role.clone()))),
            PipelineSource::File(_) => {
                run.header(&["Identity", "Reason"].map(str::to_owned))?;
                let rows = [
                    ["sip:ken@x.y", "leave"],
                    ["Ken Myer", ""],
                    ["", "9/25/2012"],
                ];
                for row in rows {
                    run.row(row.map(str::to_owned).to_vec());
                }
            }
        }
        let outcome = run.finish();
        assert!(rows <= 16, "{rows} rows");
        outcome
    }
}

/// Checks one text. Returns whether it is a pipeline.
fn check(world: &World, text: &str) -> bool {
    let pipeline = match Pipeline::parse(text) {
        Ok(pipeline) => pipeline,
        Err(fault) => {
            assert_well_placed(&fault, text);
            return false;
        }
    };
    match world.run(&pipeline) {
        Err(fault) => assert_well_placed(&fault, text),
        Ok(outcome) => {
            for stage in &outcome.explanation.stages {
                assert!(
                    !stage.text.is_empty() && !stage.words.is_empty(),
                    "{stage:?}"
                );
            }
            // Targets are IDs or exact identities, and never more than the objects that were fed.
            if let RunAnswer::Change(change) = outcome.answer {
                assert_eq!(pipeline.action(), Some(change.request.action));
                assert!(
                    change.request.targets.len() <= world.users.len() + 2,
                    "{:?}",
                    change.request.targets
                );
            }
        }
    }
    true
}

fn assert_well_placed(fault: &Fault, text: &str) {
    let lines = text.matches(['\n', '\r']).count() + 1;
    assert!(
        (1..=lines).contains(&fault.line),
        "line {} of {lines}",
        fault.line
    );
    assert!(
        fault.column >= 1 && fault.column <= text.chars().count() + 1,
        "column {}",
        fault.column
    );
    assert!(
        !fault.message.is_empty() && fault.to_string().ends_with('^'),
        "{fault}"
    );
}

#[test]
fn no_text_breaks_the_parser() {
    let runs = runs(SHORT_RUN);
    let (world, mut chance, mut text, mut read) = (World::new(), Chance(1), String::new(), 0);
    for run in 0..runs {
        make(&mut chance, &mut text);
        let checked = catch_unwind(AssertUnwindSafe(|| check(&world, &text)));
        let Ok(is_pipeline) = checked else {
            panic!("run {run}: {text:?}")
        };
        read += u64::from(is_pipeline);
    }
    assert!(
        read * 8 > runs,
        "only {read} of {runs} texts were pipelines"
    );
}
