import { expect, test } from 'vitest';
import { PeerHistory, type HistoryFacts } from '#agent/history/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { MemoryLineFile } from '#test/support/memory-files.ts';

const PEER = 'A'.repeat(56);
const FACTS: HistoryFacts = { kind: 'terminal', direction: 'out', peerId: PEER, peerName: 'office', detail: 'bash' };

function setUp(file = new MemoryLineFile()) {
  const clock = new FakeClock();
  let next = 0;
  let changes = 0;
  const history = new PeerHistory({
    file,
    clock,
    logger: silentLogger,
    createId: () => {
      next += 1;
      return `id-${next}`;
    },
    onChange: () => {
      changes += 1;
    },
  });
  return { clock, file, history, changes: () => changes };
}

test('a session that goes on is open, and one that ended says when and how', async () => {
  const { clock, history } = setUp();
  const began = clock.now();
  const entry = history.begin(FACTS);
  expect(await history.list()).toMatchObject([
    { ...FACTS, startedAt: began, endedAt: null, open: true, outcome: null },
  ]);
  await clock.advance(5000);
  history.end(entry, 'exit 3', { count: 2 });
  expect(await history.list()).toMatchObject([
    { startedAt: began, endedAt: began + 5000, open: false, outcome: 'exit 3', count: 2 },
  ]);
});

test('what becomes known of an open session is added to its entry, and keeps its start', async () => {
  const { clock, history } = setUp();
  const startedAt = clock.now();
  const entry = history.begin({ ...FACTS, detail: '' });
  await clock.advance(2000);
  const facts = [{ fact: 'folder', value: '/srv' }] as const;
  history.describe(entry, { detail: 'zsh', facts });
  expect(await history.list()).toMatchObject([{ detail: 'zsh', facts, startedAt, open: true, peerName: 'office' }]);
  await history.clear();
  expect(await history.list()).toMatchObject([{ detail: 'zsh', facts, startedAt, open: true }]);
  history.end(entry, 'exit 0');
  history.describe(entry, { detail: 'fish' });
  expect(await history.list()).toMatchObject([{ detail: 'zsh', outcome: 'exit 0' }]);
});

test('after a crash what had begun is there, without an end, and is not taken for open', async () => {
  const { file, history } = setUp();
  history.begin(FACTS);
  await history.list();
  const next = setUp(file);
  expect(await next.history.list()).toMatchObject([{ detail: 'bash', endedAt: null, open: false }]);
});

test('the end of a terminal that outlived its agent is told by the next one', async () => {
  const { file, history } = setUp();
  const entry = history.begin(FACTS, 'terminal-1');
  await history.close((kept) => kept === entry);
  const next = setUp(file);
  next.history.resume('terminal-1');
  expect(await next.history.list()).toMatchObject([{ open: true }]);
  await next.clock.advance(1000);
  next.history.end('terminal-1', 'SIGHUP');
  expect(await next.history.list()).toMatchObject([{ open: false, outcome: 'SIGHUP', detail: 'bash' }]);
});

test('what still went on when the agent ended has ended with it', async () => {
  const { file, history } = setUp();
  history.begin(FACTS);
  await history.close();
  expect(await setUp(file).history.list()).toMatchObject([{ open: false, outcome: 'stopped' }]);
});

test('torn and strange lines, and ends without a beginning, are left out', async () => {
  const { file, history } = setUp();
  history.note({ ...FACTS, kind: 'path', detail: 'direct' }, 'better');
  await history.list();
  file.lines.push('{"id":"x","kind":"termi', 'null', '{"id":"y","endedAt":1,"outcome":null,"count":1}', '{"id":"z"}');
  file.lines.push(JSON.stringify({ ...JSON.parse(file.lines[0] ?? ''), id: 'w', extra: 1 }));
  expect(await history.list()).toMatchObject([{ kind: 'path', detail: 'direct', outcome: 'better', open: false }]);
});

test('a peer that opens and closes without end has two hundred entries, and then two a minute', async () => {
  const { clock, history } = setUp();
  for (let turn = 0; turn < 500; turn += 1) history.end(history.begin({ ...FACTS, direction: 'in' }));
  const other = history.begin({ ...FACTS, direction: 'in', peerId: 'B'.repeat(56) });
  expect(await history.list()).toHaveLength(201);
  await clock.advance(60_000);
  for (let turn = 0; turn < 50; turn += 1) history.end(history.begin({ ...FACTS, direction: 'in' }));
  expect(await history.list()).toHaveLength(203);
  history.end(other);
});

test('forgetting removes what is over and keeps what goes on', async () => {
  const { history } = setUp();
  history.end(history.begin(FACTS));
  history.begin({ ...FACTS, detail: 'top' });
  await history.clear();
  expect(await history.list()).toMatchObject([{ detail: 'top', open: true }]);
});

test('a disk that is full stops nothing, and many changes are told as one', async () => {
  const { clock, file, history, changes } = setUp();
  file.failing = true;
  for (let turn = 0; turn < 20; turn += 1) history.end(history.begin(FACTS));
  expect(await history.list()).toEqual([]);
  expect(changes()).toBe(0);
  await clock.advance(1000);
  expect(changes()).toBe(1);
});

test('what others choose is cut, and says by how much', async () => {
  const { history } = setUp();
  history.begin({ ...FACTS, peerName: 'n'.repeat(1000), detail: 'd'.repeat(3000) });
  const [entry] = await history.list();
  expect(entry?.peerName).toHaveLength(128);
  expect(entry?.detail).toBe(`${'d'.repeat(2048)} … ⟨and 952 more characters⟩`);
});
