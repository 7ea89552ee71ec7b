//! The five names of a user.

/// One of the five names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::VariantArray)]
pub enum NameForm {
    DisplayName = 0,
    Sip = 1,
    Upn = 2,
    Account = 3,
    Dn = 4,
}
