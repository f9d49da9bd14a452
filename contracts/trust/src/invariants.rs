//! What must always hold, written once. [`judge`] needs the kept sums only;
//! [`audit`] walks all that is stored, as tests and auditors do.

use cosmwasm_std::Storage;
use mycel_kit::standard::Invariant;

use crate::element::Element;
use crate::error::ContractError;
use crate::{deals, gates, mailbox, tree};

/// Judges what the kept sums can show.
///
/// # Errors
/// Only for unreadable state.
pub fn judge(storage: &dyn Storage) -> Result<Vec<Invariant>, ContractError> {
    let mut all = vec![];
    // ---- tree
    all.extend(tree::invariants::judge(storage)?);
    // ---- mailbox
    all.extend(mailbox::invariants::judge(storage)?);
    // ---- deals
    all.extend(deals::invariants::judge(storage)?);
    // ---- gates
    all.extend(gates::invariants::judge(storage)?);
    Ok(all)
}

/// Walks everything; `poseidon` is a hash of its own. Gives what does not hold.
///
/// # Errors
/// Only for unreadable state.
pub fn audit(
    storage: &dyn Storage,
    poseidon: &dyn Fn(&[Element]) -> Element,
) -> Result<Vec<String>, ContractError> {
    let mut wrong: Vec<String> = judge(storage)?
        .into_iter()
        .filter(|one| !one.holds)
        .map(|one| format!("{}: {} {:?}", one.id, one.sentence, one.numbers))
        .collect();
    // ---- tree
    wrong.extend(tree::invariants::audit(storage, poseidon)?);
    // ---- mailbox
    wrong.extend(mailbox::invariants::audit(storage, poseidon)?);
    // ---- deals
    wrong.extend(deals::invariants::audit(storage)?);
    // ---- gates
    wrong.extend(gates::invariants::audit(storage)?);
    Ok(wrong)
}
