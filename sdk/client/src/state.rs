//! Verified reads: one state of the chain, every value with its proof.
use mycel_light::{
    Bundle, LightBlock, Trust, VerifyError, verify_proof, verify_step, verify_trusted,
};
use mycel_types::{AccountAddress, StoreId, key};
use tendermint_proto::crypto::ProofOps;

use crate::{Client, ClientError, Transport};

/// The state after block `height`, committed to by a verified header of `height + 1`.
#[derive(Debug)]
pub struct Snapshot<'a, T> {
    client: &'a Client<T>,
    path: Vec<LightBlock>,
    block: LightBlock,
}

impl<T: Transport> Client<T> {
    /// The newest provable state, or the state of a height, on the word of what is trusted.
    ///
    /// From a trusted block the way to the header is found by halving: as long a step as a third of the trusted
    /// power allows. From a trusted validator set the header must be signed by that very set.
    pub async fn snapshot(
        &self,
        trust: &Trust,
        height: Option<u64>,
    ) -> Result<Snapshot<'_, T>, ClientError> {
        let tip = self.status().await?.latest_height;
        let header_height = match height {
            Some(height) => height.saturating_add(1),
            None => tip,
        };
        if header_height < 2 || header_height > tip {
            return Err(ClientError::Unverifiable(format!(
                "state height={} needs block={header_height}, the node has blocks up to {tip}; wait for the next block",
                header_height.saturating_sub(1),
            )));
        }
        let block = self.light_block(Some(header_height)).await?;
        let path = match trust {
            _ if trust.matches(&block) => {
                verify_trusted(trust, &block)?;
                vec![]
            }
            Trust::Validators(_) => {
                return Err(ClientError::Unverifiable(format!(
                    "block {header_height} is signed by another validator set than the trusted one; trust a block instead: `--trust HEIGHT:HASH`",
                )));
            }
            Trust::Block { height, .. } if *height > header_height => {
                return Err(ClientError::Unverifiable(format!(
                    "the trusted block {height} is after block {header_height}; trust an earlier one",
                )));
            }
            Trust::Block { height, .. } => self.path_from(trust, *height, &block).await?,
        };
        Ok(Snapshot {
            client: self,
            path,
            block,
        })
    }

    /// Blocks from the trusted one up to, but without, `target`, each verified from the one before.
    async fn path_from(
        &self,
        trust: &Trust,
        trusted: u64,
        target: &LightBlock,
    ) -> Result<Vec<LightBlock>, ClientError> {
        let first = self.light_block_with_next(trusted).await?;
        verify_trusted(trust, &first)?;
        let mut path = vec![first];
        let mut goals = vec![target.clone()];
        while let (Some(goal), Some(from)) = (goals.last(), path.last()) {
            match verify_step(from, goal, None) {
                Ok(()) => path.extend(goals.pop()),
                Err(failed @ VerifyError::Step { .. }) => {
                    let (low, high) = (from.height(), goal.height());
                    if high <= low.saturating_add(1) || goals.len() > 64 {
                        return Err(failed.into());
                    }
                    let middle = low.midpoint(high);
                    goals.push(self.light_block_with_next(middle).await?);
                }
                Err(failed) => return Err(failed.into()),
            }
            if path.len() > mycel_light::limit::PATH_BLOCKS {
                return Err(ClientError::Unverifiable(
                    "too many validator changes since the trusted block; trust a later one".into(),
                ));
            }
        }
        path.pop(); // the target itself
        Ok(path)
    }

    async fn light_block_with_next(&self, height: u64) -> Result<LightBlock, ClientError> {
        let mut block = self.light_block(Some(height)).await?;
        block.next_validators = Some(self.validators(height.saturating_add(1)).await?);
        Ok(block)
    }
}

impl<T: Transport> Snapshot<'_, T> {
    /// Whose state this is.
    pub fn height(&self) -> u64 {
        self.block.height().saturating_sub(1)
    }

    /// The verified block whose header carries the state's root.
    pub fn block(&self) -> &LightBlock {
        &self.block
    }

    /// A bundle of one entry, verified before it is returned.
    pub async fn bundle(&self, store: StoreId, key: &[u8]) -> Result<Bundle, ClientError> {
        let (value, proof) = self.prove(store, key).await?;
        Ok(Bundle::new(
            store,
            key.to_vec(),
            value,
            proof,
            self.path.clone(),
            self.block.clone(),
        ))
    }

    /// A proven entry; `None` is proven absence.
    pub async fn get(&self, store: StoreId, key: &[u8]) -> Result<Option<Vec<u8>>, ClientError> {
        Ok(self.prove(store, key).await?.0)
    }

    async fn prove(
        &self,
        store: StoreId,
        key: &[u8],
    ) -> Result<(Option<Vec<u8>>, ProofOps), ClientError> {
        let answer = self
            .client
            .store(store, key, Some(self.height()), true)
            .await?;
        if answer.height != self.height() {
            return Err(ClientError::Answer(format!(
                "asked for state height={} and got height={}",
                self.height(),
                answer.height
            )));
        }
        let proof = answer.proof.ok_or_else(|| {
            ClientError::Unverifiable(format!(
                "node gave no proof for key={}; ask a full node",
                hex::encode(key)
            ))
        })?;
        // the trees hold no empty value: an empty answer means absence, and the proof has to say so
        let value = (!answer.value.is_empty()).then_some(answer.value);
        verify_proof(
            &proof,
            store,
            key,
            value.as_deref(),
            self.block.header.app_hash.as_bytes(),
        )?;
        Ok((value, proof))
    }

    /// A proven entry of a contract's data.
    pub async fn contract_data(
        &self,
        contract: &AccountAddress,
        entry: &[u8],
    ) -> Result<Option<Vec<u8>>, ClientError> {
        self.get(StoreId::Mycel, &key::contract_data(contract, entry))
            .await
    }
}
