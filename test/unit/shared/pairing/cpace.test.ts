import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { nativeBackend } from '#node/crypto/index.ts';
import { fromHex, toHex, toUtf8 } from '#shared/bytes/index.ts';
import { nobleBackend } from '#shared/crypto/index.ts';
import { AuthenticationError } from '#shared/errors.ts';
import { CPace, generatorBytes, lengthValues, multiplyVerified } from '../../../../src-shared/pairing/cpace.ts';
import { finishCPace, prologueOf, startCPace } from '../../../../src-shared/pairing/secrets.ts';
import { CPACE_POINTS, CPACE_VECTOR } from './cpace-vectors.ts';

const VECTOR_FILE = new URL('../../../../../shared/vectors/cpace/cpace-ristretto255-sha512.json', import.meta.url);

const facts = {
  password: fromHex(CPACE_VECTOR.PRS),
  channel: fromHex(CPACE_VECTOR.CI),
  sessionId: fromHex(CPACE_VECTOR.sid),
};

function littleEndian(hexadecimal: string): bigint {
  return BigInt(`0x${toHex(fromHex(hexadecimal).toReversed())}`);
}

describe.each([nobleBackend, nativeBackend])('CPace with the $name back-end', (crypto) => {
  it('gives the published generator, points and key on both sides', () => {
    expect(toHex(generatorBytes(crypto, facts))).toBe(CPACE_VECTOR.g);
    const initiator = new CPace(crypto, facts, fromHex(CPACE_VECTOR.ya));
    const responder = new CPace(crypto, facts, fromHex(CPACE_VECTOR.yb));
    expect(toHex(initiator.point)).toBe(CPACE_VECTOR.Ya);
    expect(toHex(responder.point)).toBe(CPACE_VECTOR.Yb);
    expect(toHex(multiplyVerified(littleEndian(CPACE_VECTOR.ya), responder.point))).toBe(CPACE_VECTOR.K);
    const a = { point: initiator.point, associatedData: fromHex(CPACE_VECTOR.ADa) };
    const b = { point: responder.point, associatedData: fromHex(CPACE_VECTOR.ADb) };
    expect(toHex(initiator.finish('initiator', a, b))).toBe(CPACE_VECTOR.ISK);
    expect(toHex(responder.finish('responder', b, a))).toBe(CPACE_VECTOR.ISK);
  });

  it('refuses what is no encoding, and the identity', () => {
    const scalar = littleEndian(CPACE_POINTS.s);
    expect(toHex(multiplyVerified(scalar, fromHex(CPACE_POINTS.X)))).toBe(CPACE_POINTS.product);
    const notCanonical = fromHex('edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f');
    const wrong = [
      fromHex(CPACE_POINTS.notOnGroup),
      fromHex(CPACE_POINTS.identity),
      notCanonical,
      new Uint8Array(31),
      new Uint8Array(33),
      new Uint8Array(0),
      new Uint8Array(32).fill(255),
    ];
    for (const point of wrong) {
      expect(() => multiplyVerified(scalar, point)).toThrow(AuthenticationError);
      const run = new CPace(crypto, facts);
      const own = { point: run.point, associatedData: new Uint8Array(0) };
      expect(() => run.finish('initiator', own, { point, associatedData: new Uint8Array(0) })).toThrow(
        expect.objectContaining({ code: 'pairing.point' }),
      );
    }
  });

  it('finishes once', () => {
    const run = new CPace(crypto, facts);
    const message = { point: run.point, associatedData: new Uint8Array(0) };
    run.finish('initiator', message, message);
    expect(() => run.finish('initiator', message, message)).toThrow(TypeError);
  });

  it('has a fresh point each time', () => {
    expect(new CPace(crypto, facts).point).not.toEqual(new CPace(crypto, facts).point);
  });
});

describe('the published vectors', () => {
  const present = existsSync(VECTOR_FILE);
  if (!present)
    console.info('CPace vectors are not here: the test of the file itself is skipped, the fixture is checked');

  it.runIf(present)('say the same as the fixture', () => {
    const file = z
      .object({
        vector: z.record(z.string(), z.string()),
        points: z.object({ Valid: z.record(z.string(), z.string()) }),
      })
      .parse(JSON.parse(readFileSync(VECTOR_FILE, 'utf8')));
    const { ISK, ...same } = CPACE_VECTOR;
    const values = Object.entries(file.vector).map(([name, value]) => [name, value.toLowerCase()]);
    expect(Object.fromEntries(values)).toMatchObject(same);
    expect(file.vector['ISK_IR']?.toLowerCase()).toBe(ISK);
    expect(file.points.Valid['G.scalar_mult_vfy(s,X)']?.toLowerCase()).toBe(CPACE_POINTS.product);
  });
});

describe('lengths', () => {
  it('are LEB128, so that no two lists of pieces run together', () => {
    expect(toHex(lengthValues(toUtf8('ab'), new Uint8Array(0)))).toBe('02616200');
    expect(toHex(lengthValues(new Uint8Array(200)).subarray(0, 2))).toBe('c801');
    expect(lengthValues(toUtf8('a'), toUtf8('bc'))).not.toEqual(lengthValues(toUtf8('ab'), toUtf8('c')));
  });
});

describe('the run of a pairing', () => {
  const pairing = {
    relayKey: new Uint8Array(32).fill(1),
    form: 'code',
    nameplate: 'ABCD',
    inviterSid: new Uint8Array(16).fill(2),
    joinerSid: new Uint8Array(16).fill(3),
  } as const;
  const changed = [
    { relayKey: new Uint8Array(32).fill(9) },
    { nameplate: 'ABCE' },
    { inviterSid: new Uint8Array(16).fill(9) },
    { joinerSid: new Uint8Array(16).fill(9) },
    { inviterSid: pairing.joinerSid, joinerSid: pairing.inviterSid },
  ].map((change) => Object.assign({ ...pairing }, change));

  it('gives both sides one PSK, and another where relay, nameplate or a half of the sid differ', () => {
    const secret = toUtf8('1234');
    const joiner = (): ReturnType<typeof startCPace> => startCPace(nobleBackend, secret, pairing);
    const same = [joiner(), startCPace(nativeBackend, secret, pairing)] as const;
    expect(finishCPace(nobleBackend, same[0], 'initiator', same[1].point)).toEqual(
      finishCPace(nativeBackend, same[1], 'responder', same[0].point),
    );
    for (const facts of changed) {
      const [one, other] = [joiner(), startCPace(nobleBackend, secret, facts)];
      expect(finishCPace(nobleBackend, one, 'initiator', other.point)).not.toEqual(
        finishCPace(nobleBackend, other, 'responder', one.point),
      );
    }
  });

  it('has a prologue that differs wherever a fact does', () => {
    const prologues = [pairing, ...changed, { ...pairing, form: 'link' as const }].map((facts) =>
      toHex(prologueOf(facts)),
    );
    expect(new Set(prologues).size).toBe(prologues.length);
  });
});
