//! What the built contracts say about themselves.

use mycel_economy::codes::wasm;
use mycel_kit::manifest::Manifest;

#[test]
fn every_built_contract_names_its_standard() {
    for standard in [
        "mycel-credit",
        "mycel-members",
        "mycel-clearing",
        "mycel-sortition",
        "mycel-assembly",
        "mycel-commons",
        "mycel-funding",
    ] {
        let wasm = wasm(&standard.replace('-', "_"));
        let manifest = Manifest::read(&wasm).unwrap().expect("a manifest");
        assert_eq!(manifest.standard, standard);
        assert_eq!(manifest.variant, None);
        assert!(manifest.parameters.is_empty() && manifest.policies.is_empty());
        assert_eq!(manifest.lockfile.len(), 64);
    }
}
