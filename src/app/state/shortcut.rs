//! Keyboard shortcuts.

/// A key, and the key that is held with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortcut {
    pub modifier: Modifier,
    pub key: ShortcutKey,
}

/// The key that is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Modifier {
    None,
    Shift,
    /// Cmd on a Mac.
    Ctrl,
    CtrlShift,
    Alt,
}

/// The keys that shortcuts use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShortcutKey {
    Letter(char),
    Digit(u8),
    Function(u8),
    Comma,
    Left,
    Right,
    Enter,
    Space,
    Escape,
}

impl std::fmt::Display for Shortcut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.modifier {
            Modifier::None => "",
            Modifier::Shift => "Shift+",
            Modifier::Ctrl => "Ctrl+",
            Modifier::CtrlShift => "Ctrl+Shift+",
            Modifier::Alt => "Alt+",
        })?;
        match self.key {
            ShortcutKey::Letter(letter) => write!(f, "{letter}"),
            ShortcutKey::Digit(digit) => write!(f, "{digit}"),
            ShortcutKey::Function(number) => write!(f, "F{number}"),
            ShortcutKey::Comma => f.write_str("Comma"),
            ShortcutKey::Left => f.write_str("Left"),
            ShortcutKey::Right => f.write_str("Right"),
            ShortcutKey::Enter => f.write_str("Enter"),
            ShortcutKey::Space => f.write_str("Space"),
            ShortcutKey::Escape => f.write_str("Esc"),
        }
    }
}
