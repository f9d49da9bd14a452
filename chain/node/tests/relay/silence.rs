//! A relay learns its caller's address and the time; neither it nor the message is written down.
use std::{
    io,
    sync::{Arc, Mutex},
};

use serde_json::json;
use tracing::Level;

use crate::stage::{Stage, nullifier, proof, show};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_logs_neither_caller_nor_message() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    // for all threads: a request is answered on several
    tracing::subscriber::set_global_default(subscriber).unwrap();
    tracing::info!("the log is on");
    let stage = Stage::new(|_| {}).await;
    let good = show(7_777, |f| f["proof"] = json!(proof(201)));
    assert_eq!(stage.post(&good).await.status, 200);
    stage.produce();
    let refused = stage.post(&good).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    // what cannot be read is told to its sender, word for word, and to nobody else
    let odd = show(7_778, |f| f["whispered"] = json!("x"));
    let refused = stage.post(&odd).await;
    let said = refused.body.to_string();
    assert!(said.contains("whispered"), "{said}");
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("the log is on"));
    for word in [
        "127.0.0.1",
        &nullifier(7_777),
        &proof(201)[..40],
        "/mycel/relay",
        "whispered",
    ] {
        assert!(!log.contains(word), "{word} stands in the log");
    }
}
