import { describe, expect, test, vi } from 'vitest';
import { ApprovalStore, HISTORY_LIMIT, PAUSE_LIMITS, type ApprovalLimits } from '#agent/core/approvals/index.ts';
import { Pauses } from '../../../../../src-main/agent/core/approvals/pauses.ts';
import { PeerBook } from '#agent/peers/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { certificateFor } from '#test/support/certificates.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';
import { codeOf } from '#test/support/rejections.ts';

const LETTERS = 'ABCDEFGHJK';
const ID = (letter: string): PeerId => letter.padEnd(56, '0') as PeerId;

function open(file = new MemoryDocumentFile(), clock = new FakeClock(), limits: Partial<ApprovalLimits> = {}) {
  const peers = new PeerBook({ file: new MemoryDocumentFile(), clock, logger: silentLogger });
  for (const letter of LETTERS)
    peers.add({
      certificate: certificateFor(letter),
      name: `peer ${letter}`,
      grants: {},
      words: null,
      provisionalUntil: null,
      enrolledBy: null,
    });
  const recorded: unknown[] = [];
  const audit = { record: (...entry: readonly unknown[]) => void recorded.push(entry) };
  const approvals = new ApprovalStore({ file, peers, clock, logger: silentLogger, audit, limits });
  const ask = (detail = 'shell', letter = 'A', signal?: AbortSignal) =>
    approvals.request({ peerId: ID(letter), right: 'terminal', detail }, signal);
  return { approvals, peers, clock, file, ask, recorded };
}

const WORDS = ['crystal', 'orbit', 'mango', 'velvet'];

/** Pairs peer A once more, with a new right and words that nobody has compared. */
function pairAgain(peers: PeerBook): void {
  const grants = { view: { decision: 'allow', expiresAt: null } } as const;
  const certificate = certificateFor('A');
  peers.add({ certificate, name: 'A', grants, words: WORDS, provisionalUntil: null, enrolledBy: null });
}

const NEVER_TOO_MANY = { questions: { burst: 1e9, perMinute: 0 } };

/** Its wall clock runs ahead of its timers, as after a sleep. */
class LateClock extends FakeClock {
  ahead = 0;

  override now(): number {
    return super.now() + this.ahead;
  }
}

test.each([
  ['approve', 'approved'],
  ['not-now', 'denied'],
  ['ignore', 'ignored'],
] as const)('the answer %s reaches the one who asked', async (decision, outcome) => {
  const { approvals, ask, recorded } = open();
  const answer = ask();
  const [waiting] = approvals.list();
  expect(waiting).toMatchObject({ peerName: 'peer A', detail: 'shell', state: 'pending', decidedAt: null });
  expect(approvals.decide(waiting?.id ?? 0, decision).state).toBe(outcome);
  expect(await answer).toBe(outcome);
  expect(approvals.list()).toEqual([]);
  expect(approvals.list(true)).toMatchObject([{ state: outcome }]);
  const who = { peer: ID('A'), name: 'peer A', right: 'terminal', approval: waiting?.id };
  expect(recorded).toEqual([
    ['approval.requested', { ...who, what: 'shell' }],
    ['approval.decided', { ...who, outcome, what: outcome === 'approved' ? 'shell' : null }],
  ]);
});

test('an approval that covers equal requests for a time says until when, unless the person chose otherwise', async () => {
  const { approvals, clock } = open();
  const target = () =>
    approvals.request({ peerId: ID('A'), right: 'forward', detail: 'connect to 10.0.0.1:22', lasts: 3_600_000 });
  void target();
  expect(approvals.decide(approvals.list()[0]?.id ?? 0, 'approve').until).toBe(clock.now() + 3_600_000);
  void target();
  expect(approvals.decide(approvals.list()[0]?.id ?? 0, 'approve', '', { always: true })).not.toHaveProperty('until');
  void target();
  expect(approvals.decide(approvals.list()[0]?.id ?? 0, 'not-now')).not.toHaveProperty('until');
  expect(approvals.list(true).map(({ until }) => until)).toEqual([undefined, undefined, clock.now() + 3_600_000]);
});

