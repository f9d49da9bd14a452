// CosmJS 0.38, as any wallet uses it, against a node that carries the credit contract: see README.md.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Secp256k1HdWallet } from "@cosmjs/amino";
import { SigningCosmWasmClient } from "@cosmjs/cosmwasm";
import { fromBech32, toUtf8 } from "@cosmjs/encoding";
import { DirectSecp256k1HdWallet } from "@cosmjs/proto-signing";
import { GasPrice } from "@cosmjs/stargate";
import { Comet38Client } from "@cosmjs/tendermint-rpc";
import { MsgExecuteContract } from "cosmjs-types/cosmwasm/wasm/v1/tx";
import { verify } from "./proof.mjs";

const { values: options } = parseArgs({
  options: {
    rpc: { type: "string" },
    mnemonic: { type: "string", multiple: true },
    wasm: { type: "string" },
    prefix: { type: "string", default: "mycel" },
    store: { type: "string", default: "mycel" },
    seconds: { type: "string", default: "60" },
  },
});
if (!options.rpc || !options.wasm || !options.mnemonic?.length) {
  console.error('usage: node credit.mjs --rpc URL --wasm FILE --mnemonic "..." [--mnemonic "..."] [--prefix mycel] [--store mycel] [--seconds 60]');
  process.exit(2);
}
const { rpc, prefix, store } = options;

setTimeout(() => {
  console.error(`not done after ${options.seconds} s, in: ${at}`);
  process.exit(1);
}, Number(options.seconds) * 1000).unref();

let at = "start";
let checks = 0;
/** Runs one step; an error says in which step it happened. */
async function step(name, work) {
  at = name;
  console.error(name);
  const result = await work();
  checks += 1;
  return result;
}
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
/** Waits for something that consensus brings about. */
async function until(what, look) {
  for (let i = 0; i < 200; i++) {
    const found = await look();
    if (found) return found;
    await sleep(50);
  }
  throw new Error(`never happened: ${what}`);
}

const CREDIT = 10n ** 12n; // amounts are strings of pico-credits

