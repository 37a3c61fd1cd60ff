import { describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { concatBytes, toHex } from '#shared/bytes/index.ts';
import {
  createIdentity,
  peerIdBytes,
  signClaim,
  signClaimEnd,
  verifyClaim,
  verifyClaimEnd,
} from '#shared/identity/index.ts';
import { codeOf } from '#test/support/rejections.ts';
import { FIGURES } from './figures.ts';

const crypto = nativeBackend;
const owner = createIdentity(
  crypto,
  Uint8Array.from({ length: 32 }, (_, index) => index),
  { generation: 7, now: 1_800_000_000 },
);
const other = createIdentity(crypto, new Uint8Array(32).fill(9), { generation: 0, now: 1_800_000_000 });
const endFacts = {
  relayKey: new Uint8Array(32).fill(0xaa),
  project: 'bc'.repeat(16),
  account: 'de'.repeat(16),
  serial: 42,
};
const claimFacts = { ...endFacts, notAfter: 1_800_001_000 };
const claim = await signClaim(owner, claimFacts);
const claimEnd = await signClaimEnd(owner, endFacts);
/** Bytes before the signer's peer ID: version, relay key, project, account. */
const SIGNER = 1 + 32 + 16 + 16;

describe.each([
  ['claim', claim, FIGURES.claim, verifyClaim, 'clawreach project claim 1'],
  ['claim-end', claimEnd, FIGURES.claimEnd, verifyClaimEnd, 'clawreach project claim end 1'],
] as const)('a %s', (kind, encoded, figures, verify, label) => {
  const sign = async (body: Uint8Array, signer = owner, under: string = label): Promise<Uint8Array> => {
    const prefix = Buffer.concat([Buffer.of(under.length), Buffer.from(under)]);
    return concatBytes(body, await signer.sign(concatBytes(prefix, body)));
  };
  const body = encoded.slice(0, -64);

  it('has the known bytes', async () => {
    expect(toHex(encoded)).toBe(figures);
    expect(toHex(await sign(body))).toBe(figures);
  });

  it('is refused for any changed byte', async () => {
    const codes = new Set<string | undefined>();
    for (let index = 0; index < encoded.length; index += 1) {
      const forged = encoded.slice();
      forged[index] = (forged[index] ?? 0) ^ 0x40;
      codes.add(await codeOf(() => verify(crypto, forged)));
    }
    expect(codes).toEqual(new Set([`${kind}.signature`, `format.${kind}`, 'format.range']));
  });

  it('is refused in any other length', async () => {
    for (let length = 0; length < encoded.length; length += 1) {
      expect(await codeOf(() => verify(crypto, encoded.subarray(0, length)))).toBe(`format.${kind}`);
    }
    expect(await codeOf(() => verify(crypto, concatBytes(encoded, Uint8Array.of(0))))).toBe(`format.${kind}`);
  });

  it('is refused with the peer ID of another device', async () => {
    const forged = body.slice();
    forged.set(peerIdBytes(other.peerId), SIGNER);
    expect(await codeOf(async () => verify(crypto, await sign(forged)))).toBe(`format.${kind}`);
  });

  it('is refused with the signature of another device, and under another label', async () => {
    expect(await codeOf(async () => verify(crypto, await sign(body, other)))).toBe(`${kind}.signature`);
    expect(await codeOf(async () => verify(crypto, await sign(body, owner, 'clawreach removal 1')))).toBe(
      `${kind}.signature`,
    );
  });
});

describe('claims', () => {
  it('say who gave which project of which relay to whom', () => {
    const signer = { owner: owner.peerId, ownerKey: owner.signingKey };
    expect(verifyClaim(crypto, claim)).toEqual({ ...claimFacts, ...signer, encoded: claim });
    expect(verifyClaimEnd(crypto, claimEnd)).toEqual({ ...endFacts, ...signer, encoded: claimEnd });
  });

  it.each([
    { serial: -1 },
    { serial: 2 ** 53 },
    { relayKey: new Uint8Array(31) },
    { project: 'ab' },
    { account: 'ab'.repeat(17) },
    { notAfter: 0.5 },
  ])('cannot be made of %o', async (change) => {
    await expect(signClaim(owner, { ...claimFacts, ...change })).rejects.toThrow(RangeError);
  });
});
