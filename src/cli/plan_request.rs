//! Planning a change for the users that a command line names by identity, by filter or by a list.

use std::io::BufRead;

use super::console::Console;
use super::failure::Failure;
use super::list;
use super::list::{ListRead, WantedChange};
use super::{CommandEnvironment, WhichUsers};
use crate::plan::{Keep, Plan, PlannedRequest, Request};
use crate::store::Store;

/// A plan, and where its users come from.
pub(super) struct Planned {
    pub plan: Plan,
    /// The number of named users that the filters leave out.
    pub left_out: usize,
    /// The list that the users come from.
    pub list: Option<ListRead>,
}

impl WantedChange<'_> {
    /// Plans the change. Reads only.
    pub fn plan(
        self,
        store: &Store,
        environment: &CommandEnvironment,
        stdin: &mut dyn BufRead,
        console: &mut Console<'_>,
    ) -> Result<Planned, Failure> {
        if let Some(file) = &self.list.csv {
            let (plan, list) = list::plan(file, self, store, environment, console)?;
            return Ok(Planned {
                plan,
                left_out: 0,
                list: Some(list),
            });
        }
        let request = Request {
            action: self.action,
            targets: self.users.targets(stdin)?,
            keep: Keep::Passing(self.users.filters.clone()),
            reason: self.why.reason.trim().to_owned(),
            ticket: self.why.ticket.trim().to_owned(),
        };
        let now = (environment.clock)();
        let watch = console.watch("Looking users up", environment);
        let PlannedRequest { plan, left_out } =
            store.plan(&request, &environment.operator, now, &watch)?;
        Ok(Planned {
            plan,
            left_out,
            list: None,
        })
    }
}

impl Planned {
    /// Messages about users that the filters leave out, and about a plan without users.
    pub fn left_out(&self, users: &WhichUsers) -> Vec<String> {
        let nobody = self.plan.items.is_empty() && self.left_out == 0;
        let nobody = nobody.then(|| "No user was chosen.".to_owned());
        users
            .left_out(self.left_out)
            .into_iter()
            .chain(nobody)
            .collect()
    }
}
