//! Is this Wasm a contract that the chain runs? One parse, every static limit, and the shape that `prepare` needs.
//!
//! The Wasm features are those that stock `rustc` emits and both compilers run alike: the first version of Wasm, sign
//! extension, saturating conversions, multiple values (for block parameters; functions have one result at most),
//! `memory.copy` and `memory.fill`. Whatever else there is (SIMD, threads, reference types, table operators, passive
//! segments, tail calls, exceptions, a second memory) fails validation.

pub(crate) mod abi;
mod analysis;
mod function;

use std::collections::{BTreeMap, BTreeSet};

use wasmparser::{
    BinaryReaderError, CompositeInnerType, ExternalKind, FuncType, FuncValidatorAllocations,
    MemoryType, Parser, Payload, TableType, TypeRef, ValidPayload, Validator, WasmFeatures,
};

use crate::call::EntryPoint;
use crate::error::CheckError;

pub use analysis::{Analysis, Limits};
pub use function::FunctionShape;

/// The name prefix that `prepare` keeps for its own exports.
pub const RESERVED_PREFIX: &str = "__mycel_";

pub(crate) const FEATURES: WasmFeatures = WasmFeatures::MUTABLE_GLOBAL
    .union(WasmFeatures::FLOATS)
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::CALL_INDIRECT_OVERLONG)
    .union(WasmFeatures::BULK_MEMORY_OPT);

/// A module that passed, with what the next steps need to know of it.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What the chain may ask about the contract.
    pub analysis: Analysis,
    /// One entry for each function defined in the module.
    pub shapes: Vec<FunctionShape>,
    /// Index of the start function, imports counted.
    pub start: Option<u32>,
    /// Pages of memory it may grow to.
    pub max_pages: u64,
}

/// Checks a module against limits and the capabilities offered.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check(
    wasm: &[u8],
    limits: &Limits,
    offered: &BTreeSet<String>,
) -> Result<Checked, CheckError> {
    limit("wasm bytes", wasm.len() as u64, limits.size, "")?;
    let mut walk = Walk::new(limits);
    let mut validator = Validator::new_with_features(FEATURES);
    let mut allocations = FuncValidatorAllocations::default();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        walk.before_validation(&payload)?;
        if let ValidPayload::Func(function, body) = validator.payload(&payload)? {
            let at = walk.shapes.len() as u32;
            let ty = walk.function_type(at)?;
            let mut validator = function.into_validator(std::mem::take(&mut allocations));
            let shape = function::check(&mut validator, &body, at, ty, limits)?;
            allocations = validator.into_allocations();
            walk.total_locals = walk.total_locals.saturating_add(shape.locals as u64);
            limit(
                "locals of all functions",
                walk.total_locals,
                limits.total_locals,
                "",
            )?;
            walk.shapes.push(shape);
        }
        walk.read(payload)?;
    }
    walk.finish(wasm.len(), offered)
}

fn limit(what: &'static str, value: u64, limit: u64, at: &str) -> Result<(), CheckError> {
    if value <= limit {
        return Ok(());
    }
    Err(CheckError::Limit {
        what,
        value,
        limit,
        at: at.to_owned(),
    })
}

fn shape_error(what: &'static str, problem: impl Into<String>) -> CheckError {
    CheckError::Shape {
        what,
        problem: problem.into(),
    }
}

impl From<BinaryReaderError> for CheckError {
    fn from(error: BinaryReaderError) -> Self {
        CheckError::Invalid {
            offset: error.offset() as u64,
            message: error.message().to_owned(),
        }
    }
}

/// What has been read so far.
struct Walk<'l> {
    limits: &'l Limits,
    types: Vec<FuncType>,
    /// Type index of each function, imports first.
    functions: Vec<u32>,
    imported: usize,
    imports: BTreeSet<String>,
    tables: Vec<TableType>,
    memories: Vec<MemoryType>,
    exports: BTreeMap<String, (ExternalKind, u32)>,
    start: Option<u32>,
    migrate_version: Option<u64>,
    total_locals: u64,
    shapes: Vec<FunctionShape>,
}

impl<'l> Walk<'l> {
    fn new(limits: &'l Limits) -> Self {
        Self {
            limits,
            types: Vec::new(),
            functions: Vec::new(),
            imported: 0,
            imports: BTreeSet::new(),
            tables: Vec::new(),
            memories: Vec::new(),
            exports: BTreeMap::new(),
            start: None,
            migrate_version: None,
            total_locals: 0,
            shapes: Vec::new(),
        }
    }

    /// Counts are bounded before the validator builds anything for them.
    fn before_validation(&self, payload: &Payload<'_>) -> Result<(), CheckError> {
        let l = self.limits;
        let (what, count, most) = match payload {
            Payload::TypeSection(s) => ("types", s.count(), l.declarations),
            Payload::ImportSection(s) => ("imports", s.count(), l.imports),
            Payload::FunctionSection(s) => ("functions", s.count(), l.functions),
            Payload::GlobalSection(s) => ("globals", s.count(), l.declarations),
            Payload::ExportSection(s) => ("exports", s.count(), l.declarations),
            Payload::ElementSection(s) => ("element segments", s.count(), l.declarations),
            Payload::DataSection(s) => ("data segments", s.count(), l.declarations),
            Payload::CodeSectionStart { count, .. } => ("function bodies", *count, l.functions),
            _ => return Ok(()),
        };
        limit(what, count as u64, most, "")
    }

