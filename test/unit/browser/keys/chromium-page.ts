import { createPageKeys, pageIdentity, type PageKeys } from '#browser/keys/index.ts';
import { fromBase64Url, toBase64Url } from '#shared/bytes/index.ts';
import { nobleBackend } from '#shared/crypto/index.ts';
import { errorCode } from '#shared/errors.ts';
import { startHandshake, type StartedHandshake } from '#shared/handshake/index.ts';
import { parsePeerId, type DeviceIdentity } from '#shared/identity/index.ts';

/** What `test/integration/browser/keys.test.ts` asks of the page in Chromium. All bytes are base64url. */
export type KeysPage = Readonly<{
  /** Creates keys and stores them. Returns the code of the error, or `ok`. */
  create(): Promise<string>;
  /** The identity made of the stored keys. */
  identity(now: number): Promise<Readonly<{ peerId: string; certificate: string }>>;
  sign(message: string): Promise<string>;
  /** Names of the errors of each attempt to get a stored private key out; `none` for one that was given. */
  attack(): Promise<readonly string[]>;
  /** Message 1 to a device. */
  begin(peer: Readonly<{ peerId: string; signingKey: string; staticKey: string }>, now: number): Promise<string>;
  /** Takes message 2. Returns a secret that both ends have. */
  finish(message2: string): Promise<string>;
}>;

const STORE = 'keys';

function request<Result>(asked: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    asked.addEventListener('success', () => resolve(asked.result));
    asked.addEventListener('error', () => reject(asked.error ?? new Error('IndexedDB')));
  });
}

async function open(): Promise<IDBDatabase> {
  const opening = indexedDB.open('keys-page', 1);
  opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore(STORE));
  return await request(opening);
}

async function stored(): Promise<PageKeys> {
  const keys: unknown = await request((await open()).transaction(STORE).objectStore(STORE).get('own'));
  if (keys === undefined) throw new Error('no keys are stored');
  return keys as PageKeys;
}

let identity: DeviceIdentity | undefined;
let started: StartedHandshake | undefined;

async function own(now = 0): Promise<DeviceIdentity> {
  identity ??= await pageIdentity(nobleBackend, await stored(), now);
  return identity;
}

const page: KeysPage = {
  async create() {
    try {
      const keys = await createPageKeys();
      const writing = (await open()).transaction(STORE, 'readwrite');
      await request(writing.objectStore(STORE).put(keys, 'own'));
      return 'ok';
    } catch (error) {
      return errorCode(error);
    }
  },
  async identity(now) {
    const { peerId, certificate } = await own(now);
    return { peerId, certificate: toBase64Url(certificate) };
  },
  async sign(message) {
    return toBase64Url(await (await own()).sign(fromBase64Url(message)));
  },
  async attack() {
    const { signing, agreement } = await stored();
    const { subtle } = globalThis.crypto;
    const wrapping = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['wrapKey']);
    const algorithm = { name: 'AES-GCM', iv: new Uint8Array(12) };
    const outcomes: string[] = [];
    for (const { privateKey } of [signing, agreement]) {
      for (const format of ['pkcs8', 'jwk', 'raw'] as const) {
        for (const take of [
          () => subtle.exportKey(format, privateKey),
          () => subtle.wrapKey(format, privateKey, wrapping, algorithm),
        ]) {
          outcomes.push(
            await take().then(
              () => 'none',
              (error: unknown) => (error instanceof Error ? error.name : 'unknown'),
            ),
          );
        }
      }
      // What a script can read of it, and send elsewhere.
      outcomes.push(JSON.stringify(privateKey));
    }
    return outcomes;
  },
  async begin(peer, now) {
    started = await startHandshake({
      crypto: nobleBackend,
      identity: await own(now),
      peer: {
        peerId: parsePeerId(peer.peerId),
        signingKey: fromBase64Url(peer.signingKey),
        staticKey: fromBase64Url(peer.staticKey),
        generation: 1,
      },
      sessionId: nobleBackend.randomBytes(16),
      purpose: 'session',
      now,
    });
    return toBase64Url(started.message1);
  },
  async finish(message2) {
    if (started === undefined) throw new Error('no handshake was begun');
    return toBase64Url((await started.finish(fromBase64Url(message2))).exportSecret('test'));
  },
};

Object.assign(globalThis, { page });
