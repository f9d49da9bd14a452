//! A served chain, and a client that says byte for byte what it sends.
#![allow(dead_code, reason = "each test uses a part")]
use std::{net::SocketAddr, sync::Arc, time::Duration};

use mycel_rpc::RpcConfig;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
};

use crate::canned::Chain;

pub struct Served {
    pub address: SocketAddr,
    pub chain: Arc<Chain>,
    _stop: oneshot::Sender<()>,
}

pub async fn serve(config: RpcConfig) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let chain = Chain::with_blocks();
    let (_stop, stopped) = oneshot::channel::<()>();
    let stop = async {
        let _ = stopped.await;
    };
    tokio::spawn(mycel_rpc::serve(listener, chain.clone(), config, stop));
    Served {
        address,
        chain,
        _stop,
    }
}

pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }
}

impl Served {
    /// Sends raw bytes on a connection of its own and reads to its end.
    pub async fn raw(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request).await.unwrap();
        let mut answer = vec![];
        let read = stream.read_to_end(&mut answer);
        // a refused body may end in a reset after the answer
        let _ = tokio::time::timeout(Duration::from_secs(20), read)
            .await
            .expect("an end");
        String::from_utf8(answer).unwrap()
    }

    pub async fn http(&self, line: &str, headers: &str, body: &str) -> Reply {
        let n = body.len();
        let request = format!(
            "{line} HTTP/1.1\r\nconnection: close\r\ncontent-length: {n}\r\n{headers}\r\n{body}"
        );
        let answer = self.raw(request.as_bytes()).await;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        Reply {
            status: head
                .split(' ')
                .nth(1)
                .and_then(|s| s.parse().ok())
                .unwrap_or(0),
            head: head.into(),
            body: body.into(),
        }
    }

    pub async fn post(&self, body: &str) -> Reply {
        self.http("POST /", "host: localhost\r\n", body).await
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.http(&format!("GET {path}"), "host: 127.0.0.1:1\r\n", "")
            .await
    }

    /// The whole answer to one request.
    pub async fn call(&self, method: &str, params: Value) -> Value {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        let reply = self.post(&body.to_string()).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.json()
    }

    /// The result of a request that must succeed.
    pub async fn result(&self, method: &str, params: Value) -> Value {
        let answer = self.call(method, params).await;
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// The code and story of a request that must fail.
    pub async fn error(&self, method: &str, params: Value) -> (i64, String) {
        let answer = self.call(method, params).await;
        let error = answer.get("error").unwrap_or_else(|| panic!("{answer}"));
        let story = error.get("data").unwrap_or(&error["message"]);
        (
            error["code"].as_i64().unwrap(),
            story.as_str().unwrap().into(),
        )
    }
}
