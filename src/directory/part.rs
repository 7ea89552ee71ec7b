//! The names of up to 65,536 users: folded into one text that is searched, and the data that
//! restores how they were written.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memmem};
use strum::VariantArray as _;

use super::canonical_dn::{canonical, is_canonical};
use super::fold::Folder;
use super::ids::Ids;
use super::name_form::NameForm;
use super::trigrams::Trigrams;
use super::{bit_set, scratch};
use crate::domain::user::UserId;
use crate::store::NamesRead;

/// Number of users of a part. Only the last part may have fewer.
pub(super) const PART: usize = 1 << 16;

/// Separators between the names of a user, and after the last one. No folded name contains them.
const BETWEEN_NAMES: u8 = b'\n';
const AFTER_USER: u8 = 0;
/// A byte that replaces a UPN equal to the SIP address without `sip:`. Most UPNs are, and a text
/// found in one is found in the other.
const AS_SIP: u8 = 1;
const SIP: &str = "sip:";
const CN: &str = "CN=";
/// Typical number of bytes of a user's names.
const LIKELY_LENGTH: usize = 150;

/// Names of users, in the order of their IDs.
#[derive(Clone, Debug, Default)]
pub(super) struct NamePart {
    ids: Ids,
    /// Display name, SIP address, UPN, account and distinguished name of each user, one after the
    /// other.
    text: Vec<u8>,
    ends: Vec<u32>,
    /// One bit for each byte of `text`: whether it was a capital letter. Most names differ from
    /// their folded form only in these.
    capitals: Vec<u64>,
    /// The positions (user and form) of all other names, which are kept as they were written.
    others: Vec<(u32, u32)>,
    written: String,
    /// The users whose display name is among the other names.
    not_plain: Vec<u64>,
    /// The users whose distinguished name is `CN=`, the display name, and a rest that folding does
    /// not change.
    tails: Vec<u64>,
    /// Made when the part is complete.
    trigrams: Trigrams,
}

impl NamePart {
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn ids(&self) -> &Ids {
        &self.ids
    }

    /// An empty part with room for `count` users.
    pub fn with_room(count: usize) -> Self {
        let text = if count == 0 {
            Vec::new()
        } else {
            scratch::buffer(count * LIKELY_LENGTH)
        };
        Self {
            text,
            ..Self::default()
        }
    }

    /// Adds the next user. IDs must be ascending.
    pub fn push(&mut self, user: &NamesRead<'_>, folder: &mut Folder) {
        let mut name =
            |form: NameForm, shown: &str, searched: &str| self.name(form, shown, searched, folder);
        let mut longer = String::new();
        name(NameForm::DisplayName, user.display_name, user.display_name);
        longer.extend(user.sip.iter().flat_map(|sip| [SIP, sip]));
        name(NameForm::Sip, &longer, &longer);
        match user.upn {
            Some(upn) if user.sip == Some(upn) => self.text.extend([AS_SIP, BETWEEN_NAMES]),
            upn => name(
                NameForm::Upn,
                upn.unwrap_or_default(),
                upn.unwrap_or_default(),
            ),
        }
        let mut name =
            |form: NameForm, shown: &str, searched: &str| self.name(form, shown, searched, folder);
        longer.clear();
        longer.extend(
            user.account
                .iter()
                .flat_map(|(domain, logon)| [domain, "\\", logon]),
        );
        name(NameForm::Account, &longer, &longer);
        // A distinguished name is searched in its canonical form, whatever form the directory
        // wrote.
        let dn = user.dn.unwrap_or_default();
        match dn
            .strip_prefix(CN)
            .and_then(|rest| rest.strip_prefix(user.display_name))
        {
            Some(tail)
                if bit_set::contains(&self.not_plain, self.ids.len())
                    && is_plain_tail(tail)
                    && is_canonical(dn) =>
            {
                self.tail(user.display_name, tail, folder);
            }
            _ => self.name(NameForm::Dn, dn, &canonical(dn), folder),
        }
        self.text.push(AFTER_USER);
        self.end(user.id);
    }

    /// Adds a user of another part.
    pub fn push_from(&mut self, other: &Self, index: usize) {
        let (from, at) = (other.range(index), self.text.len());
        self.text.extend_from_slice(&other.text[from.clone()]);
        bit_set::each(&other.capitals, from.clone(), |position| {
            self.mark_capital(at + position - from.start);
        });
        if bit_set::contains(&other.tails, index) {
            bit_set::mark(&mut self.tails, self.ids.len());
        }
        for form in NameForm::VARIANTS {
            if let Some(written) = other.written(index, *form) {
                self.write(*form, written);
            }
        }
        if let Some(id) = other.ids.get(index) {
            self.end(id);
        }
    }

