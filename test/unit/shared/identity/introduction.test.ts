import { describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { concatBytes, toHex } from '#shared/bytes/index.ts';
import { nobleBackend } from '#shared/crypto/index.ts';
import {
  createIdentity,
  INTRODUCTION_END_LENGTH,
  INTRODUCTION_LENGTH,
  peerIdBytes,
  peerIdOf,
  signIntroduction,
  signIntroductionEnd,
  verifyIntroduction,
  verifyIntroductionEnd,
  type IntroductionFacts,
} from '#shared/identity/index.ts';
import { codeOf } from '#test/support/rejections.ts';
import { FIGURES } from './figures.ts';

const crypto = nativeBackend;
const introducer = createIdentity(
  crypto,
  Uint8Array.from({ length: 32 }, (_, index) => index),
  { generation: 7, now: 1_800_000_000 },
);
const other = createIdentity(crypto, new Uint8Array(32).fill(9), { generation: 0, now: 1_800_000_000 });
const endFacts = {
  relayKey: new Uint8Array(32).fill(0xaa),
  project: 'bc'.repeat(16),
  newcomer: peerIdOf(crypto, new Uint8Array(32)),
  target: peerIdOf(crypto, new Uint8Array(32).fill(1)),
  serial: 42,
};
const facts: IntroductionFacts = {
  ...endFacts,
  notAfter: 1_800_001_000,
  kind: 'browser',
  rights: ['terminal', 'forward'],
};
const introduction = await signIntroduction(introducer, facts);
const end = await signIntroductionEnd(introducer, endFacts);
/** Bytes before the signer's peer ID: version, relay key, project, newcomer, target. */
const SIGNER = 1 + 32 + 16 + 32 + 32;

describe.each([
  [
    'introduction',
    introduction,
    FIGURES.introduction,
    INTRODUCTION_LENGTH,
    verifyIntroduction,
    'clawreach introduction 1',
  ],
  [
    'introduction-end',
    end,
    FIGURES.introductionEnd,
    INTRODUCTION_END_LENGTH,
    verifyIntroductionEnd,
    'clawreach introduction end 1',
  ],
] as const)('an %s', (kind, encoded, figures, length, verify, label) => {
  const sign = async (body: Uint8Array, signer = introducer, under: string = label): Promise<Uint8Array> => {
    const prefix = Buffer.concat([Buffer.of(under.length), Buffer.from(under)]);
    return concatBytes(body, await signer.sign(concatBytes(prefix, body)));
  };
  const body = encoded.slice(0, -64);

  it('has the known bytes, in both back ends', async () => {
    expect([toHex(encoded), encoded.length]).toEqual([figures, length]);
    expect(toHex(await sign(body))).toBe(figures);
    expect(verify(nobleBackend, encoded)).toEqual(verify(nativeBackend, encoded));
  });

  it('is refused for any changed byte [S-INTRO-1]', async () => {
    const codes = new Set<string | undefined>();
    for (let index = 0; index < encoded.length; index += 1) {
      const forged = encoded.slice();
      forged[index] = (forged[index] ?? 0) ^ 0x40;
      codes.add(await codeOf(() => verify(crypto, forged)));
    }
    for (const code of codes) expect([`${kind}.signature`, `format.${kind}`, 'format.range']).toContain(code);
  });

  it('is refused in any other length', async () => {
    for (let most = 0; most < encoded.length; most += 1)
      expect(await codeOf(() => verify(crypto, encoded.subarray(0, most)))).toBe(`format.${kind}`);
    expect(await codeOf(() => verify(crypto, concatBytes(encoded, Uint8Array.of(0))))).toBe(`format.${kind}`);
  });

  it('is refused with the ID or signature of another device, and under another label [S-INTRO-1]', async () => {
    const forged = body.slice();
    forged.set(peerIdBytes(other.peerId), SIGNER);
    expect(await codeOf(async () => verify(crypto, await sign(forged)))).toBe(`format.${kind}`);
    expect(await codeOf(async () => verify(crypto, await sign(body, other)))).toBe(`${kind}.signature`);
    expect(await codeOf(async () => verify(crypto, await sign(body, introducer, 'clawreach removal 1')))).toBe(
      `${kind}.signature`,
    );
  });
});

describe('introductions', () => {
  const sign = async (body: Uint8Array): Promise<Uint8Array> => {
    const label = 'clawreach introduction 1';
    const prefix = Buffer.concat([Buffer.of(label.length), Buffer.from(label)]);
    return concatBytes(body, await introducer.sign(concatBytes(prefix, body)));
  };

  it('say who introduces whom to whom, where, with which rights, until when', () => {
    const signer = { introducer: introducer.peerId, introducerKey: introducer.signingKey };
    expect(verifyIntroduction(crypto, introduction)).toEqual({ ...facts, ...signer, encoded: introduction });
    expect(verifyIntroductionEnd(crypto, end)).toEqual({ ...endFacts, ...signer, encoded: end });
  });

  it.each([[[0, 0, 32]], [[0, 1, 0]], [[3, 0, 1]], [[255, 255, 255]]])(
    'name no right but those that can be handed on, introducing others least of all: %j [S-INTRO-4]',
    async (tail) => {
      const body = introduction.slice(0, -64);
      body.set(tail, body.length - 3);
      expect(await codeOf(async () => verifyIntroduction(crypto, await sign(body)))).toBe('format.introduction');
    },
  );

  it.each([{ serial: -1 }, { relayKey: new Uint8Array(31) }, { project: 'ab' }, { notAfter: 0.5 }])(
    'cannot be made of %o',
    async (change) => {
      await expect(signIntroduction(introducer, { ...facts, ...change })).rejects.toThrow(RangeError);
    },
  );
});
