//! A member takes everything along that is kept about it.

use mycel_sandbox::address;
use serde_json::{Value, json};

use crate::order::ground;
use crate::world::{TERM, World, names, rules, with};

/// All pages, each item once.
fn export(world: &World, name: &str) -> Vec<Value> {
    let (mut all, mut after, mut pages) = (vec![], Value::Null, 0);
    loop {
        let page: Value =
            world.query(&json!({"export": {"member": address(name), "after": after}}));
        let kept = page["kept"].as_array().expect("a list").clone();
        assert!(kept.len() <= 50);
        all.extend(kept.into_iter().map(|item| json!([page["commons"], item])));
        after = page["next"].clone();
        pages += 1;
        assert!(pages < 200, "it ends");
        if after.is_null() {
            return all;
        }
    }
}

#[test]
fn a_member_takes_along_its_enrolments_applications_measures_and_accusations() {
    let (mut world, forest) = ground::forest();
    let all = names(20);
    let policy = with(rules(), "/enrolment", json!({"vouching": {"welcomes": 2}}));
    let lake = world.found_with(policy, None, &[(9, 0)]);
    world
        .as_(&all[1])
        .say(json!({"apply": {"commons": lake.to_string()}}));
    world.overuse(forest, 2, 1, 400);
    world.accused(forest, 2, 3, json!({"conduct": {}}));
    let kept = export(&world, &all[1]);
    let of = |part: &str| -> Vec<&Value> {
        kept.iter()
            .filter(|item| item[1].get(part).is_some())
            .collect()
    };
    let registry = of("registry");
    assert_eq!(registry.len(), 2, "{kept:?}");
    assert_eq!(
        registry[0][1]["registry"]["enrolment"]["standing"],
        "enrolled"
    );
    assert_eq!(registry[1][0], lake.to_string());
    assert!(registry[1][1]["registry"]["application"]["asked"].is_string());
    let order = of("order");
    assert_eq!(order.len(), 2, "{order:?}");
    assert_eq!(order[0][1]["order"]["measure"]["person"], "2");
    assert_eq!(order[1][1]["order"]["accusation"]["accuser"], "2");
    // who is accused has it as well
    let theirs = export(&world, &all[2]);
    assert!(
        theirs
            .iter()
            .any(|item| item[1]["order"]["accusation"]["accused"] == "3")
    );
    // who has to do with nothing takes nothing
    assert_eq!(export(&world, &all[12]), Vec::<Value>::new());
}

#[test]
fn an_export_of_many_measures_goes_on_where_its_page_ended() {
    let (mut world, forest) = ground::forest();
    let all = names(20);
    for epoch in 1..=120 {
        world.overuse(forest, 2, epoch, 400);
        world.wait(TERM);
    }
    let kept = export(&world, &all[1]);
    let mut numbers: Vec<u64> = kept
        .iter()
        .filter_map(|item| item[1].pointer("/order/measure/id")?.as_str()?.parse().ok())
        .collect();
    assert_eq!(numbers.len(), 120);
    numbers.dedup();
    assert_eq!(numbers, (1..=120).collect::<Vec<u64>>());
}

#[test]
fn a_stranger_and_a_made_up_place_are_refused() {
    let (world, _) = ground::forest();
    let refused = world.unanswered(&json!({"export": {"member": address("stranger")}}));
    assert!(
        refused.contains("peer did not answer: members"),
        "{refused}"
    );
    let member = address(&names(2)[1]);
    for wrong in ["x", "1/9/", "1/0", "1/0/1/2", "-1/0/"] {
        let refused = world.unanswered(&json!({"export": {"member": member, "after": wrong}}));
        assert!(
            refused.contains("after is not where a page ended"),
            "{wrong}: {refused}"
        );
    }
}
