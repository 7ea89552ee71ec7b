//! The order in which `Sort-Object` puts values.

use super::culture;
use super::value::Value;
use crate::zone::Zone;

/// The rank of a value: kinds one after the other in the order of the variants, and values of one
/// kind by number or by text.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SortKey {
    Missing,
    Bool(bool),
    /// A number as [`total_order`] ranks it.
    Number(i64),
    /// Milliseconds since 1970.
    Date(i64),
    /// Milliseconds.
    Span(i64),
    /// A text by culture, without case.
    Text(Vec<u8>),
}

impl SortKey {
    /// The key of a value. The zone is that in which a date in a list is written.
    pub fn of(value: &Value, zone: Zone) -> Self {
        match value {
            Value::Null | Value::NoDate => Self::Missing,
            Value::Bool(is) => Self::Bool(*is),
            Value::Number(number) => Self::Number(total_order(*number)),
            Value::Date(time) => Self::Date(time.timestamp_millis()),
            Value::Span(span) => Self::Span(span.num_milliseconds()),
            Value::Text(_) | Value::List(_) | Value::Object(_) => {
                Self::Text(culture::sort_bytes(&value.to_text(zone)))
            }
        }
    }
}

/// An integer that is ordered like the number. The bits of a positive number grow with it; those of
/// a negative one shrink, so all but the sign bit are inverted, as [`f64::total_cmp`] does.
fn total_order(number: f64) -> i64 {
    let bits = number.to_bits().cast_signed();
    if bits < 0 { bits ^ i64::MAX } else { bits }
}
