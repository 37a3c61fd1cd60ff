import { systemClock } from '#node/clock/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { HandshakeResponder, startHandshake, type Established } from '#shared/handshake/index.ts';
import { newIdentity, pinOf } from '#test/support/relay-clients.ts';

/** Both results of a real handshake between two devices that know each other: of who dialed, and of the other one. */
export async function shakeHands(): Promise<readonly [Established, Established]> {
  const crypto = nativeBackend;
  const [left, right] = [newIdentity(), newIdentity()];
  const sessionId = crypto.randomBytes(16);
  const now = Date.now() / 1000;
  const started = await startHandshake({
    crypto,
    identity: left,
    peer: pinOf(right),
    sessionId,
    purpose: 'session',
    now,
  });
  const responder = new HandshakeResponder({
    crypto,
    identity: right,
    clock: systemClock,
    lookup: (peerId) => (peerId === left.peerId ? pinOf(left) : undefined),
  });
  const { message2, established } = await (await responder.receive(started.message1)).respond();
  return [await started.finish(message2), established];
}
