//! Reading files: finding the layout of one, planning a list of users, and opening its rows.

use std::path::PathBuf;
use std::sync::Arc;

use super::plans::CountedPlan;
use crate::domain::user::{UserId, UserRecord};
use crate::exchange::{
    self, FileRow, FileSurvey, HowRead, Input, ListOptions, ListPreview, ReadOptions,
};
use crate::plan::{Candidate, Plan, RowPosition, Verdict};
use crate::worker::job::{Job, JobContext, JobFailed, ProgressUnit};

/// Finds the layout of a file, and reads its first rows.
pub struct SurveyFile {
    pub path: PathBuf,
    pub options: ReadOptions,
}

/// Reads a list of users and makes the plan of its rows.
pub struct PlanList {
    pub path: PathBuf,
    pub options: Box<ListOptions>,
}

/// Finds the items of a plan with a verdict and a text. The answer is their indices, in order.
pub struct SearchPlan {
    pub plan: Arc<Plan>,
    pub verdict: Option<Verdict>,
    pub text: String,
}

/// Reads the row of the file behind an item of a plan.
pub struct OpenRow {
    pub path: PathBuf,
    pub read: ReadOptions,
    pub how_read: HowRead,
    pub position: RowPosition,
    /// An identity that finds no user, and whose nearest names are not known yet.
    pub nearest_to: Option<String>,
}

/// An opened row of a file.
#[derive(Debug)]
pub struct OpenedFileRow {
    pub row: FileRow,
    /// Users with similar names.
    pub nearest: Vec<Candidate>,
}

/// Reads the user that was picked for an item of a plan. None: the store has no such user.
pub struct FindUser(pub UserId);

impl Job for SurveyFile {
    type Answer = Box<FileSurvey>;
    const UNIT: ProgressUnit = ProgressUnit::Bytes;

    fn title(&self) -> &'static str {
        "Reading the file"
    }

    fn run(self, context: JobContext<'_>) -> Result<Box<FileSurvey>, JobFailed> {
        let JobContext { store, watch, .. } = context;
        let input = Input::file(&self.path)?;
        let survey = exchange::survey_file(store, &input, &self.options, watch)?;
        Ok(Box::new(survey))
    }
}

impl Job for PlanList {
    type Answer = (HowRead, CountedPlan);
    const UNIT: ProgressUnit = ProgressUnit::Bytes;

    fn title(&self) -> &'static str {
        "Reading the file"
    }

    fn run(self, context: JobContext<'_>) -> Result<Self::Answer, JobFailed> {
        let JobContext {
            store,
            operator,
            now,
            watch,
        } = context;
        let input = Input::file(&self.path)?;
        let ListPreview { how_read, plan, .. } =
            exchange::plan_list(store, &input, &self.options, operator, now, watch)?;
        Ok((how_read, CountedPlan::made(plan, store)?))
    }
}

impl Job for SearchPlan {
    type Answer = Vec<usize>;

    fn title(&self) -> &'static str {
        "Searching the list"
    }

    fn run(self, _context: JobContext<'_>) -> Result<Vec<usize>, JobFailed> {
        Ok(self.plan.search(self.verdict, &self.text))
    }
}

impl Job for OpenRow {
    type Answer = OpenedFileRow;

    fn title(&self) -> &'static str {
        "Reading the row"
    }

    fn run(self, context: JobContext<'_>) -> Result<OpenedFileRow, JobFailed> {
        let input = Input::file(&self.path)?;
        let row = exchange::row_at(&input, &self.read, &self.how_read, self.position)?;
        let nearest = self
            .nearest_to
            .map_or(Ok(Vec::new()), |text| context.store.nearest(&text))?;
        Ok(OpenedFileRow { row, nearest })
    }
}

impl Job for FindUser {
    type Answer = Option<Box<UserRecord>>;

    fn title(&self) -> &'static str {
        "Looking the user up"
    }

    fn run(self, context: JobContext<'_>) -> Result<Self::Answer, JobFailed> {
        Ok(context.store.user(self.0)?.map(Box::new))
    }
}
