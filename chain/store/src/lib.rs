//! Authenticated, versioned state with ICS-23 proofs.
