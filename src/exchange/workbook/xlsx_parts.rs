//! The shared texts and number formats of a workbook of XML parts.

use std::collections::HashMap;
use std::io::Read;

use quick_xml::events::Event;

use super::error::WorkbookError;
use super::number_format::NumberFormat;
use super::shared_texts::SharedTexts;
use super::xml::{XmlPart, attribute, number, text_until_end};

/// The texts that cells point to. Phonetic readings are no part of a text.
pub(super) fn shared_texts<R: Read>(part: &mut XmlPart<R>) -> Result<SharedTexts, WorkbookError> {
    let (mut texts, mut buffer) = (SharedTexts::default(), Vec::new());
    loop {
        buffer.clear();
        match part.read_event_into(&mut buffer)? {
            Event::Start(element) if element.local_name().as_ref() == "si" => {
                let text = text_until_end(part, &mut buffer, |name| name == "t", "rPh")?;
                texts.push(&unescaped(text));
            }
            Event::End(element) if element.local_name().as_ref() == "sst" => return Ok(texts),
            Event::Eof => return Err(WorkbookError::cut_off()),
            _ => {}
        }
    }
}

/// The number format of each style.
pub(super) fn formats<R: Read>(part: &mut XmlPart<R>) -> Result<Vec<NumberFormat>, WorkbookError> {
    let (mut formats, mut codes, mut buffer) = (Vec::new(), HashMap::new(), Vec::new());
    let mut is_in_styles = false;
    loop {
        buffer.clear();
        match part.read_event_into(&mut buffer)? {
            Event::Start(element) => match element.local_name().as_ref() {
                "numFmt" => {
                    let code = attribute(&element, "formatCode")?.unwrap_or_default();
                    codes.insert(number(&element, "numFmtId")?.unwrap_or(0), code);
                }
                "cellXfs" => is_in_styles = true,
                "xf" if is_in_styles => {
                    let id = number(&element, "numFmtId")?.unwrap_or(0);
                    formats.push(format(id, codes.get(&id).map(String::as_str)));
                }
                _ => {}
            },
            Event::End(element) if element.local_name().as_ref() == "cellXfs" => {
                return Ok(formats);
            }
            Event::Eof => return Ok(formats),
            _ => {}
        }
    }
}

/// The format with this code, or the built-in one with this ID.
pub(super) fn format(id: u32, code: Option<&str>) -> NumberFormat {
    match code {
        Some(code) => NumberFormat::of(code),
        None => NumberFormat::built_in(u16::try_from(id).unwrap_or(0)),
    }
}

/// A text with its escapes replaced: `_x000D_` is the UTF-16 unit with this number (ECMA-376 part 1,
/// 22.4.2.4).
pub(super) fn unescaped(text: String) -> String {
    const ESCAPE: usize = 7;
    if !text.contains("_x") {
        return text;
    }
    let unit = |text: &str| {
        let digits = text.get(..ESCAPE)?.strip_prefix("_x")?.strip_suffix('_')?;
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        u16::from_str_radix(digits, 16).ok().filter(|_| is_hex)
    };
    let (mut units, mut rest) = (Vec::with_capacity(text.len()), text.as_str());
    while let Some(c) = rest.chars().next() {
        if let Some(unit) = unit(rest) {
            units.push(unit);
            rest = &rest[ESCAPE..];
        } else {
            units.extend(c.encode_utf16(&mut [0; 2]).iter());
            rest = &rest[c.len_utf8()..];
        }
    }
    String::from_utf16_lossy(&units)
}
