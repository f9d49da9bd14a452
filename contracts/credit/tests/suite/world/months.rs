//! Worlds whose economy is looked at month by month.

use mycel_credit::census;
use mycel_credit::error::ContractError;
use mycel_credit::msg::{
    CapacityResponse, ControllerResponse, EconomyChanges, ExecuteMsg, NewAccount, ParameterChanges,
    QueryMsg,
};

use super::{CREDIT, DAY, World};

pub const MONTH: u64 = 30 * DAY;

/// A world whose economy has these parameters.
pub fn economy(changes: EconomyChanges) -> World {
    World::new(|msg| {
        msg.parameters = Some(Box::new(ParameterChanges {
            economy: Some(changes),
            ..ParameterChanges::default()
        }));
    })
}

pub fn standard() -> World {
    economy(EconomyChanges::default())
}

pub fn enrol(world: &mut World, name: &str, person: u64, sponsor: Option<&str>) {
    let new = NewAccount {
        sponsor: sponsor.map(|sponsor| world.address(sponsor)),
        ..world.person(name, person)
    };
    let authority = world.authority.to_string();
    world
        .execute(&authority, ExecuteMsg::OpenAccount(new))
        .expect("enrols");
}

pub fn code(result: Result<(), ContractError>) -> u32 {
    result.map_or_else(|error| error.code(), |()| 0)
}

pub fn capacity(world: &World, name: &str) -> CapacityResponse {
    let member = world.address(name);
    world.query(QueryMsg::Capacity { member }).unwrap()
}

pub fn controller(world: &World) -> ControllerResponse {
    world.query(QueryMsg::Controller {}).unwrap()
}

pub fn limit(world: &World, name: &str) -> i128 {
    capacity(world, name).limit.signed() / CREDIT
}

pub fn advance(world: &mut World, limit: u32) {
    let anyone = world.address("anyone");
    world
        .execute(&anyone, ExecuteMsg::Advance { limit })
        .expect("advances");
}

/// Ends of blocks until the census has nothing more to do.
pub fn count(world: &mut World) {
    for _ in 0..1_000 {
        let before = census::census().load(&world.storage).unwrap();
        advance(world, 2_000);
        if census::census().load(&world.storage).unwrap() == before {
            return;
        }
    }
    panic!("the census does not end");
}

/// A new world in the first period of 30 days that it sees wholly.
pub fn in_a_whole_month(mut world: World) -> World {
    next_month(&mut world);
    world
}

/// To the first day of the next period of 30 days.
pub fn next_month(world: &mut World) {
    world.now = (world.now / MONTH + 1) * MONTH + DAY;
}
