//! What two persons say of a deal, where only its cost counts: made-up seals, and no words.
use cosmwasm_std::HexBinary;
use mycel_mailbox::{rating_commitment, tag};
use mycel_sandbox::mock_proof;
use serde_json::{Value, json};

use crate::world::{World, hex};

/// Offers one to the other.
pub fn offer(world: &mut World, (a, b): (u64, u64), nonce: u64) -> String {
    let input = json!({
        "b": b.to_string(),
        "nonce": HexBinary::from(tag::small(nonce)),
        "k": HexBinary::from(tag::small(77)),
        "key_a": 1,
        "key_b": 1,
    });
    let opened = world.ok(a, &json!({"open_deal": input}));
    opened.attribute("deal").expect("a deal").to_owned()
}

fn sealed(nonce: u64, dir: u64) -> ([u8; 32], [u8; 32], [u8; 32]) {
    (tag::small(nonce * 2 + dir), tag::small(8), [4; 32])
}

/// The other accepts, and both promise.
pub fn promise(world: &mut World, deal: &str, (a, b): (u64, u64), nonce: u64) {
    world.ok(b, &json!({"accept_deal": {"deal": deal}}));
    for (dir, rater) in [(0, a), (1, b)] {
        let (c, ct, salt) = sealed(nonce, dir);
        let hash = HexBinary::from(rating_commitment(&c, &ct, &salt));
        world.ok(
            rater,
            &json!({"commit_rating": {"deal": deal, "hash": hash}}),
        );
    }
}

/// Opens one, with a proof that costs what a real one does.
pub fn open(world: &mut World, deal: &str, dir: u64, nonce: u64) {
    let found: Value = world.query(&json!({"deal": {"deal": deal}}));
    let element = |name: &str| hex(found[name].as_str().expect("an element"));
    let weight = tag::small(found["weight"].as_u64().expect("a weight"));
    let (c, ct, salt) = sealed(nonce, dir);
    let inputs = [
        element("k"),
        element("element"),
        tag::small(dir),
        weight,
        ct,
        c,
    ];
    let told = json!({"open_rating": {
        "deal": deal, "dir": dir, "c": HexBinary::from(c), "ct": HexBinary::from(ct),
        "salt": HexBinary::from(salt), "proof": mock_proof("attest", &inputs),
    }});
    world.ok(1, &told);
}
