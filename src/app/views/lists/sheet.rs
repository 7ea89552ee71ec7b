//! The import sheet: the file that is being imported, and the choices of each step.

use std::path::PathBuf;

use strum::VariantArray as _;

use super::stage::ImportStage;
use super::step::{FilePurpose, ImportStep};
use crate::app::state::notice::Notice;
use crate::app::state::preview_list::RowPick;
use crate::exchange::{
    ColumnChoice, DateOrder, FileRow, FileSurvey, ListColumns, ReadOptions, open_import_choice,
};
use crate::plan::Candidate;
use crate::worker::jobs::FoundUsers;

/// The state of the import sheet.
pub struct ImportSheet {
    pub path: PathBuf,
    pub step: ImportStep,
    /// The use of the file. None: the operator has not chosen one yet.
    pub purpose: Option<FilePurpose>,
    pub read: ReadOptions,
    /// The survey of the file: its layout and first rows. An older one stays until the next one is
    /// ready.
    pub survey: Option<Box<FileSurvey>>,
    /// Why the file cannot be read with the current options.
    pub survey_failed: Option<String>,
    /// The columns of a list, as guessed from the survey or as chosen.
    pub columns: Option<ListColumns>,
    /// The columns of an import whose headings do not say what they have.
    pub import_columns: Vec<ColumnChoice>,
    /// The domain of bare logon names.
    pub domain: String,
    pub date_order: Option<DateOrder>,
    /// Whether times without a zone are read as UTC instead of local time.
    pub is_utc: bool,
    pub stage: ImportStage,
    /// The reasons why the previewed import needs approval, in words.
    pub needs: Option<String>,
    /// The users that were picked by hand for rows of the preview, in order.
    pub picks: Vec<RowPick>,
    /// The opened row of the preview.
    pub opened: Option<OpenedRow>,
    /// The last saved file or failure. The sheet shows it, because it covers the status line.
    pub saved: Option<Notice>,
    /// Whether the file was opened as a list. It is then never treated as a directory file by
    /// itself.
    pub is_list: bool,
}

/// An opened row of the preview, with the row of the file.
pub struct OpenedRow {
    /// The index of the item in the plan.
    pub item: usize,
    /// The row of the file, or why it cannot be read. None until it has been read.
    pub row: Option<Result<FileRow, String>>,
    /// Users with similar names, if no user was found.
    pub nearest: Vec<Candidate>,
    /// The text typed to search for any user, and what it finds. None: it is not known yet.
    pub wanted: String,
    pub found: Option<FoundUsers>,
}

impl ImportSheet {
    /// The user that was picked by hand for an item, and the index of the pick.
    pub fn pick_of(&self, item: usize) -> Option<(usize, &RowPick)> {
        let mut picks = self.picks.iter().enumerate();
        picks.rfind(|(_, pick)| pick.item == item)
    }

    /// Whether the import can only be submitted.
    pub fn needs_approval(&self) -> bool {
        match self.stage {
            ImportStage::NeedsApproval { .. } => true,
            ImportStage::Preview { .. } => self.needs.is_some(),
            _ => false,
        }
    }

    pub fn new(path: PathBuf, is_list: bool) -> Self {
        Self {
            path,
            step: ImportStep::File,
            purpose: None,
            read: ReadOptions::default(),
            survey: None,
            survey_failed: None,
            columns: None,
            import_columns: Vec::new(),
            domain: String::new(),
            date_order: None,
            is_utc: false,
            stage: ImportStage::NotYet,
            needs: None,
            picks: Vec::new(),
            opened: None,
            saved: None,
            is_list,
        }
    }

    /// The title of the sheet, the same in every step: the action and the name of the file.
    pub fn title(&self) -> String {
        let file = self
            .path
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        match self.purpose {
            None => file,
            Some(FilePurpose::Lock) => format!("Lock PINs from {file}"),
            Some(FilePurpose::Unlock) => format!("Unlock PINs from {file}"),
            Some(FilePurpose::ByColumn) => format!("Lock or unlock PINs from {file}"),
            Some(FilePurpose::Users) => format!("Import users from {file}"),
            Some(FilePurpose::Pins) => format!("Import PIN states from {file}"),
        }
    }

    /// The survey of the file. None if it is missing or the last one failed.
    pub fn survey(&self) -> Option<&FileSurvey> {
        self.survey
            .as_deref()
            .filter(|_| self.survey_failed.is_none())
    }

    /// The options for reading the file, with the layout that the survey has found.
    pub fn surveyed_reading(&self) -> ReadOptions {
        ReadOptions {
            surveyed: self.survey().and_then(|survey| survey.survey),
            ..self.read.clone()
        }
    }

    /// Why the preview cannot be made yet, as a sentence. None if it can.
    pub fn open_choice(&self) -> Option<&'static str> {
        if self.survey_failed.is_some() {
            return Some("The file cannot be read as it is.");
        }
        let Some(survey) = &self.survey else {
            return Some("The file is being read.");
        };
        if survey.how_read.question().is_some() {
            return Some("Choose the sheet of the workbook.");
        }
        let columns = match self.purpose {
            None => return Some("Choose what is to be done with this file."),
            Some(purpose) if let Some(kind) = purpose.import_kind() => {
                return open_import_choice(kind, &survey.headers, &self.import_columns);
            }
            Some(_) => match &self.columns {
                Some(columns) => columns,
                None => return Some("The file is being read."),
            },
        };
        if self.purpose == Some(FilePurpose::ByColumn) && columns.action.is_none() {
            return Some("Choose the column that says whether to lock or to unlock.");
        }
        columns.open_choice(&self.domain)
    }

    /// Why the next step cannot be taken. None if nothing is missing for it.
    pub fn why_not_next(&self) -> Option<&'static str> {
        if self.step == ImportStep::File && self.survey.is_some() && self.purpose.is_none() {
            return Some("Choose what is to be done with this file.");
        }
        self.open_choice()
    }

    /// The step `by` positions after the current one, or before it if negative. Apply is reached
    /// only by applying.
    pub fn neighbour(&self, by: isize) -> Option<ImportStep> {
        let steps = ImportStep::VARIANTS;
        let index = steps
            .iter()
            .position(|step| *step == self.step)?
            .checked_add_signed(by)?;
        steps
            .get(index)
            .copied()
            .filter(|step| *step != ImportStep::Apply)
    }

    /// Whether the operator can go to a step from the current one.
    pub fn can_go(&self, step: ImportStep) -> bool {
        match step {
            ImportStep::File => true,
            ImportStep::Reading => self.survey.is_some() && self.purpose.is_some(),
            ImportStep::Columns => {
                let has_sheet = self
                    .survey()
                    .is_some_and(|survey| survey.how_read.question().is_none());
                has_sheet && self.purpose.is_some()
            }
            ImportStep::Preview => self.open_choice().is_none(),
            ImportStep::Apply => false,
        }
    }
}
