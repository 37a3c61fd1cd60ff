import { afterAll, beforeAll, describe } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createSession } from '#shared/link/index.ts';
import { testByteChannel } from '#test/support/compliance/byte-channel.ts';
import { CARRIERS, type OpenCarrier } from '#test/support/compliance/carriers.ts';
import { shakeHands } from '#test/support/compliance/handshake.ts';
import { testSession } from '#test/support/compliance/session.ts';
import { SESSION_ID } from '#test/support/link.ts';

const carriers = await Promise.all(
  CARRIERS.map(async (carrier) => ({ ...carrier, missing: await carrier.problem?.() })),
);

for (const { name, missing } of carriers) {
  if (missing !== undefined) process.stderr.write(`Left out: paths over ${name}: ${missing}\n`);
}

/** The same tests, whatever carries the path. */
describe.each(carriers.filter(({ missing }) => missing === undefined))('over $name [S-LINK-18]', (carrier) => {
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
      responder.attachPath({ kind, channel: right, send: far.send, receive: far.receive, dialed: false });
      initiator.attachPath({ kind, channel: left, send: near.send, receive: near.receive, dialed: true });
      return { initiator, responder, turn };
    });
  });
});
