import { createHash, randomBytes } from 'node:crypto';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { type SshError } from '#agent/forwards/ssh/index.ts';
import type { RemoteConnection, Meter } from '#agent/forwards/rules/index.ts';
import { freePort } from '#test/support/free-port.ts';
import { shareAmongTests } from '#test/support/shared.ts';
import { listen, TestSshd } from '../../support/ssh/sshd.ts';
import { openTunnel, type Tunnel } from '../../support/ssh/stage.ts';
import { until } from '../../support/e2e/until.ts';

const MIB = 1024 * 1024;
const NONE: Meter = { in: () => undefined, out: () => undefined };
const forever = new AbortController().signal;

let sshd: TestSshd;
let tunnel: Tunnel;
const servers: Server[] = [];
const sockets = new Set<Socket>();

shareAmongTests(async (defer) => {
  sshd = await TestSshd.start();
  defer(() => sshd.close());
  tunnel = openTunnel(sshd);
  defer(() => tunnel.close());
  await tunnel.reached('ready');
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

/** A server of a test on loopback; its connections may be half open. */
async function serve(onConnection: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    onConnection(socket);
  });
  servers.push(server);
  return listen(server);
}

/** A port here whose connections are carried to `port` at the server, as a rule does it. */
async function forward(port: number, carried?: (end: string) => void): Promise<number> {
  return serve((near) => {
    near.pause();
    void tunnel.upstream
      .connect({ host: '127.0.0.1', port }, { signal: forever })
      .then((far) => far.carry(near, { meter: NONE }))
      .then(carried, () => near.destroy());
  });
}

