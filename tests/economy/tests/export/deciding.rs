//! What sortition and the assembly give a member, against what their raw records
//! hold of each: nothing is left out, nothing is told of another.

use std::collections::BTreeMap;

use borsh::BorshDeserialize;
use mycel_assembly::ask::{ExportItem, ExportResponse as Spoken};
use mycel_assembly::delegations::Version;
use mycel_assembly::shown;
use mycel_assembly::state::{Advice, Ballot, Clusters, Proposal, Statement};
use mycel_economy::Town;
use mycel_economy::view::{Member, be4, be8};
use mycel_kit::Id;
use mycel_kit::peers::sortition::outcomes;
use mycel_sortition::ask::ExportResponse as Drawn;
use mycel_sortition::draws::sat::Sat;
use mycel_sortition::draws::seats::Panel;
use mycel_sortition::draws::state::{Entry, Terms, Type};
use mycel_sortition::draws::views::DrawRecord;
use mycel_sortition::juries::ask::Service;
use mycel_sortition::juries::record::{Ballot as Vote, Case, Jury};
use serde_json::{Value, json};

type Entries = BTreeMap<Vec<u8>, Vec<u8>>;
/// Counts a record: contract, key, how many it names.
type Meet<'a> = dyn FnMut(&str, &[u8], usize) -> String + 'a;

fn read<T: BorshDeserialize>(entries: &Entries, key: &[u8]) -> Option<T> {
    let value = entries.get(key)?;
    Some(borsh::from_slice(value).unwrap_or_else(|why| panic!("{key:?}: {why}")))
}

/// Every record under a tag.
fn under<T: BorshDeserialize>(entries: &Entries, tag: u8) -> Vec<(Vec<u8>, T)> {
    let keys = entries
        .keys()
        .filter(|key| key[0] == tag && *key != b"contract_info");
    let all = keys.map(|key| (key.clone(), read(entries, key).expect("there")));
    all.collect()
}

/// What sortition gives a member from, what other records of it repeat (pools by
/// page and frozen, panels, places held, whom a proof named), what is of a matter and told with it
/// (seats, votes, strikes, parties and appeals of a case; who was passed over in
/// a draw; lotteries and who posted them; words on a round of the beacon), and
/// what names nobody.
const SORTITION: [&[u8]; 4] = [b"hiH", b"mcsSb", b"JDBCPLunqro6", b"pyzxgfdevjkawNR012345"];
/// The same of the assembly; what a tally reads of each elector is told by the
/// way that a voice took.
const ASSEMBLY: [&[u8]; 4] = [b"PsbSRakD", b"duoT", b"tgqlmv", b"penCcrAwxzON"];

/// Every kind of record is one of these.
fn known(kinds: [&[u8]; 4], entries: &Entries) {
    // a pause names nobody
    let own = entries
        .keys()
        .filter(|key| *key != b"contract_info" && key[0] != 0);
    for key in own {
        let known = kinds.iter().any(|kinds| kinds.contains(&key[0]));
        assert!(known, "a record of an unknown kind: {}", char::from(key[0]));
    }
}

/// Sortition's and the assembly's.
pub fn check(town: &Town, all: &[Member], meet: &mut Meet<'_>) {
    let state = town.sandbox.state();
    known(SORTITION, &state[&town.sortition]);
    known(ASSEMBLY, &state[&town.assembly]);
    sortition(town, all, &state[&town.sortition], meet);
    assembly(town, all, &state[&town.assembly], meet);
}

