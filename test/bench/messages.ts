/**
 * `node test/bench/messages.ts [--quick] [--built]`: messages of 1 KiB between agents of two machines through a relay, everything on this machine: how
 * many a second come to the other machine's disk, the time from the call to the receipt beside a round trip, and the echo of keys in a terminal beside
 * 500 and 2000 messages a second, against the same echo alone. References of the same run: a loop that appends 1 KiB to a file and waits for the disk, and
 * keys typed by turns into `ssh -J` beside the same messages, which it has nothing to do with: what they lose, the machine's processors lack.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { cpus } from 'node:os';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { AppApiClient, MessageView } from '#shared/app-api/index.ts';
import { readFlags } from '#test/support/command-words.ts';
import { startAgent } from './agents.ts';
import { buildPrograms } from './build.ts';
import { median, percentile } from './measure.ts';
import { startRelayProcess } from './paths.ts';
import { endAll, processorSeconds, track } from './processes.ts';
import { startSshReference } from './ssh.ts';
import type { KeyTimes } from './typist.ts';

const words = readFlags(['quick', 'built'], 'Usage: node test/bench/messages.ts [--quick] [--built]');
const quick = words.has('quick');
const rounds = quick ? 2 : 3;
const COUNT = quick ? 2000 : 4000;
const SINGLE = quick ? 50 : 200;
/** Messages a second beside the keys, and keys in each of the turns of a round, alone and beside messages. The lower pace leaves two cores some time. */
const PACES = [500, 2000] as const;
const TURNS = quick ? 2 : 6;
const KEYS = 40;
/** Keys before those that count. */
const WARM_UP = 8;
/** Most messages beside the keys of a turn: fewer than one peer may have in the other machine's box, where no program takes them meanwhile. */
const MOST_BESIDE = 4000;
/** Time within which messages come to the other machine, ms. */
const PATIENCE = 60_000;
/** Calls on their way at a time. */
const AT_ONCE = 48;
const BODY = 'x'.repeat(1024);

if (!words.has('built')) await buildPrograms();
process.on('exit', endAll);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
console.log(`${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node ${process.version}, ${rounds} rounds\n`);

/** Keeps this program running while it only waits for events. */
setInterval(() => undefined, 1000);
const relay = await startRelayProcess();
const profiles = ['near', 'far'].map((name) => mkdtempSync(join(tmpdir(), `clawreach-bench-${name}-`)));
const agents = await Promise.all(
  profiles.map(async (profile, index) => await startAgent(profile, index === 0 ? 'near' : 'far', relay.url)),
);
const [near, far] = agents.map(({ client }) => client);
if (near === undefined || far === undefined) throw new Error('no agents');
const invitation = await far.call('pairing.invite', { allow: ['message', 'terminal'] });
const [joined, invited] = await Promise.all([
  near.call('pairing.join', { codeOrLink: invitation.code ?? '', allow: ['message'] }),
  far.call('pairing.result', { pairing: invitation.pairing }),
]);
await far.call('pairing.confirm', { peer: invited.peer.peerId, words: joined.words });
await near.call('pairing.confirm', { peer: joined.peer.peerId, words: joined.words });
for (const [client, peer] of [
  [near, 'far'],
  [far, 'near'],
] as const)
  await client.call('peers.setPathMode', { peer, mode: 'relay-only' });

