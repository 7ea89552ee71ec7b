//! New PINs: the rules that a typed one has to keep, and slips of drawn ones.

use std::path::PathBuf;

use crate::domain::Time;
use crate::domain::user::UserId;
use crate::exchange::{PinSlip, save_slips};
use crate::plan::Plan;
use crate::plan::words::{plural, thousands};
use crate::store::{Applied, PinRules};
use crate::worker::job::{Effect, Job, JobContext, JobFailed};
use crate::worker::jobs::SavedFile;
use crate::zone::Zone;

/// Reads the rules for the PIN of a user.
pub struct ReadPinRules(pub UserId);

/// Writes slips of drawn PINs, one for each user.
pub struct SaveSlips {
    slips: Vec<PinSlip>,
    at: Time,
    zone: Zone,
    to: PathBuf,
}

impl Job for ReadPinRules {
    type Answer = (UserId, PinRules);

    fn title(&self) -> &'static str {
        "Reading the rules of the PIN policy"
    }

    fn run(self, context: JobContext<'_>) -> Result<Self::Answer, JobFailed> {
        Ok((self.0, context.store.pin_rules(self.0)?))
    }
}

impl SaveSlips {
    /// The slips of the PINs that were drawn when a plan was applied.
    pub fn of(plan: &Plan, applied: &Applied, zone: Zone) -> Self {
        let name = |id: UserId| {
            let mut changes = plan.changes().map(|(_, user)| user);
            let user = changes.find(|user| user.id == id);
            user.map_or_else(String::new, |user| user.display_name.clone())
        };
        let slips = applied.pins.iter().map(|drawn| PinSlip {
            display_name: name(drawn.user),
            identity: drawn.identity.clone(),
            pin: drawn.pin.clone(),
        });
        Self {
            slips: slips.collect(),
            at: applied.at,
            zone,
            to: PathBuf::new(),
        }
    }

    #[must_use]
    pub fn to_file(self, to: PathBuf) -> Self {
        Self { to, ..self }
    }
}

impl Job for SaveSlips {
    type Answer = SavedFile;
    const EFFECT: Effect = Effect::WritesFile;

    fn title(&self) -> &'static str {
        "Saving the PIN slips"
    }

    fn run(self, _context: JobContext<'_>) -> Result<SavedFile, JobFailed> {
        save_slips(&self.slips, self.at, self.zone, &self.to)?;
        let count = self.slips.len();
        let slips = plural(count, "PIN slip", "PIN slips");
        Ok(SavedFile {
            outcome: format!("{} {slips} saved", thousands(count)),
            path: self.to,
        })
    }
}
