//! The list of the shown view as a table, with what is searched and filtered in it.

use std::collections::HashMap;
use std::sync::Arc;

use super::cell_text::cell_text;
use super::{
    App, GridColumn, HistoryTab, HistoryView, ImportSheet, LockedOnView, PlansView, PreviewList,
    WhatIfPanel, WindowView,
};
use crate::directory::View;
use crate::domain::Time;
use crate::exchange::{CellKind, Chart, ListColumn, ListTable};
use crate::plan::words::thousands;
use crate::store::{BatchSummary, OperatorRoles, WasLocked};
use crate::time_format::{date_and_time, date_and_time_or_empty};
use crate::worker::jobs::{MakeList, PolicyLine, UserFacts};

/// The list of a view, which is made while it is saved.
pub(super) struct ShownList {
    /// The title, which is also the proposed name of the file.
    pub title: String,
    pub make: MakeList,
}

/// A list that is there and not gathered yet. To ask whether there is one costs nothing.
type Gather<'a> = Box<dyn FnOnce() -> ShownList + 'a>;

impl ShownList {
    fn new(
        title: impl Into<String>,
        facts: Vec<(&'static str, String)>,
        columns: &[ListColumn],
        rows: impl FnOnce() -> Box<dyn Iterator<Item = Vec<String>> + Send> + Send + 'static,
    ) -> Self {
        let title = title.into();
        let columns = columns.to_vec();
        let of_table = title.clone();
        Self {
            title,
            make: Box::new(move |_context| {
                Ok(ListTable {
                    title: of_table,
                    facts,
                    columns,
                    rows: rows(),
                })
            }),
        }
    }

    /// A short list, whose rows are made already.
    fn of_rows(
        title: impl Into<String>,
        facts: Vec<(&'static str, String)>,
        columns: &[ListColumn],
        rows: Vec<Vec<String>>,
    ) -> Self {
        Self::new(title, facts, columns, move || Box::new(rows.into_iter()))
    }
}

impl App {
    /// The list of the shown view. None if it has none.
    pub(super) fn shown_list(&self) -> Option<Gather<'_>> {
        match self.shown_view() {
            WindowView::Users => self.listed_users(),
            WindowView::Lists => self.listed_rows(),
            WindowView::Plans => self.listed_plans(),
            WindowView::History => match self.history.as_ref()?.tab {
                HistoryTab::Batches => self.listed_batches(),
                HistoryTab::LockedOn => self.listed_locked(),
            },
            WindowView::Insights => self.listed_bars(),
            WindowView::Policies => self.listed_policies(),
            WindowView::Operators => self.listed_operators(),
            WindowView::Settings => None,
        }
    }

    /// The users of the list, in its order, with the columns that are not hidden.
    fn listed_users(&self) -> Option<Gather<'_>> {
        let view = self.view.as_ref().filter(|view| view.is_complete)?;
        Some(Box::new(|| self.gather_users(Arc::clone(view))))
    }

    fn gather_users(&self, view: Arc<View>) -> ShownList {
        let columns = self.settings.columns.visible(f32::INFINITY);
        let zone = self.zone();
        let among = self.query.among.as_ref().map(|among| among.title.clone());
        let filter = self.filter_parts().text();
        let facts = vec![
            ("Users", shown_of(view.len(), view.directory.len())),
            ("Search", self.query.text.trim().to_owned()),
            ("Among", among.unwrap_or_default()),
            ("Filter", filter),
        ];
        let make: MakeList = Box::new(move |context| {
            let needs_store = columns.iter().any(|column| column.is_from_store());
            let facts_of = if needs_store {
                let all = view.positions.iter();
                let all: Vec<_> = all.filter_map(|&user| view.directory.id_at(user)).collect();
                UserFacts::of(context.store, &all, context.now)?
            } else {
                HashMap::new()
            };
            let names = columns.iter().copied().map(listed_column).collect();
            let count = view.len();
            let rows = (0..count).filter_map(move |row| {
                let user = *view.positions.get(row)?;
                let facts = view.directory.id_at(user).and_then(|id| facts_of.get(&id));
                let view: &View = &view;
                let cells = columns.iter();
                Some(
                    cells
                        .map(|&column| cell_text(view, user, column, facts, zone))
                        .collect(),
                )
            });
            Ok(ListTable {
                title: "Users".to_owned(),
                facts,
                columns: names,
                rows: Box::new(rows),
            })
        });
        ShownList {
            title: "Users".to_owned(),
            make,
        }
    }

