//! Which columns of the list are shown, in which order and how wide.
//!
//! A column that the operator has neither shown nor hidden is shown where there is room for it and
//! for those before it, unless it has to be read from the store. The room is counted with the usual widths of all of them, so that resizing,
//! showing or hiding a column never makes another one vanish.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use strum::VariantArray as _;

use super::grid_column::{GridColumn, NARROWEST, WIDEST};

/// The choices of the operator about columns. A column without a choice has its default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ColumnChoices {
    #[serde(rename = "hidden_columns")]
    pub hidden: Vec<GridColumn>,
    #[serde(rename = "shown_columns")]
    pub shown: Vec<GridColumn>,
    /// The order from left to right. Columns that it does not name follow in their usual order.
    #[serde(rename = "column_order")]
    pub order: Vec<GridColumn>,
    /// Widths in points, where they differ from the usual ones.
    #[serde(rename = "column_widths")]
    pub widths: BTreeMap<GridColumn, f32>,
}

impl ColumnChoices {
    /// The shown columns from left to right, for a list that is this wide in points.
    pub fn visible(&self, room: f32) -> Vec<GridColumn> {
        let mut left = room;
        let all = GridColumn::VARIANTS.iter().copied();
        let usual = all.filter(|column| !column.is_from_store());
        let fitting = usual.take_while(|column| {
            left -= column.usual_width();
            left >= 0.0
        });
        let fitting: Vec<GridColumn> = fitting.collect();
        let mut visible = self.in_order();
        visible.retain(|column| {
            self.is_shown(*column) || fitting.contains(column) && !self.hidden.contains(column)
        });
        visible
    }

    /// Whether the operator has chosen to see a column.
    pub fn is_shown(&self, column: GridColumn) -> bool {
        column == GridColumn::DisplayName || self.shown.contains(&column)
    }

    /// The width of a column in points.
    pub fn width(&self, column: GridColumn) -> f32 {
        let width = self.widths.get(&column).copied();
        width.unwrap_or_else(|| column.usual_width())
    }

    pub fn set_width(&mut self, column: GridColumn, width: f32) {
        self.widths.insert(column, width.clamp(NARROWEST, WIDEST));
    }

    /// Shows or hides a column. The display name is always shown, because a row must name its user.
    pub fn show(&mut self, column: GridColumn, is_shown: bool) {
        if column == GridColumn::DisplayName {
            return;
        }
        for (list, has_it) in [(&mut self.shown, is_shown), (&mut self.hidden, !is_shown)] {
            list.retain(|&other| other != column);
            if has_it {
                list.push(column);
            }
        }
    }

    /// Moves a column to the left of another one. None: to the right end.
    pub fn move_before(&mut self, column: GridColumn, next: Option<GridColumn>) {
        let mut order = self.in_order();
        order.retain(|&other| other != column);
        let at = next.and_then(|next| order.iter().position(|&other| other == next));
        order.insert(at.unwrap_or(order.len()), column);
        self.order = order;
    }

    /// Removes values that no list can have.
    pub fn drop_unusable(&mut self) {
        self.widths
            .retain(|_, width| (1.0..=10_000.0).contains(width));
        for list in [&mut self.hidden, &mut self.shown] {
            list.sort_unstable();
            list.dedup();
            list.retain(|&column| column != GridColumn::DisplayName);
        }
        let shown = &self.shown;
        self.hidden.retain(|column| !shown.contains(column));
        let mut seen = Vec::new();
        self.order.retain(|&column| {
            let is_new = !seen.contains(&column);
            seen.push(column);
            is_new
        });
    }

    /// All columns in the order of the operator.
    fn in_order(&self) -> Vec<GridColumn> {
        let others = GridColumn::VARIANTS.iter().copied();
        let others = others.filter(|column| !self.order.contains(column));
        self.order.iter().copied().chain(others).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use GridColumn::{Account, DisplayName, Expires, LastChange, Lock, Pin, Reason, Upn};

    #[test]
    fn columns_appear_with_the_room_and_never_with_the_width_of_another() {
        let mut choices = ColumnChoices::default();
        assert_eq!(
            choices.visible(760.0),
            [DisplayName, Account, Pin, Lock, Expires]
        );
        choices.set_width(Account, 900.0);
        assert_eq!(
            choices.visible(760.0),
            [DisplayName, Account, Pin, Lock, Expires]
        );
        choices.set_width(Account, 0.0);
        assert!((choices.width(Account) - NARROWEST).abs() < 0.1);
        assert_eq!(choices.visible(10.0), [DisplayName]);
    }

    #[test]
    fn a_chosen_column_is_shown_and_a_hidden_one_is_not_whatever_the_room_is() {
        let mut choices = ColumnChoices::default();
        choices.show(Upn, true);
        choices.show(Pin, false);
        choices.show(DisplayName, false);
        assert_eq!(choices.visible(10.0), [DisplayName, Upn]);
        assert!(!choices.visible(9000.0).contains(&Pin));
        choices.show(Pin, true);
        assert_eq!(choices.visible(10.0), [DisplayName, Pin, Upn]);
        assert!(!choices.visible(9000.0).contains(&Reason));
        choices.show(Reason, true);
        assert_eq!(choices.visible(10.0), [DisplayName, Pin, Upn, Reason]);
    }

    #[test]
    fn columns_are_moved_past_each_other() {
        let mut choices = ColumnChoices::default();
        choices.move_before(Lock, Some(DisplayName));
        assert_eq!(
            choices.visible(760.0),
            [Lock, DisplayName, Account, Pin, Expires]
        );
        choices.move_before(Lock, None);
        assert_eq!(choices.visible(9000.0).last(), Some(&Lock));
        choices.order = vec![LastChange, LastChange];
        choices.drop_unusable();
        assert_eq!(choices.order, [LastChange]);
    }
}
