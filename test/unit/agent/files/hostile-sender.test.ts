import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createIncomingDisk } from '#node/transfers/index.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import {
  FREE_BYTES,
  isOver,
  OFFERS_PER_PEER,
  TRANSFERS_PER_PEER,
  type IncomingDisk,
  type ListEntry,
  type Offer,
} from '#shared/files/index.ts';
import { until } from '#test/support/e2e/until.ts';
import { FakeLink } from '#test/support/fake-link.ts';
import { codeOf } from '#test/support/rejections.ts';
import { MemorySource } from '#test/support/transfers/memory-source.ts';
import { entry, RawSender } from '#test/support/transfers/raw-sender.ts';
import { RECEIVER, SENDER, TransferWorld } from '#test/support/transfers/transfer-world.ts';

const LIMIT = 60_000;
const MIB = 1_048_576;

let directory: string;
let inbox: string;
let world: TransferWorld;

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'clawreach-hostile-')));
  inbox = join(directory, 'inbox');
  world = new TransferWorld(new MemorySource(new Map()), real, inbox);
  world.startSender();
  world.startReceiver();
  world.connect();
});
afterEach(async () => {
  world.killSender();
  world.killReceiver();
  await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});

const real = createIncomingDisk();

/** Lets the receiver work on another disk from here on. */
async function useDisk(given: Partial<IncomingDisk>): Promise<void> {
  world.killSender();
  world.killReceiver();
  world = new TransferWorld(new MemorySource(new Map()), { ...real, ...given }, inbox);
  world.startSender();
  world.startReceiver();
  world.connect();
}

const opened = async (id?: string): Promise<RawSender> => await RawSender.open(world.session, id);
const stateOf = (sender: RawSender) => world.receiver?.book.get(sender.id);

/** Returns roots of an offer; folders end with a slash. */
function shown(...names: readonly string[]): Offer['roots'] {
  return names.map((name) => ({ name: name.replace('/', ''), kind: name.endsWith('/') ? 'folder' : 'file' }));
}

/** Waits until the receiver has ended the transfer. */
async function ended(sender: RawSender) {
  return await until('the end', () => {
    const record = stateOf(sender);
    return record !== undefined && isOver(record.state) ? record : undefined;
  });
}

/** Sends small files as an honest sender does. @returns the last line of the receiver */
async function sendSmall(sender: RawSender, entries: readonly ListEntry[], bytes: Uint8Array) {
  await sender.begin(entries);
  for (const [n, one] of entries.entries())
    if (one.kind === 'file') {
      await sender.next('want');
      await sender.contents(n, bytes);
    }
  return await sender.next('done');
}

it('writes nothing outside of its folder, whatever the names are [S-FILE-1]', { timeout: LIMIT }, async () => {
  const names = ['..', '.', '../up', '/etc/passwd', 'a/../../b', 'nul\0byte', '..\\up', 'C:\\up', '\u202Egpj.exe', ' '];
  const sender = await opened();
  const bytes = new Uint8Array([1, 2, 3]);
  const done = await sendSmall(
    sender,
    names.map((name) => entry(name, { size: 3 })),
    bytes,
  );
  expect(done).toMatchObject({ files: names.length, failures: 0 });
  expect(done.renamed).toBeGreaterThanOrEqual(8);
  expect(await readdir(directory)).toEqual(['inbox']);
  const there = (await readdir(inbox)).filter((name) => name !== '.incoming');
  expect(there).toHaveLength(names.length);
  for (const name of there) expect(name).not.toMatch(/[/\\\0\u202e]|^\.{1,2}$/);
});

it('keeps names apart that clash after cleaning [S-FILE-1]', { timeout: LIMIT }, async () => {
  const sender = await opened();
  const entries = ['a/b', 'a\\b', 'a_b', 'e\u0301', '\u00e9'].map((name) => entry(name, { size: 1 }));
  await sendSmall(sender, entries, new Uint8Array([7]));
  expect((await readdir(inbox)).filter((name) => name !== '.incoming').toSorted()).toEqual(
    ['a_b', 'a_b (2)', 'a_b (3)', 'é', 'é (2)'].toSorted(),
  );
});

it('replaces nothing and hides nothing [S-FILE-2]', { timeout: LIMIT }, async () => {
  await mkdir(inbox, { recursive: true });
  await writeFile(join(inbox, 'report'), 'mine');
  await mkdir(join(inbox, 'folder'));
  await symlink('/nowhere', join(inbox, 'link'));
  const sender = await opened();
  const entries = [
    entry('report', { size: 2, exec: true }),
    entry('folder', { kind: 'folder' }),
    entry('link', { size: 2 }),
    entry('.bashrc', { size: 2 }),
  ];
  const done = await sendSmall(sender, entries, new Uint8Array([8, 8]));
  expect(done.names).toEqual(['report (2)', 'folder (2)', 'link (2)', '_bashrc']);
  expect(await readFile(join(inbox, 'report'), 'utf8')).toBe('mine');
  expect(await readdir(join(inbox, 'folder'))).toEqual([]);
});

