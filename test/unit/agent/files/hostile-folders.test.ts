import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FolderServer } from '#agent/files/folders/folder-server.ts';
import { FolderShelf } from '#agent/files/folders/folder-shelf.ts';
import type { Shares } from '#agent/files/folders/shares.ts';
import { systemClock } from '#node/clock/index.ts';
import { ServedFolder } from '#node/transfers/index.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import type { SharedFolderView } from '#shared/app-api/index.ts';
import {
  FilesError,
  FOLDER_STREAMS_PER_PEER,
  FOLDERS_PARAMS,
  parseFolderAnswer,
  type FolderAnswer,
} from '#shared/files/index.ts';
import { LineReader } from '#shared/lines.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeLink } from '#test/support/fake-link.ts';
import { casesOf } from '#test/support/fuzz.ts';
import { codeOf } from '#test/support/rejections.ts';
import { SENDER } from '#test/support/transfers/transfer-world.ts';

const LIMIT = 60_000;

let directory: string;
let path: string;
let server: FolderServer;
let shelf: FolderShelf;
let link: FakeLink;
let folders: readonly SharedFolderView[];
let onTrash: (folder: Readonly<{ path: string }>) => void;

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'clawreach-hostile-folders-')));
  path = join(directory, 'photos');
  await mkdir(join(path, 'sub'), { recursive: true });
  await writeFile(join(path, 'a'), 'hello');
  await writeFile(join(directory, 'secret'), 'secret');
  folders = [{ name: 'photos', path, mode: 'write' }];
  onTrash = () => undefined;
  shelf = new FolderShelf({ clock: systemClock, privateFolders: [] });
  const require = (name: string): SharedFolderView => {
    const found = folders.find((one) => one.name === name);
    if (found === undefined) throw new FilesError('file.not-shared', 'no such folder');
    return found;
  };
  const shares = { of: () => folders, require: (_peer: string, name: string) => require(name) };
  server = new FolderServer({
    shares: shares as unknown as Shares,
    shelf,
    clock: systemClock,
    logger: silentLogger,
    send: async () => undefined,
    onTrash: (folder) => onTrash(folder),
    onChanged: () => undefined,
  });
  link = new FakeLink((stream) => {
    void server.serve(stream, { peerId: SENDER, name: 'sender', authorize: async () => undefined });
  });
});
afterEach(async () => {
  server.close();
  shelf.close();
  await rm(directory, { recursive: true, force: true });
});

/** Opens a stream of requests. */
async function open() {
  const stream = link.session.open('rpc', FOLDERS_PARAMS);
  await stream.opened;
  const lines = new LineReader(stream, 65_536);
  const say = async (line: unknown): Promise<void> => await stream.write(toUtf8(`${JSON.stringify(line)}\n`));
  const next = async (): Promise<FolderAnswer | null> => {
    const line = await lines.read();
    return line === null ? null : parseFolderAnswer(line);
  };
  return { stream, say, next };
}

it('answers no malformed request, and goes on for others [S-FILE-3]', { timeout: 10 * LIMIT }, async () => {
  const types = ['roots', 'list', 'stat', 'mkdir', 'rename', 'remove', 'hash', 'get', 'other'];
  const name = fc.oneof(fc.constantFrom('photos', 'sub', 'a', '..', '.', '', 'x'.repeat(300), '\0'), fc.string());
  const value = fc.oneof(fc.array(name, { maxLength: 70 }), name, fc.integer(), fc.constant(null));
  const request = fc.record(
    { type: fc.constantFrom(...types), root: value, path: value, to: value, after: value, transfer: value },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        request,
        fc.json().map((text) => JSON.parse(text) as unknown),
      ),
      async (line) => {
        const { stream, say, next } = await open();
        await say(line);
        const answer = await next().catch(() => null);
        stream.reset(0);
        // Nothing but what is there, or an error.
        expect([0, 5]).toContain(answer !== null && 'size' in answer ? answer.size : 0);
        // What a request has removed or renamed is put back.
        await mkdir(join(path, 'sub'), { recursive: true });
        await writeFile(join(path, 'a'), 'hello');
      },
    ),
    { numRuns: casesOf(20_000) },
  );
  expect(await readFile(join(directory, 'secret'), 'utf8')).toBe('secret');
  expect((await readdir(directory)).toSorted()).toEqual(['photos', 'secret']);
  const { say, next } = await open();
  await say({ type: 'stat', root: 'photos', path: ['a'] });
  expect(await next()).toMatchObject({ type: 'stat', size: 5 });
});

