//! `pindesk report`: the charts of the store as tables, and lists for notices.

use serde::Serialize;

use super::console::Console;
use super::failure::Failure;
use super::table::{self, OutputRow};
use super::{CommandEnvironment, CommandLine, ExitStatus, ReportArgs, notices};
use crate::exchange::charts;

/// A part of a bar. Scripts rely on the names.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct PartRow {
    label: String,
    part: &'static str,
    count: usize,
}

impl OutputRow for PartRow {
    const FIELDS: &'static [&'static str] = &["Label", "Part", "Count"];
}

pub(super) fn run(
    args: &ReportArgs,
    command: &CommandLine,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    if let Some((kind, to)) = args.task.notices() {
        return notices::run(kind, to, command, environment, console);
    }
    let wanted = args.task.chart();
    let store = command.open_store(environment, console)?;
    let watch = console.watch("Reading the charts", environment);
    let all = charts(&store, (environment.clock)(), environment.zone, &watch)?;
    drop(watch);
    let chart = all.into_iter().find(|chart| Some(chart.kind) == wanted);
    let rows: Vec<PartRow> = chart
        .into_iter()
        .flat_map(|chart| {
            let parts = chart.parts;
            let of_row = move |row: crate::exchange::ChartRow| {
                let counts = parts.clone().into_iter().zip(row.counts);
                counts.map(move |(part, count)| PartRow {
                    label: row.label.clone(),
                    part,
                    count,
                })
            };
            chart.rows.into_iter().flat_map(of_row)
        })
        .collect();
    table::write(console, ["Label", "Part", "Count"], &rows, |row| {
        let count = row.count.to_string();
        [row.label.clone(), row.part.to_owned(), count]
    });
    Ok(ExitStatus::DONE)
}
