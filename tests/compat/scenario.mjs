// One scenario of the credit contract through CosmJS, on any CosmWasm chain. Prints what the chain answered, with
// addresses replaced by names and without heights, hashes and gas, so that two chains can be compared byte for byte.
//
//   node scenario.mjs --rpc URL --prefix mycel --wasm FILE [--price 0gas]
//
// The three accounts come from fixed mnemonics; the first must exist on the chain. `--addresses` only prints them.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { DirectSecp256k1HdWallet } from "@cosmjs/proto-signing";
import { GasPrice } from "@cosmjs/stargate";
import { SigningCosmWasmClient } from "@cosmjs/cosmwasm";

const { values: options } = parseArgs({
  options: {
    rpc: { type: "string" },
    prefix: { type: "string", default: "mycel" },
    wasm: { type: "string" },
    price: { type: "string", default: "0gas" },
    addresses: { type: "boolean", default: false },
  },
});

const MNEMONICS = {
  alice: "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about",
  bob: "legal winner thank year wave sausage worth useful legal winner thank yellow",
  carol: "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong",
};

const wallets = {};
const addresses = {};
for (const [name, mnemonic] of Object.entries(MNEMONICS)) {
  wallets[name] = await DirectSecp256k1HdWallet.fromMnemonic(mnemonic, { prefix: options.prefix });
  addresses[name] = (await wallets[name].getAccounts())[0].address;
}
if (options.addresses) {
  console.log(JSON.stringify(addresses));
  process.exit(0);
}

const CREDIT = 10n ** 12n;
const credits = (n) => (BigInt(Math.round(n * 1000)) * (CREDIT / 1000n)).toString();
const settings = { gasPrice: GasPrice.fromString(options.price), broadcastPollIntervalMs: 100 };
const clients = {};
for (const name of Object.keys(wallets)) {
  clients[name] = await SigningCosmWasmClient.connectWithSigner(options.rpc, wallets[name], settings);
}
const { alice, bob, carol } = addresses;
const FEE = { amount: [], gas: "1000000" };

let contract;
const named = (value) => {
  let text = JSON.stringify(value);
  for (const [name, address] of Object.entries({ ...addresses, contract })) {
    if (address) text = text.replaceAll(address, `<${name}>`);
  }
  return JSON.parse(text);
};
const steps = [];
const note = (step, answer) => steps.push(named({ step, ...answer }));
// a column counts the characters of addresses, whose prefixes differ between chains
const plain = (text) => text.replace(/ at line \d+ column \d+/, "");

// A message's outcome: the contract's own attributes, or its error without the chain's frame around it.
async function execute(step, name, msg) {
  try {
    const result = await clients[name].execute(addresses[name], contract, msg, FEE);
    const own = result.events
      .filter((event) => event.type === "wasm")
      .map((event) => event.attributes.filter((a) => !["_contract_address", "msg_index"].includes(a.key)))
      .map((attributes) => attributes.map((a) => [a.key, a.value]));
    note(step, { ok: own });
  } catch (error) {
    const text = String(error.message ?? error);
    const match = text.match(/message index: 0: (.*?)(?:: execute wasm contract failed|$)/s);
    note(step, { refused: plain(match ? match[1] : text) });
  }
}
async function query(step, msg) {
  try {
    const answer = await clients.alice.queryContractSmart(contract, msg);
    note(step, { answer: JSON.parse(JSON.stringify(answer, untimed)) });
  } catch (error) {
    const text = String(error.message ?? error);
    const match = text.match(/desc = (.*?)(?:: query wasm contract failed|$)/s) ?? text.match(/\(\d+\): (.*?)(?:: query wasm contract failed|$)/s);
    note(step, { refused: plain(match ? match[1] : text) });
  }
}
const TIMES = new Set(["at", "opened", "since"]);
const isTime = (key, value) => TIMES.has(key) || (["from", "until"].includes(key) && /^1\d{9}$/.test(value));
// stored bytes hold addresses and times that no name can stand for: of a record only its kind is compared
function untimed(key, value) {
  if (key === "record") return { kind: Buffer.from(value.key, "base64").subarray(0, 1).toString() };
  return isTime(key, value) ? "<time>" : value;
}

const wasm = new Uint8Array(readFileSync(options.wasm));
const uploaded = await clients.alice.upload(alice, wasm, { amount: [], gas: "15000000" });
const init = {
  authority: alice,
  rate_ppb_per_day: 0,
  starter_line: "0",
  default_limit: credits(1000),
  development: true,
};
const created = await clients.alice.instantiate(alice, uploaded.codeId, init, "credit", FEE);
contract = created.contractAddress;

const person = (owner, number, limit) => ({ owner, kind: "person", person: String(number), limit: credits(limit) });
await execute("open three accounts", "alice", {
  open_accounts: { accounts: [person(alice, 1, 1000), person(bob, 2, 100), person(carol, 3, 0)] },
});
// the others exist on the chain once somebody sends them something, or by genesis
await execute("pay", "alice", { pay: { to: bob, amount: credits(25), ref: "invoice-7", memo: "eggs" } });
await query("position of the payer", { position: { member: alice } });
await query("position of the payee", { position: { member: bob } });
await execute("pay to the limit", "alice", { pay: { to: carol, amount: credits(975) } });
await execute("pay beyond the limit", "alice", { pay: { to: carol, amount: credits(0.001) } });
await execute("pay a stranger", "alice", { pay: { to: contract, amount: credits(1) } });
await execute("pay oneself", "alice", { pay: { to: alice, amount: credits(1) } });
await execute("pay nothing", "alice", { pay: { to: bob, amount: "0" } });
await execute("a memo that is too long", "alice", { pay: { to: bob, amount: "1", memo: "x".repeat(141) } });
await execute("an amount out of bounds", "alice", { pay: { to: bob, amount: "9223372036854775808" } });
await execute("a misspelt field", "alice", { pay: { to: bob, amount: "1", meno: "x" } });
await execute("an unknown message", "alice", { print_money: {} });
await execute("a message that comes later", "alice", { hold: { for: contract, amount: "1", msg: "" } });
await execute("freeze", "alice", { set_standing: { owner: alice, scale_bps: 5000, frozen: true } });
await execute("pay while frozen", "alice", { pay: { to: bob, amount: "1" } });
await execute("thaw", "alice", { set_standing: { owner: alice, scale_bps: 10000, frozen: false } });
await execute("settle", "alice", { settle: { accounts: [alice, bob, carol] } });
await execute("change parameters", "alice", { set_parameters: { default_limit: credits(500) } });
await execute("a parameter out of bounds", "alice", { set_parameters: { rate_ppb_per_day: 4000000 } });
await query("positions", { accounts: {} });
await query("first page", { accounts: { limit: 1 } });
await query("account count", { account_count: {} });
await query("commons", { commons: {} });
await query("invariants", { invariants: {} });
await query("parameters", { parameters: {} });
await query("about", { about: {} });
await query("balance", { balance: { address: carol } });
await query("token info", { token_info: {} });
await query("export", { export: { member: bob } });
await query("position of a stranger", { position: { member: contract } });
await query("an unknown query", { secrets: {} });

for (const client of Object.values(clients)) client.disconnect();
console.log(JSON.stringify({ steps }, null, 1));
process.exit(0);
