//! The facts about a user that a PIN is compared with.

/// The facts about a user that a PIN must not repeat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PinHolder<'a> {
    /// The `LineURI`, such as `tel:+14255550100;ext=50100`.
    pub line: Option<&'a str>,
    pub display_name: &'a str,
}

impl PinHolder<'_> {
    /// Whether digits are the telephone number, its end, or the extension.
    pub(super) fn has_in_line(self, digits: &str) -> bool {
        self.line.is_some_and(|line| is_in_line(digits, line))
    }
}

/// Whether digits are the number of a `LineURI`, its end, or the extension.
fn is_in_line(pin: &str, line: &str) -> bool {
    let mut parts = line.split(';');
    let digits = |text: &str| {
        text.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    let number = digits(parts.next().unwrap_or_default());
    let extension = parts.find_map(|part| {
        part.trim()
            .to_ascii_lowercase()
            .strip_prefix("ext=")
            .map(digits)
    });
    number.ends_with(pin) || extension.is_some_and(|extension| extension == pin)
}
