//! The operators of a condition.

/// What two values are compared for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Like,
    NotLike,
    Match,
    NotMatch,
    Contains,
    NotContains,
    In,
    NotIn,
}

/// How two conditions become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Logic {
    And,
    Or,
    Xor,
}

/// What may stand between two values or conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Compare {
        comparison: Comparison,
        is_exact: bool,
    },
    Logic(Logic),
}

/// All comparisons, by their names.
const COMPARISONS: [(&str, Comparison); 14] = [
    ("eq", Comparison::Eq),
    ("ne", Comparison::Ne),
    ("lt", Comparison::Lt),
    ("le", Comparison::Le),
    ("gt", Comparison::Gt),
    ("ge", Comparison::Ge),
    ("like", Comparison::Like),
    ("notlike", Comparison::NotLike),
    ("match", Comparison::Match),
    ("notmatch", Comparison::NotMatch),
    ("contains", Comparison::Contains),
    ("notcontains", Comparison::NotContains),
    ("in", Comparison::In),
    ("notin", Comparison::NotIn),
];

impl Operator {
    /// The operator with this name, which is written after a dash.
    ///
    /// # Errors
    /// There is no such operator here; the error says which there are.
    pub fn named(name: &str) -> Result<Self, String> {
        let lower = name.to_ascii_lowercase();
        match lower.as_str() {
            "and" => return Ok(Self::Logic(Logic::And)),
            "or" => return Ok(Self::Logic(Logic::Or)),
            "xor" => return Ok(Self::Logic(Logic::Xor)),
            _ => {}
        }
        let find = |name: &str| {
            COMPARISONS
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, found)| *found)
        };
        if let Some(comparison) = find(&lower) {
            return Ok(Self::Compare {
                comparison,
                is_exact: false,
            });
        }
        if let Some(comparison) = lower.strip_prefix('i').and_then(find) {
            return Ok(Self::Compare {
                comparison,
                is_exact: false,
            });
        }
        match lower.strip_prefix('c').and_then(find) {
            Some(comparison) if comparison.is_order() => Err(format!(
                "-{name} is not supported: which of two texts comes first is only known without their case. Write -{}.",
                &lower[1..]
            )),
            Some(comparison) => Ok(Self::Compare {
                comparison,
                is_exact: true,
            }),
            None => {
                let known: Vec<String> = COMPARISONS
                    .iter()
                    .map(|(name, _)| format!("-{name}"))
                    .collect();
                Err(format!(
                    "-{name} is not supported. Operators are {}, -and, -or, -xor, -not.",
                    known.join(", ")
                ))
            }
        }
    }
}

impl Comparison {
    /// Is it about which of two comes first?
    pub fn is_order(self) -> bool {
        matches!(self, Self::Lt | Self::Le | Self::Gt | Self::Ge)
    }

    /// Does it say no to what another one says yes to?
    pub fn is_negative(self) -> bool {
        matches!(
            self,
            Self::Ne | Self::NotLike | Self::NotMatch | Self::NotContains | Self::NotIn
        )
    }

    pub fn name(self) -> &'static str {
        COMPARISONS
            .iter()
            .find(|(_, known)| *known == self)
            .map_or("", |(name, _)| name)
    }
}
