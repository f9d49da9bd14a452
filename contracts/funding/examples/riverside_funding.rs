//! A local variant of funding: in rounds that chose `quadratic` a project weighs half of what it does elsewhere, and only
//! who has been a member for a day earns match. That parts and what is returned are the pool, to the unit, is the
//! standard's, and stays.
use mycel_funding::policies::{Policies, Standard};
use mycel_funding::rounds::record::Round;
use mycel_funding::rules::{MatchRule, Rule, Sums};
use mycel_kit::peers::members::Standing;
use mycel_kit::standard::Variant;
use mycel_kit::wide::U256;

/// The rules of Riverside.
pub struct Riverside;

/// Half of what pairs of givers weigh.
struct Half;

impl MatchRule for Half {
    fn name(&self) -> &'static str {
        "quadratic"
    }

    fn weight(&self, sums: &Sums) -> U256 {
        sums.weight() >> 1
    }
}

impl Policies for Riverside {
    fn rule(&self, chosen: &Rule, median: u64) -> Box<dyn MatchRule> {
        match chosen {
            Rule::Quadratic {} => Box::new(Half),
            other => Standard.rule(other, median),
        }
    }

    fn eligible(&self, round: &Round, standing: &Standing, now: u64) -> bool {
        Standard.eligible(round, standing, now) && now >= standing.since.0 + 86_400
    }

    fn variant(&self) -> Variant {
        Variant {
            name: Some("riverside".to_owned()),
            policies: vec!["matching".to_owned(), "eligibility".to_owned()],
        }
    }
}

mycel_funding::entry_points!(Riverside);
