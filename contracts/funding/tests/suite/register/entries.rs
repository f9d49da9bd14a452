//! Entries and their clock.

use super::*;

#[test]
fn essential_entries_are_commons_at_once_and_proprietary_ones_after_seven_years() {
    let (mut town, list) = town(3);
    let essential = town.register(&list[0], "essential");
    assert!(town.entry(essential).commons);
    let own = town.register(&list[0], "proprietary");
    let entry = town.entry(own);
    assert!(!entry.commons);
    assert_eq!(entry.commons_from.0 - entry.at.0, 7 * YEAR);
    town.sandbox.advance_time(7 * YEAR - 1);
    assert!(!town.entry(own).commons);
    town.sandbox.advance_time(1);
    assert!(town.entry(own).commons);
}

#[test]
fn seven_years_are_the_most_and_an_entrys_clock_is_its_own() {
    let (mut town, list) = town(3);
    let own = town.register(&list[0], "proprietary");
    let longer = json!({"set_parameters": {"numbers": {"commons_seconds": 7 * YEAR + 1}}});
    town.no(
        "key",
        World::decision("constitutional", &longer),
        "out of bounds: commons_seconds",
    );
    town.set(&json!({"numbers": {"commons_seconds": 10, "dues_bps": 5_000}}));
    let entry = town.entry(own);
    assert_eq!(entry.commons_from.0 - entry.at.0, 7 * YEAR);
    assert_eq!(entry.dues_bps, 500);
}

#[test]
fn an_author_gives_an_entry_to_everybody_sooner_and_nobody_else_does() {
    let (mut town, list) = town(3);
    let own = town.register(&list[0], "proprietary");
    let release = json!({"release_entry": {"entry": own.to_string()}});
    town.no(&list[1], release.clone(), "not the author");
    town.ok(&list[0], release.clone());
    assert!(town.entry(own).commons);
    town.no(&list[0], release, "already commons");
}

#[test]
fn evidence_shows_one_entry_only() {
    let (mut town, list) = town(3);
    let evidence = "cd".repeat(32);
    town.ok(&list[0], entry("essential", &evidence));
    town.no(&list[1], entry("proprietary", &evidence), "evidence used");
    town.no(&list[1], entry("essential", "zz"), "not hexadecimal");
    let long = json!({"register": {"kind": "essential", "title": "t".repeat(129),
        "licence": "MIT", "evidence": "ab".repeat(32)}});
    town.no(&list[1], long, "text too long: title");
}

#[test]
fn a_member_registers_so_many_a_year_and_strangers_nothing() {
    let (mut town, list) = town(3);
    town.set(&json!({"numbers": {"register_most": 2}}));
    town.register(&list[0], "essential");
    town.register(&list[0], "essential");
    let third = entry("essential", &"0a".repeat(32));
    town.no(
        &list[0],
        third.clone(),
        "too many registrations: registered=2 most=2",
    );
    town.no("stranger", third.clone(), "unauthorized");
    town.ok(&list[1], entry("essential", &"0b".repeat(32)));
    town.wait(YEAR);
    town.ok(&list[0], third);
}

#[test]
fn entries_are_listed_in_pages() {
    let (mut town, list) = town(3);
    for kind in ["essential", "proprietary", "essential"] {
        town.register(&list[0], kind);
    }
    let page: mycel_funding::register::ask::Entries =
        town.query(&json!({"entries": {"after": null, "limit": 2}}));
    assert_eq!(
        (page.entries.len(), page.next.map(|next| next.0)),
        (2, Some(2))
    );
    let page: mycel_funding::register::ask::Entries =
        town.query(&json!({"entries": {"after": "2"}}));
    assert_eq!((page.entries.len(), page.next), (1, None));
}
