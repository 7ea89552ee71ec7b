//! Invented people with names in several scripts, equal in every run, and stores with these people.
#![allow(dead_code, reason = "each benchmark uses some of it")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use pindesk::domain::Time;
use pindesk::domain::role::Operator;
use pindesk::exchange::{ImportOptions, preview_import};
use pindesk::progress::Unwatched;
use pindesk::store::Store;
use pindesk::zone::Zone;

/// Given and family names, each with its form in addresses if that differs. The share of a script
/// among the people is its share of the rows.
const PEOPLES: [(&str, &str); 10] = [
    (
        "Alice Bruno Carla Daniel Elena Felix Greta Hannah",
        "Abbott Becker Clarke Dalton Farrow Hale Keller",
    ),
    (
        "Ines Julian Kevin Laura Marcus Nina Oliver Paula",
        "Larsen Moreau Novak Ortega Palmer Rossi Weber",
    ),
    (
        "Rachel Simon Tara Victor Wanda Yara Theo Stella Rosa",
        "Bishop Castillo Devlin Foster Jansen Mercer",
    ),
    (
        "Jörg=joerg Käthe=kaethe Günther=guenther Anja",
        "Müller=mueller Groß=gross Schäfer=schaefer Vößing=voessing",
    ),
    (
        "Zoë=zoe José=jose François=francois Inés=ines",
        "Núñez=nunez Lefèvre=lefevre D'Angelo=dangelo",
    ),
    (
        "Łukasz=lukasz Šárka=sarka Đorđe=dorde Ştefan=stefan",
        "Wójcik=wojcik Dvořák=dvorak Ćosić=cosic Żak=zak",
    ),
    (
        "Иван=ivan Ольга=olga Андрей=andrej Юлия=yuliya",
        "Шевченко=shevchenko Петрук=petruk Мельник=melnik",
    ),
    (
        "محمد=mohammed فاطمة=fatima ليلى=layla",
        "الخطيب=alkhatib حداد=haddad منصور=mansour",
    ),
    (
        "美咲=misaki 健一=kenichi 花子=hanako",
        "田中=tanaka 佐藤=sato 𠮷田=yoshida",
    ),
    (
        "राजेश=rajesh प्रिया=priya अमित=amit",
        "शर्मा=sharma गुप्ता=gupta पटेल=patel",
    ),
];
const SITES: [&str; 6] = [
    "Finance",
    "Sales",
    "Engineering",
    "Human Resources",
    "München",
    "Kraków",
];

/// Random numbers that are equal in every run (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// An invented person.
pub struct Person {
    pub display: String,
    pub logon: String,
    pub upn: String,
    pub dn: String,
    pub guid: String,
}

pub fn people(count: usize, dice: &mut Dice) -> Vec<Person> {
    let words = |text: &'static str| -> Vec<(&str, String)> {
        let pair = |word: &'static str| {
            word.split_once('=')
                .map(|(name, latin)| (name, latin.to_owned()))
        };
        text.split(' ')
            .map(|word| pair(word).unwrap_or_else(|| (word, word.to_lowercase())))
            .collect()
    };
    let peoples = PEOPLES.map(|(given, family)| (words(given), words(family)));
    let mut people = Vec::with_capacity(count);
    for number in 0..count {
        let (given, family) = dice.pick(&peoples);
        let ((given, latin), (family, latin_family)) = (dice.pick(given), dice.pick(family));
        let display = format!("{given} {family}");
        let logon = format!("{}{latin_family}{number}", &latin[..1]);
        // The UPN of every tenth person differs from the SIP address.
        let name = if dice.below(10) == 0 {
            format!("{latin}.{latin_family}.{number}")
        } else {
            logon.clone()
        };
        let dn = format!(
            "CN={display} {number},OU={},DC=litwareinc,DC=com",
            dice.pick(&SITES)
        );
        let (high, low) = (dice.next(), dice.next());
        let guid = format!(
            "{:08x}-{:04x}-4000-8000-{:012x}",
            high >> 32,
            high & 0xffff,
            low >> 16
        );
        people.push(Person {
            display,
            logon,
            upn: format!("{name}@litwareinc.com"),
            dn,
            guid,
        });
    }
    people
}

