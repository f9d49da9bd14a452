//! A small contract for each thing that can be asked of a host function, and for each trap.
//!
//! `execute` makes the calls and returns what they gave: the answered region, the region that was written, or the
//! number.

use std::fmt::Write;

use cosmwasm_std::coins;
use mycel_runtime::testing::MockApi;
use mycel_runtime::testing::recording::Script;

use crate::scripts::{AMPLE, step};

/// A contract and its script.
pub struct Case {
    pub name: String,
    pub wat: String,
    pub script: Script,
}

/// Puts a contract together.
#[derive(Default)]
struct Builder {
    imports: String,
    data: String,
    next: usize,
}

/// Regions begin here; the result region is at 512, the allocator works from 1 MiB.
const FIRST: usize = 1_024;

impl Builder {
    fn new() -> Self {
        Self {
            next: FIRST,
            ..Self::default()
        }
    }

    /// Imports a function of so many i32, with a result unless it is empty.
    fn import(mut self, name: &str, params: usize, result: &str) -> Self {
        let params = "i32 ".repeat(params);
        let result = match result {
            "" => String::new(),
            ty => format!("(result {ty})"),
        };
        let _ = writeln!(
            self.imports,
            "(import \"env\" \"{name}\" (func ${name} (param {params}) {result}))"
        );
        self
    }

    fn region_of(&mut self, bytes: &[u8], capacity: usize) -> String {
        let at = self.next;
        let mut all = Vec::new();
        for word in [at + 12, capacity, bytes.len()] {
            all.extend_from_slice(&(word as u32).to_le_bytes());
        }
        all.extend_from_slice(bytes);
        let hex: String = all.iter().map(|b| format!("\\{b:02x}")).collect();
        let _ = writeln!(self.data, "(data (i32.const {at}) \"{hex}\")");
        self.next = (at + 12 + capacity).next_multiple_of(8);
        format!("(i32.const {at})")
    }

    fn region(&mut self, bytes: &[u8]) -> String {
        self.region_of(bytes, bytes.len())
    }

    fn buffer(&mut self, capacity: usize) -> String {
        self.region_of(&[], capacity)
    }

    fn build(self, name: &str, body: &str) -> Case {
        let wat = format!(
            "(module\n{}(memory (export \"memory\") 64)\n\
             (data (i32.const 512) \"\\0c\\02\\00\\00\\08\\00\\00\\00\\08\\00\\00\\00\")\n{}\
             (global $heap (mut i32) (i32.const 1048576))\n\
             (func (export \"interface_version_8\"))\n\
             (func (export \"allocate\") (param $n i32) (result i32) (local $r i32)\n\
             (local.set $r (global.get $heap))\n\
             (i32.store (local.get $r) (i32.add (local.get $r) (i32.const 12)))\n\
             (i32.store offset=4 (local.get $r) (local.get $n))\n\
             (global.set $heap (i32.add (i32.add (local.get $r) (i32.const 12)) (local.get $n)))\n\
             (local.get $r))\n\
             (func (export \"deallocate\") (param i32))\n\
             (func (export \"execute\") (param i32 i32 i32) (result i32) (local $p i32) (local $r i64)\n\
             {body}))\n",
            self.imports, self.data
        );
        Case {
            name: name.to_owned(),
            wat,
            script: Script {
                name: "execute".to_owned(),
                balance: coins(100_000, "earth"),
                steps: vec![step("execute", "anyone", &[], "{}", AMPLE)],
            },
        }
    }
}

/// Returns the number.
fn number(call: &str) -> String {
    format!("(i64.store (i32.const 524) (i64.extend_i32_u {call})) (i32.const 512)")
}

/// Returns the region that the call answers, or 0.
fn answer(call: &str) -> String {
    format!("(if (result i32) (local.tee $p {call}) (then (local.get $p)) (else (i32.const 512)))")
}

/// Returns the written region if the call answers 0, else the number.
fn written(call: &str, destination: &str) -> String {
    format!(
        "(local.set $p {call}) (i64.store (i32.const 524) (i64.extend_i32_u (local.get $p)))
         (if (result i32) (local.get $p) (then (i32.const 512)) (else {destination}))"
    )
}

/// Returns the written region if the call answers 0, else the region with the error text.
fn converted(call: &str, destination: &str) -> String {
    format!("(if (result i32) (local.tee $p {call}) (then (local.get $p)) (else {destination}))")
}

