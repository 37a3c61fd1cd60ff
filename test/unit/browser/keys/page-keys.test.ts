import { afterEach, describe, expect, it, vi } from 'vitest';
import { createPageKeys, pageIdentity } from '#browser/keys/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { concatBytes, fromUtf8, toUtf8 } from '#shared/bytes/index.ts';
import { nobleBackend } from '#shared/crypto/index.ts';
import { HandshakeResponder, startHandshake } from '#shared/handshake/index.ts';
import { createIdentity, verifyCertificate, type DeviceIdentity } from '#shared/identity/index.ts';
import { ERROR_TEXTS } from '#shared/locales/error-texts.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { codeOf } from '#test/support/rejections.ts';

const NOW = 1_800_000_000;
const { subtle } = globalThis.crypto;
/** The key may not leave, or has no such form. */
const REFUSED = { name: expect.stringMatching(/^(?:InvalidAccess|NotSupported)Error$/) as string };

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('the keys of a page', () => {
  it('are never given out, in any form [S-BROWSER-1]', async () => {
    const keys = await createPageKeys();
    const wrapping = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['wrapKey']);
    for (const { privateKey } of [keys.signing, keys.agreement]) {
      expect(privateKey.extractable).toBe(false);
      for (const format of ['pkcs8', 'jwk', 'raw', 'spki'] as const) {
        await expect(subtle.exportKey(format, privateKey)).rejects.toMatchObject(REFUSED);
        const algorithm = { name: 'AES-GCM', iv: new Uint8Array(12) };
        await expect(subtle.wrapKey(format, privateKey, wrapping, algorithm)).rejects.toMatchObject(REFUSED);
      }
      // A copy, as a store makes it, is not more open.
      const copy = structuredClone(privateKey);
      await expect(subtle.exportKey('pkcs8', copy)).rejects.toMatchObject({ name: 'InvalidAccessError' });
    }
    // What an export looks like where it is allowed.
    const open = await subtle.generateKey('Ed25519', true, ['sign']);
    expect((await subtle.exportKey('pkcs8', open.privateKey)).byteLength).toBe(48);
  });

  it('can do nothing but sign and agree', async () => {
    const { signing, agreement } = await createPageKeys();
    expect([signing.privateKey.usages, agreement.privateKey.usages]).toEqual([['sign'], ['deriveBits']]);
    expect([signing.publicKey.usages, agreement.publicKey.usages]).toEqual([['verify'], []]);
  });

  it('are no part of the identity that is made of them [S-BROWSER-1]', async () => {
    const identity = await pageIdentity(nobleBackend, await createPageKeys(), NOW);
    const inside: string[] = [];
    const look = (value: unknown): void => {
      if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return;
      inside.push(value.constructor.name);
      if (!(value instanceof Uint8Array)) for (const key of Reflect.ownKeys(value)) look(Reflect.get(value, key));
    };
    look(identity);
    expect(inside.filter((name) => name === 'Uint8Array')).toHaveLength(3);
    expect(inside).not.toContain('CryptoKey');
  });

  it('make the same device each time, also from a copy', async () => {
    const keys = await createPageKeys();
    const first = await pageIdentity(nobleBackend, keys, NOW);
    const second = await pageIdentity(nativeBackend, structuredClone(keys), NOW + 1000);
    expect(second.peerId).toBe(first.peerId);
    for (const { certificate, peerId } of [first, second])
      expect(verifyCertificate(nativeBackend, certificate, NOW).peerId).toBe(peerId);
    const other = await pageIdentity(nobleBackend, await createPageKeys(), NOW);
    expect(other.peerId).not.toBe(first.peerId);
  });

  it('link a page and a device, whichever of them begins', async () => {
    const page = await pageIdentity(nobleBackend, await createPageKeys(), NOW);
    const device = createIdentity(nativeBackend, new Uint8Array(32).fill(1), { generation: 1, now: NOW });
    expect(await recordBetween(page, device)).toEqual(['hello', page.peerId, device.peerId]);
    expect(await recordBetween(device, page)).toEqual(['hello', device.peerId, page.peerId]);
  });
});

describe('a browser', () => {
  const notSupported = async (): Promise<never> => {
    throw new DOMException('Unrecognized name.', 'NotSupportedError');
  };
  const withSubtle = (changes: object): object => ({ subtle: Object.assign(Object.create(subtle) as object, changes) });
  const bound = { generateKey: subtle.generateKey.bind(subtle), sign: subtle.sign.bind(subtle) };

  it.each([
    ['has no WebCrypto, as on a page without https', {}],
    ['knows neither algorithm', withSubtle({ generateKey: notSupported })],
    [
      'lacks X25519',
      withSubtle({
        generateKey: (algorithm: string) =>
          algorithm === 'Ed25519' ? subtle.generateKey('Ed25519', false, ['sign', 'verify']) : notSupported(),
      }),
    ],
    ['makes keys that cannot sign', withSubtle({ ...bound, sign: notSupported })],
    ['makes keys that cannot agree', withSubtle({ ...bound, deriveBits: notSupported })],
  ])('that %s is named, with what to do', async (_what, crypto) => {
    vi.stubGlobal('crypto', crypto);
    expect(await codeOf(() => createPageKeys())).toBe('keys.unsupported');
    expect(ERROR_TEXTS['keys.unsupported']?.next).toContain('Firefox');
  });
});

/** Runs a handshake. Returns a record as the other side has opened it, and whom each side has seen. */
async function recordBetween(from: DeviceIdentity, to: DeviceIdentity): Promise<readonly [string, string, string]> {
  const pin = ({ peerId, signingKey, staticKey, generation }: DeviceIdentity) => ({
    peerId,
    signingKey,
    staticKey: staticKey.publicKey,
    generation,
  });
  const crypto = nobleBackend;
  const lookup = (): ReturnType<typeof pin> => pin(from);
  const responder = new HandshakeResponder({ crypto, identity: to, clock: new FakeClock(NOW * 1000), lookup });
  const sessionId = new Uint8Array(16).fill(1);
  const started = await startHandshake({
    crypto,
    identity: from,
    peer: pin(to),
    sessionId,
    purpose: 'session',
    now: NOW,
  });
  const incoming = await responder.receive(started.message1);
  const { message2, established } = await incoming.respond();
  const finished = await started.finish(message2);
  const opened = established.receive.open(concatBytes(...finished.send.seal(toUtf8('hello'))));
  return [fromUtf8(opened), incoming.peer.peerId, finished.peer.peerId];
}
