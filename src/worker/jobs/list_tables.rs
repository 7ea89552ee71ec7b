//! Saving a list of the window as a page, as CSV or as a workbook.

use std::path::PathBuf;

use super::save::SavedFile;
use crate::exchange::{ListForm, ListTable, save_list};
use crate::plan::words::{plural, thousands};
use crate::worker::job::{Effect, Job, JobContext, JobFailed};

/// Makes the list that is saved. Values that only the store has are read then.
pub type MakeList = Box<dyn FnOnce(&JobContext<'_>) -> Result<ListTable, JobFailed> + Send>;

/// Writes a list.
pub struct SaveList {
    pub make: MakeList,
    pub form: ListForm,
    pub to: PathBuf,
}

impl Job for SaveList {
    type Answer = SavedFile;
    const EFFECT: Effect = Effect::WritesFile;

    fn title(&self) -> &'static str {
        "Saving the list"
    }

    fn run(self, context: JobContext<'_>) -> Result<SavedFile, JobFailed> {
        let table = (self.make)(&context)?;
        let to = self.to.as_path();
        let count = save_list(table, self.form, to, context.now, context.watch)?;
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        Ok(SavedFile {
            outcome: format!(
                "{} {} saved",
                thousands(count),
                plural(count, "row", "rows")
            ),
            path: self.to,
        })
    }
}
