//! The right to leave with one's whole record, across the contracts: each
//! stored record that names a member is in what the contracts give that member,
//! byte by byte; whoever leaves has a record that another community accepts.

use std::collections::{BTreeMap, BTreeSet};

use cosmwasm_std::{Addr, Binary};
use mycel_clearing::book::Page;
use mycel_clearing::msg::ExportItem as ClearingItem;
use mycel_credit::msg::ExportItem as CreditItem;
use mycel_credit::state::{self as credit, Owner};
use mycel_economy::elsewhere::Elsewhere;
use mycel_economy::play::Step;
use mycel_economy::town::{decided, identity};
use mycel_economy::view::{Member, be4, be8};
use mycel_economy::{Play, Town, Way, cases};
use mycel_kit::peers::members::Status;
use mycel_members::ask::ExportItem as MembersItem;
use mycel_members::export::record_hash;
use mycel_members::state as members;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The name of a sandbox's chain.
const CHAIN: &str = "mycel-sandbox";
/// Messages of a town before its members look at their records.
const LIVED: u64 = 1_500;

type Entries = BTreeMap<Vec<u8>, Vec<u8>>;

/// A town in which something has happened.
fn lived(seed: u64) -> (Town, Play) {
    let mut town = Town::new(Way::Native, 12, 80);
    let mut play = Play::new(seed);
    for _ in 0..LIVED {
        step(&mut town, &mut play, None);
    }
    (town, play)
}

