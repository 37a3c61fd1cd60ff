import { RIGHTS } from '#shared/app-api/index.ts';
import { expect, test } from 'vitest';
import { PeerBook } from '#agent/peers/index.ts';
import { RightsPolicy, type RightChange } from '#agent/core/policy/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { certificateFor } from '#test/support/certificates.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';
import { codeOf } from '#test/support/rejections.ts';

const ID = 'A'.padEnd(56, '0') as PeerId;
const STRANGER = 'Z'.padEnd(56, '0') as PeerId;

function open() {
  const clock = new FakeClock();
  const peers = new PeerBook({ file: new MemoryDocumentFile(), clock, logger: silentLogger });
  peers.add({
    certificate: certificateFor('A'),
    name: 'office',
    grants: {},
    words: null,
    provisionalUntil: null,
    enrolledBy: null,
  });
  const policy = new RightsPolicy({ peers, clock });
  const changes: RightChange[] = [];
  policy.onChange((change) => changes.push(change));
  return { clock, peers, policy, changes };
}

test('a paired peer has to ask, a stranger is refused [S-ASK-1]', () => {
  const { policy } = open();
  expect(policy.decision(ID, 'terminal')).toBe('ask');
  expect(policy.decision(STRANGER, 'terminal')).toBe('deny');
});

test('a decision holds at once and is told when it is another than before', () => {
  const { policy, changes } = open();
  policy.set(ID, 'terminal', 'allow');
  expect(policy.decision(ID, 'terminal')).toBe('allow');
  policy.set(ID, 'terminal', 'allow');
  policy.revoke(ID, 'terminal');
  expect(policy.decision(ID, 'terminal')).toBe('deny');
  expect(changes.map(({ decision }) => decision)).toEqual(['allow', 'deny']);
});

test('a grant ends at its time to the millisecond, and that is told', async () => {
  const { policy, changes, clock } = open();
  // Longer than a timer of the host can be.
  const days = 40 * 86_400_000;
  policy.set(ID, 'terminal', 'allow', clock.now() + 90_000);
  await clock.advance(89_999);
  expect(policy.decision(ID, 'terminal')).toBe('allow');
  expect(changes).toHaveLength(1);
  await clock.advance(1);
  expect(policy.decision(ID, 'terminal')).toBe('ask');
  expect(changes).toEqual([
    { peerId: ID, right: 'terminal', decision: 'allow' },
    { peerId: ID, right: 'terminal', decision: 'ask' },
  ]);
  policy.set(ID, 'terminal', 'deny', clock.now() + days);
  expect(policy.decision(ID, 'terminal')).toBe('deny');
});

test('a longer grant given before the first ran out replaces it', async () => {
  const { policy, changes, clock } = open();
  policy.set(ID, 'terminal', 'allow', clock.now() + 1000);
  policy.set(ID, 'terminal', 'allow', clock.now() + 5000);
  await clock.advance(4999);
  expect(changes).toHaveLength(1);
  await clock.advance(1);
  expect(changes).toHaveLength(2);
});

test('a right cannot be set to end in the past', async () => {
  const { policy, clock } = open();
  expect(await codeOf(() => policy.set(ID, 'terminal', 'allow', clock.now()))).toBe('rights.expired');
  expect(await codeOf(() => policy.set(STRANGER, 'terminal', 'allow'))).toBe('peer.unknown');
});

test('ignored requests are refused until somebody decides anew', () => {
  const { policy, peers, changes } = open();
  peers.ignoreRequests(ID, 'terminal');
  expect(policy.decision(ID, 'terminal')).toBe('deny');
  policy.set(ID, 'terminal', 'ask');
  expect(policy.decision(ID, 'terminal')).toBe('ask');
  expect(changes.map(({ decision }) => decision)).toEqual(['deny', 'ask']);
});

test('ignored requests are refused although the right was set to ask before', () => {
  const { policy, peers } = open();
  policy.set(ID, 'terminal', 'ask');
  peers.ignoreRequests(ID, 'terminal');
  expect(policy.decision(ID, 'terminal')).toBe('deny');
  policy.set(ID, 'terminal', 'allow');
  expect(policy.decision(ID, 'terminal')).toBe('allow');
});

test('forgetting a peer ends its rights', () => {
  const { policy, peers, changes } = open();
  policy.set(ID, 'terminal', 'allow');
  peers.forget(ID);
  expect(changes.slice(1)).toEqual(
    RIGHTS.filter((right) => right !== 'files').map((right) => ({ peerId: ID, right, decision: 'deny' })),
  );
});

test('seeing a peer tells nothing, and closing leaves no timer', () => {
  const { policy, peers, changes, clock } = open();
  policy.set(ID, 'terminal', 'allow', clock.now() + 1000);
  peers.seen(ID);
  expect(changes).toHaveLength(1);
  policy.close();
  peers.close();
  expect(clock.pending).toBe(0);
});

test('a listener that fails keeps no other from hearing that a right is gone', () => {
  const { policy, peers, changes } = open();
  policy.set(ID, 'terminal', 'allow');
  policy.onChange(() => {
    throw new Error('broken listener');
  });
  const late: string[] = [];
  policy.onChange(({ right, decision }) => late.push(`${right} ${decision}`));
  policy.revoke(ID, 'terminal');
  peers.forget(ID);
  expect(late).toEqual([
    'terminal deny',
    'view deny',
    'relay deny',
    'forward deny',
    'prompt deny',
    'message deny',
    'send deny',
    'wake deny',
    'introduce deny',
  ]);
  expect(changes.map(({ right, decision }) => `${right} ${decision}`)).toEqual([
    'terminal allow',
    'terminal deny',
    'view deny',
    'relay deny',
    'forward deny',
    'prompt deny',
    'message deny',
    'send deny',
    'wake deny',
    'introduce deny',
  ]);
});

test('files are allowed up to a size, and asked about beyond it; that nothing but the size has changed is told', () => {
  const { policy, changes } = open();
  const reviews: (readonly [boolean, number])[] = [];
  policy.onReview(({ isLimitOnly, limitBefore }) => reviews.push([isLimitOnly, limitBefore]));
  policy.set(ID, 'send', 'allow', null, 1000);
  expect(policy.decision(ID, 'send')).toBe('allow');
  expect(policy.decision(ID, 'send', undefined, 1000)).toBe('allow');
  expect(policy.decision(ID, 'send', undefined, 1001)).toBe('ask');
  policy.set(ID, 'send', 'allow', null, 2000);
  expect(policy.decision(ID, 'send', undefined, 1001)).toBe('allow');
  policy.set(ID, 'send', 'allow');
  expect(policy.decision(ID, 'send', undefined, Number.MAX_SAFE_INTEGER)).toBe('allow');
  policy.set(ID, 'send', 'deny');
  expect(policy.decision(ID, 'send', undefined, 1)).toBe('deny');
  expect(reviews).toEqual([
    [false, Infinity],
    [true, 1000],
    [true, 2000],
    [false, Infinity],
  ]);
  expect(changes.map(({ decision }) => decision)).toEqual(['allow', 'deny']);
});

test.each([
  ['terminal', 'allow'],
  ['send', 'ask'],
  ['send', 'deny'],
] as const)('a size is for files that are allowed, not for %s %s', async (right, decision) => {
  const { policy } = open();
  expect(await codeOf(() => policy.set(ID, right, decision, null, 1000))).toBe('rights.no-size');
});
