//! What is stored, and where. The layout is public: auditors read it raw, and
//! another community reads a proven [`Attested`].
//!
//! | key | record | |
//! |---|---|---|
//! | `p` | [`Parameters`] | |
//! | `e` | [`Peers`] | |
//! | `n` | [`Totals`]: every kept sum | |
//! | `m` ‖ number | [`Person`] | persons and organisations, densely from 1 |
//! | `x` ‖ address | [`Held`]: whose address, with which roles | for ever |
//! | `r` ‖ number ‖ height | [`Stay`] that ended at that height | for ever |
//! | `y` ‖ number | u64: place in the queue of a person who comes back | |
//! | `k` ‖ number | [`KeySet`] | |
//! | `g` ‖ number | [`Guard`]: guardians and a running recovery | |
//! | `u` ‖ number | [`Usage`]: what a person has used of its quotas | |
//! | `h` ‖ skeleton | [`Handle`] | |
//! | `i` ‖ idc | u64: the person (0 while waiting) | for ever |
//! | `v` ‖ sponsor ‖ address | [`Invite`] | sponsor 0: the assembly |
//! | `q` ‖ place | [`Entry`]: waits in the queue | |
//! | `w` ‖ address | u64: place in the queue | |
//! | `j` | [`Scan`]: how far the queue was read in this epoch | |
//! | `E` ‖ epoch | [`EpochUse`] | |
//! | `T` ‖ epoch ‖ root | u32: admissions from that sponsor tree | |
//! | `V` ‖ to ‖ from | [`Vouch`] | |
//! | `l` ‖ number ‖ slot | [`Listing`] | |
//! | `c` ‖ issuer ‖ index | [`Credential`] | |
//! | `d` ‖ subject ‖ issuer ‖ index | u8 1 | |
//! | `t` ‖ issuer | [`StatusBits`] | |
//! | `s` ‖ number | [`Sanction`] | |
//! | `P` ‖ number ‖ kind | u64: the measure of that kind (0 accusation, 1 appeal) about that person that a jury judges, or judged last | |
//! | `f` ‖ number | list of [`Flag`] | |
//! | `M` ‖ measure | [`Measure`]: what a jury is asked | |
//! | `C` ‖ case | u64: the measure | for ever: a case is used once |
//! | `G` ‖ number | [`Org`] | |
//! | `F` ‖ address | [`Founding`] | |
//! | `B` ‖ number | u8 1: may not deal now | |
//! | `z` ‖ due ‖ serial | [`Task`] | |
//! | `H` ‖ height | u32: persons with a say after that block | |
//! | `L` ‖ number ‖ height | u8: whether the person has a say after that block | |
//! | `K` ‖ height | u64: that block's time | at most one an hour |
//! | `o` ‖ SHA-256(chain) ‖ height | [`Header`] | |
//! | `O` ‖ SHA-256(chain) | u64: the community's number, from 1 | |
//! | `I` ‖ SHA-256(chain ‖ 0 ‖ number) | u64: the person here | for ever |
//! | `a` ‖ number | [`Attested`] | what another community verifies |
//! | `contract_info` | JSON {contract, version} (CW2) | |
//!
//! Numbers, places, heights and times: u64 big-endian; slot: one byte; index:
//! u32; kind: one byte. Values are borsh.

use mycel_kit::Key;

pub use crate::parameters::Parameters;
pub use crate::record::*;

/// May pay.
pub const PAY: u8 = 1;
/// May take part: invite, vouch, flag, approve, vote.
pub const VOTE: u8 = 2;
/// May change keys and guardians, and leave.
pub const RECOVER: u8 = 4;
/// All roles.
pub const ALL_ROLES: u8 = PAY | VOTE | RECOVER;

/// A kind of measure: a step is asked for.
pub const ACCUSATION: u8 = 0;
/// A kind of measure: the step in force is appealed.
pub const APPEAL: u8 = 1;

fn two(a: u64, b: u64) -> [u8; 16] {
    let mut key = [0; 16];
    key[..8].copy_from_slice(&a.to_be_bytes());
    key[8..].copy_from_slice(&b.to_be_bytes());
    key
}

macro_rules! keys {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $of:ty),*) -> $record:ty = $tag:literal $(, $rest:expr)?;)*) => {
        $($(#[$doc])* #[must_use]
        pub fn $name($($arg: $of),*) -> Key<$record> {
            #[allow(unused_mut, unused_assignments, reason = "keys without a rest")]
            let mut rest: Vec<u8> = Vec::new();
            $(rest = AsRef::<[u8]>::as_ref(&$rest).to_vec();)?
            Key::new($tag, &rest)
        })*
    };
}