    fn function_type(&self, defined: u32) -> Result<&FuncType, CheckError> {
        self.functions
            .get(self.imported + defined as usize)
            .and_then(|ty| self.types.get(*ty as usize))
            .ok_or_else(|| shape_error("function section", "names an unknown type"))
    }

    /// Takes what it needs from a payload that is valid already.
    fn read(&mut self, payload: Payload<'_>) -> Result<(), CheckError> {
        match payload {
            Payload::TypeSection(section) => {
                for group in section {
                    for ty in group?.into_types() {
                        let CompositeInnerType::Func(ty) = ty.composite_type.inner else {
                            return Err(shape_error(
                                "type section",
                                "has a type that is no function",
                            ));
                        };
                        let at = format!(" type={}", self.types.len());
                        limit(
                            "parameters",
                            ty.params().len() as u64,
                            self.limits.params,
                            &at,
                        )?;
                        limit("results", ty.results().len() as u64, 1, &at)?;
                        self.types.push(ty);
                    }
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import?;
                    let TypeRef::Func(index) = import.ty else {
                        return Err(abi::not_offered(import.module, import.name));
                    };
                    let ty = self
                        .types
                        .get(index as usize)
                        .ok_or_else(|| shape_error("import section", "names an unknown type"))?;
                    abi::check_import(import.module, import.name, ty)?;
                    self.imports.insert(import.name.to_owned());
                    self.functions.push(index);
                }
                self.imported = self.functions.len();
            }
            Payload::FunctionSection(section) => {
                let mut params = 0u64;
                for ty in section {
                    let ty = ty?;
                    self.functions.push(ty);
                    params += self
                        .types
                        .get(ty as usize)
                        .map_or(0, |t| t.params().len() as u64);
                }
                limit(
                    "parameters of all functions",
                    params,
                    self.limits.total_params,
                    "",
                )?;
            }
            Payload::TableSection(section) => {
                for table in section {
                    self.tables.push(table?.ty);
                }
            }
            Payload::MemorySection(section) => {
                for memory in section {
                    self.memories.push(memory?);
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    if export.name.starts_with(RESERVED_PREFIX) {
                        return Err(CheckError::Export {
                            name: export.name.to_owned(),
                            problem: format!("begins with the reserved prefix {RESERVED_PREFIX}"),
                        });
                    }
                    self.exports
                        .insert(export.name.to_owned(), (export.kind, export.index));
                }
            }
            Payload::StartSection { func, .. } => self.start = Some(func),
            Payload::CustomSection(section) if section.name() == "cw_migrate_version" => {
                let text = std::str::from_utf8(section.data()).unwrap_or("not UTF-8");
                self.migrate_version = Some(text.parse().map_err(|_| {
                    shape_error("cw_migrate_version section", "must hold a decimal u64")
                })?);
            }
            _ => {}
        }
        Ok(())
    }

    fn finish(self, size: usize, offered: &BTreeSet<String>) -> Result<Checked, CheckError> {
        let initial_pages = self.check_memory()?;
        self.check_table()?;
        let functions: BTreeMap<&str, &FuncType> = self
            .exports
            .iter()
            .filter(|(_, (kind, _))| *kind == ExternalKind::Func)
            .filter_map(|(name, (_, index))| {
                let ty = *self.functions.get(*index as usize)?;
                Some((name.as_str(), self.types.get(ty as usize)?))
            })
            .collect();
        let exports_memory = self
            .exports
            .get("memory")
            .is_some_and(|(kind, _)| *kind == ExternalKind::Memory);
        abi::check_exports(&functions, exports_memory)?;
        let capabilities = abi::required_capabilities(&functions);
        let missing: Vec<String> = capabilities.difference(offered).cloned().collect();
        if !missing.is_empty() {
            return Err(CheckError::Capabilities { missing });
        }
        Ok(Checked {
            analysis: Analysis {
                entry_points: functions
                    .keys()
                    .filter_map(|name| EntryPoint::from_name(name))
                    .collect(),
                capabilities,
                imports: self.imports,
                functions: self.shapes.len() as u32,
                size,
                initial_pages,
                migrate_version: self.migrate_version,
            },
            shapes: self.shapes,
            start: self.start,
            max_pages: self.limits.pages,
        })
    }

    fn check_memory(&self) -> Result<u32, CheckError> {
        let [memory] = self.memories.as_slice() else {
            return Err(shape_error(
                "memory section",
                "must define exactly one memory",
            ));
        };
        limit("initial pages", memory.initial, self.limits.pages, "")?;
        if memory.maximum.is_some() {
            return Err(shape_error(
                "memory section",
                "must not set a maximum: the chain sets it",
            ));
        }
        Ok(memory.initial as u32)
    }

    fn check_table(&self) -> Result<(), CheckError> {
        let table = match self.tables.as_slice() {
            [] => return Ok(()),
            [table] => table,
            _ => {
                return Err(shape_error(
                    "table section",
                    "must define at most one table",
                ));
            }
        };
        let Some(maximum) = table.maximum else {
            return Err(shape_error("table section", "must set a maximum"));
        };
        limit("table elements", maximum, self.limits.table_elements, "")
    }
}

#[cfg(test)]
mod tests;
