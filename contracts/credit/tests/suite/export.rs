//! The right to leave with one's whole record: after random deeds, each stored
//! record that names a member is in that member's export.
//!
//! `MYCEL_CASES` sets how many towns (default 400), `MYCEL_SEED` the first seed.

use std::collections::{BTreeMap, BTreeSet};

use crate::world::town::{Effect, Town};
use crate::world::{World, told};
use cosmwasm_std::Binary;
use mycel_credit::msg::{ExportItem, ExportResponse, QueryMsg};
use mycel_credit::state::{self, Owner};
use mycel_credit::{assessment, ledger, volume};

/// Records of the contract itself and sums over all: in nobody's export.
const GLOBAL: &[u8] = b"pOkngCc#tMBeryzQ";

fn be(key: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(key[at..at + 4].try_into().unwrap())
}

fn id(key: &[u8]) -> u64 {
    u64::from_be_bytes(key[1..].try_into().unwrap())
}

/// The accounts that a record names by its key, or as whose it is.
fn named(world: &World, key: &[u8], value: &[u8]) -> Vec<u32> {
    let of = |address: &[u8]| {
        let address = std::str::from_utf8(address).unwrap();
        state::number_of(address).may_load(&world.storage).unwrap()
    };
    match key[0] {
        _ if key == b"contract_info" => vec![],
        tag if GLOBAL.contains(&tag) => vec![],
        b'a' | b'i' | b'P' | b'S' | b'Y' | b'L' | b'w' | b'f' | b'l' | b's' | b'j' | b'G' => {
            vec![be(key, 1)]
        }
        b'J' | b'D' | b'N' | b'U' | b'v' => vec![be(key, 1), be(key, 5)],
        b'x' | b'q' => vec![u32::from_le_bytes(value.try_into().unwrap())],
        b'W' => of(&key[1..]).into_iter().collect(),
        b'E' => of(&key[5..]).into_iter().chain([be(key, 1)]).collect(),
        b'F' => {
            let (spender, owner) = key[1..].split_at(key.len() - 5);
            of(spender).into_iter().chain([be(owner, 0)]).collect()
        }
        b'H' => match state::hold(id(key)).decode(value).unwrap().owner {
            Owner::Account(owner) => vec![owner],
            Owner::Commons => vec![],
        },
        b'R' => {
            let request = state::request(id(key)).decode(value).unwrap();
            vec![request.payer, request.payee]
        }
        b'Z' => {
            let pool = state::pool(id(key)).decode(value).unwrap();
            vec![pool.opener, pool.to]
        }
        other => panic!("a record of an unknown kind: {}", char::from(other)),
    }
}

/// What records say of members that they are not keyed by: kind, who, whom.
fn said(key: &[u8], value: &[u8]) -> Vec<(&'static str, u32, u32)> {
    let all = |what, whom: Vec<u32>| whom.into_iter().map(|n| (what, be(key, 1), n)).collect();
    match key[0] {
        _ if key == b"contract_info" => vec![],
        b'i' => {
            let identity = state::identity(0).decode(value).unwrap();
            all("invited", identity.sponsor.into_iter().collect())
        }
        b'P' => {
            let stay = state::stay(0, 0).decode(value).unwrap();
            all("invited", stay.sponsor.into_iter().collect())
        }
        b'a' => {
            let flows = state::account(0).decode(value).unwrap().pending.flows;
            all("waiting", flows.iter().map(|flow| flow.to).collect())
        }
        b'f' => {
            let flows = volume::aside(0, 0).decode(value).unwrap();
            all("waiting", flows.iter().map(|flow| flow.0).collect())
        }
        b'l' => all(
            "assessed",
            ledger::ledger(0).decode(value).unwrap().assessors,
        ),
        b'j' => {
            let open = assessment::assessment(0).decode(value).unwrap();
            all("said", open.given.iter().map(|given| given.0).collect())
        }
        _ => vec![],
    }
}

