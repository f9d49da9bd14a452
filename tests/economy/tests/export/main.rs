//! The right to leave with one's whole record, across the contracts: each
//! stored record that names a member is in what the contracts give that member,
//! byte by byte; whoever leaves has a record that another community accepts.

mod deciding;
mod named;

use std::collections::{BTreeMap, BTreeSet};

use cosmwasm_std::{Addr, Binary};
use mycel_clearing::msg::ExportItem as ClearingItem;
use mycel_credit::msg::ExportItem as CreditItem;
use mycel_credit::state as credit;
use mycel_economy::elsewhere::Elsewhere;
use mycel_economy::play::Step;
use mycel_economy::town::{decided, identity};
use mycel_economy::view::Member;
use mycel_economy::{Play, Town, Way, cases, first_seed, reach};
use mycel_kit::peers::members::Status;
use mycel_members::ask::ExportItem as MembersItem;
use mycel_members::export::record_hash;
use mycel_members::state as members;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use named::{named_by_clearing, named_by_credit, named_by_members};

/// The name of a sandbox's chain.
const CHAIN: &str = "mycel-sandbox";
/// Messages of a town before its members look at their records.
const LIVED: u64 = 6_000;

type Entries = BTreeMap<Vec<u8>, Vec<u8>>;

/// Kinds of records that name members: each must be met.
const KINDS: [(&str, &str); 5] = [
    ("members", "mxkguhivVlcdtsPfMGFBzLI"),
    ("credit", "aixqSYHREFDNUJZLvwlsj"),
    ("clearing", "evuohjODLQPRC"),
    ("sortition", "hiHBSJC"),
    ("assembly", "PdusbSoRakDT"),
];

/// A town in which something has happened; `look` sees it now and then.
fn lived(seed: u64, mut look: impl FnMut(&Town)) -> (Town, Play) {
    let mut town = Town::new(Way::Native, 12, 80);
    let mut play = Play::new(seed);
    for n in 1..=LIVED {
        step(&mut town, &mut play, None);
        if n % 10 == 0 {
            look(&town);
        }
    }
    (town, play)
}

/// Kinds of records that are there now.
fn kinds_of(town: &Town) -> BTreeSet<(&'static str, char)> {
    let state = town.sandbox.state();
    let contracts = [
        &town.members,
        &town.credit,
        &town.clearing,
        &town.sortition,
        &town.assembly,
    ];
    let mut found = BTreeSet::new();
    for ((name, tags), contract) in KINDS.into_iter().zip(contracts) {
        let keys = state[contract]
            .keys()
            .filter(|key| *key != b"contract_info");
        let there: BTreeSet<u8> = keys.map(|key| key[0]).collect();
        let tags = tags.chars().filter(|tag| there.contains(&(*tag as u8)));
        found.extend(tags.map(|tag| (name, tag)));
    }
    found
}

/// One step: this one, or whatever comes next.
fn step(town: &mut Town, play: &mut Play, happens: Option<Step>) {
    let happens = happens.unwrap_or_else(|| play.step(town));
    let result = town.take(&happens);
    play.learn(town, &happens, &result, &reach::accepted());
}

/// All pages of an answer.
fn pages<T: DeserializeOwned>(town: &Town, contract: &Addr, ask: &Value, list: &str) -> Vec<T> {
    let (mut after, mut items) = (Value::Null, vec![]);
    for _ in 0..10_000 {
        let mut ask = ask.clone();
        let body = ask.as_object_mut().and_then(|ask| ask.values_mut().next());
        body.expect("a question")["after"] = after;
        let answer = town.sandbox.query::<Value>(contract, &ask);
        let mut answer = answer.unwrap_or_else(|why| panic!("{ask}: {why}"));
        let page: Vec<T> = serde_json::from_value(answer[list].take()).expect("items");
        assert!(page.len() <= 500, "{ask}");
        items.extend(page);
        after = answer["next"].take();
        if after.is_null() {
            return items;
        }
    }
    panic!("{ask} does not end")
}

#[derive(serde::Deserialize)]
struct Raw {
    key: Binary,
    value: Binary,
}

/// What a contract's `records` gives, each once.
fn records(town: &Town, contract: &Addr, ask: &Value) -> Entries {
    let all: Vec<Raw> = pages(town, contract, ask, "records");
    let count = all.len();
    let each: Entries = all
        .into_iter()
        .map(|r| (r.key.into(), r.value.into()))
        .collect();
    assert_eq!(each.len(), count, "a record twice: {ask}");
    each
}

