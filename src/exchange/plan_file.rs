//! Plan files, which keep a plan for a ticket, for a review, or for `pindesk apply`.
//!
//! The file is JSON: `format`, `version`, `sha256`, and the `plan`. The SHA-256 is that of the plan
//! as this program writes it on one line without spaces, so a plan that was edited is refused. It
//! is not a signature: an account that can write the file can compute it again. Users are protected
//! because each of them is compared with the store again.

use std::io::{Read as _, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::atomic_write::{cannot_write, write_whole};
use super::error::ReadError;
use super::output_file::OutputFile;
use crate::domain::role::Permissions;
use crate::domain::text::shown;
use crate::io_words::cause;
use crate::plan::Plan;
use crate::plan::document::{Document, NoPlan};

const FORMAT: &str = "pindesk-plan";
const VERSION: u32 = 1;
/// The largest size of a plan file in bytes. That is a plan of about half a million users.
const LARGEST: u64 = 256 << 20;

/// The reason why a file cannot be opened as a plan. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanFileError {
    #[error("The plan cannot be read: {0}.")]
    Io(String),
    #[error("This is no plan of PinDesk, or a damaged one: {}.", shown(.0))]
    NotAPlan(String),
    #[error(
        "The plan is of version {0}, which this program does not know. Open it with a newer PinDesk."
    )]
    UnknownVersion(u32),
    #[error(
        "The plan was edited after it was saved: its content does not fit its SHA-256. Make it again."
    )]
    Edited,
    #[error("The plan is for another store. It holds only for the one that it was made on.")]
    OtherStore,
}

impl From<NoPlan> for PlanFileError {
    fn from(NoPlan(why): NoPlan) -> Self {
        Self::NotAPlan(why)
    }
}

#[derive(Serialize, Deserialize)]
struct File {
    format: String,
    version: u32,
    sha256: String,
    plan: Document,
}

/// The fields that every version has.
#[derive(Deserialize)]
struct PlanFileHead {
    format: String,
    version: u32,
}

/// Saves a plan of a store.
///
/// # Errors
/// The file cannot be written.
pub fn save_plan<'a>(
    plan: &Plan,
    store: &str,
    to: impl Into<OutputFile<'a>>,
) -> Result<(), ReadError> {
    let written = Document::of(plan, store);
    let sha256 = written
        .sha256()
        .map_err(|no_plan| cannot_write(std::io::Error::other(no_plan)))?;
    let content = File {
        format: FORMAT.to_owned(),
        version: VERSION,
        sha256,
        plan: written,
    };
    write_whole(to, |file| {
        let mut out = std::io::BufWriter::new(&mut *file);
        serde_json::to_writer_pretty(&mut out, &content).map_err(cannot_write)?;
        out.write_all(b"\n")
            .and_then(|()| out.flush())
            .map_err(cannot_write)?;
        drop(out);
        let size = file.metadata().map_err(cannot_write)?.len();
        if size > LARGEST {
            return Err(ReadError::Write(format!(
                "the plan takes more than {} MB, and could not be opened again. Make several smaller ones",
                LARGEST >> 20
            )));
        }
        Ok(())
    })
}

/// Opens a plan for this store. Permissions are those that the operator has now.
///
/// # Errors
/// The file is not a plan, has an unknown version, was edited, or is for another store.
pub fn open_plan(
    path: &Path,
    store: &str,
    permissions: Permissions,
) -> Result<Plan, PlanFileError> {
    let io =
        |error: std::io::Error| PlanFileError::Io(format!("{}: {}", cause(&error), path.display()));
    // A pipe would have to be written by somebody before it can even be opened.
    if !std::fs::metadata(path).map_err(io)?.is_file() {
        return Err(PlanFileError::NotAPlan("it is not a file".to_owned()));
    }
    let mut text = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(LARGEST + 1).read_to_end(&mut text))
        .map_err(io)?;
    if text.len() as u64 > LARGEST {
        return Err(PlanFileError::NotAPlan(format!(
            "it is larger than {} MB",
            LARGEST >> 20
        )));
    }
    let text = String::from_utf8(text)
        .map_err(|_not_utf8| PlanFileError::NotAPlan("it is no text".to_owned()))?;
    let no_plan = |error: serde_json::Error| PlanFileError::NotAPlan(error.to_string());
    let head: PlanFileHead = serde_json::from_str(&text).map_err(no_plan)?;
    if head.format != FORMAT {
        return Err(PlanFileError::NotAPlan(format!(
            "its format is {}",
            head.format
        )));
    }
    if head.version != VERSION {
        return Err(PlanFileError::UnknownVersion(head.version));
    }
    let file: File = serde_json::from_str(&text).map_err(no_plan)?;
    if file.plan.sha256()? != file.sha256 {
        return Err(PlanFileError::Edited);
    }
    if file.plan.store != store {
        return Err(PlanFileError::OtherStore);
    }
    Ok(file.plan.plan(permissions)?)
}
