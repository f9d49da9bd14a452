//! Host, mempool, block store and signer: what every consensus engine shares.
