//! One's own mailbox as it was last seen: with it a proof needs no question that says whose it will be.
use mycel_mailbox::{Attr, Entry, Fr, element};
use mycel_verifier::field;
use serde::{Deserialize, Serialize};

use super::{Mailbox, TrustError};

/// What is kept of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// Whose, by address.
    pub address: String,
    person: u64,
    index: u32,
    /// Hexadecimal, as the other elements.
    idc: String,
    c: String,
    f: String,
    h: String,
    entries: u64,
    folded: u64,
    folds: u64,
    joined: u32,
    keyed: u32,
    vouch: u8,
    live: bool,
    /// Entries that wait to be folded, oldest first.
    tail: Vec<Tail>,
}

/// An entry, opened.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tail {
    outcome: bool,
    weight: u16,
    eco: u16,
    reciprocity: u16,
    rho: String,
    period: u32,
}

impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Seen(secret of person {})", self.person)
    }
}

fn text(value: &Fr) -> String {
    hex::encode(element(value))
}

fn value(text: &str) -> Result<Fr, TrustError> {
    let bytes = hex::decode(text).map_err(|e| TrustError::File(e.to_string()))?;
    field::decode(&bytes).map_err(|e| TrustError::File(e.to_string()))
}

impl Seen {
    /// A mailbox, and what waits in it.
    pub fn of(address: &str, mailbox: &Mailbox, tail: &[Entry]) -> Self {
        let tail = tail.iter().map(|entry| Tail {
            outcome: entry.outcome,
            weight: entry.weight,
            eco: entry.eco,
            reciprocity: entry.reciprocity,
            rho: text(&entry.rho),
            period: entry.period,
        });
        Self {
            address: address.to_owned(),
            person: mailbox.person,
            index: mailbox.index,
            idc: text(&mailbox.idc),
            c: text(&mailbox.c),
            f: text(&mailbox.f),
            h: text(&mailbox.h),
            entries: mailbox.entries,
            folded: mailbox.folded,
            folds: mailbox.folds,
            joined: mailbox.attr.joined,
            keyed: mailbox.attr.keyed,
            vouch: mailbox.attr.vouch,
            live: mailbox.live,
            tail: tail.collect(),
        }
    }

    /// The mailbox, without its backup.
    pub fn mailbox(&self) -> Result<Mailbox, TrustError> {
        Ok(Mailbox {
            index: self.index,
            person: self.person,
            idc: value(&self.idc)?,
            c: value(&self.c)?,
            f: value(&self.f)?,
            h: value(&self.h)?,
            entries: self.entries,
            folded: self.folded,
            folds: self.folds,
            attr: Attr {
                joined: self.joined,
                keyed: self.keyed,
                vouch: self.vouch,
            },
            live: self.live,
            backup: vec![],
        })
    }

    /// What waits in it.
    pub fn tail(&self) -> Result<Vec<Entry>, TrustError> {
        let entry = |kept: &Tail| {
            Ok(Entry {
                outcome: kept.outcome,
                weight: kept.weight,
                eco: kept.eco,
                reciprocity: kept.reciprocity,
                rho: value(&kept.rho)?,
                period: kept.period,
            })
        };
        self.tail.iter().map(entry).collect()
    }
}
