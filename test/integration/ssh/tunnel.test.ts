import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SshServices, SshTunnel } from '#agent/forwards/ssh/index.ts';
import { systemClock } from '#node/clock/index.ts';
import type { ForwardRule, ForwardView } from '#shared/app-api/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { until } from '../../support/e2e/until.ts';
import { linkSides, OFFICE, portOf, RuleSide, Servers } from '../../support/forwards/rule-side.ts';
import { TargetSide } from '../../support/forwards/target-side.ts';
import { MemoryDocumentFile } from '../../support/memory-files.ts';
import { freePort } from '#test/support/free-port.ts';
import { TestSshd } from '../../support/ssh/sshd.ts';

type Tunnel = Extract<ForwardRule, { kind: 'ssh-tunnel' }>;

let sshd: TestSshd;
let side: RuleSide;
let servers: Servers;

beforeEach(async () => {
  sshd = await TestSshd.start();
  servers = new Servers();
  const parts = new SshServices({
    file: new MemoryDocumentFile(),
    machine: { home: sshd.folder, environment: {}, knownHostsFile: `${sshd.folder}/known_hosts` },
    clock: systemClock,
    logger: silentLogger,
  });
  side = new RuleSide({
    clock: systemClock,
    session: () => Promise.reject(new Error('no peer is needed')),
    runners: { 'ssh-tunnel': (context) => new SshTunnel(context, parts) },
  });
  await side.manager.start();
});
afterEach(async () => {
  await side.manager.close();
  await servers.close();
  await sshd.close();
});

function rule(changes: Partial<Tunnel>): Tunnel {
  return {
    kind: 'ssh-tunnel',
    name: 'tunnel',
    enabled: true,
    peer: null,
    server: { host: '127.0.0.1', port: sshd.port, user: sshd.user, login: { method: 'key', file: sshd.keyFile } },
    direction: 'local',
    listen: { host: '127.0.0.1', port: 0 },
    to: null,
    ...changes,
  };
}

/** The view of the only rule, as soon as it is in that state. */
function reached(state: ForwardView['state'], code?: string): Promise<ForwardView> {
  return until(
    `the rule to be ${state}`,
    () =>
      side.manager.list().find((view) => view.state === state && (code === undefined || view.problem?.code === code)),
    20_000,
  );
}

async function runTrusted(changes: Partial<Tunnel>): Promise<ForwardView> {
  const { id } = await side.manager.add({ rule: rule(changes) });
  const { hostKey } = await reached('waiting', 'ssh.host-key-unknown');
  await side.manager.trustHostKey(id, hostKey?.fingerprint ?? '');
  return reached('ready');
}

async function dial(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect');
  return socket;
}

/** Unlike `once`, also after an error. */
function closeOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
  });
}

function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.once('end', () => resolve(Buffer.concat(chunks)));
    socket.once('error', reject);
  });
}

async function ask(port: number, question: string): Promise<string> {
  const socket = await dial(port);
  socket.end(question);
  return (await readAll(socket)).toString();
}

const echo = (socket: Socket): void => void socket.pipe(socket);

