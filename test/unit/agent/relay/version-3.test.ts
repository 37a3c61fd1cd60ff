import { describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { toBase64Url } from '#shared/bytes/index.ts';
import { enrolTicketKey, enrolTicketProof, othersTranscript, RELAY_LIMITS } from '#shared/relay-api/index.ts';
import { settle } from '#test/support/fake-clock.ts';
import { codeOf } from '#test/support/rejections.ts';
import { ticketText } from '#test/support/scripted-relay.ts';
import { bench, type Bench } from './setup.ts';

const VERSIONS = [1, 2, 3];
const PEER = 'A'.repeat(56);
const OTHERS = ['wss://r2.relay.example:443', 'wss://r3.relay.example'];

/** Online in the newest version, with these fields in the welcome. */
async function online(
  config: Parameters<typeof bench>[0] = {},
  more: Parameters<typeof bench>[1] = {},
  welcome: Readonly<Record<string, unknown>> = {},
): Promise<Bench> {
  const made = bench(config, more);
  made.client.start();
  await settle();
  await made.relay.last.challenge({ versions: VERSIONS });
  made.relay.last.welcome(welcome, made.relay.last.facts(VERSIONS));
  return made;
}

describe('the hello of version 3', () => {
  const ticket = { id: nativeBackend.randomBytes(16), secret: nativeBackend.randomBytes(32) };

  it('proves the secret of an enrol ticket for this connection, and does not show it [S-RELAY-14]', async () => {
    const { relay } = await online({ enrolTicket: () => ticket });
    const proof = enrolTicketProof(
      nativeBackend,
      enrolTicketKey(nativeBackend, ticket.secret),
      relay.last.facts(VERSIONS),
    );
    expect(relay.last.hello.enrolTicket).toEqual({ id: toBase64Url(ticket.id), proof: toBase64Url(proof) });
    expect(JSON.stringify(relay.last.sent)).not.toContain(toBase64Url(ticket.secret));
  });

  it('has no ticket for a relay that speaks earlier versions only', async () => {
    const { client, relay } = bench({ enrolTicket: () => ticket });
    client.start();
    await settle();
    await relay.last.challenge({ versions: [1, 2] });
    expect([relay.last.hello.version, relay.last.hello.enrolTicket]).toEqual([2, undefined]);
  });

  it('of a browser is said to no earlier relay, and shows no admission token', async () => {
    const old = bench({}, { role: 'browser' });
    old.client.start();
    await settle();
    await old.relay.last.challenge({ versions: [1, 2] });
    expect([old.relay.last.sent, old.client.status.problem]).toEqual([[], 'relay.version']);
    const made = bench({ admission: () => 'correct horse' }, { role: 'browser' });
    made.client.start();
    await settle();
    await made.relay.last.challenge({ versions: VERSIONS, admission: 'token' });
    expect(made.relay.last.hello).toMatchObject({ version: 3, role: 'browser' });
    expect(made.relay.last.hello.admission).toBeUndefined();
  });
});

describe('what version 3 added', () => {
  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['ping', { type: 'ping' }],
    ['pong', { type: 'pong' }],
    ['message', { type: 'message', from: PEER, body: 'AAAA' }],
    ['left', { type: 'left', peer: PEER, at: 1 }],
    ['the refusal of a message', { type: 'message-refused', request: 1, reason: 'busy' }],
    [
      'the place of a link',
      { type: 'attach', connection: 'a'.repeat(32), ticket: ticketText(), at: 'wss://r.example' },
    ],
  ])('in an earlier version breaks the protocol: %s [S-RELAY-9]', async (_name, message) => {
    for (const versions of [[1], [1, 2]]) {
      const { client, relay } = bench();
      client.start();
      await settle();
      await relay.last.challenge({ versions });
      relay.last.welcome({}, relay.last.facts(versions));
      expect(client.status.state).toBe('online');
      relay.last.say(message);
      expect(client.status).toMatchObject({ state: 'waiting', problem: 'relay.protocol' });
      await client.stop();
    }
  });

  it('pings are answered, unless the relay reads no answers', async () => {
    const { relay, client } = await online();
    relay.last.say({ type: 'ping' });
    expect(relay.last.count('pong')).toBe(1);
    Object.defineProperty(relay.last, 'bufferedBytes', { value: 1024 * 1024 });
    for (let count = 0; count < 1000; count += 1) relay.last.say({ type: 'ping' });
    expect([relay.last.count('pong'), client.status.state]).toEqual([1, 'online']);
  });

  it('a browser pings by messages, and leaves a relay that answers none', async () => {
    const { relay, clock, client } = await online({}, { role: 'browser' });
    await clock.advance(18_000);
    expect([relay.last.count('ping'), relay.last.pings]).toEqual([1, 0]);
    relay.last.say({ type: 'pong' });
    await clock.advance(18_000);
    expect(client.status.state).toBe('online');
    const silent = relay.last;
    await clock.advance(60_000);
    expect(silent.state).toBe('terminated');
    await client.stop();
  });

  it('a message arrives with its sender, and one that cannot be delivered says why', async () => {
    const { relay, client } = await online();
    const got: unknown[] = [];
    client.onMessage = (message) => got.push(message);
    relay.last.say({ type: 'message', from: PEER, body: toBase64Url(Uint8Array.of(1, 2, 3)) });
    expect(got).toEqual([{ from: PEER, body: Uint8Array.of(1, 2, 3) }]);
    const largest = new Uint8Array(RELAY_LIMITS.messageBody).fill(7);
    const sent = client.sendMessage(PEER, largest);
    const { request, body } = relay.last.lastOf('message');
    expect(body).toBe(toBase64Url(largest));
    relay.last.say({ type: 'ok', request });
    await sent;
    const refused = codeOf(() => client.sendMessage(PEER, largest));
    relay.last.say({ type: 'message-refused', request: relay.last.lastOf('message').request, reason: 'offline' });
    expect(await refused).toBe('relay.refused.offline');
    relay.last.say({ type: 'message', from: PEER, body: `${'A'.repeat(5)}B` });
    expect(client.status.problem).toBe('relay.protocol');
  });

  it('other names of the relay count only with its signature', async () => {
    const sign = (seed: Uint8Array, key: Uint8Array): string =>
      toBase64Url(nativeBackend.ed25519Sign(seed, othersTranscript(key, OTHERS)));
    const open = async (signature: (made: Bench) => string): Promise<string> => {
      const made = bench();
      made.client.start();
      await settle();
      await made.relay.last.challenge({ versions: VERSIONS });
      const others = { urls: OTHERS, signature: signature(made) };
      made.relay.last.welcome({ others }, made.relay.last.facts(VERSIONS));
      const { state, problem } = made.client.status;
      await made.client.stop();
      return problem ?? state;
    };
    expect(await open(({ relay }) => sign(relay.seed, relay.relayKey))).toBe('online');
    expect(await open(({ relay }) => sign(nativeBackend.randomBytes(32), relay.relayKey))).toBe(
      'relay.welcome-signature',
    );
    expect(await open(({ relay }) => sign(relay.seed, nativeBackend.randomBytes(32)))).toBe('relay.welcome-signature');
  });
});
