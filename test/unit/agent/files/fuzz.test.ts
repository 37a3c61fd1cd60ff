import { lstat, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createIncomingDisk } from '#node/transfers/index.ts';
import { FILES_LINE_BYTES, isOver, type ListEntry, type SourceFile } from '#shared/files/index.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import { LineReader } from '#shared/lines.ts';
import type { IncomingStream } from '#shared/link/index.ts';
import { FakeLink } from '#test/support/fake-link.ts';
import { casesOf } from '#test/support/fuzz.ts';
import { until } from '#test/support/e2e/until.ts';
import { CrashDisk } from '#test/support/transfers/crash-disk.ts';
import { MemorySource } from '#test/support/transfers/memory-source.ts';
import { entry, RawSender } from '#test/support/transfers/raw-sender.ts';
import { receiverLines, senderLines } from '#test/support/transfers/strange-lines.ts';
import { RECEIVER, TransferWorld } from '#test/support/transfers/transfer-world.ts';

const LIMIT = 1_200_000;
/** For a transfer to end, ms. */
const PATIENCE = 30_000;
/** Times for which a hostile sender keeps its stream open, and one that sends what is wanted, ms. */
const LOOK = 20;
const LONG_LOOK = 500;
/** Senders that attack at the same time. */
const AT_A_TIME = 6;
/** Runs after which the agents begin with nothing again, since they remember every transfer. */
const RENEWED = 20;
const MIB = 1_048_576;
/** Contents with the right hash, and those with a wrong one. */
const RIGHT = 7;
const WRONG = 9;

type Action =
  | Readonly<{ do: 'begin'; entries: readonly ListEntry[] }>
  | Readonly<{ do: 'say'; line: unknown }>
  | Readonly<{ do: 'contents'; n: number; size: number; from: number; isRight: boolean }>
  | Readonly<{ do: 'batch'; bytes: Uint8Array }>;

const names = fc.constantFrom('a', 'b', '../up', '.hidden', '\u202Ecod.exe');
const beginning = fc
  .array(fc.record({ name: names, size: fc.constantFrom(0, 3, 300_000), isFolder: fc.boolean() }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((given): Action => {
    const entries = given.map(({ name, size, isFolder }) =>
      entry(name, isFolder ? { kind: 'folder' } : { size, exec: true }),
    );
    return { do: 'begin', entries };
  });
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: senderLines.map((line) => ({ do: 'say', line }) as const) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('contents' as const),
      n: fc.nat({ max: 3 }),
      size: fc.constantFrom(0, 3, 300_000, 17 * MIB),
      from: fc.constantFrom(0, 0, 0, 1, 3, MIB),
      isRight: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('batch' as const), bytes: fc.uint8Array({ maxLength: 120 }) }),
  },
);
/** What a sender does, and whether it sends what is wanted meanwhile, as an honest one does. */
type Script = Readonly<{ actions: readonly Action[]; isAnswering: boolean }>;
const script = fc
  .tuple(fc.option(beginning), fc.array(action, { maxLength: 6 }), fc.boolean())
  .map(([first, actions, isAnswering]): Script => ({
    actions: first === null ? actions : [first, ...actions],
    isAnswering,
  }));

let directory: string;

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'clawreach-fuzz-files-')));
});
afterEach(async () => await rm(directory, { recursive: true, force: true }));

