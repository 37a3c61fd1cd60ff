import type dgram from 'node:dgram';
import type { Socket } from 'node:dgram';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { StunResponder, type StunOutcome } from '../../../src-relay/stun/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

const sockets = vi.hoisted((): Socket[] => []);
vi.mock('node:dgram', async (original) => {
  const real = await original<typeof dgram>();
  return {
    ...real,
    createSocket: (options: { type: 'udp4' | 'udp6' }): Socket => {
      const socket = real.createSocket(options);
      sockets.push(socket);
      return socket;
    },
  };
});

/** RFC 8489: Binding, no attributes. */
const REQUEST = Buffer.from('000100002112a442000000000000000000000007', 'hex');

describe('a datagram whose sender is forged', () => {
  let responder: StunResponder | undefined;
  afterEach(async () => {
    await responder?.close();
  });

  it('from port 0, where nobody can be answered, does not end the relay [S-RELAY-5]', async () => {
    const outcomes: StunOutcome[] = [];
    const rate = { burst: 10, perSecond: 10 };
    responder = await StunResponder.listen({
      clock: new FakeClock(),
      host: '127.0.0.1',
      port: 0,
      rates: { stunPerAddress: rate, stunInAll: rate },
      count: (outcome) => void outcomes.push(outcome),
    });
    const [socket] = sockets;
    const from = { address: '127.0.0.1', family: 'IPv4', size: REQUEST.length };
    expect(() => socket?.emit('message', REQUEST, { ...from, port: 0 })).not.toThrow();
    expect(outcomes).toEqual(['malformed']);
    socket?.emit('message', REQUEST, { ...from, port: 9 });
    expect(outcomes).toEqual(['malformed', 'answered']);
  });
});
