//! The words about users who have changed between the plan and now.

use crate::app::{App, PreviewLine, PreviewList, WhatIfPanel};
use crate::domain::pin::PinState;
use crate::plan::{Group, Verdict};
use crate::store::Drift;
use crate::time_format;

/// Texts about the drift of a user: the change between planning and now.
pub struct DriftNote {
    /// The planned and the current state.
    pub states: String,
    /// "left alone" in a result, "left out" in a preview.
    pub left: &'static str,
    /// The operator and the time of the change.
    pub reason: String,
}

/// The drift of the user in a line of the preview or of its result.
pub fn drift_of(app: &App, list: &PreviewList, line: &PreviewLine) -> Option<DriftNote> {
    let user = line.user.filter(|_| line.verdict != Verdict::Duplicate)?;
    match &app.panel {
        WhatIfPanel::Result { drifted, .. } => {
            drifted.get(&user).map(|drift| drift_note(app, drift, true))
        }
        // A preview marks only users that are left out of it.
        _ if line.group == Group::WillChange => None,
        _ => list
            .drifted
            .get(&user)
            .map(|drift| drift_note(app, drift, false)),
    }
}

fn drift_note(app: &App, drift: &Drift, is_over: bool) -> DriftNote {
    let now = app.now();
    let state = |state: &PinState| state.status(now).describe();
    let (planned, current) = (
        state(&drift.planned),
        drift.current.as_ref().map_or("no longer there", state),
    );
    let (states, left) = match is_over {
        true => (format!("was {planned}, is now {current}"), "left alone"),
        false if planned == current => (format!("was {planned}, changed since"), "left out"),
        false => (format!("was {planned}, now {current}"), "left out"),
    };
    let reason = match &drift.changed_by {
        Some((by, at)) => format!(
            "Changed by {by} at {}.",
            time_format::date_and_time(*at, app.zone())
        ),
        None if is_over => "Changed since the preview.".to_owned(),
        None => "Changed since the plan was made.".to_owned(),
    };
    DriftNote {
        states,
        left,
        reason,
    }
}
