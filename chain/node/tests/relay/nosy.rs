//! The state machine, and something that a test lets happen right after a simulation.
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use mycel_types::{
    Address, Application, BlockInput, Cancel, CheckOutcome, Committed, Draft, Executed, Genesis,
    Halt, Info, Limits, Outcome, Parent, QueryAt, QueryOutcome, Reservations, Snapshots, Verdict,
};

type Hook = Box<dyn FnOnce() + Send>;

pub struct Nosy {
    app: Arc<dyn Application>,
    after: Mutex<Option<Hook>>,
}

impl Nosy {
    pub fn new(app: Arc<dyn Application>) -> Self {
        Self {
            app,
            after: Mutex::default(),
        }
    }

    /// Lets this happen once, right after the next simulation.
    pub fn after_simulation(&self, hook: impl FnOnce() + Send + 'static) {
        *self.after.lock().unwrap() = Some(Box::new(hook));
    }
}

impl Application for Nosy {
    fn info(&self) -> Info {
        self.app.info()
    }
    fn init_chain(&self, genesis: &Genesis) -> Result<Outcome, Halt> {
        self.app.init_chain(genesis)
    }
    fn check(&self, tx: &[u8], held: &Reservations) -> CheckOutcome {
        self.app.check(tx, held)
    }
    fn prepare(
        &self,
        parent: &Parent,
        draft: Draft,
        pool: &mut dyn Iterator<Item = Bytes>,
    ) -> Vec<Bytes> {
        self.app.prepare(parent, draft, pool)
    }
    fn validate(&self, parent: &Parent, input: &BlockInput) -> Verdict {
        self.app.validate(parent, input)
    }
    fn extend_vote(&self, parent: &Parent, input: &BlockInput) -> Bytes {
        self.app.extend_vote(parent, input)
    }
    fn verify_extension(&self, height: u64, validator: &Address, extension: &[u8]) -> Verdict {
        self.app.verify_extension(height, validator, extension)
    }
    fn execute(
        &self,
        parent: &Parent,
        input: &BlockInput,
        stop: &Cancel,
    ) -> Result<Arc<Executed>, Halt> {
        self.app.execute(parent, input, stop)
    }
    fn commit(&self, done: &Arc<Executed>) -> Result<Committed, Halt> {
        self.app.commit(done)
    }
    fn query(&self, path: &str, request: &[u8], at: QueryAt, limits: &Limits) -> QueryOutcome {
        let answer = self.app.query(path, request, at, limits);
        if path.ends_with("/Simulate") {
            let hook = self.after.lock().unwrap().take();
            if let Some(hook) = hook {
                hook();
            }
        }
        answer
    }
    fn outcome(&self, height: u64) -> Option<Outcome> {
        self.app.outcome(height)
    }
    fn snapshots(&self) -> &dyn Snapshots {
        self.app.snapshots()
    }
}
