//! Measures bulk work: a list of 100,000 rows against a store of 100,000 users, and an equal change
//! made by hand with the `sqlite3` command line. Run it with `cargo bench --bench bulk`.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark that cannot go on says so and ends, and what it measures it prints"
)]

mod common;

use std::fmt::Write as _;
use std::fs::{self, File};
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use common::{
    Dice, Person, import, import_file, memory, now, open, operator, people, pins_csv, users_csv,
};
use criterion::{Criterion, SamplingMode};
use pindesk::exchange::{
    Input, ListOptions, ListPreview, ReadOptions, Table, plan_list, save_results,
};
use pindesk::plan::Action;
use pindesk::progress::Unwatched;
use pindesk::store::{Applied, Store};
use pindesk::zone::Zone;

/// Number of rows of the list. `PINDESK_BENCH_LIST=1000000` measures a longer one.
static PEOPLE: LazyLock<usize> = LazyLock::new(|| {
    std::env::var("PINDESK_BENCH_LIST").map_or(100_000, |asked| {
        asked.parse().expect("PINDESK_BENCH_LIST is a number")
    })
});
const SAMPLES: usize = 10;
/// The first argument of the process that measures only its memory.
const MEMORY: &str = "peak-memory";

const REASONS: [&str; 4] = [
    "left the company",
    "phone lost in Kraków",
    "contract ended, see HR",
    "audit 2026",
];

/// The files of the benchmarks, in a folder that is removed with it.
struct Scene {
    folder: tempfile::TempDir,
    /// The store in which no PIN is locked. It is closed, and therefore one file.
    store: PathBuf,
    utf8: PathBuf,
    utf16: PathBuf,
}

