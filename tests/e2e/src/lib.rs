//! What whole-system tests share: the built binary, the data folder, a town in a folder of its own.
//!
//! Every test here runs the real `mycel` binary, real sockets on loopback and the compiled contracts. Nothing
//! outlives its test: a [`Town`] is killed when it is dropped.
#![forbid(unsafe_code)]

pub mod circle;
pub mod civic;
pub mod liar;
pub mod network;
pub mod power;
pub mod readme;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

/// How long a town may take to stand, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(480);

/// The folder that cargo builds into.
fn target() -> PathBuf {
    let test = env::current_exe().expect("a test knows its own path");
    let folder = test.parent().and_then(Path::parent);
    folder
        .expect("tests lie in target/<profile>/deps")
        .to_path_buf()
}

/// The `mycel` binary that belongs to these tests.
pub fn binary() -> PathBuf {
    let path = env::var_os("MYCEL_BIN").map_or_else(|| target().join("mycel"), PathBuf::from);
    assert!(
        path.exists(),
        "{} is missing: run `cargo xtask test`",
        path.display()
    );
    path
}

/// The folder of compiled contracts.
pub fn contracts() -> PathBuf {
    let path = env::var_os("MYCEL_CONTRACTS").map_or_else(
        || {
            target()
                .parent()
                .expect("profiles lie in target")
                .join("contracts")
        },
        PathBuf::from,
    );
    assert!(
        path.exists(),
        "{} is missing: run `cargo xtask contracts`",
        path.display()
    );
    path
}

/// The repository's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Runs `mycel` with these arguments to its end.
pub fn mycel<I: IntoIterator<Item = S>, S: AsRef<std::ffi::OsStr>>(args: I) -> Output {
    Command::new(binary())
        .args(args)
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs")
}

/// The JSON that a successful command printed.
pub fn json(output: &Output) -> Value {
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(
        output.status.success(),
        "{:?}\n{stdout}\n{stderr}",
        output.status
    );
    serde_json::from_str(&stdout).unwrap_or_else(|e| panic!("{e}: {stdout}\n{stderr}"))
}

/// Bytes as text.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A town that stays up until it is dropped.
pub struct Town {
    child: Child,
    dir: TempDir,
}

impl Town {
    /// Starts `mycel up` with these further arguments; returns when the town stands. Without `--obligations`
    /// nobody owes anything, and no clearing round is awaited; without `--seats` nothing is drawn and decided.
    pub fn start(args: &[&str]) -> Self {
        let mut nothing = vec![];
        for option in ["--obligations", "--seats"] {
            if !args.contains(&option) {
                nothing.extend([option, "0"]);
            }
        }
        let dir = tempfile::tempdir().expect("a temporary folder");
        let log = fs::File::create(dir.path().join("up.log")).expect("a log");
        let child = Command::new(binary())
            .args(["up", "--dir"])
            .arg(dir.path().join("net"))
            .arg("--contracts")
            .arg(contracts())
            .args(args)
            .args(nothing)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("the binary runs");
        let mut town = Self { child, dir };
        let start = Instant::now();
        while !town.dir().join("network.json").exists() {
            let ended = town.child.try_wait().expect("a child can be asked");
            assert!(
                ended.is_none() && start.elapsed() < PATIENCE,
                "the town does not stand: {}",
                fs::read_to_string(town.dir.path().join("up.log")).unwrap_or_default()
            );
            sleep(Duration::from_millis(50));
        }
        town
    }

    /// The network's folder, which is also the home of its wallets.
    pub fn dir(&self) -> PathBuf {
        self.dir.path().join("net")
    }

    /// What `network.json` says.
    pub fn network(&self) -> Value {
        let text = fs::read_to_string(self.dir().join("network.json")).expect("it was awaited");
        serde_json::from_str(&text).expect("it is JSON")
    }

    /// The RPC of node `i`.
    pub fn url(&self, i: usize) -> String {
        self.network()["rpc"][i].as_str().expect("a URL").to_owned()
    }

    /// Runs a command in this town's home.
    pub fn mycel(&self, args: &[&str]) -> Output {
        let home = self.dir();
        let home = home.to_str().expect("temporary folders are UTF-8");
        mycel(["--home", home].iter().chain(args))
    }

    /// What `mycel up` said so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("up.log")).unwrap_or_default()
    }

    /// Ends the town; its folder stays until the value is dropped.
    pub fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        self.stop();
    }
}
