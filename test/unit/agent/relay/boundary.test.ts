import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBase64Url } from '#shared/bytes/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { REFUSE_REASONS } from '../../../../src-shared/relay-api/messages.ts';
import { encodeEarlyData, type RelayMessage } from '#shared/relay-api/index.ts';
import { CASES_PER_BOUNDARY, casesOf, fuzzDecoder } from '#test/support/fuzz.ts';
import { settle } from '#test/support/fake-clock.ts';
import { idOf, ticketText } from '#test/support/scripted-relay.ts';
import { parseMessage } from '../../../../src-main/agent/relay/control-client.ts';
import { bench } from './setup.ts';

/** Of a hundred messages; each new connection costs four signatures, so the hundred thousand are for the schema alone. */
const SEQUENCES = casesOf(400, 8);

const peer = 'A'.repeat(56);
const body = toBase64Url(new Uint8Array(60).fill(9));
const connection = idOf(1);
const projects: Extract<RelayMessage, { type: 'projects' }>['projects'] = [{ id: idOf(3), role: 'member' }];
const VALID: readonly RelayMessage[] = [
  { type: 'challenge', versions: [1, 2], relayKey: ticketText(), nonce: ticketText(8), admission: 'token' },
  {
    type: 'welcome',
    version: 1,
    signature: toBase64Url(new Uint8Array(64).fill(1)),
    projects,
    online: [peer, peer],
    pingInterval: 18_000,
    observedAddress: '192.0.2.1',
  },
  { type: 'error', code: 'rate', message: 'slowly', fatal: true, request: 3, retryAfter: 1000 },
  { type: 'presence', peer, online: true },
  { type: 'incoming', connection, from: peer, message1: body },
  { type: 'accepted', connection, message2: body, ticket: ticketText() },
  { type: 'attach', connection, ticket: ticketText() },
  { type: 'refused', connection, reason: REFUSE_REASONS[3] },
  { type: 'early-end', connection, bytes: 100 },
  { type: 'closed', connection, reason: 'left' },
  { type: 'mailbox-opened', request: 1, nameplate: 'ABCD', expiresIn: 600_000 },
  { type: 'mailbox-claimed', request: 1, deposit: toBase64Url(new Uint8Array(16)) },
  { type: 'mailbox-joined' },
  { type: 'mailbox-message', body },
  { type: 'mailbox-closed', reason: 'expired' },
  { type: 'ok', request: 1 },
  { type: 'projects', projects },
  { type: 'restarting', reconnectIn: 100, tryFor: 1000 },
];
const SINCE_3: readonly RelayMessage[] = [
  { type: 'ping' },
  { type: 'pong' },
  { type: 'message', from: peer, body },
  { type: 'message', from: 'build-server', body },
  { type: 'message-refused', request: 1, reason: 'busy', retryAfter: 1000 },
  { type: 'left', peer, at: 1_800_000_000_000 },
  { type: 'accepted', connection, message2: body, ticket: ticketText(), at: 'wss://r1.relay.example:443' },
  { type: 'attach', connection, ticket: ticketText(), at: 'wss://r1.relay.example' },
];
const ALL = [...VALID, ...SINCE_3];

describe('what a relay may say', () => {
  it('is every message of the contract', () => {
    for (const message of ALL) expect(parseMessage(JSON.stringify(message))).toEqual(message);
  });

  it('is nothing else, however often it is tried [S-RELAY-9]', () => {
    const encoder = new TextEncoder();
    const decoder = new TextDecoder();
    const count = fuzzDecoder({
      name: 'relay message',
      valid: ALL.map((message) => encoder.encode(JSON.stringify(message))),
      maximum: 200,
      errors: ['RelayClientError'],
      firstCheck: () => true,
      decode: (bytes) => void parseMessage(decoder.decode(bytes)),
    });
    expect(count.cases).toBe(CASES_PER_BOUNDARY);
    expect(count.passedFirstCheck).toBeGreaterThan(CASES_PER_BOUNDARY / 1000);
  });

  it('never breaks a client, valid or not, in any order [S-RELAY-9]', async () => {
    const texts = ALL.map((message) => JSON.stringify(message));
    const message = fc
      .tuple(fc.nat(texts.length - 1), fc.nat(9), fc.nat(400), fc.nat(127))
      .map(([which, kind, at, value]) => {
        const text = texts[which] ?? '';
        const place = at % text.length;
        // Half as they are: only those reach what lies behind the schema.
        if (kind < 5) return text;
        const kept = kind === 5 ? place : place + 1;
        return text.slice(0, place) + String.fromCharCode(value) + text.slice(kept);
      });
    let messages = 0;
    let understood = 0;
    let online = 0;
    const codes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 100, maxLength: 100 }), async (said) => {
        const { client, relay, clock, identity } = bench();
        client.onIncoming = (incoming) => {
          if (incoming.message1.length % 2 === 0) incoming.accept(Uint8Array.of(1));
          else incoming.refuse('busy');
        };
        client.start();
        for (const [index, text] of said.entries()) {
          if (client.status.state !== 'online') {
            if (client.status.state === 'failed') client.start();
            client.retryNow();
            await settle(1);
            await settle();
            await relay.last.challenge({ versions: [1, 2, 3] });
            relay.last.welcome({}, relay.last.facts([1, 2, 3]));
            online += 1;
            void client.connect(identity.peerId, Uint8Array.of(1)).catch((error: unknown) => check(error));
          }
          messages += 1;
          if (index % 10 === 9) relay.last.sayBinary(encodeEarlyData(connection, Uint8Array.of(1)));
          relay.last.sayText(text);
          if (client.status.state === 'online') understood += 1;
          else codes.add(client.status.problem ?? '');
        }
        await client.stop();
        await settle(1);
        expect(clock.pending).toBe(0);
      }),
      { numRuns: SEQUENCES },
    );
    console.info(`relay client: ${messages} messages on ${online} connections, ${understood} understood`);
    expect(messages).toBe(SEQUENCES * 100);
    expect(understood).toBeGreaterThan(messages / 10);
    expect([...codes].every((code) => code.startsWith('relay.'))).toBe(true);
  });
});

function check(error: unknown): void {
  if (!(error instanceof ClawReachError)) throw error;
}