describe('a rule through an SSH server', () => {
  it('shows the key of a server that is not known, and runs when a person has trusted it', async () => {
    const target = await servers.listen(echo);
    const { id } = await side.manager.add({ rule: rule({ to: { host: '127.0.0.1', port: target } }) });
    const waiting = await reached('waiting', 'ssh.host-key-unknown');
    expect(waiting).toMatchObject({
      problem: { code: 'ssh.host-key-unknown', details: { host: '127.0.0.1', fingerprint: sshd.fingerprint() } },
      hostKey: { fingerprint: sshd.fingerprint(), before: null },
    });
    await expect(side.manager.trustHostKey(id, 'SHA256:another')).rejects.toMatchObject({ code: 'ssh.host-key-other' });
    await side.manager.trustHostKey(id, sshd.fingerprint());
    const ready = await reached('ready');
    expect(ready).toMatchObject({ hostKey: null, problem: null });
    expect(await ask(portOf(ready), 'through')).toBe('through');
  });

  it('says what was known where the key has changed', async () => {
    await runTrusted({ direction: 'dynamic' });
    const before = sshd.fingerprint();
    await sshd.kill();
    sshd.useHostKeys(['ed25519']);
    await sshd.restart();
    expect(await reached('failed', 'ssh.host-key-changed')).toMatchObject({
      hostKey: { fingerprint: sshd.fingerprint(), before },
    });
  });

  it('keeps its port while the server is away, and carries again when it is back', async () => {
    const target = await servers.listen(echo);
    const port = portOf(await runTrusted({ to: { host: '127.0.0.1', port: target } }));
    expect(await ask(port, 'one')).toBe('one');
    const open = await dial(port);
    open.on('error', () => undefined);
    open.write('cut');
    await once(open, 'data');
    const cut = closeOf(open);
    await sshd.kill();
    await cut;
    expect(open.errored).toMatchObject({ code: 'ECONNRESET' });
    expect(await reached('waiting')).toMatchObject({ address: `127.0.0.1:${port}` });
    // Made while the server is away: it waits for it.
    const early = ask(port, 'two');
    await sshd.restart();
    expect(await early).toBe('two');
    const ready = await reached('ready');
    expect(portOf(ready)).toBe(port);
    expect(ready.problem).toBeNull();
    expect(ready.connections).toBe(0);
  });

  it('opens a port at the server, any free one, and the same one again after the server was away', async () => {
    const target = await servers.listen(echo);
    const first = await runTrusted({ direction: 'remote', to: { host: '127.0.0.1', port: target } });
    expect(await ask(portOf(first), 'backwards')).toBe('backwards');
    await sshd.kill();
    await reached('waiting');
    await sshd.restart();
    const second = await reached('ready');
    expect(portOf(second)).toBe(portOf(first));
    expect(await ask(portOf(second), 'again')).toBe('again');
  });

  it('says that its port at the server is taken, and gets it when it is free', async () => {
    const target = await servers.listen(echo);
    const blockers = new Servers();
    const port = await blockers.listen(() => undefined);
    const { id } = await side.manager.add({
      rule: rule({ direction: 'remote', listen: { host: '127.0.0.1', port }, to: { host: '127.0.0.1', port: target } }),
    });
    await reached('waiting', 'ssh.host-key-unknown');
    await side.manager.trustHostKey(id, sshd.fingerprint());
    expect(await reached('failed', 'ssh.port-taken')).toMatchObject({ problem: { details: { port } } });
    await blockers.close();
    expect(portOf(await reached('ready'))).toBe(port);
  });

  it('is a SOCKS proxy whose names the server resolves: curl through it', async () => {
    const body = randomBytes(8 * 1024 * 1024);
    const target = await servers.listen((socket) => {
      socket.once('data', () => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`);
        socket.end(body);
      });
    });
    const port = portOf(await runTrusted({ direction: 'dynamic' }));
    const { stdout } = await promisify(execFile)(
      'curl',
      ['-sS', '--proxy', `socks5h://127.0.0.1:${port}`, `http://localhost:${target}/`],
      { encoding: 'buffer', maxBuffer: 64 * 1024 * 1024 },
    );
    expect(createHash('sha256').update(stdout).digest('hex')).toBe(createHash('sha256').update(body).digest('hex'));
    const nobody = await freePort();
    const refused = await promisify(execFile)('curl', [
      '-sS',
      '--proxy',
      `socks5h://127.0.0.1:${port}`,
      `http://127.0.0.1:${nobody}/`,
    ]).catch((error: { stderr: string }) => error.stderr);
    // Reply 5 of RFC 1928.
    expect(refused).toMatch(/\(5\)/);
    expect(side.manager.list()[0]).toMatchObject({ state: 'ready', problem: { code: 'forward.refused' } });
  });

  it('needs the port here: one that is taken is said, with the connection not even tried', async () => {
    const port = await servers.listen(() => undefined);
    await side.manager.add({ rule: rule({ direction: 'dynamic', listen: { host: '127.0.0.1', port } }) });
    expect(await reached('failed', 'forward.port-in-use')).toMatchObject({ address: null, hostKey: null });
  });

  it('gives back everything when it is switched off, also in the middle of things', async () => {
    const target = await servers.listen(echo);
    const { id, address } = await runTrusted({ to: { host: '127.0.0.1', port: target } });
    const open = await dial(Number(address?.split(':')[1]));
    open.on('error', () => undefined);
    open.write('x');
    await once(open, 'data');
    const closed = closeOf(open);
    await side.manager.enable(id, false);
    await closed;
    expect(side.manager.view(id)).toMatchObject({ state: 'off', connections: 0, address: null, hostKey: null });
    await until('the server to have no connection', () => (sshd.pids.length === 1 ? true : undefined));
    expect(side.claimed.size).toBe(0);
  });

  it('reaches its server through a peer, where the same address is another machine', async () => {
    const key = sshd.hostKey().split(' ')[1] ?? '';
    const parts = new SshServices({
      file: new MemoryDocumentFile(),
      machine: { home: sshd.folder, environment: {}, knownHostsFile: `${sshd.folder}/none` },
      clock: systemClock,
      logger: silentLogger,
    });
    parts.hostKeys.trust({ peer: null, host: '127.0.0.1', port: sshd.port }, Buffer.from(key, 'base64'));
    const target = new TargetSide({ clock: systemClock });
    const laptop = target.addPeer('laptop');
    target.allow(laptop, `127.0.0.1:${sshd.port}`);
    const sides = linkSides(systemClock, target, laptop, undefined, {
      'ssh-tunnel': (context) => new SshTunnel(context, parts),
    });
    const { manager } = sides.rules;
    await manager.start();
    const echoing = await servers.listen(echo);
    const { id } = await manager.add({ rule: rule({ peer: OFFICE, to: { host: '127.0.0.1', port: echoing } }) });
    const state = (): string => `${manager.view(id).state} ${manager.view(id).problem?.code ?? ''}`;
    await until('the key to be shown', () => (state() === 'waiting ssh.host-key-unknown' ? true : undefined));
    await manager.trustHostKey(id, sshd.fingerprint());
    await until('the rule to run', () => (state() === 'ready ' ? true : undefined));
    expect(await ask(portOf(manager.view(id)), 'through both')).toBe('through both');
    expect(target.connections.list(10)).toMatchObject([{ direction: 'in', target: `127.0.0.1:${sshd.port}` }]);
    // The link is lost for good: the tunnel is made anew over the next one.
    await sides.loseSession();
    await until('the tunnel to be back', async () =>
      (await ask(portOf(manager.view(id)), 'again').catch(() => '')) === 'again' ? true : undefined,
    );
    // The peer takes the right back: the tunnel is cut there, says why, and does not ask again and again.
    target.rights.set(laptop, 'forward', 'deny');
    await until('the rule to say why', () => (state() === 'failed forward.denied' ? true : undefined));
    await sides.close();
  });
});
