// Semaphore v4 at depth 20: "a member of this group says this, once in this scope". Circuit and proving key as the
// project publishes them (@zk-kit/semaphore-artifacts); what its own `generateProof` hands to snarkjs.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Group } from '@semaphore-protocol/group';
import { Identity } from '@semaphore-protocol/identity';

const DEPTH = 20;

export function semaphore() {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve('@zk-kit/semaphore-artifacts/package.json'));
  const member = new Identity('a member');
  const others = Array.from({ length: 99 }, (_, i) => new Identity(`member ${i}`).commitment);
  const group = new Group([...others.slice(0, 42), member.commitment, ...others.slice(42)]);
  const path = group.generateMerkleProof(group.indexOf(member.commitment));
  const siblings = Array.from({ length: DEPTH }, (_, i) => path.siblings[i] ?? 0n);
  return {
    name: `Semaphore v4, depth ${DEPTH}`,
    wasm: join(folder, `semaphore-${DEPTH}.wasm`),
    zkey: join(folder, `semaphore-${DEPTH}.zkey`),
    input: {
      secret: member.secretScalar,
      merkleProofLength: path.siblings.length,
      merkleProofIndex: path.index,
      merkleProofSiblings: siblings,
      message: 1234567n,
      scope: 7654321n,
    },
  };
}
