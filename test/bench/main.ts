/**
 * `npm run bench`: ClawReach through its relay beside raw loopback TCP and `ssh -J`, and directly beside `ssh -L`, interleaved in one run,
 * everything on this machine; then typing beside a transfer, and connecting to somebody far away. Figures differ from machine to machine;
 * the ratios are what counts. `npm run bench -- --quick` for a short look, `--paths` to leave out agents and memory, `--forwards` for the
 * product's own forwards alone, with chains, and with WireGuard where it can run, `--short` for the short connections of these alone, `--udp` for the
 * three kinds of path of one link alone: through the relay, directly, and over UDP, and then over UDP beside a relay that is far away, `--aged` for
 * agents that carried 50 GiB and rested for 15 minutes (2 GiB and 5 minutes with `--quick`), beside new ones, alone; `--accounts` for a terminal
 * through a relay whose accounts are used, alone.
 */
import type { ChildProcess } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { readFlags } from '#test/support/command-words.ts';
import { build, buildPrograms } from './build.ts';
import { measureAccounts } from './accounts/index.ts';
import { measureAged } from './aged.ts';
import { measureEchoBesideBulk } from './beside-bulk.ts';
import { measureFarConnect } from './far-connect.ts';
import { measureFarRelay } from './far-relay.ts';
import { connectArguments, measureCommand, measureKeystrokes, startAgents } from './agents.ts';
import { measureSshKeystrokes, runToEnd } from './keys.ts';
import { measureForwards } from './forwards-real.ts';
import { median, percentile } from './measure.ts';
import { measureIdleMemory } from './memory.ts';
import { measureCommands } from './commands.ts';
import { startDirectPeers, startPeers, startRelayProcess, type PeerPair } from './paths.ts';
import { endAll, startProcess } from './processes.ts';
import { startSshReference } from './ssh.ts';
import { measureWholePaths, printRatios, printWholePaths, type WholePath } from './whole-paths.ts';

const words = readFlags(
  ['quick', 'paths', 'short', 'forwards', 'udp', 'aged', 'commands', 'accounts'],
  'Usage: npm run bench -- [--quick] [--paths] [--forwards] [--short] [--udp] [--aged] [--commands] [--accounts]',
);
const quick = words.has('quick');
const rounds = quick ? 2 : 5;
const bulkBytes = (quick ? 128 : 512) * 1024 * 1024;
const idleDevices = quick ? 1000 : 5000;

const pathsOnly = words.has('paths');
const shortOnly = words.has('short');
const forwardsOnly = shortOnly || words.has('forwards');
await (pathsOnly ? buildPrograms() : build());
process.on('exit', endAll);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
const processor = cpus()[0]?.model ?? 'unknown';
console.log(
  `${processor}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${rounds} rounds\n`,
);

if (words.has('accounts')) {
  await measureAccounts({ sockets: 2000, rounds, seconds: quick ? 10 : 20 });
  process.exit(0);
}
const server = await startProcess(process.execPath, [new URL('server.ts', import.meta.url).pathname]);
const serverPort = Number(server.line);
const relay = await startRelayProcess();
if (words.has('aged')) {
  const [carried, idle] = quick ? [2, 5] : [50, 15];
  await measureAged({ relay, serverPort, rounds, bulkBytes: 2 * bulkBytes, carried, idle });
  process.exit(0);
}
if (forwardsOnly) {
  await measureForwards({ relay, serverPort, ssh: await startSshReference(), rounds, bulkBytes, quick, shortOnly });
  if (!shortOnly) await measureWireGuard();
  process.exit(0);
}
if (words.has('commands')) {
  await measureCommands({ relay, ssh: await startSshReference(), rounds, bulkBytes });
  process.exit(0);
}
const peers = await startPeers(relay.url, serverPort);
if (words.has('udp')) {
  await measureUdp();
  process.exit(0);
}
const ssh = await startSshReference();
const directPeers = await startDirectPeers(serverPort);
const pid = (child: ChildProcess): readonly number[] => (child.pid === undefined ? [] : [child.pid]);
const paths: WholePath[] = [
  { name: 'raw TCP', port: serverPort, processes: {} },
  {
    name: 'ClawReach',
    port: peers.port,
    processes: { relay: [relay.pid], near: pid(peers.near), far: pid(peers.far) },
  },
  {
    name: 'ClawReach, direct',
    port: directPeers.port,
    processes: { near: pid(directPeers.near), far: pid(directPeers.far) },
  },
];
if (ssh !== undefined) {
  const { pids } = ssh;
  paths.push({ name: 'ssh -J', port: await ssh.forward(serverPort), processes: { all: pids } });
  paths.push({ name: 'ssh -L', port: await ssh.forward(serverPort, true), processes: { all: pids } });
}

