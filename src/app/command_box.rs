//! The command box: a PowerShell pipeline over PinDesk's own users, explained or run. What it would do to PINs leads to
//! the preview, like everything else.

use super::{App, FocusWish, Panel, Purpose};
use crate::directory::{Directory, Form, Place, Query, Reading};
use crate::domain::filter::Filter;
use crate::exchange::powershell::quoted;
use crate::pipeline::{Pipeline, pin_condition};
use crate::worker::{Job, JobFailed, Piped};

/// The command box as it is shown.
#[derive(Default)]
pub struct CommandBox {
    pub text: String,
    /// Why what is typed cannot be run, and where; None where it can, or nothing was typed.
    pub fault: Option<String>,
    pub answer: Option<Piped>,
    /// Why it came to nothing.
    pub failed: Option<String>,
    pub is_running: bool,
}

/// Pipelines to begin with: the documented ones, and what they lead to.
pub const EXAMPLES: [(&str, &str); 5] = [
    ("Whose PIN is locked", "Get-CsUser | Get-CsClientPinInfo | Where-Object {$_.IsLockedOut -eq $True}"),
    (
        "Unlock whoever was locked by the system",
        "Get-CsUser | Get-CsClientPinInfo | Where-Object {$_.LockCause -eq \"system\"} | Unlock-CsClientPin",
    ),
    (
        "Lock expired PINs",
        "Get-CsUser | Get-CsClientPinInfo | Where-Object {$_.PinExpirationTime -lt (Get-Date)} | Lock-CsClientPin",
    ),
    (
        "Whose PIN expires next week",
        "Get-CsUser | Get-CsClientPinInfo | Where-Object {$_.PinExpirationTime -ge (Get-Date) -and $_.PinExpirationTime -le \
         (Get-Date).AddDays(7)} | Sort-Object PinExpirationTime",
    ),
    ("Which roles may unlock", "Get-CsAdminRole | Where-Object {$_.Cmdlets -match \"Unlock-CsClientPin\"}"),
];

impl CommandBox {
    /// Can what is typed be run?
    pub fn is_runnable(&self) -> bool {
        !self.text.trim().is_empty() && self.fault.is_none() && !self.is_running
    }
}

impl App {
    pub(super) fn open_command_box(&mut self) {
        if self.has_dialog() || self.view.is_none() {
            return;
        }
        self.command_box = Some(CommandBox::default());
        // What was typed last is where it was.
        self.set_pipeline(self.last_pipeline.clone());
        self.wishes.focus = Some(FocusWish::CommandBox);
    }

    pub(super) fn set_pipeline(&mut self, text: String) {
        if let Some(shown) = &mut self.command_box {
            let is_empty = text.trim().is_empty();
            shown.fault = Pipeline::parse(&text).err().filter(|_| !is_empty).map(|fault| fault.to_string());
            shown.answer = None;
            shown.failed = None;
            shown.is_running = false;
            self.last_pipeline.clone_from(&text);
            shown.text = text;
            self.cancel(Purpose::Pipeline);
        }
    }

    /// Runs what is typed, or only says what each of its stages would do.
    pub(super) fn run_pipeline(&mut self, explains: bool) {
        let is_writing = self.is_writing();
        let zone = self.zone();
        let Some(shown) = self.command_box.as_mut().filter(|shown| shown.is_runnable() && !is_writing) else { return };
        match Pipeline::parse(&shown.text) {
            Err(fault) => shown.fault = Some(fault.to_string()),
            Ok(pipeline) => {
                shown.answer = None;
                shown.failed = None;
                shown.is_running = true;
                self.submit(
                    Purpose::Pipeline,
                    "Running the pipeline",
                    Job::Pipeline(Box::new(pipeline), explains, zone),
                );
            }
        }
    }

    pub(super) fn piped(&mut self, piped: Piped) {
        let Some(shown) = &mut self.command_box else { return };
        shown.is_running = false;
        match piped {
            Piped::Plan(plan, warnings) => {
                self.command_box = None;
                self.details = None;
                self.show_plan(*plan, Vec::new());
                if let Panel::Preview(list) = &mut self.panel {
                    list.warnings = warnings;
                }
                self.wishes.focus = Some(FocusWish::Preview);
            }
            piped => {
                if let Piped::Written(words) = &piped {
                    self.notice = Some(super::Notice { text: words.clone(), is_error: false });
                }
                shown.answer = Some(piped);
            }
        }
    }

