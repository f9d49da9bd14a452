//! Signatures and pairings: good ones, bad ones, and input that is none.

use super::{Builder, Case, number, recovered, written};

fn hex(text: &str) -> Vec<u8> {
    hex::decode(text).expect("hex")
}

pub fn ecdsa() -> Vec<Case> {
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

pub fn ed25519() -> Vec<Case> {
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

pub fn bls() -> Vec<Case> {
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
