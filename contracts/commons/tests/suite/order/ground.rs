//! The contract with one door more: a test may tell what rights would tell,
//! that somebody harvested more than its entitlement.

use cosmwasm_std::{DepsMut, Env, MessageInfo, Response, StdError, from_json, to_json_vec};
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_commons::call::Call;
use mycel_commons::{Quantity, contract, order, query};
use mycel_sandbox::{Code, Native, Receipt, address};
use serde_json::{Value, json};

use crate::world::judging::case_of;
use crate::world::{World, attribute, names};

fn execute(
    deps: DepsMut<'_, MycelQuery>,
    env: Env,
    info: MessageInfo,
    msg: Value,
) -> Result<Response<MycelMsg>, StdError> {
    let refused = |why: String| StdError::msg(why);
    let Some(over) = msg.get("overused") else {
        let msg = from_json(to_json_vec(&msg)?)?;
        return contract::execute(deps, env, info, msg).map_err(|why| refused(why.to_string()));
    };
    let mut call =
        Call::begin(deps, env, info.sender.as_str()).map_err(|why| refused(why.to_string()))?;
    let number = |field: &str| over[field].as_u64().expect("a number");
    order::overused(
        &mut call,
        number("commons"),
        number("person"),
        number("epoch"),
        Quantity::at_most(number("over").into()),
        Quantity::at_most(number("entitlement").into()),
    )
    .map_err(|why| refused(why.to_string()))?;
    Ok(call.finish())
}

pub fn native() -> Native {
    Native::new(contract::instantiate, execute, query::query)
        .with_reply(contract::reply)
        .with_sudo(|deps, env, _: mycel_bindings::SudoMsg| contract::end_block(deps, env))
}

/// Twenty persons, of whom 1 to 5 share a forest.
pub fn forest() -> (World, u64) {
    let mut world = World::begin(Code::native(native()), 20);
    let forest = world.found(&[(1, 1_000), (2, 1_000), (3, 1_000), (4, 0), (5, 0)]);
    (world, forest)
}

pub fn accusation(commons: u64, person: u64, what: Value) -> Value {
    json!({"accuse": {"commons": commons.to_string(), "person": person.to_string(),
        "what": what, "text": "felled by night", "evidence": "cd".repeat(32)}})
}

impl World {
    /// Person `by` accuses another; gives the case.
    #[track_caller]
    pub fn accused(&mut self, commons: u64, by: u64, person: u64, what: Value) -> u64 {
        let by = names(20)[by as usize - 1].clone();
        let receipt = self.as_(&by).say(accusation(commons, person, what));
        self.block();
        case_of(&receipt)
    }

    /// … and a jury says so, and it is acted upon.
    #[track_caller]
    pub fn sentenced(
        &mut self,
        commons: u64,
        by: u64,
        person: u64,
        what: Value,
        word: &str,
    ) -> Receipt {
        let case = self.accused(commons, by, person, what);
        self.judge(case, word);
        self.follow(case)
    }

    /// Somebody harvested so much beyond an entitlement of 1,000.
    #[track_caller]
    pub fn overuse(&mut self, commons: u64, person: u64, epoch: u64, over: u64) {
        self.as_("anyone")
            .say(json!({"overused": {"commons": commons, "person": person,
            "epoch": epoch, "over": over, "entitlement": 1_000}}));
    }

    #[track_caller]
    pub fn ladder(&self, commons: u64, person: u64) -> Value {
        let name = &names(20)[person as usize - 1];
        self.query(&json!({"ladder": {"commons": commons.to_string(), "member": address(name)}}))
    }

    #[track_caller]
    pub fn step(&self, commons: u64, person: u64) -> String {
        self.ladder(commons, person)["step"]
            .as_str()
            .expect("a step")
            .to_owned()
    }

    /// The appeal's case.
    #[track_caller]
    pub fn appealed(&mut self, person: u64, measure: u64) -> u64 {
        let name = names(20)[person as usize - 1].clone();
        let appeal = json!({"appeal": {"measure": measure.to_string()}});
        let receipt = self.as_(&name).say(appeal);
        assert!(attribute(&receipt, "wasm-appeal", "measure").is_some());
        self.block();
        case_of(&receipt)
    }
}
