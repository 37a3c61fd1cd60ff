import { describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { concatBytes, toHex, toUtf8 } from '#shared/bytes/index.ts';
import { agreementKey, type AgreementKey } from '#shared/crypto/index.ts';
import { MAX_MESSAGE, NoiseHandshake, PATTERNS, type NoiseOptions, type PatternName } from '#shared/noise/index.ts';
import { codeOf } from '#test/support/rejections.ts';

const crypto = nativeBackend;
const NOTHING = new Uint8Array(0);
const names = Object.keys(PATTERNS) as PatternName[];
const initiatorKey = keyPair(1);
const responderKey = keyPair(2);
const psk = new Uint8Array(32).fill(3);

function keyPair(fill: number): AgreementKey {
  return agreementKey(crypto, new Uint8Array(32).fill(fill));
}

function optionsFor(pattern: PatternName, initiator: boolean): NoiseOptions {
  const knowsResponder = pattern !== 'NN' && !pattern.startsWith('XX');
  const remoteKnown = initiator ? knowsResponder : pattern === 'KK';
  return {
    crypto,
    pattern,
    initiator,
    prologue: toUtf8('prologue'),
    ...(pattern === 'NN' ? {} : { staticKey: initiator ? initiatorKey : responderKey }),
    ...(remoteKnown ? { remoteStatic: (initiator ? responderKey : initiatorKey).publicKey } : {}),
    ...(pattern.includes('psk') ? { psk } : {}),
  };
}

function pair(pattern: PatternName, changes: Partial<NoiseOptions> = {}): [NoiseHandshake, NoiseHandshake] {
  return [
    new NoiseHandshake(optionsFor(pattern, true)),
    new NoiseHandshake({ ...optionsFor(pattern, false), ...changes }),
  ];
}

/** Plays all messages; each receiver gets what `change` makes of the one with its number. */
async function play(
  [initiator, responder]: readonly [NoiseHandshake, NoiseHandshake],
  count: number,
  change: (message: Uint8Array, index: number) => Uint8Array = (message) => message,
): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const [writer, reader] = index % 2 === 0 ? [initiator, responder] : [responder, initiator];
    const payload = Uint8Array.of(index);
    expect(await reader.readMessage(change(await writer.writeMessage(payload), index))).toEqual(payload);
  }
}

describe.each(names)('%s', (pattern) => {
  const count = PATTERNS[pattern].messages.length;

  it('gives both sides the same hash, keys and exports, and each other’s static key', async () => {
    const sides = pair(pattern);
    await play(sides, count);
    const [initiator, responder] = sides;
    expect([initiator.finished, responder.finished]).toEqual([true, true]);
    const statics = pattern === 'NN' ? [undefined, undefined] : [responderKey.publicKey, initiatorKey.publicKey];
    expect([initiator.remoteStatic, responder.remoteStatic]).toEqual(statics);
    const here = initiator.finish();
    const there = responder.finish();
    expect(here.handshakeHash).toEqual(there.handshakeHash);
    expect(there.receive.open(concatBytes(...here.send.seal(toUtf8('to'))))).toEqual(toUtf8('to'));
    expect(here.receive.open(concatBytes(...there.send.seal(toUtf8('fro'))))).toEqual(toUtf8('fro'));
    const exports = [here, there].map((side) => [toHex(side.exportSecret('one')), toHex(side.exportSecret('two', 48))]);
    expect(exports[0]).toEqual(exports[1]);
    const [one, two] = exports[0] ?? [];
    expect(one).toHaveLength(64);
    expect(two).toHaveLength(96);
    expect(two?.startsWith(one ?? '')).toBe(false);
  });

  it('refuses a message with any bit changed, there or by the end of the handshake', async () => {
    for (let target = 0; target < count; target += 1) {
      const length = (await lengthsOf(pattern))[target] ?? 0;
      for (let bit = 0; bit < length * 8; bit += bit < 8 || pattern === 'IK' ? 1 : 7) {
        const sides = pair(pattern);
        const flip = (message: Uint8Array, index: number): Uint8Array => {
          if (index !== target) return message;
          const forged = message.slice();
          forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
          return forged;
        };
        expect(await survives(sides, count, flip), `message ${target}, bit ${bit}`).toBe(false);
      }
    }
  });

  it('refuses another prologue', async () => {
    expect(await survives(pair(pattern, { prologue: toUtf8('other') }), count)).toBe(false);
  });

  it('refuses every message cut short', async () => {
    for (let length = 0; length < 48; length += 1) {
      const [initiator, responder] = pair(pattern);
      const message = await initiator.writeMessage(NOTHING);
      if (length >= message.length) continue;
      const code = await codeOf(() => responder.readMessage(message.subarray(0, length)));
      expect(['format.short', 'crypto.open']).toContain(code);
      expect(await codeOf(() => responder.readMessage(message))).toBe('noise.failed');
    }
  });

  it('gives other keys each time', async () => {
    const first = pair(pattern);
    const second = pair(pattern);
    await play(first, count);
    await play(second, count);
    expect(first[0].finish().exportSecret('x')).not.toEqual(second[0].finish().exportSecret('x'));
  });
});

describe('pre-shared key', () => {
  it.each(['XXpsk3', 'IKpsk2'] as const)('%s fails with another one', async (pattern) => {
    const sides = pair(pattern, { psk: new Uint8Array(32).fill(4) });
    expect(await survives(sides, PATTERNS[pattern].messages.length)).toBe(false);
  });
});

