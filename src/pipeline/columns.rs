//! The properties that a cmdlet takes: names, blocks, and tables with a name and a block.

use super::cursor::{Parsed, is_quote};
use super::parser::PipelineParser;
use super::syntax::{Expression, NamedValue};
use super::value::Value;
use crate::zone::Zone;

impl PipelineParser<'_> {
    /// Columns with commas between them.
    pub fn columns(&mut self) -> Parsed<Vec<NamedValue>> {
        let mut columns = Vec::new();
        loop {
            self.column(&mut columns)?;
            self.cursor.skip_blank()?;
            if !self.cursor.eat(',') {
                return Ok(columns);
            }
            self.cursor.skip_lines()?;
        }
    }

    fn column(&mut self, columns: &mut Vec<NamedValue>) -> Parsed<()> {
        let at = self.cursor.at;
        match (self.cursor.peek(), self.cursor.second()) {
            (Some('{'), _) => {
                let value = self.row_block()?;
                columns.push(NamedValue {
                    name: self.cursor.text[at + 1..self.cursor.at - 1].to_owned(),
                    value,
                    descending: None,
                    at,
                });
            }
            (Some('@'), Some('{')) => columns.push(self.calculated_column()?),
            _ => {
                let given = self.argument()?;
                let names = match &given.value {
                    Expression::List(items) => items.as_slice(),
                    one => std::slice::from_ref(one),
                };
                for name in names {
                    let Expression::Literal(Value::Text(name)) = name else {
                        return self.cursor.fault_at(
                            at,
                            "The name of a property is missing here, such as DisplayName.",
                        );
                    };
                    columns.push(NamedValue::property(name.clone(), at));
                }
            }
        }
        Ok(())
    }

    /// `@{Name='…'; Expression={…}}`, for sorting with `Descending=$true`.
    fn calculated_column(&mut self) -> Parsed<NamedValue> {
        let at = self.cursor.at;
        let (mut name, mut value, mut descending) = (None, None, None);
        for entry in self.table()? {
            let key = entry.name.to_ascii_lowercase();
            let begins = |full: &str| !key.is_empty() && full.starts_with(key.as_str());
            match entry.value {
                Expression::Literal(text) if begins("name") || begins("label") => {
                    name = Some(text.to_text(Zone::utc()));
                }
                Expression::Literal(Value::Text(property)) if begins("expression") => {
                    name.get_or_insert_with(|| property.clone());
                    value = Some(NamedValue::property(property, entry.at).value);
                }
                block if begins("expression") => value = Some(block),
                Expression::Literal(is) if key == "descending" => descending = Some(is.truth()),
                Expression::Literal(is) if key == "ascending" => descending = Some(!is.truth()),
                _ if begins("formatstring") || begins("width") || begins("alignment") => {}
                _ => {
                    return self.cursor.fault_at(
                        entry.at,
                        format!(
                            "A calculated property has no {}. Write @{{Name='…'; Expression={{…}}}}.",
                            entry.name
                        ),
                    );
                }
            }
        }
        match value {
            Some(value) => Ok(NamedValue {
                name: name.unwrap_or_default(),
                value,
                descending,
                at,
            }),
            None => self.cursor.fault_at(
                at,
                "The Expression of this property is missing. Write @{Name='…'; Expression={…}}.",
            ),
        }
    }

    /// The entries of `@{ name = value; … }`. The next characters must be the brackets.
    pub fn table(&mut self) -> Parsed<Vec<NamedValue>> {
        let opened = self.cursor.at;
        self.cursor.at += 2;
        let mut entries = Vec::new();
        loop {
            self.skip_separators()?;
            if self.cursor.peek().is_none_or(|c| c == '}') {
                self.close(opened, '}')?;
                return Ok(entries);
            }
            let at = self.cursor.at;
            let name = if self.cursor.peek().is_some_and(is_quote) {
                self.cursor.quoted()?
            } else {
                let word = self.cursor.take_while(|c| c.is_alphanumeric() || c == '_');
                word.to_owned()
            };
            self.cursor.skip_blank()?;
            if name.is_empty() || !self.cursor.eat('=') {
                return self
                    .cursor
                    .fault("A table has entries like Name = 'value', with ; between them.");
            }
            self.cursor.skip_lines()?;
            let value = if self.cursor.peek() == Some('{') {
                match self.row_block()? {
                    // A text in a block is a value, and not the name of a property.
                    text @ Expression::Literal(Value::Text(_)) => Expression::Parts(vec![text]),
                    value => value,
                }
            } else {
                self.within(";\n", Self::expression)?
            };
            entries.push(NamedValue {
                name,
                value,
                descending: None,
                at,
            });
        }
    }
}
