// Checks divided pools with nothing but this page: node funding_check.mjs < rounds, one round of JSON a line (contracts/funding/tests/suite/rules).
// Roots, weights and shares are computed anew as exact rationals (BigInt); ours must be within the documented rounding.
// Prints {rounds, projects, contributions, by}, or says what is wrong and leaves with 4.
import { createInterface } from 'node:readline';

const refuse = (round, story) => { console.error(`refused: round ${JSON.stringify(round.seed)} rule=${round.rule}: ${story}`); process.exit(4); };
const total = (numbers) => numbers.reduce((sum, number) => sum + number, 0n);
const least = (a, b) => (a < b ? a : b);

/// The greatest root whose square is not above n.
const isqrt = (n) => {
  if (n < 2n) return n;
  let root = 1n << BigInt((n.toString(2).length + 1) >> 1); // above the root
  for (;;) {
    const next = (root + n / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
};

/// Who counts as one at a project: [unit, given] of each.
const units = (round, project) => {
  const given = new Map();
  for (const [person, group, place, amount] of round.given) {
    if (place !== project) continue;
    const unit = round.rule === 'clustered' && group !== null ? `g${group}` : `p${person}`;
    given.set(unit, (given.get(unit) ?? 0n) + BigInt(amount));
  }
  return [...given.values()];
};

/// (Σs)² − Σs² in Q64, of roots in Q32 and, at 64 bits more, between what values the true one lies (Q192).
const quadratic = (round, project) => {
  const given = units(round, project);
  const roots = given.map((amount) => isqrt(amount << 64n));
  const pairs = (list) => total(list) ** 2n - total(list.map((root) => root * root));
  const fine = given.map((amount) => isqrt(amount << 192n)); // Q96
  const low = pairs(fine), high = pairs(fine.map((root) => root + 1n));
  const n = BigInt(roots.length), weight = pairs(roots);
  const slack = 2n * (n > 0n ? n - 1n : 0n) * total(roots) + n * n;
  if (weight << 128n > high) refuse(round, `project=${project} the weight is above the true one`);
  if ((weight + slack) << 128n < low) refuse(round, `project=${project} the weight is below the true one by more than the roots explain`);
  return weight;
};

/// Σ_{i<j} s_i·s_j·M/(M + k_ij) of all projects: numerators over one denominator a pair, summed as [floor in Q256, pairs].
const SHIFT = 192n; // bits below Q64 in which terms are summed
const pairwise = (round, projects) => {
  const people = new Map();
  for (const [person, , place, amount] of round.given) {
    const row = people.get(person) ?? new Map();
    row.set(place, (row.get(place) ?? 0n) + BigInt(amount));
    people.set(person, row);
  }
  const rows = [...people.values()].map((row) => new Map([...row].map(([place, amount]) => [place, isqrt(amount << 64n)])));
  const m = BigInt(round.m) << 64n;
  const sums = Array.from({ length: projects }, () => ({ low: 0n, pairs: 0n }));
  for (let i = 0; i < rows.length; i += 1) {
    for (let j = i + 1; j < rows.length; j += 1) {
      const common = [...rows[i].keys()].filter((place) => rows[j].has(place));
      const k = total(common.map((place) => rows[i].get(place) * rows[j].get(place)));
      for (const place of common) {
        // the exact term is between this and one more, in 2^-192 of Q64
        sums[place].low += ((rows[i].get(place) * rows[j].get(place) * m) << SHIFT) / (m + k);
        sums[place].pairs += 1n;
      }
    }
  }
  return sums;
};

/// min(cap, λ·w) for every project as numerators over one denominator: the greatest λ that the money allows, at most 1 (a weight is
/// w/2^64 units) unless all is given out. λ is found by trying who is at the cap, from those who weigh most.
const divide = (round, weights, cap, pool, scale) => {
  const at = (numerator, denominator) => [weights.map((w) => least(cap * denominator, w * numerator)), denominator];
  if (!scale) {
    const [parts, one] = at(1n, 1n << 64n);
    if (total(parts) <= pool * one) return [parts, one];
  }
  const order = weights.filter((w) => w > 0n).sort((a, b) => (a > b ? -1 : a < b ? 1 : 0));
  for (let capped = 0; capped < order.length; capped += 1) {
    const rest = pool - cap * BigInt(capped), below = total(order.slice(capped));
    if (rest >= 0n && order[capped] * rest <= cap * below) return at(rest, below);
  }
  return [weights.map((w) => (w > 0n ? cap : 0n)), 1n];
};

const check = (round) => {
  const weights = round.weights.map(BigInt), parts = round.parts.map(BigInt);
  const [pool, cap, returned] = [round.pool, round.cap, round.returned].map(BigInt);
  const n = weights.length;
  // weights
  let exact = weights, apart = weights.map(() => 0n); // exact ones in Q64 · 2^192 where they are no integers
  if (round.rule === 'pairwise') {
    const sums = pairwise(round, n);
    sums.forEach(({ low, pairs }, project) => {
      const ours = weights[project] << SHIFT;
      if (ours > low + pairs) refuse(round, `project=${project} weighs more than exactly`);
      if (low - ours > (low >> 61n) + (pairs << SHIFT)) refuse(round, `project=${project} weighs too little: ${weights[project]} of ${low >> SHIFT}`);
    });
    exact = sums.map(({ low }) => low);
    apart = sums.map(({ low, pairs }) => (low >> 61n) + (pairs << SHIFT));
    sums.forEach((a, i) => sums.forEach((b, j) => {
      if (a.low - apart[i] > b.low + b.pairs && weights[i] < weights[j]) refuse(round, `projects ${i}, ${j} changed places`);
    }));
  } else {
    weights.forEach((weight, project) => {
      if (weight !== quadratic(round, project)) refuse(round, `project=${project} weight=${weight} expected=${quadratic(round, project)}`);
    });
  }
  // sums
  if (total(parts) + returned !== pool) refuse(round, `parts and returned are ${total(parts) + returned} of ${pool}`);
  if (weights.every((weight) => weight === 0n) && returned !== pool) refuse(round, 'paid for nothing');
  // shares
  const scale = round.saturation === 'scale' && round.rule !== 'capital_constrained';
  const [shares, one] = divide(round, weights, cap, pool, scale);
  if ((total(shares) / one) > total(parts) || total(parts) * one >= total(shares) + one) refuse(round, `given out: ${total(parts)}, exactly ${total(shares)}/${one}`);
  parts.forEach((part, project) => {
    const off = part * one - shares[project];
    if (off >= one || -off >= one) refuse(round, `project=${project} part=${part} exactly=${shares[project]}/${one}`);
    if (part > cap || (weights[project] === 0n && part !== 0n)) refuse(round, `project=${project} part=${part} cap=${cap}`);
  });
  // order, ties to the lower project
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < n; j += 1) {
      if (weights[i] > weights[j] && parts[i] < parts[j]) refuse(round, `projects ${i}, ${j}: who weighs more gets less`);
      if (i < j && weights[i] === weights[j] && (parts[i] < parts[j] || parts[i] > parts[j] + 1n)) refuse(round, `projects ${i}, ${j} weigh the same`);
    }
  }
  // clr.fund: α with 18 digits and its floors; everyone gets that or more, where no cap binds
  if (round.rule === 'capital_constrained') {
    const sum = total(weights), unit = 10n ** 18n;
    const alpha = sum === 0n ? 0n : least(unit, (pool << 64n) * unit / sum);
    if (alpha !== BigInt(round.alpha)) refuse(round, `alpha=${round.alpha} expected=${alpha}`);
    const floors = weights.map((weight) => (weight * alpha) / unit >> 64n);
    if (floors.every((floor) => floor <= cap) && shares.every((share) => share < cap * one)) {
      floors.forEach((floor, project) => { if (parts[project] < floor) refuse(round, `project=${project} gets less than from clr.fund`); });
    }
  }
};

const seen = { rounds: 0, projects: 0, contributions: 0, by: {} };
createInterface({ input: process.stdin }).on('line', (line) => {
  const round = JSON.parse(line);
  check(round);
  seen.rounds += 1;
  seen.projects += round.weights.length;
  seen.contributions += round.given.length;
  seen.by[round.rule] = (seen.by[round.rule] ?? 0) + 1;
}).on('close', () => console.log(JSON.stringify(seen)));
