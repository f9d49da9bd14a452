//! What contracts keep, read as they keep it: from this the play knows what
//! could succeed now.

use borsh::BorshDeserialize;
use cosmwasm_std::{Addr, Order};
use mycel_clearing::book::{Entry, PER_PAGE, Page};
use mycel_credit::state::{self as credit, Account, Status as AccountStatus};
use mycel_kit::peers::credit::Kind;
use mycel_kit::peers::members::Status;
use mycel_members::state::{self as members, Person};

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
}
