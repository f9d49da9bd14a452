//! Builds every contract to Wasm, the same bytes from any checkout.
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{Outcome, cargo, manifest};

/// The target of contracts and of the wallet's core.
pub const WASM: &str = "wasm32-unknown-unknown";
/// Packages that are contracts; the artifact's name is the package's with underscores.
const CONTRACTS: &[&str] = &[
    "mycel-assembly",
    "mycel-clearing",
    "mycel-commons",
    "mycel-credit",
    "mycel-funding",
    "mycel-members",
    "mycel-sortition",
    "mycel-trust",
];
/// More than this is a sign of a dependency that does not belong into a contract.
const MAX_WASM: u64 = 1_600 * 1024;

/// Builds all contracts; returns the folder with the `.wasm` files.
pub fn build() -> Outcome<PathBuf> {
    ensure_target()?;
    let target = cargo::target_dir();
    let mut command = Command::new(cargo::bin());
    selected_features(&mut command)
        .current_dir(cargo::root())
        .args(["build", "--quiet", "--lib", "--profile", "contract"])
        .args(["--target", WASM]);
    for package in CONTRACTS {
        command.args(["-p", package]);
    }
    cargo::run(command.env("CARGO_ENCODED_RUSTFLAGS", remapped_paths()))?;
    let folder = target.join("contracts");
    fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    for package in CONTRACTS {
        let file = format!("{}.wasm", package.replace('-', "_"));
        let built = target.join(WASM).join("contract").join(&file);
        let shipped = folder.join(&file);
        fs::copy(&built, &shipped).map_err(|e| format!("{}: {e}", built.display()))?;
        let source = package.replacen("mycel-", "contracts/", 1);
        manifest::append(&shipped, package, &source)?;
        let bytes = fs::metadata(&shipped)
            .map_err(|e| format!("{}: {e}", shipped.display()))?
            .len();
        eprintln!("{package}: {file} ({} KiB)", bytes.div_ceil(1024));
        if bytes > MAX_WASM {
            return Err(format!("{package} is larger than {} KiB", MAX_WASM / 1024));
        }
    }
    Ok(folder)
}

/// Builds one contract for size instead of gas, for outside chains that take no larger one. Apart from the ordinary
/// artifacts, which it would otherwise replace.
pub fn small(package: &str) -> Outcome<PathBuf> {
    ensure_target()?;
    let target = cargo::target_dir().join("peers").join("small");
    let mut command = Command::new(cargo::bin());
    selected_features(&mut command)
        .current_dir(cargo::root())
        .args(["build", "--quiet", "--lib", "--profile", "contract"])
        .args(["--target", WASM, "-p", package])
        .arg("--target-dir")
        .arg(&target)
        .env("CARGO_PROFILE_CONTRACT_OPT_LEVEL", "z")
        .env("CARGO_ENCODED_RUSTFLAGS", remapped_paths());
    cargo::run(&mut command)?;
    let file = format!("{}.wasm", package.replace('-', "_"));
    Ok(target.join(WASM).join("contract").join(file))
}

/// Features of the whole workspace would pull sockets and a browser's imports into Wasm, so the person's own setting
/// of cargo's feature unification must not reach these builds.
pub fn selected_features(command: &mut Command) -> &mut Command {
    command
        .env_remove("CARGO_UNSTABLE_FEATURE_UNIFICATION")
        .env_remove("CARGO_RESOLVER_FEATURE_UNIFICATION")
}

/// Paths must not leak into the artifact: same source, same hash on any checkout.
fn remapped_paths() -> String {
    let home = env::var("CARGO_HOME")
        .or_else(|_| env::var("HOME").map(|home| home + "/.cargo"))
        .unwrap_or_default();
    [
        format!("--remap-path-prefix={}=/mycel", cargo::root().display()),
        format!("--remap-path-prefix={home}=/cargo"),
    ]
    .join("\u{1f}")
}

/// Installs the Wasm target only where it is missing.
pub fn ensure_target() -> Outcome {
    if has_target()? {
        return Ok(());
    }
    eprintln!("xtask: installing the Rust target {WASM}");
    let mut command = Command::new("rustup");
    command
        .args(["target", "add", WASM])
        .current_dir(cargo::root());
    cargo::run(&mut command).map_err(|e| {
        format!("{e}\nthis Rust has no {WASM}: install rustup (https://rustup.rs) and try again")
    })
}

fn has_target() -> Outcome<bool> {
    let output = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", WASM])
        .current_dir(cargo::root())
        .output()
        .map_err(|e| format!("rustc: {e}; install rustup (https://rustup.rs)"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    // the folder may exist without the standard library, so look for libcore
    Ok(fs::read_dir(Path::new(text.trim())).is_ok_and(|folder| {
        folder
            .flatten()
            .any(|file| file.file_name().to_string_lossy().starts_with("libcore-"))
    }))
}
