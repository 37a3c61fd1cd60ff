import type * as NodeCrypto from 'node:crypto';
import { expect, it, vi } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { concatBytes } from '#shared/bytes/index.ts';
import { nobleBackend } from '#shared/crypto/index.ts';
import { createIdentity, safetyNumber, verifyCertificate } from '#shared/identity/index.ts';
import { NoiseHandshake } from '#shared/noise/index.ts';
import { noiseVectors, playVector } from '#test/support/noise-vectors.ts';

/** What `createCipheriv` of Electron's BoringSSL knows of what one might want here: no ChaCha20-Poly1305, whatever getCiphers says. */
const BORING_CIPHER = /^aes-(128|192|256)-(gcm|ctr|cbc)$/;

vi.mock('node:crypto', async (importOriginal) => {
  const original = await importOriginal<typeof NodeCrypto>();
  const limited = <Call extends (algorithm: string, ...rest: never[]) => unknown>(call: Call): Call =>
    ((algorithm: string, ...rest: never[]) => {
      if (!BORING_CIPHER.test(algorithm)) throw new Error('Unknown cipher');
      return call(algorithm, ...rest);
    }) as Call;
  return {
    ...original,
    createCipheriv: limited(original.createCipheriv as (algorithm: string, ...rest: never[]) => unknown),
    createDecipheriv: limited(original.createDecipheriv as (algorithm: string, ...rest: never[]) => unknown),
    getCiphers: () => original.getCiphers().filter((name) => BORING_CIPHER.test(name)),
  };
});

it('the limit is really in force', async () => {
  const { createCipheriv, getCiphers } = await import('node:crypto');
  expect(() => createCipheriv('chacha20-poly1305', new Uint8Array(32), new Uint8Array(12))).toThrow('Unknown cipher');
  expect(getCiphers()).not.toContain('chacha20-poly1305');
  expect(getCiphers()).toContain('aes-256-gcm');
});

it('a handshake and its records run on the native back-end against noble', async () => {
  const options = { pattern: 'XXpsk3', prologue: new Uint8Array(0), psk: new Uint8Array(32).fill(5) } as const;
  const initiatorIdentity = createIdentity(nativeBackend, new Uint8Array(32).fill(1), {
    generation: 0,
    now: 1_800_000_000,
  });
  const responderIdentity = createIdentity(nobleBackend, new Uint8Array(32).fill(2), {
    generation: 0,
    now: 1_800_000_000,
  });
  const initiator = new NoiseHandshake({
    ...options,
    crypto: nativeBackend,
    initiator: true,
    staticKey: initiatorIdentity.staticKey,
  });
  const responder = new NoiseHandshake({
    ...options,
    crypto: nobleBackend,
    initiator: false,
    staticKey: responderIdentity.staticKey,
  });
  await responder.readMessage(await initiator.writeMessage(new Uint8Array(0)));
  await initiator.readMessage(await responder.writeMessage(new Uint8Array(0)));
  const certificate = await responder.readMessage(await initiator.writeMessage(initiatorIdentity.certificate));
  expect(verifyCertificate(nativeBackend, certificate, 1_800_000_000).peerId).toBe(initiatorIdentity.peerId);

  const here = initiator.finish();
  const there = responder.finish();
  for (const text of ['first', 'second']) {
    const plaintext = new TextEncoder().encode(text);
    expect(there.receive.open(concatBytes(...here.send.seal(plaintext)))).toEqual(plaintext);
    expect(here.receive.open(concatBytes(...there.send.seal(plaintext)))).toEqual(plaintext);
  }
  expect(safetyNumber(nativeBackend, initiatorIdentity.signingKey, responderIdentity.signingKey)).toBe(
    safetyNumber(nobleBackend, responderIdentity.signingKey, initiatorIdentity.signingKey),
  );
});

it.skipIf(noiseVectors.length === 0)('the published Noise vectors pass', async () => {
  for (const vector of noiseVectors) await playVector(nativeBackend, vector);
  expect.hasAssertions();
});
