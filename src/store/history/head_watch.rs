//! Comparing an open store with its witness, and letting the witness remember what was seen.

use std::cell::RefCell;
use std::path::Path;

use super::head::Head;
use super::head_news::{HeadNews, compare, last_entry};
use super::witness::{SeenHead, Witness};
use crate::io_words::cause;
use crate::store::engine::transaction::WriteError;
use crate::store::engine::{Connection, EngineResult};
use crate::store::{Result, Store, StoreError};

/// The witness of one connection.
#[derive(Clone, Debug, Default)]
pub(in crate::store) struct HeadWatch {
    witness: Option<Witness>,
    /// The entry that was seen before the transaction of now began.
    seen: Option<SeenHead>,
    /// The last entry of that transaction, which is remembered when it is on disk.
    last: Option<SeenHead>,
    /// The ends of the history before and after the transaction of now, on a server.
    ends: (Option<Head>, Option<Head>),
    /// The news about an older store before its tables were brought up to date, until they are told.
    /// The entries of the upgrade would make an older copy look like a rewritten one.
    before_upgrade: RefCell<Option<HeadNews>>,
    /// Why the witness cannot be read or written.
    fault: RefCell<Option<String>>,
}

impl Store {
    /// Compares the history with what this witness has seen before each change, and lets it
    /// remember the last entry after each change.
    pub fn set_witness(&mut self, witness: Option<Witness>) {
        self.heads = HeadWatch::new(witness);
    }

    /// Compares the history with what the witness has seen. Unless it has changed, the witness
    /// then remembers the last entry. A backup that is only looked at is compared where a store was
    /// seen at its path, and never remembered. Not to be called inside a snapshot, which may be
    /// older than what was seen.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn head_news(&self) -> Result<Option<HeadNews>> {
        // The witness is read first, so that the store had the entry before.
        let seen = self.heads.read_seen(&self.path);
        let is_backup = self.is_copy();
        let (news, last) = self.read(|connection| {
            let news = match self.heads.before_upgrade.borrow().clone() {
                Some(news) => Some(news),
                None => (self.heads).news(connection, &self.id, seen.as_ref(), is_backup)?,
            };
            Ok((news, last_entry(connection, &self.id, &self.path)?))
        })?;
        if !matches!(news, Some(HeadNews::Changed(_))) && !is_backup {
            self.heads.before_upgrade.take();
            if seen != last {
                self.heads.remember(last);
            }
        }
        Ok(news)
    }

    /// Why what this computer has seen cannot be kept or read. None as long as it can.
    pub fn witness_fault(&self) -> Option<String> {
        self.heads.fault.borrow().clone()
    }
}

impl HeadWatch {
    pub fn new(witness: Option<Witness>) -> Self {
        Self {
            witness,
            ..Self::default()
        }
    }

    /// Compares an older store with what was seen of it, before its tables are brought up to date.
    /// A private copy is compared like a backup.
    pub fn look_before_upgrade(
        &mut self,
        connection: &Connection,
        store: &str,
        path: &Path,
        is_private: bool,
    ) -> EngineResult<()> {
        self.seen = self.read_seen(path);
        let news = self.news(connection, store, self.seen.as_ref(), is_private)?;
        self.before_upgrade.replace(news);
        Ok(())
    }

    /// Refuses to bring a store up to date whose history is not the one that was seen.
    ///
    /// # Errors
    /// The history was rewritten, is an older one, or is that of another store.
    pub fn check_upgrade(
        &self,
        connection: &Connection,
        store: &str,
        path: &Path,
    ) -> std::result::Result<(), WriteError> {
        self.refuse_changed(connection, store, |what| StoreError::NotUpgraded {
            what,
            path: path.to_owned(),
        })
    }

    /// Whether the history of an open store is not the one that was seen. One that cannot be
    /// compared counts as changed.
    pub fn has_changed(&mut self, connection: &Connection, store: &str, path: &Path) -> bool {
        self.seen = self.read_seen(path);
        !matches!(self.changed(connection, store), Ok(None))
    }

    /// The difference between a history and what was seen of it.
    fn news(
        &self,
        connection: &Connection,
        store: &str,
        seen: Option<&SeenHead>,
        is_backup: bool,
    ) -> EngineResult<Option<HeadNews>> {
        match seen {
            Some(seen) => compare(connection, store, seen),
            None if is_backup => Ok(None),
            None => self.at_new_path(connection, store),
        }
    }

