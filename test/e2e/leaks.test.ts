import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EndedTerminals, type AppApiClient } from '#shared/app-api/index.ts';
import { ROOT } from '#test/support/e2e/commands.ts';
import type { Device } from '#test/support/e2e/device.ts';
import { childrenOf, descriptorsOf, HAS_PROCESS_TABLE } from '#test/support/e2e/process-table.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';

const TERMINALS = 500;
const BATCH = 10;
/** Heap that a process may have more after 500 terminals, bytes: caches and compiled code, but not a screen or a buffer of each. */
const HEAP_GROWTH = 3_000_000;

/** For closed sockets and ended programs to be gone, and for looks at them of several seconds each on a machine that is slow, ms. */
const GIVEN_BACK = 60_000;
/** What a relay holds for two devices with a link. */
const HELD: Readonly<Record<string, number>> = {
  devices_online: 2,
  joiners: 0,
  links_open: 1,
  links_attaching: 0,
  connects_pending: 0,
  // The question itself.
  unauthenticated_connections: 1,
  mailboxes_open: 0,
};

type Inside = Readonly<{ resources: Readonly<Record<string, number>>; listeners: number; heap: number }>;
type Facts = Readonly<{ descriptors: number; children: number; inside: Inside }>;

if (!HAS_PROCESS_TABLE) console.info('SKIPPED: descriptors and children of processes are counted on Linux only');

describe.runIf(HAS_PROCESS_TABLE)('five hundred terminals, opened and closed', () => {
  let stage: Stage;
  let relay: StageRelay;
  let office: Device;
  let laptop: Device;
  let client: AppApiClient;
  let ended: EndedTerminals;
  let probe: string;

  beforeAll(async () => {
    stage = new Stage();
    probe = join(stage.directory, 'probe');
    mkdirSync(probe);
    const environment = {
      NODE_OPTIONS: `--import=${pathToFileURL(join(ROOT, 'test/support/e2e/resource-probe.ts')).href}`,
      E2E_PROBE: probe,
    };
    relay = await stage.startRelay({ environment });
    ({ office, laptop } = await stage.pairedDevices(relay, { environment }));
    client = await laptop.connect();
    ended = new EndedTerminals(client);
  });
  // Those that a first try has left, which failed in the middle, are none of the second one's.
  afterEach(() => stage.restore());
  afterAll(async () => {
    client?.close();
    await stage.close();
  });

  /** Half of the terminals end by themselves, half are closed while their program waits. */
  async function openAndClose(number: number): Promise<void> {
    const closes = number % 2 === 1;
    const { channel: id } = await client.call('terminal.open', {
      peer: 'office',
      cols: 80,
      rows: 24,
      term: 'xterm-256color',
      command: closes ? ['cat'] : ['echo', `number ${number}`],
    });
    const channel = client.channel(id);
    if (closes) {
      await channel.write(Buffer.from(`number ${number}\r`));
      const echo = await channel.read();
      expect(Buffer.from(echo ?? []).toString()).toContain('number');
      await client.call('terminal.close', { channel: id, detach: false });
    }
    for (let bytes = await channel.read(); bytes !== null; bytes = await channel.read());
    channel.end();
    await ended.whenEnded(id);
  }

  async function openMany(count: number): Promise<void> {
    for (let number = 0; number < count; number += BATCH)
      await Promise.all(Array.from({ length: BATCH }, (_none, index) => openAndClose(number + index)));
  }

  async function inside(pid: number): Promise<Inside> {
    const file = join(probe, `${pid}.json`);
    rmSync(file, { force: true });
    process.kill(pid, 'SIGUSR2');
    return until(`the figures of ${pid}`, () => {
      try {
        return JSON.parse(readFileSync(file, 'utf8')) as Inside;
      } catch {
        return undefined;
      }
    });
  }

  /** The relay, both agents, and the process that holds the terminals. */
  async function processes(): Promise<ReadonlyMap<string, number>> {
    const pids = new Map([
      ['relay', relay.process.pid],
      ['office', (await office.status()).pid],
      ['laptop', (await laptop.status()).pid],
    ]);
    const [host] = childrenOf(pids.get('office') ?? 0);
    if (host === undefined) throw new Error('there is no PTY host');
    return pids.set('pty host', host);
  }

  async function look(): Promise<ReadonlyMap<string, Facts>> {
    const none = async (): Promise<true | undefined> =>
      (await office.status()).terminals.serving === 0 ? true : undefined;
    await until('the terminals to be over', none, GIVEN_BACK);
    const facts = new Map<string, Facts>();
    for (const [name, pid] of await processes()) {
      facts.set(name, {
        inside: await inside(pid),
        descriptors: descriptorsOf(pid).length,
        children: childrenOf(pid).length,
      });
    }
    return facts;
  }

  it('leave no descriptor, process, timer, listener or memory in any of the four processes', async () => {
    // Whatever is opened once and kept is open after these.
    await openMany(50);
    const before = await look();
    const begun = performance.now();
    await openMany(TERMINALS);
    console.info(`${TERMINALS} terminals in ${((performance.now() - begun) / 1000).toFixed(1)} s`);

    const names = [...before.keys()];
    const worse = (after: ReadonlyMap<string, Facts>): readonly string[] =>
      names.flatMap((name) => compare(name, before.get(name), after.get(name)));
    let after = await look();
    await until(
      'everything to be given back',
      async () => {
        after = await look();
        return worse(after).length === 0 ? true : undefined;
      },
      GIVEN_BACK,
    ).catch(() => undefined);
    for (const name of names) {
      const [was, is] = [before.get(name), after.get(name)];
      console.info(
        `${name}: descriptors ${was?.descriptors} → ${is?.descriptors}, children ${was?.children} → ${is?.children}, ` +
          `timers ${was?.inside.resources['Timeout'] ?? 0} → ${is?.inside.resources['Timeout'] ?? 0}, ` +
          `heap ${megabytes(was)} → ${megabytes(is)} MB`,
      );
    }
    expect(worse(after)).toEqual([]);

    await expect.poll(async () => gauges(await relay.metrics())).toEqual(HELD);
    expect(await laptop.json('terminals', 'office')).toEqual([]);
    for (const device of [office, laptop]) expect(device.agent?.stderr).not.toContain('MaxListenersExceededWarning');
  });
});

/** What a relay holds at the moment. */
function gauges(metrics: ReadonlyMap<string, number>): Readonly<Record<string, number | undefined>> {
  return Object.fromEntries(Object.keys(HELD).map((name) => [name, metrics.get(name)]));
}

/** What has become more. */
function compare(name: string, before: Facts | undefined, after: Facts | undefined): readonly string[] {
  if (before === undefined || after === undefined) return [`${name} is another process`];
  const more: string[] = [];
  const check = (what: string, was: number, is: number, most = was): void => {
    if (is > most) more.push(`${name}: ${what} ${was} → ${is}`);
  };
  check('descriptors', before.descriptors, after.descriptors);
  check('children', before.children, after.children);
  check('listeners of the process', before.inside.listeners, after.inside.listeners);
  check('heap', before.inside.heap, after.inside.heap, before.inside.heap + HEAP_GROWTH);
  for (const [type, count] of Object.entries(after.inside.resources)) {
    // The look itself, and the calls of the status command, come and go.
    const was = before.inside.resources[type] ?? 0;
    check(type, was, count, was + 4);
  }
  return more;
}

function megabytes(facts: Facts | undefined): string {
  return ((facts?.inside.heap ?? 0) / 1e6).toFixed(1);
}
