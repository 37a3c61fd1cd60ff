import { describe, expect, it } from 'vitest';
import { unfinishedStart } from '#agent/terminals/screen/recent-bytes.ts';
import { MAX_SNAPSHOT_BYTES, ScreenModel } from '#agent/terminals/screen/screen-model.ts';
import { ScreenProbe } from '#test/support/screen-probe.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function snapshotOf(output: Uint8Array, cols = 80, rows = 24): Promise<Uint8Array> {
  const screen = new ScreenModel({ cols, rows, onTitle: () => undefined, onParsed: () => undefined });
  screen.feed(output);
  const snapshot = await new Promise<Uint8Array>((resolve) => {
    screen.whenParsed(() => {
      resolve(screen.serialize());
    });
  });
  screen.dispose();
  return snapshot;
}

async function shown(...parts: readonly Uint8Array[]): Promise<unknown> {
  const probe = new ScreenProbe();
  for (const part of parts) await probe.feed(part);
  const result = probe.shown();
  probe.dispose();
  return result;
}

const SAMPLES = {
  'text, colours, wide and multi-byte characters':
    'plain\r\n\u001b[1;38;2;10;20;30mbold\u001b[0m Grüße 漢字 👍\r\n\u001b[4;10Hplaced\u001b[K\u001b[31mred',
  'a title and a link': 'a\u001b]0;title\u0007b\u001b]8;;http://x/\u001b\\link\u001b]8;;\u001b\\c',
  modes: '\u001b[?2004h\u001b[?1h\u001b=$ \u001b[?25l\u001b[5 q\u001b[?7l',
  margins: 'top\r\n\u001b[3;6r\u001b[6;1Hone\r\ntwo\r\nthree\u001b[2;2Hx',
  'the alternate screen':
    'shell$ vim\r\n\u001b[?1049h\u001b[2J\u001b[44mblue\u001b[10;10Hx\u001b[?1002h\u001b[?1006h\u001b[1;5r\u001b[3;3H',
  'designated strings': 'a\u001bP+q544e\u001b\\b\u001b(Bc\u001b_apc\u001b\\d',
};

describe('a snapshot', () => {
  it.each(Object.entries(SAMPLES))(
    'shows the same and goes on the same, wherever it is taken: %s',
    async (_what, text) => {
      const output = bytes(text);
      const whole = await shown(output);
      for (let cut = 0; cut <= output.length; cut += 1)
        expect(await shown(await snapshotOf(output.slice(0, cut)), output.slice(cut)), `cut at ${cut}`).toEqual(whole);
    },
  );

  it('has the scrollback', async () => {
    const output = bytes(Array.from({ length: 6000 }, (_line, index) => `line ${index}`).join('\r\n'));
    expect(await shown(await snapshotOf(output))).toEqual(await shown(output));
  });

  it('does not turn mouse reports on in a shell that a killed program left them to', async () => {
    const left = new TextDecoder().decode(await snapshotOf(bytes('\u001b[?1003h\u001b[?1006h$ ')));
    expect(left).not.toContain('1003');
    expect(left).not.toContain('1006');
    const running = new TextDecoder().decode(await snapshotOf(bytes('\u001b[?1049h\u001b[?1003h\u001b[?1006h')));
    expect(running).toContain('\u001b[?1003h\u001b[?1006h');
  });

  it('is bounded, whatever is on the screen', async () => {
    let line = '';
    for (let column = 0; column < 500; column += 1) line += `\u001b[38;2;${column % 256};1;${column % 7}mx`;
    const snapshot = await snapshotOf(bytes(`${line}\r\n`.repeat(800)), 500, 50);
    expect(snapshot.length).toBeLessThanOrEqual(MAX_SNAPSHOT_BYTES);
    expect(snapshot.length).toBeGreaterThan(MAX_SNAPSHOT_BYTES / 4);
  });

  it('knows what it has not parsed yet', async () => {
    await new Promise<void>((resolve) => {
      const screen = new ScreenModel({
        cols: 80,
        rows: 24,
        onTitle: () => undefined,
        onParsed: () => {
          expect(screen.backlog).toBe(0);
          screen.dispose();
          resolve();
        },
      });
      screen.feed(bytes('12345'));
      expect(screen.backlog).toBe(5);
    });
  });
});

describe('the end of what a terminal has acted on', () => {
  it.each([
    ['text', 'abc', 3],
    ['a lone escape', 'abc\u001b', 3],
    ['half a CSI', 'a\u001b[31', 1],
    ['a whole CSI', 'a\u001b[31m', 6],
    ['half an OSC', 'a\u001b]0;title', 1],
    ['a whole OSC', 'a\u001b]0;t\u0007', 7],
    ['a cancelled CSI', 'a\u001b[3\u0018', 5],
    ['half a charset', 'a\u001b(', 1],
    ['half a DCS', '\u001bPq#0', 0],
  ])('is found after %s', (_what, text, start) => {
    expect(unfinishedStart(bytes(text))).toBe(start);
  });

  it('is found inside a character', () => {
    const wide = bytes('a👍');
    expect([1, 2, 3, 4, 5].map((length) => unfinishedStart(wide.subarray(0, length)))).toEqual([1, 1, 1, 1, 5]);
  });
});

describe('a screen that shrank before a full-screen program started', () => {
  it('keeps no more lines than rows, and has all its rows when it grows again', async () => {
    const screen = new ScreenModel({ cols: 20, rows: 12, onTitle: () => undefined, onParsed: () => undefined });
    const show = (text: string): Promise<void> => {
      screen.feed(bytes(text));
      return new Promise((resolve) => screen.whenParsed(resolve));
    };
    screen.resize(20, 20);
    screen.resize(20, 3);
    await show(`\u001b[?1049h${'\r\n'.repeat(25)}\u001b[H`);
    screen.resize(20, 12);
    await show('\u001b[12;1H');
    screen.resize(20, 17);
    await show('\u001b[Htop\u001b[10;1Hmiddle\u001b[17;1Hbottom\u001b[H');
    const viewer = new ScreenProbe(20, 17);
    await viewer.feed(screen.serialize());
    const empty = (rows: number): readonly string[] => Array<string>(rows).fill('');
    expect(viewer.rows().map((row) => row.trim())).toEqual(['top', ...empty(8), 'middle', ...empty(6), 'bottom']);
    viewer.dispose();
    screen.dispose();
  });
});
