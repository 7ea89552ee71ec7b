//! The folder of PinDesk's files.

use std::path::{Path, PathBuf};

/// The name of the store in the folder.
const STORE: &str = "pindesk.db";

/// The folder of PinDesk's files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataFolder {
    pub path: PathBuf,
    /// The folder that is used in new installations. None if it is this one.
    pub better: Option<PathBuf>,
}

/// The platform's data folder for PinDesk. On Windows it is that of this computer, since a folder that
/// roams with the account may lie on a network drive, where a store cannot be. A store that lies in
/// the roaming folder, where earlier versions made it, is used there.
///
/// # Errors
/// The account has no home folder; the text says what to do.
pub fn data_folder() -> Result<DataFolder, String> {
    directories::ProjectDirs::from("", "", "pindesk")
        .map(|folders| DataFolder::choose(folders.data_local_dir(), folders.data_dir()))
        .ok_or_else(|| {
            "This account has no home folder to keep the store in. Name a file with --store."
                .to_owned()
        })
}

impl DataFolder {
    fn choose(local: &Path, roaming: &Path) -> Self {
        let has_store = |folder: &Path| folder.join(STORE).is_file();
        let is_old = local != roaming && !has_store(local) && has_store(roaming);
        Self {
            path: if is_old { roaming } else { local }.to_owned(),
            better: is_old.then(|| local.to_owned()),
        }
    }

    /// The store that is used unless another one is named.
    pub fn store(&self) -> PathBuf {
        self.path.join(STORE)
    }

    /// The reason to move the folder, and how. None if it lies where it should.
    pub fn advice(&self) -> Option<String> {
        let better = self.better.as_ref()?;
        Some(format!(
            "The store is in a folder that roams with this account: {}. It may lie on a network drive, where a store can be \
             damaged. Close PinDesk, and move all of the folder to {}.",
            self.path.display(),
            better.display()
        ))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_store_where_earlier_versions_made_it_is_used_there() {
        let around = tempfile::tempdir().unwrap();
        let (local, roaming) = (around.path().join("Local"), around.path().join("Roaming"));
        fs::create_dir_all(&local).unwrap();
        fs::create_dir_all(&roaming).unwrap();
        let fresh = DataFolder::choose(&local, &roaming);
        assert_eq!((&fresh.path, fresh.advice()), (&local, None));

        fs::write(roaming.join(STORE), "").unwrap();
        let old = DataFolder::choose(&local, &roaming);
        assert_eq!(old.store(), roaming.join(STORE));
        let advice = old.advice().unwrap();
        for folder in [&local, &roaming] {
            assert!(advice.contains(folder.to_str().unwrap()), "{advice}");
        }

        fs::write(local.join(STORE), "").unwrap();
        assert_eq!(DataFolder::choose(&local, &roaming), fresh);
    }

    #[test]
    fn one_folder_for_both_needs_no_advice() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(STORE), "").unwrap();
        let chosen = DataFolder::choose(folder.path(), folder.path());
        assert_eq!(
            (chosen.path.as_path(), chosen.better),
            (folder.path(), None)
        );
    }
}
