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
