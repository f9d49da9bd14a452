//! A stand-in for the contract of trust: it refuses proofs that begin with `A` in base64, slot 0 and nullifiers that it
//! has seen.
use mycel_props::module;

const REFUSALS: [(&str, u32); 3] = [
    (r#"{"error":"proof does not verify"}"#, 700),
    (r#"{"error":"slot is too old"}"#, 780),
    (r#"{"error":"nullifier is spent"}"#, 860),
];

pub fn wasm() -> Vec<u8> {
    let mut data = String::from(r#"(data (i32.const 640) "\"proof\":\"A\"slot\":0\"nf\":\"")"#);
    for (text, at) in REFUSALS {
        let (length, start) = (text.len(), at + 12);
        let region: String = [start, length as u32, length as u32]
            .iter()
            .flat_map(|n| n.to_le_bytes())
            .map(|byte| format!("\\{byte:02x}"))
            .collect();
        let text = text.replace('"', "\\\"");
        data.push_str(&format!(r#"(data (i32.const {at}) "{region}{text}")"#));
    }
    let body = r#"
      (func (export "instantiate") (param i32 i32 i32) (result i32) (i32.const 512))
      (func $find (param $at i32) (param $end i32) (param $word i32) (param $n i32) (result i32)
        (local $i i32)
        (block $none (loop $next
          (br_if $none (i32.gt_u (i32.add (local.get $at) (local.get $n)) (local.get $end)))
          (local.set $i (i32.const 0))
          (block $differs (loop $same
            (if (i32.eq (local.get $i) (local.get $n))
              (then (return (i32.add (local.get $at) (local.get $n)))))
            (br_if $differs (i32.ne
              (i32.load8_u (i32.add (local.get $at) (local.get $i)))
              (i32.load8_u (i32.add (local.get $word) (local.get $i)))))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br $same)))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $next)))
        (i32.const 0))
      (func (export "execute") (param i32 i32) (param $msg i32) (result i32)
        (local $from i32) (local $end i32) (local $nf i32)
        (local.set $from (i32.load (local.get $msg)))
        (local.set $end (i32.add (local.get $from) (i32.load offset=8 (local.get $msg))))
        (if (call $find (local.get $from) (local.get $end) (i32.const 640) (i32.const 10))
          (then (return (i32.const 700))))
        (if (call $find (local.get $from) (local.get $end) (i32.const 650) (i32.const 8))
          (then (return (i32.const 780))))
        (local.set $nf (call $find (local.get $from) (local.get $end) (i32.const 658) (i32.const 6)))
        (i32.store (i32.const 1024) (local.get $nf))
        (i32.store (i32.const 1028) (i32.const 64))
        (i32.store (i32.const 1032) (i32.const 64))
        (if (call $read (i32.const 1024)) (then (return (i32.const 860))))
        (call $write (i32.const 1024) (i32.const 1024))
        (i32.const 512))"#;
    let imports = r#"
      (import "env" "db_read" (func $read (param i32) (result i32)))
      (import "env" "db_write" (func $write (param i32 i32)))"#;
    let answer = r#"{"ok":{"messages":[],"attributes":[],"events":[],"data":null}}"#;
    module::contract(imports, 1, answer, &format!("{data}{body}"))
}
