import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gatewayEndpoint } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import {
  checkEndpoint,
  colonFingerprint,
  endpointUrl,
  isPlaintextAllowed,
  isPrivateAddress,
  parseEndpoint,
  parseFingerprint,
  parseGatewayHost,
  readPath,
  parseGatewayPort,
  sameEndpoint,
} from '#shared/openclaw/gateway/index.ts';

function failure(work: () => unknown): Readonly<{ code: string; details: ClawReachError['details'] }> {
  try {
    work();
  } catch (error) {
    if (error instanceof ClawReachError) return { code: error.code, details: error.details };
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('the address of a gateway', () => {
  test.each([
    ['gateway.example', 'gateway.example', 18_789, true, '/'],
    [' Gateway.Example. ', 'gateway.example', 18_789, true, '/'],
    ['gateway.example:443', 'gateway.example', 443, true, '/'],
    ['192.168.1.10:18790', '192.168.1.10', 18_790, true, '/'],
    ['::1', '::1', 18_789, true, '/'],
    ['[::1]', '::1', 18_789, true, '/'],
    ['[FD00:0::5]:1', 'fd00::5', 1, true, '/'],
    ['[fe80::1%eth0]:18789', 'fe80::1%eth0', 18_789, true, '/'],
    ['fe80::1%25eth0', 'fe80::1%eth0', 18_789, true, '/'],
    ['::ffff:10.0.0.1', '10.0.0.1', 18_789, true, '/'],
    ['bücher.example', 'xn--bcher-kva.example', 18_789, true, '/'],
    ['wss://gateway.example:18789/a/b', 'gateway.example', 18_789, true, '/a/b'],
    ['WSS://gateway.example', 'gateway.example', 443, true, '/'],
    ['https://desk.tail1234.ts.net/', 'desk.tail1234.ts.net', 443, true, '/'],
    ['ws://127.0.0.1:18789', '127.0.0.1', 18_789, false, '/'],
    ['http://[::1]/x', '::1', 80, false, '/x'],
  ])('%s is read', (text, host, port, tls, path) => {
    const endpoint = parseEndpoint(text);
    expect(endpoint).toEqual({ host, port, tls, path });
    expect(gatewayEndpoint.parse(endpoint)).toEqual(endpoint);
  });

  test.each([
    ['', 'host'],
    ['   ', 'host'],
    ['wss://', 'host'],
    ['a b', 'host'],
    ['-a.example', 'host'],
    ['a..example', 'host'],
    ['127.1', 'host'],
    ['0x7f000001', 'host'],
    ['2130706433', 'host'],
    ['256.1.1.1', 'host'],
    ['gateway.example.1', 'host'],
    ['[gateway.example]', 'host'],
    ['[10.0.0.1]', 'host'],
    ['[::1', 'host'],
    ['fe80::1%', 'host'],
    ['fe80::1%a b', 'host'],
    [`${'a'.repeat(64)}.example`, 'host'],
    ['gateway.example:0', 'port'],
    ['gateway.example:65536', 'port'],
    ['gateway.example:', 'port'],
    ['gateway.example:1e3', 'port'],
    ['gateway.example:-1', 'port'],
    ['wss://gateway.example/a?b', 'path'],
    ['wss://gateway.example/#b', 'path'],
    ['wss://gateway.example/a b', 'path'],
    [`wss://gateway.example/${'a'.repeat(300)}`, 'path'],
    ['ftp://gateway.example', 'address'],
    ['wss://user:secret@gateway.example', 'address'],
    ['a'.repeat(2000), 'address'],
  ])('%s is refused, and the field is named: %s', (text, field) => {
    const { code, details } = failure(() => parseEndpoint(text));
    expect(code).toBe('gateway.endpoint-invalid');
    expect(details).toMatchObject({ field });
    expect(JSON.stringify(details)).not.toContain('secret');
  });

  test('each field is read alone as well', () => {
    expect([parseGatewayHost(' Desk '), parseGatewayPort(' 18789 '), readPath(''), readPath('/a')]).toEqual([
      'desk',
      18_789,
      '/',
      '/a',
    ]);
    expect(failure(() => parseGatewayHost('gateway.example:1')).details).toMatchObject({ field: 'host' });
    expect(failure(() => readPath('a')).details).toMatchObject({ field: 'path' });
  });

  test('is written so that it is read back', () => {
    const urls = ['wss://gateway.example/', 'wss://[fd00::5]:18789/a', 'ws://127.0.0.1:18789/', 'ws://[::1]/'];
    expect(urls.map((url) => endpointUrl(parseEndpoint(url)))).toEqual(urls);
  });

  test('is another one as soon as one part of it is', () => {
    const endpoint = parseEndpoint('wss://gateway.example:18789/');
    expect(sameEndpoint(endpoint, { ...endpoint })).toBe(true);
    const others = [{ host: 'other.example' }, { port: 1 }, { tls: false }, { path: '/x' }];
    expect(others.map((other) => sameEndpoint(endpoint, { ...endpoint, ...other }))).not.toContain(true);
  });

  test('without TLS is for this machine and private networks only, and never with a fingerprint', () => {
    expect(failure(() => checkEndpoint(parseEndpoint('ws://gateway.example'), null)).code).toBe(
      'gateway.plain-refused',
    );
    expect(failure(() => checkEndpoint(parseEndpoint('ws://8.8.8.8'), null)).code).toBe('gateway.plain-refused');
    expect(failure(() => checkEndpoint(parseEndpoint('ws://127.0.0.1'), 'a'.repeat(64))).code).toBe(
      'gateway.fingerprint-plain',
    );
    for (const text of ['ws://127.0.0.1', 'gateway.example']) checkEndpoint(parseEndpoint(text), null);
    checkEndpoint(parseEndpoint('gateway.example'), 'a'.repeat(64));
  });
});

test.each([
  ['localhost', true],
  ['a.localhost', true],
  ['127.8.9.10', true],
  ['::1', true],
  ['10.1.2.3', true],
  ['172.16.0.1', true],
  ['172.32.0.1', false],
  ['192.168.0.1', true],
  ['192.169.0.1', false],
  ['169.254.1.1', true],
  ['100.64.0.1', true],
  ['100.127.255.255', true],
  ['100.128.0.1', false],
  ['fd00::1', true],
  ['fe80::1%eth0', true],
  ['fec0::1', false],
  ['2001:db8::1', false],
  ['desk.local', true],
  ['desk.tail1.ts.net', true],
  ['local', false],
  ['.local', false],
  ['ts.net', false],
  ['desk.local.example', false],
  ['evilts.net', false],
  ['0.0.0.0', false],
])('plain WebSocket to %s: %s', (host, allowed) => {
  expect(isPlaintextAllowed(host)).toBe(allowed);
});

test('what is private is told by the address, whatever its name said', () => {
  const addresses = ['::ffff:127.0.0.1', '10.0.0.1', '93.184.216.34', '::ffff:8.8.8.8', 'desk.local'];
  expect(addresses.map((address) => isPrivateAddress(address))).toEqual([true, true, false, false, false]);
});

describe('a fingerprint', () => {
  const DIGITS = '0123456789abcdef'.repeat(4);
  const pairs = colonFingerprint(DIGITS);

  test.each([
    DIGITS,
    DIGITS.toUpperCase(),
    pairs,
    pairs.toLowerCase(),
    `sha256:${DIGITS}`,
    `SHA256:${pairs}`,
    `sha256 Fingerprint=${pairs}`,
    `SHA256 Fingerprint=${pairs}\n`,
    ` ${DIGITS.replaceAll(/.{4}/g, '$& ')} `,
  ])('%s is read', (text) => {
    expect(parseFingerprint(text)).toBe(DIGITS);
  });

  test.each([
    ['', 'empty'],
    ['sha256:', 'empty'],
    [DIGITS.slice(1), '63 digits'],
    [`${DIGITS}0`, '65 digits'],
    [`g${DIGITS.slice(1)}`, 'no hexadecimal digit'],
    [`sha1:${DIGITS}`, 'no hexadecimal digit'],
    ['0'.repeat(10_000), 'too long'],
  ])('%s is refused: %s', (text, reason) => {
    const { code, details } = failure(() => parseFingerprint(text));
    expect(code).toBe('gateway.fingerprint-invalid');
    expect(details).toMatchObject({ field: 'fingerprint', reason: expect.stringContaining(reason) as string });
  });

  test('is shown as OpenClaw writes it', () => {
    expect(pairs).toMatch(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    expect(parseFingerprint(pairs)).toBe(DIGITS);
  });
});

test('whatever is typed: an address and a fingerprint are valid ones, or there is an error of a gateway', () => {
  const piece = fc.constantFrom(
    'wss://',
    'ws://',
    '[',
    ']',
    ':',
    '::',
    '%',
    '.',
    '/',
    '@',
    '1',
    '0x',
    'a',
    'ü',
    '\u202e',
    '18789',
    ' ',
  );
  const typed = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 80 }),
    fc.array(piece, { maxLength: 12 }).map((all) => all.join('')),
  );
  let read = 0;
  fc.assert(
    fc.property(typed, (text) => {
      for (const reader of [parseFingerprint, parseEndpoint] as const) {
        try {
          const value = reader(text);
          if (typeof value === 'string') continue;
          read += 1;
          expect(gatewayEndpoint.parse(value)).toEqual(value);
          // A zone is of this machine and does not belong in a URL.
          const host = value.host.replace(/%.*/, '');
          expect(parseEndpoint(endpointUrl(value))).toEqual({ ...value, host });
        } catch (error) {
          if (!(error instanceof ClawReachError) || error.name !== 'GatewayError') throw error;
        }
      }
    }),
    { numRuns: 10_000 },
  );
  expect(read).toBeGreaterThan(100);
});
