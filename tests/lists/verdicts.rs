//! Every row has exactly one item, with a verdict and a reason.

use std::fmt::Write as _;
use std::sync::Arc;

use pindesk::domain::role::Operator;
use pindesk::exchange::{DateOrder, ListOptions};
use pindesk::plan::{Outcome, Plan, Refusal, Verdict};
use pindesk::zone::Zone;

use crate::common::operator;
use crate::{Desk, lock, now, reasons, unlock, verdicts};

/// An operator who may lock and unlock in one unit only.
fn limited(desk: &Desk) -> Operator {
    desk.temp
        .plain()
        .execute_batch(
            "INSERT INTO roles (name) VALUES ('Sales');
             INSERT INTO role_cmdlets (role, cmdlet) VALUES ('Sales', 'Lock-CsClientPin');
             INSERT INTO role_units (role, dn) VALUES ('Sales', 'OU=Sales,DC=litwareinc,DC=com');
             INSERT INTO operator_roles (account_key, account, role) VALUES ('litwareinc\\sue', 'litwareinc\\sue', 'Sales');",
        )
        .unwrap();
    operator(r"litwareinc\sue")
}

#[test]
fn each_verdict_says_why() {
    let mut desk = Desk::with_more();
    desk.temp
        .apply(&desk.plan("asmith@litwareinc.com\r\n"))
        .unwrap();
    let list = "Identity,Action,Until\r\n\
        kenmyer@litwareinc.com,lock,\r\n\
        asmith@litwareinc.com,lock,\r\n\
        oohnepin@litwareinc.com,lock,\r\n\
        litwareinc\\kenmyer,lock,\r\n\
        kenmyre@litwareinc.com,lock,\r\n\
        Maria Garcia,lock,\r\n\
        packerman@litwareinc.com,lock,\r\n\
        sip:packerman@litwareinc.com,unlock,\r\n\
        *,lock,\r\n\
        ,lock,\r\n\
        jmuller@litwareinc.com,delete,\r\n\
        jmuller@litwareinc.com,unlock,2027-01-01\r\n\
        jmuller@litwareinc.com,lock,,x\r\n\
        jmuller@litwareinc.com,lock,soon\r\n\
        jmuller@litwareinc.com,lock,2026-11-22\r\n\
        J?rg M?ller,lock,\r\n";
    let plan = desk.plan(list);
    let expected = [
        ("will change", ""),
        ("no change needed", "Already locked by an administrator."),
        ("skipped", "No PIN is set."),
        ("duplicate", "The same user as on line 2."),
        (
            "not found",
            "Management object not found for identity \"kenmyre@litwareinc.com\". Did you mean Ken Myer (litwareinc\\kenmyer)?",
        ),
        (
            "ambiguous",
            "Several users match identity \"Maria Garcia\": Maria Garcia (litwareinc\\mgarcia), \
             Maria Garcia (litwareinc\\mgarcia2). Name one of them exactly.",
        ),
        (
            "ambiguous",
            "Line 9 wants the opposite for the same user, so neither is done.",
        ),
        (
            "ambiguous",
            "Line 8 wants the opposite for the same user, so neither is done.",
        ),
        (
            "unreadable",
            "A file must name each user exactly, without wildcards (*).",
        ),
        ("unreadable", "The identity is empty."),
        (
            "unreadable",
            "Its Action is \"delete\"; it must be Lock or Unlock.",
        ),
        ("unreadable", "It has an Until, which belongs to Lock only."),
        ("unreadable", "It has 4 fields; the header has 3."),
        ("unreadable", "Until is \"soon\", which is no date."),
        ("unreadable", "The time in Until is in the past."),
        (
            "ambiguous",
            "Letters were lost when this file was written (they are ? now), and nobody is called so. \
             Is it Jörg Müller (litwareinc\\jmuller)?",
        ),
    ];
    assert_eq!(
        reasons(&plan),
        expected.map(|(verdict, reason)| (verdict, reason.to_owned()))
    );
    assert_eq!(plan.tally().verdicts.iter().sum::<usize>(), 16);
    let lines: Vec<u64> = plan
        .items
        .iter()
        .map(|item| item.position.unwrap().line)
        .collect();
    assert_eq!(lines, (2..18).collect::<Vec<_>>());
    for item in &plan.items {
        let byte = usize::try_from(item.position.unwrap().byte).unwrap();
        assert!(list[byte..].starts_with(&item.given), "{item:?}");
    }
    let applied = desk.temp.apply(&plan).unwrap();
    assert_eq!(applied.changed, [desk.temp.id("kenmyer")]);
}

