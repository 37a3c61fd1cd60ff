/**
 * One end of the measured path, as a process: a relay client and a link manager, with local TCP connections carried in streams of kind
 * `tcp`. Forwards are not part of the product yet, so the few lines that carry them stand here.
 *
 *   peer.ts near RELAY_URL OWN_SECRET OTHER_SECRET          prints "PORT ENROLMENT", listens on PORT
 *   peer.ts far RELAY_URL OWN_SECRET OTHER_SECRET PORT ENROLMENT   prints "ready", connects to PORT
 */
import { connect, createServer, type OnReadOpts, type Socket } from 'node:net';
import { fromBase64Url, fromHex, toBase64Url } from '#shared/bytes/index.ts';
import { createIdentity, signEnrolment } from '#shared/identity/index.ts';
import type { LinkStream } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { LinkManager } from '#agent/links/index.ts';
import { RelayClient } from '#agent/relay/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { createRelayDialer, lendReads } from '#node/sockets/index.ts';

const [side, url, ownSecret, otherSecret, serverPort, enrolment] = process.argv.slice(2);
if (url === undefined || ownSecret === undefined || otherSecret === undefined) throw new Error('arguments missing');

const BUFFER = 256 * 1024;
const now = Math.floor(Date.now() / 1000);
const identity = createIdentity(nativeBackend, fromHex(ownSecret), { generation: 1, now });
const other = createIdentity(nativeBackend, fromHex(otherSecret), { generation: 1, now });
const pinned = {
  peerId: other.peerId,
  signingKey: other.signingKey,
  staticKey: other.staticKey.publicKey,
  generation: 1,
};

// Timers of the product keep no process alive.
setInterval(() => undefined, 1 << 30);
const relay = new RelayClient({
  crypto: nativeBackend,
  identity,
  clock: systemClock,
  logger: silentLogger,
  dialer: createRelayDialer({ clock: systemClock }),
  config: { url, enrolments: () => (enrolment === undefined ? [] : [fromBase64Url(enrolment)]) },
});
const links = new LinkManager({
  crypto: nativeBackend,
  identity,
  clock: systemClock,
  logger: silentLogger,
  relay,
  peers: { lookup: (peerId) => (peerId === other.peerId ? pinned : undefined) },
  onStream(stream) {
    const onread = (take: Take): OnReadOpts => ({
      buffer: new Uint8Array(BUFFER),
      callback: (length, buffer) => take(buffer.subarray(0, length)),
    });
    const target = { port: Number(serverPort), host: '127.0.0.1', noDelay: true, allowHalfOpen: true };
    carry((take) => connect({ ...target, onread: onread(take) }), stream.accept({}));
  },
});

const online = new Promise<void>((resolve) => {
  relay.onStatus = (status) => {
    if (status.state === 'online') resolve();
    if (status.state === 'failed') throw new Error(`relay: ${status.problem ?? ''}`);
  };
});
relay.start();
await online;

if (side === 'near') {
  const project = relay.projects[0];
  if (project === undefined || relay.relayKey === undefined) throw new Error('no project');
  const facts = { relayKey: relay.relayKey, project: project.id, member: other.peerId, role: 'member' as const };
  const signed = signEnrolment(nativeBackend, identity, { ...facts, notAfter: now + 86_400, serial: now });
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (socket) => {
    void links.session(other.peerId).then((session) => {
      const stream = session.open('tcp', {}, { priority: 'normal' });
      carry((take) => lendReads(socket, BUFFER, take), stream);
    });
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    process.stdout.write(`${address.port} ${toBase64Url(signed)}\n`);
  });
} else {
  process.stdout.write('ready\n');
}

type Take = (chunk: Uint8Array) => boolean;

function carry(open: (take: Take) => Socket, stream: LinkStream): void {
  const socket = open((chunk) => {
    const room = stream.write(chunk);
    if (stream.hasRoom) return true;
    void room.then(
      () => socket.resume(),
      () => socket.destroy(),
    );
    return false;
  });
  socket.on('error', () => stream.reset(1));
  socket.on('end', () => void stream.end().catch(() => undefined));
  socket.resume();
  void toSocket(socket, stream).catch(() => socket.destroy());
}

async function toSocket(socket: Socket, stream: LinkStream): Promise<void> {
  const buffer = new Uint8Array(BUFFER);
  for (;;) {
    const length = await stream.readInto(buffer);
    if (length === null) break;
    await new Promise((resolve) => {
      socket.write(buffer.subarray(0, length), resolve);
    });
  }
  socket.end();
}