    /// Refuses a history that is not the one that was seen, with the error for how it differs.
    fn refuse_changed(
        &self,
        connection: &Connection,
        store: &str,
        error: impl FnOnce(String) -> StoreError,
    ) -> std::result::Result<(), WriteError> {
        match self.changed(connection, store)? {
            Some(what) => Err(error(what).into()),
            None => Ok(()),
        }
    }

    /// How the history differs from what was seen, if nothing explains that.
    fn changed(&self, connection: &Connection, store: &str) -> EngineResult<Option<String>> {
        let seen = self.seen.as_ref();
        let news = seen.map_or(Ok(None), |seen| compare(connection, store, seen))?;
        Ok(match news {
            Some(HeadNews::Changed(change)) => Some(change.to_string()),
            _ => None,
        })
    }

    /// Reads what was seen at a path, before the transaction begins that is compared with it.
    pub fn before_write(&mut self, path: &Path) {
        self.seen = self.read_seen(path);
        self.last = None;
    }

    /// Refuses to write to a store whose history is not the one that was seen.
    ///
    /// # Errors
    /// The history was rewritten, is an older one, or is that of another store.
    pub fn check(
        &self,
        connection: &Connection,
        store: &str,
        path: &Path,
    ) -> std::result::Result<(), WriteError> {
        self.refuse_changed(connection, store, |what| StoreError::HistoryChanged {
            what,
            path: path.to_owned(),
        })
    }

    /// Notes the end of the history at the beginning of a transaction on a server.
    pub fn note_first(&mut self, connection: &Connection) -> EngineResult<()> {
        self.ends = (end_on_server(connection)?, None);
        Ok(())
    }

    /// The last entry that the transaction of now has appended. None if it has appended none, and for
    /// a store in a file.
    pub fn appended(&self) -> Option<Head> {
        let (before, after) = self.ends;
        after.filter(|_| before != after)
    }

    /// Notes the last entry of a transaction that is about to end.
    pub fn note_last(
        &mut self,
        connection: &Connection,
        store: &str,
        path: &Path,
    ) -> EngineResult<()> {
        if self.witness.is_some() {
            self.last = last_entry(connection, store, path)?;
        }
        self.ends.1 = end_on_server(connection)?;
        Ok(())
    }

    /// Remembers the last entry of a transaction that is on disk.
    pub fn after_write(&mut self) {
        self.before_upgrade.take();
        let last = self.last.take();
        self.remember(last);
    }

    fn remember(&self, head: Option<SeenHead>) {
        if let (Some(witness), Some(head)) = (&self.witness, head)
            && let Err(error) = witness.keep(&head)
        {
            self.fail(witness, &error);
        }
    }

    fn read_seen(&self, path: &Path) -> Option<SeenHead> {
        let witness = self.witness.as_ref()?;
        witness.seen(path).unwrap_or_else(|error| {
            self.fail(witness, &error);
            None
        })
    }

    /// Looks at a store at a path where none was seen. If it was seen at paths that have no file any
    /// more, it was moved, and must have what was seen at one of them. Otherwise it is a copy beside
    /// them.
    fn at_new_path(&self, connection: &Connection, store: &str) -> EngineResult<Option<HeadNews>> {
        let Some(witness) = &self.witness else {
            return Ok(None);
        };
        let records = witness.records_of(store);
        if records
            .iter()
            .any(|seen| seen.path.symlink_metadata().is_ok())
        {
            return Ok(None);
        }
        let mut newest: Option<(SeenHead, HeadNews)> = None;
        for seen in records {
            let Some(news) = compare(connection, store, &seen)? else {
                witness.forget(&seen.path);
                return Ok(None);
            };
            if newest
                .as_ref()
                .is_none_or(|(last, _)| last.time <= seen.time)
            {
                newest = Some((seen, news));
            }
        }
        Ok(newest.map(|(_, news)| match news {
            HeadNews::Changed(change) => HeadNews::Elsewhere(change),
            news => news,
        }))
    }

    fn fail(&self, witness: &Witness, error: &std::io::Error) {
        let text = format!(
            "The last entry of the history that this computer has seen cannot be kept: {}. Until it can, PinDesk does not notice when the history is rewritten or replaced by an older copy. Check this folder: {}",
            cause(error),
            witness.folder().display()
        );
        log::warn!("{text}");
        self.fault.replace(Some(text));
    }
}

/// The end of the history of a store on a server.
fn end_on_server(connection: &Connection) -> EngineResult<Option<Head>> {
    let on_server = connection.is_on_server();
    on_server
        .then(|| Head::of_last_entry(connection))
        .transpose()
}
