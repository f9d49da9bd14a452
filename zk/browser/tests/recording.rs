//! What `cargo xtask peers browser` saw in a real browser.
use std::{fs, path::Path};

use mycel_ceremony::development;
use mycel_circuits::Kind;
use serde_json::Value;

fn seen() -> Value {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/peers/recordings/browser.json");
    let text = fs::read_to_string(&file).expect("run `cargo xtask peers browser`");
    serde_json::from_str(&text).unwrap()
}

fn number(seen: &Value, name: &str) -> f64 {
    seen[name]
        .as_f64()
        .unwrap_or_else(|| panic!("{name}: {seen}"))
}

fn words<'a>(seen: &'a Value, name: &str) -> &'a str {
    seen[name]
        .as_str()
        .unwrap_or_else(|| panic!("{name}: {seen}"))
}

#[test]
fn a_real_browser_proved_a_show_within_three_seconds() {
    let seen = seen();
    assert!(words(&seen, "browser").starts_with("Chromium "));
    let show = &seen["circuits"]["show"];
    assert!(number(show, "ms_least") <= 3000.0);
    assert!(number(show, "ms_least") <= number(show, "ms_middle"));
    // as `KEY_BYTES` says
    assert!((10e6..11e6).contains(&number(show, "key_bytes")));
    assert!(number(show, "memory_bytes") < 256e6);
    assert_eq!(seen["verified_outside"], true);
    assert!(words(&seen, "refuses_another_key").contains("digest"));
    assert!(!words(&seen, "stops_when_told").is_empty());
    assert!(words(&seen, "names_a_missing_field").contains("scope is missing"));
}

#[test]
fn a_real_browser_proved_every_circuit_with_the_keys_of_today() {
    let seen = seen();
    for kind in Kind::ALL {
        let circuit = &seen["circuits"][kind.name()];
        let digest = development::key(kind)
            .zkey
            .map(|byte| format!("{byte:02x}"));
        assert_eq!(
            words(circuit, "key_digest"),
            digest.concat(),
            "{kind}: the key has changed since; run `cargo xtask peers browser`"
        );
        assert!(number(circuit, "proofs") >= 3.0, "{kind}");
        let show = number(&seen["circuits"]["show"], "key_bytes");
        assert!(number(circuit, "key_bytes") <= show, "{kind}");
    }
}
