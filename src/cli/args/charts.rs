//! The options of `pindesk report`.

use clap::Args;
use strum::VariantArray as _;

use crate::exchange::ChartKind;

pub(super) const EXAMPLES: &str = r"Examples:
  pindesk report expiry
  pindesk report locks-by-day --format csv > locks.csv
  pindesk report policies --format json";

/// The chart to show.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ChartArgs {
    /// expiry, age, policies, locks-by-day or locks-by-operator
    #[arg(value_name = "CHART", value_parser = chart)]
    pub chart: ChartKind,
}

fn chart(text: &str) -> Result<ChartKind, String> {
    text.parse().map_err(|_unknown| {
        let words: Vec<&str> = ChartKind::VARIANTS.iter().map(|kind| kind.word()).collect();
        format!("charts are {}", words.join(", "))
    })
}
