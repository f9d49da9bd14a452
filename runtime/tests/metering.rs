//! Gas metered in the Wasm against a count by an interpreter that knows nothing of how it is inserted: every executed
//! operator costs its price, those since the last end of a basic block are lost at a trap, and gas that does not
//! suffice ends the call.

use std::fmt::Write;
use std::sync::OnceLock;

use mycel_runtime::check::check;
use mycel_runtime::prepare::prepare;
use mycel_runtime::testing::MockEnvironment;
use mycel_runtime::{Call, CallOutcome, CallReport, Cancel, Schedule, TrapCode, Vm, VmConfig};
use proptest::prelude::*;

const PLAIN: u64 = 115;
const CONTROL: u64 = 1_610;
const AMPLE: u64 = 1 << 40;
const FUNCTIONS: usize = 4;

/// Programs over one variable `x`. Branches never go back to a loop header except by the loop's own counter, and
/// functions call only later ones, so every program ends.
#[derive(Debug)]
enum Statement {
    /// `x = x * a + c`.
    Step,
    /// An operator that costs and does nothing.
    Nop,
    Block(Vec<Statement>),
    Loop(u32, Vec<Statement>),
    If(u32, Vec<Statement>, Option<Vec<Statement>>),
    Br(u32),
    BrIf(u32, u32),
    BrTable(Vec<u32>, u32),
    Return,
    Call(usize),
    Fill(u32),
    Unreachable,
}

struct Function {
    locals: u32,
    body: Vec<Statement>,
}

/// xorshift: small, and its seed is all there is to print.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % n
    }
}

/// Labels in scope, innermost last: whether a branch may go there.
type Labels = Vec<bool>;

fn body(random: &mut Random, function: usize, labels: &mut Labels, depth: u32) -> Vec<Statement> {
    let length = 1 + random.below(5);
    (0..length)
        .map(|_| statement(random, function, labels, depth))
        .collect()
}

fn target(random: &mut Random, labels: &Labels) -> Option<u32> {
    let open: Vec<u32> = (0..labels.len() as u32)
        .filter(|d| labels[labels.len() - 1 - *d as usize])
        .collect();
    let at = random.below(open.len().max(1));
    open.get(at).copied()
}

fn statement(random: &mut Random, function: usize, labels: &mut Labels, depth: u32) -> Statement {
    let bit = random.below(16) as u32;
    let kind = random.below(if depth == 0 { 10 } else { 14 });
    let mut inside = |random: &mut Random, open: bool| {
        labels.push(open);
        let body = body(random, function, labels, depth - 1);
        labels.pop();
        body
    };
    match kind {
        10 => Statement::Block(inside(random, true)),
        11 => {
            let times = 1 + random.below(4) as u32;
            Statement::Loop(times, inside(random, false))
        }
        12 => Statement::If(bit, inside(random, true), None),
        13 => {
            let yes = inside(random, true);
            let no = inside(random, true);
            Statement::If(bit, yes, Some(no))
        }
        0..=2 => Statement::Step,
        3 => Statement::Nop,
        4 | 5 if function + 1 < FUNCTIONS => {
            let later = FUNCTIONS - function - 1;
            Statement::Call(function + 1 + random.below(later))
        }
        6 => match target(random, labels) {
            Some(to) => Statement::BrIf(to, bit),
            None => Statement::Step,
        },
        7 => match target(random, labels) {
            Some(to) if bit < 4 => Statement::Br(to),
            Some(to) => Statement::BrTable(vec![to; 1 + bit as usize % 3], to),
            None => Statement::Return,
        },
        8 => Statement::Fill(bit * 100),
        9 if bit == 0 => Statement::Unreachable,
        9 if bit < 4 => Statement::Return,
        _ => Statement::Step,
    }
}

fn program(seed: u64) -> Vec<Function> {
    let mut random = Random(seed | 1);
    (0..FUNCTIONS)
        .map(|function| Function {
            locals: 5 + random.below(60) as u32,
            body: body(&mut random, function, &mut vec![true], 4),
        })
        .collect()
}

// ---- as text. Local 0 is x; locals 1 to 5 count loops, by nesting.

