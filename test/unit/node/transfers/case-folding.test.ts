import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { DiskIncomingFolder, type TargetRules } from '#node/transfers/incoming-folder.ts';
import { createIncomingDisk } from '#node/transfers/index.ts';
import { SafeFolder } from '#node/transfers/safe-folder.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import { FilesError, type IncomingFolder } from '#shared/files/index.ts';
import { codeOf } from '#test/support/rejections.ts';

const ID = 'ab'.repeat(16);
const MIB = 1_048_576;
const { signal } = new AbortController();

let directory: string;

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'clawreach-case-')));
});
afterEach(async () => await rm(directory, { recursive: true, force: true }));

/** A folder on a file system that takes names in upper and lower case for the same one: real files, found by either. */
function folding(real: SafeFolder): SafeFolder {
  const actual = (name: string): string =>
    readdirSync(real.itself).find((one) => one.toUpperCase() === name.toUpperCase()) ?? name;
  const double: Omit<SafeFolder, never> = {
    itself: real.itself,
    path: real.path,
    identity: () => real.identity(),
    mount: () => real.mount(),
    again: async () => folding(await real.again()),
    enter: async (name) => folding(await real.enter(actual(name))),
    make: (name) => real.make(actual(name)),
    at: (name) => real.at(actual(name)),
    check: () => real.check(),
    sync: () => real.sync(),
    names: () => real.names(),
    isInPlace: () => real.isInPlace(),
    setTime: (time) => real.setTime(time),
    close: () => real.close(),
  };
  return double as SafeFolder;
}

/** Rules of a shared folder, which serves an entry by its very name only. */
const EXACT: TargetRules = {
  enter: async (folder, name) => {
    await EXACT.requireName(folder, name);
    return await folder.enter(name);
  },
  requireName: async (folder, name) => {
    if (!(await folder.names()).includes(name)) throw new FilesError('file.missing', `${name} is not there`);
  },
  requirePlace: async () => undefined,
};

async function opened(isFolding: boolean): Promise<IncomingFolder> {
  const real = await SafeFolder.open(directory);
  const target = isFolding ? folding(real) : real;
  return await DiskIncomingFolder.in({ target, home: target }, ID, EXACT);
}

async function put(folder: IncomingFolder, path: readonly string[]): Promise<void> {
  for (let depth = 1; depth < path.length; depth += 1) await folder.makeFolder(path.slice(0, depth));
  const file = await folder.openFile(path, true);
  await file.write(toUtf8('new'), 0);
  await file.close();
}

const entries = async (...path: string[]): Promise<readonly string[]> =>
  (await readdir(join(directory, ...path))).filter((name) => name !== '.incoming').toSorted();
const contentsOf = async (...path: string[]): Promise<string> => await readFile(join(directory, ...path), 'utf8');

describe.skipIf(process.platform !== 'linux')('where upper and lower case are the same', () => {
  it('a file replaces the one whose name differs in case only, which keeps its name', async () => {
    const folder = await opened(true);
    expect(folder.folds).toBe(true);
    await writeFile(join(directory, 'Report.TXT'), 'old');
    await put(folder, ['report.txt']);
    expect(await folder.replace('report.txt', 'file', signal)).toBe('Report.TXT');
    await folder.close();
    expect(await entries()).toEqual(['Report.TXT']);
    expect(await contentsOf('Report.TXT')).toBe('new');
  });

  it('so do files in folders that are merged', async () => {
    const folder = await opened(true);
    await mkdir(join(directory, 'Photos', 'ÉTÉ'), { recursive: true });
    await writeFile(join(directory, 'Photos', 'ÉTÉ', 'A.jpg'), 'old');
    await put(folder, ['photos', 'été', 'a.JPG']);
    await put(folder, ['photos', 'été', 'b.jpg']);
    expect(await folder.replace('photos', 'folder', signal)).toBe('Photos');
    await folder.close();
    expect(await entries()).toEqual(['Photos']);
    expect(await entries('Photos')).toEqual(['ÉTÉ']);
    expect(await entries('Photos', 'ÉTÉ')).toEqual(['A.jpg', 'b.jpg']);
    expect(await contentsOf('Photos', 'ÉTÉ', 'A.jpg')).toBe('new');
  });

  it('a folder is not replaced by a file of its name in other case, and what is new is put beside nothing', async () => {
    const folder = await opened(true);
    await mkdir(join(directory, 'Photos'));
    await put(folder, ['photos']);
    expect(await codeOf(() => folder.replace('photos', 'file', signal))).toBe('file.exists');
    await put(folder, ['other']);
    await writeFile(join(directory, 'OTHER'), 'old');
    expect(await folder.place('other', 'file', 'other')).toBe(false);
    expect(await folder.existing(['other'])).toMatchObject({ kind: 'file', size: 3 });
    await folder.close();
    expect(await contentsOf('OTHER')).toBe('old');
  });
});

