//! Runs a target over its corpus, and then over changed inputs. Everything follows from a seed, so
//! that each failure can be repeated.

use std::io::{Write as _, stderr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use crate::chance::{Chance, runs};
use crate::mutator::Mutator;

/// The time after which a run is reported as one that hangs.
const HANGS_AFTER: Duration = Duration::from_mins(1);

/// A target and its inputs.
pub struct Campaign {
    /// The folder of its corpus.
    pub target: &'static str,
    /// Words of the format.
    pub words: &'static [&'static [u8]],
    /// The number of inputs in a short run.
    pub short: u64,
    /// The longest input, in bytes.
    pub longest: usize,
    /// At least one in this number of inputs is accepted. Otherwise the run has only tried refusals.
    pub one_accepted_in: u64,
}

impl Campaign {
    /// Checks every input. `check` fails by a panic and returns whether the input was accepted. Its
    /// choices follow from the input, so that an input alone repeats a failure.
    pub fn run(&self, check: impl Fn(&[u8], &mut Chance) -> bool) {
        let corpus = corpus(self.target);
        for (name, input) in &corpus {
            self.one(name, input, &check);
        }
        let inputs: Vec<Vec<u8>> = corpus.into_iter().map(|(_, input)| input).collect();
        let mutator = Mutator {
            inputs: &inputs,
            words: self.words,
            longest: self.longest,
        };
        let (runs, first) = (runs(self.short), first_seed());
        let (seed, start) = (AtomicU64::new(first), Instant::now());
        let accepted = watched(self.target, &seed, || {
            let (mut input, mut accepted) = (Vec::new(), 0);
            for now in first..first + runs {
                seed.store(now, Ordering::Relaxed);
                mutator.next(&mut Chance(now), &mut input);
                accepted += u64::from(self.one(&format_args!("seed {now}"), &input, &check));
            }
            accepted
        });
        if runs > self.short {
            let time = start.elapsed().as_secs_f64();
            report(&format!(
                "{}: {runs} executions, {accepted} accepted, {time:.1} s, {:.0} a second",
                self.target,
                runs as f64 / time
            ));
        }
        assert!(
            runs < self.short || accepted * self.one_accepted_in >= runs,
            "only {accepted} of {runs} inputs were accepted"
        );
    }

    fn one(
        &self,
        name: &impl std::fmt::Display,
        input: &[u8],
        check: &impl Fn(&[u8], &mut Chance) -> bool,
    ) -> bool {
        let mut chance = Chance(hash(input));
        match catch_unwind(AssertUnwindSafe(|| check(input, &mut chance))) {
            Ok(accepted) => accepted,
            Err(_failed) => {
                let kept = kept_input(self.target, input);
                panic!(
                    "{} fails with {name}: {}\nb\"{}\"",
                    self.target,
                    kept.display(),
                    input.escape_ascii()
                )
            }
        }
    }
}

/// The committed inputs of a target, by name.
fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fuzz/corpus")
        .join(target);
    let mut corpus: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.display().to_string(), std::fs::read(&path).unwrap()))
        .collect();
    corpus.sort();
    corpus
}

/// The seed of the first changed input.
fn first_seed() -> u64 {
    std::env::var("PINDESK_FUZZ_SEED").map_or(1, |seed| seed.parse().unwrap())
}

/// Does the work, and reports an input whose check does not end.
fn watched<T>(target: &str, seed: &AtomicU64, work: impl FnOnce() -> T) -> T {
    let (end, ended) = channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut last = None;
            while ended.recv_timeout(HANGS_AFTER) == Err(RecvTimeoutError::Timeout) {
                let now = Some(seed.load(Ordering::Relaxed));
                if now == last {
                    report(&format!("{target} hangs: PINDESK_FUZZ_SEED={now:?}"));
                }
                last = now;
            }
        });
        let done = catch_unwind(AssertUnwindSafe(work));
        drop(end);
        done.unwrap_or_else(|failed| std::panic::resume_unwind(failed))
    })
}

/// Writes a line that the test runner does not keep back.
fn report(line: &str) {
    drop(writeln!(stderr(), "{line}"));
}

/// Keeps an input that fails.
fn kept_input(target: &str, input: &[u8]) -> PathBuf {
    let name = format!("fuzz-{target}-{:016x}", hash(input));
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, input).unwrap();
    path
}

/// The hash FNV-1a of an input: <http://www.isthe.com/chongo/tech/comp/fnv/>.
fn hash(input: &[u8]) -> u64 {
    input.iter().fold(0xCBF2_9CE4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}
