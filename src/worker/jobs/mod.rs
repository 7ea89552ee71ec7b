//! The jobs, by subject. To add one, write a struct with its input and implement
//! [`Job`](super::Job) for it.

mod accept_history;
mod approval;
mod backups;
mod charts;
mod details;
mod history;
mod imports;
mod kept_filters;
mod keys;
mod list_tables;
mod lists;
mod palette;
mod pasted;
mod pins;
mod pipeline;
mod pipeline_rows;
mod plan_files;
mod plans;
mod policies;
mod review;
mod roles;
mod save;
mod user_facts;

pub use accept_history::AcceptHistory;
pub use approval::{
    ApprovalSettings, ProtectionTarget, ReadApproval, SetApprovalRules, SetProtection,
};
pub use backups::{BackUpNow, ReadBackups};
pub use charts::{ReadCharts, SaveChart, SavePicture};
pub use details::{ReadDetails, UserDetails};
pub use history::{
    BatchEntries, HistoryList, MOST_BATCHES, MOST_ENTRIES, ReadBatch, ReadBatches, ReadLockedAt,
    SearchLocked, VerifyHistory,
};
pub use imports::{ApplyImport, FillSample, PreviewImport, PreviewedImport, SubmitImport};
pub use kept_filters::{FiltersForAll, ForgetFilterForAll, KeepFilter, ReadFiltersForAll};
pub use keys::{
    ExportKeys, ExportedKeys, FinishRotation, FinishedRotation, ImportKeys, ImportedKeys,
    KeyOverview, KeyStepDone, MakeKey, ReadKeys, RotateKey,
};
pub use list_tables::{MakeList, SaveList};
pub use lists::{FindUser, OpenRow, OpenedFileRow, PlanList, SearchPlan, SurveyFile};
pub use palette::{FindEverywhere, FindUsers, FoundEverywhere, FoundUsers};
pub use pasted::{FindPasted, PastedUsers};
pub use pins::{ReadPinRules, SaveSlips};
pub use pipeline::{PipelineAnswer, RunPipeline};
pub use pipeline_rows::{CopiedTable, CopyPipelineRows, ExportPipelineRows};
pub use plan_files::{OpenPlanFile, OpenedPlanFile};
pub use plans::{
    ApplyPlan, ApplyTypedPin, CountedPlan, MakePlan, PlanUndo, PlannedChange, PlannedUndo,
};
pub use policies::{
    PlanSettings, PoliciesRead, PolicyLine, ReadPolicies, SimulatePolicy, WishedSettings,
};
pub use review::{
    ApplySettings, DecideOnPlan, OpenSubmittedPlan, ReadPlans, SubmitPlan, SubmitSettings,
};
pub use roles::{GrantRole, OperatorsAndRoles, ReadOperators, RemoveRole, RoleChange, SetRole};
pub use save::{
    ExportHistory, ExportUsers, SaveBatchReport, SaveEvidence, SavePlan, SaveReport, SaveResults,
    SaveScript, SavedFile,
};
pub use user_facts::{ReadUserFacts, UserFacts};
