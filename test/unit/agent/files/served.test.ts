import { afterEach, beforeEach, expect, it } from 'vitest';
import { createIncomingDisk } from '#node/transfers/index.ts';
import { TRANSFERS_PER_PEER } from '#shared/files/index.ts';
import { codeOf } from '#test/support/rejections.ts';
import { MemorySource } from '#test/support/transfers/memory-source.ts';
import { RECEIVER, TransferWorld } from '#test/support/transfers/transfer-world.ts';
import { until } from '#test/support/e2e/until.ts';

const HERE = { folder: 'photos', root: '/photos', path: [] };

let world: TransferWorld;
let listing = 0;
let most = 0;
let lists = 0;
let go: PromiseWithResolvers<void>;

beforeEach(() => {
  [listing, most, lists] = [0, 0, 0];
  go = Promise.withResolvers();
  const source = new MemorySource(new Map());
  // A large tree.
  source.list = async () => {
    listing += 1;
    lists += 1;
    most = Math.max(most, listing);
    await go.promise;
    listing -= 1;
    return { leftOut: 0 };
  };
  world = new TransferWorld(source, createIncomingDisk());
  world.startSender();
  world.startReceiver();
  world.connect();
});
afterEach(() => {
  go.resolve();
  world.killSender();
  world.killReceiver();
});

function ask(number: number): void {
  const id = number.toString(16).padStart(32, '0');
  world.sender?.transfers.serve(RECEIVER, id, { path: '/photos', name: 'photos' }, HERE);
}

it('a peer that asks for everything again and again has only so many trees listed at a time [S-FILE-3]', async () => {
  for (let number = 0; number < 20; number += 1) ask(number);
  await until('the lists', async () => (listing === TRANSFERS_PER_PEER ? true : undefined));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(most).toBe(TRANSFERS_PER_PEER);
  go.resolve();
  await until('all', async () => (lists === 20 ? true : undefined));
  expect(most).toBe(TRANSFERS_PER_PEER);
});

it('a peer has only so many copies that are not over [S-FILE-3]', async () => {
  expect(
    await codeOf(async () => {
      for (let number = 0; number < 300; number += 1) ask(number);
    }),
  ).toBe('file.full');
});

/** Lets each list have so many entries of the length of their names, about 300 bytes. */
function listLong(entries: number): void {
  world.source.list = async (_roots, each) => {
    for (let number = 0; number < entries; number += 1) {
      const name = `${number}`.padStart(200, 'x');
      await each({
        in: -1,
        name,
        kind: 'file',
        size: 0,
        mtime: 0,
        exec: false,
        version: `${number}`.padStart(60, 'v'),
      });
    }
    return { leftOut: 0 };
  };
}

const records = () => world.sender?.book.list() ?? [];
const sum = (): number => world.store.sizes.reduce((all, one) => all + one, 0);

it('a peer fills no disk with the lists of copies that wait for it [S-FILE-3]', async () => {
  world.killSender();
  world.lists = { ofPeer: 100_000, all: 1_000_000 };
  world.startSender();
  listLong(100);
  const asked = async (number: number) => {
    ask(number);
    return await until('the list', () => {
      const record = records().find(({ id }) => id.endsWith(number.toString(16).padStart(4, '0')));
      return record === undefined || record.state === 'preparing' ? undefined : record;
    });
  };
  for (let number = 0; number < 3; number += 1) expect(await asked(number)).toMatchObject({ state: 'waiting' });
  for (let number = 3; number < 20; number += 1)
    expect(await asked(number)).toMatchObject({ state: 'failed', code: 'file.full' });
  expect(sum()).toBeGreaterThan(50_000);
  expect(sum()).toBeLessThanOrEqual(100_000);
  // What counts is kept by the profile.
  world.killSender();
  world.startSender();
  const waiting = (): number =>
    records().filter(({ id }) => world.sender?.transfers.waitsFor(id).reason === 'peer').length;
  await until('the end of the attempts', () => (waiting() === 3 ? true : undefined));
  expect(await asked(20)).toMatchObject({ state: 'failed', code: 'file.full' });
  expect(sum()).toBeLessThanOrEqual(100_000);
});

it('those that ask at once wait for each other [S-FILE-3]', async () => {
  world.killSender();
  world.lists = { ofPeer: 100_000, all: 1_000_000 };
  world.startSender();
  listLong(200);
  for (let number = 0; number < 20; number += 1) ask(number);
  await until('all', () => (records().every(({ state }) => state !== 'preparing') ? true : undefined));
  expect(records().filter(({ state }) => state === 'failed')).not.toHaveLength(20);
  expect(sum()).toBeLessThanOrEqual(100_000);
});

it('nor with the lists of copies that are over: those are given up for new ones [S-FILE-3]', async () => {
  world.killSender();
  world.lists = { ofPeer: 100_000, all: 1_000_000 };
  world.startSender();
  world.connect();
  world.authorize = async () => ({ code: 'rights.denied' });
  world.mayOffer = false;
  listLong(100);
  for (let number = 0; number < 20; number += 1) ask(number);
  await until('all', async () => (records().every(({ state }) => state === 'refused') ? true : undefined));
  expect(records()).toHaveLength(20);
  expect(sum()).toBeGreaterThan(50_000);
  expect(sum()).toBeLessThanOrEqual(100_000);
});
