import { appendFileSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { listen, TestSshd } from '../../support/ssh/sshd.ts';
import { memoryHostKeys, openTunnel, type Tunnel, type TunnelOptions } from '../../support/ssh/stage.ts';
import { MemoryDocumentFile } from '../../support/memory-files.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function start(hostKeys: readonly string[] = ['ed25519']): Promise<TestSshd> {
  const sshd = await TestSshd.start({ hostKeys });
  ends.push(() => sshd.close());
  return sshd;
}

function open(sshd: TestSshd, options: TunnelOptions): Tunnel {
  const tunnel = openTunnel(sshd, options);
  ends.push(() => tunnel.close());
  return tunnel;
}

/** A server whose key was trusted, and that has another one since. */
async function withOtherKey(type: string): Promise<Readonly<{ sshd: TestSshd; tunnel: Tunnel; before: string }>> {
  const sshd = await start();
  const tunnel = open(sshd, { hostKeys: memoryHostKeys() });
  await tunnel.reached('failed');
  const before = sshd.fingerprint();
  tunnel.connection.trustHostKey(before);
  expect(await tunnel.reached('ready')).toStrictEqual({ state: 'ready' });
  await sshd.kill();
  sshd.useHostKeys([type]);
  await sshd.restart();
  return { sshd, tunnel, before };
}

