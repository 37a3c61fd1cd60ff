import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ScreenModel } from '#agent/terminals/screen/screen-model.ts';
import { Terminal } from '#agent/terminals/screen/xterm.ts';
import { ScreenProbe } from '#test/support/screen-probe.ts';
import {
  emptyScreen,
  resetScreen,
  separateScreen,
} from '../../../../src-renderer/features/terminals/screen/empty-screen.ts';

const NOTE = '… output left out …';
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What leaves a terminal in another state than it began in, also in the middle of something. */
const PIECES = [
  'plain text\r\n',
  'größer 漢字 👍',
  'a line that is longer than the screen is wide, and so goes on in the next row\r\n',
  '\u001b[31;1;44mcolour',
  '\u001b[?1049h',
  '\u001b[?1049l',
  '\u001b[?1h\u001b=',
  '\u001b[?2004h',
  '\u001b[?1003h\u001b[?1006h',
  '\u001b[?1004h',
  '\u001b[?25l\u001b[5 q',
  '\u001b[?7l',
  '\u001b[?6h',
  '\u001b[4h',
  '\u001b[2;5r',
  '\u001b[3;9H',
  '\u001b[?45h',
  '\u001b(0qqq',
  '\u001b]8;;https://example.org/\u0007',
  '\u001b7\u001b[5;5H',
  '\u001b[2J',
  '\n'.repeat(9),
  // Cut off.
  '\u001b[38;2;1',
  '\u001b]0;a title',
  '\u001bP$q',
  '\u001b',
];

const anything = fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => pieces.join(''));

async function snapshotOf(output: string): Promise<Uint8Array> {
  const screen = new ScreenModel({ cols: 30, rows: 8, onTitle: () => undefined, onParsed: () => undefined });
  screen.feed(bytes(output));
  const snapshot = await new Promise<Uint8Array>((resolve) => {
    screen.whenParsed(() => resolve(screen.serialize('screen')));
  });
  screen.dispose();
  return snapshot;
}

test('a screen that was left out of step, in the middle of anything, shows what a fresh one shows, and goes on the same', async () => {
  await fc.assert(
    fc.asyncProperty(anything, anything, anything, async (before, there, after) => {
      const left = new ScreenProbe(30, 8);
      const fresh = new ScreenProbe(30, 8);
      await left.feed(bytes(before));
      await left.feed(bytes(emptyScreen(left.terminal, NOTE)));
      const snapshot = await snapshotOf(there);
      for (const probe of [left, fresh]) {
        await probe.feed(snapshot);
        await probe.feed(bytes(after));
      }
      expect(left.screen()).toEqual(fresh.screen());
      left.dispose();
      fresh.dispose();
    }),
    { numRuns: 400 },
  );
});

test('earlier output is above, with a line that reports the gap', async () => {
  const probe = new ScreenProbe(30, 4);
  for (const line of [1, 2, 3, 4, 5, 6]) await probe.feed(bytes(`line ${line}\r\n`));
  await probe.feed(bytes('half a li'));
  await probe.feed(bytes(emptyScreen(probe.terminal, NOTE)));
  await probe.feed(bytes('$ '));
  expect(probe.lines()).toEqual([...[1, 2, 3, 4, 5, 6].map((line) => `line ${line}`), 'half a li', NOTE, '$ ']);
  probe.dispose();
});

describe('a new program', () => {
  const SEPARATOR = '── New shell ──';

  test.each([0, 1, 3, 4, 9])('begins below a line, with what %i lines of the last one showed above', async (count) => {
    const probe = new ScreenProbe(30, 4);
    const lines = Array.from({ length: count }, (_, line) => `line ${line}`);
    for (const line of lines) await probe.feed(bytes(`${line}\r\n`));
    await probe.feed(bytes(separateScreen(probe.terminal, SEPARATOR)));
    const { active } = probe.terminal.buffer;
    // The line is in sight, and the rest of the screen is the program's.
    expect(active.getLine(active.baseY)?.translateToString(true)).toBe(SEPARATOR);
    expect([active.cursorX, active.cursorY]).toEqual([0, 1]);
    await probe.feed(bytes('$ '));
    expect(probe.lines().filter((line) => line !== '')).toEqual([...lines, SEPARATOR, '$ ']);
    probe.dispose();
  });

  test('has none of the modes of the last one, which ended on the alternate screen', async () => {
    const terminal = new Terminal({ cols: 30, rows: 8, allowProposedApi: true, logLevel: 'off' });
    const write = (text: string): Promise<void> => new Promise((resolve) => terminal.write(text, resolve));
    await write(`$ top${LEFT_ON}a table`);
    await write(separateScreen(terminal, SEPARATOR));
    expect(await modeOf(terminal, 25)).toBe('1');
    for (const mode of [1, 1003, 1004, 1006, 1049, 2004, 2026]) expect(await modeOf(terminal, mode)).toBe('2');
    expect(terminal.buffer.active.type).toBe('normal');
    await write('x');
    const { active } = terminal.buffer;
    expect(active.getLine(0)?.translateToString(true)).toBe('$ top');
    expect(
      active
        .getLine(active.baseY + 1)
        ?.getCell(0)
        ?.isAttributeDefault(),
    ).toBe(true);
    terminal.dispose();
  });
});

/** What top, vim and the like leave when their machine ends them. */
const LEFT_ON =
  '\u001b[?1049h\u001b[?25l\u001b[?1h\u001b=\u001b[?2004h\u001b[?1003h\u001b[?1006h\u001b[?1004h\u001b[?2026h\u001b[5 q\u001b[31;44m';

/** Asks a terminal for the state of a private mode: 1 is on, 2 is off. */
async function modeOf(terminal: InstanceType<typeof Terminal>, mode: number): Promise<string> {
  const answer = Promise.withResolvers<string>();
  const listener = terminal.onData(answer.resolve);
  terminal.write(`\u001b[?${mode}$p`);
  const text = await answer.promise;
  listener.dispose();
  return text.slice(3, -2).split(';')[1] ?? '';
}

test.each([true, false])(
  'modes of a program that was ended, such as a hidden cursor, end with it (new: %s)',
  async (isNew) => {
    const terminal = new Terminal({ cols: 30, rows: 8, allowProposedApi: true, logLevel: 'off' });
    await new Promise<void>((resolve) => {
      terminal.write(LEFT_ON, resolve);
    });
    expect(await modeOf(terminal, 25)).toBe('2');
    // Not processed yet when the next program starts.
    terminal.write('the last words\u001b[?25l');
    resetScreen(terminal, isNew);
    expect(await modeOf(terminal, 25)).toBe('1');
    for (const mode of [1, 1003, 1004, 1006, 1049, 2004, 2026]) expect(await modeOf(terminal, mode)).toBe('2');
    expect(terminal.modes.applicationKeypadMode).toBe(false);
    expect(terminal.buffer.active.type).toBe('normal');
    expect(terminal.buffer.active.getLine(0)?.translateToString(true)).toBe('');
    expect([terminal.buffer.active.cursorX, terminal.buffer.active.cursorY]).toEqual([0, 0]);
    await new Promise<void>((resolve) => {
      terminal.write('x', resolve);
    });
    expect(terminal.buffer.active.getLine(0)?.getCell(0)?.isAttributeDefault()).toBe(true);
    terminal.dispose();
  },
);
