import { describe, expect, it } from 'vitest';
import type { AppApiClient } from '#shared/app-api/index.ts';
import { codeOf } from '#test/support/hostile/device.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { ChosenPaths, CHOICE_LIFE, MOST_CHOICES } from '../../../../src-main/desktop/transfers/chosen-paths.ts';
import { FileChooser } from '../../../../src-main/desktop/transfers/file-chooser.ts';
import { WindowFiles } from '../../../../src-main/desktop/transfers/window-files.ts';

function choices() {
  const clock = new FakeClock();
  let number = 0;
  const chosen = new ChosenPaths(clock, () => (number += 1).toString(16).padStart(32, '0'));
  return { clock, chosen };
}

describe('paths that a person has chosen', () => {
  it('are known by a token, once and for a while [S-FILE-10]', async () => {
    const { clock, chosen } = choices();
    const first = chosen.keep(['/a', '/b']) ?? '';
    expect(chosen.take(first)).toEqual(['/a', '/b']);
    expect(() => chosen.take(first)).toThrow('no longer known');
    const late = chosen.keep(['/c']) ?? '';
    await clock.advance(CHOICE_LIFE + 1);
    expect(() => chosen.take(late)).toThrow('no longer known');
    expect(() => chosen.take('/etc/passwd')).toThrow('no longer known');
  });

  it('are few at a time, and paths', () => {
    const { chosen } = choices();
    const first = chosen.keep(['/first']) ?? '';
    for (let number = 0; number < MOST_CHOICES; number += 1) chosen.keep([`/${number}`]);
    expect(() => chosen.take(first)).toThrow('no longer known');
    for (const wrong of [[], [''], ['/a\0b'], ['/'.repeat(5000)], Array.from({ length: 1025 }, () => '/a')])
      expect(chosen.keep(wrong)).toBeUndefined();
  });
});

describe("the window's calls about files", () => {
  function scene(path: string | null = '/home/mira/a') {
    const { chosen } = choices();
    const calls: unknown[] = [];
    const shown: string[] = [];
    const folders = ['/home/mira/in'];
    const dialogs = [['/home/mira/a', '/home/mira/b'], []];
    const files = new WindowFiles({
      chosen,
      choose: async () => dialogs.shift() ?? [],
      chooseFolder: async () => folders.shift(),
      reveal: async (one) => {
        shown.push(one);
        return one !== '/gone';
      },
    });
    const client = {
      call: async (call: string, input: unknown) => {
        calls.push([call, input]);
        return { id: 'f'.repeat(32), path };
      },
    } as unknown as AppApiClient;
    return { calls, shown, handlers: files.handlers(() => client) };
  }

  it('send what was chosen in the dialog, and nothing after it was cancelled [S-FILE-10]', async () => {
    const { calls, handlers } = scene();
    const { token, count } = await handlers['shell.transfers.choose']({ what: 'files' });
    expect(count).toBe(2);
    await handlers['shell.transfers.send']({ peer: 'office', token: token ?? '' });
    expect(calls).toEqual([['transfers.send', { peer: 'office', paths: ['/home/mira/a', '/home/mira/b'] }]]);
    expect(await handlers['shell.transfers.choose']({ what: 'folder' })).toEqual({ token: null, count: 0 });
    expect(await codeOf(handlers['shell.transfers.send']({ peer: 'office', token: '0'.repeat(32) }))).toBe(
      'shell.choice-gone',
    );
    expect(calls.length).toBe(1);
  });

  it('show the path that the agent names, and say when it is gone', async () => {
    const { shown, handlers } = scene();
    await handlers['shell.transfers.show']({ id: 'a'.repeat(32) });
    expect(shown).toEqual(['/home/mira/a']);
    for (const path of ['/gone', null])
      expect(await codeOf(scene(path).handlers['shell.transfers.show']({ id: 'a'.repeat(32) }))).toBe(
        'shell.nothing-to-show',
      );
  });

  it('accept files into a folder that the person chooses, and none after they cancelled', async () => {
    const { calls, handlers } = scene();
    expect(await handlers['shell.transfers.accept']({ approval: 7 })).toEqual({ accepted: true });
    expect(await handlers['shell.transfers.accept']({ approval: 8 })).toEqual({ accepted: false });
    expect(calls).toEqual([['transfers.accept', { approval: 7, into: '/home/mira/in' }]]);
  });

  it('change the folder for received files to one that the person chooses, or to the default', async () => {
    const { calls, handlers } = scene();
    for (const to of ['choose', 'choose', 'default'] as const) await handlers['shell.transfers.setInbox']({ to });
    expect(calls).toEqual([
      ['transfers.setInbox', { folder: '/home/mira/in' }],
      ['transfers.inbox', {}],
      ['transfers.setInbox', { folder: null }],
    ]);
  });

  it('open one dialog at a time', async () => {
    const { promise, resolve } = Promise.withResolvers<readonly string[]>();
    const chooser = new FileChooser(() => promise);
    const first = chooser.choose('files');
    expect(await chooser.choose('files')).toEqual([]);
    resolve(['/a']);
    expect(await first).toEqual(['/a']);
  });
});
