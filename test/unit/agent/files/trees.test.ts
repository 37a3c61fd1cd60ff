import { mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createIncomingDisk } from '#node/transfers/index.ts';
import { fromUtf8, toUtf8 } from '#shared/bytes/index.ts';
import {
  cleanFileName,
  MOST_DEPTH,
  NAME_BYTES,
  NAME_RULES,
  nameKey,
  PATH_BYTES,
  type NameRules,
} from '#shared/files/index.ts';
import { casesOf } from '#test/support/fuzz.ts';
import { CrashDisk } from '#test/support/transfers/crash-disk.ts';
import { MemorySource } from '#test/support/transfers/memory-source.ts';
import { TransferWorld } from '#test/support/transfers/transfer-world.ts';

const LIMIT = 300_000;
const RUNS = { numRuns: casesOf(600) };
/** Characters, endings and names that Windows doesn't take. */
const BAD_ON_WINDOWS = /[<>:"|?*\\]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d) *(?:\.|$)/i;

/** Characters that reorder or end what is shown. */
const UNSHOWN = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

/** Entry of a generated tree. `place`: of all folders before it, the number of the one that it is in. */
type Seed = Readonly<{ name: string; place: number; isFolder: boolean }>;

const name = fc
  .oneof(
    fc.constantFrom('a', 'A', 'Ä', 'a\u0308', 'ä', 'ß', 'SS', 'ss', 'report.pdf', 'REPORT.PDF', '.hidden', '~', ' '),
    fc.constantFrom('CON', 'aux.c', 'com1', 'a.', 'a ', 'a:b', 'a\\b', 'a?', 'x\u202Egpj.exe', 'line\nfeed', '日本語'),
    fc.constantFrom(
      'y'.repeat(NAME_BYTES),
      'ü'.repeat(127),
      `${'日'.repeat(84)}.md`,
      'a\u0308'.repeat(85),
      '..a',
      '...',
    ),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
  )
  // What no name of a file has.
  .filter((one) => one.isWellFormed() && !/[/\0]/.test(one) && !/^\.{1,2}$/.test(one))
  .filter((one) => toUtf8(one).length <= NAME_BYTES);

const seeds: fc.Arbitrary<readonly Seed[]> = fc.oneof(
  fc.array(fc.record({ name, place: fc.nat(), isFolder: fc.boolean() }), { minLength: 1, maxLength: 30 }),
  // Folders in each other, as deep as may be.
  fc
    .tuple(name, fc.integer({ min: 1, max: MOST_DEPTH - 1 }))
    .map(([end, depth]) => [
      ...Array.from({ length: depth }, (_, place) => ({ name: `d${place}`, place, isFolder: true })),
      { name: end, place: depth, isFolder: false },
    ]),
);

/** Makes a tree of it: contents by path, of each file its own path; null for folders. What a file system can't have is left out. */
function treeOf(given: readonly Seed[]): ReadonlyMap<string, Uint8Array | null> {
  const tree = new Map<string, Uint8Array | null>();
  const folders = [''];
  for (const seed of given) {
    const folder = folders[seed.place % folders.length] ?? '';
    const path = `${folder}/${seed.name}`;
    // Room for the numbers that names get.
    if (tree.has(path) || toUtf8(path).length > PATH_BYTES / 2 || path.split('/').length > MOST_DEPTH) continue;
    tree.set(path, seed.isFolder ? null : toUtf8(path));
    if (seed.isFolder) folders.push(path);
  }
  return tree;
}

/** Reads what has arrived in a folder of the disk. */
async function treeIn(folder: string, below = ''): Promise<ReadonlyMap<string, Uint8Array | null>> {
  const tree = new Map<string, Uint8Array | null>();
  for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (path === '.incoming') continue;
    tree.set(path, entry.isDirectory() ? null : await readFile(join(folder, path)));
    if (entry.isDirectory()) for (const [one, bytes] of await treeIn(folder, path)) tree.set(one, bytes);
  }
  return tree;
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Compares what has arrived with what was sent. @returns what is otherwise than it should be */
function compare(
  sent: ReadonlyMap<string, Uint8Array | null>,
  arrived: ReadonlyMap<string, Uint8Array | null>,
  { rules, folds }: Readonly<{ rules: NameRules; folds: boolean }>,
): readonly string[] {
  const lies: string[] = [];
  const note = (isTrue: boolean, what: string): void => {
    if (!isTrue) lies.push(what);
  };
  note(arrived.size === sent.size, `${arrived.size} entries, not ${sent.size}`);
  const keys = new Set<string>();
  for (const path of arrived.keys()) {
    const own = nameOf(path);
    const isName = toUtf8(own).length <= NAME_BYTES && own === own.normalize('NFC') && !UNSHOWN.test(own);
    note(isName && !(rules === 'windows' && BAD_ON_WINDOWS.test(own)), `${path} is no name here`);
    keys.add(`${folderOf(path)}/${nameKey(own, folds || rules !== 'posix')}`);
  }
  note(keys.size === arrived.size, 'two names are the same on that disk');
  /** Folders here by those of the sender. */
  const folders = new Map<string, string>([['', '']]);
  const keyThere = (path: string): string => nameKey(cleanFileName(nameOf(path), rules, folderOf(path) === ''), true);
  for (const [path, bytes] of arrived) {
    if (bytes === null) continue;
    let there = fromUtf8(bytes);
    let here = path;
    note(sent.get(there) !== undefined, `${path} has other contents`);
    note(here.split('/').length === there.split('/').length - 1, `${path} is at another depth`);
    const isUsual = cleanFileName(nameOf(there), rules, folderOf(there) === '') === nameOf(there);
    const hasTwin = [...sent.keys()].some(
      (other) => other !== there && folderOf(other) === folderOf(there) && keyThere(other) === keyThere(there),
    );
    note(!isUsual || hasTwin || nameOf(here) === nameOf(there), `${there} has another name without a reason`);
    while (there !== '') {
      there = folderOf(there);
      here = folderOf(here);
      note((folders.get(there) ?? here) === here, `${there} is two folders`);
      folders.set(there, here);
    }
  }
  note(new Set(folders.values()).size === folders.size, 'two folders are one');
  return lies;
}

let directory: string;

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'clawreach-trees-')));
});
afterEach(async () => await rm(directory, { recursive: true, force: true }));