it('serves only so many streams of a peer [S-FILE-3]', { timeout: LIMIT }, async () => {
  for (let number = 0; number < FOLDER_STREAMS_PER_PEER; number += 1) await open();
  expect(await codeOf(() => open())).toBe('link.refused');
});

it('takes no line that is too long [S-FILE-3]', { timeout: LIMIT }, async () => {
  const { stream, next } = await open();
  await stream.write(toUtf8(`{"type":"roots","x":"${'x'.repeat(70_000)}`)).catch(() => undefined);
  expect(await codeOf(() => next())).toBe('link.reset');
});

it('checks the folder at each request [S-FILE-14]', { timeout: LIMIT }, async () => {
  const { say, next } = await open();
  await say({ type: 'stat', root: 'photos', path: ['a'] });
  expect(await next()).toMatchObject({ type: 'stat' });
  folders = [];
  await say({ type: 'stat', root: 'photos', path: ['a'] });
  expect(await next()).toMatchObject({ type: 'error', code: 'file.not-shared' });
});

it('removes what was in the trash for a week, and nothing else [S-FILE-13]', { timeout: LIMIT }, async () => {
  const served = await ServedFolder.open(path, []);
  await served.remove(['a'], 1_000_000);
  await served.remove(['sub'], 2_000_000);
  await served.emptyTrash(1_500_000);
  const left = await readdir(join(path, '.clawreach-trash'));
  expect(left).toHaveLength(1);
  expect(left[0]).toMatch(/^0000002000000-/);
  await served.close();
});

it('notes a trash before and after something comes into it [S-FILE-13]', { timeout: LIMIT }, async () => {
  const noted: boolean[] = [];
  onTrash = (folder) => void noted.push(existsSync(join(folder.path, '.clawreach-trash')));
  const { say, next } = await open();
  await say({ type: 'remove', root: 'photos', path: ['a'] });
  expect(await next()).toEqual({ type: 'done' });
  expect(noted).toEqual([false, true]);
});

it(
  'serves nothing of a folder that was moved away or replaced, however busy its peer is [S-FILE-12]',
  { timeout: LIMIT },
  async () => {
    const { say, next } = await open();
    await say({ type: 'stat', root: 'photos', path: ['a'] });
    expect(await next()).toMatchObject({ type: 'stat' });
    await rename(path, join(directory, 'moved'));
    for (const request of [
      { type: 'stat', path: ['a'] },
      { type: 'list', path: [] },
      { type: 'mkdir', path: ['new'] },
      { type: 'remove', path: ['a'] },
    ]) {
      await say({ ...request, root: 'photos' });
      expect([request, await next()]).toEqual([request, { type: 'error', code: 'file.missing' }]);
    }
    await mkdir(path);
    await writeFile(join(path, 'b'), 'other');
    await say({ type: 'list', root: 'photos', path: [] });
    expect(await next()).toMatchObject({ entries: [{ name: 'b' }] });
    expect((await readdir(join(directory, 'moved'))).toSorted()).toEqual(['a', 'sub']);
  },
);

it(
  'does nothing any more when the folder was taken away before it was open [S-FILE-14]',
  { timeout: LIMIT },
  async () => {
    const { say, next } = await open();
    const use = shelf.use.bind(shelf);
    for (const type of ['remove', 'rename', 'mkdir']) {
      folders = [{ name: 'photos', path, mode: 'write' }];
      const asked = Promise.withResolvers<void>();
      const opening = Promise.withResolvers<void>();
      // The disk has to wake up.
      shelf.use = async (root, work) => {
        asked.resolve();
        return await use(root, async (served) => await opening.promise.then(() => work(served)));
      };
      await say({ type, root: 'photos', path: [type === 'mkdir' ? 'new' : 'a'], to: ['b'] });
      await asked.promise;
      folders = [];
      opening.resolve();
      expect(await next()).toMatchObject({ type: 'error', code: 'file.not-shared' });
    }
    expect((await readdir(path)).toSorted()).toEqual(['a', 'sub']);
  },
);

