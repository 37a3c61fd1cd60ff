import { constants } from 'node:fs';
import { mkdir, mkdtemp, open, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSourceDisk } from '#node/transfers/index.ts';
import { FILES_LINE_BYTES, parseSenderLine, type SenderLine, type SourceEntry } from '#shared/files/index.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import { LineReader } from '#shared/lines.ts';
import type { IncomingStream, LinkStream } from '#shared/link/index.ts';
import { FakeLink } from '#test/support/fake-link.ts';
import { CrashDisk } from '#test/support/transfers/crash-disk.ts';
import { until } from '#test/support/e2e/until.ts';
import { MemorySource } from '#test/support/transfers/memory-source.ts';
import { RECEIVER, SENDER, TransferWorld } from '#test/support/transfers/transfer-world.ts';

const LIMIT = 60_000;
const MIB = 1_048_576;

let source: MemorySource;
let disk: CrashDisk;
let world: TransferWorld;

beforeEach(() => {
  source = new MemorySource(
    new Map<string, Uint8Array | null>([
      ['/s/a', new Uint8Array(3 * MIB).fill(1)],
      ['/s/b', new Uint8Array(100).fill(2)],
    ]),
  );
  disk = new CrashDisk();
  world = new TransferWorld(source, disk);
  world.startSender();
  world.startReceiver();
});
afterEach(() => {
  world.killSender();
  world.killReceiver();
});

const record = (id: string) => world.sender?.book.get(id);

describe('a file that changes', () => {
  it('is sent with its new contents, and told', { timeout: LIMIT }, async () => {
    const id = await world.send('/s/a', '/s/b');
    source.change('/s/a', new Uint8Array(2 * MIB).fill(9));
    source.change('/s/b', new Uint8Array(70).fill(9));
    world.connect();
    expect(await world.end(id)).toMatchObject({ state: 'done', changed: 2, failed: 0 });
    expect(disk.contents().get('a')).toEqual(new Uint8Array(2 * MIB).fill(9));
    expect(disk.contents().get('b')).toEqual(new Uint8Array(70).fill(9));
  });

  it('while it is read is sent again, and given up if it does not stop', { timeout: LIMIT }, async () => {
    let changes = 0;
    source.onOperation = () => {
      changes += 1;
      if (changes > 2) source.change('/s/a', new Uint8Array(3 * MIB).fill(changes));
    };
    const id = await world.send('/s/a', '/s/b');
    world.connect();
    expect(await world.end(id)).toMatchObject({
      state: 'partly',
      failed: 1,
      failures: [{ path: 'a', code: 'file.busy' }],
    });
    expect([...disk.contents().keys()]).toEqual(['b']);
  });

  it('between two attempts begins again', { timeout: LIMIT }, async () => {
    const id = await world.send('/s/a');
    let writes = 0;
    disk.onOperation = () => {
      writes += 1;
      if (writes === 12) world.lose();
    };
    world.connect();
    const mixed = new Uint8Array(3 * MIB).fill(1);
    mixed[5] = 77;
    source.change('/s/a', mixed);
    await until('the loss', () => (world.session === undefined ? true : undefined));
    world.connect();
    expect(await world.end(id)).toMatchObject({ state: 'done' });
    expect(disk.contents().get('a')).toEqual(mixed);
  });

  it('and is gone is missing there', { timeout: LIMIT }, async () => {
    const id = await world.send('/s/a', '/s/b');
    source.tree.delete('/s/b');
    world.connect();
    expect(await world.end(id)).toMatchObject({ state: 'partly', failures: [{ path: 'b', code: 'file.gone' }] });
  });
});

