//! Nodes as operating-system processes of their own, stopped when their owner is.
use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use crate::{Home, NodeError};

/// A node in a process of its own. Dropping it kills the process.
pub struct Process {
    home: Home,
    child: Child,
}

impl Process {
    /// Starts `binary node start --home …`; its log goes to `data/log`. `env` is added to its environment.
    pub fn start(binary: &Path, home: &Home, env: &[(&str, &str)]) -> Result<Self, NodeError> {
        let log = home.data().join("log");
        let file = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&log)
            .map_err(|e| NodeError::io(&log, e))?;
        let child = Command::new(binary)
            .args(["node", "start", "--home"])
            .arg(home.path())
            .envs(env.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(file)
            .spawn()
            .map_err(|e| NodeError::io(binary, e))?;
        Ok(Self {
            home: home.clone(),
            child,
        })
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The node's folder.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// Kills the process at once, as a power cut would, and waits until it is gone.
    pub fn kill(mut self) {
        self.end();
    }

    /// Whether the process ended by itself.
    pub fn has_ended(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)))
    }

    /// Waits at most `patience` for the process to end by itself.
    pub fn ended_within(&mut self, patience: Duration) -> bool {
        let steps = patience.as_millis() / 20;
        (0..=steps).any(|_| {
            self.has_ended() || {
                std::thread::sleep(Duration::from_millis(20));
                false
            }
        })
    }

    fn end(&mut self) {
        // it may be gone already, and then there is nothing to do
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}
