//! The views of the window, and the way through those that were visited.

use strum::VariantArray as _;

use crate::app::state::named_command::NamedCommand;

/// A view of the window. It fills the room between the rail and the what-if panel.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    strum::EnumCount,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
pub enum WindowView {
    #[default]
    Users,
    Lists,
    Plans,
    History,
    Insights,
    Policies,
    Operators,
    Settings,
}

impl WindowView {
    pub fn label(self) -> &'static str {
        self.into()
    }

    /// The command that shows the view.
    pub fn command(self) -> NamedCommand {
        match self {
            Self::Users => NamedCommand::Users,
            Self::Lists => NamedCommand::Lists,
            Self::Plans => NamedCommand::Plans,
            Self::History => NamedCommand::History,
            Self::Insights => NamedCommand::Insights,
            Self::Policies => NamedCommand::Policies,
            Self::Operators => NamedCommand::Operators,
            Self::Settings => NamedCommand::Settings,
        }
    }

    /// The view that a command shows.
    pub fn of_command(named: NamedCommand) -> Option<Self> {
        let mut views = Self::VARIANTS.iter().copied();
        views.find(|view| view.command() == named)
    }

    /// Whether the view shows what the store holds, so that it needs one that is open.
    pub fn needs_store(self) -> bool {
        !matches!(self, Self::Users | Self::Lists | Self::Settings)
    }

    /// Whether the what-if panel is beside the view. A list is its own preview.
    pub fn has_panel(self) -> bool {
        matches!(self, Self::Users | Self::Plans)
    }
}

/// The largest number of visited views that are remembered.
const MOST_VISITED: usize = 50;

/// The visited views, oldest first, and the index of the one that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitedViews {
    visited: Vec<WindowView>,
    at: usize,
}

impl Default for VisitedViews {
    fn default() -> Self {
        Self {
            visited: vec![WindowView::default()],
            at: 0,
        }
    }
}

impl VisitedViews {
    pub fn shown(&self) -> WindowView {
        self.visited.get(self.at).copied().unwrap_or_default()
    }

    /// Visits a view. Those that were left by going back are forgotten.
    pub fn visit(&mut self, view: WindowView) {
        if view == self.shown() {
            return;
        }
        self.visited.truncate(self.at + 1);
        if self.visited.len() == MOST_VISITED {
            self.visited.remove(0);
        }
        self.visited.push(view);
        self.at = self.visited.len() - 1;
    }

    /// The view `by` visits later, or earlier if negative. None: there is none.
    pub fn neighbour(&self, by: isize) -> Option<WindowView> {
        self.visited.get(self.at.checked_add_signed(by)?).copied()
    }

    /// Goes `by` visits forward, or back if negative.
    pub fn go(&mut self, by: isize) {
        if self.neighbour(by).is_some() {
            self.at = self.at.saturating_add_signed(by);
        }
    }
}
