//! What contracts keep, read as they keep it: from this the play knows what
//! could succeed now.

use std::collections::BTreeMap;

use borsh::BorshDeserialize;
use cosmwasm_std::{Addr, Order};
use mycel_assembly::content;
use mycel_assembly::msg::Action;
use mycel_assembly::state::{self as assemblies, Proposal};
use mycel_clearing::book::{Entry, PER_PAGE, Page};
use mycel_credit::state::{self as credit, Account, Status as AccountStatus};
use mycel_kit::peers::credit::Kind;
use mycel_kit::peers::members::Status;
use mycel_members::state::{self as members, Person};
use mycel_sortition::beacon::Source;
use mycel_sortition::beacon::state::{self as beacon, Round};
use mycel_sortition::draws::state::{self as draws, Draw, Terms};
use mycel_sortition::juries::record::{self as juries, Case, Jury};

use crate::town::Town;

/// A number in a key.
#[must_use]
pub fn be4(key: &[u8], at: usize) -> u32 {
    let bytes = key.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
    u32::from_be_bytes(bytes.expect("four bytes of a key"))
}

/// A number in a key.
#[must_use]
pub fn be8(key: &[u8], at: usize) -> u64 {
    let bytes = key.get(at..at + 8).and_then(|bytes| bytes.try_into().ok());
    u64::from_be_bytes(bytes.expect("eight bytes of a key"))
}

/// Text in a key.
#[must_use]
pub fn text(key: &[u8]) -> String {
    String::from_utf8(key.to_vec()).expect("text")
}

/// An account with its owner.
#[derive(Clone, Debug)]
pub struct Holding {
    /// The account's number.
    pub number: u32,
    /// Whose.
    pub owner: Addr,
    /// The person, for persons.
    pub person: Option<u64>,
    /// The account.
    pub account: Account,
}

impl Holding {
    /// Whether it may pay.
    #[must_use]
    pub fn pays(&self) -> bool {
        self.account.status == AccountStatus::Active && !self.account.frozen
    }

    /// Whether it may receive.
    #[must_use]
    pub fn receives(&self) -> bool {
        self.account.status != AccountStatus::Closed
    }

    /// About what it may pay now.
    #[must_use]
    pub fn headroom(&self) -> u64 {
        let limit = i128::from(self.account.limit.pico()) * i128::from(self.account.scale_bps);
        // decay may have taken a little since
        let free =
            (self.account.position * 9 / 10 + limit / 10_000).clamp(0, i128::from(u32::MAX) << 30);
        u64::try_from(free).unwrap_or(0)
    }
}

/// A person or an organisation of the members contract.
#[derive(Clone, Debug)]
pub struct Member {
    /// The number.
    pub number: u64,
    /// The address that owns the account.
    pub address: Addr,
    /// The record.
    pub record: Person,
}

impl Member {
    /// Active, and neither suspended nor expelled.
    #[must_use]
    pub fn deals(&self) -> bool {
        self.record.status == Status::Active && !self.record.step.is_frozen()
    }

    /// A person that takes part.
    #[must_use]
    pub fn takes_part(&self) -> bool {
        self.deals() && self.record.kind == Kind::Person
    }
}

impl Town {
    /// Every record of a contract under a tag, by the rest of its key.
    ///
    /// # Panics
    /// A record is of another type.
    #[must_use]
    pub fn list<T: BorshDeserialize>(&self, contract: &Addr, tag: u8) -> Vec<(Vec<u8>, T)> {
        let read = self.sandbox.read(contract, |storage| {
            let range = storage.range(Some(&[tag]), Some(&[tag + 1]), Order::Ascending);
            range
                .filter(|(key, _)| key != b"contract_info")
                .map(|(key, value)| {
                    let record = borsh::from_slice(&value);
                    (key[1..].to_vec(), record.expect("a record of this type"))
                })
                .collect()
        });
        read.expect("the contract exists")
    }

    /// Every key of a contract under a tag, without the tag.
    ///
    /// # Panics
    /// There is no such contract.
    #[must_use]
    pub fn keys(&self, contract: &Addr, tag: u8) -> Vec<Vec<u8>> {
        let read = self.sandbox.read(contract, |storage| {
            let range = storage.range_keys(Some(&[tag]), Some(&[tag + 1]), Order::Ascending);
            let own = range.filter(|key| key != b"contract_info");
            own.map(|key| key[1..].to_vec()).collect()
        });
        read.expect("the contract exists")
    }

    /// Whether a contract has something under a raw key.
    ///
    /// # Panics
    /// There is no such contract.
    #[must_use]
    pub fn has(&self, contract: &Addr, key: &[u8]) -> bool {
        let read = self.sandbox.read(contract, |storage| storage.get(key));
        read.expect("the contract exists").is_some()
    }

