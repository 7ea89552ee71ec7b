//! Carries out `Select-Object`: objects by their position, and their properties.

use std::sync::Arc;

use super::objects::{IDENTITY, Shape};
use super::stage_state::StageState;
use super::stages::{GoesOn, StageRunner};
use super::syntax::{Select, Stage};
use super::value::{Object, Value};

impl StageRunner<'_> {
    /// Chooses objects by their position, and then their properties.
    pub fn chosen(
        &mut self,
        stages: &[Stage],
        states: &mut [StageState],
        index: usize,
        select: &Select,
        object: Object,
    ) -> GoesOn {
        let state = &mut states[index];
        let number = state.counts.taken;
        let keeps = match select.last {
            Some(last) => last + select.skip,
            None => select.skip_last,
        };
        if select.last.is_some() || select.skip_last > 0 {
            state.kept.push_back((Vec::new(), object));
            if state.kept.len() > keeps
                && let Some((_, oldest)) = state.kept.pop_front()
                && select.last.is_none()
                && number - keeps > select.skip
            {
                return self.select(stages, states, index, select, oldest);
            }
            return Ok(true);
        }
        if number <= select.skip && select.first != Some(0) {
            return Ok(true);
        }
        let number = number.saturating_sub(select.skip);
        if let Some(most) = select.positions.iter().max() {
            let goes_on = number <= *most;
            return if select.positions.contains(&(number - 1)) {
                Ok(self.select(stages, states, index, select, object)? && goes_on)
            } else {
                Ok(goes_on)
            };
        }
        if select.first.is_some_and(|first| number > first) {
            state.counts.taken -= 1;
            return Ok(false);
        }
        let is_last = select.first.is_some_and(|first| number >= first);
        Ok(self.select(stages, states, index, select, object)? && !is_last)
    }

    pub fn select(
        &mut self,
        stages: &[Stage],
        states: &mut [StageState],
        index: usize,
        select: &Select,
        object: Object,
    ) -> GoesOn {
        let state = &mut states[index];
        let selected = match &select.expand {
            Some(expand) => match self.value(state, &expand.value, &object)? {
                Value::List(items) => items.into_iter().map(Object::from).collect(),
                // PowerShell passes on an empty value too, which a cmdlet after it would refuse.
                value if value.is_null() => Vec::new(),
                value => vec![Object::from(value)],
            },
            None if state.columns.is_empty() => vec![object],
            None => {
                let mut row = object.row(&Arc::clone(&state.columns), &self.context);
                for (column, cell) in select.columns.iter().zip(&mut row.cells) {
                    if !column.is_plain() {
                        *cell = self.value(state, &column.value, &object)?;
                    }
                }
                if select
                    .columns
                    .iter()
                    .any(|column| column.name == IDENTITY && !column.is_plain())
                {
                    row.user = None;
                }
                vec![Object::Row(row)]
            }
        };
        for object in selected {
            if select.unique && !states[index].unique.insert(self.all_of(&object)) {
                continue;
            }
            if !self.pass(stages, states, index, object)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// All values of an object as a text, by which `-Unique` compares objects.
    fn all_of(&self, object: &Object) -> String {
        let shape = match object {
            Object::User(_) => Shape::Users,
            Object::Pin(_) => Shape::Pins,
            Object::Role(_) => Shape::Roles,
            Object::Row(row) => return format!("{:?}", row.cells),
            Object::Value(value) => return format!("{value:?}"),
        };
        let columns = shape.shown(false).into();
        format!("{:?}", object.row(&columns, &self.context).cells)
    }
}
