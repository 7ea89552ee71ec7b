//! The import sheet: a file on its way in, step by step, and the choices that each step leaves open.

use std::path::PathBuf;
use std::sync::Arc;

use super::Notice;
use crate::exchange::{DateOrder, FileKind, HowRead, ListColumns, Look, ReadOptions, Row};
use crate::plan::Action;
use crate::plan::Candidate;
use crate::plan::import::{ImportGroup, ImportPlan};
use crate::store::Imported;

/// A file on its way in.
pub struct ImportSheet {
    pub path: PathBuf,
    pub step: ImportStep,
    /// What the file is for. None: somebody has to say.
    pub purpose: Option<FilePurpose>,
    pub read: ReadOptions,
    /// The first look at the file; an older one stays until there is a new one.
    pub look: Option<Box<Look>>,
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

/// The steps, in their order. One can go back and forth in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ImportStep {
    File,
    Reading,
    Columns,
    Preview,
    /// What came of it.
    Apply,
}

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FilePurpose {
    Lock,
    Unlock,
    /// As the column Action says, row by row.
    ByColumn,
    Users,
    Pins,
}

pub enum ImportStage {
    /// Nothing is worked out yet, or no longer.
    NotYet,
    Reading,
    /// A list was worked out: its plan is the preview of the what-if panel.
    List {
        how_read: HowRead,
    },
    Preview {
        how_read: HowRead,
        plan: Arc<ImportPlan>,
        counts: ImportCounts,
        group: Option<ImportGroup>,
        listed: Vec<usize>,
    },
    Importing {
        plan: Arc<ImportPlan>,
    },
    Done {
        imported: Imported,
        plan: Arc<ImportPlan>,
    },
    Failed {
        text: String,
        asks_date_order: bool,
    },
}

/// A row of the preview with what stands in the file.
pub struct OpenedRow {
    /// The place of its item in the plan.
    pub item: usize,
    /// None until it is read, or why it cannot be.
    pub row: Option<Result<Row, String>>,
    /// Users whose names are near, where nobody was found.
    pub nearest: Vec<Candidate>,
}

/// How many rows each group has: counted once, not in every frame.
pub struct ImportCounts([usize; ImportGroup::ALL.len()]);

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
    pub fn look(&self) -> Option<&Look> {
        self.look.as_deref().filter(|_| self.look_failed.is_none())
    }

    /// The steps of this file: only a list has columns to choose.
    pub fn steps(&self) -> Vec<ImportStep> {
        let is_directory = matches!(self.purpose, Some(FilePurpose::Users | FilePurpose::Pins));
        ImportStep::ALL
            .into_iter()
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

impl ImportStep {
    pub const ALL: [Self; 5] = [
        Self::File,
        Self::Reading,
        Self::Columns,
        Self::Preview,
        Self::Apply,
    ];

    pub fn label(self) -> &'static str {
        match self {
            Self::File => "File",
            Self::Reading => "How it is read",
            Self::Columns => "Columns",
            Self::Preview => "Preview",
            Self::Apply => "Apply",
        }
    }
}

impl FilePurpose {
    pub const ALL: [Self; 5] = [
        Self::Unlock,
        Self::Lock,
        Self::ByColumn,
        Self::Users,
        Self::Pins,
    ];

    pub fn label(self) -> &'static str {
        match self {
            Self::Lock => "Lock the PINs of the users in it",
            Self::Unlock => "Unlock the PINs of the users in it",
            Self::ByColumn => "Lock or unlock, as its column Action says",
            Self::Users => "Import it as the directory (Get-CsUser)",
            Self::Pins => "Import it as PIN states (Get-CsClientPinInfo)",
        }
    }

    /// What is done with a row that does not say it. None: the row must, or it is no list.
    pub fn action(self) -> Option<Action> {
        match self {
            Self::Lock => Some(Action::Lock),
            Self::Unlock => Some(Action::Unlock),
            Self::ByColumn | Self::Users | Self::Pins => None,
        }
    }

    /// What can be taken for granted of a file that looks like this.
    pub fn of_directory(kind: FileKind) -> Option<Self> {
        match kind {
            FileKind::List => None,
            FileKind::Users => Some(Self::Users),
            FileKind::Pins => Some(Self::Pins),
        }
    }
}

impl ImportStage {
    /// The preview of a plan, listing one group or all.
    pub fn preview(how_read: HowRead, plan: Arc<ImportPlan>, group: Option<ImportGroup>) -> Self {
        let mut groups: [Vec<usize>; ImportGroup::ALL.len()] = Default::default();
        let mut counts = ImportCounts([0; ImportGroup::ALL.len()]);
        counts.0[ImportGroup::Unchanged as usize] = plan.unchanged;
        for (place, row) in plan.rows.iter().enumerate() {
            let of = row.verdict.group();
            counts.0[of as usize] += 1;
            if group.is_none_or(|group| group == of) {
                groups[of as usize].push(place);
            }
        }
        let [new, changed, unchanged, conflicts] = groups;
        let listed = [conflicts, new, changed, unchanged].concat();
        Self::Preview {
            how_read,
            plan,
            counts,
            group,
            listed,
        }
    }
}

impl ImportCounts {
    pub fn of(&self, group: ImportGroup) -> usize {
        self.0[group as usize]
    }
}
