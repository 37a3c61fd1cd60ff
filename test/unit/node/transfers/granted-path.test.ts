import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSourceDisk } from '#node/transfers/index.ts';
import { isHiddenName } from '#shared/files/index.ts';
import { codeOf } from '#test/support/hostile/device.ts';

const disk = createSourceDisk();
let outside: string;
let folder: string;
beforeEach(async () => {
  outside = await realpath(await mkdtemp(join(tmpdir(), 'clawreach-granted-')));
  folder = join(outside, 'out');
  await mkdir(join(folder, 'reports', '.drafts'), { recursive: true });
  await mkdir(join(folder, '.git'));
  await writeFile(join(folder, 'a.txt'), 'a');
  await writeFile(join(folder, 'reports', 'q3.txt'), 'q3');
  await writeFile(join(folder, 'reports', '.drafts', 'q4.txt'), 'hidden');
  await writeFile(join(folder, 'reports', '.env'), 'hidden');
  await writeFile(join(folder, '.git', 'config'), 'hidden');
  await writeFile(join(outside, 'secret.txt'), 'secret');
  await mkdir(join(outside, 'out-of-it'));
  await writeFile(join(outside, 'out-of-it', 'secret.txt'), 'secret');
});
afterEach(async () => await rm(outside, { recursive: true, force: true }));

/** A folder with the files by which a profile is known. */
async function profile(path: string): Promise<string> {
  await mkdir(join(path, 'agents'), { recursive: true });
  await writeFile(join(path, 'secret'), 'key');
  await writeFile(join(path, 'peers.json'), '{}');
  await writeFile(join(path, 'agents', 'coder.token'), 'token');
  return path;
}

const find = async (path: string) => await disk.findBelow(folder, path);
async function names(path: string): Promise<readonly string[]> {
  const root = await find(path);
  const found: string[] = [];
  const { leftOut } = await disk.list([root], ({ name }) => void found.push(name), new AbortController().signal, {
    ofAgent: true,
  });
  return [...found, `${leftOut} left out`];
}

describe('what an agent names below its folder', () => {
  it.each([
    ['a.txt', 'a.txt', 'a.txt'],
    ['./reports/q3.txt', 'reports/q3.txt', 'q3.txt'],
    ['reports//./q3.txt', 'reports/q3.txt', 'q3.txt'],
    ['reports/', 'reports', 'reports'],
    ['.', '', 'out'],
  ])('is found: %s', async (path, real, name) => {
    expect(await find(path)).toMatchObject({ path: join(folder, real), name });
  });

  it('is found by its whole path, and through a link that stays below', async () => {
    expect(await find(join(folder, 'a.txt'))).toMatchObject({ path: join(folder, 'a.txt'), name: 'a.txt' });
    await symlink('reports', join(folder, 'latest'));
    expect(await find('latest/q3.txt')).toMatchObject({ path: join(folder, 'reports', 'q3.txt'), name: 'q3.txt' });
  });

  it.each([
    '..',
    '../secret.txt',
    'reports/../../secret.txt',
    'reports/../a.txt',
    './/../out-of-it/secret.txt',
    '/etc/passwd',
    '/',
    'a.txt\0/../../secret.txt',
    'reports/\uD800',
  ])('is refused if it leads outside, also on the way: %j [S-GRANT-1]', async (path) => {
    expect(await codeOf(find(path))).toBe('file.outside');
  });

  it('is refused if its whole path is elsewhere, also in a folder whose name begins so [S-GRANT-1]', async () => {
    for (const path of [join(outside, 'secret.txt'), join(outside, 'out-of-it', 'secret.txt'), outside])
      expect(await codeOf(find(path))).toBe('file.outside');
    expect(await codeOf(find(`${folder}/../secret.txt`))).toBe('file.outside');
  });

  it('is refused if a link leads outside, in any part, or in place of the folder itself [S-GRANT-1]', async () => {
    await symlink(outside, join(folder, 'up'));
    await symlink('../../secret.txt', join(folder, 'reports', 'link.txt'));
    await symlink(join(outside, 'secret.txt'), join(folder, 'chain-1'));
    await symlink('chain-1', join(folder, 'chain-2'));
    for (const path of ['up', 'up/secret.txt', 'reports/link.txt', 'chain-2'])
      expect(await codeOf(find(path))).toBe('file.outside');
    await rename(folder, join(outside, 'moved'));
    await symlink(join(outside, 'moved'), folder);
    expect(await codeOf(find('a.txt'))).toBe('file.outside');
  });

  it.each([
    '.git/config',
    '.git',
    'reports/.env',
    'reports/.drafts/q4.txt',
    '...',
    '\u200B.git',
    '\uFF0Egit/config',
    '\u2024git',
  ])('is refused if a part of its path is hidden, or looks so: %j [S-GRANT-1]', async (path) => {
    expect(await codeOf(find(path))).toBe('file.hidden');
    expect(await codeOf(find(join(folder, path)))).toBe('file.hidden');
  });

  it('is refused if a link leads to a hidden name [S-GRANT-1]', async () => {
    await symlink('.git', join(folder, 'git'));
    await symlink('reports/.env', join(folder, 'env'));
    for (const path of ['git', 'git/config', 'env']) expect(await codeOf(find(path))).toBe('file.hidden');
  });

  it('is refused in a profile of ClawReach, whatever its name, and below it [S-GRANT-1]', async () => {
    const path = await profile(join(folder, 'Reach'));
    await symlink(path, join(folder, 'link'));
    for (const named of ['Reach', 'Reach/secret', 'Reach/agents', 'Reach/agents/coder.token', 'link/secret'])
      expect(await codeOf(find(named))).toBe('file.profile');
    // The profile came after the grant, around the folder.
    await profile(outside);
    expect(await codeOf(find('a.txt'))).toBe('file.profile');
  });

  it('is missing if it is not there, whatever is elsewhere', async () => {
    for (const path of ['nothing', 'A.TXT/x', 'REPORTS/q3.txt', 'a.txt/below', 'a'.repeat(300)])
      expect(await codeOf(find(path))).toBe('file.missing');
  });
});