/// Every record of all contracts is in what its members are given, and in
/// nobody else's.
fn check(town: &Town, met: &mut BTreeMap<String, u64>) {
    let state = town.sandbox.state();
    let all = town.members();
    let given: BTreeMap<u64, Entries> = all
        .iter()
        .map(|m| {
            let ask = json!({"records": {"person": m.number.to_string()}});
            (m.number, records(town, &town.members, &ask))
        })
        .collect();
    let compare = |tag: String,
                   owners: &BTreeSet<u64>,
                   key: &Vec<u8>,
                   value: &Vec<u8>,
                   given: &BTreeMap<u64, Entries>| {
        for (number, records) in given {
            let found = records.get(key);
            match owners.contains(number) {
                true => assert_eq!(found, Some(value), "{tag} {key:?} of {number}"),
                false => assert_eq!(found, None, "{tag} {key:?} told to {number}"),
            }
        }
    };
    let mut meet = |contract: &str, key: &[u8], owners: usize| {
        let tag = format!("{contract} {}", char::from(key[0]));
        if owners > 0 {
            *met.entry(tag.clone()).or_default() += owners as u64;
        }
        tag
    };
    for (key, value) in &state[&town.members] {
        let owners = named_by_members(key, value);
        let tag = meet("members", key, owners.len());
        compare(tag, &owners, key, value, &given);
    }
    let given: BTreeMap<u64, Entries> = all
        .iter()
        .map(|m| {
            let ask = json!({"records": {"member": m.address}});
            (m.number, records(town, &town.clearing, &ask))
        })
        .collect();
    for (key, value) in &state[&town.clearing] {
        match named_by_clearing(&all, &state[&town.clearing], key, value) {
            Some(owners) => {
                let known = owners.into_iter().filter(|owner| given.contains_key(owner));
                let owners: BTreeSet<u64> = known.collect();
                let tag = meet("clearing", key, owners.len());
                compare(tag, &owners, key, value, &given);
            }
            None => assert!(
                given
                    .values()
                    .any(|records| records.get(key) == Some(value))
            ),
        }
    }
    let given: BTreeMap<u32, Entries> = town
        .holdings()
        .into_iter()
        .map(|holding| {
            let ask = json!({"export": {"member": holding.owner}});
            let items: Vec<CreditItem> = pages(town, &town.credit, &ask, "items");
            let records = items.into_iter().filter_map(|item| match item {
                CreditItem::Record { key, value } => Some((key.into(), value.into())),
                _ => None,
            });
            (holding.number, records.collect())
        })
        .collect();
    for (key, value) in &state[&town.credit] {
        let owners = named_by_credit(town, key, value);
        meet("credit", key, owners.len());
        for (number, records) in &given {
            let found = owners.contains(number).then_some(value);
            assert_eq!(records.get(key), found, "credit {key:?} of {number}");
        }
    }
    deciding::check(town, &all, &mut meet);
}

/// What people read of a member: the same as the records, by value.
fn spoken(town: &Town, member: &Member) -> Vec<MembersItem> {
    let ask = json!({"export": {"member": member.address}});
    let items: Vec<MembersItem> = pages(town, &town.members, &ask, "items");
    assert!(matches!(&items[0], MembersItem::Member(view) if view.person.0 == member.number));
    let told: Vec<ClearingItem> = pages(town, &town.clearing, &ask, "items");
    let number = u32::try_from(member.number).expect("few people");
    let mut owed: Vec<_> = town
        .obligations()
        .into_iter()
        .filter(|(_, entry, amount)| {
            *amount > 0 && (entry.debtor == number || entry.creditor == number)
        })
        .map(|(obligation, _, amount)| (u64::from(obligation), amount))
        .collect();
    owed.sort_unstable();
    let mut said: Vec<_> = told
        .iter()
        .filter_map(|item| match item {
            ClearingItem::Obligation(view) => Some((view.obligation.0, view.amount.pico())),
            _ => None,
        })
        .filter(|(_, amount)| *amount > 0)
        .collect();
    said.sort_unstable();
    assert_eq!(said, owed, "what {number} owes and is owed");
    items
}

#[test]
fn the_exports_of_all_contracts_account_for_every_record_that_names_a_member() {
    let towns = (cases(20_000) / 5_000).max(1);
    let mut met = BTreeMap::new();
    for n in 0..towns {
        let seed = first_seed() + n;
        let mut seen = BTreeMap::<_, u32>::new();
        let mut look = |town: &Town, last: bool| {
            // some records are there for a few days only
            let mut fresh = last;
            for (contract, tag) in kinds_of(town) {
                let missing = !met.contains_key(&format!("{contract} {tag}"));
                let times = seen.entry((contract, tag)).or_default();
                *times += u32::from(missing);
                fresh |= missing && *times <= 3;
            }
            if fresh {
                check(town, &mut met);
                for member in town.members() {
                    spoken(town, &member);
                }
            }
        };
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let (town, _) = lived(seed, |town| look(town, false));
            look(&town, true);
        }));
        assert!(done.is_ok(), "seed={seed}");
    }
    println!("records by contract and tag, each counted for everybody it names: {met:?}");
    for (contract, tags) in KINDS {
        for tag in tags.chars() {
            let count = met.get(&format!("{contract} {tag}")).copied().unwrap_or(0);
            assert!(count > 0 || towns < 4, "no {contract} {tag} was ever met");
        }
    }
}

