//! Charts of the store: reading them, and saving one as CSV or PNG.

use std::path::PathBuf;

use super::save::SavedFile;
use crate::exchange::{self, Chart, Picture};
use crate::worker::job::{Effect, Job, JobContext, JobFailed};
use crate::zone::Zone;

/// Reads all charts.
pub struct ReadCharts {
    pub zone: Zone,
}

/// Writes a chart as CSV.
pub struct SaveChart {
    pub chart: Chart,
    pub to: PathBuf,
}

/// Writes the picture of a chart as PNG.
pub struct SavePicture {
    pub picture: Picture,
    pub to: PathBuf,
}

impl Job for ReadCharts {
    type Answer = Vec<Chart>;

    fn title(&self) -> &'static str {
        "Reading the charts"
    }

    fn run(self, context: JobContext<'_>) -> Result<Vec<Chart>, JobFailed> {
        let JobContext {
            store, now, watch, ..
        } = context;
        Ok(exchange::charts(store, now, self.zone, watch)?)
    }
}

impl Job for SaveChart {
    type Answer = SavedFile;
    const EFFECT: Effect = Effect::WritesFile;

    fn title(&self) -> &'static str {
        "Saving the chart"
    }

    fn run(self, _context: JobContext<'_>) -> Result<SavedFile, JobFailed> {
        exchange::save_chart(&self.chart, &self.to)?;
        Ok(SavedFile {
            outcome: "Chart saved".to_owned(),
            path: self.to,
        })
    }
}

impl Job for SavePicture {
    type Answer = SavedFile;
    const EFFECT: Effect = Effect::WritesFile;

    fn title(&self) -> &'static str {
        "Saving the picture"
    }

    fn run(self, _context: JobContext<'_>) -> Result<SavedFile, JobFailed> {
        exchange::save_picture(&self.picture, &self.to)?;
        Ok(SavedFile {
            outcome: "Picture saved".to_owned(),
            path: self.to,
        })
    }
}
