//! A help desk of three operators, and their users.

use pindesk::domain::role::{ADMINISTRATOR, Operator};
use pindesk::plan::SettingsWish;
use pindesk::store::{Decision, Grant, Reviewed};

use super::{TempStore, admin, now, operator};

pub const USERS: [(&str, &str); 4] = [
    ("Ken Myer", "kenmyer"),
    ("Pilar Ackerman", "packerman"),
    ("Anna Smith", "asmith"),
    ("Jörg Müller", "jmuller"),
];

pub fn bob() -> Operator {
    operator(r"litwareinc\bob")
}

pub fn eve() -> Operator {
    operator(r"litwareinc\eve")
}

/// A store in which Ann has CsAdministrator, Bob has CsHelpDesk, and Eve has no role.
pub fn store() -> TempStore {
    let mut temp = TempStore::with(&USERS);
    temp.store
        .grant(Grant::Give, "CsHelpDesk", &bob().account, &admin(), now())
        .unwrap();
    temp
}

/// A second administrator, who approves.
pub fn carol() -> Operator {
    operator(r"litwareinc\carol")
}

/// Ann changes settings with the approval of Carol.
pub fn agreed(temp: &mut TempStore, wishes: Vec<SettingsWish>) {
    let store = &mut temp.store;
    store
        .grant(
            Grant::Give,
            ADMINISTRATOR,
            &carol().account,
            &admin(),
            now(),
        )
        .unwrap();
    let plan = store.plan_settings(wishes, &admin()).unwrap();
    if plan.changes.is_empty() {
        return;
    }
    let id = store.submit(&plan, &admin(), now()).unwrap();
    store
        .decide(id, Decision::Approve, "", &carol(), now())
        .unwrap();
    let opened = store.submitted(id, &admin(), now()).unwrap();
    let Reviewed::Settings(reviewed) = opened.reviewed else {
        panic!("{:?}", opened.reviewed)
    };
    store
        .apply_settings(&reviewed.plan, &admin(), now())
        .unwrap();
}