it(
  'follows no link that is put in the place of a folder while files are written [S-FILE-1]',
  { timeout: LIMIT },
  async () => {
    const outside = join(directory, 'outside');
    await mkdir(outside);
    const sender = await opened();
    const entries = [
      entry('tree', { kind: 'folder' }),
      entry('one', { in: 0, size: MIB }),
      entry('two', { in: 0, size: MIB }),
    ];
    await sender.begin(entries);
    await sender.next('want');
    await sender.next('want');
    const tree = join(inbox, '.incoming', sender.id, 'tree', 'tree');
    await until('the folder', async () => await readdir(tree).catch(() => undefined));
    await rm(tree, { recursive: true });
    await symlink(outside, tree);
    await sender.contents(1, new Uint8Array(MIB)).catch(() => undefined);
    await sender.contents(2, new Uint8Array(MIB)).catch(() => undefined);
    await ended(sender);
    expect(await readdir(outside)).toEqual([]);
  },
);

it.each(['inbox', 'shared folder'] as const)(
  'writes nothing elsewhere while links take the place of folders again and again: %s [S-FILE-1]',
  { timeout: LIMIT },
  async (place) => {
    const [outside, photos] = [join(directory, 'outside'), join(directory, 'photos')];
    for (const path of [outside, inbox, join(photos, 'tree', 'sub')]) await mkdir(path, { recursive: true });
    world.shared.set('photos', photos);
    const isShared = place === 'shared folder';
    const into = { folder: 'photos', path: [], mode: 'replace' as const };
    const target = isShared ? photos : inbox;
    const entries = [
      entry('tree', { kind: 'folder' }),
      entry('sub', { in: 0, kind: 'folder' }),
      ...Array.from({ length: 40 }, (_, n) => entry(`file ${n}`, { in: 1, size: 3 })),
    ];
    const swap = async (folder: string, pause: number, over: AbortSignal): Promise<void> => {
      while (!over.aborted) {
        if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
        try {
          await rename(folder, `${folder}-kept`);
          await symlink(outside, folder);
          await rm(folder);
          await rename(`${folder}-kept`, folder);
        } catch {
          // It isn't there yet, or another one has its name by now.
          await rm(`${folder}-kept`, { recursive: true, force: true });
          await new Promise((resolve) => setImmediate(resolve));
        }
      }
    };
    // The links come ever slower. In the last turn none comes, and what they have left is gone: the guards refuse nothing else.
    const last = 15;
    let state: string | undefined;
    for (let turn = 0; turn <= last; turn += 1) {
      const id = turn.toString(16).padStart(32, '0');
      if (turn === last) await rm(join(target, 'tree'), { recursive: true, force: true });
      const sender = await opened(id);
      const places = [join(target, '.incoming', id, 'tree', 'tree', 'sub'), join(target, 'tree', 'sub')];
      const over = new AbortController();
      const swapping = turn === last ? null : Promise.all(places.map((one) => swap(one, turn, over.signal)));
      await sender.offer(entries, isShared ? { into } : {});
      await sender.next('take');
      await sender.list(entries);
      const sending = (async () => {
        for (
          let line = await sender.last();
          line?.type === 'want' || line?.type === 'progress';
          line = await sender.last()
        )
          if (line.type === 'want') await sender.contents(line.n, new Uint8Array(3)).catch(() => undefined);
      })();
      await ended(sender);
      over.abort();
      await Promise.all([swapping, sending]);
      expect(await readdir(outside)).toEqual([]);
      ({ state } = stateOf(sender) ?? {});
    }
    expect(state).toBe('done');
  },
);

it('writes to no file of others that is put in the place of a part [S-FILE-1]', { timeout: LIMIT }, async () => {
  const other = join(directory, 'other');
  await writeFile(other, 'precious');
  const sender = await opened();
  await sender.begin([entry('one', { size: MIB })]);
  await sender.next('want');
  const { link } = await import('node:fs/promises');
  await link(other, join(inbox, '.incoming', sender.id, 'tree', 'one'));
  await sender.contents(0, new Uint8Array(MIB)).catch(() => undefined);
  expect(await ended(sender)).toMatchObject({ state: 'failed', code: 'file.disk' });
  expect(await readFile(other, 'utf8')).toBe('precious');
});

it.each([
  ['more entries than it has offered', [entry('a'), entry('b')], { entries: 1, files: 1 }, 'file.too-many'],
  ['more bytes than it has offered', [entry('a', { size: 100 })], { bytes: 10 }, 'file.too-large'],
  ['fewer entries than it has offered', [entry('a')], { entries: 5 }, 'file.protocol'],
  ['another name than it has shown', [entry('a')], { roots: shown('b') }, 'file.protocol'],
  ['another kind than it has shown', [entry('a')], { roots: shown('a/') }, 'file.protocol'],
  [
    'more at the top than it has shown',
    [entry('a', { kind: 'folder' }), entry('b')],
    { roots: shown('a/'), top: 1 },
    'file.too-many',
  ],
  [
    'less at the top than it has shown',
    [entry('a', { kind: 'folder' }), entry('b', { in: 0 })],
    { roots: shown('a/', 'b'), top: 2 },
    'file.protocol',
  ],
  ['entries in no folder', [entry('a'), entry('b', { in: 3 })], {}, 'file.protocol'],
  ['entries in a file', [entry('a'), entry('b', { in: 0 })], {}, 'file.protocol'],
] as const)('is ended when it lists %s [S-FILE-3]', { timeout: LIMIT }, async (_what, entries, given, code) => {
  const sender = await opened();
  await sender.offer(entries, given);
  await sender.next('take');
  await sender.list(entries);
  expect(await sender.last()).toMatchObject({ type: 'refuse', code });
  expect(await ended(sender)).toMatchObject({ state: 'failed', code });
});

