//! Skills, needs and offers: structured entries, bounded for each member.

use mycel_kit::Seconds;

use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;
use crate::msg::{ListingInput, ListingKind};
use crate::state::{self, Listing};

/// Most entries of a member.
pub const MAX_LISTINGS: u8 = 32;

/// Writes an entry into a slot.
///
/// # Errors
/// A slot beyond the last, a text too long, a time that has passed.
pub fn set(call: &mut Call<'_>, slot: u8, input: &ListingInput) -> Result<(), ContractError> {
    let acting = call.taking_part(state::VOTE)?;
    crate::parameters::within("slot", slot.into(), 0, u32::from(MAX_LISTINGS) - 1)?;
    bounds::text("name", &input.name, 64)?;
    bounds::text("detail", &input.detail, 280)?;
    bounds::text("unit", &input.unit, 16)?;
    bounds::count("tags", input.tags.len(), 5)?;
    for tag in &input.tags {
        bounds::text("tag", tag, 24)?;
    }
    if input.name.is_empty() {
        return Err(ContractError::NotFound {
            what: "name of slot",
            id: slot.to_string(),
        });
    }
    if let Some(Seconds(until)) = input.until
        && until <= call.now
    {
        return Err(ContractError::OutOfTime {
            what: "listing",
            until,
        });
    }
    state::listing(acting.number, slot).save(
        call.storage,
        &Listing {
            kind: match input.kind {
                ListingKind::Skill => 0,
                ListingKind::Need => 1,
                ListingKind::Offer => 2,
            },
            name: input.name.clone(),
            detail: input.detail.clone(),
            quantity: input.quantity.map(|id| id.0),
            unit: input.unit.clone(),
            tags: input.tags.clone(),
            until: input.until.map(|Seconds(until)| until),
        },
    );
    call.event(
        "listing_set",
        &[("person", &acting.number), ("slot", &slot)],
    );
    Ok(())
}

/// Empties a slot.
///
/// # Errors
/// It is empty.
pub fn remove(call: &mut Call<'_>, slot: u8) -> Result<(), ContractError> {
    let acting = call.acting(state::VOTE)?;
    let key = state::listing(acting.number, slot);
    if !key.exists(call.storage) {
        return Err(ContractError::NotFound {
            what: "listing",
            id: slot.to_string(),
        });
    }
    call.storage.remove(key.bytes());
    call.event(
        "listing_removed",
        &[("person", &acting.number), ("slot", &slot)],
    );
    Ok(())
}