impl Scene {
    fn new() -> Self {
        // The folder is beside the build results: the system's temporary folder may be in memory,
        // where nothing is durable.
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let file = |name: &str| folder.path().join(name);
        let (store, utf8, utf16) = (file("unlocked.db"), file("list.csv"), file("list16.csv"));
        let mut dice = Dice(20_261_122);
        let mut people = people(*PEOPLE, &mut dice);
        import(&store, &file("users.csv"), &users_csv(&people));
        import(&store, &file("pins.csv"), &pins_csv(&people, 0));
        // The order of a list differs from that of the directory.
        for index in (1..people.len()).rev() {
            people.swap(index, dice.below(index + 1));
        }
        let list = list_csv(&people, &mut dice);
        fs::write(&utf8, &list).unwrap();
        // The form in which a spreadsheet saves "Unicode text", if the comma is the decimal
        // separator.
        let other =
            list.replace("\",\"", "\";\"")
                .replacen("Name,UPN,Reason", "Name;UPN;Reason", 1);
        let units = std::iter::once(0xFEFF).chain(other.encode_utf16());
        fs::write(&utf16, units.flat_map(u16::to_le_bytes).collect::<Vec<_>>()).unwrap();
        Self {
            folder,
            store,
            utf8,
            utf16,
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A copy of a store, written to disk before anything is measured on it.
    fn copy(&self, of: &Path) -> PathBuf {
        let copy = self.file("copy.db");
        for name in ["copy.db-wal", "copy.db-shm"] {
            drop(fs::remove_file(self.file(name)));
        }
        fs::copy(of, &copy).unwrap();
        File::open(&copy).unwrap().sync_all().unwrap();
        copy
    }
}

/// UPNs as people write them: most unchanged, some with capital letters.
fn list_csv(people: &[Person], dice: &mut Dice) -> String {
    let mut csv = "Name,UPN,Reason\r\n".to_owned();
    for Person { display, upn, .. } in people {
        let upn = match dice.below(10) {
            0 => upn.to_uppercase(),
            1 => format!("{}{}", upn[..1].to_uppercase(), &upn[1..]),
            _ => upn.clone(),
        };
        write!(
            csv,
            "\"{display}\",\"{upn}\",\"{}\"\r\n",
            dice.pick(&REASONS)
        )
        .unwrap();
    }
    csv
}

/// From the file to the preview.
fn preview(store: &Store, list: &Path, action: Action) -> ListPreview {
    let options = ListOptions {
        action: Some(action),
        zone: Zone::utc(),
        ..ListOptions::default()
    };
    let input = Input::file(list).unwrap();
    let preview = plan_list(store, &input, &options, &operator(), now(), &Unwatched).unwrap();
    assert_eq!(
        preview.plan.counts().will_change,
        *PEOPLE,
        "everybody would change"
    );
    preview
}

fn apply(store: &mut Store, preview: &ListPreview) -> Applied {
    let applied = store
        .apply(&preview.plan, &operator(), now(), &Unwatched)
        .unwrap();
    assert_eq!(applied.changed.len(), *PEOPLE, "everybody changed");
    applied
}

/// Reads a file to its end.
fn read(list: &Path) -> u64 {
    let mut table = Table::open(
        &Input::file(list).unwrap(),
        &ReadOptions::default(),
        &Unwatched,
    )
    .unwrap();
    while let Some(row) = table.next_row().unwrap() {
        black_box(row);
    }
    table.how_read().rows
}

/// Locks by hand: the list becomes a table in memory, and one statement locks the PINs of its
/// users. There is no preview, no check for changes in between, and no history.
fn by_hand(store: &Path, list: &Path) -> Duration {
    let list = list.display();
    let script = format!(
        r#".bail on
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA recursive_triggers = ON;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -32768;
CREATE TEMP TABLE list (name TEXT, upn TEXT, reason TEXT);
.import --csv --skip 1 --schema temp "{list}" list
BEGIN IMMEDIATE;
UPDATE counters SET value = value + 1 WHERE name = 'version';
UPDATE pins SET lock_cause = 'administrator', lock_since = 1795348800000, lock_until = NULL,
    lock_by = 'litwareinc\ann', lock_reason = 'left the company', lock_ticket = '',
    version = (SELECT value FROM counters WHERE name = 'version')
WHERE user_id IN (SELECT users.id FROM list JOIN users ON users.upn_key = lower(list.upn));
SELECT changes();
COMMIT;
PRAGMA journal_mode;
"#
    );
    let script_file = store.with_extension("sql");
    fs::write(&script_file, script).unwrap();
    let started = Instant::now();
    let output = Command::new("sqlite3")
        .args(["-batch", "-init", "/dev/null"])
        .arg(store)
        .stdin(File::open(&script_file).unwrap())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    let took = started.elapsed();
    let printed = String::from_utf8_lossy(&output.stdout);
    let people = *PEOPLE;
    assert!(
        output.status.success() && printed.ends_with(&format!("{people}\nwal\n")),
        "sqlite3 printed {printed}"
    );
    took
}

fn has_sqlite3() -> bool {
    let asked = Command::new("sqlite3")
        .arg("-version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    asked.is_ok_and(|status| status.success())
}

/// Times measured besides the benchmarks. The variants take turns, so that noise of the machine
/// affects all of them alike.
#[derive(Default)]
struct Turns {
    preview: Vec<Duration>,
    lock: Vec<Duration>,
    by_hand: Vec<Duration>,
}

fn timed<T>(times: &mut Vec<Duration>, work: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let outcome = work();
    times.push(started.elapsed());
    outcome
}

fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn benchmarks(criterion: &mut Criterion, scene: &Scene) -> Turns {
    let has_sqlite3 = has_sqlite3();
    let mut turns = Turns::default();
    let mut group = criterion.benchmark_group("bulk");
    group
        .sample_size(SAMPLES)
        .sampling_mode(SamplingMode::Flat)
        .nresamples(10_000);
    group
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(10));
    let lists = [
        ("UTF-8, commas", &scene.utf8),
        ("UTF-16, semicolons", &scene.utf16),
    ];
    for (name, list) in lists {
        group.bench_function(format!("read ({name})"), |bencher| {
            bencher.iter(|| assert_eq!(read(list), *PEOPLE as u64));
        });
    }
    let store = open(&scene.store);
    for (name, list) in lists {
        group.bench_function(format!("file to preview ({name})"), |bencher| {
            bencher.iter_with_large_drop(|| preview(&store, list, Action::Lock));
        });
    }
    drop(store);
    group.bench_function("preview to durable lock", |bencher| {
        bencher.iter_custom(|times| {
            let mut locking = Vec::new();
            for _ in 0..times {
                if has_sqlite3 {
                    turns
                        .by_hand
                        .push(by_hand(&scene.copy(&scene.store), &scene.utf8));
                }
                let mut store = open(&scene.copy(&scene.store));
                let preview = timed(&mut turns.preview, || {
                    preview(&store, &scene.utf8, Action::Lock)
                });
                timed(&mut locking, || apply(&mut store, &preview));
            }
            turns.lock.extend(&locking);
            locking.iter().sum()
        });
    });
    let mut store = open(&scene.copy(&scene.store));
    let input = Input::file(&scene.utf8).unwrap();
    let locking = preview(&store, &scene.utf8, Action::Lock);
    let applied = apply(&mut store, &locking);
    drop(store);
    group.bench_function("save results", |bencher| {
        let options = ReadOptions::default();
        let saved = scene.file("results.csv");
        bencher.iter(|| {
            save_results(
                &input,
                &options,
                &locking.plan,
                Some(&applied),
                &saved,
                &Unwatched,
            )
            .unwrap()
        });
    });
    let locked = scene.file("locked.db");
    fs::rename(scene.file("copy.db"), &locked).unwrap();
    group.bench_function("preview to durable unlock", |bencher| {
        bencher.iter_custom(|times| {
            let mut unlocking = Vec::new();
            for _ in 0..times {
                let mut store = open(&scene.copy(&locked));
                let preview = preview(&store, &scene.utf8, Action::Unlock);
                timed(&mut unlocking, || apply(&mut store, &preview));
            }
            unlocking.iter().sum()
        });
    });
    let (empty, filled) = (scene.file("empty.db"), scene.file("users.db"));
    drop(open(&empty));
    import_file(&scene.copy(&empty), &scene.file("users.csv"));
    fs::rename(scene.file("copy.db"), &filled).unwrap();
    for (name, before, file) in [
        ("import users", &empty, "users.csv"),
        ("import PIN states", &filled, "pins.csv"),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter_custom(|times| {
                let mut importing = Vec::new();
                for _ in 0..times {
                    let store = scene.copy(before);
                    timed(&mut importing, || import_file(&store, &scene.file(file)));
                }
                importing.iter().sum()
            });
        });
    }
    group.finish();
    if !has_sqlite3 {
        println!("The sqlite3 command line is not installed, so there is nothing to compare with.");
    }
    turns
}

