import { describe, expect, it } from 'vitest';
import { playCast } from '#cli/terminal/index.ts';
import { createFakeHost, type FakeHost } from '#test/support/cli-host.ts';

const HEADER = { version: 2, width: 80, height: 24 } as const;
/** The clipboard, and what the terminal is. */
const ASKING = '\u001b]52;c;?\u0007\u001b[c';

function play(host: FakeHost, at = 0) {
  let isOver = false;
  const over = playCast(host, {
    header: HEADER,
    events: [
      { at: 0, code: 'o', data: ASKING },
      { at, code: 'o', data: 'the end' },
    ],
    speed: 1,
    idleLimit: undefined,
  }).then(() => {
    isOver = true;
  });
  return { over, isOver: () => isOver };
}

describe('a recording that asks the terminal for something', () => {
  it('has the answers taken, and none of them is typed at the prompt of the shell [S-TERM-16]', async () => {
    const host = createFakeHost({}, { terminal: true });
    const { over, isOver } = play(host);
    await host.clock.advance(10);
    expect(host.stdin.raw).toBe(true);
    // From far away: one answer after the other, ours last.
    host.stdin.write('\u001b]52;c;c2VjcmV0\u0007');
    await host.clock.advance(400);
    expect([isOver(), host.stdin.raw]).toEqual([false, true]);
    host.stdin.write('\u001b[?62c\u001b[0n');
    await host.clock.advance(100);
    expect(isOver()).toBe(false);
    await host.clock.advance(100);
    await over;
    expect(host.stdin.read()).toBeNull();
    expect([host.stdin.raw, host.stdin.listenerCount('data'), host.stdin.isPaused()]).toEqual([false, 0, true]);
    expect(host.stdout.text).toContain('the end');
    expect(host.clock.pending).toBe(0);
  });

  it('gives a terminal back that answers nothing, and one whose person wants the end', async () => {
    const host = createFakeHost({}, { terminal: true });
    const { over } = play(host, 3600);
    await host.clock.advance(10);
    host.stdin.write('\u0003');
    await host.clock.advance(1100);
    await over;
    expect(host.stdin.raw).toBe(false);
    expect(host.stdout.text).not.toContain('the end');
  });

  it('goes into a pipe as it is', async () => {
    const host = createFakeHost();
    const { over } = play(host);
    await over;
    expect(host.stdout.text).toBe(`${ASKING}the end`);
    expect(host.stdin.modes).toEqual([]);
  });
});