describe('wrong use', () => {
  it('a turn out of order or after the end is refused and harms nothing', async () => {
    const [initiator, responder] = pair('IK');
    expect(await codeOf(() => initiator.readMessage(NOTHING))).toBe('noise.order');
    expect(await codeOf(() => responder.writeMessage(NOTHING))).toBe('noise.order');
    expect(await codeOf(() => initiator.finish())).toBe('noise.order');
    await play([initiator, responder], 2);
    expect(await codeOf(() => initiator.writeMessage(NOTHING))).toBe('noise.finished');
    initiator.finish();
    expect(await codeOf(() => initiator.finish())).toBe('noise.finished');
  });

  it('two messages at a time are refused', async () => {
    const [initiator] = pair('IK');
    const first = initiator.writeMessage(NOTHING);
    expect(await codeOf(() => initiator.writeMessage(NOTHING))).toBe('noise.order');
    expect((await first).length).toBe(96);
  });

  it('a failed handshake never finishes', async () => {
    const [initiator, responder] = pair('IK');
    const message = await initiator.writeMessage(NOTHING);
    expect(await codeOf(() => responder.readMessage(message.toReversed()))).toBe('crypto.open');
    expect(responder.finished).toBe(false);
    expect(await codeOf(() => responder.writeMessage(NOTHING))).toBe('noise.failed');
    expect(await codeOf(() => responder.finish())).toBe('noise.failed');
  });

  it.each([
    ['IK without the remote key', { ...optionsFor('IK', false), initiator: true }],
    ['IK without a static key', { ...optionsFor('NN', true), pattern: 'IK', remoteStatic: responderKey.publicKey }],
    ['NN with a static key', { ...optionsFor('NN', true), staticKey: initiatorKey }],
    ['XX with a remote key', { ...optionsFor('XX', true), remoteStatic: responderKey.publicKey }],
    ['XX with a psk', { ...optionsFor('XX', true), psk }],
    ['XXpsk3 without one', { ...optionsFor('XX', true), pattern: 'XXpsk3' }],
    ['XXpsk3 with a short one', { ...optionsFor('XXpsk3', true), psk: psk.subarray(1) }],
  ] as const)('%s cannot begin', (_, options) => {
    expect(() => new NoiseHandshake(options)).toThrow(RangeError);
  });

  it('a message longer than 65 535 bytes is neither written nor read', async () => {
    const [longest, reader] = pair('NN');
    const message = await longest.writeMessage(new Uint8Array(MAX_MESSAGE - 32));
    expect(message.length).toBe(MAX_MESSAGE);
    expect((await reader.readMessage(message)).length).toBe(MAX_MESSAGE - 32);
    const [writer, other] = pair('NN');
    await expect(writer.writeMessage(new Uint8Array(MAX_MESSAGE - 31))).rejects.toThrow(RangeError);
    expect(await codeOf(() => other.readMessage(new Uint8Array(MAX_MESSAGE + 1)))).toBe('format.noise-message');
  });

  it.each(['00'.repeat(32), `01${'00'.repeat(31)}`, `ec${'ff'.repeat(30)}7f`])(
    'an ephemeral or static key of low order is refused: %s',
    async (point) => {
      const weak = Uint8Array.from(Buffer.from(point, 'hex'));
      const [, responder] = pair('IK');
      const message = concatBytes(weak, new Uint8Array(64));
      expect(await codeOf(() => responder.readMessage(message))).toBe('crypto.low-order');
      const initiator = new NoiseHandshake({ ...optionsFor('IK', true), remoteStatic: weak });
      expect(await codeOf(() => initiator.writeMessage(NOTHING))).toBe('crypto.low-order');
    },
  );

  it('a message changed by its owner while it is being read makes no difference', async () => {
    const [initiator, responder] = pair('IK');
    const message = await initiator.writeMessage(toUtf8('payload'));
    const reading = responder.readMessage(message);
    message.fill(0);
    expect(await reading).toEqual(toUtf8('payload'));
  });
});

async function lengthsOf(pattern: PatternName): Promise<number[]> {
  const lengths: number[] = [];
  await play(pair(pattern), PATTERNS[pattern].messages.length, (message) => {
    lengths.push(message.length);
    return message;
  });
  return lengths;
}

/** True when all messages are taken and both sides then read each other's first record. */
async function survives(
  sides: readonly [NoiseHandshake, NoiseHandshake],
  count: number,
  change: (message: Uint8Array, index: number) => Uint8Array = (message) => message,
): Promise<boolean> {
  const [initiator, responder] = sides;
  try {
    for (let index = 0; index < count; index += 1) {
      const [writer, reader] = index % 2 === 0 ? [initiator, responder] : [responder, initiator];
      await reader.readMessage(change(await writer.writeMessage(Uint8Array.of(index)), index));
    }
    const [here, there] = [initiator.finish(), responder.finish()];
    there.receive.open(concatBytes(...here.send.seal(NOTHING)));
    here.receive.open(concatBytes(...there.send.seal(NOTHING)));
    return true;
  } catch (error) {
    if (error instanceof Error && ['AuthenticationError', 'FormatError'].includes(error.name)) return false;
    throw error;
  }
}
