//! Reading the history: filters, exports, and the users who were locked at a moment.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use std::collections::HashMap;

use chrono::Duration;
use common::{TempStore, admin, names, now, operator, request, typed};
use pindesk::domain::Time;
use pindesk::domain::pin::PinState;
use pindesk::domain::role::Operator;
use pindesk::domain::text::{identity_key, search_key};
use pindesk::exchange::csv_injection::as_meant;
use pindesk::exchange::dates::{end_of, moment_of};
use pindesk::exchange::{
    HISTORY_COLUMNS, ReadError, export_history, save_history, write_batch_report,
};
use pindesk::plan::{Action, BatchAction, BatchId, Outcome, Own, SourceFile};
use pindesk::progress::{Progress, Unwatched};
use pindesk::store::{BatchSummary, HistoryEntry, HistoryQuery, StoreError};
use pindesk::zone::Zone;
use proptest::prelude::*;

const KEN: (&str, &str) = ("Ken Myer", "kenmyer");
const JOERG: (&str, &str) = ("Jörg Müller", "jmuller");
const ANNA: (&str, &str) = ("Anna Smith", "asmith");
const USERS: [(&str, &str); 3] = [KEN, JOERG, ANNA];

/// A second administrator of the same store.
fn bob(temp: &TempStore) -> Operator {
    temp.sql().run(
        "INSERT INTO operator_roles (account_key, account, role) VALUES ('bob', 'bob', 'CsHelpDesk')
         ON CONFLICT DO NOTHING",
    );
    operator("bob")
}

fn act(
    temp: &mut TempStore,
    who: &Operator,
    action: Action,
    names: &[&str],
    at: Time,
) -> Option<BatchId> {
    let plan = temp.plan_as(who, action, typed(names));
    temp.store.apply(&plan, who, at, &Unwatched).unwrap().batch
}

fn later(minutes: i64) -> Time {
    now() + Duration::minutes(minutes)
}

fn everything() -> HistoryQuery {
    HistoryQuery::default()
}

fn found(temp: &TempStore, query: &HistoryQuery) -> Vec<i64> {
    temp.store
        .batches(query, 1000, &Unwatched)
        .unwrap()
        .iter()
        .map(|batch| batch.id.0)
        .collect()
}

/// A store in which batch 4 locks Ken, batch 5 unlocks him as bob, and batch 6 locks Anna and Jörg,
/// ten minutes after each other.
fn three_batches() -> TempStore {
    let mut temp = TempStore::with(&USERS);
    let bob = bob(&temp);
    let first = act(&mut temp, &admin(), Action::Lock, &["Ken Myer"], later(10))
        .unwrap()
        .0;
    act(&mut temp, &bob, Action::Unlock, &["Ken Myer"], later(20)).unwrap();
    let last = act(
        &mut temp,
        &admin(),
        Action::Lock,
        &["Anna Smith", "Jörg Müller"],
        later(30),
    )
    .unwrap()
    .0;
    assert_eq!(
        (first, last - first),
        (6, 2),
        "behind the store, the users and three PINs"
    );
    temp
}

