import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { createIncomingDisk, createSourceDisk } from '#node/transfers/index.ts';
import { startRelay, type RunningRelay } from '#relay/index.ts';
import type { RightDecision, TransferView } from '#shared/app-api/index.ts';
import { isOver, type IncomingDisk, type OwnDisk } from '#shared/files/index.ts';
import { until } from '#test/support/e2e/until.ts';
import { codeOf, DeviceDisk, pairDevices, TestDevice } from '#test/support/hostile/device.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';
import { shareAmongTests } from '#test/support/shared.ts';
import { transferFiles } from '#test/support/transfers/transfer-files.ts';

const LIMIT = 120_000;
const MIB = 1_048_576;
/** Time that each write takes while it is held, ms. The transfer below then takes some seconds. */
const HELD = 150;

type Name = 'office' | 'laptop';

let directory: string;
let relay: RunningRelay;
const devices: Partial<Record<Name, TestDevice>> = {};
const disks = { office: new DeviceDisk(), laptop: new DeviceDisk() };
const books = { office: new MemoryDocumentFile(), laptop: new MemoryDocumentFile() };
/** What the disks of both are like now. */
const disk = { isListHeld: false, isWriteHeld: false, isFull: false };

shareAmongTests(async (defer) => {
  directory = await mkdtemp(join(tmpdir(), 'clawreach-cancel-'));
  defer(() => rm(directory, { recursive: true, force: true }));
  await mkdir(join(directory, 'source'));
  await writeFile(join(directory, 'source', 'long.bin'), randomBytes(48 * MIB));
  await writeFile(join(directory, 'source', 'short.txt'), 'short');
  relay = await startRelay({
    dataDirectory: join(directory, 'relay'),
    listen: { host: '127.0.0.1', port: 0 },
    tls: { mode: 'off' },
    admission: 'open',
    drainTimeout: 0,
  });
  defer(() => relay.close({ drain: 0 }));
  defer(async () => {
    await stop('office');
    await stop('laptop');
  });
  for (const name of ['office', 'laptop'] as const) {
    const device = await create(name);
    device.agent.start();
    await device.configure(relay.url);
  }
  await pairDevices(at('office'), at('laptop'), { allow: ['send'] });
});

const heldSource = (): OwnDisk => {
  const source = createSourceDisk();
  return {
    ...source,
    list: async (roots, each, signal, rules) => {
      while (disk.isListHeld && !signal.aborted) await delay(10);
      return await source.list(roots, each, signal, rules);
    },
  };
};

const heldDisk = (): IncomingDisk => {
  const incoming = createIncomingDisk();
  return {
    ...incoming,
    space: async (folder) => (disk.isFull ? { free: 0, size: 1 } : await incoming.space(folder)),
    open: async (...given) => {
      const folder = await incoming.open(...given);
      const openFile = folder.openFile.bind(folder);
      folder.openFile = async (...path) => {
        const file = await openFile(...path);
        const write = file.write.bind(file);
        file.write = async (...bytes) => {
          if (disk.isWriteHeld) await delay(HELD);
          await write(...bytes);
        };
        return file;
      };
      return folder;
    },
  };
};

function at(name: Name): TestDevice {
  const device = devices[name];
  if (device === undefined) throw new Error(`${name} is off`);
  return device;
}

async function create(name: Name): Promise<TestDevice> {
  const device = await TestDevice.create({
    name,
    dialer: createRelayDialer({ clock: systemClock }),
    disk: disks[name],
    transfers: transferFiles(join(directory, name), { book: books[name], source: heldSource(), disk: heldDisk() }),
  });
  devices[name] = device;
  return device;
}

async function start(name: Name): Promise<void> {
  if (devices[name] === undefined) await (await create(name)).start();
}

async function stop(name: Name): Promise<void> {
  await devices[name]?.close();
  delete devices[name];
}

async function send(file = 'long.bin'): Promise<string> {
  const paths = [join(directory, 'source', file)];
  return (await at('laptop').api.call('transfers.send', { peer: 'office', paths })).id;
}

async function view(name: Name, id: string): Promise<TransferView | undefined> {
  return (await at(name).api.call('transfers.list', {})).find((one) => one.id === id);
}

