//! As whom somebody volunteers: by its address, or by a proof shown at a gate
//! of trust, never both in one draw. A proof names the address that takes the
//! seat, which is public; the nullifier only lets each person come once,
//! whoever it is, and proves what the gate asks for.

use cosmwasm_std::Storage;
use mycel_kit::peers::pull;
use mycel_kit::peers::trust::{Gate, GateTerm, Mode, Shown, TrustQuery};
use mycel_kit::{Id, Seconds, roles};

use super::error::DrawError;
use super::state::{self, Stage, Terms};
use super::{pool, state::load};
use crate::call::Call;
use crate::error::ContractError;
use crate::msg::ShownAction;

const fn refused(draw: u64, why: &'static str) -> DrawError {
    DrawError::Identity { draw, why }
}

/// A gate that a draw may name: open, of mode `once`, for this contract, with a
/// term for each draw.
///
/// # Errors
/// No trust, or another gate.
pub fn gate(call: &Call<'_>, gate: Id) -> Result<(), ContractError> {
    let question = TrustQuery::Gate { gate };
    let found: Gate = pull(call.querier, "trust", &call.parameters.trust, &question)?;
    let own = call.env.contract.address.as_str();
    found.serves(own, Mode::Once, true).map_err(|why| {
        ContractError::from(DrawError::Terms {
            why: why.to_string(),
        })
    })
}

/// Refuses an address where volunteers come by proofs.
///
/// # Errors
/// [`DrawError::Identity`].
pub fn by_address(number: u64, terms: &Terms) -> Result<(), DrawError> {
    match terms.gate {
        None => Ok(()),
        Some(_) => Err(refused(
            number,
            "takes proofs; show one at its gate, naming the address that takes the seat",
        )),
    }
}

/// trust: a proof was shown for a volunteer. One nullifier a draw, one address a
/// nullifier; who came may withdraw, and does not come again.
///
/// # Errors
/// Anyone but trust; another draw's or gate's proof; a nullifier that was used,
/// a person that is in the pool; and whatever refuses who volunteers by address.
pub fn shown(call: &mut Call<'_>, shown: &Shown<ShownAction>) -> Result<(), ContractError> {
    roles::peer(&call.sender, &call.parameters.trust, "trust")?;
    let ShownAction::Volunteer {
        draw: Id(number),
        address,
        attributes,
    } = &shown.action;
    let number = *number;
    let (terms, draw) = pool::open(call.storage, number)?;
    match terms.gate {
        Some(gate) if gate == shown.gate.0 => {}
        Some(_) => return Err(refused(number, "this gate is not the draw's").into()),
        None => {
            let why = "takes addresses; volunteer without a proof";
            return Err(refused(number, why).into());
        }
    }
    if shown.term != number.to_string() {
        return Err(refused(number, "the proof's term is not the draw's number").into());
    }
    let nf = <[u8; 32]>::try_from(shown.nf.as_slice())
        .map_err(|_| refused(number, "a nullifier is 32 bytes"))?;
    let key = state::nullifier(number, &nf);
    if key.exists(call.storage) {
        return Err(refused(number, "this nullifier was shown already").into());
    }
    let person = pool::narrow(call.person_at(address)?)?;
    if state::entry(person, number).exists(call.storage) {
        let why = "another proof names this person already; name another's address";
        return Err(refused(number, why).into());
    }
    key.save(call.storage, &person);
    pool::enter(call, number, &terms, draw, person, attributes)
}

/// Answer to `gate_term`: nothing can be shown for a draw before it is opened.
///
/// # Errors
/// Not the number of a draw that takes proofs of this gate now.
pub fn term(storage: &dyn Storage, gate: u64, term: &str) -> Result<GateTerm, ContractError> {
    let number: u64 = term
        .parse()
        .map_err(|_| refused(0, "a term is the draw's number"))?;
    let (terms, draw) = load(storage, number)?;
    if terms.gate != Some(gate) || term != number.to_string() {
        return Err(refused(number, "this gate is not the draw's").into());
    }
    if draw.stage != Stage::Open {
        let needs = "open";
        let stage = draw.stage.name();
        return Err(DrawError::Stage {
            draw: number,
            stage,
            needs,
        }
        .into());
    }
    Ok(GateTerm {
        opens: Seconds(terms.opened),
    })
}
