//! The preview that is not shown: that of the list while another view is shown, or the one of the
//! panel while the list is shown.

use super::panel::WhatIfPanel;

/// A preview that waits, with what is typed for it.
#[derive(Default)]
pub(in crate::app) struct OtherPreview {
    pub panel: WhatIfPanel,
    pub reason: String,
    pub ticket: String,
    pub brings_reason: bool,
}
