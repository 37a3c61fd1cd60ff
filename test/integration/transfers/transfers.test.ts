import { createHash, randomBytes } from 'node:crypto';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { startRelay, type RunningRelay } from '#relay/index.ts';
import type { RightDecision, TransferView } from '#shared/app-api/index.ts';
import { isOver } from '#shared/files/index.ts';
import { until } from '#test/support/e2e/until.ts';
import { codeOf, DeviceDisk, pairDevices, TestDevice } from '#test/support/hostile/device.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';
import { shareAmongTests } from '#test/support/shared.ts';
import { transferFiles } from '#test/support/transfers/transfer-files.ts';

/** Far beyond what it takes, ms. */
const LIMIT = 120_000;
const MIB = 1_048_576;

let directory: string;
let relay: RunningRelay;
let office: TestDevice;
let laptop: TestDevice;
const disks = { office: new DeviceDisk(), laptop: new DeviceDisk() };
const books = { office: new MemoryDocumentFile(), laptop: new MemoryDocumentFile() };
let number = 0;

shareAmongTests(async (defer) => {
  directory = await mkdtemp(join(tmpdir(), 'clawreach-transfers-'));
  defer(() => rm(directory, { recursive: true, force: true }));
  relay = await startRelay({
    dataDirectory: join(directory, 'relay'),
    listen: { host: '127.0.0.1', port: 0 },
    tls: { mode: 'off' },
    admission: 'open',
    drainTimeout: 0,
  });
  defer(() => relay.close({ drain: 0 }));
  office = await create('office');
  defer(() => office.close());
  laptop = await create('laptop');
  defer(() => laptop.close());
  office.agent.start();
  laptop.agent.start();
  await office.configure(relay.url);
  await laptop.configure(relay.url);
  await pairDevices(office, laptop, { allow: ['send'] });
});

async function create(name: 'office' | 'laptop'): Promise<TestDevice> {
  return await TestDevice.create({
    name,
    dialer: createRelayDialer({ clock: systemClock }),
    disk: disks[name],
    transfers: transferFiles(join(directory, name), { book: books[name] }),
  });
}

async function restart(name: 'office' | 'laptop'): Promise<void> {
  await (name === 'office' ? office : laptop).close();
  const again = await create(name);
  if (name === 'office') office = again;
  else laptop = again;
  await again.start();
}

/** A new folder with something to send. */
async function folder(): Promise<string> {
  number += 1;
  const path = join(directory, `source-${number}`);
  await mkdir(path);
  return path;
}

const inbox = (): string => join(directory, 'office', 'inbox', 'laptop');

async function send(...paths: string[]): Promise<string> {
  return (await laptop.api.call('transfers.send', { peer: 'office', paths })).id;
}

async function transferAt(device: TestDevice, id: string): Promise<TransferView | undefined> {
  return (await device.api.call('transfers.list', {})).find((one) => one.id === id);
}

async function over(id: string): Promise<TransferView> {
  return await until(
    'the end of the transfer',
    async () => {
      const view = await transferAt(laptop, id);
      return view !== undefined && isOver(view.state) ? view : undefined;
    },
    LIMIT / 2,
  );
}

async function right(decision: RightDecision): Promise<void> {
  await office.api.call('rights.set', { peer: laptop.peerId, right: 'send', decision, expiresAt: null });
}

async function hashOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

async function write(path: string, size: number): Promise<void> {
  const parts = [];
  for (let left = size; left > 0; left -= 8 * MIB) parts.push(randomBytes(Math.min(left, 8 * MIB)));
  await writeFile(path, Buffer.concat(parts));
}

