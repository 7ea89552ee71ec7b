//! The operators view: accounts, roles, the rules of approval and protected users.

mod accounts;
mod approval;
mod pending;
mod roles;
