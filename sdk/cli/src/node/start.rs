//! `mycel node start`: runs the node of a folder until it is told to stop, or must.
use std::io;

use mycel_engine::{CrashPoint, CrashPoints};
use mycel_node::{Ended, Home, Running};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use crate::{args::Globals, exit::Failure};

/// Runs until SIGINT or SIGTERM, or until going on would be wrong.
pub fn run(globals: &Globals) -> Result<(), Failure> {
    let filter =
        EnvFilter::try_from_env("MYCEL_LOG").unwrap_or_else(|_| EnvFilter::new("warn,mycel=info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .init();
    let home = Home::new(globals.home.clone().ok_or_else(|| {
        Failure::Usage(
            "which node? name its folder with --home DIR; `mycel up --dir DIR` makes some".into(),
        )
    })?);
    let crash = crash_points()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .thread_name("node")
        .enable_all()
        .build()
        .map_err(system)?;
    runtime.block_on(async {
        let (mut interrupt, mut terminate) = (
            signal(SignalKind::interrupt()).map_err(system)?,
            signal(SignalKind::terminate()).map_err(system)?,
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
fn crash_points() -> Result<CrashPoints, Failure> {
    let Ok(text) = std::env::var("MYCEL_CRASH_AT") else {
        return Ok(CrashPoints::none());
    };
    let wrong = |story: String| Failure::Usage(format!("MYCEL_CRASH_AT: {story}"));
    let (name, height) = text.split_once('@').unwrap_or((&text, "0"));
    let point: CrashPoint = name.parse().map_err(wrong)?;
    let height = height
        .parse()
        .map_err(|_| wrong(format!("height={height}")))?;
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

fn system(error: io::Error) -> Failure {
    Failure::Usage(format!("{error}; free some memory and try again"))
}
