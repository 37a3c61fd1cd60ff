/**
 * `node test/bench/transfers.ts [--quick] [--built]`: files from one machine to another through a relay, everything on this machine. One large file beside
 * the bytes of a forward over the same path, and beside `scp` through a jump host; 10 000 small files beside `tar | ssh` through it. Each pair is measured
 * in the same rounds. The disk is that of the temporary folder for all of them.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect, type Socket } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOver } from '#shared/files/index.ts';
import { readFlags } from '#test/support/command-words.ts';
import { startAgents } from './agents.ts';
import { build } from './build.ts';
import { addBridge } from './forwards-real.ts';
import { median } from './measure.ts';
import { startRelayProcess } from './paths.ts';
import { endAll, residentBytes } from './processes.ts';
import { startSshReference, type SshReference } from './ssh.ts';

const words = readFlags(['quick', 'built'], 'Usage: node test/bench/transfers.ts [--quick] [--built]');
const quick = words.has('quick');
const MIB = 1_048_576;
const LARGE = (quick ? 256 : 1024) * MIB;
const SMALL = quick ? 2000 : 10_000;
const ROUNDS = quick ? 2 : 5;

if (!words.has('built')) await build();
process.on('exit', endAll);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
console.log(`${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node ${process.version}, ${ROUNDS} rounds\n`);

/** Keeps this program running while it only waits for events. */
setInterval(() => undefined, 1000);
const folder = mkdtempSync(join(tmpdir(), 'clawreach-bench-files-'));
const large = join(folder, 'large');
execFileSync('dd', ['if=/dev/urandom', `of=${large}`, 'bs=1M', `count=${LARGE / MIB}`, 'status=none']);
const small = join(folder, 'small');
for (let group = 0; group * 100 < SMALL; group += 1) {
  mkdirSync(join(small, `g${group}`), { recursive: true });
  for (let each = 0; each < 100; each += 1)
    writeFileSync(join(small, `g${group}`, `f${each}`), Buffer.alloc(4096, each));
}
const relay = await startRelayProcess();
const agents = await startAgents(relay.url);
const { near, far } = agents;
const { pairing } = await near.call('peers.get', { peer: 'far' });
if (pairing !== undefined && pairing !== null)
  await near.call('pairing.confirm', { peer: 'far', words: pairing.words });
await far.call('rights.set', { peer: 'near', right: 'send', decision: 'allow', expiresAt: null });
const ssh = await startSshReference();
const sink = await startSink();
const port = await addBridge(near, sink);

const memory = async (): Promise<number> => {
  const pids = [...agents.pids.near, ...agents.pids.far];
  const sizes = await Promise.all(pids.map((pid) => residentBytes(pid).catch(() => 0)));
  return sizes.reduce((sum, size) => sum + size, 0) / MIB;
};
const idle = await memory();
const forwarded: number[] = [];
const sent: number[] = [];
const copied: number[] = [];
const many: number[] = [];
const tarred: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  forwarded.push(LARGE / MIB / (await timed(() => pour(port))));
  sent.push(LARGE / MIB / (await timed(() => send(large))));
  if (ssh !== undefined) copied.push(LARGE / MIB / (await timed(async () => copy(ssh))));
  many.push(await timed(() => send(small)));
  if (ssh !== undefined) tarred.push(await timed(async () => tar(ssh)));
}
const after = await memory();
console.log(`forward, one stream: ${median(forwarded).toFixed(0)} MiB/s`);
console.log(
  `one file: ${median(sent).toFixed(0)} MiB/s, × forward ${(median(sent) / median(forwarded)).toFixed(2)} (goal 0.9)`,
);
if (copied.length > 0)
  console.log(
    `scp through a jump host: ${median(copied).toFixed(0)} MiB/s, × ${(median(sent) / median(copied)).toFixed(2)} (goal 1)`,
  );
console.log(`${SMALL} files of 4 KiB: ${median(many).toFixed(2)} s`);
if (tarred.length > 0)
  console.log(
    `tar | ssh through a jump host: ${median(tarred).toFixed(2)} s, × ${(median(many) / median(tarred)).toFixed(2)} (goal 1.5)`,
  );
console.log(`memory of both agents: ${idle.toFixed(0)} MiB before, ${after.toFixed(0)} MiB after`);
await agents.close();
rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
process.exit(0);

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

/** Sends and waits until the other machine says that all is in its place. */
async function send(path: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const over = new Map<string, string>();
  let id: string | undefined;
  const look = (): void => {
    const state = id === undefined ? undefined : over.get(id);
    if (state === 'done') resolve();
    else if (state !== undefined) reject(new Error(`the transfer is ${state}`));
  };
  const off = near.on('transfers.changed', (transfers) => {
    for (const one of transfers) if (isOver(one.state)) over.set(one.id, one.state);
    look();
  });
  id = (await near.call('transfers.send', { peer: 'far', paths: [path] })).id;
  look();
  await promise;
  off();
}

/** A server that takes what comes and ends when all has come. @returns its port */
async function startSink(): Promise<number> {
  const server = createServer((socket) => {
    let left = LARGE;
    socket.on('data', (bytes) => {
      left -= bytes.length;
      if (left <= 0) socket.end('x');
    });
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

/** Sends as many bytes by the forward; resolves when the other end has them. */
async function pour(to: number): Promise<void> {
  const socket: Socket = connect(to, '127.0.0.1');
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.on('error', reject);
  socket.once('data', () => resolve());
  const piece = Buffer.alloc(MIB, 7);
  for (let left = LARGE; left > 0; left -= MIB)
    if (!socket.write(piece)) await new Promise<void>((drained) => socket.once('drain', () => drained()));
  await promise;
  socket.destroy();
}

function copy(reference: SshReference): void {
  const there = mkdtempSync(join(folder, 'scp-'));
  run('sh', ['-c', `ssh ${quoted(reference)} 'cat > ${there}/large && sync -d ${there}/large' < ${large}`]);
  rmSync(there, { recursive: true });
}

function tar(reference: SshReference): void {
  const there = mkdtempSync(join(folder, 'tar-'));
  run('sh', ['-c', `tar -C ${folder} -c small | ssh ${quoted(reference)} 'tar -C ${there} -x'`]);
  rmSync(there, { recursive: true });
}

function quoted({ targetArguments }: SshReference): string {
  return targetArguments.map((word) => `'${word}'`).join(' ');
}

function run(program: string, arguments_: readonly string[]): void {
  const { status } = spawnSync(program, arguments_, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`${program} ended with ${status}`);
}
