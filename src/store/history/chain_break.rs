//! A break of the chain: the history is not as it was written.

/// The first entry that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainBreak {
    /// The ID of the entry; 0 if there is none.
    pub seq: i64,
    pub what: String,
}
