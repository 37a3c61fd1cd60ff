import { describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { concatBytes, fromHex, toHex } from '#shared/bytes/index.ts';
import {
  createIdentity,
  peerIdBytes,
  peerIdOf,
  signEnrolment,
  signRemoval,
  verifyEnrolment,
  verifyRemoval,
} from '#shared/identity/index.ts';
import { codeOf } from '#test/support/rejections.ts';
import { FIGURES } from './figures.ts';

const crypto = nativeBackend;
const master = Uint8Array.from({ length: 32 }, (_, index) => index);
const inviter = createIdentity(crypto, master, { generation: 7, now: 1_800_000_000 });
const other = createIdentity(crypto, new Uint8Array(32).fill(9), { generation: 0, now: 1_800_000_000 });
const facts = {
  relayKey: new Uint8Array(32).fill(0xaa),
  project: 'bc'.repeat(16),
  member: peerIdOf(crypto, new Uint8Array(32)),
  serial: 42,
};
const enrolmentFacts = { ...facts, role: 'member', notAfter: 1_800_001_000 } as const;
const enrolment = await signEnrolment(inviter, enrolmentFacts);
const removal = await signRemoval(inviter, facts);

describe.each([
  ['enrolment', enrolment, FIGURES.enrolment, verifyEnrolment],
  ['removal', removal, FIGURES.removal, verifyRemoval],
] as const)('%s', (kind, encoded, figures, verify) => {
  it('has the known bytes', () => {
    expect(toHex(encoded)).toBe(figures);
  });

  it('is refused for any changed bit', async () => {
    for (let bit = 0; bit < encoded.length * 8; bit += 1) {
      const forged = encoded.slice();
      forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(['FormatError', 'AuthenticationError']).toContain(await nameOf(() => verify(crypto, forged)));
    }
  });

  it('is refused in any other length', async () => {
    for (let length = 0; length < encoded.length; length += 1) {
      expect(await codeOf(() => verify(crypto, encoded.subarray(0, length)))).toBe(`format.${kind}`);
    }
    expect(await codeOf(() => verify(crypto, concatBytes(encoded, Uint8Array.of(0))))).toBe(`format.${kind}`);
  });

  it('is refused when the signer’s peer id is not that of the key inside', async () => {
    const body = encoded.slice(0, -64);
    body.set(peerIdBytes(other.peerId), 1 + 32 + 16 + 32);
    const label = fromHex(kind === 'enrolment' ? ENROLMENT_LABEL : REMOVAL_LABEL);
    const forged = concatBytes(body, await inviter.sign(concatBytes(label, body)));
    expect(await codeOf(() => verify(crypto, forged))).toBe(`format.${kind}`);
  });

  it('is refused with another signer’s signature and under the other record’s label', async () => {
    const body = encoded.subarray(0, -64);
    const own = fromHex(kind === 'enrolment' ? ENROLMENT_LABEL : REMOVAL_LABEL);
    const foreign = fromHex(kind === 'enrolment' ? REMOVAL_LABEL : ENROLMENT_LABEL);
    const bySomebodyElse = concatBytes(body, await other.sign(concatBytes(own, body)));
    const underOtherLabel = concatBytes(body, await inviter.sign(concatBytes(foreign, body)));
    expect(await codeOf(() => verify(crypto, bySomebodyElse))).toBe(`${kind}.signature`);
    expect(await codeOf(() => verify(crypto, underOtherLabel))).toBe(`${kind}.signature`);
    const properly = concatBytes(body, await inviter.sign(concatBytes(own, body)));
    expect(verify(crypto, properly).serial).toBe(42);
  });
});

describe('membership records', () => {
  it('say who let whom into which project of which relay', () => {
    expect(verifyEnrolment(crypto, enrolment)).toEqual({
      ...enrolmentFacts,
      inviter: inviter.peerId,
      inviterKey: inviter.signingKey,
      encoded: enrolment,
    });
    expect(verifyRemoval(crypto, removal)).toEqual({
      ...facts,
      remover: inviter.peerId,
      removerKey: inviter.signingKey,
      encoded: removal,
    });
  });

  it('are not taken for each other', async () => {
    expect(await codeOf(() => verifyRemoval(crypto, enrolment))).toBe('format.removal');
    expect(await codeOf(() => verifyEnrolment(crypto, removal))).toBe('format.enrolment');
  });

  it.each([
    { serial: -1 },
    { serial: 2 ** 53 },
    { serial: 0.5 },
    { relayKey: new Uint8Array(31) },
    { project: 'ab' },
    { notAfter: -1 },
  ])('cannot be made of %o', async (change) => {
    await expect(signEnrolment(inviter, { ...enrolmentFacts, ...change })).rejects.toThrow(RangeError);
  });

  it('know members, pending ones, and no other role', async () => {
    const pending = await signEnrolment(inviter, { ...enrolmentFacts, role: 'pending' });
    expect(verifyEnrolment(crypto, pending).role).toBe('pending');
    const body = enrolment.slice(0, -64);
    body[1 + 32 + 16 + 32 + 32 + 32 + 8] = 3;
    const signature = await inviter.sign(concatBytes(fromHex(ENROLMENT_LABEL), body));
    expect(await codeOf(() => verifyEnrolment(crypto, concatBytes(body, signature)))).toBe('format.enrolment');
  });
});

const ENROLMENT_LABEL = `15${Buffer.from('clawreach enrolment 1').toString('hex')}`;
const REMOVAL_LABEL = `13${Buffer.from('clawreach removal 1').toString('hex')}`;

async function nameOf(run: () => unknown): Promise<string> {
  try {
    await run();
    return 'none';
  } catch (error) {
    return error instanceof Error ? error.name : 'unknown';
  }
}
