import { expect, test } from 'vitest';
import { toUtf8 } from '#shared/bytes/index.ts';
import { CastPlayer, CastReader, RecordingError, withoutInput, type CastScreen } from '#shared/recording/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

const CAST = [
  '{"version": 2, "width": 80, "height": 24}',
  '[0.5, "o", "one "]',
  '[1.0, "i", "typed"]',
  '[2.0, "r", "100x30"]',
  '[2.0, "o", "two "]',
  '[12.0, "o", "three"]',
  '',
].join('\n');

class Log implements CastScreen {
  readonly lines: string[] = [];
  reset(cols: number, rows: number): void {
    this.lines.length = 0;
    this.lines.push(`reset ${cols}x${rows}`);
  }
  resize(cols: number, rows: number): void {
    this.lines.push(`${cols}x${rows}`);
  }
  write(text: string): void {
    this.lines.push(text);
  }
}

function read(text: string) {
  const reader = new CastReader();
  for (let at = 0; at < text.length; at += 7) reader.push(toUtf8(text.slice(at, at + 7)));
  return reader.finish();
}

function setUp(idleLimit?: number) {
  const clock = new FakeClock();
  const screen = new Log();
  const player = new CastPlayer({ ...read(CAST), screen, clock, idleLimit });
  return { clock, screen, player };
}

test('it plays at its own pace, and ends', async () => {
  const { clock, screen, player } = setUp();
  player.play();
  expect(screen.lines).toEqual(['reset 80x24']);
  await clock.advance(600);
  expect(screen.lines).toEqual(['reset 80x24', 'one ']);
  await clock.advance(1500);
  expect(screen.lines).toEqual(['reset 80x24', 'one ', '100x30', 'two ']);
  await clock.advance(11_000);
  expect(screen.lines.at(-1)).toBe('three');
  expect([player.isPlaying, player.position]).toEqual([false, 12]);
});

test('twice as fast takes half the time, and a pause holds it', async () => {
  const { clock, screen, player } = setUp();
  player.setSpeed(2);
  player.play();
  await clock.advance(300);
  expect(screen.lines).toContain('one ');
  player.pause();
  await clock.advance(60_000);
  expect(player.position).toBeCloseTo(0.6);
  player.play();
  await clock.advance(6000);
  expect(screen.lines.at(-1)).toBe('three');
});

test('going forward writes what lies between, going back begins anew', () => {
  const { screen, player } = setUp();
  player.seek(11);
  expect(screen.lines).toEqual(['reset 80x24', 'one ', '100x30', 'two ']);
  player.seek(1);
  expect(screen.lines).toEqual(['reset 80x24', 'one ']);
  player.seek(99);
  expect(player.position).toBe(12);
});

test('long pauses are cut', () => {
  const { player } = setUp(1);
  // 0.5, 1.0, 2.0 and 12.0, of which nine seconds are left out.
  expect(player.duration).toBe(3);
});

test('what is torn or strange is left out, times never go back, and what is no cast is refused', () => {
  const { events } = read(`${CAST}[1.0, "o", "late"]\nnonsense\n[3, "x", "?"]\n[14.0, "o", "to`);
  expect(events.at(-1)).toEqual({ at: 12, code: 'o', data: 'late' });
  expect(() => read('{"version": 1}\n')).toThrow(expect.objectContaining({ code: 'recording.format' }));
  expect(() => read('')).toThrow(expect.objectContaining({ code: 'recording.format' }));
  expect(() =>
    new CastReader().push(toUtf8(`{"version": 2, "width": 80, "height": 24}\n${'x'.repeat(1_200_000)}`)),
  ).toThrow(expect.objectContaining({ code: 'recording.format' }));
});

test('what was typed is told to a screen that wants it, and drawn by none', () => {
  const typed: string[] = [];
  const screen = Object.assign(new Log(), { typed: (text: string) => void typed.push(text) });
  const player = new CastPlayer({ ...read(CAST), screen, clock: new FakeClock() });
  player.seek(3);
  expect(typed).toEqual(['typed']);
  expect(screen.lines.join('')).not.toContain('typed');
  player.seek(0.6);
  player.seek(3);
  expect(typed).toEqual(['typed', 'typed']);
});

test('a recording without what was typed has all the rest, and does not say that it has it [S-TERM-15]', () => {
  const about = { peerId: null, peerName: 'office', side: 'viewer', input: true };
  const cast = [
    JSON.stringify({ version: 2, width: 80, height: 24, title: 'bash', clawreach: about }),
    '[0.5, "o", "one "]',
    '[1.0, "i", "hunter2"]',
    ' [1.0,"i","hunter2"] ',
    '[1.0, "i", "hunter2',
    '[2.0, "o", "\\"i\\", hun"]',
    '',
  ].join('\n');
  const left = withoutInput(cast);
  expect(left).not.toContain('hunter2');
  const { header, events } = read(left);
  expect(header).toMatchObject({ title: 'bash', clawreach: { ...about, input: false } });
  expect(events.map(({ data }) => data)).toEqual(['one ', '"i", hun']);
  expect(() => withoutInput('no recording')).toThrow(RecordingError);
});
