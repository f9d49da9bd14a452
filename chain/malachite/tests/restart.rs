//! Nodes that stop, lag, come back and follow.
mod support;

use std::time::Duration;

use mycel_engine::host::HostConfig;
use support::{Net, agree, tx};
use tokio::time::Instant;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_validator_that_was_away_catches_up_and_votes_again() {
    let mut net = Net::new("away", 4);
    net.host = HostConfig {
        idle_millis: 20,
        ..HostConfig::default()
    };
    let mut nodes = net.start_all();
    for node in &mut nodes {
        node.reach(2).await;
    }
    let away = nodes.pop().unwrap();
    let left = away.stop().await.unwrap().height;
    assert!(nodes[0].submit(tx("ada", 0, "while=away")).outcome.ok());
    // three of four go on; every fourth proposer is missing
    nodes[0].reach(left + 12).await;
    let start = Instant::now();
    let mut back = net.start(3);
    let goal = nodes[0].at();
    back.reach(goal).await;
    println!("caught up {} blocks in {:?}", goal - left, start.elapsed());
    back.committed("while", "away").await;
    // now another one goes: without the returned one there is no quorum
    nodes.remove(0).stop().await.unwrap();
    let at = back.at();
    back.reach(at + 4).await;
    nodes.push(back);
    agree(&nodes, goal);
    for node in nodes {
        node.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_validators_stop_and_start_again_where_they_were() {
    let mut net = Net::new("pause", 4);
    let mut nodes = net.start_all();
    nodes[1].reach(1).await;
    assert!(nodes[1].submit(tx("ada", 0, "before=1")).outcome.ok());
    for node in &nodes {
        node.committed("before", "1").await;
    }
    let mut top = 0;
    for node in nodes {
        top = node.stop().await.unwrap().height.max(top);
    }
    let start = Instant::now();
    let mut nodes = net.start_all();
    assert!(nodes[2].submit(tx("ada", 1, "after=1")).outcome.ok());
    for node in &mut nodes {
        node.reach(top + 1).await;
        node.committed("after", "1").await;
    }
    println!("deciding again {:?} after the start", start.elapsed());
    agree(&nodes, top + 1);
    for node in nodes {
        node.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_without_vote_follows_and_its_transactions_reach_the_validators() {
    let mut net = Net::with("follow", 5, 4);
    let mut nodes: Vec<_> = (0..4).map(|i| net.start(i)).collect();
    nodes[0].reach(3).await;
    let mut follower = net.start(4);
    follower.reach(3).await;
    assert!(follower.submit(tx("bob", 0, "from=follower")).outcome.ok());
    for node in &nodes {
        node.committed("from", "follower").await;
    }
    follower.committed("from", "follower").await;
    nodes.push(follower);
    agree(&nodes, 3);
    for node in nodes {
        node.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_validator_that_joins_by_a_vote_takes_part() {
    let mut net = Net::with("join", 5, 4);
    let mut nodes = net.start_all();
    for node in &mut nodes {
        node.reach(1).await;
    }
    let key = hex::encode(net.keys[4].verification_key().to_bytes());
    assert!(
        nodes[0]
            .submit(tx("ada", 0, &format!("power {key} 10")))
            .outcome
            .ok()
    );
    let start = Instant::now();
    loop {
        let at = nodes[0].at();
        let set = nodes[0].blocks.validators(at).unwrap().unwrap();
        if set.len() == 5 {
            break;
        }
        assert!(
            start.elapsed() < support::PATIENCE,
            "the set did not change"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // four of five are needed now: without one of the old ones the new one must vote
    nodes.remove(0).stop().await.unwrap();
    let at = nodes[0].at();
    assert!(nodes[0].submit(tx("ada", 1, "five=yes")).outcome.ok());
    for node in &mut nodes {
        node.committed("five", "yes").await;
        node.reach(at + 1).await;
    }
    for node in nodes {
        node.stop().await.unwrap();
    }
}
