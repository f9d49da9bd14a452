//! Credit and trust as far as members speaks with them: they keep what they
//! are told, refuse what the interface says they refuse, and nothing else.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{
    Binary, Deps, DepsMut, Env, Int128, MessageInfo, Response, StdError, Storage, Uint128,
    from_json, to_json_binary, to_json_vec,
};
use mycel_kit::peers::credit::{CreditMsg, CreditQuery, Kind, Position};
use mycel_kit::peers::items::{ItemsQuery, OpenItems};
use mycel_kit::peers::trust::TrustMsg;
use mycel_kit::{Amount, Id, Seconds};
use mycel_sandbox::Native;

#[cw_serde]
pub struct Begin {
    pub members: String,
}

#[cw_serde]
pub struct Account {
    pub kind: Kind,
    pub person: Option<Id>,
    pub sponsor: Option<String>,
    pub scale_bps: u16,
    pub frozen: bool,
    pub leaving: bool,
    pub position: Int128,
    pub open: u32,
}

#[cw_serde]
pub struct Leaf {
    pub idc: String,
    pub live: bool,
    pub vouch: u32,
    pub retired: bool,
}

#[cw_serde]
#[serde(untagged)]
#[schemaifier(mute_warnings)]
pub enum CreditOrTest {
    Credit(CreditMsg),
    Test { test: Test },
}

#[cw_serde]
pub struct Test {
    pub owner: String,
    pub position: Int128,
    pub open: u32,
}

fn put(storage: &mut dyn Storage, key: &str, value: &impl serde::Serialize) {
    storage.set(key.as_bytes(), &to_json_vec(value).expect("JSON"));
}

pub fn account(storage: &dyn Storage, owner: &str) -> Option<Account> {
    storage
        .get(format!("a/{owner}").as_bytes())
        .map(|bytes| from_json(bytes).expect("an account"))
}

pub fn leaf(storage: &dyn Storage, person: u64) -> Option<Leaf> {
    storage
        .get(format!("l/{person}").as_bytes())
        .map(|bytes| from_json(bytes).expect("a leaf"))
}

fn begin(deps: DepsMut<'_>, _: Env, _: MessageInfo, msg: Begin) -> Result<Response, StdError> {
    put(deps.storage, "members", &msg.members);
    Ok(Response::new())
}

fn from_members(deps: &DepsMut<'_>, info: &MessageInfo) -> Result<(), StdError> {
    let members: String = from_json(deps.storage.get(b"members").expect("begun"))?;
    if info.sender.as_str() == members {
        Ok(())
    } else {
        Err(StdError::msg("unauthorized: not members"))
    }
}

fn known(deps: &DepsMut<'_>, owner: &str) -> Result<Account, StdError> {
    account(deps.storage, owner).ok_or_else(|| StdError::msg(format!("unknown account: {owner}")))
}

fn credit_execute(
    deps: DepsMut<'_>,
    _: Env,
    info: MessageInfo,
    msg: CreditOrTest,
) -> Result<Response, StdError> {
    let msg = match msg {
        CreditOrTest::Test { test } => {
            let mut account = known(&deps, &test.owner)?;
            account.position = test.position;
            account.open = test.open;
            put(deps.storage, &format!("a/{}", test.owner), &account);
            return Ok(Response::new());
        }
        CreditOrTest::Credit(msg) => msg,
    };
    from_members(&deps, &info)?;
    match msg {
        CreditMsg::OpenAccount {
            owner,
            kind,
            person,
            sponsor,
        } => {
            if account(deps.storage, &owner).is_some() {
                return Err(StdError::msg("account exists"));
            }
            if let Some(sponsor) = &sponsor {
                known(&deps, sponsor)?;
            }
            if let Some(Id(person)) = person {
                let seen = format!("p/{person}");
                // opened again once the account is closed
                if let Some(owner) = deps.storage.get(seen.as_bytes()) {
                    let owner: String = from_json(owner)?;
                    if account(deps.storage, &owner).is_some() {
                        return Err(StdError::msg("person seen"));
                    }
                }
                put(deps.storage, &seen, &owner);
            }
            let account = Account {
                kind,
                person,
                sponsor,
                scale_bps: 10_000,
                frozen: false,
                leaving: false,
                position: Int128::zero(),
                open: 0,
            };
            put(deps.storage, &format!("a/{owner}"), &account);
        }
        CreditMsg::SetStanding {
            owner,
            scale_bps,
            frozen,
        } => {
            let mut account = known(&deps, &owner)?;
            account.scale_bps = scale_bps;
            account.frozen = frozen;
            put(deps.storage, &format!("a/{owner}"), &account);
        }
        CreditMsg::SetLeaving { owner } => {
            let mut account = known(&deps, &owner)?;
            account.leaving = true;
            put(deps.storage, &format!("a/{owner}"), &account);
        }
        CreditMsg::CloseAccount { owner } => {
            let account = known(&deps, &owner)?;
            if !account.position.is_zero() || account.open != 0 {
                return Err(StdError::msg("not empty"));
            }
            deps.storage.remove(format!("a/{owner}").as_bytes());
        }
        CreditMsg::Rotate { from, to } => {
            let Some(moved) = account(deps.storage, &from) else {
                // a closed account
                return Ok(Response::new());
            };
            if account(deps.storage, &to).is_some() {
                return Err(StdError::msg("account exists"));
            }
            deps.storage.remove(format!("a/{from}").as_bytes());
            put(deps.storage, &format!("a/{to}"), &moved);
        }
        other => return Err(StdError::msg(format!("not of members: {other:?}"))),
    }
    Ok(Response::new())
}

