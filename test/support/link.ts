import { createMemoryChannelPair, createSession } from '#shared/link/index.ts';
import type { ByteChannel, LinkLimits, LinkSession, MemoryChannelOptions, RecordCipher } from '#shared/link/index.ts';
import { FakeClock } from './fake-clock.ts';

/** No encryption and no tag: what is on the wire can be read and changed by a test. */
export const nullCipher: RecordCipher = {
  seal: (plaintext) => [plaintext.slice()],
  open: (ciphertext) => ciphertext.slice(),
};

export const SESSION_ID = '000102030405060708090a0b0c0d0e0f';

export type LinkedPair = Readonly<{
  clock: FakeClock;
  initiator: LinkSession;
  responder: LinkSession;
  channels: readonly [ByteChannel, ByteChannel];
}>;

/** Two sessions over a channel in memory, both attached. */
export function linkInMemory(
  options: Readonly<{
    limits?: Partial<LinkLimits>;
    responderLimits?: Partial<LinkLimits>;
    channel?: Omit<MemoryChannelOptions, 'clock'>;
    clock?: FakeClock;
  }> = {},
): LinkedPair {
  const clock = options.clock ?? new FakeClock();
  const limits = options.limits ?? {};
  const initiator = createSession({ role: 'initiator', id: SESSION_ID, clock, limits });
  const responder = createSession({
    role: 'responder',
    id: SESSION_ID,
    clock,
    limits: options.responderLimits ?? limits,
  });
  const channels = attachMemoryPath(initiator, responder, { ...options.channel, clock });
  return { clock, initiator, responder, channels };
}

export function attachMemoryPath(
  initiator: LinkSession,
  responder: LinkSession,
  channel: MemoryChannelOptions = {},
): readonly [ByteChannel, ByteChannel] {
  const [left, right] = createMemoryChannelPair(channel);
  responder.attachPath({ kind: 'memory', channel: right, send: nullCipher, receive: nullCipher, dialed: false });
  initiator.attachPath({ kind: 'memory', channel: left, send: nullCipher, receive: nullCipher, dialed: true });
  return [left, right];
}
