//! Memory that is used for a moment and given back.

/// More than any allocator takes from what it keeps for later.
const MAPPED: usize = 40 << 20;

/// Room for so many things that will soon be dropped.
///
/// Asks for so much that the allocator gets it from the system alone, and gives it back when it is dropped; what is not used
/// of it costs nothing. Of less it would keep some for later, which would never be: a million users take a third more then.
pub(super) fn for_a_while<T>(count: usize) -> Vec<T> {
    const FEW: usize = 1 << 16;
    let mapped = if count > FEW {
        MAPPED / size_of::<T>().max(1)
    } else {
        0
    };
    Vec::with_capacity(count.max(mapped))
}
