//! Budgets whose next purchase is too dear for the end of a block.

use crate::world::{TALK, World, names, native, proposal, short, with, yes_no};
use mycel_assembly::agenda::AGAIN;
use mycel_assembly::ask::{PhaseName, ResultResponse};
use mycel_assembly::tally::TallyView;
use mycel_sandbox::{Code, address};
use serde_json::{Value, json};

const PROJECTS: usize = 11;

fn shown(world: &World, number: u64) -> TallyView {
    let asked = json!({"result": {"proposal": number.to_string()}});
    let answer: ResultResponse = world.query(&asked);
    answer.tally.expect("a tally")
}

fn step(number: u64, limit: u32) -> Value {
    json!({"advance": {"limit": limit, "proposal": number.to_string()}})
}

fn bought(world: &World, number: u64) -> usize {
    shown(world, number).shares.map_or(0, |it| it.bought.len())
}

/// Budgets on which so many vote, no two alike, all counted up to the first purchase.
fn counted(voters: &[usize]) -> (World, Vec<u64>) {
    let most = voters.iter().copied().max().expect("voters");
    let mut numbers = short();
    numbers["proposals_most"] = json!(12);
    let mut world = World::begin(Code::native(native()), most, numbers);
    let all = names(most);
    let ben = address("ben");
    let project =
        |n: usize| json!({"title": format!("p{n}"), "to": ben, "cost": (100 + n).to_string()});
    let projects: Vec<Value> = (0..PROJECTS).map(project).collect();
    let ballot = json!({"budget": {"total": "300", "projects": projects}});
    let budgets: Vec<u64> = voters
        .iter()
        .map(|_| world.brought(proposal("spending", ballot.clone())))
        .collect();
    world.sandbox.advance_time(TALK);
    world.advance();
    for (number, voters) in budgets.iter().zip(voters) {
        for (place, name) in all[..*voters].iter().enumerate() {
            let wanted: Vec<usize> = (0..PROJECTS).filter(|bit| place >> bit & 1 == 1).collect();
            world.vote(name, *number, json!({"approve": wanted}));
        }
    }
    let until = budgets.iter().map(|number| world.proposal(*number).until.0);
    let until = until.max().expect("budgets");
    world.sandbox.advance_time(until - world.now());
    for number in &budgets {
        world.ok("anyone", step(*number, 1)); // the vote is over
        world.ok("anyone", step(*number, 1));
        for _ in 0..500 {
            if shown(&world, *number).stage == "buy" {
                break;
            }
            world.ok("anyone", step(*number, 4));
        }
        assert_eq!(bought(&world, *number), 0);
    }
    (world, budgets)
}

#[test]
fn budgets_that_wait_leave_the_end_of_blocks_to_others() {
    // 2,000 different ballots need six pieces at once, 1,500 need the five of a block
    let (mut world, budgets) = counted(&[2_000, 2_000, 2_000, 2_000, 1_500]);
    let all = names(2);
    let needs = |world: &World| -> Vec<Option<u32>> {
        let of = |number: &u64| shown(world, *number).needs;
        budgets.iter().map(of).collect()
    };
    assert_eq!(
        needs(&world),
        [Some(6), Some(6), Some(6), Some(6), Some(5)],
        "what may wait says what it needs"
    );
    let own = world.organisation_of(&all[0], "sheela");
    let small = world.propose(&all[0], with(yes_no("ordinary", &[]), "electorate", own));
    assert_eq!(world.phase(small), PhaseName::Deliberation);
    world.sandbox.advance_time(TALK);
    let contract = world.assembly.clone();
    world
        .sandbox
        .subscribe_end_block(&contract)
        .expect("subscribed");
    // the four are looked at once; what needs all of a block is first in the next
    world.block();
    assert_eq!(bought(&world, budgets[4]), 0);
    world.block();
    assert_eq!(bought(&world, budgets[4]), 1);
    for _ in 0..60 {
        world.block();
    }
    assert_ne!(world.phase(budgets[4]), PhaseName::Tally);
    assert_ne!(world.phase(small), PhaseName::Deliberation);
    // the four still wait, again and again, and anyone moves them on by naming them
    for _ in 0..3 {
        world.wait(AGAIN);
    }
    for number in &budgets[..4] {
        assert_eq!(bought(&world, *number), 0);
        world.ok("anyone", step(*number, 6));
        assert_eq!(bought(&world, *number), 1);
    }
    world.check();
}
