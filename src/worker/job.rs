//! The pieces of work that run off the window's thread.

use std::path::PathBuf;
use std::sync::Arc;

use super::pipeline;
use super::pipeline::Piped;
use super::review;
use super::review::{Approval, Whom};
use super::{Setup, Watch};
use crate::directory::{Chosen, Directory};
use crate::domain::Time;
use crate::domain::approval::ApprovalRules;
use crate::domain::role::{Permission, Role, cmdlet};
use crate::domain::text::search_key;
use crate::domain::user::{UserId, UserRecord};
use crate::exchange;
use crate::exchange::{
    ExportKind, HowRead, ImportOptions, ImportPreview, Input, ListOptions, ListPreview, Look,
    PlanFileError, ReadError, ReadOptions, Row,
};
use crate::pipeline::Pipeline;
use crate::plan::import::{ImportKind, ImportPlan};
use crate::plan::words::{capital, plural, thousands, users};
use crate::plan::{BatchId, Candidate, Plan, PlanId, Request, RowPlace, Tally, Target, Verdict};
use crate::store::{
    Applied, BatchSummary, Decision, Grant, HistoryChoices, HistoryEntry, HistoryQuery, Holder,
    Imported, OperatorRoles, PlanSummary, Refreshed, Store, StoreError, SubmittedPlan, Verified,
    WasLocked, remove_role_outcome, set_role_outcome,
};
use crate::zone::Zone;

/// How many history entries the details show.
const DETAILS_HISTORY: usize = 200;
/// How many batches, and how many entries of one, the history view lists.
pub const MOST_BATCHES: usize = 10_000;
pub const MOST_ENTRIES: usize = 100_000;

