import { expect, it } from 'vitest';
import { isOver } from '#shared/files/index.ts';
import { casesOf } from '#test/support/fuzz.ts';
import { CrashDisk } from '#test/support/transfers/crash-disk.ts';
import { MemorySource } from '#test/support/transfers/memory-source.ts';
import { RECEIVER, TransferWorld } from '#test/support/transfers/transfer-world.ts';

/** The first ones in each run, all of them by `npm run test:full`. */
const RUNS = casesOf(1000, 16);
const AT_A_TIME = 8;
const MIB = 1_048_576;

/** A generator of numbers in [0, 1) that gives the same ones for the same seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function contents(size: number, random: () => number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 512) bytes[at] = random() * 256;
  return bytes;
}

const same = (one: Uint8Array | undefined, other: Uint8Array | null | undefined): boolean =>
  one !== undefined && Buffer.from(one).equals(other ?? new Uint8Array(0));

/** What the runs did, to be shown. */
const done = { link: 0, sender: 0, receiver: 0, both: 0, merges: 0, untouched: 0 };

/** Sends a tree and kills both ends at random moments; some trees replace what is in a shared folder. @returns what was untrue */
async function run(seed: number): Promise<readonly string[]> {
  const random = generator(seed);
  const tree = new Map<string, Uint8Array | null>([
    ['/s/one', contents(2.5 * MIB + random() * MIB, random)],
    ['/s/tree', null],
    ['/s/tree/empty folder', null],
    ['/s/tree/empty', new Uint8Array(0)],
    ['/s/tree/large', contents(MIB + random() * 1.5 * MIB, random)],
    ...Array.from({ length: 5 }, (_, index): [string, Uint8Array] => [
      `/s/tree/small-${index}`,
      contents(random() * 20_000, random),
    ]),
  ]);
  const source = new MemorySource(tree);
  const disk = new CrashDisk();
  const world = new TransferWorld(source, disk);
  const isMerge = seed % 3 === 0;
  const before = new Map<string, Uint8Array>();
  if (isMerge) {
    done.merges += 1;
    world.shared.set('photos', '/photos');
    disk.put('tree', null);
    for (const path of ['one', 'tree/large', 'tree/small-1', 'tree/kept', 'kept']) {
      const old = contents(random() * 30_000, random);
      before.set(path, old);
      disk.put(path, old);
    }
  }
  /** Notes what is neither as it was nor as it is sent. */
  const check = (when: string): void => {
    const there = disk.contents();
    for (const [path, old] of before) {
      const [found, sent] = [there.get(path) ?? undefined, tree.get(`/s/${path}`) ?? undefined];
      if (!same(found, old) && (sent === undefined || !same(found, sent))) lies.push(`${path} is torn ${when}`);
    }
  };
  const lies: string[] = [];
  const notes: string[] = [];
  let left = 1 + Math.floor(random() * 4);
  let countdown = Math.floor(random() * 60);
  const kill = (): void => {
    if (left === 0 || countdown > 0) {
      countdown -= 1;
      return;
    }
    left -= 1;
    countdown = Math.floor(random() * 60);
    const who = random();
    const what = who < 0.3 ? 'link' : who < 0.6 ? 'sender' : who < 0.85 ? 'receiver' : 'both';
    notes.push(what);
    done[what] += 1;
    if (who < 0.3) world.lose();
    if (who >= 0.3 && (who < 0.6 || who >= 0.85)) world.killSender();
    if (who >= 0.6) {
      world.killReceiver();
      disk.crash(random);
      check(`after kill ${notes.length}`);
    }
    setImmediate(() => {
      if (world.sender === undefined) world.startSender();
      if (world.receiver === undefined) world.startReceiver();
      world.connect();
    });
  };
  disk.onOperation = kill;
  source.onOperation = kill;
  world.startSender();
  world.startReceiver();
  const there = isMerge ? { there: { folder: 'photos', path: [], mode: 'replace' as const } } : {};
  const { id = '' } = (await world.sender?.transfers.send(RECEIVER, ['/s/one', '/s/tree'], there)) ?? {};
  world.connect();
  const { state, code } = await world.end(id).catch((error: unknown) => ({ state: String(error), code: null }));
  if (state !== 'done') lies.push(`ended as ${state} ${String(code)}`);
  const compare = (when: string): void => {
    const found = disk.contents();
    for (const [path, bytes] of tree) {
      const arrived = found.get(path.slice(3));
      if (arrived === undefined) lies.push(`${path} is missing ${when}`);
      else if (bytes !== null && !same(bytes, arrived)) lies.push(`${path} differs ${when}`);
    }
    check(when);
    const others = [...before.keys()].filter((path) => !tree.has(`/s/${path}`));
    if (found.size !== tree.size + others.length)
      lies.push(`${found.size} entries ${when}: ${[...found.keys()].join(', ')}`);
  };
  compare('at the end');
  // What was said to be there survives a loss of power.
  disk.crash(random);
  compare('after a loss of power');
  if (notes.length === 0) done.untouched += 1;
  const received = world.receiver?.book.get(id);
  if (received === undefined || !isOver(received.state)) lies.push('the receiver believes that it goes on');
  world.killSender();
  world.killReceiver();
  return lies.map((lie) => `seed ${seed} (${notes.join(', ')}): ${lie}`);
}

it(
  'what has arrived is byte-exact, whatever is killed at which moment [S-FILE-8]',
  { timeout: 1_200_000 },
  async () => {
    const lies: string[] = [];
    let next = 0;
    await Promise.all(
      Array.from({ length: AT_A_TIME }, async () => {
        while (next < RUNS) {
          next += 1;
          lies.push(...(await run(next)));
        }
      }),
    );
    console.info(`${RUNS} transfers: ${JSON.stringify(done)}`);
    expect(lies).toEqual([]);
  },
);
