import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIp, parseIp, readEndpoint, writeEndpoint } from '#shared/forward/index.ts';

const CASES = Number(process.env['CLAWREACH_FUZZ'] ?? 100_000);

describe('the other end of a datagram', () => {
  it.each([
    ['10.1.2.3', 53, '010a0102030035'],
    ['::1', 65_535, `04${'0'.repeat(30)}01ffff`],
    ['office.test', 1, '030b6f66666963652e746573740001'],
    ['::ffff:10.1.2.3', 53, '010a0102030035'],
  ])('%s %i is written as SOCKS has it', (host, port, hex) => {
    expect(Buffer.from(writeEndpoint(host, port)).toString('hex')).toBe(hex);
  });

  it.each([
    ['nothing', ''],
    ['a kind nobody knows', '020a0102030035'],
    ['port 0', '010a0102030000'],
    ['an address that is cut off', '010a0102'],
    ['a name of no characters', '03000035'],
    ['a name with a blank', '03036120620035'],
    ['a name that is cut off', '03ff6161'],
  ])('%s is none', (_, hex) => {
    expect(readEndpoint(Buffer.from(hex, 'hex'))).toBeUndefined();
  });

  it(`is read as it was written, whatever follows`, () => {
    const name = fc.stringMatching(/^[a-z0-9.-]{1,255}$/).filter((text) => parseIp(text) === undefined);
    const address = fc.oneof(fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(
        fc.oneof(name, address),
        fc.integer({ min: 1, max: 65_535 }),
        fc.uint8Array({ maxLength: 40 }),
        (host, port, rest) => {
          const head = writeEndpoint(host, port);
          const ip = parseIp(host);
          expect(readEndpoint(Buffer.concat([head, rest]))).toEqual({
            target: { host: ip === undefined ? host : formatIp(ip), port },
            length: head.length,
          });
        },
      ),
      { numRuns: Math.min(CASES, 20_000) },
    );
  });

  it(`is read from whatever bytes without a fault, and never beyond them [S-TARGET-7]`, () => {
    const bytes = fc
      .tuple(fc.constantFrom(1, 3, 4, 0, 255), fc.uint8Array({ maxLength: 300 }))
      .map(([type, rest]) => Uint8Array.of(type, ...rest));
    fc.assert(
      fc.property(bytes, (datagram) => {
        const endpoint = readEndpoint(datagram);
        if (endpoint === undefined) return;
        expect(endpoint.length).toBeLessThanOrEqual(datagram.length);
        expect(endpoint.target.port).toBeGreaterThan(0);
        // What was understood is written the same again.
        expect(readEndpoint(writeEndpoint(endpoint.target.host, endpoint.target.port))?.target).toEqual(
          endpoint.target,
        );
      }),
      { numRuns: CASES },
    );
  });
});
