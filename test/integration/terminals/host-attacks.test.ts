import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDetachedHosts } from '#agent/terminals/index.ts';
import { HOST_PROTOCOL } from '#agent/terminals/pty-host/host-protocol.ts';
import { hostSocketPath, listHostRecords, type HostRecord } from '#agent/terminals/pty-host/host-record.ts';
import { toHex } from '#shared/bytes/index.ts';
import { peerIdFromBytes } from '#shared/identity/index.ts';
import { silentLogger, type Logger } from '#shared/logger.ts';
import { HAS_PROCESS_TABLE } from '#test/support/e2e/process-table.ts';
import { until } from '#test/support/e2e/until.ts';
import { CAN_BE_OTHER_USER, runAsOtherUser } from '#test/support/other-user.ts';
import { AgentProcess, buildPrograms, endHosts, type AgentViewer } from './agent-process.ts';

const ALICE = peerIdFromBytes(new Uint8Array(32).fill(9));
const FORGED = { id: '00c0ffee', protocol: HOST_PROTOCOL, software: '1', token: 'ab'.repeat(32) };

describe.runIf(HAS_PROCESS_TABLE)('whoever wants the terminals of somebody else', () => {
  let entries: Readonly<{ agent: string; host: string }>;
  let remove: () => void;
  let profile: string;
  let agents: AgentProcess[];
  let servers: Server[];
  let strangers: ChildProcess[];

  beforeAll(async () => {
    ({ entries, remove } = await buildPrograms());
  });
  afterAll(() => remove());
  beforeEach(() => {
    profile = mkdtempSync(join(tmpdir(), 'clawreach-attack-'));
    agents = [];
    servers = [];
    strangers = [];
  });
  afterEach(async () => {
    for (const agent of agents) await agent.kill();
    for (const server of servers) server.close();
    for (const stranger of strangers) stranger.kill('SIGKILL');
    await endHosts(profile);
    rmSync(profile, { recursive: true, force: true });
  });

  async function start(): Promise<AgentProcess> {
    const agent = new AgentProcess({ ...entries, profile });
    agents.push(agent);
    await agent.ready;
    return agent;
  }

  async function openOne(agent: AgentProcess): Promise<Readonly<{ viewer: AgentViewer; record: HostRecord }>> {
    const viewer = await agent.open(ALICE, { command: ['sh', '-c', 'echo ready; exec cat'] });
    await viewer.says(/ready/);
    const [record] = await until('its record', () => {
      const records = listHostRecords(profile, silentLogger);
      return records.length > 0 ? records : undefined;
    });
    if (record === undefined) throw new Error('there is no record');
    return { viewer, record };
  }

  /** Everything a connection is told until it is closed by the other side. */
  async function told(socket: Socket): Promise<Buffer> {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => undefined);
    if (!socket.closed) await once(socket, 'close');
    return Buffer.concat(chunks);
  }

  it('finds files that only their owner may read', async () => {
    await openOne(await start());
    const modes = readdirSync(profile).map((name) => (statSync(join(profile, name)).mode & 0o777).toString(8));
    expect(modes).toEqual(['600', '600']);
  });

  it.runIf(CAN_BE_OTHER_USER)('as another user of the machine cannot connect, nor read how [S-TERM-8]', async () => {
    const { record } = await openOne(await start());
    const path = hostSocketPath(profile, record.id);
    const source = (target: string): string => `
      import { connect } from 'node:net';
      import { readFileSync } from 'node:fs';
      try { readFileSync('${join(profile, `pty-${record.id}.json`)}'); console.log('read'); } catch (error) { console.log(error.code); }
      connect('${target}').on('connect', () => { console.log('connected'); process.exit(); })
        .on('error', (error) => console.log(error.code));`;
    expect(runAsOtherUser(source(path)).split('\n')).toEqual(['EACCES', 'EACCES']);
    // Even in a directory that somebody has opened: the files are closed themselves.
    chmodSync(profile, 0o755);
    expect(runAsOtherUser(source(path)).split('\n')).toEqual(['EACCES', 'EACCES']);
    chmodSync(profile, 0o700);
  });

  it('without the token gets a greeting and no more, and disturbs nobody [S-TERM-8]', async () => {
    const { viewer, record } = await openOne(await start());
    const path = hostSocketPath(profile, record.id);
    const greeting = Buffer.concat([Buffer.from('CRPH'), Buffer.of(HOST_PROTOCOL), Buffer.alloc(32, 1)]);
    for (const said of [
      Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: somebody\r\n\r\n'),
      Buffer.concat([Buffer.from('CRPH'), Buffer.of(HOST_PROTOCOL + 1), Buffer.alloc(32, 1)]),
      Buffer.concat([greeting, Buffer.alloc(32, 2)]),
      greeting,
    ]) {
      const socket = connect(path);
      const heard = told(socket);
      socket.write(said);
      if (said === greeting) setTimeout(() => socket.end(), 200);
      const bytes = await heard;
      // What it says first has no part of the token, and nothing follows without a proof.
      expect([0, 69]).toContain(bytes.length);
      expect(bytes.includes(Buffer.from(record.token))).toBe(false);
    }
    await viewer.type('mine\n');
    await viewer.says(/mine\r\nmine/);
    expect(viewer.end).toBeUndefined();
  });

  it('and keeps connections open without a word is thrown out, and does not keep an agent away', async () => {
    const first = await start();
    const { viewer, record } = await openOne(first);
    const sockets = Array.from({ length: 12 }, () => connect(hostSocketPath(profile, record.id)));
    const ends = await Promise.all(sockets.map(told));
    expect(ends.every(({ length }) => length === 0)).toBe(true);
    await first.kill();
    const second = await start();
    expect(await second.list(ALICE)).toMatchObject([{ terminal: viewer.terminal }]);
  }, 30_000);

  it('repeats what an agent has said, and it proves nothing a second time [S-TERM-8]', async () => {
    const first = await start();
    const { record, viewer } = await openOne(first);
    await first.kill();
    // A listener in the middle, on the name that the next agent looks for.
    const path = hostSocketPath(profile, record.id);
    const heard: Buffer[] = [];
    const hidden = join(profile, 'hidden.sock');
    await run(['mv', path, hidden]);
    const server = createServer((agent) => {
      const host = connect(hidden);
      agent.on('data', (chunk: Buffer) => {
        heard.push(chunk);
        host.write(chunk);
      });
      host.on('data', (chunk: Buffer) => agent.write(chunk));
      for (const socket of [agent, host]) socket.on('error', () => undefined);
      agent.on('close', () => host.destroy());
    });
    servers.push(server);
    server.listen(path);
    const second = await start();
    expect(await second.list(ALICE)).toHaveLength(1);
    const said = Buffer.concat(heard);
    expect(said.includes(Buffer.from(record.token))).toBe(false);
    expect(said.includes(toHex(record.token))).toBe(false);
    const again = connect(hidden);
    const answer = told(again);
    again.write(said.subarray(0, 69));
    expect((await answer).length).toBe(69);
    expect(await second.list(ALICE)).toMatchObject([{ terminal: viewer.terminal }]);
    await run(['mv', hidden, path]);
  });

  it('listens in the place of a host gets a greeting of no use, and no terminal [S-TERM-8]', async () => {
    const heard: Buffer[] = [];
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk: Buffer) => {
        heard.push(chunk);
        // As a host would, but it has to guess.
        socket.write(Buffer.concat([Buffer.from('CRPH'), Buffer.of(HOST_PROTOCOL), Buffer.alloc(64, 3)]));
      });
    });
    servers.push(server);
    const path = hostSocketPath(profile, FORGED.id);
    server.listen(path);
    await once(server, 'listening');
    const record = join(profile, `pty-${FORGED.id}.json`);
    // What is left in the profile is ended after a test that failed: not this process.
    const sleeper = spawn('sleep', ['600'], { stdio: 'ignore' });
    strangers.push(sleeper);
    writeFileSync(record, JSON.stringify({ ...FORGED, pid: sleeper.pid, token: 'cd'.repeat(32) }), { mode: 0o600 });
    const agent = await start();
    const { viewer } = await openOne(agent);
    expect(Buffer.concat(heard)).toHaveLength(37);
    expect(agent.log.join('\n')).toContain('could not be taken over');
    await viewer.type('mine\n');
    await viewer.says(/mine\r\nmine/);
    expect(Buffer.concat(heard)).toHaveLength(37);
    server.close();
    rmSync(record);
  });

  it('leaves a record that others could have written, a link, or nonsense: it is not used [S-TERM-8]', async () => {
    const path = (id: string): string => join(profile, `pty-${id}.json`);
    writeFileSync(path('00000001'), JSON.stringify({ ...FORGED, pid: 1 }), { mode: 0o666 });
    chmodSync(path('00000001'), 0o666);
    writeFileSync(join(profile, 'elsewhere'), JSON.stringify({ ...FORGED, pid: 1 }), { mode: 0o600 });
    symlinkSync(join(profile, 'elsewhere'), path('00000002'));
    writeFileSync(path('00000003'), '{"protocol":1', { mode: 0o600 });
    writeFileSync(path('00000004'), JSON.stringify({ ...FORGED, pid: 1, token: 'short' }), { mode: 0o600 });
    writeFileSync(path('00000005'), Buffer.alloc(1_000_000, 0x20), { mode: 0o600 });
    const agent = await start();
    expect(agent.log.filter((line) => line.includes('is not valid'))).toHaveLength(5);
    for (const id of ['00000001', '00000002', '00000003', '00000004', '00000005']) rmSync(path(id));
  });

  it('finds what a dead host has left: it is removed, and a name of a process that lives is not killed', async () => {
    const sleeper = spawn('sleep', ['60'], { stdio: 'ignore' });
    strangers.push(sleeper);
    const record = join(profile, `pty-${FORGED.id}.json`);
    writeFileSync(record, JSON.stringify({ ...FORGED, pid: sleeper.pid }), { mode: 0o600 });
    await start();
    expect(readdirSync(profile)).toEqual([]);
    expect(sleeper.exitCode ?? sleeper.signalCode).toBeNull();
  });

  it('of another version is left alone, and the agent says so', async () => {
    const sleeper = spawn('sleep', ['60'], { stdio: 'ignore' });
    strangers.push(sleeper);
    const warnings: unknown[] = [];
    const logger: Logger = {
      ...silentLogger,
      warn: (message, fields) => warnings.push([message, fields?.['protocol']]),
    };
    const record = join(profile, `pty-${FORGED.id}.json`);
    writeFileSync(record, JSON.stringify({ ...FORGED, protocol: HOST_PROTOCOL + 1, pid: sleeper.pid }), {
      mode: 0o600,
    });
    expect(createDetachedHosts(profile, '1', logger).find()).toEqual([]);
    expect(warnings).toEqual([['terminals of another version stay out of reach', HOST_PROTOCOL + 1]]);
    expect(readdirSync(profile)).toHaveLength(1);
    sleeper.kill('SIGKILL');
    await once(sleeper, 'exit');
    expect(createDetachedHosts(profile, '1', logger).find()).toEqual([]);
    expect(readdirSync(profile)).toEqual([]);
  });

  it('finds the token in no argument, no variable and no log [S-TERM-8]', async () => {
    const first = await start();
    const { viewer, record } = await openOne(first);
    await first.kill();
    const second = await start();
    expect(await second.list(ALICE)).toHaveLength(1);
    const token = toHex(record.token);
    expect(readFileSync(join(profile, `pty-${record.id}.json`), 'utf8')).toContain(token);
    for (const file of ['cmdline', 'environ'])
      expect(readFileSync(`/proc/${viewer.hostPid}/${file}`, 'utf8')).not.toContain(token.slice(0, 16));
    const logs = [...first.log, ...second.log].join('\n');
    expect(logs).toContain('taken over');
    expect(logs).not.toContain(token.slice(0, 16));
    expect(logs).not.toContain(Buffer.from(record.token).toString('base64').slice(0, 16));
  });
});

async function run([file = '', ...args]: readonly string[]): Promise<void> {
  const child = spawn(file, args, { stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number];
  if (code !== 0) throw new Error(`${file} ended with ${code}`);
}
