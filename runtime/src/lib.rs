//! Runs CosmWasm contracts on wasmtime with gas and stack metered in the Wasm itself.
