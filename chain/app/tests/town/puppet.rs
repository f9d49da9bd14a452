//! Contracts in text form that do what they are told, so that a test can play any contract.
//!
//! * [`puppet`]: `execute` keeps its message under `last` and answers with it, so a test writes the response itself;
//!   `instantiate` keeps its message under `script`; `reply` keeps what it gets under `reply` and answers with the
//!   script; `query` answers with its message; `migrate` keeps its message under `last`.
//! * [`asker`]: `execute` asks the chain its message and keeps the answer under `answer`.
//! * [`ticker`]: is called at the end of blocks.
//! * [`with_body`]: anything else.

/// What all of them have: memory, regions, keys and a good result.
const COMMON: &str = r#"
  (memory (export "memory") 16)
  (global $heap (mut i32) (i32.const 8192))
  (data (i32.const 512) "\0c\02\00\00\60\00\00\00\09\00\00\00{\"ok\":{}}")
  (data (i32.const 640) "\8c\02\00\00\04\00\00\00\04\00\00\00last")
  (data (i32.const 700) "\c8\02\00\00\06\00\00\00\06\00\00\00script")
  (data (i32.const 760) "\04\03\00\00\05\00\00\00\05\00\00\00reply")
  (data (i32.const 820) "\40\03\00\00\06\00\00\00\06\00\00\00answer")
  (func (export "interface_version_8"))
  (func $allocate (export "allocate") (param $n i32) (result i32)
    (local $r i32)
    (local.set $r (global.get $heap))
    (i32.store (local.get $r) (i32.add (local.get $r) (i32.const 12)))
    (i32.store offset=4 (local.get $r) (local.get $n))
    (i32.store offset=8 (local.get $r) (i32.const 0))
    (global.set $heap (i32.add (i32.add (local.get $r) (i32.const 16))
      (i32.and (i32.add (local.get $n) (i32.const 3)) (i32.const -4))))
    (local.get $r))
  (func (export "deallocate") (param i32))
"#;

const IMPORTS: &str = r#"
  (import "env" "db_read" (func $read (param i32) (result i32)))
  (import "env" "db_write" (func $write (param i32 i32)))
  (import "env" "db_remove" (func $remove (param i32)))
  (import "env" "db_scan" (func $scan (param i32 i32 i32) (result i32)))
  (import "env" "db_next" (func $next (param i32) (result i32)))
  (import "env" "query_chain" (func $ask (param i32) (result i32)))
"#;

fn module(functions: &str) -> Vec<u8> {
    let text = format!("(module {IMPORTS} {COMMON} {functions})");
    wat::parse_str(&text).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

pub fn puppet() -> Vec<u8> {
    module(
        r#"
  (func (export "instantiate") (param $env i32) (param $info i32) (param $msg i32) (result i32)
    (call $write (i32.const 700) (local.get $msg)) (i32.const 512))
  (func (export "execute") (param $env i32) (param $info i32) (param $msg i32) (result i32)
    (call $write (i32.const 640) (local.get $msg)) (local.get $msg))
  (func (export "reply") (param $env i32) (param $msg i32) (result i32)
    (call $write (i32.const 760) (local.get $msg)) (call $read (i32.const 700)))
  (func (export "migrate") (param $env i32) (param $msg i32) (result i32)
    (call $write (i32.const 640) (local.get $msg)) (i32.const 512))
  (func (export "query") (param $env i32) (param $msg i32) (result i32) (local.get $msg))
"#,
    )
}

pub fn asker() -> Vec<u8> {
    module(
        r#"
  (func (export "instantiate") (param $env i32) (param $info i32) (param $msg i32) (result i32) (i32.const 512))
  (func (export "execute") (param $env i32) (param $info i32) (param $msg i32) (result i32)
    (call $write (i32.const 820) (call $ask (local.get $msg)))
    (call $write (i32.const 640) (local.get $env)) (i32.const 512))
"#,
    )
}

/// A subscriber: `sudo` writes `env` under `last` so many times and answers with its script; `execute` keeps its message
/// as the script; `instantiate` likewise.
pub fn ticker(writes: u32) -> Vec<u8> {
    let write = "(call $write (i32.const 640) (local.get $env))".repeat(writes as usize);
    module(&format!(
        r#"
  (func (export "instantiate") (param $env i32) (param $info i32) (param $msg i32) (result i32)
    (call $write (i32.const 700) (local.get $msg)) (i32.const 512))
  (func (export "execute") (param $env i32) (param $info i32) (param $msg i32) (result i32)
    (call $write (i32.const 700) (local.get $msg)) (i32.const 512))
  (func (export "sudo") (param $env i32) (param $msg i32) (result i32)
    (call $write (i32.const 820) (local.get $msg)) {write} (call $read (i32.const 700)))
"#
    ))
}

/// A contract whose `execute` is `body`; `more` are further functions.
pub fn with_body(body: &str, more: &str) -> Vec<u8> {
    module(&format!(
        r#"
  {more}
  (func (export "instantiate") (param $env i32) (param $info i32) (param $msg i32) (result i32) (i32.const 512))
  (func $execute (export "execute") (param $env i32) (param $info i32) (param $msg i32) (result i32)
    (local $i i32) (local $r i32)
    {body})
  (func (export "query") (param $env i32) (param $msg i32) (result i32)
    (call $execute (local.get $env) (local.get $env) (local.get $msg)))
"#
    ))
}

/// A response without anything.
pub const NOTHING: &str = r#"{"ok":{"messages":[],"attributes":[],"events":[],"data":null}}"#;
