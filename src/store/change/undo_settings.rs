//! Undoing a batch that changed settings: each setting that is still as the batch made it becomes
//! what it was before. The rules about weaker settings hold for an undo, too.

use super::settings::previewed;
use crate::domain::approval::{ApprovalRules, USUAL_HOURS};
use crate::domain::hook::HookNames;
use crate::domain::reason_rules::ReasonRules;
use crate::domain::role::Operator;
use crate::plan::setting_words::{
    ABOVE, HOOK_AFTER, HOOK_BEFORE, HOURS, OTHERS_LOCKS, REASON_FOR, TICKET_FOR, TICKET_PATTERN,
    policy_of, text, texts,
};
use crate::plan::{BatchAction, BatchId, SettingChange, SettingKind, SettingsPlan, SettingsWish};
use crate::store::access::approval::rules;
use crate::store::access::{hook_names, reasons};
use crate::store::engine::{Connection, EngineResult, Row};
use crate::store::history::entry::changed_settings;
use crate::store::history::settings::Settings;
use crate::store::{Result, Store};

impl Store {
    /// The plan that undoes a batch of changed settings. Settings that have changed since are left
    /// out and named. None if the batch changed no settings that can be undone.
    ///
    /// # Errors
    /// The operator's roles do not permit it, it cannot be carried out now, or the store failed.
    pub fn plan_undo_settings(
        &self,
        batch: BatchId,
        operator: &Operator,
    ) -> Result<Option<SettingsPlan>> {
        let Some(plan) = self.wish_undo_settings(batch)? else {
            return Ok(None);
        };
        self.try_out(&plan.wishes, |transaction| {
            Ok(SettingsPlan {
                store: self.id().to_owned(),
                ..previewed(transaction, &plan, operator)?
            })
        })
        .map(Some)
    }

    /// The operator's own last batch of changed settings that is not undone yet. None if there is
    /// none, or if all of its settings have changed since.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn last_undoable_settings(&self, operator: &Operator) -> Result<Option<BatchId>> {
        let words = BatchAction::known().filter(BatchAction::changes_settings);
        let words: Vec<String> = words.map(|action| format!("'{action}'")).collect();
        let sql = format!(
            "SELECT b.id FROM batches b WHERE b.operator = ?1 AND b.action IN ({}) AND b.undoes IS NULL
               AND NOT EXISTS (SELECT 1 FROM batches later WHERE later.undoes = b.id)
             ORDER BY b.id DESC LIMIT 1",
            words.join(", ")
        );
        let last = self.read(|connection| {
            let id = |row: Row<'_>| row.get(0).map(BatchId);
            connection.query_optional(&sql, &[&operator.account], id)
        })?;
        let Some(batch) = last else { return Ok(None) };
        let plan = self.wish_undo_settings(batch)?;
        Ok(plan.filter(|plan| !plan.wishes.is_empty()).map(|_| batch))
    }

    /// The wishes that undo a batch of changed settings, not tried out. Applying such a plan records
    /// a refusal.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn wish_undo_settings(&self, batch: BatchId) -> Result<Option<SettingsPlan>> {
        self.read(|connection| {
            let changes = changed_settings(connection, batch)?;
            if changes.is_empty() {
                return Ok(None);
            }
            let (wishes, left_out) = inverse(connection, &changes)?;
            Ok(Some(SettingsPlan {
                undoes: Some(batch),
                left_out,
                reason: format!("Undo of batch {}", batch.0),
                ..wishes.into()
            }))
        })
    }
}

