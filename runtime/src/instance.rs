//! One call on one fresh instance: arguments in, result out, and what to make of every way to end.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use wasmtime::{
    Engine, ExternType, Instance, InstancePre, Linker, Module, ModuleExport, Store, Trap,
    UpdateDeadline, Val, ValType,
};

use crate::call::{Call, CallOutcome, CallReport, EntryPoint, TrapCode};
use crate::compile;
use crate::environment::{Environment, StateFault};
use crate::host::{self, Growth, HostState, Parts, Stop};
use crate::prepare::{GAS_EXPORT, STACK_EXPORT, START_EXPORT};

/// The most that a contract may return, raw.
const MOST_RESULT: usize = 64 << 20;

/// Stack that host functions may need below the Wasm.
const HOST_STACK_BYTES: usize = 1 << 20;

/// A code ready to run.
pub(crate) struct Loaded {
    pre: InstancePre<HostState>,
    memory: ModuleExport,
    allocate: ModuleExport,
    deallocate: ModuleExport,
    gas: ModuleExport,
    stack: ModuleExport,
    start: Option<ModuleExport>,
    entries: BTreeMap<EntryPoint, Entry>,
}

struct Entry {
    export: ModuleExport,
    /// Number of parameters; `None` if the type is not one that the host calls.
    params: Option<usize>,
}

impl Loaded {
    /// Links a compiled module.
    pub(crate) fn new(linker: &Linker<HostState>, module: &Module) -> Result<Self, String> {
        let find = |name: &str| {
            module
                .get_export_index(name)
                .ok_or_else(|| format!("prepared module has no export {name}"))
        };
        let mut entries = BTreeMap::new();
        for entry in EntryPoint::ALL {
            let Some(ExternType::Func(ty)) = module.get_export(entry.name()) else {
                continue;
            };
            let is_i32 = |ty: ValType| matches!(ty, ValType::I32);
            let fits =
                ty.params().all(is_i32) && ty.results().len() == 1 && ty.results().all(is_i32);
            entries.insert(
                *entry,
                Entry {
                    export: find(entry.name())?,
                    params: fits.then_some(ty.params().len()),
                },
            );
        }
        Ok(Self {
            memory: find("memory")?,
            allocate: find("allocate")?,
            deallocate: find("deallocate")?,
            gas: find(GAS_EXPORT)?,
            stack: find(STACK_EXPORT)?,
            start: module.get_export_index(START_EXPORT),
            entries,
            pre: linker
                .instantiate_pre(module)
                .map_err(|e| format!("link: {e:#}"))?,
        })
    }
}

/// What a call needs besides the contract.
pub(crate) struct Setting<'a> {
    pub engine: &'a Engine,
    pub config: &'a crate::VmConfig,
    pub schedule: &'a Arc<crate::Schedule>,
    pub stop: &'a crate::Cancel,
}

/// Runs one call, on a stack that is large enough whatever thread this is.
pub(crate) fn run(
    setting: &Setting<'_>,
    loaded: &Loaded,
    call: &Call<'_>,
    gas: u64,
    env: Box<dyn Environment>,
) -> CallReport {
    let needed = compile::NATIVE_STACK_BYTES + HOST_STACK_BYTES;
    stacker::maybe_grow(needed, 2 * needed, || {
        run_here(setting, loaded, call, gas, env)
    })
}

fn run_here(
    setting: &Setting<'_>,
    loaded: &Loaded,
    call: &Call<'_>,
    gas: u64,
    env: Box<dyn Environment>,
) -> CallReport {
    let mut store = Store::new(
        setting.engine,
        HostState {
            env,
            parts: None,
            schedule: setting.schedule.clone(),
            read_only: call.entry.is_read_only(),
            nested: 0,
            stop: setting.stop.clone(),
            debug: setting.config.debug.clone(),
            growth: Growth,
        },
    );
    store.limiter(|state| &mut state.growth);
    watch(&mut store, setting);

    let budget = i64::try_from(gas).unwrap_or(i64::MAX);
    let mut meters = Meters {
        gas: budget,
        stack: 0,
    };
    let ended = match loaded.pre.instantiate(&mut store) {
        Ok(instance) => {
            let ended = Live::new(&mut store, loaded, instance, budget)
                .and_then(|live| live.drive(&mut store, loaded, call));
            match Meters::read(&mut store, loaded, instance) {
                Some(read) => {
                    meters = read;
                    ended
                }
                None => Err(Stop::Machine("meters cannot be read".into()).into()),
            }
        }
        Err(error) => Err(error),
    };
    let outcome = judge(ended, &meters);
    let gas_used = match &outcome {
        CallOutcome::OutOfGas => gas,
        _ => gas.min((budget - meters.gas.clamp(0, budget)) as u64),
    };
    CallReport {
        outcome,
        gas_used,
        env: store.into_data().env,
    }
}