/// Returns the key if there is one, else the error code in the high half.
fn recovered(call: &str) -> String {
    format!(
        "(local.set $r {call}) (i64.store (i32.const 524) (local.get $r))
         (if (result i32) (i64.eqz (i64.shr_u (local.get $r) (i64.const 32)))
           (then (i32.wrap_i64 (local.get $r))) (else (i32.const 512)))"
    )
}

fn hex(text: &str) -> Vec<u8> {
    hex::decode(text).expect("hex")
}

/// Every case.
pub fn cases() -> Vec<Case> {
    let mut all = storage();
    all.extend(addresses());
    all.extend(chain());
    all.extend(ecdsa());
    all.extend(ed25519());
    all.extend(bls());
    all.extend(regions());
    all.extend(traps());
    all
}

fn storage() -> Vec<Case> {
    let storage = || {
        Builder::new()
            .import("db_read", 1, "i32")
            .import("db_write", 2, "")
            .import("db_remove", 1, "")
            .import("db_scan", 3, "i32")
            .import("db_next", 1, "i32")
            .import("db_next_key", 1, "i32")
            .import("db_next_value", 1, "i32")
    };
    let mut all = Vec::new();
    let mut b = storage();
    let (key, value) = (b.region(b"key"), b.region(b"some value"));
    let body = format!(
        "(call $db_write {key} {value}) {}",
        answer(&format!("(call $db_read {key})"))
    );
    all.push(b.build("db_write, db_read", &body));

    let mut b = storage();
    let key = b.region(b"key");
    all.push(b.build(
        "db_read of nothing",
        &answer(&format!("(call $db_read {key})")),
    ));

    let mut b = storage();
    let (key, value) = (b.region(b"key"), b.region(b""));
    let body = format!(
        "(call $db_write {key} {value}) {}",
        answer(&format!("(call $db_read {key})"))
    );
    all.push(b.build("db_write of an empty value", &body));

    let mut b = storage();
    let (key, value) = (b.region(b"key"), b.region(b"some value"));
    let body = format!(
        "(call $db_write {key} {value}) (call $db_remove {key}) (call $db_remove {key}) {}",
        answer(&format!("(call $db_read {key})"))
    );
    all.push(b.build("db_remove", &body));

    for (name, key_length, value_length) in [
        ("db_write at its limits", 64 << 10, 128 << 10),
        ("db_write of a long key", (64 << 10) + 1, 1),
        ("db_write of a long value", 1, (128 << 10) + 1),
    ] {
        let mut b = storage();
        // Zeros need no data segment.
        let key = b.region_of(&[], key_length);
        let value = b.region_of(&[], value_length);
        let body = format!(
            "(i32.store offset=8 {key} (i32.const {key_length})) (i32.store offset=8 {value} (i32.const {value_length}))
             (call $db_write {key} {value}) (i32.const 512)"
        );
        all.push(b.build(name, &body));
    }

    for (name, order, start, end) in [
        ("ascending", 1, None, None),
        ("descending", 2, None, None),
        ("bounded", 1, Some("b"), Some("c")),
        ("bounded and descending", 2, Some("a"), Some("c")),
        ("empty", 1, Some("c"), Some("a")),
        ("in no order", 3, None, None),
    ] {
        for step in ["db_next", "db_next_key", "db_next_value"] {
            let mut b = storage();
            let mut body = String::new();
            for key in ["a", "b", "c"] {
                let value = b.region(format!("value of {key}").as_bytes());
                let key = b.region(key.as_bytes());
                let _ = write!(body, "(call $db_write {key} {value}) ");
            }
            let mut bound = |bound: Option<&str>| match bound {
                Some(key) => b.region(key.as_bytes()),
                None => "(i32.const 0)".to_owned(),
            };
            let (start, end) = (bound(start), bound(end));
            let _ = write!(
                body,
                "(local.set $p (call $db_scan {start} {end} (i32.const {order})))
                 (drop (call ${step} (local.get $p))) {}",
                answer(&format!("(call ${step} (local.get $p))"))
            );
            all.push(b.build(&format!("db_scan {name}, {step} twice"), &body));
        }
    }
    let b = storage();
    all.push(b.build(
        "db_next of no cursor",
        &answer("(call $db_next (i32.const 1))"),
    ));
    let b = storage();
    let body = "(local.set $p (call $db_scan (i32.const 0) (i32.const 0) (i32.const 1)))
        (call $db_next (local.get $p))";
    all.push(b.build("db_next at the end", body));
    all
}