    /// Removes all users and keeps the memory.
    pub fn clear(&mut self) {
        self.ids = Ids::default();
        self.text.clear();
        self.ends.clear();
        self.capitals.clear();
        self.others.clear();
        self.written.clear();
        self.not_plain.clear();
        self.tails.clear();
        self.trigrams = Trigrams::default();
    }

    /// A copy that is complete, without unused memory. Shrinking the vectors themselves would leave
    /// holes between the parts.
    pub fn compact(&self) -> Self {
        let mut copy = self.clone();
        copy.index();
        copy
    }

    /// Completes the part, and releases the memory that was reserved for more users.
    pub fn finish(&mut self) {
        self.index();
        self.ids.shrink_to_fit();
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.capitals.shrink_to_fit();
        self.others.shrink_to_fit();
        self.written.shrink_to_fit();
        self.not_plain.shrink_to_fit();
        self.tails.shrink_to_fit();
    }

    fn index(&mut self) {
        // No separator is a character of a folded name.
        let is_between = |byte| byte <= BETWEEN_NAMES;
        self.trigrams = Trigrams::of(&self.text, &self.ends, is_between);
    }

    /// One name of a user in the form for searching and sorting: without case and accents.
    pub fn folded(&self, index: usize, form: NameForm) -> &[u8] {
        let range = self.name_range(index, form);
        if form == NameForm::Upn && self.text[range.clone()] == [AS_SIP] {
            return &self.folded(index, NameForm::Sip)[SIP.len()..];
        }
        &self.text[range]
    }

