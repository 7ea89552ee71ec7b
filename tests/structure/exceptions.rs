//! The known exceptions from the rules. Each line is `exception: reason`. A line that is no longer
//! needed fails the test.

/// Uses of a higher floor, as `from -> to`.
pub const FLOORS: &[&str] = &[];

/// Uses of a higher room of the store, as `from -> to`.
pub const ROOMS: &[&str] = &[
    "src/store/users/targets.rs -> src/store/pins/policies.rs: a request that sets PINs needs the lifetimes of the policies",
];

/// Types of a `mod.rs` whose methods lie in the files of its folder, one file for each part of what
/// the type does.
pub const FACADES: &[&str] =
    &["src/store/mod.rs Store: the store's face; each file of a room adds what the room does"];

/// Files that are part of a circle.
pub const CIRCLES: &[&str] = &[];

/// Files longer than the limit.
pub const LONG_FILES: &[&str] = &[];

/// Names of more than one type: one idea that exists on two floors.
pub const TYPES: &[&str] = &[];

/// Files of the store with a statement that only SQLite takes.
pub const STATEMENTS: &[&str] = &[];

/// Files with comments that leave open what they are about.
pub const RIDDLES: &[&str] = &[];
