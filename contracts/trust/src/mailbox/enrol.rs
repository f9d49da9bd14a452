//! What members says of a person: that it is there, whether its leaf counts,
//! how much it is vouched for.

use cosmwasm_std::HexBinary;
use mycel_kit::roles;
use mycel_mailbox::tag::{self, selector};

use super::state::{self, Mailbox};
use super::{EMPTY_STATE, count, enrolled, of_person, save_changed};
use crate::call::Call;
use crate::element::{self, Element, ZERO};
use crate::error::ContractError;
use crate::{keys, tree};

/// Vouches count up to this weight.
pub const MAX_VOUCH: u32 = 64;

/// members: a person has a mailbox from now on. It is not refused because
/// somebody else has taken its identity meanwhile (identities in members' queue
/// are public): the mailbox then waits for one, see [`keys::rekey`].
///
/// # Errors
/// Not members, or no identity.
pub fn enrol(call: &mut Call<'_>, person: u64, idc: &HexBinary) -> Result<(), ContractError> {
    roles::peer(&call.sender, &call.parameters.members, "members")?;
    let idc = element::identity(idc)?;
    // members tells everybody again when it comes back to this contract
    if let Some(mailbox) = of_person(call.storage, person)? {
        let vouch = u32::from(mailbox.vouch);
        return set(call, mailbox, true, vouch);
    }
    let taken = keys::claim(call.storage, &idc, person)?.is_err();
    let idc = if taken { ZERO } else { idc };
    let head = first_head(call, &idc)?;
    let index = tree::take_place(call.storage)?;
    state::place(index).save(call.storage, &person);
    count(call.storage, |totals| {
        totals.mailboxes = totals.mailboxes.saturating_add(1);
    })?;
    let mailbox = Mailbox {
        person,
        index,
        idc,
        state: EMPTY_STATE,
        folded_head: head,
        head,
        entries: 0,
        folded: 0,
        cleaned: 0,
        folds: 0,
        joined: call.period(),
        keyed: call.day(),
        vouch: 0,
        live: true,
        reset: None,
    };
    call.event(
        "enrol",
        &[("person", &person), ("index", &index), ("taken", &taken)],
    );
    save_changed(call, &mailbox, false)
}

/// P3(idc, inst, sel7): where the heads of an identity begin.
fn first_head(call: &Call<'_>, idc: &Element) -> Result<Element, ContractError> {
    let parts = vec![*idc, call.fixed.instance, tag::sel(selector::HEAD)];
    let hashes = call.poseidon(&[parts])?;
    Ok(hashes[0])
}

/// members: a person has left. Its mailbox goes on.
///
/// # Errors
/// Not members, or nobody enrolled.
pub fn retire(call: &mut Call<'_>, person: u64) -> Result<(), ContractError> {
    roles::peer(&call.sender, &call.parameters.members, "members")?;
    let mailbox = enrolled(call.storage, person)?;
    let vouch = u32::from(mailbox.vouch);
    set(call, mailbox, false, vouch)
}

/// members: standing or vouches changed, or the person is back.
///
/// # Errors
/// Not members, or nobody enrolled.
pub fn set_leaf(
    call: &mut Call<'_>,
    person: u64,
    live: bool,
    vouch: u32,
) -> Result<(), ContractError> {
    roles::peer(&call.sender, &call.parameters.members, "members")?;
    let mailbox = enrolled(call.storage, person)?;
    set(call, mailbox, live, vouch)
}

fn set(
    call: &mut Call<'_>,
    mut mailbox: Mailbox,
    live: bool,
    vouch: u32,
) -> Result<(), ContractError> {
    let counted = mailbox.counts();
    mailbox.live = live;
    // at most 64
    mailbox.vouch = vouch.min(MAX_VOUCH) as u8;
    call.event(
        "leaf",
        &[
            ("person", &mailbox.person),
            ("live", &live),
            ("vouch", &mailbox.vouch),
        ],
    );
    save_changed(call, &mailbox, counted)
}
