//! What a shown proof has the gate's contract do, and whom that names.
use mycel_client::network::{CREDIT, FUNDING, SORTITION};
use mycel_client::trust::chain::GateOf;
use mycel_kit::{Id, peers::trust::Mode};
use serde_json::{Value, json};

use super::{me::Me, show::Cmd};
use crate::exit::Failure;

/// The bytes of what is to be done.
pub fn action(cmd: &Cmd, gate: &GateOf, me: &Me<'_>) -> Result<Vec<u8>, Failure> {
    let text = match cmd.action.as_deref() {
        Some(text) => match text.strip_prefix('@') {
            Some(path) => std::fs::read_to_string(path).map_err(|e| Failure::file(path, &e))?,
            None => text.to_owned(),
        },
        None => return Ok(usual(cmd, gate, me)?.to_string().into_bytes()),
    };
    if !cmd.told.is_empty() {
        return Err(Failure::Usage(
            "say it all in `--action`, or leave it out and keep `--as`".into(),
        ));
    }
    let read: Value = serde_json::from_str(&text).map_err(|e| {
        Failure::Usage(format!(
            "action is no JSON: {e}; write `{{\"verb\":{{…}}}}`"
        ))
    })?;
    // one spelling: what is signed is what everybody reads
    Ok(read.to_string().into_bytes())
}

/// What one does at gates of this consumer, in one's own name.
fn usual(cmd: &Cmd, gate: &GateOf, me: &Me<'_>) -> Result<Value, Failure> {
    let consumer = me.desk.contract_name(&gate.consumer);
    let number = cmd.term.map(Id);
    if !cmd.told.is_empty() && consumer != SORTITION {
        return Err(Failure::Usage(format!(
            "`--as` is for pools of volunteers; this gate is {consumer}'s"
        )));
    }
    match (consumer.as_str(), number) {
        (CREDIT, _) if gate.mode == Mode::Named => {
            Ok(json!({"raise_line": {"member": me.address}}))
        }
        (FUNDING, Some(round)) => {
            Ok(json!({"contribute": {"round": round, "address": me.address}}))
        }
        (SORTITION, Some(draw)) => Ok(json!({"volunteer": {
            "draw": draw, "address": me.address, "attributes": cmd.told.attributes()?}})),
        _ => {
            let number = match consumer.as_str() {
                FUNDING => ", or for a round of gifts its number: `--term N`",
                SORTITION => ", or for a draw its number: `--term N`",
                _ => "",
            };
            Err(Failure::Usage(format!(
                "say what {consumer} shall do: `--action '{{\"verb\":{{…}}}}'`{number}"
            )))
        }
    }
}

/// The name of whom an action names, if it is somebody whose key is here: then a proof that names nobody hides nobody.
pub fn named_by(action: &[u8], me: &Me<'_>) -> Result<Option<String>, Failure> {
    let action = String::from_utf8_lossy(action);
    let own = (me.name.clone(), me.address.clone());
    let mut all = me.desk.session.keys().list()?;
    all.push(own);
    let mut named = all.into_iter();
    let named = named.find(|(_, address)| action.contains(&address.to_string()));
    Ok(named.map(|(name, _)| name))
}
