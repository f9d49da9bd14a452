//! The record that payments read and write, as few bytes as it can be: every
//! byte is paid for in each of two writes a payment.
//!
//! | bytes | what |
//! |---|---|
//! | 1 | kind (2 bits), status (2), frozen, scale differs, pending follows, position negative |
//! | 1 | length of the position (low 4 bits), length of the snap (high 4 bits) |
//! | 0–13 | magnitude of the position, little-endian without leading zeros |
//! | 0–15 | snap, likewise |
//! | 2–11 | limit: a power of ten (one byte, whose highest bit says that the member came back, the next that a line is raised), then LEB128 |
//! | 2 | scale, if it differs from 10,000 |
//! | 7–15 | what is raised, as the limit is, and until when (LEB128), if a line is |
//! | … | pending: due (LEB128), received, beyond, then a byte's count of flows: number (LEB128), amount |
//!
//! Amounts of the pending part are written as the limit is: round sums are
//! short. There is one encoding of each record and no other is read.

use borsh::io::{Error, ErrorKind, Read, Result, Write};
use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;
use mycel_kit::Amount;
pub use mycel_kit::peers::credit::Kind;

use super::MAX_POSITION;
use crate::limit::FULL_SCALE_BPS;
use crate::raise::Raise;

/// Most flows that an account carries before it is folded.
pub const MAX_FLOWS: usize = 8;

/// Where an account stands. All may receive.
#[cw_serde]
#[derive(Copy, Eq, BorshSerialize, BorshDeserialize)]
pub enum Status {
    /// May pay.
    Active,
    /// Winds up: only receives and repays.
    Leaving,
    /// Left a debt behind: only receives and repays, for ever.
    Defaulted,
    /// Has left; receives nothing either.
    Closed,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Pico-credits at Λ = `snap`; |position| ≤ 2^100.
    pub position: i128,
    /// Λ up to which `position` is settled, in 2^-96; below 2^120.
    pub snap: u128,
    /// The account's own limit, without the starter line.
    pub limit: Amount,
    /// The limit is scaled by this / 10,000.
    pub scale_bps: u16,
    /// What stands behind it.
    pub kind: Kind,
    /// Where it stands.
    pub status: Status,
    /// Whether a sanction stops its payments.
    pub frozen: bool,
    /// Whether it was closed before and opened again: without starter line.
    pub returned: bool,
    /// The line that a proof of trust raised; may be over.
    pub raised: Option<Raise>,
    /// What the sums do not know yet.
    pub pending: Pending,
}

/// What happened to an account since it was last folded ([`crate::fold`]): a
/// payment writes it here and nowhere else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pending {
    /// Decay already off the position, not yet in the commons. ≥ 0.
    pub due: i128,
    /// Σ of payments received. ≥ 0.
    pub received: i128,
    /// Σ of payments made less Σ of `flows`: positive where flows were counted
    /// before the sums, negative where the sums know of flows already.
    pub beyond: i128,
    /// Payments made that volume has not counted, one entry for each payee,
    /// the earliest first.
    pub flows: Vec<Flow>,
}

/// What an account paid another one since it was last folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flow {
    /// Number of the payee.
    pub to: u32,
    /// Pico-credits, > 0.
    pub amount: i128,
}

impl Account {
    /// An account with nothing on it.
    #[must_use]
    pub fn new(kind: Kind, limit: Amount, snap: u128) -> Account {
        Account {
            position: 0,
            snap,
            limit,
            scale_bps: FULL_SCALE_BPS,
            kind,
            status: Status::Active,
            frozen: false,
            returned: false,
            raised: None,
            pending: Pending::default(),
        }
    }

    /// The position when the account was last folded: what the sums know.
    #[must_use]
    pub fn counted(&self) -> i128 {
        self.position + self.pending.due - self.pending.received + self.pending.spent()
    }
}

impl Pending {
    /// Σ of payments made that the sums do not know.
    #[must_use]
    pub fn spent(&self) -> i128 {
        self.beyond + self.flows.iter().map(|flow| flow.amount).sum::<i128>()
    }

    /// Whether nothing waits at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.is_booked() && self.flows.is_empty()
    }

    /// Whether the sums know everything, though volume perhaps does not.
    #[must_use]
    pub fn is_booked(&self) -> bool {
        self.due == 0 && self.received == 0 && self.spent() == 0
    }
}

const POSITION_BYTES: u8 = 13;
const SNAP_BYTES: u8 = 15;

