//! The mycel binary: node, wallet, developer and auditor tools.
fn main() {}