it.each([
  ['shows fewer names than there is room for', { top: 3 }],
  ['has too many files at the top', { top: 1025 }],
])('gets no answer for an offer that %s [S-FILE-3]', { timeout: LIMIT }, async (_what, given) => {
  const names = shown(...Array.from({ length: 16 }, (_, n) => String(n)));
  const sender = await opened();
  await sender.offer([entry('a')], { ...given, roots: given.top === 3 ? names.slice(0, 2) : names });
  expect(await sender.last()).toBeUndefined();
  expect(stateOf(sender)).toBeUndefined();
});

it.each([
  ['entries', { entries: 2, files: 2 }],
  ['files', { files: 0 }],
  ['bytes', { bytes: 4 }],
  ['names', { roots: shown('b') }],
  ['kinds', { roots: shown('a/') }],
  ['entries at the top', { entries: 2, top: 2, roots: shown('a', 'b') }],
])('does not go on with other %s than a person has accepted [S-FILE-6]', { timeout: LIMIT }, async (_what, given) => {
  let asked = 0;
  world.authorize = async () => {
    asked += 1;
    return undefined;
  };
  const accepted = await opened();
  await accepted.offer([entry('a', { size: 3 })]);
  await accepted.next('take');
  world.lose();
  await until('the loss', () => (stateOf(accepted)?.state === 'reconnecting' ? true : undefined));
  // The journal is gone, or there was none yet.
  await rm(join(inbox, '.incoming'), { recursive: true });
  world.connect();
  const other = await opened();
  await other.offer([entry('a', { size: 3 })], given);
  expect(await other.last()).toMatchObject({ type: 'refuse', code: 'file.protocol' });
  expect(stateOf(other)).toMatchObject({ state: 'failed', code: 'file.protocol' });
  expect(asked).toBe(1);
});

it.each([
  ['a terminal that it does not hold', { terminal: 'another' }, 'file.terminal'],
  ['a folder that is not shared', { folder: 'home', path: [], mode: 'new' as const }, 'file.not-shared'],
])('gets nothing into %s [S-FILE-11]', { timeout: LIMIT }, async (_where, into, code) => {
  const sender = await opened();
  await sender.offer([entry('a', { size: 3 })], { into });
  expect(await sender.last()).toMatchObject({ type: 'refuse', code });
  expect(stateOf(sender)).toBeUndefined();
});

it(
  'is told the folder of a terminal that it holds, also when it asks again, and no folder otherwise [S-FILE-11]',
  { timeout: LIMIT },
  async () => {
    const bytes = toUtf8('abc');
    const whole = async (sender: RawSender): Promise<unknown> => {
      await sender.next('take');
      await sender.list([entry('a', { size: 3 })]);
      await sender.next('want');
      await sender.contents(0, bytes);
      return await sender.next('done');
    };
    world.terminalFolder = join(directory, 'project');
    const into = { terminal: 'held' };
    const holder = await opened('aa'.repeat(16));
    await holder.offer([entry('a', { size: 3 })], { into });
    const told = { folder: world.terminalFolder, names: ['a'] };
    expect(await whole(holder)).toMatchObject(told);
    // Its link may have been lost with that line.
    const again = await opened('aa'.repeat(16));
    await again.offer([entry('a', { size: 3 })], { into });
    expect(await again.next('done')).toMatchObject(told);

    const plain = await opened();
    await plain.offer([entry('a', { size: 3 })]);
    await plain.next('take');
    world.lose();
    await until('the loss', () => (stateOf(plain)?.state === 'reconnecting' ? true : undefined));
    world.connect();
    const other = await opened();
    await other.offer([entry('a', { size: 3 })], { into });
    expect(await whole(other)).not.toHaveProperty('folder');
    expect(existsSync(join(inbox, 'a'))).toBe(true);
  },
);

it('nests folders only so deep [S-FILE-3]', { timeout: LIMIT }, async () => {
  const sender = await opened();
  const entries = Array.from({ length: 70 }, (_, n) => entry('d', { in: n - 1, kind: 'folder' }));
  await sender.offer(entries);
  await sender.next('take');
  await sender.list(entries);
  expect(await sender.last()).toMatchObject({ type: 'refuse', code: 'file.name' });
});

it('is ended when more comes than the size up to which no one is asked [S-FILE-3]', { timeout: LIMIT }, async () => {
  world.sizeLimit = 100;
  const sender = await opened();
  await sender.begin([entry('a', { size: 10 })]);
  await sender.next('want');
  await sender.contents(0, new Uint8Array(101), { size: 101 }).catch(() => undefined);
  expect(await ended(sender)).toMatchObject({ state: 'failed', code: 'file.too-large' });
  // A person has said yes to one that is larger than that.
  const asked = await opened('1'.repeat(32));
  await asked.begin([entry('b', { size: 200 })]);
  await asked.next('want');
  await asked.contents(0, new Uint8Array(250), { size: 250 });
  expect(await asked.next('done')).toMatchObject({ files: 1 });
});

