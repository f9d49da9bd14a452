//! How far the compiled contract is from what the chain takes: locals of one
//! function (100) and of all (20,000), parameters of all (10,000), size (3 MiB).
//!
//! Measured in the shipped module itself: each function's declarations in the
//! code section, and its type's parameters. A function that comes near is split
//! by hand, its parts marked `#[inline(never)]`. `--nocapture` shows the numbers.

use wasmparser::{FuncType, Parser, Payload};

use crate::world::wasm;

/// Nine tenths of what one function may have, so that the next line of code is no surprise.
const LOCALS: u64 = 90;
const ALL_LOCALS: u64 = 16_000;
const ALL_PARAMETERS: u64 = 8_000;

/// What a module declares.
#[derive(Debug, Default)]
struct Declared {
    functions: u64,
    /// Locals of the functions with most, the most first.
    locals: Vec<u64>,
    parameters: u64,
}

fn declared(module: &[u8]) -> Declared {
    let mut all = Declared::default();
    let mut types: Vec<FuncType> = vec![];
    for payload in Parser::new(0).parse_all(module) {
        match payload.expect("a module") {
            Payload::TypeSection(section) => {
                types = section
                    .into_iter_err_on_gc_types()
                    .map(|one| one.expect("a function type"))
                    .collect();
            }
            Payload::FunctionSection(section) => {
                for one in section {
                    let of = &types[one.expect("a function") as usize];
                    all.parameters += of.params().len() as u64;
                }
            }
            Payload::CodeSectionEntry(body) => {
                let groups = body.get_locals_reader().expect("locals");
                let sum = groups
                    .into_iter()
                    .map(|one| u64::from(one.expect("a group").0));
                all.locals.push(sum.sum());
                all.functions += 1;
            }
            _ => {}
        }
    }
    all.locals.sort_unstable_by(|a, b| b.cmp(a));
    all
}

#[test]
fn no_function_comes_near_the_chains_limit_of_locals() {
    let module = wasm("mycel_commons.wasm");
    let all = declared(&module);
    let sum: u64 = all.locals.iter().sum();
    eprintln!(
        "{} bytes, {} functions, {sum} locals, {} parameters; most locals {:?}",
        module.len(),
        all.functions,
        all.parameters,
        &all.locals[..10]
    );
    assert!(all.locals[0] <= LOCALS, "{:?}", &all.locals[..10]);
    assert!(sum <= ALL_LOCALS, "{sum}");
    assert!(all.parameters <= ALL_PARAMETERS, "{}", all.parameters);
}
