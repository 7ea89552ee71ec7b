//! Files in: reading CSV as PowerShell writes it, and working it out against the store.

pub mod dates;
mod import;
mod pins;
mod source;
mod table;
mod users;

pub use dates::DateOrder;
pub use import::{ImportOptions, ImportPreview, check_header, preview_bytes, preview_import};
pub use table::{HowRead, ReadError, RowProblem, Table};

/// The sample directory: about 250 invented people, for a first look.
pub mod sample {
    pub const USERS: &[u8] = include_bytes!("../../assets/sample/users.csv");
    pub const PINS: &[u8] = include_bytes!("../../assets/sample/pins.csv");
}