describe('the key of an SSH server', () => {
  it('that nobody has trusted gets no login; a person who has compared it lets it in, now and after a restart [S-SSH-1]', async () => {
    const sshd = await start();
    const file = new MemoryDocumentFile();
    const tunnel = open(sshd, { hostKeys: memoryHostKeys(file) });
    const fingerprint = sshd.fingerprint();
    expect(await tunnel.reached('failed')).toMatchObject({
      problem: { code: 'ssh.host-key-unknown', details: { fingerprint } },
    });
    expect(() => tunnel.connection.trustHostKey(sshd.fingerprint().slice(0, -1))).toThrow(
      expect.objectContaining({ code: 'ssh.host-key-other' }) as Error,
    );
    tunnel.connection.trustHostKey(fingerprint);
    expect(await tunnel.reached('ready')).toStrictEqual({ state: 'ready' });
    expect(await open(sshd, { hostKeys: memoryHostKeys(file) }).reached('ready')).toStrictEqual({ state: 'ready' });
  });

  it('that has changed gets no login, and old and new are told; trusted anew, it is let in [S-SSH-1]', async () => {
    const { sshd, tunnel, before } = await withOtherKey('ed25519');
    const fingerprint = sshd.fingerprint();
    expect(await tunnel.reached('failed')).toMatchObject({
      problem: { code: 'ssh.host-key-changed', details: { fingerprint, before } },
    });
    tunnel.connection.trustHostKey(fingerprint);
    expect(await tunnel.reached('ready')).toStrictEqual({ state: 'ready' });
  });

  it('of another type than the trusted one is a change, too [S-SSH-1]', async () => {
    const { tunnel, before } = await withOtherKey('rsa');
    expect(await tunnel.reached('failed')).toMatchObject({
      problem: { code: 'ssh.host-key-changed', details: { before } },
    });
  });

  it.each(['rsa', 'ecdsa', 'ed25519'])(
    'is asked for in the trusted type, %s, of a server that has others as well [S-SSH-2]',
    async (type) => {
      const sshd = await start(['ed25519', 'ecdsa', 'rsa']);
      const known = join(sshd.folder, 'known_hosts');
      writeFileSync(known, `[127.0.0.1]:${sshd.port} ${sshd.hostKey(type)}\n`);
      const tunnel = open(sshd, { hostKeys: memoryHostKeys(new MemoryDocumentFile(), known) });
      expect(await tunnel.reached('ready')).toStrictEqual({ state: 'ready' });
    },
  );

  it('counts as known from the hashed known_hosts that OpenSSH itself has written [S-SSH-3]', async () => {
    const sshd = await start();
    const known = join(sshd.folder, 'known_hosts');
    const words = ['-p', `${sshd.port}`, '-i', sshd.keyFile, '-o', `UserKnownHostsFile=${known}`];
    const more = ['-o', 'StrictHostKeyChecking=accept-new', '-o', 'HashKnownHosts=yes', '-o', 'LogLevel=ERROR'];
    execFileSync('ssh', [...words, ...more, `${sshd.user}@127.0.0.1`, 'true'], { stdio: 'pipe' });
    expect(
      await open(sshd, { hostKeys: memoryHostKeys(new MemoryDocumentFile(), known) }).reached('ready'),
    ).toStrictEqual({ state: 'ready' });
  });

  it('that known_hosts contradicts is a change, and one that it revokes is never taken [S-SSH-3]', async () => {
    const sshd = await start();
    sshd.makeKey('other-host', 'ed25519');
    const known = join(sshd.folder, 'known_hosts');
    const other = execFileSync('cut', ['-d', ' ', '-f', '1,2', join(sshd.folder, 'other-host.pub')], {
      encoding: 'utf8',
    });
    writeFileSync(known, `[127.0.0.1]:${sshd.port} ${other}`);
    const hostKeys = memoryHostKeys(new MemoryDocumentFile(), known);
    const tunnel = open(sshd, { hostKeys });
    expect(await tunnel.reached('failed')).toMatchObject({ problem: { code: 'ssh.host-key-changed' } });
    tunnel.connection.trustHostKey(sshd.fingerprint());
    expect(await tunnel.reached('ready')).toStrictEqual({ state: 'ready' });
    appendFileSync(known, `@revoked * ${sshd.hostKey()}\n`);
    expect(await open(sshd, { hostKeys }).reached('failed')).toMatchObject({
      problem: { code: 'ssh.host-key-revoked' },
    });
  });

  it('that was damaged on the way is no changed key: nothing is reported as one that the server has not signed [S-SSH-2]', async () => {
    const sshd = await start();
    const hostKeys = memoryHostKeys();
    const first = open(sshd, { hostKeys });
    await first.reached('failed');
    first.connection.trustHostKey(sshd.fingerprint());
    expect(await first.reached('ready')).toStrictEqual({ state: 'ready' });
    const key = Buffer.from(sshd.hostKey().split(' ').at(-1) ?? '', 'base64');
    let damaged = 0;
    const damaging = createServer((near: Socket) => {
      const far = connect(sshd.port, '127.0.0.1');
      far.on('data', (chunk: Buffer) => {
        const at = chunk.indexOf(key);
        if (at >= 0) {
          damaged += 1;
          // The last byte of the public key itself, behind its type and length.
          const place = at + key.length - 1;
          chunk.writeUInt8(chunk.readUInt8(place) ^ 1, place);
        }
        near.write(chunk);
      });
      near.pipe(far);
      for (const socket of [near, far]) socket.on('error', () => undefined);
    });
    ends.push(() => damaging.close());
    const port = await listen(damaging);
    const place = { peer: null, host: '127.0.0.1', port };
    hostKeys.trust(place, key);
    const problem = await open(sshd, { hostKeys, port }).reached('waiting');
    expect(damaged).toBeGreaterThan(0);
    expect(problem).toMatchObject({ problem: { code: 'ssh.protocol' } });
    // The same of a server that nobody knows: a damaged key is not offered to be trusted.
    expect(await open(sshd, { hostKeys: memoryHostKeys(), port }).reached('waiting')).toMatchObject({
      problem: { code: 'ssh.protocol' },
    });
  });

  it('is checked before the user’s name or anything secret is sent [S-SSH-1]', async () => {
    const sshd = await start();
    const sent: Buffer[] = [];
    const spy = createServer((near: Socket) => {
      const far = connect(sshd.port, '127.0.0.1');
      near.on('data', (chunk: Buffer) => sent.push(chunk));
      near.pipe(far).pipe(near);
      for (const socket of [near, far]) socket.on('error', () => undefined);
    });
    ends.push(() => spy.close());
    const tunnel = open(sshd, { hostKeys: memoryHostKeys(), port: await listen(spy) });
    await tunnel.reached('failed');
    // Banner, offer of algorithms, key exchange and, where that is not cut off, a farewell, all in the clear: nothing after the server has shown its key.
    const bytes = Buffer.concat(sent);
    expect(bytes.toString('latin1')).toMatch(/^SSH-2\.0-ClawReach\r\n/);
    expect(bytes.includes(sshd.user)).toBe(false);
    const types = messageTypes(bytes.subarray(bytes.indexOf('\n') + 1));
    expect([
      [20, 30],
      [20, 30, 21],
    ]).toContainEqual(types);
  });
});

/** Types of messages before there are keys (RFC 4253 section 6). */
function messageTypes(bytes: Buffer): readonly number[] {
  const types: number[] = [];
  for (let at = 0; at + 6 <= bytes.length; at += 4 + bytes.readUInt32BE(at)) types.push(bytes[at + 5] ?? 0);
  return types;
}
