import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FolderShelf } from '#agent/files/folders/folder-shelf.ts';
import { Tidying } from '#agent/files/tidying.ts';
import { TransferBook } from '#agent/files/transfer-book.ts';
import { createIncomingDisk, ServedFolder } from '#node/transfers/index.ts';
import { MOST_HIDDEN_FOLDERS, PARTS_LIFE, HIDDEN_FOLDER_LIFE, TRASH_LIFE } from '#shared/files/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';

const ID = 'ab'.repeat(16);
const disk = createIncomingDisk();

let directory: string;
let root: string;
let clock: FakeClock;
let file: MemoryDocumentFile;
let book: TransferBook;
let shelf: FolderShelf;
let shared: string[];
let tidying: Tidying;

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'clawreach-tidying-')));
  root = join(directory, 'shares', 'photos');
  await mkdir(root, { recursive: true });
  clock = new FakeClock();
  file = new MemoryDocumentFile();
  shared = [root];
  open();
});
afterEach(async () => {
  tidying.close();
  shelf.close();
  await rm(directory, { recursive: true, force: true });
});

/** Begins as after a start of the agent. */
function open(): void {
  book = new TransferBook({
    file,
    clock,
    logger: silentLogger,
    onChange: () => undefined,
    onRemembered: () => undefined,
  });
  shelf = new FolderShelf({ clock, privateFolders: [] });
  tidying = new Tidying({
    book,
    disk,
    shelf,
    clock,
    logger: silentLogger,
    shared: () => shared,
    tidyParts: async (folder) => {
      for (const { id, changedAt } of await disk.left(folder))
        if (clock.now() - changedAt > PARTS_LIFE) await disk.remove(folder, id);
    },
  });
}

/** Removes a file as a peer does. */
async function trash(name: string): Promise<void> {
  await writeFile(join(root, name), name);
  await shelf.use(root, async (served) => {
    book.noteHidden({ path: root, identity: await served.identity(), has: 'trash' });
    await served.remove([name], clock.now());
  });
}

const trashed = async (folder = root): Promise<number> => (await readdir(join(folder, '.clawreach-trash'))).length;

it('the trash of a folder that is no longer shared is emptied after a week, and not before [S-FILE-13]', async () => {
  await trash('a');
  await clock.advance(TRASH_LIFE / 2);
  await trash('b');
  shared = [];
  open();
  await clock.advance(TRASH_LIFE / 2);
  await tidying.tidy();
  expect(await trashed()).toBe(2);
  await clock.advance(1);
  await tidying.tidy();
  expect(await trashed()).toBe(1);
  expect(book.hidden()).toHaveLength(1);
  await clock.advance(TRASH_LIFE / 2);
  await tidying.tidy();
  expect(await trashed()).toBe(0);
  // Nothing more is looked for there.
  expect(book.hidden()).toEqual([]);
  open();
  expect(book.hidden()).toEqual([]);
});

it('a trash that earlier versions have filled is known when the folder is no longer shared [S-FILE-13]', async () => {
  await writeFile(join(root, 'old'), 'old');
  const served = await ServedFolder.open(root, []);
  await served.remove(['old'], clock.now());
  await served.close();
  await tidying.tidy();
  shared = [];
  await clock.advance(TRASH_LIFE + 1);
  await tidying.tidy();
  expect(await trashed()).toBe(0);
});

it('a trash is emptied also where its folder was renamed [S-FILE-13]', async () => {
  await trash('a');
  shared = [];
  const renamed = join(directory, 'shares', 'pictures');
  await rename(root, renamed);
  // Another folder takes its place.
  await mkdir(root);
  await writeFile(join(root, 'mine'), 'mine');
  await clock.advance(TRASH_LIFE + 1);
  await tidying.tidy();
  expect(await trashed(renamed)).toBe(0);
  expect(await readdir(root)).toEqual(['mine']);
  expect(book.hidden()).toEqual([]);
});

it('what a person has put into a trash stays, and a folder that is not found is forgotten after a time only', async () => {
  await trash('a');
  await mkdir(join(root, '.clawreach-trash', 'mine'));
  shared = [];
  await clock.advance(TRASH_LIFE + 1);
  await tidying.tidy();
  expect(await readdir(join(root, '.clawreach-trash'))).toEqual(['mine']);
  await trash('b');
  await rename(root, join(directory, 'elsewhere'));
  await clock.advance(HIDDEN_FOLDER_LIFE);
  await tidying.tidy();
  expect(book.hidden()).toHaveLength(1);
  await clock.advance(1);
  await tidying.tidy();
  expect(book.hidden()).toEqual([]);
});

it('hidden parts are removed after their time, also where the folder was renamed and is no longer shared', async () => {
  await mkdir(join(root, 'new'));
  const folder = await disk.openShared({ root, path: ['new'], mode: 'new' }, ID);
  const { home, identity } = folder;
  // At the top, so that a folder that is renamed below it takes nothing along.
  expect(home).toBe(root);
  await folder.journal.load(() => undefined);
  await folder.close();
  book.noteHidden({ path: home, identity, has: 'parts' });
  await rename(join(root, 'new'), join(root, 'newer'));
  const renamed = join(directory, 'shares', 'pictures');
  await rename(root, renamed);
  shared = [];
  expect(existsSync(join(renamed, '.incoming', ID))).toBe(true);
  await clock.advance(Date.now() - clock.now() + 1000);
  await tidying.tidy();
  expect(existsSync(join(renamed, '.incoming', ID))).toBe(true);
  await clock.advance(PARTS_LIFE);
  await tidying.tidy();
  expect(existsSync(join(renamed, '.incoming'))).toBe(false);
  expect(book.hidden()).toEqual([]);
});

it('only so many folders are kept, the newest ones [S-FILE-3]', () => {
  for (let number = 0; number < MOST_HIDDEN_FOLDERS + 5; number += 1)
    book.noteHidden({ path: `/shares/${number}`, identity: `1:${number}`, has: 'trash' });
  // Known ones aren't written again.
  const written = file.text;
  book.noteHidden({ path: `/shares/${MOST_HIDDEN_FOLDERS}`, identity: `1:${MOST_HIDDEN_FOLDERS}`, has: 'trash' });
  expect(file.text).toBe(written);
  expect(book.hidden()).toHaveLength(MOST_HIDDEN_FOLDERS);
  expect(book.hidden()[0]).toMatchObject({ path: '/shares/5' });
});
