//! A variant's own rule: it is followed wherever a round looks at its rule.

use crate::world::{CREDIT, Codes, World, names, pairwise, pico, quadratic, short};
use mycel_funding::policies::{Policies, Standard};
use mycel_funding::rules::{MatchRule, PairwiseBounded, Quadratic, Rule, Unit};
use mycel_funding::{contract, query};
use mycel_sandbox::{Code, Native};
use serde_json::{Value, json};

/// `quadratic` meets pairs, `pairwise` does not, and groups of even numbers are none.
struct Other;

struct OddGroups;

impl MatchRule for OddGroups {
    fn name(&self) -> &'static str {
        "clustered"
    }

    fn unit(&self, person: u64, group: Option<u32>) -> Unit {
        match group {
            Some(group) if group % 2 == 1 => Unit::Group(group),
            _ => Unit::Person(person),
        }
    }
}

impl Policies for Other {
    fn rule(&self, chosen: &Rule, median: u64) -> Box<dyn MatchRule> {
        match chosen {
            Rule::Quadratic {} => Box::new(PairwiseBounded { m: 3 * CREDIT }),
            Rule::Pairwise { .. } => Box::new(Quadratic),
            Rule::Clustered {} => Box::new(OddGroups),
            other => Standard.rule(other, median),
        }
    }
}

static OTHER: Other = Other;

fn other(n: usize) -> World {
    let funding = Native::new(
        contract::instantiate,
        |deps, env, info, msg| contract::execute_by(&OTHER, deps, env, info, msg),
        |deps, env, msg| query::query_by(&OTHER, deps, env, msg),
    )
    .with_reply(contract::reply)
    .with_sudo(|deps, env, msg: mycel_bindings::SudoMsg| match msg {
        mycel_bindings::SudoMsg::EndBlock {} => contract::end_block_by(&OTHER, deps, env),
    });
    let codes = Codes {
        funding: Code::native(funding),
        ..Codes::native()
    };
    World::with(codes, n, short())
}

/// What projects get; whether it was shown before, and whether pairs were met.
fn divided(mut world: World, rule: Value, group: u32) -> (Vec<u128>, bool, bool) {
    let all = names(8);
    let mut terms = world.terms(rule.clone());
    terms["saturation"] = json!("return");
    let round = world.open(&terms);
    world.sponsor(&all[0], 1_000, round);
    world.submit(&all[1], round);
    world.submit(&all[2], round);
    if rule == json!({"clustered": {}}) {
        let persons: Vec<String> = (3..5).map(|n| world.number(&all[n]).to_string()).collect();
        world.decided(&json!({"declare_group": {"round": round.to_string(), "group": group, "persons": persons}}));
    }
    world.wait(crate::world::AHEAD);
    world.advance();
    for (place, name) in all[3..].iter().enumerate() {
        world.give(name, 4 + place as u64, round, 1);
        world.give(name, 9, round, 2);
    }
    let shown = world.round(round).division.is_some();
    world.end(round);
    let mut met = false;
    while world.stage(round) != "done" {
        met |= world.stage(round) == "weighing";
        let advance = json!({"advance": {"limit": 30, "round": round.to_string()}});
        world.ok("anyone", advance);
        world.check();
    }
    let results = world.results(round);
    let matching = world.matching(round);
    let sum = matching.iter().sum::<u128>() + results.returned.u128();
    assert_eq!(sum, results.pool.u128());
    (matching, shown, met)
}

#[test]
fn a_variants_rule_is_followed_in_giving_gathering_weighing_dividing_and_preview() {
    let pairs = json!({"pairwise": {"m": pico(3)}});
    let bounded = divided(World::new(8), pairs, 1);
    assert!(!bounded.1 && bounded.2);
    assert_eq!(divided(other(8), quadratic(), 1), bounded);
    let whole = divided(World::new(8), quadratic(), 1);
    assert!(whole.1 && !whole.2);
    assert_eq!(divided(other(8), pairwise(), 1), whole);
    // as whom somebody counts
    let clustered = json!({"clustered": {}});
    let grouped = divided(World::new(8), clustered.clone(), 2);
    assert_ne!(grouped, whole);
    assert_eq!(divided(other(8), clustered.clone(), 1), grouped);
    assert_eq!(divided(other(8), clustered, 2), whole);
}
