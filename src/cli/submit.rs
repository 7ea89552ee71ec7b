//! `--submit` and `pindesk plans submit`: submitting a plan for review.

use super::CommandEnvironment;
use super::console::Console;
use super::failure::Failure;
use super::messages::{messages, permitted_nowhere};
use super::report::SubmitReport;
use crate::plan::Plan;
use crate::plan::words::users;
use crate::store::Store;

/// Advice for a command whose plan needs approval.
pub(super) const ADD_SUBMIT: &str = "Submit it for review: add --submit.";

/// Submits a plan for review, and reports its ID.
pub(super) fn submit(
    plan: &Plan,
    force: bool,
    store: &mut Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    let submitted = store.submit(plan, &environment.operator, (environment.clock)());
    // If nothing would change, the messages give the reasons. If the operator has no permission at
    // all, the store's error is enough.
    let changes_nothing = plan.changes().next().is_none() && permitted_nowhere(plan).is_none();
    if submitted.is_ok() || changes_nothing {
        messages(plan, None, force, environment.zone, console);
    }
    let id = submitted?;
    if console.is_text() {
        let count = users(plan.counts().will_change);
        console.line(&format!(
            "Submitted as plan {}: {count} would change.",
            id.0
        ));
    } else {
        SubmitReport::new(id, plan).write(console);
    }
    Ok(())
}
