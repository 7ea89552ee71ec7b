//! The history view: the filtered batches, the entries of each batch, and the verification of the
//! history.

use super::filters::HistoryFilters;
use super::locked_on_view::LockedOnView;
use crate::app::state::notice::Notice;
use crate::plan::BatchId;
use crate::store::{BatchSummary, HistoryChoices, HistoryEntry, HistoryQuery, Verified};

/// The state of the history view.
#[derive(Default)]
pub struct HistoryView {
    pub tab: HistoryTab,
    pub search: String,
    pub filters: HistoryFilters,
    /// The actions and operators that the filters offer.
    pub choices: HistoryChoices,
    /// None until they have been read.
    pub batches: Option<Vec<BatchSummary>>,
    /// The ID of the opened batch.
    pub opened: Option<BatchId>,
    /// The opened batch, once it has been read. It need not be among the listed batches.
    pub batch: Option<BatchSummary>,
    pub entries: Vec<HistoryEntry>,
    pub verified: Verification,
    /// The last saved file or failure. The dialog shows it, because it covers the status line.
    pub notice: Option<Notice>,
    pub locked: LockedOnView,
    /// The number of the list of batches. It grows with each query.
    pub listing: u64,
    /// Whether the opened batch was asked for, so that it stays although it is not listed.
    pub(in crate::app) is_asked_for: bool,
    /// The query whose answer is [`batches`](Self::batches).
    pub(in crate::app) asked: Option<HistoryQuery>,
}

/// The tabs of the history view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HistoryTab {
    #[default]
    Batches,
    LockedOn,
}

/// The result of verifying the history, if the operator has asked for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Verification {
    #[default]
    NotAsked,
    Running,
    Done(Verified),
}
