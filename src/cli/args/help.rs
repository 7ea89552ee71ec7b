//! The texts of the help: examples, and the forms of identities and filters.

/// Examples with the forms of identities and filters before them.
pub(super) fn with_forms(examples: &str) -> String {
    format!("{IDENTITIES}\n\n{FILTERS}\n\n{examples}")
}

/// Examples with the forms of identities before them.
pub(super) fn with_identities(examples: &str) -> String {
    format!("{IDENTITIES}\n\n{examples}")
}

pub(super) const EXAMPLES: &str = r"Without a command, the window opens.

Examples:
  pindesk import users users.csv
  pindesk info --where locked
  pindesk unlock kenmyer@litwareinc.com --reason 'Found his notebook' --what-if

Exit status: 0 done, also when nothing had to change; 1 some rows were refused or drifted, the others are done;
2 the command line or an input file is wrong; 3 the store failed; 4 not permitted. With 2, 3 and 4, nothing was done.";

pub(super) const IDENTITIES: &str = r"An IDENTITY is one of:
  sip:kenmyer@litwareinc.com                       SIP address
  kenmyer@litwareinc.com                           UPN, or SIP address without its prefix
  litwareinc\kenmyer                               domain and logon name
  'Ken Myer', '* Smith'                            display name; only here * is a wildcard
  CN=Ken Myer,OU=Finance,DC=litwareinc,DC=com      distinguished name";

pub(super) const FILTERS: &str = "A FILTER is one of:
  locked, unlocked, locked-by=admin|system|temporary|unknown|inactivity,
  pin-set, no-pin, expired, expires-within=14d, never-expires, all";

pub(super) const IMPORT_EXAMPLES: &str = r"Examples:
  Get-CsUser | Export-Csv -Encoding UTF8 users.csv                            (in PowerShell)
  Get-CsUser | Get-CsClientPinInfo | Export-Csv -Encoding UTF8 pins.csv       (in PowerShell)
  pindesk import users users.csv --what-if
  pindesk import pins pins.csv --date-order dmy";

pub(super) const EXPORT_EXAMPLES: &str = r"Examples:
  pindesk export users users.csv
  pindesk export pins locked.csv --where locked
  pindesk export script unlock unlock.ps1 --where locked-by=system";

pub(super) const EXPORT_USERS_EXAMPLES: &str = r"The file is UTF-8 with a byte-order mark, for Excel. Without the mark: pindesk users --format csv.

Examples:
  pindesk export users users.csv
  pindesk export users - '* Smith' 'litwareinc\kenmyer'";

pub(super) const EXPORT_PINS_EXAMPLES: &str = r"The file is UTF-8 with a byte-order mark, for Excel. Without the mark: pindesk info --format csv.

Examples:
  pindesk export pins pins.csv
  pindesk export pins locked.csv --where locked";

pub(super) const EXPORT_SCRIPT_EXAMPLES: &str = r"Examples:
  pindesk export script unlock unlock.ps1 --where locked-by=system --ticket INC-4711
  pindesk export script lock leavers.ps1 --csv leavers.csv --save-results preview.csv
  pindesk export script lock - kenmyer@litwareinc.com";

pub(super) const BACKUP_EXAMPLES: &str = r"The copy is one file for its owner alone, taken at one moment, and is checked before it takes its place. To look into it,
name it: pindesk --store FILE info. To go back to it: pindesk restore FILE.

Examples:
  pindesk backup pindesk-2026-11-22.db
  pindesk --store pindesk-2026-11-22.db history verify";

pub(super) const BACKUPS_EXAMPLES: &str = r"Before each import, each change above the confirm limit and each upgrade PinDesk makes a copy in the folder backups beside the
store. The 10 newest are kept, and one of each day for 30 days.

Examples:
  pindesk backups
  pindesk backups --format json";

pub(super) const RESTORE_EXAMPLES: &str = r"The backup is checked and compared with the store first. A copy of today's store is made before it is replaced, and a
damaged one is kept under another name. Close PinDesk on every desk before that.

Examples:
  pindesk restore pindesk-2026-11-22.db --what-if
  pindesk restore pindesk-2026-11-22.db --reason 'wrong file imported'";

pub(super) const CHECK_EXAMPLES: &str = r"Exit status: 0 if the store is sound, 1 if it is damaged, 3 if it cannot be read at all.

Examples:
  pindesk check
  pindesk --store pindesk-2026-11-22.db check";

pub(super) const RECOVER_EXAMPLES: &str = r"Each table is read row by row, past pages that cannot be read. What is missing is listed for each table. The damaged store
stays as it is.

Examples:
  pindesk --store damaged.db recover saved.db";

