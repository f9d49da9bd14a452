// UniRep v2's reputation circuit: "a user of this attester has at least so much reputation". Circuit, proving key and
// parameters as @unirep/circuits ships them (state tree of depth 17, 6 fields).
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export function unirep() {
  const require = createRequire(import.meta.url);
  const { CircuitConfig } = require('@unirep/circuits/src/CircuitConfig.js');
  const { IncrementalMerkleTree, genStateTreeLeaf } = require('@unirep/utils');
  const folder = join(dirname(require.resolve('@unirep/circuits/package.json')), 'zksnarkBuild');
  const { STATE_TREE_DEPTH, FIELD_COUNT } = CircuitConfig.default;
  const [secret, attester, epoch, chain] = [123456789n, 0x1234n, 3n, 1n];
  const data = Array.from({ length: FIELD_COUNT }, () => 0n);
  data[0] = 40n; // gained
  data[1] = 3n; // lost
  const leaf = genStateTreeLeaf(secret, attester, epoch, data, chain);
  const tree = new IncrementalMerkleTree(STATE_TREE_DEPTH);
  for (let i = 1n; i <= 42n; i += 1n) tree.insert(i);
  tree.insert(leaf);
  const path = tree.createProof(42);
  return {
    name: `UniRep reputation, depth ${STATE_TREE_DEPTH}`,
    wasm: join(folder, 'reputation.wasm'),
    zkey: join(folder, 'reputation.zkey'),
    input: {
      identity_secret: secret,
      state_tree_indices: path.pathIndices,
      state_tree_elements: path.siblings.map((s) => (Array.isArray(s) ? s[0] : s)),
      data,
      prove_graffiti: 0n,
      graffiti: 0n,
      reveal_nonce: 0n,
      attester_id: attester,
      epoch,
      nonce: 0n,
      chain_id: chain,
      min_rep: 20n,
      max_rep: 0n,
      prove_min_rep: 1n,
      prove_max_rep: 0n,
      prove_zero_rep: 0n,
      sig_data: 696969n,
    },
  };
}
