//! Tallies: in pieces, by anyone, the same result in any order.
//!
//! `MYCEL_TALLIES` sets how many random votes (default 100); the walk alone is
//! tried on many more in the crate's own tests.

use std::collections::BTreeMap;

use crate::world::{Random, World, attribute, names, proposal, told, with, yes_no};
use mycel_assembly::ask::{PhaseName, ResultResponse};
use mycel_assembly::tally::TallyView;
use serde_json::{Value, json};

/// What somebody does while a vote is open.
#[derive(Clone, Debug)]
enum Act {
    Vote(usize, &'static str),
    Delegate(usize, Value, usize),
}

fn tally(world: &World, number: u64) -> TallyView {
    let shown: ResultResponse = world.query(&json!({"result": {"proposal": number.to_string()}}));
    shown.tally.expect("a tally")
}

/// Counts with so many pieces of work in a message.
fn counted(world: &mut World, number: u64, limit: u32) {
    let until = world.proposal(number).until.0;
    world
        .sandbox
        .advance_time(until.saturating_sub(world.now()).max(1));
    let step = json!({"advance": {"limit": limit, "proposal": number.to_string()}});
    for _ in 0..10_000 {
        world.ok("anyone", step.clone());
        if world.proposal(number).outcome.is_some() {
            return;
        }
    }
    panic!("is not counted");
}

fn acts(random: &mut Random, people: usize, number: u64) -> Vec<Act> {
    let pick = |random: &mut Random| random.below(people as u64) as usize;
    let mut acts = vec![];
    for person in 0..people {
        if random.below(3) == 0 {
            acts.push(Act::Vote(
                person,
                ["yes", "no", "abstain"][random.below(3) as usize],
            ));
        }
        let scopes = [
            json!({"unit": "all"}),
            json!({"area": {"unit": "all", "area": "water"}}),
            json!({"area": {"unit": "all", "area": "housing"}}),
            json!({"issue": number.to_string()}),
        ];
        for scope in scopes {
            if random.below(3) == 0 {
                acts.push(Act::Delegate(person, scope, pick(random)));
            }
        }
    }
    acts
}

/// Chases each person's voice by itself.
fn reference(acts: &[Act], people: usize, number: u64) -> [u32; 5] {
    let (mut votes, mut links) = (BTreeMap::new(), BTreeMap::new());
    let own = json!(number.to_string());
    for act in acts {
        match act {
            Act::Vote(person, word) => drop(votes.insert(*person, *word)),
            Act::Delegate(person, scope, to) => {
                let narrow = match scope {
                    scope if scope["issue"] == own => 2,
                    scope if scope["area"]["area"] == "water" => 1,
                    scope if scope["unit"] == "all" => 0,
                    _ => continue,
                };
                links.insert((*person, narrow), *to);
            }
        }
    }
    let mut found = [0; 5];
    for person in 0..people {
        let (mut at, mut hops) = (person, 0);
        let place = loop {
            match votes.get(&at) {
                Some(&"yes") => break 0,
                Some(&"no") => break 1,
                Some(_) => break 2,
                None => {}
            }
            let to = (0..3).rev().find_map(|narrow| links.get(&(at, narrow)));
            match to {
                Some(to) if *to != at => at = *to,
                _ => break 4,
            }
            hops += 1;
            if hops > people {
                break 3;
            }
        };
        found[place] += 1;
    }
    found
}

#[test]
fn any_order_of_casting_and_any_pieces_give_what_chasing_each_voice_gives() {
    let (cases, first) = (told("MYCEL_TALLIES", 100), told("MYCEL_SEED", 1));
    eprintln!("MYCEL_TALLIES={cases} MYCEL_SEED={first}");
    for seed in first..first + cases {
        let mut random = Random(seed);
        let people = 3 + random.below(20) as usize;
        let mut done = acts(&mut random, people, 1);
        let expected = reference(&done, people, 1);
        let mut shown = vec![];
        for _ in 0..3 {
            let mut world = World::new(people);
            let all = names(people);
            let number = world.opened(with(yes_no("ordinary", &[]), "area", json!("water")));
            for act in &done {
                match act {
                    Act::Vote(person, word) => world.vote(&all[*person], number, json!(word)),
                    Act::Delegate(person, scope, to) => {
                        let to = world.number(&all[*to]).to_string();
                        world.ok(
                            &all[*person],
                            json!({"delegate": {"scope": scope, "to": to}}),
                        );
                    }
                }
            }
            counted(&mut world, number, 1 + random.below(50) as u32);
            let found = world.proposal(number).outcome.expect("counted");
            let parts = [
                found.yes,
                found.no,
                found.abstain,
                found.looped,
                found.unrepresented,
            ];
            assert_eq!(
                parts, expected,
                "MYCEL_SEED={seed} MYCEL_TALLIES=1 {done:?}"
            );
            assert_eq!(parts.iter().sum::<u32>(), found.eligible);
            shown.push(tally(&world, number));
            world.check();
            for place in (1..done.len()).rev() {
                done.swap(place, random.below(place as u64 + 1) as usize);
            }
        }
        assert!(
            shown.windows(2).all(|two| two[0] == two[1]),
            "MYCEL_SEED={seed}"
        );
    }
}

#[test]
fn every_size_of_pieces_gives_the_same() {
    let mut shown: Option<TallyView> = None;
    for limit in (1..=50).step_by(7) {
        let mut world = World::new(150);
        let all = names(150);
        let number = world.opened(yes_no("ordinary", &[]));
        for from in 1..100 {
            let to = world.number(&all[from - 1]).to_string();
            let msg = json!({"delegate": {"scope": {"unit": "all"}, "to": to}});
            world.ok(&all[from], msg);
        }
        world.vote(&all[0], number, json!("yes"));
        world.vote(&all[120], number, json!("no"));
        counted(&mut world, number, limit);
        let found = world.proposal(number).outcome.expect("counted");
        assert_eq!((found.yes, found.no, found.unrepresented), (100, 1, 49));
        let view = tally(&world, number);
        assert!(shown.is_none_or(|before| before == view), "limit={limit}");
        shown = Some(view);
    }
}

#[test]
fn shares_above_a_twentieth_of_the_electorate_are_shown() {
    let mut world = World::new(40);
    let all = names(40);
    let number = world.opened(yes_no("ordinary", &[]));
    let follow = |world: &mut World, from: usize, to: usize| {
        let to = world.number(&all[to]).to_string();
        world.ok(
            &all[from],
            json!({"delegate": {"scope": {"unit": "all"}, "to": to}}),
        );
    };
    // three voices are more than a twentieth of 40, two are not
    follow(&mut world, 1, 0);
    follow(&mut world, 2, 0);
    follow(&mut world, 4, 3);
    for voter in [0, 3, 5] {
        world.vote(&all[voter], number, json!("yes"));
    }
    let until = world.proposal(number).until.0;
    world.sandbox.advance_time(until - world.now());
    let receipt = world.ok("anyone", json!({"advance": {"limit": 50}}));
    let receipt = match attribute(&receipt, "wasm-share", "person") {
        Some(_) => receipt,
        None => world.ok("anyone", json!({"advance": {"limit": 50}})),
    };
    let person = attribute(&receipt, "wasm-share", "person");
    assert_eq!(person, Some(world.number(&all[0]).to_string()));
    let large = tally(&world, number).large;
    assert_eq!(large.len(), 1);
    assert_eq!(
        (large[0].person.0, large[0].voices),
        (world.number(&all[0]), 3)
    );
}

#[test]
fn a_peer_that_fails_holds_a_tally_up_and_spoils_nothing() {
    let mut world = World::new(30);
    let all = names(30);
    let number = world.opened(yes_no("ordinary", &[]));
    for voter in &all[..20] {
        world.vote(voter, number, json!("yes"));
    }
    let until = world.proposal(number).until.0;
    world.sandbox.advance_time(until - world.now());
    world.sandbox.fail_randomly(5, 3);
    let step = json!({"advance": {"limit": 1, "proposal": number.to_string()}});
    for _ in 0..200 {
        let _ = world.say("anyone", step.clone());
        if world.proposal(number).outcome.is_some() {
            break;
        }
    }
    let found = world.proposal(number).outcome.expect("counted");
    assert_eq!(
        (found.eligible, found.yes, found.unrepresented),
        (30, 20, 10)
    );
    assert!(world.sandbox.failures_injected() > 0);
}

fn options() -> Value {
    json!([{"title": "a"}, {"title": "b"}, {"title": "c"}])
}

/// Six voters, of whom the last three follow the first, the second, the second.
fn followed(world: &mut World, number: u64, ballots: [Value; 3]) {
    let all = names(6);
    for (from, to) in [(3, 0), (4, 1), (5, 1)] {
        let to = world.number(&all[to]).to_string();
        world.ok(
            &all[from],
            json!({"delegate": {"scope": {"unit": "all"}, "to": to}}),
        );
    }
    for (voter, ballot) in all.iter().zip(ballots) {
        world.vote(voter, number, ballot);
    }
    world.count(number);
}

#[test]
fn approvals_count_by_the_voices_behind_them() {
    let mut world = World::new(6);
    let number = world.opened(proposal(
        "ordinary",
        json!({"approval": {"options": options()}}),
    ));
    let ballots = [
        json!({"approve": [1, 2]}),
        json!({"approve": [2]}),
        json!({"approve": [0]}),
    ];
    followed(&mut world, number, ballots);
    let view = tally(&world, number);
    assert_eq!(view.votes, [1, 2, 5, 0]);
    assert_eq!(view.order, [2, 1, 0, 3]);
    assert_eq!(view.tied, [false; 3]);
    let found = world.proposal(number).outcome.expect("counted");
    assert_eq!((found.yes, found.no, found.chosen), (5, 1, vec![2]));
    assert_eq!(world.phase(number), PhaseName::Timelock);
}

#[test]
fn ranked_options_are_counted_by_schulze_with_the_matrix_on_chain() {
    let mut world = World::new(6);
    let number = world.opened(proposal(
        "ordinary",
        json!({"ranked": {"options": options()}}),
    ));
    let ballots = [
        json!({"rank": [[1], [2], [0]]}),
        json!({"rank": [[2], [3], [1]]}),
        json!({"rank": [[0]]}),
    ];
    followed(&mut world, number, ballots);
    let view = tally(&world, number);
    // weights 2, 3 and 1; what a ballot does not name is last and equal
    assert_eq!(
        view.pairwise,
        [[0, 1, 1, 3], [5, 0, 2, 2], [5, 3, 0, 5], [3, 3, 0, 0]]
    );
    assert_eq!(view.order, [2, 3, 1, 0]);
    let found = world.proposal(number).outcome.expect("counted");
    assert_eq!(
        (found.yes, found.no, found.abstain, found.chosen),
        (5, 1, 0, vec![2])
    );
}

#[test]
fn a_tie_is_shown_and_changes_nothing() {
    let mut world = World::new(2);
    let all = names(2);
    let number = world.opened(proposal(
        "ordinary",
        json!({"ranked": {"options": options()}}),
    ));
    world.vote(&all[0], number, json!({"rank": [[1], [0]]}));
    world.vote(&all[1], number, json!({"rank": [[0], [1]]}));
    world.count(number);
    let view = tally(&world, number);
    assert_eq!(view.order, [0, 1, 2, 3]);
    assert_eq!(view.tied, [true, false, true]);
    assert_eq!(world.phase(number), PhaseName::Rejected);
}

fn budget(utility: Option<&str>, costs: [u64; 3], ballots: [Value; 3]) -> (World, u64) {
    let ben = mycel_sandbox::address("ben");
    let project =
        |(title, cost): (&str, u64)| json!({"title": title, "to": ben, "cost": cost.to_string()});
    let projects: Vec<Value> = ["a", "b", "c"]
        .into_iter()
        .zip(costs)
        .map(project)
        .collect();
    let mut ballot = json!({"budget": {"total": "600", "projects": projects}});
    if let Some(utility) = utility {
        ballot["budget"]["utility"] = json!(utility);
    }
    let mut world = World::new(6);
    let number = world.opened(proposal("spending", ballot));
    followed(&mut world, number, ballots);
    (world, number)
}

#[test]
fn a_budget_is_shared_equally_by_the_voices_behind_each_ballot() {
    // shares of 100: the first ballot has 200, the second 300, the third, which wants nothing, 100
    let ballots = [
        json!({"approve": [2]}),
        json!({"approve": [0, 1]}),
        json!({"approve": []}),
    ];
    let (world, number) = budget(None, [300, 300, 200], ballots);
    let found = world.proposal(number).outcome.expect("counted");
    assert_eq!(found.chosen, [0, 2]);
    assert_eq!((found.yes, found.no, found.abstain), (5, 1, 0));
    let shares = tally(&world, number).shares.expect("shares");
    assert_eq!((shares.voters, shares.raised.0), (6, 0));
    let bought: Vec<_> = shares
        .bought
        .iter()
        .map(|one| (one.project, one.payers))
        .collect();
    assert_eq!(bought, [(0, 3), (2, 2)]);
    assert!(
        shares
            .bought
            .iter()
            .all(|one| one.price.to_string() == "100")
    );
}

#[test]
fn a_budget_says_whether_a_project_is_worth_its_cost_or_one() {
    let ballots = [
        json!({"approve": [0]}),
        json!({"approve": [0, 1]}),
        json!({"approve": [0]}),
    ];
    for (utility, expected) in [(None, 0), (Some("cost"), 0), (Some("cardinality"), 1)] {
        let (world, number) = budget(utility, [480, 180, 600], ballots.clone());
        let found = world.proposal(number).outcome.expect("counted");
        assert_eq!(found.chosen, [expected], "{utility:?}");
    }
}

#[test]
fn shares_are_raised_until_the_budget_has_no_room() {
    // two voices have 200 and want what costs 250; nothing else can be bought
    let ballots = [
        json!({"approve": [0]}),
        json!({"approve": [1]}),
        json!("abstain"),
    ];
    let (world, number) = budget(None, [250, 600, 100], ballots);
    let found = world.proposal(number).outcome.expect("counted");
    assert_eq!((found.chosen, found.abstain), (vec![0], 1));
    // five share 600, 120 each, of which two have 240: raised by 5 in steps of a hundredth
    let shares = tally(&world, number).shares.expect("shares");
    assert_eq!((shares.voters, shares.raised.0), (5, 5));
}