async function becomes(name: Name, id: string, is: (view: TransferView) => boolean): Promise<void> {
  await until(`a state at ${name}`, async () => {
    const now = await view(name, id);
    return now !== undefined && is(now) ? true : undefined;
  });
}

async function right(decision: RightDecision, most?: number): Promise<void> {
  await at('office').api.call('rights.set', {
    peer: 'laptop',
    right: 'send',
    decision,
    expiresAt: null,
    ...(most !== undefined && { most }),
  });
}

/** Sends until some of it is on the disk of the receiver, where it goes on slowly. */
async function running(): Promise<string> {
  disk.isWriteHeld = true;
  const id = await send();
  await becomes('office', id, ({ state, bytes }) => state === 'running' && bytes.done > 0);
  await becomes('laptop', id, ({ state }) => state === 'running');
  return id;
}

async function paused(by: Name): Promise<string> {
  const id = await running();
  await at(by).api.call('transfers.pause', { id });
  for (const name of ['office', 'laptop'] as const) await becomes(name, id, ({ state }) => state === 'paused');
  return id;
}

/** What a transfer does when it is ended: a name, what brings it there, and which sides know it then. */
const SITUATIONS: readonly (readonly [string, readonly Name[], () => Promise<string>])[] = [
  [
    'is prepared',
    ['laptop'],
    async () => {
      disk.isListHeld = true;
      const id = await send();
      await becomes('laptop', id, ({ state }) => state === 'preparing');
      return id;
    },
  ],
  [
    'waits for the other machine',
    ['laptop'],
    async () => {
      await stop('office');
      const id = await send();
      await becomes('laptop', id, ({ state }) => state === 'waiting');
      return id;
    },
  ],
  [
    'waits for an answer',
    ['laptop'],
    async () => {
      await right('ask');
      const id = await send();
      await becomes('laptop', id, ({ waitsFor }) => waitsFor === 'approval');
      return id;
    },
  ],
  [
    'waits for its turn',
    ['laptop'],
    async () => {
      disk.isWriteHeld = true;
      for (let number = 0; number < 4; number += 1) await send();
      const id = await send();
      await becomes('laptop', id, ({ waitsFor }) => waitsFor === 'turn');
      return id;
    },
  ],
  ['runs', ['laptop', 'office'], running],
  ['is paused by its sender', ['laptop', 'office'], () => paused('laptop')],
  ['is paused by its receiver', ['laptop', 'office'], () => paused('office')],
  [
    'waits for space',
    ['laptop', 'office'],
    async () => {
      const id = await running();
      disk.isFull = true;
      disk.isWriteHeld = false;
      for (const name of ['office', 'laptop'] as const) await becomes(name, id, ({ waitsFor }) => waitsFor === 'space');
      return id;
    },
  ],
  [
    'has lost its receiver',
    ['laptop'],
    async () => {
      const id = await running();
      await stop('office');
      await becomes('laptop', id, ({ state }) => state === 'reconnecting');
      return id;
    },
  ],
  [
    'has lost its sender',
    ['office'],
    async () => {
      const id = await running();
      await stop('laptop');
      await becomes('office', id, ({ state }) => state === 'reconnecting');
      return id;
    },
  ],
];

/** Ends what a situation has left of other transfers, and makes disks usual again. */
async function settle(): Promise<void> {
  Object.assign(disk, { isListHeld: false, isWriteHeld: false, isFull: false });
  await start('office');
  await start('laptop');
  await right('allow');
  for (const { id, state } of await at('laptop').api.call('transfers.list', {}))
    if (!isOver(state)) await at('laptop').api.call('transfers.cancel', { id });
}

/** Shows that both speak with each other, and that nothing else has arrived or is left. */
async function onlyShortArrives(): Promise<void> {
  const id = await send('short.txt');
  await becomes('laptop', id, ({ state }) => state === 'done');
  const inbox = join(directory, 'office', 'inbox', 'laptop');
  await until('the end of the parts', () => (existsSync(join(inbox, '.incoming')) ? undefined : true));
  expect(await readdir(inbox)).toEqual(['short.txt']);
  await rm(join(inbox, 'short.txt'));
}