fn export(world: &World, member: &str) -> Vec<ExportItem> {
    let (mut after, mut items) = (None, vec![]);
    for _ in 0..1_000 {
        let asked = QueryMsg::Export {
            member: member.to_owned(),
            after,
        };
        let page: ExportResponse = world.query(asked).unwrap();
        assert!(page.items.len() <= 50);
        items.extend(page.items);
        after = page.next;
        if after.is_none() {
            return items;
        }
    }
    panic!("the export does not end")
}

fn check(world: &World, met: &mut BTreeMap<String, u64>) {
    let count = u32::try_from(world.accounts().len()).unwrap();
    let address = |number| {
        state::identity(number)
            .load(&world.storage)
            .unwrap()
            .address
    };
    let mut records = Vec::new();
    let mut says = BTreeSet::new();
    for number in 0..count {
        let own = address(number);
        let mut bytes = BTreeMap::new();
        for item in export(world, &own) {
            match item {
                ExportItem::Record { key, value } => {
                    let twice = bytes.insert(key.to_vec(), value);
                    assert!(twice.is_none() || b"DN".contains(&key[0]), "{key:?} twice");
                }
                ExportItem::Invited { member, .. } => _ = says.insert(("invited", member, number)),
                ExportItem::Assessed { member, .. } => {
                    says.insert(("assessed", member, number));
                }
                ExportItem::Said { member, .. } => _ = says.insert(("said", member, number)),
                ExportItem::Waiting { from, to, .. } if to == own => {
                    says.insert(("waiting", from, number));
                }
                _ => {}
            }
        }
        records.push(bytes);
    }
    for (key, value) in &world.storage.map {
        let owners = named(world, key, value);
        for owner in &owners {
            let found = records[*owner as usize].get(key);
            let tag = char::from(key[0]);
            assert_eq!(
                found,
                Some(&Binary::from(value.clone())),
                "{tag} of {owner}"
            );
            *met.entry(tag.to_string()).or_default() += 1;
        }
        for (what, who, whom) in said(key, value) {
            assert!(
                says.contains(&(what, address(who), whom)),
                "{what} {who} {whom}"
            );
            *met.entry(what.to_owned()).or_default() += 1;
        }
        if key[0] == b'a' && state::account(0).decode(value).unwrap().returned {
            *met.entry("returned".to_owned()).or_default() += 1;
        }
        // and nobody is told of records that do not name them
        for (number, bytes) in records.iter().enumerate() {
            let own = owners.contains(&u32::try_from(number).unwrap());
            assert!(own || !bytes.contains_key(key), "{key:?} told to {number}");
        }
    }
}

#[test]
fn the_exports_of_all_members_account_for_every_record_that_names_one() {
    let (cases, first) = (told("MYCEL_CASES", 400), told("MYCEL_SEED", 1));
    eprintln!("MYCEL_CASES={cases} MYCEL_SEED={first}");
    let mut met = BTreeMap::new();
    for seed in first..first + cases {
        let mut town = Town::new(seed);
        for _ in 0..80 {
            town.wait_a_little();
            let (sender, msg, effect) = town.message();
            if town.world.execute(&sender, msg).is_ok() {
                match effect {
                    Effect::Rotation { who, to } => town.addresses[who] = to,
                    Effect::Opening => town.opened += 1,
                    _ => {}
                }
            }
        }
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            check(&town.world, &mut met);
        }));
        assert!(done.is_ok(), "MYCEL_SEED={seed} MYCEL_CASES=1 fails again");
    }
    eprintln!("{met:?}");
    if cases >= 400 {
        for kind in "aixqSPYHREFDNUJZLvwflsjG".chars() {
            assert!(
                met.contains_key(&kind.to_string()),
                "no {kind} was ever met"
            );
        }
        for kind in ["invited", "waiting", "assessed", "said", "returned"] {
            assert!(met.contains_key(kind), "nobody was ever {kind}");
        }
    }
}

/// Far more accounts and records than a page walks.
#[test]
fn an_export_of_many_partners_ends_and_misses_none() {
    let mut world = World::new(|_| {});
    for n in 0..150 {
        world.enrol(&format!("member {n}"), n);
    }
    for n in 1..150 {
        world.pay("member 0", &format!("member {n}"), 1).unwrap();
        world.pay(&format!("member {n}"), "member 149", 1).ok();
    }
    check(&world, &mut BTreeMap::new());
}