it('is ended when more comes than a limit that was lowered meanwhile [S-FILE-3]', { timeout: LIMIT }, async () => {
  world.sizeLimit = 100;
  const sender = await opened();
  await sender.begin([entry('a', { size: 10 })]);
  await sender.next('want');
  world.sizeLimit = 50;
  await sender.contents(0, new Uint8Array(51), { size: 51 }).catch(() => undefined);
  expect(await ended(sender)).toMatchObject({ state: 'failed', code: 'file.too-large' });
});

it(
  'has one attempt at a time, however many streams name a transfer at once [S-FILE-3]',
  { timeout: LIMIT },
  async () => {
    let open = 0;
    let most = 0;
    await useDisk({
      open: async (...given) => {
        const folder = await real.open(...given);
        open += 1;
        most = Math.max(most, open);
        const close = folder.close.bind(folder);
        folder.close = async () => {
          open -= 1;
          await close();
        };
        return folder;
      },
    });
    const senders = await Promise.all(Array.from({ length: 5 }, async () => await opened()));
    await Promise.all(senders.map(async (sender) => await sender.offer([entry('a', { size: 3 })])));
    await until('an attempt', () => (open > 0 ? true : undefined));
    await new Promise((wait) => setTimeout(wait, 100));
    expect(most).toBe(1);
  },
);

it('is ended when a file grows far beyond what was offered [S-FILE-3]', { timeout: LIMIT }, async () => {
  const sender = await opened();
  await sender.begin([entry('a', { size: 10 })]);
  await sender.next('want');
  await sender.contents(0, new Uint8Array(10), { size: 17 * MIB + 10 }).catch(() => undefined);
  expect(await ended(sender)).toMatchObject({ state: 'failed', code: 'file.too-large' });
});

it.each([
  [
    'a file twice',
    async (sender: RawSender) =>
      await sender.contents(0, new Uint8Array(3)).then(async () => await sender.contents(0, new Uint8Array(3))),
  ],
  ['a file that was not listed', async (sender: RawSender) => await sender.contents(9, new Uint8Array(3))],
  [
    'the end of a file only',
    async (sender: RawSender) => await sender.contents(0, new Uint8Array(1), { size: 3, from: 2 }),
  ],
  ['more bytes than the size', async (sender: RawSender) => await sender.contents(0, new Uint8Array(300), { size: 3 })],
  [
    'fewer bytes than the size',
    async (sender: RawSender) => await sender.contents(0, new Uint8Array(3), { size: 300 }),
  ],
] as const)('is ended when it sends %s [S-FILE-4]', { timeout: LIMIT }, async (_what, attack) => {
  const sender = await opened();
  await sender.begin([entry('a', { size: 3 }), entry('b', { size: 3 })]);
  await sender.next('want');
  await attack(sender).catch(() => undefined);
  expect(await ended(sender)).toMatchObject({ state: 'failed', code: 'file.protocol' });
  expect((await readdir(inbox)).filter((name) => name !== '.incoming')).toEqual([]);
});

it('gets nothing into its place whose hash is wrong [S-FILE-4]', { timeout: LIMIT }, async () => {
  const sender = await opened();
  await sender.begin([entry('a', { size: 3 }), entry('b', { size: 3 })]);
  await sender.next('want');
  await sender.next('want');
  await sender.contents(1, new Uint8Array([1, 2, 3]));
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await sender.contents(0, new Uint8Array(3), { root: new Uint8Array(32) });
    const again = attempt < 2 ? await sender.next('want') : { n: 0, from: 0 };
    expect(again).toMatchObject({ n: 0, from: 0 });
  }
  expect(await sender.next('done')).toMatchObject({ files: 1, failed: [{ n: 0, code: 'file.damaged' }], names: ['b'] });
  expect((await readdir(inbox)).filter((name) => name !== '.incoming')).toEqual(['b']);
});

