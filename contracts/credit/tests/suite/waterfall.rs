//! How the commons flow back, and what may be spent of them.

use crate::world::{CREDIT, DAY, World};
use mycel_credit::error::ContractError;
use mycel_credit::msg::{CommonsResponse, QueryMsg, WaterfallResponse};

fn town() -> World {
    let mut world = World::new(|_| {});
    for (person, name) in ["ana", "ben", "eva"].into_iter().enumerate() {
        world.enrol(name, person as u64);
    }
    world
}

fn code(result: Result<(), ContractError>) -> u32 {
    result.map_or_else(|error| error.code(), |()| 0)
}

fn fall(world: &World) -> WaterfallResponse {
    world.query(QueryMsg::Waterfall {}).unwrap()
}

fn commons(world: &World) -> CommonsResponse {
    world.query(QueryMsg::Commons {}).unwrap()
}

fn distribute(world: &mut World) -> u32 {
    code(world.say("passer-by", r#"{"distribute":{}}"#))
}

fn spend(world: &mut World, class: &str, rest: &str) -> u32 {
    let json = format!(
        r#"{{"decided":{{"proposal":"1","electorate":"all","class":"{class}","action":{{"spend_commons":{{{rest}}}}}}}}}"#
    );
    code(world.say("authority", &json))
}

/// A town whose commons hold 600 credits; its waterfall reserves `reserve`.
fn with_commons(reserve: u64, funding: bool) -> World {
    let mut world = town();
    world.say("eva", r#"{"close_to":{}}"#).unwrap();
    let ana = world.address("ana");
    assert_eq!(
        spend(
            &mut world,
            "spending",
            &format!(r#""to":"{ana}","amount":"400000000000000""#)
        ),
        0
    );
    let peer = if funding {
        world.address("funding")
    } else {
        String::new()
    };
    let pico = reserve * 1_000_000_000_000;
    let json = format!(
        r#"{{"set_parameters":{{"rate_ppb_per_day":0,"funding":"{peer}","waterfall":{{"epoch":"2592000","losses_ppm":333333,"genesis_ppm":166666,"services_ppm":250000,"reserve":"{pico}"}}}}}}"#
    );
    world.say("authority", &json).unwrap();
    world.name_holders(&["funding"]);
    world
}

#[test]
fn an_epoch_gives_losses_a_third_genesis_a_sixth_then_services() {
    let mut world = with_commons(0, false);
    assert_eq!(distribute(&mut world), 46, "no epoch has ended");
    world.now += 30 * DAY;
    let genesis = commons(&world).genesis.i128();
    assert_eq!(distribute(&mut world), 0);
    let share = |ppm: i128| 600 * CREDIT * ppm / 1_000_000;
    let now = fall(&world);
    assert_eq!(now.loss_budget.u128().cast_signed(), share(333_333));
    assert_eq!(now.services.u128().cast_signed(), share(250_000));
    assert_eq!(commons(&world).genesis.i128(), genesis + share(166_666));
    assert_eq!(
        commons(&world).commons.i128(),
        600 * CREDIT - share(166_666)
    );
    assert_eq!(
        now.dividend.u128(),
        0,
        "without a funding contract the rest stays"
    );
    assert_eq!(distribute(&mut world), 46);
    world.check();
}

#[test]
fn the_loss_budget_never_exceeds_a_third_of_the_commons() {
    let mut world = with_commons(0, false);
    for _ in 0..10 {
        world.now += 30 * DAY;
        let commons = commons(&world).commons.i128();
        assert_eq!(distribute(&mut world), 0);
        let budget = fall(&world).loss_budget.u128();
        assert!(budget.cast_signed() * 3 <= commons, "{budget} of {commons}");
    }
    world.check();
}

#[test]
fn no_epoch_is_missed_however_late_the_call() {
    let (mut punctual, mut late) = (with_commons(0, false), with_commons(0, false));
    for _ in 0..5 {
        punctual.now += 30 * DAY;
        distribute(&mut punctual);
    }
    late.now += 5 * 30 * DAY;
    distribute(&mut late);
    assert_eq!(fall(&late), fall(&punctual));
    assert_eq!(commons(&late), commons(&punctual));
    // at most twelve in one call
    late.now += 20 * 30 * DAY;
    distribute(&mut late);
    assert_eq!(fall(&late).next_epoch.0, 18);
    assert_eq!(distribute(&mut late), 0);
    assert_eq!(fall(&late).next_epoch.0, 26);
}

#[test]
fn a_dividend_above_the_reserve_leaves_as_a_hold_of_the_commons() {
    let mut world = with_commons(50, true);
    world.now += 30 * DAY;
    assert_eq!(distribute(&mut world), 0);
    let share = |ppm: i128| 600 * CREDIT * ppm / 1_000_000;
    let rest = 600 * CREDIT - share(333_333) - share(166_666) - share(250_000);
    let dividend = rest - 50 * CREDIT;
    assert_eq!(world.told("dividend"), Some(dividend.to_string().as_str()));
    let (to, told) = world.sent().expect("one message");
    assert_eq!(to, world.address("funding"));
    // {"dividend":{"epoch":"1"}} in base64
    assert!(
        told.contains(r#""msg":"eyJkaXZpZGVuZCI6eyJlcG9jaCI6IjEifX0=""#),
        "{told}"
    );
    assert!(told.contains(r#""owner":"commons""#));
    world.check();
    let mut poor = with_commons(5_000, true);
    poor.now += 30 * DAY;
    assert_eq!(distribute(&mut poor), 0);
    assert!(poor.last.messages.is_empty(), "nothing above the reserve");
}

#[test]
fn genesis_is_repaid_at_most_to_zero() {
    let mut world = with_commons(0, false);
    for _ in 0..200 {
        world.now += 30 * DAY;
        distribute(&mut world);
        assert!(commons(&world).genesis.i128() <= 0);
    }
    world.check();
}

#[test]
fn spending_needs_its_class_a_target_and_enough_beside_what_is_set_aside() {
    let mut world = with_commons(0, false);
    let ana = world.address("ana");
    let to = format!(r#""to":"{ana}","#);
    assert_eq!(
        spend(&mut world, "ordinary", &format!(r#"{to}"amount":"1""#)),
        19
    );
    assert_eq!(spend(&mut world, "spending", r#""amount":"1""#), 49);
    let both = format!(r#"{to}"hold_for":"{ana}","amount":"1""#);
    assert_eq!(spend(&mut world, "spending", &both), 49);
    assert_eq!(
        spend(&mut world, "spending", &format!(r#"{to}"amount":"0""#)),
        8
    );
    assert_eq!(
        spend(
            &mut world,
            "spending",
            &format!(r#"{to}"amount":"600000000000001""#)
        ),
        34
    );
    assert_eq!(
        spend(&mut world, "spending", r#""to":"nobody","amount":"1""#),
        5
    );
    let stranger = format!(r#""hold_for":"{ana}","amount":"1""#);
    assert_eq!(spend(&mut world, "spending", &stranger), 33);
    world.now += 30 * DAY;
    distribute(&mut world);
    // what is set aside for losses is not spent
    let left = commons(&world).commons.i128() - fall(&world).loss_budget.u128().cast_signed();
    assert_eq!(
        spend(
            &mut world,
            "spending",
            &format!(r#"{to}"amount":"{}""#, left + 1)
        ),
        34
    );
    let before = world.view("ana");
    assert_eq!(
        spend(&mut world, "spending", &format!(r#"{to}"amount":"{left}""#)),
        0
    );
    assert_eq!(world.view("ana"), before + left);
    assert_eq!(fall(&world).services.u128(), 0);
    world.check();
}

#[test]
fn shares_stay_within_their_bounds() {
    let mut world = town();
    let mut set = |terms: &str| {
        code(world.say(
            "authority",
            &format!(r#"{{"set_parameters":{{"waterfall":{{{terms}}}}}}}"#),
        ))
    };
    let terms = |epoch: u64, losses: u32, genesis: u32, services: u32| {
        format!(
            r#""epoch":"{epoch}","losses_ppm":{losses},"genesis_ppm":{genesis},"services_ppm":{services},"reserve":"0""#
        )
    };
    assert_eq!(set(&terms(86_400, 333_333, 166_666, 500_001)), 0);
    assert_eq!(set(&terms(86_399, 0, 0, 0)), 10);
    assert_eq!(set(&terms(31_536_001, 0, 0, 0)), 10);
    assert_eq!(set(&terms(86_400, 333_334, 0, 0)), 10);
    assert_eq!(set(&terms(86_400, 0, 166_667, 0)), 10);
    assert_eq!(set(&terms(86_400, 333_333, 166_666, 500_002)), 10);
}
