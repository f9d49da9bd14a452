// Stocks and what may be taken of them, computed with nothing but this page: node commons_schaefer.mjs TRAJECTORIES
// TRAJECTORIES: a JSON list of {r, k, stock, catches: [...], f, lim, trig}, all strings of digits. Prints a list of
// {stocks, most}: after each catch the stock B + rB(1 - B/K) - C, rounded down, within 0 and 2^63 - 1; and of each
// stock floor(B · f · clamp((B - lim)/(trig - lim), 0, 1)), r and f in millionths. All numbers are exact rationals.
import { readFileSync } from 'node:fs';

const MOST = 2n ** 63n - 1n;
const floor = (numerator, denominator) => {
  const quotient = numerator / denominator;
  return numerator < 0n && quotient * denominator !== numerator ? quotient - 1n : quotient;
};
const within = (value) => (value < 0n ? 0n : value > MOST ? MOST : value);

const next = (stock, caught, r, k) => {
  // B(1 + r) - rB²/K over one denominator, and only then the catch
  const denominator = 1_000_000n * k;
  const numerator = stock * (1_000_000n + r) * k - r * stock * stock;
  return within(floor(numerator, denominator) - caught);
};
const most = (stock, f, lim, trig) => {
  if (stock <= lim) return 0n;
  if (stock >= trig) return floor(stock * f, 1_000_000n);
  return floor(stock * f * (stock - lim), (trig - lim) * 1_000_000n);
};

const answers = JSON.parse(readFileSync(process.argv[2], 'utf8')).map((one) => {
  const [r, k, f, lim, trig] = [one.r, one.k, one.f, one.lim, one.trig].map(BigInt);
  let stock = BigInt(one.stock);
  const stocks = one.catches.map((caught) => (stock = next(stock, BigInt(caught), r, k)));
  return { stocks: stocks.map(String), most: stocks.map((at) => String(most(at, f, lim, trig))) };
});
process.stdout.write(JSON.stringify(answers));
