//! Serves a chain of canned answers until its input ends: for trying clients without a node.
//!
//! `cargo run -p mycel-rpc --example canned_node` prints the address on the first line.
#[path = "../tests/canned/mod.rs"]
mod canned;

use std::io::Read;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let chain = canned::Chain::with_blocks();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    tokio::spawn(chain.clone().run());
    let input_ends = async {
        let read = || std::io::stdin().read_to_end(&mut vec![]);
        let _ = tokio::task::spawn_blocking(read).await;
    };
    mycel_rpc::serve(listener, chain, Default::default(), input_ends).await
}
