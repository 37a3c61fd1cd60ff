import { expect, test } from 'vitest';
import type { ConnectionFacts } from '#agent/forwards/rules/index.ts';
import { ConnectionHistory, MemoryLines, PeerHistory } from '#agent/history/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

const OUT: ConnectionFacts = {
  forward: 'rule-1',
  forwardName: 'browser',
  direction: 'out',
  peerName: 'office',
  target: 'example.test:443',
  source: null,
};

function setUp() {
  const clock = new FakeClock();
  let next = 0;
  const history = new PeerHistory({
    file: new MemoryLines(),
    clock,
    logger: silentLogger,
    createId: () => {
      next += 1;
      return `id-${next}`;
    },
  });
  const carried = new ConnectionHistory({
    history,
    clock,
    peerId: (name) => (name === 'office' ? 'A'.repeat(56) : null),
  });
  return { clock, history, carried };
}

test('connections of a rule that follow one another are one entry, which ends with the last of them', async () => {
  const { clock, history, carried } = setUp();
  const began = clock.now();
  for (let turn = 0; turn < 3; turn += 1) {
    const closed = carried.opened({ ...OUT, target: `host-${turn}.test:443` });
    await clock.advance(10_000);
    closed(false);
  }
  expect(await history.list()).toMatchObject([{ kind: 'forward', detail: 'browser', open: true }]);
  await clock.advance(30_000);
  expect(await history.list()).toMatchObject([
    { detail: 'browser', peerName: 'office', peerId: 'A'.repeat(56), endedAt: began + 30_000, count: 3, open: false },
  ]);
});

test('what a peer reaches here is an entry for each target', async () => {
  const { history, carried } = setUp();
  const facts = { ...OUT, direction: 'in', forward: '' } as const;
  carried.opened({ ...facts, target: 'a.test:80' });
  carried.opened({ ...facts, target: 'b.test:80' });
  carried.opened({ ...facts, target: 'a.test:80' });
  carried.close();
  const entries = new Map((await history.list()).map(({ detail, count, open }) => [detail, { count, open }]));
  expect(Object.fromEntries(entries)).toEqual({
    'a.test:80': { count: 2, open: false },
    'b.test:80': { count: 1, open: false },
  });
});

test('an entry whose connections were all declined by a person says so, and no other one', async () => {
  const { clock, history, carried } = setUp();
  carried.opened(OUT)(true);
  await clock.advance(30_000);
  expect(await history.list()).toMatchObject([{ outcome: 'denied', open: false }]);
  carried.opened(OUT)(true);
  carried.opened(OUT)(false);
  await clock.advance(30_000);
  expect(await history.list()).toMatchObject([{ outcome: null, count: 2 }, { outcome: 'denied' }]);
});