#[test]
fn bytes_that_mean_nothing_are_named_with_their_line_and_byte() {
    let desk = Desk::new();
    let list = "UPN,Reason\r\nkenmyer@litwareinc.com,öööööö\r\npackerman@litwareinc.com,\u{1}x\r\nasmith@litwareinc.com,ä\r\n";
    for (bad, why) in [
        (0xFF, "These bytes are not UTF-8"),
        (0, "A NUL character does not belong into a text"),
    ] {
        let mut bytes = list.as_bytes().to_vec();
        let at = bytes.iter().position(|&byte| byte == 1).unwrap();
        bytes[at] = bad;
        let plan = desk.plan(bytes);
        let expected = ("unreadable", format!("Line 3, byte {at}: {why}."));
        assert_eq!(reasons(&plan)[1], expected);
        assert_eq!(verdicts(&plan)[0], ("will change", "Ken Myer"));
        assert_eq!(
            verdicts(&plan)[2],
            ("will change", "Anna Smith"),
            "the row behind it is read"
        );
        assert_eq!(plan.items[1].given, "packerman@litwareinc.com");
    }
}

#[test]
fn actions_without_permission_are_denied_and_the_others_are_done() {
    let mut desk = Desk::with_more();
    let sue = limited(&desk);
    let list = "Identity,Action\r\nkenmyer@litwareinc.com,lock\r\nlitwareinc\\mgarcia2,lock\r\n";
    let plan = desk.preview_as(&sue, list, &lock()).unwrap().plan;
    let expected = [
        (
            "denied",
            "Your roles do not permit Lock-CsClientPin for this user.",
        ),
        ("will change", ""),
    ];
    assert_eq!(
        reasons(&plan),
        expected.map(|(verdict, reason)| (verdict, reason.to_owned()))
    );
    // The file is not refused because it could also unlock.
    let applied = desk
        .temp
        .store
        .apply(&plan, &sue, now(), &pindesk::progress::Unwatched)
        .unwrap();
    assert_eq!(applied.changed, [desk.temp.id("mgarcia2")]);
    let plan = desk
        .preview_as(&sue, "litwareinc\\mgarcia2\r\n", &unlock())
        .unwrap()
        .plan;
    assert_eq!(
        reasons(&plan)[0].1,
        "Your roles do not permit Unlock-CsClientPin for this user."
    );
}

#[test]
fn wildcards_are_refused_in_every_column() {
    let desk = Desk::new();
    for header in [
        "Identity",
        "DisplayName",
        "SipAddress",
        "UPN",
        "DN",
        "SamAccountName",
        "Mail",
        "Guid",
    ] {
        for cell in [
            "*",
            "Ken*",
            "* Myer",
            "sip:*@litwareinc.com",
            "*@litwareinc.com",
            "litwareinc\\*",
            "CN=*,DC=com",
        ] {
            let options = ListOptions {
                domain: "litwareinc".to_owned(),
                ..unlock()
            };
            let plan = desk.plan_with(format!("{header}\r\n\"{cell}\"\r\n"), &options);
            let verdict = plan.items[0].outcome.verdict();
            let is_right =
                verdict == Verdict::Unreadable || header == "Guid" && verdict == Verdict::NotFound;
            assert!(
                is_right && plan.items.len() == 1,
                "{header} {cell}: {verdict:?}"
            );
        }
    }
}

#[test]
fn opposite_wishes_for_one_user_are_both_left_undone_whatever_names_them() {
    let desk = Desk::new();
    for (rows, expected) in [
        (
            [
                "kenmyer@litwareinc.com,lock",
                "Ken Myer,unlock",
                "packerman@litwareinc.com,lock",
            ],
            [true, true, false],
        ),
        (
            [
                "Ken Myer,unlock",
                "packerman@litwareinc.com,lock",
                "litwareinc\\kenmyer,lock",
            ],
            [true, false, true],
        ),
    ] {
        let plan = desk.plan(format!("Identity,Action\r\n{}\r\n", rows.join("\r\n")));
        let is_contradiction =
            |outcome: &Outcome| matches!(outcome, Outcome::Refused(Refusal::Contradiction { .. }));
        assert_eq!(
            [0, 1, 2].map(|index| is_contradiction(&plan.items[index].outcome)),
            expected,
            "{rows:?}"
        );
        assert_eq!(plan.changes().count(), 1, "{rows:?}");
    }
    // A third row for this user does nothing either.
    let plan = desk.plan(
        "Identity,Action\r\nKen Myer,lock\r\nKen Myer,lock\r\nKen Myer,unlock\r\nKen Myer,lock\r\n",
    );
    assert_eq!(plan.changes().count(), 0, "{:?}", reasons(&plan));
}

