//! Values as statements take and return them.

/// A value of a row, or a parameter of a statement. Numbers are whole and have 64 bits; truth is 0
/// or 1, since not every engine has a type for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::store) enum SqlValue<'a> {
    Null,
    Integer(i64),
    /// No column of the store has such numbers. A damaged one may have.
    Real(f64),
    Text(&'a str),
    Bytes(&'a [u8]),
    /// A list as one parameter. No row has lists.
    Integers(&'a [i64]),
    /// A list as one parameter. No row has lists.
    Texts(&'a [String]),
}

/// A type whose values can be parameters.
pub(in crate::store) trait ToSql {
    fn to_sql(&self) -> SqlValue<'_>;
}

/// A type whose values can be read from a row. Texts and bytes are borrowed from the row.
pub(in crate::store) trait FromSql<'a>: Sized {
    /// None if the value is of another kind.
    fn from_sql(value: SqlValue<'a>) -> Option<Self>;
}

impl SqlValue<'_> {
    /// The kind of the value, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "no value",
            Self::Integer(_) => "a whole number",
            Self::Real(_) => "a fraction",
            Self::Text(_) => "a text",
            Self::Bytes(_) => "bytes",
            Self::Integers(_) | Self::Texts(_) => "a list",
        }
    }
}

impl ToSql for SqlValue<'_> {
    fn to_sql(&self) -> SqlValue<'_> {
        *self
    }
}

impl<'a> FromSql<'a> for SqlValue<'a> {
    #[inline]
    fn from_sql(value: SqlValue<'a>) -> Option<Self> {
        Some(value)
    }
}

impl<T: ToSql + ?Sized> ToSql for &T {
    fn to_sql(&self) -> SqlValue<'_> {
        (**self).to_sql()
    }
}

impl<T: ToSql> ToSql for Option<T> {
    fn to_sql(&self) -> SqlValue<'_> {
        self.as_ref().map_or(SqlValue::Null, ToSql::to_sql)
    }
}

impl<'a, T: FromSql<'a>> FromSql<'a> for Option<T> {
    #[inline]
    fn from_sql(value: SqlValue<'a>) -> Option<Self> {
        match value {
            SqlValue::Null => Some(None),
            value => T::from_sql(value).map(Some),
        }
    }
}

/// Numbers that every signed number of 64 bits can hold.
macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl ToSql for $integer {
            fn to_sql(&self) -> SqlValue<'_> {
                SqlValue::Integer(i64::from(*self))
            }
        }

        impl FromSql<'_> for $integer {
            #[inline]
            fn from_sql(value: SqlValue<'_>) -> Option<Self> {
                match value {
                    SqlValue::Integer(value) => value.try_into().ok(),
                    _ => None,
                }
            }
        }
    )*};
}

integers!(i64, u32, u16, u8);

impl ToSql for bool {
    fn to_sql(&self) -> SqlValue<'_> {
        SqlValue::Integer(i64::from(*self))
    }
}

impl FromSql<'_> for bool {
    #[inline]
    fn from_sql(value: SqlValue<'_>) -> Option<Self> {
        match value {
            SqlValue::Integer(value) => Some(value != 0),
            _ => None,
        }
    }
}

impl ToSql for str {
    fn to_sql(&self) -> SqlValue<'_> {
        SqlValue::Text(self)
    }
}

impl ToSql for String {
    fn to_sql(&self) -> SqlValue<'_> {
        SqlValue::Text(self)
    }
}

impl<'a> FromSql<'a> for &'a str {
    #[inline]
    fn from_sql(value: SqlValue<'a>) -> Option<Self> {
        match value {
            SqlValue::Text(value) => Some(value),
            _ => None,
        }
    }
}

impl FromSql<'_> for String {
    #[inline]
    fn from_sql(value: SqlValue<'_>) -> Option<Self> {
        <&str>::from_sql(value).map(str::to_owned)
    }
}

impl ToSql for [u8] {
    fn to_sql(&self) -> SqlValue<'_> {
        SqlValue::Bytes(self)
    }
}

impl ToSql for Vec<u8> {
    fn to_sql(&self) -> SqlValue<'_> {
        SqlValue::Bytes(self)
    }
}

impl<const N: usize> ToSql for [u8; N] {
    fn to_sql(&self) -> SqlValue<'_> {
        SqlValue::Bytes(self)
    }
}

impl<'a> FromSql<'a> for &'a [u8] {
    #[inline]
    fn from_sql(value: SqlValue<'a>) -> Option<Self> {
        match value {
            SqlValue::Bytes(value) => Some(value),
            _ => None,
        }
    }
}

impl FromSql<'_> for Vec<u8> {
    #[inline]
    fn from_sql(value: SqlValue<'_>) -> Option<Self> {
        <&[u8]>::from_sql(value).map(<[u8]>::to_vec)
    }
}

impl<const N: usize> FromSql<'_> for [u8; N] {
    #[inline]
    fn from_sql(value: SqlValue<'_>) -> Option<Self> {
        <&[u8]>::from_sql(value).and_then(|bytes| bytes.try_into().ok())
    }
}