fn credit_query(deps: Deps<'_>, env: Env, msg: CreditQuery) -> Result<Binary, StdError> {
    let of = |owner: &str| {
        account(deps.storage, owner)
            .ok_or_else(|| StdError::msg(format!("unknown account: {owner}")))
    };
    match msg {
        CreditQuery::Position { member, .. } => {
            let account = of(&member)?;
            to_json_binary(&Position {
                position: account.position,
                pending_decay: Uint128::zero(),
                limit: Amount::ZERO,
                headroom: Uint128::zero(),
                held: Uint128::zero(),
                frozen: account.frozen,
                at: Seconds(env.block.time.seconds()),
            })
        }
        CreditQuery::OpenItems { member } => {
            let account = of(&member)?;
            to_json_binary(&OpenItems {
                open: account.open,
                items: (0..account.open).map(|n| format!("hold {n}")).collect(),
            })
        }
        other => Err(StdError::msg(format!("not asked by members: {other:?}"))),
    }
}

#[cw_serde]
#[serde(untagged)]
#[schemaifier(mute_warnings)]
pub enum TrustOrTest {
    Trust(TrustMsg),
    Test { test: Deals },
}

/// What a member has open in trust.
#[cw_serde]
pub struct Deals {
    pub owner: String,
    pub open: u32,
}

fn trust_execute(
    deps: DepsMut<'_>,
    _: Env,
    info: MessageInfo,
    msg: TrustOrTest,
) -> Result<Response, StdError> {
    let msg = match msg {
        TrustOrTest::Trust(msg) => msg,
        TrustOrTest::Test { test } => {
            put(deps.storage, &format!("o/{}", test.owner), &test.open);
            return Ok(Response::new());
        }
    };
    from_members(&deps, &info)?;
    let known = |person: u64| {
        leaf(deps.storage, person).ok_or_else(|| StdError::msg(format!("unknown: {person}")))
    };
    let (Id(person), leaf) = match msg {
        TrustMsg::Enrol { person, idc } => {
            if known(person.0).is_ok() {
                return Err(StdError::msg("enrolled before"));
            }
            let seen = format!("i/{idc}");
            if deps.storage.get(seen.as_bytes()).is_some() {
                return Err(StdError::msg("idc seen"));
            }
            put(deps.storage, &seen, &person);
            let leaf = Leaf {
                idc,
                live: true,
                vouch: 0,
                retired: false,
            };
            (person, leaf)
        }
        TrustMsg::Retire { person } => (
            person,
            Leaf {
                live: false,
                retired: true,
                ..known(person.0)?
            },
        ),
        TrustMsg::SetLeaf {
            person,
            live,
            vouch,
        } => {
            let leaf = known(person.0)?;
            // only who is back has a leaf again
            if (leaf.retired && !live && vouch > 0) || vouch > 64 {
                return Err(StdError::msg("refused"));
            }
            (
                person,
                Leaf {
                    live,
                    vouch,
                    retired: false,
                    ..leaf
                },
            )
        }
    };
    put(deps.storage, &format!("l/{person}"), &leaf);
    Ok(Response::new())
}

fn trust_query(deps: Deps<'_>, _: Env, msg: ItemsQuery) -> Result<Binary, StdError> {
    let ItemsQuery::OpenItems { member } = msg;
    let stored = deps.storage.get(format!("o/{member}").as_bytes());
    let open = stored.map_or(0, |bytes| from_json(bytes).expect("a number"));
    to_json_binary(&OpenItems {
        open,
        items: (0..open).map(|n| format!("deal {n}")).collect(),
    })
}

pub fn credit() -> Native {
    Native::new(begin, credit_execute, credit_query)
}

pub fn trust() -> Native {
    Native::new(begin, trust_execute, trust_query)
}
