// snarkjs and circomlibjs, unmodified, as the judges of proofs, keys and ceremonies.
//
//   node zk.mjs job.json        a list of [verb, ...arguments]; answers one JSON list on stdout, an answer for each
//
// A verb that throws answers {"error": "..."}; the exit code is 1 only if the job itself cannot be read.
import fs from "node:fs";
import * as snarkjs from "snarkjs";
import { buildPoseidon } from "circomlibjs";

const json = (path) => JSON.parse(fs.readFileSync(path, "utf8"));
const put = (path, value) => fs.writeFileSync(path, JSON.stringify(value, null, 1));
const hex = (bytes) => Buffer.from(bytes).toString("hex");

/** What snarkjs says while it verifies: its verdict is a boolean, its reason a line. */
const listening = async (work) => {
  const lines = [];
  const keep = (line) => lines.push(String(line));
  const logger = { debug() {}, info() {}, warn: keep, error: keep };
  const log = console.log;
  console.log = keep; // some verdicts are only printed
  try {
    return { ok: (await work(logger)) === true, said: lines };
  } finally {
    console.log = log;
  }
};

const verbs = {
  /** Whether a proof holds. */
  verify: (key, publics, proof) =>
    listening((logger) => snarkjs.groth16.verify(json(key), json(publics), json(proof), logger)),
  /** All proofs of a folder (see `tests/props/src/proofs.rs`): CIRCUIT/HASH.json {key, public, proof}, keys/DIGEST.json.
   * Each has to hold, and every so-manieth of each circuit must not with one public input changed. */
  verifyAll: async (folder, every) => {
    const holds = async (key, publics, proof) =>
      (await listening((logger) => snarkjs.groth16.verify(key, publics, proof, logger))).ok;
    const [circuits, keys, failed] = [{}, {}, []];
    for (const circuit of fs.readdirSync(folder).filter((name) => name !== "keys").sort()) {
      const names = fs.readdirSync(`${folder}/${circuit}`).filter((name) => name.endsWith(".json"));
      const counts = (circuits[circuit] = { verified: 0, changed_and_refused: 0 });
      for (const [number, name] of names.sort().entries()) {
        const { key: digest, public: publics, proof } = json(`${folder}/${circuit}/${name}`);
        const key = (keys[digest] ??= json(`${folder}/keys/${digest}.json`));
        if (await holds(key, publics, proof)) counts.verified += 1;
        else failed.push(`${circuit}/${name}`);
        if (number % every !== 0) continue;
        // another place each time, so that a circuit with enough proofs has all of them changed
        const at = (number / every) % publics.length;
        const other = publics.map((x, place) => (place === at ? String(BigInt(x) ^ 1n) : x));
        if (await holds(key, other, proof)) failed.push(`${circuit}/${name} with public input ${at} changed`);
        else counts.changed_and_refused += 1;
      }
    }
    const { version } = json("node_modules/snarkjs/package.json");
    return { ok: failed.length === 0, failed, version, keys: Object.keys(keys).length, circuits };
  },
  /** A proof of snarkjs' own. */
  prove: async (zkey, wtns, proof, publics) => {
    const made = await snarkjs.groth16.prove(zkey, wtns);
    put(proof, made.proof);
    put(publics, made.publicSignals);
    return { ok: true };
  },
  /** Whether a witness satisfies a constraint system. */
  check: (r1cs, wtns) => listening((logger) => snarkjs.wtns.check(r1cs, wtns, logger)),
  /** The first key of a ceremony. */
  init: async (r1cs, ptau, zkey) => ({ hash: hex(await snarkjs.zKey.newZKey(r1cs, ptau, zkey)) }),
  contribute: async (from, to, name) => ({
    hash: hex(await snarkjs.zKey.contribute(from, to, name, "some words of a person")),
  }),
  beacon: async (from, to, name, value, iterations) => ({
    hash: hex(await snarkjs.zKey.beacon(from, to, name, value, iterations)),
  }),
  /** Whether a key is this circuit's after its contributions. */
  verifyKey: (r1cs, ptau, zkey) =>
    listening((logger) => snarkjs.zKey.verifyFromR1cs(r1cs, ptau, zkey, logger)),
  /** The same, given the first key. */
  verifyFrom: (init, ptau, zkey) =>
    listening((logger) => snarkjs.zKey.verifyFromInit(init, ptau, zkey, logger)),
  exportKey: async (zkey, to) => {
    put(to, await snarkjs.zKey.exportVerificationKey(zkey));
    return { ok: true };
  },
  /** Lagrange points of powers of tau. */
  prepare: async (from, to) => {
    await snarkjs.powersOfTau.preparePhase2(from, to);
    return { ok: true };
  },
  /** Powers of tau that snarkjs made: one contribution, prepared for phase 2. */
  powers: async (power, folder) => {
    const curve = await snarkjs.curves.getCurveFromName("bn128");
    const [a, b, to] = ["a", "b", "powers"].map((name) => `${folder}/${name}.ptau`);
    await snarkjs.powersOfTau.newAccumulator(curve, power, a);
    await snarkjs.powersOfTau.contribute(a, b, "someone", "some words of a person");
    await snarkjs.powersOfTau.preparePhase2(b, to);
    return { ok: true };
  },
  /** circomlib's Poseidon over decimal strings. */
  poseidon: async (lists) => {
    const poseidon = await buildPoseidon();
    return { hashes: lists.map((list) => poseidon.F.toString(poseidon(list.map(BigInt)))) };
  },
};

const answers = [];
for (const [verb, ...rest] of json(process.argv[2])) {
  try {
    answers.push(await verbs[verb](...rest));
  } catch (error) {
    answers.push({ error: String(error?.message ?? error) });
  }
}
// workers of the curve would keep the process alive
process.stdout.write(`${JSON.stringify(answers)}\n`, () => process.exit(0));
