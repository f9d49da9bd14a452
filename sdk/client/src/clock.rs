//! The time as contracts see it: that of the last block, on a development network scaled from genesis on.
use borsh::BorshDeserialize;
use mycel_types::{Params, StoreId, key, record::Chain};

use crate::{Client, ClientError, Transport};

impl<T: Transport> Client<T> {
    /// Unix seconds on the contracts' clock at the last block. Not verified: what the node says.
    pub async fn contract_time(&self) -> Result<u64, ClientError> {
        let latest = self.status().await?.latest_time;
        let time = tendermint::Time::parse_from_rfc3339(&latest).map_err(ClientError::answer)?;
        let ms = u64::try_from(time.unix_timestamp_nanos() / 1_000_000).unwrap_or(0);
        let (chain, params): (Chain, Params) = (
            self.record(&key::chain()).await?,
            self.record(&key::params()).await?,
        );
        let passed = ms.saturating_sub(chain.genesis_ms);
        let scaled = passed.saturating_mul(params.time_scale.max(1));
        Ok(chain.genesis_ms.saturating_add(scaled) / 1_000)
    }

    async fn record<R: BorshDeserialize>(&self, key: &[u8]) -> Result<R, ClientError> {
        let found = self.store(StoreId::Mycel, key, None, false).await?;
        R::try_from_slice(&found.value).map_err(ClientError::answer)
    }
}
