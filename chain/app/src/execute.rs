//! Phase B for one transaction: its messages one after the other, all or nothing.
use cosmos_sdk_proto::{Any, cosmos::base::abci::v1beta1::TxMsgData};
use mycel_store::{BlockWrites, Delta, Effects, StateFault, View};
use mycel_types::{AccountAddress, Attribute, Event, StoreId, TxResult, codes::wasm as codes, key};
use prost::Message as _;
use std::sync::Arc;

use crate::{
    admit::{Admitted, Request},
    authority, bank,
    error::{Abort, Failure, Fault, Run},
    gas::Meter,
    grants,
    msg::Msg,
    session::{ByteTally, Scene, Session, TxPlace, World},
    state::{Records as _, encode},
    wasm,
};

/// What a message answers: the content of an `Any`.
pub(crate) struct Answer {
    pub type_url: &'static str,
    pub value: Vec<u8>,
}

impl Answer {
    pub(crate) fn new(type_url: &'static str, message: &impl prost::Message) -> Self {
        Self {
            type_url,
            value: message.encode_to_vec(),
        }
    }
}

/// What became of a transaction, with what it read and wrote.
pub struct TxOutput {
    /// The result.
    pub result: TxResult,
    /// Reads and writes.
    pub effects: Effects,
    /// How many live bytes each contract gained or lost. Sums commute: see [`crate::schedule`].
    pub(crate) bytes: Vec<(AccountAddress, i64)>,
}

impl TxOutput {
    /// Adds what the transaction wrote to a block, and counts its contracts' live bytes, so that the next transaction
    /// sees both.
    ///
    /// # Errors
    /// If a counter cannot be read.
    pub fn apply(&self, block: &mut BlockWrites) -> Result<(), StateFault> {
        block.apply(self.effects.writes.clone());
        count_bytes(block, &self.bytes)
    }
}

/// Adds changes of contracts' live bytes to their counters.
pub(crate) fn count_bytes(
    block: &mut BlockWrites,
    changes: &[(AccountAddress, i64)],
) -> Result<(), StateFault> {
    let mut delta = Delta::new();
    {
        let now = block.snapshot();
        for (contract, change) in changes {
            let key = key::contract_bytes(contract);
            let before: u64 = (&now).record(&key)?.unwrap_or(0);
            let after = before.saturating_add_signed(*change);
            let value = (after > 0).then(|| encode(&after));
            delta.set(StoreId::Mycel, key, value);
        }
    }
    block.apply(delta);
    Ok(())
}

/// What is left of a run when its view is not wanted as effects.
pub(crate) struct Ran {
    pub result: TxResult,
    pub world: World,
}

/// Runs an admitted transaction in a view. Pure in (transaction, view).
pub(crate) fn transaction(
    scene: &Arc<Scene>,
    admitted: &Admitted,
    view: Box<dyn View>,
) -> Result<TxOutput, Fault> {
    within(scene, admitted, view, admitted.request.gas_limit)
}

/// The same under another gas limit than its own.
pub(crate) fn within(
    scene: &Arc<Scene>,
    admitted: &Admitted,
    view: Box<dyn View>,
    gas_limit: u64,
) -> Result<TxOutput, Fault> {
    let request = &admitted.request;
    let place = TxPlace {
        index: admitted.index,
        hash: request.hash,
    };
    let ran = run(scene, request, place, view, gas_limit)?;
    let bytes = ran.world.bytes.changes();
    Ok(TxOutput {
        result: ran.result,
        effects: ran.world.view.finish(),
        bytes,
    })
}