describe('a person', () => {
  it('pauses and continues a transfer, also across a restart', { timeout: LIMIT }, async () => {
    const id = await world.send('/s/a');
    world.sender?.transfers.pause(id);
    world.connect();
    world.killSender();
    world.startSender();
    world.connect();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(record(id)).toMatchObject({ state: 'paused', bytesDone: 0 });
    const now = record(id);
    if (now !== undefined) world.sender?.transfers.go(now);
    expect(await world.end(id)).toMatchObject({ state: 'done' });
  });

  it('at the receiver pauses and continues it', { timeout: LIMIT }, async () => {
    const id = await world.send('/s/a');
    await expect.poll(() => record(id)?.entries).toBe(1);
    world.receiver?.book.add({
      ...(record(id) ?? never()),
      peer: SENDER,
      direction: 'in',
      folder: '/inbox',
      roots: undefined,
    });
    world.receiver?.transfers.pause(id);
    world.connect();
    await expect.poll(() => record(id)?.state).toBe('paused');
    expect(disk.contents().size).toBe(0);
    world.receiver?.transfers.go(id);
    expect(await world.end(id)).toMatchObject({ state: 'done' });
  });

  it.each([
    ['waits', () => undefined],
    ['waits for a person', () => (world.authorize = async () => await new Promise(() => undefined))],
  ])('cancels for good a transfer that %s [S-FILE-7]', { timeout: LIMIT }, async (_when, prepare) => {
    prepare();
    const id = await world.send('/s/a');
    await world.sender?.transfers.cancel(id);
    world.connect();
    world.killSender();
    world.startSender();
    world.connect();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(record(id)).toMatchObject({ state: 'cancelled' });
    const now = record(id);
    if (now !== undefined) world.sender?.transfers.go(now);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(record(id)).toMatchObject({ state: 'cancelled' });
    expect(disk.contents().size).toBe(0);
  });

  it.each([
    ['', () => undefined],
    [
      ', also after a restart',
      () => {
        world.killSender();
        world.startSender();
      },
    ],
  ])(
    'who cancels while the other end is away ends it there as well%s [S-FILE-7]',
    { timeout: LIMIT },
    async (_when, restart) => {
      const id = await world.send('/s/a');
      let writes = 0;
      disk.onOperation = () => {
        writes += 1;
        if (writes === 8) world.lose();
      };
      world.connect();
      await expect.poll(() => world.receiver?.book.get(id)?.state).toBe('reconnecting');
      await world.sender?.transfers.cancel(id);
      restart();
      world.connect();
      await expect.poll(() => world.receiver?.book.get(id)?.state).toBe('cancelled');
      expect(disk.tree.size).toBe(0);
    },
  );
});

describe('the space at the receiver', () => {
  it('has to suffice when a transfer is offered', { timeout: LIMIT }, async () => {
    disk.free = 0.05 * 1e15 + MIB;
    const id = await world.send('/s/a');
    world.connect();
    expect(await world.end(id)).toMatchObject({ state: 'failed', code: 'file.no-space' });
    disk.free = 1e15;
    const now = record(id);
    if (now !== undefined) world.sender?.transfers.go(now);
    expect(await world.end(id)).toMatchObject({ state: 'done' });
  });

  it('pauses a transfer when it ends, which goes on when there is some again', { timeout: LIMIT }, async () => {
    let operations = 0;
    // Enough for the file, but not for the list, too.
    disk.free = 0.05 * 1e15 + 3 * MIB + 10;
    disk.onOperation = () => {
      operations += 1;
      if (operations === 1) disk.free = 0.05 * 1e15 + 10;
    };
    const id = await world.send('/s/a');
    world.connect();
    await expect.poll(() => record(id)?.state).toBe('paused');
    expect(world.sender?.transfers.waitsFor(id)).toEqual({ reason: 'space', code: 'file.no-space' });
    expect(world.receiver?.book.get(id)).toMatchObject({ state: 'paused', code: 'file.no-space' });
    disk.free = 1e15;
    expect(await world.end(id)).toMatchObject({ state: 'done' });
    expect(disk.contents().get('a')).toEqual(source.tree.get('/s/a'));
  });
});

function never(): never {
  throw new Error('no such transfer');
}

/** A receiver that says whatever a test wants; `answer` gets each line of the sender. */
function rawReceiver(answer: (line: SenderLine, say: (line: object) => Promise<void>) => Promise<void>) {
  const opened: IncomingStream[] = [];
  const link = new FakeLink((stream) => {
    if (stream.kind === 'file') {
      opened.push(stream);
      stream.refuse('file.params', 'no');
      return;
    }
    void (async () => {
      const control: LinkStream = stream.accept({});
      const lines = new LineReader(control, FILES_LINE_BYTES);
      const say = async (line: object): Promise<void> => await control.write(toUtf8(`${JSON.stringify(line)}\n`));
      for (let text = await lines.read(); text !== null; text = await lines.read())
        await answer(parseSenderLine(text), say);
    })().catch(() => undefined);
  });
  return { session: link.session, opened };
}