/// Every tick of the watchdog looks whether the call is still wanted and how long it has been running.
fn watch(store: &mut Store<HostState>, setting: &Setting<'_>) {
    let tick = crate::watchdog::TICK.as_millis().max(1);
    let mut ticks_left = setting.config.watchdog.as_millis().div_ceil(tick);
    let seconds = setting.config.watchdog.as_secs_f32();
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(move |context| {
        if context.data().stop.is_cancelled() {
            return Err(Stop::State(StateFault::Cancelled).into());
        }
        if ticks_left == 0 {
            let why = format!("watchdog: the call did not end within {seconds} s");
            return Err(Stop::Machine(why).into());
        }
        ticks_left -= 1;
        Ok(UpdateDeadline::Continue(1))
    });
}

/// The two meters after the call.
struct Meters {
    gas: i64,
    stack: i32,
}

impl Meters {
    fn read(store: &mut Store<HostState>, loaded: &Loaded, instance: Instance) -> Option<Self> {
        let mut global = |export| {
            let global = instance
                .get_module_export(&mut *store, export)?
                .into_global()?;
            Some(global.get(&mut *store))
        };
        Some(Self {
            gas: global(&loaded.gas)?.i64()?,
            stack: global(&loaded.stack)?.i32()?,
        })
    }
}

/// An instance with gas.
struct Live {
    instance: Instance,
}

impl Live {
    fn new(
        store: &mut Store<HostState>,
        loaded: &Loaded,
        instance: Instance,
        budget: i64,
    ) -> wasmtime::Result<Self> {
        let mut part = |export| {
            instance
                .get_module_export(&mut *store, export)
                .ok_or_else(|| Stop::Machine("instance without its exports".into()))
        };
        let wrong = || Stop::Machine("export of another kind".into());
        let memory = part(&loaded.memory)?.into_memory().ok_or_else(wrong)?;
        let gas = part(&loaded.gas)?.into_global().ok_or_else(wrong)?;
        let allocate = part(&loaded.allocate)?.into_func().ok_or_else(wrong)?;
        let deallocate = part(&loaded.deallocate)?.into_func().ok_or_else(wrong)?;
        let parts = Parts {
            memory,
            gas,
            allocate: allocate.typed(&*store)?,
            deallocate: deallocate.typed(&*store)?,
        };
        gas.set(&mut *store, Val::I64(budget))?;
        store.data_mut().parts = Some(parts);
        Ok(Self { instance })
    }

    fn drive(
        &self,
        store: &mut Store<HostState>,
        loaded: &Loaded,
        call: &Call<'_>,
    ) -> wasmtime::Result<Bytes> {
        if let Some(start) = &loaded.start {
            let start = self.function(store, start)?.typed::<(), ()>(&*store)?;
            nested(store, |store| start.call(store, ()))?;
        }
        let mut arguments = vec![call.env];
        let all: [Option<&[u8]>; 2] = match call.entry {
            EntryPoint::Migrate => [Some(call.msg), call.info],
            _ => [call.info, Some(call.msg)],
        };
        arguments.extend(all.into_iter().flatten());

        let entry = loaded.entries.get(&call.entry);
        let mut pointers = self.pass(store, &arguments)?;
        // As cosmwasm-vm: a `migrate` of two parameters is found out after three arguments were passed, and gets its
        // two anew.
        let takes = entry.and_then(|e| e.params);
        if call.entry == EntryPoint::Migrate && arguments.len() == 3 && takes == Some(2) {
            arguments.truncate(2);
            pointers = self.pass(store, &arguments)?;
        }
        let Some(entry) = entry else {
            let why = format!("contract has no entry point {}", call.entry);
            return Err(Stop::Refused(why).into());
        };
        if entry.params != Some(pointers.len()) {
            let why = format!(
                "entry point {} does not take {} arguments",
                call.entry,
                pointers.len()
            );
            return Err(Stop::Refused(why).into());
        }
        let function = self.function(store, &entry.export)?;
        let result = nested(store, |store| match pointers.as_slice() {
            [a] => function.typed::<u32, u32>(&*store)?.call(store, *a),
            [a, b] => function
                .typed::<(u32, u32), u32>(&*store)?
                .call(store, (*a, *b)),
            [a, b, c] => function
                .typed::<(u32, u32, u32), u32>(&*store)?
                .call(store, (*a, *b, *c)),
            _ => Err(Stop::Machine("more arguments than any entry point".into()).into()),
        })?;
        let data = host::read(store, result, MOST_RESULT)?;
        let deallocate = store.data().parts()?.deallocate.clone();
        nested(store, |store| deallocate.call(store, result))?;
        Ok(data.into())
    }

