//! `pindesk hooks`: the programs that run before and after changes.

use serde::Serialize;

use super::console::Console;
use super::failure::Failure;
use super::settings::carry_out;
use super::table;
use super::table::OutputRow;
use super::{CommandEnvironment, CommandLine, ExitStatus, HooksArgs};
use crate::domain::hook::HookNames;
use crate::plan::SettingsWish;
use crate::store::Store;

/// The hooks. Scripts rely on the names.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HookValues {
    before: Option<String>,
    /// The program that this computer runs. None: it allows none, or there is no hook.
    before_program: Option<String>,
    after: Option<String>,
    after_program: Option<String>,
}

impl OutputRow for HookValues {
    const FIELDS: &'static [&'static str] = &["before", "beforeProgram", "after", "afterProgram"];
}

pub(super) fn run(
    args: &HooksArgs,
    command: &CommandLine,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let mut store = command.open_store(environment, console)?;
    let kept = store.hook_names()?;
    let hooks = args.changed(&kept);
    if hooks != kept {
        let wish = SettingsWish::SetHooks {
            hooks: hooks.clone(),
        };
        if carry_out(vec![wish], &args.how, &mut store, environment, console)?.is_none() {
            return Ok(ExitStatus::DONE);
        }
    }
    show(hooks, &store, console);
    Ok(ExitStatus::DONE)
}

fn show(hooks: HookNames, store: &Store, console: &mut Console<'_>) {
    let HookNames { before, after } = hooks;
    if !console.is_text() {
        let program = |hook: &Option<String>| store.hook_program(hook.as_ref()?).ok();
        let values = HookValues {
            before_program: program(&before),
            before,
            after_program: program(&after),
            after,
        };
        table::write_one(console, &values);
        return;
    }
    for (moment, hook) in [("before", before), ("after", after)] {
        console.line(&match hook {
            None => format!("No hook runs {moment} changes."),
            Some(hook) => match store.hook_program(&hook) {
                Ok(program) => {
                    format!("The hook {hook} runs {moment} changes. On this computer: {program}")
                }
                Err(why) => {
                    format!("The hook {hook} runs {moment} changes. This computer does not allow it: {why}.")
                }
            },
        });
    }
}

impl HooksArgs {
    /// The hooks with the given options changed.
    fn changed(&self, hooks: &HookNames) -> HookNames {
        let name = |given: &Option<String>, kept: &Option<String>| match given {
            None => kept.clone(),
            Some(off) if off.eq_ignore_ascii_case("off") => None,
            Some(name) => Some(name.clone()),
        };
        HookNames {
            before: name(&self.before, &hooks.before),
            after: name(&self.after, &hooks.after),
        }
    }
}
