//! What a clearing round did, for people and for programs: who was helped and by how much, what it took.
use std::collections::BTreeMap;

use mycel_client::{
    Credits,
    clearing::{Report, Step},
};
use serde::Serialize;

use crate::{debts, obligations::Confirmed, plan::People, steps};

/// How many of those who were helped are named.
const NAMED: usize = 10;

/// Somebody who owes less, and is owed less by as much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Helped {
    /// The account number.
    pub member: u32,
    /// Pico-credits.
    pub by: String,
    #[serde(skip)]
    pico: i128,
}

/// A round's result. Amounts in pico-credits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cleared {
    /// What confirming took, where genesis did not have the obligations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Confirmed>,
    /// Obligations in the frozen graph.
    pub obligations: u32,
    /// Persons in it.
    pub members: u32,
    /// Σ of the obligations.
    pub volume: String,
    /// Σ set off.
    pub cleared: String,
    /// Its share of the volume in percent, rounded to three decimals.
    pub share_percent: Thousandths,
    /// What the best possible is above it: 0 proves the optimum.
    pub gap: String,
    /// Bytes of the certificate.
    pub certificate_bytes: usize,
    /// How many owe less.
    pub helped: usize,
    /// Those who owe least, compared with before, and how much less.
    pub most_helped: Vec<Helped>,
    /// SDK gas of the whole round.
    pub gas: u64,
    /// Milliseconds of the whole round.
    pub ms: u64,
    /// Step by step.
    pub steps: Vec<Step>,
    /// Whether the three of the triangle owe each other nothing any more.
    #[serde(skip)]
    triangle: bool,
}

/// A number in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thousandths(u64);

impl Thousandths {
    /// `part / whole` in percent.
    fn percent(part: i128, whole: i128) -> Self {
        let thousandths = (part.max(0) * 100_000 + whole / 2)
            .checked_div(whole.max(0))
            .unwrap_or(0);
        Self(u64::try_from(thousandths).unwrap_or(u64::MAX))
    }
}

impl std::fmt::Display for Thousandths {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:03}", self.0 / 1000, self.0 % 1000)
    }
}

impl Serialize for Thousandths {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0 as f64 / 1000.0)
    }
}

impl Cleared {
    /// Reads a round's report.
    pub fn new(report: Report, confirmed: Option<Confirmed>, people: &People) -> Self {
        let accounts: BTreeMap<u64, u32> =
            people.persons().into_iter().map(|(n, p)| (p, n)).collect();
        let flow = &report.certificate.flow;
        let helped = report.graph.helped(flow);
        let mut most: Vec<Helped> = helped
            .iter()
            .map(|(person, pico)| Helped {
                member: accounts.get(person).copied().unwrap_or(0),
                by: pico.to_string(),
                pico: *pico,
            })
            .collect();
        most.sort_by_key(|helped| (-helped.pico, helped.member));
        most.truncate(NAMED);
        let best = report.round.best.as_ref();
        let (volume, cleared) = (report.round.volume.i128(), report.round.applied.i128());
        let triangle = debts::triangle();
        let persons = people.persons();
        let settled = |debt: &debts::Debt| {
            let ends = (persons.get(&debt.debtor), persons.get(&debt.creditor));
            let mut rows = report.graph.rows.iter().zip(flow);
            rows.any(|(row, flow)| {
                ends == (Some(&row.debtor), Some(&row.creditor)) && row.amount == *flow
            })
        };
        Self {
            triangle: people.debts.starts_with(&triangle) && triangle.iter().all(settled),
            confirmed,
            obligations: report.round.edges,
            members: report.round.nodes,
            volume: volume.to_string(),
            cleared: cleared.to_string(),
            share_percent: Thousandths::percent(cleared, volume),
            gap: best.map_or_else(|| "unknown".into(), |best| best.gap.to_string()),
            certificate_bytes: report.certificate.body.len(),
            helped: helped.len(),
            most_helped: most,
            gas: report.steps.iter().map(|step| step.gas).sum(),
            ms: report.steps.iter().map(|step| step.ms).sum(),
            steps: report.steps,
        }
    }

    /// The result as a table for people.
    pub fn table(&self) -> String {
        let credits = |pico: &str| {
            pico.parse()
                .map_or_else(|_| pico.to_owned(), |pico| Credits(pico).to_string())
        };
        let mut text = format!(
            "One clearing round: {} obligations of {} credits among {} members.\n\
             {} credits ({} %) were set off in circles; nobody paid anything, and nobody's net position changed.\n\
             The optimum is proven by a certificate of {} bytes (gap {}), which the contract checked.\n",
            self.obligations,
            credits(&self.volume),
            self.members,
            credits(&self.cleared),
            self.share_percent,
            self.certificate_bytes,
            self.gap,
        );
        if self.triangle {
            let [(a, food), (b, medicine), (c, energy)] = debts::TRIANGLE;
            text.push_str(&format!(
                "member-{a} owed member-{b} for {food}, member-{b} owed member-{c} for {medicine}, member-{c} owed \
                 member-{a} for {energy}: the triangle is settled without a credit.\n"
            ));
        }
        text.push_str(&format!("\n{} members owe less:\n", self.helped));
        for helped in &self.most_helped {
            let name = format!("member-{}", helped.member);
            text.push_str(&format!("  {name:<14} {:>12}\n", credits(&helped.by)));
        }
        if self.helped > self.most_helped.len() {
            text.push_str("  …\n");
        }
        text.push('\n');
        text.push_str(&steps::table(&self.steps));
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_to_thousandths_of_a_percent() {
        assert_eq!(Thousandths::percent(2, 3).to_string(), "66.667");
        assert_eq!(Thousandths::percent(0, 0).to_string(), "0.000");
        assert_eq!(Thousandths::percent(3, 3).to_string(), "100.000");
        let share = serde_json::to_string(&Thousandths(67_359)).unwrap();
        assert_eq!(share, "67.359");
    }
}
