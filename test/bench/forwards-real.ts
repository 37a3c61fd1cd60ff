import type { AppApiClient, ForwardRule } from '#shared/app-api/index.ts';
import { startAgents } from './agents.ts';
import { median } from './measure.ts';
import { startChains } from './chain.ts';
import { processorSeconds } from './processes.ts';
import { measureShortConnections, type Route } from './short-connections.ts';
import type { SshReference } from './ssh.ts';
import { measureWholePaths, printRatios, printWholePaths, type WholePath } from './whole-paths.ts';

export type ForwardBench = Readonly<{
  relay: Readonly<{ url: string; pid: number }>;
  serverPort: number;
  ssh: SshReference | undefined;
  rounds: number;
  bulkBytes: number;
  quick: boolean;
  /** Of all that only the short connections. */
  shortOnly: boolean;
}>;

/** The product's own rules between agents as people run them, through a relay and directly, beside the forwards of OpenSSH. */
export async function measureForwards(bench: ForwardBench): Promise<void> {
  const { relay, serverPort, ssh, rounds, quick, shortOnly } = bench;
  const relayed = await startAgents(relay.url);
  const direct = await startAgents(relay.url, 'direct-only');
  const paths: WholePath[] = [
    { name: 'raw TCP', port: serverPort, processes: {} },
    {
      name: 'bridge',
      port: await addBridge(relayed.near, serverPort),
      processes: { relay: [relay.pid], ...relayed.pids },
    },
    { name: 'bridge, direct', port: await addBridge(direct.near, serverPort), processes: direct.pids },
  ];
  const shorts: ShortPath[] = [
    shortPath('raw TCP', { target: serverPort }),
    shortPath('socks5', { proxy: await addSocks(relayed.near), target: serverPort }, relayed.pids),
    shortPath('socks5, direct', { proxy: await addSocks(direct.near), target: serverPort }, direct.pids),
  ];
  if (ssh !== undefined) {
    const { pids } = ssh;
    paths.push({ name: 'ssh -J', port: await ssh.forward(serverPort), processes: { all: pids } });
    paths.push({ name: 'ssh -L', port: await ssh.forward(serverPort, true), processes: { all: pids } });
    const by = async (name: string, directly: boolean): Promise<void> => {
      shorts.push(shortPath(name, { proxy: await ssh.dynamic(directly), target: serverPort }));
    };
    await by('ssh -J -D', false);
    await by('ssh -D', true);
  }

  console.log('\nForwards of the product\n');
  if (!shortOnly) {
    const figures = await measureWholePaths(paths, bench);
    printWholePaths(figures);
    console.log('');
    printRatios(figures, 'bridge', 'ssh -J', { bulk: 'goal 1.5', echo: 'no goal' });
    printRatios(figures, 'bridge, direct', 'ssh -L', { bulk: 'goal 0.8', echo: 'no goal' });
  }

  // The first round warms up.
  for (let round = 0; round <= rounds; round += 1)
    for (const path of shorts) await measureShort(path, quick ? 300 : 2000, round > 0);
  console.log('');
  for (const { name, rates, costs } of shorts) {
    const each = [...costs].map(([process, cost]) => `, ${process} ${median(cost).toFixed(2)} ms`);
    console.log(`short connections, ${name}: ${median(rates).toFixed(0)} a second${each.join('')}`);
  }
  printShort(shorts, 'socks5', 'ssh -J -D');
  printShort(shorts, 'socks5, direct', 'ssh -D');
  for (const pair of [relayed, direct]) await pair.close();
  if (!shortOnly) await measureChains(bench);
}

/** The same rule through one other peer, and through two. */
async function measureChains(bench: ForwardBench): Promise<void> {
  const { relay, serverPort, ssh } = bench;
  const chains = await startChains(relay.url);
  const paths: WholePath[] = [
    { name: 'raw TCP', port: serverPort, processes: {} },
    { name: 'via A', port: await addBridge(chains.one, serverPort), processes: chains.pids },
    { name: 'via A, B', port: await addBridge(chains.two, serverPort), processes: chains.pids },
  ];
  if (ssh !== undefined) {
    paths.push({ name: 'ssh -J', port: await ssh.forward(serverPort), processes: { all: ssh.pids } });
    paths.push({ name: 'ssh -J a,b', port: await ssh.forwardTwice(serverPort), processes: { all: ssh.pids } });
  }
  console.log('\nChains\n');
  const figures = await measureWholePaths(paths, bench);
  printWholePaths(figures);
  console.log('');
  printRatios(figures, 'via A', 'ssh -J', { bulk: 'no goal', echo: 'no goal' });
  printRatios(figures, 'via A, B', 'ssh -J a,b', { bulk: 'no goal', echo: 'no goal' });
  await chains.close();
}

type ShortPath = Readonly<{
  name: string;
  route: Route;
  pids: Readonly<Record<string, readonly number[]>>;
  rates: number[];
  /** CPU of one connection in each process, ms. */
  costs: Map<string, number[]>;
}>;

function shortPath(name: string, route: Route, pids: ShortPath['pids'] = {}): ShortPath {
  return { name, route, pids, rates: [], costs: new Map() };
}

async function measureShort({ route, pids, rates, costs }: ShortPath, count: number, counts: boolean): Promise<void> {
  const names = Object.keys(pids);
  const used = (): Promise<readonly number[]> => Promise.all(names.map((name) => processorSeconds(pids[name] ?? [])));
  const before = await used();
  const rate = await measureShortConnections(route, count);
  const after = await used();
  if (!counts) return;
  rates.push(rate);
  for (const [index, name] of names.entries()) {
    const cost = (((after[index] ?? NaN) - (before[index] ?? NaN)) * 1000) / count;
    costs.set(name, [...(costs.get(name) ?? []), cost]);
  }
}

function printShort(
  shorts: readonly Readonly<{ name: string; rates: readonly number[] }>[],
  name: string,
  reference: string,
): void {
  const [ours, theirs] = [name, reference].map((wanted) => shorts.find((one) => one.name === wanted)?.rates);
  if (ours === undefined || theirs === undefined) return;
  const ratios = ours.map((rate, round) => rate / (theirs[round] ?? NaN));
  console.log(`${name}: ${median(ratios).toFixed(2)} × ${reference} (goal 0.5)`);
}

/** A rule that listens at any free port. @returns its port */
async function add(api: AppApiClient, rule: (peer: string) => ForwardRule): Promise<number> {
  const { peerId } = await api.call('peers.get', { peer: 'far' });
  const { address, problem } = await api.call('forwards.add', { rule: rule(peerId) });
  const port = /:(\d+)$/.exec(address ?? '')?.[1];
  if (port === undefined) throw new Error(`the rule does not run: ${problem?.code}`);
  return Number(port);
}

const COMMON = { enabled: true, listen: { host: '127.0.0.1', port: 0 } };

export function addBridge(api: AppApiClient, port: number, name = 'bridge'): Promise<number> {
  const to = { host: '127.0.0.1', port };
  return add(api, (peer) => ({ ...COMMON, kind: 'tcp-bridge', name, peer, direction: 'local', to }));
}

function addSocks(api: AppApiClient): Promise<number> {
  return add(api, (peer) => ({ ...COMMON, kind: 'socks5', name: 'socks', peer, user: null }));
}