fn sortition(town: &Town, all: &[Member], entries: &Entries, meet: &mut Meet<'_>) {
    let mut pools: BTreeMap<u64, Vec<DrawRecord>> = BTreeMap::new();
    let mut juries: BTreeMap<u64, Vec<Service>> = BTreeMap::new();
    for (key, entry) in under::<Entry>(entries, b'h') {
        meet("sortition", &key, 1);
        let draw = be8(&key, 5);
        let named = |tag: u8, rest: &[u8]| [&[tag][..], &draw.to_be_bytes(), rest].concat();
        let terms: Terms = read(entries, &named(b'd', &[])).expect("terms");
        let raw = entry.raw.to_be_bytes();
        let kind: Type = read(entries, &named(b'k', &raw)).expect("a type");
        let told = terms.features.iter().zip(&kind.values);
        let values = told.map(|(feature, value)| feature.values[usize::from(*value)].clone());
        let records = pools.entry(be4(&key, 1).into()).or_default();
        records.push(DrawRecord::Volunteer {
            draw: Id(draw),
            values: values.collect(),
            r#ref: terms.reference,
        });
    }
    for (key, sat) in under::<Sat>(entries, b'i') {
        meet("sortition", &key, sat.terms.len());
        let records = pools.entry(be4(&key, 1).into()).or_default();
        records.extend(sat.terms.into_iter().map(|term| DrawRecord::Sat {
            draw: Id(term.draw),
            at: mycel_kit::Seconds(term.at),
            run: term.run,
        }));
    }
    // who has a seat is told so
    for (key, panel) in under::<Panel>(entries, b's') {
        let draw = Id(be8(&key, 1));
        for seat in panel.seats.iter().filter(|seat| seat.person > 0) {
            let records = pools.get(&seat.person.into());
            let sits =
                |one: &DrawRecord| matches!(one, DrawRecord::Sat { draw: sat, .. } if *sat == draw);
            assert!(records.into_iter().flatten().any(sits), "{draw} {seat:?}");
        }
    }
    let of_jury =
        |tag: u8, case: u64, jury: u8| [&[tag][..], &case.to_be_bytes(), &[jury]].concat();
    for (key, _) in under::<u8>(entries, b'H') {
        meet("sortition", &key, 1);
        let (person, case, jury) = (be8(&key, 1), be8(&key, 9), key[17]);
        let kept: Case = read(entries, &of_jury(b'C', case, 0)[..9]).expect("a case");
        let seats = read::<Jury>(entries, &of_jury(b'J', case, jury))
            .expect("a jury")
            .seats;
        let seat = seats.iter().find(|seat| seat.person == person);
        let ballot = [&of_jury(b'B', case, jury)[..], &person.to_be_bytes()].concat();
        let vote = read::<Vote>(entries, &ballot).and_then(|ballot| ballot.vote);
        juries.entry(person).or_default().push(Service {
            case: Id(case),
            jury,
            place: seat.expect("a seat").place.name().to_owned(),
            outcome: vote.map(|(outcome, _)| outcomes(&kept.kind)[usize::from(outcome)].to_owned()),
            kind: kept.kind,
            reasons: vote.map(|(_, reasons)| cosmwasm_std::to_hex(reasons)),
        });
    }
    // whoever sat, or voted, is told so
    let told = |person: u64, case: u64, jury: u8| {
        let services = juries.get(&person).map_or(&[][..], Vec::as_slice);
        services
            .iter()
            .any(|one| one.case.0 == case && one.jury == jury)
    };
    for (key, jury) in under::<Jury>(entries, b'J') {
        let (case, which) = (be8(&key, 1), key[9]);
        let sat = jury.seats.iter().filter(|seat| seat.place.has_sat());
        let count = sat.map(|seat| assert!(told(seat.person, case, which), "{case} {seat:?}"));
        meet("sortition", &key, count.count());
    }
    for (key, _) in under::<Vote>(entries, b'B') {
        meet("sortition", &key, 1);
        assert!(told(be8(&key, 10), be8(&key, 1), key[9]), "a vote {key:?}");
    }
    for (key, places) in under::<Vec<(u64, u8)>>(entries, b'S') {
        meet("sortition", &key, places.len());
    }
    for (key, case) in under::<Case>(entries, b'C') {
        meet("sortition", &key, case.parties.len());
    }
    for member in all {
        let (draws, services) = drawn(town, member);
        let number = member.number;
        assert_eq!(draws, pools.remove(&number).unwrap_or_default(), "{number}");
        assert_eq!(
            services,
            juries.remove(&number).unwrap_or_default(),
            "{number}"
        );
    }
    assert!(
        pools.is_empty() && juries.is_empty(),
        "of nobody: {pools:?} {juries:?}"
    );
}

/// All pages of sortition's.
fn drawn(town: &Town, member: &Member) -> (Vec<DrawRecord>, Vec<Service>) {
    let (mut draws, mut juries, mut after) = (vec![], vec![], None);
    loop {
        let ask = json!({"export": {"member": member.address, "after": after}});
        let page: Drawn = town.sandbox.query(&town.sortition, &ask).expect("a page");
        assert_eq!(page.person.0, member.number);
        draws.extend(page.draws);
        juries.extend(page.juries);
        after = page.next;
        if after.is_none() {
            return (draws, juries);
        }
    }
}

