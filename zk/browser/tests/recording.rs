//! What `cargo xtask peers browser` saw in a real browser.
use std::{fs, path::Path};

use serde_json::Value;

#[test]
fn a_real_browser_proved_a_show_within_three_seconds() {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/peers/recordings/browser.json");
    let text = fs::read_to_string(&file).expect("run `cargo xtask peers browser`");
    let seen: Value = serde_json::from_str(&text).unwrap();
    let number = |name: &str| {
        seen[name]
            .as_f64()
            .unwrap_or_else(|| panic!("{name}: {seen}"))
    };
    let words = |name: &str| {
        seen[name]
            .as_str()
            .unwrap_or_else(|| panic!("{name}: {seen}"))
    };
    assert!(words("browser").starts_with("Chromium "));
    assert!(number("show_ms_least") <= 3000.0);
    assert!(number("show_ms_least") <= number("show_ms_middle"));
    assert!(number("proofs") >= 3.0);
    assert!(number("key_bytes") > 1e6 && number("memory_bytes") < 256e6);
    assert_eq!(seen["verified_outside"], true);
    assert!(words("refuses_another_key").contains("digest"));
    assert!(!words("stops_when_told").is_empty());
}
