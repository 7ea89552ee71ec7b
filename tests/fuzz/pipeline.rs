//! Pipelines. Each text is parsed, and run if it is a pipeline.

use pindesk::domain::Time;
use pindesk::domain::pin::{Lock, LockCause, PinState};
use pindesk::domain::role::Role;
use pindesk::domain::user::{Account, UserId, UserNames, UserRecord, Version};
use pindesk::pipeline::{Context, Fault, Pipeline, PipelineSource, RunAnswer, RunOutcome};
use pindesk::zone::Zone;

use crate::assert_plain;
use crate::campaign::Campaign;

const CAMPAIGN: Campaign = Campaign {
    target: "pipeline",
    words: &[
        b"|",
        b"||",
        b";",
        b"&",
        b">",
        b"<#",
        b"#>",
        b"#",
        b"{",
        b"}",
        b"(",
        b")",
        b"[",
        b"]",
        b"@",
        b",",
        b"$",
        b"$_",
        b"$_.",
        b"$PSItem.",
        b"$True",
        b"$false",
        b"$Null",
        b"'",
        b"\"",
        b"''",
        b"\"\"",
        b"\xE2\x80\x98",
        b"\xE2\x80\x99",
        b"\xE2\x80\x9B",
        b"\xE2\x80\x9C",
        b"\xE2\x80\x9E",
        b"`",
        b"`\n",
        b"\n",
        b"\r\n",
        b"\r",
        b" ",
        b"\t",
        b"\xC2\xA0",
        b"-",
        b"\xE2\x80\x93",
        b"\xE2\x80\x94",
        b"--",
        b"-eq ",
        b"-like ",
        b"-notmatch ",
        b"-cge ",
        b"-contains ",
        b"-and ",
        b"-or ",
        b"-not ",
        b"!",
        b"-Identity ",
        b"-First ",
        b"-c",
        b":",
        b":$true",
        b"(Get-Date)",
        b".AddDays(",
        b"1",
        b"-1",
        b"0.5",
        b"99999999999999999999",
        b"*",
        b"?",
        b"\\",
        b"$x = ",
        b"$x",
        b"% { ",
        b"if (",
        b"foreach ($x in ",
        b"@{n=",
        b"@(",
        b"$(",
        b"(Get-CsUser",
        b").Count",
        b"[0]",
        b"Group-Object ",
        b"PS C:\\> ",
        b"{1,50}",
        b"(?i)",
        b"Identity",
        b"\xC3\xA9",
        b"\xF0\x9F\x98\x80",
    ],
    short: 8_000,
    longest: 600,
    one_accepted_in: 16,
};

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
        let mut pipeline = pipeline.clone();
        while let Some(part) = pipeline.next_part() {
            let outcome = self.run_one(&part)?;
            pipeline.take_part(outcome.found);
        }
        self.run_one(&pipeline)
    }

    fn run_one(&self, pipeline: &Pipeline) -> Result<RunOutcome, Fault> {
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
            PipelineSource::Lines(_) => {
                for line in ["sip:ken@x.y", "Ken Myer", ""] {
                    run.line(line.to_owned());
                }
            }
        }
        let outcome = run.finish();
        // A value may be a list of up to 10,000 items, for each of the users.
        assert!(rows <= 50_000, "{rows} rows");
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
    assert!(fault.to_string().ends_with('^'), "{fault}");
    assert_plain(&fault.message);
}

#[test]
fn pipeline() {
    let world = World::new();
    CAMPAIGN.run(|input, _| check(&world, &String::from_utf8_lossy(input)));
}
