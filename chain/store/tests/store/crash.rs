//! A process killed at any instant leaves whole blocks, and none that it acknowledged is lost.
use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use mycel_store::{Config, Delta, RedbStore, Store};

use crate::chain::{Map, Rng, advance, apply, assert_state, tip, with_sentinel};

const DIR: &str = "MYCEL_STORE_CRASH_DIR";

fn config() -> Config {
    Config {
        window: Some(3),
        ..Config::default()
    }
}

fn block(height: u64) -> Delta {
    Rng(height).delta(120, 90)
}

#[test]
#[ignore = "the process that the next test kills"]
fn writes_until_it_is_killed() {
    let Ok(dir) = std::env::var(DIR) else { return };
    let chain = RedbStore::open(Path::new(&dir), config()).expect("open");
    loop {
        let height = chain.durable().map_or(0, |height| height + 1);
        advance(&chain, &tip(&chain), block(height));
        println!("height={height}");
        std::io::stdout().flush().expect("the parent listens");
    }
}

#[test]
fn killed_at_any_instant_it_reopens_to_a_whole_acknowledged_block() {
    let seed = 31;
    println!("seed={seed}");
    let mut rng = Rng(seed);
    let dir = tempfile::tempdir().expect("dir");
    let mut reached = 0;
    for round in 0..8 {
        let mut child = Command::new(std::env::current_exe().expect("this binary"))
            .args([
                "--exact",
                "crash::writes_until_it_is_killed",
                "--ignored",
                "--nocapture",
            ])
            .env(DIR, dir.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("spawn");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut acknowledged = None;
        let listener = std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if let Some((_, height)) = line.split_once("height=") {
                    acknowledged = height.parse::<u64>().ok();
                }
            }
            acknowledged
        });
        std::thread::sleep(Duration::from_millis(100 + rng.below(300)));
        child.kill().expect("kill");
        child.wait().expect("wait");
        let acknowledged = listener.join().expect("listener");

        let chain = RedbStore::open(dir.path(), config()).expect("reopen");
        chain.verify().expect("sound");
        assert!(chain.durable() >= acknowledged, "round={round}");
        if let Some(height) = chain.durable() {
            let mut map = with_sentinel(Map::new());
            for height in 0..=height {
                apply(&mut map, &block(height));
            }
            assert_state(&tip(&chain), &map);
            let results = chain.outcome(height).expect("read").expect("kept");
            assert_eq!(Some(results.app_hash), chain.tip().map(|tip| tip.app_hash));
            reached = height;
        }
    }
    assert!(reached > 8, "reached={reached}");
}
