//! Values between the engine and PostgreSQL, in its binary form.

use std::error::Error;
use std::fmt;

use postgres::types::private::BytesMut;
use postgres::types::{FromSql, IsNull, Type, to_sql_checked};

use crate::store::engine::error::{EngineError, EngineResult, ErrorKind};
use crate::store::engine::value::SqlValue;

/// A parameter in the form in which PostgreSQL takes it.
pub(super) struct ServerValue<'a>(pub SqlValue<'a>);

/// Nothing of the value: the client logs parameters, and hashes of PINs are among them.
impl fmt::Debug for ServerValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.kind())
    }
}

/// The type of a parameter with this value. The server finds the type of one without a value.
pub(super) fn type_of(value: SqlValue<'_>) -> Type {
    match value {
        SqlValue::Null => Type::UNKNOWN,
        SqlValue::Integer(_) => Type::INT8,
        SqlValue::Real(_) => Type::FLOAT8,
        SqlValue::Text(_) => Type::TEXT,
        SqlValue::Bytes(_) => Type::BYTEA,
        SqlValue::Integers(_) => Type::INT8_ARRAY,
        SqlValue::Texts(_) => Type::TEXT_ARRAY,
    }
}

impl postgres::types::ToSql for ServerValue<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self.0 {
            SqlValue::Null => Ok(IsNull::Yes),
            SqlValue::Integer(value) => value.to_sql(ty, out),
            SqlValue::Real(value) => value.to_sql(ty, out),
            SqlValue::Text(value) => value.to_sql(ty, out),
            SqlValue::Bytes(value) => value.to_sql(ty, out),
            SqlValue::Integers(values) => values.to_sql(ty, out),
            SqlValue::Texts(values) => values.to_sql(ty, out),
        }
    }

    /// Every type: a statement is prepared with the types of its values.
    fn accepts(_ty: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A value of a row.
struct Read<'a>(SqlValue<'a>);

impl<'a> FromSql<'a> for Read<'a> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(match *ty {
            Type::INT8 => SqlValue::Integer(i64::from_sql(ty, raw)?),
            Type::INT4 => SqlValue::Integer(i32::from_sql(ty, raw)?.into()),
            Type::INT2 => SqlValue::Integer(i16::from_sql(ty, raw)?.into()),
            Type::BOOL => SqlValue::Integer(bool::from_sql(ty, raw)?.into()),
            Type::FLOAT8 => SqlValue::Real(f64::from_sql(ty, raw)?),
            Type::NUMERIC => SqlValue::Integer(
                whole_number(raw).ok_or("a number that is too large or a fraction")?,
            ),
            Type::BYTEA => SqlValue::Bytes(raw),
            _ => SqlValue::Text(std::str::from_utf8(raw)?),
        }))
    }

    fn from_sql_null(_ty: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(SqlValue::Null))
    }

    fn accepts(ty: &Type) -> bool {
        matches!(
            *ty,
            Type::INT8
                | Type::INT4
                | Type::INT2
                | Type::BOOL
                | Type::FLOAT8
                | Type::NUMERIC
                | Type::BYTEA
                | Type::TEXT
                | Type::VARCHAR
                | Type::NAME
                | Type::UNKNOWN
        )
    }
}

/// A sum of numbers of 64 bits is a NUMERIC: the number of its digits to the base 10,000, the power
/// of the first, the sign, the number of decimals, and the digits, each of 16 bits
/// (`src/backend/utils/adt/numeric.c` of PostgreSQL, `numeric_send`).
fn whole_number(raw: &[u8]) -> Option<i64> {
    let mut words = raw
        .chunks_exact(2)
        .map(|word| i16::from_be_bytes([word[0], word[1]]));
    let (count, weight, sign, _decimals) =
        (words.next()?, words.next()?, words.next()?, words.next()?);
    let digits: Vec<i16> = words.collect();
    if usize::try_from(count).ok()? != digits.len() {
        return None;
    }
    let mut value = 0_i64;
    for power in 0..=usize::try_from(weight)
        .unwrap_or(0)
        .max(digits.len().saturating_sub(1))
    {
        let digit = digits.get(power).copied().unwrap_or(0);
        if i16::try_from(power).ok()? > weight {
            // Digits after the point.
            if digit != 0 {
                return None;
            }
            continue;
        }
        value = value.checked_mul(10_000)?.checked_add(digit.into())?;
    }
    match sign {
        0 => Some(value),
        0x4000 => value.checked_neg(),
        _ => None,
    }
}

/// The value of a column of a row.
#[inline]
pub(in crate::store::engine) fn value_of(
    row: &postgres::Row,
    column: usize,
) -> EngineResult<SqlValue<'_>> {
    match row.try_get::<_, Read<'_>>(column) {
        Ok(Read(value)) => Ok(value),
        Err(error) => Err(EngineError::new(ErrorKind::Unreadable, error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_a_whole_number() {
        // Digits to the base 10,000, from the largest power on.
        let numeric = |weight: i16, sign: i16, digits: &[i16]| {
            let mut words = vec![digits.len() as i16, weight, sign, 0];
            words.extend(digits);
            words
                .iter()
                .flat_map(|word| word.to_be_bytes())
                .collect::<Vec<u8>>()
        };
        for (raw, expected) in [
            (numeric(0, 0, &[]), Some(0)),
            (numeric(0, 0, &[7]), Some(7)),
            (numeric(1, 0, &[3]), Some(30_000)),
            (numeric(2, 0x4000, &[1, 2, 3]), Some(-100_020_003)),
            (numeric(0, 0, &[1, 5000]), None),
            (numeric(9, 0, &[1]), None),
            (numeric(0, i16::MIN | 0x4000, &[]), None),
            (vec![0, 1], None),
        ] {
            assert_eq!(whole_number(&raw), expected, "{raw:?}");
        }
    }

    #[test]
    fn a_parameter_is_never_written_into_a_log() {
        let hash = ServerValue(SqlValue::Text("$argon2id$secret"));
        assert_eq!(format!("{hash:?}"), "a text");
    }
}
