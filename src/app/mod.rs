//! The window's state and its commands. No painting: `ui` shows this state and returns [`Command`]s, and
//! [`App::execute`] carries them out.

mod approval;
mod command;
mod command_box;
mod copy_as_powershell;
mod events;
mod execute;
mod files;
mod history;
mod import_sheet;
mod named_commands;
mod operators;
mod plans;
mod review;
pub mod row_text;
mod save;
mod selection;
mod settings;
mod what_if;

pub use approval::{ApprovalView, RulesDraft};
pub use command::{Command, Move, Selects};
pub use command_box::{CommandBox, EXAMPLES};
pub use history::{HistoryFilters, HistoryTab, HistoryView, LockedOn, Verification};
pub use import_sheet::{
    FilePurpose, ImportCounts, ImportSheet, ImportStage, ImportStep, OpenedRow,
};
pub use named_commands::{Named, Shortcut, ShortcutKey};
pub use operators::{Operators, OperatorsTab, RoleForm};
pub use plans::Plans;
pub use review::{MainStep, Review};
pub use selection::Selection;
pub use settings::{Settings, ThemeChoice};
pub use what_if::{Panel, PreviewLine, PreviewList};

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::directory::{Query, View};
use crate::domain::Time;
use crate::domain::role::Operator;
use crate::domain::user::{UserId, UserRecord};
use crate::plan::words::thousands;
use crate::store::{HistoryEntry, StoreError};
use crate::worker::{Clock, Job, JobId, Setup, Waker, Watch, Worker};
use crate::zone::Zone;

/// Work that takes longer than this shows its progress and can be cancelled.
pub const SHOW_PROGRESS_AFTER: Duration = Duration::from_millis(150);

/// What the window is given from outside, so that tests can give something else.
pub struct WindowEnvironment {
    pub store: PathBuf,
    /// Where the sample directory is kept.
    pub sample_store: PathBuf,
    pub operator: Operator,
    pub clock: Clock,
    pub zone: Zone,
    pub waker: Waker,
    pub files: Box<dyn FileChooser>,
}

/// Asks the person for a file without making the window wait.
pub trait FileChooser {
    /// Opens a dialog; `chosen` is called with the file, or with nothing, from any thread.
    fn open_csv(&self, title: &str, chosen: Box<dyn FnOnce(Option<PathBuf>) + Send>);
    /// The same for a plan.
    fn open_plan(&self, title: &str, chosen: Box<dyn FnOnce(Option<PathBuf>) + Send>);
    /// Opens a dialog for a file to write, with a name for it and its extension.
    fn save(
        &self,
        title: &str,
        name: &str,
        extension: &str,
        chosen: Box<dyn FnOnce(Option<PathBuf>) + Send>,
    );
}

/// Everything the window shows.
pub struct App {
    pub environment: WindowEnvironment,
    pub settings: Settings,
    pub query: Query,
    pub view: Option<Arc<View>>,
    /// So many users are loaded so far, before there is a first view.
    pub loaded_so_far: u64,
    pub selection: Selection,
    pub panel: Panel,
    pub reason: String,
    pub ticket: String,
    /// The reason and the ticket came with what the panel shows: an undo, a list, an opened plan.
    brings_reason: bool,
    pub details: Option<Details>,
    pub import: Option<ImportSheet>,
    pub history: Option<HistoryView>,
    pub plans: Option<Plans>,
    pub operators: Option<Operators>,
    pub command_box: Option<CommandBox>,
    last_pipeline: String,
    pub jobs: Vec<RunningJob>,
    /// The last thing worth saying: an outcome or an error.
    pub notice: Option<Notice>,
    pub store_error: Option<StoreError>,
    pub shows_shortcuts: bool,
    pub shows_about: bool,
    /// The name of the renderer, for the About box.
    pub renderer: String,
    /// What the next frame should do once: move the focus, scroll to a row.
    pub wishes: Wishes,
    pub wants_to_quit: bool,
    /// Commands that mean the list their author is waiting for, not the one that is still shown.
    waiting: Vec<Command>,
    worker: Option<Worker>,
    store: PathBuf,
    picked: (
        std::sync::mpsc::Sender<Picked>,
        std::sync::mpsc::Receiver<Picked>,
    ),
    is_picking: bool,
}

/// The answer of a file dialog.
type Picked = (files::Asked, PathBuf, Option<PathBuf>);

/// A user whose details are open.
pub struct Details {
    pub id: UserId,
    /// None until they have been read.
    pub user: Option<Box<UserRecord>>,
    pub history: Vec<HistoryEntry>,
    pub is_missing: bool,
}

