import { mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createIncomingDisk } from '#node/transfers/index.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import type { IncomingDisk } from '#shared/files/index.ts';
import { LinkError } from '#shared/link/index.ts';
import { codeOf } from '#test/support/rejections.ts';
import { MemorySource } from '#test/support/transfers/memory-source.ts';
import { RECEIVER, TransferWorld } from '#test/support/transfers/transfer-world.ts';

const NAMES = ['a', 'b', 'c', 'sub/d', 'sub/e', 'sub/deep/f', 'z'];

let directory: string;
let photos: string;

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'clawreach-merge-')));
  photos = join(directory, 'photos');
  await mkdir(join(photos, 'tree', 'sub'), { recursive: true });
  for (const name of ['a', 'c', 'sub/d', 'kept']) await writeFile(join(photos, 'tree', name), 'old');
});
afterEach(async () => await rm(directory, { recursive: true, force: true }));

/** Signal that ends a merge before its file of this number. */
function endingAt(number: number): AbortSignal {
  const aborting = new AbortController();
  let files = 0;
  const throwIfAborted = (): void => {
    files += 1;
    if (files > number) {
      aborting.abort();
      throw new LinkError('link.closed', 'the link is lost');
    }
  };
  return Object.assign(aborting.signal, { throwIfAborted });
}

/** A disk on which the first merge ends so. */
function interrupted(number: number): IncomingDisk {
  const disk = createIncomingDisk();
  let isFirst = true;
  return {
    ...disk,
    openShared: async (...request) => {
      const folder = await disk.openShared(...request);
      const replace = folder.replace.bind(folder);
      folder.replace = async (name, kind, signal) => {
        const isInterrupted = isFirst;
        isFirst = false;
        return await replace(name, kind, isInterrupted ? endingAt(number) : signal);
      };
      return folder;
    },
  };
}

it.each(NAMES.map((_, index) => index))(
  'a merge that ends after %i files loses nothing and goes on [S-FILE-8]',
  async (number) => {
    const tree = new Map<string, Uint8Array | null>([
      ['/tree', null],
      ['/tree/sub', null],
      ['/tree/sub/deep', null],
    ]);
    for (const name of NAMES) tree.set(`/tree/${name}`, toUtf8(`new ${name}`));
    const world = new TransferWorld(new MemorySource(tree), interrupted(number));
    world.shared.set('photos', photos);
    world.startSender();
    world.startReceiver();
    world.connect();
    const there = { folder: 'photos', path: [], mode: 'replace' as const };
    const sent = await world.sender?.transfers.send(RECEIVER, ['/tree'], { there });
    expect(await world.end(sent?.id ?? '')).toMatchObject({ state: 'done' });
    for (const name of NAMES) expect(await readFile(join(photos, 'tree', name), 'utf8')).toBe(`new ${name}`);
    expect(await readFile(join(photos, 'tree', 'kept'), 'utf8')).toBe('old');
    world.killSender();
    world.killReceiver();
    expect((await readdir(photos)).filter((name) => name !== '.incoming')).toEqual(['tree']);
  },
);

it('a merge ends before the next file when the right is taken away [S-FILE-14]', async () => {
  const folder = await createIncomingDisk().openShared({ root: photos, path: [], mode: 'replace' }, 'ab'.repeat(16));
  await folder.makeFolder(['tree']);
  await folder.makeFolder(['other']);
  for (const path of [['tree', 'a'], ['tree', 'b'], ['file']]) {
    const file = await folder.openFile(path, true);
    await file.write(toUtf8('new'), 0);
    await file.close();
  }
  await writeFile(join(photos, 'file'), 'old');
  for (const [name, kind] of [
    ['tree', 'folder'],
    ['other', 'folder'],
    ['file', 'file'],
  ] as const)
    await expect(folder.replace(name, kind, AbortSignal.abort())).rejects.toThrow('aborted');
  await folder.close();
  expect(await readFile(join(photos, 'tree', 'a'), 'utf8')).toBe('old');
  expect(await readFile(join(photos, 'file'), 'utf8')).toBe('old');
  expect((await readdir(photos)).toSorted()).toEqual(['.incoming', 'file', 'tree']);
});

it('nothing goes elsewhere with a folder that is moved meanwhile [S-FILE-12]', async () => {
  const path = ['tree', 'sub'];
  const folder = await createIncomingDisk().openShared({ root: photos, path, mode: 'replace' }, 'ab'.repeat(16));
  const file = await folder.openFile(['d'], true);
  await file.write(toUtf8('new'), 0);
  await file.close();
  const away = join(directory, 'away');
  await rename(join(photos, ...path), away);
  await mkdir(join(photos, ...path));
  const signal = new AbortController().signal;
  expect(await codeOf(() => folder.replace('d', 'file', signal))).toBe('file.missing');
  expect(await codeOf(() => folder.place('d', 'file', 'x'))).toBe('file.missing');
  await folder.close();
  // The parts aren't in the folder that was moved, but at the top.
  expect(await readdir(away)).toEqual(['d']);
  expect(await readFile(join(away, 'd'), 'utf8')).toBe('old');
  expect(await readdir(join(photos, ...path))).toEqual([]);
});
