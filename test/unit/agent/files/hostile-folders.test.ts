import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
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

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'clawreach-hostile-folders-')));
  path = join(directory, 'photos');
  await mkdir(join(path, 'sub'), { recursive: true });
  await writeFile(join(path, 'a'), 'hello');
  await writeFile(join(directory, 'secret'), 'secret');
  folders = [{ name: 'photos', path, mode: 'write' }];
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

it('answers no malformed request, and goes on for others [S-FILE-3]', { timeout: LIMIT }, async () => {
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
    { numRuns: casesOf(300) },
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
