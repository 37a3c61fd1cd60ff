import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import { createInterface } from 'node:readline';
import type { AppApiClient } from '#shared/app-api/index.ts';
import { startAgents } from '../agents.ts';
import { median, percentile } from '../measure.ts';
import { processorSeconds, residentBytes, startProcess } from '../processes.ts';
import type { Order, Seen } from './people.ts';
import { PASSWORD, prepareAccounts } from './prepare.ts';

const launcher = new URL('../../../bin/clawreach-relay.js', import.meta.url).pathname;

/** Sign-ins a minute, and changes of a project with 200 people a second. */
const SIGN_INS = 200;
const CHANGES = 2;
/** Clients of the flood: more than may be hashed and wait. */
const FLOOD = 48;
/** Between two keys, ms: faster than anyone types. */
const KEY_INTERVAL = 10;
/** ms after the load has begun, before it is measured. */
const SETTLE = 1000;

type Phase = 'quiet' | 'load' | 'flood';
type Figures = { echoes: number[]; p50: number[]; p95: number[]; p99: number[]; processor: number[]; memory: number[] };

/**
 * Echo of a terminal through a relay while people use its accounts, beside the same relay without them, in turns; then while it is flooded with
 * sign-ins. The relay is the command with its own limits, behind what it takes for a proxy.
 */
export async function measureAccounts({
  sockets,
  rounds,
  seconds,
}: Readonly<{ sockets: number; rounds: number; seconds: number }>): Promise<void> {
  const { data, accounts } = await prepareAccounts(sockets);
  const words = `--data ${data} --listen 127.0.0.1:0 --tls off --stun off --admission open --trust-proxy --accounts on`;
  const relay = await startProcess(process.execPath, [launcher, ...words.split(' '), '--log-level', 'warn']);
  const { pid } = relay.child;
  if (pid === undefined) throw new Error('no relay');
  const url = `ws://${relay.line.replace('listening on ', '')}`;
  const agents = await startAgents(url);
  const people = await startPeople({ kind: 'accounts', url, password: PASSWORD, accounts });
  const typist = await openTerminal(agents.near);
  const figures: Record<Phase, Figures> = { quiet: noFigures(), load: noFigures(), flood: noFigures() };

  const measure = async (phase: Phase, counts: boolean): Promise<void> => {
    await pause(SETTLE);
    const [begun, used] = [performance.now(), await processorSeconds([pid])];
    const echoes = await typist.type(seconds * 1000);
    const taken = (performance.now() - begun) / 1000;
    if (!counts) return;
    const of = figures[phase];
    of.processor.push((100 * ((await processorSeconds([pid])) - used)) / taken);
    of.memory.push((await residentBytes(pid)) / 2 ** 20);
    of.echoes.push(...echoes);
    const sorted = echoes.toSorted((a, b) => a - b);
    for (const [name, share] of [
      ['p50', 0.5],
      ['p95', 0.95],
      ['p99', 0.99],
    ] as const)
      of[name].push(percentile(sorted, share));
  };

  // The first round warms up.
  for (let round = 0; round <= rounds; round += 1) {
    await measure('quiet', round > 0);
    await people.order({ kind: 'open' });
    await people.order({ kind: 'begin', signInEvery: 60_000 / SIGN_INS, changeEvery: 1000 / CHANGES });
    await measure('load', round > 0);
    tell(await people.order({ kind: 'end' }), seconds + SETTLE / 1000);
    await people.order({ kind: 'close' });
    await people.order({ kind: 'flood', clients: FLOOD });
    await measure('flood', round > 0);
    tell(await people.order({ kind: 'end' }), seconds + SETTLE / 1000);
  }
  print(figures);
  await typist.close();
  await agents.close();
  relay.child.kill();
  await once(relay.child, 'exit');
  rmSync(data, { recursive: true, force: true });
}

/** Says what the people saw, so that a load which isn't one can be noticed. */
function tell({ statuses, signIns, changes, events, open }: Seen, seconds: number): void {
  const of = (share: number): string => (signIns.length === 0 ? '–' : percentile(signIns, share).toFixed(0));
  const answers = Object.entries(statuses).map(([status, times]) => `${times} × ${status}`);
  console.log(
    `  ${open} sockets, ${events} events, ${changes} changes; sign-ins in ${seconds} s: ${answers.join(', ')}, p50 / p95 ${of(0.5)} / ${of(0.95)} ms; load ${loadavg()[0]?.toFixed(1)}`,
  );
}

function print(figures: Readonly<Record<Phase, Figures>>): void {
  console.log('\n| relay | echo p50 / p95 / p99, µs | median ratio of rounds | CPU, % of a core | memory, MiB |');
  console.log('| --- | --- | --- | --- | --- |');
  for (const [phase, of] of Object.entries(figures)) {
    const sorted = of.echoes.toSorted((a, b) => a - b);
    const all = [0.5, 0.95, 0.99].map((share) => percentile(sorted, share).toFixed(0)).join(' / ');
    const ratio = (['p50', 'p95', 'p99'] as const).map((name) =>
      median(of[name].map((value, round) => value / (figures.quiet[name][round] ?? Number.NaN))).toFixed(2),
    );
    console.log(
      `| ${phase} | ${all} | ${ratio.join(' / ')} | ${median(of.processor).toFixed(0)} | ${Math.max(...of.memory).toFixed(0)} |`,
    );
  }
}

function noFigures(): Figures {
  return { echoes: [], p50: [], p95: [], p99: [], processor: [], memory: [] };
}

/** A terminal of the far agent, in which the kernel echoes each key. */
async function openTerminal(near: AppApiClient) {
  const opened = await near.call('terminal.open', {
    peer: 'far',
    cols: 80,
    rows: 24,
    term: 'xterm-256color',
    command: ['cat'],
  });
  const channel = near.channel(opened.channel);
  return {
    /** Types for some time, ms. @returns µs from each key to its echo */
    async type(time: number): Promise<number[]> {
      const samples: number[] = [];
      const end = performance.now() + time;
      while (performance.now() < end) {
        const started = performance.now();
        await channel.write(Uint8Array.of(0x61));
        await channel.read();
        samples.push((performance.now() - started) * 1000);
        await pause(KEY_INTERVAL);
      }
      return samples;
    },
    close: () => near.call('terminal.close', { channel: opened.channel, detach: false }),
  };
}

/** Starts the process of the people, which follows one order after the other. */
async function startPeople(accounts: Order) {
  const { child } = await startProcess(process.execPath, [new URL('people.ts', import.meta.url).pathname]);
  if (child.stdin === null || child.stdout === null) throw new Error('no pipes');
  const { stdin } = child;
  const lines = createInterface({ input: child.stdout });
  const people = {
    async order(order: Order): Promise<Seen> {
      const answer = once(lines, 'line');
      stdin.write(`${JSON.stringify(order)}\n`);
      const [line] = (await answer) as [string];
      return JSON.parse(line) as Seen;
    },
  };
  await people.order(accounts);
  return people;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