it.runIf(process.platform === 'linux')(
  'serves nothing of what the system makes up, such as other programs [S-FILE-12]',
  { timeout: LIMIT },
  async () => {
    const own = ['proc', String(process.pid), 'environ'];
    const served = await ServedFolder.open('/', []);
    try {
      for (const names of [own, ['proc', 'version'], ['sys', 'kernel', 'notes']]) {
        expect([names, await codeOf(() => served.facts(names))]).toEqual([names, 'file.missing']);
        expect(await codeOf(() => served.hash(names, AbortSignal.timeout(1000)))).toBe('file.missing');
      }
      expect(await codeOf(() => served.list(['proc'], undefined, 10))).toBe('file.missing');
      expect((await served.list([], undefined, 1000)).entries.map(({ name }) => name)).not.toContain('proc');
    } finally {
      await served.close();
    }
    expect(await codeOf(() => ServedFolder.open('/proc/self/task', []))).toBe('folder.unreadable');
  },
);

it(
  'says nothing was renamed if something has the name by any rules of names [S-FILE-13]',
  { timeout: LIMIT },
  async () => {
    await mkdir(join(path, 'taken'));
    const served = await ServedFolder.open(path, []);
    // Windows has no folder that another one can be renamed over.
    vi.stubGlobal(
      'process',
      new Proxy(process, { get: (target, key) => (key === 'platform' ? 'win32' : Reflect.get(target, key)) }),
    );
    try {
      expect(await codeOf(() => served.rename(['sub'], ['taken']))).toBe('file.exists');
    } finally {
      vi.unstubAllGlobals();
      await served.close();
    }
    expect((await readdir(path)).toSorted()).toEqual(['a', 'sub', 'taken']);
  },
);

it(
  'removes what was in the trash for a week also when the folder may only be read by now, and follows no link there [S-FILE-13]',
  { timeout: LIMIT },
  async () => {
    const served = await ServedFolder.open(path, []);
    await served.remove(['sub'], 1_000_000);
    const [place = ''] = await readdir(join(path, '.clawreach-trash'));
    await symlink(directory, join(path, '.clawreach-trash', place, 'link'));
    await symlink(directory, join(path, '.clawreach-trash', '0000000000001-00000000'));
    await served.emptyTrash(1_500_000);
    expect(await readdir(join(path, '.clawreach-trash'))).toEqual([]);
    expect(await readFile(join(directory, 'secret'), 'utf8')).toBe('secret');
    await served.close();
  },
);

it('lists what comes after many links [S-FILE-12]', { timeout: LIMIT }, async () => {
  for (let number = 0; number < 1100; number += 1) await symlink('/etc', join(path, `link ${number}`));
  await writeFile(join(path, 'z'), '');
  const { say, next } = await open();
  await say({ type: 'list', root: 'photos', path: [] });
  expect(await next()).toMatchObject({ entries: [{ name: 'a' }, { name: 'sub' }, { name: 'z' }] });
  expect(await next()).toEqual({ type: 'end', more: false });
});

it(
  'moves no folder that holds the keys of this machine, by whatever name [S-FILE-12]',
  { timeout: LIMIT },
  async () => {
    const profile = join(path, 'sub', 'deep', 'profile');
    await mkdir(profile, { recursive: true });
    const served = await ServedFolder.open(path, [profile]);
    const tryAll = async (...names: string[]): Promise<void> => {
      expect(await codeOf(() => served.remove(names, Date.now()))).toBe('file.name');
      expect(await codeOf(() => served.rename(names, ['moved']))).toBe('file.name');
    };
    await tryAll('sub');
    await tryAll('sub', 'deep');
    // As by another name on a file system that doesn't tell upper and lower case apart.
    await rename(join(path, 'sub'), join(path, 'SUB'));
    await tryAll('SUB');
    await tryAll('SUB', 'deep');
    expect(await codeOf(() => served.facts(['SUB', 'deep', 'profile']))).toBe('file.missing');
    await served.close();
  },
);
