//! Writes random valid instances for `cargo xtask peers browser`, as `mycel zk example` writes instance.json.
//!
//! ```text
//! instance CIRCUIT COUNT DIR      instance-1.json … instance-COUNT.json
//! ```
use std::{error::Error, fs, path::Path};

use mycel_circuits::Instance;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [circuit, count, folder] = &args[..] else {
        return Err("instance CIRCUIT COUNT DIR".into());
    };
    for seed in 1..=count.parse()? {
        let instance = Instance::example(circuit.parse()?, seed);
        let text = serde_json::to_string_pretty(&instance.json())?;
        fs::write(
            Path::new(folder).join(format!("instance-{seed}.json")),
            text,
        )?;
    }
    Ok(())
}
