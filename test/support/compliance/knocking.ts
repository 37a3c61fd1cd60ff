import { connect, type Socket } from 'node:net';
import { DirectTransport, type IncomingPath } from '#agent/direct/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { createDirectSockets, type DirectListenerLimits } from '#node/sockets/index.ts';
import {
  HandshakeResponder,
  startHandshake,
  type Established,
  type StartedHandshake,
} from '#shared/handshake/index.ts';
import type { DeviceIdentity } from '#shared/identity/index.ts';
import type { ByteChannel } from '#shared/link/index.ts';
import { errorCode } from '#shared/errors.ts';
import { silentLogger } from '#shared/logger.ts';
import { newIdentity, pinOf } from '#test/support/relay-clients.ts';

/** A device that listens on this machine and answers the handshakes of those it knows, as an agent does. */
export type ListeningDevice = Readonly<{
  identity: DeviceIdentity;
  transport: DirectTransport;
  port: number;
  /** Whom it has answered. */
  accepted: { established: Established; channel: ByteChannel }[];
  /** Codes of what it did not answer. */
  dropped: string[];
  close(): Promise<void>;
}>;

export async function listeningDevice(
  knows: readonly DeviceIdentity[],
  limits: Partial<DirectListenerLimits> = {},
): Promise<ListeningDevice> {
  const identity = newIdentity();
  const known = new Map(knows.map((one) => [one.peerId, pinOf(one)]));
  const responder = new HandshakeResponder({
    crypto: nativeBackend,
    identity,
    clock: systemClock,
    lookup: (peerId) => known.get(peerId),
  });
  const transport = new DirectTransport({
    sockets: createDirectSockets({ clock: systemClock, limits }),
    interfaces: () => [],
    logger: silentLogger,
    loopback: true,
  });
  const accepted: { established: Established; channel: ByteChannel }[] = [];
  const dropped: string[] = [];
  const answer = async (incoming: IncomingPath): Promise<void> => {
    const handshake = await responder.receive(incoming.message1);
    const { message2, established } = await handshake.respond();
    const channel = incoming.accept(message2);
    // One that nobody reads does not notice its end either.
    channel.setHandlers({ data: () => undefined, drain: () => undefined, closed: () => undefined });
    accepted.push({ established, channel });
  };
  transport.onIncoming = (incoming) => {
    answer(incoming).catch((error: unknown) => {
      dropped.push(errorCode(error));
      incoming.drop();
    });
  };
  const port = await transport.listen(0);
  return { identity, transport, port, accepted, dropped, close: () => transport.close() };
}

export function handshakeWith(own: DeviceIdentity, peer: DeviceIdentity): Promise<StartedHandshake> {
  return startHandshake({
    crypto: nativeBackend,
    identity: own,
    peer: pinOf(peer),
    sessionId: nativeBackend.randomBytes(16),
    purpose: 'session',
    now: Date.now() / 1000,
  });
}

/** What a stranger's connection was told, and how long it lived. */
export type Knocked = Readonly<{ bytes: number; milliseconds: number }>;

/** Connects, lets `speak` say something, and waits until the other side ends it. @param from own address */
export function knock(port: number, speak: (socket: Socket) => void, from = '127.0.0.1'): Promise<Knocked> {
  return new Promise((resolve) => {
    const started = performance.now();
    let bytes = 0;
    const socket = connect({ host: '127.0.0.1', port, localAddress: from, noDelay: true });
    socket.on('data', (chunk) => {
      bytes += chunk.length;
    });
    // A reset is how most of them end.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve({ bytes, milliseconds: performance.now() - started }));
    socket.once('connect', () => speak(socket));
  });
}