describe('a receiver', () => {
  it.each([
    ['a file that was not offered', { type: 'want', n: 5, from: 0 }],
    ['the middle of a file that it does not have', { type: 'want', n: 0, from: 17, chunks: 'ab'.repeat(32) }],
    ['what is beyond the end', { type: 'want', n: 0, from: 64 * MIB, chunks: 'ab'.repeat(32) }],
    ['nonsense', { type: 'want', n: 'x' }],
  ])('gets nothing of other files by asking for %s [S-FILE-5]', { timeout: LIMIT }, async (_what, want) => {
    const { session, opened } = rawReceiver(async (line, say) => {
      if (line.type === 'offer') await say({ type: 'take', have: 0, files: 0, bytes: 0 });
      if (line.type === 'list-end') await say(want);
    });
    world.killReceiver();
    Object.defineProperty(world, 'session', { get: () => session });
    const id = await world.send('/s/a');
    world.sender?.transfers.linked(RECEIVER);
    await expect.poll(() => record(id)?.state === 'failed' || opened.length > 0).toBe(true);
    // What is beyond, or in the middle, is answered from the beginning.
    for (const { params } of opened) expect(params).toMatchObject({ entry: 0, from: 0 });
  });

  it('gets nothing before it has taken the transfer [S-FILE-5]', { timeout: LIMIT }, async () => {
    const { session, opened } = rawReceiver(async (line, say) => {
      if (line.type === 'offer') await say({ type: 'want', n: 0, from: 0 });
    });
    world.killReceiver();
    Object.defineProperty(world, 'session', { get: () => session });
    const id = await world.send('/s/a');
    world.sender?.transfers.linked(RECEIVER);
    await expect.poll(() => record(id)?.state).toBe('failed');
    expect(opened).toEqual([]);
  });
});

