//! Completions of a line that is being typed: the cmdlets, parameters, properties, operators and
//! values that can stand at its end. They come from the tables by which a line is read.

use std::ops::Range;

use strum::{IntoStaticStr, VariantArray as _};

use super::check::check;
use super::cmdlets::Cmdlet;
use super::cursor::is_dash;
use super::member::{Member, Method};
use super::objects::{NAME, Shape, known_values};
use super::operator::{BinaryOperator, Comparison, Logic};
use super::parameters::Takes;
use super::standing::{LinePart, Standing};
use super::syntax::Pipeline;

/// One way to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    pub text: String,
    pub kind: CompletionKind,
}

/// The kind of a completion. Its name is the word that is shown beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum CompletionKind {
    Cmdlet,
    Parameter,
    Property,
    Method,
    Operator,
    Value,
}

/// The completions at a position.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completions {
    /// The bytes of the text that a completion replaces.
    pub replaces: Range<usize>,
    pub items: Vec<Completion>,
}

impl Completions {
    /// The completions at this byte of a line, which need not be complete. The best ones come
    /// first. There are none where nothing can stand, or anything.
    pub fn at(line: &str, byte: usize) -> Self {
        let text = &line[..line.floor_char_boundary(byte)];
        let Some(standing) = Standing::of(text) else {
            return Self::default();
        };
        let mut offer = Offer::of(text, &standing);
        offer.add(&standing);
        Self {
            replaces: offer.start..text.len(),
            items: offer.matching(),
        }
    }
}

/// The completions that are collected for a word.
struct Offer<'a> {
    text: &'a str,
    /// The stage up to the word.
    before: &'a str,
    /// The byte at which the word begins, or the part of it that a completion replaces.
    start: usize,
    items: Vec<Completion>,
}

impl<'a> Offer<'a> {
    fn of(text: &'a str, standing: &Standing) -> Self {
        let mut before = text[standing.before.clone()].trim();
        if standing.is_quoted {
            // The quote itself is not a part of the word.
            before = before[..before.len() - before.chars().next_back().map_or(0, char::len_utf8)]
                .trim_end();
        }
        Self {
            text,
            before,
            start: standing.word.start,
            items: Vec::new(),
        }
    }

