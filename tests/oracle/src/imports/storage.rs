//! `db_*`.

use std::fmt::Write;

use super::{Builder, Case, answer};

pub fn storage() -> Vec<Case> {
    let storage = || {
        Builder::new()
            .import("db_read", 1, "i32")
            .import("db_write", 2, "")
            .import("db_remove", 1, "")
            .import("db_scan", 3, "i32")
            .import("db_next", 1, "i32")
            .import("db_next_key", 1, "i32")
            .import("db_next_value", 1, "i32")
    };
    let mut all = Vec::new();
    let mut b = storage();
    let (key, value) = (b.region(b"key"), b.region(b"some value"));
    let body = format!(
        "(call $db_write {key} {value}) {}",
        answer(&format!("(call $db_read {key})"))
    );
    all.push(b.build("db_write, db_read", &body));

    let mut b = storage();
    let key = b.region(b"key");
    all.push(b.build(
        "db_read of nothing",
        &answer(&format!("(call $db_read {key})")),
    ));

    let mut b = storage();
    let (key, value) = (b.region(b"key"), b.region(b""));
    let body = format!(
        "(call $db_write {key} {value}) {}",
        answer(&format!("(call $db_read {key})"))
    );
    all.push(b.build("db_write of an empty value", &body));

    let mut b = storage();
    let (key, value) = (b.region(b"key"), b.region(b"some value"));
    let body = format!(
        "(call $db_write {key} {value}) (call $db_remove {key}) (call $db_remove {key}) {}",
        answer(&format!("(call $db_read {key})"))
    );
    all.push(b.build("db_remove", &body));

    for (name, key_length, value_length) in [
        ("db_write at its limits", 64 << 10, 128 << 10),
        ("db_write of a long key", (64 << 10) + 1, 1),
        ("db_write of a long value", 1, (128 << 10) + 1),
    ] {
        let mut b = storage();
        // Zeros need no data segment.
        let key = b.region_of(&[], key_length);
        let value = b.region_of(&[], value_length);
        let body = format!(
            "(i32.store offset=8 {key} (i32.const {key_length})) (i32.store offset=8 {value} (i32.const {value_length}))
             (call $db_write {key} {value}) (i32.const 512)"
        );
        all.push(b.build(name, &body));
    }

    for (name, order, start, end) in [
        ("ascending", 1, None, None),
        ("descending", 2, None, None),
        ("bounded", 1, Some("b"), Some("c")),
        ("bounded and descending", 2, Some("a"), Some("c")),
        ("empty", 1, Some("c"), Some("a")),
        ("in no order", 3, None, None),
    ] {
        for step in ["db_next", "db_next_key", "db_next_value"] {
            let mut b = storage();
            let mut body = String::new();
            for key in ["a", "b", "c"] {
                let value = b.region(format!("value of {key}").as_bytes());
                let key = b.region(key.as_bytes());
                let _ = write!(body, "(call $db_write {key} {value}) ");
            }
            let mut bound = |bound: Option<&str>| match bound {
                Some(key) => b.region(key.as_bytes()),
                None => "(i32.const 0)".to_owned(),
            };
            let (start, end) = (bound(start), bound(end));
            let _ = write!(
                body,
                "(local.set $p (call $db_scan {start} {end} (i32.const {order})))
                 (drop (call ${step} (local.get $p))) {}",
                answer(&format!("(call ${step} (local.get $p))"))
            );
            all.push(b.build(&format!("db_scan {name}, {step} twice"), &body));
        }
    }
    let b = storage();
    all.push(b.build(
        "db_next of no cursor",
        &answer("(call $db_next (i32.const 1))"),
    ));
    let b = storage();
    let body = "(local.set $p (call $db_scan (i32.const 0) (i32.const 0) (i32.const 1)))
        (call $db_next (local.get $p))";
    all.push(b.build("db_next at the end", body));
    all
}