#[test]
fn each_filter_narrows_and_together_they_narrow_more() {
    let temp = three_batches();
    let all = found(&temp, &everything());
    assert_eq!(all, [8, 7, 6, 5, 4, 3, 2, 1], "newest first");
    let locks = HistoryQuery {
        action: Some(BatchAction::of_word("lock")),
        ..everything()
    };
    assert_eq!(found(&temp, &locks), [8, 6]);
    assert!(
        found(
            &temp,
            &HistoryQuery {
                action: Some(BatchAction::of_word("LOCK")),
                ..everything()
            }
        )
        .is_empty()
    );
    let by = |account: &str| HistoryQuery {
        operator: Some(account.to_owned()),
        ..everything()
    };
    assert_eq!(
        found(&temp, &by("BOB")),
        [7],
        "an account is compared as identities are"
    );
    assert!(found(&temp, &by("bo")).is_empty(), "and not in part");
    let user = |text: &str| HistoryQuery {
        user: Some(text.to_owned()),
        ..everything()
    };
    assert_eq!(found(&temp, &user("kenmyer"))[..2], [7, 6]);
    assert_eq!(
        found(&temp, &user("MULLER"))[0],
        8,
        "without case and accents"
    );
    assert_eq!(
        found(&temp, &user("jorg mu"))[0],
        8,
        "by a name that the entry does not have"
    );
    assert_eq!(found(&temp, &user("  ")), all, "nothing typed is no filter");
    assert!(
        found(&temp, &user("INC-7")).is_empty(),
        "a ticket is no user"
    );
    let text = |text: &str| HistoryQuery {
        text: text.to_owned(),
        ..everything()
    };
    assert_eq!(found(&temp, &text("inc-7")), [8, 7, 6]);
    assert_eq!(found(&temp, &text(" 6 ")), [6], "the number of a batch");
    let combined = HistoryQuery {
        user: Some("ken".to_owned()),
        text: "lost".to_owned(),
        ..locks.clone()
    };
    assert_eq!(found(&temp, &combined), [6]);
    assert!(
        found(
            &temp,
            &HistoryQuery {
                operator: Some("bob".to_owned()),
                ..combined
            }
        )
        .is_empty()
    );
    assert_eq!(
        temp.store.batches(&locks, 1, &Unwatched).unwrap()[0].id,
        BatchId(8)
    );
    assert!(
        temp.store
            .batches(&locks, 0, &Unwatched)
            .unwrap()
            .is_empty()
    );
}

#[test]
fn the_start_of_a_span_is_in_it_and_its_end_is_not() {
    let temp = three_batches();
    let between = |from, until| {
        found(
            &temp,
            &HistoryQuery {
                from,
                until,
                ..everything()
            },
        )
    };
    assert_eq!(between(Some(later(10)), Some(later(30))), [7, 6]);
    assert_eq!(
        between(Some(later(10) + Duration::nanoseconds(1)), None),
        [8, 7]
    );
    assert_eq!(
        between(Some(later(11)), Some(later(30) + Duration::nanoseconds(1))),
        [8, 7]
    );
    assert_eq!(between(Some(later(31)), None), [0_i64; 0]);
    assert_eq!(between(Some(later(30)), Some(later(10))), [0_i64; 0]);
}

#[test]
fn a_user_is_found_by_the_name_of_today_and_by_the_identity_of_then() {
    let mut temp = TempStore::with(&[KEN]);
    let locked = act(&mut temp, &admin(), Action::Lock, &["Ken Myer"], now()).unwrap();
    let mut renamed = names("Ken Sanchez", "ksanchez");
    renamed.guid = temp.user("kenmyer").names.guid;
    renamed.dn = temp.user("kenmyer").names.dn;
    temp.import_users(vec![renamed]).unwrap();
    let by = |text: &str| {
        found(
            &temp,
            &HistoryQuery {
                user: Some(text.to_owned()),
                ..everything()
            },
        )
    };
    assert!(by("Sanchez").contains(&locked.0), "{:?}", by("Sanchez"));
    assert!(by("kenmyer@").contains(&locked.0));
}

#[test]
fn the_choices_of_the_filters_come_from_the_history() {
    let temp = three_batches();
    temp.sql().run(
        "INSERT INTO batches (id, action, at, operator, machine, reason, ticket, program)
         VALUES (98, 'lock', 1, 'Bob', 'm', '', '', '0'), (99, 'teleport', 2, 'zoe', 'm', '', '', '9')",
    );
    let choices = temp.store.history_choices().unwrap();
    assert_eq!(
        choices.operators.len(),
        3,
        "one account is one choice: {:?}",
        choices.operators
    );
    assert_eq!(
        choices.operators[1..],
        [r"litwareinc\ann".to_owned(), "zoe".to_owned()]
    );
    let actions: Vec<&str> = choices.actions.iter().map(BatchAction::word).collect();
    assert_eq!(
        actions,
        [
            "lock",
            "unlock",
            "import-users",
            "import-pins",
            "create-store",
            "teleport"
        ]
    );
}

