//! Writes expressions in plain English.

use super::syntax::{Compare, Expression};
use super::value::Value;
use crate::zone::Zone;

/// An expression in plain English.
pub(super) fn condition_words(condition: &Expression) -> String {
    match condition {
        Expression::Literal(value) => literal_words(value),
        Expression::Now(more) if more.is_zero() => "now".to_owned(),
        Expression::Now(more) => {
            let hours = more.num_minutes().unsigned_abs() as f64 / 60.0;
            let (amount, unit) = if hours < 24.0 {
                (hours, "hours")
            } else {
                (hours / 24.0, "days")
            };
            let amount = format!("{amount:.2}");
            let amount = amount.trim_end_matches('0').trim_end_matches('.');
            format!(
                "{amount} {unit} {}",
                if *more < chrono::Duration::zero() {
                    "ago"
                } else {
                    "from now"
                }
            )
        }
        Expression::It(_) => "it".to_owned(),
        Expression::Property(property) => property.name.clone(),
        Expression::Not(inner) => format!("not ({})", condition_words(inner)),
        Expression::Logic(logic, left, right) => {
            let side = |side: &Expression| match side {
                Expression::Logic(other, ..) if other != logic => {
                    format!("({})", condition_words(side))
                }
                _ => condition_words(side),
            };
            format!("{} {} {}", side(left), logic.name(), side(right))
        }
        Expression::Compare(compare) => compare_words(compare),
        Expression::Parts(parts) => {
            let parts: Vec<String> = parts
                .iter()
                .filter(|part| !matches!(part, Expression::Literal(Value::Text(text)) if text.is_empty()))
                .map(condition_words)
                .collect();
            parts.join(" and ")
        }
        Expression::List(items) => {
            let items: Vec<String> = items.iter().map(condition_words).collect();
            items.join(" or ")
        }
        Expression::Member(of, member, _) => {
            let name: &str = member.into();
            format!("{name} of {}", condition_words(of))
        }
        Expression::Call(call) => {
            let name: &str = call.method.into();
            let arguments: Vec<String> = call.arguments.iter().map(condition_words).collect();
            format!(
                "{name}({}) of {}",
                arguments.join(", "),
                condition_words(&call.of)
            )
        }
        Expression::Cast(to, of, _) => {
            let name: &str = to.into();
            format!("{} as {name}", condition_words(of))
        }
        Expression::Is(of, wanted) => {
            let name: &str = wanted.into();
            format!("{} is of the type {name}", condition_words(of))
        }
        Expression::Index(of, index, _) => {
            format!("item {} of {}", condition_words(index), condition_words(of))
        }
        Expression::Calculate(calculation) => {
            let dash = if calculation.operator.name().starts_with(char::is_alphabetic) {
                "-"
            } else {
                ""
            };
            format!(
                "({} {dash}{} {})",
                condition_words(&calculation.left),
                calculation.operator.name(),
                condition_words(&calculation.right)
            )
        }
        Expression::Array(of) => condition_words(of),
        Expression::Of(of, property) => format!("{} of {}", property.name, condition_words(of)),
        Expression::Part(_) => "what is found in brackets".to_owned(),
        Expression::LookUp(_, of, _) => format!("the user {}", condition_words(of)),
        Expression::Object(columns) => {
            let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
            format!("an object with {}", names.join(", "))
        }
        Expression::Choice(parts) => {
            let [condition, then, otherwise] = &**parts;
            format!(
                "{} if {}, or else {}",
                condition_words(then),
                condition_words(condition),
                condition_words(otherwise)
            )
        }
    }
}

fn compare_words(compare: &Compare) -> String {
    use super::operator::Comparison as C;
    let is_date =
        matches!(compare.right, Expression::Now(_)) || matches!(compare.left, Expression::Now(_));
    let words = match compare.comparison {
        C::Eq => "is",
        C::Ne => "is not",
        C::Lt if is_date => "is before",
        C::Gt if is_date => "is after",
        C::Lt => "is less than",
        C::Gt => "is more than",
        C::Le => "is at most",
        C::Ge => "is at least",
        C::Like => "is like",
        C::NotLike => "is not like",
        C::Match => "matches",
        C::NotMatch => "does not match",
        C::Contains => "contains",
        C::NotContains => "does not contain",
        C::In => "is in",
        C::NotIn => "is not in",
    };
    format!(
        "{} {words} {}",
        condition_words(&compare.left),
        condition_words(&compare.right)
    )
}

fn literal_words(value: &Value) -> String {
    match value {
        Value::Null | Value::NoDate => "nothing".to_owned(),
        Value::Text(text) => format!("\"{text}\""),
        other => other.to_text(Zone::utc()),
    }
}
