import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScreenModel } from '#agent/terminals/screen/screen-model.ts';
import { ScreenProbe } from '#test/support/screen-probe.ts';
import { casesOf } from '#test/support/fuzz.ts';

type Size = Readonly<{ cols: number; rows: number }>;
type Step = string | Size;

const FIRST: Size = { cols: 24, rows: 6 };
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** More in a run by hand: `RUNS=100000`. */
const RUNS = Number(process.env['RUNS'] ?? casesOf(500));
const ENTER = '\u001b[?1049h';
const LEAVE = '\u001b[?1049l';

/** Output that leaves something at edges, in colours, over several lines, and in the middle of wide characters. */
const PIECES = [
  'text',
  'word\r\n',
  '\r\n',
  '\n\n\n',
  'a line that is longer than the screen is wide, and goes on in the next one',
  '漢字漢字漢字漢字漢字漢字漢字',
  'x漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字\r\n',
  'e\u0301 👍 ä',
  '\r\u0301x',
  '\u001b[31m',
  '\u001b[1;4;38;2;1;2;3m',
  '\u001b[7;9m',
  '\u001b[2;3;5;53m',
  '\u001b[44m',
  '\u001b[48;5;200m',
  '\u001b[48;2;9;8;7m',
  '\u001b[0m',
  '\u001b[K',
  '\u001b[1K',
  '\u001b[2K',
  '\u001b[J',
  '\u001b[2J',
  '\u001b[H',
  '\u001b[3;5H',
  '\u001b[99;99H',
  '\u001b[99G漢',
  '\u001b[99Gx',
  '\u001b[99Gxy',
  '\u001b[5Gx',
  '\u001b[A',
  '\u001b[3X',
  '\u001b[3P',
  '\u001b[3@',
  '\u001b[2L',
  '\u001b[2M',
  '\u001b[S',
  '\u001b[T',
  '\u001bM',
  '\u001b[?7l',
  '\u001b[?7h',
  '\u001b[4h',
  '\u001b[4l',
  '\u001b[?1h',
  '\u001b[?2004h',
  '\u001b[2;4r',
  '\u001b[r',
  ENTER,
  `${ENTER}\u001b[2J`,
  LEAVE,
];
const LINK = '\u001b]8;;https://example.org/\u0007link\u001b]8;;\u0007';

/** On a screen of one line, xterm.js 6 fills the line before with colours where a wide character wraps. */
const size: fc.Arbitrary<Size> = fc.record({
  cols: fc.integer({ min: 2, max: 40 }),
  rows: fc.integer({ min: 2, max: 9 }),
});
const output = fc.constantFrom(...PIECES);
const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.oneof({ weight: 50, arbitrary: output }, fc.constant(LINK)) },
    { weight: 1, arbitrary: size },
  ),
  {
    maxLength: 30,
  },
);

/** The terminal of the target, and a terminal that got the very same bytes and sizes. */
async function play(
  run: readonly Step[],
  isCut: boolean,
): Promise<Readonly<{ snapshot: Uint8Array; reference: ScreenProbe; size: Size }>> {
  const screen = new ScreenModel({ ...FIRST, onTitle: () => undefined, onParsed: () => undefined });
  const reference = new ScreenProbe(FIRST.cols, FIRST.rows);
  const parsed = (): Promise<void> => new Promise((resolve) => screen.whenParsed(resolve));
  let now = FIRST;
  for (const step of run) {
    if (typeof step === 'string') {
      screen.feed(utf8(step));
      await reference.feed(utf8(step));
      continue;
    }
    await parsed();
    now = step;
    screen.resize(step.cols, step.rows);
    reference.resize(step.cols, step.rows);
    if (isCut) reference.cut();
  }
  await parsed();
  const snapshot = screen.serialize();
  screen.dispose();
  return { snapshot, reference, size: now };
}

async function attach(snapshot: Uint8Array, { cols, rows }: Size): Promise<ScreenProbe> {
  const viewer = new ScreenProbe(cols, rows);
  await viewer.feed(snapshot);
  return viewer;
}