// Another process than that of the messages, as a window is beside a program.
const ssh = await startSshReference();
const typist = fork(new URL('typist.ts', import.meta.url), [profiles[0] ?? '', ...(ssh?.targetArguments ?? [])]);
track(typist);
type Keys = { own: number[]; ssh: number[] };
const alone: Keys = { own: [], ssh: [] };
const beside = PACES.map((): { keys: Keys; paces: number[] } => ({ keys: { own: [], ssh: [] }, paces: [] }));
const addKeys = (to: Keys, times: KeyTimes): void => {
  to.own.push(...times.own);
  to.ssh.push(...times.ssh);
};
const rates: number[] = [];
/** Processor time of the two agents for a message, ms, of each round. */
const costs: (readonly number[])[] = [];
const waits: number[] = [];
const roundTrips: number[] = [];
const syncs: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  const before = await processorTimes();
  rates.push(await measureRate(near));
  const after = await processorTimes();
  costs.push(after.map((time, index) => ((time - (before[index] ?? 0)) / COUNT) * 1000));
  await takeAll(far);
  const { waited, roundTrip } = await measureReceipts(near);
  waits.push(...waited);
  roundTrips.push(roundTrip);
  syncs.push(await measureSync());
  await takeAll(far);
  for (let turn = 0; turn < TURNS; turn += 1)
    for (const [index, wanted] of PACES.entries()) {
      const { keys, besideKeys, pace } = await measureTyping(near, wanted);
      addKeys(alone, keys);
      const busy = beside[index];
      if (busy !== undefined) addKeys(busy.keys, besideKeys);
      busy?.paces.push(pace);
      await takeAll(far);
    }
}
const sorted = waits.toSorted((one, other) => one - other);
console.log(`messages a second, on the other machine's disk: ${median(rates).toFixed(0)}`);
const costOf = (index: number): string => median(costs.map((each) => each[index] ?? 0)).toFixed(2);
console.log(`processor time of a message: at its sender ${costOf(0)} ms, at its recipient ${costOf(1)} ms`);
console.log(
  `call to receipt: p50 ${percentile(sorted, 0.5).toFixed(1)} ms, p95 ${percentile(sorted, 0.95).toFixed(1)} ms; round trip ${median(roundTrips).toFixed(1)} ms, one write to the disk ${median(syncs).toFixed(1)} ms`,
);
const inOrder = (times: readonly number[]): number[] => times.toSorted((one, other) => one - other);
const shares = [0.5, 0.95, 0.99];
const ofShares = (text: (share: number) => string): string => shares.map(text).join(' / ');
for (const program of ssh === undefined ? (['own'] as const) : (['own', 'ssh'] as const)) {
  const quiet = inOrder(alone[program]);
  console.log(
    `echo of a key${program === 'ssh' ? ' by ssh -J' : ''}, p50 / p95 / p99: alone ${ofShares((share) => percentile(quiet, share).toFixed(2))} ms`,
  );
  for (const { keys, paces } of beside) {
    const busy = inOrder(keys[program]);
    console.log(
      `  beside ${median(paces).toFixed(0)} messages a second ${ofShares((share) => percentile(busy, share).toFixed(2))} ms: ` +
        `${ofShares((share) => (percentile(busy, share) / percentile(quiet, share)).toFixed(2))} × alone`,
    );
  }
}
typist.disconnect();
await once(typist, 'exit');
for (const client of [near, far]) await client.call('agent.stop', {}).catch(() => undefined);
await Promise.all([near.closed, far.closed]);
for (const profile of profiles) rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
process.exit(0);

/** @returns processor time of each agent so far, s */
function processorTimes(): Promise<readonly number[]> {
  return Promise.all(agents.map(({ pids }) => processorSeconds(pids)));
}

function send(client: AppApiClient): Promise<MessageView> {
  return client.call('messages.send', { peer: 'far', agent: 'me', body: BODY });
}

/**
 * Counts messages that come to the other machine's disk. A function, since classes aren't there yet when the program's first lines run.
 * @returns the count, and a function that waits until so many have come. That one fails if a message doesn't come.
 */
function countReceipts(
  client: AppApiClient,
): Readonly<{ stored(): number; until(count: number): Promise<void>; close(): void }> {
  const counts = { stored: 0 };
  let problem: string | undefined;
  let changed = Promise.withResolvers<void>();
  const off = client.on('message.changed', ({ direction, state, code }) => {
    if (direction !== 'out') return;
    if (state === 'refused' || state === 'expired') problem = `a message was ${state}: ${code ?? 'no reason'}`;
    if (state === 'stored') counts.stored += 1;
    changed.resolve();
  });
  return {
    stored: () => counts.stored,
    async until(count) {
      const late = AbortSignal.timeout(PATIENCE);
      while (counts.stored < count) {
        if (problem !== undefined || late.aborted)
          throw new Error(problem ?? `${counts.stored} of ${count} messages came in ${PATIENCE / 1000} s`);
        changed = Promise.withResolvers<void>();
        await Promise.race([changed.promise, delay(1000)]);
      }
    },
    close: off,
  };
}