#[test]
fn a_row_that_cannot_be_read_takes_nothing_from_the_rows_behind_it() {
    let desk = Desk::new();
    // The end of the lock is in the past, so the row is unreadable and the next one is the first
    // for this user.
    let plan =
        desk.plan("UPN,Until\r\nkenmyer@litwareinc.com,2020-01-01\r\nkenmyer@litwareinc.com,\r\n");
    assert_eq!(
        verdicts(&plan),
        [("unreadable", ""), ("will change", "Ken Myer")]
    );
    let plan =
        desk.plan("UPN,Until\r\nkenmyer@litwareinc.com,\r\nkenmyer@litwareinc.com,2020-01-01\r\n");
    assert_eq!(
        verdicts(&plan),
        [("will change", "Ken Myer"), ("unreadable", "")]
    );
}

#[test]
fn the_order_of_dates_is_proved_or_asked_and_never_guessed() {
    let desk = Desk::new();
    let list = |dates: &[&str]| {
        let mut text = "UPN;Until\r\n".to_owned();
        for (name, date) in ["kenmyer", "packerman", "asmith", "jmuller"]
            .iter()
            .zip(dates)
        {
            write!(text, "{name}@litwareinc.com;{date}\r\n").unwrap();
        }
        text
    };
    let untils = |plan: &Plan| -> Vec<String> {
        let until = |item: &pindesk::plan::PlanItem| item.own.as_ref().and_then(|own| own.until);
        plan.items
            .iter()
            .map(|item| until(item).map_or_else(String::new, |at| at.to_rfc3339()))
            .collect()
    };
    let asked = "The dates of this file can be read as month/day or as day/month, and none of them shows which: the first is \
        03/04/2027 on line 3. Choose the order.";
    assert_eq!(
        desk.refused(list(&["05/05/2027", "03/04/2027"]), &lock()),
        asked
    );
    let mixed = "Line 2 shows that dates are month/day, line 3 that they are day/month.";
    assert_eq!(
        desk.refused(list(&["01/31/2027", "31/01/2027"]), &lock()),
        mixed
    );
    // The last row proves the order for the first one.
    assert_eq!(
        untils(&desk.plan(list(&["03/04/2027", "01/31/2027"])))[0],
        "2027-03-04T00:00:00+00:00"
    );
    assert_eq!(
        untils(&desk.plan(list(&["03/04/2027", "31/01/2027"])))[0],
        "2027-04-03T00:00:00+00:00"
    );
    let chosen = |order| ListOptions {
        date_order: Some(order),
        ..lock()
    };
    for (order, expected) in [
        (DateOrder::MonthDayYear, "2027-03-04"),
        (DateOrder::DayMonthYear, "2027-04-03"),
    ] {
        let found = untils(&desk.plan_with(list(&["03/04/2027"]), &chosen(order)));
        assert_eq!(found, [format!("{expected}T00:00:00+00:00")]);
        // The proved order takes precedence over the chosen one.
        let found = untils(&desk.plan_with(list(&["03/04/2027", "31/01/2027"]), &chosen(order)));
        assert_eq!(found[0], "2027-04-03T00:00:00+00:00");
    }
    // The chosen zone applies to dates without a zone of their own.
    let east = Zone::Fixed(chrono::FixedOffset::east_opt(7200).unwrap());
    let dates = [
        "2027-01-31 12:00",
        "2027-01-31T12:00:00Z",
        "2027-01-31T12:00:00+05:00",
        "",
    ];
    let found = untils(&desk.plan_with(
        list(&dates),
        &ListOptions {
            zone: east,
            ..lock()
        },
    ));
    let expected = [
        "2027-01-31T10:00:00+00:00",
        "2027-01-31T12:00:00+00:00",
        "2027-01-31T07:00:00+00:00",
        "",
    ];
    assert_eq!(found, expected);
    // All dates begin with the year, so the order is known.
    assert_eq!(
        untils(&desk.plan(list(&["2027-03-04", ""]))),
        ["2027-03-04T00:00:00+00:00", ""]
    );
}