async function main() {
  const signing = { gasPrice: GasPrice.fromString("0gas"), broadcastPollIntervalMs: 50, broadcastTimeoutMs: 20_000 };
  const open = async (wallet) => {
    const client = await SigningCosmWasmClient.connectWithSigner(rpc, wallet, signing);
    const [{ address }] = await wallet.getAccounts();
    return { client, address };
  };
  const [first, second = first] = options.mnemonic;
  const alice = await step("connect", async () =>
    open(await DirectSecp256k1HdWallet.fromMnemonic(first, { prefix })));
  // the other side signs Amino JSON if it has a key of its own
  const bob = second === first ? undefined : await open(await Secp256k1HdWallet.fromMnemonic(second, { prefix }));
  const { client, address } = alice;
  const payee = bob?.address ?? (await (await DirectSecp256k1HdWallet.generate(12, { prefix })).getAccounts())[0].address;

  // ---- reading
  const chainId = await step("chain id", () => client.getChainId());
  await step("height", async () => assert((await client.getHeight()) > 0));
  const account = await step("account", () => client.getAccount(address));
  assert.equal(account?.address, address);
  await step("unknown account", async () => {
    const wallet = await DirectSecp256k1HdWallet.generate(12, { prefix });
    const [nobody] = await wallet.getAccounts();
    const found = await client.getAccount(nobody.address); // null, or an account that could be used at once
    assert(found === null || found.sequence === 0);
  });
  await step("balance", async () => assert.equal((await client.getBalance(address, "credit")).denom, "credit"));
  await step("block", async () => assert.equal((await client.getBlock(1)).header.height, 1));

  // ---- subscriptions, over a websocket of their own
  const socket = await step("websocket", () => Comet38Client.connect(rpc.replace(/^http/, "ws")));
  const seen = { blocks: [], payments: [] };
  const failures = [];
  const error = (e) => failures.push(e);
  socket.subscribeNewBlock().subscribe({ next: (e) => seen.blocks.push(e.header.height), error });

  // ---- writing
  const wasm = readFileSync(options.wasm);
  const uploaded = await step("upload", () => client.upload(address, wasm, "auto"));
  assert(uploaded.codeId > 0);
  const parameters = {
    authority: address,
    rate_ppb_per_day: 0,
    starter_line: (100n * CREDIT).toString(),
    development: true,
  };
  const { contractAddress: contract } = await step("instantiate", () =>
    client.instantiate(address, uploaded.codeId, parameters, "compat credit", "auto"));
  assert.equal(fromBech32(contract, 90).prefix, prefix);
  socket.subscribeTx(`wasm._contract_address='${contract}'`).subscribe({ next: (e) => seen.payments.push(e), error });

  const accounts = [address, payee].map((owner, i) => ({ owner, kind: "person", person: String(i + 1) }));
  await step("open accounts", () => client.execute(address, contract, { open_accounts: { accounts } }, "auto"));
  const position = (member) => client.queryContractSmart(contract, { position: { member } });
  for (const member of [address, payee]) {
    await step("position before", async () => assert.equal((await position(member)).position, "0"));
  }

  const pay = { pay: { to: payee, amount: (5n * CREDIT).toString(), ref: "compat" } };
  const message = {
    typeUrl: "/cosmwasm.wasm.v1.MsgExecuteContract",
    value: MsgExecuteContract.fromPartial({ sender: address, contract, msg: toUtf8(JSON.stringify(pay)) }),
  };
  const estimate = await step("simulate", () => client.simulate(address, [message], ""));
  assert(estimate > 0);
  const sequence = (await client.getSequence(address)).sequence;
  const payment = await step("pay", () => client.execute(address, contract, pay, "auto", "for bread"));
  assert(payment.gasUsed > 0n && payment.gasUsed <= payment.gasWanted);
  await step("sequence", async () => assert.equal((await client.getSequence(address)).sequence, sequence + 1));
  const [payer, receiver] = await step("positions", () => Promise.all([address, payee].map(position)));
  assert.equal(payer.position, (-5n * CREDIT).toString());
  assert.equal(receiver.position, (5n * CREDIT).toString());
  for (const p of [payer, receiver]) {
    assert.equal(BigInt(p.headroom), BigInt(p.position) + BigInt(p.limit));
  }

  // ---- refusals
  const tooMuch = { pay: { to: payee, amount: (BigInt(payer.headroom) + 1n).toString() } };
  await step("refused when simulated", () =>
    assert.rejects(client.execute(address, contract, tooMuch, "auto"), /Query failed with \(6\)|unknown request/));
  await step("refused in a block", () =>
    assert.rejects(client.execute(address, contract, tooMuch, { amount: [], gas: "2000000" }), /Code: 5\b/));
  await step("unchanged", async () => assert.equal((await position(address)).position, payer.position));
  await step("no such member", () => assert.rejects(position(contract)));

  // ---- finding
  const found = await step("find by hash", () => client.getTx(payment.transactionHash));
  assert.equal(found?.height, payment.height);
  assert.equal(found.code, 0);
  assert(found.events.some((e) => e.type === "wasm"
    && e.attributes.some((a) => a.key === "_contract_address" && a.value === contract)));
  const listed = await step("find by event", () => client.searchTx([
    { key: "wasm._contract_address", value: contract },
    { key: "tx.height", value: payment.height },
  ]));
  assert.deepEqual(listed.map((t) => t.hash), [payment.transactionHash]);
  const all = await client.searchTx(`wasm._contract_address='${contract}'`);
  assert(all.length >= 2, "opening and payment");
  const inclusion = await step("inclusion", () =>
    socket.tx({ hash: Buffer.from(payment.transactionHash, "hex"), prove: true }));
  assert.equal(inclusion.height, payment.height);
  assert(inclusion.proof);

  // ---- proving: account 0 of the contract. Its first byte's highest bit is the position's sign, the low half of the
  // second byte the length of its magnitude, which follows little-endian
  const key = Buffer.concat([Buffer.from([3]), fromBech32(contract, 90).data, Buffer.from("a"), Buffer.alloc(4)]);
  const proven = await step("prove the position", () => until("a proof past the payment", async () => {
    const answer = await socket.abciQuery({ path: `/store/${store}/key`, data: key, prove: true });
    assert.equal(answer.code, 0, answer.log);
    return answer.height >= payment.height && answer;
  }));
  assert.deepEqual(Buffer.from(proven.key), key);
  const { block: next } = await socket.block(proven.height + 1);
  verify(proven.proof.ops, store, key, proven.value, next.header.appHash);
  const magnitude = Buffer.from(proven.value.slice(2, 2 + (proven.value[1] & 15))).reverse().toString("hex");
  const stored = BigInt(`0x${magnitude || "0"}`) * (proven.value[0] & 128 ? -1n : 1n);
  assert.equal(stored.toString(), payer.position);
  await step("a flipped byte fails", () => {
    const value = Uint8Array.from(proven.value);
    value[0] ^= 1;
    assert.throws(() => verify(proven.proof.ops, store, key, value, next.header.appHash));
  });

  // ---- the other side pays back, signing Amino JSON
  if (bob) {
    await step("pay back", () =>
      bob.client.execute(payee, contract, { pay: { to: address, amount: (5n * CREDIT).toString() } }, "auto"));
    await step("even again", async () => assert.equal((await position(address)).position, "0"));
  }

  // ---- what the subscriptions brought
  const paid = await step("payment event", () => until("the payment's event", () =>
    seen.payments.find((e) => Buffer.from(e.hash).toString("hex").toUpperCase() === payment.transactionHash)));
  assert.equal(paid.height, payment.height);
  assert.equal(paid.result.code, 0);
  await step("block events", () => until("the payment's block", () => seen.blocks.includes(payment.height)));
  const gaps = seen.blocks.filter((h, i) => i > 0 && h !== seen.blocks[i - 1] + 1);
  assert.deepEqual(gaps, [], "no block is missing");
  assert.deepEqual(failures, []);
  socket.disconnect();

  return {
    chain_id: chainId,
    code_id: uploaded.codeId,
    contract,
    payment: {
      hash: payment.transactionHash,
      height: payment.height,
      gas_simulated: estimate,
      gas_wanted: Number(payment.gasWanted),
      gas_used: Number(payment.gasUsed),
    },
    positions: { payer: payer.position, payee: receiver.position },
    proof: { height: proven.height, app_hash: Buffer.from(next.header.appHash).toString("hex").toUpperCase() },
    paid_back: Boolean(bob),
    events: { blocks: seen.blocks.length, payments: seen.payments.length },
    checks,
  };
}

try {
  console.log(JSON.stringify(await main()));
  process.exit(0);
} catch (e) {
  console.error(`failed in: ${at}\n${e.stack ?? e}`);
  process.exit(1);
}