function dial(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Unlike iterating, leaves the other direction open. */
function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.once('end', () => resolve(Buffer.concat(chunks)));
    stream.once('error', reject);
  });
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('connections through an SSH server', () => {
  it('carry 64 MiB both ways at once, byte for byte', { timeout: 120_000 }, async () => {
    const up = randomBytes(64 * MIB);
    const down = randomBytes(64 * MIB);
    let arrived = '';
    const target = await serve((socket) => {
      void readAll(socket).then((bytes) => {
        arrived = sha256(bytes);
      });
      socket.end(down);
    });
    const client = await dial(await forward(target));
    const answer = readAll(client);
    client.end(up);
    expect(sha256(await answer)).toBe(sha256(down));
    expect(await until('the other direction', () => (arrived === '' ? undefined : arrived))).toBe(sha256(up));
  });

  it('give the whole answer to a client that has ended its side', async () => {
    const target = await serve((socket) => {
      void readAll(socket).then((question) => socket.end(`${question.toString()} answered`));
    });
    const ends: string[] = [];
    const client = await dial(await forward(target, (end) => ends.push(end)));
    client.end('question');
    expect((await readAll(client)).toString()).toBe('question answered');
    await until('the connection to be over', () => (ends.length > 0 ? true : undefined));
    expect(ends).toStrictEqual(['finished']);
  });

  it('let a client go on sending after the server has ended its side', async () => {
    let heard = '';
    const target = await serve((socket) => {
      socket.end('hello');
      void readAll(socket).then((bytes) => {
        heard = bytes.toString();
      });
    });
    const client = await dial(await forward(target));
    expect((await readAll(client)).toString()).toBe('hello');
    client.end('still here');
    expect(await until('what was sent', () => (heard === '' ? undefined : heard))).toBe('still here');
  });

  it('end at the target when the client resets', async () => {
    let closed = false;
    const target = await serve((socket) => {
      socket.write('hello');
      socket.once('close', () => {
        closed = true;
      });
      socket.on('end', () => socket.end());
      socket.resume();
    });
    const ends: string[] = [];
    const client = await dial(await forward(target, (end) => ends.push(end)));
    await new Promise((resolve) => {
      client.once('data', resolve);
    });
    client.resetAndDestroy();
    await until('the target to notice', () => (closed ? true : undefined));
    expect(ends).toStrictEqual(['reset']);
  });

  it('make the sender wait for a reader that does not read', async () => {
    let received = 0;
    let taker: Socket | undefined;
    const target = await serve((socket) => {
      socket.pause();
      taker = socket;
      socket.on('data', (chunk: Buffer) => {
        received += chunk.length;
      });
      socket.pause();
    });
    const client = await dial(await forward(target));
    let sent = 0;
    const chunk = Buffer.alloc(MIB);
    const fill = (): void => {
      while (sent < 64 * MIB) {
        sent += chunk.length;
        if (!client.write(chunk)) return;
      }
      client.end();
    };
    client.on('drain', fill);
    fill();
    await until('the way to be full', () => (taker === undefined ? undefined : true));
    let before = -1;
    await until('nothing to move any more', async () => {
      if (before === sent) return true;
      before = sent;
      await new Promise((resolve) => {
        setTimeout(resolve, 300);
      });
      return undefined;
    });
    expect(sent).toBeLessThan(40 * MIB);
    taker?.resume();
    await until('all to arrive', () => (received === 64 * MIB ? true : undefined), 30_000);
  });

  it('leave nothing behind, a thousand of them', { timeout: 120_000 }, async () => {
    const target = await serve((socket) => {
      socket.end('x');
      socket.resume();
    });
    let over = 0;
    const port = await forward(target, (end) => {
      if (end === 'finished') over += 1;
    });
    const { client } = await tunnel.connection.client(forever);
    const one = async (): Promise<void> => {
      const socket = await dial(port);
      socket.end('y');
      expect((await readAll(socket)).toString()).toBe('x');
    };
    for (let round = 0; round < 50; round += 1) await Promise.all(Array.from({ length: 20 }, one));
    await until('all to be over', () => (over === 1000 ? true : undefined));
    const { _chanMgr: channels } = client as unknown as { _chanMgr: { _count: number } };
    await until('no channel to be open', () => (channels._count === 0 ? true : undefined));
    // A socket is out of the set when it has told of its end, which comes after that of its channel.
    await until('no socket to be open', () => (sockets.size === 0 ? true : undefined));
    const { transport } = await tunnel.connection.client(forever);
    expect(transport.listenerCount('drain')).toBeLessThan(3);
    expect(client.listenerCount('tcp connection')).toBe(0);
  });

  it('say why the server could not connect', async () => {
    const nobody = await freePort();
    await expect(
      tunnel.upstream.connect({ host: '127.0.0.1', port: nobody }, { signal: forever }),
    ).rejects.toMatchObject({ code: 'forward.refused' });
    await expect(
      tunnel.upstream.connect({ host: 'no-such-name.invalid', port: 80 }, { signal: forever }),
    ).rejects.toMatchObject({ code: 'forward.name' });
  });

  it('can be given up while the server still connects', async () => {
    const stop = new AbortController();
    const wanted = tunnel.upstream.connect({ host: '127.0.0.1', port: await serve(() => undefined) }, stop);
    stop.abort();
    await expect(wanted).rejects.toMatchObject({ code: 'ssh.lost' });
    const { client } = await tunnel.connection.client(forever);
    const { _chanMgr: channels } = client as unknown as { _chanMgr: { _count: number } };
    await until('no channel to be open', () => (channels._count === 0 ? true : undefined));
  });

  it('serve programs that speak on them as a stream', async () => {
    const target = await serve((socket) => socket.pipe(socket));
    const far = await tunnel.upstream.connect({ host: '127.0.0.1', port: target }, { signal: forever });
    const counted = { in: 0, out: 0 };
    const duplex = far.toDuplex({
      in: (bytes) => {
        counted.in += bytes;
      },
      out: (bytes) => {
        counted.out += bytes;
      },
    });
    const bytes = randomBytes(5 * MIB);
    duplex.end(bytes);
    expect(sha256(await readAll(duplex))).toBe(sha256(bytes));
    expect(counted).toStrictEqual({ in: bytes.length, out: bytes.length });
  });
});

describe('ports opened at an SSH server', () => {
  it('give their connections to this device, any free port or a certain one', async () => {
    for (const wanted of [0, await freePort()]) {
      const sources: string[] = [];
      const take = (far: RemoteConnection, source: string): void => {
        sources.push(source);
        const duplex = far.toDuplex(NONE);
        duplex.pipe(duplex);
      };
      const listener = await tunnel.upstream.listen({ host: '127.0.0.1', port: wanted }, take, { signal: forever });
      expect(listener.port).toBe(wanted === 0 ? listener.port : wanted);
      const client = await dial(listener.port);
      client.end('there and back');
      expect((await readAll(client)).toString()).toBe('there and back');
      expect(sources).toStrictEqual([expect.stringMatching(/^127\.0\.0\.1:\d+$/)]);
      listener.close();
      expect(await listener.closed).toBeUndefined();
      await until('the port to be closed', async () =>
        (await dial(listener.port).then(
          (socket) => socket.destroy(),
          () => undefined,
        )) === undefined
          ? true
          : undefined,
      );
    }
  });

  it('say that a port is taken', async () => {
    const port = await serve(() => undefined);
    const failed = await tunnel.upstream
      .listen({ host: '127.0.0.1', port }, () => undefined, { signal: forever })
      .catch((error: unknown) => error as SshError);
    expect(failed).toMatchObject({ code: 'ssh.port-taken', details: { port } });
  });
});
