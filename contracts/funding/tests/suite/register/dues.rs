//! Dues of revenue.

use super::*;

#[test]
fn dues_are_a_share_of_the_revenue_rounded_up_and_go_to_the_commons() {
    let (mut town, list) = town(3);
    let own = town.register(&list[0], "proprietary");
    town.report(&list[0], own, 1_000 * CREDIT + 1);
    let due = 50 * u128::from(CREDIT) + 1;
    assert_eq!(town.entry(own).owes.u128(), due);
    let (commons, position) = (town.commons(), town.position(&list[0]));
    town.pay_dues(&list[0], own, due as u64);
    assert_eq!(town.entry(own).owes.u128(), 0);
    assert_eq!(town.commons() - commons, due as i128);
    assert_eq!(position - town.position(&list[0]), due as i128);
    assert_eq!(town.sums().dues_paid.u128(), due);
    town.check_all();
}

#[test]
fn more_than_is_owed_goes_back_and_nothing_owed_takes_nothing() {
    let (mut town, list) = town(3);
    let own = town.register(&list[0], "proprietary");
    let dues = json!({"dues": {"entry": own.to_string()}});
    town.not_held(&list[0], CREDIT, &dues, "nothing owed: dues=1");
    town.report(&list[0], own, 100 * CREDIT);
    let (commons, payer) = (town.commons(), town.position(&list[1]));
    // two pay in one block: what is owed is taken once
    town.held(&list[1], 4 * CREDIT, &dues);
    town.pay_dues(&list[1], own, 9 * CREDIT);
    assert_eq!(town.commons() - commons, 5 * i128::from(CREDIT));
    assert_eq!(payer - town.position(&list[1]), 5 * i128::from(CREDIT));
    town.check_all();
}

#[test]
fn only_the_author_reports_and_only_while_it_is_not_commons() {
    let (mut town, list) = town(3);
    let essential = town.register(&list[0], "essential");
    let own = town.register(&list[0], "proprietary");
    town.no(
        &list[1],
        revenue(own, 5, &"0a".repeat(32)),
        "not the author",
    );
    town.no(
        &list[0],
        revenue(own, 0, &"0a".repeat(32)),
        "nothing reported",
    );
    let of_all = revenue(essential, 5, &"0a".repeat(32));
    town.no(&list[0], of_all, "already commons");
    town.report(&list[0], own, 100 * CREDIT);
    town.wait(7 * YEAR);
    let late = revenue(own, 5, &"0a".repeat(32));
    town.no(&list[0], late, "already commons");
    // what was owed before stays owed
    assert_eq!(town.entry(own).owes.u128(), 5 * u128::from(CREDIT));
    town.pay_dues(&list[0], own, 5 * CREDIT);
    town.check_all();
}

#[test]
fn what_is_not_paid_in_time_is_listed_and_the_oldest_is_paid_first() {
    let (mut town, list) = town(3);
    let first = town.register(&list[0], "proprietary");
    let second = town.register(&list[1], "proprietary");
    town.report(&list[0], first, 20 * CREDIT); // owes 1
    town.wait(10 * DAY);
    town.report(&list[1], second, 40 * CREDIT); // owes 2
    town.report(&list[0], first, 60 * CREDIT); // owes 3
    assert!(town.overdue().overdue.is_empty());
    town.wait(20 * DAY + 10);
    let listed = town.overdue().overdue;
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (listed[0].what.as_str(), listed[0].number.0),
        ("dues", first)
    );
    assert_eq!(listed[0].owes.u128(), 4 * u128::from(CREDIT));
    town.wait(10 * DAY);
    let numbers = |town: &Commonwealth| -> Vec<u64> {
        let listed = town.overdue().overdue;
        listed.iter().map(|one| one.number.0).collect()
    };
    assert_eq!(numbers(&town), [first, second]);
    // half of the second report, too: the entry is now due with that one
    town.pay_dues(&list[0], first, 2 * CREDIT);
    assert_eq!(numbers(&town), [second, first]);
    town.check_all();
    let page: Overdue = town.query(&json!({"overdue": {"limit": 1}}));
    let after = page.next.expect("more");
    let page: Overdue = town.query(&json!({"overdue": {"limit": 1, "after": after}}));
    assert_eq!(page.overdue[0].number.0, first);
    town.pay_dues(&list[0], first, 2 * CREDIT);
    town.pay_dues(&list[1], second, 2 * CREDIT);
    assert!(town.overdue().overdue.is_empty());
    town.check_all();
}

#[test]
fn reports_that_are_not_paid_are_bounded() {
    let (mut town, list) = town(3);
    let own = town.register(&list[0], "proprietary");
    for _ in 0..50 {
        town.report(&list[0], own, 20);
    }
    let next = revenue(own, 20, &"0a".repeat(32));
    town.no(
        &list[0],
        next.clone(),
        "dues unpaid: entry=1 reports=50 owes=50",
    );
    town.pay_dues(&list[0], own, 50);
    town.ok(&list[0], next);
    town.check_all();
}

#[test]
fn who_owes_dues_does_not_leave() {
    let (mut town, list) = town(3);
    let own = town.register(&list[0], "proprietary");
    assert_eq!(town.open_items(&list[0]).open, 0);
    town.report(&list[0], own, 20 * CREDIT);
    assert_eq!(town.open_items(&list[0]).open, 1);
    town.pay_dues(&list[0], own, CREDIT);
    assert_eq!(town.open_items(&list[0]).open, 0);
}
