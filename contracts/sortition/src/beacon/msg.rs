//! What is told to the beacon.

use cosmwasm_schema::cw_serde;
use mycel_kit::Id;

/// Messages about rounds that something waits for.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum BeaconMsg {
    /// Anyone: a round of the drand network.
    Post {
        /// The round.
        round: Id,
        /// Its signature, hexadecimal.
        signature: String,
        /// The signature of the round before, where rounds are chained; for
        /// round 1 the group's seed.
        previous: Option<String>,
    },
    /// member, development networks: commits to a secret; once a person and round.
    Commit {
        /// The round.
        round: Id,
        /// What [`super::commit_reveal::hash`] makes of the secret, hexadecimal.
        hash: String,
    },
    /// member, development networks: reveals the secret.
    Reveal {
        /// The round.
        round: Id,
        /// 32 bytes, hexadecimal.
        secret: String,
    },
}
