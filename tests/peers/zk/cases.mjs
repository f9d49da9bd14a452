// All that is proven in one run: the peers' circuits, and folders of ours.
//
//   node cases.mjs FOLDER      writes the peers' keys and witnesses below FOLDER, and prints the folders
//
// A folder has circuit.zkey, circuit.wtns, verification_key.json and name.txt.
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import * as snarkjs from 'snarkjs';
import { semaphore } from './semaphore.mjs';
import { unirep } from './unirep.mjs';

export const peers = () => [semaphore(), unirep()];

export async function folder(path) {
  const json = async (name) => JSON.parse(await readFile(join(path, name), 'utf8'));
  return {
    name: (await readFile(join(path, 'name.txt'), 'utf8')).trim(),
    zkey: join(path, 'circuit.zkey'),
    wtns: join(path, 'circuit.wtns'),
    vkey: await json('verification_key.json'),
    // what rapidsnark made, if it ran
    rapid: await json('rapidsnark.json').catch(() => null),
  };
}

async function write(root) {
  for (const one of peers()) {
    const path = join(root, one.name.toLowerCase().replace(/[^a-z0-9]+/g, '-'));
    await mkdir(path, { recursive: true });
    await copyFile(one.zkey, join(path, 'circuit.zkey'));
    await writeFile(join(path, 'name.txt'), one.name);
    await snarkjs.wtns.calculate(one.input, one.wasm, join(path, 'circuit.wtns'));
    const vkey = await snarkjs.zKey.exportVerificationKey(one.zkey);
    await writeFile(join(path, 'verification_key.json'), JSON.stringify(vkey));
    process.stdout.write(`${path}\n`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await write(process.argv[2]);
  process.exit(0); // snarkjs leaves its workers running
}
