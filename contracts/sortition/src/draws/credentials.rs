//! Attributes that somebody else says of a volunteer.
//!
//! Where a feature has an issuer, the volunteer opens a credential of that
//! issuer. Members keeps only its hash, so what was signed must be this:
//!
//! ```text
//! SHA-256("mycel/sortition/attribute/1" ‖ len ‖ feature ‖ len ‖ value ‖ person u64 ‖ salt)
//! ```
//! with lengths as four and the person as eight big-endian bytes, salt 16 to
//! 64 random bytes that issuer and volunteer keep, so that nobody guesses the
//! value from the hash before it is told here.

use cosmwasm_schema::cw_serde;
use mycel_kit::{Id, Seconds};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::error::DrawError;
use super::state::FeatureTerms;
use crate::call::Call;
use crate::error::ContractError;

/// What an issuer's credential hashes to.
#[must_use]
pub fn credential_hash(feature: &str, value: &str, person: u64, salt: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"mycel/sortition/attribute/1");
    for part in [feature, value] {
        // names have at most 64 bytes
        hash.update((part.len() as u32).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.update(person.to_be_bytes());
    hash.update(salt);
    hash.finalize().into()
}

/// A question to members.
#[cw_serde]
enum Ask {
    /// Credentials about a subject.
    Credentials {
        /// The person.
        subject: Id,
    },
}

/// What is read of the answer.
#[derive(Deserialize)]
struct Credentials {
    credentials: Vec<Credential>,
}

#[derive(Deserialize)]
struct Credential {
    issuer: Id,
    hash: String,
    expires: Option<Seconds>,
    revoked: Option<Seconds>,
}

/// What members says about a person, asked at most once.
#[derive(Default)]
pub struct About(Option<Credentials>);

impl About {
    /// The issuer has said this value of the person, and stands by it.
    ///
    /// # Errors
    /// No salt, no such credential, expired or revoked; members does not answer.
    pub fn check(
        &mut self,
        call: &Call<'_>,
        person: u64,
        feature: &FeatureTerms,
        value: &str,
        salt: Option<&[u8]>,
    ) -> Result<(), ContractError> {
        let Some(issuer) = feature.issuer else {
            return Ok(());
        };
        let refused = |why| DrawError::Attribute {
            feature: feature.name.clone(),
            why,
        };
        let salt = salt.filter(|salt| (16..=64).contains(&salt.len()));
        let salt = salt.ok_or_else(|| refused("needs the salt of the issuer's credential"))?;
        let expected = cosmwasm_std::to_hex(credential_hash(&feature.name, value, person, salt));
        if self.0.is_none() {
            self.0 = Some(call.members(&Ask::Credentials {
                subject: Id(person),
            })?);
        }
        let held = self.0.iter().flat_map(|told| &told.credentials);
        let mut same = held.filter(|one| one.issuer == Id(issuer) && one.hash == expected);
        let valid = |one: &Credential| {
            one.revoked.is_none() && one.expires.is_none_or(|Seconds(until)| call.now < until)
        };
        match same.clone().any(valid) {
            true => Ok(()),
            false if same.next().is_some() => {
                Err(refused("has an issuer's credential that was revoked or has expired").into())
            }
            false => Err(refused("has no such credential of its issuer").into()),
        }
    }
}
