//! Filters as pipelines find the users that the filters find.

use pindesk::domain::filter::Filter;
use pindesk::domain::pin::{Lock, LockCause, PinState};
use pindesk::domain::user::UserRecord;
use pindesk::pipeline::pipeline_text;
use pindesk::plan::{Action, passes};
use proptest::prelude::*;
use strum::VariantArray as _;

use crate::common::now;
use crate::{asked, ids, try_run, user};

/// Moments around now, some of them exactly now or a day away.
fn moment() -> impl Strategy<Value = Option<pindesk::domain::Time>> {
    let days = prop_oneof![Just(0), Just(14 * 24), -30 * 24..30 * 24_i64]
        .prop_map(|hours| now() + chrono::Duration::hours(hours));
    proptest::option::of(days)
}

fn cause() -> impl Strategy<Value = LockCause> {
    proptest::sample::select(LockCause::VARIANTS.to_vec())
}

prop_compose! {
    pub fn pin_state()(
        is_set in proptest::bool::weighted(0.8),
        last_change in moment(),
        expires in moment(),
        lock in proptest::option::of((cause(), moment(), moment(), proptest::option::of("(Ann|bob|[a-c]{0,2})"))),
    ) -> PinState {
        let lock = lock.map(|(cause, since, until, by)| Lock {
            cause, since, until, by, reason: String::new(), ticket: String::new(),
        });
        PinState { is_set, last_change, expires, lock, ..PinState::default() }
    }
}

prop_compose! {
    pub fn users()(pins in proptest::collection::vec((pin_state(), "(Ken|ANNA|anna smith|[a-cA-C ]{1,3})"), 0..12)) -> Vec<UserRecord> {
        (1..).zip(pins).map(|(id, (pin, name))| user(id, &name, pin)).collect()
    }
}

fn filter() -> impl Strategy<Value = Filter> {
    prop_oneof![
        Just(Filter::All),
        Just(Filter::Locked),
        cause().prop_map(Filter::LockedBy),
        Just(Filter::Unlocked),
        Just(Filter::PinSet),
        Just(Filter::NoPin),
        Just(Filter::Expired),
        (0..30_u16).prop_map(Filter::ExpiresWithinDays),
        Just(Filter::NeverExpires),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn filters_as_pipelines_find_the_same_users(users in users(), filters in proptest::collection::vec(filter(), 0..4)) {
        let text = pipeline_text(&filters, Some(Action::Unlock));
        let (rows, outcome) = try_run(&text, &users).unwrap();
        prop_assert!(rows.is_empty());
        prop_assert_eq!(&outcome.explanation.warnings, &Vec::<String>::new(), "{}", text);
        let change = asked(outcome.answer);
        prop_assert_eq!(change.request.action, Action::Unlock);
        let wanted: Vec<i64> =
            users.iter().filter(|user| passes(user, &filters, now())).map(|user| user.id.0).collect();
        prop_assert_eq!(ids(&change), wanted, "{}", text);
    }
}

#[test]
fn filters_read_as_the_documented_lines_do() {
    assert_eq!(pipeline_text(&[], None), "Get-CsUser | Get-CsClientPinInfo");
    assert_eq!(
        pipeline_text(&[Filter::All], Some(Action::Lock)),
        "Get-CsUser | Get-CsClientPinInfo | Lock-CsClientPin"
    );
    assert_eq!(
        pipeline_text(&[Filter::Locked], Some(Action::Unlock)),
        "Get-CsUser | Get-CsClientPinInfo | Where-Object {$_.IsLockedOut -eq $True} | Unlock-CsClientPin"
    );
    assert_eq!(
        pipeline_text(
            &[
                Filter::LockedBy(LockCause::System),
                Filter::ExpiresWithinDays(14)
            ],
            None
        ),
        "Get-CsUser | Get-CsClientPinInfo | Where-Object {$_.LockCause -eq \"system\" -and \
         $_.PinExpirationTime -ge (Get-Date) -and $_.PinExpirationTime -le (Get-Date).AddDays(14)}"
    );
}
