//! Entries taken from the chain of heads into the sums.

use ark_bn254::Fr;
use ark_ff::AdditiveGroup;
use mycel_mailbox::Entry;

use crate::gadgets::bits::boolean;
use crate::gadgets::poseidon::poseidon;
use crate::gadgets::seal::{Parts, commitment};
use crate::gadgets::state::Sums;
use crate::sheet::Sheet;
use crate::wire::Wire;

/// How many entries one proof takes.
pub const TAIL: usize = 8;

/// Takes up to eight entries, oldest first, and gives the head after them.
///
/// Each place has these groups:
/// - `entry on`: the place holds an entry or padding, nothing between. A
///   fraction of an entry would let one reach the head with invented ones.
/// - `entry range`: the packed rating is opened to parts of 1, 16, 10, 10 bits.
/// - `entry seal`: c is the commitment of that rating.
/// - `entry head`: the head moves on by c and the period, or stays.
/// - `entry time`: an entry's period is not before the last; padding has the
///   last, so it moves nothing; buckets move on by the difference.
/// - `entry sums`: what is added is the rating's, or nothing.
pub fn absorb(sheet: &mut Sheet, sums: &mut Sums, head: &Wire, entries: &[Entry]) -> Wire {
    let mut head = head.clone();
    for place in 0..TAIL {
        head = absorb_one(sheet, sums, &head, entries.get(place));
    }
    head
}

fn absorb_one(sheet: &mut Sheet, sums: &mut Sums, before: &Wire, entry: Option<&Entry>) -> Wire {
    let rating = entry.map(Entry::rating).unwrap_or_default();
    let on = sheet.group("entry on", |sheet| boolean(sheet, entry.is_some()));
    let parts = sheet.group("entry range", |sheet| Parts::ranged(sheet, &rating));
    let c = sheet.group("entry seal", |sheet| {
        let rho = sheet.witness(entry.map_or(Fr::ZERO, |entry| entry.rho));
        commitment(sheet, &parts.packed(), &rho)
    });
    let period = sheet.group("entry time", |sheet| {
        let period = sheet.witness(entry.map_or(sums.last.value(), |entry| entry.period.into()));
        sheet.require_product(&on.not(), &(&period - &sums.last), &Wire::default());
        sums.shift(sheet, &period);
        period
    });
    let head = sheet.group("entry head", |sheet| {
        let next = poseidon(sheet, &[before, &c, &period]);
        before + sheet.product(&on, &(&next - before))
    });
    sheet.group("entry sums", |sheet| sums.add(sheet, &on, &parts));
    head
}
