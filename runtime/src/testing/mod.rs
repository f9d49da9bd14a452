//! A chain small enough for contract tests: storage in memory, bank balances, and the prices of cosmwasm-vm's mocks.
//!
//! The helpers have the names and arguments of `cosmwasm_vm::testing`, so that a test written for it runs here with
//! other `use` lines. Unlike there every call gets a fresh instance and the whole gas limit, as on a chain.
//!
//! ```no_run
//! use cosmwasm_std::{Empty, Response};
//! use mycel_runtime::testing::{execute, instantiate, mock_env, mock_info, mock_instance};
//!
//! let wasm = std::fs::read("contract.wasm")?;
//! let mut contract = mock_instance(&wasm, &[]);
//! let made: Response = instantiate(&mut contract, mock_env(), mock_info("creator", &[]), Empty {}).unwrap();
//! let done: Response = execute(&mut contract, mock_env(), mock_info("anyone", &[]), Empty {}).unwrap();
//! # Ok::<(), std::io::Error>(())
//! ```

mod calls;
mod environment;
pub mod recording;

pub use calls::{
    CallFailed, MockInstance, MockInstanceOptions, execute, instantiate, migrate, mock_instance,
    mock_instance_with_gas_limit, mock_instance_with_options, query, reply, sudo,
};
pub use environment::{MOCK_CONTRACT_ADDR, MockApi, MockEnvironment};

use cosmwasm_std::{
    Addr, Binary, BlockInfo, Coin, ContractInfo, Env, MessageInfo, Timestamp, TransactionInfo,
};

/// The `Env` of cosmwasm-vm's mocks: block 12,345 of `cosmos-testnet-14002`.
pub fn mock_env() -> Env {
    const TX_HASH: [u8; 32] = [
        0xe5, 0x46, 0x9d, 0xac, 0xec, 0x17, 0xce, 0xf8, 0xa2, 0x60, 0xfd, 0x37, 0x67, 0x5e, 0xd8,
        0x7e, 0x7f, 0xb6, 0xa2, 0xb5, 0xad, 0x95, 0x19, 0x3c, 0x51, 0x30, 0x80, 0x06, 0xc7, 0xe4,
        0x94, 0xb3,
    ];
    Env {
        block: BlockInfo {
            height: 12_345,
            time: Timestamp::from_nanos(1_571_797_419_879_305_533),
            chain_id: "cosmos-testnet-14002".to_owned(),
        },
        transaction: Some(TransactionInfo::new(3, Binary::from(TX_HASH))),
        contract: ContractInfo {
            address: Addr::unchecked(MOCK_CONTRACT_ADDR),
        },
    }
}

/// A message from `sender` with `funds`.
pub fn mock_info(sender: &str, funds: &[Coin]) -> MessageInfo {
    MessageInfo {
        sender: Addr::unchecked(sender),
        funds: funds.to_vec(),
    }
}
