//! The directory in memory finds, filters, counts and sorts like a plain loop over the store's
//! records.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::sync::Arc;

use chrono::Duration;
use common::{TempStore, admin, names, now, pin_set, typed};
use pindesk::directory::{
    Among, AnswerCache, Chosen, Directory, NameForm, Query, Reading, Sort, SortColumn, View,
};
use pindesk::domain::Time;
use pindesk::domain::dn::DistinguishedName;
use pindesk::domain::filter::Filter;
use pindesk::domain::identity::{Identity, IdentityError};
use pindesk::domain::pin::{Expiry, LockCause};
use pindesk::domain::pin_digits::Pin;
use pindesk::domain::text::{identity_key, search_key, sort_key};
use pindesk::domain::user::{Account, UserId, UserNames, UserRecord};
use pindesk::exchange::{ImportOptions, Input, preview_input, sample};
use pindesk::plan::import::PinFacts;
use pindesk::plan::{Action, Resolved, Target};
use pindesk::progress::{Progress, Unwatched};
use pindesk::store::{FirstBy, Store, StoreError};
use pindesk::zone::Zone;
use proptest::prelude::*;
use strum::VariantArray as _;

/// A store with the sample directory. Its times are read as UTC.
fn sample_store() -> TempStore {
    let mut temp = TempStore::new();
    for bytes in [sample::USERS, sample::PINS] {
        let options = ImportOptions {
            zone: Zone::utc(),
            ..ImportOptions::default()
        };
        let preview = preview_input(
            &temp.store,
            &Input::bytes("sample", bytes),
            &options,
            now(),
            &Unwatched,
        );
        temp.store
            .import(&preview.unwrap().plan, &admin(), now(), &Unwatched)
            .unwrap();
    }
    temp
}

/// The sample directory with more cases: locks of every cause, ended and lasting, and users without
/// some names.
fn varied_store() -> TempStore {
    let temp = sample_store();
    let at = |minutes: i64| (now() + Duration::minutes(minutes)).timestamp_millis();
    let lock = |every: i64, cause: &str, since: &str, until: &str| {
        format!(
            "UPDATE pins SET lock_cause = '{cause}', lock_since = {since}, lock_until = {until}, lock_by = 'ann'
             WHERE user_id % 11 = {every} AND is_set = 1;"
        )
    };
    let changes = [
        lock(
            1,
            "administrator",
            &format!("{} - user_id * 1000", at(-60)),
            "NULL",
        ),
        lock(
            2,
            "administrator",
            &at(-600).to_string(),
            &at(-1).to_string(),
        ),
        lock(3, "system", &at(-90).to_string(), "NULL"),
        lock(4, "temporary", &at(-30).to_string(), &at(30).to_string()),
        lock(5, "temporary", &at(-61).to_string(), "NULL"),
        lock(6, "unknown", "NULL", "NULL"),
        lock(7, "temporary", &at(-59).to_string(), "NULL"),
        // A PIN that is not set can still have a time of change and an expiry, and can be locked.
        format!(
            "UPDATE pins SET last_change = {}, expires = {} WHERE is_set = 0 AND user_id % 2 = 0;",
            at(-9),
            at(9)
        ),
        "UPDATE pins SET lock_cause = 'system' WHERE is_set = 0 AND user_id % 3 = 0;".to_owned(),
        format!(
            "UPDATE pins SET expires = {} WHERE user_id % 17 = 0 AND is_set = 1;",
            at(0)
        ),
        // Out of use, at this moment, or soon; also beside ended and lasting locks.
        format!(
            "UPDATE pins SET inactivity_days = 1 + user_id % 3, last_use = {} - (user_id % 5) * 86400000 + user_id % 2
             WHERE user_id % 19 < 4;",
            now().timestamp_millis()
        ),
        "UPDATE users SET sip = NULL, sip_key = NULL WHERE id % 13 = 0;".to_owned(),
        "UPDATE users SET domain = NULL, logon = NULL, account_key = NULL WHERE id % 7 = 0;"
            .to_owned(),
    ];
    temp.plain().execute_batch(&changes.concat()).unwrap();
    temp
}

/// The sample directory with reasons, tickets, policies, failed logons and units that only the store knows.
fn store_with_facts() -> TempStore {
    let mut temp = varied_store();
    let changes = [
        "UPDATE pins SET lock_reason = CASE user_id % 4 WHEN 0 THEN 'left the company' WHEN 1 THEN 'Éva asked'
           WHEN 2 THEN 'eva called' ELSE '' END, lock_ticket = CASE user_id % 5 WHEN 0 THEN '' ELSE 'INC-' || (user_id % 9) END
         WHERE lock_cause = 'administrator';",
        "INSERT INTO pin_policies (key, name, min_length, history_count, lifetime_days, allow_common_patterns)
         VALUES ('executives', 'Executives', 6, 0, 0, 0), ('site:redmond', 'site:Redmond', 5, 0, 0, 0);
         UPDATE users SET pin_policy = 'executives' WHERE id % 10 = 3;
         UPDATE users SET site = 'Redmond' WHERE id % 10 = 4;",
        "UPDATE pins SET global_failures = user_id % 6, local_failures = 0;",
        r#"UPDATE users SET dn = 'CN=Doe\, Jane,OU=Éireann,DC=litwareinc,DC=com' WHERE id = 5;
         UPDATE users SET dn = 'CN="Roe, Jim",OU=Sales,DC=litwareinc,DC=com' WHERE id = 6;
         UPDATE users SET dn = 'CN=Nobody' WHERE id = 8;"#,
    ];
    temp.plain().execute_batch(&changes.concat()).unwrap();
    let called = typed(&["Carla Eklund", "Carla Okafor", "Alice Gerber"]);
    for action in [Action::Unlock, Action::SetPin] {
        let plan = temp.plan(action, called.clone());
        temp.apply(&plan).unwrap();
    }
    let wrong = Pin::parse("99999").unwrap();
    for (minute, names) in [
        ["Carla Eklund", "Carla Okafor"],
        ["Alice Gerber", "Carla Eklund"],
    ]
    .iter()
    .enumerate()
    {
        for name in names {
            let at = now() + Duration::minutes(minute as i64 + 1);
            let tried = temp
                .store
                .authenticate(id_of(&temp, name), &wrong, &admin(), at);
            assert!(tried.is_ok(), "{name}: {tried:?}");
        }
    }
    assert_eq!(temp.store.users_with_logons().unwrap().len(), 3);
    temp
}

fn id_of(temp: &TempStore, name: &str) -> UserId {
    let found = temp.store.find(&Identity::parse(name).unwrap()).unwrap();
    assert_eq!(found.len(), 1, "{name}");
    found[0].id
}

fn load(temp: &TempStore) -> Directory {
    Directory::load(&temp.store, &Unwatched).unwrap()
}

fn records(temp: &TempStore) -> Vec<UserRecord> {
    let mut records = Vec::new();
    let all = |user| {
        records.push(user);
        true
    };
    temp.store.for_each_user(all).unwrap();
    records
}

fn answer_at(directory: &Directory, query: &Query, at: Time) -> View {
    View::answer(directory, query, at, &|| false).unwrap()
}

fn answer(directory: &Directory, query: &Query) -> View {
    answer_at(directory, query, now())
}

fn search(directory: &Directory, text: &str) -> View {
    answer(
        directory,
        &Query {
            text: text.to_owned(),
            ..Query::default()
        },
    )
}

