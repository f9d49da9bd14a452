//! Codes: what a contract runs.

use std::fmt;
use std::sync::{Arc, OnceLock};

use mycel_runtime::{CodeId, Vm, VmConfig};

use crate::native::Native;

/// A code: native functions or compiled Wasm.
#[derive(Clone)]
pub struct Code {
    pub(crate) checksum: [u8; 32],
    pub(crate) body: Body,
}

#[derive(Clone)]
pub(crate) enum Body {
    Native(Native),
    Compiled(Compiled),
}

/// Wasm that an engine has accepted. The engine may drop machine code that it
/// has not run for long, so the Wasm is kept.
#[derive(Clone)]
pub(crate) struct Compiled {
    pub vm: Vm,
    pub id: CodeId,
    pub wasm: Arc<[u8]>,
}

/// A Wasm that cannot be run here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("code refused: {why}")]
pub struct CodeError {
    /// What the virtual machine says.
    pub why: String,
}

impl Code {
    /// Native functions. Addresses derived from its checksum need one: zeros
    /// until [`Code::with_checksum`] says otherwise.
    #[must_use]
    pub fn native(contract: Native) -> Code {
        Code {
            checksum: [0; 32],
            body: Body::Native(contract),
        }
    }

    /// Wasm, checked, metered and compiled by the node's own virtual machine.
    ///
    /// # Errors
    /// The Wasm is no contract that the chain would store, or this machine
    /// cannot run any.
    pub fn compiled(wasm: &[u8]) -> Result<Code, CodeError> {
        let refused = |why: &dyn fmt::Display| CodeError {
            why: why.to_string(),
        };
        let vm = shared_vm()?;
        let id = vm.load(wasm).map_err(|why| refused(&why))?;
        Ok(Code {
            checksum: id.0,
            body: Body::Compiled(Compiled {
                vm,
                id,
                wasm: wasm.into(),
            }),
        })
    }

    /// With a checksum that only addresses are derived from: a native code
    /// with its Wasm's checksum lives at the addresses of that Wasm.
    #[must_use]
    pub fn with_checksum(mut self, checksum: [u8; 32]) -> Code {
        self.checksum = checksum;
        self
    }

    /// The checksum.
    #[must_use]
    pub fn checksum(&self) -> [u8; 32] {
        self.checksum
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.body {
            Body::Native(_) => "native",
            Body::Compiled(_) => "compiled",
        };
        write!(f, "Code({kind} {})", hex::encode(self.checksum))
    }
}

/// One engine for the process: its pool reserves much address space.
fn shared_vm() -> Result<Vm, CodeError> {
    static VM: OnceLock<Result<Vm, CodeError>> = OnceLock::new();
    VM.get_or_init(|| {
        Vm::new(VmConfig::default()).map_err(|why| CodeError {
            why: why.to_string(),
        })
    })
    .clone()
}
