//! Commons within commons: budgets, and whose rules are whose.

use serde_json::{Value, json};

use crate::world::{World, founding, rules, with};

fn allot(parent: u64, child: u64, ppm: u32) -> Value {
    json!({"allot_budget": {"commons": parent.to_string(), "child": child.to_string(), "ppm": ppm}})
}

/// A river basin and so many fisheries in it.
fn basin(children: usize) -> (World, u64, Vec<u64>) {
    let mut world = World::new(3);
    let parent = world.found(&[(1, 20_000_000)]);
    let below = (0..children)
        .map(|_| world.found_with(rules(), Some(parent), &[(2, 20_000_000)]))
        .collect();
    (world, parent, below)
}

#[test]
fn a_child_begins_with_a_budget_of_nothing_and_its_parents_members_allot_it() {
    let (mut world, parent, below) = basin(1);
    let child = below[0];
    let shown: Value = world.query(&json!({"commons": {"id": child.to_string()}}));
    assert_eq!(shown["budget_ppm"], 0);
    world.undecided(
        child,
        "ordinary",
        allot(parent, child, 1),
        "another electorate",
    );
    world.undecided(
        "all",
        "ordinary",
        allot(parent, child, 1),
        "another electorate",
    );
    world.decide(parent, "ordinary", allot(parent, child, 250_000));
    let shown: Value = world.query(&json!({"commons": {"id": child.to_string()}}));
    assert_eq!(shown["budget_ppm"], 250_000);
    let shown: Value = world.query(&json!({"commons": {"id": parent.to_string()}}));
    assert_eq!(
        shown["budgets"],
        json!([{"child": child.to_string(), "ppm": 250_000}])
    );
}

#[test]
fn budgets_of_children_never_exceed_their_parents_cap() {
    let (mut world, parent, below) = basin(2);
    world.decide(parent, "ordinary", allot(parent, below[0], 600_000));
    world.undecided(
        parent,
        "ordinary",
        allot(parent, below[1], 400_001),
        "budgets beyond the cap: given_ppm=400001 others_ppm=600000",
    );
    world.decide(parent, "ordinary", allot(parent, below[1], 400_000));
    // one is lowered, the other can have more
    world.decide(parent, "ordinary", allot(parent, below[0], 0));
    world.decide(parent, "ordinary", allot(parent, below[1], 1_000_000));
}

#[test]
fn a_parent_cannot_overwrite_a_childs_rules_nor_close_it_nor_enrol_there() {
    let (mut world, parent, below) = basin(1);
    let child = below[0];
    let set = json!({"set_rules": {"commons": child.to_string(),
        "rules": with(rules(), "/epoch_seconds", json!(20_000))}});
    let close = json!({"close": {"commons": child.to_string()}});
    let enrol = json!({"enrol": {"commons": child.to_string(), "members": []}});
    for electorate in [parent.into(), crate::world::Electorate::from("all")] {
        let mut decide = |action: &Value| {
            let msg = json!({"decided": {"proposal": "1", "electorate": electorate.json(),
                "class": "constitutional", "action": action}});
            world
                .as_("assembly")
                .refused(msg, "decision of another electorate");
        };
        decide(&set);
        decide(&close);
        decide(&enrol);
    }
    world.decide(child, "constitutional", set);
}

#[test]
fn a_stranger_gets_no_budget() {
    let (mut world, parent, _) = basin(0);
    let other = world.found(&[]);
    world.undecided(parent, "ordinary", allot(parent, other, 1), "no child");
    world.undecided(parent, "ordinary", allot(parent, 99, 1), "unknown commons");
}

#[test]
fn commons_nest_four_deep_and_have_32_children() {
    let mut world = World::new(1);
    let mut parent = world.found(&[]);
    for _ in 0..3 {
        parent = world.found_with(rules(), Some(parent), &[]);
    }
    world.undecided(
        "all",
        "ordinary",
        founding(rules(), Some(parent), &[]),
        "nests too deep: depth=5 most=4",
    );
    // the first has one child already
    for _ in 0..31 {
        world.found_with(rules(), Some(1), &[]);
    }
    world.undecided(
        "all",
        "ordinary",
        founding(rules(), Some(1), &[]),
        "too many children: commons=1 children=32 most=32",
    );
}

#[test]
fn a_parent_closes_after_its_children_and_a_closed_childs_budget_is_free() {
    let (mut world, parent, below) = basin(2);
    world.decide(parent, "ordinary", allot(parent, below[0], 600_000));
    let close = |number: u64| json!({"close": {"commons": number.to_string()}});
    world.undecided(
        parent,
        "constitutional",
        close(parent),
        "children open: commons=1 children=2",
    );
    world.decide(below[0], "constitutional", close(below[0]));
    world.decide(parent, "ordinary", allot(parent, below[1], 1_000_000));
    world.undecided(
        parent,
        "ordinary",
        allot(parent, below[0], 0),
        "commons closed",
    );
    world.decide(below[1], "constitutional", close(below[1]));
    world.decide(parent, "constitutional", close(parent));
    world.undecided(
        "all",
        "ordinary",
        founding(rules(), Some(parent), &[]),
        "commons closed",
    );
}
