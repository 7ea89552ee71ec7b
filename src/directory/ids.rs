//! The IDs of the users of a part. IDs without gaps, which are usual, need only the first one.

use crate::domain::user::UserId;

/// Ascending IDs.
#[derive(Clone, Debug, Default)]
pub(super) struct Ids {
    first: i64,
    len: usize,
    /// All IDs if there are gaps, else empty.
    with_gaps: Vec<i64>,
}

impl Ids {
    pub fn push(&mut self, id: UserId) {
        if self.len == 0 {
            self.first = id.0;
        }
        let is_next = self.with_gaps.is_empty() && self.nth(self.len) == Some(id.0);
        if !is_next {
            if self.with_gaps.is_empty() {
                self.with_gaps = (0..self.len).filter_map(|index| self.nth(index)).collect();
            }
            self.with_gaps.push(id.0);
        }
        self.len += 1;
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn get(&self, index: usize) -> Option<UserId> {
        let id = if self.with_gaps.is_empty() {
            self.nth(index)
        } else {
            self.with_gaps.get(index).copied()
        };
        id.filter(|_| index < self.len).map(UserId)
    }

    pub fn first(&self) -> Option<UserId> {
        self.get(0)
    }

    pub fn last(&self) -> Option<UserId> {
        self.get(self.len.checked_sub(1)?)
    }

    /// The index of an ID.
    pub fn index_of(&self, id: UserId) -> Option<usize> {
        if !self.with_gaps.is_empty() {
            return self.with_gaps.binary_search(&id.0).ok();
        }
        let index = usize::try_from(id.0.checked_sub(self.first)?).ok()?;
        (index < self.len).then_some(index)
    }

    pub fn shrink_to_fit(&mut self) {
        self.with_gaps.shrink_to_fit();
    }

    fn nth(&self, index: usize) -> Option<i64> {
        self.first.checked_add(i64::try_from(index).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_with_and_without_gaps() {
        for numbers in [
            &[][..],
            &[7],
            &[7, 8, 9],
            &[-3, -2, 5],
            &[1, 2, 3, 9, 10, i64::MAX],
            &[i64::MAX],
        ] {
            let mut ids = Ids::default();
            for id in numbers {
                ids.push(UserId(*id));
            }
            assert_eq!(ids.len(), numbers.len());
            assert_eq!(
                (ids.first(), ids.last()),
                (
                    numbers.first().map(|id| UserId(*id)),
                    numbers.last().map(|id| UserId(*id))
                )
            );
            for (index, id) in numbers.iter().enumerate() {
                assert_eq!(
                    (ids.get(index), ids.index_of(UserId(*id))),
                    (Some(UserId(*id)), Some(index))
                );
            }
            for other in [i64::MIN, 0, 4, 11, i64::MAX - 1] {
                assert!(
                    numbers.contains(&other) || ids.index_of(UserId(other)).is_none(),
                    "{other}"
                );
            }
            assert_eq!(ids.get(numbers.len()), None);
        }
    }
}
