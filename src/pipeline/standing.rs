//! The position of the cursor in a line that is being typed: what was written before it, and the
//! brackets that are open there. The line need not be complete, so nothing of it is refused.

use super::cmdlets::Cmdlet;
use super::cursor::{is_dash, is_double_quote, is_line_end, is_quote};
use super::prompt::without_prompts;

/// The position at the end of a text.
#[derive(Debug)]
pub(super) struct Standing {
    /// The word that is being typed, as a range of bytes.
    pub word: std::ops::Range<usize>,
    /// The stage up to the word.
    pub before: std::ops::Range<usize>,
    pub part: LinePart,
    /// Whether the word is a text in quotes.
    pub is_quoted: bool,
    /// The end of the stages whose objects a property here belongs to. None for the first stage.
    pub source: Option<usize>,
}

/// The part of a line that the cursor stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LinePart {
    /// The name of a cmdlet.
    Stage { is_first: bool },
    /// The arguments of this cmdlet.
    Argument(Cmdlet),
    /// A condition or a value. `is_bare` means that a property stands without `$_`, as in a filter.
    Expression { is_bare: bool },
}

/// An open bracket, or the line itself.
#[derive(Debug)]
struct Frame {
    /// The bracket; a space for the line.
    bracket: char,
    /// The byte of the bracket.
    opened: usize,
    /// The beginning of the stage.
    stage: usize,
    /// The end of the stages before it in its pipeline, if there are any.
    pipe: Option<usize>,
}

impl Frame {
    fn new(bracket: char, opened: usize, stage: usize) -> Self {
        Self {
            bracket,
            opened,
            stage,
            pipe: None,
        }
    }

    fn begin_stage(&mut self, stage: usize, pipe: Option<usize>) {
        (self.stage, self.pipe) = (stage, pipe);
    }
}

/// The meaning of a bracket for what stands in it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Stages,
    Expression { is_bare: bool },
    Nothing,
}

impl Standing {
    /// The position at the end of a text. None in a comment, a number and elsewhere where no word
    /// is known.
    pub fn of(typed: &str) -> Option<Self> {
        let (plain, _) = without_prompts(typed);
        let text = plain.as_str();
        let (frames, quote) = scan(text)?;
        let frame = frames.last()?;
        let word = match quote {
            Some(at) => at..text.len(),
            None => word_start(text).max(frame.stage)..text.len(),
        };
        let before = frame.stage..word.start;
        let stage = text[before.clone()].trim_start();
        let (inside, owner) = inside(text, &frames);
        let part = match inside {
            Inside::Nothing => return None,
            Inside::Expression { is_bare } => LinePart::Expression { is_bare },
            Inside::Stages if quote.is_none() && stage.is_empty() => {
                let is_value = text[word.clone()].starts_with(['$', '-']);
                if is_value {
                    LinePart::Expression { is_bare: false }
                } else {
                    LinePart::Stage {
                        is_first: frame.pipe.is_none(),
                    }
                }
            }
            Inside::Stages => match command(stage) {
                Some(cmdlet) => LinePart::Argument(cmdlet),
                None if stage.starts_with(['$', '(']) || stage.starts_with(is_quote) => {
                    LinePart::Expression { is_bare: false }
                }
                None => return None,
            },
        };
        Some(Self {
            source: match part {
                LinePart::Expression { .. } => frames[owner].pipe,
                _ => frame.pipe,
            },
            word,
            before,
            part,
            is_quoted: quote.is_some(),
        })
    }
}

/// The cmdlet with which a stage begins.
fn command(stage: &str) -> Option<Cmdlet> {
    let name = stage.split(|c: char| c.is_whitespace() || matches!(c, '{' | '('));
    Cmdlet::from_name(name.into_iter().next()?).ok()
}

/// The beginning of the word at the end of a text.
fn word_start(text: &str) -> usize {
    text.char_indices()
        .rev()
        .find(|(_, c)| !(c.is_alphanumeric() || is_dash(*c) || "_$.?%".contains(*c)))
        .map_or(0, |(at, c)| at + c.len_utf8())
}