/// A piece of work.
#[derive(Debug)]
pub enum Job {
    /// Works a request out. Chosen users become its targets, in the order in which they are shown.
    Plan(Request, Option<(Chosen, Directory)>),
    /// Applies exactly this plan.
    Apply(Arc<Plan>),
    /// Looks at a file: its layout and its first rows.
    Look(PathBuf, ReadOptions),
    /// Reads a file and works out what importing it would do.
    PreviewImport(PathBuf, ImportOptions),
    /// Reads a list of users and works out what carrying it out would do.
    PlanList(PathBuf, Box<ListOptions>),
    /// Which items of a plan have a verdict and contain a text, in their order.
    Search(Arc<Plan>, Option<Verdict>, String),
    /// What stands in the file at an item of a plan, and who is nearest to whom it names.
    OpenRow(RowQuestion),
    /// Reads the user whom somebody picked for an item of the plan.
    Pick(usize, UserId),
    /// Writes the rows of a list with what became of each.
    SaveResults(Box<ResultsToSave>),
    /// Opens a plan file.
    OpenPlan(PathBuf),
    /// Writes a plan file.
    SavePlan(Arc<Plan>, PathBuf),
    /// Writes a script that carries out a plan where the cmdlets are.
    SaveScript(Arc<Plan>, PathBuf),
    /// Writes a report of a plan, or of its result.
    SaveReport(Arc<Plan>, Option<Applied>, PathBuf),
    /// Writes users or PIN states: of those who are chosen.
    Export(ExportKind, Chosen, Directory, PathBuf),
    /// Imports exactly this.
    Import(Arc<ImportPlan>),
    /// Works out the undoing of a batch, or of what it did to one user; without one, of the operator's own last.
    PlanUndo(Option<BatchId>, Option<UserId>),
    /// All submitted plans.
    Plans,
    /// A submitted plan, as it is now.
    OpenSubmitted(PlanId),
    /// Keeps exactly this plan for review.
    Submit(Arc<Plan>),
    /// A step in the review of a plan, with a comment.
    Decide(PlanId, Decision, String),
    /// From when on plans need approval, and who is protected.
    Approval,
    SetApproval(ApprovalRules),
    /// Protects somebody, or stops doing so.
    Protect(Whom, bool),
    /// The operators, all roles, and who may run a cmdlet where one is given.
    Operators(Option<&'static str>),
    /// Gives an account a role, or takes it away.
    Grant(Grant, String, String),
    /// Makes a role, or says anew what it permits.
    SetRole(Role),
    /// Removes a role.
    RemoveRole(String),
    /// The batches of the history that are meant, and what there is to choose from.
    Batches(HistoryQuery),
    /// A batch, and what it did.
    Entries(BatchId),
    /// Who was locked at a moment.
    LockedAt(Time),
    /// Which of them contain a text, in their order.
    SearchLocked(Arc<Vec<WasLocked>>, String),
    /// Writes the entries of the batches that are meant.
    ExportHistory(HistoryQuery, PathBuf),
    /// Writes a report of a batch.
    SaveBatchReport(BatchId, PathBuf),
    /// Writes the evidence of a batch.
    SaveEvidence(BatchId, PathBuf),
    /// Walks the chain of hashes.
    VerifyHistory,
    /// Runs a pipeline, or only says what its stages would do. Times are read and shown in this zone.
    Pipeline(Box<Pipeline>, bool, Zone),
    /// Everything about one user.
    Details(UserId),
    /// Fills an empty store with the sample directory.
    ImportSample,
}

/// A row that somebody wants to see.
#[derive(Debug)]
pub struct RowQuestion {
    pub item: usize,
    pub path: PathBuf,
    pub read: ReadOptions,
    pub how_read: HowRead,
    pub place: RowPlace,
    /// An identity that finds nobody, and whose neighbours are not known yet.
    pub nearest_to: Option<String>,
}

/// Rows to save with what became of them.
#[derive(Debug)]
pub struct ResultsToSave {
    pub file: PathBuf,
    pub read: ReadOptions,
    pub plan: Arc<Plan>,
    pub applied: Option<Applied>,
    pub to: PathBuf,
}

/// Who has which role, and what the roles permit.
#[derive(Debug)]
pub struct OperatorsRead {
    pub operators: Vec<OperatorRoles>,
    pub roles: Vec<Role>,
    /// May the operator at the keyboard change any of it?
    pub may_change: bool,
    /// Who may run the cmdlet that was asked about.
    pub holders: Option<(&'static str, Vec<Holder>)>,
}

/// Which thread does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    Read,
    Write,
}

/// What came of it.
#[derive(Debug)]
pub enum JobDone {
    Piped(Piped),
    /// With its numbers: a plan of a million items is counted here and not in the window.
    Planned(Plan, Tally),
    Applied(Applied),
    Operators(OperatorsRead),
    /// In words.
    Granted(String),
    /// A role was made, defined anew or removed: its name, and in words what came of it.
    RoleChanged(String, String),
    /// A plan file, as it is now, and by whom and when it was made.
    Opened {
        reviewed: Refreshed,
        made_by: String,
        made_at: Time,
    },
    Plans(Vec<PlanSummary>),
    SubmittedOpened(Box<SubmittedPlan>),
    Submitted(PlanId),
    Decided(PlanId, Decision),
    Approval(Box<Approval>),
    /// In words, as the next one.
    ApprovalSet(String),
    Protected(String),
    Batches(Vec<BatchSummary>, HistoryChoices),
    Entries(Option<BatchSummary>, Vec<HistoryEntry>),
    LockedAt(Arc<Vec<WasLocked>>),
    LockedFound(Vec<usize>),
    Verified(Verified),
    /// Nothing of the operator's can be undone.
    NothingToUndo,
    Looked(Box<Look>),
    ImportPreviewed(ImportPreview),
    ListPlanned(Box<ListPreview>, Tally),
    Found(Vec<usize>),
    RowOpened {
        item: usize,
        row: Row,
        nearest: Vec<Candidate>,
    },
    Picked(usize, Option<Box<UserRecord>>),
    /// What was written, in words, and where.
    Saved(String, PathBuf),
    Imported(Imported),
    Details(Option<Box<UserRecord>>, Vec<HistoryEntry>),
    SampleImported,
}

/// Why nothing came of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JobFailed {
    #[error("Cancelled. Nothing was changed.")]
    Cancelled,
    #[error("{0}")]
    Store(StoreError),
    #[error("{0}")]
    Read(ReadError),
    #[error("{0}")]
    Plan(#[from] PlanFileError),
    /// A typed identity that means nobody, or several.
    #[error("{0}")]
    Identity(String),
}

impl Job {
    pub fn lane(&self) -> Lane {
        match self {
            Self::Plan(..)
            | Self::PlanUndo(..)
            | Self::Look(..)
            | Self::PreviewImport(..)
            | Self::PlanList(..)
            | Self::Search(..)
            | Self::OpenRow(_)
            | Self::Pick(..)
            | Self::SaveResults(_)
            | Self::SaveScript(..)
            | Self::SaveReport(..)
            | Self::OpenPlan(_)
            | Self::SavePlan(..)
            | Self::Export(..)
            | Self::Operators(_)
            | Self::Plans
            | Self::OpenSubmitted(_)
            | Self::Approval
            | Self::Batches(_)
            | Self::Entries(_)
            | Self::LockedAt(_)
            | Self::SearchLocked(..)
            | Self::ExportHistory(..)
            | Self::SaveBatchReport(..)
            | Self::SaveEvidence(..)
            | Self::VerifyHistory
            | Self::Pipeline(..)
            | Self::Details(_) => Lane::Read,
            Self::Apply(_)
            | Self::Submit(_)
            | Self::Decide(..)
            | Self::SetApproval(_)
            | Self::Protect(..)
            | Self::Import(_)
            | Self::Grant(..)
            | Self::SetRole(_)
            | Self::RemoveRole(_)
            | Self::ImportSample => Lane::Write,
        }
    }
}

impl From<StoreError> for JobFailed {
    fn from(error: StoreError) -> Self {
        if error == StoreError::Cancelled {
            Self::Cancelled
        } else {
            Self::Store(error)
        }
    }
}

impl From<ReadError> for JobFailed {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Cancelled => Self::Cancelled,
            ReadError::Store(error) => error.into(),
            error => Self::Read(error),
        }
    }
}

