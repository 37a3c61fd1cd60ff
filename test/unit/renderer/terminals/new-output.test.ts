import { Terminal } from '@xterm/headless';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NewOutput } from '../../../../src-renderer/features/terminals/screen/new-output.ts';

const ESC = '\u001b';
let terminal: Terminal;
let found = 0;
let output: NewOutput;

beforeEach(() => {
  terminal = new Terminal({ allowProposedApi: true, cols: 40, rows: 8, scrollback: 20, logLevel: 'off' });
  found = 0;
  output = new NewOutput(terminal, () => {
    found += 1;
  });
});
afterEach(() => terminal.dispose());

const draw = (text: string): Promise<void> => new Promise((resolve) => terminal.write(text, resolve));
/** Draws a text out of sight. @returns whether it counts as new output */
const isNew = async (text: string): Promise<boolean> => {
  const before = found;
  await draw(text);
  output.written();
  return found > before;
};

describe('new output', () => {
  test('is a line below all others, also a prompt on the line where its program was started, and again after it', async () => {
    await draw('$ sleep 5\r\n');
    output.begin();
    expect(await isNew('$ ')).toBe(true);
    expect(await isNew('echo')).toBe(false);
    expect(await isNew('\r\nmore')).toBe(true);
  });

  test('is found when the screen scrolls and the scrollback drops its first lines', async () => {
    await draw('line\r\n'.repeat(60));
    output.begin();
    expect(await isNew('one\r\n')).toBe(true);
    expect(await isNew('two\r\n')).toBe(true);
    expect(await isNew('line\r\n'.repeat(60))).toBe(true);
  });

  test('is none of a program that redraws the same lines, nor a progress bar', async () => {
    const frame = (count: number): string =>
      `${ESC}[H${[1, 2, 3, 4].map((row) => `process ${row} ${count}${ESC}[K`).join('\r\n')}\r\n${ESC}[J`;
    await draw(`${'line\r\n'.repeat(12)}${frame(0)}`);
    output.begin();
    for (const count of [1, 2, 3]) expect(await isNew(frame(count))).toBe(false);
    for (const count of [4, 5]) expect(await isNew(`${ESC}[H${ESC}[2J${ESC}[3J${frame(count)}`)).toBe(false);
    expect(await isNew(`${ESC}[4;1H10%\r20%\r30%`)).toBe(false);
    expect(await isNew('\r\ndone')).toBe(true);
  });

  test('is none of a full-screen program, but its end is news', async () => {
    await draw(`$ htop\r\n${ESC}[?1049h`);
    output.begin();
    expect(await isNew(`${ESC}[Hone\r\ntwo\r\nthree`)).toBe(false);
    expect(await isNew(`${ESC}[?1049l`)).toBe(true);
    expect(await isNew(`${ESC}[?1049h${ESC}[Hless\r\n\r\nmore`)).toBe(false);
    expect(await isNew(`${ESC}[?1049l`)).toBe(true);
    expect(await isNew('$ ')).toBe(true);
    expect(await isNew('echo')).toBe(false);
  });
});