describe('the disk of a sender', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'clawreach-source-')));
  });
  afterEach(async () => await rm(folder, { recursive: true, force: true }));

  it('lists no links, pipes or names that are no text, and follows none [S-FILE-9]', async () => {
    const root = join(folder, 'root');
    await mkdir(join(root, 'below'), { recursive: true });
    await writeFile(join(root, 'below', 'file'), 'x');
    await symlink('/etc', join(root, 'etc'));
    await symlink('/etc/passwd', join(root, 'below', 'passwd'));
    execFileSync('mkfifo', [join(root, 'pipe')]);
    await writeFile(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0xfe])]), 'x');
    const found: SourceEntry[] = [];
    const { leftOut } = await createSourceDisk().list(
      [{ path: root, name: 'root' }],
      (entry) => void found.push(entry),
      new AbortController().signal,
    );
    expect(found.map(({ name, kind }) => `${kind} ${name}`)).toEqual(['folder root', 'folder below', 'file file']);
    expect(leftOut).toBe(4);
  });

  it('opens no link that has taken the place of a file [S-FILE-9]', async () => {
    const path = join(folder, 'file');
    await writeFile(path, 'x');
    await rename(path, join(folder, 'moved'));
    await symlink('/etc/passwd', path);
    await expect(createSourceDisk().open(path)).rejects.toMatchObject({ code: 'file.gone' });
  });

  it.runIf(process.platform !== 'win32')(
    'opens nothing behind such a link, since that may do something [S-FILE-9]',
    async () => {
      const pipe = join(folder, 'pipe');
      execFileSync('mkfifo', [pipe]);
      await symlink(pipe, join(folder, 'file'));
      let isOpened = false;
      // Waits until someone opens the pipe for reading.
      const writing = open(pipe, 'w').then(async (handle) => {
        isOpened = true;
        await handle.close();
      });
      await expect(createSourceDisk().open(join(folder, 'file'))).rejects.toMatchObject({ code: 'file.gone' });
      // A second try would be told at once if the first one had opened it.
      await expect(createSourceDisk().open(join(folder, 'file'))).rejects.toMatchObject({ code: 'file.gone' });
      expect(isOpened).toBe(false);
      const reading = await open(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
      await writing;
      await reading.close();
    },
  );

  describe('with a link in the place of a folder', () => {
    /** A folder with a file, which has moved away; a link to others is in its place. @returns the path of the folder */
    const swapped = async (): Promise<string> => {
      const root = join(folder, 'root');
      await mkdir(join(root, 'below'), { recursive: true });
      await writeFile(join(root, 'below', 'file'), 'mine');
      const outside = join(folder, 'outside', 'below');
      await mkdir(outside, { recursive: true });
      await writeFile(join(outside, 'file'), 'secret');
      return root;
    };
    const replace = async (path: string, by: string): Promise<void> => {
      await rename(path, join(folder, 'moved'));
      await symlink(by, path);
    };
    const names = async (path: string): Promise<readonly string[]> => {
      const found: string[] = [];
      await createSourceDisk().list(
        [{ path, name: 'root' }],
        (entry) => void found.push(entry.name),
        new AbortController().signal,
      );
      return found;
    };

    it.each([
      ['the folder of the file', ['root', 'below'], ['outside', 'below']],
      ['a folder of that one', ['root'], ['outside']],
    ])('opens nothing behind it: %s [S-FILE-9]', async (_which, place, by) => {
      const root = await swapped();
      const path = join(root, 'below', 'file');
      const disk = createSourceDisk();
      await (await disk.open(path)).close();
      await replace(join(folder, ...place), join(folder, ...by));
      await expect(disk.open(path)).rejects.toMatchObject({ code: 'file.gone' });
    });

    it('lists nothing behind it [S-FILE-9]', async () => {
      const root = await swapped();
      expect(await names(root)).toEqual(['root', 'below', 'file']);
      await replace(root, join(folder, 'outside'));
      await expect(names(root)).rejects.toMatchObject({ code: 'file.gone' });
      await expect(names(join(root, 'below'))).rejects.toMatchObject({ code: 'file.gone' });
    });

    it('lists nothing behind one that takes its place meanwhile [S-FILE-9]', async () => {
      const root = await swapped();
      const found: string[] = [];
      const { leftOut } = await createSourceDisk().list(
        [{ path: root, name: 'root' }],
        async (entry) => {
          found.push(entry.name);
          if (entry.name === 'below') await replace(root, join(folder, 'outside'));
        },
        new AbortController().signal,
      );
      expect([found, leftOut]).toEqual([['root', 'below'], 1]);
    });

    it('sends the target of a link that a person names, and of no other that takes its place', async () => {
      const root = await swapped();
      const named = join(folder, 'named');
      await symlink(root, named);
      const disk = createSourceDisk();
      const found = await disk.find(named);
      expect(found).toEqual({ path: root, name: 'named' });
      await rm(named);
      await symlink(join(folder, 'outside'), named);
      expect(await names(found.path)).toEqual(['root', 'below', 'file']);
    });
  });
});

it(
  'a cancelled transfer stays cancelled though the receiver takes it at that moment [S-FILE-7]',
  { timeout: LIMIT },
  async () => {
    const link = new FakeLink((stream: IncomingStream) => {
      void (async () => {
        const control = stream.accept({});
        const lines = new LineReader(control, FILES_LINE_BYTES);
        const offer = parseSenderLine((await lines.read()) ?? '');
        const cancelling = world.sender?.transfers.cancel(offer.type === 'offer' ? offer.transfer : '');
        // On its way before the receiver hears of the end.
        await control.write(toUtf8(`${JSON.stringify({ type: 'take', have: 0, files: 0, bytes: 0 })}\n`));
        while ((await lines.read()) !== null);
        await cancelling;
      })().catch(() => undefined);
    });
    Object.defineProperty(world, 'session', { get: () => link.session, configurable: true });
    const id = await world.send('/s/b');
    world.sender?.transfers.linked(RECEIVER);
    await until('the end', () => (record(id)?.state === 'cancelled' ? true : undefined));
    await new Promise((wait) => setTimeout(wait, 200));
    expect(record(id)).toMatchObject({ state: 'cancelled', code: 'file.cancelled' });
  },
);
