//! Addresses of people by name, and the salts of contracts.

use cosmwasm_std::Addr;
use mycel_types::AccountAddress;
use sha2::{Digest, Sha256};

/// The address of somebody called `name`: 20 bytes of the name's SHA-256. The
/// same name has the same address in every sandbox.
#[must_use]
#[allow(clippy::missing_panics_doc, reason = "it cannot panic: see the expect")]
pub fn address(name: &str) -> Addr {
    let digest = Sha256::digest(name.as_bytes());
    let address = AccountAddress::new(digest[..20].to_vec()).expect("20 bytes");
    Addr::unchecked(address.to_string())
}

/// The salt under which a contract with a name is created.
pub(crate) fn salt(name: &str) -> Vec<u8> {
    format!("mycel/{name}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_an_address_of_this_chain() {
        let ana = address("ana");
        assert!(ana.as_str().starts_with("mycel1"));
        assert!(ana.as_str().parse::<AccountAddress>().is_ok());
        assert_ne!(ana, address("ben"));
    }
}