    /// The rows of the preview or of the result of a file.
    fn listed_rows(&self) -> Option<Gather<'_>> {
        let sheet = self.import.as_ref()?;
        let list = self.panel.list()?;
        Some(Box::new(|| self.gather_rows(sheet, list.clone())))
    }

    fn gather_rows(&self, sheet: &ImportSheet, list: PreviewList) -> ShownList {
        let words = match &self.panel {
            WhatIfPanel::Result { .. } => "Result",
            _ => "Preview",
        };
        let (zone, count) = (self.zone(), list.len());
        let facts = vec![
            ("Rows", shown_of(count, list.plan.items.len())),
            ("Search", list.search.trim().to_owned()),
        ];
        let columns = [
            ListColumn::number("Line"),
            ListColumn::text("Verdict"),
            ListColumn::text("User"),
            ListColumn::text("Identity"),
            ListColumn::text("State"),
            ListColumn::text("Why"),
        ];
        let title = format!("{words} of {}", sheet.title());
        ShownList::new(title, facts, &columns, move || {
            Box::new((0..count).filter_map(move |row| {
                let line = list.line(row, zone)?;
                Some(vec![
                    line.line.map_or_else(String::new, |line| line.to_string()),
                    line.verdict.label().to_owned(),
                    line.name,
                    line.identity,
                    line.states,
                    line.reason,
                ])
            }))
        })
    }

    fn listed_plans(&self) -> Option<Gather<'_>> {
        let plans = self.plans.as_ref()?;
        Some(Box::new(|| self.gather_plans(plans)))
    }

    fn gather_plans(&self, plans: &PlansView) -> ShownList {
        let plans = plans.listed();
        let zone = self.zone();
        let row = |plan: &&crate::store::PlanSummary| {
            vec![
                plan.id.0.to_string(),
                plan.what(),
                plan.status.word().to_owned(),
                plan.author.clone(),
                date_and_time(plan.at, zone),
                plan.reason.clone(),
                plan.ticket.clone(),
                plan.source.clone().unwrap_or_default(),
            ]
        };
        let columns = [
            ListColumn::number("Plan"),
            ListColumn::text("Change"),
            ListColumn::text("Status"),
            ListColumn::text("Author"),
            ListColumn::time("Submitted"),
            ListColumn::text("Reason"),
            ListColumn::text("Ticket"),
            ListColumn::text("File"),
        ];
        let rows = plans.iter().map(row).collect();
        ShownList::of_rows("Plans", Vec::new(), &columns, rows)
    }

    fn listed_batches(&self) -> Option<Gather<'_>> {
        let history = self.history.as_ref()?;
        let batches = history.batches.as_ref()?;
        Some(Box::new(|| self.gather_batches(history, batches.clone())))
    }

    fn gather_batches(&self, history: &HistoryView, batches: Vec<BatchSummary>) -> ShownList {
        let zone = self.zone();
        let facts = vec![("Search", history.search.trim().to_owned())];
        let columns = [
            ListColumn::number("Batch"),
            ListColumn::text("What was done"),
            ListColumn::time("Time"),
            ListColumn::text("Operator"),
            ListColumn::text("Machine"),
            ListColumn::text("Reason"),
            ListColumn::text("Ticket"),
            ListColumn::text("File"),
        ];
        ShownList::new("History", facts, &columns, move || {
            Box::new(batches.into_iter().map(move |batch| {
                let headline = batch.headline();
                let what = headline.split_once("  ").map_or("", |(_, what)| what);
                vec![
                    batch.id.0.to_string(),
                    what.to_owned(),
                    date_and_time(batch.at, zone),
                    batch.operator,
                    batch.machine,
                    batch.reason,
                    batch.ticket,
                    batch.source.unwrap_or_default(),
                ]
            }))
        })
    }

    /// The users that were locked at a moment, as far as the search finds them.
    fn listed_locked(&self) -> Option<Gather<'_>> {
        let locked = &self.history.as_ref()?.locked;
        let (all, moment) = (locked.all.as_ref()?, locked.moment?);
        Some(Box::new(move || {
            self.gather_locked(locked, Arc::clone(all), moment)
        }))
    }

    fn gather_locked(
        &self,
        locked: &LockedOnView,
        all: Arc<Vec<WasLocked>>,
        moment: Time,
    ) -> ShownList {
        let (found, zone) = (locked.found.clone(), self.zone());
        let facts = vec![
            ("At", date_and_time(moment, zone)),
            ("Users", shown_of(locked.len(), all.len())),
            ("Search", locked.search.trim().to_owned()),
        ];
        let columns = [
            ListColumn::text("Display name"),
            ListColumn::text("Identity"),
            ListColumn::text("Cause"),
            ListColumn::text("By"),
            ListColumn::time("Since"),
            ListColumn::time("Until"),
            ListColumn::text("Reason"),
            ListColumn::text("Ticket"),
            ListColumn::number("Batch"),
        ];
        let title = format!(
            "Locked on {}",
            date_and_time(moment, zone).replace(':', "-")
        );
        ShownList::new(title, facts, &columns, move || {
            let count = found.as_ref().map_or(all.len(), Vec::len);
            Box::new((0..count).filter_map(move |row| {
                let index = match &found {
                    Some(found) => *found.get(row)?,
                    None => row,
                };
                all.get(index).map(|was| locked_row(was, zone))
            }))
        })
    }

    fn listed_bars(&self) -> Option<Gather<'_>> {
        let chart = self.insights.as_ref()?.chart()?;
        Some(Box::new(|| gather_bars(chart)))
    }

    fn listed_policies(&self) -> Option<Gather<'_>> {
        let all = self.policies.as_ref()?.all.as_ref()?;
        Some(Box::new(|| gather_policies(all)))
    }

    fn listed_operators(&self) -> Option<Gather<'_>> {
        let all = &self.operators.as_ref()?.all;
        Some(Box::new(|| gather_operators(all)))
    }
}

