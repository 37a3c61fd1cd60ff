import { describe, expect, test } from 'vitest';
import { PeerBook, type NewPeer } from '#agent/peers/index.ts';
import { RightsPolicy } from '#agent/core/policy/index.ts';
import { RIGHTS, type Grant } from '#shared/app-api/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { certificateFor } from '#test/support/certificates.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';
import { codeOf } from '#test/support/rejections.ts';

const WORDS = ['crystal', 'orbit', 'mango', 'velvet'];
const OTHERS = ['amber', 'lunar', 'piano', 'tulip'];
const ALLOW: Grant = { decision: 'allow', expiresAt: null };
const ALL = Object.fromEntries(RIGHTS.map((right) => [right, ALLOW]));
const A = 'A'.padEnd(56, '0') as PeerId;
const B = 'B'.padEnd(56, '0') as PeerId;

function paired(changes: Partial<NewPeer> = {}): NewPeer {
  return {
    certificate: certificateFor('A'),
    name: 'laptop',
    grants: ALL,
    words: WORDS,
    provisionalUntil: null,
    enrolledBy: null,
    ...changes,
  };
}

function open(file = new MemoryDocumentFile(), clock = new FakeClock()) {
  const book = new PeerBook({ file, clock, logger: silentLogger });
  const policy = new RightsPolicy({ peers: book, clock });
  const decisions = () => RIGHTS.map((right) => policy.decision(A, right));
  return { file, clock, book, policy, decisions };
}

const asks = RIGHTS.map((right) => (right === 'files' ? 'deny' : 'ask'));
const allows = RIGHTS.map(() => 'allow');

describe('rights that were given when pairing', () => {
  test('allow nothing before a person has confirmed the words, also after a restart, and all of it from then on [S-PAIR-8]', () => {
    const { book, decisions, file, clock } = open();
    book.add(paired());
    expect(decisions()).toEqual(asks);
    const again = open(file, clock);
    expect(again.decisions()).toEqual(asks);
    expect(again.book.get(A)?.pairing).toEqual({ words: WORDS, compared: false, pending: ALL });
    again.book.confirmWords(A, WORDS);
    expect(again.decisions()).toEqual(allows);
    expect(open(file, clock).decisions()).toEqual(allows);
  });

  test('are not confirmed by other words than those of the latest pairing [S-PAIR-8]', async () => {
    const { book, decisions } = open();
    book.add(paired());
    book.add(paired({ words: OTHERS }));
    expect(await codeOf(() => book.confirmWords(A, WORDS))).toBe('peer.words-changed');
    expect(decisions()).toEqual(asks);
    book.confirmWords(A, OTHERS);
    expect(decisions()).toEqual(allows);
  });

  test('hold at once where two people have compared before the peer was added', async () => {
    const { book, decisions } = open();
    book.add(paired({ words: null }));
    expect(decisions()).toEqual(allows);
    expect(await codeOf(() => book.confirmWords(A, WORDS))).toBe('peer.words-changed');
  });

  test('are taken back before they were confirmed by a no, and stay away after it', () => {
    const { book, policy } = open();
    book.add(paired());
    policy.set(A, 'terminal', 'deny');
    book.confirmWords(A, WORDS);
    expect(policy.decision(A, 'terminal')).toBe('deny');
    expect(policy.decision(A, 'view')).toBe('allow');
  });

  test('end when they would have, however late the words are confirmed', async () => {
    const { book, policy, clock } = open();
    book.add(paired({ grants: { terminal: { decision: 'allow', expiresAt: clock.now() + 1000 } } }));
    await clock.advance(1000);
    book.confirmWords(A, WORDS);
    expect(policy.decision(A, 'terminal')).toBe('ask');
  });
});

