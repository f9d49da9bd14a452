//! Random modules through both compilers: same results, same traps, same meters, same memory.
//!
//! The compilers may be mixed among nodes only because of this. It also shows that Winch compiles whatever `check`
//! accepts.

use std::fmt::Write;
use std::sync::Arc;

use proptest::prelude::*;
use wasm_smith::{Config, Module as RandomModule};
use wasmtime::{Engine, Linker, Store, Strategy, Trap, Val, ValType};

use crate::cancel::Cancel;
use crate::check::{abi, check};
use crate::compile::{compile, engine};
use crate::host::{self, Growth, HostState, Parts, Stop};
use crate::prepare::{GAS_EXPORT, STACK_EXPORT, START_EXPORT, prepare};
use crate::schedule::Schedule;
use crate::testing::MockEnvironment;
use crate::vm::VmConfig;

const GAS: i64 = 3_000_000;

struct Tier {
    engine: Engine,
    linker: Linker<HostState>,
}

impl Tier {
    fn new(compiler: Strategy) -> Self {
        let config = VmConfig {
            concurrent_calls: 1,
            call_depth: 2,
            ..VmConfig::default()
        };
        let engine = engine(&config, compiler).expect("an engine");
        let linker = host::linker(&engine).expect("a linker");
        Self { engine, linker }
    }

    /// Everything that can be seen of a module: how each export ends when called on a fresh instance, and what is left.
    fn observe(&self, prepared: &[u8]) -> String {
        let module = compile(&self.engine, prepared).expect("what check accepts compiles");
        let mut seen = String::new();
        for export in module.exports() {
            let Some(ty) = export.ty().func().cloned() else {
                continue;
            };
            for sample in 0..2 {
                let mut store = self.store();
                let instance = match self.linker.instantiate(&mut store, &module) {
                    Ok(instance) => instance,
                    Err(error) => {
                        return format!("instantiate: {:?}", error.downcast_ref::<Trap>());
                    }
                };
                let memory = instance.get_memory(&mut store, "memory").expect("memory");
                let gas = instance.get_global(&mut store, GAS_EXPORT).expect("gas");
                let stack = instance
                    .get_global(&mut store, STACK_EXPORT)
                    .expect("stack");
                let mut function = |name| instance.get_func(&mut store, name).expect("a function");
                let (allocate, deallocate) = (function("allocate"), function("deallocate"));
                store.data_mut().parts = Some(Parts {
                    memory,
                    gas,
                    allocate: allocate.typed(&store).expect("its type"),
                    deallocate: deallocate.typed(&store).expect("its type"),
                });
                gas.set(&mut store, Val::I64(GAS)).expect("an i64");
                if let Some(start) = instance.get_func(&mut store, START_EXPORT) {
                    let ended = start.call(&mut store, &[], &mut []);
                    let _ = write!(seen, "start {} ", end(ended));
                }
                let arguments: Vec<Val> = ty.params().map(|ty| value(&ty, sample)).collect();
                let mut results = vec![Val::I32(0); ty.results().len()];
                let call = instance
                    .get_func(&mut store, export.name())
                    .expect("an export")
                    .call(&mut store, &arguments, &mut results);
                let ended = end(call);
                let results: Vec<String> = results.iter().map(bits).collect();
                let _ = writeln!(
                    seen,
                    "{} {ended} {results:?} gas={} stack={} memory={}",
                    export.name(),
                    bits(&gas.get(&mut store)),
                    bits(&stack.get(&mut store)),
                    blake3::hash(memory.data(&store)).to_hex(),
                );
            }
        }
        seen
    }

    fn store(&self) -> Store<HostState> {
        let mut store = Store::new(
            &self.engine,
            HostState {
                env: Box::new(MockEnvironment::new(&[])),
                parts: None,
                schedule: Arc::new(Schedule::ONE),
                read_only: false,
                nested: 0,
                stop: Cancel::new(),
                debug: None,
                growth: Growth,
            },
        );
        store.limiter(|state| &mut state.growth);
        store.set_epoch_deadline(u64::MAX / 2);
        store
    }
}