pub(super) fn work(
    store: &mut Store,
    job: Job,
    setup: &Setup,
    watch: &Watch,
) -> Result<JobDone, JobFailed> {
    let now = (setup.clock)();
    let operator = &setup.operator;
    Ok(match job {
        Job::Plan(mut request, chosen) => {
            if let Some((chosen, directory)) = chosen {
                request
                    .targets
                    .extend(chosen.in_order(&directory).into_iter().map(Target::User));
            }
            planned(store.plan(&request, operator, now, watch)?)
        }
        Job::Apply(plan) => JobDone::Applied(store.apply(&plan, operator, now, watch)?),
        Job::Look(path, options) => JobDone::Looked(Box::new(exchange::look(
            store,
            &Input::file(&path)?,
            &options,
            watch,
        )?)),
        Job::PlanList(path, options) => {
            let preview =
                exchange::plan_list(store, &Input::file(&path)?, &options, operator, now, watch)?;
            let tally = preview.plan.tally();
            JobDone::ListPlanned(Box::new(preview), tally)
        }
        Job::Search(plan, verdict, text) => JobDone::Found(plan.search(verdict, &text)),
        Job::OpenRow(question) => {
            let RowQuestion {
                item,
                path,
                read,
                how_read,
                place,
                nearest_to,
            } = question;
            let row = exchange::row_at(&Input::file(&path)?, &read, &how_read, place)?;
            let nearest = nearest_to.map_or(Ok(Vec::new()), |text| store.nearest(&text))?;
            JobDone::RowOpened { item, row, nearest }
        }
        Job::Pick(item, id) => JobDone::Picked(item, store.user(id)?.map(Box::new)),
        Job::SaveResults(save) => {
            let ResultsToSave {
                file,
                read,
                plan,
                applied,
                to,
            } = *save;
            let encoding = exchange::save_results(
                &Input::file(&file)?,
                &read,
                &plan,
                applied.as_ref(),
                &to,
                watch,
            )?;
            JobDone::Saved(
                format!("Results of {} saved as {encoding}", rows(plan.items.len())),
                to,
            )
        }
        Job::OpenPlan(path) => {
            let permissions = store.permissions(operator)?;
            let plan = exchange::open_plan(&path, store.id(), permissions)?;
            let (made_by, made_at) = (plan.operator.clone(), plan.taken_at);
            JobDone::Opened {
                reviewed: store.refresh(plan, operator, now)?,
                made_by,
                made_at,
            }
        }
        Job::SavePlan(plan, to) => {
            exchange::save_plan(&plan, store.id(), &to)?;
            JobDone::Saved(
                format!("Plan for {} saved", users(plan.counts().will_change)),
                to,
            )
        }
        Job::SaveScript(plan, to) => {
            let steps = exchange::save_script(&plan, &to, now)?;
            JobDone::Saved(format!("Script for {} saved", users(steps)), to)
        }
        Job::SaveReport(plan, applied, to) => {
            exchange::save_report(&plan, applied.as_ref(), &to, now)?;
            JobDone::Saved("Report saved".to_owned(), to)
        }
        Job::Export(kind, chosen, directory, to) => {
            let ids = chosen.in_order(&directory);
            let written = exchange::write_whole(&to, |file| {
                exchange::export(
                    store,
                    kind,
                    &ids,
                    now,
                    &mut std::io::BufWriter::new(file),
                    watch,
                )
            })?;
            JobDone::Saved(
                format!("{} of {} exported", capital(kind.label()), users(written)),
                to,
            )
        }
        Job::PreviewImport(path, options) => JobDone::ImportPreviewed(exchange::preview_import(
            store, &path, &options, now, watch,
        )?),
        Job::Import(plan) => JobDone::Imported(store.import(&plan, operator, now, watch)?),
        Job::PlanUndo(batch, only) => {
            match batch.map_or_else(|| store.last_undoable(operator), |batch| Ok(Some(batch)))? {
                Some(batch) => planned(store.plan_undo(batch, only, operator, now)?),
                None => JobDone::NothingToUndo,
            }
        }
        Job::Plans => JobDone::Plans(store.plans()?),
        Job::OpenSubmitted(id) => {
            JobDone::SubmittedOpened(Box::new(store.submitted(id, operator, now)?))
        }
        Job::Submit(plan) => JobDone::Submitted(store.submit(&plan, operator, now)?),
        Job::Decide(id, decision, text) => {
            store.decide(id, decision, &text, operator, now)?;
            JobDone::Decided(id, decision)
        }
        Job::Approval => review::approval(store, operator)?,
        Job::SetApproval(rules) => review::set_approval(store, rules, operator, now)?,
        Job::Protect(whom, protects) => review::protect(store, whom, protects, setup, watch)?,
        Job::Operators(asked) => JobDone::Operators(OperatorsRead {
            operators: store.operators()?,
            roles: store.all_roles()?,
            may_change: store.permission(operator, cmdlet::ROLES)? == Permission::Everywhere,
            holders: match asked {
                Some(cmdlet) => Some((cmdlet, store.who_can(cmdlet)?)),
                None => None,
            },
        }),
        Job::Grant(grant, role, account) => {
            let changed = store.grant(grant, &role, &account, operator, now)?;
            JobDone::Granted(grant.outcome(&role, &account, changed))
        }
        Job::SetRole(role) => {
            let changed = store.set_role(&role, operator, now)?;
            JobDone::RoleChanged(role.name.clone(), set_role_outcome(&role, changed))
        }
        Job::RemoveRole(role) => {
            let changed = store.remove_role(&role, operator, now)?;
            let words = remove_role_outcome(&role, changed);
            JobDone::RoleChanged(role, words)
        }
        Job::Batches(query) => JobDone::Batches(
            store.batches(&query, MOST_BATCHES, watch)?,
            store.history_choices()?,
        ),
        Job::Entries(batch) => JobDone::Entries(
            store.batch(batch)?,
            store.batch_entries(batch, MOST_ENTRIES)?,
        ),
        Job::LockedAt(moment) => JobDone::LockedAt(Arc::new(store.locked_at(moment)?)),
        Job::SearchLocked(all, text) => {
            let key = search_key(text.trim());
            JobDone::LockedFound(
                (0..all.len())
                    .filter(|place| all[*place].mentions(&key))
                    .collect(),
            )
        }
        Job::ExportHistory(query, to) => {
            let written = exchange::save_history(store, &query, &to, watch)?;
            let written = usize::try_from(written).unwrap_or(usize::MAX);
            JobDone::Saved(format!("{} of the history exported", rows(written)), to)
        }
        Job::SaveEvidence(batch, to) => {
            exchange::save_evidence(store, batch, &to, operator, now, watch)?;
            JobDone::Saved(format!("Evidence of batch {} saved", batch.0), to)
        }
        Job::SaveBatchReport(batch, to) => {
            exchange::save_batch_report(store, batch, &to, now, watch)?;
            JobDone::Saved(format!("Report of batch {} saved", batch.0), to)
        }
        Job::VerifyHistory => JobDone::Verified(store.verify_history(watch)?),
        Job::Pipeline(pipeline, explains, zone) => {
            pipeline::run(store, &pipeline, explains, setup, zone, watch)?
        }
        Job::Details(id) => {
            let user = store.user(id)?;
            JobDone::Details(user.map(Box::new), store.user_history(id, DETAILS_HISTORY)?)
        }
        Job::ImportSample => {
            import_sample(store, setup, watch)?;
            JobDone::SampleImported
        }
    })
}

/// "1 row", "12,408 rows"
fn rows(count: usize) -> String {
    format!("{} {}", thousands(count), plural(count, "row", "rows"))
}

fn import_sample(store: &mut Store, setup: &Setup, watch: &Watch) -> Result<(), JobFailed> {
    if !store.is_empty()? {
        return Ok(());
    }
    let now = (setup.clock)();
    for (kind, name, bytes) in [
        (
            ImportKind::Users,
            "sample/users.csv",
            exchange::sample::USERS,
        ),
        (ImportKind::Pins, "sample/pins.csv", exchange::sample::PINS),
    ] {
        // Invented people live at no place: their times are the same on every machine.
        let options = ImportOptions {
            kind: Some(kind),
            zone: Zone::utc(),
            ..ImportOptions::default()
        };
        let preview =
            exchange::preview_input(store, &Input::bytes(name, bytes), &options, now, watch)?;
        store.import(&preview.plan, &setup.operator, now, watch)?;
    }
    Ok(())
}

fn planned(plan: Plan) -> JobDone {
    let tally = plan.tally();
    JobDone::Planned(plan, tally)
}