test.each([
  ['allow', 'approved'],
  ['deny', 'denied'],
] as const)('setting the right to %s answers what waits for it, of this peer only', async (decision, outcome) => {
  const { approvals, ask } = open();
  const answers = [ask('shell'), ask('run: ls')];
  void ask('shell', 'B');
  approvals.answerAll(ID('A'), 'terminal', decision);
  expect(await Promise.all(answers)).toEqual([outcome, outcome]);
  expect(approvals.list()).toMatchObject([{ peerName: 'peer B' }]);
});

test('why something was decided stays with it, as plain text', async () => {
  const { approvals, ask } = open();
  const answer = ask();
  const id = approvals.list()[0]?.id ?? 0;
  expect(approvals.decide(id, 'not-now', ' not at night\u0007 ')).toMatchObject({ state: 'denied' });
  expect(await answer).toBe('denied');
  expect(approvals.list(true)[0]?.reason).toMatch(/^not at night/);
  expect(approvals.list(true)[0]?.reason).not.toContain('\u0007');
});

test('nothing is accepted by time: after two minutes a request is over [S-ASK-1]', async () => {
  const { approvals, ask, clock } = open();
  const answer = ask();
  const id = approvals.list()[0]?.id ?? 0;
  await clock.advance(119_999);
  expect(approvals.pendingCount).toBe(1);
  await clock.advance(1);
  expect(await answer).toBe('expired');
  expect(await codeOf(() => approvals.decide(id, 'approve'))).toBe('approval.gone');
});

test('an answer that comes after the time counts for nothing even when the timer is late [S-ASK-1]', async () => {
  const late = new LateClock();
  const { approvals, ask } = open(new MemoryDocumentFile(), late);
  const answer = ask();
  late.ahead = 120_000;
  expect(await codeOf(() => approvals.decide(approvals.list()[0]?.id ?? 0, 'approve'))).toBe('approval.gone');
  expect(await answer).toBe('expired');
});

describe('a request of a peer whose words nobody has confirmed', () => {
  test.each(['before it asks', 'while its request waits'])(
    'is let in by no yes, whether the words came %s; it goes on waiting, and a yes counts once they are confirmed [S-PAIR-8]',
    async (when) => {
      const { approvals, ask, peers } = open();
      if (when === 'before it asks') pairAgain(peers);
      const answer = ask();
      if (when !== 'before it asks') pairAgain(peers);
      const id = approvals.list()[0]?.id ?? 0;
      expect(approvals.list()[0]?.uncompared).toBe(true);
      expect(await codeOf(() => approvals.decide(id, 'approve'))).toBe('peer.uncompared');
      expect(approvals.list()).toMatchObject([{ id, state: 'pending', uncompared: true }]);
      let told = 0;
      approvals.onChange(() => (told += 1));
      peers.confirmWords(ID('A'), WORDS);
      expect(told).toBe(1);
      expect(approvals.list()[0]?.uncompared).toBeUndefined();
      expect(approvals.decide(id, 'approve').state).toBe('approved');
      expect(await answer).toBe('approved');
    },
  );

  test('is refused and ignored as any other', async () => {
    const { approvals, ask, peers } = open();
    pairAgain(peers);
    const answers = [ask('one'), ask('two')];
    approvals.decide(approvals.list()[1]?.id ?? 0, 'not-now');
    approvals.decide(approvals.list()[0]?.id ?? 0, 'ignore');
    expect(await Promise.all(answers)).toEqual(['denied', 'ignored']);
  });

  test('has its whole time anew when the words are confirmed, and none once that was over [S-PAIR-8]', async () => {
    const { approvals, ask, peers, clock } = open();
    pairAgain(peers);
    const answer = ask();
    await clock.advance(119_000);
    peers.confirmWords(ID('A'), WORDS);
    expect(approvals.list()[0]?.expiresAt).toBe(clock.now() + 120_000);
    await clock.advance(119_999);
    expect(approvals.pendingCount).toBe(1);
    await clock.advance(1);
    expect(await answer).toBe('expired');
    const late = new LateClock();
    const other = open(new MemoryDocumentFile(), late);
    pairAgain(other.peers);
    const second = other.ask();
    late.ahead = 120_000;
    other.peers.confirmWords(ID('A'), WORDS);
    const id = other.approvals.list()[0]?.id ?? 0;
    expect(await codeOf(() => other.approvals.decide(id, 'approve'))).toBe('approval.gone');
    expect(await second).toBe('expired');
  });
});