pub(super) const INIT_EXAMPLES: &str = r"The window and pindesk import make a store by themselves where there is no file. A file that is there and empty becomes a
store only here, since it may be what is left of one.

Examples:
  pindesk init
  pindesk --store team.db init";

pub(super) const INFO_EXAMPLES: &str = r"Examples:
  pindesk info kenmyer@litwareinc.com 'litwareinc\packerman'
  pindesk info --where locked --where expired
  pindesk info '* Smith' --format json
  pindesk info --where locked --format csv > locked.csv";

pub(super) const USERS_EXAMPLES: &str = r"Examples:
  pindesk users muller
  pindesk users 'Pilar*'
  pindesk users finance --where no-pin";

pub(super) const LOCK_EXAMPLES: &str = r"Examples:
  pindesk lock kenmyer@litwareinc.com --reason 'On leave' --ticket HD-1042
  pindesk lock --where expired --what-if
  pindesk lock - < leavers.txt
  pindesk lock 'Ken Myer' --until 2026-12-01 --reason 'On leave'
  pindesk lock '* Smith' --confirm
  pindesk lock --where expired --submit";

pub(super) const UNLOCK_EXAMPLES: &str = r"Examples:
  pindesk unlock 'Ken Myer'
  pindesk unlock '* Smith' --where locked-by=system --what-if
  pindesk unlock --where locked-by=temporary --force
  pindesk unlock --csv tickets.csv --what-if --save-results preview.csv
  pindesk unlock --csv tickets.csv --reason 'back from leave' --submit";

pub(super) const RESET_FAILURES_EXAMPLES: &str = r"The counts of failed logons become zero. A lock stays, whoever set it: unlock ends it and resets the counts, too.
Whoever may unlock PINs may reset failures.

Examples:
  pindesk reset-failures 'Ken Myer' --what-if
  pindesk reset-failures --where unlocked --reason 'the gateway repeated old PINs'
  pindesk reset-failures --csv tickets.csv --submit --reason 'the gateway repeated old PINs'";

pub(super) const SET_PIN_EXAMPLES: &str = r"A locked PIN must be unlocked first. The policy of the user decides what the PIN must be like.

Examples:
  pindesk set-pin kenmyer@litwareinc.com --generate
  pindesk set-pin 'litwareinc\kenmyer' --reason 'New telephone'          (asks for the PIN, and does not show it)
  pindesk set-pin 'Ken Myer' < pin.txt
  pindesk set-pin 'Ken Myer' --what-if";

pub(super) const AUTHENTICATE_EXAMPLES: &str = r"Exit status 0: it is the right PIN. 1: it is not, or it is locked, has expired or is not set; the result says which.

Examples:
  pindesk authenticate kenmyer@litwareinc.com < pin.txt
  pindesk authenticate 'Ken Myer' --format json
  pindesk authenticate kenmyer@litwareinc.com --from gw-3 < pin.txt
  pindesk authenticate --serve /run/pindesk/logons";

pub(super) const POLICY_EXAMPLES: &str = r"The nearest policy counts: one that was granted to a user, else that of their site, else the global one.

Examples:
  pindesk policy
  pindesk policy show 'Ken Myer'
  pindesk policy set global --min-length 6
  pindesk policy set Executives --min-length 8 --history 5 --lifetime 90
  pindesk policy grant Executives kenmyer@litwareinc.com";

pub(super) const POLICY_SHOW_EXAMPLES: &str = r"Examples:
  pindesk policy show
  pindesk policy show 'Ken Myer' 'litwareinc\packerman'";

pub(super) const POLICY_SET_EXAMPLES: &str = r"A new policy begins with 5 digits, no history, no expiry, no common patterns, no further rules, and attempts by the length of the PIN:
10 for 4 digits, 25 for more. In all, 100 wrong PINs lock for good with 4 digits, 1000 with 5 or 6, 5000 with more.

Examples:
  pindesk policy set global --min-length 6 --max-attempts 10
  pindesk policy set site:Redmond --common-patterns on
  pindesk policy set global --refuse keypad-lines,own-name
  pindesk policy set Executives --history 5 --lifetime 90
  pindesk policy remove site:Redmond";

pub(super) const POLICY_SIMULATE_EXAMPLES: &str = r"A policy changes no PIN: its length and lifetime hold for the next PIN that is set. Effects are counted under the policy of
today, and under this one.

Examples:
  pindesk policy simulate global --min-length 6 --lifetime 90 --history 5
  pindesk policy simulate global --min-length 6 --list too-short
  pindesk policy simulate Executives --min-length 8 --to 'Ken Myer'";

