//! Keyboard shortcuts.

/// A key with its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortcut {
    pub ctrl: bool,
    pub key: ShortcutKey,
}

/// The keys that shortcuts use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShortcutKey {
    Letter(char),
    Function(u8),
    Enter,
    Space,
    Escape,
}

impl std::fmt::Display for Shortcut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.ctrl {
            f.write_str("Ctrl+")?;
        }
        match self.key {
            ShortcutKey::Letter(letter) => write!(f, "{letter}"),
            ShortcutKey::Function(number) => write!(f, "F{number}"),
            ShortcutKey::Enter => f.write_str("Enter"),
            ShortcutKey::Space => f.write_str("Space"),
            ShortcutKey::Escape => f.write_str("Esc"),
        }
    }
}
