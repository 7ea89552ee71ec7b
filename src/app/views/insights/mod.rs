//! The insights view: charts whose bars lead to their users.

pub mod state;

use std::path::PathBuf;
use std::sync::Arc;

use crate::app::{App, JobSlot, WindowView};
use crate::directory::Among;
use crate::exchange::{Chart, ChartKind, Picture};
use crate::worker::jobs::{ReadCharts, SaveChart, SavePicture};

impl App {
    /// Shows the charts as they are now.
    pub(in crate::app) fn enter_insights(&mut self) {
        self.insights.get_or_insert_default();
        self.read_charts();
    }

    /// Reads the charts again, if they are shown.
    pub(in crate::app) fn read_charts(&mut self) {
        if self.shown_view() == WindowView::Insights && self.insights.is_some() {
            let done = |app: &mut Self, charts: Vec<Chart>| {
                if let Some(view) = &mut app.insights {
                    view.charts = Some(Arc::new(charts));
                }
            };
            let job = ReadCharts { zone: self.zone() };
            self.submit(JobSlot::CHARTS, job, done, Self::report);
        }
    }

    pub(in crate::app) fn show_chart(&mut self, kind: ChartKind) {
        if let Some(view) = &mut self.insights {
            view.shown = kind;
        }
    }

    /// Lists the users of a bar in the view of the users.
    pub(in crate::app) fn show_bar(&mut self, row: usize) {
        let chart = self.insights.as_ref().and_then(|view| view.chart());
        let Some(chart) = chart else { return };
        let Some(bar) = chart.rows.get(row).filter(|bar| !bar.users.is_empty()) else {
            return;
        };
        let title = format!("{}, {}", chart.kind.label(), bar.label);
        self.show_among(Some(Among::new(title, bar.users.clone())));
    }

    /// Saves the shown chart as CSV.
    pub(in crate::app) fn ask_where_to_save_chart(&mut self) {
        let chart = self.insights.as_ref().and_then(|view| view.chart());
        if let Some(chart) = chart.cloned() {
            let name = format!("{}.csv", chart.kind.label());
            self.ask_where_to_save("Save the chart", &name, "csv", |to| SaveChart { chart, to });
        }
    }

    /// Saves the shown chart as a picture. Painting it is left to the next frame.
    pub(in crate::app) fn ask_where_to_save_chart_picture(&mut self) {
        let chart = self.insights.as_ref().and_then(|view| view.chart());
        if let Some(chart) = chart {
            let name = format!("{}.png", chart.kind.label());
            self.ask_for_file(
                |files, chosen| files.save("Save the chart", &name, "png", chosen),
                |app, to| app.next_frame.chart_picture = Some(to),
            );
        }
    }

    pub(in crate::app) fn save_chart_picture(&mut self, to: PathBuf, picture: Picture) {
        self.submit_save(SavePicture { picture, to });
    }
}
