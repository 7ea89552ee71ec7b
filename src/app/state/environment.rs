//! Values that the window gets from outside, so that tests can replace them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::settings::ThemeChoice;
use crate::domain::role::Operator;
use crate::store::{HookRunner, Witness};
use crate::worker::{Clock, KeyKeeper, Waker};
use crate::zone::Zone;

/// The store, operator, clock, zone, waker and file dialogs of the window.
pub struct WindowEnvironment {
    pub store: PathBuf,
    /// The path of the store with the sample directory.
    pub sample_store: PathBuf,
    /// The reason to move the folder of the store. None if it lies where it should.
    pub folder_advice: Option<String>,
    /// The theme that the settings of this computer demand. None: the operator chooses.
    pub fixed_theme: Option<ThemeChoice>,
    /// The file with the settings of this computer. None if there is none.
    pub machine_file: Option<PathBuf>,
    pub operator: Operator,
    /// Finds and keeps the keys of PINs.
    pub keys: Arc<dyn KeyKeeper>,
    /// Runs the hooks that this computer allows.
    pub hooks: Arc<dyn HookRunner>,
    /// The folder with what this account has seen of stores. None: nothing is remembered.
    pub witness: Option<Witness>,
    pub clock: Clock,
    pub zone: Zone,
    pub waker: Waker,
    pub files: Box<dyn FileChooser>,
}

/// Called with the chosen file, or with None, from any thread.
pub type FileChosen = Box<dyn FnOnce(Option<PathBuf>) + Send>;

/// Opens file dialogs without making the window wait.
pub trait FileChooser {
    /// Opens a dialog for a list, a directory file or a file of PIN states.
    fn open_csv(&self, title: &str, chosen: FileChosen);
    /// Opens a dialog for a plan file.
    fn open_plan(&self, title: &str, chosen: FileChosen);
    /// Opens a dialog for a store or a backup.
    fn open_store(&self, title: &str, chosen: FileChosen);
    /// Opens a dialog for a file with exported keys.
    fn open_key(&self, title: &str, chosen: FileChosen);
    /// Opens a dialog for a file to write, with a name and an extension.
    fn save(&self, title: &str, name: &str, extension: &str, chosen: FileChosen);
    /// Opens a saved page with the program that the desktop has for it.
    ///
    /// # Errors
    /// The desktop has no such program, as text.
    fn open_page(&self, page: &Path) -> Result<(), String>;
}
