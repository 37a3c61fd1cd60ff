/**
 * One end of the measured direct path, as a process: a session over one TCP connection, with local TCP connections in its streams.
 *
 *   direct-peer.ts far OWN_SECRET OTHER_SECRET PORT [all]     prints its port; `all`: on every address, not on loopback only
 *   direct-peer.ts near OWN_SECRET OTHER_SECRET ADDRESS       prints "PORT INTERACTIVE_PORT FRESH_PORT"
 *   direct-peer.ts near OWN_SECRET OTHER_SECRET ADDRESS udp   the same over UDP, prepared over a session that runs directly; FRESH_PORT is none
 */
import type { DialedPath } from '#shared/direct/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import { HandshakeResponder, startHandshake } from '#shared/handshake/index.ts';
import type { Established } from '#shared/handshake/index.ts';
import { createSession } from '#shared/link/index.ts';
import type { ByteChannel, LinkSession, Session } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { DirectTransport } from '#agent/direct/index.ts';
import type { IncomingPath } from '#agent/direct/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { createDirectSockets, interfaceAddresses } from '#node/sockets/index.ts';
import { isUdpOffer } from '#agent/webrtc/index.ts';
import { loopbackUdp } from '#test/support/loopback-transports.ts';
import { serveForwards, takeForward } from './forwards.ts';
import { knownPair } from './identities.ts';

const [side, ownSecret, otherSecret, target, everywhere] = process.argv.slice(2);
if (ownSecret === undefined || otherSecret === undefined || target === undefined) throw new Error('arguments missing');

const { identity, pinned, now } = knownPair(ownSecret, otherSecret);
setInterval(() => undefined, 1 << 30);
const transport = new DirectTransport({
  sockets: createDirectSockets({ clock: systemClock }),
  interfaces: interfaceAddresses,
  logger: silentLogger,
  loopback: everywhere !== 'all' && (side === 'far' || target.startsWith('127.')),
});

const udp = loopbackUdp();
udp.onIncoming = (incoming) => transport.onIncoming?.(incoming);

function begin(established: Established, channel: ByteChannel, dialed: boolean): LinkSession {
  const role = dialed ? 'initiator' : 'responder';
  const session = createSession({ role, id: toHex(established.sessionId), clock: systemClock });
  session.onStream = (stream) => {
    if (isUdpOffer(stream.params)) void udp.takeOffer(stream, pinned.peerId);
    else takeForward(stream, Number(target));
  };
  session.attachPath({ kind: 'direct', channel, send: established.send, receive: established.receive, dialed });
  return session;
}

async function answer(incoming: IncomingPath, responder: HandshakeResponder): Promise<void> {
  const handshake = await responder.receive(incoming.message1);
  const { message2, established } = await handshake.respond();
  begin(established, incoming.accept(message2), false);
}

if (side === 'far') {
  const lookup = (): typeof pinned => pinned;
  const responder = new HandshakeResponder({ crypto: nativeBackend, identity, clock: systemClock, lookup });
  transport.onIncoming = (incoming) => void answer(incoming, responder);
  process.stdout.write(`${await transport.listen(0)}\n`);
} else {
  const direct = await dial();
  await direct.confirmed;
  const session = everywhere === 'udp' ? await dialUdp(direct) : direct;
  await session.confirmed;
  const end = (measured: Session): Promise<void> => measured.close('measured', '');
  const ports = await serveForwards(() => Promise.resolve(session), { make: dial, end });
  process.stdout.write(`${ports.normal} ${ports.interactive} ${ports.fresh}\n`);
}

function dial(): Promise<LinkSession> {
  return dialBy((message1) => transport.dial(target ?? '', message1, AbortSignal.timeout(5000)));
}

function dialUdp(carrier: LinkSession): Promise<LinkSession> {
  return dialBy((message1) => udp.dial(carrier, pinned.peerId, message1, AbortSignal.timeout(20_000)));
}

async function dialBy(send: (message1: Uint8Array) => Promise<DialedPath>): Promise<LinkSession> {
  const sessionId = nativeBackend.randomBytes(16);
  const options = { crypto: nativeBackend, identity, peer: pinned, sessionId, purpose: 'session', now } as const;
  const handshake = await startHandshake(options);
  const { message2, channel } = await send(handshake.message1);
  return begin(await handshake.finish(message2), channel, true);
}
