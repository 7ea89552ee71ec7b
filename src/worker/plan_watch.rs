//! The watch for submitted plans that concern the operator. It looks whenever the store has changed.

use super::event::{Event, EventSender};
use crate::domain::role::Operator;
use crate::plan::BatchId;
use crate::store::{PlanNews, PlanSummary, Store, StoreError};

/// The last look.
#[derive(Default)]
pub(super) struct PlanWatch {
    seen: Option<(BatchId, Vec<PlanSummary>)>,
}

impl PlanWatch {
    /// Looks again, and reports what is new. The first look reports the plans that wait already.
    pub fn look(
        &mut self,
        store: &Store,
        operator: &Operator,
        events: &EventSender,
    ) -> Result<(), StoreError> {
        let after = self.seen.as_ref().map(|(last, _)| *last);
        let news = store.plan_news(operator, after)?;
        let is_new = self
            .seen
            .as_ref()
            .is_none_or(|(_, waiting)| *waiting != news.waiting || !news.decided.is_empty());
        self.seen = Some((news.last, news.waiting.clone()));
        if is_new {
            let PlanNews {
                waiting, decided, ..
            } = news;
            events.send(Event::Plans { waiting, decided });
        }
        Ok(())
    }
}