    fn pass(
        &self,
        store: &mut Store<HostState>,
        arguments: &[&[u8]],
    ) -> wasmtime::Result<Vec<u32>> {
        arguments
            .iter()
            .map(|argument| host::put(store, argument))
            .collect()
    }

    fn function(
        &self,
        store: &mut Store<HostState>,
        export: &ModuleExport,
    ) -> wasmtime::Result<wasmtime::Func> {
        self.instance
            .get_module_export(store, export)
            .and_then(|e| e.into_func())
            .ok_or_else(|| Stop::Machine("instance without its exports".into()).into())
    }
}

/// Calls into the instance, and counts that.
fn nested<T>(
    store: &mut Store<HostState>,
    call: impl FnOnce(&mut Store<HostState>) -> wasmtime::Result<T>,
) -> wasmtime::Result<T> {
    store.data_mut().nested += 1;
    let result = call(store);
    store.data_mut().nested -= 1;
    result
}

/// What only this node suffered comes first, then the meters, because they tell why Wasm executed `unreachable`.
fn judge(ended: wasmtime::Result<Bytes>, meters: &Meters) -> CallOutcome {
    let error = match ended {
        Ok(_) if meters.gas < 0 => return CallOutcome::OutOfGas,
        Ok(data) => return CallOutcome::Ok(data),
        Err(error) => error,
    };
    let stop = error.downcast_ref::<Stop>();
    let trap = error.downcast_ref::<Trap>().map(trap_code);
    match (stop, trap) {
        (Some(Stop::State(fault)), _) => CallOutcome::State(fault.clone()),
        (Some(Stop::Machine(why)), _) => CallOutcome::Machine(why.clone()),
        (None, None | Some(None)) => CallOutcome::Machine(format!("{error:#}")),
        _ if meters.gas < 0 => CallOutcome::OutOfGas,
        (Some(Stop::OutOfGas), _) => CallOutcome::OutOfGas,
        (Some(Stop::Refused(why)), _) => CallOutcome::Refused(why.clone()),
        (None, Some(Some(TrapCode::Unreachable))) if meters.stack < 0 => {
            CallOutcome::Trap(TrapCode::StackOverflow)
        }
        (None, Some(Some(code))) => CallOutcome::Trap(code),
    }
}

/// The traps that Wasm defines. Any other (native stack overflow among them) is the machine's.
fn trap_code(trap: &Trap) -> Option<TrapCode> {
    Some(match trap {
        Trap::UnreachableCodeReached => TrapCode::Unreachable,
        Trap::MemoryOutOfBounds => TrapCode::MemoryOutOfBounds,
        Trap::TableOutOfBounds => TrapCode::TableOutOfBounds,
        Trap::IndirectCallToNull => TrapCode::IndirectCallToNull,
        Trap::BadSignature => TrapCode::BadSignature,
        Trap::IntegerOverflow => TrapCode::IntegerOverflow,
        Trap::IntegerDivisionByZero => TrapCode::IntegerDivisionByZero,
        Trap::BadConversionToInteger => TrapCode::BadConversionToInteger,
        _ => return None,
    })
}
