//! Accounts of the operating system: when a name and an ID are those of one account.
//!
//! Names of Windows have a domain and ignore case. Other names are compared exactly. A name can be
//! given to a new account when the old one is deleted; the ID cannot: the SID on Windows, and the
//! user ID together with the computer on Unix.

use super::role::Operator;
use super::text::identity_key;

/// The beginning of every SID of Windows.
const SID: &str = "S-1-";
/// Stands between the user ID and the computer in a kept ID.
const ON: &str = " on ";

/// How an operator is related to an account that has roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountMatch {
    /// Another name.
    None,
    /// Name and ID are those of the account.
    Same,
    /// The name is that of the account, and nothing says that it is another one: its ID is not kept
    /// yet, or is of another computer, from which the store was moved.
    Unbound,
    /// The name is that of the account, but the ID is another one: the account was made again.
    Renewed,
}

/// The key for comparing names of accounts: two names with equal keys are the same.
pub fn operator_key(account: &str) -> String {
    if account.contains('\\') {
        identity_key(account)
    } else {
        account.to_owned()
    }
}

/// The ID of the operator's account as the store keeps it. A user ID says something on its own
/// computer only.
pub fn kept_id(operator: &Operator) -> Option<String> {
    let id = operator.id.as_ref()?;
    Some(if id.starts_with(SID) {
        id.clone()
    } else {
        format!("{id}{ON}{}", operator.machine)
    })
}

/// Compares an operator with an account that has roles, and with its ID if that is kept.
pub fn match_account(operator: &Operator, account: &str, kept: Option<&str>) -> AccountMatch {
    if !is_name_of(operator, account, kept) {
        return AccountMatch::None;
    }
    match (kept_id(operator), kept) {
        // Without an ID, the name alone counts: that of an operator whom the history names, or of a
        // system that has none.
        (None, _) => AccountMatch::Same,
        (Some(id), Some(kept)) if id == kept => AccountMatch::Same,
        (Some(_), None) => AccountMatch::Unbound,
        (Some(id), Some(kept)) if is_of_other_computer(&id, kept) => AccountMatch::Unbound,
        (Some(_), Some(_)) => AccountMatch::Renewed,
    }
}

/// Whether the name is the operator's. Earlier programs kept names of Windows without a domain; such
/// a name is that of the first account that uses it.
fn is_name_of(operator: &Operator, account: &str, kept: Option<&str>) -> bool {
    let is_windows = operator.id.as_ref().is_some_and(|id| id.starts_with(SID));
    let logon = operator.account.rsplit('\\').next().unwrap_or_default();
    operator_key(account) == operator_key(&operator.account)
        || (is_windows
            && kept.is_none_or(|kept| operator.id.as_deref() == Some(kept))
            && !account.contains('\\')
            && identity_key(account) == identity_key(logon))
}

fn is_of_other_computer(id: &str, kept: &str) -> bool {
    match (id.split_once(ON), kept.split_once(ON)) {
        (Some((_, here)), Some((_, there))) => here != there,
        (here, there) => here.is_some() != there.is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operator(account: &str, id: &str, machine: &str) -> Operator {
        Operator {
            account: account.to_owned(),
            machine: machine.to_owned(),
            id: (!id.is_empty()).then(|| id.to_owned()),
        }
    }

    #[test]
    fn names_of_windows_ignore_case_and_others_do_not() {
        let of = |name: &str, account: &str| {
            match_account(&operator(name, "", "ws"), account, None) == AccountMatch::Same
        };
        assert!(of(r"CONTOSO\Ann", r"contoso\ann") && of("ann", "ann"));
        assert!(!of("PDSEC-ANN", "pdsec-ann") && !of(r"LITWARE\ann", r"CONTOSO\ann"));
        assert!(!of(r"CONTOSO\ann", "ann") && !of("ann", r"CONTOSO\ann"));
    }

    #[test]
    fn a_deleted_and_newly_made_account_is_not_the_same() {
        let kept = kept_id(&operator("ann", "uid:1000", "ws"));
        let now = |id: &str, machine: &str| {
            match_account(&operator("ann", id, machine), "ann", kept.as_deref())
        };
        assert_eq!(now("uid:1000", "ws"), AccountMatch::Same);
        assert_eq!(now("uid:1001", "ws"), AccountMatch::Renewed);
        assert_eq!(now("", "ws"), AccountMatch::Same, "only the name is known");
        assert_eq!(
            now("uid:501", "laptop"),
            AccountMatch::Unbound,
            "the store was moved to another computer"
        );
        let sid = Some("S-1-5-21-1-2-3-1001");
        let windows =
            |id: &str| match_account(&operator(r"CONTOSO\ann", id, "ws"), r"contoso\ann", sid);
        assert_eq!(windows("S-1-5-21-1-2-3-1001"), AccountMatch::Same);
        assert_eq!(windows("S-1-5-21-1-2-3-1002"), AccountMatch::Renewed);
    }

    #[test]
    fn a_name_without_a_domain_belongs_to_the_first_windows_account_that_uses_it() {
        let ann = operator(r"contoso\ann", "S-1-5-21-1-2-3-1001", "ws");
        let other = operator(r"pc\ann", "S-1-5-21-9-9-9-1001", "ws");
        assert_eq!(match_account(&ann, "Ann", None), AccountMatch::Unbound);
        let kept = kept_id(&ann);
        let with_id = |operator| match_account(operator, "Ann", kept.as_deref());
        assert_eq!(with_id(&ann), AccountMatch::Same);
        assert_eq!(with_id(&other), AccountMatch::None);
    }
}
