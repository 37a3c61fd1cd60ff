import { expect, test } from 'vitest';
import { Recordings, type RecordingFacts, type RecordingLimits } from '#agent/recordings/index.ts';
import { fromBase64Url, fromUtf8, toUtf8 } from '#shared/bytes/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { CastReader } from '#shared/recording/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { MemoryFolder } from '#test/support/memory-files.ts';

const WHAT: RecordingFacts = {
  peerId: 'A'.repeat(56),
  peerName: 'office',
  title: 'bash',
  side: 'viewer',
  input: false,
  cols: 80,
  rows: 24,
};

function setUp(limits: Partial<RecordingLimits> = {}) {
  const clock = new FakeClock();
  const folder = new MemoryFolder();
  let next = 0;
  const recordings = new Recordings({
    folder,
    clock,
    logger: silentLogger,
    limits,
    createId: () => {
      next += 1;
      return String(next).padStart(8, '0');
    },
  });
  const only = (): string => [...folder.files.keys()][0] ?? '';
  const events = (): readonly (readonly [number, string, string])[] => {
    const reader = new CastReader();
    reader.push(folder.files.get(only()) ?? new Uint8Array());
    return reader.finish().events.map(({ at, code, data }) => [at, code, data]);
  };
  return { clock, folder, recordings, only, events };
}

test('what a terminal shows becomes an asciicast, with characters that were cut written whole', async () => {
  const { clock, folder, recordings, only, events } = setUp();
  const { recorder } = await recordings.start(WHAT);
  const bytes = toUtf8('grün\u001b[1m');
  recorder.output(bytes.subarray(0, 3));
  await clock.advance(1500);
  recorder.output(bytes.subarray(3));
  recorder.resize(100, 30);
  recorder.input(toUtf8('secret'));
  recorder.redraw();
  await recorder.stop();
  expect(events()).toEqual([
    [0, 'o', 'gr'],
    [1.5, 'o', 'ün\u001b[1m'],
    [1.5, 'r', '100x30'],
    [1.5, 'o', '\u001bc'],
    [1.5, 'm', 'end'],
  ]);
  expect(JSON.parse(folder.text(only()).split('\n')[0] ?? '')).toMatchObject({
    version: 2,
    width: 80,
    height: 24,
    title: 'bash',
    clawreach: { peerName: 'office', side: 'viewer', input: false },
  });
});

test('what is typed is written only where that was asked for [S-TERM-15]', async () => {
  const { recordings, events } = setUp();
  const { recorder } = await recordings.start({ ...WHAT, input: true });
  recorder.input(toUtf8('ls\r'));
  await recorder.stop();
  expect(events()).toEqual([
    [0, 'i', 'ls\r'],
    [0, 'm', 'end'],
  ]);
  const other = setUp();
  const { recorder: unasked } = await other.recordings.start({ ...WHAT, input: false });
  unasked.input(toUtf8('ls\r'));
  await unasked.stop();
  expect(other.events()).toEqual([[0, 'm', 'end']]);
});

test('a recording that was cut off by a crash is listed with what is in it', async () => {
  const { clock, folder, recordings, only } = setUp();
  const { recorder } = await recordings.start(WHAT);
  await clock.advance(2000);
  recorder.output(toUtf8('one'));
  await clock.advance(2000);
  recorder.output(toUtf8('two'));
  await recorder.stop();
  const text = folder.text(only());
  folder.files.set(only(), toUtf8(text.slice(0, text.indexOf('two'))));
  const { recordings: listed, used } = await setUpOn(folder).list();
  expect(listed).toMatchObject([{ peerName: 'office', duration: 4000, running: false, cols: 80 }]);
  expect(used).toBe(folder.files.get(only())?.length);
});

function setUpOn(folder: MemoryFolder): Recordings {
  return new Recordings({ folder, clock: new FakeClock(), logger: silentLogger, createId: () => 'ffffffff' });
}