fn assembly(town: &Town, all: &[Member], entries: &Entries, meet: &mut Meet<'_>) {
    let mut kept: BTreeMap<(u64, u64), ExportItem> = BTreeMap::new();
    let proposals: BTreeMap<u64, Proposal> = under(entries, b'P')
        .into_iter()
        .map(|(key, proposal)| (be8(&key, 1), proposal))
        .collect();
    let mut of = |person: u64, proposal: u64, fill: &mut dyn FnMut(&mut ExportItem)| {
        fill(kept.entry((person, proposal)).or_insert(ExportItem {
            proposal: Id(proposal),
            proposer: false,
            supports: false,
            ballot: None,
            statements: vec![],
            reactions: vec![],
            advice: None,
            clusters: None,
        }));
    };
    for (number, proposal) in &proposals {
        meet("assembly", b"P", 1);
        of(proposal.proposer, *number, &mut |item| item.proposer = true);
    }
    for (key, draft) in under::<u64>(entries, b'd') {
        meet("assembly", &key, 1);
        assert_eq!(
            proposals[&draft].proposer,
            be8(&key, 1),
            "a draft of another's"
        );
    }
    for (key, pending) in under::<Vec<u64>>(entries, b'u') {
        meet("assembly", &key, pending.len());
        let person = be8(&key, 1);
        let own = pending
            .iter()
            .all(|number| proposals[number].proposer == person);
        assert!(own, "of others: {person} {pending:?}");
    }
    for (key, _) in under::<u8>(entries, b's') {
        meet("assembly", &key, 1);
        of(be8(&key, 9), be8(&key, 1), &mut |item| item.supports = true);
    }
    for (key, ballot) in under::<Ballot>(entries, b'b') {
        meet("assembly", &key, 1);
        let (number, person) = (be8(&key, 1), be8(&key, 9));
        let view = shown::ballot_view(&proposals[&number], person, &ballot);
        of(person, number, &mut |item| item.ballot = Some(view.clone()));
    }
    for (key, statement) in under::<Statement>(entries, b'S') {
        meet("assembly", &key, 1);
        let (number, place) = (be8(&key, 1), key[9]);
        let read = town.sandbox.read(&town.assembly, |storage| {
            shown::statement_view(storage, number, place).expect("a statement")
        });
        let view = read.expect("the contract exists");
        assert_eq!(view.text, statement.text);
        of(statement.person, number, &mut |item| {
            item.statements.push(view.clone())
        });
    }
    for (key, words) in under::<Vec<u8>>(entries, b'R') {
        meet("assembly", &key, 1);
        let said = shown::reactions(&words);
        of(be8(&key, 9), be8(&key, 1), &mut |item| {
            item.reactions = said.clone()
        });
    }
    for (key, advice) in under::<Advice>(entries, b'a') {
        meet("assembly", &key, 1);
        let person = be8(&key, 9);
        let view = shown::advice_view(person, &advice);
        of(person, be8(&key, 1), &mut |item| {
            item.advice = Some(view.clone())
        });
    }
    for (key, clusters) in under::<Clusters>(entries, b'k') {
        meet("assembly", &key, 1);
        let person = be8(&key, 9);
        let view = shown::clusters_view(person, &clusters);
        of(person, be8(&key, 1), &mut |item| {
            item.clusters = Some(view.clone())
        });
    }
    // how many one stated is how many are there
    for (key, count) in under::<u8>(entries, b'o') {
        meet("assembly", &key, 1);
        let item = kept.get(&(be8(&key, 9), be8(&key, 1)));
        assert_eq!(
            item.map(|item| item.statements.len()),
            Some(count.into()),
            "{key:?}"
        );
    }
    let mut delegated: BTreeMap<u64, Vec<(u64, u64)>> = BTreeMap::new();
    for (key, versions) in under::<Vec<Version>>(entries, b'D') {
        meet("assembly", &key, 1);
        let said = versions.iter().filter(|version| version.to != 0);
        let said = said.map(|version| (version.to, version.since));
        delegated.entry(be8(&key, 1)).or_default().extend(said);
    }
    // who names another has said so
    for (key, _) in under::<u8>(entries, b'T') {
        meet("assembly", &key, 2);
        let from = delegated.get(&be8(&key, 9)).map_or(&[][..], Vec::as_slice);
        assert!(from.iter().any(|(to, _)| *to == be8(&key, 1)), "{key:?}");
    }
    for member in all {
        let (items, delegations) = spoken(town, member);
        let number = member.number;
        let own = kept.extract_if((number, 0)..=(number, u64::MAX), |_, _| true);
        let own: Vec<ExportItem> = own.map(|(_, item)| item).collect();
        assert_eq!(items, own, "{number}");
        let own = delegated.remove(&number).unwrap_or_default();
        assert_eq!(delegations, own, "{number}");
    }
    assert!(
        kept.is_empty() && delegated.is_empty(),
        "of nobody: {kept:?} {delegated:?}"
    );
}

/// All pages of the assembly's; of delegations to whom and since when.
fn spoken(town: &Town, member: &Member) -> (Vec<ExportItem>, Vec<(u64, u64)>) {
    let (mut items, mut delegations, mut after) = (vec![], vec![], None);
    loop {
        let ask = json!({"export": {"member": member.address, "after": after}});
        let page: Spoken = town.sandbox.query(&town.assembly, &ask).expect("a page");
        assert_eq!(page.person.0, member.number);
        items.extend(page.proposals);
        for told in page.delegations {
            let told: Value = serde_json::from_str(&told).expect("JSON");
            let number = |name: &str| told[name].as_str().expect(name).parse().expect(name);
            assert_eq!(number("person"), member.number);
            delegations.push((number("to"), number("since")));
        }
        after = page.next;
        if after.is_none() {
            return (items, delegations);
        }
    }
}
