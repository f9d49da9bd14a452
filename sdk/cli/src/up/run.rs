//! Runs the plan: nodes on threads of their own, the town on others, so that their CPU time is told apart.
use std::{io, path::PathBuf, time::Duration};

use mycel_town::{Plan, Town, cpu, operator, steps};
use tokio::runtime::{Builder, Runtime};

use crate::exit::Failure;

/// How long nodes may take to stop in order.
const STOP: Duration = Duration::from_secs(5);

/// No threads, no temporary folder.
pub fn system(error: io::Error) -> Failure {
    Failure::Usage(format!("{error}; free some memory or disk and try again"))
}

fn runtime(name: &str, workers: usize) -> Result<Runtime, Failure> {
    Builder::new_multi_thread()
        .worker_threads(workers)
        .thread_name(name)
        .enable_all()
        .build()
        .map_err(system)
}

/// Starts the town; with `exit` prints the figures and ends, else stays up until Ctrl-C.
pub fn run(plan: Plan) -> Result<(), Failure> {
    let nodes = runtime("node", 4)?;
    let town = runtime(cpu::CLIENT_THREADS, 2)?;
    // on a worker, not on this thread: only named threads are counted as the clients'
    let handle = nodes.handle().clone();
    let done = town.block_on(async {
        let job = tokio::spawn(async move { job(plan, handle).await });
        job.await.map_err(io::Error::other).map_err(system)?
    });
    town.shutdown_background();
    nodes.shutdown_timeout(STOP);
    done
}

async fn job(plan: Plan, nodes: tokio::runtime::Handle) -> Result<(), Failure> {
    let exit = plan.exit;
    let binary = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("mycel"));
    let mut town = tokio::select! {
        town = Town::start(plan, &nodes) => town?,
        () = asked_to_stop() => return Ok(()),
    };
    if exit {
        town.describe().await?;
        let figures = town.measure().await?;
        town.stop().await;
        eprintln!("\n{}", steps::table(&figures.setup));
        if let Some(cleared) = &figures.clearing {
            eprintln!("{}", cleared.table());
        }
        if let Some(assembled) = &figures.assembly {
            eprintln!("{}", assembled.table());
        }
        if let Some(forest) = &figures.forest {
            eprintln!("{}", forest.table());
        }
        if let Some(funding) = &figures.funding {
            eprintln!("{}", funding.table());
        }
        println!("{}", serde_json::json!(figures));
        return Ok(());
    }
    if town.owes() {
        let cleared = tokio::select! {
            cleared = town.clear() => cleared?,
            () = asked_to_stop() => {
                town.stop().await;
                return Ok(());
            }
        };
        eprintln!("\n{}", cleared.table());
    }
    if town.assembles() {
        let assembled = tokio::select! {
            assembled = town.assemble() => assembled?,
            () = asked_to_stop() => {
                town.stop().await;
                return Ok(());
            }
        };
        eprintln!("\n{}", assembled.table());
    }
    if town.shares() {
        let shared = tokio::select! {
            shared = town.share() => shared?,
            () = asked_to_stop() => {
                town.stop().await;
                return Ok(());
            }
        };
        if let Some((forest, funding)) = shared {
            eprintln!("\n{}\n{}", forest.table(), funding.table());
        }
    }
    town.describe().await?;
    let home = town.network().dir().display().to_string();
    let folder = binary.parent().unwrap_or(&binary).display();
    let civic = if town.assembles() {
        "  mycel vote show 1\n  mycel draw result 1\n  mycel audit draw 1\n"
    } else {
        ""
    };
    let shared = if town.shares() {
        "  mycel commons show 1 --as member-13\n  mycel commons plot 1\n  mycel fund show 2\n  \
         mycel audit epoch 1 2\n  mycel audit round 1\n"
    } else {
        ""
    };
    eprintln!(
        "\nThe town stands: {}\nTry, in another terminal (README.md has more):\n\n  export PATH=\"{folder}:$PATH\" \
         MYCEL_HOME=\"{home}\"\n  mycel position member-1\n  mycel pay m-2@riverside 12.5 --from member-1\n  \
         mycel clear list member-1\n{civic}{shared}  mycel audit state position member-1 -o bundle.json\n\n\
         Nobody has power here but the assembly. `operator` is a plain account outside the town, to deploy with: {}. \
         Ctrl-C stops everything.\n",
        town.network().urls().join("  "),
        operator().address(),
    );
    let outcome = town.trade(asked_to_stop()).await;
    town.stop().await;
    Ok(outcome?)
}

/// Ctrl-C or SIGTERM. Where neither can be heard, nobody asks.
async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let heard = async |kind| match signal(kind) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    };
    tokio::select! {
        () = heard(SignalKind::interrupt()) => {}
        () = heard(SignalKind::terminate()) => {}
    }
}