/** Sends all of a tree, and waits until it is there. @returns the number of new names that were told */
async function arrive(world: TransferWorld, tree: ReadonlyMap<string, Uint8Array | null>): Promise<number> {
  world.startSender();
  world.startReceiver();
  const tops = [...tree.keys()].filter((path) => folderOf(path) === '');
  const id = await world.send(...tops);
  world.connect();
  const end = await world.end(id);
  expect(end).toMatchObject({ state: 'done', failed: 0, leftOut: 0, entries: tree.size });
  world.killSender();
  world.killReceiver();
  return end.renamed;
}

it.each(NAME_RULES.flatMap((rules) => [false, true].map((folds) => ({ rules, folds }))))(
  'any tree arrives whole under names of $rules, upper and lower case the same: $folds [S-FILE-1]',
  { timeout: LIMIT },
  async (given) => {
    await fc.assert(
      fc.asyncProperty(seeds.map(treeOf), async (tree) => {
        const disk = Object.assign(new CrashDisk(), given);
        const renamed = await arrive(new TransferWorld(new MemorySource(tree), disk), tree);
        const arrived = disk.contents();
        const own = new Set([...tree.keys()].map((path) => path.slice(1)));
        const isRenamed = [...arrived.keys()].some((path) => !own.has(path));
        expect([compare(tree, arrived, given), isRenamed]).toEqual([[], renamed > 0]);
      }),
      RUNS,
    );
  },
);

it('any tree arrives whole on the disk of this machine [S-FILE-1]', { timeout: LIMIT }, async () => {
  let number = 0;
  await fc.assert(
    fc.asyncProperty(seeds.map(treeOf), async (tree) => {
      number += 1;
      const inbox = join(directory, String(number));
      await arrive(new TransferWorld(new MemorySource(tree), createIncomingDisk(), inbox), tree);
      const rules = { rules: 'posix', folds: process.platform !== 'linux' } as const;
      expect(compare(tree, await treeIn(inbox), rules)).toEqual([]);
      await rm(inbox, { recursive: true });
    }),
    RUNS,
  );
});