describe.skipIf(process.platform !== 'linux')('where they are not', () => {
  it('files whose names differ in case only stay apart', async () => {
    const folder = await opened(false);
    expect(folder.folds).toBe(false);
    await writeFile(join(directory, 'REPORT.TXT'), 'old');
    await put(folder, ['report.txt']);
    expect(await folder.replace('report.txt', 'file', signal)).toBe('report.txt');
    await folder.close();
    expect(await entries()).toEqual(['REPORT.TXT', 'report.txt']);
    expect(await contentsOf('REPORT.TXT')).toBe('old');
  });
});

describe.skipIf(process.platform !== 'linux')('a large folder', () => {
  /** Counts how often all names of a folder are read. */
  const counted = () => {
    const read = vi.spyOn(SafeFolder.prototype, 'names');
    onTestFinished(() => read.mockRestore());
    return read;
  };
  /** Replaces files in a folder. @returns what is there then */
  const replaced = async (folder: IncomingFolder, names: readonly string[], there = names) => {
    await mkdir(join(directory, 'tree'));
    for (const name of there) await writeFile(join(directory, 'tree', name), 'old');
    for (const name of names) await put(folder, ['tree', name]);
    await folder.replace('tree', 'folder', signal);
    return await entries('tree');
  };
  /** Nothing of it is read for the rules here. */
  const plain: TargetRules = {
    ...EXACT,
    enter: (folder, name) => folder.enter(name),
    requireName: async () => undefined,
  };
  const openedPlain = async (isFolding: boolean): Promise<IncomingFolder> => {
    const real = await SafeFolder.open(directory);
    const target = isFolding ? folding(real) : real;
    return await DiskIncomingFolder.in({ target, home: target }, ID, plain);
  };

  it('is not read for names without upper and lower case, nor for accents', async () => {
    const folder = await openedPlain(false);
    const names = ['2026', '1.2', '写真', 'が', 'カ\u3099', 'Ä', '가'];
    const read = counted();
    expect(await replaced(folder, names)).toEqual(names.toSorted());
    await folder.close();
    expect(await contentsOf('tree', '写真')).toBe('new');
    expect(read).not.toHaveBeenCalled();
  });

  it('is read once where upper and lower case are the same, however many files come', async () => {
    const folder = await openedPlain(true);
    const read = counted();
    const names = Array.from({ length: 100 }, (_, number) => `photo ${number}`);
    const there = names.map((name) => name.toUpperCase());
    expect(await replaced(folder, names, there)).toEqual(there.toSorted());
    await folder.close();
    expect(await contentsOf('tree', 'PHOTO 7')).toBe('new');
    // That folder, and the one around it.
    expect(read).toHaveBeenCalledTimes(2);
  });
});

/** Mounts a disk of 2 MiB there. @returns false if this user may not */
function mount(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'none', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

it('another disk below a shared folder has its parts itself: files can not be moved to it from the top', async ({
  skip,
}) => {
  const small = join(directory, 'photos', 'small');
  await mkdir(small, { recursive: true });
  if (!mount(small)) return skip();
  try {
    const disk = createIncomingDisk();
    const root = join(directory, 'photos');
    const folder = await disk.openShared({ root, path: ['small'], mode: 'new' }, ID);
    expect(folder.home).toBe(small);
    expect((await disk.space(folder.target)).size).toBe(2 * MIB);
    expect((await disk.space(root)).size).toBeGreaterThan(2 * MIB);
    await put(folder, ['a']);
    expect(await folder.place('a', 'file', 'a')).toBe(true);
    await folder.close();
    expect(await contentsOf('photos', 'small', 'a')).toBe('new');
    await disk.remove(folder.home, ID);
    expect(await readdir(root)).toEqual(['small']);
    return undefined;
  } finally {
    execFileSync('umount', [small]);
  }
});
