import { describe, expect, it } from 'vitest';
import { concatBytes } from '#shared/bytes/index.ts';
import { createSession, type ByteChannel, type ChannelHandlers, type LinkSession } from '#shared/link/index.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { nullCipher, SESSION_ID } from '#test/support/link.ts';
import { MOST_DEAD_PATHS } from '../../../../src-shared/link/paths/dead-paths.ts';
import { encodeFrame } from '../../../../src-shared/link/frame-encoder.ts';
import type { ControlFrame } from '../../../../src-shared/link/frames.ts';

/** Takes everything and never acknowledges it. */
class Sink implements ByteChannel {
  readonly bufferedBytes = 0;
  handlers: ChannelHandlers | undefined;

  write(): boolean {
    return true;
  }

  setHandlers(handlers: ChannelHandlers): void {
    this.handlers = handlers;
  }

  pause(): void {}
  resume(): void {}
  close(): void {}
  destroy(): void {}

  /** A record of the other side. */
  say(...frames: readonly ControlFrame[]): void {
    const plaintext = concatBytes(...frames.map(encodeFrame));
    this.handlers?.data(concatBytes(Uint8Array.of(plaintext.length >> 8, plaintext.length & 0xff), plaintext));
  }
}

const PING: ControlFrame = { type: 'ping', data: new Uint8Array(4) };

function attach(session: LinkSession, dialed: boolean): Sink {
  const channel = new Sink();
  session.attachPath({ kind: 'direct', channel, send: nullCipher, receive: nullCipher, dialed });
  return channel;
}

/** What the session remembers at most while the other side makes path after path. */
async function mostRemembered(session: LinkSession, makePath: (round: number) => void): Promise<number> {
  let most = 0;
  for (let round = 1; round <= 3000; round += 1) {
    makePath(round);
    most = Math.max(most, session.statistics().pathsRemembered);
    if (round % 100 === 0) await settle();
  }
  return most;
}

describe('a peer that goes from path to path and settles none', () => {
  it('does not make the responder remember more than it may, however many numbers it skips', async () => {
    const session = createSession({ role: 'responder', id: SESSION_ID, clock: new FakeClock() });
    let path = 0;
    const most = await mostRemembered(session, (round) => {
      path += round < 100 ? MOST_DEAD_PATHS : 1;
      attach(session, false).say({ type: 'path', path }, PING);
    });
    expect(most).toBeLessThan(3 * MOST_DEAD_PATHS);
    expect((await session.closed).code).toBe('link.path');
  });

  it('does not make the initiator remember more than it may', async () => {
    const session = createSession({ role: 'initiator', id: SESSION_ID, clock: new FakeClock() });
    session.acceptOffer = () => true;
    attach(session, true).say(PING);
    const most = await mostRemembered(session, () => attach(session, false).say(PING));
    expect(most).toBeLessThan(2 * MOST_DEAD_PATHS);
    expect((await session.closed).code).toBe('link.path');
  });
});