fn print_comparison(turns: &Turns) {
    if turns.by_hand.is_empty() {
        return;
    }
    let (preview, lock, by_hand) = (
        median(&turns.preview),
        median(&turns.lock),
        median(&turns.by_hand),
    );
    let people = *PEOPLE;
    println!(
        "Locking {people} PINs from a file, medians of {} turns:",
        turns.by_hand.len()
    );
    println!(
        "  sqlite3, .import and one UPDATE, without history  {:.2} s",
        by_hand.as_secs_f64()
    );
    for (what, took) in [
        ("preview to durable lock", lock),
        ("file to durable lock", preview + lock),
    ] {
        let ratio = took.as_secs_f64() / by_hand.as_secs_f64();
        println!(
            "  {what:<49} {:.2} s, {ratio:.2} times that",
            took.as_secs_f64()
        );
    }
}

/// Makes a preview in a separate process, so that the printed memory is that of the preview alone.
fn print_memory_of_preview(folder: &Path) {
    let store = open(&folder.join("unlocked.db"));
    let before = memory("VmHWM");
    let preview = preview(&store, &folder.join("list.csv"), Action::Lock);
    match before.zip(memory("VmHWM")) {
        Some((before, peak)) => println!(
            "Peak memory of a process that previews {} rows: {peak} MiB, of which {before} MiB before it began.",
            preview.plan.items.len()
        ),
        None => println!("This system does not tell how much memory a process had."),
    }
}

fn main() {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_some_and(|first| first == MEMORY) {
        return print_memory_of_preview(Path::new(&arguments.next().expect("the folder")));
    }
    let mut criterion = Criterion::default().configure_from_args();
    let scene = Scene::new();
    let turns = benchmarks(&mut criterion, &scene);
    criterion.final_summary();
    print_comparison(&turns);
    let program = std::env::current_exe().unwrap();
    let status = Command::new(program)
        .arg(MEMORY)
        .arg(scene.folder.path())
        .status()
        .unwrap();
    assert!(
        status.success(),
        "the process that measures its memory failed"
    );
}
