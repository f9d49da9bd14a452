//! As whom someone gives: by its address, or by a proof that was shown, never
//! both in one round. A nullifier stands beside the address that pays, so it
//! hides nobody; it only lets each person count once, whoever it is. The payer is
//! a person: through an organisation a project would be given to by those who
//! control it.

use cosmwasm_std::{HexBinary, Storage};
use mycel_kit::peers::credit::Kind;
use mycel_kit::peers::members::Standing;
use mycel_kit::peers::pull;
use mycel_kit::peers::trust::{Gate, GateTerm, Mode, TrustQuery};
use mycel_kit::{Id, Seconds, roles};

use super::error::RoundError;
use super::msg::{Shown, ShownAction};
use super::record::{Identity, Round};
use super::{course_of, round, state};
use crate::call::Call;
use crate::error::ContractError;

const fn refused(why: &'static str) -> RoundError {
    RoundError::Identity { why }
}

/// A gate that a round may name: open, of mode `once`, for this contract, with a
/// term for each round. Another's would take no proof for it, and nobody could give.
///
/// # Errors
/// No trust, or another gate.
pub fn gate(call: &Call<'_>, gate: Id) -> Result<(), ContractError> {
    let question = TrustQuery::Gate { gate };
    let found: Gate = pull(call.querier, "trust", &call.parameters.trust, &question)?;
    let own = call.env.contract.address.as_str();
    found
        .serves(own, Mode::Once, true)
        .map_err(|why| RoundError::from(why).into())
}

/// trust: a proof was shown. One nullifier a person and round, one address a
/// nullifier.
///
/// # Errors
/// Anyone but trust; another round's or gate's proof; a nullifier or an
/// address that was used.
pub fn shown(call: &mut Call<'_>, shown: &Shown) -> Result<(), ContractError> {
    roles::peer(&call.sender, &call.parameters.trust, "trust")?;
    let ShownAction::Contribute {
        round: told,
        address,
    } = &shown.action;
    let number = told.0;
    let found = round(call.storage, number)?;
    if found.identity != Identity::Proofs(shown.gate.0) {
        return Err(refused("this gate is not the round's").into());
    }
    if shown.term != number.to_string() {
        return Err(refused("the proof's term is not the round's number").into());
    }
    let mut course = course_of(call.storage, number)?;
    if course.stage.cancelled() || call.now >= found.ends {
        return Err(RoundError::Stage {
            round: number,
            stage: course.stage.name(),
            needs: "open or giving",
        }
        .into());
    }
    let nf = nullifier(&shown.nf)?;
    let key = state::nullifier(number, &nf);
    if key.exists(call.storage) {
        return Err(refused("this nullifier was shown already").into());
    }
    let payer = call.dealer(address)?;
    if payer.kind != Kind::Person {
        return Err(refused("the payer is no person; name an address of one").into());
    }
    let person = payer.person.0;
    let of = state::showing_of(number, person);
    if of.exists(call.storage) {
        return Err(refused("another proof names this payer already; give with its nullifier, or name another person's address").into());
    }
    course.showings += 1;
    key.save(call.storage, &course.showings);
    of.save(call.storage, &course.showings);
    super::mention(call.storage, person, number);
    state::course(number).save(call.storage, &course);
    call.event(
        "shown",
        &[("round", &number), ("showing", &course.showings)],
    );
    Ok(())
}

/// Answer to `gate_term`: nothing can be shown for a round before it is opened.
///
/// # Errors
/// Not the number of a round that takes proofs of this gate now.
pub fn term(
    storage: &dyn Storage,
    gate: u64,
    term: &str,
    now: u64,
) -> Result<GateTerm, ContractError> {
    let number: u64 = term
        .parse()
        .map_err(|_| refused("a term is the round's number"))?;
    let found = round(storage, number)?;
    if found.identity != Identity::Proofs(gate) || term != number.to_string() {
        return Err(refused("this gate is not the round's").into());
    }
    let course = course_of(storage, number)?;
    if course.stage.cancelled() || now >= found.ends {
        return Err(RoundError::Stage {
            round: number,
            stage: course.stage.name(),
            needs: "open or giving",
        }
        .into());
    }
    Ok(GateTerm {
        opens: Seconds(found.opened),
    })
}

fn nullifier(nf: &HexBinary) -> Result<[u8; 32], ContractError> {
    <[u8; 32]>::try_from(nf.as_slice()).map_err(|_| ContractError::NotHex { what: "nf" })
}

/// As whom the owner of a hold gives: its number, and whether it counts as one
/// person. Organisations give without match: behind each there are persons who
/// give themselves.
///
/// # Errors
/// Proof and address at once, or neither; a stranger.
pub fn giver(
    call: &Call<'_>,
    number: u64,
    round: &Round,
    standing: &Standing,
    showing: Option<&str>,
) -> Result<(u64, bool), ContractError> {
    let person = standing.person.0;
    match (round.identity, showing) {
        (Identity::Addresses, None) => {
            Ok((person, call.policies.eligible(round, standing, call.now)))
        }
        (Identity::Addresses, Some(_)) => {
            Err(refused("this round takes addresses; give without a showing").into())
        }
        (Identity::Proofs(_), None) => Err(refused(
            "this round takes proofs; show one at its gate and name its nullifier",
        )
        .into()),
        (Identity::Proofs(_), Some(text)) => {
            let nf = crate::bounds::hash("showing", text)?;
            let shown = state::nullifier(number, &nf).may_load(call.storage)?;
            let of = state::showing_of(number, person).may_load(call.storage)?;
            match shown {
                Some(showing) if of == Some(showing) => Ok((showing, true)),
                _ => Err(refused("no such proof was shown for this payer").into()),
            }
        }
    }
}
