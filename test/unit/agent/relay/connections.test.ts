import { describe, expect, it } from 'vitest';
import type { IncomingConnection } from '#agent/relay/index.ts';
import { toBase64Url } from '#shared/bytes/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { ByteChannel } from '#shared/link/index.ts';
import { encodeEarlyData } from '#shared/relay-api/index.ts';
import { settle } from '#test/support/fake-clock.ts';
import { codeOf } from '#test/support/rejections.ts';
import { idOf, ticketText, type RelayText } from '#test/support/scripted-relay.ts';
import { onlineBench, type Bench } from './setup.ts';

const PEER = 'A'.repeat(56) as PeerId;
const message = toBase64Url(Uint8Array.of(1, 2, 3));

type Call = Readonly<{ connection: string; result: ReturnType<Bench['client']['connect']> }>;

function call({ client, relay }: Bench, signal?: AbortSignal): Call {
  const result = client.connect(PEER, Uint8Array.of(1, 2, 3), signal);
  result.catch(() => undefined);
  const { connection } = relay.last.lastOf('connect');
  return { connection, result };
}

function accepted(connection: string, ticket = ticketText()): RelayText {
  return { type: 'accepted', connection, message2: toBase64Url(Uint8Array.of(9)), ticket };
}

function bytesOf(channel: ByteChannel): { bytes: number[]; error: Error | undefined; closed: number } {
  const heard: { bytes: number[]; error: Error | undefined; closed: number } = {
    bytes: [],
    error: undefined,
    closed: 0,
  };
  channel.setHandlers({
    data: (chunk) => heard.bytes.push(...chunk),
    drain: () => undefined,
    closed: (error) => {
      heard.error = error;
      heard.closed += 1;
    },
  });
  return heard;
}

describe('calling a peer', () => {
  it('works from the answer on, over control and then over the data connection', async () => {
    const made = await onlineBench();
    const { connection, result } = call(made);
    expect(made.relay.last.lastOf('connect')).toMatchObject({ to: PEER, message1: message });
    made.relay.last.say(accepted(connection));
    const { message2, channel } = await result;
    expect(message2).toEqual(Uint8Array.of(9));
    const heard = bytesOf(channel);
    made.relay.last.sayBinary(encodeEarlyData(connection, Uint8Array.of(5)));
    await settle();
    expect(made.relay.last.lastOf('early-end')).toEqual({ type: 'early-end', connection, bytes: 0 });
    const far = made.relay.links.get(ticketText());
    far?.write([Uint8Array.of(6)]);
    await settle();
    expect(heard.bytes).toEqual([5]);
    made.relay.last.say({ type: 'early-end', connection, bytes: 1 });
    await settle();
    expect(heard.bytes).toEqual([5, 6]);
  });

  it.each(['unknown', 'offline', 'refused', 'busy', 'timeout', 'rate', 'self', 'limit', 'gone'])(
    'tells why it was refused: %s',
    async (reason) => {
      const made = await onlineBench();
      const { connection, result } = call(made);
      made.relay.last.say({ type: 'refused', connection, reason });
      expect(await codeOf(() => result)).toBe(`relay.refused.${reason}`);
    },
  );

  it('can be given up: the relay hears of it, and late answers do no harm', async () => {
    const made = await onlineBench();
    const abort = new AbortController();
    const { connection, result } = call(made, abort.signal);
    abort.abort();
    expect(await codeOf(() => result)).toBe('relay.aborted');
    expect(made.relay.last.lastOf('cancel')).toEqual({ type: 'cancel', connection });
    made.relay.last.say(accepted(connection));
    made.relay.last.say({ type: 'early-end', connection, bytes: 0 });
    made.relay.last.say({ type: 'closed', connection, reason: 'cancelled' });
    expect(made.client.status.state).toBe('online');
    expect(await codeOf(() => made.client.connect(PEER, Uint8Array.of(1), abort.signal))).toBe('relay.aborted');
  });

  it('is given up when nobody answers', async () => {
    const made = await onlineBench();
    const { result } = call(made);
    await made.clock.advance(10_000);
    made.relay.last.pong();
    await made.clock.advance(25_000);
    expect(await codeOf(() => result)).toBe('relay.no-answer');
    expect(made.relay.last.count('cancel')).toBe(1);
  });

  it('fails with the control connection, and with a data connection that does not come about', async () => {
    const lost = await onlineBench();
    const first = call(lost);
    lost.relay.last.drop();
    expect(await codeOf(() => first.result)).toBe('relay.lost');
    const made = await onlineBench();
    made.relay.linkError = new Error('no way');
    const { connection, result } = call(made);
    made.relay.last.say(accepted(connection));
    const heard = bytesOf((await result).channel);
    await settle();
    expect(heard.error).toMatchObject({ code: 'link.path-lost' });
    expect(made.relay.last.lastOf('cancel')).toEqual({ type: 'cancel', connection });
    expect(made.client.status.state).toBe('online');
  });
});

