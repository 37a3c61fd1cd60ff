import { describe, expect, it } from 'vitest';
import { pageIdentity } from '#browser/keys/index.ts';
import { pageAgreementKey } from '#browser/keys/page-agreement-key.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { fromHex, toHex, toUtf8, ByteWriter } from '#shared/bytes/index.ts';
import { agreementKey, nobleBackend, type AgreementKey, type CryptoBackend } from '#shared/crypto/index.ts';
import { createIdentity, signEnrolment, signRemoval, type DeviceIdentity } from '#shared/identity/index.ts';
import { noiseVectors, playVector } from '#test/support/noise-vectors.ts';
import { codeOf } from '#test/support/rejections.ts';
import { importAgreement, importSigning } from './import-keys.ts';

const NOW = 1_800_000_000;

/** Ways to use a private key of which the tests know the bytes. */
type Keys = Readonly<{
  name: string;
  crypto: CryptoBackend;
  signer(seed: Uint8Array): Promise<Pick<DeviceIdentity, 'signingKey' | 'sign'>>;
  agreement(secret: Uint8Array): Promise<AgreementKey>;
}>;

const inBackend = (crypto: CryptoBackend): Keys => ({
  name: crypto.name,
  crypto,
  signer: async (seed) => ({
    signingKey: crypto.ed25519PublicKey(seed),
    sign: async (message) => crypto.ed25519Sign(seed, message),
  }),
  agreement: async (secret) => agreementKey(crypto, secret),
});

const inWebCrypto: Keys = {
  name: 'WebCrypto, not extractable',
  crypto: nobleBackend,
  signer: async (seed) => {
    const keys = { signing: await importSigning(seed), agreement: await importAgreement(seed) };
    return await pageIdentity(nobleBackend, keys, NOW);
  },
  agreement: async (secret) => await pageAgreementKey(await importAgreement(secret)),
};

const ALL = [inWebCrypto, inBackend(nobleBackend), inBackend(nativeBackend)];

/** RFC 8032, 7.1: seed, public key, message, signature. */
const SIGNATURES = [
  [
    '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ],
  [
    '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  ],
  [
    'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    'af82',
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  ],
] as const;

/** RFC 7748, 5.2 and 6.1: secret, public key of the other side, shared secret. */
const AGREEMENTS = [
  [
    'a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4',
    'e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c',
    'c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552',
  ],
  [
    '4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d',
    'e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493',
    '95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957',
  ],
  [
    '5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb',
    '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a',
    '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742',
  ],
] as const;

describe.each(ALL)('keys in $name', (keys) => {
  it.each(SIGNATURES)('sign as published, seed %s', async (seed, signingKey, message, signature) => {
    const signer = await keys.signer(fromHex(seed));
    expect(toHex(signer.signingKey)).toBe(signingKey);
    expect(toHex(await signer.sign(fromHex(message)))).toBe(signature);
  });

  it.each(AGREEMENTS)('agree as published, secret %s', async (secret, other, shared) => {
    const key = await keys.agreement(fromHex(secret));
    expect(toHex(await key.agree(fromHex(other)))).toBe(shared);
  });

  it.each(noiseVectors.map((vector) => [vector.protocol_name, vector] as const))('give %s', async (_, vector) => {
    await playVector(keys.crypto, vector, keys.agreement);
    expect.hasAssertions();
  });

  it('read what is to be signed, and the other key, before they return', async () => {
    const [seed, , message, signature] = SIGNATURES[2];
    const given = fromHex(message);
    const signed = (await keys.signer(fromHex(seed))).sign(given);
    given.fill(0);
    expect(toHex(await signed)).toBe(signature);

    const [secret, other, shared] = AGREEMENTS[0];
    const otherKey = fromHex(other);
    const agreed = (await keys.agreement(fromHex(secret))).agree(otherKey);
    otherKey.fill(0);
    expect(toHex(await agreed)).toBe(shared);
  });

  it.each([
    ['an all-zero result', '00'.repeat(32)],
    ['order 8', 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'],
    ['31 bytes', '09'.repeat(31)],
    ['33 bytes', '09'.repeat(33)],
    ['no bytes', ''],
  ])('refuse a public key with %s', async (_what, other) => {
    const key = await keys.agreement(new Uint8Array(32).fill(5));
    expect(await codeOf(() => key.agree(fromHex(other)))).toBe('crypto.low-order');
  });
});

describe('the identity of the same private keys', () => {
  const master = Uint8Array.from({ length: 32 }, (_, index) => index);
  const derived = (info: Uint8Array): Uint8Array => nobleBackend.hkdfSha256(master, new Uint8Array(0), info, 32);

  it('is the same in a page, with noble and in Node: ID, certificate, records', async () => {
    const page = await pageIdentity(
      nobleBackend,
      {
        signing: await importSigning(derived(toUtf8('clawreach ed25519 seed 1'))),
        agreement: await importAgreement(
          derived(new ByteWriter().bytes(toUtf8('clawreach x25519 static 1')).u32(1).finish()),
        ),
      },
      NOW,
    );
    const facts = {
      relayKey: new Uint8Array(32).fill(1),
      project: 'ab'.repeat(16),
      member: page.peerId,
      serial: 7,
    };
    const shown = await Promise.all(
      [
        page,
        createIdentity(nobleBackend, master, { generation: 1, now: NOW }),
        createIdentity(nativeBackend, master, { generation: 1, now: NOW }),
      ].map(async (identity) => ({
        peerId: identity.peerId,
        generation: identity.generation,
        keys: [identity.signingKey, identity.staticKey.publicKey].map(toHex),
        certificate: toHex(identity.certificate),
        enrolment: toHex(await signEnrolment(identity, { ...facts, role: 'member', notAfter: NOW })),
        removal: toHex(await signRemoval(identity, facts)),
      })),
    );
    expect(shown[1]).toEqual(shown[0]);
    expect(shown[2]).toEqual(shown[0]);
  });
});
