//! Statements by periods, the sweep, and a member's whole record.

use crate::world::{CREDIT, DAY, Random, START, World};
use mycel_credit::msg::{ExportItem, ExportResponse, QueryMsg, StatementLine, StatementResponse};
use mycel_credit::state::PERIOD;
use mycel_kit::Seconds;

fn town() -> World {
    let mut world = World::new(|_| {});
    for (person, name) in ["ana", "ben", "eva"].into_iter().enumerate() {
        world.enrol(name, person as u64);
    }
    world.name_holders(&["funding"]);
    world
}

fn statement(world: &World, name: &str) -> Vec<StatementLine> {
    let answer: StatementResponse = world
        .query(QueryMsg::Statement {
            member: world.address(name),
            from: Seconds(START),
            to: Seconds(world.now),
        })
        .unwrap();
    answer.lines
}

/// Each line adds up and begins where the one before ended; answers them.
fn checked(world: &World, name: &str) -> Vec<StatementLine> {
    let lines = statement(world, name);
    let mut opening = 0;
    for line in &lines {
        assert_eq!(line.opening.i128(), opening);
        let closing = opening + line.received.u128().cast_signed()
            - line.spent.u128().cast_signed()
            - line.decayed.u128().cast_signed()
            + line.moved.i128();
        assert_eq!(line.closing.i128(), closing, "{line:?}");
        opening = closing;
    }
    assert_eq!(
        opening,
        world.view(name),
        "the last line ends with the position now"
    );
    lines
}

fn export(world: &World, name: &str) -> Vec<ExportItem> {
    let (member, mut after, mut items) = (world.address(name), None, vec![]);
    loop {
        let page: ExportResponse = world
            .query(QueryMsg::Export {
                member: member.clone(),
                after,
            })
            .unwrap();
        assert!(page.items.len() <= 50);
        items.extend(page.items);
        after = page.next;
        if after.is_none() {
            return items;
        }
    }
}

#[test]
fn a_statement_adds_up_whether_or_not_anything_was_folded() {
    let mut world = town();
    world.pay("ana", "ben", 100 * CREDIT).unwrap();
    world.pay("ben", "ana", 30 * CREDIT).unwrap();
    let unfolded = checked(&world, "ana");
    assert_eq!(unfolded.len(), 1);
    assert_eq!(unfolded[0].spent.u128(), 100 * CREDIT as u128);
    assert_eq!(unfolded[0].received.u128(), 30 * CREDIT as u128);
    assert_eq!(unfolded[0].moved.i128(), 1_000 * CREDIT, "the starter");
    world.settle(&["ana", "ben"]);
    assert_eq!(checked(&world, "ana"), unfolded);
}

#[test]
fn what_happened_in_a_period_stays_in_it_even_if_folded_much_later() {
    let mut world = town();
    world.now = START / PERIOD * PERIOD + PERIOD - 10;
    world.pay("ana", "ben", 100 * CREDIT).unwrap();
    let in_time = checked(&world, "ana");
    // nobody sweeps; three periods on there is another payment
    world.now += 3 * PERIOD;
    world.pay("ana", "ben", 7 * CREDIT).unwrap();
    let lines = checked(&world, "ana");
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[0].spent, in_time[0].spent);
    assert_eq!((lines[1].spent.u128(), lines[2].spent.u128()), (0, 0));
    assert_eq!(lines[3].spent.u128(), 7 * CREDIT as u128);
    assert!(lines.iter().all(|line| line.decayed.u128() > 0));
    let got = checked(&world, "ben");
    assert_eq!(got[0].received.u128(), 100 * CREDIT as u128);
    assert_eq!(got[3].received.u128(), 7 * CREDIT as u128);
    world.check();
}

