//! The account that opens a store, and what is compared and asked meanwhile.

use crate::domain::Time;
use crate::domain::role::Operator;
use crate::store::engine::waiting::Waiter;
use crate::store::history::witness::Witness;

/// The values with which a store is opened.
#[derive(Clone)]
pub struct Opener<'a> {
    pub operator: &'a Operator,
    pub now: Time,
    /// The folder with what this account has seen of stores. The opened store uses it, too.
    pub witness: Option<Witness>,
    /// The function that is asked while another program keeps the store from being opened or
    /// written. The opened store uses it, too.
    pub waiter: Option<Waiter>,
    /// Whether an older store is brought up to date although its history is not the one that the
    /// witness has seen.
    pub accepts_history: bool,
}

impl<'a> Opener<'a> {
    /// Without a witness, and waiting as long as a store waits by itself.
    pub fn new(operator: &'a Operator, now: Time) -> Self {
        Self {
            operator,
            now,
            witness: None,
            waiter: None,
            accepts_history: false,
        }
    }
}
