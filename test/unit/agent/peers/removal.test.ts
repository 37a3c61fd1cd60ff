import { expect, test } from 'vitest';
import { AuditLog } from '#agent/core/store/index.ts';
import { RightsPolicy } from '#agent/core/policy/index.ts';
import { PeerBook } from '#agent/peers/index.ts';
import { createPeerHandlers } from '#agent/peers/handlers.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { certificateFor } from '#test/support/certificates.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { MemoryDocumentFile, MemoryLineFile } from '#test/support/memory-files.ts';
import { codeOf } from '#test/support/rejections.ts';

const A = 'A'.padEnd(56, '0') as PeerId;
const CALL = { signal: new AbortController().signal } as never;

/** A peer that may open terminals, in a network that links to it once the test says so. */
function scene() {
  const clock = new FakeClock();
  const file = new MemoryDocumentFile();
  const peers = new PeerBook({ file, clock, logger: silentLogger });
  const policy = new RightsPolicy({ peers, clock });
  const linked = Promise.withResolvers<void>();
  const network = {
    link: () => undefined,
    mayAnswer: () => true,
    path: () => linked.promise,
    relay: { memberships: { settle: async () => undefined } },
  };
  const audit = new AuditLog({ file: new MemoryLineFile(), clock, logger: silentLogger });
  const handlers = createPeerHandlers({ audit, network, peers, policy } as unknown as Parameters<
    typeof createPeerHandlers
  >[0]);
  peers.add({
    certificate: certificateFor('A'),
    name: 'laptop',
    grants: { terminal: { decision: 'allow', expiresAt: null } },
    words: null,
    provisionalUntil: null,
    enrolledBy: null,
  });
  const forget = async () => await handlers['peers.forget']({ peer: 'laptop' }, CALL);
  return { file, peers, policy, linked, forget };
}

test('a peer is allowed nothing over the link that tells it of its removal [S-RIGHT-4]', async () => {
  const { peers, policy, linked, forget } = scene();
  const removal = forget();
  await settle();
  expect(peers.get(A)).toBeDefined();
  expect(policy.decision(A, 'terminal')).toBe('deny');
  linked.resolve();
  expect(await removal).toEqual({ told: true });
  expect(peers.get(A)).toBeUndefined();
  expect(policy.decision(A, 'terminal')).toBe('deny');
});

test('a removal that cannot be saved leaves the peer as it was', async () => {
  const { file, policy, linked, forget } = scene();
  file.failure = { write: 'the disk is full' };
  linked.reject(new Error('away'));
  expect(await codeOf(forget)).toBe('store.write');
  expect(policy.decision(A, 'terminal')).toBe('allow');
});
