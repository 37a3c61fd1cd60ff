import { describe, expect, it } from 'vitest';
import { enterRawMode } from '#cli/terminal/index.ts';
import { createFakeHost } from '#test/support/cli-host.ts';

describe('raw mode', () => {
  it('is entered on a terminal and left once', () => {
    const host = createFakeHost({}, { terminal: true });
    const mode = enterRawMode(host);
    expect(host.stdin.modes).toEqual([true]);
    mode.restore();
    mode.restore();
    expect(host.stdin.modes).toEqual([true, false]);
    expect(host.exitListeners.size).toBe(0);
  });

  it('does nothing to a pipe', () => {
    const host = createFakeHost();
    enterRawMode(host).restore();
    expect(host.stdin.modes).toEqual([]);
  });

  it('is left when the process ends without anybody having cleaned up', () => {
    const host = createFakeHost({}, { terminal: true });
    enterRawMode(host);
    host.exit();
    expect(host.stdin.raw).toBe(false);
  });

  it('is entered anew after the process was stopped and continued', () => {
    const host = createFakeHost({}, { terminal: true });
    const mode = enterRawMode(host);
    host.continue();
    expect(host.stdin.modes).toEqual([true, false, true]);
    expect(host.stdin.outputModes).toBe(2);
    mode.restore();
    host.continue();
    expect(host.stdin.raw).toBe(false);
  });

  it('does not fail when the terminal is gone', () => {
    const host = createFakeHost({}, { terminal: true });
    const mode = enterRawMode(host);
    host.stdin.setRawMode = () => {
      throw new Error('EIO');
    };
    expect(() => mode.restore()).not.toThrow();
  });
});