fn text(out: &mut String, statements: &[Statement], loops: u32) {
    let bit = |bit: u32| format!("local.get 0 i32.const {} i32.and", 1u32 << bit);
    for statement in statements {
        match statement {
            Statement::Step => {
                out.push_str("local.get 0 i32.const 1103515245 i32.mul i32.const 12345 i32.add local.set 0\n");
            }
            Statement::Nop => out.push_str("nop\n"),
            Statement::Block(body) => {
                out.push_str("block\n");
                text(out, body, loops);
                out.push_str("end\n");
            }
            Statement::Loop(times, body) => {
                let counter = 1 + loops;
                let _ = writeln!(out, "i32.const {times} local.set {counter} loop");
                text(out, body, loops + 1);
                let _ = writeln!(
                    out,
                    "local.get {counter} i32.const 1 i32.sub local.tee {counter} br_if 0 end"
                );
            }
            Statement::If(at, yes, no) => {
                let _ = writeln!(out, "{} if", bit(*at));
                text(out, yes, loops);
                if let Some(no) = no {
                    out.push_str("else\n");
                    text(out, no, loops);
                }
                out.push_str("end\n");
            }
            // The function's result lies on the stack of a branch that leaves it; of any other it is dropped.
            Statement::Br(to) => {
                let _ = writeln!(out, "local.get 0 br {to}");
            }
            Statement::BrIf(to, at) => {
                let _ = writeln!(out, "local.get 0 {} br_if {to} drop", bit(*at));
            }
            Statement::BrTable(to, last) => {
                let to: Vec<String> = to.iter().map(u32::to_string).collect();
                let _ = writeln!(
                    out,
                    "local.get 0 local.get 0 i32.const 3 i32.and br_table {} {last}",
                    to.join(" ")
                );
            }
            Statement::Return => out.push_str("local.get 0 return\n"),
            Statement::Call(function) => {
                let _ = writeln!(out, "local.get 0 call $f{function} local.set 0");
            }
            Statement::Fill(length) => {
                let _ = writeln!(
                    out,
                    "i32.const 8192 i32.const 0 i32.const {length} memory.fill"
                );
            }
            Statement::Unreachable => out.push_str("unreachable\n"),
        }
    }
}

fn wasm(functions: &[Function], execute: &str) -> Vec<u8> {
    let mut out = String::from(
        r#"(module (memory (export "memory") 1) (data (i32.const 512) "\0c\02\00\00\02\00\00\00\02\00\00\00{}")
        (func (export "interface_version_8"))
        (func (export "allocate") (param i32) (result i32)
          i32.const 1024 i32.const 1036 i32.store i32.const 1028 i32.const 64 i32.store i32.const 1024)
        (func (export "deallocate") (param i32))
        "#,
    );
    let _ = writeln!(
        out,
        "(func (export \"execute\") (param i32 i32 i32) (result i32) {execute})"
    );
    for (index, function) in functions.iter().enumerate() {
        let locals = "i32 ".repeat(function.locals as usize);
        let _ = writeln!(
            out,
            "(func $f{index} (param i32) (result i32) (local {locals})"
        );
        text(&mut out, &function.body, 0);
        out.push_str("local.get 0)\n");
    }
    out.push(')');
    wat::parse_str(&out).unwrap_or_else(|e| panic!("{e}\n{out}"))
}

// ---- the independent count.

enum Flow {
    Next,
    Branch(u32),
    Return,
    Trap,
    TooLong,
}

struct Count<'p> {
    program: &'p [Function],
    gas: u64,
    /// Of the operators since the last end of a basic block: not charged yet.
    due: u64,
    steps_left: u32,
}