test.each([
  ['recording.full', { file: 400 }],
  ['recording.no-room', { total: 400 }],
] as const)('%s: the limit ends the recording, and what was written stays whole', async (code, limits) => {
  const { folder, recordings, only } = setUp(limits);
  const { recorder, ended } = await recordings.start(WHAT);
  for (let turn = 0; turn < 50; turn += 1) recorder.output(toUtf8('x'.repeat(20)));
  expect(await ended).toBe(code);
  expect(folder.files.get(only())?.length).toBeLessThanOrEqual(400);
  expect(folder.text(only()).endsWith(']\n')).toBe(true);
});

test('a disk that does not keep up ends the recording, not the terminal', async () => {
  const { folder, recordings } = setUp({ waiting: 1000 });
  const { recorder, ended } = await recordings.start(WHAT);
  let go: () => void = () => undefined;
  folder.gate = new Promise((resolve) => {
    go = resolve;
  });
  for (let turn = 0; turn < 100; turn += 1) recorder.output(toUtf8('x'.repeat(50)));
  expect(recorder.isEnded).toBe(true);
  go();
  expect(await ended).toBe('recording.slow');
});

test('a disk that is full ends the recording', async () => {
  const { folder, recordings } = setUp();
  const { recorder, ended } = await recordings.start(WHAT);
  folder.failing = true;
  recorder.output(toUtf8('x'));
  expect(await ended).toBe('recording.failed');
  await expect(recordings.start(WHAT)).rejects.toMatchObject({ code: 'store.write' });
});

test('there are no more than so many, running or kept', async () => {
  const { recordings } = setUp({ files: 2, running: 1 });
  const first = await recordings.start(WHAT);
  await expect(recordings.start(WHAT)).rejects.toMatchObject({ code: 'recording.too-many' });
  await first.recorder.stop();
  await (await recordings.start(WHAT)).recorder.stop();
  await expect(recordings.start(WHAT)).rejects.toMatchObject({ code: 'recording.too-many' });
});

test('one is read piece by piece, and deleted unless it is being written', async () => {
  const { folder, recordings, only } = setUp();
  const { id, recorder } = await recordings.start(WHAT);
  await expect(recordings.remove(id)).rejects.toMatchObject({ code: 'recording.running' });
  recorder.output(toUtf8('y'.repeat(300_000)));
  await recorder.stop();
  const first = await recordings.read(id, 0);
  const second = await recordings.read(id, first.next ?? 0);
  expect(second.next).toBeNull();
  const whole = fromUtf8(fromBase64Url(first.data)) + fromUtf8(fromBase64Url(second.data));
  expect(whole).toBe(folder.text(only()));
  await recordings.remove(id);
  expect((await recordings.list()).recordings).toEqual([]);
  await expect(recordings.read(id, 0)).rejects.toMatchObject({ code: 'recording.unknown' });
});

test('files that are no recordings are left alone and not listed', async () => {
  const { folder, recordings } = setUp();
  folder.files.set('notes.txt', toUtf8('mine'));
  folder.files.set('20261121T220312Z-0123abcd.cast', toUtf8('not a cast'));
  expect((await recordings.list()).recordings).toEqual([]);
});

test('what is typed is in it only where that was asked for, marked in the file and in the list [S-TERM-15]', async () => {
  const { folder, recordings, only, events } = setUp();
  const { recorder, view } = await recordings.start({ ...WHAT, input: true });
  const bytes = toUtf8('grün\r');
  recorder.input(bytes.subarray(0, 3));
  recorder.output(toUtf8('$ '));
  recorder.input(bytes.subarray(3));
  expect(view().input).toBe(true);
  await recorder.stop();
  expect(events().map(([, code, data]) => [code, data])).toEqual([
    ['i', 'gr'],
    ['o', '$ '],
    ['i', 'ün\r'],
    ['m', 'end'],
  ]);
  expect(JSON.parse(folder.text(only()).split('\n')[0] ?? '')).toMatchObject({ clawreach: { input: true } });
  expect((await recordings.list()).recordings.map(({ input }) => input)).toEqual([true]);
});
