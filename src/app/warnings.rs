//! The warnings above the list, each as long as it holds.

use super::App;
use crate::plan::words::locked_by_guesses;

/// The largest number of protected users that are named.
const MOST_NAMED: usize = 3;

impl App {
    /// The sentences, the most urgent first.
    pub fn warnings(&self) -> Vec<String> {
        let named = self.protected_locked.iter().take(MOST_NAMED);
        let more = self.protected_locked.len().saturating_sub(MOST_NAMED);
        let more =
            (more > 0).then(|| format!("{more} more protected users were locked by wrong PINs."));
        let renewed = self.renewed_account.clone();
        renewed
            .into_iter()
            .chain(named.map(|user| locked_by_guesses(user, self.zone())))
            .chain(more)
            .chain(self.clock_lag_text())
            .chain(self.folder_advice())
            .collect()
    }

    /// The reason to move the folder of the store that is shown.
    fn folder_advice(&self) -> Option<String> {
        let advice = self.environment.folder_advice.clone();
        advice.filter(|_| self.store == self.environment.store)
    }
}
