// ICS-23 existence proofs, checked with nothing of the chain's own code: a value in a store's tree, then the store
// in the app hash that a header carries.
import { createHash } from "node:crypto";
import { CommitmentProof, HashOp, LengthOp } from "cosmjs-types/cosmos/ics23/v1/proofs";

const sha256 = (bytes) => createHash("sha256").update(bytes).digest();

function hash(op, bytes) {
  if (op === HashOp.NO_HASH) return Buffer.from(bytes);
  if (op === HashOp.SHA256) return sha256(bytes);
  throw new Error(`hash op ${op} is not one of this chain's`);
}

function framed(op, bytes) {
  if (op === LengthOp.NO_PREFIX) return bytes;
  if (op !== LengthOp.VAR_PROTO || bytes.length > 127) throw new Error(`length op ${op} is not one of this chain's`);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

// The two trees that this chain has. Fixed here: a proof must not choose how it is read.
const TREES = {
  "ics23:jmt": { prefix: Buffer.from("JMT::LeafNode"), prehashKey: HashOp.SHA256, length: LengthOp.NO_PREFIX },
  "ics23:simple": { prefix: Buffer.from([0]), prehashKey: HashOp.NO_HASH, length: LengthOp.VAR_PROTO },
};

/** The root that an existence proof of `key` = `value` leads to. */
function rootOf(op, key, value) {
  const tree = TREES[op.type];
  if (!tree) throw new Error(`unknown proof type ${op.type}`);
  const { exist } = CommitmentProof.decode(op.data);
  if (!exist?.leaf) throw new Error(`${op.type}: not an existence proof`);
  const same = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)) === 0;
  if (!same(exist.key, key) || !same(exist.value, value)) throw new Error(`${op.type}: proves something else`);
  const { leaf } = exist;
  const expected = leaf.hash === HashOp.SHA256 && leaf.prehashValue === HashOp.SHA256
    && leaf.prehashKey === tree.prehashKey && leaf.length === tree.length && same(leaf.prefix, tree.prefix);
  if (!expected) throw new Error(`${op.type}: a leaf of another kind of tree`);
  let node = sha256(Buffer.concat([
    tree.prefix,
    framed(leaf.length, hash(leaf.prehashKey, exist.key)),
    framed(leaf.length, hash(leaf.prehashValue, exist.value)),
  ]));
  for (const step of exist.path) {
    if (step.hash !== HashOp.SHA256 || same(step.prefix.slice(0, tree.prefix.length), tree.prefix)) {
      throw new Error(`${op.type}: an inner node that could be a leaf`);
    }
    node = sha256(Buffer.concat([step.prefix, node, step.suffix]));
  }
  return node;
}

/** Throws unless `ops` proves `key` = `value` in `store` under `appHash`. */
export function verify(ops, store, key, value, appHash) {
  if (ops.length !== 2) throw new Error(`expected two steps of proof, got ${ops.length}`);
  const storeRoot = rootOf(ops[0], key, value);
  const root = rootOf(ops[1], Buffer.from(store), storeRoot);
  if (Buffer.compare(root, Buffer.from(appHash)) !== 0) {
    throw new Error(`the proof leads to ${root.toString("hex")}, the header says ${Buffer.from(appHash).toString("hex")}`);
  }
}