fn value(ty: &ValType, sample: u32) -> Val {
    let large = sample == 1;
    match ty {
        ValType::I32 => Val::I32(if large { i32::MIN } else { 1_024 }),
        ValType::I64 => Val::I64(if large { i64::MIN } else { 7 }),
        ValType::F32 => Val::F32(if large { 0xffa0_0001 } else { 0x4000_0000 }),
        _ => Val::F64(if large {
            0xfff4_0000_0000_0001
        } else {
            1 << 62
        }),
    }
}

fn bits(value: &Val) -> String {
    match value {
        Val::I32(v) => format!("{v}"),
        Val::I64(v) => format!("{v}"),
        Val::F32(v) => format!("f32:{v:#x}"),
        Val::F64(v) => format!("f64:{v:#x}"),
        other => format!("{other:?}"),
    }
}

fn end(result: wasmtime::Result<()>) -> String {
    match result {
        Ok(()) => "ok".to_owned(),
        Err(error) => match (error.downcast_ref::<Stop>(), error.downcast_ref::<Trap>()) {
            (Some(stop), _) => format!("{stop:?}"),
            (None, Some(Trap::StackOverflow)) => panic!("the native stack overflowed"),
            (None, Some(trap)) => format!("{trap:?}"),
            (None, None) => panic!("{error:#}"),
        },
    }
}

/// A module that imports all host functions and exports what a contract does, and a few functions more.
fn shape() -> Vec<u8> {
    let mut text = String::from("(module ");
    for (name, params, result) in abi::IMPORTS {
        let params = "i32 ".repeat(*params);
        let result = result.map_or(String::new(), |ty| format!("(result {ty})"));
        let _ = write!(
            text,
            "(import \"env\" \"{name}\" (func (param {params}) {result}))"
        );
    }
    text.push_str(
        r#"(memory (export "memory") 2) (func (export "interface_version_8"))
        (func (export "allocate") (param i32) (result i32) unreachable) (func (export "deallocate") (param i32))
        (func (export "execute") (param i32 i32 i32) (result i32) unreachable)
        (func (export "integers") (param i32 i64) (result i64) unreachable)
        (func (export "floats") (param f32 f64) (result f64) unreachable)
        (func (export "single") (param f32 f32) (result f32) unreachable)
        (func (export "nothing")))"#,
    );
    wat::parse_str(text).expect("wat")
}

fn random(seed: u64) -> Option<Vec<u8>> {
    let mut bytes = vec![0; 6_000];
    let mut hasher = blake3::Hasher::new();
    hasher.update(&seed.to_le_bytes());
    hasher.finalize_xof().fill(&mut bytes);
    let config = Config {
        module_shape: Some(shape()),
        allow_start_export: true,
        bulk_memory_enabled: false,
        exceptions_enabled: false,
        gc_enabled: false,
        reference_types_enabled: false,
        relaxed_simd_enabled: false,
        simd_enabled: false,
        tail_call_enabled: false,
        threads_enabled: false,
        extended_const_enabled: false,
        memory64_enabled: false,
        multi_value_enabled: true,
        max_data_segments: 3,
        max_element_segments: 3,
        max_elements: 20,
        max_funcs: 45,
        max_globals: 8,
        max_instructions: 300,
        max_nesting_depth: 6,
        max_table_elements: 100,
        table_max_size_required: true,
        ..Config::default()
    };
    let module = RandomModule::new(config, &mut arbitrary::Unstructured::new(&bytes)).ok()?;
    Some(module.to_bytes())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn both_compilers_give_the_same_of_everything(seed: u64) {
        thread_local! {
            static TIERS: [Tier; 2] = [Strategy::Winch, Strategy::Cranelift].map(Tier::new);
        }
        let config = VmConfig::default();
        let wasm = random(seed);
        prop_assume!(wasm.is_some());
        let wasm = wasm.unwrap_or_default();
        let checked = check(&wasm, &config.limits, &config.capabilities);
        // Functions of two results and the like: not what contracts are made of.
        prop_assume!(checked.is_ok());
        let prepared = prepare(&wasm, &checked.expect("a contract"), &Schedule::ONE).expect("checked");
        let (baseline, optimizing) =
            TIERS.with(|[baseline, optimizing]| (baseline.observe(&prepared), optimizing.observe(&prepared)));
        prop_assert_eq!(baseline, optimizing);
    }
}