describe('being called', () => {
  async function called(): Promise<{ made: Bench; incoming: IncomingConnection; connection: string }> {
    const made = await onlineBench();
    const calls: IncomingConnection[] = [];
    made.client.onIncoming = (incoming) => calls.push(incoming);
    const connection = idOf(1);
    made.relay.last.say({ type: 'incoming', connection, from: PEER, message1: message });
    const [incoming] = calls;
    if (incoming === undefined) throw new Error('nobody called');
    return { made, incoming, connection };
  }

  it('works from the accept on', async () => {
    const { made, incoming, connection } = await called();
    expect(incoming).toMatchObject({ from: PEER, message1: Uint8Array.of(1, 2, 3) });
    const channel = incoming.accept(Uint8Array.of(8));
    expect(made.relay.last.lastOf('accept')).toEqual({
      type: 'accept',
      connection,
      message2: toBase64Url(Uint8Array.of(8)),
    });
    const heard = bytesOf(channel);
    channel.write([Uint8Array.of(4)]);
    expect(made.relay.last.early).toEqual([{ connection, bytes: Uint8Array.of(4) }]);
    made.relay.last.sayBinary(encodeEarlyData(connection, Uint8Array.of(5)));
    made.relay.last.say({ type: 'attach', connection, ticket: ticketText() });
    made.relay.last.say({ type: 'early-end', connection, bytes: 1 });
    await settle();
    expect(made.relay.last.lastOf('early-end')).toEqual({ type: 'early-end', connection, bytes: 1 });
    made.relay.links.get(ticketText())?.write([Uint8Array.of(6)]);
    await settle();
    expect(heard.bytes).toEqual([5, 6]);
  });

  it('counts one answer only', async () => {
    const { made, incoming } = await called();
    incoming.refuse('busy');
    incoming.refuse('refused');
    const late = bytesOf(incoming.accept(Uint8Array.of(8)));
    expect(late.error).toMatchObject({ code: 'link.path-lost' });
    expect(made.relay.last.count('refuse')).toBe(1);
    expect(made.relay.last.count('accept')).toBe(0);
  });

  it('ends with the caller, with time, and with the relay', async () => {
    const byCaller = await called();
    byCaller.made.relay.last.say({ type: 'closed', connection: byCaller.connection, reason: 'cancelled' });
    expect(byCaller.incoming.cancelled.aborted).toBe(true);
    const byTime = await called();
    byTime.made.relay.last.pong();
    await byTime.made.clock.advance(25_000);
    expect(byTime.incoming.cancelled.aborted).toBe(true);
    expect(byTime.made.relay.last.lastOf('refuse')).toMatchObject({ reason: 'busy' });
    const byRelay = await called();
    byRelay.made.relay.last.drop();
    expect(byRelay.incoming.cancelled.aborted).toBe(true);
    const unattached = await called();
    const heard = bytesOf(unattached.incoming.accept(Uint8Array.of(8)));
    await unattached.made.clock.advance(30_000);
    expect(heard.error).toMatchObject({ code: 'link.path-lost' });
  });

  it('is refused when nobody listens, and busy beyond sixteen callers at once', async () => {
    const { made } = await called();
    for (let index = 2; index < 20; index += 1) {
      made.relay.last.say({ type: 'incoming', connection: idOf(index), from: PEER, message1: message });
    }
    const refusals = made.relay.last.sent.filter((sent) => sent.type === 'refuse');
    expect(refusals.map((refusal) => refusal.reason)).toEqual(['busy', 'busy', 'busy']);
    made.client.onIncoming = undefined;
    made.relay.last.say({ type: 'incoming', connection: idOf(99), from: PEER, message1: message });
    expect(made.relay.last.lastOf('refuse')).toMatchObject({ connection: idOf(99), reason: 'refused' });
  });

  it('survives a listener that throws', async () => {
    const { made } = await called();
    made.client.onIncoming = () => {
      throw new Error('defect');
    };
    made.relay.last.say({ type: 'incoming', connection: idOf(2), from: PEER, message1: message });
    expect(made.relay.last.lastOf('refuse')).toMatchObject({ connection: idOf(2), reason: 'refused' });
    expect(made.client.status.state).toBe('online');
  });
});