/** Does what a hostile sender does with its stream, looks at what comes for a while, and waits until the receiver has ended it. */
async function attack(sender: RawSender, { actions, isAnswering }: Script): Promise<void> {
  const entries = actions.flatMap((one) => (one.do === 'begin' ? one.entries : []));
  const streams: Promise<unknown>[] = [];
  const reading = (async () => {
    for (let line = await sender.last(); line !== undefined; line = await sender.last()) {
      if (!isAnswering || line.type !== 'want') continue;
      const bytes = new Uint8Array(entries[line.n]?.size ?? 0).fill(RIGHT);
      streams.push(sender.contents(line.n, bytes).catch(() => undefined));
    }
  })();
  for (const one of actions)
    if (one.do === 'say') await sender.say(one.line as Readonly<Record<string, unknown>>);
    else if (one.do === 'begin') {
      await sender.offer(one.entries).catch(() => undefined);
      await sender.list(one.entries);
    } else if (one.do === 'batch') {
      const stream = sender.openBatch();
      await stream.opened.then(() => stream.write(one.bytes)).catch(() => undefined);
      await stream.end().catch(() => undefined);
    } else {
      const { n, size, from, isRight } = one;
      const bytes = new Uint8Array(Math.max(0, Math.min(size, 300_000) - from)).fill(isRight ? RIGHT : WRONG);
      const given = { size, from, ...(isRight ? {} : { root: new Uint8Array(32) }) };
      const sending = sender.contents(n, bytes, given).catch(() => undefined);
      streams.push(sending);
      await Promise.race([sending, delay(LOOK)]);
    }
  await Promise.race([reading, delay(isAnswering && entries.length > 0 ? LONG_LOOK : LOOK)]);
  await sender.stream.end().catch(() => undefined);
  await reading;
  // Nothing is left without an answer.
  await Promise.all(streams);
}

it(
  'random lines and contents of a sender harm nothing, and those of others arrive afterwards [S-FILE-3]',
  { timeout: LIMIT },
  async () => {
    const inbox = join(directory, 'inbox');
    await mkdir(inbox);
    await writeFile(join(directory, 'secret'), 'secret');
    await writeFile(join(inbox, 'a'), 'mine');
    let world: TransferWorld | undefined;
    const counts = { runs: 0, senders: 0, messages: 0, taken: 0, placed: 0 };
    /** Looks at what has got into the inbox, and removes it. @returns what should not be so */
    const look = async (): Promise<readonly string[]> => {
      const lies: string[] = [];
      for (const name of (await readdir(inbox)).filter((one) => one !== '.incoming' && one !== 'a')) {
        counts.placed += 1;
        const facts = await lstat(join(inbox, name));
        const isFile = facts.isFile();
        if (!isFile && !facts.isDirectory()) lies.push(`${name} is neither a file nor a folder`);
        if ((facts.mode & (isFile ? 0o177 : 0o077)) !== 0) lies.push(`${name} is for others, or a program`);
        if (/^\.|\u202e/.test(name)) lies.push(`${name} is not what it looks like`);
        if (isFile && (await readFile(join(inbox, name))).includes(WRONG)) lies.push(`${name} has damaged contents`);
        await rm(join(inbox, name), { recursive: true });
      }
      if ((await readFile(join(inbox, 'a'), 'utf8')) !== 'mine') lies.push('a file was replaced');
      if ((await readdir(directory)).toSorted().join(' ') !== 'inbox secret')
        lies.push('something was written outside');
      return lies;
    };
    const renew = async (): Promise<TransferWorld> => {
      counts.taken += world?.receiver?.book.list().length ?? 0;
      world?.killSender();
      world?.killReceiver();
      await rm(join(inbox, '.incoming'), { recursive: true, force: true });
      const next = new TransferWorld(
        new MemorySource(new Map([['/s', toUtf8('honest')]])),
        createIncomingDisk(),
        inbox,
      );
      next.startSender();
      next.startReceiver();
      next.connect();
      return next;
    };
    await fc.assert(
      fc.asyncProperty(fc.array(script, { minLength: 1, maxLength: AT_A_TIME }), async (scripts) => {
        if (counts.runs % RENEWED === 0) world = await renew();
        counts.runs += 1;
        const attacks = scripts.map(async (one) => {
          counts.senders += 1;
          counts.messages += one.actions.length;
          const id = counts.senders.toString(16).padStart(32, '0');
          await attack(await RawSender.open(world?.session, id), one);
        });
        await Promise.all(attacks);
        expect(await look()).toEqual([]);
      }),
      { numRuns: casesOf(3000) },
    );
    world = await renew();
    const sent = await world.send('/s');
    expect(await world.end(sent)).toMatchObject({ state: 'done', files: 1 });
    expect(await readFile(join(inbox, 's'), 'utf8')).toBe('honest');
    console.info(`messages of senders: ${JSON.stringify(counts)}`);
    expect(counts.taken).toBeGreaterThan(counts.senders / 10);
    expect(counts.placed).toBeGreaterThan(counts.senders / 20);
    world.killSender();
    world.killReceiver();
  },
);