impl Count<'_> {
    fn plain(&mut self, operators: u64) {
        self.due += operators * PLAIN;
    }

    fn control(&mut self) {
        self.gas += self.due + CONTROL;
        self.due = 0;
    }

    /// Runs a function and gives its result, or how the program ended in it.
    fn function(&mut self, index: usize, mut x: u32) -> Result<u32, Flow> {
        let function = &self.program[index];
        self.gas += PLAIN * u64::from(function.locals.saturating_sub(29));
        match self.run(&function.body, &mut x) {
            Flow::Next => {
                self.plain(1);
                self.control();
                Ok(x)
            }
            Flow::Branch(_) | Flow::Return => Ok(x),
            end => Err(end),
        }
    }

    fn run(&mut self, statements: &[Statement], x: &mut u32) -> Flow {
        for statement in statements {
            match self.statement(statement, x) {
                Flow::Next => {}
                other => return other,
            }
        }
        Flow::Next
    }

    /// The end of a block: reached by falling into it, which costs an operator, or by a branch, which does not.
    fn end(&mut self, flow: Flow) -> Flow {
        match flow {
            Flow::Next => {
                self.control();
                Flow::Next
            }
            Flow::Branch(0) => Flow::Next,
            Flow::Branch(further) => Flow::Branch(further - 1),
            other => other,
        }
    }

    fn statement(&mut self, statement: &Statement, x: &mut u32) -> Flow {
        self.steps_left = match self.steps_left.checked_sub(1) {
            Some(left) => left,
            None => return Flow::TooLong,
        };
        let set = |x: u32, bit: u32| x & (1 << bit) != 0;
        match statement {
            Statement::Step => {
                self.plain(6);
                *x = x.wrapping_mul(1_103_515_245).wrapping_add(12_345);
            }
            Statement::Nop => self.plain(1),
            Statement::Block(body) => {
                self.plain(1);
                let flow = self.run(body, x);
                return self.end(flow);
            }
            Statement::Loop(times, body) => {
                self.plain(2);
                self.control();
                for _ in 0..*times {
                    match self.run(body, x) {
                        Flow::Next => {}
                        flow => return self.end(flow),
                    }
                    self.plain(4);
                    self.control();
                }
                self.control();
            }
            Statement::If(bit, yes, no) => {
                self.plain(3);
                self.control();
                return match (set(*x, *bit), no) {
                    (true, _) => {
                        // Falls into `end`, or into `else`, which costs the same.
                        let flow = self.run(yes, x);
                        self.end(flow)
                    }
                    (false, Some(no)) => {
                        let flow = self.run(no, x);
                        self.end(flow)
                    }
                    (false, None) => Flow::Next,
                };
            }
            Statement::Br(to) => {
                self.plain(1);
                self.control();
                return Flow::Branch(*to);
            }
            Statement::BrIf(to, bit) => {
                self.plain(4);
                self.control();
                if set(*x, *bit) {
                    return Flow::Branch(*to);
                }
                self.plain(1);
            }
            Statement::BrTable(_, to) => {
                self.plain(4);
                self.control();
                return Flow::Branch(*to);
            }
            Statement::Return => {
                self.plain(1);
                self.control();
                return Flow::Return;
            }
            Statement::Call(function) => {
                self.plain(1);
                self.control();
                *x = match self.function(*function, *x) {
                    Ok(x) => x,
                    Err(end) => return end,
                };
                self.plain(1);
            }
            Statement::Fill(length) => {
                self.plain(4);
                self.gas += PLAIN * u64::from(*length);
            }
            Statement::Unreachable => return Flow::Trap,
        }
        Flow::Next
    }
}

// ---- the comparison.

fn vm() -> &'static Vm {
    static VM: OnceLock<Vm> = OnceLock::new();
    VM.get_or_init(|| {
        let config = VmConfig {
            code_bytes: 1 << 20,
            ..VmConfig::default()
        };
        Vm::new(config).expect("an engine")
    })
}

fn run(wasm: &[u8], gas: u64) -> CallReport {
    let code = vm().load(wasm).unwrap_or_else(|e| panic!("{e}"));
    vm().call(
        &code,
        Call::execute(b"{}", b"{}", b"{}"),
        gas,
        Box::new(MockEnvironment::default()),
        &Cancel::new(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn metered_gas_equals_an_independent_count(seed: u64, x: u32) {
        let functions = program(seed);
        let mut count = Count { program: &functions, gas: 0, due: 0, steps_left: 100_000 };
        let ended = count.function(0, x);
        prop_assume!(!matches!(ended, Err(Flow::TooLong)));

        let with = wasm(&functions, &format!("i32.const {} call $f0 drop i32.const 512", x as i32));
        let (gas, outcome) = match ended {
            Ok(_) => {
                let without = run(&wasm(&functions, "i32.const 512"), AMPLE);
                let around = 2 * PLAIN + CONTROL;
                // What is due at the return of the call is charged with the rest of `execute`.
                (without.gas_used + around + count.gas + count.due, CallOutcome::Ok("{}".into()))
            }
            Err(_) => {
                let without = run(&wasm(&functions, "unreachable"), AMPLE);
                let before = PLAIN + CONTROL;
                (without.gas_used + before + count.gas, CallOutcome::Trap(TrapCode::Unreachable))
            }
        };
        let ample = run(&with, AMPLE);
        prop_assert_eq!(&ample.outcome, &outcome);
        prop_assert_eq!(ample.gas_used, gas);

        let just = run(&with, gas);
        prop_assert_eq!(&just.outcome, &outcome);
        prop_assert_eq!(just.gas_used, gas);
        let short = run(&with, gas - 1);
        prop_assert_eq!(short.outcome, CallOutcome::OutOfGas);
        prop_assert_eq!(short.gas_used, gas - 1);
    }

    #[test]
    fn what_is_prepared_is_valid_and_has_a_memory_maximum(seed: u64) {
        let wasm = wasm(&program(seed), "i32.const 512");
        let config = VmConfig::default();
        let checked = check(&wasm, &config.limits, &config.capabilities).expect("a contract");
        let prepared = prepare(&wasm, &checked, &Schedule::ONE).expect("checked");
        let types = wasmparser::Validator::new().validate_all(&prepared).expect("valid");
        let types = types.as_ref();
        prop_assert_eq!(types.memory_at(0).maximum, Some(512));
        prop_assert_eq!(types.global_count(), 2);
        // The same every time.
        prop_assert_eq!(prepare(&wasm, &checked, &Schedule::ONE).expect("checked"), prepared);
    }
}
