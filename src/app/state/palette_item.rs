//! The rows of the palette, which typed words find.

use super::command::Command;
use crate::domain::text::search_key;

/// A row of the palette.
#[derive(Clone, Debug, PartialEq)]
pub struct PaletteItem {
    pub kind: PaletteKind,
    pub text: String,
    /// A text that tells it from others, such as an identity or the effect of a command.
    pub detail: String,
    /// The keys that do the same from anywhere. Empty: there are none.
    pub keys: String,
    pub does: PaletteStep,
}

/// The kind of a row. Its name is the word that is shown beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum PaletteKind {
    Command,
    Setting,
    Filter,
    Chart,
    User,
    Plan,
    Batch,
    #[strum(serialize = "PowerShell")]
    Cmdlet,
}

/// The effect of choosing a row.
#[derive(Clone, Debug, PartialEq)]
pub enum PaletteStep {
    /// Closes the palette and executes these commands.
    Execute(Vec<Command>),
    /// Puts a text into the field, to go on with it.
    Type(String),
}

/// How well words fit to a row. A smaller one is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PaletteFit {
    /// The text begins with what is typed.
    Beginning,
    /// Each typed word begins a word of the text.
    Words,
    /// Each typed word is somewhere in the text.
    Inside,
    /// Each typed word begins a word of the text or of the detail.
    Detail,
}

impl PaletteItem {
    /// A row that executes commands.
    pub fn new(kind: PaletteKind, text: impl Into<String>, commands: Vec<Command>) -> Self {
        Self {
            kind,
            text: text.into(),
            detail: String::new(),
            keys: String::new(),
            does: PaletteStep::Execute(commands),
        }
    }

    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// How well the row fits to typed words, without regard to case and accents. None: not at all.
    pub fn fit(&self, typed: &str) -> Option<PaletteFit> {
        let typed = search_key(typed.trim());
        let text = search_key(&self.text);
        if text.starts_with(&typed) {
            return Some(PaletteFit::Beginning);
        }
        let both = format!("{text} {}", search_key(&self.detail));
        let all = |holds: &dyn Fn(&str) -> bool| typed.split_whitespace().all(holds);
        if all(&|word| begins_word(&text, word)) {
            Some(PaletteFit::Words)
        } else if all(&|word| text.contains(word)) {
            Some(PaletteFit::Inside)
        } else {
            all(&|word| begins_word(&both, word)).then_some(PaletteFit::Detail)
        }
    }
}

fn begins_word(text: &str, word: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    words.any(|known| known.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_text_count_more_than_those_of_the_detail() {
        let item = PaletteItem::new(
            PaletteKind::Command,
            "Lock or unlock from a file…",
            Vec::new(),
        )
        .with_detail("Read a list of users, and show what would happen.");
        for (typed, fit) in [
            ("lock or", Some(PaletteFit::Beginning)),
            ("FILE lock", Some(PaletteFit::Words)),
            ("nlock", Some(PaletteFit::Inside)),
            ("list file", Some(PaletteFit::Detail)),
            ("smith", None),
        ] {
            assert_eq!(item.fit(typed), fit, "{typed}");
        }
    }
}
