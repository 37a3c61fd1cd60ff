import { BlockList, isIPv4, isIPv6 } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { formatIp, isInNetwork, parseIp, parseLooseIpv4, parseNetwork } from '#shared/forward/index.ts';

/** What a browser makes of a host, which is what `inet_aton` makes of it wherever both take it. */
function asBrowser(host: string): string | undefined {
  try {
    return new URL(`http://${host}/`).hostname;
  } catch {
    return undefined;
  }
}

describe('an address', () => {
  it('is read and written as node reads and writes it', () => {
    fc.assert(
      fc.property(fc.ipV4(), (text) => {
        const address = parseIp(text);
        expect(address === undefined ? undefined : formatIp(address)).toBe(text);
      }),
    );
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const address = parseIp(text);
        if (address === undefined) throw new Error(`not read: ${text}`);
        // A URL writes what stands for IPv4 in groups, too.
        const written = address.family === 4 ? `[::ffff:${formatIp(address)}]` : `[${formatIp(address)}]`;
        expect(asBrowser(written)).toBe(asBrowser(`[${text}]`));
      }),
    );
  });

  it('is whatever node takes for one, and nothing else', () => {
    const near = fc.oneof(
      fc.stringMatching(/^[0-9a-f:.]{1,30}$/),
      fc
        .array(fc.constantFrom(':', '::', '.', '0', '1', '255', '256', 'ffff', '1.2.3.4'), { maxLength: 18 })
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(near, (text) => {
        expect(parseIp(text) !== undefined).toBe(isIPv4(text) || isIPv6(text));
      }),
      { numRuns: 20_000 },
    );
  });

  test.each([
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['::FFFF:7f00:1', '127.0.0.1'],
    ['0:0:0:0:0:ffff:a9fe:a9fe', '169.254.169.254'],
    ['::127.0.0.1', '::7f00:1'],
    ['::1', '::1'],
    ['FE80::1', 'fe80::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ])('%s is %s', (text, written) => {
    const address = parseIp(text);
    expect(address && formatIp(address)).toBe(written);
  });

  test.each([
    'fe80::1%eth0',
    '1.2.3',
    '01.2.3.4',
    '1.2.3.4.',
    ' 1.2.3.4',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '',
    ':',
    '1.2.3.4:80',
  ])('%j is none', (text) => {
    expect(parseIp(text)).toBeUndefined();
  });
});

describe('an IPv4 address in the forms of old', () => {
  test.each([
    ['2130706433', '127.0.0.1'],
    ['0177.0.0.1', '127.0.0.1'],
    ['0x7f.1', '127.0.0.1'],
    ['127.1', '127.0.0.1'],
    ['0x7F000001', '127.0.0.1'],
    ['017700000001', '127.0.0.1'],
    ['0xa9fea9fe', '169.254.169.254'],
    ['169.254.43518', '169.254.169.254'],
    ['0', '0.0.0.0'],
    ['00000000177.0.0.1', '127.0.0.1'],
  ])('%s is %s', (text, written) => {
    const address = parseLooseIpv4(text);
    expect(address && formatIp(address)).toBe(written);
  });

  test.each([
    '08.0.0.1',
    '256.0.0.1',
    '1.2.3.256',
    '1.16777216',
    '4294967296',
    '0x',
    '1..2',
    '1.2.3.4.5',
    '-1',
    '1e3',
    '',
  ])('%j is none', (text) => {
    expect(parseLooseIpv4(text)).toBeUndefined();
  });

  it('means what it means to a browser', () => {
    const part = fc.oneof(
      fc.nat(300).map(String),
      fc.nat(0xffff_ffff).map(String),
      fc.nat(300).map((number) => `0x${number.toString(16)}`),
      fc.nat(300).map((number) => `0${number.toString(8)}`),
      fc.constantFrom('08', '0x', '00', '1a', ''),
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
        const text = parts.join('.');
        const address = parseLooseIpv4(text);
        // A URL also takes `0x` for 0, a dot at the end, and names that end in letters: those are no addresses here.
        const other = parts.includes('0x') || parts.includes('') ? undefined : asBrowser(text);
        const browser = other !== undefined && isIPv4(other) ? other : undefined;
        expect(address && formatIp(address)).toBe(browser);
      }),
      { numRuns: 20_000 },
    );
  });
});

describe('a network', () => {
  it('holds what node says it holds', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), fc.nat(32), fc.nat(32), (base, other, bits, alike) => {
        // Hosts that share the beginning are the interesting ones.
        const [a, b] = [parseIp(base), parseIp(other)];
        if (a === undefined || b === undefined) throw new Error('not read');
        const mask = alike === 0 ? 0n : (0xffff_ffffn << BigInt(32 - alike)) & 0xffff_ffffn;
        const host = { family: 4 as const, value: (a.value & mask) | (b.value & ~mask & 0xffff_ffffn) };
        const network = parseNetwork(`${base}/${bits}`);
        const list = new BlockList();
        list.addSubnet(base, bits, 'ipv4');
        expect(network && isInNetwork(host, network)).toBe(list.check(formatIp(host), 'ipv4'));
      }),
    );
  });

  test.each([
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.0.0.0/8', '9.255.255.255', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['::ffff:10.0.0.0/104', '10.1.2.3', true],
    ['192.168.1.77/24', '192.168.1.1', true],
    ['0.0.0.0/0', '8.8.8.8', true],
    ['0.0.0.0/0', '::1', false],
    ['::/0', '2001:db8::1', true],
    ['::/0', '10.0.0.1', false],
    ['fd00::/8', 'fdff::1', true],
    ['fd00::/8', 'fe00::1', false],
    ['10.0.0.1/32', '10.0.0.1', true],
    ['10.0.0.1/32', '10.0.0.2', false],
  ])('%s and %s: %s', (network, address, held) => {
    const [parsed, host] = [parseNetwork(network), parseIp(address)];
    expect(parsed && host && isInNetwork(host, parsed)).toBe(held);
  });

  test.each([
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/-1',
    '::/129',
    '10/8',
    '/8',
    'x/8',
    '::ffff:10.0.0.0/95',
    '10.0.0.0/8/8',
  ])('%j is none', (text) => {
    expect(parseNetwork(text)).toBeUndefined();
  });
});
