//! The embedded BFT engine and transaction gossip.
