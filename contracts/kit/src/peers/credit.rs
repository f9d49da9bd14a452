//! What other contracts say to credit and ask of it.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Binary, Int128, Uint128};

use crate::{Amount, Id, Seconds};

/// What stands behind an account.
#[cw_serde]
#[derive(Copy, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub enum Kind {
    /// A person; carries a person number and gets the starter.
    Person,
    /// An organisation.
    Org,
    /// A contract.
    Contract,
    /// Another community's mirror.
    Mirror,
}

/// Messages of members and of holders.
#[cw_serde]
pub enum CreditMsg {
    /// members: opens an account, with the starter for a person seen for the first time.
    OpenAccount {
        /// The address that will own it.
        owner: String,
        /// What stands behind it.
        kind: Kind,
        /// The person number; one whose account is closed is opened again.
        person: Option<Id>,
        /// Address of the sponsoring member.
        sponsor: Option<String>,
    },
    /// members: a sanction's effect.
    SetStanding {
        /// Whose account.
        owner: String,
        /// The limit is scaled by this / 10,000.
        scale_bps: u16,
        /// Whether payments stop.
        frozen: bool,
    },
    /// members: a person leaves; the account may from now on only receive and repay.
    SetLeaving {
        /// Whose account.
        owner: String,
    },
    /// members: closes an account with position 0 and nothing open.
    CloseAccount {
        /// Whose account.
        owner: String,
    },
    /// members: the person's account answers to a new address from now on.
    Rotate {
        /// The address so far.
        from: String,
        /// The address from now on.
        to: String,
    },
    /// A holder captures from its holds or releases them.
    Resolve {
        /// At most 50.
        items: Vec<Resolution>,
    },
}

/// What a holder does with one of its holds.
#[cw_serde]
pub enum Resolution {
    /// Takes from it, at most what is left after decay.
    Capture {
        /// The hold.
        hold: Id,
        /// At most.
        amount: Amount,
        /// Who receives.
        to: String,
    },
    /// Gives the rest back.
    Release {
        /// The hold.
        hold: Id,
    },
}

/// credit → holder: a hold was placed.
#[cw_serde]
pub enum HolderMsg {
    /// The holder takes note, or refuses and undoes it.
    ReceiveHold {
        /// The hold's number.
        hold: Id,
        /// Whose money it is.
        owner: String,
        /// How much at this moment.
        amount: Amount,
        /// What the owner tells the holder.
        msg: Binary,
    },
}

/// Questions to credit.
#[cw_serde]
pub enum CreditQuery {
    /// A member's signed truth.
    Position {
        /// Address.
        member: String,
        /// At this time; now if absent.
        at: Option<Seconds>,
    },
    /// What keeps an account from closing.
    OpenItems {
        /// Address.
        member: String,
    },
    /// The commons fund.
    Commons {},
    /// One hold.
    Hold {
        /// Its number.
        id: Id,
    },
    /// What one paid the other under a reference.
    Settled {
        /// The reference.
        r#ref: String,
        /// One address.
        a: String,
        /// The other.
        b: String,
    },
}

/// Answer to `position`.
#[cw_serde]
pub struct Position {
    /// Signed, after the decay up to `at`.
    pub position: Int128,
    /// Decay not yet written.
    pub pending_decay: Uint128,
    /// How far below zero it may fall.
    pub limit: Amount,
    /// What can be paid.
    pub headroom: Uint128,
    /// What lies in holds.
    pub held: Uint128,
    /// Whether payments are stopped.
    pub frozen: bool,
    /// The time all this is true at.
    pub at: Seconds,
}

/// Answer to `hold`.
#[cw_serde]
pub struct Hold {
    /// Its number.
    pub id: Id,
    /// Whose money.
    pub owner: String,
    /// The holder contract.
    pub holder: String,
    /// What is left now, after decay.
    pub amount: Amount,
    /// From when anyone may release it.
    pub expires: Seconds,
}

/// Answer to `settled`: everything ever paid under the reference, each way. Paying
/// to and fro moves both, so what was settled is their difference at most; and a
/// reference may serve again, so whoever counts it marks it used.
#[cw_serde]
pub struct Settled {
    /// What `a` paid `b`.
    pub a_to_b: Uint128,
    /// What `b` paid `a`.
    pub b_to_a: Uint128,
}