describe('a relay that breaks the protocol', () => {
  const unknown = idOf(0xee);
  it.each<[string, RelayText]>([
    [
      'a second challenge',
      { type: 'challenge', versions: [1], relayKey: ticketText(), nonce: ticketText(), admission: 'open' },
    ],
    [
      'a second welcome',
      {
        type: 'welcome',
        version: 1,
        signature: 'A'.repeat(86),
        projects: [],
        online: [],
        pingInterval: 5000,
        observedAddress: '',
      },
    ],
    ['an unknown type', { type: 'surprise' }],
    ['an unknown field', { type: 'ok', request: 1, more: true }],
    ['an answer nobody asked for', { type: 'ok', request: 77 }],
    ['an acceptance nobody asked for', accepted(unknown)],
    ['a ticket nobody waits for', { type: 'attach', connection: unknown, ticket: ticketText() }],
    ['a refusal nobody waits for', { type: 'refused', connection: unknown, reason: 'busy' }],
    ['an end of early data of nothing', { type: 'early-end', connection: unknown, bytes: 0 }],
    ['a pairing message without a pairing', { type: 'mailbox-message', body: 'AA' }],
    ['a ticket whose text has another reading', { type: 'attach', connection: unknown, ticket: `${'A'.repeat(42)}B` }],
  ])('is left: %s [S-RELAY-9]', async (_name, said) => {
    const made = await onlineBench();
    made.relay.last.say(said);
    expect(made.relay.last.state).toBe('terminated');
    expect(made.client.status).toMatchObject({ state: 'waiting', problem: 'relay.protocol' });
  });

  it.each([
    ['text that is not JSON', '{"type":'],
    ['JSON that is no object', '[]'],
    ['a message without end', `{"type":"error","message":"${'x'.repeat(20_000)}"}`],
  ])('is left: %s [S-RELAY-9]', async (_name, text) => {
    const made = await onlineBench();
    made.relay.last.sayText(text);
    expect(made.client.status.problem).toBe('relay.protocol');
  });

  it('is left when it answers a call in the wrong order', async () => {
    const twice = await onlineBench();
    const first = call(twice);
    twice.relay.last.say(accepted(first.connection));
    twice.relay.last.say(accepted(first.connection));
    expect(twice.client.status.problem).toBe('relay.protocol');
    const early = await onlineBench();
    const second = call(early);
    early.relay.last.sayBinary(encodeEarlyData(second.connection, Uint8Array.of(1)));
    expect(early.client.status.problem).toBe('relay.protocol');
    expect(await codeOf(() => second.result)).toBe('relay.protocol');
    const reused = await onlineBench();
    const third = call(reused);
    reused.relay.last.say({ type: 'incoming', connection: third.connection, from: PEER, message1: message });
    expect(reused.client.status.problem).toBe('relay.protocol');
  });

  it('is left when it speaks before its welcome', async () => {
    const made = await onlineBench();
    made.relay.last.drop();
    await made.clock.advance(1000);
    made.relay.last.sayBinary(encodeEarlyData(unknown, Uint8Array.of(1)));
    expect(made.client.status.problem).toBe('relay.protocol');
    await made.clock.advance(2000);
    made.relay.last.say({ type: 'presence', peer: PEER, online: true });
    expect(made.client.status.problem).toBe('relay.protocol');
    expect(made.client.isOnline(PEER)).toBe(false);
  });

  it('costs one connection, not all, when early data does not add up [S-LINK-7]', async () => {
    const made = await onlineBench();
    const [first, second] = [call(made), call(made)];
    for (const { connection } of [first, second])
      made.relay.last.say(accepted(connection, ticketText(connection.length)));
    const heard = bytesOf((await first.result).channel);
    const other = bytesOf((await second.result).channel);
    made.relay.last.say({ type: 'early-end', connection: first.connection, bytes: 3 });
    expect(heard.error).toMatchObject({ code: 'relay.early-data' });
    expect(other.closed).toBe(0);
    expect(made.client.status.state).toBe('online');
  });

  it('may tell the end of a connection of an earlier process', async () => {
    const made = await onlineBench();
    made.relay.last.say({ type: 'closed', connection: unknown, reason: 'left' });
    expect(made.client.status.state).toBe('online');
  });
});
