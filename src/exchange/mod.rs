//! Files in and out: reading tables as PowerShell, Excel and people write them, and working them out against the store.

mod asked;
mod bulk;
mod columns;
pub mod dates;
mod encoding;
mod error;
mod evidence;
mod export;
pub mod harmless;
mod history_export;
mod history_report;
mod html;
mod import;
mod layout;
mod lines;
mod list;
mod pins;
mod piped;
mod plan_file;
pub mod powershell;
mod records;
mod report;
mod results;
mod source;
mod survey;
mod table;
mod users;
mod whole;
mod workbook;
mod written;

pub use bulk::{FileKind, ListOptions, ListPreview, Look, MOST_ROWS, look, plan_list, row_at};
pub use columns::Meaning;
pub use dates::DateOrder;
pub use encoding::TextEncoding;
pub use error::{ReadError, RowProblem};
pub use evidence::save_evidence;
pub use export::{ExportKind, export};
pub use history_export::{HISTORY_COLUMNS, export_history, save_history};
pub use history_report::{save_batch_report, write_batch_report};
pub use import::{ImportOptions, ImportPreview, check_header, preview_import, preview_input};
pub use layout::Delimiter;
pub use lines::LineEnd;
pub use list::ListColumns;
pub use piped::{export_pipeline, exported, readable, run_pipeline};
pub use plan_file::{PlanFileError, open_plan, save_plan};
pub use powershell::{save_script, write_plan_script};
pub use records::Row;
pub use report::{save_report, write_report};
pub use results::{RESULT_COLUMNS, save_results};
pub use survey::{Certainty, Survey};
pub use table::{Form, HowRead, Input, ReadOptions, Table};
pub use whole::write_whole;
pub use workbook::{Workbook, WorkbookError};

/// The sample directory: about 250 invented people, for a first look.
pub mod sample {
    pub const USERS: &[u8] = include_bytes!("../../assets/sample/users.csv");
    pub const PINS: &[u8] = include_bytes!("../../assets/sample/pins.csv");
}
