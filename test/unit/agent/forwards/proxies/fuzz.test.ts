import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { loginCheck, SocksHandshake } from '#agent/forwards/proxies/index.ts';
import { endToEnd, readAbsolute, parseConnectTarget, readBasic } from '#agent/forwards/proxies/http-head.ts';
import { parseTcpParams } from '#shared/forward/index.ts';
import { casesOf } from '#test/support/fuzz.ts';

const RUNS = casesOf(100_000);
/** The longest way to a wish: greeting, login and request, each as long as it may be. */
const LONGEST = 257 + 513 + 262;

const byte = fc.integer({ min: 0, max: 255 });
const bytes = (maxLength: number): fc.Arbitrary<number[]> => fc.array(byte, { maxLength });
/** Mostly right, so that the later stages are reached, with anything at any place. */
const conversation = fc
  .tuple(
    fc.constantFrom([5, 1, 0], [5, 1, 2], [5, 2, 0, 2], [5, 3, 9, 2, 0], [5, 0]),
    fc.option(fc.constantFrom([1, 2, 0x6d, 0x65, 3, 0x61, 0x62, 0x63], [1, 0, 0]), { nil: [] }),
    fc.constantFrom([5, 1, 0], [5, 2, 0], [5, 3, 0], [5, 77, 9]),
    fc.oneof(
      fc.array(byte, { minLength: 4, maxLength: 4 }).map((address) => [1, ...address]),
      fc.array(byte, { minLength: 16, maxLength: 16 }).map((address) => [4, ...address]),
      bytes(40).map((name) => [3, name.length, ...name]),
      bytes(6),
    ),
    bytes(8),
    fc.option(fc.tuple(fc.nat(30), byte), { nil: undefined }),
  )
  .map(([greeting, login, head, address, rest, change]) => {
    const all = [...greeting, ...login, ...head, ...address, ...rest];
    if (change !== undefined && change[0] < all.length) all[change[0]] = change[1];
    return all;
  });

test('whatever a client sends, in whatever pieces, comes to one of three ends within the longest handshake there is [S-FWD-2]', () => {
  const ends = { more: 0, refused: 0, wish: 0 };
  fc.assert(
    fc.property(
      fc.oneof(conversation, bytes(64)),
      fc.integer({ min: 1, max: 9 }),
      fc.boolean(),
      (input, size, login) => {
        const check = loginCheck(login ? 'me' : null, 'abc');
        const whole = new SocksHandshake(check).push(Uint8Array.from(input));
        const machine = new SocksHandshake(check);
        const sent: number[] = [];
        let at = 0;
        let outcome: typeof whole.outcome = 'more';
        let left: readonly number[] = [];
        while (at < input.length && outcome === 'more') {
          const step = machine.push(Uint8Array.from(input.slice(at, at + size)));
          sent.push(...step.send);
          at += size;
          ({ outcome } = step);
          left = [...step.rest, ...input.slice(at)];
        }
        expect({ outcome, sent }).toEqual({ outcome: whole.outcome, sent: [...whole.send] });
        ends[typeof outcome === 'string' ? outcome : 'wish'] += 1;
        const isWish = typeof outcome !== 'string';
        expect(isWish ? left : []).toEqual(isWish ? [...whole.rest] : []);
        expect(isWish ? input.length - left.length : 0).toBeLessThanOrEqual(LONGEST);
        // Nothing listens at port 0, so that nobody is asked to go there.
        expect(typeof outcome !== 'string' && outcome.command === 'connect' ? outcome.port : 1).toBeGreaterThan(0);
      },
    ),
    { numRuns: RUNS },
  );
  expect(Math.min(ends.more, ends.refused, ends.wish)).toBeGreaterThan(RUNS / 100);
});

test('whatever stands in a request line or a header is either read as a target that may be sent to a peer, or not at all [S-FWD-2]', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'http://',
      'https://',
      'ws://',
      '[',
      ']',
      ':',
      '/',
      '@',
      '::1',
      '127.0.0.1',
      'a.test',
      '80',
      '0',
      '65536',
      '?',
      '#',
      ' ',
    ),
    fc.string({ maxLength: 6 }),
    fc.string({ unit: 'binary', maxLength: 3 }),
  );
  let read = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 7 }), (pieces) => {
      const text = pieces.join('');
      const targets = [parseConnectTarget(text), readAbsolute(text)?.target].filter((target) => target !== undefined);
      read += targets.length;
      expect(targets.map((target) => parseTcpParams({ to: target }))).toEqual(targets.map((to) => ({ to })));
      readBasic(text);
      expect(endToEnd(['Connection', text, 'X', text]).length % 2).toBe(0);
    }),
    { numRuns: RUNS },
  );
  expect(read).toBeGreaterThan(RUNS / 1000);
});
