import { afterAll, beforeAll, describe } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { HandshakeResponder, startHandshake, type Established } from '#shared/handshake/index.ts';
import { createSession } from '#shared/link/index.ts';
import { testSession } from '#test/support/compliance/session.ts';
import { openChannelMaker } from '#test/support/relay-channels.ts';
import { newIdentity, pinOf, runRelay } from '#test/support/relay-clients.ts';
import { SESSION_ID } from '#test/support/link.ts';

/** Real ciphers from a real handshake between two devices that know each other. */
async function handshake(): Promise<readonly [Established, Established]> {
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

describe.each(['raw', 'websocket'] as const)('a session with real ciphers over a real relay, %s', (form) => {
  let running: Awaited<ReturnType<typeof runRelay>>;
  let channels: Awaited<ReturnType<typeof openChannelMaker>>;

  beforeAll(async () => {
    running = await runRelay();
    channels = await openChannelMaker(running.relay, form);
  });
  afterAll(async () => {
    await channels.close();
    await running.dispose();
  });

  testSession(async () => {
    const [near, far] = await handshake();
    const [left, right] = await channels.make();
    const initiator = createSession({ role: 'initiator', id: SESSION_ID, clock: systemClock });
    const responder = createSession({ role: 'responder', id: SESSION_ID, clock: systemClock });
    responder.attachPath({ kind: 'relay', channel: right, send: far.send, receive: far.receive, dialled: false });
    initiator.attachPath({ kind: 'relay', channel: left, send: near.send, receive: near.receive, dialled: true });
    return { initiator, responder, turn: () => new Promise((resolve) => void setTimeout(resolve, 1)) };
  });
});