describe('a file in a folder', () => {
  const entries = [
    entry('tree', { kind: 'folder' }),
    entry('whole', { in: 0, size: 3 }),
    entry('broken', { in: 0, size: 3 * MIB }),
  ];
  const whole = async (sender: RawSender): Promise<void> => void (await sender.contents(1, new Uint8Array([1, 2, 3])));
  const begun = async (): Promise<RawSender> => {
    const sender = await opened();
    await sender.begin(entries);
    await sender.next('want');
    await sender.next('want');
    return sender;
  };
  /** Sends a part of the file, and waits until it is on the disk there. @returns its stream */
  const sendPart = async (sender: RawSender) => {
    const part = sender.openContents(2, { size: 3 * MIB });
    await part.opened;
    await part.write(new Uint8Array(2 * MIB).fill(9));
    const path = join(inbox, '.incoming', sender.id, 'tree', 'tree', 'broken');
    await until('the part', async () =>
      (await stat(path).catch(() => undefined))?.size === 2 * MIB ? true : undefined,
    );
    return part;
  };
  /** Waits for the end. @returns what the receiver says, and what is in the folder */
  const endOf = async (sender: RawSender) => ({
    ...(await sender.next('done')),
    there: await readdir(join(inbox, 'tree')),
  });
  const wholeOnly = (code: string) => ({ files: 1, failed: [{ n: 2, code }], names: ['tree'], there: ['whole'] });

  it('is not there if it came damaged [S-FILE-4]', { timeout: LIMIT }, async () => {
    const sender = await begun();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await sender.contents(2, new Uint8Array(3 * MIB), { root: new Uint8Array(32) });
      if (attempt < 2) await sender.next('want');
    }
    await whole(sender);
    expect(await endOf(sender)).toMatchObject(wholeOnly('file.damaged'));
  });

  it('is not there if the sender gives it up in its middle [S-FILE-4]', { timeout: LIMIT }, async () => {
    const sender = await begun();
    const part = await sendPart(sender);
    part.reset(0);
    await sender.say({ type: 'lost', n: 2, code: 'file.busy' });
    await whole(sender);
    expect(await endOf(sender)).toMatchObject(wholeOnly('file.busy'));
  });

  it('is not there if the sender gives it up and sends on [S-FILE-4]', { timeout: LIMIT }, async () => {
    const sender = await begun();
    await whole(sender);
    const part = await sendPart(sender);
    await sender.say({ type: 'lost', n: 2, code: 'file.busy' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    // The folder waits for the end of what is written into it.
    expect(await readdir(inbox)).toEqual(['.incoming']);
    await part.write(new Uint8Array(MIB).fill(9));
    part.reset(0);
    expect(await endOf(sender)).toMatchObject(wholeOnly('file.busy'));
  });

  it(
    'is not there, nor asked for again, if it was given up in an earlier attempt [S-FILE-4]',
    { timeout: LIMIT },
    async () => {
      const sender = await begun();
      const part = await sendPart(sender);
      await sender.say({ type: 'lost', n: 2, code: 'file.busy' });
      await part.write(new Uint8Array(1000));
      world.lose();
      await until('the loss', () => (stateOf(sender)?.state === 'reconnecting' ? true : undefined));
      world.killReceiver();
      world.startReceiver();
      world.connect();
      const again = await opened();
      await again.offer(entries);
      expect(await again.next('take')).toMatchObject({ have: 3 });
      await again.list([], entries);
      expect(await again.next('want')).toMatchObject({ n: 1 });
      await whole(again);
      expect(await endOf(again)).toMatchObject(wholeOnly('file.busy'));
    },
  );
});

it('sends no contents for a transfer that is not its own or not under way [S-FILE-4]', { timeout: LIMIT }, async () => {
  const sender = await opened();
  await sender.begin([entry('a', { size: 3 })]);
  await sender.next('want');
  await expect(sender.contents(0, new Uint8Array(3), { transfer: 'cd'.repeat(16) })).rejects.toMatchObject({
    code: 'link.refused',
  });
});

it('gets nowhere with the ID of a transfer of another machine [S-FILE-6]', { timeout: LIMIT }, async () => {
  const mine = await opened();
  await mine.begin([entry('a', { size: 3 })]);
  await mine.next('want');
  const { transfers } = world.receiver ?? {};
  const other = new FakeLink((stream) => {
    if (stream.kind === 'file') transfers?.serveContents(stream, RECEIVER);
    else void transfers?.serve(stream, { peerId: RECEIVER, name: 'other', authorize: async () => undefined });
  });
  const intruder = await RawSender.open(other.session);
  await intruder.offer([entry('a', { size: 3 })]);
  expect(await intruder.last()).toMatchObject({ type: 'refuse', code: 'file.refused' });
  expect(await codeOf(() => intruder.contents(0, new Uint8Array([6, 6, 6])))).toBe('link.refused');
  await mine.contents(0, new Uint8Array([1, 2, 3]));
  await mine.next('done');
  expect([...(await readFile(join(inbox, 'a')))]).toEqual([1, 2, 3]);
});

it('gets a cancelled transfer nowhere any more [S-FILE-7]', { timeout: LIMIT }, async () => {
  const sender = await opened();
  await sender.begin([entry('a', { size: MIB })]);
  await sender.next('want');
  await world.receiver?.transfers.cancel(sender.id);
  expect(await sender.next('cancel')).toBeDefined();
  await until('no parts', async () =>
    (await readdir(join(inbox, '.incoming')).catch(() => [])).length === 0 ? true : undefined,
  );
  world.killReceiver();
  world.startReceiver();
  world.connect();
  const again = await opened();
  await again.offer([entry('a', { size: MIB })]);
  expect(await again.last()).toMatchObject({ type: 'cancel' });
  expect(await readdir(join(inbox, '.incoming')).catch(() => [])).toEqual([]);
});

describe('a transfer that was cancelled here stays cancelled', () => {
  /** Cancels a transfer, and waits until its stream has ended. @returns what is known of it then */
  const cancelled = async (sender: RawSender, meanwhile: () => Promise<void> | void) => {
    const cancelling = world.receiver?.transfers.cancel(sender.id);
    await meanwhile();
    await cancelling;
    await until('the end of the stream', async () => ((await sender.last()) === undefined ? true : undefined));
    return stateOf(sender);
  };

  it.each(['go', 'pause'] as const)(
    'though its sender says "%s" at that moment [S-FILE-7]',
    { timeout: LIMIT },
    async (type) => {
      const sender = await opened();
      await sender.begin([entry('a', { size: 3 })]);
      await sender.next('want');
      const over = await cancelled(sender, async () => await sender.say({ type }));
      expect(over).toMatchObject({ state: 'cancelled', code: 'file.cancelled' });
    },
  );

  it('though the disk is found to be full at that moment [S-FILE-7]', { timeout: LIMIT }, async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let looks = 0;
    await useDisk({
      space: async (folder) => {
        looks += 1;
        if (looks === 1) return await real.space(folder);
        await promise;
        return { free: 0, size: 0 };
      },
    });
    const sender = await opened();
    await sender.begin([entry('a', { size: 3 })]);
    await until('the look at the disk', () => (looks > 1 ? true : undefined));
    expect(await cancelled(sender, () => resolve())).toMatchObject({ state: 'cancelled', code: 'file.cancelled' });
  });

  it('though it is offered again before its attempt has ended [S-FILE-7]', { timeout: LIMIT }, async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let isClosing = false;
    await useDisk({
      open: async (...given) => {
        const folder = await real.open(...given);
        const close = folder.close.bind(folder);
        folder.close = async () => {
          isClosing = true;
          await promise;
          await close();
        };
        return folder;
      },
    });
    const entries = [entry('a', { size: 3 })];
    const sender = await opened();
    await sender.begin(entries);
    await sender.next('want');
    const again = await opened();
    await again.offer(entries);
    await until('the end of the attempt', () => (isClosing ? true : undefined));
    const cancelling = world.receiver?.transfers.cancel(sender.id);
    resolve();
    expect(await again.last()).toMatchObject({ type: 'cancel' });
    await cancelling;
    expect(stateOf(sender)).toMatchObject({ state: 'cancelled' });
  });
});

