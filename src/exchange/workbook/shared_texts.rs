//! The texts that cells of a workbook point to, in one text: a list of many short ones takes little
//! memory.

/// Texts by their index.
#[derive(Default)]
pub(super) struct SharedTexts {
    text: String,
    /// The end of each text in the text of all.
    ends: Vec<u32>,
}

impl SharedTexts {
    /// Adds a text. The limit of the part that has them keeps all of them below 4 GB.
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends
            .push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    pub fn get(&self, index: usize) -> Option<&str> {
        let begin = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.text
            .get(begin as usize..*self.ends.get(index)? as usize)
    }
}