fn addresses() -> Vec<Case> {
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

fn chain() -> Vec<Case> {
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
        ("64 KiB and one", "x".repeat((64 << 10) + 1)),
    ] {
        let mut b = Builder::new().import("query_chain", 1, "i32");
        let request = b.region(request.as_bytes());
        let body = answer(&format!("(call $query_chain {request})"));
        all.push(b.build(&format!("query_chain {name}"), &body));
    }
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

fn ecdsa() -> Vec<Case> {
    let k1_hash = hex("5ae8317d34d1e595e3fa7247db80c0af4320cce1116de187f8f7e2e099c0d8d0");
    let k1_signature = hex(
        "207082eb2c3dfa0b454e0906051270ba4074ac93760ba9e7110cd9471475111151eb0dbbc9920e72146fb564f99d039802bf6ef2561446eb126ef364d21ee9c4",
    );
    let k1_key = hex(
        "04051c1ee2190ecfb174bfe4f90763f2b4ff7517b70a2aec1876ebcfd644c4633fb03f3cfbd94b1f376e34592d9d41ccaf640bb751b00a1fadeb0c01157769eb73",
    );
    let r1_hash = hex("b804cf88af0c2eff8bbbfb3660ebb3294138e9d3ebd458884e19818061dacff0");
    let r1_signature = hex(
        "35fb60f5ca0f3ca08542fb3cc641c8263a2cab7a90ee6a5e1583fac2bb6f6bd1ee59d81bc9db1055cc0ed97b159d8784af04e98511d0a9a407b99bb292572e96",
    );
    let r1_key = hex(
        "0474ccd8a62fba0e667c50929a53f78c21b8ff0c3c737b0b40b1750b2302b0bde829074e21f3a0ef88b9efdf10d06aa4c295cc1671f758ca0e4cd108803d0f2614",
    );
    let recoverable = hex(
        "45c0b7f8c09a9e1f1cea0c25785594427b6bf8f9f878a8af0b1abbb48e16d0920d8becd0c220f67c51217eecfd7184ef0732481c843857e6bc7fc095c4f6b788",
    );
    let r1_recoverable_hash =
        hex("12135386c09e0bf6fd5c454a95bcfe9b3edb25c71e455c73a212405694b29002");
    let r1_recoverable = hex(
        "b53ce4da1aa7c0dc77a1896ab716b921499aed78df725b1504aba1597ba0c64bd7c246dc7ad0e67700c373edcfdd1c0a0495fc954549ad579df6ed1438840851",
    );
    let cut = |bytes: &[u8]| bytes[..bytes.len() - 1].to_vec();
    let longer = |bytes: &[u8]| [bytes, b"x"].concat();
    let wrong = |bytes: &[u8]| bytes.iter().rev().copied().collect::<Vec<u8>>();

    let mut all = Vec::new();
    for (function, hash, signature, key) in [
        ("secp256k1_verify", &k1_hash, &k1_signature, &k1_key),
        ("secp256r1_verify", &r1_hash, &r1_signature, &r1_key),
    ] {
        for (name, hash, signature, key) in [
            ("good", hash.clone(), signature.clone(), key.clone()),
            ("wrong hash", wrong(hash), signature.clone(), key.clone()),
            ("short hash", cut(hash), signature.clone(), key.clone()),
            ("long hash", longer(hash), signature.clone(), key.clone()),
            ("short signature", hash.clone(), cut(signature), key.clone()),
            ("zero signature", hash.clone(), vec![0; 64], key.clone()),
            ("short key", hash.clone(), signature.clone(), cut(key)),
            ("empty key", hash.clone(), signature.clone(), vec![]),
            ("long key", hash.clone(), signature.clone(), longer(key)),
            (
                "key that is no point",
                hash.clone(),
                signature.clone(),
                [&[4; 1], &[9; 64][..]].concat(),
            ),
        ] {
            let mut b = Builder::new().import(function, 3, "i32");
            let (hash, signature, key) = (b.region(&hash), b.region(&signature), b.region(&key));
            let body = number(&format!("(call ${function} {hash} {signature} {key})"));
            all.push(b.build(&format!("{function} {name}"), &body));
        }
    }
    for (function, hash, signature) in [
        ("secp256k1_recover_pubkey", &k1_hash, &recoverable),
        (
            "secp256r1_recover_pubkey",
            &r1_recoverable_hash,
            &r1_recoverable,
        ),
    ] {
        for (name, hash, signature, param) in [
            ("0", hash.clone(), signature.clone(), 0i32),
            ("1", hash.clone(), signature.clone(), 1),
            ("2", hash.clone(), signature.clone(), 2),
            ("9", hash.clone(), signature.clone(), 9),
            ("256", hash.clone(), signature.clone(), 256),
            ("-1", hash.clone(), signature.clone(), -1),
            ("short hash", cut(hash), signature.clone(), 0),
            ("short signature", hash.clone(), cut(signature), 0),
            ("zero signature", hash.clone(), vec![0; 64], 0),
        ] {
            let mut b = Builder::new().import(function, 3, "i64");
            let (hash, signature) = (b.region(&hash), b.region(&signature));
            let call = format!("(call ${function} {hash} {signature} (i32.const {param}))");
            all.push(b.build(&format!("{function} {name}"), &recovered(&call)));
        }
    }
    all
}

fn sections(sections: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    for section in sections {
        out.extend_from_slice(section);
        out.extend_from_slice(&(section.len() as u32).to_be_bytes());
    }
    out
}

fn ed25519() -> Vec<Case> {
    let signature = hex(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    );
    let key = hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    let wrong: Vec<u8> = signature.iter().rev().copied().collect();
    let mut all = Vec::new();
    for (name, message, signature, key) in [
        ("good", &b""[..], &signature[..], &key[..]),
        ("another message", b"x", &signature, &key),
        ("wrong signature", b"", &wrong, &key),
        ("short signature", b"", &signature[1..], &key),
        ("short key", b"", &signature, &key[1..]),
        ("key that is no point", b"", &signature, &[0xff; 32]),
    ] {
        let mut b = Builder::new().import("ed25519_verify", 3, "i32");
        let (message, signature, key) = (b.region(message), b.region(signature), b.region(key));
        let body = number(&format!(
            "(call $ed25519_verify {message} {signature} {key})"
        ));
        all.push(b.build(&format!("ed25519_verify {name}"), &body));
    }
    for (name, messages, signatures, keys) in [
        ("none", sections(&[]), sections(&[]), sections(&[])),
        (
            "one",
            sections(&[b""]),
            sections(&[&signature]),
            sections(&[&key]),
        ),
        (
            "two",
            sections(&[b"", b""]),
            sections(&[&signature, &signature]),
            sections(&[&key, &key]),
        ),
        (
            "two, one key",
            sections(&[b"", b""]),
            sections(&[&signature, &signature]),
            sections(&[&key]),
        ),
        (
            "two, one message",
            sections(&[b""]),
            sections(&[&signature, &signature]),
            sections(&[&key, &key]),
        ),
        (
            "one bad of two",
            sections(&[b"", b"x"]),
            sections(&[&signature, &signature]),
            sections(&[&key, &key]),
        ),
        (
            "two, three keys",
            sections(&[b"", b""]),
            sections(&[&signature, &signature]),
            sections(&[&key, &key, &key]),
        ),
        (
            "short key",
            sections(&[b""]),
            sections(&[&signature]),
            sections(&[&key[1..]]),
        ),
        (
            "no sections",
            b"x".to_vec(),
            sections(&[&signature]),
            sections(&[&key]),
        ),
        (
            "section too long",
            b"x\0\0\0\x05".to_vec(),
            sections(&[&signature]),
            sections(&[&key]),
        ),
    ] {
        let mut b = Builder::new().import("ed25519_batch_verify", 3, "i32");
        let (messages, signatures, keys) =
            (b.region(&messages), b.region(&signatures), b.region(&keys));
        let call = format!("(call $ed25519_batch_verify {messages} {signatures} {keys})");
        all.push(b.build(&format!("ed25519_batch_verify {name}"), &number(&call)));
    }
    all
}

fn bls() -> Vec<Case> {
    let g1 = hex(
        "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb",
    );
    let g2 = hex(
        "93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8",
    );
    let other = hex(
        "868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a569937c529eeda66c7293784a9402801af31",
    );
    let mut all = Vec::new();
    for (function, point) in [
        ("bls12_381_aggregate_g1", &g1),
        ("bls12_381_aggregate_g2", &g2),
    ] {
        for (name, points) in [
            ("none", vec![]),
            ("one", point.clone()),
            ("three", point.repeat(3)),
            (
                "one and a half",
                point.repeat(2)[..point.len() * 3 / 2].to_vec(),
            ),
            ("no point", vec![0xff; point.len()]),
        ] {
            let mut b = Builder::new().import(function, 2, "i32");
            let (points, out) = (b.region(&points), b.buffer(96));
            let body = written(&format!("(call ${function} {points} {out})"), &out);
            all.push(b.build(&format!("{function} {name}"), &body));
        }
    }
    for (name, ps, qs, r, s) in [
        ("equal", &g1[..], &g2[..], &g1[..], &g2[..]),
        ("different", &g1, &g2, &other, &g2),
        ("empty left", b"", b"", &g1, &g2),
        ("uneven", &g1, b"", &g1, &g2),
        ("cut", &g1[1..], &g2, &g1, &g2),
        ("no point", &[0xff; 48], &g2, &g1, &g2),
        ("long r", &g1, &g2, &g2, &g2),
    ] {
        let mut b = Builder::new().import("bls12_381_pairing_equality", 4, "i32");
        let (ps, qs, r, s) = (b.region(ps), b.region(qs), b.region(r), b.region(s));
        let call = format!("(call $bls12_381_pairing_equality {ps} {qs} {r} {s})");
        all.push(b.build(
            &format!("bls12_381_pairing_equality {name}"),
            &number(&call),
        ));
    }
    for function in ["bls12_381_hash_to_g1", "bls12_381_hash_to_g2"] {
        for (name, hash, message, domain, capacity) in [
            ("sha-256", 0, &b"message"[..], &b"domain"[..], 96),
            ("empty", 0, b"", b"", 96),
            ("long domain", 0, b"message", &[7; 300][..], 96),
            ("unknown hash", 1, b"message", b"domain", 96),
            ("into too small a region", 0, b"message", b"domain", 47),
        ] {
            let mut b = Builder::new().import(function, 4, "i32");
            let (message, domain, out) = (b.region(message), b.region(domain), b.buffer(capacity));
            let call = format!("(call ${function} (i32.const {hash}) {message} {domain} {out})");
            all.push(b.build(&format!("{function} {name}"), &written(&call, &out)));
        }
    }
    all
}

fn regions() -> Vec<Case> {
    let mut all = Vec::new();
    for (name, words, pointer) in [
        ("good", [2_000u32, 3, 3], 1_024u32),
        ("empty", [2_000, 0, 0], 1_024),
        ("with offset 0", [0, 3, 3], 1_024),
        ("longer than its capacity", [2_000, 3, 4], 1_024),
        ("beyond the address space", [u32::MAX - 1, 3, 3], 1_024),
        ("beyond memory", [64 << 16, 3, 3], 1_024),
        ("up to the end of memory", [(64 << 16) - 3, 3, 3], 1_024),
        ("larger than 8 MB", [2_000, 9_000_000, 9_000_000], 1_024),
        ("at the end of memory", [2_000, 3, 3], (64 << 16) - 11),
        ("outside of memory", [2_000, 3, 3], u32::MAX),
    ] {
        let hex: String = words
            .iter()
            .flat_map(|w| w.to_le_bytes())
            .map(|b| format!("\\{b:02x}"))
            .collect();
        let mut b = Builder::new().import("db_read", 1, "i32");
        let _ = writeln!(b.data, "(data (i32.const 1024) \"{hex}\")");
        let body = answer(&format!("(call $db_read (i32.const {}))", pointer as i32));
        all.push(b.build(&format!("region {name}"), &body));
    }
    for result in ["(i32.const 0)", "(i32.const -1)", "(i32.const 4194303)"] {
        all.push(Builder::new().build(&format!("result {result}"), result));
    }
    all
}

fn traps() -> Vec<Case> {
    let mut all = Vec::new();
    for body in [
        "unreachable",
        "(nop) (nop) (block) (nop) unreachable",
        "(i32.div_u (i32.const 1) (local.get $p))",
        "(i32.div_s (i32.const 0x80000000) (i32.const -1))",
        "(i32.trunc_f64_s (f64.const 1e30))",
        "(i32.trunc_f32_u (f32.const nan))",
        "(i32.load (i32.const -4))",
        "(i64.store (i32.const 4194297) (i64.const 1)) (i32.const 512)",
        "(loop (br 0)) unreachable",
        "(loop (br_if 0 (i32.const 1))) unreachable",
        "(loop (drop (i32.div_u (i32.const 1) (i32.sub (i32.const 9) (local.get $p))))
            (local.set $p (i32.add (local.get $p) (i32.const 1))) (br 0)) unreachable",
        "(drop (memory.grow (i32.const 448))) (drop (memory.grow (i32.const 1))) (i64.store (i32.const 524)
            (i64.extend_i32_u (memory.size))) (i32.const 512)",
    ] {
        let mut case = Builder::new().build(body, body);
        if body.contains("(br") && !body.contains("div") {
            case.script.steps[0].gas_limit = 10_000_000;
        }
        all.push(case);
    }
    all
}