describe('files and folders', () => {
  it('arrive byte-exact, with their times, and nothing more', { timeout: LIMIT }, async () => {
    const source = await folder();
    await write(join(source, 'small.bin'), 1234);
    await write(join(source, 'large.bin'), 5 * MIB + 17);
    await writeFile(join(source, 'empty'), '');
    await mkdir(join(source, 'tree', 'empty folder'), { recursive: true });
    await mkdir(join(source, 'tree', 'déjà', 'vu'), { recursive: true });
    await write(join(source, 'tree', 'déjà', 'vu', 'one.bin'), MIB);
    await writeFile(join(source, 'tree', 'script.sh'), '#!/bin/sh\n', { mode: 0o755 });
    await symlink('/etc/passwd', join(source, 'tree', 'link'));
    await utimes(join(source, 'small.bin'), 1_500_000_000, 1_500_000_000);
    await utimes(join(source, 'tree'), 1_400_000_000, 1_400_000_000);
    const id = await send(...['small.bin', 'large.bin', 'empty', 'tree'].map((name) => join(source, name)));
    const view = await over(id);
    expect(view).toMatchObject({ state: 'done', files: { done: 5, of: 5 }, failed: 0, leftOut: 1 });
    for (const name of ['small.bin', 'large.bin', 'empty', 'tree/déjà/vu/one.bin', 'tree/script.sh'])
      expect(await hashOf(join(inbox(), name))).toBe(await hashOf(join(source, name)));
    const small = await lstat(join(inbox(), 'small.bin'));
    expect(small.mtimeMs).toBe(1_500_000_000_000);
    expect(small.mode & 0o777).toBe(0o600);
    expect((await lstat(join(inbox(), 'tree'))).mtimeMs).toBe(1_400_000_000_000);
    // Executable only if both sides say so.
    expect((await lstat(join(inbox(), 'tree', 'script.sh'))).mode & 0o777).toBe(0o600);
    expect(await readdir(join(inbox(), 'tree', 'empty folder'))).toEqual([]);
    expect((await readdir(join(inbox(), 'tree'))).toSorted()).toEqual(['déjà', 'empty folder', 'script.sh']);
    expect(await transferAt(office, id)).toMatchObject({ state: 'done', direction: 'in', files: { done: 5 } });
    expect(await readdir(join(inbox(), '.incoming')).catch(() => [])).toEqual([]);
  });
});

describe('a large file', () => {
  it('arrives byte-exact although both agents restart meanwhile', { timeout: LIMIT * 2 }, async () => {
    const source = await folder();
    const path = join(source, 'huge.bin');
    await write(path, 256 * MIB + 3);
    const id = await send(path);
    const reached = async (bytes: number): Promise<void> => {
      await until(
        'bytes',
        async () => (((await transferAt(office, id))?.bytes.done ?? 0) >= bytes ? true : undefined),
        LIMIT,
      );
    };
    await reached(20 * MIB);
    await restart('office');
    await reached(60 * MIB);
    await restart('laptop');
    const view = await over(id);
    expect(view).toMatchObject({ state: 'done', files: { done: 1, of: 1 }, changed: 0 });
    expect(await hashOf(join(inbox(), 'huge.bin'))).toBe(await hashOf(path));
  });

  it('arrives although the relay restarts in the middle', { timeout: LIMIT * 2 }, async () => {
    const source = await folder();
    const path = join(source, 'again.bin');
    await write(path, 128 * MIB);
    const id = await send(path);
    await until('bytes', async () => (((await transferAt(office, id))?.bytes.done ?? 0) > 10 * MIB ? true : undefined));
    const { port } = new URL(relay.url);
    await relay.close({ drain: 0 });
    relay = await startRelay({
      dataDirectory: join(directory, 'relay'),
      listen: { host: '127.0.0.1', port: Number(port) },
      tls: { mode: 'off' },
      admission: 'open',
      drainTimeout: 0,
    });
    expect(await over(id)).toMatchObject({ state: 'done' });
    expect(await hashOf(join(inbox(), 'again.bin'))).toBe(await hashOf(path));
  });
});