fn ids(view: &View) -> Vec<UserId> {
    (0..view.len())
        .map(|row| view.id_at(row).unwrap())
        .collect()
}

fn display_names(view: &View) -> Vec<String> {
    view.positions
        .iter()
        .map(|&position| {
            view.directory
                .names()
                .get(position, NameForm::DisplayName)
                .into_owned()
        })
        .collect()
}

/// Queries with each filter, column and direction, and with some texts.
fn queries() -> Vec<Query> {
    let mut filters = Filter::CHIPS.to_vec();
    filters.extend([
        Filter::PinSet,
        Filter::NeverExpires,
        Filter::ExpiresWithinDays(0),
        Filter::ExpiresWithinDays(400),
    ]);
    let mut queries: Vec<Query> = filters
        .iter()
        .map(|&filter| Query {
            filter,
            ..Query::default()
        })
        .collect();
    for &column in SortColumn::VARIANTS {
        queries.extend([false, true].map(|descending| Query {
            sort: Sort { column, descending },
            ..Query::default()
        }));
    }
    for text in ["smith", "* Smith", "e", "zzz", "sip:*", "ou=finance"] {
        let sort = Sort {
            column: SortColumn::Expires,
            descending: true,
        };
        queries.push(Query {
            text: text.to_owned(),
            filter: Filter::Locked,
            sort,
            ..Query::default()
        });
        queries.push(Query {
            text: text.to_owned(),
            ..Query::default()
        });
    }
    queries
}

// Searching

#[test]
fn particular_users_are_listed_searched_and_counted_alone() {
    let mut temp = TempStore::new();
    let logons = ["anna", "bob", "carla", "dora"];
    temp.import_users(logons.map(|logon| names(logon, logon)).to_vec())
        .unwrap();
    let directory = Directory::load(&temp.store, &Unwatched).unwrap();
    let [anna, bob, carla, _dora] = logons.map(|logon| temp.id(logon));
    let gone = UserId(9_999);
    let query = |text: &str| Query {
        text: text.to_owned(),
        among: Some(Among::new("three", vec![anna, bob, carla, gone])),
        ..Query::default()
    };
    let listed = |query: &Query| {
        let view = answer(&directory, query);
        let ids: Vec<UserId> = (0..view.len()).filter_map(|row| view.id_at(row)).collect();
        (ids, view.counts[0])
    };
    assert_eq!(listed(&query("")), (vec![anna, bob, carla], 3));
    assert_eq!(listed(&query("carl")), (vec![carla], 1));
    assert_eq!(listed(&query("dora")), (vec![], 0));
    assert_eq!(listed(&Query::default()).1, 4);
}

#[test]
fn a_text_is_found_anywhere_in_each_of_the_five_names() {
    let directory = load(&sample_store());
    for (text, expected) in [
        ("muller", &["Jörg Müller"][..]),
        ("MÜLLER", &["Jörg Müller"]),
        ("mu\u{308}ller", &["Jörg Müller"]),
        ("örg mü", &["Jörg Müller"]),
        ("  müller  ", &["Jörg Müller"]),
        ("lukasz zak", &["Łukasz Żak"]),
        ("strauss", &["Günther Strauß"]),
        ("odegard", &["Søren Ødegård"]),
        ("o'connor", &["Sinéad O’Connor"]),
        ("renée fauré", &["Rene\u{301}e Faure\u{301}"]),
        ("ΠΑΠΑΔΌΠΟΥΛΟΣ", &["Γιώργος Παπαδόπουλος"]),
        ("ПЕТРОВ", &["Иван Петров"]),
        ("美咲", &["田中 美咲"]),
        ("الأحمد", &["محمد الأحمد"]),
        ("\"bob\"", &["Robert \"Bob\" Kelly"]),
        ("chris.gray@", &["Christine Gray", "Christopher Gray"]),
        ("sip:chris.gray", &["Christopher Gray"]),
        ("SIP:CHRISTINE.GRAY@LITWAREINC.COM", &["Christine Gray"]),
        ("christopher.gray@litwareinc.com", &["Christopher Gray"]),
        (r"litwareinc\kenmyer", &["Ken Myer"]),
        (r"EMEA\asm", &["Adam Smith"]),
        (r"\packer", &["Pilar Ackerman"]),
        ("CN=Ken Myer,OU=Finance,DC=litwareinc,DC=com", &["Ken Myer"]),
        ("cn = jörg muller , ou = munchen", &["Jörg Müller"]),
        (
            "CN = Łukasz Żak, OU = Kraków, DC = litwareinc, DC = com",
            &["Łukasz Żak"],
        ),
        (r"cn=Harp\2C Walter\2C Jr.", &["Harp, Walter, Jr."]),
        (r"CN=Myer\, Robert", &["Myer, Robert"]),
        ("no such name", &[]),
        ("?", &[]),
        ("ken?myer", &[]),
        ("ken_myer", &[]),
        ("100%", &["QA_Lab 100% Phone"]),
        ("Fuji (10)", &["Conference Room Fuji (10)"]),
    ] {
        assert_eq!(display_names(&search(&directory, text)), expected, "{text}");
    }
    for text in ["", "  ", "litwareinc.com", "DC=LITWAREINC"] {
        assert_eq!(search(&directory, text).len(), 250, "{text:?}");
    }
}

#[test]
fn typed_text_is_searched_from_the_first_character_on() {
    let directory = load(&sample_store());
    let typed = "Jörg Müller";
    let mut before = 250;
    for end in typed.char_indices().map(|(at, c)| at + c.len_utf8()) {
        let found = search(&directory, &typed[..end]);
        assert!(
            display_names(&found).iter().any(|name| name == typed) && found.len() <= before,
            "{}",
            &typed[..end]
        );
        before = found.len();
    }
    for text in [
        "s",
        "si",
        "sip",
        "sip:",
        "sip:k",
        "sip:kenmyer",
        "sip:kenmyer@",
        "c",
        "cn",
        "cn=",
        "cn=k",
        r"litwareinc\",
        r"\",
    ] {
        assert!(
            display_names(&search(&directory, text))
                .iter()
                .any(|name| name == "Ken Myer"),
            "{text}"
        );
    }
}

#[test]
fn an_asterisk_makes_it_an_exact_pattern_of_display_names() {
    let directory = load(&sample_store());
    let smiths = [
        "Adam Smith",
        "Anna Smith",
        "Ben Smith",
        "Denise Smith",
        "Jeff Smith",
        "Samantha Smith",
        "Thomas Smith",
        "Zoë Smith",
    ];
    for (text, expected) in [
        ("* Smith", &smiths[..]),
        (" * SMITH ", &smiths),
        ("Pilar*", &["Pilar Ackerman"]),
        ("*örg*ller", &["Jörg Müller"]),
        ("*, Walter, *", &["Harp, Walter, Jr."]),
        ("* Muller", &[]),
        ("*smith.", &[]),
        ("*100%*", &["QA_Lab 100% Phone"]),
        ("*kenmyer@*x", &[]),
    ] {
        assert_eq!(display_names(&search(&directory, text)), expected, "{text}");
    }
    assert_eq!(search(&directory, "*").len(), 250);
    assert_eq!(search(&directory, "**").len(), 250);
    assert_eq!(
        Reading::of("* Smith").describe(),
        "Read as display name with wildcard"
    );
}

