//! Measures the directory in memory: loading, answering, sorting, and following a change. Run it
//! with `cargo bench --bench directory`.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark that cannot go on says so and ends, and what it measures it prints"
)]

mod common;

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use common::{memory, now, open, operator, sizes, store_of};
use criterion::{BenchmarkId, Criterion, SamplingMode};
use pindesk::directory::{AnswerCache, Directory, Query, Sort, SortColumn, View};
use pindesk::domain::filter::Filter;
use pindesk::domain::identity::Identity;
use pindesk::plan::{Action, Keep, Request, Target};
use pindesk::progress::Unwatched;
use pindesk::store::Store;
use strum::VariantArray as _;

/// The first argument of the process that only measures its memory.
const MEMORY: &str = "directory-memory";

/// Texts that find all, many, some, few, one or no users, with one, two, three, seven and more
/// letters.
const TEXTS: [(&str, &str); 8] = [
    ("1 letter, nearly everybody", "m"),
    ("2 letters, many", "an"),
    ("3 letters, some", "mül"),
    ("7 letters, some", "shevche"),
    ("one", "9999@"),
    ("nobody", "zzzzzzz"),
    ("everybody", "litwareinc"),
    ("pattern", "* Müller"),
];

fn text(text: &str) -> Query {
    Query {
        text: text.to_owned(),
        ..Query::default()
    }
}

/// Answers a query as the window does: with everything that is kept between answers, except for
/// results of this text. Returns the time it took and the answer.
fn answer_uncached(
    answers: &mut AnswerCache,
    directory: &Directory,
    query: &Query,
) -> (Duration, View) {
    // A text that finds no user is neither part of the next text, nor contains it.
    answers
        .answer(
            directory,
            &Query {
                text: "sip:*".to_owned(),
                ..query.clone()
            },
            now(),
            &|| false,
        )
        .unwrap();
    let started = Instant::now();
    let view = answers.answer(directory, query, now(), &|| false).unwrap();
    (started.elapsed(), view)
}

fn searching(criterion: &mut Criterion, directory: &Directory) {
    let mut answers = AnswerCache::default();
    let mut group = criterion.benchmark_group(format!("search/{}", directory.len()));
    group
        .sample_size(20)
        .nresamples(1000)
        .measurement_time(Duration::from_secs(1))
        .warm_up_time(Duration::from_millis(200));
    let by_expiry = Sort {
        column: SortColumn::Expires,
        descending: true,
    };
    for (name, letters) in TEXTS {
        for (how, query) in [
            ("all", text(letters)),
            (
                "locked",
                Query {
                    filter: Filter::Locked,
                    ..text(letters)
                },
            ),
            (
                "by expiry",
                Query {
                    sort: by_expiry,
                    ..text(letters)
                },
            ),
        ] {
            let found = answer_uncached(&mut answers, directory, &query).1.len();
            group.bench_function(
                BenchmarkId::new(
                    format!("{name} ({letters})"),
                    format!("{how}, {found} rows"),
                ),
                |bencher| {
                    bencher.iter_custom(|times| {
                        (0..times)
                            .map(|_| answer_uncached(&mut answers, directory, &query).0)
                            .sum()
                    });
                },
            );
        }
    }
    group.bench_function("typed on (shev → shevc)", |bencher| {
        bencher.iter_custom(|times| {
            let once = |_| {
                answer_uncached(&mut answers, directory, &text("shev"));
                let started = Instant::now();
                black_box(
                    answers
                        .answer(directory, &text("shevc"), now(), &|| false)
                        .unwrap(),
                );
                started.elapsed()
            };
            (0..times).map(once).sum()
        });
    });
    group.finish();
    let mut group =
        criterion.benchmark_group(format!("sort everybody, first time/{}", directory.len()));
    group
        .sample_size(10)
        .nresamples(1000)
        .measurement_time(Duration::from_secs(1))
        .warm_up_time(Duration::from_millis(200));
    directory.prepare_orders();
    for &column in SortColumn::VARIANTS {
        for descending in [false, true] {
            let direction = if descending {
                "descending"
            } else {
                "ascending"
            };
            let query = Query {
                sort: Sort { column, descending },
                ..Query::default()
            };
            group.bench_function(format!("{column:?} {direction}"), |bencher| {
                bencher.iter_custom(|times| {
                    let once = |_| {
                        let mut answers = AnswerCache::default();
                        answers
                            .answer(directory, &Query::default(), now(), &|| false)
                            .unwrap();
                        let started = Instant::now();
                        black_box(answers.answer(directory, &query, now(), &|| false).unwrap());
                        started.elapsed()
                    };
                    (0..times).map(once).sum()
                });
            });
        }
    }
    group.finish();
}