// 1. Whole paths.
const figures = await measureWholePaths(paths, { rounds, bulkBytes, quick });
printWholePaths(figures);
console.log('');
printRatios(figures, 'ClawReach', 'ssh -J', { bulk: 'floor 1.3', echo: 'at most 1.5' });
printRatios(figures, 'ClawReach, direct', 'ssh -L', { bulk: 'goal 0.8, then 1.0', echo: 'no goal' });

// 2. Typing beside a transfer.
const keysOf: Readonly<Record<string, number>> = {
  ClawReach: peers.interactive,
  'ClawReach, direct': directPeers.interactive,
};
const ways = paths.map(({ name, port }) => ({ name, bulk: port, keys: keysOf[name] ?? port }));
await measureEchoBesideBulk(ways, { rounds: quick ? 1 : 3, echoes: quick ? 60 : 120 });

// 3. A connection to somebody far away.
await measureFarConnect(serverPort, quick ? 5 : 15);
if (pathsOnly) process.exit(0);

// 4. The product as a person uses it: a key through two agents and a PTY, and a whole command.
const agents = await startAgents(relay.url);
const keys: number[] = [];
const sshKeys: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  keys.push(percentile(await measureKeystrokes(agents, 500), 0.5));
  if (ssh !== undefined) sshKeys.push(percentile(await measureSshKeystrokes(ssh.targetArguments, 500), 0.5));
}
console.log(`\nkeystroke echo through a PTY p50: ${median(keys).toFixed(0)} µs`);
if (sshKeys.length > 0) {
  console.log(`  ssh -J: ${median(sshKeys).toFixed(0)} µs; ratio ${(median(keys) / median(sshKeys)).toFixed(2)}`);
}
const command = await measureCommand(() => runToEnd(process.execPath, connectArguments(agents)), quick ? 3 : 10);
console.log(`clawreach connect far -- true, whole command p50: ${percentile(command, 0.5).toFixed(0)} ms`);
if (ssh !== undefined) {
  const { targetArguments } = ssh;
  const sshCommand = await measureCommand(() => runToEnd('ssh', [...targetArguments, 'true']), quick ? 3 : 10);
  console.log(`  ssh -J target true: ${percentile(sshCommand, 0.5).toFixed(0)} ms`);
}
await agents.close();

// 5. The product's own forwards.
await measureForwards({ relay, serverPort, ssh, rounds, bulkBytes, quick, shortOnly });

// 6. Idle devices, in fresh processes.
const memory = await measureIdleMemory(idleDevices);
console.log(`\nrelay memory per idle device (${idleDevices} devices, no TLS): ${(memory.relay / 1024).toFixed(1)} KiB`);
console.log(
  `  bare ws connection: ${(memory.socket / 1024).toFixed(1)} KiB; ratio ${(memory.relay / memory.socket).toFixed(2)} (at most 1.3)`,
);
process.exit(0);

/** What a link gains over UDP where TCP is not to be had, and what it would lose. */
async function measureUdp(): Promise<void> {
  const direct = await startDirectPeers(serverPort);
  const udp = await startDirectPeers(serverPort, undefined, undefined, 'udp');
  const ends = ({ near, far }: PeerPair): WholePath['processes'] => ({
    near: near.pid === undefined ? [] : [near.pid],
    far: far.pid === undefined ? [] : [far.pid],
  });
  const measured = await measureWholePaths(
    [
      { name: 'raw TCP', port: serverPort, processes: {} },
      { name: 'through the relay', port: peers.port, processes: { relay: [relay.pid], ...ends(peers) } },
      { name: 'directly', port: direct.port, processes: ends(direct) },
      { name: 'over UDP', port: udp.port, processes: ends(udp) },
    ],
    { rounds, bulkBytes: bulkBytes / 4, quick },
  );
  printWholePaths(measured);
  console.log('');
  printRatios(measured, 'over UDP', 'through the relay', { bulk: 'no goal', echo: 'no goal' });
  printRatios(measured, 'over UDP', 'directly', { bulk: 'no goal', echo: 'no goal' });
  await measureFarRelay({ serverPort, udp: udp.port, rounds: quick ? 2 : 3, bulkBytes: bulkBytes / 16, quick });
}

/** In a process of its own, which says in a line why where it cannot run. */
async function measureWireGuard(): Promise<void> {
  const words = [new URL('forwards-wireguard.ts', import.meta.url).pathname, '--built', ...(quick ? ['--quick'] : [])];
  console.log('');
  await runToEnd(process.execPath, words, true);
}