describe('a peer whose words nobody has confirmed', async () => {
  test('gets no right by another way: it waits, as those that were given when pairing [S-PAIR-8]', () => {
    const { book, policy } = open();
    book.add(paired({ grants: {} }));
    policy.set(A, 'terminal', 'allow');
    expect(policy.decision(A, 'terminal')).toBe('ask');
    expect(book.get(A)?.pairing?.pending).toEqual({ terminal: ALLOW });
    book.confirmWords(A, WORDS);
    expect(policy.decision(A, 'terminal')).toBe('allow');
  });

  test('may send no larger files than before [S-PAIR-8]', () => {
    const { book, policy } = open();
    book.add(paired({ words: null, grants: {} }));
    policy.set(A, 'send', 'allow', null, 1000);
    book.add(paired({ words: OTHERS, grants: { view: ALLOW } }));
    expect(book.get(A)?.pairing?.compared).toBe(false);
    policy.set(A, 'send', 'allow');
    expect(policy.decision(A, 'send', undefined, 1001)).toBe('ask');
    policy.set(A, 'send', 'allow', null, 500);
    expect(policy.decision(A, 'send', undefined, 501)).toBe('ask');
    policy.set(A, 'send', 'allow', null, 700);
    book.confirmWords(A, OTHERS);
    expect(policy.decision(A, 'send', undefined, 700)).toBe('allow');
    expect(policy.decision(A, 'send', undefined, 701)).toBe('ask');
  });

  test('gets no targets and is nobody’s own device, but may lose both [S-PAIR-8]', async () => {
    const { book } = open();
    book.add(paired({ words: null }));
    const target = { kind: 'connect', host: 'localhost', ports: '22', expiresAt: null } as const;
    book.setTargets(A, [target]);
    book.setOwn(A, true);
    book.add(paired({ words: OTHERS, grants: { view: ALLOW } }));
    // Nothing new: this peer was known and had that right.
    expect(book.get(A)?.pairing?.compared).toBe(true);
    book.setGrant(A, 'view', undefined);
    book.add(paired({ words: WORDS, grants: { view: ALLOW } }));
    expect(book.get(A)?.pairing?.compared).toBe(false);
    const more = { kind: 'connect', host: 'db.internal', ports: '5432', expiresAt: null } as const;
    expect(await codeOf(() => book.setTargets(A, [target, more]))).toBe('peer.uncompared');
    book.setTargets(A, []);
    book.setOwn(A, false);
    expect(await codeOf(() => book.setOwn(A, true))).toBe('peer.uncompared');
  });
});

describe('a peer that is known and pairs once more', () => {
  test('keeps what it may do, and gets nothing more before the words are confirmed [S-PAIR-8]', () => {
    const { book, policy, clock } = open();
    book.add(paired({ grants: { terminal: ALLOW } }));
    book.confirmWords(A, WORDS);
    book.add(paired({ words: OTHERS, grants: { terminal: ALLOW, forward: ALLOW } }));
    expect(policy.decision(A, 'terminal')).toBe('allow');
    expect(policy.decision(A, 'forward')).toBe('ask');
    // A decision that gives it less counts at once.
    policy.set(A, 'terminal', 'allow', clock.now() + 1000);
    expect(book.get(A)?.grants.terminal?.expiresAt).not.toBeNull();
    book.confirmWords(A, OTHERS);
    expect(policy.decision(A, 'forward')).toBe('allow');
  });

  test('and does not finish is as it was before', () => {
    const { book, policy } = open();
    book.add(paired({ grants: { terminal: ALLOW } }));
    book.confirmWords(A, WORDS);
    const before = book.get(A);
    const added = book.add(paired({ words: OTHERS, grants: { forward: ALLOW } }));
    book.undoAdd(added, before);
    expect(book.get(A)).toEqual(before);
    expect(policy.decision(A, 'terminal')).toBe('allow');
  });

  test('and does not finish is as it was before, also if it had removed this device: nothing more is allowed [S-PAIR-22]', async () => {
    const { book, policy, decisions } = open();
    book.add(paired());
    book.confirmWords(A, WORDS);
    book.forgottenBy(A);
    const before = book.get(A);
    const added = book.add(paired({ words: OTHERS }));
    expect(decisions()).toEqual(asks);
    book.undoAdd(added, before);
    expect(book.get(A)).toEqual(before);
    expect(await codeOf(() => policy.set(A, 'forward', 'allow', null))).toBe('peer.forgot');
  });

  test('and does not finish keeps what a person has decided meanwhile', () => {
    const { book, policy } = open();
    book.add(paired());
    book.confirmWords(A, WORDS);
    book.forgottenBy(A);
    const before = book.get(A);
    const added = book.add(paired({ words: OTHERS }));
    policy.set(A, 'terminal', 'ask', null);
    policy.set(A, 'view', 'deny', null);
    book.undoAdd(added, before);
    expect(policy.decision(A, 'terminal')).toBe('ask');
    expect(policy.decision(A, 'view')).toBe('deny');
  });

  test('and does not finish stays no browser, and ends with its introduction', () => {
    const { book, clock } = open();
    const endsAt = clock.now() + 1000;
    book.add(paired({ words: null, introduced: { by: B, endsAt } }));
    const before = book.get(A);
    const added = book.add(paired({ words: null, browser: { life: '12h', endsAt: endsAt + 1000 } }));
    expect(book.get(A)?.introduced).toBeUndefined();
    book.undoAdd(added, before);
    expect(book.get(A)).toEqual(before);
  });
});

