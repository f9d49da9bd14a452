//! A sample of entrants is looked at again by a drawn panel.
//!
//! Who, is decided in the first block after the entry in which anyone calls
//! `advance`: an entrant is taken if the first eight bytes of
//! SHA-256("mycel/members/recheck" ‖ chain id ‖ number ‖ height ‖ time in
//! nanoseconds), of that block, fall below `recheck_bps`. An entrant chooses
//! neither its number's neighbours nor the milliseconds of a block that is not
//! yet proposed, and the draw is made once. What it does not stop: a proposer
//! of that block who is in league with the entrant can wait some milliseconds.
//! The beacon will end that.
//!
//! The jury's `uphold` says that the entry was made under false pretences: the
//! person goes one step up the ladder, and the sponsor invites nobody for
//! `penalty_seconds`.

use sha2::{Digest, Sha256};

use crate::agenda;
use crate::call::Call;
use crate::cases;
use crate::error::ContractError;
use crate::standing;
use crate::state::{self, Question, Task};
use mycel_kit::peers::members::Status;

/// Draws whether an entrant is looked at.
///
/// # Errors
/// What opening the case refuses.
pub fn draw(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    let person = standing::person(call.storage, number)?;
    if person.status != Status::Active {
        return Ok(());
    }
    if call.peers.sortition.is_empty() {
        // there are no panels yet
        let due = call.now.saturating_add(mycel_kit::clock::DAY);
        agenda::at(call, due, Task::Recheck(number));
        return Ok(());
    }
    if !is_drawn(call, number) {
        call.event("recheck_spared", &[("person", &number)]);
        return Ok(());
    }
    let mut parties = vec![number];
    parties.extend(person.sponsor);
    cases::open(call, number, Question::Entry, parties, [0; 32])?;
    Ok(())
}

fn is_drawn(call: &Call<'_>, number: u64) -> bool {
    let mut hash = Sha256::new();
    hash.update(b"mycel/members/recheck");
    hash.update(call.env.block.chain_id.as_bytes());
    hash.update(number.to_be_bytes());
    hash.update(call.env.block.height.to_be_bytes());
    hash.update(call.env.block.time.nanos().to_be_bytes());
    let hash = hash.finalize();
    let mut head = [0; 8];
    head.copy_from_slice(&hash[..8]);
    // drawn if head / 2^64 < bps / 10,000
    u128::from(u64::from_be_bytes(head)) * 10_000
        < u128::from(call.parameters.numbers.recheck_bps) << 64
}

/// The jury upheld it: the sponsor pays, too.
///
/// # Errors
/// Only for unreadable state.
pub fn upheld(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    let person = standing::person(call.storage, number)?;
    if let Some(sponsor) = person.sponsor {
        let mut usage = state::usage(sponsor)
            .may_load(call.storage)?
            .unwrap_or_default();
        let until = call
            .now
            .saturating_add(call.parameters.numbers.penalty_seconds.into());
        usage.penalised_until = usage.penalised_until.max(until);
        state::usage(sponsor).save(call.storage, &usage);
        call.event("penalised", &[("person", &sponsor), ("until", &until)]);
    }
    Ok(())
}
