//! Contracts that tests write as WebAssembly text: the part that every contract must have.

/// Builds a contract: memory of `pages`, the region of a good answer at 512, `interface_version_8`, `allocate` and
/// `deallocate` (which frees nothing), between `before` (types, imports) and `after` (data, functions). Data of the
/// contract's own lies from 640 to 4095.
///
/// # Panics
/// The text is no WebAssembly.
#[must_use]
pub fn contract(before: &str, pages: u32, answer: &str, after: &str) -> Vec<u8> {
    let (length, answer) = (answer.len(), answer.replace('"', "\\\""));
    assert!(length < 0x60, "a short answer");
    let text = format!(
        r#"(module
  {before}
  (memory (export "memory") {pages})
  (global $heap (mut i32) (i32.const 4096))
  (data (i32.const 512) "\0c\02\00\00\60\00\00\00\{length:02x}\00\00\00{answer}")
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
  {after})"#
    );
    wat::parse_str(&text).unwrap_or_else(|why| panic!("{why}\n{text}"))
}