/// The wishes that give settings back, and sentences about those that have changed since.
fn inverse(
    connection: &Connection,
    changes: &[SettingChange],
) -> EngineResult<(Vec<SettingsWish>, Vec<String>)> {
    let now = Settings::read(connection)?;
    let kept = rules(connection)?;
    let (mut given_back, mut removed, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
    let mut wanted = kept;
    let kept_reasons = reasons::rules(connection)?;
    let mut reasons = kept_reasons.clone();
    let kept_hooks = hook_names::names(connection)?;
    let mut hooks = kept_hooks.clone();
    for change in changes {
        let current = now.value_of(change);
        // The ID of an account is kept beside its role when the account is seen first.
        let is_as_made = if change.kind == SettingKind::Grant {
            current.is_some() == change.after.is_some()
        } else {
            current == change.after.as_ref()
        };
        if !is_as_made {
            let since = SettingChange {
                before: change.after.clone(),
                after: current.cloned(),
                ..change.clone()
            };
            left_out.push(format!(
                "Changed since, and left as it is: {}",
                since.change_line()
            ));
        } else if change.kind == SettingKind::Value {
            give_back_rule(&mut wanted, change);
            give_back_reason_rule(&mut reasons, change);
            give_back_hook(&mut hooks, change);
        } else if let Some(wish) = wish(change) {
            if change.before.is_some() {
                given_back.push(wish);
            } else {
                removed.push(wish);
            }
        }
    }
    // A grant needs its role or policy, so these come back first and go last.
    let mut wishes = given_back;
    wishes.extend(removed.into_iter().rev());
    if wanted != kept {
        wishes.push(SettingsWish::SetApproval { rules: wanted });
    }
    if reasons != kept_reasons {
        wishes.push(SettingsWish::SetReasonRules { rules: reasons });
    }
    if hooks != kept_hooks {
        wishes.push(SettingsWish::SetHooks { hooks });
    }
    Ok((wishes, left_out))
}

fn give_back_rule(rules: &mut ApprovalRules, change: &SettingChange) {
    let before = change.before.as_ref().map(|value| text(value, "value"));
    match change.target.as_str() {
        // An unreadable limit counts as 0, as where the rules are read.
        ABOVE => rules.above = before.map(|above| above.parse().unwrap_or(0)),
        HOURS => {
            rules.hours = before.map_or(USUAL_HOURS, |hours| hours.parse().unwrap_or(u32::MAX));
        }
        OTHERS_LOCKS => rules.others_locks = before.is_some(),
        _ => {}
    }
}

fn give_back_reason_rule(rules: &mut ReasonRules, change: &SettingChange) {
    let before = change.before.as_ref().map(|value| text(value, "value"));
    match change.target.as_str() {
        REASON_FOR => rules.reason_for = reasons::changes(before),
        TICKET_FOR => rules.ticket_for = reasons::changes(before),
        TICKET_PATTERN => rules.ticket_pattern = before.map(str::to_owned),
        _ => {}
    }
}

fn give_back_hook(hooks: &mut HookNames, change: &SettingChange) {
    let before = change.before.as_ref();
    let before = before.map(|value| text(value, "value").to_owned());
    match change.target.as_str() {
        HOOK_BEFORE => hooks.before = before,
        HOOK_AFTER => hooks.after = before,
        _ => {}
    }
}

/// The wish that gives a setting back. None if no command makes such a change.
fn wish(change: &SettingChange) -> Option<SettingsWish> {
    let value = change.before.as_ref().or(change.after.as_ref())?;
    let is_back = change.before.is_some();
    let named = |name: &str| text(value, name).to_owned();
    Some(match change.kind {
        SettingKind::Role if is_back => SettingsWish::SetRole {
            role: change.target.clone(),
            cmdlets: texts(value, "cmdlets"),
            units: texts(value, "units"),
        },
        SettingKind::Role => SettingsWish::RemoveRole {
            role: change.target.clone(),
        },
        SettingKind::Grant => {
            let (role, account) = (named("role"), named("account"));
            if is_back {
                SettingsWish::GiveRole { role, account }
            } else {
                SettingsWish::TakeRole { role, account }
            }
        }
        SettingKind::Policy if is_back => SettingsWish::SetPolicy {
            policy: named("name"),
            settings: policy_of(value)?,
        },
        SettingKind::Policy => SettingsWish::RemovePolicy {
            policy: named("name"),
        },
        SettingKind::PolicyGrant => SettingsWish::GrantPolicy {
            user: change.user?,
            policy: is_back.then(|| named("policy")),
        },
        SettingKind::Protection => SettingsWish::Protect {
            user: change.user?,
            protects: is_back,
        },
        SettingKind::Value => return None,
    })
}
