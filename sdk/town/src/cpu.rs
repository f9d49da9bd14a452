//! CPU time of processes and of a process's named threads, as the kernel counts it.
use std::{fs, path::Path, time::Duration};

/// Threads whose names begin with this belong to the clients.
pub const CLIENT_THREADS: &str = "town";

/// CPU time of a process; zero where the kernel does not tell.
pub fn of_process(pid: u32) -> Duration {
    ticks(Path::new(&format!("/proc/{pid}/stat")))
}

/// CPU time of this process's client threads.
pub fn of_clients() -> Duration {
    let Ok(tasks) = fs::read_dir("/proc/self/task") else {
        return Duration::ZERO;
    };
    tasks
        .flatten()
        .filter(|task| {
            fs::read_to_string(task.path().join("comm"))
                .is_ok_and(|n| n.starts_with(CLIENT_THREADS))
        })
        .map(|task| ticks(&task.path().join("stat")))
        .sum()
}

/// User and system time are fields 14 and 15; the name in field 2 may contain anything, so count from its end.
fn ticks(stat: &Path) -> Duration {
    const TICK: Duration = Duration::from_millis(10);
    let text = fs::read_to_string(stat).unwrap_or_default();
    let fields: Vec<&str> = text
        .rsplit_once(')')
        .map_or(vec![], |(_, rest)| rest.split_whitespace().collect());
    let field = |n: usize| {
        fields
            .get(n)
            .and_then(|f| f.parse::<u32>().ok())
            .unwrap_or(0)
    };
    TICK * (field(11).saturating_add(field(12)))
}