/// Whether a batch passes a query, checked independently of the store's search.
fn passes(temp: &TempStore, query: &HistoryQuery, batch: &BatchSummary) -> bool {
    let entries = temp.store.batch_entries(batch.id, 1000).unwrap();
    let has = |text: &str, key: &str| search_key(text).contains(&search_key(key));
    let today = |target: &str| {
        let user = USERS.iter().find(|(_, logon)| target.contains(logon));
        user.map_or_else(String::new, |(name, logon)| {
            format!("{name}\nsip:{logon}@litwareinc.com\nlitwareinc\\{logon}")
        })
    };
    let facts = [
        batch.action.word(),
        &batch.operator,
        &batch.machine,
        &batch.reason,
        &batch.ticket,
    ];
    let text = query.text.trim();
    let is_text = text.is_empty()
        || facts
            .into_iter()
            .chain(batch.source.as_deref())
            .any(|fact| has(fact, text))
        || entries.iter().any(|entry| has(&entry.target, text));
    let is_user = query.user.as_ref().is_none_or(|user| {
        entries
            .iter()
            .any(|entry| has(&entry.target, user) || has(&today(&entry.target), user))
    });
    is_text
        && is_user
        && query
            .operator
            .as_ref()
            .is_none_or(|account| identity_key(account) == identity_key(&batch.operator))
        && query
            .action
            .as_ref()
            .is_none_or(|action| *action == batch.action)
        && query.from.is_none_or(|from| batch.at >= from)
        && query.until.is_none_or(|until| batch.at < until)
}

type Step = (bool, bool, usize, i64);

/// Carries out the steps. Each has the operator, lock or unlock, the users, and the minutes since
/// the step before.
fn play(temp: &mut TempStore, steps: &[Step]) -> Vec<Time> {
    let operators = [admin(), bob(temp)];
    let mut at = now();
    let mut moments = vec![at];
    for (first, locks, chosen, minutes) in steps {
        at += Duration::minutes(*minutes);
        let named: Vec<&str> = (0..3)
            .filter(|index| (chosen + 1) >> index & 1 == 1)
            .map(|index| USERS[index].0)
            .collect();
        let action = if *locks { Action::Lock } else { Action::Unlock };
        let who = &operators[usize::from(*first)];
        let mut plan = temp.plan_as(who, action, typed(&named));
        // Some locks end by themselves.
        for item in plan.items.iter_mut().filter(|_| *locks && minutes % 2 == 1) {
            item.own = Some(Box::new(Own {
                until: Some(at + Duration::minutes(15)),
                ..Own::default()
            }));
        }
        temp.store.apply(&plan, who, at, &Unwatched).unwrap();
        moments.push(at);
    }
    moments
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec((any::<bool>(), any::<bool>(), 0..7_usize, 0..20_i64), 1..10)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn filtering_is_the_same_as_looking_at_each_batch(
        steps in steps(),
        queries in proptest::collection::vec((
            prop_oneof![Just(""), Just("lost"), Just("KEN"), Just("inc-7"), Just("csv"), Just("nothing")],
            proptest::option::of(prop_oneof![Just("bob"), Just("LITWAREINC\\ann"), Just("eve")]),
            proptest::option::of(prop_oneof![Just("muller"), Just("Smith"), Just("ken"), Just("sip:")]),
            proptest::option::of(prop_oneof![Just("lock"), Just("unlock"), Just("import-pins")]),
            proptest::option::of(0..60_i64),
            proptest::option::of(0..120_i64),
        ), 12),
    ) {
        let mut temp = TempStore::with(&USERS);
        play(&mut temp, &steps);
        let all = temp.store.batches(&everything(), 1000, &Unwatched).unwrap();
        for (text, operator, user, action, from, until) in queries {
            let owned = |text: Option<&str>| text.map(str::to_owned);
            let query = HistoryQuery {
                batch: None,
                text: text.to_owned(),
                operator: owned(operator),
                user: owned(user),
                action: action.map(BatchAction::of_word),
                from: from.map(later),
                until: until.map(later),
            };
            let expected: Vec<i64> =
                all.iter().filter(|batch| passes(&temp, &query, batch)).map(|batch| batch.id.0).collect();
            prop_assert_eq!(&found(&temp, &query), &expected, "{:?}", query);
            let mut walked = Vec::new();
            temp.store.each_entry(&query, &Unwatched, |batch, _| {
                walked.push(batch.id.0);
                Ok::<_, StoreError>(())
            }).unwrap();
            walked.dedup();
            walked.reverse();
            prop_assert_eq!(walked, expected, "the entries of the same batches, the oldest first");
        }
    }

    #[test]
    fn users_locked_at_a_moment_equal_the_replayed_batches(steps in steps(), probes in proptest::collection::vec(0..200_i64, 6)) {
        let mut temp = TempStore::with(&USERS);
        let moments = play(&mut temp, &steps);
        let mut batches = temp.store.batches(&everything(), 1000, &Unwatched).unwrap();
        batches.reverse();
        let just_before = moments.iter().map(|at| *at - Duration::milliseconds(1));
        for moment in moments.iter().copied().chain(just_before).chain(probes.into_iter().map(later)) {
            let mut states: HashMap<String, (PinState, BatchId)> = HashMap::new();
            for batch in batches.iter().filter(|batch| batch.at <= moment) {
                for entry in temp.store.batch_entries(batch.id, 1000).unwrap() {
                    if let Some(after) = entry.after {
                        states.insert(entry.target.replace("sip:", "").replace("@litwareinc.com", ""), (after, batch.id));
                    }
                }
            }
            let mut expected: Vec<(String, BatchId)> = states
                .into_iter()
                .filter(|(_, (state, _))| state.is_locked_out(moment))
                .map(|(target, (_, batch))| (target, batch))
                .collect();
            expected.sort_by(|a, b| a.0.cmp(&b.0));
            let was: Vec<(String, BatchId)> = temp.store.locked_at(moment).unwrap()
                .into_iter()
                .map(|was| (was.target.replace("sip:", "").replace("@litwareinc.com", ""), was.batch))
                .collect();
            prop_assert_eq!(was, expected, "at {}", moment);
        }
    }
}