/// One step: this one, or whatever comes next.
fn step(town: &mut Town, play: &mut Play, happens: Option<Step>) {
    let happens = happens.unwrap_or_else(|| play.step(town));
    let result = town.take(&happens);
    play.learn(town, &happens, &result);
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

/// Whom a record of the members contract names; nobody for the community's own.
fn named_by_members(key: &[u8], value: &[u8]) -> BTreeSet<u64> {
    let own = || [be8(key, 1)].into_iter();
    let both = || [be8(key, 1), be8(key, 9)].into_iter();
    let rest = |key: &[u8]| String::from_utf8(key[1..].to_vec()).expect("text");
    let shares = |shares: &[(u64, u16)]| shares.iter().map(|(p, _)| *p).collect::<Vec<_>>();
    let org = |org: members::Org| {
        let mut all = shares(&org.controllers);
        for change in org.waiting {
            all.extend(shares(&change.controllers));
            all.extend(change.approvals);
        }
        all
    };
    match key[0] {
        // a pause names nobody
        _ if key == b"contract_info" || key[0] == 0 => BTreeSet::new(),
        b'p' | b'e' | b'n' | b'j' | b'E' | b'H' | b'K' | b'o' | b'O' | b'w' | b'C' => {
            BTreeSet::new()
        }
        b'B' | b'L' | b'P' | b'a' | b'k' | b'l' | b't' | b'y' => own().collect(),
        b'r' => own()
            .chain(members::stay(0, 0).decode(value).expect("a stay").sponsor)
            .collect(),
        b'V' | b'd' => both().collect(),
        // invited by nobody but the assembly: 0
        b'v' => own().filter(|sponsor| *sponsor > 0).collect(),
        // a community counts as a tree, too
        b'T' => [be8(key, 9)]
            .into_iter()
            .filter(|root| root >> 63 == 0)
            .collect(),
        b'i' | b'I' => {
            let person: u64 = borsh::from_slice(value).expect("a number");
            [person].into_iter().filter(|person| *person > 0).collect()
        }
        b'x' => [members::held(&rest(key))
            .decode(value)
            .expect("held")
            .number]
        .into(),
        b'h' => match members::handle(&rest(key))
            .decode(value)
            .expect("a handle")
            .holder
        {
            members::Holder::Number(number) => [number].into(),
            members::Holder::Waiting(_) => BTreeSet::new(),
        },
        b'm' => {
            let person = members::person(0).decode(value).expect("a person");
            own().chain(person.sponsor).filter(|p| *p > 0).collect()
        }
        b'q' => {
            let entry = members::entry(0).decode(value).expect("an entry");
            entry.sponsor.into_iter().chain(entry.former).collect()
        }
        b'c' => {
            let subject = members::credential(0, 0)
                .decode(value)
                .expect("a credential")
                .subject;
            own().chain([subject]).collect()
        }
        b's' => own()
            .chain(
                members::sanction(0)
                    .decode(value)
                    .expect("a sanction")
                    .basis,
            )
            .collect(),
        b'f' => {
            let flags = members::flags(0).decode(value).expect("flags");
            own().chain(flags.iter().map(|flag| flag.by)).collect()
        }
        b'g' => {
            let guard = members::guard(0).decode(value).expect("guardians");
            let words = guard.recoveries.into_iter();
            let words = words.flat_map(|running| running.approvals);
            own().chain(guard.persons).chain(words).collect()
        }
        b'u' => {
            let usage = members::usage(0).decode(value).expect("usage");
            let flagged = usage.flags.iter().map(|(person, _)| *person);
            own()
                .chain(flagged)
                .chain(usage.vouches)
                .chain(usage.orgs)
                .collect()
        }
        b'M' => {
            let measure = members::measure(0).decode(value).expect("a measure");
            let asks = match measure.question {
                members::Question::Sanction { accuser, .. } => Some(accuser),
                _ => None,
            };
            [measure.person]
                .into_iter()
                .chain(asks)
                .chain(measure.parties)
                .collect()
        }
        b'G' => own()
            .chain(org(members::org(0).decode(value).expect("an org")))
            .collect(),
        b'F' => {
            let founding = members::founding("").decode(value).expect("a founding");
            org(founding.org)
                .into_iter()
                .chain(founding.approvals)
                .collect()
        }
        b'z' => match members::task(0, 0).decode(value).expect("a task") {
            members::Task::Step(person) | members::Task::Recheck(person) => [person].into(),
            members::Task::Vouch(to, from) => [to, from].into(),
            members::Task::Measure(_) => BTreeSet::new(),
        },
        other => panic!("a record of an unknown kind: {}", char::from(other)),
    }
}

/// The accounts that a record of credit names by its key, or as whose it is.
fn named_by_credit(town: &Town, key: &[u8], value: &[u8]) -> BTreeSet<u32> {
    let of = |address: &[u8]| {
        let key = credit::number_of(std::str::from_utf8(address).expect("text"));
        let found = town
            .sandbox
            .read(&town.credit, |storage| key.may_load(storage));
        found.expect("credit").expect("a number")
    };
    let id = || be8(key, 1);
    match key[0] {
        // a pause names nobody
        _ if key == b"contract_info" || key[0] == 0 => BTreeSet::new(),
        b'p' | b'O' | b'k' | b'n' | b'g' | b'C' | b'c' | b'#' | b't' | b'M' | b'B' | b'e'
        | b'r' | b'y' | b'z' | b'Q' => BTreeSet::new(),
        b'a' | b'i' | b'S' | b'Y' | b'L' | b'w' | b'f' | b'l' | b's' | b'j' | b'P' | b'G' => {
            [be4(key, 1)].into()
        }
        b'J' | b'D' | b'N' | b'U' | b'v' => [be4(key, 1), be4(key, 5)].into(),
        b'x' | b'q' => [u32::from_le_bytes(value.try_into().expect("a number"))].into(),
        b'W' => of(&key[1..]).into_iter().collect(),
        b'E' => of(&key[5..]).into_iter().chain([be4(key, 1)]).collect(),
        b'F' => {
            let (spender, owner) = key[1..].split_at(key.len() - 5);
            of(spender).into_iter().chain([be4(owner, 0)]).collect()
        }
        b'H' => match credit::hold(id()).decode(value).expect("a hold").owner {
            Owner::Account(owner) => [owner].into(),
            Owner::Commons => BTreeSet::new(),
        },
        b'R' => {
            let request = credit::request(id()).decode(value).expect("a request");
            [request.payer, request.payee].into()
        }
        b'Z' => {
            let pool = credit::pool(id()).decode(value).expect("a pool");
            [pool.opener, pool.to].into()
        }
        other => panic!("a record of an unknown kind: {}", char::from(other)),
    }
}

/// Whom a record of clearing names; `None` for everybody's pages.
fn named_by_clearing(
    all: &[Member],
    entries: &Entries,
    key: &[u8],
    value: &[u8],
) -> Option<BTreeSet<u64>> {
    let narrow = |at: usize| u64::from(be4(key, at));
    let solver = |address: &str| {
        let found = all.iter().filter(|m| m.address.as_str() == address);
        found.map(|m| m.number).collect()
    };
    let of_page = |page: u32| {
        let (e, v) = (
            mycel_clearing::book::entries_key(page),
            mycel_clearing::book::amounts_key(page),
        );
        let bytes = entries.get(&e).zip(entries.get(&v));
        bytes.map_or_else(Page::default, |(e, v)| {
            Page::decode(page, e, v).expect("a page")
        })
    };
    let parties =
        |entry: &mycel_clearing::book::Entry| [u64::from(entry.debtor), u64::from(entry.creditor)];
    Some(match key[0] {
        // a pause names nobody
        _ if key == b"contract_info" || key[0] == 0 => BTreeSet::new(),
        // the contract's own, and the frozen graphs of rounds
        b'p' | b'N' | b't' | b'a' | b'l' | b'r' | b'i' | b'm' | b'b' | b'y' | b'q' | b'w'
        | b'z' | b'M' | b'n' | b'A' | b'B' => BTreeSet::new(),
        b'c' => return None,
        b'u' | b'd' | b'h' | b'R' => [narrow(1)].into(),
        b'O' | b'D' | b'G' | b'H' | b'Q' | b'C' => [narrow(5)].into(),
        b'L' | b'W' => [narrow(5), narrow(9)].into(),
        b'o' => {
            let proposal = mycel_clearing::state::proposal(0)
                .decode(value)
                .expect("a proposal");
            [proposal.debtor.into(), proposal.creditor.into()].into()
        }
        b'P' => {
            let promise = mycel_clearing::allocation::trades::key(0)
                .decode(value)
                .expect("a promise");
            [promise.from.into(), promise.to.into()].into()
        }
        b'e' | b'v' => of_page(be4(key, 1))
            .entries
            .iter()
            .flat_map(parties)
            .collect(),
        b'x' | b'j' => {
            let (page, place) = mycel_clearing::book::place(be4(key, 1));
            let page = of_page(page);
            let found = page.entries.iter().filter(|entry| entry.place == place);
            found.flat_map(parties).collect()
        }
        b's' => solver(
            &mycel_clearing::posts::post(0, 0)
                .decode(value)
                .expect("a post")
                .solver,
        ),
        b'k' => solver(std::str::from_utf8(&key[9..]).expect("an address")),
        other => panic!("a record of an unknown kind: {}", char::from(other)),
    })
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
        *met.entry(tag.clone()).or_default() += owners as u64;
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
    for seed in 0..towns {
        let (town, _) = lived(seed);
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            check(&town, &mut met);
            for member in town.members() {
                spoken(&town, &member);
            }
        }));
        assert!(done.is_ok(), "seed={seed}");
    }
    println!("records by contract and tag, each counted for everybody it names: {met:?}");
    for (contract, tags) in [
        ("members", "mxkguhivVlcdtsPfMGFBzLI"),
        ("credit", "aixqSYHREFDNUJZLvwlsj"),
        ("clearing", "evuohjODLQPRC"),
    ] {
        for tag in tags.chars() {
            let count = met.get(&format!("{contract} {tag}")).copied().unwrap_or(0);
            assert!(count > 0 || towns < 4, "no {contract} {tag} was ever met");
        }
    }
}

#[test]
fn whoever_leaves_has_a_whole_record_a_closed_account_and_a_way_into_another_community() {
    let (mut town, mut play) = lived(7);
    let mut elsewhere = Town::new(Way::Native, 3, 3);
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
