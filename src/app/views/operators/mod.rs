//! The operators view: accounts and their roles, the roles, the rules of approval, and the protected
//! users.

mod accounts;
mod approval;
pub mod approval_view;
mod pending;
pub mod role_form;
mod roles;
pub mod state;
