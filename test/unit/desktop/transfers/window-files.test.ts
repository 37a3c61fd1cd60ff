import { describe, expect, it } from 'vitest';
import type { AppApiClient, CallInput } from '#shared/app-api/index.ts';
import { codeOf } from '#test/support/hostile/device.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { ChosenPaths, CHOICE_LIFE, MOST_CHOICES } from '../../../../src-main/desktop/transfers/chosen-paths.ts';
import { FileChooser } from '../../../../src-main/desktop/transfers/file-chooser.ts';
import { LARGEST_PICTURE, WindowFiles } from '../../../../src-main/desktop/transfers/window-files.ts';

type Place = Omit<CallInput<'shell.transfers.put'>, 'token'>;

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
    expect(chosen.take(first)).toMatchObject({ paths: ['/a', '/b'] });
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
    const written = new Map<string, Uint8Array>();
    const fails = new Set<string>();
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
      write: async (file, bytes) => {
        written.set(file, bytes);
        if (fails.has('write')) throw new Error('no room');
      },
      remove: async (file) => void written.delete(file),
      now: () => new Date(2026, 0, 5, 7, 8, 9),
    });
    const client = {
      call: async (call: string, input: unknown) => {
        calls.push([call, input]);
        if (fails.has(call)) throw new Error('refused');
        if (call === 'transfers.spool') return { path: '/spool/1' };
        if (call === 'agents.list') return [{ name: 'coder', files: '/srv/out' }];
        return {
          id: 'f'.repeat(32),
          path,
          ...(call === 'agents.setFiles' ? { files: (input as { folder: string }).folder } : {}),
        };
      },
    } as unknown as AppApiClient;
    return { calls, shown, written, fails, files, handlers: files.handlers(() => client) };
  }

  it('send what was chosen in the dialog, and nothing after it was cancelled [S-FILE-10]', async () => {
    const { calls, handlers } = scene();
    const { token, count } = await handlers['shell.transfers.choose']({ what: 'files' });
    expect(count).toBe(2);
    await handlers['shell.transfers.send']({ peer: 'office', token: token ?? '' });
    expect(calls).toEqual([['transfers.send', { peer: 'office', paths: ['/home/mira/a', '/home/mira/b'] }]]);
    expect(await handlers['shell.transfers.choose']({ what: 'folder' })).toEqual({ token: null, count: 0, names: [] });
    expect(await codeOf(handlers['shell.transfers.send']({ peer: 'office', token: '0'.repeat(32) }))).toBe(
      'shell.choice-gone',
    );
    expect(calls.length).toBe(1);
  });

  const png = (length: number): Uint8Array => {
    const bytes = new Uint8Array(length);
    bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    return bytes;
  };

  it('send a pasted picture under a name that the application makes', async () => {
    const { calls, written, files, handlers } = scene();
    const first = files.keepPicture(png(9)) ?? '';
    const token = files.keepPicture(png(10)) ?? '';
    await handlers['shell.transfers.send']({ peer: 'office', token, terminal: 't1' });
    expect(written.get('/spool/1')).toEqual(png(10));
    expect(calls).toEqual([
      ['transfers.spool', { peer: 'office' }],
      [
        'transfers.send',
        { peer: 'office', terminal: 't1', paths: ['/spool/1'], name: 'picture-2026-01-05-070809.png' },
      ],
    ]);
    // Only the last one is kept.
    expect(await codeOf(handlers['shell.transfers.send']({ peer: 'office', token: first }))).toBe('shell.choice-gone');
  });

  it('copy a picture without a file into a shared folder under such a name', async () => {
    const { calls, files, handlers } = scene();
    const token = files.keepPicture(png(9)) ?? '';
    const place: Place = { peer: 'office', folder: 'photos', path: [], mode: 'new' };
    await handlers['shell.transfers.put']({ ...place, token });
    expect(calls).toEqual([
      ['transfers.spool', { peer: 'office' }],
      ['folders.put', { ...place, paths: ['/spool/1'], name: 'picture-2026-01-05-070809.png' }],
    ]);
  });

  it('leave no file of a picture that is not sent', async () => {
    for (const failing of ['write', 'transfers.send']) {
      const { written, fails, files, handlers } = scene();
      fails.add(failing);
      const token = files.keepPicture(png(8)) ?? '';
      await expect(handlers['shell.transfers.send']({ peer: 'office', token })).rejects.toThrow(
        failing === 'write' ? 'no room' : 'refused',
      );
      expect([...written]).toEqual([]);
    }
  });

  it('keep no picture that is none, or too large [S-FILE-10]', () => {
    const { files } = scene();
    const wrong = [
      png(LARGEST_PICTURE + 1),
      new Uint8Array(8),
      new Uint8Array(0),
      '/etc/passwd',
      ['/etc/passwd'],
      null,
    ];
    expect(wrong.map((one) => files.keepPicture(one))).toEqual(wrong.map(() => undefined));
  });

  it('copy what was chosen into a shared folder, once, and tell its names without their folders [S-FILE-10]', async () => {
    const { calls, handlers } = scene();
    const place: Place = { peer: 'office', folder: 'photos', path: ['2026'], mode: 'keep-both' };
    const { token, names } = await handlers['shell.transfers.choose']({ what: 'files' });
    expect(names).toEqual(['a', 'b']);
    const { id } = await handlers['shell.transfers.put']({ ...place, token: token ?? '' });
    expect(id).toBe('f'.repeat(32));
    expect(calls).toEqual([['folders.put', { ...place, paths: ['/home/mira/a', '/home/mira/b'] }]]);
    for (const wrong of [token ?? '', '0'.repeat(32)])
      expect(await codeOf(handlers['shell.transfers.put']({ ...place, token: wrong }))).toBe('shell.choice-gone');
    expect(calls.length).toBe(1);
  });

  it('tell why the agent refuses a copy into a shared folder', async () => {
    const { fails, handlers } = scene();
    fails.add('folders.put');
    const { token } = await handlers['shell.transfers.choose']({ what: 'files' });
    const place: CallInput<'shell.transfers.put'> = {
      peer: 'nobody',
      token: token ?? '',
      folder: 'photos',
      path: [],
      mode: 'new',
    };
    await expect(handlers['shell.transfers.put'](place)).rejects.toThrow('refused');
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

  it('share a folder that the person chooses, and none after they cancelled [S-FILE-10]', async () => {
    const { calls, handlers } = scene();
    const share = handlers['shell.folders.share'];
    expect(await share({ peer: 'office', mode: 'write' })).toEqual({ shared: true });
    expect(await share({ peer: 'office', mode: 'read' })).toEqual({ shared: false });
    expect(calls).toEqual([['folders.share', { peer: 'office', path: '/home/mira/in', mode: 'write' }]]);
  });

  it('send a message with what was chosen, once [S-FILE-10]', async () => {
    const { calls, handlers } = scene();
    const { token } = await handlers['shell.transfers.choose']({ what: 'files' });
    const message = { peer: 'office', agent: 'coder', body: 'See these' };
    await handlers['shell.messages.send']({ ...message, token: token ?? '' });
    expect(calls).toEqual([['messages.sendFiles', { ...message, files: ['/home/mira/a', '/home/mira/b'] }]]);
    expect(await codeOf(handlers['shell.messages.send']({ ...message, token: token ?? '' }))).toBe('shell.choice-gone');
  });

  it('grant an agent the folder that the person chooses, or none [S-FILE-10]', async () => {
    const { calls, handlers } = scene();
    const set = handlers['shell.agents.setFiles'];
    expect(await set({ name: 'coder', to: 'choose' })).toEqual({ folder: '/home/mira/in' });
    // Cancelled: what it has stays.
    expect(await set({ name: 'coder', to: 'choose' })).toEqual({ folder: '/srv/out' });
    expect(await set({ name: 'coder', to: 'none' })).toEqual({ folder: null });
    expect(calls).toEqual([
      ['agents.setFiles', { name: 'coder', folder: '/home/mira/in' }],
      ['agents.list', {}],
      ['agents.setFiles', { name: 'coder', folder: null }],
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
