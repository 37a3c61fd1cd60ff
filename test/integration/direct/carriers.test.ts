import { afterAll, beforeAll, describe } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createSession } from '#shared/link/index.ts';
import { testByteChannel } from '#test/support/compliance/byte-channel.ts';
import { CARRIERS, type OpenCarrier } from '#test/support/compliance/carriers.ts';
import { shakeHands } from '#test/support/compliance/handshake.ts';
import { testSession } from '#test/support/compliance/session.ts';
import { SESSION_ID } from '#test/support/link.ts';

/** The same tests, whatever carries the path. */
describe.each(CARRIERS.map((carrier) => [carrier.name, carrier] as const))('over %s', (_name, carrier) => {
  let open: OpenCarrier;

  beforeAll(async () => {
    open = await carrier.open();
  });
  afterAll(() => open.close());

  describe('a channel', () => {
    testByteChannel(() => open.make());
  });

  describe('a session with real ciphers', () => {
    testSession(async () => {
      const [near, far] = await shakeHands();
      const { left, right, turn } = await open.make();
      const initiator = createSession({ role: 'initiator', id: SESSION_ID, clock: systemClock });
      const responder = createSession({ role: 'responder', id: SESSION_ID, clock: systemClock });
      const { kind } = carrier;
      responder.attachPath({ kind, channel: right, send: far.send, receive: far.receive, dialled: false });
      initiator.attachPath({ kind, channel: left, send: near.send, receive: near.receive, dialled: true });
      return { initiator, responder, turn };
    });
  });
});
