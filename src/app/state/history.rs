//! The history view: the batches that the filters leave, what each of them did, and whether the
//! chain of hashes holds.

use super::history_filters::HistoryFilters;
use super::locked_on::LockedOnView;
use super::notice::Notice;
use crate::plan::BatchId;
use crate::store::{BatchSummary, HistoryChoices, HistoryEntry, HistoryQuery, Verified};

/// The history as it is shown.
#[derive(Default)]
pub struct HistoryView {
    pub tab: HistoryTab,
    pub search: String,
    pub filters: HistoryFilters,
    /// What the filters offer.
    pub choices: HistoryChoices,
    /// None until they have been read.
    pub batches: Option<Vec<BatchSummary>>,
    /// The batch that is looked at.
    pub opened: Option<BatchId>,
    /// The same, once it has been read. It need not be one of those that are listed.
    pub batch: Option<BatchSummary>,
    pub entries: Vec<HistoryEntry>,
    pub verified: Verification,
    /// What was saved last, or what has failed: said in the dialog, which covers the status line.
    pub notice: Option<Notice>,
    pub locked: LockedOnView,
    /// The query that the batches answer.
    pub(in crate::app) asked: Option<HistoryQuery>,
}

/// What of the history is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HistoryTab {
    #[default]
    Batches,
    LockedOn,
}

/// Whether the chain of hashes holds, as far as somebody has asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Verification {
    #[default]
    NotAsked,
    Running,
    Done(Verified),
}
