//! What the targets of a request point at: for a plan, and for those who only look.

use std::collections::HashMap;

use rusqlite::Connection;

use super::find::{NEAREST_LOOKUPS, candidates, find, pins_set, user};
use super::nearest::nearest;
use super::read_many::users_of;
use super::rows;
use super::rows::{BY_DISPLAY_NAME, USER_COLUMNS, USER_TABLES};
use crate::domain::Time;
use crate::domain::filter::Filter;
use crate::domain::identity::Identity;
use crate::domain::role::{Operator, Permissions};
use crate::domain::user::{UserId, UserRecord};
use crate::plan::{Action, Found, Plan, Planner, Request, Resolution, Resolved, Target};
use crate::progress::{Progress, step};
use crate::store::access::{approval, roles};
use crate::store::pins::policies;
use crate::store::{Result, Store, StoreError};

impl Store {
    /// Finds the users that a request points at. Reads only.
    ///
    /// # Errors
    /// The store could not be read, or the work was cancelled.
    pub fn resolve(
        &self,
        request: &Request,
        operator: &Operator,
        now: Time,
        progress: &dyn Progress,
    ) -> Result<Resolution> {
        let resolved = self.read(|connection| {
            let (mut items, mut lifetimes) =
                (Vec::with_capacity(request.targets.len()), HashMap::new());
            let is_whole = resolve_targets(
                connection,
                &request.targets,
                now,
                progress,
                &mut |resolved| {
                    if let Some((id, days)) = lifetime(connection, request.action, &resolved)? {
                        lifetimes.insert(id, days);
                    }
                    items.push(resolved);
                    Ok(())
                },
            )?;
            let pins_set = pins_set(connection)?;
            let permission = roles::permission(connection, operator, request.action.cmdlet())?;
            let approval = approval::rules(connection)?;
            Ok(is_whole.then_some(Resolution {
                items,
                permission,
                approval,
                pins_set,
                lifetimes,
            }))
        })?;
        resolved.ok_or(StoreError::Cancelled)
    }

    /// Finds the users that a request points at and plans for them one after the other, so that no more is kept of a
    /// million of them than the plan. Reads only.
    ///
    /// # Errors
    /// The store could not be read, or the work was cancelled.
    pub fn plan(
        &self,
        request: &Request,
        operator: &Operator,
        now: Time,
        progress: &dyn Progress,
    ) -> Result<Plan> {
        let plan = self.read(|connection| {
            let permission = roles::permission(connection, operator, request.action.cmdlet())?;
            let permissions = Permissions::of_one(&permission, approval::rules(connection)?);
            let mut planner = Planner::new(&operator.account, now, &permissions);
            planner.items.reserve(request.targets.len());
            let is_whole = resolve_targets(
                connection,
                &request.targets,
                now,
                progress,
                &mut |resolved| {
                    let lifetime = lifetime(connection, request.action, &resolved)?;
                    planner.add_resolved(request.action, resolved, lifetime.map(|(_, days)| days));
                    Ok(())
                },
            )?;
            let (items, pins_set) = (planner.items, pins_set(connection)?);
            Ok(is_whole
                .then(|| request.planned(items, permissions, pins_set, &operator.account, now)))
        })?;
        plan.ok_or(StoreError::Cancelled)
    }

    /// Finds the users that targets point at, for those who only look. Reads only.
    ///
    /// # Errors
    /// The store could not be read, or the work was cancelled.
    pub fn look_up(
        &self,
        targets: &[Target],
        now: Time,
        progress: &dyn Progress,
    ) -> Result<Vec<Resolved>> {
        let found = self.read(|connection| {
            let mut items = Vec::with_capacity(targets.len());
            let is_whole = resolve_targets(connection, targets, now, progress, &mut |resolved| {
                items.push(resolved);
                Ok(())
            })?;
            Ok(is_whole.then_some(items))
        })?;
        found.ok_or(StoreError::Cancelled)
    }
}

/// Takes what a target found.
type Sink<'a> = &'a mut dyn FnMut(Resolved) -> rusqlite::Result<()>;

