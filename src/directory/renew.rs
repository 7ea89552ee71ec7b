//! Brings the directory up to date by reading only changed users.

use std::sync::Arc;

use super::fold::Folder;
use super::name_form::NameForm;
use super::part::NamePart;
use super::pins::{OperatorNames, PinRow};
use super::{Directory, Position};
use crate::domain::user::UserId;
use crate::progress::Progress;
use crate::store::{NamesRead, Store, StoreError};

impl Directory {
    /// The directory in the state that the store has now. It shares unchanged parts with this one.
    ///
    /// # Errors
    /// The store could not be read, or the work was cancelled.
    pub fn brought_up_to_date(
        &self,
        store: &Store,
        progress: &dyn Progress,
    ) -> Result<Self, StoreError> {
        let freshness = store.freshness()?;
        if freshness == self.freshness {
            return Ok(self.clone());
        }
        // If more than a quarter of the users have changed, reading all of them is faster.
        if store.count_changed_since(self.freshness.version)? > self.len() / 4 {
            return Self::load(store, progress);
        }
        let (mut names, mut orders) = (Arc::clone(&self.names), Arc::clone(&self.orders));
        if freshness.names != self.freshness.names {
            let (mut changed, mut folder) = (NamePart::default(), Folder::default());
            store.each_names_since(self.freshness.version, |user| {
                if !self.has(&user) {
                    changed.push(&user, &mut folder);
                }
                true
            })?;
            if changed.len() > 0 {
                match names.with(&changed) {
                    Some((renewed, positions)) => {
                        orders = Arc::new(self.orders.updated(&renewed, &positions));
                        names = Arc::new(renewed);
                    }
                    None => return Self::load(store, progress),
                }
            }
        }
        // Users whom an undo has removed have left no row that says so.
        if freshness.names != self.freshness.names && names.len() != store.count_users()? {
            return Self::load(store, progress);
        }
        let (mut pins, mut operators, mut stranger) =
            (self.pins.clone(), OperatorNames::default(), None::<UserId>);
        store.each_pin_since(self.freshness.version, |pin| {
            match names.position_of(pin.id) {
                Some(Position(position)) => {
                    pins.set(position as usize, PinRow::new(&pin, &mut operators));
                }
                None => stranger = Some(pin.id),
            }
            stranger.is_none()
        })?;
        if stranger.is_some() {
            return Self::load(store, progress);
        }
        Ok(Self {
            names,
            orders,
            pins,
            freshness,
            facts: None,
            sort_keys: None,
        })
    }

    /// Whether it has this user with exactly these names.
    fn has(&self, user: &NamesRead<'_>) -> bool {
        let Some(position) = self.position_of(user.id) else {
            return false;
        };
        let is = |form: NameForm, name: &str| self.names.get(position, form) == name;
        let account = user
            .account
            .map(|(domain, logon)| format!("{domain}\\{logon}"))
            .unwrap_or_default();
        is(NameForm::DisplayName, user.display_name)
            && is(
                NameForm::Sip,
                &user.sip.map(|sip| format!("sip:{sip}")).unwrap_or_default(),
            )
            && is(NameForm::Upn, user.upn.unwrap_or_default())
            && is(NameForm::Account, &account)
            && is(NameForm::Dn, user.dn.unwrap_or_default())
    }
}
