import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSourceDisk, ServedFolder } from '#node/transfers/index.ts';
import { MOST_DEPTH, type SourceEntry } from '#shared/files/index.ts';
import { codeOf } from '#test/support/rejections.ts';

const { signal } = new AbortController();

let directory: string;
let root: string;
let secret: string;

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'clawreach-walk-')));
  root = join(directory, 'root');
  secret = join(directory, 'secret');
  await mkdir(join(root, 'below'), { recursive: true });
  await writeFile(join(root, 'below', 'file'), 'mine');
  await writeFile(join(root, 'last'), '');
  await mkdir(secret);
  await writeFile(join(secret, 'key'), 'secret');
});
afterEach(async () => await rm(directory, { recursive: true, force: true }));

type Each = (entry: SourceEntry) => Promise<void> | void;
type List = (each: Each, over?: AbortSignal) => Promise<{ leftOut: number }>;

/** Lists the folder as a shared one that holds no keys of the device. */
const served: List = async (each, over = signal) => {
  const folder = await ServedFolder.open(root, [secret]);
  try {
    return await folder.listTree([], 'root', each, over);
  } finally {
    await folder.close();
  }
};
const chosen: List = async (each, over = signal) =>
  await createSourceDisk().list([{ path: root, name: 'root' }], each, over);
const ofAgent: List = async (each, over = signal) =>
  await createSourceDisk().list([{ path: root, name: 'root' }], each, over, { ofAgent: true });

/** Returns the names that are listed, with the numbers of their folders, and how many are left out. */
async function listed(list: List, each: Each = () => undefined) {
  const names: string[] = [];
  const { leftOut } = await list(async (entry) => {
    names.push(`${entry.in} ${entry.name}`);
    await each(entry);
  });
  return { names, leftOut };
}

describe.each([
  ['of a person', chosen],
  ['of an agent', ofAgent],
  ['that is shared', served],
])('the tree of a folder %s', (_whose, list) => {
  it('is listed depth first and by name, without links, and only so deep', async () => {
    let deep = join(root, 'deep');
    for (let depth = 0; depth < MOST_DEPTH; depth += 1) deep = join(deep, 'd');
    await mkdir(deep, { recursive: true });
    await symlink(secret, join(root, 'link'));
    const { names, leftOut } = await listed(list);
    expect(names.slice(0, 5)).toEqual(['-1 root', '0 below', '0 deep', '0 last', '1 file']);
    expect(names[5]).toBe('2 d');
    // The folder itself is the first of them.
    expect(names.filter((name) => name.endsWith(' d'))).toHaveLength(MOST_DEPTH - 2);
    expect(leftOut).toBe(2);
  });

  it.each([
    ['a link', async (): Promise<void> => await symlink(secret, join(root, 'below'))],
    ['a link around it', async (): Promise<void> => undefined],
    ['a file', async (): Promise<void> => await writeFile(join(root, 'below'), '')],
  ])('has nothing of what takes the place of a folder meanwhile: %s [S-FILE-9]', async (what, replace) => {
    const { names } = await listed(list, async ({ name }) => {
      if (name !== 'last') return;
      await rename(join(root, 'below'), join(directory, 'moved'));
      await replace();
      if (what !== 'a link around it') return;
      await mkdir(join(directory, 'outside', 'below'), { recursive: true });
      await rename(join(secret, 'key'), join(directory, 'outside', 'below', 'key'));
      await rename(root, join(directory, 'moved root'));
      await symlink(join(directory, 'outside'), root);
    });
    expect(names).toEqual(['-1 root', '0 below', '0 last']);
  });

  it('ends at once when no one wants it any more', async () => {
    const over = new AbortController();
    const names: string[] = [];
    const listing = list(({ name }) => {
      names.push(name);
      if (name === 'last') over.abort();
    }, over.signal);
    await expect(listing).rejects.toThrow('aborted');
    expect(names).toEqual(['root', 'below', 'last']);
  });
});

it('a shared tree has no folder with keys of this device that takes the place of another one meanwhile [S-FILE-12]', async () => {
  const { names, leftOut } = await listed(served, async ({ name }) => {
    if (name !== 'last') return;
    await rename(join(root, 'below'), join(directory, 'moved'));
    await rename(secret, join(root, 'below'));
  });
  expect([names, leftOut]).toEqual([['-1 root', '0 below', '0 last'], 1]);
});

it('a tree of an agent has nothing of a profile, also of one that takes the place of its folder meanwhile [S-GRANT-1]', async () => {
  const profile = async (): Promise<void> => {
    for (const name of ['secret', 'peers.json']) await writeFile(join(root, 'below', name), '');
  };
  const { names, leftOut } = await listed(ofAgent, async ({ name }) => (name === 'last' ? await profile() : undefined));
  expect([names, leftOut]).toEqual([['-1 root', '0 below', '0 last'], 1]);
  for (const name of ['secret', 'peers.json']) await writeFile(join(root, name), '');
  expect(await codeOf(() => listed(ofAgent))).toBe('file.profile');
});
