// Checks a lottery file with nothing but this page: node lottery_check.mjs LOTTERY [TOLERANCE, in panels: 2 or 8].
// Prints {panels, min, bound, settled}, or says what is wrong and leaves with 4. All sums are exact.
import { readFileSync } from 'node:fs';

const lottery = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const tolerance = BigInt(process.argv[3] ?? 2);
const refuse = (story) => { console.error(`refused: ${story}`); process.exit(4); };
const exact = (number) => Number.isSafeInteger(number) || typeof number === 'string' ? BigInt(number) : refuse(`no integer: ${number}`);
const total = (numbers) => numbers.reduce((sum, number) => sum + number, 0n);

const { k, types, quotas, panels, levels } = lottery;
const counts = types.map((type) => BigInt(type.members.length));
const everybody = types.flatMap((type) => type.members);
if (new Set(everybody).size !== everybody.length) refuse('somebody is there twice');
const within = quotas.map((quota) => types.map((type) => type.features[quota.feature] === quota.value));

// panels: the least power of two with m·k ≥ 64·n, or twice that; k seats each, within every quota
const m = BigInt(panels.length), n = total(counts);
let least = 1n;
while (least * BigInt(k) < 64n * n) least *= 2n;
if (m !== least && m !== 2n * least) refuse(`panels=${m} where ${least} are expected`);
const sums = counts.map(() => 0n);
panels.forEach((panel, number) => {
  if (panel.length !== types.length || panel.reduce((sum, seats) => sum + seats, 0) !== k) refuse(`size of panel=${number}`);
  panel.forEach((seats, type) => {
    if (!Number.isInteger(seats) || seats < 0 || BigInt(seats) > counts[type]) refuse(`panel=${number} type=${type}`);
    sums[type] += BigInt(seats);
  });
  quotas.forEach(({ min, max }, quota) => {
    const seated = panel.reduce((sum, seats, type) => sum + (within[quota][type] ? seats : 0), 0);
    if (seated < min || seated > max) refuse(`panel=${number} quota=${quota} seated=${seated}`);
  });
});

// levels: everybody of type t has the chance sums[t] / (m·counts[t])
const settled = new Set();
let bounds = [], min;
if (levels.length === 0) refuse('no level');
levels.forEach((level, number) => {
  const [y, s, u, l] = [level.y, level.s, level.u, level.l].map((numbers) => numbers.map(exact));
  const [mu, d] = [exact(level.mu), exact(level.d)];
  if ([...y, ...s, ...u, ...l].some((value) => value < 0n) || d > 2n ** 60n) refuse(`level=${number} out of range`);
  y.forEach((weight, type) => {
    const paid = mu + s[type] + total(quotas.map((_, quota) => (within[quota][type] ? u[quota] - l[quota] : 0n)));
    if (paid < weight) refuse(`level=${number} type=${type} is not paid its weight`);
  });
  if (total(y.map((weight, type) => weight * counts[type])) !== d) refuse(`level=${number} d`);
  const most = BigInt(k) * mu + total(s.map((price, type) => price * counts[type]))
    + total(quotas.map(({ min, max }, quota) => BigInt(Math.min(max, k)) * u[quota] - BigInt(min) * l[quota]));
  const open = [...counts.keys()].filter((type) => !settled.has(type));
  const weight = total(open.map((type) => y[type] * counts[type]));
  if (weight <= 0n) refuse(`level=${number} has no weight`);
  const poorest = open.reduce((a, b) => (sums[b] * counts[a] < sums[a] * counts[b] ? b : a));
  const low = (type) => sums[type] * counts[poorest] - sums[poorest] * counts[type] <= tolerance * counts[type] * counts[poorest];
  const left = m * most - total([...settled].map((type) => y[type] * sums[type])); // over m·weight: the bound
  if (left * counts[poorest] - sums[poorest] * weight > tolerance * weight * counts[poorest]) refuse(`level=${number} gap`);
  if (open.some((type) => y[type] > 0n && !low(type))) refuse(`level=${number} weighs somebody who is better off`);
  const loose = m * most - total(y.map((weight, type) => weight * sums[type]));
  open.filter((type) => y[type] > 0n && loose <= tolerance * y[type] * counts[type]).forEach((type) => settled.add(type));
  bounds.push(Number(left) / Number(m * weight));
  min ??= Number(sums[poorest]) / Number(m * counts[poorest]);
  if (Math.abs(bounds.at(-1) - level.bound) > 1e-9) refuse(`level=${number} bound=${level.bound} computed=${bounds.at(-1)}`);
});
if (Math.abs(min - lottery.min) > 1e-9) refuse(`min=${lottery.min} computed=${min}`);
const persons = Number(total([...settled].map((type) => counts[type])));
console.log(JSON.stringify({ panels: Number(m), min, bound: bounds[0], settled: persons }));
