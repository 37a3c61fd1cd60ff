import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { equalBytes } from '#shared/bytes/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { unwrapFirstMessage, wrapFirstMessage } from '#shared/handshake/first-message.ts';
import {
  decodeFirstPayload,
  decodeSecondPayload,
  encodeFirstPayload,
  encodeSecondPayload,
} from '#shared/handshake/payloads.ts';
import { CASES_PER_BOUNDARY, fuzzDecoder } from '#test/support/fuzz.ts';
import { strangeBytes } from '#test/support/mutations.ts';
import { alice, bob, crypto, NOW, pinOf, responderOf, SESSION_ID, start } from './devices.ts';

/** Version, suite and MAC. */
const HEADER = 18;
const errors = ['FormatError', 'AuthenticationError', 'HandshakeError'];
const offer = { versions: [1, 2, 200], limits: { record: 65_535 } };
const first = encodeFirstPayload({
  certificate: alice.certificate,
  sessionId: SESSION_ID,
  purpose: 'session',
  time: NOW,
  offer,
});
const second = encodeSecondPayload({
  certificate: bob.certificate,
  answer: 'accepted',
  version: 1,
  limits: offer.limits,
  time: NOW,
  offer,
});

describe('strange bytes', () => {
  it('as a message 1 pass the first check only with a MAC of somebody who knows the peer id', async () => {
    const { message1 } = await start(alice, pinOf(bob));
    const count = fuzzDecoder({
      name: 'message 1, first check',
      valid: [message1],
      maximum: message1.length + 8,
      errors,
      firstCheck: (code) => /^(handshake\.(version|suite|mac)|format\.(short|handshake))$/.test(code),
      decode: (bytes, number) => {
        // Every other case gets a proper MAC around its bytes. Without one only the message itself may pass (an edit can change nothing).
        const noiseMessage = bytes.subarray(HEADER);
        const proper = number % 2 === 0;
        const sent = proper ? wrapFirstMessage(crypto, bob.peerId, noiseMessage) : bytes;
        mustEqual(unwrapFirstMessage(crypto, bob.peerId, sent), (proper ? bytes : message1).subarray(HEADER));
      },
    });
    expect(count.cases).toBe(CASES_PER_BOUNDARY);
    expect(count.mutated).toBeGreaterThan(CASES_PER_BOUNDARY * 0.45);
    expect(count.passedFirstCheck).toBeGreaterThan(CASES_PER_BOUNDARY * 0.45);
    expect(count.accepted).toBeLessThan(CASES_PER_BOUNDARY * 0.51);
  });

  it.each([
    ['payload 1', first, (bytes: Uint8Array) => encodeFirstPayload(decodeFirstPayload(bytes))],
    ['payload 2', second, (bytes: Uint8Array) => encodeSecondPayload(decodeSecondPayload(bytes))],
  ] as const)('as a %s are refused, or have exactly this encoding', (name, valid, again) => {
    const count = fuzzDecoder({
      name,
      valid: [valid],
      maximum: valid.length + 8,
      errors,
      firstCheck: (code) => code === 'format.short',
      decode: (bytes) => {
        mustEqual(again(bytes), bytes);
      },
    });
    expect(count.cases).toBe(CASES_PER_BOUNDARY);
    expect(count.mutated).toBeGreaterThan(CASES_PER_BOUNDARY * 0.45);
    expect(count.accepted).toBeGreaterThan(CASES_PER_BOUNDARY / 100);
  });

  it('by somebody who knows the peer id end in a named error, and the responder goes on', async () => {
    const responder = responderOf(bob, [pinOf(alice)]);
    const { message1 } = await start(alice, pinOf(bob));
    const noiseMessage = unwrapFirstMessage(crypto, bob.peerId, message1);
    let cases = 0;
    let decrypted = 0;
    await fc.assert(
      fc.asyncProperty(strangeBytes([noiseMessage], noiseMessage.length + 8), async ({ bytes }) => {
        if (equalBytes(bytes, noiseMessage)) return;
        cases += 1;
        try {
          await responder.receive(wrapFirstMessage(crypto, bob.peerId, bytes));
        } catch (error) {
          if (!(error instanceof ClawReachError) || !errors.includes(error.name)) throw error;
          if (!/^(crypto\.|format\.short$)/.test(error.code)) decrypted += 1;
          return;
        }
        throw new Error('a forged message 1 was taken');
      }),
      { numRuns: 5000 },
    );
    console.info(`message 1 with a proper MAC: ${cases} cases, ${decrypted} got past the cipher`);
    expect(decrypted).toBe(0);
    expect((await responder.receive(message1)).peer.peerId).toBe(alice.peerId);
  });
});

describe('payloads', () => {
  it('come back from their bytes', () => {
    expect(decodeFirstPayload(first)).toEqual({
      certificate: alice.certificate,
      sessionId: SESSION_ID,
      purpose: 'session',
      time: NOW,
      offer,
    });
    expect(decodeSecondPayload(second)).toEqual({
      certificate: bob.certificate,
      answer: 'accepted',
      version: 1,
      limits: offer.limits,
      time: NOW,
      offer,
    });
  });
});

/** As an expectation, but cheap enough for a hundred thousand cases. */
function mustEqual(actual: Uint8Array, expected: Uint8Array): void {
  if (!equalBytes(actual, expected)) throw new Error('the bytes are not the expected ones');
}
