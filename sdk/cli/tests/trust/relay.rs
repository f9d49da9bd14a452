//! A relay that keeps a proof and says that it sent it.
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
};

use super::{wallet::does, *};

/// What this relay takes for sent.
const HASH: &str = "ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB";

/// One request; answers that a proof was sent, and that what was sent is in block 1.
fn answer(stream: TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first)?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(told) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = told.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let said = if first.contains("/mycel/relay") {
        json!({"hash": HASH})
    } else {
        let asked: Value = serde_json::from_slice(&body).unwrap();
        let found = json!({"hash": HASH, "height": "1", "index": 0, "tx_result": {"code": 0}});
        json!({"jsonrpc": "2.0", "id": asked["id"], "result": found})
    };
    let said = said.to_string();
    let length = said.len();
    write!(
        reader.get_mut(),
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{said}"
    )
}

#[test]
fn a_relay_that_keeps_a_proof_and_says_otherwise_is_found_out() {
    let mut village = Village::new(12);
    let funding = village.contract(FUNDING);
    village.decided(&json!({"open_gate": {
        "gate": "9", "consumer": funding, "circuit": "show", "mode": "once",
        "term": {"seconds": "60"}, "ttl": "600", "min_counterparties": 3, "t_min": "900",
    }}));
    let town = village.served();
    town.wait(75);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let liar = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            answer(stream.unwrap()).unwrap();
        }
    });
    let show = format!(
        r#"mycel trust show 9 --force --now --from member-1 --action '{{"do":{{}}}}' --relay {liar}"#
    );
    // the only one that is known: it is said whose word it is
    does(&town, &show).has("no other node was there to ask");
    // another one does not know of it; it is the node of the town, under a name that is not the one it is asked by
    let text = std::fs::read_to_string(town.home.path().join("network.json")).unwrap();
    let network: Value = serde_json::from_str(&text).unwrap();
    let other = network["rpc"][0].as_str().unwrap();
    let other = other.replace("127.0.0.1", "localhost");
    let ran = town.line(&format!("{show} --relay {other}"));
    assert_eq!((ran.code, ran.out.as_str()), (4, ""), "{}", ran.err);
    assert!(ran.err.contains("nothing counts yet"), "{}", ran.err);
}
