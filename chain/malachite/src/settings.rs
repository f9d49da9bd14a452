//! What an operator chooses, and how it becomes Malachite's settings.
//!
//! # Tuning
//! The block interval of a network on one machine is dominated by wake-ups and signatures, so: TCP without Nagle
//! (Malachite's own default), no peer discovery, per-channel size limits, statuses on a timer instead of after
//! every decision (an eager status makes every peer that is a few milliseconds behind ask for the block that it is
//! about to decide), and a short rebroadcast so that votes lost while the first connections come up cost a quarter
//! of a second.
use std::{path::PathBuf, time::Duration};

use arc_malachitebft_app_channel::app::config::NodeConfig;
use arc_malachitebft_config::{
    ChannelNames, ConsensusConfig, DiscoveryConfig, GossipSubConfig, P2pConfig, ProtocolNames,
    PubSubMaxSizePerTopic, PubSubProtocol, ValuePayload, ValueSyncConfig,
};
use arc_malachitebft_core_types::LinearTimeouts;
use libp2p::{Multiaddr, multiaddr::Protocol};

use crate::{Error, codec, gossip};

/// How consensus messages travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Relay {
    /// Each node sends to the peers it is connected to, and nobody passes on: right when validators are all
    /// connected to each other, and the cheapest, because connections are authenticated already and no message
    /// needs a signature of its own.
    #[default]
    Direct,
    /// Messages are passed on from neighbour to neighbour (GossipSub), for networks whose validators do not all
    /// reach each other.
    Gossip,
}

/// How long each step of a round waits, and how much longer in each further round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For the proposal.
    pub propose: Duration,
    /// For stragglers' votes.
    pub vote: Duration,
    /// Added in each round.
    pub delta: Duration,
    /// Before votes are sent again.
    pub rebroadcast: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            propose: Duration::from_millis(1500),
            vote: Duration::from_millis(500),
            delta: Duration::from_millis(250),
            rebroadcast: Duration::from_millis(500),
        }
    }
}

impl Timeouts {
    pub(crate) fn linear(&self) -> LinearTimeouts {
        LinearTimeouts {
            propose: self.propose,
            propose_delta: self.delta,
            prevote: self.vote,
            prevote_delta: self.delta,
            precommit: self.vote,
            precommit_delta: self.delta,
            rebroadcast: self.rebroadcast,
            max_timeout: Duration::from_secs(30),
        }
    }
}

/// Where this node stands in the network.
#[derive(Clone, Debug)]
pub struct Config {
    /// A name for people; it must be unlike that of other nodes in the same process.
    pub moniker: String,
    /// The directory of the write-ahead log (`wal`).
    pub data_dir: PathBuf,
    /// The node's ed25519 network key. Not the validator's: it signs no votes.
    pub node_key: [u8; 32],
    /// Where consensus listens, `/ip4/…/tcp/…`.
    pub listen: Multiaddr,
    /// Peers to stay connected to.
    pub peers: Vec<Multiaddr>,
    /// Refuse everybody else. The peers' addresses must then end in `/p2p/<id>`.
    pub named_peers_only: bool,
    /// How consensus messages travel.
    pub relay: Relay,
    /// Step timeouts.
    pub timeouts: Timeouts,
    /// How long to wait at the start for enough peers to decide anything.
    pub gather: Duration,
    /// Transaction gossip.
    pub gossip: gossip::Config,
}

impl Config {
    /// The defaults for a chain.
    pub fn new(
        moniker: impl Into<String>,
        data_dir: impl Into<PathBuf>,
        node_key: [u8; 32],
        listen: Multiaddr,
        gossip: gossip::Config,
    ) -> Self {
        Self {
            moniker: moniker.into(),
            data_dir: data_dir.into(),
            node_key,
            listen,
            peers: Vec::new(),
            named_peers_only: false,
            relay: Relay::default(),
            timeouts: Timeouts::default(),
            gather: Duration::from_millis(1500),
            gossip,
        }
    }

    /// The write-ahead log's file.
    pub fn wal(&self) -> PathBuf {
        self.data_dir.join("wal")
    }
}

/// Malachite panics on addresses that it does not know the transport of.
fn check_tcp(address: &Multiaddr) -> Result<(), Error> {
    if address.iter().any(|p| matches!(p, Protocol::Tcp(_))) {
        return Ok(());
    }
    Err(Error::Address {
        address: address.to_string(),
    })
}

/// The settings in Malachite's shape.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    moniker: String,
    consensus: ConsensusConfig,
    sync: ValueSyncConfig,
}

impl Settings {
    pub(crate) fn new(config: &Config, chain_id: &str) -> Result<Self, Error> {
        check_tcp(&config.listen)?;
        config.peers.iter().try_for_each(check_tcp)?;
        Ok(Self {
            moniker: config.moniker.clone(),
            consensus: consensus(config, chain_id),
            sync: sync(),
        })
    }
}