/// Hands over what each target found, in their order. False: somebody asked to stop.
fn resolve_targets(
    connection: &Connection,
    targets: &[Target],
    now: Time,
    progress: &dyn Progress,
    sink: Sink<'_>,
) -> rusqlite::Result<bool> {
    let mut nearest_left = NEAREST_LOOKUPS;
    let (mut done, total) = (0, targets.len() as u64);
    for run in
        targets.chunk_by(|one, next| matches!((one, next), (Target::User(_), Target::User(_))))
    {
        let selected: Vec<UserId> = run.iter().filter_map(Target::user).collect();
        if selected.len() > 1 {
            for ids in selected.chunks(READ_TOGETHER) {
                resolve_selected(connection, ids, sink)?;
                done += ids.len() as u64;
                progress.advance(done, total);
                if progress.is_cancelled() {
                    return Ok(false);
                }
            }
        } else {
            for target in run {
                resolve_target(connection, target, now, &mut nearest_left, sink)?;
                done += 1;
                if step(progress, done, total) {
                    return Ok(false);
                }
            }
        }
    }
    Ok(true)
}

/// So many selected users are kept at a time.
const READ_TOGETHER: usize = 1 << 17;

fn resolve_selected(
    connection: &Connection,
    ids: &[UserId],
    sink: Sink<'_>,
) -> rusqlite::Result<()> {
    let found = users_of(connection, ids)?;
    found
        .into_iter()
        .zip(ids)
        .try_for_each(|(found, id)| sink(found.map_or_else(|| nobody(*id), one)))
}

fn resolve_target(
    connection: &Connection,
    target: &Target,
    now: Time,
    nearest_left: &mut usize,
    sink: Sink<'_>,
) -> rusqlite::Result<()> {
    match target {
        Target::User(id) => sink(user(connection, *id)?.map_or_else(|| nobody(*id), one)),
        Target::Filter(filter) => {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {USER_COLUMNS} FROM {USER_TABLES} ORDER BY {BY_DISPLAY_NAME}"
            ))?;
            for found in statement.query_map([], rows::user)? {
                let user = found?;
                if matches(*filter, &user, now) {
                    sink(one(user))?;
                }
            }
            Ok(())
        }
        Target::Identity(text) => {
            let identity = match Identity::parse(text) {
                Ok(identity) => identity,
                Err(error) => {
                    return sink(Resolved {
                        given: text.clone(),
                        found: Found::Invalid(error),
                    });
                }
            };
            let found = find(connection, &identity)?;
            let is_pattern = matches!(identity, Identity::Pattern(_));
            let given = || text.trim().to_owned();
            match found.len() {
                0 => {
                    let nearest = if *nearest_left > 0 {
                        nearest(connection, text)?
                    } else {
                        Vec::new()
                    };
                    *nearest_left = nearest_left.saturating_sub(1);
                    sink(Resolved {
                        given: given(),
                        found: Found::NotFound { nearest },
                    })
                }
                count if is_pattern || count == 1 => found.into_iter().try_for_each(|user| {
                    sink(Resolved {
                        given: given(),
                        found: Found::User(Box::new(user)),
                    })
                }),
                _ => {
                    let candidates = candidates(&found);
                    sink(Resolved {
                        given: given(),
                        found: Found::Ambiguous { candidates },
                    })
                }
            }
        }
    }
}

/// Whose new PIN would live for how many days, where one is to be set.
fn lifetime(
    connection: &Connection,
    action: Action,
    resolved: &Resolved,
) -> rusqlite::Result<Option<(UserId, u16)>> {
    let user = resolved.user().filter(|_| action == Action::SetPin);
    user.map(|id| {
        Ok((
            id,
            policies::effective(connection, id)?
                .named
                .policy
                .lifetime_days,
        ))
    })
    .transpose()
}

fn nobody(id: UserId) -> Resolved {
    Resolved {
        given: format!("user {}", id.0),
        found: Found::NotFound {
            nearest: Vec::new(),
        },
    }
}

fn one(user: UserRecord) -> Resolved {
    Resolved {
        given: user.names.identity(),
        found: Found::User(Box::new(user)),
    }
}

fn matches(filter: Filter, user: &UserRecord, now: Time) -> bool {
    filter.matches(&user.pin.status(now), now)
}
