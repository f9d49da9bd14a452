//! A man in the middle: a door on loopback that asks a true node and answers something else.
use std::sync::{Arc, Mutex};

use base64::{Engine, engine::general_purpose::STANDARD};
use mycel_client::{Http, Transport};
use mycel_props::door;
use serde_json::Value;

/// What it does to an answer: the method, the parameters, the true result.
type Lie = dyn FnMut(&str, &Value, &mut Value) + Send;

/// Where it listens. It serves until the process ends; its answers come from `node`, changed by `lie`.
pub fn serve(node: &str, lie: impl FnMut(&str, &Value, &mut Value) + Send + 'static) -> String {
    let (node, lie): (_, Arc<Mutex<Lie>>) = (node.to_owned(), Arc::new(Mutex::new(lie)));
    door::serve(move || {
        let lie = lie.clone();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let node = Http::new(&node).expect("a node's address");
        move |method: &str, params: &Value| {
            let found = runtime.block_on(node.call(method, params.clone()));
            let mut found = found.map_err(|error| (door::INTERNAL, error.to_string()))?;
            lie.lock().expect("no test fails inside")(method, params, &mut found);
            Ok(found)
        }
    })
}

/// The entry of a contract's data that a proven read asks for: what stands behind the tag and the contract's address.
pub fn entry(method: &str, params: &Value) -> Option<Vec<u8>> {
    if method != "abci_query" || params["prove"] != true {
        return None;
    }
    let key = hex::decode(params["data"].as_str()?).ok()?;
    key.get(33..).map(<[u8]>::to_vec)
}

/// Flips the lowest bit of a byte of some base64 text.
pub fn flip(text: &mut Value, byte: usize) {
    let mut bytes = STANDARD
        .decode(text.as_str().expect("base64"))
        .expect("base64");
    let place = byte % bytes.len();
    bytes[place] ^= 1;
    *text = STANDARD.encode(bytes).into();
}