test('a decision is made once', async () => {
  const { approvals, ask } = open();
  const answer = ask();
  const id = approvals.list()[0]?.id ?? 0;
  approvals.decide(id, 'not-now');
  expect(await codeOf(() => approvals.decide(id, 'approve'))).toBe('approval.gone');
  expect(await codeOf(() => approvals.decide(999, 'approve'))).toBe('approval.gone');
  expect(await answer).toBe('denied');
});

test('a request is withdrawn with the one who asked', async () => {
  const { approvals, ask, peers } = open();
  const controller = new AbortController();
  const first = ask('one', 'A', controller.signal);
  const second = ask('two', 'B');
  controller.abort();
  expect(await first).toBe('withdrawn');
  expect(approvals.list().map(({ detail }) => detail)).toEqual(['two']);
  peers.forget(ID('B'));
  expect(await second).toBe('withdrawn');
  expect(await ask('three', 'A', controller.signal)).toBe('withdrawn');
  expect(approvals.list()).toEqual([]);
});

test('the same request is shown once, and lives as long as one of those who ask', async () => {
  const { approvals, ask } = open();
  const controller = new AbortController();
  const first = ask('same', 'A', controller.signal);
  const second = ask('same');
  expect(approvals.list()).toHaveLength(1);
  controller.abort();
  expect(await first).toBe('withdrawn');
  approvals.decide(approvals.list()[0]?.id ?? 0, 'approve');
  expect(await second).toBe('approved');
});

test('transfers of different sizes are not taken for the same, though they look alike: a limit covers one of them only [S-ASK-3]', async () => {
  const { approvals, peers } = open();
  const ask = (size: number) => approvals.request({ peerId: ID('A'), right: 'send', detail: '1.0 GiB', size });
  const small = ask(1_000_000_000);
  const large = ask(1_080_000_000);
  expect(approvals.list()).toHaveLength(2);
  peers.setGrant(ID('A'), 'send', { decision: 'allow', expiresAt: null, most: 1_050_000_000 });
  approvals.decided(ID('A'), 'send', 'approved');
  expect(await small).toBe('approved');
  expect(approvals.list()).toHaveLength(1);
  approvals.decide(approvals.list()[0]?.id ?? 0, 'not-now');
  expect(await large).toBe('denied');
});

test('requests that differ behind what is shown are not taken for the same [S-ASK-3]', () => {
  const { approvals, ask } = open();
  const long = 'x'.repeat(3000);
  void ask(`${long}a`);
  void ask(`${long}b`);
  expect(approvals.list()).toHaveLength(2);
  // All of it: what is not seen would be agreed to all the same.
  expect(approvals.list().map(({ detail }) => detail)).toEqual([`${long}b`, `${long}a`]);
});

test('control characters in a request are marked, not hidden [S-ASK-3]', () => {
  const { approvals, ask } = open();
  void ask('ls\u001b[2K\r\u202erm');
  expect(approvals.list()[0]?.detail).toBe('ls⟨U+001B⟩[2K⟨U+000D⟩⟨U+202E⟩rm');
});

test('a peer can have 8 requests waiting, all together 64', async () => {
  const { approvals, ask } = open();
  for (let count = 0; count < 8; count += 1) void ask(`request ${count}`, 'A');
  expect(await ask('one more', 'A')).toBe('denied');
  expect(approvals.pendingCount).toBe(8);
  for (const letter of LETTERS.slice(1)) {
    for (let count = 0; count < 8; count += 1) void ask(`request ${count}`, letter);
  }
  expect(approvals.pendingCount).toBe(64);
  expect(await ask('any', 'K')).toBe('denied');
});

test('a peer nobody knows cannot ask', async () => {
  expect(await open().ask('x', 'Z')).toBe('denied');
});

