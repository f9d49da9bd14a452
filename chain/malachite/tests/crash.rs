//! A validator that is killed between two durable steps. The test starts itself as a child process, which aborts.
mod support;

use std::{path::Path, process::Command};

use mycel_engine::{
    CrashPoint, CrashPoints,
    host::HostConfig,
    sign::{FileSigner, Step},
};
use support::{Net, tx};

const DIR: &str = "MYCEL_CRASH_TEST_DIR";
const POINT: &str = "MYCEL_CRASH_TEST_POINT";
const CRASH_AT: u64 = 4;

/// The child: one validator on the given directory. It aborts at the given point, or reaches three blocks more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let Some(dir) = support::told(DIR) else {
        return;
    };
    let mut net = Net::new("crash", 1);
    net.host = HostConfig {
        idle_millis: 0,
        ..HostConfig::default()
    };
    net.settle(Path::new(&dir));
    let crash = match support::told(POINT) {
        Some(point) => CrashPoints::abort_at(point.parse().unwrap(), CRASH_AT),
        None => CrashPoints::none(),
    };
    let mut node = net.start_with(0, crash);
    node.up().await;
    // the mock's state is gone with the process: the node executes all its blocks again
    if node.app.value("k").is_none() {
        assert!(node.submit(tx("ada", 0, "k=v")).outcome.ok());
    }
    node.reach(CRASH_AT + 3).await;
    node.committed("k", "v").await;
    let (top, value) = (node.at(), node.blocks.block(CRASH_AT).unwrap().unwrap());
    println!("CHILD height={top} block={}", value.header.hash());
    node.stop().await.unwrap();
}

fn run(dir: &Path, point: Option<CrashPoint>) -> (bool, String) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["child", "--exact", "--nocapture"])
        .env(DIR, dir)
        .env("RUST_BACKTRACE", "0");
    if let Some(point) = point {
        command.env(POINT, point.name());
    }
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    (output.status.success(), text)
}

#[test]
fn a_validator_that_is_killed_at_any_point_goes_on_where_it_was() {
    for point in CrashPoint::ALL {
        let dir = tempfile::tempdir().unwrap();
        let (lived, text) = run(dir.path(), Some(point));
        assert!(!lived, "it was not killed at {point}: {text}");
        let key = mycel_engine::development::keys(1).remove(0);
        let last = FileSigner::open(dir.path().join("node0/sign"), key)
            .unwrap()
            .last()
            .unwrap();
        // what was signed before the crash is remembered, so that nothing else is signed in its place
        let expected = match point {
            CrashPoint::UndecidedStored => (CRASH_AT - 1, Step::Precommit),
            CrashPoint::WalWritten => (CRASH_AT, Step::Proposal),
            _ => (CRASH_AT, Step::Precommit),
        };
        let seen = (last.height, last.step);
        assert!(
            seen >= expected,
            "{point}: signed={seen:?} expected={expected:?}"
        );
        let (lived, text) = run(dir.path(), None);
        assert!(lived, "it does not go on after {point}: {text}");
        let (lived, again) = run(dir.path(), None);
        assert!(lived, "it does not go on after {point}: {again}");
        let block = |text: &str| {
            let line = text.lines().find(|l| l.contains("CHILD")).unwrap_or("");
            line.split("block=").nth(1).map(str::to_owned)
        };
        assert!(block(&text).is_some());
        assert_eq!(
            block(&text),
            block(&again),
            "the chain stays the same after {point}"
        );
        println!("killed at {point}: goes on");
    }
}
