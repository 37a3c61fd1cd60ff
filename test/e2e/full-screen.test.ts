import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Device } from '#test/support/e2e/device.ts';
import type { LocalTerminal } from '#test/support/e2e/local-terminal.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';

/** To be noticed or to come back on a busy machine, ms. */
const SOON = 60_000;
const PROGRAMS = [
  ['vim', 'vim -u NONE -N +7 notes.txt', ':q!\r'],
  ['less', 'less notes.txt', 'q'],
] as const;

const hasLine = (text: string): boolean => text.includes('clawreach: ');

describe('a program that fills the screen, when the connection is cut', () => {
  let stage: Stage;
  let relay: StageRelay;
  let office: Device;
  let laptop: Device;
  let frozen: number | undefined;

  beforeAll(async () => {
    stage = new Stage();
    relay = await stage.startRelay();
    ({ office, laptop } = await stage.pairedDevices(relay));
    const lines = Array.from({ length: 60 }, (_line, index) => `note ${index + 1}`).join('\n');
    await writeFile(join(stage.environment['HOME'] ?? '', 'notes.txt'), `${lines}\n`);
  });
  afterEach(async () => {
    if (frozen !== undefined) process.kill(frozen, 'SIGCONT');
    frozen = undefined;
    await stage.restore();
  });
  afterAll(() => stage.close());

  async function freezeOffice(): Promise<void> {
    frozen = (await office.status()).pid;
    process.kill(frozen, 'SIGSTOP');
  }

  function thaw(): void {
    if (frozen !== undefined) process.kill(frozen, 'SIGCONT');
    frozen = undefined;
  }

  /** Opens a shell and that program in it. @returns the window, and what the shell showed before */
  async function open(line: string): Promise<Readonly<{ window: LocalTerminal; shell: readonly string[] }>> {
    const window = laptop.window(['connect', 'office'], { cols: 100, rows: 24 });
    await window.until('the prompt there', (text) => text.endsWith('there>'), SOON);
    const shell = window.lines();
    window.type(`${line}\r`);
    await window.until('the program', (text) => text.includes('note 20'), SOON);
    return { window, shell };
  }

  /** Ends the program, and compares the shell's screen with the one of before. */
  async function leave(window: LocalTerminal, shell: readonly string[], line: string, keys: string): Promise<void> {
    window.type(keys);
    const expected = [...shell.slice(0, -1), `${shell.at(-1) ?? ''} ${line}`, 'there>'];
    await window.until('the shell', (text) => text.endsWith('\nthere>') && !text.includes('note 2'), SOON);
    expect(window.lines()).toEqual(expected);
    window.type('exit\r');
    expect((await window.ended(SOON)).code).toBe(0);
  }

  it.each(PROGRAMS)(
    '%s shows a line at its bottom, and later exactly what it showed before',
    async (_name, line, keys) => {
      const { window, shell } = await open(line);
      const before = window.shown();
      await freezeOffice();
      await window.until('the line', hasLine, SOON);
      expect(window.lines().at(-1)).toMatch(/^clawreach: no answer for \d+ s\. To give up, press Enter, then ~\.$/);
      expect(window.lines().slice(0, -1).join('\n')).not.toContain('clawreach: ');
      thaw();
      await window.until('the line to go', (text) => !hasLine(text), SOON);
      await until('the same screen', () =>
        JSON.stringify(window.shown()) === JSON.stringify(before) ? true : undefined,
      );
      expect(window.shown()).toEqual(before);
      await leave(window, shell, line, keys);
    },
  );

  it('is right after the size has changed during the cut, and takes what was typed', async () => {
    const [, line, keys] = PROGRAMS[0];
    const { window } = await open(line);
    await freezeOffice();
    await window.until('the line', hasLine, SOON);
    window.resize(90, 18);
    await window.until('the line at its place', () => window.lines().at(-1)?.startsWith('clawreach: ') === true, SOON);
    window.type('dd');
    thaw();
    await window.until('the line to go', (text) => !hasLine(text) && !text.includes('note 7\n'), SOON);
    expect(window.lines()).toContain('note 8');
    window.type(keys);
    await window.until('the shell', (text) => text.endsWith('there>'), SOON);
    window.type('exit\r');
    await window.ended(SOON);
  });

  it('shows how long the path has been lost while the relay is away, and its screen once that is back', async () => {
    const [, line, keys] = PROGRAMS[1];
    const { window, shell } = await open(line);
    const before = window.shown();
    await relay.process.end('SIGKILL');
    await window.until('the line', (text) => /clawreach: connection lost for \d+ s, reconnecting/.test(text), SOON);
    await relay.restart();
    await window.until('the line to go', (text) => !hasLine(text), SOON);
    await until('the same screen', () =>
      JSON.stringify(window.shown()) === JSON.stringify(before) ? true : undefined,
    );
    expect(window.shown()).toEqual(before);
    await leave(window, shell, line, keys);
  });
});