describe('many small files', () => {
  it('arrive all', { timeout: LIMIT }, async () => {
    const source = await folder();
    const many = join(source, 'many');
    for (let group = 0; group < 20; group += 1) {
      await mkdir(join(many, `g${group}`), { recursive: true });
      await Promise.all(
        Array.from({ length: 100 }, async (_, each) => {
          await writeFile(join(many, `g${group}`, `f${each}`), `${group} ${each} ${'x'.repeat(each)}`);
        }),
      );
    }
    const id = await send(many);
    expect(await over(id)).toMatchObject({ state: 'done', files: { done: 2000, of: 2000 } });
    for (let group = 0; group < 20; group += 1) {
      expect(await readdir(join(inbox(), 'many', `g${group}`))).toHaveLength(100);
      const one = await readFile(join(inbox(), 'many', `g${group}`, 'f42'), 'utf8');
      expect(one).toBe(`${group} 42 ${'x'.repeat(42)}`);
    }
  });
});

describe('the right', () => {
  it('is asked for with what would come, and goes where the person says', { timeout: LIMIT }, async () => {
    await right('ask');
    const source = await folder();
    await writeFile(join(source, 'letter.txt'), 'hello');
    const id = await send(join(source, 'letter.txt'));
    const request = await until('the request', async () =>
      (await office.api.call('approvals.list', {})).find((one) => one.right === 'send'),
    );
    expect(request).toMatchObject({ detail: 'send letter.txt', state: 'pending' });
    expect(request.facts?.map(({ fact }) => fact)).toEqual(['files', 'size', 'free', 'into']);
    await expect.poll(async () => (await transferAt(laptop, id))?.waitsFor).toBe('approval');
    const into = join(directory, 'chosen');
    await office.api.call('transfers.accept', { approval: request.id, into });
    expect(await over(id)).toMatchObject({ state: 'done' });
    expect(await readFile(join(into, 'letter.txt'), 'utf8')).toBe('hello');
    // A yes is for one transfer.
    const next = await send(join(source, 'letter.txt'));
    const second = await until('the second request', async () =>
      (await office.api.call('approvals.list', {})).find((one) => one.right === 'send'),
    );
    await office.api.call('approvals.decide', { id: second.id, decision: 'not-now' });
    expect(await over(next)).toMatchObject({ state: 'refused', code: 'rights.denied' });
    await right('allow');
    await laptop.api.call('transfers.go', { id: next });
    expect(await over(next)).toMatchObject({ state: 'done' });
  });

  it('when it is taken away ends what runs within a second [S-FILE-6]', { timeout: LIMIT }, async () => {
    await right('allow');
    const source = await folder();
    await write(join(source, 'big.bin'), 200 * MIB);
    const id = await send(join(source, 'big.bin'));
    await until('bytes', async () => (((await transferAt(office, id))?.bytes.done ?? 0) > 0 ? true : undefined));
    const before = performance.now();
    await right('deny');
    await until('the end', async () => ((await transferAt(office, id))?.state === 'refused' ? true : undefined));
    expect(performance.now() - before).toBeLessThan(1000);
    expect(await over(id)).toMatchObject({ state: 'refused', code: 'rights.denied' });
    const denied = await send(join(source, 'big.bin'));
    expect(await over(denied)).toMatchObject({ state: 'refused', code: 'rights.denied' });
    await right('allow');
  });
});

