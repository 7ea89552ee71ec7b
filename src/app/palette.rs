//! Commands of the palette: what typed words find, and choosing a row of it.

use super::state::palette_item::PaletteFit;
use super::{
    App, Command, Direction, JobSlot, NamedCommand, PaletteItem, PaletteKind, PaletteStep,
};
use crate::domain::text::search_key;
use crate::pipeline::{CompletionKind, Completions};
use crate::plan::words::thousands;
use crate::store::{BatchSummary, PlanSummary};
use crate::time_format::date_and_time;
use crate::worker::jobs::{FindEverywhere, FoundEverywhere, FoundUsers, ReadPlans};
use crate::zone::Zone;

/// The number of plans that are listed.
const MOST_PLANS: usize = 5;
/// The number of rows that are listed of those that need no store.
const MOST_ROWS: usize = 12;
/// The number of cmdlets that are listed.
const MOST_CMDLETS: usize = 4;

impl App {
    /// Reads the submitted plans, which are few, once.
    pub(super) fn read_plans_for_palette(&mut self) {
        let done = |app: &mut Self, plans| {
            if let Some(shown) = &mut app.command_box {
                shown.plans = Some(plans);
                app.list_found();
            }
        };
        self.submit(JobSlot::PALETTE_PLANS, ReadPlans, done, Self::report);
    }

    /// Looks for the typed words everywhere. A line of PowerShell is not looked for.
    pub(super) fn find_everywhere(&mut self) {
        self.cancel(JobSlot::PALETTE);
        let Some(shown) = &mut self.command_box else {
            return;
        };
        shown.stored = None;
        let text = shown.text.trim().to_owned();
        let is_wanted = !text.is_empty() && !shown.is_line();
        self.list_found();
        let Some(view) = self.view.as_ref().filter(|_| is_wanted) else {
            return;
        };
        let job = FindEverywhere {
            directory: view.directory.clone(),
            text,
        };
        let done = |app: &mut Self, found: FoundEverywhere| {
            if let Some(shown) = &mut app.command_box {
                shown.stored = Some(found);
                app.list_found();
            }
        };
        self.submit(JobSlot::PALETTE, job, done, Self::report);
    }

    /// Lists what is found so far. The chosen row stays chosen when others come before it.
    fn list_found(&mut self) {
        let Some(shown) = &self.command_box else {
            return;
        };
        let typed = shown.text.trim();
        if typed.is_empty() || shown.is_line() {
            if let Some(shown) = &mut self.command_box {
                shown.found.clear();
            }
            return;
        }
        let mut found = Vec::new();
        let mut later = Vec::new();
        let mut rows: Vec<(PaletteFit, PaletteItem)> = self
            .palette_rows()
            .into_iter()
            .filter_map(|row| Some((row.fit(typed)?, row)))
            .collect();
        rows.sort_by_key(|(fit, _)| *fit);
        for (fit, row) in rows.into_iter().take(MOST_ROWS) {
            let place = if fit < PaletteFit::Detail {
                &mut found
            } else {
                &mut later
            };
            place.push(row);
        }
        found.extend(cmdlet_rows(typed));
        if let Some(stored) = &shown.stored {
            add_users(&stored.users, typed, &mut found);
        }
        found.extend(plan_rows(shown.plans.as_deref().unwrap_or_default(), typed));
        if let Some(stored) = &shown.stored {
            let zone = self.zone();
            found.extend(stored.batches.iter().map(|batch| batch_row(batch, zone)));
        }
        found.extend(later);
        let Some(shown) = &mut self.command_box else {
            return;
        };
        let chosen = shown.found.get(shown.chosen);
        let again = chosen.and_then(|chosen| found.iter().position(|row| row == chosen));
        // The first row is the best one, unless another was chosen.
        shown.chosen = again.filter(|_| shown.chosen > 0).unwrap_or(0);
        shown.found = found;
    }

