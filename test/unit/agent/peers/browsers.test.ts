import { describe, expect, test } from 'vitest';
import { RightsPolicy, type RightChange } from '#agent/core/policy/index.ts';
import { endOfLife, PeerBook, type PeerChange } from '#agent/peers/index.ts';
import { RIGHTS, type BrowserMode } from '#shared/app-api/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { certificateFor } from '#test/support/certificates.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';
import { codeOf } from '#test/support/rejections.ts';

const ID = 'A'.padEnd(56, '0') as PeerId;
const HOUR = 3_600_000;
const WORDS = ['amber', 'kitchen', 'orbit', 'velvet'];
const DENIED = RIGHTS.map(() => 'deny');

function open(mode: () => BrowserMode = () => 'approved', file = new MemoryDocumentFile(), clock = new FakeClock()) {
  const book = new PeerBook({ file, clock, logger: silentLogger });
  const policy = new RightsPolicy({ peers: book, clock, browsers: mode });
  const changes: (PeerChange | RightChange)[] = [];
  book.onChange((change) => changes.push(change));
  policy.onChange((change) => changes.push(change));
  return { book, policy, file, clock, changes };
}

/** A browser as pairing pins it: its terminals wait for the words. */
function paired(mode?: () => BrowserMode) {
  const opened = open(mode);
  const endsAt = endOfLife(opened.clock, '12h');
  opened.book.add({
    certificate: certificateFor('A'),
    name: 'phone',
    grants: { terminal: { decision: 'allow', expiresAt: endsAt } },
    words: WORDS,
    provisionalUntil: null,
    enrolledBy: null,
    browser: { life: '12h', endsAt },
  });
  return opened;
}

function approved(mode?: () => BrowserMode) {
  const opened = paired(mode);
  opened.book.confirmWords(ID, WORDS);
  return opened;
}

const rightsOf = (policy: RightsPolicy): readonly string[] => RIGHTS.map((right) => policy.decision(ID, right));

describe('the lifetime of a browser', () => {
  test('begins when a person confirms the words, with terminals until its end, and everything else asks [S-APPROVE-1]', async () => {
    const { book, policy, clock } = paired();
    expect(policy.decision(ID, 'terminal')).toBe('ask');
    await clock.advance(HOUR);
    const { browser, grants } = book.confirmWords(ID, WORDS, '30d');
    expect(browser).toEqual({ life: '30d', endsAt: clock.now() + 30 * 24 * HOUR });
    expect(grants).toEqual({ terminal: { decision: 'allow', expiresAt: clock.now() + 30 * 24 * HOUR } });
    expect(rightsOf(policy)).toEqual(
      RIGHTS.map((right) =>
        right === 'terminal' ? 'allow' : right === 'introduce' || right === 'files' ? 'deny' : 'ask',
      ),
    );
  });

  test('ends at this device by itself: its rights, its pin and its requests [S-APPROVE-1]', async () => {
    const { book, policy, clock, changes } = approved();
    changes.splice(0);
    await clock.advance(12 * HOUR - 1);
    expect(policy.decision(ID, 'terminal')).toBe('allow');
    await clock.advance(1);
    expect([book.get(ID), rightsOf(policy)]).toEqual([undefined, DENIED]);
    expect(changes).toContainEqual(expect.objectContaining({ kind: 'removed', peerId: ID, ended: 'phone' }));
    expect(changes).toContainEqual({ peerId: ID, right: 'terminal', decision: 'deny' });
  });

  test('has ended at a start after its end, and is denied while the timer is late [S-APPROVE-1]', async () => {
    const { book, file, clock } = approved();
    const before = book.get(ID);
    const late = { get: () => before, list: () => [before], isSuspended: () => false, onChange: () => () => undefined };
    await clock.advance(13 * HOUR);
    const policy = new RightsPolicy({ peers: late as unknown as PeerBook, clock });
    expect(rightsOf(policy)).toEqual(DENIED);
    const again = open(undefined, file, clock);
    expect(again.book.get(ID)).toBeUndefined();
  });

  test('is not outlasted by a right that a person gives it later [S-APPROVE-1]', async () => {
    const { book, policy } = approved();
    const end = book.get(ID)?.browser?.endsAt;
    policy.set(ID, 'forward', 'allow');
    expect(book.get(ID)?.grants.forward).toEqual({ decision: 'allow', expiresAt: end });
    policy.set(ID, 'prompt', 'deny');
    expect(book.get(ID)?.grants.prompt).toEqual({ decision: 'deny', expiresAt: null });
  });

  test('is prolonged or shortened by a person, with what it was allowed until its end', async () => {
    const { book, clock, policy } = approved();
    policy.set(ID, 'view', 'allow', clock.now() + HOUR);
    book.setBrowserLife(ID, '30d');
    const long = clock.now() + 30 * 24 * HOUR;
    expect(book.get(ID)?.grants).toEqual({
      terminal: { decision: 'allow', expiresAt: long },
      view: { decision: 'allow', expiresAt: clock.now() + HOUR },
    });
    await clock.advance(20 * HOUR);
    expect(policy.decision(ID, 'terminal')).toBe('allow');
    book.setBrowserLife(ID, 'tab');
    expect(book.get(ID)?.browser).toEqual({ life: 'tab', endsAt: clock.now() + 12 * HOUR });
    expect(book.get(ID)?.grants.terminal?.expiresAt).toBe(clock.now() + 12 * HOUR);
  });

  test('stays when it pairs again as a machine, and is not prolonged by that [S-APPROVE-2]', async () => {
    const { book, clock } = approved();
    const end = book.get(ID)?.browser;
    await clock.advance(HOUR);
    book.add({
      certificate: certificateFor('A'),
      name: 'phone',
      grants: { forward: { decision: 'allow', expiresAt: null } },
      words: WORDS,
      provisionalUntil: null,
      enrolledBy: null,
    });
    expect(book.get(ID)?.browser).toEqual(end);
  });

  test('is unknown for a machine, which has no end', async () => {
    const { book } = open();
    book.add({
      certificate: certificateFor('A'),
      name: 'laptop',
      grants: {},
      words: null,
      provisionalUntil: null,
      enrolledBy: null,
    });
    expect(await codeOf(() => book.setBrowserLife(ID, '12h'))).toBe('peer.no-browser');
  });
});

describe('what browsers may do', () => {
  test.each([
    ['never', 'deny'],
    ['ask', 'ask'],
    ['approved', 'allow'],
  ] as const)('%s: an approved terminal is %s [S-APPROVE-3]', (mode, decision) => {
    const { policy } = approved(() => mode);
    expect(policy.decision(ID, 'terminal')).toBe(decision);
    expect(policy.isBarred(ID)).toBe(mode === 'never');
    expect(policy.mayRemember(ID)).toBe(mode !== 'ask');
  });

  test('a change of the setting ends what runs under the right at once [S-APPROVE-3]', async () => {
    let mode: BrowserMode = 'approved';
    const { book, changes } = approved(() => mode);
    changes.splice(0);
    mode = 'never';
    book.browsersChanged();
    expect(changes).toContainEqual({ peerId: ID, right: 'terminal', decision: 'deny' });
    mode = 'ask';
    book.browsersChanged();
    expect(changes).toContainEqual({ peerId: ID, right: 'terminal', decision: 'ask' });
  });
});
