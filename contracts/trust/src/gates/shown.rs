//! A proof is shown. Every public input is built here, from this contract's
//! state and from what the message means; the nullifier alone is taken as given.

use cosmwasm_std::{CosmosMsg, SubMsg, WasmMsg};
use mycel_kit::Id;
use mycel_kit::peers::trust::{Mode, Term};
use mycel_mailbox::tag;

use super::action::{self, Action};
use super::msg::ShowInput;
use super::record::{Gate, GateCircuit};
use super::term::{self, Running};
use super::{GateError, gate, state};
use crate::call::Call;
use crate::element::{Element, ZERO, canonical, hex};
use crate::error::ContractError;
use crate::proofs::Circuit;
use crate::{mailbox, tree};

/// Anyone shows a proof at a gate.
///
/// # Errors
/// A gate that is closed or takes other proofs, a slot that is not recent, a
/// nullifier that was spent, a proof that does not hold for what the message
/// means; and whatever the consumer says.
pub fn show(
    call: &mut Call<'_>,
    told: &ShowInput,
    circuit: GateCircuit,
) -> Result<(), ContractError> {
    let number = told.gate.0;
    let mut found = gate(call.storage, number)?;
    if let Some(since) = found.closed {
        return Err(GateError::Closed {
            gate: number,
            since,
        }
        .into());
    }
    if found.circuit() != circuit {
        return Err(GateError::Circuit {
            gate: number,
            needs: found.circuit().name(),
        }
        .into());
    }
    let nf = canonical("nf", &told.nf)?;
    let root = tree::root_at(call, told.slot.0)?;
    if circuit == GateCircuit::Show
        && let Some(due) = mailbox::late(call)?
    {
        return Err(GateError::EntriesLate { due }.into());
    }
    let start = call.fixed.clock.slot_start(told.slot.0);
    let running = running(call, number, &found, told, start)?;
    let cutoff = term::cutoff(&call.fixed.clock, running.opens)?;
    term::settled(number, &call.fixed.clock, running.opens, start)?;
    let term = running.number.to_string();
    let scope = tag::scope(&call.fixed.instance, &found.consumer, number, &term);
    let spent = state::nullifier(&scope, &nf);
    if let Some(at) = spent.may_load(call.storage)? {
        return Err(GateError::Spent {
            gate: number,
            term,
            at,
        }
        .into());
    }
    let action = action::read(&told.action)?;
    let subject = subject(call, number, &found, &action, &nf)?;
    let signal = tag::signal(
        &call.fixed.instance,
        &found.consumer,
        number,
        &term,
        &told.action,
    );
    let small = |number: u64| tag::small(number);
    let mut inputs: Vec<Element> = vec![root];
    if circuit == GateCircuit::Show {
        inputs.push(small(call.fixed.clock.period_of(start).into()));
    }
    inputs.extend([small(cutoff.into()), subject, scope, signal, nf]);
    if let Some(asked) = &found.thresholds {
        inputs.extend([
            small(asked.theta.into()),
            small(asked.t_min),
            small(asked.theta_rel.into()),
            small(asked.theta_eco.into()),
            small(asked.theta_rec.into()),
        ]);
    }
    let proven = match circuit {
        GateCircuit::Show => Circuit::Show,
        GateCircuit::Member => Circuit::Member,
    };
    call.groth16(proven, &inputs, &told.proof)?;
    // spent before anything leaves
    spent.save(call.storage, &call.now);
    if found.term == (Term::Action {}) {
        state::term(number, running.number).save(call.storage, &running.opens);
    }
    found.shown = found.shown.saturating_add(1);
    state::gate(number).save(call.storage, &found);
    let mut totals = state::totals().load(call.storage)?;
    totals.shown = totals.shown.saturating_add(1);
    totals.spent = totals.spent.saturating_add(1);
    state::totals().save(call.storage, &totals);
    call.event(
        "show",
        &[
            ("gate", &number),
            ("term", &term),
            ("nf", &hex(&nf)),
            ("verb", &action.verb),
        ],
    );
    call.response.messages.push(tell(
        &found.consumer,
        number,
        &term,
        &nf,
        &subject,
        &told.action,
    ));
    Ok(())
}

