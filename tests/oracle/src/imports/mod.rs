//! A small contract for each thing that can be asked of a host function, and for each trap.
//!
//! `execute` makes the calls and returns what they gave: the answered region, the region that was written, or the
//! number.

mod chain;
mod crypto;
mod memory;
mod storage;

use std::fmt::Write;

use cosmwasm_std::coins;
use mycel_runtime::testing::recording::Script;

use crate::scripts::{AMPLE, step};

/// A contract and its script.
pub struct Case {
    pub name: String,
    pub wat: String,
    pub script: Script,
}

/// Puts a contract together.
#[derive(Default)]
struct Builder {
    imports: String,
    data: String,
    next: usize,
}

/// Regions begin here; the result region is at 512, the allocator works from 1 MiB.
const FIRST: usize = 1_024;

impl Builder {
    fn new() -> Self {
        Self {
            next: FIRST,
            ..Self::default()
        }
    }

    /// Imports a function of so many i32, with a result unless it is empty.
    fn import(mut self, name: &str, params: usize, result: &str) -> Self {
        let params = "i32 ".repeat(params);
        let result = match result {
            "" => String::new(),
            ty => format!("(result {ty})"),
        };
        let _ = writeln!(
            self.imports,
            "(import \"env\" \"{name}\" (func ${name} (param {params}) {result}))"
        );
        self
    }

    fn region_of(&mut self, bytes: &[u8], capacity: usize) -> String {
        let at = self.next;
        let mut all = Vec::new();
        for word in [at + 12, capacity, bytes.len()] {
            all.extend_from_slice(&(word as u32).to_le_bytes());
        }
        all.extend_from_slice(bytes);
        let hex: String = all.iter().map(|b| format!("\\{b:02x}")).collect();
        let _ = writeln!(self.data, "(data (i32.const {at}) \"{hex}\")");
        self.next = (at + 12 + capacity).next_multiple_of(8);
        format!("(i32.const {at})")
    }

    fn region(&mut self, bytes: &[u8]) -> String {
        self.region_of(bytes, bytes.len())
    }

    fn buffer(&mut self, capacity: usize) -> String {
        self.region_of(&[], capacity)
    }

    fn build(self, name: &str, body: &str) -> Case {
        let wat = format!(
            "(module\n{}(memory (export \"memory\") 64)\n\
             (data (i32.const 512) \"\\0c\\02\\00\\00\\08\\00\\00\\00\\08\\00\\00\\00\")\n{}\
             (global $heap (mut i32) (i32.const 1048576))\n\
             (func (export \"interface_version_8\"))\n\
             (func (export \"allocate\") (param $n i32) (result i32) (local $r i32)\n\
             (local.set $r (global.get $heap))\n\
             (i32.store (local.get $r) (i32.add (local.get $r) (i32.const 12)))\n\
             (i32.store offset=4 (local.get $r) (local.get $n))\n\
             (global.set $heap (i32.add (i32.add (local.get $r) (i32.const 12)) (local.get $n)))\n\
             (local.get $r))\n\
             (func (export \"deallocate\") (param i32))\n\
             (func (export \"execute\") (param i32 i32 i32) (result i32) (local $p i32) (local $r i64)\n\
             {body}))\n",
            self.imports, self.data
        );
        Case {
            name: name.to_owned(),
            wat,
            script: Script {
                name: "execute".to_owned(),
                balance: coins(100_000, "earth"),
                steps: vec![step("execute", "anyone", &[], "{}", AMPLE)],
            },
        }
    }
}

/// Returns the number.
fn number(call: &str) -> String {
    format!("(i64.store (i32.const 524) (i64.extend_i32_u {call})) (i32.const 512)")
}

/// Returns the region that the call answers, or 0.
fn answer(call: &str) -> String {
    format!("(if (result i32) (local.tee $p {call}) (then (local.get $p)) (else (i32.const 512)))")
}

/// Returns the written region if the call answers 0, else the number.
fn written(call: &str, destination: &str) -> String {
    format!(
        "(local.set $p {call}) (i64.store (i32.const 524) (i64.extend_i32_u (local.get $p)))
         (if (result i32) (local.get $p) (then (i32.const 512)) (else {destination}))"
    )
}

/// Returns the written region if the call answers 0, else the region with the error text.
fn converted(call: &str, destination: &str) -> String {
    format!("(if (result i32) (local.tee $p {call}) (then (local.get $p)) (else {destination}))")
}

/// Returns the key if there is one, else the error code in the high half.
fn recovered(call: &str) -> String {
    format!(
        "(local.set $r {call}) (i64.store (i32.const 524) (local.get $r))
         (if (result i32) (i64.eqz (i64.shr_u (local.get $r) (i64.const 32)))
           (then (i32.wrap_i64 (local.get $r))) (else (i32.const 512)))"
    )
}

/// Every case.
pub fn cases() -> Vec<Case> {
    let mut all = storage::storage();
    all.extend(chain::addresses());
    all.extend(chain::chain());
    all.extend(crypto::ecdsa());
    all.extend(crypto::ed25519());
    all.extend(crypto::bls());
    all.extend(memory::regions());
    all.extend(memory::traps());
    all
}
