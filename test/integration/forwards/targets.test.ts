import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { createSession, type LinkSession, type OutgoingStream } from '#shared/link/index.ts';
import { attachMemoryPath, SESSION_ID } from '#test/support/link.ts';
import { TargetSide } from '#test/support/forwards/target-side.ts';

let target: TargetSide;
let laptop: PeerId;
let mine: LinkSession;
let theirs: LinkSession;
const servers: Server[] = [];

beforeEach(() => {
  target = new TargetSide({ clock: systemClock, names: { 'db.internal': ['127.0.0.1'] } });
  laptop = target.addPeer('laptop');
  mine = createSession({ role: 'initiator', id: SESSION_ID, clock: systemClock });
  theirs = createSession({ role: 'responder', id: SESSION_ID, clock: systemClock });
  target.serve(theirs, laptop);
  attachMemoryPath(mine, theirs);
});

afterEach(async () => {
  target.close();
  await mine.close('test', 'over');
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function serve(onConnection: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, onConnection);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function open(host: string, port: number): OutgoingStream {
  return mine.open('tcp', { to: { host, port } });
}

async function readAll(stream: OutgoingStream): Promise<string> {
  let all = '';
  for (;;) {
    const bytes = await stream.read();
    if (bytes === null) return all;
    all += new TextDecoder().decode(bytes);
  }
}

describe('a connection through a device', () => {
  it('carries bytes both ways, and the end of one direction by itself', async () => {
    target.allow(laptop, 'localhost:*');
    const port = await serve((socket) => {
      let said = '';
      socket.on('data', (chunk) => {
        said += chunk.toString();
      });
      // Answers only when the other side has ended: a client that ends its side still gets the answer.
      socket.on('end', () => socket.end(`you said: ${said}`));
    });
    const stream = open('localhost', port);
    expect(await stream.opened).toEqual({ address: `127.0.0.1:${port}` });
    await stream.write(new TextEncoder().encode('hello'));
    void stream.end();
    expect(await readAll(stream)).toBe('you said: hello');
    expect(await stream.closed).toBe('finished');
  });
});
