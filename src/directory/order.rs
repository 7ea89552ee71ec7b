//! An order of all users. Results are put in order by it without comparing them.

use std::sync::Arc;

use super::position::Position;
use super::scratch;
use super::user_set::UserSet;

/// A permutation of all users and its inverse.
#[derive(Clone, Debug)]
pub(super) struct UserOrder {
    positions: Arc<[Position]>,
    ranks: Arc<[u32]>,
}

impl UserOrder {
    /// The order of positions that list each user once.
    pub fn of(positions: impl Into<Arc<[Position]>>) -> Self {
        let positions = positions.into();
        let mut ranks = vec![0; positions.len()];
        for (rank, position) in (0..).zip(positions.iter()) {
            if let Some(slot) = ranks.get_mut(position.0 as usize) {
                *slot = rank;
            }
        }
        Self {
            positions,
            ranks: ranks.into(),
        }
    }

    /// The users by a key; equal keys stay in this order, and users without a key come last.
    pub fn by_key(&self, key: impl Fn(Position) -> Option<u64>) -> Self {
        let (mut smallest, mut largest, mut rest) = (u64::MAX, 0, Vec::new());
        for &position in self.positions.iter() {
            match key(position) {
                Some(key) => (smallest, largest) = (smallest.min(key), largest.max(key)),
                None => rest.push(position),
            }
        }
        let keyed = (0_u64..)
            .zip(self.positions.iter())
            .filter_map(|(rank, &position)| key(position).map(|key| (key, rank)));
        let at = |rank: u64| self.positions.get(rank as usize).copied();
        // Key and rank fit into one number if the keys are times of some decades. Single numbers
        // sort fastest.
        let bits = (u64::BITS - (self.positions.len() as u64).leading_zeros()).max(1);
        let mut positions = Vec::with_capacity(self.positions.len());
        if largest.saturating_sub(smallest) >> (u64::BITS - bits) == 0 {
            let mut packed = scratch::buffer(self.positions.len());
            packed.extend(keyed.map(|(key, rank)| (key - smallest) << bits | rank));
            packed.sort_unstable();
            positions.extend(
                packed
                    .into_iter()
                    .filter_map(|packed| at(packed & ((1 << bits) - 1))),
            );
        } else {
            let mut keyed: Vec<(u64, u64)> = keyed.collect();
            keyed.sort_unstable();
            positions.extend(keyed.into_iter().filter_map(|(_, rank)| at(rank)));
        }
        positions.extend(rest);
        Self::of(positions)
    }

    /// The reverse order. The given number of users at the end, who have nothing to compare, stay
    /// last.
    pub fn reversed(&self, last: usize) -> Self {
        let (first, last) = self
            .positions
            .split_at(self.positions.len() - last.min(self.positions.len()));
        Self::of(first.iter().rev().chain(last).copied().collect::<Vec<_>>())
    }

    /// A set of users in this order.
    pub fn of_found(&self, found: &UserSet) -> Arc<[Position]> {
        let count = found.count();
        if count == self.positions.len() {
            return Arc::clone(&self.positions);
        }
        let mut positions = Vec::with_capacity(count);
        // Walking the order costs the same for any set; sorting ranks is cheaper for a small one.
        if count < self.positions.len() / 32 {
            found.each(|position| positions.push(Position::of(position)));
            positions.sort_unstable_by_key(|&position| self.rank(position));
        } else {
            positions.extend(
                self.positions
                    .iter()
                    .filter(|position| found.contains(position.0)),
            );
        }
        positions.into()
    }

    /// The index of a user in this order.
    pub fn rank(&self, position: Position) -> Option<u32> {
        self.ranks.get(position.0 as usize).copied()
    }

    pub fn positions(&self) -> &[Position] {
        &self.positions
    }

    /// The positions in this order, shared.
    pub fn shared(&self) -> Arc<[Position]> {
        Arc::clone(&self.positions)
    }
}
