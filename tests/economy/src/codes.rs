//! Each contract, native and compiled.

use std::path::PathBuf;

use cosmwasm_std::{Binary, Deps, DepsMut, Env, MessageInfo, Response, StdError};
use mycel_bindings::SudoMsg;
use mycel_props::module;
use mycel_sandbox::{Code, Native};
use serde_json::Value;

use crate::reach::{
    noted, of_assembly, of_clearing, of_commons, of_credit, of_funding, of_members, of_sortition,
    of_trust,
};

/// Which way contracts are registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// As functions.
    Native,
    /// As Wasm, which `cargo xtask contracts` builds.
    Compiled,
}

/// The checksum that both ways of a contract share, so that they live at the
/// same addresses.
fn checksum(number: u8) -> [u8; 32] {
    [number; 32]
}

/// The credit contract.
#[must_use]
pub fn credit(way: Way) -> Code {
    use mycel_credit::{contract, policies::Standard, query};
    let code = match way {
        Way::Compiled => from_file("mycel_credit"),
        Way::Native => Code::native(
            Native::new(
                contract::instantiate::<Standard>,
                noted(of_credit, contract::execute::<Standard>),
                query::query::<Standard>,
            )
            .with_sudo(contract::sudo::<Standard>),
        ),
    };
    code.with_checksum(checksum(1))
}

/// The members contract.
#[must_use]
pub fn members(way: Way) -> Code {
    use mycel_members::{contract, query};
    let code = match way {
        Way::Compiled => from_file("mycel_members"),
        Way::Native => Code::native(
            Native::new(
                contract::instantiate,
                noted(of_members, contract::execute),
                query::query,
            )
            .with_reply(contract::reply)
            .with_sudo(|deps, env, SudoMsg::EndBlock {}| contract::end_block(deps, env)),
        ),
    };
    code.with_checksum(checksum(2))
}

/// The clearing contract.
#[must_use]
pub fn clearing(way: Way) -> Code {
    use mycel_clearing::{contract, dispute, query};
    let code = match way {
        Way::Compiled => from_file("mycel_clearing"),
        Way::Native => Code::native(
            Native::new(
                contract::instantiate,
                noted(of_clearing, contract::execute),
                query::query,
            )
            .with_reply(|deps: DepsMut<'_>, _: Env, reply| dispute::opened(deps, reply)),
        ),
    };
    code.with_checksum(checksum(4))
}

/// The sortition contract.
#[must_use]
pub fn sortition(way: Way) -> Code {
    use mycel_sortition::{contract, query};
    let code = match way {
        Way::Compiled => from_file("mycel_sortition"),
        Way::Native => Code::native(
            Native::new(
                contract::instantiate,
                noted(of_sortition, contract::execute),
                query::query,
            )
            .with_sudo(|deps, env, SudoMsg::EndBlock {}| contract::end_block(deps, env)),
        ),
    };
    code.with_checksum(checksum(3))
}

/// The assembly contract.
#[must_use]
pub fn assembly(way: Way) -> Code {
    use mycel_assembly::{contract, query};
    let code = match way {
        Way::Compiled => from_file("mycel_assembly"),
        Way::Native => Code::native(
            Native::new(
                contract::instantiate,
                noted(of_assembly, contract::execute),
                query::query,
            )
            .with_reply(contract::reply)
            .with_sudo(|deps, env, SudoMsg::EndBlock {}| contract::end_block(deps, env)),
        ),
    };
    code.with_checksum(checksum(5))
}

/// The commons contract.
#[must_use]
pub fn commons(way: Way) -> Code {
    use mycel_commons::{contract, query};
    let code = match way {
        Way::Compiled => from_file("mycel_commons"),
        Way::Native => Code::native(
            Native::new(
                contract::instantiate,
                noted(of_commons, contract::execute),
                query::query,
            )
            .with_reply(contract::reply)
            .with_sudo(|deps, env, SudoMsg::EndBlock {}| contract::end_block(deps, env)),
        ),
    };
    code.with_checksum(checksum(6))
}

/// The funding contract.
#[must_use]
pub fn funding(way: Way) -> Code {
    use mycel_funding::{contract, query};
    let code = match way {
        Way::Compiled => from_file("mycel_funding"),
        Way::Native => Code::native(
            Native::new(
                contract::instantiate,
                noted(of_funding, contract::execute),
                query::query,
            )
            .with_reply(contract::reply)
            .with_sudo(|deps, env, SudoMsg::EndBlock {}| contract::end_block(deps, env)),
        ),
    };
    code.with_checksum(checksum(7))
}

/// The trust contract.
#[must_use]
pub fn trust(way: Way) -> Code {
    use mycel_trust::{contract, deals, query};
    let code = match way {
        Way::Compiled => from_file("mycel_trust"),
        Way::Native => Code::native(
            Native::new(
                contract::instantiate,
                noted(of_trust, contract::execute),
                query::query,
            )
            .with_reply(deals::dispute::opened)
            .with_sudo(|deps, env, SudoMsg::EndBlock {}| contract::end_block(deps, env)),
        ),
    };
    code.with_checksum(checksum(8))
}

/// A contract that agrees to everything, and remembers that it was asked: a holder of holds, a receiver of cw20 payments.
#[must_use]
pub fn sink(way: Way) -> Code {
    fn instantiate(_: DepsMut, _: Env, _: MessageInfo, _: Value) -> Result<Response, StdError> {
        Ok(Response::new())
    }
    fn execute(deps: DepsMut, _: Env, _: MessageInfo, _: Value) -> Result<Response, StdError> {
        deps.storage.set(b"last", b"last");
        Ok(Response::new())
    }
    fn migrate(_: DepsMut, _: Env, _: Value) -> Result<Response, StdError> {
        Ok(Response::new())
    }
    fn query(_: Deps, _: Env, _: Value) -> Result<Binary, StdError> {
        Ok(Binary::default())
    }
    let code = match way {
        Way::Native => Code::native(Native::new(instantiate, execute, query).with_migrate(migrate)),
        Way::Compiled => {
            let write = r#"(import "env" "db_write" (func $write (param i32 i32)))"#;
            compiled(&module::contract(write, 16, r#"{"ok":{}}"#, SINK))
        }
    };
    code.with_checksum(checksum(99))
}

const SINK: &str = r#"
  (data (i32.const 640) "\8c\02\00\00\04\00\00\00\04\00\00\00last")
  (func (export "instantiate") (param i32 i32 i32) (result i32) (i32.const 512))
  (func (export "migrate") (param i32 i32) (result i32) (i32.const 512))
  (func (export "execute") (param $env i32) (param $info i32) (param $msg i32) (result i32)
    (call $write (i32.const 640) (i32.const 640)) (i32.const 512))"#;

fn compiled(wasm: &[u8]) -> Code {
    Code::compiled(wasm).unwrap_or_else(|why| panic!("{why}"))
}

/// The bytes of a contract's Wasm.
///
/// # Panics
/// It is not built.
#[must_use]
pub fn wasm(name: &str) -> Vec<u8> {
    let told = std::env::var_os("MYCEL_CONTRACTS").map(PathBuf::from);
    let folder = told.unwrap_or_else(|| {
        // <target>/<profile>/deps/<this test>
        let test = std::env::current_exe().expect("this test's path");
        let target = test.ancestors().nth(3).expect("a target folder");
        target.join("contracts")
    });
    let path = folder.join(format!("{name}.wasm"));
    std::fs::read(&path)
        .unwrap_or_else(|why| panic!("{}: {why}; run `cargo xtask contracts`", path.display()))
}

fn from_file(name: &str) -> Code {
    compiled(&wasm(name))
}