    /// Every account.
    #[must_use]
    pub fn holdings(&self) -> Vec<Holding> {
        let accounts: Vec<(_, Account)> = self.list(&self.credit, b'a');
        let identities: Vec<(_, credit::Identity)> = self.list(&self.credit, b'i');
        let both = accounts.into_iter().zip(identities);
        both.map(|((key, account), (_, identity))| Holding {
            number: be4(&key, 0),
            owner: Addr::unchecked(identity.address),
            person: identity.person,
            account,
        })
        .collect()
    }

    /// Everybody whom the members contract knows.
    #[must_use]
    pub fn members(&self) -> Vec<Member> {
        let persons: Vec<(_, Person)> = self.list(&self.members, b'm');
        persons
            .into_iter()
            .map(|(key, record)| Member {
                number: be8(&key, 0),
                address: Addr::unchecked(&record.address),
                record,
            })
            .collect()
    }

    /// Whether members knows nothing of an address.
    #[must_use]
    pub fn is_stranger(&self, address: &Addr) -> bool {
        let held = members::held(address.as_str());
        let waiting = members::waiting(address.as_str());
        !self.has(&self.members, held.bytes())
            && !self.has(&self.members, waiting.bytes())
            && !self.has(&self.credit, credit::number_of(address.as_str()).bytes())
    }

    /// Every obligation on its page: number, all but the amount, what is owed.
    #[must_use]
    pub fn obligations(&self) -> Vec<(u32, Entry, u64)> {
        let read = self.sandbox.read(&self.clearing, |storage| {
            let end = mycel_clearing::state::counters().load(storage);
            let end = end.expect("counters").obligation;
            let mut found = vec![];
            for number in 0..end.div_ceil(PER_PAGE) {
                let page = Page::load(storage, number).expect("a page");
                let Some(page) = page else { continue };
                for (entry, amount) in page.entries.iter().zip(&page.amounts) {
                    let number = number * PER_PAGE + u32::from(entry.place);
                    found.push((number, *entry, mycel_clearing::book::owed(*amount)));
                }
            }
            found
        });
        read.expect("the contract exists")
    }

    // ---- the assembly

    /// Every proposal.
    #[must_use]
    pub fn proposals(&self) -> Vec<(u64, Proposal)> {
        let all: Vec<(_, Proposal)> = self.list(&self.assembly, b'P');
        all.into_iter()
            .map(|(key, proposal)| (be8(&key, 0), proposal))
            .collect()
    }

    /// One of the actions that a proposal runs.
    #[must_use]
    pub fn action(&self, number: u64, place: usize) -> Option<Action> {
        let read = self.sandbox.read(&self.assembly, |storage| {
            let proposal = assemblies::proposal(number).may_load(storage).ok()??;
            let content = content::load(storage, number, &proposal).ok()?;
            let runs = assemblies::runs(number).load(storage).ok()?;
            let run = runs.get(place)?;
            let option = content.options.get(usize::from(run.option))?;
            option.actions.get(usize::from(run.action)).cloned()
        });
        read.expect("the contract exists")
    }

    // ---- commons

    /// What a contract answers, if it does.
    #[must_use]
    pub fn ask(&self, contract: &Addr, question: &serde_json::Value) -> Option<serde_json::Value> {
        self.sandbox.query(contract, question).ok()
    }

    /// Who has a say in a commons now.
    #[must_use]
    pub fn enrolled(&self, commons: u64) -> Vec<u64> {
        let at = self.sandbox.height().to_string();
        let question = serde_json::json!({"electors": {"commons": commons.to_string(), "at": at}});
        let told: Result<mycel_kit::peers::members::Electors, _> =
            self.sandbox.query(&self.commons, &question);
        let told = told.map(|told| told.electors).unwrap_or_default();
        told.into_iter().map(|elector| elector.person.0).collect()
    }

    // ---- sortition

    /// A case with the jury that sits or sat last.
    #[must_use]
    pub fn case(&self, number: u64) -> Option<(Case, Jury)> {
        let read = self.sandbox.read(&self.sortition, |storage| {
            let case = juries::case(number).may_load(storage).ok()??;
            let jury = juries::jury(number, case.jury()).may_load(storage).ok()??;
            Some((case, jury))
        });
        read.expect("the contract exists")
    }

    /// Every case.
    #[must_use]
    pub fn cases(&self) -> Vec<(u64, Case)> {
        let all: Vec<(_, Case)> = self.list(&self.sortition, b'C');
        all.into_iter()
            .map(|(key, case)| (be8(&key, 0), case))
            .collect()
    }

