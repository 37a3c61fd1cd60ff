import type { DialedPath } from '#shared/direct/index.ts';
import type { IncomingPath } from '#agent/direct/index.ts';
import { HopTransport } from '#agent/links/hops/hop-transport.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { ByteChannel, LinkSession } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { linkInMemory } from '#test/support/link.ts';
import { newIdentity } from '#test/support/relay-clients.ts';

export const MESSAGE = Uint8Array.from({ length: 200 }, (_, index) => index);

export type ThreeDevices = Readonly<{
  clock: FakeClock;
  leftId: PeerId;
  hopId: PeerId;
  rightId: PeerId;
  left: HopTransport;
  hop: HopTransport;
  right: HopTransport;
  /** Both ends of the left link, and of the right one. */
  toHop: LinkSession;
  atHop: LinkSession;
  toRight: LinkSession;
  atRight: LinkSession;
  /** What has come to the right device. */
  incoming: IncomingPath[];
  /** Streams that are open anywhere. */
  open(): number;
  /** A whole way. */
  way(): Promise<{ near: ByteChannel; far: ByteChannel }>;
  /** The result of a dial while time goes on. */
  within<T>(promise: Promise<T>, milliseconds?: number): Promise<T>;
}>;

/** The left one knows the hop, that one the right one; in memory, on a clock that a test moves. */
export async function threeDevices(
  reach?: (to: PeerId, toRight: LinkSession, signal: AbortSignal) => Promise<LinkSession>,
): Promise<ThreeDevices> {
  const clock = new FakeClock();
  const { initiator: toHop, responder: atHop } = linkInMemory({ clock });
  const { initiator: toRight, responder: atRight } = linkInMemory({ clock });
  const [leftId, hopId, rightId] = [newIdentity().peerId, newIdentity().peerId, newIdentity().peerId];
  const shared = {
    clock,
    logger: silentLogger,
    session: (to: PeerId, signal: AbortSignal): Promise<LinkSession> =>
      reach?.(to, toRight, signal) ?? Promise.resolve(toRight),
  };
  const left = new HopTransport({ ...shared, ownId: leftId });
  const hop = new HopTransport({ ...shared, ownId: hopId });
  const right = new HopTransport({ ...shared, ownId: rightId });
  atHop.onStream = (stream) => void hop.passOn(stream, leftId);
  atRight.onStream = (stream) => right.receive(stream, hopId);
  const incoming: IncomingPath[] = [];
  right.onIncoming = (one) => void incoming.push(one);
  await clock.advance(50);
  const within = async <T>(promise: Promise<T>, milliseconds = 1000): Promise<T> => {
    promise.catch(() => undefined);
    await clock.advance(milliseconds);
    return await promise;
  };
  return {
    clock,
    leftId,
    hopId,
    rightId,
    left,
    hop,
    right,
    toHop,
    atHop,
    toRight,
    atRight,
    incoming,
    within,
    open: () => [toHop, atHop, toRight, atRight].reduce((sum, session) => sum + session.statistics().streamsOpen, 0),
    async way() {
      const dialed: Promise<DialedPath> = left.dial(toHop, rightId, MESSAGE, new AbortController().signal);
      dialed.catch(() => undefined);
      await clock.advance(50);
      const far = incoming.pop()?.accept(Uint8Array.of(2));
      await clock.advance(50);
      if (far === undefined) throw new Error('nothing came to the right device');
      return { near: (await dialed).channel, far };
    },
  };
}
