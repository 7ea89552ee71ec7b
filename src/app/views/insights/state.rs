//! The insights view: the charts of the store, and the one that is shown.

use std::sync::Arc;

use crate::exchange::{Chart, ChartKind};

/// The state of the insights view.
#[derive(Default)]
pub struct InsightsView {
    /// All charts. None until they have been read.
    pub charts: Option<Arc<Vec<Chart>>>,
    pub shown: ChartKind,
}

impl InsightsView {
    /// The chart that is shown. None until it has been read.
    pub fn chart(&self) -> Option<&Chart> {
        let charts = self.charts.as_ref()?;
        charts.iter().find(|chart| chart.kind == self.shown)
    }
}
