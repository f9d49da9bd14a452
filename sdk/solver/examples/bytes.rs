//! The bytes of many solutions as one number, so that machines can be compared. Compiled to Wasm with the number that
//! another machine found in `MYCEL_SOLVER_BYTES`, it traps unless it finds the same (`tests/wasm.rs`): it needs no
//! host to talk to.
use mycel_solver::{
    Method, Options, clear,
    file::binary,
    generate::{self, Family},
    solve, unwatched,
};

/// Instances of every family, both methods, cuts of infeasible ones, and circulations taken apart.
pub fn bytes() -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    for method in [Method::Simplex, Method::Scaling] {
        let options = Options { method, threads: 1 };
        for seed in 0..350 {
            let (_, problem) = generate::numbered(seed, 90);
            match solve(&problem, &options, &unwatched) {
                Ok(solution) => feed(&mut hash, &binary::write_certificate(&solution)),
                Err(error) => feed(&mut hash, error.to_string().as_bytes()),
            }
        }
        for (family, nodes) in [(Family::Geometric, 2000), (Family::Netgen, 1000)] {
            let problem = family.instance(nodes, 3);
            let solution = solve(&problem, &options, &unwatched).expect("a feasible instance");
            feed(&mut hash, &binary::write_certificate(&solution));
        }
        let debts = Family::Circulation.instance(3000, 3);
        let solution = clear(debts.nodes(), debts.edges(), &options, &unwatched);
        let solution = solution.expect("a circulation always exists");
        feed(&mut hash, &binary::write_certificate(&solution));
    }
    hash
}

/// FNV-1a.
fn feed(hash: &mut u64, bytes: &[u8]) {
    for &byte in bytes {
        *hash = (*hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
}

fn main() {
    let found = format!("{:016x}", bytes());
    if let Some(expected) = option_env!("MYCEL_SOLVER_BYTES") {
        assert_eq!(found, expected);
    }
    println!("{found}");
}