#[test]
fn holds_and_gifts_are_moves_and_not_payments() {
    let mut world = town();
    let funding = world.address("funding");
    let hold =
        format!(r#"{{"hold":{{"for":"{funding}","amount":"40000000000000","msg":"e30="}}}}"#);
    world.say("ana", &hold).unwrap();
    let eva = world.address("eva");
    let capture = format!(
        r#"{{"resolve":{{"items":[{{"capture":{{"hold":"1","amount":"15000000000000","to":"{eva}"}}}},{{"release":{{"hold":"1"}}}}]}}}}"#
    );
    world.say("funding", &capture).unwrap();
    let ana = checked(&world, "ana");
    assert_eq!(
        (ana[0].spent.u128(), ana[0].moved.i128()),
        (0, 985 * CREDIT)
    );
    assert_eq!(
        checked(&world, "eva")[0].received.u128(),
        15 * CREDIT as u128
    );
    world.say("ana", r#"{"close_to":{}}"#).unwrap();
    assert_eq!(checked(&world, "ana")[0].moved.i128(), 0);
}

#[test]
fn statements_add_up_through_random_years() {
    for seed in 1..30 {
        let mut world = town();
        let mut random = Random(seed);
        let names = ["ana", "ben", "eva"];
        for _ in 0..200 {
            world.now += random.below(20 * DAY);
            let (from, to) = (random.below(3) as usize, random.below(3) as usize);
            let pico = i128::from(random.below(300)) * CREDIT / 7;
            match random.below(6) {
                0 => world.settle(&[names[from]]),
                1 => world.end_block(),
                2 => {
                    let rate = random.below(3_000_001);
                    let json = format!(r#"{{"set_parameters":{{"rate_ppb_per_day":{rate}}}}}"#);
                    world.say("authority", &json).unwrap();
                }
                _ => drop(world.pay(names[from], names[to], pico)),
            }
            world.check();
        }
        for name in names {
            let at = world.now - 23 * PERIOD;
            let all: StatementResponse = world
                .query(QueryMsg::Statement {
                    member: world.address(name),
                    from: Seconds(at),
                    to: Seconds(world.now),
                })
                .unwrap();
            assert_eq!(all.lines.len(), 24, "at most two years a time");
            for two in all.lines.windows(2) {
                assert_eq!(two[0].closing, two[1].opening, "MYCEL_SEED={seed}");
            }
            let last = all.lines.last().unwrap();
            assert_eq!(last.closing.i128(), world.view(name), "MYCEL_SEED={seed}");
        }
    }
}

#[test]
fn the_end_of_a_block_settles_thirty_two_accounts_in_turn() {
    let mut world = World::new(|_| {});
    for n in 0..50 {
        world.enrol(&format!("member {n}"), n);
    }
    // within the period: at its end the census settles accounts of its own
    world.now += 3 * DAY;
    let views = world.views();
    world.end_block();
    assert_eq!(world.told("settled"), Some("32"));
    assert_eq!(world.views(), views, "no view moves");
    let swept = |world: &World| {
        let accounts = world.accounts();
        accounts
            .iter()
            .filter(|account| account.position < 1_000 * CREDIT)
            .count()
    };
    assert_eq!(swept(&world), 32);
    world.end_block();
    assert_eq!(
        world.told("settled"),
        Some("18"),
        "those of the first round owe nothing"
    );
    assert_eq!(swept(&world), 50);
    world.end_block();
    assert_eq!(world.told("settled"), Some("0"));
    world.check();
}

#[test]
fn decay_reaches_the_commons_without_anyone_acting() {
    let mut world = town();
    world.pay("ana", "ben", 500 * CREDIT).unwrap();
    world.now += 693 * DAY;
    world.end_block();
    let kept = mycel_credit::invariants::read(&world.storage).unwrap();
    assert_eq!(
        kept.totals.commons,
        world.commons(),
        "nothing is due any more"
    );
    assert!(kept.totals.commons > 1_400 * CREDIT);
    assert_eq!(kept.totals.transit, 0);
    world.check();
}

#[test]
fn the_sweep_stops_early_when_there_is_much_to_count() {
    let mut world = World::new(|_| {});
    for n in 0..40 {
        world.enrol(&format!("member {n}"), n);
    }
    for from in 0..40 {
        for to in 1..9 {
            let to = (from + to) % 40;
            world
                .pay(&format!("member {from}"), &format!("member {to}"), CREDIT)
                .unwrap();
        }
    }
    world.end_block();
    assert_eq!(
        world.told("settled"),
        Some("4"),
        "4 · (10 + 8 · 18) are 600 at most"
    );
    for _ in 0..40 {
        world.end_block();
    }
    assert!(
        world
            .accounts()
            .iter()
            .all(|account| account.pending.is_empty())
    );
    world.check();
}

#[test]
fn an_export_holds_the_whole_record_page_by_page() {
    let mut world = town();
    let (ana, ben, funding) = (
        world.address("ana"),
        world.address("ben"),
        world.address("funding"),
    );
    for n in 0..60 {
        let pay =
            format!(r#"{{"pay":{{"to":"{ben}","amount":"1000000000000","ref":"deal/{n}"}}}}"#);
        world.say("ana", &pay).unwrap();
    }
    let back = format!(r#"{{"pay":{{"to":"{ana}","amount":"500000000000","ref":"deal/3"}}}}"#);
    world.say("ben", &back).unwrap();
    let received = format!(r#"{{"pay":{{"to":"{ana}","amount":"1","ref":"gift"}}}}"#);
    world.say("eva", &received).unwrap();
    for json in [
        format!(r#"{{"hold":{{"for":"{funding}","amount":"1000000000000","msg":"e30="}}}}"#),
        format!(r#"{{"request":{{"from":"{ben}","amount":"5","ref":"x"}}}}"#),
        format!(r#"{{"increase_allowance":{{"spender":"{ben}","amount":"9"}}}}"#),
    ] {
        world.say("ana", &json).unwrap();
    }
    let leave = format!(r#"{{"set_leaving":{{"owner":"{ana}"}}}}"#);
    world.say("authority", &leave).unwrap();
    let items = export(&world, "ana");
    let count = |which: fn(&ExportItem) -> bool| items.iter().filter(|item| which(item)).count();
    assert_eq!(count(|item| matches!(item, ExportItem::Account(_))), 1);
    assert_eq!(count(|item| matches!(item, ExportItem::Stored { .. })), 1);
    assert_eq!(count(|item| matches!(item, ExportItem::Plan(_))), 1);
    assert_eq!(count(|item| matches!(item, ExportItem::Hold(_))), 1);
    assert_eq!(count(|item| matches!(item, ExportItem::Request(_))), 1);
    assert_eq!(count(|item| matches!(item, ExportItem::Allowance(_))), 1);
    assert_eq!(count(|item| matches!(item, ExportItem::Statement(_))), 1);
    assert_eq!(count(|item| matches!(item, ExportItem::Settled { .. })), 61);
    assert!(items.iter().any(|item| matches!(item, ExportItem::Settled { r#ref, paid, received, .. }
        if r#ref == "deal/3" && paid.u128() == CREDIT as u128 && received.u128() == CREDIT as u128 / 2)));
    assert!(items.iter().any(
        |item| matches!(item, ExportItem::Settled { r#ref, received, with, .. }
        if r#ref == "gift" && received.u128() == 1 && *with == world.address("eva"))
    ));
    // a cursor that is none ends, and does not panic
    for bad in ["", "x", "ff", "59", "5900000000"] {
        let asked = QueryMsg::Export {
            member: ana.clone(),
            after: Some(bad.into()),
        };
        world.query::<ExportResponse>(asked).unwrap();
    }
}