    fn word(&self) -> &'a str {
        &self.text[self.start..]
    }

    fn push(&mut self, kind: CompletionKind, texts: impl IntoIterator<Item = impl Into<String>>) {
        self.items.extend(texts.into_iter().map(|text| Completion {
            text: text.into(),
            kind,
        }));
    }

    fn add(&mut self, standing: &Standing) {
        let shape = || shape_before(self.text, standing);
        match standing.part {
            _ if standing.is_quoted => {
                let values = self.values();
                let texts = values
                    .iter()
                    .filter_map(|value| value.strip_prefix('\'')?.strip_suffix('\''));
                self.push(CompletionKind::Value, texts);
            }
            LinePart::Stage { is_first } => self.cmdlets(is_first),
            LinePart::Argument(cmdlet) => {
                let shape = shape();
                self.arguments(cmdlet, shape.as_ref());
            }
            LinePart::Expression { is_bare } => {
                let shape = if is_bare { Some(Shape::Users) } else { shape() };
                self.expression(is_bare, shape.as_ref());
            }
        }
    }

    fn cmdlets(&mut self, is_first: bool) {
        let fitting = Cmdlet::all().filter(|cmdlet| {
            if is_first {
                cmdlet.can_begin()
            } else {
                cmdlet.can_follow()
            }
        });
        self.push(CompletionKind::Cmdlet, fitting.map(Cmdlet::name));
    }

    fn arguments(&mut self, cmdlet: Cmdlet, shape: Option<&Shape>) {
        let words: Vec<&str> = self.before.split_whitespace().skip(1).collect();
        let last = words.last().copied().unwrap_or_default();
        let parameter = last
            .strip_prefix(is_dash)
            .and_then(|name| cmdlet.parameter(name).ok());
        let is_dashed = self.word().starts_with(is_dash);
        if cmdlet == Cmdlet::Where {
            return match words.len() {
                0 => self.properties(shape),
                1 if self.word().is_empty() || is_dashed => self.comparisons(),
                2 => {
                    let values = self.values();
                    self.push(CompletionKind::Value, values);
                }
                _ => {}
            };
        }
        if is_dashed {
            let allowed = cmdlet.allowed_parameters();
            return self.push(
                CompletionKind::Parameter,
                allowed.map(|parameter| format!("-{}", parameter.name)),
            );
        }
        let takes = match parameter.map(|parameter| parameter.takes) {
            Some(Takes::Switch | Takes::Ignored) | None => cmdlet.positional(),
            Some(_) => parameter,
        };
        let names_properties = takes
            .is_some_and(|takes| takes.takes == Takes::Columns || takes.name == "ExpandProperty");
        if names_properties {
            self.properties(shape);
        } else if parameter.is_some_and(|parameter| parameter.name == "ResultSize") {
            self.push(CompletionKind::Value, ["Unlimited"]);
        }
    }

    /// A condition or a value: members after a dot, operators after a value, values after an
    /// operator.
    fn expression(&mut self, is_bare: bool, shape: Option<&Shape>) {
        let word = self.word();
        if let Some(dot) = word.rfind('.') {
            let object = &word[..dot];
            self.start += dot + 1;
            return match object.to_ascii_lowercase().as_str() {
                "$_" | "$psitem" => self.properties(shape),
                _ => {
                    let members = Member::VARIANTS.iter().map(<&str>::from);
                    self.push(CompletionKind::Property, members);
                    let methods = Method::VARIANTS.iter().map(<&str>::from);
                    self.push(CompletionKind::Method, methods);
                }
            };
        }
        let last = self
            .before
            .split_whitespace()
            .next_back()
            .unwrap_or_default();
        let operator = last
            .strip_prefix(is_dash)
            .map(|name| (name, BinaryOperator::from_name(name)));
        let needs_value = match &operator {
            Some((name, operator)) => operator.is_ok() || name.eq_ignore_ascii_case("not"),
            None => last.is_empty() || last.ends_with(['(', '!', ',', '{', ';']),
        };
        if !needs_value || word.starts_with(is_dash) {
            if needs_value {
                return self.push(CompletionKind::Operator, ["-not"]);
            }
            self.comparisons();
            let logic = Logic::VARIANTS
                .iter()
                .map(|logic| format!("-{}", logic.name()));
            return self.push(CompletionKind::Operator, logic);
        }
        if let Some((_, Ok(BinaryOperator::Compare { .. }))) = operator {
            let values = self.values();
            return self.push(CompletionKind::Value, values);
        }
        if is_bare {
            return self.properties(shape);
        }
        self.push(CompletionKind::Value, ["$_", "$True", "$False", "$null"]);
    }

    fn comparisons(&mut self) {
        let comparisons = Comparison::VARIANTS.iter();
        self.push(
            CompletionKind::Operator,
            comparisons.map(|comparison| format!("-{}", comparison.name())),
        );
    }

    /// The properties of the objects that arrive. Where these are not known, those of users and
    /// PINs.
    fn properties(&mut self, shape: Option<&Shape>) {
        let mut names: Vec<String> = Vec::new();
        let shapes = match shape {
            Some(shape) => vec![shape],
            None => vec![&Shape::Users, &Shape::Pins],
        };
        for shape in shapes {
            for name in shape.properties().unwrap_or_default() {
                if !names.iter().any(|known| known == name) {
                    names.push(name.to_owned());
                }
            }
            if *shape == Shape::Users {
                names.push(NAME.to_owned());
            }
        }
        self.push(CompletionKind::Property, names);
    }

    /// The values of the property before the operator.
    fn values(&self) -> Vec<String> {
        let mut words = self.before.split_whitespace().rev();
        let _operator = words.next();
        let property = words.next().unwrap_or_default();
        let name = property.rsplit(['.', '(', '{', '!']).next();
        known_values(name.unwrap_or_default())
    }

    /// The completions that fit the word: those that begin with it, then those that contain it.
    fn matching(self) -> Vec<Completion> {
        let word: String = self.word().to_lowercase();
        let word: String = word
            .chars()
            .map(|c| if is_dash(c) { '-' } else { c })
            .collect();
        let (mut begin, mut contain) = (Vec::new(), Vec::new());
        for item in self.items {
            let text = item.text.to_lowercase();
            // A word that is complete already is not offered.
            if text != word && text.starts_with(&word) {
                begin.push(item);
            } else if text != word && word.chars().count() > 1 && text.contains(&word) {
                contain.push(item);
            }
        }
        begin.append(&mut contain);
        begin
    }
}

/// The kind of objects that arrive at the cursor. None if the stages before it do not say.
fn shape_before(text: &str, standing: &Standing) -> Option<Shape> {
    let before = &text[..standing.source?];
    let mut pipeline = Pipeline::parse(before).ok()?;
    check(before, &mut pipeline.stages, None).ok()
}
