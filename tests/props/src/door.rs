//! A door on loopback: JSON-RPC over HTTP/1.1, as far as the client speaks it.
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    thread,
};

use serde_json::{Value, json};

/// What is told of a call that fails: a JSON-RPC code and why.
pub type Refusal = (i64, String);

/// JSON-RPC's own code of an error inside.
pub const INTERNAL: i64 = -32_603;

/// Serves on a free port until the process ends, and says at which URL. Each connection has a thread and an answerer
/// of its own, which hears a call's method and parameters.
///
/// # Panics
/// There is no port on loopback.
pub fn serve<A>(mut answerer: impl FnMut() -> A + Send + 'static) -> String
where
    A: FnMut(&str, &Value) -> Result<Value, Refusal> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
    let address = listener.local_addr().expect("it is bound");
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut answer = answerer();
            thread::spawn(move || while talk(&stream, &mut answer).is_some() {});
        }
    });
    format!("http://{address}")
}

/// One request on a kept connection; `None` when it is over.
fn talk(
    stream: &TcpStream,
    answer: &mut impl FnMut(&str, &Value) -> Result<Value, Refusal>,
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
    let told = answer(request["method"].as_str()?, &request["params"]);
    let mut response = json!({"jsonrpc": "2.0", "id": request["id"]});
    match told {
        Ok(result) => response["result"] = result,
        Err((code, message)) => response["error"] = json!({"code": code, "message": message}),
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