describe('a transfer that is ended while it is put into its place', () => {
  it.each([
    [
      'by a person',
      async (sender: RawSender): Promise<void> => void world.receiver?.transfers.cancel(sender.id),
      'cancelled',
    ],
    ['by its sender', async (sender: RawSender) => await sender.say({ type: 'cancel' }), 'cancelled'],
    ['with the right', async (): Promise<void> => world.receiver?.transfers.revoke(SENDER, () => true), 'refused'],
  ] as const)(
    'puts nothing more there, and tells what is: %s [S-FILE-7]',
    { timeout: LIMIT },
    async (_who, end, state) => {
      const onPlaced = async (): Promise<void> => {
        await end(sender);
        await new Promise((resolve) => setTimeout(resolve, 100));
      };
      await useDisk({
        open: async (...given) => {
          const folder = await real.open(...given);
          const place = folder.place.bind(folder);
          folder.place = async (name, ...others): Promise<boolean> => {
            const isPlaced = await place(name, ...others);
            if (name === 'b') await onPlaced();
            return isPlaced;
          };
          return folder;
        },
      });
      const sender = await opened();
      const entries = ['a', 'b', 'c'].map((name) => entry(name, { size: 3 }));
      await sender.begin(entries);
      for (const n of entries.keys()) {
        await sender.next('want');
        await sender.contents(n, new Uint8Array(3));
      }
      expect(await ended(sender)).toMatchObject({ state });
      // The folder of parts goes with the last of them.
      await until('the end of the parts', () => (existsSync(join(inbox, '.incoming')) ? undefined : true));
      expect((await readdir(inbox)).toSorted()).toEqual(['a', 'b']);
      expect(stateOf(sender)).toMatchObject({ state, filesDone: 2, bytesDone: 6 });
      // So also after a restart.
      world.killReceiver();
      world.startReceiver();
      expect(stateOf(sender)).toMatchObject({ state, filesDone: 2, bytesDone: 6 });
    },
  );
});

it('keeps its parts if it comes back while old parts are removed', { timeout: LIMIT }, async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let isHeld = false;
  let isLooking = false;
  await useDisk({
    left: async (folder) => (await real.left(folder)).map((part) => ({ ...part, changedAt: 0 })),
    space: async (folder) => {
      isLooking = true;
      if (isHeld) await promise;
      return await real.space(folder);
    },
  });
  const sender = await opened();
  const entries = [entry('a', { size: 3 })];
  await sender.begin(entries);
  await sender.next('want');
  world.lose();
  await until('the loss', () => (stateOf(sender)?.state === 'reconnecting' ? true : undefined));
  isHeld = true;
  isLooking = false;
  const tidying = world.receiver?.transfers.tidy(inbox);
  await until('the look at the space', () => (isLooking ? true : undefined));
  isHeld = false;
  world.connect();
  const again = await opened();
  await again.offer(entries);
  await again.next('take');
  resolve();
  await tidying;
  await again.list([], entries);
  await again.next('want');
  await again.contents(0, new Uint8Array(3));
  await again.next('done');
  expect(stateOf(again)).toMatchObject({ state: 'done' });
});

it('is stopped within a second when it loses the right [S-FILE-6]', { timeout: LIMIT }, async () => {
  const sender = await opened();
  await sender.begin([entry('a', { size: 64 * MIB })]);
  await sender.next('want');
  const sending = sender.contents(0, new Uint8Array(64 * MIB)).catch(() => undefined);
  await until('some bytes', () => ((stateOf(sender)?.bytesDone ?? 0) > 0 ? true : undefined));
  const before = performance.now();
  world.mayOffer = false;
  world.receiver?.transfers.revoke(SENDER, () => true);
  const last = [];
  for (let line = await sender.last(); line !== undefined; line = await sender.last()) last.push(line);
  expect(performance.now() - before).toBeLessThan(1000);
  expect(last.at(-1)).toMatchObject({ type: 'refuse', code: 'rights.denied' });
  await sending;
  expect(stateOf(sender)).toMatchObject({ state: 'refused' });
  world.killReceiver();
  world.startReceiver();
  world.connect();
  const again = await opened();
  await again.offer([entry('a', { size: 3 })]);
  expect(await again.last()).toMatchObject({ type: 'refuse', code: 'rights.denied' });
});

