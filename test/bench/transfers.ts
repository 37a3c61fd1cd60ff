/**
 * `node test/bench/transfers.ts [--quick] [--built]`: files from one machine to another through a relay, everything on this machine. One large file beside
 * the bytes of a forward over the same path, once to a program that drops them and once to one that writes them to the disk, and beside `scp`, `rsync`
 * and `cat` through a jump host; 10 000 small files beside `tar` and `rsync` through it; and `connect far -- true` beside `ssh -J target true`. All are
 * measured in turn in the same rounds. The disk is that of the temporary folder for all.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect, type Socket } from 'node:net';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOver } from '#shared/files/index.ts';
import { readFlags } from '#test/support/command-words.ts';
import { connectArguments, startAgents } from './agents.ts';
import { build } from './build.ts';
import { addBridge } from './forwards-real.ts';
import { runToEnd } from './keys.ts';
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
/** Starts of each command in a round. */
const STARTS = quick ? 3 : 6;

if (!words.has('built')) await build();
process.on('exit', endAll);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
console.log(
  `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node ${process.version}, ${ROUNDS} rounds, load ${load()} before\n`,
);

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
await far.call('rights.set', { peer: 'near', right: 'send', decision: 'allow', expiresAt: null });
const ssh = await startSshReference();
const sink = await startSink();
const port = await addBridge(near, sink);
const copy = join(folder, 'copy');
const portOfFile = await addBridge(near, await startSink(copy), 'into a file');

const memory = async (): Promise<number> => {
  const pids = [...agents.pids.near, ...agents.pids.far];
  const sizes = await Promise.all(pids.map((pid) => residentBytes(pid).catch(() => 0)));
  return sizes.reduce((sum, size) => sum + size, 0) / MIB;
};
const idle = await memory();
/** Seconds by program. */
const times = new Map<string, number[]>();
const measure = async (name: string, work: () => unknown): Promise<void> => {
  const begun = performance.now();
  await work();
  times.set(name, [...(times.get(name) ?? []), (performance.now() - begun) / 1000]);
};
const seconds = (name: string): number => median(times.get(name) ?? []);
const connectTrue = connectArguments(agents);
// The first link between the two, and files in the cache of the system.
await runToEnd(process.execPath, connectTrue);
for (let round = 0; round < ROUNDS; round += 1) {
  await measure('forward', () => pour(port));
  await measure('forward, file', () => pour(portOfFile));
  rmSync(copy);
  await measure('file', () => send(large));
  await removeSent();
  if (ssh !== undefined) {
    await measure('cat', () => copyByCat(ssh));
    await measure('scp', () => copyBy('scp', ['-q', '-F', ssh.config], large));
    await measure('rsync', () => copyBy('rsync', rsyncWords(ssh), large));
  }
  await measure('files', () => send(small));
  await removeSent();
  if (ssh !== undefined) {
    await measure('files, tar', () => copyByTar(ssh));
    await measure('files, rsync', () => copyBy('rsync', rsyncWords(ssh), small));
  }
  for (let start = 0; start < STARTS; start += 1) {
    await measure('true', () => runToEnd(process.execPath, connectTrue));
    if (ssh !== undefined) await measure('true, ssh', () => runToEnd('ssh', [...ssh.targetArguments, 'true']));
  }
}
const after = await memory();
const speed = (name: string): string => `${(LARGE / MIB / seconds(name)).toFixed(0)} MiB/s`;
console.log(`forward, one stream: ${speed('forward')}`);
console.log(`  into a file that is written to the disk: ${speed('forward, file')}`);
console.log(
  `one file: ${speed('file')}, speed × forward ${quotient('forward', 'file')} (goal ≥ 0.9), × forward into a file ${quotient('forward, file', 'file')}`,
);
if (ssh !== undefined) {
  const names = [
    ['cat', 'cat, then sync'],
    ['scp', 'scp'],
    ['rsync', 'rsync'],
  ] as const;
  for (const [name, shown] of names)
    console.log(`  ${shown} through a jump host: ${speed(name)}, speed × ${quotient(name, 'file')} (goal ≥ 1)`);
}
console.log(`${SMALL} files of 4 KiB: ${seconds('files').toFixed(2)} s`);
if (ssh !== undefined) {
  for (const name of ['tar', 'rsync'] as const)
    console.log(
      `  ${name} through a jump host: ${seconds(`files, ${name}`).toFixed(2)} s, time × ${quotient('files', `files, ${name}`)}${name === 'tar' ? ' (goal ≤ 1.5)' : ''}`,
    );
}
console.log(`connect far -- true: ${(seconds('true') * 1000).toFixed(0)} ms`);
if (ssh !== undefined)
  console.log(
    `  ssh -J target true: ${(seconds('true, ssh') * 1000).toFixed(0)} ms, time × ${quotient('true', 'true, ssh')} (goal ≤ 1)`,
  );
console.log(`memory of both agents: ${idle.toFixed(0)} MiB before, ${after.toFixed(0)} MiB after; load ${load()}`);
await agents.close();
rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
process.exit(0);

/** @returns load of the last minute */
function load(): string {
  return (loadavg()[0] ?? Number.NaN).toFixed(1);
}

/** @returns quotient of the medians of two programs' times */
function quotient(above: string, below: string): string {
  return (seconds(above) / seconds(below)).toFixed(2);
}

/** Removes what the last `send` has put there, as the other programs' copies are: a system writes faster to memory that it had in use before. */
async function removeSent(): Promise<void> {
  const [last] = await far.call('transfers.list', {});
  const [name] = last?.names ?? [];
  if (last === undefined || last.folder === null || name === undefined) throw new Error('nothing was sent');
  rmSync(join(last.folder, name), { recursive: true });
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

/** A server that takes what comes, or writes it to a file on the disk, and ends when all is there. @returns its port */
async function startSink(path?: string): Promise<number> {
  const server = createServer((socket) => {
    const file = path === undefined ? undefined : createWriteStream(path, { flush: true });
    let left = LARGE;
    socket.on('data', (bytes) => {
      left -= bytes.length;
      if (file?.write(bytes) === false) {
        socket.pause();
        file.once('drain', () => socket.resume());
      }
      if (left > 0) return;
      if (file === undefined) socket.end('x');
      else file.end().once('close', () => socket.end('x'));
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

function copyByCat(reference: SshReference): void {
  const there = mkdtempSync(join(folder, 'cat-'));
  run('sh', ['-c', `ssh ${quoted(reference)} 'cat > ${there}/large && sync -d ${there}/large' < ${large}`]);
  rmSync(there, { recursive: true });
}

function copyByTar(reference: SshReference): void {
  const there = mkdtempSync(join(folder, 'tar-'));
  run('sh', ['-c', `tar -C ${folder} -c small | ssh ${quoted(reference)} 'tar -C ${there} -x'`]);
  rmSync(there, { recursive: true });
}

/** @param words options of the program */
function copyBy(program: 'scp' | 'rsync', words: readonly string[], from: string): void {
  const there = mkdtempSync(join(folder, `${program}-`));
  run(program, [...words, from, `target:${there}/`]);
  rmSync(there, { recursive: true });
}

function rsyncWords({ config }: SshReference): readonly string[] {
  return ['-a', '-e', `ssh -F ${config}`];
}

function quoted({ targetArguments }: SshReference): string {
  return targetArguments.map((word) => `'${word}'`).join(' ');
}

function run(program: string, arguments_: readonly string[]): void {
  const { status } = spawnSync(program, arguments_, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`${program} ended with ${status}`);
}
