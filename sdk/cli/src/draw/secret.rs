//! What a juror or a giver of randomness committed to and shows later.
use serde::{Deserialize, Serialize};

use crate::session::{self, Committed};

/// Something committed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret {
    /// What went to the chain, hexadecimal.
    pub commitment: String,
    /// 32 random bytes, hexadecimal.
    pub salt: String,
    /// A juror's vote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// The hash of a juror's reasons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasons: Option<String>,
}

impl Committed for Secret {
    fn commitment(&self) -> &str {
        &self.commitment
    }
}

/// The file of one matter.
pub type Drawer = session::Drawer<Secret>;