#[test]
fn an_asterisk_in_any_other_form_finds_nobody_and_says_why() {
    let directory = load(&sample_store());
    for text in [
        "sip:*",
        "sip:ken*@litwareinc.com",
        "*@litwareinc.com",
        r"litwareinc\*",
        "CN=*,OU=Finance,DC=litwareinc,DC=com",
    ] {
        let view = search(&directory, text);
        assert_eq!(
            (view.len(), view.counts),
            (0, [0; Filter::CHIPS.len()]),
            "{text}"
        );
        assert_eq!(
            Reading::of(text),
            Reading::Refused(IdentityError::Wildcard),
            "{text}"
        );
        assert_eq!(
            Reading::of(text).describe(),
            "Wildcards (*) work only with display names."
        );
    }
}

#[test]
fn the_search_box_says_how_it_reads_a_text() {
    for (text, said) in [
        ("", ""),
        (" ", ""),
        ("ken", "Looked for in all five names"),
        ("sip:", "Read as SIP address"),
        ("sip:kenmyer@litwareinc.com", "Read as SIP address"),
        ("kenmyer@litwareinc.com", "Read as UPN or SIP address"),
        (r"litwareinc\", "Read as domain and logon name"),
        (r"litwareinc\kenmyer", "Read as domain and logon name"),
        ("CN=Ken Myer,OU=Finance", "Read as distinguished name"),
        ("CN=Ken Myer,OU", "Read as distinguished name"),
    ] {
        assert_eq!(Reading::of(text).describe(), said, "{text:?}");
    }
}

#[test]
fn a_text_of_which_nothing_is_left_to_look_for_is_found_everywhere() {
    let directory = load(&TempStore::with(&[
        ("Ken Myer", "kenmyer"),
        ("Jörg Müller", "jmueller"),
    ]));
    for text in ["\u{301}", "\u{200B}", "\u{AD}\u{308}"] {
        assert_eq!(search(&directory, text).len(), 2, "{text:?}");
        assert_eq!(search(&Directory::empty(), text).len(), 0, "{text:?}");
    }
}

#[test]
fn nobody_is_found_in_an_empty_directory() {
    let temp = TempStore::new();
    for directory in [Directory::empty(), load(&temp)] {
        assert!(directory.is_empty());
        for query in queries() {
            let view = answer(&directory, &query);
            assert!(
                view.is_empty()
                    && view.counts == [0; Filter::CHIPS.len()]
                    && view.id_at(0).is_none(),
                "{query:?}"
            );
            assert_eq!(view.row_of(UserId(1)), None);
        }
    }
}

#[test]
fn an_answer_that_nobody_waits_for_is_given_up() {
    let directory = load(&TempStore::with(&[("Ken Myer", "kenmyer")]));
    assert!(View::answer(&directory, &Query::default(), now(), &|| true).is_none());
}

// Filters and counts

#[test]
fn the_chips_count_what_the_sample_directory_is_known_to_hold() {
    let view = search(&load(&sample_store()), "");
    let count = |chip: Filter| {
        view.counts[Filter::CHIPS
            .iter()
            .position(|&other| other == chip)
            .unwrap()]
    };
    for (chip, expected) in [
        (Filter::All, 250),
        (Filter::Locked, 20),
        (Filter::LockedBy(LockCause::Administrator), 0),
        (Filter::LockedBy(LockCause::System), 0),
        (Filter::LockedBy(LockCause::Temporary), 0),
        (Filter::LockedBy(LockCause::Unknown), 20),
        (Filter::Unlocked, 230),
        (Filter::NoPin, 20),
        (Filter::Expired, 15),
        (Filter::ExpiresWithinDays(14), 12),
    ] {
        assert_eq!(count(chip), expected, "{chip:?}");
    }
}

#[test]
fn filters_and_counts_are_those_of_the_stores_records() {
    for temp in [sample_store(), varied_store()] {
        let (directory, users) = (load(&temp), records(&temp));
        for at in [
            now(),
            now() + Duration::minutes(30),
            now() + Duration::days(30),
            now() - Duration::days(700),
        ] {
            for query in queries() {
                let found: HashSet<UserId> =
                    ids(&search(&directory, &query.text)).into_iter().collect();
                let passing = |filter: Filter| {
                    let passes = |user: &&UserRecord| {
                        found.contains(&user.id) && filter.matches(&user.pin.status(at), at)
                    };
                    users
                        .iter()
                        .filter(passes)
                        .map(|user| user.id)
                        .collect::<HashSet<_>>()
                };
                let view = answer_at(&directory, &query, at);
                assert_eq!(
                    ids(&view).into_iter().collect::<HashSet<_>>(),
                    passing(query.filter),
                    "{query:?} {at}"
                );
                assert_eq!(
                    view.counts,
                    Filter::CHIPS.map(|chip| {
                        // A chip is counted beside a filter of the other kind.
                        let is_other = chip.is_about_locks() != query.filter.is_about_locks();
                        // The chips have no other number of days, so it is not counted beside them.
                        let is_chip =
                            !matches!(query.filter, Filter::ExpiresWithinDays(days) if days != 14);
                        let beside = if is_other && is_chip && chip != Filter::All {
                            passing(query.filter)
                        } else {
                            passing(Filter::All)
                        };
                        passing(chip).intersection(&beside).count()
                    }),
                    "{query:?} {at}"
                );
            }
        }
    }
}

#[test]
fn a_view_knows_its_members_and_their_rows() {
    let temp = varied_store();
    let directory = load(&temp);
    for query in queries() {
        let view = answer(&directory, &query);
        let in_order = ids(&view);
        assert_eq!(
            in_order.iter().collect::<HashSet<_>>().len(),
            view.len(),
            "nobody twice"
        );
        for user in records(&temp) {
            let row = in_order.iter().position(|&id| id == user.id);
            assert_eq!(view.row_of(user.id), row, "{query:?}");
        }
        for nobody in [UserId(0), UserId(-1), UserId(251), UserId(i64::MAX)] {
            assert_eq!(view.row_of(nobody), None);
        }
        assert_eq!(view.id_at(view.len()), None);
    }
}

#[test]
fn a_view_holds_until_the_next_status_changes_by_itself() {
    let temp = TempStore::with(&[
        ("Ken Myer", "kenmyer"),
        ("Pilar Ackerman", "packerman"),
        ("Anna Smith", "asmith"),
    ]);
    let at = |minutes: i64| now() + Duration::minutes(minutes);
    let facts = |sql: &str, minutes: i64| {
        temp.plain()
            .execute(
                &format!("UPDATE pins SET {sql}"),
                [at(minutes).timestamp_millis()],
            )
            .unwrap();
        load(&temp)
    };
    let next = |directory: &Directory, query: &Query| answer(directory, query).next_change;
    let everybody = Query::default();
    let directory = facts("expires = ?1", 600);
    assert_eq!(
        next(&directory, &everybody),
        at(60),
        "never longer than an hour"
    );
    let directory = facts("expires = ?1 WHERE user_id = 2", 20);
    assert!(next(&directory, &everybody) > at(20) && next(&directory, &everybody) <= at(21));
    let nobody_expired = Query {
        filter: Filter::Expired,
        ..Query::default()
    };
    let view = answer(&directory, &nobody_expired);
    assert_eq!(
        (view.len(), view.next_change),
        (0, next(&directory, &everybody)),
        "those who will join count too"
    );
    assert_eq!(
        answer_at(&directory, &nobody_expired, view.next_change).len(),
        1,
        "and have joined by then"
    );
    let directory = facts(
        "lock_cause = 'temporary', lock_since = 0, lock_until = ?1 WHERE user_id = 3",
        5,
    );
    let view = answer(
        &directory,
        &Query {
            filter: Filter::Locked,
            ..Query::default()
        },
    );
    assert!(view.len() == 1 && view.next_change >= at(5) && view.next_change <= at(6));
    assert_eq!(
        answer_at(&directory, &view.query, view.next_change).len(),
        0
    );
}

// Order

/// The IDs in the order of plainly sorted records. Users without a value come last, and equal users
/// stay in the order of display names.
fn in_plain_order(temp: &TempStore, users: &[UserRecord], sort: Sort) -> Vec<UserId> {
    let all: Vec<UserId> = users.iter().map(|user| user.id).collect();
    let policies = temp.store.policies_of(&all).unwrap().into_iter();
    let names = policies.map(|policy| policy.name.to_string());
    let policies: HashMap<UserId, String> = all.iter().copied().zip(names).collect();
    let logons = temp.store.last_logons(&all).unwrap();
    let last_failure = |id: UserId| Some(logons.get(&id)?.failure.as_ref()?.at);
    let key = |user: &UserRecord| {
        let status = user.pin.status(now());
        let time = |time: Option<Time>| time.map(|time| (time.timestamp_millis(), String::new()));
        let text = |text: Option<String>| text.map(|text| (0, search_key(&text)));
        let sorted_text = |text: String| (!text.is_empty()).then(|| (0, sort_key(&text)));
        match sort.column {
            // Equal names are in the order of their IDs.
            SortColumn::DisplayName => Some((
                0,
                format!("{}\0{:09}", sort_key(&user.names.display_name), user.id.0),
            )),
            SortColumn::SipAddress => text(user.names.sip.clone()),
            SortColumn::Account => text(user.names.account.as_ref().map(ToString::to_string)),
            SortColumn::Upn => text(user.names.upn.clone()),
            SortColumn::Pin => Some((i64::from(!status.is_set), String::new())),
            SortColumn::Lock => {
                let rank = match status.locked {
                    Some(LockCause::System) => 0,
                    Some(LockCause::Administrator) => 1,
                    Some(LockCause::Temporary) => 2,
                    Some(LockCause::Unknown) => 3,
                    Some(LockCause::Inactivity) => 4,
                    None if status.is_set => 5,
                    None => 6,
                };
                Some((rank, String::new()))
            }
            SortColumn::Locked => time(user.pin.effective_lock(now()).and_then(|lock| lock.since)),
            SortColumn::Expires => match status.expiry {
                Expiry::At(at) | Expiry::Expired(at) => time(Some(at)),
                Expiry::Never | Expiry::NoPin => None,
            },
            SortColumn::LastChange => time(user.pin.last_change),
            SortColumn::Unit => {
                let dn = user.names.dn.as_deref().map(DistinguishedName::parse);
                let path = dn.and_then(|dn| Some(dn.ok()?.container_path()));
                sorted_text(path.unwrap_or_default())
            }
            SortColumn::Reason | SortColumn::Ticket => {
                let lock = user.pin.lock_in_force(now())?;
                let is_reason = sort.column == SortColumn::Reason;
                let text = if is_reason {
                    &lock.reason
                } else {
                    &lock.ticket
                };
                sorted_text(text.clone())
            }
            SortColumn::Policy => sorted_text(policies[&user.id].clone()),
            SortColumn::Failures => Some((i64::from(user.pin.failures.global), String::new())),
            SortColumn::LastFailure => time(last_failure(user.id)),
        }
    };
    let mut sorted: Vec<&UserRecord> = users.iter().collect();
    sorted.sort_by_key(|user| (sort_key(&user.names.display_name), user.id));
    sorted.sort_by(|a, b| match (key(a), key(b)) {
        (Some(a), Some(b)) => {
            if sort.descending {
                b.cmp(&a)
            } else {
                a.cmp(&b)
            }
        }
        (a, b) => b.is_some().cmp(&a.is_some()),
    });
    sorted.iter().map(|user| user.id).collect()
}

#[test]
fn every_column_sorts_in_both_directions_as_a_plain_sort_does() {
    for temp in [sample_store(), varied_store(), store_with_facts()] {
        let (mut directory, users) = (load(&temp), records(&temp));
        for &column in SortColumn::VARIANTS {
            for descending in [false, true] {
                let sort = Sort { column, descending };
                let query = Query {
                    sort,
                    ..Query::default()
                };
                directory
                    .read_facts(&temp.store, &query, &|| false)
                    .unwrap();
                let expected = in_plain_order(&temp, &users, sort);
                assert_eq!(
                    ids(&answer(
                        &directory,
                        &Query {
                            sort,
                            ..Query::default()
                        }
                    )),
                    expected,
                    "{sort:?}"
                );
                let some = answer(
                    &directory,
                    &Query {
                        sort,
                        text: "an".to_owned(),
                        filter: Filter::Unlocked,
                        ..Query::default()
                    },
                );
                let expected: Vec<_> = expected
                    .into_iter()
                    .filter(|&id| some.row_of(id).is_some())
                    .collect();
                assert_eq!(ids(&some), expected, "{sort:?} among some");
            }
        }
    }
}

// Up to date

/// Checks that two directories give equal answers in every respect.
fn assert_same(one: &Directory, other: &Directory, case: &str) {
    assert_eq!(
        (one.len(), one.freshness()),
        (other.len(), other.freshness()),
        "{case}"
    );
    let all = |directory: &Directory| {
        let view = search(directory, "");
        let row = |&position: &pindesk::directory::Position| {
            let pin = directory.pin(position).unwrap();
            let texts = [
                NameForm::DisplayName,
                NameForm::Sip,
                NameForm::Upn,
                NameForm::Account,
                NameForm::Dn,
            ]
            .map(|form| directory.names().get(position, form).into_owned());
            let times = [
                pin.last_change(),
                pin.expires(),
                pin.locked_since(now()),
                pin.next_change(now()),
            ];
            (
                directory.id_at(position),
                texts,
                pin.status(now()),
                times,
                pin.locked_by(now()).map(str::to_owned),
            )
        };
        view.positions.iter().map(row).collect::<Vec<_>>()
    };
    assert_eq!(all(one), all(other), "{case}");
    for query in queries() {
        let (one, other) = (answer(one, &query), answer(other, &query));
        assert_eq!(
            (ids(&one), one.counts, one.next_change),
            (ids(&other), other.counts, other.next_change),
            "{case} {query:?}"
        );
    }
}

#[test]
fn an_updated_directory_equals_a_newly_loaded_one() {
    type Change = fn(&mut TempStore);
    let changes: [(&str, bool, Change); 7] = [
        ("nothing", true, |_| {}),
        ("a lock", true, |temp| {
            let plan = temp.plan(Action::Lock, typed(&["Ken Myer", "Anna Smith"]));
            temp.apply(&plan).unwrap();
        }),
        ("an unlock by another connection", true, |temp| {
            let plan = temp.plan(Action::Unlock, typed(&["Ken Myer"]));
            temp.again()
                .apply(&plan, &admin(), now(), &Unwatched)
                .unwrap();
        }),
        ("PIN states", true, |temp| {
            let facts = PinFacts {
                is_locked_out: true,
                last_change: Some(now()),
                expires: Some(now()),
                ..pin_set()
            };
            temp.import_pin("jmueller", &facts);
            temp.import_pin(
                "bsmith",
                &PinFacts {
                    is_set: false,
                    ..pin_set()
                },
            );
        }),
        ("a new user", false, |temp| {
            temp.import_users(vec![names("Zora Zimmer", "zzimmer")])
                .unwrap();
        }),
        ("a renamed user", false, |temp| {
            let mut renamed = temp.user("asmith").names;
            renamed.display_name = "Anna Jones".to_owned();
            temp.import_users(vec![renamed]).unwrap();
        }),
        ("a new user and a lock", false, |temp| {
            temp.import_users(vec![names("Adam Able", "aable")])
                .unwrap();
            temp.import_pin("aable", &pin_set());
            let plan = temp.plan(Action::Lock, typed(&["Adam Able", "Pilar Ackerman"]));
            temp.apply(&plan).unwrap();
        }),
    ];
    let mut temp = sample_store();
    let mut directory = load(&temp);
    let first = directory.clone();
    for (case, shares_names, change) in changes {
        change(&mut temp);
        let renewed = directory
            .brought_up_to_date(&temp.store, &Unwatched)
            .unwrap();
        assert_same(&renewed, &load(&temp), case);
        assert_eq!(
            std::ptr::eq(renewed.names(), directory.names()),
            shares_names,
            "{case}: who shares the names"
        );
        directory = renewed;
    }
    assert_eq!(first.len(), 250, "an older directory stays as it was");
    assert_same(
        &first.brought_up_to_date(&temp.store, &Unwatched).unwrap(),
        &load(&temp),
        "all at once",
    );
    assert_same(
        &Directory::empty()
            .brought_up_to_date(&temp.store, &Unwatched)
            .unwrap(),
        &load(&temp),
        "from nothing",
    );
}

#[test]
fn loading_can_be_cancelled() {
    struct Cancels;
    impl Progress for Cancels {
        fn advance(&self, done: u64, _total: u64) {
            assert!(done < 1000, "it went on");
        }
        fn is_cancelled(&self) -> bool {
            true
        }
    }
    let mut temp = TempStore::new();
    temp.import_users(
        (0..1000)
            .map(|i| names(&format!("User {i}"), &format!("user{i}")))
            .collect(),
    )
    .unwrap();
    assert_eq!(
        Directory::load(&temp.store, &Cancels).err(),
        Some(StoreError::Cancelled)
    );
}

// Choosing

#[test]
fn chosen_users_are_kept_by_id() {
    let temp = sample_store();
    let directory = load(&temp);
    let (ken, pilar, jörg) = (
        temp.id("kenmyer"),
        temp.id("packerman"),
        temp.id("jmueller"),
    );
    let mut chosen = Chosen::default();
    assert!(chosen.is_empty() && !chosen.contains(ken) && chosen.in_order(&directory).is_empty());
    for (id, is_chosen, expected) in [
        (pilar, true, &[pilar][..]),
        (ken, true, &[ken, pilar]),
        (ken, true, &[ken, pilar]),
        (jörg, true, &[jörg, ken, pilar]),
        (ken, false, &[jörg, pilar]),
        (ken, false, &[jörg, pilar]),
    ] {
        chosen.set(id, is_chosen);
        assert_eq!(
            (chosen.len(), chosen.in_order(&directory)),
            (expected.len(), expected.to_vec()),
            "by display name"
        );
        for id in [ken, pilar, jörg] {
            assert_eq!(chosen.contains(id), expected.contains(&id));
        }
    }
    assert_eq!(Chosen::only(ken).in_order(&directory), [ken]);
    chosen.set(UserId(9999), true);
    assert_eq!(
        chosen.len(),
        3,
        "a user that this directory does not know counts too"
    );
}

#[test]
fn all_of_a_view_are_chosen_but_for_a_few() {
    let temp = sample_store();
    let directory = load(&temp);
    let sort = Sort {
        column: SortColumn::LastChange,
        descending: true,
    };
    let view = Arc::new(answer(
        &directory,
        &Query {
            filter: Filter::Locked,
            sort,
            ..Query::default()
        },
    ));
    let everybody = ids(&view);
    let mut chosen = Chosen::rows(&view, 0..view.len());
    assert_eq!(
        (chosen.len(), chosen.in_order(&directory)),
        (20, everybody.clone()),
        "in the order of the view"
    );
    let (ken, outside) = (temp.id("kenmyer"), temp.id("asmith"));
    assert!(chosen.contains(ken) && !chosen.contains(outside));

    let all_but_ken: Vec<UserId> = everybody.iter().copied().filter(|&id| id != ken).collect();
    for _ in 0..2 {
        chosen.set(ken, false);
        assert_eq!(
            (
                chosen.len(),
                chosen.contains(ken),
                chosen.in_order(&directory)
            ),
            (19, false, all_but_ken.clone())
        );
    }
    chosen.set(outside, false);
    assert_eq!(chosen.len(), 19, "who is outside cannot be taken out");
    chosen.set(ken, true);
    assert_eq!(chosen.in_order(&directory), everybody);

    chosen.set(ken, false);
    chosen.set(outside, true);
    assert_eq!(
        (chosen.len(), chosen.contains(ken), chosen.contains(outside)),
        (20, false, true)
    );
    let joined: HashSet<UserId> = chosen.in_order(&directory).into_iter().collect();
    assert_eq!(
        joined,
        all_but_ken.iter().copied().chain([outside]).collect()
    );
    assert!(
        everybody
            .iter()
            .all(|&id| chosen.contains(id) == (id != ken))
    );
}

#[test]
fn some_rows_of_a_view_are_chosen_whatever_becomes_of_its_order() {
    let temp = sample_store();
    let directory = load(&temp);
    let sort = Sort {
        column: SortColumn::Account,
        descending: true,
    };
    let view = Arc::new(answer(
        &directory,
        &Query {
            sort,
            ..Query::default()
        },
    ));
    let everybody = ids(&view);
    for rows in [0..0, 0..1, 7..19, 249..250, 200..900, 250..251] {
        let expected = &everybody[rows.start..rows.end.min(250)];
        let mut chosen = Chosen::rows(&view, rows.clone());
        assert_eq!(
            (chosen.len(), chosen.is_empty()),
            (expected.len(), expected.is_empty()),
            "{rows:?}"
        );
        assert_eq!(chosen.in_order(&directory), expected, "{rows:?}");
        assert!(
            everybody
                .iter()
                .all(|id| chosen.contains(*id) == expected.contains(id)),
            "{rows:?}"
        );
        for id in everybody.iter().step_by(7).copied() {
            let before = chosen.len();
            chosen.set(id, false);
            assert_eq!(
                chosen.len(),
                before - usize::from(expected.contains(&id)),
                "{rows:?}"
            );
        }
        for id in everybody.iter().copied() {
            chosen.set(id, true);
        }
        assert_eq!(
            (
                chosen.len(),
                everybody.iter().all(|&id| chosen.contains(id))
            ),
            (250, true),
            "{rows:?}"
        );
    }
}

#[test]
fn a_choice_survives_changes_of_the_store() {
    let mut temp = sample_store();
    let view = Arc::new(answer(
        &load(&temp),
        &Query {
            filter: Filter::Locked,
            ..Query::default()
        },
    ));
    let chosen = Chosen::rows(&view, 0..view.len());
    let everybody = ids(&view);
    let plan = temp.plan(Action::Unlock, typed(&["Ken Myer"]));
    temp.apply(&plan).unwrap();
    temp.import_users(vec![names("Adam Able", "aable")])
        .unwrap();
    assert_eq!(
        chosen.in_order(&load(&temp)),
        everybody,
        "those who were chosen, whatever has become of them"
    );
}

// Properties

/// A name made of pieces that are easily confused.
fn name() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(vec![
        "a",
        "A",
        "á",
        "Ä",
        "a\u{308}",
        "e",
        "é",
        "ss",
        "ß",
        "ẞ",
        "i",
        "İ",
        "ı",
        "I",
        "o",
        "Ø",
        "l",
        "Ł",
        "Σ",
        "ς",
        "Я",
        "я",
        "й",
        "Ё",
        "Ω",
        "ώ",
        "محمد",
        "田",
        "か\u{3099}",
        "が",
        "कि",
        "𠮷",
        "ﬁ",
        "Ａ",
        "'",
        "O’",
        " ",
        " ",
        "-",
        ".",
        "1",
        "\u{200E}",
        "\u{301}",
        "%",
        "_",
    ]);
    proptest::collection::vec(piece, 1..7).prop_map(|pieces| pieces.concat())
}