it(
  'is asked about once for each transfer, and never begins one that was declined [S-FILE-6]',
  { timeout: LIMIT },
  async () => {
    let asked = 0;
    world.authorize = async (_describe, _signal, onWaiting) => {
      asked += 1;
      onWaiting();
      return asked === 1 ? { code: 'rights.denied' } : undefined;
    };
    const declined = await opened();
    await declined.offer([entry('a', { size: 3 })]);
    await declined.next('ask');
    expect(await declined.last()).toMatchObject({ type: 'refuse', code: 'rights.denied' });
    const accepted = await opened('cd'.repeat(16));
    await accepted.offer([entry('a', { size: 3 })]);
    await accepted.next('ask');
    await accepted.next('take');
    world.lose();
    world.connect();
    const resumed = await opened('cd'.repeat(16));
    await resumed.offer([entry('a', { size: 3 })]);
    await resumed.next('take');
    expect(asked).toBe(2);
  },
);

it('does not go on with a transfer after it has lost the right meanwhile [S-FILE-6]', { timeout: LIMIT }, async () => {
  const accepted = await opened();
  await accepted.begin([entry('a', { size: 3 })]);
  world.lose();
  await until('the loss', () => (stateOf(accepted)?.state === 'reconnecting' ? true : undefined));
  world.mayOffer = false;
  world.connect();
  const again = await opened();
  await again.offer([entry('a', { size: 3 })]);
  expect(await again.last()).toMatchObject({ type: 'refuse', code: 'rights.denied' });
});

it('has only so many transfers open [S-FILE-3]', { timeout: LIMIT }, async () => {
  world.authorize = async () => await new Promise(() => undefined);
  for (let number = 0; number < 16; number += 1) {
    const one = await opened(number.toString(16).padStart(32, '0'));
    await one.offer([entry('a')]);
  }
  await expect(opened('f'.repeat(32))).rejects.toMatchObject({ details: { code: 'file.offers' } });
});

it.each([
  ['of its own', SENDER, 256],
  ['of others', RECEIVER, 1024],
])(
  'begins only so many transfers that it does not end, %s [S-FILE-3]',
  { timeout: LIMIT },
  async (_whose, peer, most) => {
    let asked = 0;
    world.authorize = async () => {
      asked += 1;
      return undefined;
    };
    const first = await opened();
    await first.offer([entry('a')]);
    await first.next('take');
    const record = stateOf(first);
    if (record === undefined) throw new Error('no transfer');
    world.killReceiver();
    const book = JSON.parse(world.receiverBook.text ?? '') as { data: { transfers: unknown[] } };
    for (let number = peer === SENDER ? 1 : 0; number < most; number += 1)
      book.data.transfers.push({ ...record, id: number.toString(16).padStart(32, '0'), peer });
    world.receiverBook.text = JSON.stringify(book);
    world.startReceiver();
    world.connect();
    const more = await opened('f'.repeat(32));
    await more.offer([entry('a')]);
    expect(await more.last()).toMatchObject({ type: 'refuse', code: 'file.offers' });
    expect(stateOf(more)).toBeUndefined();
    expect(asked).toBe(1);
  },
);

it('has only so many lists read at a time, however many it offers at once [S-FILE-3]', { timeout: LIMIT }, async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let opening = 0;
  let opened = 0;
  await useDisk({
    open: async (...given) => {
      opening += 1;
      await promise;
      const folder = await real.open(...given);
      opened += 1;
      return folder;
    },
  });
  for (let number = 0; number < OFFERS_PER_PEER; number += 1) {
    const sender = await RawSender.open(world.session, number.toString(16).padStart(32, '0'));
    await sender.offer([entry('a', { size: 3 })]);
  }
  await until('the turns', () => (opening === TRANSFERS_PER_PEER ? true : undefined));
  await new Promise((wait) => setTimeout(wait, 50));
  expect(opening).toBe(TRANSFERS_PER_PEER);
  resolve();
  // Nothing comes into the folder while it is removed.
  await until('the disk', () => (opened === TRANSFERS_PER_PEER ? true : undefined));
});

it('is asked to come again while its lists take up too much memory [S-FILE-3]', { timeout: LIMIT }, async () => {
  world.killSender();
  world.killReceiver();
  world.lists = { ofPeer: 20_000, all: 100_000 };
  world.startSender();
  world.startReceiver();
  world.connect();
  const entries = Array.from({ length: 100 }, (_, number) => entry(`${number}`.padStart(100, 'x'), { size: 1 }));
  const first = await opened('1'.repeat(32));
  await first.begin(entries);
  await first.next('want');
  const second = await opened('2'.repeat(32));
  await second.offer(entries);
  await second.next('take');
  await second.list(entries);
  expect(await second.next('refuse')).toMatchObject({ code: 'file.offers' });
  expect(stateOf(second)).toMatchObject({ state: 'reconnecting' });
  await first.say({ type: 'cancel' });
  await ended(first);
  const again = await opened('2'.repeat(32));
  await again.begin(entries);
  await again.next('want');
});

