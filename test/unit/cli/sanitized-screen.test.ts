import { Terminal } from '@xterm/headless';
import { array, assert, constantFrom, nat, oneof, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SanitizedScreen } from '#cli/terminal/index.ts';

const ESC = '\u001b';

function shown(...pieces: readonly (string | Uint8Array)[]): string {
  const screen = new SanitizedScreen();
  const out = pieces.map((piece) => Buffer.from(screen.filter(Buffer.from(piece))));
  return Buffer.concat(out).toString('utf8');
}

/** Written from the list of what may pass, not from the reader. */
const CONTROL = '[\\u0007-\\u000f]';
const ESCAPE = `${ESC}(?:[78DEM]|[()*+][0AB]|#[34568])`;
const CSI = `${ESC}\\[(?:!p|4[hl]|\\?(?:6|7|12|25|47|1047|1048|1049|2026)(?:;(?:6|7|12|25|47|1047|1048|1049|2026))*[hl]|\\?[012]?[JK]|[0-9;:]*[@A-IL-MPSTXZ\`abdefmrsuJK])`;
const HARMLESS = new RegExp(`^(?:[\\u0020-\\u007e\\u00a0-\\u{10ffff}]|${CONTROL}|${ESCAPE}|${CSI})*$`, 'u');

describe('a terminal that somebody else has', () => {
  it.each([
    ['resize the window', `${ESC}[8;1;1t`],
    ['iconify, move or raise it', `${ESC}[2t${ESC}[3;0;0t${ESC}[5t`],
    ['have its title typed', `${ESC}]0;rm -rf ~\u0007${ESC}[21t`],
    ['set its title, with either end', `${ESC}]2;title\u0007${ESC}]1;icon${ESC}\\${ESC}[22t${ESC}[23t`],
    ['set the clipboard', `${ESC}]52;c;cm0gLXJmIH4=\u0007`],
    ['read the clipboard', `${ESC}]52;c;?\u0007`],
    ['ask what it is', `${ESC}[c${ESC}[>c${ESC}[=c${ESC}[>q${ESC}Z${ESC}[0x\u0005`],
    [
      'ask where the cursor is, for modes, colours or settings',
      `${ESC}[6n${ESC}[?6n${ESC}[?25$p${ESC}]11;?\u0007${ESC}P$qm${ESC}\\`,
    ],
    ['change its colours for good', `${ESC}]4;1;#000000\u0007${ESC}]10;#000\u0007${ESC}]104\u0007`],
    [
      'lock the keyboard, or change what keys send',
      `${ESC}[2h${ESC}[20h${ESC}=${ESC}>${ESC}[?1h${ESC}[>4;2m${ESC}[>1u${ESC}[=5u`,
    ],
    [
      'take the mouse, the focus or pastes',
      `${ESC}[?9h${ESC}[?1000;1006h${ESC}[?1003h${ESC}[?1004h${ESC}[?2004h${ESC}[1;2;3;4;5T`,
    ],
    ['make it 132 columns wide', `${ESC}[?40h${ESC}[?3h`],
    ['turn all of its colours round', `${ESC}[?5h`],
    ['print', `${ESC}[5i${ESC}[?5i${ESC}[i`],
    [
      'start a program in what it runs in',
      `${ESC}Ptmux;${ESC}${ESC}]0;x\u0007${ESC}\\${ESC}_Gf=100,t=f;L2V0Yw==${ESC}\\`,
    ],
    ['define keys, characters or answers', `${ESC}P0;1|17/6c73${ESC}\\${ESC}P1;1;1{@x${ESC}\\`],
    [
      'show notices, or say where it is',
      `${ESC}]9;hello\u0007${ESC}]777;notify;a;b\u0007${ESC}]7;file://x/\u0007${ESC}]1337;File=inline=1:AA\u0007`,
    ],
    ['hide where a link leads', `${ESC}]8;;file:///etc/passwd\u0007${ESC}]8;;\u0007`],
    ['reset it, or erase what has scrolled away', `${ESC}c${ESC}[3J`],
    ['leave UTF-8', `${ESC}%@${ESC}%G`],
    ['light its lamps, or change its tabs', `${ESC}[1q${ESC}[3g${ESC}H`],
    ['change its cursor', `${ESC}[5 q`],
    [
      'do anything by one character that begins a sequence',
      '\u009b8;1;1t\u009d52;c;AA\u0007\u0090x\u009c\u009f\u0098\u009c',
    ],
    ['do anything by a byte that begins a sequence', Buffer.from([0x9b])],
  ])('cannot %s [S-TERM-16]', (_what, sequence) => {
    const left = shown('before', sequence, 'after');
    expect(HARMLESS.test(left)).toBe(true);
    // Numbers are all that is ever left of what was cut in two.
    expect(left.replaceAll(/8;1;1t|\uFFFD/g, '')).toBe('beforeafter');
  });

  it('shows nothing but what is known to be harmless, whatever is sent and however it is cut [S-TERM-16]', () => {
    const known =
      '[ ] ? > 8 ; 52 ! # ( 0 p t h m J n P _ \\ text ü 漢 😀 \u0007 \u0018 \u001a \u009b \u009d \u009c \u007f \u0005';
    const parts = constantFrom(ESC, ESC, `${ESC}[`, `${ESC}]`, ' ', '\r\n', ...known.split(' '));
    assert(
      property(array(oneof(parts, string({ unit: 'binary' })), { maxLength: 40 }), array(nat(200)), (words, cuts) => {
        const bytes = Buffer.from(words.join(''));
        const pieces: Uint8Array[] = [];
        let from = 0;
        for (const cut of [...cuts].toSorted((one, other) => one - other)) {
          pieces.push(bytes.subarray(from, cut));
          from = Math.max(from, Math.min(cut, bytes.length));
        }
        pieces.push(bytes.subarray(from));
        const whole = shown(bytes);
        expect(HARMLESS.test(whole)).toBe(true);
        expect(shown(...pieces)).toBe(whole);
      }),
      { numRuns: 3000 },
    );
  });

  it('holds no more of an endless sequence than it would let through [S-TERM-16]', () => {
    const screen = new SanitizedScreen();
    screen.filter(Buffer.from(`${ESC}[`));
    for (let piece = 0; piece < 100; piece += 1) expect(screen.filter(Buffer.alloc(100_000, '1;'))).toHaveLength(0);
    expect(Buffer.from(screen.filter(Buffer.from('mtext'))).toString()).toBe('text');
    screen.filter(Buffer.from(`${ESC}]52;c;`));
    for (let piece = 0; piece < 100; piece += 1) expect(screen.filter(Buffer.alloc(100_000, 'A'))).toHaveLength(0);
    expect(Buffer.from(screen.filter(Buffer.from('\u0007text'))).toString()).toBe('text');
  });

  it('shows what an editor, a file manager and a shell show, as it is', async () => {
    const output = [
      `${ESC}[?1049h${ESC}[22;0;0t${ESC}[1;24r${ESC}[?12h${ESC}[?12l${ESC}[?25l${ESC}[H${ESC}[2J${ESC}[?2004h`,
      `${ESC}[1;1H${ESC}[38;5;81mimport${ESC}[m ${ESC}[38:2::10:20:30mred${ESC}[39m ${ESC}[1;4;7mbold${ESC}[0m`,
      `${ESC}(0lqqk${ESC}[2;1Hx  x${ESC}[3;1Hmqqj${ESC}(B${ESC}[5;10H漢字 😀${ESC}[6d${ESC}[5G|${ESC}[3X${ESC}[2P${ESC}[4@`,
      `${ESC}7${ESC}[20;1Hbelow${ESC}8${ESC}[L${ESC}[M${ESC}M${ESC}D${ESC}E${ESC}[4hinserted${ESC}[4l${ESC}[3S${ESC}[1T${ESC}[K${ESC}[1J`,
      `tab\tback\b\b\r\nline${ESC}[5b${ESC}[?25h`,
    ].join('');
    const draw = async (bytes: string): Promise<readonly string[]> => {
      const terminal = new Terminal({ cols: 80, rows: 24, allowProposedApi: true });
      await new Promise<void>((resolve) => terminal.write(bytes, resolve));
      const buffer = terminal.buffer.active;
      const lines = Array.from({ length: 24 }, (_unused, row) => buffer.getLine(row)?.translateToString() ?? '');
      terminal.dispose();
      return [...lines, `${buffer.type} ${buffer.cursorX} ${buffer.cursorY}`];
    };
    expect(await draw(shown(output))).toEqual(await draw(output));
  });
});