fn rows(csv: &[u8]) -> (Vec<String>, Vec<HashMap<String, String>>) {
    let text = std::str::from_utf8(csv)
        .unwrap()
        .strip_prefix('\u{feff}')
        .expect("the mark for Excel");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers: Vec<String> = reader
        .headers()
        .unwrap()
        .iter()
        .map(str::to_owned)
        .collect();
    let rows = reader.deserialize().map(|row| row.unwrap()).collect();
    (headers, rows)
}

fn exported(temp: &TempStore, query: &HistoryQuery) -> Vec<HashMap<String, String>> {
    let mut csv = Vec::new();
    let written = export_history(&temp.store, query, &mut csv, &Unwatched).unwrap();
    let (headers, rows) = rows(&csv);
    assert_eq!(headers, HISTORY_COLUMNS);
    assert_eq!(rows.len() as u64, written);
    rows
}

/// Applies a list from a file with a row whose own reason is a formula.
fn list_with_formulas(temp: &mut TempStore) -> BatchId {
    let mut request = request(Action::Lock, typed(&["Ken Myer", "Anna Smith"]));
    "=cmd|'/c calc'!A1".clone_into(&mut request.reason);
    "<b>\"7\" & 'more'</b>".clone_into(&mut request.ticket);
    let mut plan = temp
        .store
        .plan(&request, &admin(), now(), &Unwatched)
        .unwrap()
        .plan;
    plan.source = Some(SourceFile {
        name: "+list <1>.csv".to_owned(),
        sha256: "ab".repeat(32),
    });
    let own = Own {
        reason: Some("<script>alert(1)</script>".to_owned()),
        ticket: None,
        ..Own::default()
    };
    plan.items[1].own = Some(Box::new(own));
    assert!(matches!(plan.items[1].outcome, Outcome::Change { .. }));
    temp.store
        .apply(&plan, &admin(), later(5), &Unwatched)
        .unwrap()
        .batch
        .unwrap()
}

