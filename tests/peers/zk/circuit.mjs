// How large a circuit is, from its proving key alone. A zkey lists every non-zero coefficient of A and B with the number
// of its constraint; after the circuit's own come one for each public input and one for the constant.
import { open } from 'node:fs/promises';

const HEADER = 2;
const COEFFICIENTS = 4;
const FIELD = 32;

export async function circuit(path) {
  const file = await open(path);
  try {
    const read = async (at, length) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
      if (bytesRead !== length) throw new Error(`${path}: ends early`);
      return buffer;
    };
    const head = await read(0, 12);
    if (head.toString('latin1', 0, 4) !== 'zkey') throw new Error(`${path}: no zkey`);
    const sections = new Map();
    let at = 12;
    for (let n = head.readUInt32LE(8); n > 0; n -= 1) {
      const section = await read(at, 12);
      const size = Number(section.readBigUInt64LE(4));
      sections.set(section.readUInt32LE(0), { at: at + 12, size });
      at += 12 + size;
    }
    const fields = await read(sections.get(HEADER).at, 4 + FIELD + 4 + FIELD + 12);
    const publics = fields.readUInt32LE(4 + FIELD + 4 + FIELD + 4);
    const list = sections.get(COEFFICIENTS);
    const coefficients = await read(list.at, list.size);
    const count = coefficients.readUInt32LE(0);
    let last = 0;
    for (let i = 0; i < count; i += 1) {
      last = Math.max(last, coefficients.readUInt32LE(4 + i * (12 + FIELD) + 4));
    }
    return { constraints: last - publics, publics, key_bytes: at };
  } finally {
    await file.close();
  }
}
