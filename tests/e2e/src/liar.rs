//! A man in the middle: a door on loopback that asks a true node and answers something else.
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use mycel_client::{ClientError, Http, Transport};
use serde_json::{Value, json};

/// What it does to an answer: the method, the parameters, the true result.
type Lie = dyn FnMut(&str, &Value, &mut Value) + Send;

/// Where it listens. It serves until the process ends; its answers come from `node`, changed by `lie`.
pub fn serve(node: &str, lie: impl FnMut(&str, &Value, &mut Value) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
    let address = listener.local_addr().expect("it is bound");
    let (node, lie): (_, Arc<Mutex<Lie>>) = (node.to_owned(), Arc::new(Mutex::new(lie)));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (node, lie) = (node.clone(), lie.clone());
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .expect("a runtime");
                let node = Http::new(&node).expect("a node's address");
                let answer = |method: &str, params: Value| {
                    let mut found = runtime.block_on(node.call(method, params.clone()))?;
                    lie.lock().expect("no test fails inside")(method, &params, &mut found);
                    Ok(found)
                };
                while talk(&stream, &answer).is_some() {}
            });
        }
    });
    format!("http://{address}")
}

/// One request on a kept connection; `None` when it is over.
fn talk(
    stream: &TcpStream,
    answer: &impl Fn(&str, Value) -> Result<Value, ClientError>,
) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim().to_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(n) = line.strip_prefix("content-length:") {
            length = n.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let request: Value = serde_json::from_slice(&body).ok()?;
    let told = answer(request["method"].as_str()?, request["params"].clone());
    let mut response = json!({"jsonrpc": "2.0", "id": request["id"]});
    match told {
        Ok(result) => response["result"] = result,
        Err(error) => response["error"] = json!({"code": -32603, "message": error.to_string()}),
    }
    let body = response.to_string();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let mut out = stream;
    out.write_all(head.as_bytes()).ok()?;
    out.write_all(body.as_bytes()).ok()
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
