/**
 * `npm run bench`: ClawReach through its relay beside raw loopback TCP and `ssh -J`, interleaved in one run, everything on this machine.
 * Figures differ from machine to machine; the ratios are what counts. `npm run bench -- --quick` for a short look.
 */
import { cpus, totalmem } from 'node:os';
import { build } from './build.ts';
import { connectArguments, measureCommand, measureKeystrokes, startAgents } from './agents.ts';
import { measureSshKeystrokes, runToEnd } from './keys.ts';
import { measureBulk, measureConnect, measureEcho, median, percentile } from './measure.ts';
import { measureIdleMemory } from './memory.ts';
import { startPeers, startRelayProcess } from './paths.ts';
import { endAll, processorSeconds, startProcess } from './processes.ts';
import { startSshReference } from './ssh.ts';

const quick = process.argv.includes('--quick');
const rounds = quick ? 2 : 5;
const bulkBytes = (quick ? 128 : 512) * 1024 * 1024;
const idleDevices = quick ? 1000 : 5000;

type Figures = { bulk1: number[]; bulk8: number[]; echo: number[]; connect: number[] };
const empty = (): Figures => ({ bulk1: [], bulk8: [], echo: [], connect: [] });

await build();
process.on('exit', endAll);
const processor = cpus()[0]?.model ?? 'unknown';
console.log(
  `${processor}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${rounds} rounds\n`,
);

const server = await startProcess(process.execPath, [new URL('server.ts', import.meta.url).pathname]);
const serverPort = Number(server.line);
const relay = await startRelayProcess();
const peers = await startPeers(relay.url, serverPort);
const ssh = await startSshReference();
const paths: [string, number, Figures][] = [
  ['raw TCP', serverPort, empty()],
  ['ClawReach', peers.port, empty()],
];
if (ssh !== undefined) paths.push(['ssh -J', await ssh.forward(serverPort), empty()]);

// 1. Whole paths, one after the other in each round. The first round of a path warms it up and is not counted.
const pids = [relay.pid, peers.near.pid ?? 0, peers.far.pid ?? 0];
let before: number[] = [];
for (let round = 0; round <= rounds; round += 1) {
  for (const [name, port, figures] of paths) {
    if (round === 1 && name === 'ClawReach') before = await Promise.all(pids.map(processorSeconds));
    const bulk1 = await measureBulk(port, 1, bulkBytes);
    const bulk8 = await measureBulk(port, 8, bulkBytes / 8);
    const echo = percentile(await measureEcho(port, quick ? 500 : 2000), 0.5);
    const connect = percentile(await measureConnect(port, quick ? 20 : 100), 0.5);
    if (round === 0) continue;
    figures.bulk1.push(bulk1);
    figures.bulk8.push(bulk8);
    figures.echo.push(echo);
    figures.connect.push(connect);
  }
}
const after = await Promise.all(pids.map(processorSeconds));
const gibibytes = (2 * rounds * bulkBytes) / 2 ** 30;
const used = after.map((seconds, index) => (seconds - (before[index] ?? 0)) / gibibytes);

const row = (...cells: readonly string[]): void => console.log(`| ${cells.join(' | ')} |`);
const raw = paths[0]?.[2] ?? empty();
row('path', 'bulk, 1 stream, MiB/s', '8 streams', 'echo of 32 B p50, µs', 'added to raw, µs', 'connect p50, µs');
row('---', '---', '---', '---', '---', '---');
for (const [name, , figures] of paths) {
  row(
    name,
    median(figures.bulk1).toFixed(0),
    median(figures.bulk8).toFixed(0),
    median(figures.echo).toFixed(0),
    (median(figures.echo) - median(raw.echo)).toFixed(0),
    median(figures.connect).toFixed(0),
  );
}
const ours = paths[1]?.[2] ?? empty();
const reference = paths[2]?.[2];
console.log(
  `\nCPU s/GiB with echo and connects: relay ${used[0]?.toFixed(2)}, near ${used[1]?.toFixed(2)}, far ${used[2]?.toFixed(2)}`,
);
if (reference !== undefined) {
  const added = (figures: Figures): number => median(figures.echo) - median(raw.echo);
  console.log(`bulk, 1 stream: ${(median(ours.bulk1) / median(reference.bulk1)).toFixed(2)} × ssh -J (floor 1.3)`);
  console.log(`bulk, 8 streams: ${(median(ours.bulk8) / median(reference.bulk8)).toFixed(2)} × ssh -J (floor 1.3)`);
  console.log(`added round trip: ${(added(ours) / added(reference)).toFixed(2)} × ssh -J (at most 1.5)`);
}

// 2. The product as a person uses it: a key through two agents and a PTY, and a whole command.
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

// 3. Idle devices, in fresh processes.
const memory = await measureIdleMemory(idleDevices);
console.log(`\nrelay memory per idle device (${idleDevices} devices, no TLS): ${(memory.relay / 1024).toFixed(1)} KiB`);
console.log(
  `  bare ws connection: ${(memory.socket / 1024).toFixed(1)} KiB; ratio ${(memory.relay / memory.socket).toFixed(2)} (at most 1.3)`,
);
process.exit(0);