/// A job that has not come to its end.
pub struct RunningJob {
    pub id: JobId,
    pub title: String,
    pub watch: Arc<Watch>,
    started: std::time::Instant,
    /// An older job of this purpose no longer matters once a newer one runs.
    purpose: Purpose,
}

impl RunningJob {
    /// The share that is done, and count, rate and time left in words.
    pub fn words(&self) -> (f32, String) {
        let share = self.watch.share().unwrap_or(0.0);
        let elapsed = self
            .watch
            .counting()
            .unwrap_or_else(|| self.started.elapsed());
        let seconds = elapsed.as_secs_f32();
        // A file is read by bytes; only the rows among them are worth a number.
        let count = if self.purpose == Purpose::PreviewImport {
            self.watch.rows()
        } else {
            self.watch.count()
        };
        let mut words = vec![format!("{:.0} %", share * 100.0)];
        // In the first moments a rate would only jump.
        if seconds > 0.5 && self.purpose != Purpose::Look && count > 0 {
            let number = |count: u64| thousands(usize::try_from(count).unwrap_or(usize::MAX));
            let milliseconds = elapsed.as_millis() as u64;
            words.push(format!("{} rows", number(count)));
            words.push(format!(
                "{} rows/s",
                number(count * 1000 / milliseconds.max(1))
            ));
            if share > 0.01 {
                words.push(format!("{:.0} s left", (seconds / share - seconds).ceil()));
            }
        }
        (share, words.join(" · "))
    }
}

/// What a job was started for: where its result goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Plan,
    Apply,
    Look,
    PreviewImport,
    Import,
    SearchPreview,
    OpenRow,
    Pick,
    Save,
    Batches,
    Entries,
    Verify,
    LockedOn,
    SearchLocked,
    Plans,
    Submit,
    Decide,
    /// A submitted plan in the panel is read again.
    Review,
    Pipeline,
    /// The rules of approval are read.
    Approval,
    /// They are changed, or who is protected.
    Rules,
    Operators,
    Grant,
    Details,
    Sample,
}

impl Purpose {
    /// Does it change the store?
    fn is_writing(self) -> bool {
        use Purpose::{Apply, Decide, Grant, Import, Rules, Sample, Submit};
        matches!(
            self,
            Apply | Submit | Decide | Import | Grant | Rules | Sample
        )
    }
}

/// An outcome or an error, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub text: String,
    pub is_error: bool,
}

/// Things the next frame does once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    pub focus: Option<FocusWish>,
    pub scroll_to_row: Option<usize>,
    /// A text for the clipboard.
    pub copy: Option<String>,
}

/// Where the focus should go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FocusWish {
    CommandBox,
    Search,
    /// The list, or what stands in its place.
    Grid,
    Apply,
    /// The users of the preview.
    Preview,
    /// The comment on the plan in the panel.
    Comment,
    /// The list of submitted plans.
    Plans,
    Typed,
    Confirm,
    /// What the step at hand of the import sheet asks for.
    Sheet,
    /// The rows of the import sheet, where they were left.
    Rows,
    /// The search of the history, where what had the focus is gone.
    History,
}

impl Drop for App {
    /// Ends what only reads. What writes is finished: its outcome must not be unknown.
    fn drop(&mut self) {
        let is_reading =
            |job: &&RunningJob| job.purpose != Purpose::Save && !job.purpose.is_writing();
        self.jobs
            .iter()
            .filter(is_reading)
            .for_each(|job| job.watch.cancel());
    }
}

impl App {
    /// Starts on the store of the environment. The store is opened by other threads; the window can be shown at once.
    pub fn new(environment: WindowEnvironment, settings: Settings) -> Self {
        let store = environment.store.clone();
        let mut app = Self {
            environment,
            query: Query {
                sort: settings.sort,
                ..Query::default()
            },
            settings,
            view: None,
            loaded_so_far: 0,
            selection: Selection::default(),
            panel: Panel::Empty,
            reason: String::new(),
            ticket: String::new(),
            brings_reason: false,
            details: None,
            import: None,
            history: None,
            plans: None,
            operators: None,
            command_box: None,
            last_pipeline: String::new(),
            jobs: Vec::new(),
            notice: None,
            store_error: None,
            shows_shortcuts: false,
            shows_about: false,
            renderer: String::new(),
            wishes: Wishes {
                focus: Some(FocusWish::Search),
                ..Wishes::default()
            },
            wants_to_quit: false,
            waiting: Vec::new(),
            worker: None,
            store,
            picked: std::sync::mpsc::channel(),
            is_picking: false,
        };
        app.start_worker();
        app
    }

