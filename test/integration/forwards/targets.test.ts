import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { parseListeningReply, parseTcpParams, RESET_CONNECTION } from '#shared/forward/index.ts';
import { AwaitedConnections } from '#agent/streams/index.ts';
import { createSession, type LinkSession, type LinkStream, type OutgoingStream } from '#shared/link/index.ts';
import { attachMemoryPath, SESSION_ID } from '#test/support/link.ts';
import { TargetSide } from '#test/support/forwards/target-side.ts';

let target: TargetSide;
let laptop: PeerId;
let mine: LinkSession;
let theirs: LinkSession;
const servers: Server[] = [];
const accepted = new Set<Socket>();

beforeEach(() => {
  target = new TargetSide({ clock: systemClock, names: { 'both.example': ['::1', '127.0.0.1'] } });
  laptop = target.addPeer('laptop');
  mine = createSession({ role: 'initiator', id: SESSION_ID, clock: systemClock });
  theirs = createSession({ role: 'responder', id: SESSION_ID, clock: systemClock });
  target.serve(theirs, laptop);
  attachMemoryPath(mine, theirs);
});

afterEach(async () => {
  target.close();
  await mine.close('test', 'over');
  for (const socket of accepted) socket.destroy();
  accepted.clear();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function serve(onConnection: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    accepted.add(socket);
    socket.once('close', () => accepted.delete(socket));
    onConnection(socket);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return portOf(server);
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

const echo = (socket: Socket): void => void socket.on('error', () => undefined).pipe(socket);

function open(host: string, port: number): OutgoingStream {
  const stream = mine.open('tcp', { to: { host, port } });
  stream.opened.catch(() => undefined);
  return stream;
}

function listen(host: string, port: number): OutgoingStream {
  const stream = mine.open('tcp', { listen: { host, port } });
  stream.opened.catch(() => undefined);
  return stream;
}

/** The code with which the other side refused. */
async function refusal(stream: OutgoingStream): Promise<string> {
  try {
    await stream.opened;
    return 'opened';
  } catch (error) {
    return error instanceof ClawReachError ? String(error.details['code'] ?? error.code) : 'unknown';
  }
}

async function readAll(stream: LinkStream): Promise<string> {
  let all = '';
  for (;;) {
    const bytes = await stream.read();
    if (bytes === null) return all;
    all += new TextDecoder().decode(bytes);
  }
}

async function say(stream: LinkStream, text: string): Promise<void> {
  await stream.write(new TextEncoder().encode(text));
}

async function eventually(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('it did not come about');
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}

async function resetCode(stream: LinkStream): Promise<unknown> {
  const end = await stream.closed;
  return end === 'finished' ? end : end.details['code'];
}

describe('a connection through a device', () => {
  beforeEach(() => target.allow(laptop, '127.0.0.0/8:*', '::1:*'));

  it('carries bytes both ways, and the end of the near side by itself: the answer still comes', async () => {
    const port = await serve((socket) => {
      let said = '';
      socket.on('data', (chunk) => {
        said += chunk.toString();
      });
      socket.on('end', () => socket.end(`you said: ${said}`));
    });
    const stream = open('localhost', port);
    expect(await stream.opened).toEqual({ address: `127.0.0.1:${port}` });
    await say(stream, 'hello');
    void stream.end();
    expect(await readAll(stream)).toBe('you said: hello');
    expect(await stream.closed).toBe('finished');
  });

  it('carries the end of the far side by itself: what is said after it still arrives', async () => {
    let said = '';
    let isOver = false;
    const port = await serve((socket) => {
      socket.end('bye');
      socket.on('data', (chunk) => {
        said += chunk.toString();
      });
      socket.on('end', () => {
        isOver = true;
      });
    });
    const stream = open('127.0.0.1', port);
    expect(await readAll(stream)).toBe('bye');
    await say(stream, 'one more word');
    await stream.end();
    expect(await stream.closed).toBe('finished');
    await eventually(() => isOver);
    expect(said).toBe('one more word');
  });

  it('passes a reset of the target on as a reset', async () => {
    const port = await serve((socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    });
    const stream = open('127.0.0.1', port);
    await stream.opened;
    await say(stream, 'x');
    expect(await resetCode(stream)).toBe(RESET_CONNECTION);
  });

  it('passes a reset of the peer on as a reset', async () => {
    const errors: unknown[] = [];
    const port = await serve((socket) => {
      socket.on('error', (error) => errors.push('code' in error ? error.code : error));
      socket.write('ready');
    });
    const stream = open('127.0.0.1', port);
    await stream.read();
    stream.reset(RESET_CONNECTION);
    await eventually(() => errors.length > 0);
    expect(errors).toEqual(['ECONNRESET']);
  });

  it('is listed while it runs, with what it carried, and can be ended from there', async () => {
    const port = await serve(echo);
    const stream = open('LOCALHOST', port);
    await say(stream, 'twelve bytes');
    await stream.read();
    const [view] = target.connections.list(10);
    expect(view).toMatchObject({
      direction: 'in',
      peerName: 'laptop',
      target: `localhost:${port}`,
      bytesIn: 12,
      bytesOut: 12,
    });
    target.connections.disconnect(view?.id ?? 0);
    expect(await stream.closed).not.toBe('finished');
    await eventually(() => target.connections.size === 0);
  });

  it('is refused with what the system said', async () => {
    const port = await serve(echo);
    const [server] = servers.splice(0);
    await new Promise((resolve) => server?.close(resolve));
    expect(await refusal(open('127.0.0.1', port))).toBe('forward.refused');
    expect(await refusal(open('missing.example', port))).toBe('forward.name');
    expect(await refusal(open('169.254.169.254', 80))).toBe('forward.protected');
  });

  it.skipIf(process.platform === 'win32')('is given up when the target does not answer in time', async () => {
    target.close();
    target = new TargetSide({ clock: systemClock, limits: { connect: 300 } });
    laptop = target.addPeer('laptop');
    target.allow(laptop, '*:*');
    target.serve(theirs, laptop);
    const silent = await SilentPort.open();
    expect(await refusal(open('127.0.0.1', silent.port))).toBe('forward.timeout');
    silent.close();
    expect(target.server.openingCount).toBe(0);
  });

  it('takes the address that answers, whichever of the two families', async () => {
    const port = await serve(echo);
    const stream = open('both.example', port);
    expect(await stream.opened).toEqual({ address: `127.0.0.1:${port}` });
    stream.reset(0);
  });

  it('ends when the right is taken back in the middle, at both ends [S-RIGHT-2]', async () => {
    let isClosed = false;
    const port = await serve((socket) => {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        isClosed = true;
      });
      echo(socket);
    });
    const stream = open('127.0.0.1', port);
    await say(stream, 'x');
    await stream.read();
    target.allow(laptop);
    expect(await stream.closed).not.toBe('finished');
    await eventually(() => isClosed && target.server.count === 0);
    expect(target.connections.size).toBe(0);
  });

  it('ends with the device', async () => {
    const port = await serve(echo);
    const stream = open('127.0.0.1', port);
    await stream.opened;
    target.server.close();
    expect(await stream.closed).not.toBe('finished');
    await eventually(() => target.server.count === 0);
  });

  it('of a reader that reads nothing holds up itself and no other [S-TARGET-6]', async () => {
    const flood = await serve((socket) => {
      const more = (): void => {
        while (socket.write(Buffer.alloc(65_536)));
      };
      socket.on('error', () => undefined);
      socket.on('drain', more);
      more();
    });
    const deaf = await serve((socket) => void socket.on('error', () => undefined).pause());
    const lively = await serve(echo);
    const unread = open('127.0.0.1', flood);
    await unread.opened;
    const stuffed = open('127.0.0.1', deaf);
    await stuffed.opened;
    let written = 0;
    const stuffing = (async () => {
      for (;;) {
        await stuffed.write(new Uint8Array(65_536));
        written += 65_536;
      }
    })().catch(() => undefined);
    const quick = open('127.0.0.1', lively);
    for (let round = 0; round < 200; round += 1) {
      await say(quick, 'ping');
      await quick.read();
    }
    // What the kernel and the link keep of it; the rest waits at its writer.
    const before = written;
    expect(before).toBeLessThan(64 * 1024 * 1024);
    for (let round = 0; round < 200; round += 1) {
      await say(quick, 'ping');
      await quick.read();
    }
    expect(written).toBe(before);
    for (const stream of [unread, stuffed, quick]) stream.reset(0);
    await stuffing;
  });

  it('leaves nothing behind, ten thousand times [S-TARGET-6]', async () => {
    const port = await serve(echo);
    const [server] = servers;
    const before = handles();
    // By then the other side has said how many streams there may be.
    await mine.ping();
    let done = 0;
    const worker = async (): Promise<void> => {
      while (done < 10_000) {
        done += 1;
        const stream = open('127.0.0.1', port);
        await stream.opened;
        await say(stream, 'x');
        void stream.end();
        expect(await readAll(stream)).toBe('x');
        await stream.closed;
      }
    };
    await Promise.all(Array.from({ length: 32 }, worker));
    await eventually(() => target.server.count === 0 && handles() <= before);
    expect([target.server.openingCount, target.connections.size]).toEqual([0, 0]);
    await eventually(() => theirs.statistics().streamsOpen === 0 && mine.statistics().streamsOpen === 0);
    const left = await new Promise((resolve) => server?.getConnections((_, count) => resolve(count)));
    expect(left).toBe(0);
  }, 180_000);
});

describe('a peer that wants more than it may', () => {
  it('has so many connections, and so many in the making; those that end make room [S-TARGET-6]', async () => {
    target.close();
    target = new TargetSide({ clock: systemClock, limits: { connectionsPerPeer: 3, openingPerPeer: 2 } });
    laptop = target.addPeer('laptop');
    target.serve(theirs, laptop);
    // Two wait for a person.
    const asked = [open('127.0.0.1', 1), open('127.0.0.1', 2)];
    await eventually(() => target.approvals.pendingCount === 2);
    expect(await refusal(open('127.0.0.1', 3))).toBe('forward.too-many');
    for (const stream of asked) stream.reset(0);
    await eventually(() => target.approvals.pendingCount === 0 && target.server.openingCount === 0);
    target.allow(laptop, '127.0.0.1:*');
    const port = await serve(echo);
    const streams = [];
    for (let index = 0; index < 3; index += 1) {
      const stream = open('127.0.0.1', port);
      await stream.opened;
      streams.push(stream);
    }
    expect(await refusal(open('127.0.0.1', port))).toBe('forward.too-many');
    streams[0]?.reset(0);
    await eventually(() => target.server.count < 3);
    expect(await refusal(open('127.0.0.1', port))).toBe('opened');
  });

  it('is told params that cannot be read from those that can', async () => {
    target.allow(laptop, '*:*');
    const wrong = [
      null,
      {},
      { to: {} },
      { to: { host: '', port: 1 } },
      { to: { host: 'a b', port: 1 } },
      { to: { host: 'a', port: 0 } },
      { to: { host: 'a', port: 65_536 } },
      { to: { host: 'a', port: 1.5 } },
      { to: { host: 'a/b', port: 1 } },
      { to: { host: '[::1]', port: 1 } },
      { to: { host: 'a', port: 1 }, listen: { host: 'a', port: 1 } },
      { to: { host: 'a', port: 1, more: true } },
      { to: { host: 'a'.repeat(256), port: 1 } },
      { to: { host: 'a\u0000b', port: 1 } },
      { listen: { host: '127.0.0.1', port: -1 } },
      { from: { listener: -1, address: '' } },
      { from: { listener: 1 } },
      [],
      'x',
      7,
    ];
    for (const params of wrong) {
      const stream = mine.open('tcp', params);
      expect([params, await refusal(stream)]).toEqual([params, 'forward.params']);
    }
  });
});

describe('a port that a peer listens at here', () => {
  type Taken = Readonly<{ stream: LinkStream; source: string }>;

  /** Takes what comes to the listener of this control stream, as the side that asked for it does. */
  function take(control: OutgoingStream, onTaken: (taken: Taken) => void): () => void {
    const awaited = new AwaitedConnections();
    mine.onStream = (stream) => {
      const params = parseTcpParams(stream.params);
      if ('from' in params) awaited.take(stream, params.from, mine);
      else stream.refuse('forward.params', '');
    };
    return awaited.expect(mine, control.id, (stream, source) => onTaken({ stream: stream.accept({}), source }));
  }

  async function listening(): Promise<Readonly<{ control: OutgoingStream; port: number }>> {
    target.allow(laptop, 'listen 127.0.0.1:*', '127.0.0.1:*');
    const control = listen('127.0.0.1', 0);
    const { port } = parseListeningReply(await control.opened);
    return { control, port };
  }

  it('hands each connection over, with who made it, bytes and ends both ways', async () => {
    const { control, port } = await listening();
    const sources: string[] = [];
    take(control, ({ stream, source }) => {
      sources.push(source);
      void (async () => {
        const said = await readAll(stream);
        await say(stream, `you said: ${said}`);
        await stream.end();
      })();
    });
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    await once(socket, 'connect');
    const own = `127.0.0.1:${socket.localPort}`;
    socket.end('hello');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(socket, 'end');
    expect(Buffer.concat(chunks).toString()).toBe('you said: hello');
    expect(sources).toEqual([own]);
    control.reset(0);
    await eventually(() => target.server.listenerCount === 0);
  });

  it('is closed when the peer ends or resets the stream that asked for it, and with the right [S-RIGHT-2]', async () => {
    for (const end of [
      (control: OutgoingStream) => void control.end().catch(() => undefined),
      (control: OutgoingStream) => control.reset(0),
      () => target.allow(laptop),
    ]) {
      const { control, port } = await listening();
      end(control);
      await eventually(() => target.server.listenerCount === 0);
      const socket = connect(port, '127.0.0.1');
      const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
      expect(error.code).toBe('ECONNREFUSED');
    }
  });

  it('resets a connection that the peer does not take', async () => {
    const { port } = await listening();
    const socket = connect(port, '127.0.0.1');
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNRESET');
  });

  it.each(['127.0.0.1', '127.0.0.2', '0.0.0.0'])(
    'is refused at a port that is one of ours, also at %s [S-TARGET-3]',
    async (host) => {
      target.allow(laptop, 'listen *:*');
      // Nobody has it at this address: some systems would give it away.
      const port = 40_000;
      const release = target.ownPorts.claim(port);
      expect(await refusal(listen(host, port))).toBe('forward.port-in-use');
      expect(target.server.listenerCount).toBe(0);
      release();
    },
  );

  it('is refused where another program listens, with a port that is free', async () => {
    target.allow(laptop, 'listen 127.0.0.1:*');
    const taken = await serve(echo);
    const stream = listen('127.0.0.1', taken);
    expect(await refusal(stream)).toBe('forward.port-in-use');
    await expect(stream.opened).rejects.toMatchObject({
      details: { message: expect.stringMatching(/; \d+ is free$/) },
    });
    expect(target.server.listenerCount).toBe(0);
  });

  it('is one of so many', async () => {
    target.close();
    target = new TargetSide({ clock: systemClock, limits: { listenersPerPeer: 2 } });
    laptop = target.addPeer('laptop');
    target.serve(theirs, laptop);
    const controls = [(await listening()).control, (await listening()).control];
    expect(await refusal(listen('127.0.0.1', 0))).toBe('forward.too-many');
    controls[0]?.reset(0);
    await eventually(() => target.server.listenerCount === 1);
    expect(await refusal(listen('127.0.0.1', 0))).toBe('opened');
  });

  it('is no way back to the peer itself [S-TARGET-2]', async () => {
    const { control, port } = await listening();
    expect(await refusal(open('127.0.0.1', port))).toBe('forward.protected');
    control.reset(0);
    await eventually(() => target.server.listenerCount === 0);
    expect(await refusal(open('127.0.0.1', port))).toBe('forward.refused');
  });

  it('gives nobody a connection for a listener that is not its own, is unknown, or was closed [S-TARGET-5]', async () => {
    const { control } = await listening();
    // The other way round: the device here has asked the peer for a port, and others hand connections over.
    const own = theirs.open('tcp', { listen: { host: '127.0.0.1', port: 0 } });
    own.opened.catch(() => undefined);
    const taken: string[] = [];
    const stop = target.awaited.expect(theirs, own.id, (stream, source) => {
      taken.push(source);
      stream.refuse('forward.failed', 'enough');
    });
    const forge = (listener: number, from: LinkSession = mine): Promise<string> => {
      const stream = from.open('tcp', { from: { listener, address: '10.0.0.1:1' } });
      return refusal(stream);
    };
    expect(await forge(own.id)).toBe('forward.failed');
    expect(taken).toEqual(['10.0.0.1:1']);
    // A listener it has asked for itself, and any number.
    for (const listener of [control.id, own.id + 4, 0, 1_000_000]) expect(await forge(listener)).toBe('forward.denied');
    // The same number from another peer.
    const office = target.addPeer('office');
    const other = createSession({ role: 'initiator', id: SESSION_ID, clock: systemClock });
    const otherSide = createSession({ role: 'responder', id: SESSION_ID, clock: systemClock });
    target.serve(otherSide, office);
    attachMemoryPath(other, otherSide);
    expect(await forge(own.id, other)).toBe('forward.denied');
    await other.close('test', 'over');
    stop();
    expect(await forge(own.id)).toBe('forward.denied');
    expect(taken).toHaveLength(1);
  });
});

/** Sockets of this process. */
function handles(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
}

/** A port whose program stands still with its queue full: further connections get no answer at all. */
class SilentPort {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #queued: readonly Socket[];

  private constructor(port: number, child: ChildProcess, queued: readonly Socket[]) {
    this.port = port;
    this.#child = child;
    this.#queued = queued;
  }

  static async open(): Promise<SilentPort> {
    const program = `require('node:net').createServer().listen({port:0,host:'127.0.0.1',backlog:1},function(){console.log(this.address().port)})`;
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [text] = (await once(child.stdout, 'data')) as [Buffer];
    child.kill('SIGSTOP');
    const port = Number(text.toString());
    const queued = Array.from({ length: 8 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
    await once(queued[0] ?? child, 'connect');
    return new SilentPort(port, child, queued);
  }

  close(): void {
    for (const socket of this.#queued) socket.destroy();
    this.#child.kill('SIGKILL');
  }
}
