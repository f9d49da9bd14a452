//! `mycel node start`: runs the node of a folder until it is told to stop, or must.
use std::io;

use mycel_engine::{CrashPoint, CrashPoints};
use mycel_node::{Ended, Home, NodeError, Running};
use mycel_types::Halt;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use crate::{
    args::Globals,
    exit::{Exit, Exits},
};

/// Why the node does not run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The node.
    #[error(transparent)]
    Node(#[from] NodeError),
    /// No folder was named.
    #[error("which node? name its folder with --home DIR; `mycel up --dir DIR` makes some")]
    NoHome,
    /// The crash point of a test.
    #[error("MYCEL_CRASH_AT: {0}")]
    CrashPoint(String),
    /// No threads or no signals.
    #[error("{0}; free some memory and try again")]
    System(#[from] io::Error),
}

impl Exits for Error {
    fn exit(&self) -> Exit {
        match self {
            Self::Node(NodeError::Halt(Halt::Upgrade { .. })) => Exit::Upgrade,
            Self::Node(NodeError::Halt(Halt::Diverged(_))) => Exit::Violated,
            _ => Exit::Usage,
        }
    }
}

/// Runs until SIGINT or SIGTERM, or until going on would be wrong.
pub fn run(globals: &Globals) -> Result<(), Error> {
    let filter =
        EnvFilter::try_from_env("MYCEL_LOG").unwrap_or_else(|_| EnvFilter::new("warn,mycel=info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .init();
    let home = Home::new(globals.home.clone().ok_or(Error::NoHome)?);
    let crash = crash_points()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .thread_name("node")
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let (mut interrupt, mut terminate) = (
            signal(SignalKind::interrupt())?,
            signal(SignalKind::terminate())?,
        );
        let mut node = Running::start_with(&home, crash).await?;
        tokio::select! {
            ended = node.ended() => match ended {
                Ended::Stopped => Ok(()),
                Ended::Failed(error) => Err(error.into()),
            },
            _ = interrupt.recv() => { node.stop().await; Ok(()) }
            _ = terminate.recv() => { node.stop().await; Ok(()) }
        }
    })
}

/// Tests kill a node at a named point, optionally from a height on: `block-stored` or `block-stored@12`.
fn crash_points() -> Result<CrashPoints, Error> {
    let Ok(text) = std::env::var("MYCEL_CRASH_AT") else {
        return Ok(CrashPoints::none());
    };
    let (name, height) = text.split_once('@').unwrap_or((&text, "0"));
    let point: CrashPoint = name.parse().map_err(Error::CrashPoint)?;
    let height = height
        .parse()
        .map_err(|_| Error::CrashPoint(format!("height={height}")))?;
    Ok(CrashPoints::call(move |here, at| {
        if here == point && at >= height {
            kill_self();
        }
    }))
}

/// SIGKILL, as from outside: nothing is flushed, nothing unwinds. Comes back only if the system has no `kill`.
fn kill_self() {
    let me = std::process::id().to_string();
    if std::process::Command::new("kill")
        .args(["-KILL", &me])
        .status()
        .is_err()
    {
        std::process::abort();
    }
}
