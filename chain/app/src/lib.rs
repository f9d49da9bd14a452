//! The state machine: auth, allowance, bank, wasm.
