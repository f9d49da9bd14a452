//! `did:mycel:<chain>:<address>` as a DID document (W3C DID Core 1.0).
//!
//! Addresses stand as CAIP-10 accounts, passkeys as Multikeys (P-256). The
//! role vote authenticates and asserts, pay invokes, recover delegates. A DID
//! of any address that is or was a person's leads to the person's document;
//! who has left has one without keys.

use cosmwasm_schema::{cw_serde, schemars};
use cosmwasm_std::Storage;
use mycel_kit::peers::members::Status;
use serde::{Deserialize, Serialize};

use crate::error::ContractError;
use crate::standing;
use crate::state::{self, PAY, RECOVER, VOTE};

/// A DID document.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, schemars::JsonSchema)]
#[schemars(crate = "cosmwasm_schema::schemars")]
#[serde(rename_all = "camelCase")]
pub struct DidDocument {
    /// The vocabularies.
    #[serde(rename = "@context")]
    pub context: Vec<String>,
    /// The DID that was asked for.
    pub id: String,
    /// The DID of the account's address, and the handle.
    pub also_known_as: Vec<String>,
    /// Keys.
    pub verification_method: Vec<VerificationMethod>,
    /// Keys that prove who it is.
    pub authentication: Vec<String>,
    /// Keys that sign credentials.
    pub assertion_method: Vec<String>,
    /// Keys that pay.
    pub capability_invocation: Vec<String>,
    /// Keys that change keys.
    pub capability_delegation: Vec<String>,
}

/// A key in a DID document.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, schemars::JsonSchema)]
#[schemars(crate = "cosmwasm_schema::schemars")]
#[serde(rename_all = "camelCase")]
pub struct VerificationMethod {
    /// DID and fragment.
    pub id: String,
    /// The suite.
    #[serde(rename = "type")]
    pub suite: String,
    /// Whose it is.
    pub controller: String,
    /// CAIP-10, for an address.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub blockchain_account_id: Option<String>,
    /// Multibase, for a passkey.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub public_key_multibase: Option<String>,
}

/// Answer to `did`.
#[cw_serde]
pub struct DidResponse {
    /// The document as JSON-LD text.
    pub document: String,
    /// Whether the person has left.
    pub deactivated: bool,
}

/// The address in a DID of this chain.
///
/// # Errors
/// Another method or chain.
pub fn address<'d>(did: &'d str, chain_id: &str) -> Result<&'d str, ContractError> {
    did.strip_prefix("did:mycel:")
        .and_then(|rest| rest.strip_prefix(chain_id))
        .and_then(|rest| rest.strip_prefix(':'))
        .filter(|address| !address.is_empty() && address.bytes().all(|b| b.is_ascii_alphanumeric()))
        .ok_or_else(|| ContractError::NotFound {
            what: "did of this chain",
            id: did.chars().take(128).collect(),
        })
}

/// The document of a DID.
///
/// # Errors
/// Another chain's, or nobody's.
pub fn resolve(
    storage: &dyn Storage,
    did: &str,
    chain_id: &str,
) -> Result<(DidDocument, bool), ContractError> {
    let asked = address(did, chain_id)?;
    let number = state::held(asked)
        .may_load(storage)?
        .ok_or_else(|| ContractError::UnknownMember {
            what: "address",
            id: asked.to_owned(),
        })?
        .number;
    let person = standing::person(storage, number)?;
    let community = state::parameters().load(storage)?.community;
    let gone = person.status == Status::Left;
    let mut document = DidDocument {
        context: vec![
            "https://www.w3.org/ns/did/v1".to_owned(),
            "https://w3id.org/security/multikey/v1".to_owned(),
            "https://w3id.org/security/suites/secp256k1recovery-2020/v2".to_owned(),
        ],
        id: did.to_owned(),
        also_known_as: vec![],
        verification_method: vec![],
        authentication: vec![],
        assertion_method: vec![],
        capability_invocation: vec![],
        capability_delegation: vec![],
    };
    let main = format!("did:mycel:{chain_id}:{}", person.address);
    if main != did {
        document.also_known_as.push(main);
    }
    if gone {
        return Ok((document, true));
    }
    document
        .also_known_as
        .push(format!("acct:{}@{community}", person.handle));
    let keys = state::key_set(number).load(storage)?;
    for address in &keys.addresses {
        let roles = state::held(address).load(storage)?.roles;
        let method = VerificationMethod {
            id: format!("{did}#{address}"),
            suite: "EcdsaSecp256k1RecoveryMethod2020".to_owned(),
            controller: did.to_owned(),
            blockchain_account_id: Some(format!("cosmos:{chain_id}:{address}")),
            public_key_multibase: None,
        };
        add(&mut document, method, roles);
    }
    for (index, key) in keys.passkeys.iter().enumerate() {
        let method = VerificationMethod {
            id: format!("{did}#passkey-{}", index + 1),
            suite: "Multikey".to_owned(),
            controller: did.to_owned(),
            blockchain_account_id: None,
            public_key_multibase: Some(multikey(&key.key)),
        };
        add(&mut document, method, key.roles);
    }
    Ok((document, false))
}

fn add(document: &mut DidDocument, method: VerificationMethod, roles: u8) {
    let id = method.id.clone();
    if roles & VOTE != 0 {
        document.authentication.push(id.clone());
        document.assertion_method.push(id.clone());
    }
    if roles & PAY != 0 {
        document.capability_invocation.push(id.clone());
    }
    if roles & RECOVER != 0 {
        document.capability_delegation.push(id);
    }
    document.verification_method.push(method);
}

/// A compressed P-256 key as a Multikey: base58btc of the codec 0x1200 and the key.
fn multikey(key: &[u8; 33]) -> String {
    let mut bytes = vec![0x80, 0x24];
    bytes.extend_from_slice(key);
    format!("z{}", base58(&bytes))
}

fn base58(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let mut digits: Vec<u8> = Vec::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            carry += u32::from(*digit) << 8;
            *digit = (carry % 58) as u8;
            carry /= 58;
        }
        while carry > 0 {
            digits.push((carry % 58) as u8);
            carry /= 58;
        }
    }
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    std::iter::repeat_n('1', zeros)
        .chain(
            digits
                .iter()
                .rev()
                .map(|digit| char::from(ALPHABET[usize::from(*digit)])),
        )
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base58_has_its_known_values() {
        assert_eq!(base58(b"Hello World!"), "2NEpo7TZRRrLZSi2U");
        assert_eq!(base58(&[0, 0, 0x28, 0x7f, 0xb4, 0xcd]), "11233QC4");
        assert_eq!(base58(&[]), "");
    }

    #[test]
    fn a_passkey_is_a_p256_multikey() {
        // every Multikey of a compressed P-256 key begins so
        assert!(multikey(&[2; 33]).starts_with("zDn"));
        assert!(multikey(&[3; 33]).starts_with("zDn"));
    }

    #[test]
    fn a_did_of_another_chain_or_method_is_refused() {
        assert_eq!(
            address("did:mycel:town-1:mycel1abc", "town-1"),
            Ok("mycel1abc")
        );
        for bad in [
            "did:mycel:town-2:mycel1abc",
            "did:key:z6Mk",
            "did:mycel:town-1:",
            "did:mycel:town-1:mycel1abc#key",
        ] {
            assert!(address(bad, "town-1").is_err(), "{bad}");
        }
    }
}
