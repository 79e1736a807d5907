//! What was measured, for people and for programs.

use serde::Serialize;

use crate::agree::Agreement;
use crate::conditions::Conditions;
use crate::contender::Contender;
use crate::rounds::Run;

mod markdown;
mod spread;

use spread::Spread;

/// A whole measurement. As JSON it has every single run.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) conditions: Conditions,
    pub(crate) runs: Vec<Run>,
    pub(crate) agreement: Agreement,
    /// HDF5 chunks of the datasets that are read.
    pub(crate) chunks: u64,
    /// Whether the runs were made for their peak memory alone.
    pub(crate) memory_only: bool,
}

impl Report {
    pub(crate) fn markdown(&self) -> String {
        markdown::report(self)
    }

    /// The contenders that ran, in the order of the table.
    fn contenders(&self) -> impl Iterator<Item = Contender> {
        let ran = |contender: &Contender| self.runs.iter().any(|run| run.contender == *contender);
        Contender::ALL.into_iter().filter(ran)
    }

    /// A figure of a contender's runs.
    fn figure(&self, contender: Contender, figure: impl Fn(&Run) -> f64) -> Spread {
        let runs = self.runs.iter().filter(|run| run.contender == contender);
        Spread::of(runs.map(figure).collect())
    }

    /// A figure of a contender over that of another one in the same repetition: what disturbs both cancels.
    fn ratio(
        &self,
        contender: Contender,
        other: Contender,
        figure: impl Fn(&Run) -> f64,
    ) -> Option<Spread> {
        let ratios = self.runs.iter().filter(|run| run.contender == contender).filter_map(|run| {
            let beside = |o: &&Run| o.contender == other && o.repetition == run.repetition;
            Some(figure(run) / figure(self.runs.iter().find(beside)?))
        });
        let ratios: Vec<f64> = ratios.collect();
        (!ratios.is_empty()).then(|| Spread::of(ratios))
    }
}