describe('a folder that an agent sends', () => {
  it('is listed without hidden files, links and profiles, which are counted [S-GRANT-1]', async () => {
    await symlink(join(outside, 'secret.txt'), join(folder, 'link'));
    await profile(join(folder, 'reports', 'Reach'));
    await writeFile(join(folder, 'reports', '\u200B.ssh'), 'looks hidden');
    // .git, link, .drafts, .env, the one that looks hidden, and the contents of the profile.
    expect(await names('.')).toEqual(['out', 'a.txt', 'reports', 'Reach', 'q3.txt', '6 left out']);
  });

  it('has its hidden files if a person sends it', async () => {
    const found: string[] = [];
    const root = await disk.find(join(folder, 'reports'));
    await disk.list([root], ({ name }) => void found.push(name), new AbortController().signal);
    expect(found).toEqual(['reports', '.drafts', '.env', 'q3.txt', 'q4.txt']);
  });

  it.each([
    ['a folder on the way', 'reports'],
    ['the folder itself', ''],
  ])(
    'is not followed elsewhere by a link that takes the place of %s after it was checked [S-GRANT-1]',
    async (_, which) => {
      const file = await find('reports/q3.txt');
      const tree = await find('reports');
      await writeFile(join(outside, 'out-of-it', 'q3.txt'), 'secret');
      await mkdir(join(outside, 'out-of-it', 'reports'));
      await writeFile(join(outside, 'out-of-it', 'reports', 'q3.txt'), 'secret');
      const swapped = join(folder, which);
      await rename(swapped, join(outside, 'moved'));
      await symlink(join(outside, 'out-of-it'), swapped);
      const { signal } = new AbortController();
      for (const root of [file, tree])
        expect(await codeOf(disk.list([root], () => undefined, signal, { ofAgent: true }))).toBe('file.gone');
      expect(await codeOf(disk.open(file.path))).toBe('file.gone');
    },
  );
});

describe('a folder that is granted', () => {
  it('is noted by its real path', async () => {
    await symlink(folder, join(outside, 'named'));
    expect(await disk.grant(join(outside, 'named'))).toBe(folder);
    // A person may grant a hidden one.
    expect(await disk.grant(join(folder, '.git'))).toBe(join(folder, '.git'));
    expect(await disk.findBelow(join(folder, '.git'), 'config')).toMatchObject({ name: 'config' });
  });

  it('is a folder with a whole path, and no part of a profile [S-GRANT-1]', async () => {
    for (const path of ['out', join(folder, 'a.txt'), join(folder, 'nothing'), `${folder}\0`])
      expect(await codeOf(disk.grant(path))).toBe('file.folder');
    const path = await profile(join(outside, 'Reach'));
    for (const part of [path, join(path, 'agents')]) expect(await codeOf(disk.grant(part))).toBe('file.profile');
    expect(await codeOf(disk.grant(join(path, '..')))).toBe('no error');
  });
});

it('knows hidden names by their dot, and others that only look like it', () => {
  for (const name of ['.a', '..a', '\u200D.a', '\u00AD\uFE0F.a', '\uFF0Ea', '\u2026a', '\u0001.a'])
    expect(isHiddenName(name)).toBe(true);
  for (const name of ['a', 'a.b', ' .a', '-', '\u00B7a', basename(folder)]) expect(isHiddenName(name)).toBe(false);
});
