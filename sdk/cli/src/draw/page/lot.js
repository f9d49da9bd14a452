"use strict";
// Lots: how a beacon's value becomes an index, an order, a seating. No library: SHA-256 is written out, by FIPS 180-4.

// The first bits of the fractional parts of roots of primes, as the standard derives its constants.
const [SHA_START, SHA_ROUND] = (() => {
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
  const root = (value, power) => {
    let low = 0n, high = 1n << 64n;
    while (high - low > 1n) {
      const middle = (low + high) >> 1n;
      if (middle ** power <= value) low = middle; else high = middle;
    }
    return Number(low & 0xffffffffn);
  };
  return [
    primes.slice(0, 8).map((p) => root(BigInt(p) << 64n, 2n)),
    primes.map((p) => root(BigInt(p) << 96n, 3n)),
  ];
})();

function sha256(bytes) {
  const length = bytes.length;
  const padded = new Uint8Array(((length + 8) >> 6 << 6) + 64);
  padded.set(bytes);
  padded[length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(length) * 8n);
  const state = SHA_START.slice();
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  const w = new Int32Array(64);
  for (let block = 0; block < padded.length; block += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getInt32(block + 4 * i);
    for (let i = 16; i < 64; i++) {
      const a = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
      const b = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
      w[i] = w[i - 16] + a + w[i - 7] + b;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + SHA_ROUND[i] + w[i]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => { state[i] = (state[i] + value) | 0; });
  }
  const out = new Uint8Array(32);
  state.forEach((value, i) => new DataView(out.buffer).setInt32(4 * i, value));
  return out;
}

const utf8 = (text) => new TextEncoder().encode(text);
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));

function join(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { all.set(part, at); at += part.length; }
  return all;
}

function big(value, bytes) {
  const out = new Uint8Array(bytes);
  let left = BigInt(value);
  for (let i = bytes - 1; i >= 0; i--) { out[i] = Number(left & 255n); left >>= 8n; }
  return out;
}

const withLength = (bytes) => join(big(bytes.length, 4), bytes);

// The lot of a question: its kind, the beacon's value, and what tells it from all others.
function lotOf(domain, beacon, parts) {
  return sha256(join(utf8("mycel/lot/1"), withLength(utf8(domain)), beacon, ...parts.map(withLength)));
}

// The first bits of the lot as a number.
function indexOf(lot, bits) {
  const head = new DataView(lot.buffer, lot.byteOffset).getUint32(0);
  return bits === 0 ? 0 : head >>> (32 - bits);
}

// Numbers below a bound, each equally likely: words that would favour some are passed over.
function* words(lot, label) {
  for (let block = 0n; ; block++) {
    const view = new DataView(sha256(join(lot, withLength(label), big(block, 8))).buffer);
    for (let i = 0; i < 4; i++) yield view.getBigUint64(8 * i);
  }
}

function below(row, bound) {
  const n = BigInt(bound);
  const whole = (1n << 64n) / n * n;
  for (;;) {
    const word = row.next().value;
    if (word < whole) return Number(word % n);
  }
}

// The order of 0..n, drawn as far as it is read: the i-th changes place with one at or after it.
function* order(lot, label, n) {
  const row = words(lot, label);
  const moved = new Map();
  for (let at = 0; at < n; at++) {
    const here = moved.get(at) ?? at;
    const place = at + below(row, n - at);
    const drawn = place === at ? here : moved.get(place) ?? place;
    moved.set(place, here);
    yield drawn;
  }
}

const orderOfType = (lot, type, n) => order(lot, join(utf8("t"), big(type, 2)), n);

function panelAt(index, panels) {
  let left = index;
  for (let place = 0; place < panels.length; place++) {
    if (left < panels[place].times) return place;
    left -= panels[place].times;
  }
  return -1;
}
