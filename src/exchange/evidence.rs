//! Evidence of a batch: an archive that can be checked without PinDesk, with `sha256sum` and the
//! instructions in it.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use sha2::{Digest as _, Sha256};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::atomic_write::{cannot_write, write_whole};
use super::error::ReadError;
use super::history_report::write_batch_report;
use super::output_file::OutputFile;
use crate::domain::Time;
use crate::domain::role::Operator;
use crate::domain::text::{hex, shown};
use crate::plan::BatchId;
use crate::progress::Progress;
use crate::store::{Evidence, EvidenceEntry, Store};
use crate::time_format::utc;

const SUMS: &str = "SHA256SUMS";

/// The shell commands that check the links between entries. The hashes of the entries are checked
/// by `sha256sum`.
const LINKS: &str = r#"for folder in entries/*/; do
  before=
  for entry in "$folder"*; do
    follows=$(head -n 1 "$entry")
    case $before in ''|"$follows") ;; *) echo "$entry does not follow the entry before it" ;; esac
    before=$(sha256sum < "$entry" | cut -d ' ' -f 1)
  done
done"#;

/// The shell command that shows that the plan is the one that was reviewed and applied.
const PLAN: &str = "grep -l \"$(sha256sum < plan.json | cut -d ' ' -f 1)\" entries/*/*";

/// Saves the evidence of a batch. Returns its number of entries.
///
/// # Errors
/// There is no such batch, the store cannot be read, the file cannot be written, or the work was
/// cancelled.
pub fn save_evidence<'a>(
    store: &Store,
    batch: BatchId,
    to: impl Into<OutputFile<'a>>,
    operator: &Operator,
    now: Time,
    progress: &dyn Progress,
) -> Result<usize, ReadError> {
    // With the snapshot, the archive has the entries that were verified, even if others write
    // meanwhile.
    let _one_moment = store.snapshot()?;
    let evidence = store.evidence(batch, progress)?;
    write_whole(to, |file| {
        let mut archive = Archive::new(file);
        archive.add("README.txt", readme(&evidence, operator, now).as_bytes())?;
        archive.add_written("report.html", &mut |out| {
            write_batch_report(store, batch, out, now, progress)
        })?;
        if let Some((_, line)) = &evidence.plan {
            archive.add("plan.json", line.as_bytes())?;
        }
        let mut failed = None;
        let mut count = 0;
        store.evidence_entries(&evidence.batches, progress, &mut |entry| {
            count += 1;
            match archive.add_entry(&evidence, &entry) {
                Ok(()) => true,
                Err(error) => {
                    failed = Some(error);
                    false
                }
            }
        })?;
        if let Some(error) = failed {
            return Err(error);
        }
        archive.finish()?;
        Ok(count)
    })
}

/// The archive while it is written, and the SHA-256 sums of its files.
struct Archive<'a> {
    zip: ZipWriter<BufWriter<&'a mut File>>,
    sums: String,
}

impl<'a> Archive<'a> {
    fn new(file: &'a mut File) -> Self {
        Self {
            zip: ZipWriter::new(BufWriter::new(file)),
            sums: String::new(),
        }
    }

    fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), ReadError> {
        self.write(name, bytes)?;
        self.sums
            .push_str(&format!("{}  {name}\n", hex(&Sha256::digest(bytes))));
        Ok(())
    }

    /// Adds a file that is written piece by piece, so that it is never in memory as a whole.
    fn add_written(
        &mut self,
        name: &str,
        write: &mut dyn FnMut(&mut dyn Write) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        self.begin(name)?;
        let mut out = SummedWriter {
            out: &mut self.zip,
            sum: Sha256::new(),
        };
        write(&mut out)?;
        let sum = hex(&out.sum.finalize());
        self.sums.push_str(&format!("{sum}  {name}\n"));
        Ok(())
    }

    /// Adds an entry. Its sum is the hash from the store's chain and is not computed here, so that
    /// checking the sums checks the chain.
    fn add_entry(&mut self, evidence: &Evidence, entry: &EvidenceEntry) -> Result<(), ReadError> {
        let action = evidence
            .batches
            .iter()
            .find(|(batch, _)| *batch == entry.batch)
            .map_or("", |(_, action)| action);
        // The action becomes part of a path. In an edited store it could lead out of the folder.
        let action: String = action
            .chars()
            .filter(|c| c.is_ascii_alphabetic() || *c == '-')
            .collect();
        let name = format!(
            "entries/{:08}-{action}/{:010}.txt",
            entry.batch.0, entry.seq
        );
        self.write(&name, &entry.text)?;
        self.sums.push_str(&format!("{}  {name}\n", entry.hash));
        Ok(())
    }

    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), ReadError> {
        self.begin(name)?;
        self.zip.write_all(bytes).map_err(cannot_write)
    }

    fn begin(&mut self, name: &str) -> Result<(), ReadError> {
        let options = SimpleFileOptions::default();
        self.zip.start_file(name, options).map_err(cannot_write)
    }

    fn finish(mut self) -> Result<(), ReadError> {
        let sums = std::mem::take(&mut self.sums);
        self.write(SUMS, sums.as_bytes())?;
        let mut out = self.zip.finish().map_err(cannot_write)?;
        out.flush().map_err(cannot_write)
    }
}

/// Computes the SHA-256 of the bytes that are written through it.
struct SummedWriter<W> {
    out: W,
    sum: Sha256,
}

impl<W: Write> Write for SummedWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.sum.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn readme(evidence: &Evidence, operator: &Operator, now: Time) -> String {
    let verified = &evidence.verified;
    let holds = match &verified.first_break {
        None => format!(
            "The chain of all {} entries of the store held.",
            verified.entries
        ),
        Some(found) => format!(
            "THE CHAIN OF THE STORE WAS BROKEN at entry {}: {}.",
            found.seq, found.what
        ),
    };
    let plan = if evidence.plan.is_some() {
        format!(
            "\n3. That plan.json is what was submitted, reviewed and applied. The first entry of each of these steps\n   \
             names its SHA-256, and this lists those entries:\n\n{PLAN}\n"
        )
    } else {
        String::new()
    };
    format!(
        "Evidence of batch {batch} of a PinDesk store

Store           {store}
Made at         {now}
By              {account} on {machine}
When it was made: {holds}
The hash of the store's last entry was then
{head}

What is in here
- report.html     The batch for people: open it in any browser.
- entries/        What was done: a folder for each step (its batch's number and action), a file for each entry of the
                  history. The first line of a file is the SHA-256 of the entry before it. The second is the entry as
                  JSON: its number, batch, kind, the user's number and identity, the state before and after, and a note
                  where there is one. The first entry of a batch says in place of the state after: batch, action, time
                  (milliseconds since 1970-01-01 UTC), operator, machine, reason or comment, ticket, source file and its
                  SHA-256, program version, the batch that it undoes, and the number and SHA-256 of the plan.
- plan.json       Where the batch applied a submitted plan: that plan, in one line.
- {SUMS}      The SHA-256 of each file. For the entries these are the hashes of the store's own chain.

How to check it, in a shell in the folder where this archive was unpacked

1. That nothing was changed. Each line must end with OK:

sha256sum -c {SUMS}

2. That the entries of each step follow each other. This must print nothing:

{LINKS}
{plan}
What it proves: that these entries and this plan are what their hashes stand for, and that the entries of each step
follow each other. What it does not: that the hashes are those of the store. For that, compare the last hash above with
one that was kept elsewhere, or ask for the store and run: pindesk history verify
",
        batch = evidence.batch.0,
        store = evidence.store,
        now = utc(now),
        account = shown(&operator.account),
        machine = shown(&operator.machine),
        head = verified.head,
    )
}