describe('a limit of size', () => {
  const limit = async (most: number): Promise<void> => {
    await office.api.call('rights.set', {
      peer: laptop.peerId,
      right: 'send',
      decision: 'allow',
      expiresAt: null,
      most,
    });
  };
  const asked = async (detail: string) =>
    await until('the request', async () =>
      (await office.api.call('approvals.list', {})).find((one) => one.detail === `send ${detail}`),
    );
  const made = async (name: string, size: number): Promise<string> => {
    const path = join(await folder(), name);
    await write(path, size);
    return path;
  };

  it('lets transfers up to it through, and asks about each larger one [S-FILE-6]', { timeout: LIMIT }, async () => {
    await limit(MIB);
    expect(await over(await send(await made('exact.bin', MIB)))).toMatchObject({ state: 'done' });
    const id = await send(await made('larger.bin', MIB + 1));
    const request = await asked('larger.bin');
    expect(request).toMatchObject({ right: 'send', size: MIB + 1 });
    await expect.poll(async () => (await transferAt(laptop, id))?.waitsFor).toBe('approval');
    await office.api.call('approvals.decide', { id: request.id, decision: 'approve' });
    expect(await over(id)).toMatchObject({ state: 'done' });
    const { rights } = await office.api.call('peers.get', { peer: 'laptop' });
    expect(rights.send).toEqual({ decision: 'allow', expiresAt: null, most: MIB });
  });

  it(
    'that a yes sets answers no larger request that waits; a higher one does [S-FILE-6]',
    { timeout: LIMIT },
    async () => {
      await right('ask');
      const large = await send(await made('large.bin', 3 * MIB));
      const small = await send(await made('small.bin', 1000));
      const { id } = await asked('small.bin');
      const waiting = await asked('large.bin');
      const decided = await office.api.call('approvals.decide', {
        id,
        decision: 'approve',
        remember: true,
        most: 2 * MIB,
      });
      expect(decided).toMatchObject({ state: 'approved', always: true, most: 2 * MIB });
      expect(await over(small)).toMatchObject({ state: 'done' });
      expect((await office.api.call('approvals.list', {})).map((one) => one.id)).toEqual([waiting.id]);
      expect(await transferAt(office, large)).toBeUndefined();
      await limit(3 * MIB);
      expect(await over(large)).toMatchObject({ state: 'done' });
      const audit = (await office.audit('right.changed')).map(({ fields }) => fields);
      expect(audit.map(({ right: changed, most }) => [changed, most])).toEqual(
        expect.arrayContaining([
          ['send', 2 * MIB],
          ['send', 3 * MIB],
        ]),
      );
    },
  );

  it('is for sent files only, and a window that saw another one changes nothing', async () => {
    await limit(MIB);
    const set = office.api.call('rights.set', {
      peer: laptop.peerId,
      right: 'send',
      decision: 'allow',
      expiresAt: null,
      was: { decision: 'allow', expiresAt: null },
    });
    expect(await codeOf(set)).toBe('rights.changed');
    for (const other of [
      { right: 'view', decision: 'allow' },
      { right: 'send', decision: 'ask' },
    ] as const) {
      const wrong = office.api.call('rights.set', { peer: laptop.peerId, ...other, expiresAt: null, most: 1 });
      expect(await codeOf(wrong)).toBe('rights.no-size');
    }
    await right('allow');
    expect((await office.api.call('peers.get', { peer: 'laptop' })).rights.send).not.toHaveProperty('most');
  });
});

it('files go into the folder that a person has chosen, also after a restart', { timeout: LIMIT }, async () => {
  const source = await folder();
  await write(join(source, 'chosen.bin'), 50);
  const chosen = join(await folder(), 'received');
  const { folder: before, isDefault } = await office.api.call('transfers.inbox', {});
  expect(isDefault).toBe(true);
  expect(await codeOf(office.api.call('transfers.setInbox', { folder: 'relative' }))).toBe('file.folder');
  await office.api.call('transfers.setInbox', { folder: chosen });
  await restart('office');
  expect(await office.api.call('transfers.inbox', {})).toEqual({ folder: chosen, isDefault: false });
  await over(await send(join(source, 'chosen.bin')));
  expect(await hashOf(join(chosen, 'laptop', 'chosen.bin'))).toBe(await hashOf(join(source, 'chosen.bin')));
  expect(await office.api.call('transfers.setInbox', { folder: null })).toEqual({ folder: before, isDefault: true });
});

