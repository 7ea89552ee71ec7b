//! The operators of a condition, as
//! [about_Comparison_Operators](https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_comparison_operators)
//! and [about_Logical_Operators](https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_logical_operators)
//! define them.

use strum::{EnumString, IntoStaticStr, VariantArray};

/// The operator of a comparison. Its name is the variant in small letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
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

/// The operator that makes a value of two others. Those that are words are written after a dash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub(super) enum Calculator {
    Replace,
    Split,
    Join,
    BAnd,
    #[strum(to_string = "f")]
    Format,
    #[strum(to_string = "+")]
    Plus,
    #[strum(to_string = "-")]
    Minus,
    #[strum(to_string = "*")]
    Times,
    #[strum(to_string = "/")]
    Divide,
    #[strum(to_string = "%")]
    Remainder,
    #[strum(to_string = "..")]
    Range,
}

/// The operator that joins two conditions. Its name is the variant in small letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub(super) enum Logic {
    And,
    Or,
    Xor,
}

/// An operator between two values or two conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BinaryOperator {
    Compare {
        comparison: Comparison,
        /// Whether case counts, as in `-ceq`.
        is_exact: bool,
    },
    Calculate {
        operator: Calculator,
        is_exact: bool,
    },
    /// `-is`, or `-isnot` if true.
    Is(bool),
    Logic(Logic),
}

impl BinaryOperator {
    /// The operator with this name, which is written after a dash.
    ///
    /// # Errors
    /// There is no such operator here; the error lists the supported ones.
    pub fn from_name(name: &str) -> Result<Self, String> {
        let lower = name.to_ascii_lowercase();
        let inexact = |comparison| Self::Compare {
            comparison,
            is_exact: false,
        };
        if let Ok(logic) = lower.parse() {
            return Ok(Self::Logic(logic));
        }
        if let Ok(comparison) = lower.parse() {
            return Ok(inexact(comparison));
        }
        for (is_exact, name) in [
            (false, Some(lower.as_str())),
            (false, lower.strip_prefix('i')),
            (true, lower.strip_prefix('c')),
        ] {
            if let Some(Ok(operator)) = name.map(str::parse) {
                return Ok(Self::Calculate { operator, is_exact });
            }
        }
        if lower == "is" || lower == "isnot" {
            return Ok(Self::Is(lower == "isnot"));
        }
        if let Some(Ok(comparison)) = lower.strip_prefix('i').map(str::parse) {
            return Ok(inexact(comparison));
        }
        if let Some(Ok(comparison)) = lower.strip_prefix('c').map(str::parse) {
            return Ok(Self::Compare {
                comparison,
                is_exact: true,
            });
        }
        let known: Vec<String> = Comparison::VARIANTS
            .iter()
            .map(|comparison| format!("-{}", comparison.name()))
            .collect();
        Err(format!(
            "-{name} is not supported. Operators are {}, -replace, -split, -join, -f, -is, -isnot, -and, -or, -xor, -not.",
            known.join(", ")
        ))
    }
}

impl Comparison {
    /// The name without its dash, such as `eq`.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Whether the operator compares the order of two values.
    pub fn is_order(self) -> bool {
        matches!(self, Self::Lt | Self::Le | Self::Gt | Self::Ge)
    }

    /// Whether the operator is the opposite of another one.
    pub fn is_negative(self) -> bool {
        matches!(
            self,
            Self::Ne | Self::NotLike | Self::NotMatch | Self::NotContains | Self::NotIn
        )
    }
}

impl Calculator {
    /// The operator as it is written, without its dash.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

impl Logic {
    /// The name without its dash, such as `and`.
    pub fn name(self) -> &'static str {
        self.into()
    }
}
