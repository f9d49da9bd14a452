//! Why something about monitors is refused. Codes from 301.

use mycel_kit::error::ErrorKind;

/// A refusal; each ends with what to do next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum MonitorError {
    #[error("not a monitor: commons={commons} person={person}; {}", seat_hint())]
    NoSeat { commons: u64, person: u64 },
    #[error(
        "seat taken: commons={commons} person={person} seat={seat}; it was drawn by lot and needs no bond"
    )]
    HasSeat {
        commons: u64,
        person: u64,
        seat: u64,
    },
    #[error(
        "no seat free: commons={commons} taken={taken} of={of}; wait until a monitor leaves its seat"
    )]
    NoneFree {
        commons: u64,
        taken: usize,
        of: usize,
    },
    #[error(
        "organisation not accredited: organisation={person}; the assembly accredits monitoring organisations"
    )]
    NotAccredited { person: u64 },
    #[error("not an organisation: person={person}; persons become monitors by lot")]
    NotOrganisation { person: u64 },
    #[error(
        "may not deal now: person={person}; a sanction or leaving stands against it, or the key may neither pay nor vote: see its standing at members"
    )]
    MayNotDeal { person: u64 },
    #[error(
        "interest in the commons: commons={commons} person={person} what={what}; monitors use nothing of what they watch: give it up, or leave the seat"
    )]
    Interest {
        commons: u64,
        person: u64,
        what: &'static str,
    },
    #[error(
        "organisation already counted: commons={commons} person={person} controls seat={seat} too; monitors are of different organisations"
    )]
    SameHands {
        commons: u64,
        person: u64,
        seat: u64,
    },
    #[error("bond too small: amount={amount} least={least}; put aside that much in one hold")]
    BondSmall { amount: u64, least: u64 },
    #[error(
        "bond missing: left={left} least={least}; put aside a new hold of at least that for the seat"
    )]
    BondMissing { left: u64, least: u64 },
    #[error(
        "bond expires too soon: until={until} needed={needed}; a reading or attestation is answered for while it can be disputed: put aside a new hold first"
    )]
    BondShort { until: u64, needed: u64 },
    #[error(
        "reading implausible: quantity={quantity} least={least} most={most}; the commons' own members set these bounds"
    )]
    Implausible {
        quantity: u128,
        least: u128,
        most: u128,
    },
    #[error(
        "evidence used: commons={commons} number={number}; every reading and claim has evidence of its own"
    )]
    EvidenceUsed { commons: u64, number: u64 },
    #[error(
        "no reading: commons={commons} seat={seat}; there is none that counts now: challenge one that the query readings shows as current"
    )]
    NoReading { commons: u64, seat: u64 },
    #[error("already disputed: commons={commons} seat={seat} dispute={dispute}; its jury decides")]
    Disputed {
        commons: u64,
        seat: u64,
        dispute: u64,
    },
    #[error(
        "already judged: commons={commons} seat={seat}; a jury let this reading stand: challenge the seat's next one"
    )]
    Judged { commons: u64, seat: u64 },
    #[error(
        "challenge open: commons={commons} person={person} dispute={dispute}; one at a time: wait for its jury"
    )]
    ChallengeOpen {
        commons: u64,
        person: u64,
        dispute: u64,
    },
    #[error(
        "not drawn: commons={commons} person={person}; the lot names others: the query monitors tells whom, and whose turn it is"
    )]
    NotDrawn { commons: u64, person: u64 },
    #[error(
        "not your turn: commons={commons} person={person} from={from}; others were drawn before: accept then, if the seat is still free"
    )]
    NotTurn {
        commons: u64,
        person: u64,
        from: u64,
    },
    #[error("unknown seat: commons={commons} seat={seat}; the query seats lists them")]
    UnknownSeat { commons: u64, seat: u64 },
    #[error("unknown dispute: dispute={dispute}; the query disputes lists a commons'")]
    UnknownDispute { dispute: u64 },
    #[error("no monitors any more: commons={commons} is closed; nothing is read there")]
    Closed { commons: u64 },
    #[error(
        "too many seats: commons={commons} person={person} seats={seats} most={most}; wait until bonds of seats left are released"
    )]
    ManySeats {
        commons: u64,
        person: u64,
        seats: usize,
        most: usize,
    },
}

const fn seat_hint() -> &'static str {
    "an accredited organisation puts aside a bond, others are drawn by lot"
}

const fn kind(code: u32, phrase: &'static str) -> ErrorKind {
    ErrorKind { code, phrase }
}

/// Kinds by number.
pub const KINDS: &[ErrorKind] = &[
    kind(301, "not a monitor"),
    kind(302, "seat taken"),
    kind(303, "no seat free"),
    kind(304, "organisation not accredited"),
    kind(305, "not an organisation"),
    kind(306, "may not deal now"),
    kind(307, "interest in the commons"),
    kind(308, "organisation already counted"),
    kind(309, "bond too small"),
    kind(310, "bond missing"),
    kind(311, "bond expires too soon"),
    kind(312, "reading implausible"),
    kind(313, "evidence used"),
    kind(314, "no reading"),
    kind(315, "already disputed"),
    kind(316, "already judged"),
    kind(317, "challenge open"),
    kind(318, "not drawn"),
    kind(319, "not your turn"),
    kind(320, "unknown seat"),
    kind(321, "unknown dispute"),
    kind(322, "no monitors any more"),
    kind(323, "too many seats"),
];
