//! Pipelines in brackets, and what stands in brackets in general.

use super::check::check;
use super::cmdlets::Cmdlet;
use super::cursor::{Parsed, is_quote};
use super::objects::Shape;
use super::parser::{MOST_STAGES, PipelineParser, Scope};
use super::syntax::{Expression, LoopBlocks, Part, Property, Stage, StageKind};

impl PipelineParser<'_> {
    /// The first stage, which may be a value.
    pub fn first_stage(&mut self) -> Parsed<Vec<Stage>> {
        let at = self.cursor.at;
        match self.cursor.peek() {
            Some(c) if is_quote(c) || matches!(c, '$' | '(' | '@' | '[') || c.is_ascii_digit() => {}
            _ => return self.stage(),
        }
        let value = self.within("|;\n)", Self::expression)?;
        // The objects of a pipeline in brackets are handed on as they come.
        let whole = match &value {
            Expression::Array(inner) => inner,
            other => other,
        };
        if let Expression::Part(part) = whole
            && let Some(stages) = self.parts.get(part.index)
        {
            return Ok(stages.clone());
        }
        Ok(vec![Stage {
            kind: StageKind::Values(value),
            at,
            end: self.cursor.at,
        }])
    }

    /// The pipeline or the expression in brackets. The cursor is behind the bracket.
    pub fn inner(&mut self) -> Parsed<Expression> {
        self.nested(|parser| {
            parser.cursor.skip_lines()?;
            let (at, uses) = (parser.cursor.at, parser.uses_of_it);
            let is_command = Cmdlet::from_name(parser.word()).is_ok()
                && !matches!(parser.cursor.peek(), Some('(' | '.'));
            parser.cursor.at = at;
            let stages = if is_command {
                parser.within("", Self::stage)?
            } else {
                let value = parser.within("|", Self::expression)?;
                vec![Stage {
                    kind: StageKind::Values(value),
                    at,
                    end: parser.cursor.at,
                }]
            };
            parser.cursor.skip_lines()?;
            if parser.cursor.peek() != Some('|')
                && let [
                    Stage {
                        kind: StageKind::Values(value),
                        ..
                    },
                ] = stages.as_slice()
            {
                return Ok(value.clone());
            }
            if parser.uses_of_it > uses {
                return parser.depends_on_it(at);
            }
            let stages = parser.scoped(Scope::Nothing, |parser| parser.further_stages(stages))?;
            parser.part_of(stages, at)
        })
    }

    /// Refuses a pipeline in brackets that needs the object at hand.
    pub fn depends_on_it<T>(&self, at: usize) -> Parsed<T> {
        self.cursor.fault_at(
            at,
            "A pipeline in brackets cannot use $_ here, except Get-CsUser or Get-CsClientPinInfo alone with an \
             -Identity.",
        )
    }

    /// Keeps stages as a part that runs before the pipeline.
    pub fn part_of(&mut self, mut stages: Vec<Stage>, at: usize) -> Parsed<Expression> {
        if let Some(Stage {
            kind: StageKind::Change(_) | StageKind::Export(_),
            at,
            ..
        }) = stages.last()
        {
            return self.cursor.fault_at(
                *at,
                "This cmdlet finds nothing, so it cannot stand for a value.",
            );
        }
        let shape = check(self.cursor.typed, &mut stages, None)?;
        let index = self.parts.len();
        if index == MOST_STAGES {
            return self.cursor.fault(format!(
                "A line may have {MOST_STAGES} pipelines in brackets."
            ));
        }
        self.parts.push(stages);
        Ok(Expression::Part(Box::new(Part {
            index,
            shape,
            found: None,
            at,
        })))
    }

    /// A property of all objects that a part finds, as a part of its own. None if the value is no
    /// part.
    pub fn member_of_part(
        &mut self,
        of: &Expression,
        name: &str,
        at: usize,
    ) -> Parsed<Option<Expression>> {
        let Expression::Part(part) = of else {
            return Ok(None);
        };
        let Some(mut stages) = self.parts.get(part.index).cloned() else {
            return Ok(None);
        };
        let is_count = name.eq_ignore_ascii_case("Count") || name.eq_ignore_ascii_case("Length");
        let has_it = part
            .shape
            .properties()
            .is_some_and(|names| names.iter().any(|known| known.eq_ignore_ascii_case(name)));
        let is_measured = matches!(
            stages.last(),
            Some(Stage {
                kind: StageKind::Measure(..),
                ..
            })
        );
        if has_it && is_count && !is_measured {
            return self.cursor.fault_at(at, "What Count means here depends on how many objects there are. Count them with Measure-Object.");
        }
        // The Length of one text is that of the text.
        if part.shape == Shape::Values && !name.eq_ignore_ascii_case("Count") {
            return Ok(None);
        }
        let mut add = |kind| {
            stages.push(Stage {
                kind,
                at,
                end: at + name.len(),
            });
        };
        let mut property = name;
        if is_count && !has_it {
            add(StageKind::Measure(Vec::new(), Vec::new()));
            property = "Count";
        }
        let property = Property {
            name: property.to_owned(),
            at,
        };
        add(LoopBlocks::value(Expression::Property(property)));
        self.part_of(stages, at).map(Some)
    }
}