describe('a viewer that attaches after any output and sizes', () => {
  it('sees what a terminal shows that was there from the beginning, and goes on seeing it', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.array(output, { maxLength: 8 }), async (run, after) => {
        const { snapshot, reference, size: last } = await play(run, true);
        const viewer = await attach(snapshot, last);
        expect(viewer.cells()).toEqual(reference.cells());
        let hasEntered = reference.terminal.buffer.active.type === 'alternate';
        for (const piece of after) {
          // A cursor that was saved before counts on the alternate screen only.
          if (piece === LEAVE && !hasEntered) continue;
          hasEntered ||= piece.startsWith(ENTER);
          await viewer.feed(utf8(piece));
          await reference.feed(utf8(piece));
        }
        // Of a line that goes on from one that is not kept any more, nobody can tell that it does.
        expect(viewer.cells(false)).toEqual(reference.cells(false));
        viewer.dispose();
        reference.dispose();
      }),
      { numRuns: RUNS },
    );
  });

  it('sees the columns of a plain terminal that was narrowed, and nothing that stood beyond them', async () => {
    const narrower = fc
      .array(size, { maxLength: 4 })
      .map((sizes) => [...sizes].sort((one, other) => other.cols - one.cols));
    // Characters that are deleted draw in what is hidden, and half a wide one is moved whole.
    const simple = fc.constantFrom(...PIECES.filter((piece) => !/[漢👍]|\[3P/u.test(piece)));
    const parts = fc.array(fc.array(simple, { maxLength: 12 }), { minLength: 5, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(narrower, parts, async (sizes, texts) => {
        const widest = { cols: 40, rows: FIRST.rows };
        const run = texts.flatMap((text, index): readonly Step[] => [...text, ...sizes.slice(index, index + 1)]);
        const { snapshot, reference, size: last } = await play([widest, ...run], false);
        const viewer = await attach(snapshot, last);
        expect(viewer.rows()).toEqual(reference.rows());
        viewer.dispose();
        reference.dispose();
      }),
      { numRuns: RUNS },
    );
  });

  it('sees a full-screen program as it was drawn for its narrower window', async () => {
    const draw = ({ cols, rows }: Size): string =>
      Array.from(
        { length: rows },
        (_row, row) =>
          `\u001b[${row + 1};1H${`${row} ${cols}x${rows} é漢字${'abcdefghij'.repeat(9)}`.slice(0, cols - 6)}\u001b[K`,
      ).join('');
    const wide = { cols: 100, rows: 24 };
    const narrow = { cols: 60, rows: 24 };
    const run = [wide, `${ENTER}\u001b[2J${draw(wide)}`, narrow, draw(narrow)];
    const { snapshot, size: last } = await play(run, true);
    const viewer = await attach(snapshot, last);
    const drawn = await attach(utf8(`${ENTER}${draw(narrow)}`), narrow);
    expect(viewer.rows()).toEqual(drawn.rows());
  });

  it.each([
    ['in its last column', ['漢字漢字', { cols: 7, rows: 2 }], ['漢字漢 ', '       ']],
    [
      'in its last column, on the alternate screen',
      [`${ENTER}\u001b[H漢字漢字`, { cols: 7, rows: 2 }],
      ['漢字漢 ', '       '],
    ],
  ] as const)('sees no wide character of which half is cut off: %s', async (_where, run, rows) => {
    const { snapshot, size: last } = await play(run, true);
    const viewer = await attach(snapshot, last);
    expect(viewer.rows()).toEqual(rows);
  });

  it('sees a shell scroll within its margins when a full-screen program is left', async () => {
    const { snapshot, reference, size: last } = await play([`text\u001b[2;4r${ENTER}`], true);
    const viewer = await attach(snapshot, last);
    for (const probe of [viewer, reference]) await probe.feed(utf8(`full\n\n\n\n\n\n${LEAVE}\u001b[4;1Hlast\n`));
    expect(viewer.cells()).toEqual(reference.cells());
  });

  it('sees no stray character where an empty line goes on in another', async () => {
    const { snapshot, size: last } = await play([{ cols: 10, rows: 3 }, `${'x'.repeat(11)}\u001b[A\u001b[2K`], true);
    const viewer = await attach(snapshot, last);
    expect(viewer.rows()).toEqual([' '.repeat(10), 'x'.padEnd(10), ' '.repeat(10)]);
  });

  it('sees the colours of lines that went on, on a screen of one line', async () => {
    const {
      snapshot,
      reference,
      size: last,
    } = await play([{ cols: 5, rows: 1 }, `\u001b[48;5;200m${'漢字'.repeat(7)}`], true);
    const viewer = await attach(snapshot, last);
    expect(viewer.cells()).toEqual(reference.cells());
  });

  it('sees nothing stale when it grows again', async () => {
    const wide = { cols: 20, rows: 3 };
    const run = [wide, `${ENTER}\u001b[H${'abcdefghij'.repeat(2)}`, { cols: 8, rows: 3 }, { cols: 16, rows: 3 }];
    const { snapshot, size: last } = await play(run, true);
    const viewer = await attach(snapshot, last);
    expect(viewer.rows()[0]).toBe('abcdefgh        ');
  });
});
