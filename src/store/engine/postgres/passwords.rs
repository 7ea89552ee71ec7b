//! Passwords that were typed since the program began, for the connections that follow. They are in its
//! memory only.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use zeroize::Zeroizing;

use super::address::Address;

/// By the address without its password.
static TYPED: Mutex<BTreeMap<String, Zeroizing<String>>> = Mutex::new(BTreeMap::new());

/// The password that was typed for an address.
pub(super) fn typed(address: &Address) -> Option<Zeroizing<String>> {
    let typed = TYPED.lock().unwrap_or_else(PoisonError::into_inner);
    typed.get(&address.to_string()).cloned()
}

/// Uses a password for an address from now on.
pub(in crate::store) fn remember(address: &Address, password: Zeroizing<String>) {
    let mut typed = TYPED.lock().unwrap_or_else(PoisonError::into_inner);
    typed.insert(address.to_string(), password);
}
