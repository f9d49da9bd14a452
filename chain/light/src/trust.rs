//! What a reader trusts to begin with.
use std::{fmt, str::FromStr};

use mycel_types::Genesis;
use tendermint::Hash;

use crate::{LightBlock, Validator, Validators, VerifyError};

/// The one thing taken on trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Validators whose set has this hash, at whatever height they sign.
    Validators([u8; 32]),
    /// The block of this height with this hash.
    Block {
        /// Its height.
        height: u64,
        /// Its header's hash.
        hash: [u8; 32],
    },
}

impl Trust {
    /// Trusts the validators that a genesis document names.
    pub fn in_genesis(genesis: &Genesis) -> Result<Self, VerifyError> {
        let set = genesis
            .validators
            .iter()
            .map(|v| Validator::new(v.pub_key, v.power.value()))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self::Validators(Validators::new(set)?.hash()))
    }

    /// Whether this block is what is trusted. Says nothing of its commit.
    pub fn matches(&self, block: &LightBlock) -> bool {
        match self {
            Self::Validators(hash) => block.header.validators_hash == Hash::Sha256(*hash),
            Self::Block { height, hash } => {
                block.height() == *height && block.header.hash() == Hash::Sha256(*hash)
            }
        }
    }
}

impl fmt::Display for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Validators(hash) => f.write_str(&hex::encode_upper(hash)),
            Self::Block { height, hash } => write!(f, "{height}:{}", hex::encode_upper(hash)),
        }
    }
}

impl FromStr for Trust {
    type Err = VerifyError;
    fn from_str(text: &str) -> Result<Self, VerifyError> {
        let hash = |text: &str| {
            let mut bytes = [0; 32];
            hex::decode_to_slice(text, &mut bytes)
                .map(|()| bytes)
                .map_err(|e| VerifyError::TrustForm(format!("hash: {e}")))
        };
        match text.split_once(':') {
            None => Ok(Self::Validators(hash(text)?)),
            Some((height, text)) => Ok(Self::Block {
                height: height
                    .parse()
                    .map_err(|e| VerifyError::TrustForm(format!("height: {e}")))?,
                hash: hash(text)?,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trust_survives_text() {
        for trust in [
            Trust::Validators([7; 32]),
            Trust::Block {
                height: 42,
                hash: [9; 32],
            },
        ] {
            assert_eq!(trust.to_string().parse::<Trust>().unwrap(), trust);
        }
        for bad in ["", "12", "x:00", "1:", ":", "-1:00", &"0".repeat(63)] {
            assert!(bad.parse::<Trust>().is_err(), "{bad}");
        }
    }
}
