//! Addresses of contracts, as wasmd makes them.
use mycel_types::AccountAddress;
use sha2::{Digest, Sha256};

/// The address of the `instance`th contract made with `MsgInstantiateContract`.
pub(crate) fn classic(code_id: u64, instance: u64) -> AccountAddress {
    module(&[&code_id.to_be_bytes(), &instance.to_be_bytes()])
}

/// The address that `MsgInstantiateContract2` makes. `msg` is empty unless it is to be part of the address.
pub(crate) fn predictable(
    checksum: &[u8; 32],
    creator: &AccountAddress,
    salt: &[u8],
    msg: &[u8],
) -> AccountAddress {
    let length = |part: &[u8]| (part.len() as u64).to_be_bytes();
    let creator = creator.as_bytes();
    module(&[
        &length(checksum),
        checksum,
        &length(creator),
        creator,
        &length(salt),
        salt,
        &length(msg),
        msg,
    ])
}

/// The SDK's `address.Module("wasm", key)`: SHA-256 of SHA-256("module") and the key under the module's name.
fn module(key: &[&[u8]]) -> AccountAddress {
    let mut hasher = Sha256::new();
    hasher.update(Sha256::digest(b"module"));
    hasher.update(b"wasm\0");
    for part in key {
        hasher.update(part);
    }
    AccountAddress::new(hasher.finalize().to_vec()).expect("a digest has 32 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classic_addresses_equal_those_of_wasmd() {
        // recorded from a wasmd: code 1 instance 1, code 2 instance 2
        for (code, instance, expected) in [
            (
                1,
                1,
                "wasm14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s0phg4d",
            ),
            (
                2,
                2,
                "wasm1nc5tatafv6eyq7llkr2gv50ff9e22mnf70qgjlv737ktmt4eswrqr5j2ht",
            ),
        ] {
            assert_eq!(classic(code, instance).as_bytes(), raw(expected));
        }
    }

    #[test]
    fn predictable_addresses_equal_the_published_vectors() {
        // the vectors of cosmwasm-std's `instantiate2_address`
        let checksum = "13a1fc994cc6d1c81b746ee0c0ff6f90043875e0bf1d9be6b7d779fc978dc2a5";
        let checksum: [u8; 32] = hex::decode(checksum).unwrap().try_into().unwrap();
        let creator = hex::decode("9999999999aaaaaaaaaabbbbbbbbbbcccccccccc").unwrap();
        let creator = AccountAddress::new(creator).unwrap();
        let long = "aabbccddeeffffeeddbbccddaa66551155aaaabbcc787878789900aabbccddeeffffeeddbbccddaa66551155aaaabbcc\
                    787878789900aabbbbcc221100acadae";
        for (salt, msg, expected) in [
            (
                "61",
                "",
                "5e865d3e45ad3e961f77fd77d46543417ced44d924dc3e079b5415ff6775f847",
            ),
            (
                "61",
                "{}",
                "0995499608947a5281e2c7ebd71bdb26a1ad981946dad57f6c4d3ee35de77835",
            ),
            (
                "61",
                r#"{"some":123,"structure":{"nested":["ok",true]}}"#,
                "83326e554723b15bac664ceabc8a5887e27003abe9fbd992af8c7bcea4745167",
            ),
            (
                long,
                "",
                "9384c6248c0bb171e306fd7da0993ec1e20eba006452a3a9e078883eb3594564",
            ),
        ] {
            let salt = hex::decode(salt).unwrap();
            let address = predictable(&checksum, &creator, &salt, msg.as_bytes());
            assert_eq!(hex::encode(address.as_bytes()), expected);
        }
    }

    #[test]
    fn a_predictable_address_equals_what_a_contract_computes() {
        let creator = AccountAddress::new(vec![7; 20]).unwrap();
        let theirs = cosmwasm_std::instantiate2_address(
            &[9; 32],
            &creator.as_bytes().to_vec().into(),
            b"salt",
        );
        let ours = predictable(&[9; 32], &creator, b"salt", b"");
        assert_eq!(ours.as_bytes(), theirs.unwrap().as_slice());
    }

    fn raw(bech32: &str) -> Vec<u8> {
        let (_, bytes) = bech32::decode(bech32).unwrap();
        bytes
    }
}
