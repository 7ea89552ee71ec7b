//! The window's state and its commands. `ui` paints this state and returns [`Command`]s;
//! [`App::execute`] executes them.
//!
//! `state` has plain types that do not depend on [`App`]. Every other file has the commands of one
//! subject as methods of [`App`]: they start jobs and handle the answers.

mod apply;
mod asked_reasons;
pub mod cell_text;
mod change_sheet;
mod clock;
mod close;
mod command_box;
mod copy_as_powershell;
mod copy_users;
mod cursor;
mod details;
mod drawn_pins;
mod events;
mod execute;
mod execute_named;
mod file_dialog;
mod filter;
mod filters_for_all;
mod head_news;
mod jobs;
mod keys;
mod lost_connection;
mod palette;
mod palette_rows;
mod panes;
mod paste;
mod pin_entry;
mod plan_file;
mod possible;
mod preview;
mod query;
mod restore;
pub mod row_text;
mod rows_in_view;
mod save;
mod save_list;
mod shown_list;
mod state;
mod switch_store;
mod views;
mod warnings;

pub use state::change_sheet::ChangeSheet;
pub use state::columns::ColumnChoices;
pub use state::command::{Command, CursorMove, CursorSelects};
pub use state::command_box::{CommandBox, EXAMPLES};
pub use state::details::DetailsView;
pub use state::direction::Direction;
pub use state::environment::{FileChooser, FileChosen, WindowEnvironment};
pub use state::filter_line::{FilterLine, FilterParts};
pub use state::grid_column::GridColumn;
pub use state::help::HelpDialog;
use state::job_slot::JobSlot;
pub use state::keys::{KEY_BUTTONS, KEY_MENU, KeyQuestion, KeyStep, KeysView};
pub use state::lock_end::LockEnd;
use state::lost_connection::LostConnection;
pub use state::named_command::NamedCommand;
pub use state::next_frame::{FocusTarget, NextFrame};
pub use state::notice::Notice;
use state::other_preview::OtherPreview;
pub use state::palette_item::{PaletteItem, PaletteKind, PaletteStep};
pub use state::pane::Pane;
pub use state::panel::WhatIfPanel;
use state::picked_file::PickedFile;
pub use state::pin_entry::{NewPinEntry, PinText};
pub use state::preview_line::PreviewLine;
pub use state::preview_list::PreviewList;
pub use state::restore::RestoreView;
pub use state::review::PlanReview;
pub use state::review_steps::MainStep;
pub use state::rows_in_view::RowsInView;
pub use state::running_job::{RunningJob, SHOW_PROGRESS_AFTER};
pub use state::selection::Selection;
pub use state::settings::{ThemeChoice, WindowSettings};
pub use state::shortcut::{Modifier, Shortcut, ShortcutKey};
pub use views::history::filters::HistoryFilters;
pub use views::history::locked_on_view::LockedOnView;
pub use views::history::state::{HistoryTab, HistoryView, Verification};
pub use views::insights::state::InsightsView;
pub use views::lists::leaving::LeavingFile;
pub use views::lists::sheet::{ImportSheet, OpenedRow};
pub use views::lists::stage::{ImportCounts, ImportStage};
pub use views::lists::step::{FilePurpose, ImportStep};
pub use views::operators::approval_view::{ApprovalView, RulesDraft};
pub use views::operators::role_form::RoleForm;
pub use views::operators::state::{OperatorsTab, OperatorsView, PendingChange};
pub use views::plans::sheet_view::{PlanSheet, SheetLine};
pub use views::plans::state::PlansView;
pub use views::policies::draft::PolicyDraft;
pub use views::policies::state::PoliciesView;
pub use views::settings::part::SettingsPart;
pub use views::settings::state::{SettingsView, StorePlace};
use views::window_view::VisitedViews;
pub use views::window_view::WindowView;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::directory::{NameForm, Query, View};
use crate::domain::Time;
use crate::domain::reason_rules::ReasonCheck;
use crate::domain::user::{UserId, UserRecord};
use crate::plan::BatchId;
use crate::store::{HeadChange, KeysInUse, PlanSummary, StoreError, short_name};
use crate::worker::jobs::FiltersForAll;
use crate::worker::{ClockJump, Opening, Worker};
use crate::zone::Zone;

