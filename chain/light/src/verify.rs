//! All of a bundle at once.
use mycel_types::{AppHash, StoreId};
use tendermint::Time;

use crate::{
    Bundle, Root, Trust, VerifyError, limit, step::verify_step, step::verify_trusted, story,
    verify_proof,
};

/// What a bundle has shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// On which chain.
    pub chain_id: String,
    /// In the state after the block of this height.
    pub height: u64,
    /// In which store.
    pub store: StoreId,
    /// Which key.
    pub key: Vec<u8>,
    /// Its value; `None`: shown to be absent.
    pub value: Option<Vec<u8>>,
    /// The same in words.
    pub story: String,
    /// The state's root.
    pub app_hash: AppHash,
    /// Height of the header that carries the root.
    pub header_height: u64,
    /// That header's hash.
    pub header_hash: [u8; 32],
    /// When.
    pub time: Time,
    /// The hash of the validator set that signed it.
    pub validators: [u8; 32],
}

/// Verifies the bytes of a bundle against what the reader trusts. Needs nothing else: no node, no clock, no file.
pub fn verify(bytes: &[u8], trust: &Trust) -> Result<Verified, VerifyError> {
    let bundle = Bundle::from_json(bytes)?;
    verify_bundle(&bundle, trust)
}

/// Verifies a bundle that is already read (its spelling is then the caller's affair).
pub fn verify_bundle(bundle: &Bundle, trust: &Trust) -> Result<Verified, VerifyError> {
    let contradiction = |what: &str| Err(VerifyError::Contradiction(what.into()));
    if bundle.path.len() > limit::PATH_BLOCKS {
        return contradiction("path is too long");
    }
    let block = &bundle.block;
    let first = bundle.path.first().unwrap_or(block);
    if bundle.root != Root::of(first) {
        return contradiction("root is not its first block");
    }
    verify_trusted(trust, first)?;
    let mut from = first;
    for next in bundle.path.iter().skip(1) {
        verify_step(from, next, None)?;
        from = next;
    }
    if !bundle.path.is_empty() {
        verify_step(from, block, None)?;
    }
    if block.header.chain_id.as_str() != bundle.chain_id {
        return contradiction("chain_id is not the header's");
    }
    if bundle.height.checked_add(1) != Some(block.height()) {
        return contradiction("height is not one below the header's");
    }
    let app_hash = block.header.app_hash.as_bytes();
    verify_proof(
        &bundle.proof,
        bundle.store,
        &bundle.key,
        bundle.value.as_deref(),
        app_hash,
    )?;
    let told = story(bundle.store, &bundle.key, bundle.value.as_deref());
    if bundle.story != told {
        return contradiction("story is not what key and value say");
    }
    Ok(Verified {
        chain_id: bundle.chain_id.clone(),
        height: bundle.height,
        store: bundle.store,
        key: bundle.key.clone(),
        value: bundle.value.clone(),
        story: told,
        app_hash: AppHash(
            app_hash
                .try_into()
                .map_err(|_| VerifyError::proof("app hash has not 32 bytes"))?,
        ),
        header_height: block.height(),
        header_hash: block.hash(),
        time: block.header.time,
        validators: block.validators.hash(),
    })
}