pub fn users_csv(people: &[Person]) -> String {
    let mut csv =
        "SamAccountName,UserPrincipalName,DisplayName,SipAddress,DistinguishedName,Guid\r\n"
            .to_owned();
    for Person {
        display,
        logon,
        upn,
        dn,
        guid,
    } in people
    {
        write!(
            csv,
            "{logon},{upn},{display},sip:{logon}@litwareinc.com,\"{dn}\",{guid}\r\n"
        )
        .unwrap();
    }
    csv
}

/// The PIN states of people as CSV. Every `locked`-th PIN is locked, or none if it is 0; every 12th
/// has expired, and every 8th never expires.
pub fn pins_csv(people: &[Person], locked: usize) -> String {
    let mut csv =
        "Identity,IsPinSet,IsLockedOut,LastPinChangeTime,PinExpirationTime\r\n".to_owned();
    for (number, person) in people.iter().enumerate() {
        let (month, day) = (1 + number % 12, 1 + number % 28);
        let is_locked = locked > 0 && number % locked == 0;
        write!(
            csv,
            "sip:{}@litwareinc.com,True,{is_locked},{month}/{day}/2025 9:30:00 AM,",
            person.logon
        )
        .unwrap();
        match number % 24 {
            0 | 8 | 16 => csv.push_str("\r\n"),
            1 | 13 => write!(csv, "{}/{day}/2026 9:30:00 AM\r\n", 1 + month % 10).unwrap(),
            _ => write!(
                csv,
                "{month}/{day}/2027 {}:{:02}:00 AM\r\n",
                1 + number % 11,
                number % 60
            )
            .unwrap(),
        }
    }
    csv
}

pub fn now() -> Time {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

pub fn operator() -> Operator {
    Operator {
        account: r"litwareinc\ann".to_owned(),
        machine: "WS-01".to_owned(),
        id: None,
    }
}

pub fn open(store: &Path) -> Store {
    Store::open(store, &operator(), now()).unwrap()
}

/// Imports a file as the program does.
pub fn import(store: &Path, file: &Path, csv: &str) {
    fs::write(file, csv).unwrap();
    import_file(store, file);
}

/// Imports an existing file.
pub fn import_file(store: &Path, file: &Path) {
    let mut store = open(store);
    let options = ImportOptions {
        zone: Zone::utc(),
        ..ImportOptions::default()
    };
    let plan = preview_import(&store, file, &options, now(), &Unwatched)
        .unwrap()
        .plan;
    store.import(&plan, &operator(), now(), &Unwatched).unwrap();
}

/// Numbers of users to measure. `PINDESK_BENCH_PEOPLE=1000,100000` measures smaller directories.
pub fn sizes() -> Vec<usize> {
    let asked = std::env::var("PINDESK_BENCH_PEOPLE")
        .unwrap_or_else(|_unset| "1000,100000,1000000".to_owned());
    asked
        .split(',')
        .map(|size| {
            size.trim()
                .parse()
                .expect("PINDESK_BENCH_PEOPLE is numbers with commas")
        })
        .collect()
}

/// A store with `count` users. Making it takes long, so it is kept beside the build results.
pub fn store_of(count: usize) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("people");
    fs::create_dir_all(&folder).unwrap();
    let store = folder.join(format!("{count}.db"));
    if store.exists() {
        return store;
    }
    let made = tempfile::tempdir_in(&folder).unwrap();
    let file = |name: &str| made.path().join(name);
    let people = people(count, &mut Dice(20_261_122));
    import(&file("made.db"), &file("users.csv"), &users_csv(&people));
    import(&file("made.db"), &file("pins.csv"), &pins_csv(&people, 33));
    fs::rename(file("made.db"), &store).unwrap();
    store
}

/// A figure of this process in MiB, as Linux reports it in `/proc/self/status`. None on other
/// systems.
pub fn memory(what: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(what))?;
    line.trim_start_matches(':')
        .trim()
        .trim_end_matches(" kB")
        .parse::<u64>()
        .ok()
        .map(|kibibytes| kibibytes / 1024)
}