    /// One name of a user as it was written, or an empty text.
    pub fn get(&self, index: usize, form: NameForm) -> Cow<'_, str> {
        if let Some(written) = self.written(index, form) {
            return written.into();
        }
        let range = self.name_range(index, form);
        if form == NameForm::Upn && self.text[range.clone()] == [AS_SIP] {
            return match self.get(index, NameForm::Sip) {
                Cow::Borrowed(sip) => sip[SIP.len()..].into(),
                Cow::Owned(sip) => sip[SIP.len()..].to_owned().into(),
            };
        }
        if form == NameForm::Dn && bit_set::contains(&self.tails, index) {
            let start = range.start + CN.len() + self.folded(index, NameForm::DisplayName).len();
            return format!(
                "{CN}{}{}",
                self.get(index, NameForm::DisplayName),
                self.as_written(start..range.end)
            )
            .into();
        }
        self.as_written(range)
    }

    /// A piece of the text with its capital letters.
    fn as_written(&self, range: Range<usize>) -> Cow<'_, str> {
        let folded = std::str::from_utf8(self.text.get(range.clone()).unwrap_or_default())
            .unwrap_or_default();
        let mut shown = Cow::Borrowed(folded);
        bit_set::each(&self.capitals, range.clone(), |position| {
            let at = position - range.start;
            let text = shown.to_mut();
            if let Some(small) = text.get(at..=at) {
                let capital = small.to_ascii_uppercase();
                text.replace_range(at..=at, &capital);
            }
        });
        shown
    }

    /// Whether the folded display name is also its identity key. It is, if the name has no accents.
    pub fn is_plain(&self, index: usize) -> bool {
        let name = self.folded(index, NameForm::DisplayName);
        name.is_ascii() && !bit_set::contains(&self.not_plain, index)
    }

    /// Whether the display name is among the names that are kept as they were written.
    pub fn is_written_apart(&self, index: usize) -> bool {
        bit_set::contains(&self.not_plain, index)
    }

    /// Marks the users in whose names a folded text occurs anywhere.
    pub fn mark(&self, finder: &memmem::Finder<'_>, found: &mut [u64]) {
        match self.trigrams.candidates(finder.needle()) {
            Some(ranges) => {
                for users in ranges {
                    self.mark_in(users, finder, found);
                }
            }
            None => self.mark_in(0..self.len(), finder, found),
        }
    }

    /// Marks those of a range of users.
    fn mark_in(&self, users: Range<usize>, finder: &memmem::Finder<'_>, found: &mut [u64]) {
        let needle = finder.needle();
        let Some(last) = users.end.checked_sub(1).filter(|last| *last >= users.start) else {
            return;
        };
        let (mut at, end) = (self.range(users.start).start, self.range(last).end);
        let find = |at: usize| match needle {
            [byte] => memchr(*byte, &self.text[at..end]),
            _ => finder.find(&self.text[at..end]),
        };
        let mut index = users.start;
        while let Some(hit) = find(at) {
            index = self.index_of(at + hit, index);
            bit_set::set(found, index);
            // One hit a user is enough, so the search goes on at the next user.
            let Some(&end) = self.ends.get(index) else {
                return;
            };
            at = end as usize;
            index += 1;
        }
    }

    /// Whether a name of this user contains a folded text.
    pub fn contains(&self, index: usize, finder: &memmem::Finder<'_>) -> bool {
        finder.find(&self.text[self.range(index)]).is_some()
    }

    /// The index of the user whose names contain a byte of the text. The search starts at `from`,
    /// because the next users are the most likely.
    fn index_of(&self, byte: usize, from: usize) -> usize {
        let is_before = |index: usize| {
            self.ends
                .get(index)
                .is_some_and(|&end| end as usize <= byte)
        };
        let (mut low, mut step) = (from, 1);
        while is_before(low + step - 1) {
            low += step;
            step *= 2;
        }
        let high = (low + step).min(self.ends.len());
        low + self.ends[low.min(high)..high].partition_point(|&end| end as usize <= byte)
    }

    fn range(&self, index: usize) -> Range<usize> {
        let start = index
            .checked_sub(1)
            .map_or(0, |before| self.ends[before] as usize);
        start..self.ends[index] as usize
    }

    fn name_range(&self, index: usize, form: NameForm) -> Range<usize> {
        let Self { text, .. } = self;
        let mut range = self.range(index);
        for _ in 0..form as usize {
            range.start +=
                memchr(BETWEEN_NAMES, &text[range.clone()]).map_or(0, |length| length + 1);
        }
        range.end = range.start + memchr(BETWEEN_NAMES, &text[range.clone()]).unwrap_or_default();
        range
    }

    fn name(&mut self, form: NameForm, shown: &str, searched: &str, folder: &mut Folder) {
        let start = self.text.len();
        folder.fold(searched, &mut self.text);
        if self.text[start..].eq_ignore_ascii_case(shown.as_bytes()) {
            // Addresses have no capital letters, and one comparison is faster than looking for
            // them.
            if self.text[start..] != *shown.as_bytes() {
                for (at, _) in shown
                    .bytes()
                    .enumerate()
                    .filter(|(_, byte)| byte.is_ascii_uppercase())
                {
                    self.mark_capital(start + at);
                }
            }
        } else {
            self.write(form, shown);
        }
        self.text.push(BETWEEN_NAMES);
    }

    /// Adds a distinguished name that begins with the display name, which is not stored again.
    fn tail(&mut self, display_name: &str, tail: &str, folder: &mut Folder) {
        bit_set::mark(&mut self.tails, self.ids.len());
        folder.fold(CN, &mut self.text);
        folder.fold(display_name, &mut self.text);
        let start = self.text.len();
        folder.fold(tail, &mut self.text);
        for (at, _) in tail
            .bytes()
            .enumerate()
            .filter(|(_, byte)| byte.is_ascii_uppercase())
        {
            self.mark_capital(start + at);
        }
        self.text.push(BETWEEN_NAMES);
    }

    fn end(&mut self, id: UserId) {
        self.capitals.resize(self.text.len().div_ceil(64), 0);
        self.ends.push(offset(self.text.len()));
        self.ids.push(id);
    }

    fn mark_capital(&mut self, position: usize) {
        bit_set::mark(&mut self.capitals, position);
    }

    fn write(&mut self, form: NameForm, shown: &str) {
        if form == NameForm::DisplayName {
            bit_set::mark(&mut self.not_plain, self.ids.len());
        }
        self.written.push_str(shown);
        self.others
            .push((key(self.ids.len(), form), offset(self.written.len())));
    }

    fn written(&self, index: usize, form: NameForm) -> Option<&str> {
        let at = self
            .others
            .binary_search_by_key(&key(index, form), |&(key, _)| key)
            .ok()?;
        let start = at
            .checked_sub(1)
            .map_or(0, |before| self.others[before].1 as usize);
        self.written.get(start..self.others[at].1 as usize)
    }
}

/// Whether folding does not change a text, in any context.
fn is_plain_tail(tail: &str) -> bool {
    tail.bytes()
        .all(|byte| byte.is_ascii() && !byte.is_ascii_control())
}

fn key(index: usize, form: NameForm) -> u32 {
    offset(index * NameForm::VARIANTS.len() + form as usize)
}

/// Converts a position in the text, which fits: each user has a few hundred bytes.
fn offset(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
