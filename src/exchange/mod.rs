//! Files in and out: reading tables as PowerShell, Excel and people write them, matching them with
//! the store, and writing exports, results, reports and scripts.

mod atomic_write;
mod byte_source;
mod charts;
mod code_guess;
mod code_tables;
mod column_guess;
pub mod csv_injection;
mod date_parser;
pub mod dates;
mod delimiter;
mod detect;
mod encoding;
mod error;
mod evidence;
mod export;
mod file_survey;
mod foreign;
mod foreign_text;
mod forward;
mod header_row;
mod headings;
mod heads_file;
mod history_export;
mod history_report;
mod how_read;
mod html;
mod import;
mod import_columns;
mod import_csv;
mod import_options;
mod input;
mod layout;
mod limits;
mod lines;
mod list_columns;
mod list_match;
mod list_plan;
mod list_reader;
mod list_rows;
mod list_table;
mod list_workbook;
mod mail;
mod month_names;
mod name_parts;
mod note_row;
mod notices;
mod open_sheet;
mod output_file;
mod output_link;
mod picture;
mod pins;
mod pipeline_io;
mod plan_file;
pub mod powershell;
mod records;
mod report;
mod result_rows;
mod results;
mod row_identity;
mod row_shape;
mod save_list;
mod sheet_rows;
mod slips;
mod table;
mod top_lines;
mod truth_words;
mod unseen;
mod users;
mod workbook;
mod written_date;

pub use atomic_write::{check_writable, write_whole};
pub use charts::{Chart, ChartKind, ChartRow, charts, save_chart};
pub use column_guess::ListColumns;
pub use dates::DateOrder;
pub use delimiter::Delimiter;
pub use detect::{Certainty, Survey};
pub use encoding::TextEncoding;
pub use error::{ReadError, RowProblem};
pub use evidence::save_evidence;
pub use export::{ExportKind, export};
pub use file_survey::{FileKind, FileSurvey, row_at, survey_file};
pub use forward::ForwardFile;
pub use heads_file::{AppendedHeads, ChangedLine, ComparedHeads, append_heads, compare_heads};
pub use history_export::{HISTORY_COLUMNS, export_history, save_history};
pub use history_report::{save_batch_report, write_batch_report};
pub use how_read::{FileForm, HowRead, ReadOptions};
pub use import::{ImportPreview, check_header, preview_import, preview_input};
pub use import_columns::{ColumnChoice, ImportField, import_columns, open_import_choice};
pub use import_options::ImportOptions;
pub use input::Input;
pub use lines::LineEnd;
pub use list_columns::Meaning;
pub use list_plan::{ListOptions, ListPreview, plan_list};
pub use list_table::{CellKind, ListColumn, ListTable};
pub use mail::is_mail_address;
pub use notices::{
    NoticeKind, NoticeRow, Notices, Sender, WrittenMails, notices, write_mails, write_notices,
};
pub use output_file::{OutputFile, Readers};
pub use picture::{Picture, save_picture};
pub use pipeline_io::{export_pipeline, exported, readable, run_pipeline};
pub use plan_file::{PlanFileError, open_plan, save_plan};
pub use powershell::{save_script, write_plan_script};
pub use records::FileRow;
pub use report::{save_report, write_report};
pub use results::{RESULT_COLUMNS, save_results};
pub use save_list::{ListForm, save_list};
pub use slips::{PinSlip, save_slips};
pub use table::Table;
pub use top_lines::TopLine;
pub use unseen::UnseenParts;
pub use workbook::{CellFault, SheetRow, SheetShape, Workbook, WorkbookError};

/// The sample directory: about 250 invented people, for a first look.
pub mod sample {
    /// The users, as `Get-CsUser | Export-Csv` writes them.
    pub const USERS: &[u8] = include_bytes!("../../assets/sample/users.csv");
    /// The PIN states, as `Get-CsClientPinInfo | Export-Csv` writes them.
    pub const PINS: &[u8] = include_bytes!("../../assets/sample/pins.csv");
}