describe.each(SITUATIONS)('a transfer that %s', { timeout: LIMIT }, (_when, sides, prepare) => {
  it.each(sides)('and is cancelled at %s is over at both, and comes back at neither [S-FILE-7]', async (side) => {
    const id = await prepare();
    const other = side === 'office' ? 'laptop' : 'office';
    await at(side).api.call('transfers.cancel', { id });
    expect(await view(side, id)).toMatchObject({ state: 'cancelled' });
    // Before the other one may know.
    await stop(side);
    await start(side);
    await settle();
    await onlyShortArrives();
    // A machine that has never taken it knows nothing of it.
    const isOverThere = async (): Promise<true | undefined> =>
      [undefined, 'cancelled'].includes((await view(other, id))?.state) ? true : undefined;
    await until(`the end at ${other}`, isOverThere);
    for (const name of ['office', 'laptop'] as const) {
      expect(await codeOf(at(name).api.call('transfers.go', { id }))).toMatch(/^file\.(over|unknown)$/);
      await stop(name);
    }
    await settle();
    await onlyShortArrives();
    expect(await view(side, id)).toMatchObject({ state: 'cancelled' });
    await until(`the end at ${other}`, isOverThere);
  });
});

const KNOWN_THERE = SITUATIONS.filter(([, sides]) => sides.includes('office'));

describe.each(KNOWN_THERE)('a transfer that %s', { timeout: LIMIT }, (_when, _sides, prepare) => {
  it('and whose sender loses the right ends within a second, and comes back by no restart [S-FILE-6]', async () => {
    const id = await prepare();
    const before = performance.now();
    await right('deny');
    await becomes('office', id, ({ state }) => state === 'refused');
    expect(performance.now() - before).toBeLessThan(1000);
    Object.assign(disk, { isWriteHeld: false, isFull: false });
    await start('laptop');
    await becomes('laptop', id, ({ state }) => state === 'refused');
    for (const name of ['office', 'laptop'] as const) await stop(name);
    await settle();
    await onlyShortArrives();
    for (const name of ['office', 'laptop'] as const) expect(await view(name, id)).toMatchObject({ state: 'refused' });
  });
});

describe('a limit of size that is lowered', { timeout: LIMIT }, () => {
  it.each([
    ['lower one', 50 * MIB],
    ['first one', undefined],
  ])('ends what runs and would need a question now, within a second: %s [S-FILE-6]', async (_what, before) => {
    await right('allow', before);
    const id = await running();
    const start = performance.now();
    await right('allow', 47 * MIB);
    await becomes('office', id, ({ state, code }) => state === 'refused' && code === 'rights.denied');
    expect(performance.now() - start).toBeLessThan(1000);
    disk.isWriteHeld = false;
    await becomes('laptop', id, ({ state }) => state === 'refused');
    // A person there may send it again; then one here is asked.
    await at('laptop').api.call('transfers.go', { id });
    await becomes('laptop', id, ({ waitsFor }) => waitsFor === 'approval');
    await settle();
    await onlyShortArrives();
  });

  it('leaves what is small enough, and what a person was asked about [S-FILE-6]', async () => {
    await right('allow', MIB);
    disk.isWriteHeld = true;
    const asked = await send();
    const request = await until('the request', async () => (await at('office').api.call('approvals.list', {}))[0]);
    await at('office').api.call('approvals.decide', { id: request.id, decision: 'approve' });
    await becomes('office', asked, ({ state, bytes }) => state === 'running' && bytes.done > 0);
    await right('allow', 1000);
    await right('allow', 48 * MIB);
    const small = await running();
    await right('allow', 49 * MIB);
    await right('allow', 48 * MIB);
    disk.isWriteHeld = false;
    for (const id of [asked, small]) await becomes('laptop', id, ({ state }) => isOver(state));
    for (const id of [asked, small]) expect(await view('laptop', id)).toMatchObject({ state: 'done' });
    const inbox = join(directory, 'office', 'inbox', 'laptop');
    for (const name of await readdir(inbox)) await rm(join(inbox, name), { recursive: true, force: true });
    await settle();
    await onlyShortArrives();
  });
});
