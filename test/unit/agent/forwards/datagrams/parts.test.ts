import { describe, expect, it } from 'vitest';
import type { PeerId } from '#shared/identity/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { flowsOf } from '../../../../../src-main/agent/forwards/datagrams/flows.ts';
import { PortAffinity } from '../../../../../src-main/agent/forwards/datagrams/port-affinity.ts';
import { IdleWatch } from '../../../../../src-main/agent/forwards/datagrams/idle-watch.ts';
import { DATAGRAM_LIMITS } from '../../../../../src-main/agent/forwards/datagrams/limits.ts';
import { HandshakeWatch, RESPONSE_TIMEOUT } from '../../../../../src-main/agent/forwards/datagrams/handshake-watch.ts';

const PEER = 'A'.repeat(56) as PeerId;
const OTHER = 'B'.repeat(56) as PeerId;

function fakeSession(role: 'initiator' | 'responder') {
  const sent: number[] = [];
  return {
    role,
    sent,
    onDatagram: undefined as ((flow: number, bytes: Uint8Array) => void) | undefined,
    sendDatagram: (flow: number) => {
      sent.push(flow);
      return true;
    },
  };
}

describe('the flows of a session', () => {
  it('are odd for the initiator and even for the responder', () => {
    const [one, other] = [fakeSession('initiator'), fakeSession('responder')];
    const ids = [one, one, other, other].map((session) => flowsOf(session).open(() => undefined).id);
    expect(ids).toEqual([1, 3, 2, 4]);
  });

  it('are accepted from the other side with its own numbers, once', () => {
    const flows = flowsOf(fakeSession('initiator'));
    const code = (id: number): unknown => {
      try {
        flows.accept(id, () => undefined);
        return undefined;
      } catch (error) {
        return (error as { code: unknown }).code;
      }
    };
    expect([2, 2, 1, 7, 4].map(code)).toEqual([
      undefined,
      'forward.params',
      'forward.params',
      'forward.params',
      undefined,
    ]);
  });

  it('get their own datagrams; what belongs to none is counted and dropped', () => {
    const session = fakeSession('initiator');
    const heard: [string, number][] = [];
    const flows = flowsOf(session);
    const first = flows.open((bytes) => heard.push(['first', bytes.length]));
    flows.accept(2, (bytes) => heard.push(['second', bytes.length]));
    for (const flow of [1, 2, 3, 0, 1]) session.onDatagram?.(flow, new Uint8Array(flow));
    first.close();
    session.onDatagram?.(1, new Uint8Array(1));
    expect(first.send(new Uint8Array(1))).toBe(false);
    expect(heard).toEqual([
      ['first', 1],
      ['second', 2],
      ['first', 1],
    ]);
    expect([flows.unknown, flows.size, session.sent]).toEqual([3, 1, []]);
  });
});

describe('former ports', () => {
  it('are given back once, to the same peer with the same token, for ten minutes', async () => {
    const clock = new FakeClock();
    const ports = new PortAffinity(clock);
    ports.reserve(PEER, 'a', 1000);
    ports.reserve(PEER, 'b', 2000);
    expect([ports.take(OTHER, 'a'), ports.take(PEER, undefined), ports.take(PEER, 'a'), ports.take(PEER, 'a')]).toEqual(
      [0, 0, 1000, 0],
    );
    await clock.advance(DATAGRAM_LIMITS.portFor + 1);
    expect(ports.take(PEER, 'b')).toBe(0);
  });

  it('are kept for 64 of a peer, the newest', () => {
    const ports = new PortAffinity(new FakeClock());
    for (let count = 1; count <= 100; count += 1) ports.reserve(PEER, `token ${count}`, count);
    expect([36, 37, 100].map((count) => ports.take(PEER, `token ${count}`))).toEqual([0, 37, 100]);
  });
});

describe('the watch for idle associations', () => {
  it('ends them after their time without a datagram, counted from the last', async () => {
    const clock = new FakeClock();
    let over = 0;
    const watch = new IdleWatch(clock, 300_000, () => {
      over += 1;
    });
    await clock.advance(299_000);
    watch.touch();
    await clock.advance(299_000);
    expect(over).toBe(0);
    await clock.advance(1001);
    expect(over).toBe(1);
    await clock.advance(600_000);
    expect(over).toBe(1);
  });
});

describe('the watch for handshakes of WireGuard', () => {
  const message = (type: number, length: number): Uint8Array => {
    const bytes = new Uint8Array(length);
    bytes[0] = type;
    return bytes;
  };

  it('tells when initiations stay without an answer, and when one comes', async () => {
    const clock = new FakeClock();
    const told: boolean[] = [];
    const answeredAt: number[] = [];
    const watch = new HandshakeWatch(
      clock,
      (isSilent) => told.push(isSilent),
      (at) => answeredAt.push(at),
    );
    watch.inspect(message(1, 148));
    await clock.advance(5000);
    watch.inspect(message(1, 148));
    await clock.advance(RESPONSE_TIMEOUT - 5000);
    expect(told).toEqual([true]);
    watch.inspect(message(2, 92));
    expect(told).toEqual([true, false]);
    expect(watch.lastAt).toBe(clock.now());
    expect(answeredAt).toEqual([clock.now()]);
  });

  it('takes nothing else for a handshake', async () => {
    const clock = new FakeClock();
    const told: boolean[] = [];
    const watch = new HandshakeWatch(clock, (isSilent) => told.push(isSilent));
    for (const bytes of [message(1, 147), message(4, 148), message(0, 0), Uint8Array.of(1, 1, 0, 0)])
      watch.inspect(bytes);
    await clock.advance(60_000);
    expect([told, watch.lastAt]).toEqual([[], undefined]);
  });

  it('says nothing while they are answered', async () => {
    const clock = new FakeClock();
    const told: boolean[] = [];
    const watch = new HandshakeWatch(clock, (isSilent) => told.push(isSilent));
    for (let round = 0; round < 5; round += 1) {
      watch.inspect(message(1, 148));
      await clock.advance(200);
      watch.inspect(message(2, 92));
      await clock.advance(120_000);
    }
    expect(told).toEqual([]);
  });
});
