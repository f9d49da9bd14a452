// Proves with snarkjs, one after another in turns, and prints a JSON line for each circuit: the least of the rounds.
// CPU milliseconds are those of this whole process, its worker threads too, so that more cores change nothing.
//
//   node bench.mjs ROUNDS FOLDER…
//
// Folders as cases.mjs says. What rapidsnark proved there is verified, too.
import { readFile } from 'node:fs/promises';
import process from 'node:process';
import * as snarkjs from 'snarkjs';
import { folder, peers } from './cases.mjs';
import { circuit } from './circuit.mjs';

const [rounds, ...folders] = process.argv.slice(2);
// what was installed, not what was asked for: the package does not export its own description
const installed = new URL('node_modules/snarkjs/package.json', import.meta.url);
const { version } = JSON.parse(await readFile(installed, 'utf8'));

async function measured(work) {
  const [cpu, wall] = [process.cpuUsage(), process.hrtime.bigint()];
  const result = await work();
  const used = process.cpuUsage(cpu);
  return {
    result,
    cpu: (used.user + used.system) / 1000,
    wall: Number(process.hrtime.bigint() - wall) / 1e6,
  };
}

async function prove(one) {
  const witness = one.input
    ? (await measured(() => snarkjs.wtns.calculate(one.input, one.wasm, { type: 'mem' }))).cpu
    : undefined;
  const proving = await measured(() => snarkjs.groth16.prove(one.zkey, one.wtns));
  const { proof, publicSignals } = proving.result;
  const checking = await measured(() => snarkjs.groth16.verify(one.vkey, publicSignals, proof));
  if (checking.result !== true) throw new Error(`${one.name}: its own proof does not verify`);
  return { witness, prove: proving.cpu, wall: proving.wall, verify: checking.cpu };
}

const known = new Map(peers().map((peer) => [peer.name, peer]));
const cases = [];
for (const path of folders) {
  const one = await folder(path);
  const { input, wasm } = known.get(one.name) ?? {};
  cases.push({ ...one, input, wasm });
  if (one.rapid && !(await snarkjs.groth16.verify(one.vkey, one.rapid.publics, one.rapid.proof))) {
    throw new Error(`${one.name}: rapidsnark's proof does not verify`);
  }
}
const best = cases.map(() => ({}));
// the first round also compiles: it does not count
for (let round = 0; round <= Number(rounds); round += 1) {
  for (const [i, one] of cases.entries()) {
    const took = await prove(one);
    process.stderr.write(`${one.name} round ${round}: ${JSON.stringify(took)}\n`);
    for (const [what, ms] of Object.entries(took)) {
      if (round > 0 && ms !== undefined) best[i][what] = Math.min(best[i][what] ?? Infinity, ms);
    }
  }
}
for (const [i, one] of cases.entries()) {
  const figures = Object.fromEntries(Object.entries(best[i]).map(([k, v]) => [`${k}_ms`, Number(v.toFixed(2))]));
  const line = { name: one.name, snarkjs: version, node: process.version, ...(await circuit(one.zkey)), ...figures };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
process.exit(0); // snarkjs leaves its workers running