#[test]
fn lost_letters_propose_matching_users_and_change_nobody() {
    let mut desk = Desk::with_more();
    for (header, cell) in [
        ("Identity", "J?rg M?ller"),
        ("DisplayName", "j?rg m?ller"),
        ("DN", "\"CN=J?rg M?ller,OU=Finance,DC=litwareinc,DC=com\""),
    ] {
        let mut plan = desk.plan(format!("{header}\r\n{cell}\r\n"));
        assert!(
            matches!(
                plan.items[0].outcome,
                Outcome::Refused(Refusal::Lost { .. })
            ),
            "{header}: {plan:?}"
        );
        assert!(desk.temp.apply(&plan).unwrap().batch.is_none());
        plan.pick(0, desk.temp.user("jmuller"));
        assert_eq!(verdicts(&plan), [("will change", "Jörg Müller")]);
    }
    // A logon name whose domain was chosen for the file.
    let mut people = crate::names("Bärbel Groß", "bgroß");
    (people.sip, people.upn) = (None, None);
    desk.temp.import_users(vec![people]).unwrap();
    let options = ListOptions {
        domain: "litwareinc".to_owned(),
        ..lock()
    };
    let plan = desk.plan_with("user\r\nbgro?\r\n", &options);
    assert!(
        plan.reason(&plan.items[0], Zone::utc())
            .ends_with("Is it Bärbel Groß (litwareinc\\bgroß)?"),
        "{plan:?}"
    );
    // A user with exactly this name takes precedence.
    desk.temp
        .import_users(vec![crate::names("Jorg", "jorg")])
        .unwrap();
    // Imports refuse such a name today; stores of earlier programs may have it.
    desk.temp
        .plain()
        .execute_batch(
            "UPDATE users SET display_name = 'J?rg M?ller', display_key = 'j?rg m?ller'
             WHERE upn_key LIKE 'jorg@%'",
        )
        .unwrap();
    assert_eq!(
        verdicts(&desk.plan("Name\r\nJ?rg M?ller\r\n"))[0].1,
        "J?rg M?ller"
    );
}

#[test]
fn a_pick_gives_a_user_to_an_open_row_and_to_no_other() {
    let desk = Desk::with_more();
    let list = "Identity,Action\r\nMaria Garcia,lock\r\nMaria Garcia,lock\r\nMaria Garcia,unlock\r\nnobody,lock\r\n";
    let maria = || desk.temp.user("mgarcia");
    let mut plan = desk.plan(list);
    plan.pick(1, maria());
    plan.pick(0, maria());
    assert_eq!(
        reasons(&plan)[0],
        ("duplicate", "The same user as on line 3.".to_owned())
    );
    assert_eq!(plan.changes().count(), 1);
    // A pick with the opposite action for an already picked user: neither is done, in any order of
    // the rows.
    plan.pick(2, maria());
    assert_eq!(plan.changes().count(), 0, "{:?}", reasons(&plan));
    // No user can be picked for a row that is decided or unreadable.
    let mut plan = desk.plan("Identity,Action\r\nKen Myer,lock\r\nMaria Garcia,what\r\n,lock\r\n");
    let before = plan.clone();
    for index in 0..4 {
        plan.pick(index, maria());
    }
    assert_eq!(plan, before);
}

#[test]
fn rows_with_one_ambiguous_name_share_their_candidates() {
    let desk = Desk::with_more();
    // Rows of the first block, and rows far behind it.
    let list = format!(
        "Identity\r\n{}",
        "Maria Garcia\r\nJ?rg M?ller\r\n".repeat(9_000)
    );
    let plan = desk.plan(list);
    assert_eq!(plan.items.len(), 18_000);
    let mut shared = Vec::new();
    for item in &plan.items {
        let candidates = match &item.outcome {
            Outcome::Refused(Refusal::Ambiguous { candidates } | Refusal::Lost { candidates }) => {
                candidates
            }
            other => panic!("{other:?}"),
        };
        if !shared.iter().any(|known| Arc::ptr_eq(known, candidates)) {
            shared.push(Arc::clone(candidates));
        }
    }
    let offered: Vec<usize> = shared.iter().map(|candidates| candidates.len()).collect();
    assert_eq!(offered, [2, 1]);
}
