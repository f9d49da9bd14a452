//! Who may come in: a policy of each commons. A variant with another one
//! implements [`Admission`].

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;

use crate::bounds;
use crate::error::ContractError;

/// Most persons that must vouch.
pub const MAX_WELCOMES: u8 = 10;

/// How persons come to be enrolled.
pub trait Admission {
    /// How many of the enrolled must vouch for an applicant; `None`: nobody
    /// may apply, the members decide.
    fn welcomes(&self) -> Option<u8>;
}

/// The standard's two.
#[cw_serde]
#[derive(Copy, Eq, BorshSerialize, BorshDeserialize)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum Policy {
    /// Its members decide (`enrol`).
    Decision {},
    /// So many of the enrolled vouch; its members may decide as well.
    Vouching {
        /// How many, 1 to 10.
        welcomes: u8,
    },
}

impl Admission for Policy {
    fn welcomes(&self) -> Option<u8> {
        match self {
            Policy::Decision {} => None,
            Policy::Vouching { welcomes } => Some(*welcomes),
        }
    }
}

impl Policy {
    /// Whether its number is within its bounds.
    ///
    /// # Errors
    /// [`ContractError::OutOfBounds`].
    pub fn check(&self) -> Result<(), ContractError> {
        match self.welcomes() {
            None => Ok(()),
            Some(welcomes) => bounds::within("welcomes", welcomes, 1u8, MAX_WELCOMES),
        }
    }
}