    pub fn now(&self) -> Time {
        (self.environment.clock)()
    }

    pub fn zone(&self) -> Zone {
        self.environment.zone
    }

    /// The file of the store.
    pub fn store(&self) -> &Path {
        &self.store
    }

    /// Is it the sample directory, where nothing matters?
    pub fn is_sample(&self) -> bool {
        self.store == self.environment.sample_store
    }

    /// Is nobody in the store at all? Then the window says how to begin.
    pub fn is_first_start(&self) -> bool {
        self.view
            .as_ref()
            .is_some_and(|view| view.directory.is_empty())
    }

    /// The jobs that have run long enough to be worth showing, and the time until the next one is.
    pub fn visible_jobs(&self) -> (Vec<&RunningJob>, Option<Duration>) {
        let mut next = None;
        let visible = self
            .jobs
            .iter()
            .filter(
                |job| match SHOW_PROGRESS_AFTER.checked_sub(job.started.elapsed()) {
                    Some(left) if !left.is_zero() => {
                        next = Some(next.map_or(left, |next: Duration| next.min(left)));
                        false
                    }
                    _ => true,
                },
            )
            .collect();
        (visible, next)
    }

    /// Does a dialog lie over the window? Then the shortcuts of what lies below rest.
    pub fn has_dialog(&self) -> bool {
        self.shows_shortcuts
            || self.shows_about
            || self.import.is_some()
            || self.history.is_some()
            || self.plans.is_some()
            || self.operators.is_some()
            || self.command_box.is_some()
            || matches!(self.panel, Panel::Confirming { .. })
    }

    /// Is the preview of a list what lies on top?
    pub fn shows_list_preview(&self) -> bool {
        let is_there = |sheet: &ImportSheet| {
            sheet.step == ImportStep::Preview && matches!(sheet.stage, ImportStage::List { .. })
        };
        matches!(self.panel, Panel::Preview(_))
            && !self.shows_shortcuts
            && !self.shows_about
            && self.import.as_ref().is_some_and(is_there)
    }

    /// Is such work under way that nothing else should be started beside it?
    pub fn is_writing(&self) -> bool {
        self.jobs.iter().any(|job| job.purpose.is_writing())
    }

    fn start_worker(&mut self) {
        let setup = Setup {
            store: self.store.clone(),
            operator: self.environment.operator.clone(),
            clock: Arc::clone(&self.environment.clock),
            waker: self.environment.waker.clone(),
        };
        match Worker::start(&setup) {
            Ok(worker) => {
                worker.ask(self.query.clone());
                self.worker = Some(worker);
            }
            Err(error) => {
                self.fail(format!(
                    "PinDesk cannot start its threads: {error}. Close other programs and try again."
                ));
            }
        }
    }

    /// Ends the threads without waiting for them: each finishes what it is at.
    fn end_worker(&mut self) {
        let worker = self.worker.take();
        let ending = std::thread::Builder::new()
            .name("pindesk-end".to_owned())
            .spawn(move || drop(worker));
        if let Err(error) = ending {
            log::warn!("cannot end the worker threads in the background: {error}");
        }
    }

    fn submit(&mut self, purpose: Purpose, title: &str, job: Job) {
        self.jobs.retain(|other| {
            // What is being saved is saved, whatever else is.
            let is_outdated = other.purpose == purpose && purpose != Purpose::Save;
            if is_outdated {
                other.watch.cancel();
            }
            !is_outdated
        });
        if let Some(worker) = &mut self.worker {
            let (id, watch) = worker.submit(job);
            let title = title.to_owned();
            self.jobs.push(RunningJob {
                id,
                title,
                watch,
                started: std::time::Instant::now(),
                purpose,
            });
        }
    }

    /// Gives up the job of a purpose.
    fn cancel(&mut self, purpose: Purpose) {
        self.jobs
            .iter()
            .filter(|job| job.purpose == purpose)
            .for_each(|job| job.watch.cancel());
        self.jobs.retain(|job| job.purpose != purpose);
    }

    /// How far the reading of a file or the writing of a change is: count, rate and time left.
    pub fn progress_words(&self) -> Option<(f32, String)> {
        let is_long = |job: &&RunningJob| {
            matches!(
                job.purpose,
                Purpose::PreviewImport | Purpose::Import | Purpose::Apply | Purpose::Look
            )
        };
        self.jobs.iter().rfind(is_long).map(RunningJob::words)
    }

    fn say(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice {
            text: text.into(),
            is_error: false,
        });
    }

    fn fail(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice {
            text: text.into(),
            is_error: true,
        });
    }
}