keys! {
    /// The parameters.
    parameters() -> Parameters = b'p';
    /// The peers.
    peers() -> Peers = b'e';
    /// The sums.
    totals() -> Totals = b'n';
    /// A person or an organisation.
    person(number: u64) -> Person = b'm', number.to_be_bytes();
    /// Whose an address is.
    held(address: &str) -> Held = b'x', address.as_bytes();
    /// A stay that ended at a height.
    stay(number: u64, ended: u64) -> Stay = b'r', two(number, ended);
    /// The place in the queue of a person who comes back.
    returning(number: u64) -> u64 = b'y', number.to_be_bytes();
    /// Keys.
    key_set(number: u64) -> KeySet = b'k', number.to_be_bytes();
    /// Guardians.
    guard(number: u64) -> Guard = b'g', number.to_be_bytes();
    /// Quotas.
    usage(number: u64) -> Usage = b'u', number.to_be_bytes();
    /// A handle by its skeleton.
    handle(skeleton: &str) -> Handle = b'h', skeleton.as_bytes();
    /// Whose an identity commitment is.
    identity(idc: &[u8; 32]) -> u64 = b'i', idc;
    /// An invitation.
    invite(sponsor: u64, address: &str) -> Invite = b'v', [&sponsor.to_be_bytes()[..], address.as_bytes()].concat();
    /// An entry of the queue.
    entry(place: u64) -> Entry = b'q', place.to_be_bytes();
    /// The place of an address in the queue.
    waiting(address: &str) -> u64 = b'w', address.as_bytes();
    /// How far the queue was read.
    scan() -> Scan = b'j';
    /// Admissions of an epoch.
    epoch_use(epoch: u64) -> EpochUse = b'E', epoch.to_be_bytes();
    /// Admissions of an epoch from one sponsor tree.
    tree_use(epoch: u64, root: u64) -> u32 = b'T', two(epoch, root);
    /// A vouch.
    vouch(to: u64, from: u64) -> Vouch = b'V', two(to, from);
    /// A listing.
    listing(number: u64, slot: u8) -> Listing = b'l', [&number.to_be_bytes()[..], &[slot]].concat();
    /// A credential.
    credential(issuer: u64, index: u32) -> Credential = b'c', [&issuer.to_be_bytes()[..], &index.to_be_bytes()].concat();
    /// That a credential is about a subject.
    about(subject: u64, issuer: u64, index: u32) -> u8 = b'd', [&two(subject, issuer)[..], &index.to_be_bytes()].concat();
    /// An issuer's status list.
    status_bits(issuer: u64) -> StatusBits = b't', issuer.to_be_bytes();
    /// A person on the ladder.
    sanction(number: u64) -> Sanction = b's', number.to_be_bytes();
    /// The accusation (0) or appeal (1) about a person that a jury judges, or last judged.
    pending(number: u64, kind: u8) -> u64 = b'P', [&number.to_be_bytes()[..], &[kind]].concat();
    /// Flags on a person.
    flags(number: u64) -> Vec<Flag> = b'f', number.to_be_bytes();
    /// A measure.
    measure(number: u64) -> Measure = b'M', number.to_be_bytes();
    /// The measure that a case decides.
    measure_of(case: u64) -> u64 = b'C', case.to_be_bytes();
    /// An organisation.
    org(number: u64) -> Org = b'G', number.to_be_bytes();
    /// An organisation to be.
    founding(address: &str) -> Founding = b'F', address.as_bytes();
    /// That a person may not deal now.
    barred(number: u64) -> u8 = b'B', number.to_be_bytes();
    /// A task.
    task(due: u64, serial: u64) -> Task = b'z', two(due, serial);
    /// Persons with a say after a block.
    count_after(height: u64) -> u32 = b'H', height.to_be_bytes();
    /// Whether a person has a say after a block.
    say_after(number: u64, height: u64) -> bool = b'L', two(number, height);
    /// A block's time.
    time_of(height: u64) -> u64 = b'K', height.to_be_bytes();
    /// A recorded header.
    header(chain: &[u8; 32], height: u64) -> Header = b'o', [&chain[..], &height.to_be_bytes()].concat();
    /// A community's number.
    community(chain: &[u8; 32]) -> u64 = b'O', chain;
    /// The person that came with a record of another community.
    imported(key: &[u8; 32]) -> u64 = b'I', key;
    /// A member's record for others.
    attested(number: u64) -> Attested = b'a', number.to_be_bytes();
}
