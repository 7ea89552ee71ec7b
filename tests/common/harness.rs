//! A help desk of three operators, and their users.

use pindesk::domain::role::Operator;
use pindesk::store::Grant;

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
