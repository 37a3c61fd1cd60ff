import { createServer, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '#test/support/free-port.ts';
import { listen, TestSshd } from '../../support/ssh/sshd.ts';
import { openTunnel, type Tunnel, type TunnelOptions } from '../../support/ssh/stage.ts';
import { until } from '../../support/e2e/until.ts';

let sshd: TestSshd;
const ends: (() => unknown)[] = [];

beforeEach(async () => {
  sshd = await TestSshd.start();
});
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
  await sshd.close();
});

function open(options: TunnelOptions = {}): Tunnel {
  const tunnel = openTunnel(sshd, options);
  ends.push(() => tunnel.close());
  return tunnel;
}

const signal = new AbortController().signal;

describe('a connection to an SSH server', () => {
  it('is back by itself after the server was killed and started again', async () => {
    const tunnel = open();
    expect(await tunnel.reached('ready')).toStrictEqual({ state: 'ready' });
    await sshd.kill();
    expect(await tunnel.reached('waiting')).toMatchObject({ problem: { name: 'SshError' } });
    await sshd.restart();
    expect(await tunnel.reached('ready')).toStrictEqual({ state: 'ready' });
  });

  it('is found dead when the server stands still, and its connections end as resets [S-SSH-6]', async () => {
    const tunnel = open({ keepAlive: { interval: 200, misses: 3 } });
    expect(await tunnel.reached('ready')).toStrictEqual({ state: 'ready' });
    const echo = createServer((socket) => socket.pipe(socket));
    const port = await listen(echo);
    const far = await tunnel.upstream.connect({ host: '127.0.0.1', port }, { signal });
    const duplex = far.toDuplex({ in: () => undefined, out: () => undefined });
    const ended = new Promise<string>((resolve) => {
      duplex.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
      duplex.once('end', () => resolve('end'));
      duplex.resume();
    });
    const thaw = sshd.freeze();
    ends.push(thaw, () => echo.close());
    expect(await tunnel.reached('waiting')).toMatchObject({
      problem: { code: 'ssh.lost', details: { reason: 'silent' } },
    });
    expect(await ended).toBe('ECONNRESET');
    thaw();
    expect(await tunnel.reached('ready')).toStrictEqual({ state: 'ready' });
  });

  it('is not taken for dead while nothing but answers to its questions moves', async () => {
    const tunnel = open({ keepAlive: { interval: 250, misses: 3 } });
    expect(await tunnel.reached('ready')).toStrictEqual({ state: 'ready' });
    await new Promise((resolve) => {
      setTimeout(resolve, 2000);
    });
    expect(tunnel.states.map(({ state }) => state)).toStrictEqual(['connecting', 'ready']);
  });

  it('is asked for an answer when the network changes, and made anew without one', { timeout: 30_000 }, async () => {
    const tunnel = open();
    expect(await tunnel.reached('ready')).toStrictEqual({ state: 'ready' });
    // After an answer, so that none is on its way any more.
    await expect(
      tunnel.upstream.connect({ host: '127.0.0.1', port: await freePort() }, { signal }),
    ).rejects.toMatchObject({ code: 'forward.refused' });
    tunnel.connection.networkChanged();
    await expect(
      tunnel.upstream.connect({ host: '127.0.0.1', port: await freePort() }, { signal }),
    ).rejects.toMatchObject({ code: 'forward.refused' });
    const thaw = sshd.freeze();
    ends.push(thaw);
    tunnel.connection.networkChanged();
    await tunnel.reached('waiting');
    thaw();
    expect(await tunnel.reached('ready')).toStrictEqual({ state: 'ready' });
  });

  it('is tried at once when the network changes while it waits', async () => {
    await sshd.kill();
    const tunnel = open({ random: () => 1 });
    await until('a few failures', () => (tunnel.states.length >= 8 ? true : undefined));
    await sshd.restart();
    const before = performance.now();
    tunnel.connection.networkChanged();
    expect(await tunnel.reached('ready')).toStrictEqual({ state: 'ready' });
    expect(performance.now() - before).toBeLessThan(2000);
  });

  it('tells those who wait for it what is wrong, and leaves nothing when it ends', async () => {
    await sshd.kill();
    const tunnel = open();
    await tunnel.reached('waiting');
    const refused = tunnel.connection.client(signal).catch((error: unknown) => error);
    await tunnel.close();
    expect(await refused).toMatchObject({ code: 'ssh.lost' });
    expect(tunnel.states.at(-1)).toMatchObject({ problem: { code: 'ssh.unreachable' } });
  });

  it('does not take a web server, or one that says nothing, for an SSH server', async () => {
    const web = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    });
    ends.push(() => web.close());
    const tunnel = open({ port: await listen(web) });
    expect(await tunnel.reached('waiting')).toMatchObject({
      problem: { code: expect.stringMatching(/^ssh\.(?:protocol|unreachable)$/) as string },
    });
  });

  it('says that a server offers nothing that is safe enough [S-SSH-4]', async () => {
    const old = await TestSshd.start({ extra: ['KexAlgorithms diffie-hellman-group14-sha1'] });
    ends.push(() => old.close());
    const tunnel = openTunnel(old);
    ends.push(() => tunnel.close());
    expect(await tunnel.reached('waiting')).toMatchObject({
      problem: { code: 'ssh.algorithm', details: { what: 'key exchange algorithm' } },
    });
  });

  it('says that a server forwards nothing', async () => {
    const strict = await TestSshd.start({ extra: ['AllowTcpForwarding no'] });
    ends.push(() => strict.close());
    const tunnel = openTunnel(strict);
    ends.push(() => tunnel.close());
    expect(await tunnel.reached('ready')).toStrictEqual({ state: 'ready' });
    await expect(tunnel.upstream.connect({ host: '127.0.0.1', port: 80 }, { signal })).rejects.toMatchObject({
      code: 'ssh.forward-refused',
    });
    await expect(
      tunnel.upstream.listen({ host: '127.0.0.1', port: 0 }, () => undefined, { signal }),
    ).rejects.toMatchObject({ code: 'ssh.forward-refused' });
  });

  it('says with each login that it will use no shell [S-SSH-7]', async () => {
    const tunnel = open();
    expect(await tunnel.reached('ready')).toStrictEqual({ state: 'ready' });
    const { client } = await tunnel.connection.client(signal);
    const refused = await new Promise<unknown>((resolve) => {
      client.exec('true', (error, channel) => {
        channel?.destroy();
        resolve(error);
      });
    });
    expect(refused).toBeInstanceOf(Error);
  });

  it('reaches its server through whatever it is dialed through', async () => {
    const first = open();
    expect(await first.reached('ready')).toStrictEqual({ state: 'ready' });
    const tunnel = open({
      dial: async () => {
        const far = await first.upstream.connect({ host: '127.0.0.1', port: sshd.port }, { signal });
        const duplex = far.toDuplex({ in: () => undefined, out: () => undefined });
        duplex.on('error', () => undefined);
        return duplex;
      },
    });
    expect(await tunnel.reached('ready')).toStrictEqual({ state: 'ready' });
    const echo = createServer((socket) => socket.pipe(socket));
    ends.push(() => echo.close());
    const port = await listen(echo);
    const near = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
      void tunnel.upstream
        .connect({ host: '127.0.0.1', port }, { signal })
        .then((far) => far.carry(socket, { meter: { in: () => undefined, out: () => undefined } }));
    });
    ends.push(() => near.close());
    const client = connect(await listen(near), '127.0.0.1');
    client.end('twice');
    const chunks: Buffer[] = [];
    for await (const chunk of client) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toBe('twice');
  });
});
