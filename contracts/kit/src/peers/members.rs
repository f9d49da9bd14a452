//! What every contract may ask members.

use cosmwasm_schema::cw_serde;

use super::credit::Kind;
use crate::{Id, Seconds};

/// Where a member stands in joining and leaving.
#[cw_serde]
#[derive(Copy, Eq, borsh::BorshSerialize, borsh::BorshDeserialize)]
pub enum Status {
    /// Takes part.
    Active,
    /// Winds up; receives and repays only.
    Leaving,
    /// Has left.
    Left,
    /// Was expelled.
    Expelled,
}

/// Questions to members.
#[cw_serde]
pub enum MembersQuery {
    /// Where an address stands.
    Standing {
        /// Any address.
        address: String,
    },
    /// Whether an address had a say at a height.
    Eligible {
        /// Any address.
        address: String,
        /// The height.
        at: Id,
        /// Seconds of membership needed.
        residency: Seconds,
    },
    /// Who had a say at a height and enough residency, by ascending number.
    Electors {
        /// The height, as in `eligible`.
        at: Id,
        /// Seconds of membership needed.
        residency: Seconds,
        /// A later height at which it is told who still has a say; absent: `at`.
        still_at: Option<Id>,
        /// Above this number; from the first if absent.
        after: Option<Id>,
        /// Look at so many persons at most, 200 the default and most.
        limit: Option<u32>,
    },
    /// How many active persons there were at a height.
    Count {
        /// The height.
        at: Id,
    },
    /// Who controls an organisation, with shares of 10,000.
    Controllers {
        /// Its address.
        org: String,
    },
    /// How two persons are related.
    Related {
        /// A person number.
        a: Id,
        /// Another.
        b: Id,
    },
    /// The persons that may not deal now (frozen, leaving, gone), ascending.
    Barred {
        /// Above this number; from the first if absent.
        after: Option<Id>,
        /// At most this many, 1,000 the default and most.
        limit: Option<u32>,
    },
    /// The address of a person.
    Person {
        /// The number.
        person: Id,
    },
}

/// Answer to `standing`. An address that is no member's is refused.
#[cw_serde]
pub struct Standing {
    /// The person number (organisations have numbers too).
    pub person: Id,
    /// Where it stands.
    pub status: Status,
    /// The sanction in force: `none`, `notice`, `reduced`, `suspended`, `expelled`.
    pub step: String,
    /// Member since.
    pub since: Seconds,
    /// What it is.
    pub kind: Kind,
    /// What this address may do: `pay`, `vote`, `recover`.
    pub roles: Vec<String>,
}

impl Standing {
    /// Whether it may take on dealings: active, and neither suspended nor expelled.
    #[must_use]
    pub fn may_deal(&self) -> bool {
        self.status == Status::Active && self.step != "suspended" && self.step != "expelled"
    }
}

/// Answer to `eligible`.
#[cw_serde]
pub struct Eligible {
    /// Whether it may vote.
    pub eligible: bool,
    /// Its place among the electors, dense from 0.
    pub number: Option<u32>,
    /// The person; absent for a stranger.
    #[serde(default)]
    pub person: Option<Id>,
}

/// Answer to `electors`, of members and of every contract with an electorate.
#[cw_serde]
pub struct Electors {
    /// Electors, ascending.
    pub electors: Vec<Elector>,
    /// `after` of the next page; absent on the last. A page may be empty and not the last.
    pub next: Option<Id>,
}

/// One who had a say.
#[cw_serde]
pub struct Elector {
    /// The person.
    pub person: Id,
    /// Whether it still has a say at the later height.
    pub still: bool,
}

/// Answer to `count`.
#[cw_serde]
pub struct Count {
    /// How many.
    pub count: u32,
    /// The last number ever given to a person or organisation, as of now: all
    /// from 1 to it exist.
    #[serde(default)]
    pub numbers: Id,
}

/// Answer to `controllers`.
#[cw_serde]
pub struct Controllers {
    /// Who.
    pub persons: Vec<Controller>,
}

/// One who controls an organisation.
#[cw_serde]
pub struct Controller {
    /// The person.
    pub person: Id,
    /// The share in 1/10,000.
    pub bps: u16,
}

/// Answer to `related`.
#[cw_serde]
pub struct Related {
    /// One sponsored the other, or both have the same sponsor.
    pub sponsor: bool,
    /// Both control one organisation.
    pub org: bool,
    /// One vouches for the other.
    pub vouch: bool,
}

impl Related {
    /// Whether they are related in any way.
    #[must_use]
    pub fn any(&self) -> bool {
        self.sponsor || self.org || self.vouch
    }
}

/// Answer to `barred`.
#[cw_serde]
pub struct Barred {
    /// Person numbers, ascending.
    pub persons: Vec<Id>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// Answer to `person`.
#[cw_serde]
pub struct PersonAddress {
    /// The address that answers for the person now.
    pub address: String,
    /// What it is.
    pub kind: Kind,
}
