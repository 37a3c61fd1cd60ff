import { describe, expect, it } from 'vitest';
import { FakeClock } from '#test/support/fake-clock.ts';
import { findTrayHost, TrayHost, type RunProgram } from '../../../../src-main/desktop/tray/host.ts';

function bus(owner: string | undefined, host: string | undefined): RunProgram {
  return (program, words) => {
    if (program !== 'gdbus') return Promise.resolve(undefined);
    return Promise.resolve(words.some((word) => word.endsWith('GetNameOwner')) ? owner : host);
  };
}

describe('a tray on Linux', () => {
  it('is there when a watcher on the session bus has a host', async () => {
    expect(await findTrayHost(bus("(':1.27',)\n", '(<true>,)\n'))).toBe(':1.27');
  });

  it.each([
    ['nobody watches', undefined, undefined],
    ['a watcher has no host', "(':1.27',)\n", '(<false>,)\n'],
    ['the watcher does not answer', "(':1.27',)\n", undefined],
    ['the answer is something else', 'Error: x', '(<true>,)'],
    ['there is nothing to ask with', undefined, '(<true>,)'],
  ])('is not there when %s', async (_why, owner, host) => {
    expect(await findTrayHost(bus(owner, host))).toBe(undefined);
  });

  it('is looked for again, since panels come late and go', async () => {
    const clock = new FakeClock();
    const seen: boolean[] = [];
    let owner: string | undefined;
    const ask: RunProgram = (program, words) =>
      bus(owner === undefined ? undefined : `('${owner}',)`, '(<true>,)')(program, words);
    const host = new TrayHost({ platform: 'linux', clock, run: ask, changed: (there) => seen.push(there) });
    expect(await host.check()).toBe(false);
    owner = ':1.5';
    await clock.advance(30_000);
    expect([seen, host.isThere]).toEqual([[true], true]);
    // Another one: the icon has to be told to it anew.
    owner = ':1.9';
    await clock.advance(30_000);
    await clock.advance(30_000);
    expect(seen).toEqual([true, true]);
    owner = undefined;
    expect(await host.check()).toBe(false);
    expect(seen).toEqual([true, true, false]);
    host.close();
    expect(clock.pending).toBe(0);
  });

  it.each(['darwin', 'win32'] as const)('needs no look on %s', async (platform) => {
    const clock = new FakeClock();
    const ask: RunProgram = () => Promise.reject(new Error('asked'));
    const host = new TrayHost({ platform, clock, run: ask, changed: () => undefined });
    expect(await host.check()).toBe(true);
    expect(clock.pending).toBe(0);
  });
});
