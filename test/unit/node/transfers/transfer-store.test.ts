import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTransferStore } from '#node/transfers/index.ts';

let profile: string;
beforeEach(async () => {
  profile = await realpath(await mkdtemp(join(tmpdir(), 'clawreach-store-')));
});
afterEach(async () => await rm(profile, { recursive: true }));

const KEPT = 'a'.repeat(32);
const OTHER = 'b'.repeat(32);

it('removes lists and contents of earlier runs that no transfer has, and nothing else', async () => {
  const folder = join(profile, 'transfers');
  const before = createTransferStore(folder);
  const spools = [await before.spool(), await before.spool()] as const;
  for (const id of [KEPT, OTHER]) {
    const list = await before.writeList(id);
    await list.append('x\n');
    await list.close();
  }
  await writeFile(join(folder, 'notes.txt'), 'mine');
  const store = createTransferStore(folder);
  const now = await store.spool();
  await store.removeOthers([KEPT], [spools[0], '/elsewhere/spool']);
  const left = [`${KEPT}.list`, basename(spools[0]), basename(now), 'notes.txt'];
  expect((await readdir(folder)).toSorted()).toEqual(left.toSorted());
});

it('removes nothing where there is no folder yet', async () => {
  const folder = join(profile, 'transfers');
  await createTransferStore(folder).removeOthers([], []);
  expect(await readdir(profile)).toEqual([]);
});

it('knows its files by their real paths, too', async () => {
  await mkdir(join(profile, 'real'));
  await symlink(join(profile, 'real'), join(profile, 'link'));
  const folder = join(profile, 'link', 'transfers');
  const store = createTransferStore(folder);
  const path = await realpath(await store.spool());
  expect(store.isSpool(path)).toBe(true);
  expect(store.isSpool(join(profile, 'elsewhere', basename(path)))).toBe(false);
  await createTransferStore(folder).removeOthers([], [path]);
  expect(await readdir(folder)).toEqual([basename(path)]);
  await store.removeSpool(path);
  expect(await readdir(folder)).toEqual([]);
});