/// The meaning of the innermost bracket, and the index of the bracket or line whose stage gives it
/// its objects.
fn inside(text: &str, frames: &[Frame]) -> (Inside, usize) {
    for (index, frame) in frames.iter().enumerate().rev() {
        let Some(parent) = index.checked_sub(1) else {
            return (Inside::Stages, 0);
        };
        let stage = text[frames[parent].stage..frame.opened].trim_start();
        match frame.bracket {
            // The value of an entry is a bracket of its own.
            _ if is_table(text, frame) => return (Inside::Nothing, parent),
            '{' if is_table(text, &frames[parent]) => {
                return (Inside::Expression { is_bare: false }, parent - 1);
            }
            '{' => {
                let meaning = match command(stage) {
                    Some(Cmdlet::ForEach) => Inside::Stages,
                    Some(Cmdlet::GetUser) => Inside::Expression { is_bare: true },
                    Some(_) => Inside::Expression { is_bare: false },
                    None => Inside::Nothing,
                };
                return (meaning, parent);
            }
            // Brackets in a condition are a part of it, others have a pipeline.
            '(' if matches!(inside(text, &frames[..=parent]).0, Inside::Stages) => {
                return (Inside::Stages, index);
            }
            '(' => {}
            _ => return (Inside::Nothing, parent),
        }
    }
    (Inside::Nothing, 0)
}

/// Whether a bracket is the table of a calculated property.
fn is_table(text: &str, frame: &Frame) -> bool {
    frame.bracket == '{' && text[..frame.opened].ends_with('@')
}

/// The brackets that are open at the end of a text, and the beginning of the text in quotes that has
/// no end there. None in a comment.
fn scan(text: &str) -> Option<(Vec<Frame>, Option<usize>)> {
    let mut frames = vec![Frame::new(' ', 0, 0)];
    let mut characters = text.char_indices();
    // The last character that is not blank.
    let mut last = ' ';
    while let Some((at, c)) = characters.next() {
        let after = at + c.len_utf8();
        let begins_word = text[..at].ends_with(|c: char| c.is_whitespace() || "({|;".contains(c));
        let frame = frames.last_mut()?;
        match c {
            _ if is_quote(c) => {
                let end = quote_end(&text[after..], is_double_quote(c));
                let Some(end) = end.map(|end| after + end) else {
                    return Some((frames, Some(after)));
                };
                characters = skipped(text, end);
            }
            '`' => drop(characters.next()),
            '#' if at == 0 || begins_word => {
                let end = text[at..].find(is_line_end)?;
                characters = skipped(text, at + end);
                continue;
            }
            '<' if text[after..].starts_with('#') => {
                let end = text[at..].find("#>")?;
                characters = skipped(text, at + end + 2);
                continue;
            }
            '{' | '(' | '[' => frames.push(Frame::new(c, at, after)),
            '}' | ')' | ']' => frames.truncate(frames.len().saturating_sub(1).max(1)),
            '|' => frame.begin_stage(after, Some(at)),
            ';' => frame.begin_stage(after, None),
            '=' if is_assignment(&text[frame.stage..at]) => frame.begin_stage(after, None),
            _ if is_line_end(c) && !"|,({=".contains(last) => frame.begin_stage(after, None),
            _ => {}
        }
        if !c.is_whitespace() {
            last = c;
        }
    }
    Some((frames, None))
}

/// The characters of a text from a byte on.
fn skipped(text: &str, at: usize) -> std::str::CharIndices<'_> {
    let mut characters = text.char_indices();
    while characters.offset() < at && characters.next().is_some() {}
    characters
}

/// Whether a stage up to its `=` is a variable, which the next words are the value of.
fn is_assignment(stage: &str) -> bool {
    let name = stage.trim().strip_prefix('$');
    name.is_some_and(|name| {
        !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')
    })
}

/// The byte after the quote that ends a text. None if it has no end.
fn quote_end(text: &str, is_double: bool) -> Option<usize> {
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        if c == '`' && is_double {
            characters.next();
        } else if is_quote(c) && is_double_quote(c) == is_double {
            // Two quotes stand for one.
            let is_doubled = characters
                .next_if(|(_, next)| is_quote(*next) && is_double_quote(*next) == is_double);
            if is_doubled.is_none() {
                return Some(at + c.len_utf8());
            }
        }
    }
    None
}