impl BorshSerialize for Account {
    fn serialize<W: Write>(&self, to: &mut W) -> Result<()> {
        let scaled = self.scale_bps != FULL_SCALE_BPS;
        let pending = !self.pending.is_empty();
        let head = self.kind as u8
            | (self.status as u8) << 2
            | u8::from(self.frozen) << 4
            | u8::from(scaled) << 5
            | u8::from(pending) << 6
            | u8::from(self.position < 0) << 7;
        let (position, snap) = (self.position.unsigned_abs(), self.snap);
        let (long, wide) = (width(position), width(snap));
        if long > POSITION_BYTES || wide > SNAP_BYTES {
            return Err(invalid("account out of bounds"));
        }
        to.write_all(&[head, long | wide << 4])?;
        to.write_all(&position.to_le_bytes()[..usize::from(long)])?;
        to.write_all(&snap.to_le_bytes()[..usize::from(wide)])?;
        let mark =
            if self.returned { MARK } else { 0 } | if self.raised.is_some() { RAISED } else { 0 };
        write_marked(to, u128::from(self.limit.pico()), mark)?;
        if scaled {
            to.write_all(&self.scale_bps.to_le_bytes())?;
        }
        if let Some(raise) = self.raised {
            write_sum(to, raise.amount.pico().into())?;
            write_leb(to, raise.until.into())?;
        }
        if pending {
            self.pending.serialize(to)?;
        }
        Ok(())
    }
}

impl BorshDeserialize for Account {
    fn deserialize_reader<R: Read>(from: &mut R) -> Result<Self> {
        let [head, lengths] = read(from)?;
        let position = read_bytes(from, lengths & 15)?;
        let snap = read_bytes(from, lengths >> 4)?;
        let negative = head >> 7 == 1;
        let magnitude = i128::try_from(position).unwrap_or(i128::MAX);
        if magnitude > MAX_POSITION || (negative && magnitude == 0) {
            return Err(invalid("position out of bounds"));
        }
        let [power] = read(from)?;
        let limit = u64::try_from(read_rest(from, power & !(MARK | RAISED))?)
            .ok()
            .and_then(Amount::new)
            .ok_or_else(|| invalid("limit out of bounds"))?;
        let scale_bps = if head & 32 == 0 {
            FULL_SCALE_BPS
        } else {
            u16::from_le_bytes(read(from)?)
        };
        if scale_bps > FULL_SCALE_BPS || (head & 32 != 0 && scale_bps == FULL_SCALE_BPS) {
            return Err(invalid("scale out of bounds"));
        }
        let raised = if power & RAISED == 0 {
            None
        } else {
            let amount = u64::try_from(read_sum(from)?).ok().and_then(Amount::new);
            Some(Raise {
                amount: amount
                    .filter(|amount| !amount.is_zero())
                    .ok_or_else(|| invalid("raise out of bounds"))?,
                until: u64::try_from(read_leb(from)?).map_err(|_| invalid("no time"))?,
            })
        };
        let pending = if head & 64 == 0 {
            Pending::default()
        } else {
            let pending = Pending::deserialize_reader(from)?;
            if pending.is_empty() {
                return Err(invalid("nothing pending"));
            }
            pending
        };
        Ok(Account {
            position: if negative { -magnitude } else { magnitude },
            snap,
            limit,
            scale_bps,
            kind: Kind::deserialize_reader(&mut &[head & 3][..])?,
            status: Status::deserialize_reader(&mut &[head >> 2 & 3][..])?,
            frozen: head & 16 != 0,
            returned: power & MARK != 0,
            raised,
            pending,
        })
    }
}

impl BorshSerialize for Pending {
    fn serialize<W: Write>(&self, to: &mut W) -> Result<()> {
        write_leb(to, self.due.unsigned_abs())?;
        write_sum(to, self.received.unsigned_abs())?;
        write_signed(to, self.beyond)?;
        let count = u8::try_from(self.flows.len()).map_err(|_| invalid("too many flows"))?;
        to.write_all(&[count])?;
        for flow in &self.flows {
            write_leb(to, u128::from(flow.to))?;
            write_sum(to, flow.amount.unsigned_abs())?;
        }
        Ok(())
    }
}

impl BorshDeserialize for Pending {
    fn deserialize_reader<R: Read>(from: &mut R) -> Result<Self> {
        let sum = |value: u128| match i128::try_from(value) {
            Ok(value) if value <= MAX_POSITION => Ok(value),
            _ => Err(invalid("pending out of bounds")),
        };
        let due = sum(read_leb(from)?)?;
        let received = sum(read_sum(from)?)?;
        let beyond = read_signed(from)?;
        sum(beyond.unsigned_abs())?;
        let [count] = read(from)?;
        if usize::from(count) > MAX_FLOWS {
            return Err(invalid("too many flows"));
        }
        let mut flows = Vec::with_capacity(usize::from(count));
        for _ in 0..count {
            let to = u32::try_from(read_leb(from)?).map_err(|_| invalid("no number"))?;
            let amount = sum(read_sum(from)?)?;
            flows.push(Flow { to, amount });
        }
        Ok(Pending {
            due,
            received,
            beyond,
            flows,
        })
    }
}

fn invalid(what: &'static str) -> Error {
    Error::new(ErrorKind::InvalidData, what)
}

/// Bytes of a number without leading zeros, at most 16.
fn width(value: u128) -> u8 {
    (128 - value.leading_zeros()).div_ceil(8) as u8
}

fn read<const N: usize>(from: &mut impl Read) -> Result<[u8; N]> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn read_bytes(from: &mut impl Read, length: u8) -> Result<u128> {
    let mut bytes = [0; 16];
    from.read_exact(&mut bytes[..usize::from(length)])?;
    let value = u128::from_le_bytes(bytes);
    if width(value) != length {
        return Err(invalid("number not minimal"));
    }
    Ok(value)
}