    /// Every draw.
    #[must_use]
    pub fn draws(&self) -> Vec<(u64, Terms, Draw)> {
        let terms: Vec<(_, Terms)> = self.list(&self.sortition, b'd');
        let draws: Vec<(_, Draw)> = self.list(&self.sortition, b'e');
        let both = terms.into_iter().zip(draws);
        both.map(|((key, terms), (_, draw))| (be8(&key, 0), terms, draw))
            .collect()
    }

    /// Who is in a pool, with the type and the place.
    #[must_use]
    pub fn volunteers(&self, draw: u64) -> Vec<u64> {
        let keys = self.keys(&self.sortition, b'h').into_iter();
        keys.filter(|key| be8(key, 4) == draw)
            .map(|key| be4(&key, 0).into())
            .collect()
    }

    /// A round of the beacon with its source.
    #[must_use]
    pub fn round(&self, number: u64) -> Option<(Round, Source)> {
        let read = self.sandbox.read(&self.sortition, |storage| {
            let round = beacon::round(number).may_load(storage).ok()??;
            let source = beacon::source(round.source).may_load(storage).ok()??;
            Some((round, source))
        });
        read.expect("the contract exists")
    }

    /// Rounds of the beacon that are waited for.
    #[must_use]
    pub fn awaited(&self) -> Vec<u64> {
        let keys = self.keys(&self.sortition, beacon::WAITING).into_iter();
        keys.map(|key| be8(&key, 0)).collect()
    }

    /// Sums of these contracts that are not those of their raw records.
    ///
    /// # Panics
    /// There is no such contract.
    #[must_use]
    pub fn recomputed(&self, sortition: bool, assembly: bool) -> Vec<String> {
        let mut wrong = vec![];
        if sortition {
            let read = self.sandbox.read(&self.sortition, |storage| {
                let kept = draws::load_totals(storage).ok();
                let anew = mycel_sortition::draws::invariants::recompute(storage);
                if anew.as_ref().ok() != kept.as_ref() {
                    wrong.push(format!("draws: kept {kept:?} recomputed {anew:?}"));
                }
                let kept = juries::totals().may_load(storage).expect("sums");
                let kept = Some(kept.unwrap_or_default());
                let anew = mycel_sortition::juries::invariants::recompute(storage);
                if anew.as_ref().ok() != kept.as_ref() {
                    wrong.push(format!("juries: kept {kept:?} recomputed {anew:?}"));
                }
            });
            read.expect("the contract exists");
        }
        if assembly {
            let read = self.sandbox.read(&self.assembly, |storage| {
                let kept = assemblies::totals().load(storage).ok();
                let anew = mycel_assembly::invariants::recompute(storage);
                if anew.as_ref().ok() != kept.as_ref() {
                    wrong.push(format!("proposals: kept {kept:?} recomputed {anew:?}"));
                }
            });
            read.expect("the contract exists");
        }
        wrong
    }

    /// How many proposals, cases and draws are where.
    #[must_use]
    pub fn ends(&self) -> BTreeMap<String, u64> {
        let mut ends = BTreeMap::new();
        let mut note = |what: String| *ends.entry(what).or_default() += 1;
        for (_, proposal) in self.proposals() {
            let met = |outcome: &assemblies::Outcome| {
                let share = outcome.took_part() * 100 / outcome.eligible.max(1);
                let against = if outcome.no >= outcome.yes {
                    "against"
                } else {
                    "for"
                };
                format!(" {:?} {against} {}%", proposal.class, share / 10 * 10)
            };
            let how = match (proposal.phase, &proposal.outcome) {
                (assemblies::Phase::Rejected, Some(outcome)) => met(outcome),
                (assemblies::Phase::Lapsed, Some(_)) => " decided".to_owned(),
                _ => String::new(),
            };
            note(format!("proposal {}{how}", proposal.phase.name()));
        }
        for (_, case) in self.cases() {
            let outcome = match (&case.lapsed, case.verdicts.last()) {
                (Some(why), _) => format!("lapsed {why:?}"),
                (None, Some(verdict)) => verdict.outcome.clone(),
                (None, None) => "open".to_owned(),
            };
            note(format!("case {outcome}"));
            if case.appealed.is_some() {
                note("case appealed".to_owned());
            }
        }
        for (_, _, draw) in self.draws() {
            note(format!("draw {}", draw.stage.name()));
        }
        for (_, post) in self.list::<mycel_sortition::draws::posts::Post>(&self.sortition, b'n') {
            use mycel_sortition::draws::posts::Fate;
            let fate = match post.fate {
                Fate::Awaited => "awaited",
                Fate::Complete => "complete",
                Fate::Refused(_) => "refused",
                Fate::Best => "best",
                Fate::Surpassed => "surpassed",
            };
            note(format!("lottery {fate}"));
        }
        ends
    }
}
