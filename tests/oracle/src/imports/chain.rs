//! `addr_*`, `query_chain`, `debug` and `abort`.

use mycel_runtime::testing::MockApi;

use super::{Builder, Case, answer, converted};

pub fn addresses() -> Vec<Case> {
    let api = MockApi::default();
    let good = api.addr_make("someone");
    let mut all = Vec::new();
    for (name, text) in [
        ("good", good.clone().into_bytes()),
        ("in capitals", good.to_uppercase().into_bytes()),
        ("empty", Vec::new()),
        ("garbage", b"nobody".to_vec()),
        ("not utf-8", vec![0xff, 0xfe]),
        (
            "of another chain",
            api.with_prefix("juno").addr_make("someone").into_bytes(),
        ),
        ("of 256 bytes", vec![b'a'; 256]),
        ("of 257 bytes", vec![b'a'; 257]),
    ] {
        let mut b = Builder::new().import("addr_validate", 1, "i32");
        let source = b.region(&text);
        let body = answer(&format!("(call $addr_validate {source})"));
        all.push(b.build(&format!("addr_validate {name}"), &body));

        let mut b = Builder::new().import("addr_canonicalize", 2, "i32");
        let (source, to) = (b.region(&text), b.buffer(64));
        let body = converted(&format!("(call $addr_canonicalize {source} {to})"), &to);
        all.push(b.build(&format!("addr_canonicalize {name}"), &body));
    }
    for (name, length) in [
        ("good", 32),
        ("empty", 0),
        ("of 64 bytes", 64),
        ("of 65 bytes", 65),
    ] {
        let mut b = Builder::new().import("addr_humanize", 2, "i32");
        let (source, to) = (b.region(&vec![7; length]), b.buffer(200));
        let body = converted(&format!("(call $addr_humanize {source} {to})"), &to);
        all.push(b.build(&format!("addr_humanize {name}"), &body));
    }
    let mut b = Builder::new().import("addr_humanize", 2, "i32");
    let (source, to) = (b.region(&[7; 32]), b.buffer(20));
    let body = converted(&format!("(call $addr_humanize {source} {to})"), &to);
    all.push(b.build("addr_humanize into too small a region", &body));
    all
}

pub fn chain() -> Vec<Case> {
    let mut all = Vec::new();
    let contract = mycel_runtime::testing::MOCK_CONTRACT_ADDR;
    for (name, request) in [
        (
            "balance",
            format!(r#"{{"bank":{{"balance":{{"address":"{contract}","denom":"earth"}}}}}}"#),
        ),
        (
            "another contract",
            r#"{"wasm":{"smart":{"contract_addr":"x","msg":"e30="}}}"#.to_owned(),
        ),
        ("garbage", "{".to_owned()),
        ("empty", String::new()),
    ] {
        let mut b = Builder::new().import("query_chain", 1, "i32");
        let request = b.region(request.as_bytes());
        let body = answer(&format!("(call $query_chain {request})"));
        all.push(b.build(&format!("query_chain {name}"), &body));
    }
    let mut b = Builder::new().import("query_chain", 1, "i32");
    let length = (64 << 10) + 1;
    let request = b.region_of(&[], length);
    let body = format!(
        "(i32.store offset=8 {request} (i32.const {length})) {}",
        answer(&format!("(call $query_chain {request})"))
    );
    all.push(b.build("query_chain 64 KiB and one", &body));
    for text in [&b"bye"[..], b"", b"\xff\xfe"] {
        let mut b = Builder::new().import("abort", 1, "").import("debug", 1, "");
        let text = b.region(text);
        all.push(b.build(
            "debug and abort",
            &format!("(call $debug {text}) (call $abort {text}) (i32.const 512)"),
        ));
    }
    all
}
