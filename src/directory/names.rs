//! The names of all users: as they are shown, and folded into one text that is searched.

use std::sync::OnceLock;

use memchr::memmem;

use super::Place;
use crate::domain::dn::DistinguishedName;
use crate::domain::pattern::DisplayPattern;
use crate::domain::text::{identity_key, search_key};
use crate::domain::user::{UserId, UserNames};

/// Between the names of a user, and after the last of them: signs that no name contains once it is folded.
const BETWEEN_NAMES: char = '\n';
const AFTER_USER: char = '\0';

/// The names of all users, in the order of their ids.
#[derive(Debug, Default)]
pub struct Names {
    ids: Vec<UserId>,
    /// Display name, SIP address, UPN, account and distinguished name of each user, one after the other.
    shown: String,
    /// Where the names of each user start in `shown`; six for each user, the last one being the end.
    starts: Vec<[u32; 6]>,
    folded: Vec<u8>,
    folded_starts: Vec<u32>,
    by_display_name: OnceLock<Vec<u32>>,
    by_sip: OnceLock<Vec<u32>>,
    by_account: OnceLock<Vec<u32>>,
}

/// One of the five names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    DisplayName = 0,
    Sip = 1,
    Upn = 2,
    Account = 3,
    Dn = 4,
}

impl Names {
    /// Adds the next user. Ids must grow.
    pub(super) fn push(&mut self, id: UserId, names: &UserNames) {
        let account = names.account.as_ref().map(ToString::to_string).unwrap_or_default();
        let sip = names.sip.as_ref().map(|sip| format!("sip:{sip}")).unwrap_or_default();
        let upn = names.upn.as_deref().unwrap_or_default();
        let dn = names.dn.as_deref().unwrap_or_default();
        self.folded_starts.push(small(self.folded.len()));
        let mut starts = [0; 6];
        // However the directory wrote a distinguished name, it is looked for in the canonical form.
        let canonical_dn = DistinguishedName::parse(dn).map_or_else(|_not_a_dn| dn.to_owned(), |dn| dn.to_string());
        let display = names.display_name.as_str();
        let shown_and_searched =
            [(display, display), (&sip, &sip), (upn, upn), (&account, &account), (dn, canonical_dn.as_str())];
        for (start, (shown, searched)) in starts.iter_mut().zip(shown_and_searched) {
            *start = small(self.shown.len());
            self.shown.push_str(shown);
            self.folded.extend(search_key(searched).bytes().filter(|&byte| byte != 0));
            self.folded.push(BETWEEN_NAMES as u8);
        }
        starts[5] = small(self.shown.len());
        self.folded.push(AFTER_USER as u8);
        self.starts.push(starts);
        self.ids.push(id);
    }

    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    pub fn id_at(&self, place: Place) -> Option<UserId> {
        self.ids.get(place.0 as usize).copied()
    }

    pub fn place_of(&self, id: UserId) -> Option<Place> {
        self.ids.binary_search(&id).ok().map(|place| Place(small(place)))
    }

    /// One name of a user, as the directory wrote it; empty where there is none.
    pub fn get(&self, place: Place, form: Form) -> &str {
        let Some(starts) = self.starts.get(place.0 as usize) else { return "" };
        self.shown.get(starts[form as usize] as usize..starts[form as usize + 1] as usize).unwrap_or_default()
    }

    /// The users in whose names a text occurs anywhere, without regard to case and accents, in the order of their ids.
    pub(super) fn containing(&self, text: &str) -> Vec<Place> {
        let needle = search_key(text);
        let finder = memmem::Finder::new(&needle);
        let mut found = Vec::new();
        let mut at = 0;
        // A text of accents alone leaves nothing to look for, which is found everywhere: also behind the last user.
        while at < self.folded.len()
            && let Some(hit) = finder.find(&self.folded[at..])
        {
            let place = self.folded_starts.partition_point(|&start| start as usize <= at + hit) - 1;
            found.push(Place(small(place)));
            // On to the next user: one hit each is enough.
            at = self.folded_starts.get(place + 1).map_or(self.folded.len(), |&start| start as usize);
        }
        found
    }

    /// The users whose display name matches a pattern.
    pub(super) fn matching(&self, pattern: &DisplayPattern) -> Vec<Place> {
        self.places().filter(|&place| pattern.matches_key(&identity_key(self.get(place, Form::DisplayName)))).collect()
    }

    pub(super) fn places(&self) -> impl Iterator<Item = Place> + use<> {
        (0..small(self.len())).map(Place)
    }

    /// The rank of each user when sorted by one of the names. Users without that name come last.
    pub(super) fn ranks(&self, form: Form) -> &[u32] {
        let ranks = match form {
            Form::Sip => &self.by_sip,
            Form::Account => &self.by_account,
            Form::DisplayName | Form::Upn | Form::Dn => &self.by_display_name,
        };
        ranks.get_or_init(|| {
            let mut sorted: Vec<(bool, String, Place)> = self
                .places()
                .map(|place| {
                    let key = search_key(self.get(place, form));
                    (key.is_empty(), key, place)
                })
                .collect();
            sorted.sort_unstable();
            let mut ranks = vec![0; sorted.len()];
            for (rank, (_, _, place)) in (0..).zip(&sorted) {
                if let Some(slot) = ranks.get_mut(place.0 as usize) {
                    *slot = rank;
                }
            }
            ranks
        })
    }
}

/// Four thousand million bytes of names are enough; beyond, searching is wrong rather than the program ended.
fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
