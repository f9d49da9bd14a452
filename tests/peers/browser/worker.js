// Loads the prover and a proving key that is streamed into it, proves, and says how long each took.
//
// Asked with {digest, instances, stopAt}: a proof for each instance, which is JSON in text as `mycel zk example` writes it;
// with `stopAt` the work stops at that much progress.
const STAGES = ['reading', 'checking', 'witness', 'quotient', 'sums', 'verifying'];

onmessage = async ({ data: question }) => {
  try {
    postMessage({ finished: true, ...(await work(question)) });
  } catch (error) {
    postMessage({ finished: true, error: String(error.message ?? error) });
  }
};

async function work({ digest, instances, stopAt = Infinity }) {
  let steps = 0;
  const stages = new Set();
  const progress = (stage, done, total) => {
    steps += 1;
    stages.add(STAGES[stage]);
    if (steps % 16 === 1) postMessage({ stage: STAGES[stage], done, total });
    return steps >= stopAt ? 1 : 0;
  };
  const start = performance.now();
  const { instance } = await WebAssembly.instantiateStreaming(fetch('/prover.wasm'), { page: { progress } });
  const prover = instance.exports;
  const bytes = () => {
    const [at, length] = [prover.answer(), prover.answer_length()];
    return new Uint8Array(prover.memory.buffer, at, length).slice();
  };
  const must = (code) => { if (code !== 0) throw new Error(new TextDecoder().decode(bytes())); };
  // making room may move the memory: only then is a view taken
  const give = (piece) => {
    const at = prover.room(piece.length);
    new Uint8Array(prover.memory.buffer, at, piece.length).set(piece);
  };
  const loaded = performance.now();

  const response = await fetch('/circuit.zkey');
  const total = Number(response.headers.get('content-length'));
  let got = 0;
  for (const reader = response.body.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) break;
    give(value);
    must(prover.key_add(value.length));
    got += value.length;
    postMessage({ stage: 'downloading', done: got, total });
  }
  const downloaded = performance.now();
  give(Uint8Array.from(digest.match(/../g), (byte) => parseInt(byte, 16)));
  must(prover.key_read());
  const read = performance.now();

  const proofs = [];
  for (const [number, instance] of instances.entries()) {
    const begin = performance.now();
    const text = new TextEncoder().encode(instance);
    const written = new Uint8Array(32 + text.length);
    crypto.getRandomValues(written.subarray(0, 32));
    written.set(text, 32);
    give(written);
    must(prover.prove(written.length));
    proofs.push({ number, ms: performance.now() - begin, answer: hex(bytes()) });
  }
  return {
    load_ms: loaded - start,
    download_ms: downloaded - loaded,
    read_ms: read - downloaded,
    key_bytes: got,
    memory_bytes: prover.memory.buffer.byteLength,
    steps,
    stages: [...stages],
    proofs,
  };
}

const hex = (list) => Array.from(list, (byte) => byte.toString(16).padStart(2, '0')).join('');
