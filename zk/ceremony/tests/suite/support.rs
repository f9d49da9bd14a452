//! A ceremony of attest over small powers of tau, made once, and ways to write and bend keys.
use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use mycel_ceremony::{Ptau, R1cs, Zkey, beacon, contribute, development, init};
use mycel_circuits::Kind;
use serde_json::Value;
use tempfile::TempDir;

/// log₂ of the powers of tau: twice as many as attest needs.
pub const POWER: u32 = 12;
pub const BEACON: &str = "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20";

/// attest's ceremony: `init`, two people, a beacon.
pub struct Attest {
    pub folder: TempDir,
    pub r1cs: R1cs,
    pub init: Zkey,
    pub one: Zkey,
    pub two: Zkey,
    pub last: Zkey,
}

pub fn attest() -> &'static Attest {
    static MADE: OnceLock<Attest> = OnceLock::new();
    MADE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        development::powers(POWER, &path("powers.ptau")).unwrap();
        let bytes = r1cs_bytes(Kind::Attest);
        std::fs::write(path("attest.r1cs"), &bytes).unwrap();
        let r1cs = R1cs::read(&bytes).unwrap();
        let first = init(&r1cs, &mut Ptau::open(&path("powers.ptau")).unwrap()).unwrap();
        let one = Zkey::parse(contribute(&first, "ada", b"ada's words").unwrap()).unwrap();
        let two = Zkey::parse(contribute(&one, "béla", b"").unwrap()).unwrap();
        let last = beacon(&two, "beacon", &unhex(BEACON), 10).unwrap();
        let last = Zkey::parse(last).unwrap();
        for (name, key) in [
            ("init", &first),
            ("one", &one),
            ("two", &two),
            ("last", &last),
        ] {
            std::fs::write(path(&format!("{name}.zkey")), key.bytes()).unwrap();
        }
        Attest {
            folder,
            r1cs,
            init: first,
            one,
            two,
            last,
        }
    })
}

impl Attest {
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn powers(&self) -> PathBuf {
        self.path("powers.ptau")
    }
}

pub fn r1cs_bytes(kind: Kind) -> Vec<u8> {
    let mut bytes = Vec::new();
    mycel_circuits::r1cs::write(&kind.compile(), &mut bytes).unwrap();
    bytes
}

pub fn unhex(text: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(digit).collect()
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Where a section of a file with snarkjs' envelope lies.
pub fn section(bytes: &[u8], id: u32) -> std::ops::Range<usize> {
    let mut at = 12;
    loop {
        let found = u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
        let size = u64::from_le_bytes(bytes[at + 4..at + 12].try_into().unwrap()) as usize;
        if found == id {
            return at + 12..at + 12 + size;
        }
        at += 12 + size;
    }
}

/// Gives snarkjs a list of verbs (see `tests/compat/zk/zk.mjs`) and answers what it said to each.
pub fn node(jobs: &Value) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/compat/zk");
    let job = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(job.path(), jobs.to_string()).unwrap();
    let output = Command::new("node")
        .current_dir(folder)
        .arg("zk.mjs")
        .arg(job.path())
        .output()
        .expect("node runs: install node 20 or newer");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "run `npm ci --ignore-scripts` in tests/compat/zk?\n{said}"
    );
    let answers: Vec<Value> = serde_json::from_slice(&output.stdout).expect("one list");
    assert_eq!(answers.len(), jobs.as_array().unwrap().len());
    for (job, answer) in jobs.as_array().unwrap().iter().zip(&answers) {
        assert!(answer.get("error").is_none(), "{job}: {answer}");
    }
    answers
}

/// z = x³ over z public, x and x² secret: three rows' worth of circuit.
pub fn cube() -> Vec<u8> {
    use ark_bn254::Fr;
    let one = |variable: usize| vec![(Fr::from(1), variable)];
    let five = |variable: usize| vec![(Fr::from(5), variable), (-Fr::from(4), variable)];
    let (z, x, square) = (1, 2, 3);
    let compiled = mycel_circuits::Compiled {
        name: "cube",
        matrices: [
            vec![one(x), one(square)],
            vec![five(x), one(x)],
            vec![one(square), one(z)],
        ],
        publics: 1,
        witnesses: 2,
        constraints: 2,
        sections: Vec::new(),
    };
    let mut bytes = Vec::new();
    mycel_circuits::r1cs::write(&compiled, &mut bytes).unwrap();
    bytes
}

/// The same file with another body of a section.
pub fn with_section(bytes: &[u8], id: u32, body: &[u8]) -> Vec<u8> {
    let old = section(bytes, id);
    let mut out = bytes[..old.start - 8].to_vec();
    out.extend_from_slice(&(body.len() as u64).to_le_bytes());
    out.extend_from_slice(body);
    out.extend_from_slice(&bytes[old.end..]);
    out
}