test('ignoring ends the other requests of the peer and all later ones without showing them', async () => {
  const { approvals, peers, ask } = open();
  const answers = [ask('one'), ask('two'), ask('three', 'B')];
  const changes: number[] = [];
  approvals.onChange(() => changes.push(approvals.pendingCount));
  approvals.decide(approvals.list().find(({ detail }) => detail === 'one')?.id ?? 0, 'ignore');
  expect(await Promise.all(answers.slice(0, 2))).toEqual(['ignored', 'ignored']);
  expect(peers.get(ID('A'))?.ignoredRequests).toEqual(['terminal']);
  expect(await ask('four')).toBe('ignored');
  expect(changes).toEqual([2, 1]);
});

test('ignoring that cannot be saved leaves the request waiting', async () => {
  const clock = new FakeClock();
  const peersFile = new MemoryDocumentFile();
  const peers = new PeerBook({ file: peersFile, clock, logger: silentLogger });
  peers.add({
    certificate: certificateFor('A'),
    name: 'a',
    grants: {},
    words: null,
    provisionalUntil: null,
    enrolledBy: null,
  });
  const approvals = new ApprovalStore({
    file: new MemoryDocumentFile(),
    peers,
    clock,
    logger: silentLogger,
    audit: { record: () => undefined },
  });
  void approvals.request({ peerId: ID('A'), right: 'terminal', detail: 'x' });
  peersFile.failure = { write: 'EPERM' };
  expect(await codeOf(() => approvals.decide(approvals.list()[0]?.id ?? 0, 'ignore'))).toBe('store.write');
  expect(approvals.pendingCount).toBe(1);
});

test('the history survives a restart, its numbers are not used again, and it is written once for many', async () => {
  const { approvals, ask, file, clock } = open(undefined, undefined, NEVER_TOO_MANY);
  for (let count = 0; count < 20; count += 1) {
    const answer = ask(`request ${count}`);
    approvals.decide(approvals.list()[0]?.id ?? 0, 'not-now');
    await answer;
  }
  await clock.advance(1000);
  expect(file.writes).toBe(1);
  approvals.close();
  const again = open(file, clock);
  expect(again.approvals.list(true)).toHaveLength(20);
  void again.ask('next');
  expect(again.approvals.list()[0]?.id).toBe(21);
});

test('the history is bounded, and a peer that asks without end pushes out its own entries only', async () => {
  const { approvals, ask } = open(undefined, undefined, NEVER_TOO_MANY);
  const asked = async (detail: string, letter: string): Promise<void> => {
    const answer = ask(detail, letter);
    approvals.decide(approvals.list()[0]?.id ?? 0, 'not-now');
    await answer;
  };
  await asked('precious', 'B');
  for (let count = 0; count < HISTORY_LIMIT + 50; count += 1) await asked(`noise ${count}`, 'A');
  const history = approvals.list(true);
  expect(history).toHaveLength(HISTORY_LIMIT);
  expect(history.at(-1)?.detail).toBe('precious');
  expect(history[0]?.detail).toBe(`noise ${HISTORY_LIMIT + 49}`);
});

test('closing withdraws what waits and leaves no timer', async () => {
  const { approvals, ask, clock, peers } = open();
  const answer = ask();
  approvals.close();
  peers.close();
  expect(await answer).toBe('withdrawn');
  expect(clock.pending).toBe(0);
});

test('the same request is waited for by 16 at most', async () => {
  const { approvals, ask } = open();
  const answers = Array.from({ length: 17 }, () => ask('same'));
  expect(await answers[16]).toBe('denied');
  approvals.decide(approvals.list()[0]?.id ?? 0, 'not-now');
  expect(await Promise.all(answers.slice(0, 16))).toEqual(Array.from({ length: 16 }, () => 'denied'));
});

test('one yes lets one in: others that ask for the same thing are shown anew', async () => {
  const { approvals, ask } = open();
  const controller = new AbortController();
  const answers = [ask('same'), ask('same'), ask('same', 'A', controller.signal)];
  const id = approvals.list()[0]?.id ?? 0;
  approvals.decide(id, 'approve');
  expect(await answers[0]).toBe('approved');
  const [again] = approvals.list();
  expect(approvals.list()).toHaveLength(1);
  expect(again?.id).not.toBe(id);
  controller.abort();
  expect(await answers[2]).toBe('withdrawn');
  approvals.decide(again?.id ?? 0, 'not-now');
  expect(await answers[1]).toBe('denied');
});

