//! Builders' rewards.

use super::*;

/// A design that everybody may build, and a pool of so many credits.
pub fn design(n: usize, pool: u64) -> (Commonwealth, Vec<String>, u64) {
    let (mut town, list) = town(n);
    if pool > 0 {
        town.spend(pool * CREDIT, &json!({"rewards": {}}));
    }
    let entry = town.register(&list[0], "essential");
    (town, list, entry)
}

#[test]
fn an_author_is_paid_when_enough_others_report_building_it() {
    let (mut town, list, entry) = design(6, 1_000);
    for name in &list[1..3] {
        town.built(name, entry);
    }
    town.no(
        &list[0],
        collect(entry),
        "no reward: entry=1 builders=2 needs=3",
    );
    town.built(&list[3], entry);
    assert_eq!(town.entry(entry).earned.u128(), 30 * u128::from(CREDIT));
    let (before, commons) = (town.position(&list[0]), town.commons());
    town.ok(&list[0], collect(entry));
    assert_eq!(town.position(&list[0]) - before, 30 * i128::from(CREDIT));
    assert_eq!(town.commons(), commons, "from the pool alone");
    town.no(&list[0], collect(entry), "no reward");
    town.built(&list[4], entry);
    town.ok(&list[0], collect(entry));
    assert_eq!(town.position(&list[0]) - before, 40 * i128::from(CREDIT));
    town.check_all();
}

#[test]
fn the_author_its_related_and_its_controllers_build_nothing_that_counts() {
    let (mut town, list, entry) = design(6, 1_000);
    town.not_built(&list[0], entry, "own design");
    town.join(&list[0], "zoe"); // sponsored by the author
    town.not_built("zoe", entry, "related: builder=");
    town.guild("guild", [&list[1], &list[2]]);
    let of_guild = town.register("guild", "essential");
    town.not_built(&list[1], of_guild, "own design");
    town.not_built("guild", entry, "no person: builders");
    town.built(&list[3], of_guild);
    // partners in an organisation are related
    let own = town.register(&list[1], "essential");
    town.not_built(&list[2], own, "related");
    town.not_built("stranger", entry, "unauthorized");
    town.check_all();
}

#[test]
fn a_person_builds_an_entry_once_and_counts_for_an_author_once_a_year() {
    let (mut town, list, entry) = design(6, 1_000);
    town.built(&list[1], entry);
    town.not_built(&list[1], entry, "built already");
    let second = town.register(&list[0], "essential");
    town.not_built(&list[1], second, "same author");
    town.wait(YEAR);
    town.built(&list[1], second);
    town.not_built(&list[1], entry, "built already");
    let evidence = "0a".repeat(32);
    town.ok(&list[2], built(entry, &evidence));
    town.no(&list[3], built(entry, &evidence), "evidence used");
    town.check_all();
}

#[test]
fn an_entry_earns_for_so_many_builders_and_no_more() {
    let (mut town, list) = town(6);
    town.set(&json!({"numbers": {"builders_most": 3}}));
    town.spend(1_000 * CREDIT, &json!({"rewards": {}}));
    let entry = town.register(&list[0], "essential");
    for name in &list[1..4] {
        town.built(name, entry);
    }
    town.not_built(&list[4], entry, "all rewarded: entry=1 builders=3");
    assert_eq!(town.entry(entry).earned.u128(), 30 * u128::from(CREDIT));
}

#[test]
fn what_is_proprietary_is_not_built_for_reward() {
    let (mut town, list) = town(6);
    let own = town.register(&list[0], "proprietary");
    town.not_built(&list[1], own, "not yet published");
    town.wait(7 * YEAR);
    town.built(&list[1], own);
}

#[test]
fn rewards_reach_as_far_as_the_pool_and_go_on_when_it_is_funded() {
    let (mut town, list, entry) = design(6, 0);
    for name in &list[1..4] {
        town.built(name, entry);
    }
    town.no(&list[0], collect(entry), "pool empty: owed=30000000000000");
    let before = town.position(&list[0]);
    town.spend(8 * CREDIT, &json!({"rewards": {}}));
    town.spend(4 * CREDIT, &json!({"rewards": {}}));
    town.ok(&list[0], collect(entry));
    assert_eq!(town.position(&list[0]) - before, 12 * i128::from(CREDIT));
    assert_eq!(town.sums().pool.u128(), 0);
    town.spend(50 * CREDIT, &json!({"rewards": {}}));
    town.ok(&list[0], collect(entry));
    assert_eq!(town.position(&list[0]) - before, 30 * i128::from(CREDIT));
    assert_eq!(town.sums().pool.u128(), 32 * u128::from(CREDIT));
    town.check_all();
}