fn people() -> impl Strategy<Value = Vec<UserNames>> {
    let others = proptest::array::uniform4(proptest::option::weighted(0.8, name()));
    let alike =
        proptest::sample::select(vec!["Åsa", "asa", "ASA", "Ása", "Жуков", "жуков", "田中"]);
    let display_name = prop_oneof![3 => name(), 1 => alike.prop_map(str::to_owned)];
    proptest::collection::vec((display_name, others), 1..30).prop_map(|people| {
        let mut made = Vec::new();
        for (at, (display_name, [sip, upn, logon, dn])) in people.into_iter().enumerate() {
            let dn = dn.map_or_else(
                || format!("CN={at}"),
                |dn| format!("CN = {dn}{at} , OU=Ä,DC=x"),
            );
            made.push(UserNames {
                display_name,
                sip: sip.map(|sip| format!("{sip}{at}@x.y")),
                upn: upn.map(|upn| format!("{upn}{at}@x.y")),
                account: logon.map(|logon| Account {
                    domain: "dom".to_owned(),
                    logon: format!("{logon}{at}"),
                }),
                dn: Some(dn),
                ..UserNames::default()
            });
        }
        made
    })
}

/// The five names in the form in which they are searched.
fn searched(user: &UserNames) -> Vec<String> {
    let dn = user.dn.as_deref().map(|dn| match Identity::parse(dn) {
        Ok(Identity::Dn(parsed)) => parsed.to_string(),
        _ => dn.to_owned(),
    });
    let sip = user.sip.as_ref().map(|sip| format!("sip:{sip}"));
    let account = user.account.as_ref().map(ToString::to_string);
    [
        Some(user.display_name.clone()),
        sip,
        user.upn.clone(),
        account,
        dn,
    ]
    .into_iter()
    .flatten()
    .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn searching_finds_exactly_the_users_with_the_text_in_a_name(
        people in people(),
        texts in proptest::collection::vec(name(), 10),
        parts in proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 1..8_usize), 40),
    ) {
        let mut temp = TempStore::new();
        temp.import_users(people).unwrap();
        let (directory, users) = (load(&temp), records(&temp));
        let all_names: Vec<(UserId, String)> =
            users.iter().flat_map(|user| searched(&user.names).into_iter().map(|name| (user.id, name))).collect();
        let part = |(name, start, length): &(prop::sample::Index, prop::sample::Index, usize)| {
            let (id, name) = name.get(&all_names);
            let characters: Vec<char> = name.chars().collect();
            let start = start.index(characters.len());
            (Some(*id), characters[start..(start + length).min(characters.len())].iter().collect::<String>())
        };
        for (whose, text) in parts.iter().map(part).chain(texts.into_iter().map(|text| (None, text))) {
            let looked_for = match Reading::of(&text) {
                Reading::Text { looked_for, .. } => search_key(&looked_for),
                Reading::Everybody => String::new(),
                other => panic!("{text:?} was read as {other:?}"),
            };
            let has_it = |user: &&UserRecord| searched(&user.names).iter().any(|name| search_key(name).contains(&looked_for));
            let expected: HashSet<UserId> = users.iter().filter(has_it).map(|user| user.id).collect();
            let found: HashSet<UserId> = ids(&search(&directory, &text)).into_iter().collect();
            prop_assert_eq!(&found, &expected, "{:?}", text);
            if let Some(id) = whose {
                prop_assert!(found.contains(&id), "{:?} is a part of a name of {:?}", text, id);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_pattern_finds_exactly_the_display_names_that_match_it(
        people in people(),
        patterns in proptest::collection::vec((name(), 0..3_usize, any::<prop::sample::Index>(), 0..6_usize, 0..6_usize), 40),
    ) {
        let mut temp = TempStore::new();
        temp.import_users(people).unwrap();
        let (directory, users) = (load(&temp), records(&temp));
        for (other, kind, who, start, length) in patterns {
            let letters: Vec<char> = who.get(&users).names.display_name.chars().collect();
            let start = start.min(letters.len());
            let piece: String = letters[start..(start + length).min(letters.len())].iter().collect();
            let text = match kind {
                0 => format!("*{piece}*"),
                1 => format!("*{piece}*{other}"),
                _ => format!("{piece}*{}", letters.last().unwrap()),
            };
            let Reading::Pattern(pattern) = Reading::of(&text) else { continue };
            let expected: HashSet<UserId> =
                users.iter().filter(|user| pattern.matches(&user.names.display_name)).map(|user| user.id).collect();
            let found: HashSet<UserId> = ids(&search(&directory, &text)).into_iter().collect();
            prop_assert_eq!(&found, &expected, "{:?}", text);
        }
    }
}

// One answer after the other

/// Events between two answers.
#[derive(Clone, Debug)]
enum Event {
    Types(char),
    TakesBack,
    Searches(String),
    Filters(Filter),
    Sorts(Sort),
    Waits(i64),
    Locks(prop::sample::Index),
    Expires(prop::sample::Index, i64),
    Renames(prop::sample::Index, String),
    Adds(UserNames),
}

fn event() -> impl Strategy<Value = Event> {
    let index = any::<prop::sample::Index>;
    let filters = prop::sample::select(
        [
            &Filter::CHIPS[..],
            &[Filter::ExpiresWithinDays(2), Filter::PinSet],
        ]
        .concat(),
    );
    let sorts = (
        prop::sample::select(SortColumn::VARIANTS.to_vec()),
        any::<bool>(),
    );
    prop_oneof![
        8 => prop::sample::select("aeisßAÄ .@1田cn=*\\".chars().collect::<Vec<_>>()).prop_map(Event::Types),
        3 => Just(Event::TakesBack),
        2 => prop::sample::select(vec!["", "a", "*", "*a", "a*s", "dom\\", "cn=", "@x.y", "sip:", "*é*"])
            .prop_map(|text| Event::Searches(text.to_owned())),
        2 => filters.prop_map(Event::Filters),
        3 => sorts.prop_map(|(column, descending)| Event::Sorts(Sort { column, descending })),
        1 => (0..60 * 24 * 20_i64).prop_map(Event::Waits),
        2 => index().prop_map(Event::Locks),
        1 => (index(), -9..99_i64).prop_map(|(who, hours)| Event::Expires(who, hours)),
        1 => (index(), name()).prop_map(|(who, name)| Event::Renames(who, name)),
        1 => people().prop_map(|people| Event::Adds(people[0].clone())),
    ]
}

/// Replaces the store by a released one of schema version 5, which has no sort keys of display names,
/// with the users of the store.
fn replace_by_version_5(temp: &mut TempStore) {
    let old = temp.path().with_file_name("old.db");
    fs::copy("tests/stores/v5.db", &old).unwrap();
    let connection = rusqlite::Connection::open(&old).unwrap();
    connection
        .execute("ATTACH ?1 AS now", [temp.path().to_str()])
        .unwrap();
    let copied = |table: &str| {
        let columns: String = connection
            .query_row(
                "SELECT group_concat(name) FROM pragma_table_info(?1, 'main')",
                [table],
                |row| row.get(0),
            )
            .unwrap();
        format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM now.{table};")
    };
    connection
        .execute_batch(&format!(
            "PRAGMA foreign_keys = OFF; DELETE FROM main.pin_hashes; DELETE FROM main.pins;
             DELETE FROM main.users; {} {}",
            copied("users"),
            copied("pins")
        ))
        .unwrap();
    temp.store = Store::open(&old, &admin(), now()).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]

    /// The directory in memory and all readers of the store by display name have one order.
    #[test]
    fn display_names_have_one_order(
        people in people(),
        renamed in proptest::option::of((any::<prop::sample::Index>(), name())),
        is_old in any::<bool>(),
    ) {
        let mut temp = TempStore::new();
        temp.import_users(people).unwrap();
        if let Some((index, name)) = renamed {
            let users = records(&temp);
            let mut names = index.get(&users).names.clone();
            names.display_name = name;
            temp.import_users(vec![names]).unwrap();
        }
        if is_old {
            replace_by_version_5(&mut temp);
        }
        let expected = ids(&search(&load(&temp), ""));
        let mut by_name = Vec::new();
        temp.store.for_each_user_by_name(|user| {
            by_name.push(user.id);
            true
        }).unwrap();
        prop_assert_eq!(&by_name, &expected);
        let pattern = temp.store.find(&Identity::parse("*").unwrap()).unwrap();
        prop_assert_eq!(&pattern.iter().map(|user| user.id).collect::<Vec<_>>(), &expected);
        let filter = [Target::Filter(Filter::All)];
        let filtered = temp.store.look_up(&filter, now(), &Unwatched).unwrap();
        let filtered: Vec<UserId> = filtered.iter().filter_map(Resolved::user).collect();
        prop_assert_eq!(&filtered, &expected);
        for by in [false, true] {
            let first = temp.store.first_ids(FirstBy::DisplayName, by, 9).unwrap().unwrap();
            let mut all = expected.clone();
            if by {
                all.reverse();
            }
            all.truncate(9);
            prop_assert_eq!(first, all);
        }
        temp.plain().execute_batch("UPDATE users SET is_protected = 1").unwrap();
        let protected = temp.store.protected_users().unwrap();
        prop_assert_eq!(protected.iter().map(|user| user.id).collect::<Vec<_>>(), expected);
    }

    /// Each answer equals that of a newly loaded directory, whatever is kept from earlier answers.
    #[test]
    fn each_answer_is_that_of_a_newly_loaded_directory(
        people in people(),
        events in proptest::collection::vec(event(), 1..40),
    ) {
        let mut temp = TempStore::new();
        temp.import_users(people).unwrap();
        let mut directory = load(&temp);
        directory.prepare_orders();
        let (mut answers, mut query, mut at, mut added) = (AnswerCache::default(), Query::default(), now(), 0);
        for event in events {
            let count = directory.len();
            let who = |index: prop::sample::Index| i64::try_from(index.index(count)).unwrap() + 1;
            let changed = |sql: &str, id: i64| {
                let version = "UPDATE counters SET value = value + 1 WHERE name = 'version'; UPDATE pins SET version =
                    (SELECT value FROM counters WHERE name = 'version')";
                temp.plain().execute_batch(&format!("{version}, {sql} WHERE user_id = {id};")).unwrap();
            };
            match event.clone() {
                Event::Types(letter) => query.text.push(letter),
                Event::TakesBack => drop(query.text.pop()),
                Event::Searches(text) => query.text = text,
                Event::Filters(filter) => query.filter = filter,
                Event::Sorts(sort) => query.sort = sort,
                Event::Waits(minutes) => at += Duration::minutes(minutes),
                Event::Locks(index) => {
                    let until = (at + Duration::hours(5)).timestamp_millis();
                    let lock = format!("lock_cause = 'temporary', lock_since = {until} - 60000, lock_until = {until}");
                    changed(&format!("is_set = 1, {lock}, lock_by = 'ann'"), who(index));
                }
                Event::Expires(index, hours) => {
                    let expires = (at + Duration::hours(hours)).timestamp_millis();
                    changed(&format!("is_set = 1, expires = {expires}"), who(index));
                }
                Event::Renames(index, name) => {
                    let id = UserId(who(index));
                    let mut names = temp.store.user(id).unwrap().unwrap().names;
                    names.display_name = name;
                    temp.import_users(vec![names]).unwrap();
                }
                Event::Adds(mut names) => {
                    added += 1;
                    names.sip = Some(format!("new{added}@x.y"));
                    names.upn = names.sip.clone().filter(|_| added % 2 == 0);
                    names.account = None;
                    names.dn = Some(format!("CN={},OU=New{added}", names.display_name.trim()));
                    temp.import_users(vec![names]).unwrap();
                }
            }
            directory = directory.brought_up_to_date(&temp.store, &Unwatched).unwrap();
            let loaded = load(&temp);
            let (answer, plain) = (
                answers.answer(&directory, &query, at, &|| false).unwrap(),
                answer_at(&loaded, &query, at),
            );
            prop_assert_eq!(ids(&answer), ids(&plain), "{:?} {:?}", event, query);
            prop_assert_eq!((answer.counts, answer.next_change), (plain.counts, plain.next_change), "{:?} {:?}", event, query);
            for (row, id) in ids(&answer).into_iter().enumerate() {
                prop_assert_eq!(answer.row_of(id), Some(row));
            }
            for position in 0..u32::try_from(directory.len()).unwrap() {
                for form in [NameForm::DisplayName, NameForm::Sip, NameForm::Upn, NameForm::Account, NameForm::Dn] {
                    let position = pindesk::directory::Position(position);
                    prop_assert_eq!(directory.names().get(position, form), loaded.names().get(position, form));
                }
            }
        }
    }
}

// Many

/// A store with more users than one part of the directory has. It is made with plain SQL, because
/// an import would take too long.
fn crowd(count: usize, gap_at: usize, name: impl Fn(usize) -> String) -> TempStore {
    let temp = TempStore::new();
    let sql = temp.plain();
    sql.execute_batch("BEGIN").unwrap();
    let mut insert = sql
        .prepare(
            "INSERT INTO users (id, display_name, display_key, display_sort, sip, sip_key, added_batch)
             VALUES (?1, ?2, ?3, ?4, ?5, lower(?5), 1)",
        )
        .unwrap();
    for i in 1..=count {
        let id = i64::try_from(i + usize::from(i >= gap_at)).unwrap();
        let name = name(i);
        let (key, sip) = (identity_key(&name), format!("User{i}@x.y"));
        let sort = Some(sort_key(&name)).filter(|sort| *sort != key);
        insert
            .execute(rusqlite::params![id, name, key, sort, sip])
            .unwrap();
    }
    sql.execute_batch(
        "INSERT INTO pins (user_id, version, is_set, expires) SELECT id, 1, 1, id * 1000 FROM users;
         UPDATE counters SET value = 1; COMMIT",
    )
    .unwrap();
    temp
}

fn numbered(i: usize) -> String {
    format!("User {i}")
}

/// Names in several scripts, with and without accents. Many users share a name.
fn mixed(i: usize) -> String {
    const NAMES: [&str; 24] = [
        "Åsa",
        "asa",
        "Asa",
        "Ása",
        "Émile",
        "Emile",
        "Ødegård",
        "Odegard",
        "Łukasz",
        "lukasz",
        "Strauß",
        "Strauss",
        "Ёлка",
        "ЕЛКА",
        "Йован",
        "Ωμέγα",
        "ωμεγα",
        "أحمد",
        "احمد",
        "田中",
        "かがみ",
        "カガミ",
        "ガギ",
        "Zoe\u{308}",
    ];
    // A multiplicative hash (Knuth, The Art of Computer Programming, volume 3, section 6.4).
    let random = i.wrapping_mul(2_654_435_761) >> 8;
    let (given, family) = (NAMES[random % 24], NAMES[random / 24 % 24]);
    match random / 576 % 3 {
        0 => given.to_owned(),
        1 => format!("{given} {family}"),
        _ => format!("{given} {family} {}", i % 9),
    }
}

#[test]
fn those_of_all_parts_are_found_sorted_and_followed() {
    const COUNT: usize = 140_000;
    for gap_at in [COUNT + 1, 70_000] {
        let mut temp = crowd(COUNT, gap_at, numbered);
        let directory = load(&temp);
        assert_eq!(directory.len(), COUNT);
        assert_eq!(
            display_names(&search(&directory, "user 65536")),
            ["User 65536"]
        );
        assert_eq!(
            display_names(&search(&directory, "USER131073@")),
            ["User 131073"]
        );
        assert_eq!(search(&directory, "user 1399").len(), 111);
        assert_eq!(
            display_names(&search(&directory, "*r 70000")),
            ["User 70000"]
        );
        let sort = Sort {
            column: SortColumn::Expires,
            descending: true,
        };
        let view = answer(
            &directory,
            &Query {
                sort,
                ..Query::default()
            },
        );
        assert_eq!(display_names(&view)[..2], ["User 140000", "User 139999"]);
        assert_eq!(view.row_of(view.id_at(100_000).unwrap()), Some(100_000));
        assert_eq!(
            view.row_beginning_with("user 777", 0),
            view.row_of(
                directory
                    .id_at(search(&directory, "user 77799").positions[0])
                    .unwrap()
            )
        );

        let mut renamed = temp
            .store
            .user(
                directory
                    .id_at(search(&directory, "user 70001").positions[0])
                    .unwrap(),
            )
            .unwrap()
            .unwrap();
        renamed.names.display_name = "Zoë Ødegård".to_owned();
        temp.import_users(vec![renamed.names, names("Adam Able", "aable")])
            .unwrap();
        let renewed = directory
            .brought_up_to_date(&temp.store, &Unwatched)
            .unwrap();
        assert_eq!(renewed.len(), COUNT + 1);
        assert_eq!(display_names(&search(&renewed, "odegard")), ["Zoë Ødegård"]);
        let everybody = search(&renewed, "");
        assert_eq!(display_names(&everybody)[..2], ["Adam Able", "User 1"]);
        assert_eq!(display_names(&everybody).last().unwrap(), "Zoë Ødegård");
        assert_eq!(
            search(&directory, "odegard").len(),
            0,
            "the older directory stays as it was"
        );
    }
}

#[test]
fn the_first_rows_of_many_are_those_of_the_whole_answer() {
    let temp = crowd(70_000, 70_001, mixed);
    let directory = load(&temp);
    for &column in SortColumn::VARIANTS {
        for descending in [false, true] {
            let query = Query {
                sort: Sort { column, descending },
                ..Query::default()
            };
            let Some(first) = View::first_rows(&temp.store, &query, now()).unwrap() else {
                assert!(
                    !matches!(column, SortColumn::DisplayName | SortColumn::SipAddress),
                    "{column:?}"
                );
                continue;
            };
            assert!(!first.is_complete && first.len() <= 200);
            let whole = answer(&directory, &query);
            assert_eq!(
                ids(&first),
                ids(&whole)[..first.len()],
                "{column:?} {descending}"
            );
            assert!(
                ids(&first)
                    .iter()
                    .enumerate()
                    .all(|(row, id)| first.row_of(*id) == Some(row))
            );
        }
    }
    for query in [
        Query {
            text: "user".to_owned(),
            ..Query::default()
        },
        Query {
            filter: Filter::Locked,
            ..Query::default()
        },
    ] {
        assert!(
            View::first_rows(&temp.store, &query, now())
                .unwrap()
                .is_none(),
            "only the whole directory knows"
        );
    }
    assert!(
        View::first_rows(&sample_store().store, &Query::default(), now())
            .unwrap()
            .is_none(),
        "few are loaded as fast"
    );
}

#[test]
fn addresses_with_accents_that_may_come_first_leave_the_first_rows_open() {
    let temp = crowd(70_000, 70_001, numbered);
    let first = |column, descending| {
        let query = Query {
            sort: Sort { column, descending },
            ..Query::default()
        };
        let first = View::first_rows(&temp.store, &query, now()).unwrap();
        if let Some(first) = &first {
            let whole = answer(&load(&temp), &query);
            assert_eq!(ids(first), ids(&whole)[..first.len()]);
        }
        first.is_some()
    };
    for (address, ascending, descending) in [
        // It is among the last rows, and not known to belong there.
        ("zoë@x.y", true, false),
        // Without accents they come first, although the index has them behind all others.
        ("Ångström@x.y", false, false),
        ("us\u{e9}r@x.y", false, false),
        // Its number is far behind those of the first rows.
        ("user7é@x.y", true, true),
        // A mark that joins no letter, and a control character before all others.
        ("q\u{301}a@x.y", false, true),
        ("user1\u{2}@x.y", false, true),
    ] {
        temp.plain()
            .execute(
                "UPDATE users SET sip = ?1, sip_key = ?2 WHERE id = 7",
                [address, &identity_key(address)],
            )
            .unwrap();
        assert_eq!(first(SortColumn::SipAddress, false), ascending, "{address}");
        assert_eq!(first(SortColumn::SipAddress, true), descending, "{address}");
        assert!(first(SortColumn::DisplayName, false), "{address}");
    }
}

#[test]
fn the_next_name_that_begins_so_is_found_in_every_order() {
    let directory = load(&sample_store());
    for &column in SortColumn::VARIANTS {
        let view = answer(
            &directory,
            &Query {
                sort: Sort {
                    column,
                    descending: true,
                },
                ..Query::default()
            },
        );
        let shown = display_names(&view);
        for (text, from) in [
            ("s", 0),
            ("S", 100),
            ("sm", 200),
            ("jorg", 249),
            ("ødeg", 3),
            ("no such", 7),
            ("", 5),
        ] {
            let begins = |row: &usize| search_key(&shown[*row]).starts_with(&search_key(text));
            let expected = (from..250).chain(0..from).find(begins);
            assert_eq!(
                view.row_beginning_with(text, from),
                expected,
                "{column:?} {text} {from}"
            );
        }
    }
}
