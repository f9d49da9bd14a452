//! Addresses: of people by name, of contracts as the chain derives them.

use cosmwasm_std::Addr;
use mycel_types::AccountAddress;
use sha2::{Digest, Sha256};

/// The address of somebody called `name`: 20 bytes of the name's SHA-256. The
/// same name has the same address in every sandbox.
#[must_use]
#[allow(clippy::missing_panics_doc, reason = "it cannot panic: see the expect")]
pub fn address(name: &str) -> Addr {
    let digest = Sha256::digest(name.as_bytes());
    Addr::unchecked(show(
        &AccountAddress::new(digest[..20].to_vec()).expect("20 bytes"),
    ))
}

/// As text. (`Display` goes through bech32 and cannot fail for 20 or 32 bytes.)
pub(crate) fn show(address: &AccountAddress) -> String {
    address.to_string()
}

/// The salt under which a contract with a name is created.
pub(crate) fn salt(name: &str) -> Vec<u8> {
    format!("mycel/{name}").into_bytes()
}

/// The address of the `instance`th contract made without a salt.
pub(crate) fn classic(code_id: u64, instance: u64) -> AccountAddress {
    module(&[&code_id.to_be_bytes(), &instance.to_be_bytes()])
}

/// The address of a contract made with a salt.
pub(crate) fn predictable(
    checksum: &[u8; 32],
    creator: &AccountAddress,
    salt: &[u8],
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
        &length(&[]),
    ])
}

/// The SDK's `address.Module("wasm", key)`.
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
    fn a_predictable_address_equals_what_a_contract_computes() {
        let creator = AccountAddress::new(vec![7; 20]).unwrap();
        let theirs = cosmwasm_std::instantiate2_address(
            &[9; 32],
            &creator.as_bytes().to_vec().into(),
            b"mycel/credit",
        );
        let ours = predictable(&[9; 32], &creator, &salt("credit"));
        assert_eq!(ours.as_bytes(), theirs.unwrap().as_slice());
    }

    #[test]
    fn a_name_is_an_address_of_this_chain() {
        let ana = address("ana");
        assert!(ana.as_str().starts_with("mycel1"));
        assert!(ana.as_str().parse::<AccountAddress>().is_ok());
        assert_ne!(ana, address("ben"));
    }
}
