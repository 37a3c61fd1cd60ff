import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeControlMessage } from '#relay/hub/decode-control-message.ts';
import { FormatError } from '#shared/errors.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import { casesOf } from '#test/support/fuzz.ts';

const LIMIT = 16 * 1024;
const LIMITS = { controlMessage: LIMIT, messageWithBody: 96 * 1024 };
const CASES = casesOf(100_000);
const text = (length: number): string => 'A'.repeat(length);
const hex = '0123456789abcdef'.repeat(2);
const peer = '0'.repeat(56);
const VALID: readonly Readonly<Record<string, unknown>>[] = [
  {
    type: 'hello',
    version: 1,
    certificate: text(200),
    nonce: text(43),
    relayKey: text(43),
    authority: 'relay.example:7474',
    tlsPin: '',
    role: 'agent',
    signature: text(86),
    admission: text(43),
    enrolments: [text(300)],
    software: 'clawreach 0.1.0',
  },
  {
    type: 'hello',
    version: 3,
    certificate: text(200),
    nonce: text(43),
    relayKey: text(43),
    authority: 'relay.example:443',
    tlsPin: '',
    role: 'browser',
    signature: text(86),
    enrolTicket: { id: text(22), proof: text(43) },
  },
  { type: 'connect', connection: hex, to: peer, message1: text(400) },
  { type: 'accept', connection: hex, message2: text(400) },
  { type: 'refuse', connection: hex, reason: 'busy' },
  { type: 'cancel', connection: hex },
  { type: 'early-end', connection: hex, bytes: 100 },
  { type: 'mailbox-open', request: 1, mailbox: hex, deposit: text(22) },
  { type: 'mailbox-claim', request: 1, nameplate: 'ABCD' },
  { type: 'mailbox-send', body: text(64) },
  { type: 'mailbox-close' },
  { type: 'enrol', request: 2, enrolment: text(280) },
  { type: 'remove', request: 3, removal: text(260) },
  { type: 'ping' },
  { type: 'pong' },
  { type: 'message', request: 4, to: peer, body: text(400) },
  { type: 'message', request: 5, to: 'build-server', body: text(4) },
];

/** True when it was taken; anything but a FormatError is a defect. */
function passes(data: Uint8Array): boolean {
  try {
    const message = decodeControlMessage(data, LIMITS, 3);
    return typeof message.type === 'string';
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}

/** One change of a valid message: of its bytes, or of one field. */
const mutation = fc
  .tuple(
    fc.nat(VALID.length - 1),
    fc.nat(5),
    fc.nat(5000),
    fc.nat(255),
    fc.oneof(fc.string({ maxLength: 8 }), fc.integer(), fc.constantFrom(null, true, [], {}, '__proto__', 'toString')),
  )
  .map(([index, kind, place, byte, value]) => {
    const message = { ...VALID[index] };
    const names = Object.keys(message);
    const name = names[place % names.length] ?? 'type';
    if (kind === 0) message[name] = value;
    else if (kind === 1) delete message[name];
    else if (kind === 2) message[JSON.stringify(value)] = value;
    else if (kind === 3 && typeof message[name] === 'string') message[name] = message[name].slice(place % 7);
    const bytes = toUtf8(JSON.stringify(message));
    if (kind === 4) bytes[place % bytes.length] = byte;
    return kind === 5 ? bytes.subarray(0, place % (bytes.length + 1)) : bytes;
  });

test('every message of the contract is taken as it is', () => {
  for (const message of VALID) {
    expect(decodeControlMessage(toUtf8(JSON.stringify(message)), LIMITS, 3)).toEqual(message);
  }
});

test('whatever comes, the boundary takes it or says so in one way', { timeout: 60_000 }, () => {
  let passed = 0;
  const count = (data: Uint8Array): void => {
    if (passes(data)) passed += 1;
  };
  fc.assert(fc.property(mutation, count), { numRuns: CASES / 2 });
  const mutated = passed;
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), count), { numRuns: CASES / 4 });
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 2 }), (value) => count(toUtf8(JSON.stringify(value)))),
    { numRuns: CASES / 4 },
  );
  console.info(
    `control boundary: ${CASES} cases, ${mutated} of ${CASES / 2} mutations of valid messages were still valid`,
  );
  expect(mutated).toBeGreaterThan(CASES / 1000);
  expect(mutated).toBeLessThan(CASES / 4);
});

test('unknown types, unknown fields and prototypes are refused', () => {
  const refused = [
    '{"type":"shell"}',
    '{"type":"mailbox-close","more":1}',
    '{"type":"mailbox-close","__proto__":{"a":1}}',
    '{"type":"__proto__"}',
    '{"type":["mailbox-close"]}',
    '[]',
    'null',
    '"mailbox-close"',
    '',
  ];
  expect(refused.filter((message) => passes(toUtf8(message)))).toEqual([]);
});

test('a base64url value that has a second text is refused', () => {
  const message = (body: string): Uint8Array => toUtf8(JSON.stringify({ type: 'mailbox-send', body }));
  expect(passes(message('AA'))).toBe(true);
  expect(passes(message('AB'))).toBe(false);
  expect(passes(message('A'))).toBe(false);
});

test('a message over the limit is refused before it is read', () => {
  const filled = toUtf8(`{"type":"mailbox-close"}${' '.repeat(LIMIT)}`);
  expect(passes(filled)).toBe(false);
  expect(passes(filled.subarray(0, LIMIT))).toBe(true);
  const message = (body: string): Uint8Array => toUtf8(JSON.stringify({ type: 'message', request: 1, to: peer, body }));
  expect(passes(message(text(87_380)))).toBe(true);
  expect(passes(message(text(87_384)))).toBe(false);
});

test.each([1, 2])('a client of version %i says only what version 3 did not add', (version) => {
  const isTaken = (message: Readonly<Record<string, unknown>>): boolean => {
    try {
      decodeControlMessage(toUtf8(JSON.stringify(message)), LIMITS, version);
      return true;
    } catch {
      return false;
    }
  };
  const refused = VALID.filter((message) => !isTaken(message)).map(({ type }) => type);
  expect(refused).toEqual(['hello', 'ping', 'pong', 'message', 'message']);
});
