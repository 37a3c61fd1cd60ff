import { expect, test } from 'vitest';
import { RightsPolicy, type RightChange } from '#agent/core/policy/index.ts';
import { PeerBook, type PeerChange } from '#agent/peers/index.ts';
import { RIGHTS } from '#shared/app-api/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { certificateFor } from '#test/support/certificates.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';
import { codeOf } from '#test/support/rejections.ts';

const ID = 'A'.padEnd(56, '0') as PeerId;
const ALLOW = { decision: 'allow', expiresAt: null } as const;
const NEW = {
  certificate: certificateFor('A'),
  name: 'laptop',
  grants: { terminal: ALLOW },
  words: null,
  provisionalUntil: null,
  enrolledBy: null,
};

function open(file = new MemoryDocumentFile(), clock = new FakeClock()) {
  const book = new PeerBook({ file, clock, logger: silentLogger });
  const policy = new RightsPolicy({ peers: book, clock });
  const changes: (PeerChange | RightChange)[] = [];
  book.onChange((change) => changes.push(change));
  policy.onChange((change) => changes.push(change));
  return { book, policy, file, clock, changes };
}

/** A peer that may open terminals and reach a target. */
function openWithPeer() {
  const opened = open();
  opened.book.add(NEW);
  opened.book.setTargets(ID, [{ kind: 'connect', host: '10.1.2.3', ports: '80', expiresAt: null }]);
  opened.changes.splice(0);
  return opened;
}

const rightsOf = (policy: RightsPolicy): readonly string[] => RIGHTS.map((right) => policy.decision(ID, right));
const DENIED = RIGHTS.map(() => 'deny');

test('a peer that the relay reports as removed has no right, and its record stays as it was [S-RIGHT-8]', () => {
  const { book, policy, changes } = openWithPeer();
  const before = book.get(ID);
  expect(book.suspend(ID, 1000)).toBe(true);
  expect([book.isSuspended(ID), rightsOf(policy)]).toEqual([true, DENIED]);
  const { departure, ...rest } = { ...book.get(ID) };
  const { departure: none, ...same } = { ...before };
  expect(rest).toEqual(same);
  expect([none, departure]).toEqual([null, { at: 1000, reportedAt: new FakeClock().now(), readmitted: false }]);
  // Listeners of the rights come first, so that nothing runs on; they know why.
  expect(changes.filter((change) => 'right' in change)).toEqual(
    RIGHTS.filter((right) => right !== 'files').map((right) => ({
      peerId: ID,
      right,
      decision: 'deny',
      bySuspension: true,
    })),
  );
  expect(changes).toContainEqual({ kind: 'updated', peerId: ID });
});

test('a person lets it back in, with the rights that it had, once for each removal [S-RIGHT-8]', () => {
  const { book, policy } = openWithPeer();
  const before = rightsOf(policy);
  book.suspend(ID, 1000);
  expect(book.readmit(ID).departure?.readmitted).toBe(true);
  expect([book.isSuspended(ID), rightsOf(policy)]).toEqual([false, before]);
  expect(book.suspend(ID, 1000)).toBe(false);
  expect(book.isSuspended(ID)).toBe(false);
  // Another removal is another question, whatever clock the relay has.
  expect(book.suspend(ID, 999)).toBe(true);
  expect(rightsOf(policy)).toEqual(DENIED);
});

test('it stays out after a restart, a new pairing, a new decision on a right and a newer certificate [S-RIGHT-7]', () => {
  const { book, file, clock } = openWithPeer();
  book.suspend(ID, 1000);
  const again = open(file, clock);
  expect([again.book.isSuspended(ID), rightsOf(again.policy)]).toEqual([true, DENIED]);
  again.book.add({ ...NEW, grants: { terminal: ALLOW, view: ALLOW } });
  again.policy.set(ID, 'prompt', 'allow');
  again.book.updateCertificate(certificateFor('A', { generation: 2 }));
  again.book.confirm(ID);
  expect([again.book.isSuspended(ID), rightsOf(again.policy)]).toEqual([true, DENIED]);
});

test('repeated reports write and announce nothing more, and the newest one counts when a person decides', async () => {
  const { book, file, clock, changes } = openWithPeer();
  book.suspend(ID, 1);
  const { writes } = file;
  changes.splice(0);
  for (let at = 2; at <= 10_000; at += 1) expect(book.suspend(ID, at)).toBe(false);
  expect([file.writes, changes]).toEqual([writes, []]);
  await clock.advance(60_000);
  expect(file.writes).toBe(writes + 1);
  book.readmit(ID);
  expect(book.suspend(ID, 10_000)).toBe(false);
});

test('a disk that is full keeps no removed peer in [S-RIGHT-7]', async () => {
  const { book, policy, file, clock } = openWithPeer();
  file.failure = { write: 'the disk is full' };
  expect(book.suspend(ID, 1000)).toBe(true);
  expect(rightsOf(policy)).toEqual(DENIED);
  expect(await codeOf(() => book.readmit(ID))).toBe('store.write');
  expect(book.isSuspended(ID)).toBe(true);
  file.failure = {};
  await clock.advance(60_000);
  expect(open(file, clock).book.isSuspended(ID)).toBe(true);
});

test('a report about a device that is no peer makes none, and nothing is to be decided [S-RIGHT-8]', async () => {
  const { book, file } = open();
  expect(book.suspend(ID, 1000)).toBe(false);
  expect([book.size, book.isSuspended(ID), file.writes]).toEqual([0, false, 0]);
  expect(await codeOf(() => book.readmit(ID))).toBe('peer.unknown');
  book.add(NEW);
  expect(book.readmit(ID).departure).toBeNull();
});
