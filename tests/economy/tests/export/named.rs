//! Whom a stored record names, contract by contract.

use std::collections::{BTreeMap, BTreeSet};

use mycel_clearing::book::Page;
use mycel_credit::state::{self as credit, Owner};
use mycel_economy::Town;
use mycel_economy::view::{Member, be4, be8};
use mycel_members::state as members;

type Entries = BTreeMap<Vec<u8>, Vec<u8>>;

/// Whom a record of the members contract names; nobody for the community's own.
pub fn named_by_members(key: &[u8], value: &[u8]) -> BTreeSet<u64> {
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
pub fn named_by_credit(town: &Town, key: &[u8], value: &[u8]) -> BTreeSet<u32> {
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
pub fn named_by_clearing(
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