describe('a peer that has removed this device', () => {
  test('is allowed nothing more, whether its words were confirmed or not [S-PAIR-22]', async () => {
    const { book, policy, decisions } = open();
    book.add(paired());
    expect(book.forgottenBy(A)).toBe(true);
    expect(book.forgottenBy(A)).toBe(false);
    expect(await codeOf(() => book.confirmWords(A, WORDS))).toBe('peer.forgot');
    expect(await codeOf(() => policy.set(A, 'terminal', 'allow', null))).toBe('peer.forgot');
    expect(decisions()).toEqual(asks);
    // A decision that gives it less counts.
    policy.set(A, 'view', 'deny', null);
    expect(policy.decision(A, 'view')).toBe('deny');
  });

  test('and pairs again has its words compared again, and what it was allowed waits for that, also after a restart [S-PAIR-22]', () => {
    const { book, file, clock, decisions } = open();
    book.add(paired());
    book.confirmWords(A, WORDS);
    book.forgottenBy(A);
    expect(book.get(A)?.forgottenAt).toBe(clock.now());
    const again = open(file, clock);
    again.book.add(paired({ words: OTHERS, grants: {} }));
    expect(again.book.get(A)?.pairing).toEqual({ words: OTHERS, compared: false, pending: ALL });
    expect(again.decisions()).toEqual(asks);
    again.book.confirmWords(A, OTHERS);
    expect(again.decisions()).toEqual(allows);
    expect(decisions()).toEqual(allows);
  });

  test('and links again knows this device again', () => {
    const { book, file, clock, decisions } = open();
    book.add(paired());
    book.forgottenBy(A, 'words');
    expect(open(file, clock).book.get(A)?.forgottenBecause).toBe('words');
    book.confirm(A);
    expect(book.get(A)?.forgottenAt).toBeUndefined();
    expect(book.get(A)?.forgottenBecause).toBeUndefined();
    book.confirmWords(A, WORDS);
    expect(decisions()).toEqual(allows);
    expect(open(file, clock).book.get(A)).toEqual(book.get(A));
  });
});

test('a pairing is taken back of a peer that has not linked, and of no other [S-PAIR-7]', () => {
  const { book } = open();
  book.undoAdd(book.add(paired({ provisionalUntil: 1e15 })), undefined);
  expect(book.get(A)).toBeUndefined();
  const added = book.add(paired({ provisionalUntil: 1e15 }));
  book.confirm(A);
  book.undoAdd(added, undefined);
  expect(book.get(A)).toBeDefined();
});

test('a document from before words had to be confirmed keeps what it allows', () => {
  const { book, file, clock, decisions } = open();
  book.add(paired({ words: null }));
  const stored = JSON.parse(file.text ?? '') as { peers: Record<string, unknown>[] };
  expect(JSON.stringify(stored)).toContain('"pairing":null');
  file.text = JSON.stringify(stored).replace(',"pairing":null', '');
  expect(open(file, clock).decisions()).toEqual(decisions());
  expect(decisions()).toEqual(allows);
});

test('who ran out of time while no agent ran is told of once [S-PAIR-7]', async () => {
  const { book, file, clock } = open();
  book.add(paired({ provisionalUntil: clock.now() + 1000 }));
  book.close();
  await clock.advance(1000);
  const next = open(file, clock).book;
  expect(next.takeLapsed().map(({ name }) => name)).toEqual(['laptop']);
  expect(next.takeLapsed()).toEqual([]);
});