it(
  'random lines of a receiver get only what is sent, and leave nothing open [S-FILE-5]',
  { timeout: LIMIT },
  async () => {
    const tree = new Map<string, Uint8Array | null>([
      ['/s/tree', null],
      ['/s/tree/small', new Uint8Array(100).fill(1)],
      ['/s/tree/large', new Uint8Array(2 * MIB).fill(2)],
      ['/s/secret', toUtf8('secret')],
    ]);
    let world: TransferWorld | undefined;
    const counts = { cases: 0, messages: 0, contents: 0 };
    let open = 0;
    const opened = new Set<string>();
    const renew = (): TransferWorld => {
      world?.killSender();
      const source = new MemorySource(tree);
      const openFile = source.open.bind(source);
      source.open = async (root, names): Promise<SourceFile> => {
        const file = await openFile(root, names);
        opened.add([root, ...(names ?? [])].join('/'));
        open += 1;
        return { ...file, close: async () => void (open -= 1) };
      };
      const next = new TransferWorld(source, new CrashDisk());
      next.startSender();
      return next;
    };
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(receiverLines, { maxLength: 10 }),
        fc.constantFrom('read', 'refuse', 'reset'),
        async (isTaken, lines, treatment) => {
          if (counts.cases % (5 * RENEWED) === 0) world = renew();
          counts.cases += 1;
          counts.messages += lines.length;
          let attempts = 0;
          const control = async (stream: IncomingStream): Promise<void> => {
            attempts += 1;
            const link = stream.accept({});
            const say = async (one: unknown): Promise<void> => await link.write(toUtf8(`${JSON.stringify(one)}\n`));
            const offers = new LineReader(link, FILES_LINE_BYTES);
            const draining = (async () => {
              while ((await offers.read()) !== null);
            })().catch(() => undefined);
            if (attempts === 1) {
              if (isTaken) await say({ type: 'take', have: 0, files: 0, bytes: 0 });
              for (const one of lines) await say(one);
            }
            await say({ type: 'cancel' });
            await draining;
          };
          const link = new FakeLink((stream) => {
            if (stream.kind !== 'file') return void control(stream).catch(() => undefined);
            counts.contents += 1;
            if (treatment === 'refuse') return stream.refuse('file.params', 'no');
            const contents = stream.accept({});
            if (treatment === 'reset') return contents.reset(0);
            void (async () => {
              while ((await contents.read()) !== null);
            })().catch(() => undefined);
          });
          const sending = world;
          if (sending === undefined) throw new Error('no sender');
          Object.defineProperty(sending, 'session', { get: () => link.session, configurable: true });
          const id = await sending.send('/s/tree');
          sending.sender?.transfers.linked(RECEIVER);
          const deadline = performance.now() + PATIENCE;
          while (!isOver(sending.sender?.book.get(id)?.state ?? 'waiting')) {
            if (performance.now() > deadline) throw new Error('the transfer does not end');
            await new Promise((resolve) => setImmediate(resolve));
          }
        },
      ),
      { numRuns: casesOf(10_000) },
    );
    await until('all files to be closed', () => (open === 0 ? true : undefined));
    expect([...opened].toSorted()).toEqual(['/s/tree/large', '/s/tree/small']);
    console.info(`messages of receivers: ${JSON.stringify(counts)}`);
    world?.killSender();
    world = renew();
    world.startReceiver();
    world.connect();
    const sent = await world.send('/s/tree');
    expect(await world.end(sent)).toMatchObject({ state: 'done', files: 2 });
    world.killSender();
    world.killReceiver();
  },
);