/** @returns messages a second, from the first call to the last receipt */
async function measureRate(client: AppApiClient): Promise<number> {
  const receipts = countReceipts(client);
  const begun = performance.now();
  let left = COUNT;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await send(client);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  await receipts.until(COUNT);
  const rate = COUNT / ((performance.now() - begun) / 1000);
  receipts.close();
  return rate;
}

/** @returns ms from the call to the receipt of single messages, and the round trip meanwhile, ms */
async function measureReceipts(
  client: AppApiClient,
): Promise<Readonly<{ waited: readonly number[]; roundTrip: number }>> {
  const waited: number[] = [];
  const times: number[] = [];
  for (let each = 0; each < SINGLE; each += 1) {
    const begun = performance.now();
    let id: string | undefined;
    const early = new Set<string>();
    const { promise, resolve } = Promise.withResolvers<void>();
    const off = client.on('message.changed', (message) => {
      if (message.state !== 'stored') return;
      if (message.id === id) resolve();
      early.add(message.id);
    });
    id = (await send(client)).id;
    if (early.has(id)) resolve();
    await promise;
    off();
    waited.push(performance.now() - begun);
    if (each % 10 === 0) times.push((await client.call('peers.ping', { peer: 'far', timeout: 5000 })).rtt);
  }
  return { waited, roundTrip: median(times) };
}

/** @returns ms from a key to its echo, in turns alone and beside messages, and the messages a second meanwhile */
async function measureTyping(
  client: AppApiClient,
  wanted: number,
): Promise<Readonly<{ keys: KeyTimes; besideKeys: KeyTimes; pace: number }>> {
  await typeKeys(WARM_UP);
  const keys = await typeKeys(KEYS);
  const end = new AbortController();
  const sending = sendAtPace(client, wanted, end.signal);
  await typeKeys(WARM_UP);
  const besideKeys = await typeKeys(KEYS);
  end.abort();
  return { keys, besideKeys, pace: await sending };
}

async function typeKeys(count: number): Promise<KeyTimes> {
  typist.send(count);
  const [times] = (await once(typist, 'message')) as [KeyTimes];
  return times;
}

/** Sends messages at their pace, as far as the agent takes them, and waits until all have come. @returns messages a second that were stored */
async function sendAtPace(client: AppApiClient, wanted: number, signal: AbortSignal): Promise<number> {
  const receipts = countReceipts(client);
  const begun = performance.now();
  let given = 0;
  const open = new Set<Promise<unknown>>();
  while (!signal.aborted) {
    const due = Math.min(((performance.now() - begun) / 1000) * wanted, MOST_BESIDE);
    for (; given < due && open.size < AT_ONCE; given += 1) {
      const sent: Promise<unknown> = send(client).finally(() => open.delete(sent));
      open.add(sent);
    }
    await delay(4);
  }
  const rate = receipts.stored() / ((performance.now() - begun) / 1000);
  await Promise.all(open);
  await receipts.until(given);
  receipts.close();
  return rate;
}

/** The program behind the other agent takes what has come, so that its box has room. Nothing comes meanwhile. */
async function takeAll(client: AppApiClient): Promise<void> {
  let before: string | undefined;
  let isOver = false;
  while (!isOver) {
    const listed = await client.call('messages.list', {
      direction: 'in',
      limit: 200,
      ...(before === undefined ? {} : { before }),
    });
    before = listed.at(-1)?.id;
    const waiting = listed.filter(({ state }) => state === 'stored');
    // Older ones were taken before.
    isOver = waiting.length === 0;
    for (let at = 0; at < waiting.length; at += AT_ONCE)
      await Promise.all(
        waiting.slice(at, at + AT_ONCE).map(({ id }) => client.call('messages.settle', { id, state: 'read' })),
      );
  }
  const me = (await client.call('agents.list', {})).find(({ builtIn }) => builtIn);
  if (me?.waiting !== 0) throw new Error(`${me?.waiting ?? 'all'} messages were left in the box`);
}

/** @returns median time of one appended KiB with `fdatasync`, ms */
async function measureSync(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'clawreach-bench-disk-'));
  const file = await open(join(folder, 'file'), 'a');
  const times: number[] = [];
  for (let each = 0; each < 100; each += 1) {
    const begun = performance.now();
    await file.appendFile(BODY);
    await file.datasync();
    times.push(performance.now() - begun);
  }
  await file.close();
  rmSync(folder, { recursive: true, force: true });
  return median(times);
}
