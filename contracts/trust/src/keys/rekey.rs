//! Another identity, with the old one's secret.

use cosmwasm_std::{Binary, HexBinary};
use mycel_kit::Id;
use mycel_mailbox::tag;

use crate::call::Call;
use crate::element::{self, Element, ZERO};
use crate::error::ContractError;
use crate::proofs::Circuit;
use crate::{keys, mailbox, tree};

/// What shows that the old secret is known.
pub struct Old<'a> {
    /// The slot whose root the proof is about.
    pub slot: Id,
    /// The nullifier.
    pub nf: &'a HexBinary,
    /// A proof of `member`.
    pub proof: &'a Binary,
}

/// F("rekey", inst, new idc): where the proof of the old secret counts, and what for.
#[must_use]
pub fn scope(instance: &Element, idc: &Element) -> Element {
    tag::hash("rekey", &[instance, idc])
}

/// The owner takes another identity. C, F and H stay; the next fold uses the
/// new secret. The old secret is shown by a proof of `member` for exactly this
/// identity; who has none yet, because another took it first, needs none.
///
/// # Errors
/// A stranger, or a key without the role recover; an identity that was used before; a proof that does not hold.
pub fn rekey(
    call: &mut Call<'_>,
    idc: &HexBinary,
    old: Option<&Old<'_>>,
) -> Result<(), ContractError> {
    let person = call.keeper()?;
    let mut mailbox = mailbox::enrolled(call.storage, person)?;
    let idc = element::identity(idc)?;
    if mailbox.idc != ZERO {
        let old = old.ok_or(ContractError::Missing { what: "proof" })?;
        let scope = scope(&call.fixed.instance, &idc);
        let inputs = [
            tree::root_at(call, old.slot.0)?,
            // any key does: it is the one that is given up
            tag::small(u64::from(call.day())),
            mailbox.idc,
            scope,
            scope,
            element::canonical("nf", old.nf)?,
        ];
        call.groth16(Circuit::Member, &inputs, old.proof)?;
    }
    keys::claim(call.storage, &idc, person)??;
    let counted = mailbox.counts();
    mailbox.idc = idc;
    mailbox.keyed = call.day();
    call.event("rekey", &[("person", &person), ("keyed", &mailbox.keyed)]);
    mailbox::save_changed(call, &mailbox, counted)
}