fn write_leb(to: &mut impl Write, mut value: u128) -> Result<()> {
    let mut bytes = [0; 19];
    let mut length = 0;
    loop {
        let low = (value & 127) as u8;
        value >>= 7;
        bytes[length] = low | u8::from(value > 0) << 7;
        length += 1;
        if value == 0 {
            return to.write_all(&bytes[..length]);
        }
    }
}

fn read_leb(from: &mut impl Read) -> Result<u128> {
    let mut value = 0u128;
    for place in 0..18 {
        let [byte] = read(from)?;
        value |= u128::from(byte & 127) << (7 * place);
        if byte & 128 == 0 {
            if byte == 0 && place > 0 {
                return Err(invalid("number not minimal"));
            }
            return Ok(value);
        }
    }
    Err(invalid("number too long"))
}

/// The greatest power of ten in front of a sum.
const MAX_POWER: u8 = 18;

/// Marks the power of ten of a negative sum, and of the limit of a member who
/// came back.
const MARK: u8 = 128;

/// Marks the power of ten of the limit of a member with a line for trust.
const RAISED: u8 = 64;

/// A sum as a power of ten and the rest: 25 credits are two bytes.
fn write_sum(to: &mut impl Write, value: u128) -> Result<()> {
    write_marked(to, value, 0)
}

fn write_signed(to: &mut impl Write, value: i128) -> Result<()> {
    write_marked(to, value.unsigned_abs(), if value < 0 { MARK } else { 0 })
}

fn write_marked(to: &mut impl Write, value: u128, mark: u8) -> Result<()> {
    let (mut power, mut rest) = (0, value);
    while rest > 0 && power < MAX_POWER && rest.is_multiple_of(10) {
        rest /= 10;
        power += 1;
    }
    to.write_all(&[power | mark])?;
    write_leb(to, rest)
}

fn read_sum(from: &mut impl Read) -> Result<u128> {
    let [power] = read(from)?;
    read_rest(from, power)
}

fn read_signed(from: &mut impl Read) -> Result<i128> {
    let [head] = read(from)?;
    let value = i128::try_from(read_rest(from, head & !MARK)?);
    match value.map_err(|_| invalid("sum too large"))? {
        0 if head & MARK != 0 => Err(invalid("sum not minimal")),
        value if head & MARK != 0 => Ok(-value),
        value => Ok(value),
    }
}

fn read_rest(from: &mut impl Read, power: u8) -> Result<u128> {
    let rest = read_leb(from)?;
    let minimal = power < MAX_POWER && rest.is_multiple_of(10);
    if power > MAX_POWER || (minimal && rest > 0) || (rest == 0 && power > 0) {
        return Err(invalid("sum not minimal"));
    }
    10u128
        .checked_pow(u32::from(power))
        .and_then(|unit| unit.checked_mul(rest))
        .ok_or_else(|| invalid("sum too large"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back(account: &Account) -> usize {
        let bytes = borsh::to_vec(account).expect("writes");
        assert_eq!(
            borsh::from_slice::<Account>(&bytes).ok().as_ref(),
            Some(account)
        );
        bytes.len()
    }

    #[test]
    fn an_account_of_round_numbers_takes_23_bytes_and_each_payee_a_few() {
        let mut account = Account::new(Kind::Person, Amount::MAX, 0);
        assert_eq!(there_and_back(&account), 12);
        account.limit = Amount::credits(1_000).expect("fits");
        account.position = -1_000_000_000_000_000;
        account.snap = 1 << 90;
        assert_eq!(there_and_back(&account), 2 + 7 + 12 + 2);
        account.pending.flows.push(Flow {
            to: 37_000,
            amount: 25_000_000_000_000,
        });
        assert_eq!(there_and_back(&account), 23 + 1 + 2 + 2 + 1 + 3 + 2);
        account.returned = true;
        assert_eq!(there_and_back(&account), 23 + 1 + 2 + 2 + 1 + 3 + 2);
        account.limit = Amount::ZERO;
        there_and_back(&account);
    }

    #[test]
    fn only_the_one_encoding_is_read() {
        let account = Account::new(Kind::Org, Amount::ZERO, 1);
        let bytes = borsh::to_vec(&account).expect("writes");
        assert_eq!(bytes, [1, 0x10, 1, 0, 0]);
        for bad in [
            &[1, 0x10, 0, 0, 0][..],                    // a snap with a leading zero
            &[1 | 128, 0x10, 1, 0, 0],                  // minus nothing
            &[1, 0x10, 1, 0, 10],                       // ten is one times ten
            &[1, 0x10, 1, 1, 0],                        // nothing times ten
            &[1, 0x10, 1, 0, 0x80, 0],                  // a longer zero
            &[1 | 32, 0x10, 1, 0, 0, 0x10, 0x27],       // the full scale told
            &[1 | 64, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0], // nothing pending told
            &[1, 0x10, 1, 0, 0, 0],                     // more than one record
            &[1, 0x10, 1, 0],
        ] {
            assert!(borsh::from_slice::<Account>(bad).is_err(), "{bad:?}");
        }
    }
}