/// Everything the window shows.
pub struct App {
    pub environment: WindowEnvironment,
    pub settings: WindowSettings,
    pub query: Query,
    /// The line that says the filter, if it is open.
    pub filter_line: Option<FilterLine>,
    /// The filters that are kept in the store for all operators.
    pub filters_for_all: FiltersForAll,
    pub view: Option<Arc<View>>,
    /// The number of users loaded so far, before the first view exists.
    pub loaded_so_far: u64,
    /// The views that were visited. The last one is shown, unless the operator has gone back.
    visited: VisitedViews,
    pub selection: Selection,
    /// The preview of the list if that is shown, otherwise the one beside the other views.
    pub panel: WhatIfPanel,
    pub reason: String,
    pub ticket: String,
    /// The rules of the store for both.
    reason_check: ReasonCheck,
    /// The reason and the ticket come from the plan itself: an undo, a list or an opened plan.
    brings_reason: bool,
    /// The other of these two previews.
    other_preview: OtherPreview,
    is_preview_of_list: bool,
    pub details: Option<DetailsView>,
    /// The columns of the list that are read from the store.
    pub rows_in_view: RowsInView,
    /// The file of the lists view.
    pub import: Option<ImportSheet>,
    /// The question whether to leave that file.
    pub leaving_file: Option<LeavingFile>,
    pub history: Option<HistoryView>,
    pub plans: Option<PlansView>,
    pub insights: Option<InsightsView>,
    pub policies: Option<PoliciesView>,
    pub operators: Option<OperatorsView>,
    pub settings_view: SettingsView,
    pub restore: Option<RestoreView>,
    pub keys_view: Option<KeysView>,
    /// A submitted plan that is not about PINs.
    pub plan_sheet: Option<PlanSheet>,
    /// The preview of a change of settings, or of undoing one or an import.
    pub change_sheet: Option<ChangeSheet>,
    pub command_box: Option<CommandBox>,
    last_pipeline: String,
    /// The pipelines that were run, the newest first.
    pipelines_run: VecDeque<String>,
    pub jobs: Vec<RunningJob<Self>>,
    /// The question whether the clock is right, for which a job waits.
    pub clock_question: Option<ClockJump>,
    /// The difference between the history and the one that this computer has seen. Nothing can be
    /// written before it is accepted.
    pub head_change: Option<HeadChange>,
    /// Whether the question is open whether to go on with that history.
    pub asks_about_history: bool,
    /// Whether the store is being checked for damage in the background.
    pub is_checking: bool,
    /// The damage that this check has found.
    pub damage: Option<StoreError>,
    /// The connection to the server of the store that was lost, until it is back.
    lost_connection: Option<LostConnection>,
    /// How far the clock is behind the last entry of the store.
    pub clock_lag: Option<chrono::Duration>,
    /// The PIN that is typed for the only user of the preview. None: it is drawn.
    pub pin_entry: Option<NewPinEntry>,
    /// The command that waits for the answer whether to give up new PINs.
    pub giving_up_pins: Option<Box<Command>>,
    /// The batch whose new PINs were copied or given up.
    pins_settled: Option<BatchId>,
    /// Why the operator's account has none of the roles that its name has.
    pub renewed_account: Option<String>,
    /// The keys of PINs that the store names. None until they are read.
    pub keys: Option<KeysInUse>,
    /// Whether a key is made for the store that is made of an empty file.
    pub wants_key: bool,
    /// The protected users who are locked by wrong PINs.
    pub protected_locked: Vec<UserRecord>,
    /// The submitted plans that wait for the operator. None until they are read.
    waiting_plans: Option<Vec<PlanSummary>>,
    /// The last outcome or error.
    pub notice: Option<Notice>,
    pub store_error: Option<StoreError>,
    pub help: Option<HelpDialog>,
    /// The name of the renderer, for the About box.
    pub renderer: String,
    /// Whether the window is so narrow that the panel lies over the view, and not beside it.
    pub is_narrow: bool,
    /// One-time requests for the next frame, such as moving the focus or scrolling to a row.
    pub next_frame: NextFrame,
    pub wants_to_quit: bool,
    /// Commands that wait for the answer to the current search, because they refer to its list.
    waiting: Vec<Command>,
    worker: Option<Worker>,
    store: PathBuf,
    /// The short name of the store, for the title and the status line.
    store_name: String,
    openings: u64,
    previews: u64,
    /// The answers of file dialogs.
    picked: (Sender<PickedFile<Self>>, Receiver<PickedFile<Self>>),
    is_picking: bool,
}

