//! "Copy as PowerShell": the pipeline that finds the shown or the selected users in PowerShell.

use super::App;
use crate::directory::{Directory, NameForm, Position, Query, Reading};
use crate::exchange::powershell::{like_pattern, like_with_stars, quoted};
use crate::pipeline::{UserCondition, pin_condition};

/// Selected users that conditions may name. More of them are a list of names, which is looked up.
const MOST_CONDITIONS: usize = 100;

impl App {
    /// Copies the pipeline that finds the users of the search and the filter.
    pub(super) fn copy_query(&mut self) {
        if self.query.among.is_some() {
            self.fail("The list has particular users, which no condition finds. Select them, and copy the selection.");
            return;
        }
        let condition = UserCondition::parse(&self.query.condition);
        if condition.is_ok_and(|condition| condition.needs_store()) {
            self.fail("The filter asks for PIN policies or failed logons, which no pipeline knows. Select the users, and copy the selection.");
            return;
        }
        match query_text(&self.query) {
            Some(text) => self.copy(text),
            None => {
                self.fail("What is typed finds nobody, so there is no pipeline that finds them.");
            }
        }
    }

    fn copy(&mut self, text: String) {
        self.next_frame.copy = Some(text);
        self.say("Copied as PowerShell.");
    }
}

/// The pipeline that finds the selected users, each by an exact name.
pub(super) fn selection_text(directory: &Directory, users: &[Position]) -> String {
    let users = users.iter().copied();
    let found = if users.len() <= MOST_CONDITIONS {
        let conditions: Vec<String> = users.map(|user| exactly(directory, user).0).collect();
        format!("Get-CsUser | Where-Object {{{}}}", conditions.join(" -or "))
    } else {
        let names: Vec<String> = users.map(|user| exactly(directory, user).1).collect();
        format!("{} | Get-CsUser", names.join(",\n"))
    };
    format!("{found} | Get-CsClientPinInfo")
}

/// The condition that finds one user by the first exact name that is not empty, and that name in
/// quotes.
fn exactly(directory: &Directory, position: Position) -> (String, String) {
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
    let name = quoted(&name);
    (format!("$_.{property} -eq {name}"), name)
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