#[test]
fn the_export_has_each_entry_once_with_what_its_batch_says() {
    let mut temp = TempStore::with(&USERS);
    let listed = list_with_formulas(&mut temp);
    let bob = bob(&temp);
    act(&mut temp, &bob, Action::Unlock, &["Ken Myer"], later(20));
    let undo = temp.store.plan_undo(listed, None, &admin(), now()).unwrap();
    let undo = temp
        .store
        .apply(&undo, &admin(), later(40), &Unwatched)
        .unwrap()
        .batch
        .unwrap();
    let rows = exported(&temp, &everything());
    let mut batches = temp.store.batches(&everything(), 1000, &Unwatched).unwrap();
    batches.reverse();
    let mut expected: Vec<(BatchSummary, Option<HistoryEntry>)> = Vec::new();
    for batch in batches {
        let entries = temp.store.batch_entries(batch.id, 1000).unwrap();
        if entries.is_empty() {
            expected.push((batch.clone(), None));
        }
        expected.extend(
            entries
                .into_iter()
                .map(|entry| (batch.clone(), Some(entry))),
        );
    }
    assert_eq!(rows.len(), expected.len());
    for (row, (batch, entry)) in rows.iter().zip(&expected) {
        let cell = |name: &str| as_meant(&row[name]).to_owned();
        assert_eq!(cell("Batch"), batch.id.0.to_string());
        assert_eq!(cell("Time").parse::<Time>().unwrap(), batch.at);
        assert!(cell("Time").ends_with('Z'), "UTC");
        assert_eq!(
            (cell("Operator"), cell("Machine")),
            (batch.operator.clone(), batch.machine.clone())
        );
        assert_eq!(cell("Action"), batch.action.word());
        assert_eq!(cell("Source"), batch.source.clone().unwrap_or_default());
        assert_eq!(
            cell("SourceSha256"),
            batch.source_sha256.clone().unwrap_or_default()
        );
        assert_eq!(
            cell("Undoes"),
            batch
                .undoes
                .map(|batch| batch.0.to_string())
                .unwrap_or_default()
        );
        let Some(entry) = entry else {
            assert_eq!(
                (cell("Entry"), cell("Kind"), cell("User")),
                Default::default()
            );
            continue;
        };
        let state = |state: &Option<PinState>| {
            state.as_ref().map_or_else(String::new, |state| {
                state.status(entry.at).describe().to_owned()
            })
        };
        assert_eq!(
            (cell("Entry"), cell("User")),
            (entry.seq.to_string(), entry.target.clone())
        );
        assert_eq!(
            (cell("Before"), cell("After")),
            (state(&entry.before), state(&entry.after))
        );
        assert_eq!(
            (cell("Reason"), cell("Ticket")),
            (entry.reason.clone(), entry.ticket.clone())
        );
    }
    let of = |batch: BatchId| {
        rows.iter()
            .filter(move |row| row["Batch"] == batch.0.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(of(listed)[0]["Kind"], "changed");
    assert_eq!(of(listed)[0]["Reason"], "'=cmd|'/c calc'!A1", "no formula");
    assert_eq!(of(listed)[0]["Source"], "'+list <1>.csv");
    assert_eq!(
        of(listed)[1]["Reason"],
        "<script>alert(1)</script>",
        "the reason of the row itself"
    );
    assert_eq!(of(undo).len(), 1, "Ken has changed since");
    assert_eq!(of(undo)[0]["Undoes"], listed.0.to_string());
    let only = exported(
        &temp,
        &HistoryQuery {
            operator: Some("bob".to_owned()),
            ..everything()
        },
    );
    assert_eq!(
        only.iter()
            .map(|row| row["After"].as_str())
            .collect::<Vec<_>>(),
        ["unlocked"]
    );
}

#[test]
fn refusals_and_drift_have_their_words_in_the_export() {
    let mut temp = TempStore::with(&USERS);
    let plan = temp.plan(Action::Lock, typed(&["Ken Myer", "Anna Smith"]));
    act(&mut temp, &admin(), Action::Lock, &["Ken Myer"], now());
    temp.apply(&plan).unwrap();
    let eve = operator("eve");
    let plan = temp.plan(Action::Unlock, typed(&["Ken Myer"]));
    assert!(temp.store.apply(&plan, &eve, now(), &Unwatched).is_err());
    let kinds: Vec<String> = exported(
        &temp,
        &HistoryQuery {
            from: Some(now()),
            user: Some("sip:".to_owned()),
            ..everything()
        },
    )
    .into_iter()
    .filter(|row| row["Action"] != "import-pins")
    .map(|row| {
        format!(
            "{} {}",
            row["User"].replace("@litwareinc.com", ""),
            row["Kind"]
        )
    })
    .collect();
    assert_eq!(
        kinds,
        [
            "sip:kenmyer changed",
            "sip:kenmyer drifted",
            "sip:asmith changed",
            "sip:kenmyer denied"
        ]
    );
}

/// Cancels at the first opportunity.
struct Impatient;

impl Progress for Impatient {
    fn advance(&self, _done: u64, total: u64) {
        assert!(total > 0);
    }

    fn is_cancelled(&self) -> bool {
        true
    }
}

#[test]
fn a_cancelled_export_leaves_the_file_that_was_there() {
    let many: Vec<(String, String)> = (0..1200)
        .map(|n| (format!("User {n}"), format!("user{n}")))
        .collect();
    let many: Vec<(&str, &str)> = many
        .iter()
        .map(|(name, logon)| (name.as_str(), logon.as_str()))
        .collect();
    let mut temp = TempStore::new();
    temp.import_users(
        many.iter()
            .map(|(name, logon)| names(name, logon))
            .collect(),
    )
    .unwrap();
    let facts: Vec<_> = many
        .iter()
        .map(|(_, logon)| (*logon, common::pin_set()))
        .collect();
    let plan = temp.plan_pins(&facts);
    temp.store
        .import(&plan, &admin(), now(), &Unwatched)
        .unwrap();
    let file = temp.folder.path().join("history.csv");
    std::fs::write(&file, "older").unwrap();
    let stopped = save_history(&temp.store, &everything(), &file, &Impatient);
    assert_eq!(stopped, Err(ReadError::Store(StoreError::Cancelled)));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "older");
    assert_eq!(
        std::fs::read_dir(temp.folder.path())
            .unwrap()
            .filter(|entry| {
                entry
                    .as_ref()
                    .unwrap()
                    .path()
                    .to_string_lossy()
                    .contains("part")
            })
            .count(),
        0
    );
    let by_nobody = HistoryQuery {
        user: Some("nobody".to_owned()),
        ..everything()
    };
    assert_eq!(
        temp.store.batches(&by_nobody, 9, &Impatient),
        Err(StoreError::Cancelled)
    );
    assert_eq!(
        save_history(&temp.store, &everything(), &file, &Unwatched),
        Ok(1202)
    );
}

#[test]
fn a_report_says_all_of_its_batch_and_runs_nothing() {
    let mut temp = TempStore::with(&USERS);
    let batch = list_with_formulas(&mut temp);
    let undo = temp
        .store
        .plan_undo(batch, Some(temp.id("kenmyer")), &admin(), now())
        .unwrap();
    let undo = temp
        .store
        .apply(&undo, &admin(), later(9), &Unwatched)
        .unwrap()
        .batch
        .unwrap();
    let page = |batch| {
        let mut page = Vec::new();
        write_batch_report(&temp.store, batch, &mut page, later(60), &Unwatched).unwrap();
        String::from_utf8(page).unwrap()
    };
    let text = page(batch);
    for part in [
        &format!("Batch {}: Lock, 2 changed", batch.0),
        "2026-11-22 12:05:00 UTC",
        r"litwareinc\ann",
        "WS-01",
        "=cmd|&#39;/c calc&#39;!A1",
        "&lt;b&gt;&quot;7&quot; &amp; &#39;more&#39;&lt;/b&gt;",
        "+list &lt;1&gt;.csv",
        &"ab".repeat(32),
        &format!("batch {}, for 1 of 2", undo.0),
        "sip:kenmyer@litwareinc.com</td><td>unlocked → locked by administrator</td><td>Locked.</td>",
        "Reason: &lt;script&gt;alert(1)&lt;/script&gt;.",
        "2026-11-22 13:00:00 UTC",
        "default-src 'none'",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(!text.contains("<script") && !text.contains("<b>"), "{text}");
    assert!(page(undo).contains(&format!("<dt>Undoes</dt><dd>batch {}</dd>", batch.0)));
    assert!(
        page(BatchId(1)).contains("Batch 1: Store made"),
        "a batch that touched nobody"
    );
    let missing = write_batch_report(&temp.store, BatchId(99), &mut Vec::new(), now(), &Unwatched);
    assert_eq!(
        missing.unwrap_err().to_string(),
        "There is no batch 99 in this store."
    );
}

#[test]
fn a_date_alone_begins_at_its_midnight_and_ends_with_its_day() {
    let zone = Zone::Fixed(chrono::FixedOffset::east_opt(3600).unwrap());
    let time = |text: &str| Some(text.parse::<Time>().unwrap());
    assert_eq!(moment_of("2026-11-22", zone), time("2026-11-21T23:00:00Z"));
    assert_eq!(end_of("2026-11-22", zone), time("2026-11-22T23:00:00Z"));
    assert_eq!(end_of(" 22-Nov-2026 ", zone), time("2026-11-22T23:00:00Z"));
    for read in [moment_of, end_of] {
        assert_eq!(read("2026-11-22 13:35", zone), time("2026-11-22T12:35:00Z"));
        assert_eq!(
            read("22-Nov-2026 13:35", zone),
            time("2026-11-22T12:35:00Z")
        );
        assert_eq!(
            read("2026-11-22T13:35:00Z", zone),
            time("2026-11-22T13:35:00Z")
        );
        for wrong in [
            "",
            "9/12/2026",
            "25/12/2026",
            "2026-13-01",
            "yesterday",
            "12:00",
        ] {
            assert_eq!(read(wrong, zone), None, "{wrong}");
        }
    }
}

#[test]
fn more_batches_than_a_page_are_listed_counted_and_handed_over_in_their_order() {
    let temp = TempStore::new();
    temp.sql().run(
        "WITH RECURSIVE ids (id) AS (SELECT 2 UNION ALL SELECT id + 1 FROM ids WHERE id < 12000)
         INSERT INTO batches (id, action, at, operator, machine, reason, ticket, program)
         SELECT id, 'lock', id, 'ann', 'WS-01', 'reason ' || id, '', '1' FROM ids;
         INSERT INTO history (seq, batch_id, kind, target, prev_hash, hash)
         SELECT 2 * id, id, 'batch', 'lock', zeroblob(32), zeroblob(32) FROM batches WHERE id > 1;
         INSERT INTO history (seq, batch_id, kind, target, prev_hash, hash)
         SELECT 2 * id + 1, id, 'pin', 'sip:user' || id, zeroblob(32), zeroblob(32) FROM batches
         WHERE id > 1 AND id % 2 = 0;",
    );
    let listed = temp
        .store
        .batches(&everything(), usize::MAX, &Unwatched)
        .unwrap();
    let ids: Vec<i64> = listed.iter().map(|batch| batch.id.0).collect();
    assert_eq!(ids, (1..=12_000).rev().collect::<Vec<_>>());
    for batch in &listed {
        assert_eq!(batch.changed, u64::from(batch.id.0 % 2 == 0), "{batch:?}");
    }
    let limited = temp.store.batches(&everything(), 7, &Unwatched).unwrap();
    assert_eq!(limited, listed[..7]);
    for (text, expected) in [("reason 1500", 1500), ("user11998", 11_998), ("user2", 2)] {
        let query = HistoryQuery {
            text: text.to_owned(),
            ..everything()
        };
        assert_eq!(found_last(&temp, &query), Some(expected), "{text}");
    }
    let mut handed_over = Vec::new();
    let calls = temp
        .store
        .each_entry::<StoreError>(&everything(), &Unwatched, |batch, entry| {
            handed_over.push((batch.id.0, entry.map(|entry| entry.seq)));
            Ok(())
        })
        .unwrap();
    let expected: Vec<_> = (1..=12_000)
        .map(|id| (id, (id % 2 == 0).then_some(2 * id + 1)))
        .collect();
    assert_eq!((calls, handed_over), (12_000, expected));
}

/// The ID of the oldest batch that is found.
fn found_last(temp: &TempStore, query: &HistoryQuery) -> Option<i64> {
    let found = temp.store.batches(query, usize::MAX, &Unwatched).unwrap();
    found.last().map(|batch| batch.id.0)
}
