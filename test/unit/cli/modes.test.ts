import { describe, expect, it } from 'vitest';
import { ModeTracker } from '#cli/terminal/modes.ts';

const ESC = '\u001b';

function resetAfter(...outputs: readonly string[]): string {
  const tracker = new ModeTracker();
  for (const output of outputs) tracker.feed(Buffer.from(output));
  return tracker.reset();
}

describe('modes that a lost connection leaves behind', () => {
  it('puts nothing back when nothing was left on', () => {
    expect(resetAfter('plain text', `${ESC}[?1049h${ESC}[?1049l`, `${ESC}[31m`)).toBe('');
  });

  it('leaves the alternate screen and shows the cursor that vim has hidden', () => {
    expect(resetAfter(`${ESC}[?1049h${ESC}[?25l`)).toBe(`${ESC}[?1049l${ESC}[?25h${ESC}[0m`);
  });

  it('knows several modes in one sequence', () => {
    expect(resetAfter(`${ESC}[?1000;1006;2004h`, `${ESC}[?1006l`)).toBe(`${ESC}[?1000l${ESC}[?2004l${ESC}[0m`);
  });

  it('ignores modes that are none of a program’s business to leave on', () => {
    expect(resetAfter(`${ESC}[?7h${ESC}[4h`)).toBe('');
  });

  it('finds a sequence that is cut at any position', () => {
    const output = `vim${ESC}[?1049h text`;
    for (let cut = 0; cut <= output.length; cut += 1) {
      expect(resetAfter(output.slice(0, cut), output.slice(cut))).toBe(`${ESC}[?1049l${ESC}[0m`);
    }
  });

  it('is not confused by endless parameters', () => {
    expect(resetAfter(`${ESC}[?${'1;'.repeat(10_000)}`, `h${ESC}[?2004h`)).toBe(`${ESC}[?2004l${ESC}[0m`);
  });
});