#[test]
fn only_a_decision_funds_rewards_and_holds_that_are_gone_make_place() {
    let (mut town, list, entry) = design(6, 0);
    let rewards = json!({"rewards": {}});
    town.not_held(
        &list[0],
        CREDIT,
        &rewards,
        "not the commons: only a decision",
    );
    for _ in 0..20 {
        town.spend(CREDIT, &rewards);
    }
    let credit = town.credit.clone();
    let funding = town.funding.clone();
    let action = json!({"spend_commons": {"amount": "5", "hold_for": funding,
        "msg": crate::world::bytes(&rewards)}});
    let more = World::decision("spending", &action);
    town.refused(&credit, "key", &more, "out of bounds: holds of the pool=21");
    town.wait(crate::commonwealth::LONG + 1);
    for hold in 1..=20 {
        let msg = json!({"expire_hold": {"hold": hold.to_string()}});
        town.tell(&credit, "anyone", &msg);
    }
    town.spend(100 * CREDIT, &rewards);
    for name in &list[1..4] {
        town.built(name, entry);
    }
    town.ok(&list[0], collect(entry));
    assert_eq!(town.sums().rewarded.u128(), 30 * u128::from(CREDIT));
    town.check_all();
}

#[test]
fn who_owes_the_commons_pays_before_it_is_rewarded() {
    let (mut town, list, entry) = design(6, 1_000);
    let own = town.register(&list[0], "proprietary");
    for name in &list[1..4] {
        town.built(name, entry);
    }
    town.report(&list[0], own, 20 * CREDIT);
    town.no(
        &list[0],
        collect(entry),
        "debts first: person=1 entries_owing=1",
    );
    town.pay_dues(&list[0], own, CREDIT);
    let case = town.accuse(&list[1], &list[0], 70);
    town.answered(&case, "uphold");
    town.no(
        &list[0],
        collect(entry),
        "debts first: person=1 entries_owing=0 restorations=1",
    );
    let msg = json!({"restoration": {"matter": case.0.to_string()}});
    town.held(&list[0], 70, &msg);
    town.wait(1);
    town.no(&list[1], collect(entry), "not the author");
    town.ok(&list[0], collect(entry));
    town.check_all();
}

#[test]
fn an_organisation_is_no_shell_for_who_would_not_be_rewarded_itself() {
    let (mut town, list) = town(8);
    town.spend(1_000 * CREDIT, &json!({"rewards": {}}));
    town.guild("guild", [&list[0], &list[1]]);
    town.guild("hall", [&list[0], &list[2]]);
    let of_guild = town.register("guild", "essential");
    let of_hall = town.register("hall", "essential");
    // sponsored by who controls it
    town.join(&list[0], "zoe");
    town.not_built("zoe", of_guild, "related: builder=");
    // once a year for who controls both
    town.built(&list[3], of_guild);
    town.not_built(&list[3], of_hall, "same author: builder=4 author=1");
    let own = town.register(&list[0], "essential");
    town.not_built(&list[3], own, "same author: builder=4 author=1");
    // another's design is another matter
    let other = town.register(&list[4], "essential");
    town.built(&list[3], other);
    // who owes itself collects nothing through it
    for name in &list[5..8] {
        town.built(name, of_guild);
    }
    let sold = town.register(&list[1], "proprietary");
    town.report(&list[1], sold, 20 * CREDIT);
    town.no(
        "guild",
        collect(of_guild),
        "debts first: person=2 entries_owing=1",
    );
    town.pay_dues(&list[1], sold, CREDIT);
    town.ok("guild", collect(of_guild));
    assert_eq!(town.sums().rewarded.u128(), 40 * u128::from(CREDIT));
    town.check_all();
}
