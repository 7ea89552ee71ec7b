//! A help desk of three, and the users it looks after.

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

/// Ann is its CsAdministrator, Bob has CsHelpDesk, Eve has no role.
pub fn store() -> TempStore {
    let mut temp = TempStore::with(&USERS);
    temp.store
        .grant(Grant::Give, "CsHelpDesk", &bob().account, &admin(), now())
        .unwrap();
    temp
}
