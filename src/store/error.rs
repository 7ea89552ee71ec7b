//! Errors of the store, without types of the engine.

use std::path::{Path, PathBuf};

use crate::domain::Time;
use crate::domain::custom_role::RoleFault;
use crate::domain::hook::{HookFault, HookNameFault};
use crate::domain::kept_filter::KeptFilterFault;
use crate::domain::pin_digits::PinFaults;
use crate::domain::policy::PolicyFault;
use crate::domain::reason_rules::{ReasonFault, TicketPatternFault};
use crate::domain::role::Operator;
use crate::time_format::{span, utc};

/// The result of a method of the store.
pub(super) type Result<T> = std::result::Result<T, StoreError>;

/// Reasons why the store could not do its work. After an error, nothing of the attempt is in the
/// store.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    #[error("This file is not a PinDesk store, nor any other SQLite database. Choose another file, or move it away so that a new store can be made there: {}", .path.display())]
    NotADatabase { path: PathBuf },
    #[error("This database belongs to another program. Choose another file: {}", .path.display())]
    NotAStore { path: PathBuf },
    #[error("The store was made by a newer PinDesk (store version {found}; this program knows {known}). Install the newer program: {}", .path.display())]
    TooNew {
        found: i64,
        known: i64,
        path: PathBuf,
    },
    #[error("The store has tables of an older PinDesk (store version {found}; this program needs {known}). Nothing was changed. Ask those who administer the server to run: pindesk store upgrade. Every desk then needs this PinDesk: {}", .path.display())]
    OlderOnServer {
        found: i64,
        known: i64,
        path: PathBuf,
    },
    #[error("The store is damaged ({detail}). Nothing more is written to it. Go back to a backup with: pindesk restore BACKUP, or File → Restore from backup…. Save what can be read with: pindesk recover FILE: {}", .path.display())]
    Damaged { detail: String, path: PathBuf },
    #[error("There is no store here any more, or not yet: {}. Check the name, or make a new store with: pindesk init", .path.display())]
    NoStore { path: PathBuf },
    #[error("The copy is not as the original: {detail}. Do not use it: {}", .path.display())]
    BadCopy { detail: String, path: PathBuf },
    #[error("There is a store already, which stays as it is: {}", .path.display())]
    StoreIsThere { path: PathBuf },
    #[error(
        "The server has the role {role} already, which belongs to another store. Nothing was made. Give this store a schema and roles of its own: add options=-csearch_path%3D{schema}_2 to its address. If no other store is on this server, drop {schema}_owner, {schema}_operator and {schema}_viewer first."
    )]
    RolesAreThere { role: String, schema: String },
    #[error("This file is empty, so there is no store in it. If there was one, restore a backup. If a new store shall be made here, make it with: pindesk --store {} init", .path.display())]
    EmptyFile { path: PathBuf },
    #[error(
        "This needs a file, and this is {what}. Nothing was made or changed. Give the path of a file instead."
    )]
    NotInAFile { what: &'static str },
    #[error("A store is a file, but this is {what}. Choose another path: {}", .path.display())]
    NotAFile { what: &'static str, path: PathBuf },
    #[error("This is a network drive ({system}), where programs cannot share a store safely. Put the store on a local disk of the machine that uses it: {}", .path.display())]
    OnNetwork { system: String, path: PathBuf },
    #[error("The log of another file lay beside this one. It was left by a program that ended early, and would have damaged this file, so it was not used. It is now called {}. Open the store again: {}", .log.display(), .path.display())]
    ForeignLog { log: PathBuf, path: PathBuf },
    #[error("The file of the store, or its log, was moved, deleted or replaced while PinDesk had it open. What you did last is not in the file that is there now. Put the file back, or open the store again and look at what it contains: {}", .path.display())]
    Moved { path: PathBuf },
    #[error("The folder of the store is gone. Connect its disk again, or choose another store: {}", .path.display())]
    FolderGone { path: PathBuf },
    #[error("{what} PinDesk writes nothing to this store until that is put right, or a backup is restored: {}", .path.display())]
    ForeignSchema { what: String, path: PathBuf },
    #[error("{what} Nothing was changed. Find out what happened: look at the history and verify it. Then go back to a backup, or go on with the history as it is by accepting it: {}", .path.display())]
    HistoryChanged { what: String, path: PathBuf },
    #[error("{what} It is of an older PinDesk, and is not brought up to date before that is settled. Nothing was changed. Look into it with: pindesk history, and pindesk history verify. Then go back to a backup, or go on with the history as it is by accepting it: {}", .path.display())]
    NotUpgraded { what: String, path: PathBuf },
    #[error("The store is read-only. Nothing was changed. Ask for the right to write to the file and its folder: {}", .path.display())]
    ReadOnly { path: PathBuf },
    #[error("The disk of the store is read-only. Nothing was changed. Copy the store to a disk that can be written: {}", .path.display())]
    ReadOnlyDisk { path: PathBuf },
    #[error("The disk reports an error while {during}. Nothing was changed. Check the disk and its connection, then try again: {}", .path.display())]
    DiskFailed { during: &'static str, path: PathBuf },
    #[error("The computer has too little memory left for the store. Nothing was changed. Close other programs and try again: {}", .path.display())]
    OutOfMemory { path: PathBuf },
    #[error("Another program has been writing to the store for too long. Nothing was changed. Wait until it has finished, or end it, then try again: {}", .path.display())]
    Busy { path: PathBuf },
    #[error("Another program is writing to the store, and the wait for it was cancelled. Nothing was changed. Try again when it has finished: {}", .path.display())]
    WaitCancelled { path: PathBuf },
    #[error("The disk is full. Nothing was changed. Free some space and try again: {}", .path.display())]
    DiskFull { path: PathBuf },
    #[error("The store cannot be opened: {detail}. Check that the folder exists and may be read: {}", .path.display())]
    CannotOpen { detail: String, path: PathBuf },
    #[error("The address of the store cannot be used: {what}. Nothing was made or changed.")]
    BadAddress { what: String },
    #[error("The server of the store cannot be used: {detail}. Check the address, the network and your account on the server: {}", .path.display())]
    NotConnected { detail: String, path: PathBuf },
    #[error("The server of the store wants the password of your login. Start a command of PinDesk in a terminal, which asks for it and can keep it in your keyring, or put it into the file ~/.pgpass: {}", .path.display())]
    PasswordWanted { path: PathBuf },
    #[error("The server of the store does not take this password. Check it, and the login in the address: {}", .path.display())]
    PasswordRefused { path: PathBuf },
    #[error(
        "The address has a password, which others could read in the list of programs and in your shell's history. Leave it out: PinDesk asks for it, or reads it from ~/.pgpass."
    )]
    PasswordInAddress,
    #[error("The connection to the server of the store was lost. Nothing was changed. Try again when the network is back: {}", .path.display())]
    ConnectionLost { path: PathBuf },
    #[error("The connection to the server was lost while a change was brought to disk, and the server cannot be asked, so it may have been made or not. Look at the history when the network is back, before you repeat the change: {}", .path.display())]
    OutcomeUnknown { path: PathBuf },
    #[error("The server does not permit this: {detail}. Nothing was changed. Ask the administrator of the database for the rights that are missing: {}", .path.display())]
    DeniedByServer { detail: String, path: PathBuf },
    #[error("This is for stores in files only. Nothing was changed. Use the tools of the server for its database: {}", .path.display())]
    OnlyInFile { path: PathBuf },
    #[error("The backup was not made: {detail}. Choose another file: {}", .path.display())]
    CannotBackUp { detail: String, path: PathBuf },
    #[error(
        "Before this change a copy of the store is made, and that failed, so nothing was changed. {detail} To go on without a copy, use the command line with --no-backup."
    )]
    NoCopyBefore { detail: String },
    #[error("This backup cannot be used: {detail}. The store stays as it is. Choose another backup: {}", .path.display())]
    CannotRestore { detail: String, path: PathBuf },
    #[error("Another PinDesk has the store open. Nothing was changed. Close it on every desk, then try again: {}", .path.display())]
    InUse { path: PathBuf },
    #[error("The store lies where files cannot be shared safely between programs, such as a network drive. Put it on a local disk: {}", .path.display())]
    NoSharedMemory { path: PathBuf },
    #[error(
        "{operator} may not run {cmdlet} here: their roles do not permit it. Nothing was changed."
    )]
    NotPermitted { operator: String, cmdlet: String },
    #[error("There is no role {role}, or no account was named. Nothing was changed.")]
    NoSuchRole { role: String },
    #[error(
        "This is the last CsAdministrator who has changed anything in this store. Give somebody else the role first, and let them change something, so that it is certain that their account is spelled right. Nothing was changed."
    )]
    LastAdministrator,
    #[error(
        "{operator} may not give the role {role}: it permits {cmdlet} where their own roles do not. Nothing was changed."
    )]
    MoreThanHeld {
        operator: String,
        role: String,
        cmdlet: String,
    },
    #[error(
        "The account {account} contains a character that shows nothing, marked here by a dot. Type it again without it. Nothing was changed."
    )]
    HiddenCharacter { account: String },
    #[error(
        "This plan needs the approval of somebody else: {why}. {who}Submit it for review. Nothing was changed."
    )]
    NeedsApproval {
        why: String,
        /// Sentences that say which accounts could approve it, each with a space after it. Empty
        /// where that depends on the users of the plan.
        who: String,
    },
    #[error(
        "{operator} submitted this plan, so somebody else has to approve it. Nothing was changed."
    )]
    OwnPlan { operator: String },
    #[error("Only {author}, who submitted this plan, can withdraw it. Nothing was changed.")]
    OnlyAuthor { author: String },
    #[error(
        "The settings have changed since this plan was made: {what}. Make it again. Nothing was changed."
    )]
    SettingsDrifted { what: String },
    #[error("There is no such user in the store. Nothing was changed.")]
    NoSuchUser,
    #[error("There is no batch {id} in this store.")]
    NoSuchBatch { id: i64 },
    #[error("There is no plan {id} in this store.")]
    NoSuchPlan { id: i64 },
    #[error("Plan {id} is {status} already. Nothing was changed.")]
    PlanClosed { id: i64, status: &'static str },
    #[error(
        "This is not plan {id} as it was submitted. Open it again, or submit it again. Nothing was changed."
    )]
    NotAsSubmitted { id: i64 },
    #[error(
        "Plan {id} is not what was submitted: it was edited behind PinDesk's back. Submit it again, and verify the history."
    )]
    EditedPlan { id: i64 },
    #[error("The plan cannot be written down: {0}. Nothing was changed.")]
    Unwritable(String),
    #[error(
        "The plan gives {identity} a state that the batch it undoes has not changed. Undo the batch again. Nothing was changed."
    )]
    NotTheUndo { identity: String },
    #[error("This plan was made in another store. Make it again in this one.")]
    PlanOfOtherStore,
    #[error("Nothing in this plan would change, so there is nothing to submit.")]
    NothingToSubmit,
    #[error(
        "Say something in the comment: who rejects a plan or comments on it says why. Nothing was changed."
    )]
    EmptyComment,
    #[error("{0} Nothing was changed.")]
    WrongRole(RoleFault),
    #[error(
        "The role {role} is built in: it can neither be defined again nor removed. Define a role of your own under another name. Nothing was changed."
    )]
    BuiltInRole { role: String },
    #[error(
        "The name {role} is too much like that of the role {other}: only case or normal form differ. Write it the same way, or choose another name. Nothing was changed."
    )]
    RoleNameTaken { role: String, other: String },
    #[error(
        "There is no role {role}, but there is {other}. Names of roles are compared exactly. Nothing was changed."
    )]
    RoleSpelling { role: String, other: String },
    #[error("The role {role} cannot be removed: {} still {} it. Take it from them first. Nothing was changed.", in_words(.accounts), if .accounts.len() == 1 { "has" } else { "have" })]
    RoleInUse { role: String, accounts: Vec<String> },
    #[error(
        "Somebody changed the directory since the preview. Nothing was changed. Look at the new preview and apply that."
    )]
    Stale,
    #[error("{0} Nothing was changed.")]
    ReasonNeeded(ReasonFault),
    #[error("{0} Nothing was changed.")]
    WrongTicketPattern(TicketPatternFault),
    #[error("{0} Nothing was changed.")]
    Hook(HookFault),
    #[error("{0} Nothing was changed.")]
    WrongHookName(HookNameFault),
    #[error("{0} Nothing was changed.")]
    WrongKeptFilter(KeptFilterFault),
    #[error("{0} Nothing was changed.")]
    PinRefused(PinFaults),
    #[error(
        "One PIN cannot be given to {users} users. Name one of them exactly, or have the PINs drawn. Nothing was changed."
    )]
    OnePinForSeveral { users: usize },
    #[error(
        "The PIN policy of {identity} has changed since the plan was made. Make it again. Nothing was changed."
    )]
    PolicyChanged { identity: String },
    #[error("{0} Nothing was changed.")]
    WrongPolicy(PolicyFault),
    #[error("There is no policy {name} that could be granted to users. Nothing was changed.")]
    NoSuchPolicy { name: String },
    #[error("The policy {name} cannot be removed: {}. Nothing was changed.", if *.granted == 0 { "one must be for everybody".to_owned() } else { format!("{granted} still have it") })]
    PolicyInUse { name: String, granted: u64 },
    #[error(
        "The clock of this computer says {}, which is {} after the last entry of the store. Check the clock, and accept it if it is right. Nothing was changed.",
        utc(*.now), span(*.now - *.last)
    )]
    ClockJump { last: Time, now: Time },
    #[error(
        "The PINs of this store are hashed with the key {id}, which cannot be used here: {detail}. Until it can, nobody can test or set PINs on this machine; locking and unlocking work. Bring the key here with File → PIN key… in the window or with: pindesk key import FILE. Or name its file with --key-file. Nothing was changed."
    )]
    KeyMissing { id: String, detail: String },
    #[error(
        "Somebody has changed the key of the PINs at this moment. Try again. Nothing was changed."
    )]
    KeyChanged,
    #[error(
        "This store uses the key {id} already. To replace it: pindesk key rotate. Nothing was changed."
    )]
    KeyInUse { id: String },
    #[error("This store uses no key yet. To make one: pindesk key new. Nothing was changed.")]
    NoKey,
    #[error(
        "The rotation from key {id} is not finished yet: both keys are valid. See pindesk key status, and finish it with: pindesk key rotate --finish. Nothing was changed."
    )]
    RotationUnfinished { id: String },
    #[error(
        "The rotation cannot be finished: {hashes} PINs are still hashed with the old key. A PIN is hashed again when it is tested successfully or set. See pindesk key status. Nothing was changed."
    )]
    KeyStillUsed { hashes: u64 },
    #[error("Cancelled. Nothing was changed.")]
    Cancelled,
    #[error("The store failed: {detail}. Nothing was changed: {}", .path.display())]
    Other { detail: String, path: PathBuf },
}