impl Drop for App {
    /// Cancels the jobs that only read or wait for an answer. Other jobs that write run to their end, so that their outcome is
    /// known.
    fn drop(&mut self) {
        self.jobs
            .iter()
            .filter(|job| job.only_reads())
            .for_each(|job| job.watch.cancel());
        self.answer_clock(false);
    }
}

impl App {
    /// Starts with the store of the environment. The worker's threads open it, so the window can be
    /// shown at once.
    pub fn new(environment: WindowEnvironment, settings: WindowSettings) -> Self {
        let store = environment.store.clone();
        let mut app = Self {
            environment,
            query: Query {
                sort: settings.sort,
                ..Query::default()
            },
            settings,
            filter_line: None,
            filters_for_all: FiltersForAll::default(),
            view: None,
            loaded_so_far: 0,
            visited: VisitedViews::default(),
            selection: Selection::default(),
            panel: WhatIfPanel::Empty,
            reason: String::new(),
            ticket: String::new(),
            reason_check: ReasonCheck::default(),
            brings_reason: false,
            other_preview: OtherPreview::default(),
            is_preview_of_list: false,
            details: None,
            rows_in_view: RowsInView::default(),
            import: None,
            leaving_file: None,
            history: None,
            plans: None,
            insights: None,
            policies: None,
            operators: None,
            settings_view: SettingsView::default(),
            restore: None,
            keys_view: None,
            plan_sheet: None,
            change_sheet: None,
            command_box: None,
            last_pipeline: String::new(),
            pipelines_run: VecDeque::new(),
            jobs: Vec::new(),
            clock_question: None,
            head_change: None,
            is_checking: false,
            damage: None,
            lost_connection: None,
            asks_about_history: false,
            clock_lag: None,
            pin_entry: None,
            giving_up_pins: None,
            pins_settled: None,
            renewed_account: None,
            keys: None,
            wants_key: false,
            protected_locked: Vec::new(),
            waiting_plans: None,
            notice: None,
            store_error: None,
            help: None,
            renderer: String::new(),
            next_frame: NextFrame {
                focus: Some(FocusTarget::Search),
                ..NextFrame::default()
            },
            is_narrow: false,
            wants_to_quit: false,
            waiting: Vec::new(),
            worker: None,
            store_name: short_name(&store),
            store,
            openings: 0,
            previews: 0,
            picked: channel(),
            is_picking: false,
        };
        app.restore_filter();
        app.start_worker(Opening::default());
        app
    }

    pub fn now(&self) -> Time {
        (self.environment.clock)()
    }

    pub fn zone(&self) -> Zone {
        self.environment.zone
    }

    /// The display name of a user. None if the list has no such user.
    pub fn name_of(&self, id: UserId) -> Option<String> {
        let directory = &self.view.as_ref()?.directory;
        let position = directory.position_of(id)?;
        let name = directory.names().get(position, NameForm::DisplayName);
        Some(name.into_owned())
    }

    /// The name of the file of the store, or the database and the host of its server.
    pub fn store_name(&self) -> &str {
        &self.store_name
    }

    /// The file of the store.
    pub fn store(&self) -> &Path {
        &self.store
    }

    /// The number of stores that were opened before this one. It names this one in the window.
    pub fn openings(&self) -> u64 {
        self.openings
    }

    /// The number of previews that were made so far. It names the current one in the window.
    pub fn previews(&self) -> u64 {
        self.previews
    }

    /// The theme in force.
    pub fn theme(&self) -> ThemeChoice {
        self.environment.fixed_theme.unwrap_or(self.settings.theme)
    }

    /// Whether the open store is the sample directory.
    pub fn is_sample(&self) -> bool {
        self.store == self.environment.sample_store
    }

    /// Whether the store has no users. The window then explains how to begin.
    pub fn is_first_start(&self) -> bool {
        self.view
            .as_ref()
            .is_some_and(|view| view.directory.is_empty())
    }

    /// Whether a dialog is open. The shortcuts of the window below it are then disabled.
    pub fn has_dialog(&self) -> bool {
        self.help.is_some()
            || self.clock_question.is_some()
            || self.asks_about_history
            || self.leaving_file.is_some()
            || self.giving_up_pins.is_some()
            || self.restore.is_some()
            || self.keys_view.is_some()
            || self.plan_sheet.is_some()
            || self.change_sheet.is_some()
            || self.command_box.is_some()
            || matches!(self.panel, WhatIfPanel::Confirming { .. })
    }

    fn say(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice::outcome(text));
    }

    fn fail(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice::error(text));
    }
}
