//! The users and batches that a text finds.

use crate::directory::{Directory, NameForm, Query, View};
use crate::plan::{BatchId, Candidate};
use crate::store::{BatchSummary, HistoryQuery};
use crate::worker::job::{Job, JobContext, JobFailed};

/// The number of users that are listed.
const MOST_USERS: usize = 8;
/// The number of batches that are listed.
const MOST_BATCHES: usize = 5;

/// Finds users and batches by a text.
pub struct FindEverywhere {
    pub directory: Directory,
    pub text: String,
}

/// Finds users of the directory by a text.
pub struct FindUsers {
    pub directory: Directory,
    pub text: String,
}

/// The first users and batches that a text finds.
#[derive(Debug, Default)]
pub struct FoundEverywhere {
    pub users: FoundUsers,
    /// The newest first, after the one whose ID is the text.
    pub batches: Vec<BatchSummary>,
}

/// The first users that a text finds, and the number of all.
#[derive(Debug, Default)]
pub struct FoundUsers {
    pub users: Vec<Candidate>,
    pub count: usize,
}

impl Job for FindEverywhere {
    type Answer = FoundEverywhere;

    fn title(&self) -> &'static str {
        "Searching"
    }

    fn run(self, context: JobContext<'_>) -> Result<FoundEverywhere, JobFailed> {
        Ok(FoundEverywhere {
            users: found_users(&self.directory, &self.text, &context),
            batches: found_batches(&self.text, &context)?,
        })
    }
}

impl Job for FindUsers {
    type Answer = FoundUsers;

    fn title(&self) -> &'static str {
        "Searching for the user"
    }

    fn run(self, context: JobContext<'_>) -> Result<FoundUsers, JobFailed> {
        Ok(found_users(&self.directory, &self.text, &context))
    }
}

fn found_users(directory: &Directory, text: &str, context: &JobContext<'_>) -> FoundUsers {
    let query = Query {
        text: text.to_owned(),
        ..Query::default()
    };
    let is_cancelled = || context.watch.is_cancelled();
    let Some(view) = View::answer(directory, &query, context.now, &is_cancelled) else {
        return FoundUsers::default();
    };
    let names = directory.names();
    let candidate = |&position| {
        let exact = [
            NameForm::Sip,
            NameForm::Upn,
            NameForm::Account,
            NameForm::Dn,
        ];
        let mut exact = exact.into_iter().map(|form| names.get(position, form));
        let display_name = names.get(position, NameForm::DisplayName).into_owned();
        let identity = exact.find(|name| !name.is_empty());
        Some(Candidate {
            id: directory.id_at(position)?,
            identity: identity.map_or_else(|| display_name.clone(), std::borrow::Cow::into_owned),
            display_name,
        })
    };
    let first = view.positions.iter().filter_map(candidate);
    FoundUsers {
        users: first.take(MOST_USERS).collect(),
        count: view.len(),
    }
}

/// The batches that the history finds by the text, and the one with this ID.
fn found_batches(text: &str, context: &JobContext<'_>) -> Result<Vec<BatchSummary>, JobFailed> {
    let text = text.trim();
    let word = text
        .get(..5)
        .filter(|word| word.eq_ignore_ascii_case("batch"));
    let text = word.map_or(text, |word| text[word.len()..].trim());
    let by_id = text.parse().ok().map(BatchId);
    let mut found = Vec::new();
    if let Some(batch) = by_id {
        found.extend(context.store.batch(batch)?);
    }
    let query = HistoryQuery {
        text: text.to_owned(),
        ..HistoryQuery::default()
    };
    for batch in context.store.batches(&query, MOST_BATCHES, context.watch)? {
        if found.len() < MOST_BATCHES && Some(batch.id) != by_id {
            found.push(batch);
        }
    }
    Ok(found)
}