impl StoreError {
    pub(super) fn not_permitted(operator: &Operator, cmdlet: &str) -> Self {
        Self::NotPermitted {
            operator: operator.account.clone(),
            cmdlet: cmdlet.to_owned(),
        }
    }

    pub(super) fn foreign_schema(what: &str, path: &Path) -> Self {
        Self::ForeignSchema {
            what: what.to_owned(),
            path: path.to_owned(),
        }
    }

    /// Whether the server of the store cannot be reached, which may pass.
    pub fn is_of_connection(&self) -> bool {
        matches!(
            self,
            Self::ConnectionLost { .. } | Self::NotConnected { .. } | Self::OutcomeUnknown { .. }
        )
    }

    /// Whether an attempt was refused for lack of permission, or by a hook. Such attempts are recorded.
    pub fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::NotPermitted { .. }
                | Self::MoreThanHeld { .. }
                | Self::NeedsApproval { .. }
                | Self::OwnPlan { .. }
                | Self::OnlyAuthor { .. }
        ) || self.is_of_hook()
    }

    /// Whether a hook of the store, or its absence, has refused an attempt.
    pub fn is_of_hook(&self) -> bool {
        matches!(self, Self::Hook(fault) if *fault != HookFault::Changed)
    }

    /// The text of a refusal before anything was tried.
    pub(super) fn in_advance(&self) -> String {
        self.to_string()
            .trim_end_matches(" Nothing was changed.")
            .to_owned()
    }
}

/// "ann", "ann and bob", "ann, bob and carol"
fn in_words(accounts: &[String]) -> String {
    match accounts.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        Some((last, _)) => last.clone(),
        None => "somebody".to_owned(),
    }
}