it.runIf(process.platform === 'linux')(
  'learns nothing of a disk to which a link in a shared folder leads [S-FILE-12]',
  { timeout: LIMIT },
  async () => {
    const photos = join(directory, 'photos');
    await mkdir(photos);
    await symlink('/proc', join(photos, 'link'));
    world.shared.set('photos', photos);
    expect(await real.space('/proc')).toEqual({ free: 0, size: 0 });
    for (const [name, path] of [
      ['1', ['link']],
      ['2', ['missing']],
    ] as const) {
      let free: string | undefined;
      world.authorize = async (describe) => {
        free = describe().facts?.find(({ fact }) => fact === 'free')?.value;
        return { code: 'rights.denied' };
      };
      const sender = await opened(name.repeat(32));
      await sender.offer([entry('a', { size: 3 })], { into: { folder: 'photos', path: [...path], mode: 'new' } });
      // The person is asked, as for any other folder.
      expect(await sender.next('refuse')).toMatchObject({ code: 'rights.denied' });
      expect(free).toMatch(/^[1-9]/);
    }
  },
);

it(
  'takes up no memory with a list that it sends when its attempt has ended [S-FILE-3]',
  { timeout: LIMIT },
  async () => {
    world.killReceiver();
    world.lists = { ofPeer: 20_000, all: 100_000 };
    world.startReceiver();
    world.connect();
    const { transfers } = world.receiver ?? {};
    const caller = { peerId: SENDER, name: 'sender', authorize: async () => undefined };
    const slow = new FakeLink((stream) => {
      const accept = stream.accept.bind(stream);
      // The sender doesn't acknowledge the end.
      stream.accept = (answer) =>
        Object.assign(accept(answer), { end: async () => await new Promise(() => undefined) });
      void transfers?.serve(stream, caller);
    });
    const entries = Array.from({ length: 100 }, (_, number) => entry(`${number}`.padStart(100, 'x'), { size: 1 }));
    const first = await RawSender.open(slow.session, '1'.repeat(32));
    await first.offer(entries);
    await first.next('take');
    const cancelling = transfers?.cancel(first.id);
    while (transfers?.isActive(first.id) === true) await new Promise((resolve) => setImmediate(resolve));
    await first.list(entries);
    await cancelling;
    const second = await opened('2'.repeat(32));
    await second.begin(entries);
    expect(await second.next('want')).toMatchObject({ n: 0 });
  },
);

describe('a smaller disk below a shared folder', () => {
  let small: string;

  beforeEach(async () => {
    small = join(directory, 'photos', 'small');
    await mkdir(small, { recursive: true });
  });

  const into: Offer['into'] = { folder: 'photos', path: ['small'], mode: 'new' };

  /** A disk on which the folder has so many bytes left, and everything else much. */
  async function withFree(free: () => number): Promise<void> {
    await useDisk({
      space: async (folder, below = []) =>
        (await realpath(join(folder, ...below))) === small
          ? { free: FREE_BYTES + free(), size: FREE_BYTES }
          : { free: 1e15, size: FREE_BYTES },
    });
    world.shared.set('photos', join(directory, 'photos'));
  }

  it('takes no more than it has room for [S-FILE-3]', { timeout: LIMIT }, async () => {
    await withFree(() => 1000);
    const sender = await opened();
    await sender.offer([entry('a', { size: 1001 })], { into });
    expect(await sender.next('refuse')).toMatchObject({ code: 'file.no-space' });
  });

  it('is watched while files come [S-FILE-3]', { timeout: LIMIT }, async () => {
    let free = 100_000;
    await withFree(() => free);
    const sender = await opened();
    const entries = [entry('a', { size: 1000 })];
    await sender.offer(entries, { into });
    await sender.next('take');
    free = 0;
    await sender.list(entries);
    expect(await sender.next('pause')).toMatchObject({ code: 'file.no-space' });
    free = 100_000;
    await sender.next('go');
  });
});

it(
  'fails with a clear code once the folder into which it goes was renamed, and leaves nothing',
  { timeout: LIMIT },
  async () => {
    const photos = join(directory, 'photos');
    await mkdir(join(photos, 'new'), { recursive: true });
    await useDisk({ left: async (folder) => (await real.left(folder)).map((part) => ({ ...part, changedAt: 0 })) });
    world.shared.set('photos', photos);
    const into: Offer['into'] = { folder: 'photos', path: ['new'], mode: 'new' };
    const entries = [entry('a', { size: 3 })];
    const sender = await opened();
    await sender.offer(entries, { into });
    await sender.next('take');
    await sender.list(entries);
    await sender.next('want');
    world.lose();
    await rename(join(photos, 'new'), join(photos, 'newer'));
    world.connect();
    const again = await opened();
    await again.offer(entries, { into });
    expect(await again.next('refuse')).toMatchObject({ code: 'file.missing' });
    expect(stateOf(again)).toMatchObject({ state: 'failed', code: 'file.missing' });
    // What was renamed has taken nothing along.
    expect(await readdir(join(photos, 'newer'))).toEqual([]);
    expect(await readdir(join(photos, '.incoming'))).toEqual([sender.id]);
    await until('the end of the stream', () =>
      world.receiver?.transfers.isActive(sender.id) === true ? undefined : true,
    );
    await world.receiver?.transfers.tidy(photos);
    expect(await readdir(photos)).toEqual(['newer']);
  },
);
