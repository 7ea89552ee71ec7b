//! Helpers for the XML parts of a workbook.

use std::io::{BufReader, Read};

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::encoding::DecodingReader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use super::error::WorkbookError;

/// A part of a workbook that is read as XML, in UTF-8 or UTF-16.
pub(super) type XmlPart<R> = Reader<DecodingReader<BufReader<R>>>;

pub(super) fn xml<R: Read>(part: R) -> XmlPart<R> {
    /// Bytes that are unpacked at once.
    const CHUNK: usize = 1 << 16;
    let part = BufReader::with_capacity(CHUNK, part);
    let mut reader = Reader::from_reader(DecodingReader::new(part));
    let config = reader.config_mut();
    config.check_end_names = false;
    config.expand_empty_elements = true;
    reader
}

impl From<quick_xml::Error> for WorkbookError {
    fn from(error: quick_xml::Error) -> Self {
        match error {
            quick_xml::Error::Io(error) => Self::damaged(error),
            error => Self::damaged(error),
        }
    }
}

/// The value of an attribute by its name without a prefix.
pub(super) fn attribute(
    element: &BytesStart<'_>,
    name: &str,
) -> Result<Option<String>, WorkbookError> {
    for attribute in element.attributes().with_checks(false) {
        let attribute = attribute.map_err(WorkbookError::damaged)?;
        if attribute.key.local_name().as_ref() == name {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0)?;
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}

/// Whether an attribute is true: `1`, `true` or `on`.
pub(super) fn is_true(element: &BytesStart<'_>, name: &str) -> Result<bool, WorkbookError> {
    let value = attribute(element, name)?;
    Ok(matches!(value.as_deref(), Some("1" | "true" | "on")))
}

/// The number in an attribute.
pub(super) fn number(element: &BytesStart<'_>, name: &str) -> Result<Option<u32>, WorkbookError> {
    let value = attribute(element, name)?;
    Ok(value.and_then(|value| value.trim().parse().ok()))
}

/// Adds the text of an event, if it has one.
pub(super) fn add_text(event: &Event<'_>, to: &mut String) -> Result<(), WorkbookError> {
    match event {
        Event::Text(text) => to.push_str(&text.xml10_content()),
        Event::CData(text) => to.push_str(&text.xml10_content()),
        Event::GeneralRef(entity) => {
            if let Some(text) = resolve_predefined_entity(entity) {
                to.push_str(text);
            } else if let Some(character) = entity.resolve_char_ref()? {
                to.push(character);
            } else {
                return Err(WorkbookError::damaged("it has an unknown entity"));
            }
        }
        _ => {}
    }
    Ok(())
}

/// The text up to the end of the element that has begun, without the elements named `without`.
pub(super) fn text_until_end<R: Read>(
    part: &mut XmlPart<R>,
    buffer: &mut Vec<u8>,
    is_text: fn(&str) -> bool,
    without: &str,
) -> Result<String, WorkbookError> {
    let (mut text, mut depth, mut texts, mut skipped) = (String::new(), 1_usize, 0_usize, 0_usize);
    while depth > 0 {
        buffer.clear();
        match part.read_event_into(buffer)? {
            Event::Start(element) => {
                depth += 1;
                let name = element.local_name();
                if skipped > 0 || name.as_ref() == without {
                    skipped += 1;
                } else if texts > 0 || is_text(name.as_ref()) {
                    texts += 1;
                }
            }
            Event::End(_) => {
                depth -= 1;
                if skipped > 0 {
                    skipped -= 1;
                } else {
                    texts = texts.saturating_sub(1);
                }
            }
            Event::Eof => return Err(WorkbookError::cut_off()),
            event if texts > 0 && skipped == 0 => add_text(&event, &mut text)?,
            _ => {}
        }
    }
    Ok(text)
}

/// Skips the rest of the element that has begun.
pub(super) fn skip<R: Read>(
    part: &mut XmlPart<R>,
    buffer: &mut Vec<u8>,
) -> Result<(), WorkbookError> {
    text_until_end(part, buffer, |_| false, "").map(drop)
}
