//! Genesis documents and keys of development networks.
use std::time::Duration;

use ed25519_consensus::SigningKey;
use mycel_types::{AppGenesis, Genesis, GenesisAccount, Params, Time};
use rand_core::SeedableRng;
use tendermint::{PublicKey, block, consensus, evidence, public_key, validator, vote};

/// `n` consensus keys that everyone knows: for tests and development networks only.
pub fn keys(n: usize) -> Vec<SigningKey> {
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0x6d79_6365_6c00_0001);
    (0..n).map(|_| SigningKey::new(&mut rng)).collect()
}

/// A development network's genesis: validators of power 10 each, the given accounts, a generous default class.
pub fn genesis(
    chain_id: tendermint::chain::Id,
    time: Time,
    validators: &[SigningKey],
    accounts: Vec<GenesisAccount>,
) -> Genesis {
    let public: Vec<[u8; 32]> = validators
        .iter()
        .map(|k| k.verification_key().to_bytes())
        .collect();
    genesis_with(chain_id, time, &public, accounts, Params::development())
}

/// As [`genesis`], of public keys and with these parameters.
pub fn genesis_with(
    chain_id: tendermint::chain::Id,
    time: Time,
    validators: &[[u8; 32]],
    accounts: Vec<GenesisAccount>,
    params: Params,
) -> Genesis {
    Genesis {
        genesis_time: time
            .try_into()
            .unwrap_or_else(|_| tendermint::Time::unix_epoch()),
        chain_id,
        initial_height: 1,
        consensus_params: consensus::Params {
            block: block::Size {
                max_bytes: params.block_max_bytes,
                max_gas: i64::try_from(params.block_max_gas).unwrap_or(i64::MAX),
                time_iota_ms: 1,
            },
            evidence: evidence::Params {
                max_age_num_blocks: 100_000,
                max_age_duration: evidence::Duration(Duration::from_secs(48 * 3600)),
                max_bytes: 1 << 20,
            },
            validator: consensus::params::ValidatorParams {
                pub_key_types: vec![public_key::Algorithm::Ed25519],
            },
            version: Some(consensus::params::VersionParams::default()),
            abci: consensus::params::AbciParams::default(),
        },
        validators: validators
            .iter()
            .filter_map(|key| {
                let key = PublicKey::from_raw_ed25519(key)?;
                Some(validator::Info::new(key, vote::Power::from(10u32)))
            })
            .collect(),
        app_hash: tendermint::AppHash::default(),
        app_state: AppGenesis {
            params,
            accounts,
            ..AppGenesis::default()
        },
    }
}
