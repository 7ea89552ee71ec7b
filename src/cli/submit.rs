//! `--submit` and `pindesk plans submit`: a plan that somebody else looks at before it is applied.

use super::CommandEnvironment;
use super::console::Console;
use super::failure::Failure;
use super::messages::{messages, permitted_nowhere};
use super::report::SubmitReport;
use crate::plan::Plan;
use crate::plan::words::users;
use crate::store::Store;

/// What to do where a command would need approval.
pub(super) const ADD_SUBMIT: &str = "Submit it for review: add --submit.";

/// Submits a plan, and says under which number.
pub(super) fn submit(
    plan: &Plan,
    force: bool,
    store: &mut Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    let submitted = store.submit(plan, &environment.operator, (environment.clock)());
    // Where nothing would change, they say why, but not to somebody who is refused whomever they name.
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
        SubmitReport::new(id, plan, environment.zone).write(console);
    }
    Ok(())
}
