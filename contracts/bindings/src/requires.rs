//! The export by which a contract says that it needs a chain with these messages.
#![allow(
    unsafe_code,
    reason = "an exported name is `unsafe` because two of the same name clash; this one is CosmWasm's convention for \
              the capability `mycel`, and it does nothing"
)]

/// Marks the contract as one that needs the capability `mycel`. Never called.
#[unsafe(no_mangle)]
extern "C" fn requires_mycel() {}
