//! Regions that lie, and traps.

use std::fmt::Write;

use super::{Builder, Case, answer};

pub fn regions() -> Vec<Case> {
    let mut all = Vec::new();
    for (name, words, pointer) in [
        ("good", [2_000u32, 3, 3], 1_024u32),
        ("empty", [2_000, 0, 0], 1_024),
        ("with offset 0", [0, 3, 3], 1_024),
        ("longer than its capacity", [2_000, 3, 4], 1_024),
        ("beyond the address space", [u32::MAX - 1, 3, 3], 1_024),
        ("beyond memory", [64 << 16, 3, 3], 1_024),
        ("up to the end of memory", [(64 << 16) - 3, 3, 3], 1_024),
        ("larger than 8 MB", [2_000, 9_000_000, 9_000_000], 1_024),
        ("at the end of memory", [2_000, 3, 3], (64 << 16) - 11),
        ("outside of memory", [2_000, 3, 3], u32::MAX),
    ] {
        let hex: String = words
            .iter()
            .flat_map(|w| w.to_le_bytes())
            .map(|b| format!("\\{b:02x}"))
            .collect();
        let mut b = Builder::new().import("db_read", 1, "i32");
        let _ = writeln!(b.data, "(data (i32.const 1024) \"{hex}\")");
        let body = answer(&format!("(call $db_read (i32.const {}))", pointer as i32));
        all.push(b.build(&format!("region {name}"), &body));
    }
    for result in ["(i32.const 0)", "(i32.const -1)", "(i32.const 4194303)"] {
        all.push(Builder::new().build(&format!("result {result}"), result));
    }
    all
}

pub fn traps() -> Vec<Case> {
    let mut all = Vec::new();
    for body in [
        "unreachable",
        "(nop) (nop) (block) (nop) unreachable",
        "(i32.div_u (i32.const 1) (local.get $p))",
        "(i32.div_s (i32.const 0x80000000) (i32.const -1))",
        "(i32.trunc_f64_s (f64.const 1e30))",
        "(i32.trunc_f32_u (f32.const nan))",
        "(i32.load (i32.const -4))",
        "(i64.store (i32.const 4194297) (i64.const 1)) (i32.const 512)",
        "(loop (br 0)) unreachable",
        "(loop (br_if 0 (i32.const 1))) unreachable",
        "(loop (drop (i32.div_u (i32.const 1) (i32.sub (i32.const 9) (local.get $p))))
            (local.set $p (i32.add (local.get $p) (i32.const 1))) (br 0)) unreachable",
        "(drop (memory.grow (i32.const 448))) (drop (memory.grow (i32.const 1))) (i64.store (i32.const 524)
            (i64.extend_i32_u (memory.size))) (i32.const 512)",
    ] {
        let mut case = Builder::new().build(body, body);
        if body.contains("(br") && !body.contains("div") {
            case.script.steps[0].gas_limit = 10_000_000;
        }
        all.push(case);
    }
    all
}