    pub(super) fn choose_found(&mut self, direction: Direction) {
        if let Some(shown) = &mut self.command_box {
            shown.chosen = direction.from(shown.chosen, shown.found.len());
        }
    }

    /// Does what a row of the palette says.
    pub(super) fn take_found(&mut self, index: usize) {
        let row = self
            .command_box
            .as_ref()
            .and_then(|shown| shown.found.get(index));
        let Some(row) = row.cloned() else {
            return;
        };
        match row.does {
            PaletteStep::Type(text) => {
                let cursor = text.len();
                self.type_pipeline(text, cursor);
                self.next_frame.pipeline_cursor = Some(cursor);
            }
            PaletteStep::Execute(commands) => {
                self.close_command_box();
                for command in commands {
                    self.execute(command);
                }
            }
        }
    }
}

/// The first users, and a row that lists all of them.
fn add_users(found: &FoundUsers, typed: &str, rows: &mut Vec<PaletteItem>) {
    for user in &found.users {
        let commands = vec![Command::ShowUser(user.id)];
        let row = PaletteItem::new(PaletteKind::User, user.display_name.as_str(), commands);
        rows.push(row.with_detail(user.identity.as_str()));
    }
    if found.count > found.users.len() {
        let commands = vec![
            Command::Do(NamedCommand::Users),
            Command::SetSearch(typed.to_owned()),
        ];
        let text = format!("List all {} users", thousands(found.count));
        let row = PaletteItem::new(PaletteKind::User, text, commands);
        rows.push(row.with_detail(format!("Search for \u{201c}{typed}\u{201d}")));
    }
}

/// The plans with all typed words in their ID, change, author, reason, ticket or file.
fn plan_rows(plans: &[PlanSummary], typed: &str) -> Vec<PaletteItem> {
    let typed = search_key(typed);
    let row = |plan: &PlanSummary| {
        let given = [&plan.author, &plan.reason, &plan.ticket];
        let given = given.into_iter().chain(plan.source.as_ref());
        let given: Vec<&str> = given
            .map(String::as_str)
            .filter(|text| !text.is_empty())
            .collect();
        let text = format!("Plan {}: {}", plan.id.0, plan.what());
        let detail = format!("{} · {}", plan.status.word(), given.join(" · "));
        let all = search_key(&format!("{text} {detail}"));
        let is_found = typed.split_whitespace().all(|word| all.contains(word));
        let commands = vec![
            Command::Do(NamedCommand::Plans),
            Command::OpenSubmitted(plan.id),
        ];
        is_found.then(|| PaletteItem::new(PaletteKind::Plan, text, commands).with_detail(detail))
    };
    plans.iter().filter_map(row).take(MOST_PLANS).collect()
}

fn batch_row(batch: &BatchSummary, zone: Zone) -> PaletteItem {
    let commands = vec![Command::OpenHistoryAt(batch.id)];
    let given = [&batch.operator, &batch.reason, &batch.ticket];
    let given = given.into_iter().filter(|text| !text.is_empty());
    let mut detail = vec![date_and_time(batch.at, zone)];
    detail.extend(given.cloned());
    PaletteItem::new(
        PaletteKind::Batch,
        format!("Batch {}", batch.headline()),
        commands,
    )
    .with_detail(detail.join(" · "))
}

/// Cmdlets that begin with the typed word, with which a line can begin.
fn cmdlet_rows(typed: &str) -> Vec<PaletteItem> {
    let completions = Completions::at(typed, typed.len());
    let cmdlets = completions.items.into_iter();
    let cmdlets = cmdlets.filter(|item| item.kind == CompletionKind::Cmdlet);
    cmdlets
        .take(MOST_CMDLETS)
        .map(|item| PaletteItem {
            kind: PaletteKind::Cmdlet,
            detail: "Begin a line of PowerShell".to_owned(),
            keys: String::new(),
            does: PaletteStep::Type(format!("{} ", item.text)),
            text: item.text,
        })
        .collect()
}