test('a decision on the right itself answers what waits for it, and nothing else', async () => {
  const { approvals, ask } = open();
  const answers = [ask('one'), ask('one'), ask('two'), ask('one', 'B')];
  approvals.decided(ID('A'), 'terminal', 'approved');
  expect(await Promise.all(answers.slice(0, 3))).toEqual(['approved', 'approved', 'approved']);
  expect(approvals.list()).toHaveLength(1);
  approvals.decided(ID('B'), 'terminal', 'denied');
  expect(await answers[3]).toBe('denied');
});

const MINUTE = 60_000;

describe('after "not now"', () => {
  /** Asks, has it refused, and says how long the same is not asked again. */
  async function refuse({ approvals, ask }: ReturnType<typeof open>, detail = 'shell'): Promise<number> {
    const answer = ask(detail);
    approvals.decide(approvals.list()[0]?.id ?? 0, 'not-now');
    expect(await answer).toBe('denied');
    return approvals.pauseLeft({ peerId: ID('A'), right: 'terminal', detail });
  }

  test('the same question is refused at once and shown to nobody, until its pause is over [S-ASK-4]', async () => {
    const opened = open();
    const { approvals, ask, clock, recorded } = opened;
    expect(await refuse(opened)).toBe(MINUTE);
    const before = recorded.length;
    let told = 0;
    approvals.onChange(() => {
      told += 1;
    });
    expect(await ask()).toBe('denied');
    await clock.advance(MINUTE - 1);
    expect(await ask()).toBe('denied');
    const onAsked = vi.fn<() => void>();
    const same = { peerId: ID('A'), right: 'terminal', detail: 'shell' } as const;
    expect(await approvals.request(same, undefined, onAsked)).toBe('denied');
    expect([approvals.list(), told, recorded.length - before]).toEqual([[], 0, 0]);
    expect(onAsked).not.toHaveBeenCalled();
    await clock.advance(1);
    void approvals.request(same, undefined, onAsked);
    expect(onAsked).toHaveBeenCalledTimes(1);
    expect(approvals.pendingCount).toBe(1);
  });

  test('the answer says until when the same is declined, and a person can ask for it again at once', async () => {
    const opened = open();
    const { approvals, ask, clock } = opened;
    const denied = ask();
    const id = approvals.list()[0]?.id ?? 0;
    const end = clock.now() + MINUTE;
    expect(approvals.decide(id, 'not-now').declinedUntil).toBe(end);
    await denied;
    await clock.advance(MINUTE / 2);
    expect(approvals.list(true)).toMatchObject([{ id, declinedUntil: end }]);
    let told = 0;
    approvals.onChange(() => {
      told += 1;
    });
    approvals.askAgain(id + 1);
    expect(approvals.list(true)[0]?.declinedUntil).toBe(end);
    approvals.askAgain(id);
    expect([approvals.list(true)[0]?.declinedUntil, told]).toEqual([undefined, 2]);
    void ask();
    expect(approvals.pendingCount).toBe(1);
    expect(approvals.decide(id + 1, 'approve').declinedUntil).toBeUndefined();
  });

  test('another question, and the same of another peer, are asked', async () => {
    const opened = open();
    await refuse(opened);
    void opened.ask('run: ls');
    void opened.ask('shell', 'B');
    expect(opened.approvals.pendingCount).toBe(2);
  });

  test('each further one makes the pause twice as long, up to an hour [S-ASK-4]', async () => {
    const opened = open();
    const pauses: number[] = [];
    for (let count = 0; count < 8; count += 1) {
      const pause = await refuse(opened);
      pauses.push(pause / MINUTE);
      await opened.clock.advance(pause);
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  });

  test('it is forgotten after a day, also where another question is refused meanwhile [S-ASK-4]', async () => {
    const opened = open();
    await refuse(opened);
    await opened.clock.advance(MINUTE);
    expect(await refuse(opened)).toBe(2 * MINUTE);
    await opened.clock.advance(2 * MINUTE + PAUSE_LIMITS.remembered + 1);
    await refuse(opened, 'other');
    expect(await refuse(opened)).toBe(MINUTE);
  });

  test('a yes, a decision on the right, a look at it, and forgetting the peer end it [S-ASK-4]', async () => {
    const opened = open();
    const { approvals, peers, clock } = opened;
    const again = { peerId: ID('A'), right: 'terminal', detail: 'shell' } as const;
    await refuse(opened);
    approvals.decided(ID('A'), 'terminal', 'approved');
    expect(approvals.pauseLeft(again)).toBe(0);
    expect(await refuse(opened)).toBe(MINUTE);
    approvals.mayAskAgain(ID('A'), 'relay');
    expect(approvals.pauseLeft(again)).toBe(MINUTE);
    approvals.mayAskAgain(ID('A'), 'terminal');
    expect(approvals.pauseLeft(again)).toBe(0);
    expect(await refuse(opened)).toBe(MINUTE);
    await clock.advance(MINUTE);
    void opened.ask();
    approvals.decide(approvals.list()[0]?.id ?? 0, 'approve');
    expect(await refuse(opened)).toBe(MINUTE);
    peers.forget(ID('A'));
    expect(approvals.pauseLeft(again)).toBe(0);
  });

  test('it counts for what is asked for, however the detail of it reads', async () => {
    const { approvals } = open();
    const ask = (detail: string) => approvals.request({ peerId: ID('A'), right: 'forward', detail, topic: 'db 5432' });
    const first = ask('connect to db:5432 (10.0.0.1)');
    approvals.decide(approvals.list()[0]?.id ?? 0, 'not-now');
    expect([await first, await ask('connect to db:5432 (10.0.0.2)')]).toEqual(['denied', 'denied']);
  });

  test('only so many questions are remembered, however many a peer has asked [S-ASK-4]', () => {
    const clock = new FakeClock();
    const pauses = new Pauses(clock);
    for (let count = 0; count < PAUSE_LIMITS.perPeer + 10; count += 1)
      pauses.refused({ peerId: ID('A'), right: 'forward', topic: `${count}` });
    expect(pauses.size).toBe(PAUSE_LIMITS.perPeer);
    for (let peer = 0; peer < 40; peer += 1)
      for (let count = 0; count < PAUSE_LIMITS.perPeer; count += 1)
        pauses.refused({ peerId: `${peer}` as PeerId, right: 'forward', topic: `${count}` });
    expect(pauses.size).toBe(PAUSE_LIMITS.total);
  });
});

test('a peer that asks for ten thousand things is refused at once beyond sixteen, and shown six a minute after that [S-ASK-4]', async () => {
  const { approvals, ask, clock } = open();
  const shown = new Set<number>();
  approvals.onChange(() => {
    for (const { id } of approvals.list()) shown.add(id);
  });
  const outcomes: string[] = [];
  for (let count = 0; count < 10_000; count += 1) {
    // Taken back at once, so that there is room for the next.
    const given = new AbortController();
    const answer = ask(`port ${count}`, 'A', given.signal);
    given.abort();
    outcomes.push(await answer);
  }
  expect(shown.size).toBe(16);
  expect(outcomes.filter((outcome) => outcome === 'denied')).toHaveLength(10_000 - 16);
  void ask('shell', 'B');
  expect(approvals.list()).toMatchObject([{ peerName: 'peer B' }]);
  await clock.advance(MINUTE);
  for (let count = 0; count < 20; count += 1) void ask(`later ${count}`);
  expect(approvals.list().filter(({ peerName }) => peerName === 'peer A')).toHaveLength(6);
});

test('a peer whose request a person has approved may go on asking', async () => {
  const { approvals, ask } = open();
  for (let count = 0; count < 40; count += 1) {
    const answer = ask(`run: ${count}`);
    approvals.decide(approvals.list()[0]?.id ?? 0, 'approve');
    expect(await answer).toBe('approved');
  }
});