pub(super) const POLICY_GRANT_EXAMPLES: &str = r"Examples:
  pindesk policy grant Executives 'Ken Myer' 'litwareinc\packerman'
  pindesk policy revoke 'Ken Myer'";

pub(super) const RUN_EXAMPLES: &str = r#"Cmdlets: Get-CsUser, Get-CsClientPinInfo, Get-CsAdminRole, Import-Csv, Where-Object, Select-Object, Sort-Object,
Measure-Object, Export-Csv, Lock-CsClientPin, Unlock-CsClientPin, Set-CsClientPin. What is not supported is refused, and nothing is done.

Examples:
  pindesk run 'Get-CsUser | Get-CsClientPinInfo | Where-Object {$_.IsLockedOut -eq $True}'
  pindesk run 'Get-CsUser | Get-CsClientPinInfo | Where-Object {$_.PinExpirationTime -lt (Get-Date)} | Lock-CsClientPin' --explain
  pindesk run 'Unlock-CsClientPin -Identity "litwareinc\kenmyer" -WhatIf'
  pindesk run 'Get-CsAdminRole | Where-Object {$_.Cmdlets -contains "Lock-CsClientPin"}' --format json
  pindesk run - --reason 'back from leave' < pipeline.ps1"#;

pub(super) const APPLY_EXAMPLES: &str = r"Examples:
  pindesk unlock --csv tickets.csv --what-if --save-plan tickets.plan.json
  pindesk apply tickets.plan.json --what-if
  pindesk apply tickets.plan.json --confirm
  pindesk apply tickets.plan.json";

pub(super) const UNDO_EXAMPLES: &str = r"Examples:
  pindesk undo --what-if
  pindesk undo 12 --reason 'wrong list'
  pindesk undo 12 --submit";

pub(super) const PLANS_EXAMPLES: &str = r"An operator whose roles permit the changes of a plan can approve or reject it, but not its author. The author can withdraw it.

Examples:
  pindesk unlock --csv tickets.csv --reason 'back from leave' --submit
  pindesk plans --status waiting
  pindesk plans show 3
  pindesk plans approve 3 --comment 'compared with the list of HR'
  pindesk plans apply 3";

pub(super) const SHOW_EXAMPLES: &str = r"Examples:
  pindesk plans show 3
  pindesk plans show 3 --format json";

pub(super) const SUBMIT_EXAMPLES: &str = r"Examples:
  pindesk unlock --csv tickets.csv --what-if --save-plan tickets.plan.json
  pindesk plans submit tickets.plan.json";

pub(super) const APPROVE_EXAMPLES: &str = r"Examples:
  pindesk plans approve 3
  pindesk plans approve 3 --comment 'compared with the list of HR'";

pub(super) const REJECT_EXAMPLES: &str = r"Examples:
  pindesk plans reject 3 --comment 'Ken Myer is still on leave'";

pub(super) const WITHDRAW_EXAMPLES: &str = r"Examples:
  pindesk plans withdraw 3
  pindesk plans withdraw 3 --comment 'wrong list'";

pub(super) const COMMENT_EXAMPLES: &str = r"Examples:
  pindesk plans comment 3 'Who asked for Ken Myer?'
  pindesk plans comment 3 --comment 'HR did, on the phone'";

pub(super) const APPLY_PLAN_EXAMPLES: &str = r"Examples:
  pindesk plans apply 3 --what-if
  pindesk plans apply 3";

pub(super) const APPROVAL_EXAMPLES: &str = r"Protected users always need approval: see pindesk protected.

Examples:
  pindesk approval
  pindesk approval --above 200 --others-locks on
  pindesk approval --above off
  pindesk approval --reason-for lock,unlock --ticket-for unlock --ticket-pattern 'INC-[0-9]+'";

pub(super) const PROTECTED_EXAMPLES: &str = r"Examples:
  pindesk protected
  pindesk protected add 'litwareinc\kenmyer' sip:packerman@litwareinc.com
  pindesk protected remove 'Ken Myer'";

pub(super) const HISTORY_EXAMPLES: &str = r"Examples:
  pindesk history
  pindesk history INC-4711 --format json
  pindesk history --action lock --operator 'litwareinc\bob' --since 2026-11-01 --until 2026-11-30
  pindesk history show 12
  pindesk history export november.csv --since 2026-11-01 --until 2026-11-30
  pindesk history report 12 'batch 12.html'
  pindesk history evidence 12 'batch 12.zip'
  pindesk history verify
  pindesk history heads /mnt/log/pindesk-heads.jsonl
  pindesk history heads /mnt/log/pindesk-heads.jsonl --compare
  pindesk history locked-on '2026-11-22 13:35'";
