//! Why something about rights is refused, always with the numbers and the next step.

use mycel_kit::Credits;
use mycel_kit::error::ErrorKind;

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum RightsError {
    #[error("no epoch is open: commons={commons}; wait until `advance` opens the next one")]
    NoEpoch { commons: u64 },
    #[error(
        "not enough entitlement: wants={wants} has={has}; take at most what you have, or buy at the auction"
    )]
    Entitlement { wants: u128, has: u128 },
    #[error(
        "not enough shares: wants={wants} free={free} of shares={shares}; what is with the market or let is not free"
    )]
    Shares { wants: u64, free: u64, shares: u64 },
    #[error("not enough in escrow: wants={wants} has={has}")]
    Escrow { wants: u128, has: u128 },
    #[error(
        "not enough in the treasury: wants={wants} has={has}; ask for less, or buy at the auction"
    )]
    Treasury { wants: u128, has: u128 },
    #[error("nothing to move: the quantity is 0")]
    Zero,
    #[error("to oneself: person={person}; name another")]
    Oneself { person: u64 },
    #[error("the treasury: it gives shares by decision only; propose `grant_shares`")]
    TheTreasury,
    #[error(
        "above the concentration cap: person={person} has={has} with what it controls, incoming={incoming} most={most}; take at most {room}"
    )]
    Concentration {
        person: u64,
        has: u128,
        incoming: u128,
        most: u128,
        room: u128,
    },
    #[error(
        "controls too many organisations: person={person} organisations={organisations} most={most}; they cannot all hold rights, give up control of one"
    )]
    TooManyControlled {
        person: u64,
        organisations: usize,
        most: usize,
    },
    #[error(
        "controlled by too many: organisation={organisation} controllers={controllers} most={most}"
    )]
    TooManyControllers {
        organisation: u64,
        controllers: usize,
        most: usize,
    },
    #[error("overage is owed: owed={} credits; place a hold for this contract with {{\"pay_overage\":{{\"commons\":\"{commons}\",\"epoch\":…}}}}", Credits(*owed as i128))]
    Owes { commons: u64, owed: u128 },
    #[error(
        "entitlement is owed: units={units}; it is repaid of the next entitlement, or now with `repay`; shares stay until then"
    )]
    OwesUnits { units: u128 },
    #[error(
        "no such debt: commons={commons} epoch={epoch} owed=0; the view `rights` names what is owed"
    )]
    NothingOwed { commons: u64, epoch: u64 },
    #[error(
        "more than may be set aside: wants={wants} already={already} most={most} of entitlement={own}"
    )]
    Bank {
        wants: u128,
        already: u128,
        most: u128,
        own: u128,
    },
    #[error(
        "more than may be borrowed: wants={wants} already={already} most={most} of entitlement={own}"
    )]
    Borrow {
        wants: u128,
        already: u128,
        most: u128,
        own: u128,
    },
    #[error("unknown lease: commons={commons} lease={lease}")]
    UnknownLease { commons: u64, lease: u64 },
    #[error(
        "another's lease: lease={lease}; only {to} who uses the shares gives them back early, or their owner once {to} is enrolled no more"
    )]
    NotYours { lease: u64, to: u64 },
    #[error("lease is over: lease={lease} ended with epoch={end}")]
    LeaseOver { lease: u64, end: u64 },
    #[error("no excess: person={person} has={has} most={most}")]
    NoExcess { person: u64, has: u64, most: u64 },
    #[error("too early: the excess of {excess} shares is sold at {due}; give shares away before")]
    TooEarly { excess: u64, due: u64 },
    #[error("unknown basket: commons={commons} basket={basket}; its members decide `open_basket`")]
    UnknownBasket { commons: u64, basket: u64 },
    #[error(
        "too many baskets: commons={commons} most={most}; one is free once all its parts are redeemed, or worth nothing"
    )]
    Baskets { commons: u64, most: u64 },
    #[error(
        "of too low a tier: epoch={epoch} readings={basis}; deposit in an epoch of better readings, or into another basket"
    )]
    Tier { epoch: u64, basis: &'static str },
    #[error("not enough parts: wants={wants} has={has}")]
    Parts { wants: u128, has: u128 },
    #[error(
        "reduced: person={person} commons={commons} until={until}; until then shares stay, or go to person 0, the commons itself"
    )]
    Reduced {
        commons: u64,
        person: u64,
        until: u64,
    },
    #[error(
        "accused of something grave: person={person} commons={commons} accusation={accusation} until={until}; its jury has time until then, or `advance` its case once it said; until then shares stay, or go to person 0, the commons itself"
    )]
    Accused {
        commons: u64,
        person: u64,
        accusation: u64,
        until: u64,
    },
    #[error(
        "excess first: person={person} commons={commons} has more shares than the concentration cap; give away what is too much, then `check_concentration`"
    )]
    ExcessFirst { commons: u64, person: u64 },
    #[error("rights overflow: commons={commons}")]
    Overflow { commons: u64 },
}

const fn kind(code: u32, phrase: &'static str) -> ErrorKind {
    ErrorKind { code, phrase }
}

/// Numbers and phrases; a number is never given to another phrase.
pub const KINDS: &[ErrorKind] = &[
    kind(601, "no epoch is open"),
    kind(602, "not enough entitlement"),
    kind(603, "not enough shares"),
    kind(604, "not enough in escrow"),
    kind(605, "not enough in the treasury"),
    kind(606, "nothing to move"),
    kind(607, "to oneself"),
    kind(608, "the treasury"),
    kind(609, "above the concentration cap"),
    kind(610, "controls too many organisations"),
    kind(611, "controlled by too many"),
    kind(612, "overage is owed"),
    kind(613, "entitlement is owed"),
    kind(614, "no such debt"),
    kind(615, "more than may be set aside"),
    kind(616, "more than may be borrowed"),
    kind(617, "unknown lease"),
    kind(618, "another's lease"),
    kind(619, "lease is over"),
    kind(620, "no excess"),
    kind(621, "too early"),
    kind(622, "rights overflow"),
    kind(623, "unknown basket"),
    kind(624, "too many baskets"),
    kind(625, "of too low a tier"),
    kind(627, "not enough parts"),
    kind(628, "reduced"),
    kind(629, "excess first"),
    kind(630, "accused of something grave"),
];
