//! How this part refuses.

use mycel_kit::error::ErrorKind;

/// Why a message about the market was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum MarketError {
    #[error("unknown auction: auction={auction}")]
    UnknownAuction { auction: u64 },
    #[error("order steps: count={count} least=1 most=5")]
    Steps { count: usize },
    #[error(
        "prices unordered: side={side} price={price} before={before}; to buy each is lower than the one before, to sell higher"
    )]
    PricesUnordered {
        side: &'static str,
        price: u64,
        before: u64,
    },
    #[error("price out of bounds: price={price} least=1 most=9223372036854775807")]
    Price { price: u64 },
    #[error("order quantity: quantity={quantity} least=1 most=9223372036854775807")]
    OrderQuantity { quantity: u128 },
    #[error("order too dear: most=9223372036854775807 pico-credits at any of its prices")]
    Cost,
    #[error(
        "not the phase: auction={auction} phase={phase} until={until} now={now}; {needs} are taken in another"
    )]
    Phase {
        auction: u64,
        phase: &'static str,
        until: u64,
        now: u64,
        needs: &'static str,
    },
    #[error("auction is void: auction={auction} why={why}; everything goes back by itself")]
    Void { auction: u64, why: &'static str },
    #[error(
        "size not round: {what}={size}; 1, 2 or 5 with zeros behind, so that sizes tell little"
    )]
    NotRound { what: &'static str, size: u128 },
    #[error(
        "hold too short: expires={expires} settled_until={until}; the order might not be settled in time"
    )]
    HoldTooShort { expires: u64, until: u64 },
    #[error(
        "one order a person and side: person={person} side={side} order={order}; organisations count with who controls a quarter of them"
    )]
    HasOrder {
        person: u64,
        side: &'static str,
        order: u64,
    },
    #[error("still selling: auction={auction} is not settled; it is by advance, then commit again")]
    StillSelling { auction: u64 },
    #[error("no such order: auction={auction} person={person} side={side}; commit first")]
    NoOrder {
        auction: u64,
        person: u64,
        side: &'static str,
    },
    #[error("already opened: auction={auction} order={order}")]
    Opened { auction: u64, order: u64 },
    #[error(
        "commitment differs: auction={auction} order={order}; steps and salt are those that were hashed, in the same order"
    )]
    Commitment { auction: u64, order: u64 },
    #[error(
        "hold does not cover: cost={cost} with_margin={needs} left={left}; the order may want less than the hold"
    )]
    HoldCovers { cost: u64, needs: u128, left: u64 },
    #[error("escrow does not cover: quantity={quantity} escrow={escrow}")]
    EscrowCovers { quantity: u128, escrow: u128 },
    #[error("own orders cross: order={order} of the same person or its organisation")]
    Crossing { order: u64 },
}

const fn kind(code: u32, phrase: &'static str) -> ErrorKind {
    ErrorKind { code, phrase }
}

/// All kinds, by number. A number is never given to another phrase.
pub const KINDS: &[ErrorKind] = &[
    kind(701, "unknown auction"),
    kind(702, "order steps"),
    kind(703, "prices unordered"),
    kind(704, "price out of bounds"),
    kind(705, "order quantity"),
    kind(706, "order too dear"),
    kind(707, "not the phase"),
    kind(708, "auction is void"),
    kind(709, "size not round"),
    kind(710, "hold too short"),
    kind(711, "one order a person and side"),
    kind(712, "still selling"),
    kind(713, "no such order"),
    kind(714, "already opened"),
    kind(715, "commitment differs"),
    kind(716, "hold does not cover"),
    kind(717, "escrow does not cover"),
    kind(718, "own orders cross"),
];
