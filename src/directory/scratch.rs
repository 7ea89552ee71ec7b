//! Scratch memory, which goes back to the operating system after use.

/// Size in bytes above which every common allocator maps memory separately.
const MAPPED: usize = 40 << 20;

/// An empty vector with room for `count` values, for short use.
///
/// The buffer is oversized, so the allocator maps it separately and returns it to the operating
/// system. Unused pages cost nothing. Smaller buffers would be kept for later: with a million
/// users, the process would need a third more memory.
pub(super) fn buffer<T>(count: usize) -> Vec<T> {
    const FEW: usize = 1 << 16;
    let mapped = if count > FEW {
        MAPPED / size_of::<T>().max(1)
    } else {
        0
    };
    Vec::with_capacity(count.max(mapped))
}
