//! Random programs, and their text.

use std::fmt::Write;

const FUNCTIONS: usize = 4;

/// Programs over one variable `x`. Branches never go back to a loop header except by the loop's own counter, and
/// functions call only later ones, so every program ends.
pub enum Statement {
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

pub struct Function {
    pub locals: u32,
    pub body: Vec<Statement>,
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

pub fn program(seed: u64) -> Vec<Function> {
    let mut random = Random(seed | 1);
    (0..FUNCTIONS)
        .map(|function| Function {
            locals: 5 + random.below(60) as u32,
            body: body(&mut random, function, &mut vec![true], 4),
        })
        .collect()
}

// As text: local 0 is x; locals 1 to 5 count loops, by nesting.

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

pub fn wasm(functions: &[Function], execute: &str) -> Vec<u8> {
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
