// A circuit proven in a worker of a real Chromium; everything it loads comes from a server on loopback.
//
//   node run.mjs CHROMIUM PROVER.wasm FOLDER PROOFS
//
// FOLDER has circuit.zkey, its BLAKE3 in digest.txt, and instance-1.json … instance-PROOFS.json.
// stdout: one JSON object with the browser, the times, and the proofs for somebody else to verify.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import process from 'node:process';
import { chromium } from 'playwright-core';

const [executablePath, wasm, folder, count] = process.argv.slice(2);
const text = (name) => readFile(join(folder, name), 'utf8');
const digest = (await text('digest.txt')).trim();
const instances = await Promise.all(Array.from({ length: Number(count) }, (_, i) => text(`instance-${i + 1}.json`)));
const here = (name) => new URL(name, import.meta.url);
const files = new Map([
  ['/', [here('page.html'), 'text/html']],
  ['/worker.js', [here('worker.js'), 'text/javascript']],
  ['/prover.wasm', [wasm, 'application/wasm']],
  ['/circuit.zkey', [join(folder, 'circuit.zkey'), 'application/octet-stream']],
]);
// also what a page's own script would be held to: nothing from elsewhere, nothing but this module compiled
const POLICY = "default-src 'none'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'";

const server = createServer(async ({ url }, response) => {
  const file = files.get(url);
  if (!file) return response.writeHead(404).end();
  const body = await readFile(file[0]);
  response.writeHead(200, { 'content-type': file[1], 'content-length': body.length, 'content-security-policy': POLICY });
  response.end(body);
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
// a browser that hangs must not hang its caller
setTimeout(() => { process.stderr.write('no answer within 180 s\n'); process.exit(1); }, 180_000).unref();

const browser = await chromium.launch({
  executablePath,
  headless: true,
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync',
  ],
});
try {
  const page = await browser.newPage();
  const asked = [];
  page.on('request', (request) => asked.push(new URL(request.url()).host));
  page.on('pageerror', (error) => process.stderr.write(`page: ${error}\n`));
  const { port } = server.address();
  await page.goto(`http://127.0.0.1:${port}/`);
  const ask = (question) => page.evaluate((q) => window.ask(q), question);

  const result = await ask({ digest, instances });
  if (result.error) throw new Error(result.error);
  const downloading = await page.evaluate(() => window.said.filter((s) => s.stage === 'downloading').length);
  // what must not work: a key with another digest; work that the page stopped; what is no instance
  const foreign = await ask({ digest: '00'.repeat(32), instances });
  const stopped = await ask({ digest, instances, stopAt: result.steps - 3 });
  const lacking = JSON.stringify({ ...JSON.parse(instances[0]), scope: undefined, deal: undefined, idc: undefined });
  const missing = await ask({ digest, instances: [lacking] });
  if (!/digest/.test(foreign.error ?? '')) throw new Error(`another digest: ${JSON.stringify(foreign)}`);
  if (!/cancel|stop/.test(stopped.error ?? '')) throw new Error(`stopped: ${JSON.stringify(stopped)}`);
  if (!/(scope|deal|idc) is missing/.test(missing.error ?? '')) throw new Error(`a field less: ${JSON.stringify(missing)}`);
  if (asked.some((host) => host !== `127.0.0.1:${port}`)) throw new Error(`asked elsewhere: ${asked}`);
  process.stdout.write(`${JSON.stringify({
    browser: `Chromium ${browser.version()}`,
    downloading,
    foreign: foreign.error,
    stopped: stopped.error,
    missing: missing.error,
    digest,
    ...result,
  })}\n`);
} finally {
  await browser.close();
  server.close();
}
process.exit(0);