fn consensus(config: &Config, chain_id: &str) -> ConsensusConfig {
    let name = |what: &str| format!("/mycel/{chain_id}/{what}/1");
    // a channel's name has at most 63 bytes, and a chain id at most 50
    let channel = |what: &str| format!("/mycel/{chain_id}/{what}");
    // one machine may hold many validators; inbound connections of strangers are limited by their address
    let per_ip = config.peers.len().saturating_mul(2).max(16);
    ConsensusConfig {
        enabled: true,
        value_payload: ValuePayload::ProposalAndParts,
        p2p: P2pConfig {
            listen_addr: config.listen.clone(),
            persistent_peers: config.peers.clone(),
            persistent_peers_only: config.named_peers_only,
            discovery: DiscoveryConfig {
                enabled: false,
                max_connections_per_ip: per_ip,
                ..DiscoveryConfig::default()
            },
            protocol: match config.relay {
                Relay::Direct => PubSubProtocol::Broadcast,
                Relay::Gossip => {
                    PubSubProtocol::GossipSub(GossipSubConfig::new(6, 12, 4, 2, false, false, true))
                }
            },
            pubsub_max_size: bytes(codec::MAX_PUBSUB),
            pubsub_max_size_per_topic: PubSubMaxSizePerTopic {
                consensus: Some(bytes(codec::MAX_VOTE)),
                proposal_parts: Some(bytes(codec::MAX_PART)),
                liveness: Some(bytes(codec::MAX_LIVENESS)),
            },
            rpc_max_size: bytes(codec::MAX_SYNC),
            protocol_names: ProtocolNames {
                consensus: name("consensus"),
                discovery_kad: name("kad"),
                discovery_regres: name("discovery"),
                sync: name("sync"),
                validator_proof: name("validator"),
            },
            channel_names: ChannelNames {
                consensus: channel("vote"),
                proposal_parts: channel("part"),
                sync: channel("tips"),
                liveness: channel("live"),
            },
        },
        queue_capacity: 16,
        queue_per_height_capacity: 1024,
    }
}

fn bytes(n: usize) -> bytesize::ByteSize {
    bytesize::ByteSize::b(u64::try_from(n).unwrap_or(u64::MAX))
}

fn sync() -> ValueSyncConfig {
    ValueSyncConfig {
        enabled: true,
        // A node that lags learns of it within this time. The host takes in parts two heights ahead, so a node that
        // synced to a peer's last status is live again if the chain made no more blocks than that meanwhile.
        status_update_interval: Duration::from_millis(300),
        request_timeout: Duration::from_secs(5),
        max_request_size: bytes(4096),
        max_response_size: bytes(codec::MAX_SYNC),
        parallel_requests: 3,
        batch_size: 16,
        ..ValueSyncConfig::default()
    }
}

impl NodeConfig for Settings {
    fn moniker(&self) -> &str {
        &self.moniker
    }

    fn consensus(&self) -> &ConsensusConfig {
        &self.consensus
    }

    fn consensus_mut(&mut self) -> &mut ConsensusConfig {
        &mut self.consensus
    }

    fn value_sync(&self) -> &ValueSyncConfig {
        &self.sync
    }

    fn value_sync_mut(&mut self) -> &mut ValueSyncConfig {
        &mut self.sync
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_chain_id_fits_into_every_name_and_the_limits_fit_together() {
        let chain_id = "c".repeat(50);
        assert!(chain_id.parse::<tendermint::chain::Id>().is_ok());
        let listen: Multiaddr = "/ip4/127.0.0.1/tcp/1".parse().unwrap();
        let gossip = gossip::Config::new(&chain_id, [1; 32], listen.clone());
        let config = Config::new("m", "/nowhere", [1; 32], listen, gossip);
        let settings = Settings::new(&config, &chain_id).unwrap();
        let p2p = &settings.consensus.p2p;
        p2p.channel_names.validate().unwrap();
        for name in [
            &p2p.channel_names.consensus,
            &p2p.channel_names.proposal_parts,
            &p2p.channel_names.sync,
            &p2p.channel_names.liveness,
        ] {
            assert!(name.len() < 64, "{name}");
            assert!(name.contains(&chain_id));
        }
        let limits = &p2p.pubsub_max_size_per_topic;
        for limit in [limits.consensus, limits.proposal_parts, limits.liveness] {
            assert!(limit.unwrap() < p2p.pubsub_max_size);
        }
    }

    #[test]
    fn an_address_without_tcp_is_refused() {
        let good: Multiaddr = "/ip4/127.0.0.1/tcp/1".parse().unwrap();
        let gossip = gossip::Config::new("c-1", [1; 32], good.clone());
        let mut config = Config::new("m", "/nowhere", [1; 32], good, gossip);
        config.peers = vec!["/ip4/127.0.0.1/udp/1/quic-v1".parse().unwrap()];
        let error = Settings::new(&config, "c-1").unwrap_err().to_string();
        assert!(error.contains("/tcp/"), "{error}");
    }
}