    /// Its place is the box: nothing else has to hear of it.
    pub(super) fn not_piped(&mut self, failed: &JobFailed) {
        if let Some(shown) = &mut self.command_box {
            shown.is_running = false;
            shown.failed = Some(failed.to_string());
        }
    }

    pub(super) fn close_command_box(&mut self) {
        self.cancel(Purpose::Pipeline);
        self.command_box = None;
        self.wishes.focus = Some(FocusWish::Grid);
    }
}

/// More than that are no line any more: they are exported as a file.
const MOST_COPIED: usize = 100;

impl App {
    /// The pipeline that finds whom the search and the filter show.
    pub(super) fn copy_query(&mut self) {
        match query_text(&self.query) {
            Some(text) => self.copy(text),
            None => self.fail("What is typed finds nobody, so there is no pipeline that finds them."),
        }
    }

    /// The pipeline that finds the selected users, each by an exact name.
    pub(super) fn copy_selection(&mut self) {
        let Some(view) = self.view.clone() else { return };
        let chosen = self.selection.chosen.in_order(&view.directory);
        if chosen.len() > MOST_COPIED {
            self.fail(format!("More than {MOST_COPIED} users make no line. Export them as a file instead."));
            return;
        }
        let places = chosen.into_iter().filter_map(|id| view.directory.place_of(id));
        let conditions: Vec<String> = places.map(|place| exactly(&view.directory, place)).collect();
        if !conditions.is_empty() {
            self.copy(format!("Get-CsUser | Where-Object {{{}}} | Get-CsClientPinInfo", conditions.join(" -or ")));
        }
    }

    fn copy(&mut self, text: String) {
        self.wishes.copy = Some(text);
        self.say("Copied as PowerShell.");
    }
}

/// A user by the first of the exact names that they have.
fn exactly(directory: &Directory, place: Place) -> String {
    let name = |form| Some(directory.names().get(place, form)).filter(|name| !name.is_empty());
    let (property, name) =
        [(Form::Sip, "SipAddress"), (Form::Upn, "UserPrincipalName"), (Form::Dn, "DistinguishedName")]
            .into_iter()
            .find_map(|(form, property)| name(form).map(|name| (property, name)))
            .unwrap_or_else(|| ("DisplayName", directory.names().get(place, Form::DisplayName)));
    format!("$_.{property} -eq {}", quoted(name))
}

/// The pipeline of a search and a filter. PowerShell does not look past accents, as the search box does; None where the
/// search finds nobody, whoever there is.
fn query_text(query: &Query) -> Option<String> {
    let names = match Reading::of(&query.text) {
        Reading::Everybody => None,
        Reading::Refused(_) => return None,
        Reading::Pattern(_) => Some(format!("$_.DisplayName -like {}", quoted(&escaped(query.text.trim(), false)))),
        Reading::Text { looked_for, .. } => {
            let pattern = quoted(&format!("*{}*", escaped(&looked_for, true)));
            let properties = ["DisplayName", "SipAddress", "UserPrincipalName", "SamAccountName", "DistinguishedName"];
            let mut names = properties.map(|property| format!("$_.{property} -like {pattern}")).join(" -or ");
            // An account is one name in the search box, and two properties there.
            if let Some((domain, logon)) = looked_for.split_once('\\') {
                let (domain, logon) = (format!("*{}", escaped(domain, true)), format!("{}*", escaped(logon, true)));
                let account = (quoted(&domain), quoted(&logon));
                names.push_str(&format!(
                    " -or ($_.Domain -like {} -and $_.SamAccountName -like {})",
                    account.0, account.1
                ));
            }
            Some(names)
        }
    };
    let mut text = "Get-CsUser".to_owned();
    if let Some(names) = names {
        text.push_str(&format!(" | Where-Object {{{names}}}"));
    }
    text.push_str(" | Get-CsClientPinInfo");
    if let Some(condition) = Some(query.filter).filter(|filter| *filter != Filter::All).and_then(pin_condition) {
        text.push_str(&format!(" | Where-Object {{{condition}}}"));
    }
    Some(text)
}

/// What -like takes for signs of its own stands for itself; a `*` only where it does not mean any text.
fn escaped(text: &str, stars: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '[' | ']' | '?' | '`') || (c == '*' && stars) {
            out.push('`');
        }
        out.push(c);
    }
    out
}