#[test]
fn whoever_leaves_has_a_whole_record_a_closed_account_and_a_way_into_another_community() {
    let (mut town, mut play) = lived(7, |_| {});
    let mut elsewhere = Town::new(Way::Native, 9, 9);
    let gone = |town: &Town| -> BTreeSet<u64> {
        let all = town.members().into_iter();
        let gone = all.filter(|m| m.record.status == Status::Left);
        gone.map(|m| m.number).collect()
    };
    let mut before = gone(&town);
    let (mut left, mut joined) = (0, 0);
    for _ in 0..4_000 {
        if left >= 5 && joined >= 2 {
            break;
        }
        let random = play.random.one_in(3);
        let happens = play.sense(&town, "members.advance/person");
        let happens = happens.filter(|_| !random);
        step(&mut town, &mut play, happens);
        let after = gone(&town);
        for number in after.difference(&before) {
            left += 1;
            let member = town
                .members()
                .into_iter()
                .find(|m| m.number == *number)
                .expect("known");
            // the record that was written is that of what the member is given
            let items = spoken(&town, &member);
            let hash = record_hash(CHAIN, *number, &items).expect("a hash");
            let written = members::attested(*number);
            let written = town
                .sandbox
                .read(&town.members, |storage| written.load(storage));
            let written = written.expect("members").expect("attested");
            assert_eq!(
                (written.record, written.items as usize),
                (hash, items.len())
            );
            assert_eq!(written.status, Status::Left);
            // the account is closed and empty
            let holding = town
                .holdings()
                .into_iter()
                .find(|h| h.owner == member.address);
            let account = holding.expect("an account").account;
            assert_eq!(
                (account.status, account.position),
                (credit::Status::Closed, 0)
            );
            // nothing was lost on the way
            check(&town, &mut BTreeMap::new());
            joined += u64::from(arrives(&town, &mut elsewhere, &member, left));
        }
        before = after;
    }
    println!("left={left} joined={joined}");
    assert!(left >= 5 && joined >= 2, "left={left} joined={joined}");
}

/// With a proof of the record under a header that the other community trusts
/// its owner joins there; once, and with nothing changed.
fn arrives(town: &Town, elsewhere: &mut Town, member: &Member, height: u64) -> bool {
    // an identity commitment belongs to one person there, too
    let bound = member
        .record
        .idc
        .is_some_and(|idc| elsewhere.has(&elsewhere.members, members::identity(&idc).bytes()));
    if bound || !elsewhere.is_stranger(&member.address) {
        return false;
    }
    let state = town.sandbox.state();
    let entries = state[&town.members].iter();
    let chain = Elsewhere::new(
        &town.members,
        entries.map(|(k, v)| (k.as_slice(), v.as_slice())),
    );
    let header = chain.header("riverside-1", height);
    elsewhere.founds(
        &elsewhere.members.clone(),
        &decided("constitutional", &header),
    );
    let shown = chain.show(&member.address, member.number);
    let place = elsewhere.members.clone();
    let handle = format!("from-{}", member.number);
    let join = |shown: &mycel_economy::elsewhere::Shown, n: u64| {
        shown.join(
            "riverside-1",
            height,
            &handle,
            &identity((1 << 20) + n as usize),
        )
    };
    let mut forged = shown.clone();
    *forged.record.last_mut().expect("bytes") ^= 1;
    let told = elsewhere
        .sandbox
        .execute(&member.address, &place, &join(&forged, height));
    assert!(told.is_err(), "a changed record");
    let told = elsewhere
        .sandbox
        .execute(&member.address, &place, &join(&shown, height));
    told.unwrap_or_else(|why| panic!("{why}"));
    let told = elsewhere
        .sandbox
        .execute(&member.address, &place, &join(&shown, height + 1_000));
    assert!(told.is_err(), "the same record twice");
    let (_, broken) = elsewhere.invariants();
    assert!(broken.is_empty(), "{broken:?}");
    // one of a community each epoch
    elsewhere.sandbox.advance_time(31 * 86_400);
    elsewhere.sandbox.end_block();
    let advance = json!({"advance": {"limit": 50}});
    let anyone = member.address.clone();
    elsewhere.sandbox.execute(&anyone, &place, &advance).ok();
    assert!(elsewhere.person(&member.address).is_some(), "enrolled");
    true
}
