//! The shortcuts of named commands, and where they work.

use super::named_command::NamedCommand;
use super::shortcut::{Modifier, Shortcut, ShortcutKey};

impl NamedCommand {
    pub fn shortcut(self) -> Option<Shortcut> {
        let with_ctrl = |key| {
            Some(Shortcut {
                modifier: Modifier::Ctrl,
                key,
            })
        };
        let ctrl = |letter| with_ctrl(ShortcutKey::Letter(letter));
        let view = |number| with_ctrl(ShortcutKey::Digit(number));
        let alt = |key| {
            Some(Shortcut {
                modifier: Modifier::Alt,
                key,
            })
        };
        let plain = |key| {
            Some(Shortcut {
                modifier: Modifier::None,
                key,
            })
        };
        match self {
            Self::Import => ctrl('O'),
            Self::Quit => ctrl('Q'),
            Self::Lock => ctrl('L'),
            Self::Unlock => ctrl('U'),
            Self::Undo => ctrl('Z'),
            Self::SelectAll => ctrl('A'),
            Self::CopyUsers => ctrl('C'),
            Self::CopyIdentities => Some(Shortcut {
                modifier: Modifier::CtrlShift,
                key: ShortcutKey::Letter('C'),
            }),
            Self::PasteUsers => ctrl('V'),
            Self::MenuBar => plain(ShortcutKey::Function(10)),
            Self::NextProblem => plain(ShortcutKey::Function(8)),
            Self::PreviousProblem => Some(Shortcut {
                modifier: Modifier::Shift,
                key: ShortcutKey::Function(8),
            }),
            Self::NextPane => plain(ShortcutKey::Function(6)),
            Self::Search => ctrl('F'),
            Self::Users => view(1),
            Self::Lists => view(2),
            Self::Plans => view(3),
            Self::History => view(4),
            Self::Insights => view(5),
            Self::Policies => view(6),
            Self::Operators => view(7),
            Self::Settings => with_ctrl(ShortcutKey::Comma),
            Self::EarlierView => alt(ShortcutKey::Left),
            Self::LaterView => alt(ShortcutKey::Right),
            Self::Palette => ctrl('K'),
            Self::ToggleSelected => plain(ShortcutKey::Space),
            Self::Details => plain(ShortcutKey::Enter),
            Self::Refresh => plain(ShortcutKey::Function(5)),
            Self::Shortcuts => plain(ShortcutKey::Function(1)),
            Self::Apply => with_ctrl(ShortcutKey::Enter),
            Self::CloseDialog => plain(ShortcutKey::Escape),
            _ => None,
        }
    }

    /// The shortcut of earlier versions, which works beside the one of today.
    pub fn earlier_shortcut(self) -> Option<Shortcut> {
        let letter = match self {
            Self::History => 'H',
            Self::Plans => 'P',
            _ => return None,
        };
        Some(Shortcut {
            modifier: Modifier::Ctrl,
            key: ShortcutKey::Letter(letter),
        })
    }

    /// Whether the shortcut works only in the grid, because the key presses a button elsewhere.
    pub fn needs_grid(self) -> bool {
        matches!(self, Self::ToggleSelected | Self::Details)
    }

    /// Whether the shortcut has another meaning while a text is edited.
    pub fn rests_in_text(self) -> bool {
        matches!(
            self,
            Self::SelectAll | Self::CopyUsers | Self::CopyIdentities | Self::Undo
        )
    }
}