/// A column of the list of users.
fn listed_column(column: GridColumn) -> ListColumn {
    let kind = match column {
        GridColumn::Expires | GridColumn::LastChange | GridColumn::LastFailure => CellKind::Date,
        _ => CellKind::Text,
    };
    ListColumn::new(column.label(), kind)
}

fn gather_bars(chart: &Chart) -> ShownList {
    let first = ListColumn::text(chart.first_column());
    let counts = chart.parts.iter().copied().map(ListColumn::number);
    let columns: Vec<ListColumn> = std::iter::once(first).chain(counts).collect();
    let rows = chart.rows.iter().map(|bar| {
        let counts = bar.counts.iter().map(|&count| thousands(count));
        std::iter::once(bar.label.clone()).chain(counts).collect()
    });
    let facts = vec![("About", chart.kind.about().to_owned())];
    let rows = rows.collect();
    ShownList::of_rows(chart.kind.label(), facts, &columns, rows)
}

fn gather_policies(all: &[PolicyLine]) -> ShownList {
    let rows = all.iter().map(|line| {
        vec![
            line.policy.name.to_string(),
            line.policy.policy.describe(),
            thousands(line.users),
            line.granted.to_string(),
        ]
    });
    let columns = [
        ListColumn::text("Policy"),
        ListColumn::text("Settings"),
        ListColumn::number("Holds for users"),
        ListColumn::number("Granted to"),
    ];
    let rows = rows.collect();
    ShownList::of_rows("PIN policies", Vec::new(), &columns, rows)
}

fn gather_operators(all: &[OperatorRoles]) -> ShownList {
    let rows = all
        .iter()
        .map(|operator| vec![operator.account.clone(), operator.roles.join(", ")]);
    let columns = [ListColumn::text("Account"), ListColumn::text("Roles")];
    let rows = rows.collect();
    ShownList::of_rows("Operators", Vec::new(), &columns, rows)
}

fn locked_row(was: &WasLocked, zone: crate::zone::Zone) -> Vec<String> {
    let lock = &was.lock;
    let time = |time: Option<Time>| date_and_time_or_empty(time, zone);
    vec![
        was.name.clone(),
        was.target.clone(),
        lock.cause.label().to_owned(),
        lock.by.clone().unwrap_or_default(),
        time(lock.since),
        time(lock.ends()),
        lock.reason.clone(),
        lock.ticket.clone(),
        was.batch.0.to_string(),
    ]
}

/// "37 of 250"
fn shown_of(shown: usize, all: usize) -> String {
    format!("{} of {}", thousands(shown), thousands(all))
}
