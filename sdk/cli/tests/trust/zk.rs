//! What `mycel zk` writes, judged by snarkjs.
use std::path::{Path, PathBuf};

use mycel_ceremony::{development, transcript::Transcript};
use serde_json::{Value, json};
use snapbox::cmd::{Command, cargo_bin};
use tempfile::TempDir;

/// log₂ of the powers of tau: as many as attest needs.
const POWER: u32 = 11;

/// A folder to run in, and one with the proving keys.
struct Bench {
    home: TempDir,
    keys: PathBuf,
}

impl Bench {
    fn new() -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
            keys: concat!(env!("CARGO_TARGET_TMPDIR"), "/keys").into(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn run(&self, line: &str) -> (i32, String, String) {
        let output = Command::new(cargo_bin!("mycel"))
            .env("MYCEL_HOME", self.home.path())
            .env("MYCEL_KEYS", &self.keys)
            .env("NO_COLOR", "1")
            .current_dir(self.home.path())
            .args(line.split(' ').skip(1))
            .output()
            .unwrap();
        (
            output.status.code().unwrap_or(-1),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    }

    /// What a line says that has to go well, as JSON.
    #[track_caller]
    fn does(&self, line: &str) -> Value {
        let (code, out, err) = self.run(&format!("{line} --output json"));
        assert_eq!(code, 0, "{line}: {out}{err}");
        serde_json::from_str(&out).unwrap_or_else(|e| panic!("{line}: {e}: {out}"))
    }

    #[track_caller]
    fn refuses(&self, line: &str, why: &str) {
        let (code, out, err) = self.run(line);
        assert!(
            code != 0 && out.is_empty() && err.contains(why),
            "{line}: {code} {out}{err}"
        );
    }
}

/// Gives snarkjs a list of verbs (see `tests/compat/zk/zk.mjs`); whether each verdict was good.
pub fn snarkjs(jobs: &Value) -> Vec<bool> {
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
    answers.iter().map(|answer| answer["ok"] == true).collect()
}

#[test]
fn snarkjs_takes_an_example_of_a_show_and_refuses_it_with_another_statement() {
    let bench = Bench::new();
    bench.does("mycel zk example --circuit show --seed 1 --out example");
    let file = |name: &str| bench.path("example").join(name);
    let text = std::fs::read_to_string(file("public.json")).unwrap();
    let mut publics: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(publics.as_array().unwrap().len(), 12);
    publics[2] = json!("1");
    std::fs::write(file("other.json"), publics.to_string()).unwrap();
    let (key, proof) = (file("verification_key.json"), file("proof.json"));
    let read = |path: &Path| -> Value {
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    };
    let (public, made) = (read(&file("public.json")), read(&proof));
    mycel_props::proofs::keep_file(
        "show",
        &json!({"verification_key": read(&key), "public": public, "proof": made}),
    );
    let verdicts = snarkjs(&json!([
        ["verify", key, file("public.json"), proof],
        ["verify", key, file("other.json"), proof],
    ]));
    assert_eq!(verdicts, [true, false]);
}

#[test]
fn a_ceremony_goes_step_by_step_from_the_command_line_and_snarkjs_follows_it() {
    let bench = Bench::new();
    development::powers(POWER, &bench.path("powers.ptau")).unwrap();
    let verb = |verb: &str| format!("mycel zk ceremony {verb}");
    bench.refuses(&verb("contribute folder --name ada"), "begin");
    bench.does(&verb("init folder --circuit attest --ptau powers.ptau"));
    bench.refuses(&verb("beacon folder --value 0102"), "contribute first");
    std::fs::write(bench.path("dice.txt"), "6 1 4 4 2").unwrap();
    let ada = bench.does(&verb("contribute folder --name ada --entropy dice.txt"));
    assert_eq!(ada["step"], 1);
    let followed = bench.does(&verb("verify folder --ptau powers.ptau"));
    assert_eq!(
        (&followed["holds"], &followed["ends_with_beacon"]),
        (&json!(true), &json!(false))
    );
    bench.refuses(&verb("beacon folder --value xyz"), "is no hex");
    bench.does(&verb("beacon folder --value 0102030405060708"));
    let closed = bench.does(&verb("finish folder --ptau powers.ptau"));
    assert_eq!(closed["contributions"][0]["name"], "ada");
    assert_eq!(closed["contributions"][0]["hash"], ada["hash"]);
    assert_eq!(closed["ends_with_beacon"], true);
    bench.refuses(&verb("contribute folder --name late"), "finished");
    let made = bench.does(&verb("export folder --out key"));
    assert_eq!(made["transcript"]["contributions"][0]["hash"], ada["hash"]);
    let transcript = std::fs::read(bench.path("key/transcript.json")).unwrap();
    let transcript: Transcript = serde_json::from_slice(&transcript).unwrap();
    assert_eq!(made["ceremony"], hex::encode(transcript.hash()));

    bench.does("mycel zk circuits --r1cs rows");
    let verdicts = snarkjs(&json!([[
        "verifyKey",
        bench.path("rows/attest.r1cs"),
        bench.path("powers.ptau"),
        bench.path("folder/final.zkey")
    ]]));
    assert_eq!(verdicts, [true]);
}