/// Runs the messages of a request under a gas limit; of a failed one, only what admission emitted is left.
pub(crate) fn run(
    scene: &Arc<Scene>,
    request: &Request,
    place: TxPlace,
    view: Box<dyn View>,
    gas_limit: u64,
) -> Result<Ran, Fault> {
    let world = World {
        view,
        scene: scene.clone(),
        tx: Some(place),
        bytes: ByteTally::default(),
        machine: None,
    };
    let mut session = Session::new(world, Meter::new(gas_limit));
    let begin = session.checkpoint();
    let ran = messages(&mut session, request);
    let failure = match ran {
        Ok(answers) => {
            let data = TxMsgData {
                msg_responses: answers,
                ..Default::default()
            };
            let mut events = request.events();
            events.append(&mut session.events);
            let gas_used = session.meter.used();
            return Ok(Ran {
                result: TxResult {
                    code: 0,
                    codespace: String::new(),
                    data: data.encode_to_vec().into(),
                    log: String::new(),
                    gas_wanted: gas_limit,
                    gas_used,
                    events,
                },
                world: session.into_world(),
            });
        }
        Err(Abort::Fail(failure)) => failure,
        Err(Abort::OutOfGas(at)) => Failure::from(at),
        Err(Abort::Fault(fault)) => return Err(fault),
    };
    session.revert(begin);
    let mut result = TxResult::failed(
        failure.code,
        failure.story(),
        gas_limit,
        session.meter.used(),
    );
    result.events = request.events();
    Ok(Ran {
        result,
        world: session.into_world(),
    })
}

fn messages(session: &mut Session, request: &Request) -> Run<Vec<Any>> {
    session.meter.charge(request.base_gas, "txSize")?;
    let mut answers = Vec::with_capacity(request.messages.len());
    for (index, msg) in request.messages.iter().enumerate() {
        let first = session.events.len();
        session.emit(Event::new(
            "message",
            [
                ("action", msg.type_url().to_string()),
                ("sender", msg.signer().to_string()),
                ("module", msg.module().to_string()),
            ],
        ))?;
        let answer = message(session, msg)
            .and_then(|answer| session.count_emitted(answer.value.len()).map(|()| answer))
            .map_err(|abort| match abort {
                Abort::Fail(failure) => failure
                    .within(format_args!(
                        "failed to execute message; message index: {index}"
                    ))
                    .into(),
                other => other,
            })?;
        for event in &mut session.events[first..] {
            event.attributes.push(Attribute {
                key: "msg_index".into(),
                value: index.to_string(),
            });
        }
        answers.push(Any {
            type_url: answer.type_url.into(),
            value: answer.value,
        });
    }
    Ok(answers)
}

/// Runs one message, of a transaction or of a contract.
pub(crate) fn message(session: &mut Session, msg: &Msg) -> Run<Answer> {
    use cosmos_sdk_proto::cosmos::{bank::v1beta1 as b, feegrant::v1beta1 as f};
    session.depth = session.depth.saturating_add(1);
    if session.depth > wasm::MAX_DEPTH {
        session.depth = session.depth.saturating_sub(1);
        return Err(Failure::bare(codes::CALL_DEPTH).into());
    }
    let answer = match msg {
        Msg::Send { from, to, coins } => bank::send(session, from, to, coins).map(|()| {
            Answer::new(
                "/cosmos.bank.v1beta1.MsgSendResponse",
                &b::MsgSendResponse {},
            )
        }),
        Msg::MultiSend {
            from,
            coins,
            outputs,
        } => bank::multi_send(session, from, coins, outputs).map(|()| {
            Answer::new(
                "/cosmos.bank.v1beta1.MsgMultiSendResponse",
                &b::MsgMultiSendResponse {},
            )
        }),
        Msg::Grant {
            granter,
            grantee,
            grant,
        } => grants::grant(session, granter, grantee, grant).map(|()| {
            Answer::new(
                "/cosmos.feegrant.v1beta1.MsgGrantAllowanceResponse",
                &f::MsgGrantAllowanceResponse {},
            )
        }),
        Msg::Revoke { granter, grantee } => grants::revoke(session, granter, grantee).map(|()| {
            Answer::new(
                "/cosmos.feegrant.v1beta1.MsgRevokeAllowanceResponse",
                &f::MsgRevokeAllowanceResponse {},
            )
        }),
        Msg::StoreCode {
            sender,
            wasm,
            permission,
        } => wasm::store_code(session, sender, wasm, permission),
        Msg::Instantiate(msg) => wasm::instantiate(session, msg),
        Msg::Execute(msg) => wasm::execute(session, msg),
        Msg::Migrate(msg) => wasm::migrate(session, msg),
        Msg::UpdateAdmin {
            sender,
            contract,
            admin,
        } => wasm::update_admin(session, sender, contract, admin.as_ref()),
        Msg::Mycel { sender, msg } => authority::run(session, sender, msg),
    };
    session.depth = session.depth.saturating_sub(1);
    answer
}