it('a transfer that is over is removed from the list, and does not come back', { timeout: LIMIT }, async () => {
  const source = await folder();
  await write(join(source, 'listed.bin'), 40);
  const removed: string[] = [];
  laptop.api.on('transfers.removed', (ids) => void removed.push(...ids));
  const id = await send(join(source, 'listed.bin'));
  await over(id);
  const { path } = await office.api.call('transfers.get', { id });
  expect(path).toBe(join(inbox(), 'listed.bin'));
  expect((await laptop.api.call('transfers.get', { id })).path).toBe(join(source, 'listed.bin'));
  await laptop.api.call('transfers.remove', { id });
  await until('the event', async () => (removed.includes(id) ? true : undefined));
  expect(await transferAt(laptop, id)).toBeUndefined();
  expect(await codeOf(laptop.api.call('transfers.go', { id }))).toBe('file.unknown');
  await office.api.call('transfers.clear', {});
  expect(await office.api.call('transfers.list', {})).toEqual([]);
  expect(await readdir(inbox())).toContain('listed.bin');
  await right('deny');
  const refused = await send(join(source, 'listed.bin'));
  await over(refused);
  await right('allow');
  await laptop.api.call('transfers.clear', {});
  expect(await laptop.api.call('transfers.list', {})).toEqual([]);
});

it(
  'a transfer that is cancelled at the receiver is over at the sender, for good [S-FILE-7]',
  { timeout: LIMIT },
  async () => {
    const source = await folder();
    await write(join(source, 'long.bin'), 200 * MIB);
    const id = await send(join(source, 'long.bin'));
    await until('bytes', async () => (((await transferAt(office, id))?.bytes.done ?? 0) > 0 ? true : undefined));
    await office.api.call('transfers.cancel', { id });
    expect(await over(id)).toMatchObject({ state: 'cancelled', code: 'file.cancelled' });
    expect(await codeOf(laptop.api.call('transfers.go', { id }))).toBe('file.over');
    await restart('laptop');
    await restart('office');
    expect(await transferAt(laptop, id)).toMatchObject({ state: 'cancelled' });
    expect(await transferAt(office, id)).toMatchObject({ state: 'cancelled' });
    expect(await readdir(inbox())).not.toContain('long.bin');
  },
);

it('a missing file is told at once', async () => {
  const call = laptop.api.call('transfers.send', { peer: 'office', paths: [join(directory, 'nothing')] });
  expect(await codeOf(call)).toBe('file.missing');
});

it('a file for contents is made for a machine only to which something can be sent, and removed at the next start without one', async () => {
  const lists = join(directory, 'laptop', 'lists');
  const before = await readdir(lists);
  await expect(codeOf(laptop.api.call('transfers.spool', { peer: 'nobody' }))).resolves.toBe('peer.unknown');
  expect(await readdir(lists)).toEqual(before);
  const { path } = await laptop.api.call('transfers.spool', { peer: 'office' });
  expect(await lstat(path)).toMatchObject({ size: 0 });
  await restart('laptop');
  await until('the removal', async () => ((await lstat(path).catch(() => undefined)) === undefined ? true : undefined));
});

it('the removal of a machine removes the parts of its failed transfers', { timeout: LIMIT }, async () => {
  const path = await folder();
  await writeFile(join(path, 'file'), 'x');
  const { id } = await over(await send(join(path, 'file')));
  const parts = join(inbox(), '.incoming', id);
  await office.close();
  const book = JSON.parse(books.office.text ?? '') as { data: { transfers: { id: string; state: string }[] } };
  for (const one of book.data.transfers) if (one.id === id) one.state = 'failed';
  books.office.text = JSON.stringify(book);
  await mkdir(parts, { recursive: true });
  await writeFile(join(parts, 'journal'), '');
  await restart('office');
  expect(await readdir(join(inbox(), '.incoming'))).toEqual([id]);
  await office.api.call('peers.forget', { peer: 'laptop' });
  // Its folder goes with the last part.
  await until('no parts', async () => ((await lstat(parts).catch(() => undefined)) === undefined ? true : undefined));
});