fn loading(criterion: &mut Criterion, path: &Path, count: usize) {
    let store = open(path);
    let mut group = criterion.benchmark_group(format!("load/{count}"));
    group
        .sample_size(10)
        .sampling_mode(SamplingMode::Flat)
        .nresamples(1000);
    group
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(2));
    group.bench_function("first rows from the store", |bencher| {
        bencher
            .iter(|| black_box(View::first_rows(&open(path), &Query::default(), now()).unwrap()));
    });
    group.bench_function("everybody", |bencher| {
        bencher.iter_with_large_drop(|| Directory::load(&store, &Unwatched).unwrap());
    });
    group.bench_function("everybody, and the first answer", |bencher| {
        bencher.iter_with_large_drop(|| {
            let directory = Directory::load(&store, &Unwatched).unwrap();
            View::answer(&directory, &Query::default(), now(), &|| false).unwrap()
        });
    });
    group.finish();
}

/// Another connection locks or renames a user, and the directory follows.
fn following(criterion: &mut Criterion, path: &Path, directory: &Directory) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let copy = folder.path().join("copy.db");
    fs::copy(path, &copy).unwrap();
    let mut store = open(&copy);
    lock_one(&mut store);
    let mut group = criterion.benchmark_group(format!("follow/{}", directory.len()));
    group
        .sample_size(10)
        .nresamples(1000)
        .measurement_time(Duration::from_secs(1))
        .warm_up_time(Duration::from_millis(200));
    group.bench_function("one lock", |bencher| {
        bencher.iter_with_large_drop(|| directory.brought_up_to_date(&store, &Unwatched).unwrap());
    });
    group.finish();
}

fn lock_one(store: &mut Store) {
    let upn = Identity::parse("Anja Groß").map(|_| "Anja Groß").unwrap();
    let found = store.find(&Identity::parse(upn).unwrap()).unwrap();
    let request = Request {
        action: Action::Lock,
        targets: found
            .iter()
            .take(1)
            .map(|user| Target::User(user.id))
            .collect(),
        keep: Keep::All,
        reason: String::new(),
        ticket: String::new(),
    };
    let plan = store
        .plan(&request, &operator(), now(), &Unwatched)
        .unwrap()
        .plan;
    store.apply(&plan, &operator(), now(), &Unwatched).unwrap();
}

/// Loads, searches and sorts in a separate process, so that the printed memory is that of the
/// directory alone.
fn print_memory(path: &Path) {
    let at_first = memory("VmRSS");
    let directory = Directory::load(&open(path), &Unwatched).unwrap();
    let mut answers = AnswerCache::default();
    answers
        .answer(&directory, &Query::default(), now(), &|| false)
        .unwrap();
    let loaded = memory("VmRSS");
    directory.prepare_orders();
    for (_, letters) in TEXTS {
        for &column in SortColumn::VARIANTS {
            let query = Query {
                sort: Sort {
                    column,
                    descending: true,
                },
                ..text(letters)
            };
            answers
                .answer(&directory, &query, now(), &|| false)
                .unwrap();
        }
    }
    match (at_first, loaded, memory("VmRSS"), memory("VmHWM")) {
        (Some(at_first), Some(loaded), Some(used), Some(peak)) => println!(
            "{:>9} users: {loaded} MiB once loaded, {used} MiB after searching and sorting, {peak} MiB at most; {at_first} MiB before.",
            directory.len()
        ),
        _ => println!("This system does not tell how much memory a process has."),
    }
}

fn main() {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_some_and(|first| first == MEMORY) {
        return print_memory(Path::new(&arguments.next().expect("the store")));
    }
    let mut criterion = Criterion::default().configure_from_args();
    for count in sizes() {
        let path = store_of(count);
        loading(&mut criterion, &path, count);
        let directory = Directory::load(&open(&path), &Unwatched).unwrap();
        searching(&mut criterion, &directory);
        following(&mut criterion, &path, &directory);
    }
    criterion.final_summary();
    println!("Memory of a process that only has the directory:");
    for count in sizes() {
        let program = std::env::current_exe().unwrap();
        let status = Command::new(program)
            .arg(MEMORY)
            .arg(store_of(count))
            .status()
            .unwrap();
        assert!(
            status.success(),
            "the process that measures its memory failed"
        );
    }
}
