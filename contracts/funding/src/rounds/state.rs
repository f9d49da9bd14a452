//! What rounds store, and where: `r` and a letter.
//!
//! | key | record |
//! |---|---|
//! | `rn` | [`Totals`] |
//! | `rr` ‖ round | [`Round`] |
//! | `rc` ‖ round | [`Course`] |
//! | `rs` ‖ round | list of [`Sponsor`] |
//! | `rp` ‖ round ‖ project | [`Project`] |
//! | `rt` ‖ round ‖ project | [`Tally`] |
//! | `ry` ‖ round ‖ payee | u16: its project |
//! | `ru` ‖ round ‖ submitter | u16: its project |
//! | `rv` ‖ round ‖ person ‖ project | u8 1: supports it |
//! | `rk` ‖ round ‖ supporters u32 ‖ project | u8 1: admitted; the least supported first |
//! | `rb` ‖ round ‖ project ‖ person | u8 1: controlled the payee at some time |
//! | `rg` ‖ round ‖ giver ‖ project | [`Gift`] |
//! | `rh` ‖ round ‖ serial u32 | [`Held`], removed when it is settled |
//! | `rd` ‖ round ‖ person | u32: the declared group of a person |
//! | `re` ‖ round ‖ project ‖ group u32 | u128: what a group gave in all |
//! | `rf` ‖ round ‖ nullifier | u64: the number of the showing |
//! | `ra` ‖ round ‖ person | u64: the showing that the person's address pays for |
//! | `ri` ‖ person ‖ round | u64: as whom the person gives there; 0: it has something else there |
//! | `rl` ‖ round ‖ payee ‖ person | u8: how often the person submitted it, or took back what another did |
//! | `rm` ‖ person | [`Stake`] |
//! | `ro` ‖ person | u64: the member's own open round |
//! | `rq` ‖ round | list of [`Part`]: the admitted projects when the round ended |
//! | `rz` ‖ round ‖ supporters u32 ‖ 2^16 − 1 − project | u8 1: waits for a place with support enough; the last is next |
//! | `rx` ‖ round ‖ page u32 | contributions by giver, see [`weigh`](super::weigh) |
//! | `rw` ‖ round | [`Weighing`] |
//!
//! Numbers are u64 big-endian, projects u16, unless said otherwise.

use mycel_kit::Key;

use super::record::{
    Course, Gift, Held, Part, Project, Round, Sponsor, Stake, Tally, Totals, Weighing,
};

/// The tag of rounds.
pub const TAG: u8 = b'r';

/// The raw beginning of all keys of a kind.
#[must_use]
pub fn head(kind: u8, rest: &[&[u8]]) -> Vec<u8> {
    let mut bytes = vec![TAG, kind];
    for part in rest {
        bytes.extend_from_slice(part);
    }
    bytes
}

macro_rules! keys {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $of:ty),*) -> $record:ty = $kind:literal;)*) => {
        $($(#[$doc])* #[must_use]
        pub fn $name($($arg: $of),*) -> Key<$record> {
            Key::new(TAG, &head($kind, &[$(&$arg.to_be_bytes()),*])[1..])
        })*
    };
}

keys! {
    /// The sums over all rounds.
    totals() -> Totals = b'n';
    /// A round.
    round(round: u64) -> Round = b'r';
    /// Where it stands.
    course(round: u64) -> Course = b'c';
    /// Its sponsors, in the order in which they came.
    sponsors(round: u64) -> Vec<Sponsor> = b's';
    /// A project.
    project(round: u64, project: u16) -> Project = b'p';
    /// What was given to it.
    tally(round: u64, project: u16) -> Tally = b't';
    /// The project of a payee.
    of_payee(round: u64, person: u64) -> u16 = b'y';
    /// The project that a person submitted.
    of_submitter(round: u64, person: u64) -> u16 = b'u';
    /// How often a person submitted a payee, or took back what another did.
    times(round: u64, payee: u64, person: u64) -> u8 = b'l';
    /// That a person supports a project.
    support(round: u64, person: u64, project: u16) -> u8 = b'v';
    /// That a project is admitted, with so many supporters.
    rank(round: u64, supporters: u32, project: u16) -> u8 = b'k';
    /// That a project waits for a place, with so many supporters, enough; `last`
    /// is 2^16 − 1 less its number.
    next(round: u64, supporters: u32, last: u16) -> u8 = b'z';
    /// That a person controlled a project's payee at some time.
    barred(round: u64, project: u16, person: u64) -> u8 = b'b';
    /// What one gave to a project.
    gift(round: u64, giver: u64, project: u16) -> Gift = b'g';
    /// A hold of a contribution.
    held(round: u64, serial: u32) -> Held = b'h';
    /// The declared group of a person.
    group_of(round: u64, person: u64) -> u32 = b'd';
    /// What a group gave to a project.
    group_gift(round: u64, project: u16, group: u32) -> u128 = b'e';
    /// The showing that a person's address pays for.
    showing_of(round: u64, person: u64) -> u64 = b'a';
    /// As whom a person gives in a round.
    part(person: u64, round: u64) -> u64 = b'i';
    /// What a person has open.
    stake(person: u64) -> Stake = b'm';
    /// A member's own open round.
    own_round(person: u64) -> u64 = b'o';
    /// Where weighing stands.
    weighing(round: u64) -> Weighing = b'w';
    /// The admitted projects, ascending.
    parts(round: u64) -> Vec<Part> = b'q';
    /// A page of contributions by giver; raw bytes.
    page(round: u64, page: u32) -> Vec<u8> = b'x';
}

/// The showing of a nullifier.
#[must_use]
pub fn nullifier(round: u64, nf: &[u8; 32]) -> Key<u64> {
    Key::new(TAG, &head(b'f', &[&round.to_be_bytes(), nf])[1..])
}