/// The term that a show is for.
fn running(
    call: &Call<'_>,
    number: u64,
    found: &Gate,
    told: &ShowInput,
    start: u64,
) -> Result<Running, ContractError> {
    let refused = |why| GateError::Term { gate: number, why };
    match (found.term, told.term) {
        (Term::Seconds(seconds), None) => Ok(term::of_time(seconds.0, start)),
        (Term::Seconds(_), Some(_)) => {
            Err(refused("follows from the slot; leave `term` out").into())
        }
        (Term::Action {}, None) => Err(refused("is the consumer's; name it in `term`").into()),
        (Term::Action {}, Some(Id(term))) => {
            let opens =
                term::of_consumer(call.storage, call.querier, number, &found.consumer, term)?;
            if opens > call.now {
                return Err(refused("is not open yet").into());
            }
            Ok(Running {
                number: term,
                opens,
            })
        }
    }
}

/// Whom the proof is tied to: the identity of the account that the action
/// names, or nobody.
fn subject(
    call: &mut Call<'_>,
    number: u64,
    found: &Gate,
    action: &Action,
    nf: &Element,
) -> Result<Element, ContractError> {
    match found.mode {
        Mode::Once => Ok(ZERO),
        Mode::Named => {
            let account = action.member.as_deref().ok_or(GateError::NamesNobody {
                mode: "named",
                field: "member",
            })?;
            let person = call.standing(account)?.person.0;
            match mailbox::of_person(call.storage, person)? {
                Some(found) if found.counts() => Ok(found.idc),
                _ => {
                    let account = account.chars().take(128).collect();
                    Err(GateError::NoIdentity { account }.into())
                }
            }
        }
        Mode::Pseudonym => {
            let key = action.key.as_deref().ok_or(GateError::NamesNobody {
                mode: "pseudonym",
                field: "key",
            })?;
            let address = call.valid(key)?;
            let stale = |why| GateError::StaleKey {
                key: address.clone(),
                why,
            };
            if address != key {
                return Err(stale("is not written in its normal form").into());
            }
            if call.standing(&address).is_ok() {
                return Err(stale("is a member's, and names it; make a new one").into());
            }
            let acts = state::pseudonym(&address);
            if acts.exists(call.storage) {
                return Err(stale("acts for another nullifier already").into());
            }
            acts.save(call.storage, &(number, *nf));
            Ok(ZERO)
        }
    }
}

/// MUST: the consumer acts, or nothing has happened. The action goes on as the
/// bytes that were signed: they are one whole value ([`action::read`]), all else
/// is digits and hexadecimal.
fn tell(
    consumer: &str,
    gate: u64,
    term: &str,
    nf: &Element,
    subject: &Element,
    action: &[u8],
) -> SubMsg<mycel_bindings::MycelMsg> {
    let head = format!(
        r#"{{"shown":{{"gate":"{gate}","term":"{term}","nf":"{}","subject":"{}","action":"#,
        hex(nf),
        hex(subject),
    );
    let msg = [head.as_bytes(), action, b"}}"].concat();
    SubMsg::new(CosmosMsg::Wasm(WasmMsg::Execute {
        contract_addr: consumer.to_owned(),
        msg: msg.into(),
        funds: vec![],
    }))
}

#[cfg(test)]
mod tests {
    use cosmwasm_schema::cw_serde;
    use cosmwasm_std::from_json;
    use mycel_kit::peers::trust::{ConsumerMsg, Shown};

    use super::*;

    #[cw_serde]
    enum Verb {
        RaiseLine { member: String },
    }

    #[test]
    fn the_consumer_reads_what_was_shown_as_the_peers_table_says() {
        let action = br#" {"raise_line":{"member":"mycel1a"}}"#;
        let sent = tell("consumer", 3, "7", &[1; 32], &[2; 32], action);
        let CosmosMsg::Wasm(WasmMsg::Execute { msg, .. }) = sent.msg else {
            panic!("a message to the consumer");
        };
        let told: ConsumerMsg<Verb> = from_json(&msg).expect("readable");
        let expected = Shown {
            gate: Id(3),
            term: "7".to_owned(),
            nf: hex(&[1; 32]),
            subject: hex(&[2; 32]),
            action: Verb::RaiseLine {
                member: "mycel1a".to_owned(),
            },
        };
        assert_eq!(told, ConsumerMsg::Shown(expected));
    }
}
