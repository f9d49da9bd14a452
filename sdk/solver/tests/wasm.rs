//! The solver compiled to Wasm, in the engine of browsers.
#[allow(dead_code, reason = "its main is for other machines")]
#[path = "../examples/bytes.rs"]
mod bytes;

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

const WASM: &str = "wasm32-unknown-unknown";

/// The example, which traps unless it finds the bytes that it was compiled with.
fn compiled(expected: &str, target: &Path) -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    // features of the whole workspace would pull sockets and a browser's imports into Wasm
    cargo
        .env_remove("CARGO_UNSTABLE_FEATURE_UNIFICATION")
        .env_remove("CARGO_RESOLVER_FEATURE_UNIFICATION")
        .env("MYCEL_SOLVER_BYTES", expected)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["build", "--quiet", "--release", "--package", "mycel-solver"])
        .args(["--example", "bytes", "--target", WASM, "--target-dir"])
        .arg(target);
    let output = run(&mut cargo, "cargo");
    let why = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{why}\nif the target is missing: rustup target add {WASM}"
    );
    target.join(WASM).join("release/examples/bytes.wasm")
}

fn run(command: &mut Command, needs: &str) -> Output {
    command
        .output()
        .unwrap_or_else(|why| panic!("{why}: this needs {needs} on the path"))
}

/// What node says to the module's `main`.
fn played(module: &Path) -> Output {
    const PLAY: &str = "WebAssembly.instantiate(require('fs').readFileSync(process.argv[1]), {})\
                        .then(({ instance }) => instance.exports.main(0, 0))";
    run(Command::new("node").args(["-e", PLAY]).arg(module), "node")
}

#[test]
fn a_solve_in_wasm_gives_the_bytes_of_a_native_one() {
    // <target>/<profile>/deps/this, so that the module is built where everything else is
    let this = std::env::current_exe().expect("a path");
    let target = this.ancestors().nth(3).expect("a target folder");
    let native = bytes::bytes();
    let right = played(&compiled(&format!("{native:016x}"), target));
    let why = String::from_utf8_lossy(&right.stderr);
    assert!(right.status.success(), "{why}");
    // and it would have said so
    let wrong = played(&compiled(&format!("{:016x}", native ^ 1), target));
    assert!(!wrong.status.success());
    let why = String::from_utf8_lossy(&wrong.stderr);
    assert!(why.contains("unreachable"), "{why}");
}
