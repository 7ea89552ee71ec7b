//! "Copy as PowerShell": the pipeline that finds the shown or the selected users in PowerShell.

use super::App;
use crate::directory::{Directory, NameForm, Position, Query, Reading};
use crate::exchange::powershell::{like_pattern, like_with_stars, quoted};
use crate::pipeline::{UserCondition, pin_condition};

/// Selected users that one copied command may name. Larger selections are exported as a file.
const MOST_COPIED: usize = 100;

impl App {
    /// Copies the pipeline that finds the users of the search and the filter.
    pub(super) fn copy_query(&mut self) {
        if self.query.among.is_some() {
            self.fail("The list has particular users, which no condition finds. Select them, and copy the selection.");
            return;
        }
        match query_text(&self.query) {
            Some(text) => self.copy(text),
            None => {
                self.fail("What is typed finds nobody, so there is no pipeline that finds them.");
            }
        }
    }

    /// Copies the pipeline that finds the selected users, each by an exact name.
    pub(super) fn copy_selection(&mut self) {
        let Some(view) = self.view.clone() else {
            return;
        };
        if self.selection.len() > MOST_COPIED {
            self.fail(format!(
                "More than {MOST_COPIED} users do not fit into one command. Export them as a file instead."
            ));
            return;
        }
        let chosen = self.selection.chosen.in_order(&view.directory);
        let positions = chosen
            .into_iter()
            .filter_map(|id| view.directory.position_of(id));
        let conditions: Vec<String> = positions
            .map(|position| exactly(&view.directory, position))
            .collect();
        if !conditions.is_empty() {
            self.copy(format!(
                "Get-CsUser | Where-Object {{{}}} | Get-CsClientPinInfo",
                conditions.join(" -or ")
            ));
        }
    }

    fn copy(&mut self, text: String) {
        self.next_frame.copy = Some(text);
        self.say("Copied as PowerShell.");
    }
}

/// The condition that finds one user, by the first exact name that is not empty.
fn exactly(directory: &Directory, position: Position) -> String {
    let name = |form| Some(directory.names().get(position, form)).filter(|name| !name.is_empty());
    let (property, name) = [
        (NameForm::Sip, "SipAddress"),
        (NameForm::Upn, "UserPrincipalName"),
        (NameForm::Dn, "DistinguishedName"),
    ]
    .into_iter()
    .find_map(|(form, property)| name(form).map(|name| (property, name)))
    .unwrap_or_else(|| {
        (
            "DisplayName",
            directory.names().get(position, NameForm::DisplayName),
        )
    });
    format!("$_.{property} -eq {}", quoted(&name))
}

/// The pipeline of a search and a filter. Unlike the search box, PowerShell distinguishes letters
/// with and without accents. None if the search text can never match a user.
fn query_text(query: &Query) -> Option<String> {
    let names = match Reading::of(&query.text) {
        Reading::Everybody => None,
        Reading::Refused(_) => return None,
        Reading::Pattern(_) => Some(format!(
            "$_.DisplayName -like {}",
            quoted(&like_with_stars(query.text.trim()))
        )),
        Reading::Text { looked_for, .. } => {
            let pattern = quoted(&format!("*{}*", like_pattern(&looked_for)));
            let properties = [
                "DisplayName",
                "SipAddress",
                "UserPrincipalName",
                "SamAccountName",
                "DistinguishedName",
            ];
            let mut names = properties
                .map(|property| format!("$_.{property} -like {pattern}"))
                .join(" -or ");
            // The search box reads DOMAIN\logon as one name; PowerShell has two properties for it.
            if let Some((domain, logon)) = looked_for.split_once('\\') {
                let (domain, logon) = (
                    format!("*{}", like_pattern(domain)),
                    format!("{}*", like_pattern(logon)),
                );
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
    let chips = [query.filter, query.also].into_iter();
    let chips = chips.filter_map(pin_condition);
    let own = UserCondition::parse(&query.condition).ok();
    let own = own.map(|condition| condition.in_where_object());
    for condition in chips.chain(own) {
        text.push_str(&format!(" | Where-Object {{{condition}}}"));
    }
    Some(text)
}
