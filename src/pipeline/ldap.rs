//! Filters of LDAP, such as `(&(displayName=*Smith)(!(cn=Anna*)))`, by
//! [RFC 4515](https://www.rfc-editor.org/rfc/rfc4515). Only attributes that the store has.

use super::objects::NAME;
use super::operator::{Comparison, Logic};
use super::pattern::Pattern;
use super::syntax::{Compare, Expression, Property};
use super::value::Value;

/// The attributes, and the properties of `Get-CsUser` that show them.
const ATTRIBUTES: [(&str, &str); 7] = [
    ("displayName", "DisplayName"),
    ("cn", NAME),
    ("name", NAME),
    ("sAMAccountName", "SamAccountName"),
    ("userPrincipalName", "UserPrincipalName"),
    ("distinguishedName", "DistinguishedName"),
    ("msRTCSIP-PrimaryUserAddress", "SipAddress"),
];
/// The largest number of brackets in each other.
const DEEPEST: usize = 20;

/// The filter as a condition. `at` is the byte of the line at which it begins.
///
/// # Errors
/// It cannot be read, or names an attribute that the store does not have.
pub(super) fn condition(filter: &str, at: usize) -> Result<Expression, String> {
    let text = filter.trim();
    let (found, rest) = if text.starts_with('(') {
        bracketed(text, at, 0)?
    } else {
        (compared(text, at)?, "")
    };
    if rest.trim().is_empty() {
        Ok(found)
    } else {
        Err(format!("\"{rest}\" stands behind the end of this filter."))
    }
}

/// The condition of a filter in brackets, and the text behind it.
fn bracketed(text: &str, at: usize, depth: usize) -> Result<(Expression, &str), String> {
    let wrong = || "A filter of LDAP is like (&(displayName=*Smith)(!(cn=Anna*))).".to_owned();
    let inside = text.trim_start().strip_prefix('(').ok_or_else(wrong)?;
    if depth == DEEPEST {
        return Err("Too many brackets are open here.".to_owned());
    }
    let inside = inside.trim_start();
    let Some(sign) = inside
        .chars()
        .next()
        .filter(|c| matches!(c, '&' | '|' | '!'))
    else {
        let (text, rest) = inside.split_once(')').ok_or_else(wrong)?;
        return Ok((compared(text, at)?, rest));
    };
    let (mut found, mut rest) = bracketed(&inside[1..], at, depth + 1)?;
    if sign == '!' {
        found = Expression::Not(Box::new(found));
    }
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix(')') {
            return Ok((found, after));
        }
        if sign == '!' {
            return Err(wrong());
        }
        let (next, after) = bracketed(rest, at, depth + 1)?;
        let logic = if sign == '&' { Logic::And } else { Logic::Or };
        found = Expression::Logic(logic, Box::new(found), Box::new(next));
        rest = after;
    }
}

/// `attribute=value`, in which `*` stands for any characters.
fn compared(text: &str, at: usize) -> Result<Expression, String> {
    let (attribute, value) = text
        .split_once('=')
        .filter(|(attribute, _)| !attribute.ends_with(['<', '>', '~', ':']))
        .ok_or("This comparison of LDAP is not supported. Write attribute=value.")?;
    let attribute = attribute.trim();
    let known = ATTRIBUTES
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(attribute));
    let Some((_, name)) = known else {
        let names: Vec<&str> = ATTRIBUTES.iter().map(|(known, _)| *known).collect();
        return Err(format!(
            "The store does not have the attribute {attribute}. It has {}.",
            names.join(", ")
        ));
    };
    let name = (*name).to_owned();
    let property = Expression::Property(Property { name, at });
    if value == "*" {
        return Ok(property);
    }
    let mut pattern = String::new();
    let mut characters = value.chars();
    while let Some(c) = characters.next() {
        let (c, is_plain) = if c == '\\' {
            let code: String = characters.by_ref().take(2).collect();
            let byte = u8::from_str_radix(&code, 16).ok().filter(u8::is_ascii);
            let byte =
                byte.ok_or("A \\ is followed by two digits in hexadecimal, such as \\2a.")?;
            (char::from(byte), true)
        } else {
            (c, c != '*')
        };
        if is_plain && matches!(c, '*' | '?' | '[' | ']' | '`') {
            pattern.push('`');
        }
        pattern.push(c);
    }
    let comparison = Comparison::Like;
    Ok(Expression::Compare(Box::new(Compare {
        comparison,
        is_exact: false,
        left: property,
        pattern: Some(Pattern::new(comparison, &pattern, false)?),
        right: Expression::Literal(Value::Text(pattern)),
        at,
    })))
}
