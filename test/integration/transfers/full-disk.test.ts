import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createIncomingDisk } from '#node/transfers/index.ts';
import { MemorySource } from '#test/support/transfers/memory-source.ts';
import { TransferWorld } from '#test/support/transfers/transfer-world.ts';

const LIMIT = 120_000;
const MIB = 1_048_576;
/** Size of the disk, of what others have on it, and of what is sent, bytes; and the same in files. */
const DISK = 32 * MIB;
const OTHERS = 20 * MIB;
const SENT = 16 * MIB;
const DISK_FILES = 1000;
const OTHER_FILES = 700;
const SENT_FILES = 600;

const canMount =
  process.platform === 'linux' && process.getuid?.() === 0 && spawnSync('mount', ['--version']).status === 0;
if (!canMount) process.stderr.write('no disk of its own can be mounted here: transfers to a full disk are not tried\n');

function mount(...words: string[]): void {
  const { status, stderr } = spawnSync('mount', words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

describe.runIf(canMount)('a disk that is full though it says that it has room, as with a quota', () => {
  let disk: string;
  let world: TransferWorld;

  beforeEach(async () => {
    disk = mkdtempSync(join(tmpdir(), 'clawreach-full-'));
    mount('-t', 'tmpfs', '-o', `size=${DISK},nr_inodes=${DISK_FILES},mode=0700`, 'tmpfs', disk);
    await mkdir(join(disk, 'others'));
  });
  afterEach(() => {
    world.killSender();
    world.killReceiver();
    spawnSync('umount', ['-l', disk]);
    rmSync(disk, { recursive: true, force: true });
  });

  const large = new Map<string, Uint8Array | null>([['/s', randomBytes(SENT)]]);
  const many = (bytes: number): ReadonlyMap<string, Uint8Array | null> =>
    new Map<string, Uint8Array | null>([
      ['/s', null],
      ...Array.from({ length: SENT_FILES }, (_, n): [string, Uint8Array] => [
        `/s/${n}`,
        randomBytes(Math.floor(bytes / SENT_FILES)),
      ]),
    ]);

  it.each([
    ['bytes for one file', large, 1, OTHERS],
    ['bytes for many files', many(SENT), 1, OTHERS],
    ['names for many files', many(0), OTHER_FILES, 0],
  ])(
    'pauses a transfer, which goes on by itself when there is room again: %s',
    { timeout: LIMIT },
    async (_what, tree, others, bytes) => {
      for (let number = 0; number < others; number += 1)
        await writeFile(join(disk, 'others', String(number)), new Uint8Array(bytes));
      const inbox = join(await realpath(disk), 'inbox');
      await mkdir(inbox);
      const incoming = createIncomingDisk();
      const roomy = { ...incoming, space: async () => ({ free: 1e12, size: 1e12 }) };
      world = new TransferWorld(new MemorySource(tree), roomy, inbox);
      world.startSender();
      world.startReceiver();
      const id = await world.send('/s');
      world.connect();
      for (const side of [world.sender, world.receiver])
        await expect.poll(() => side?.book.get(id), { timeout: LIMIT / 3 }).toMatchObject({ state: 'paused' });
      expect(world.receiver?.book.get(id)).toMatchObject({ code: 'file.no-space' });
      expect(await readdir(inbox)).toEqual(['.incoming']);
      await rm(join(disk, 'others'), { recursive: true });
      expect(await world.end(id, LIMIT / 3)).toMatchObject({ state: 'done', failed: 0, changed: 0 });
      const differing: string[] = [];
      for (const [path, bytes] of tree)
        if (bytes !== null && !(await readFile(join(inbox, path.slice(1)))).equals(bytes)) differing.push(path);
      expect(differing).toEqual([]);
    },
  );
});
