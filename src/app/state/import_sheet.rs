//! The import sheet: a file on its way in, step by step, and the choices that each step leaves open.

use std::path::PathBuf;

use strum::VariantArray as _;

use super::import_stage::ImportStage;
use super::import_step::{FilePurpose, ImportStep};
use super::notice::Notice;
use crate::exchange::{DateOrder, FileRow, FileSurvey, ListColumns, ReadOptions};
use crate::plan::Candidate;

/// A file on its way in.
pub struct ImportSheet {
    pub path: PathBuf,
    pub step: ImportStep,
    /// What the file is for. None: somebody has to say.
    pub purpose: Option<FilePurpose>,
    pub read: ReadOptions,
    /// The first look at the file; an older one stays until there is a new one.
    pub look: Option<Box<FileSurvey>>,
    /// Why the file cannot be read as it is to be read now.
    pub look_failed: Option<String>,
    /// Of a list: as guessed from the look, or as chosen.
    pub columns: Option<ListColumns>,
    /// The domain of bare logon names.
    pub domain: String,
    pub date_order: Option<DateOrder>,
    /// Read times without a zone as UTC rather than as local ones.
    pub is_utc: bool,
    pub stage: ImportStage,
    /// A row of the preview that somebody looks at.
    pub opened: Option<OpenedRow>,
    /// Where its results or its script were saved last, or why they were not: said in the sheet, which covers the
    /// status line.
    pub saved: Option<Notice>,
    /// It was opened as a list: a directory file is not taken for granted.
    pub is_list: bool,
}

/// A row of the preview with what stands in the file.
pub struct OpenedRow {
    /// The place of its item in the plan.
    pub item: usize,
    /// None until it is read, or why it cannot be.
    pub row: Option<Result<FileRow, String>>,
    /// Users whose names are near, where nobody was found.
    pub nearest: Vec<Candidate>,
}

impl ImportSheet {
    pub fn new(path: PathBuf, is_list: bool) -> Self {
        Self {
            path,
            step: ImportStep::File,
            purpose: None,
            read: ReadOptions::default(),
            look: None,
            look_failed: None,
            columns: None,
            domain: String::new(),
            date_order: None,
            is_utc: false,
            stage: ImportStage::NotYet,
            opened: None,
            saved: None,
            is_list,
        }
    }

    /// What is about to be done with which file: the same sentence over every step.
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

    /// The look, once it is there and holds.
    pub fn look(&self) -> Option<&FileSurvey> {
        self.look.as_deref().filter(|_| self.look_failed.is_none())
    }

    /// How the file is read, with what the first look has found.
    pub fn surveyed_reading(&self) -> ReadOptions {
        ReadOptions {
            surveyed: self.look().and_then(|look| look.survey),
            ..self.read.clone()
        }
    }

    /// The steps of this file: only a list has columns to choose.
    pub fn steps(&self) -> Vec<ImportStep> {
        let is_directory = matches!(self.purpose, Some(FilePurpose::Users | FilePurpose::Pins));
        ImportStep::VARIANTS
            .iter()
            .copied()
            .filter(|step| !(is_directory && *step == ImportStep::Columns))
            .collect()
    }

    /// What has to be done before the preview can be worked out.
    pub fn open_choice(&self) -> Option<&'static str> {
        if self.look_failed.is_some() {
            return Some("The file cannot be read as it is.");
        }
        if self.look.is_none() {
            return Some("The file is being read.");
        }
        let columns = match self.purpose {
            None => return Some("Choose what is to be done with this file."),
            Some(FilePurpose::Users | FilePurpose::Pins) => return None,
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

    /// The step after or before this one; Apply is reached by applying, not by going there.
    pub fn neighbour(&self, by: isize) -> Option<ImportStep> {
        let steps = self.steps();
        let place = steps
            .iter()
            .position(|step| *step == self.step)?
            .checked_add_signed(by)?;
        steps
            .get(place)
            .copied()
            .filter(|step| *step != ImportStep::Apply)
    }

    /// May one go to this step from here?
    pub fn can_go(&self, step: ImportStep) -> bool {
        match step {
            ImportStep::File => true,
            ImportStep::Reading => self.look.is_some(),
            ImportStep::Columns => self.look().is_some() && self.purpose.is_some(),
            ImportStep::Preview => self.open_choice().is_none(),
            ImportStep::Apply => false,
        }
    }
}
