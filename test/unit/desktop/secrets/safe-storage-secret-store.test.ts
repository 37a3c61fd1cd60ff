import { chmodSync, existsSync, readdirSync, renameSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '#shared/logger.ts';
import { FileSecretStore, profilePaths } from '#node/files/index.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import {
  chooseSecretStore,
  SafeStorageSecretStore,
  type KeyStore,
} from '../../../../src-main/desktop/secrets/index.ts';

const SECRET = Uint8Array.from({ length: 32 }, (_, index) => index);

/** A key store that seals with one byte; another byte opens nothing. */
function keyStore(key: number, state: 'ready' | 'locked' | 'none' = 'ready'): KeyStore {
  return {
    backend: state === 'none' ? null : 'gnome-libsecret',
    state: () => Promise.resolve(state),
    seal: (text) => Promise.resolve(Uint8Array.from([key, ...Buffer.from(text).map((byte) => byte ^ key)])),
    unseal: (sealed) =>
      sealed[0] === key
        ? Promise.resolve(Buffer.from(sealed.subarray(1).map((byte) => byte ^ key)).toString())
        : Promise.reject(new Error('another key')),
  };
}

function open(profile: string, keys: KeyStore): SafeStorageSecretStore {
  const { secret, sealedSecret } = profilePaths(profile);
  return new SafeStorageSecretStore({
    keyStore: keys,
    sealed: sealedSecret,
    plain: { path: secret, store: new FileSecretStore(secret) },
  });
}

describe('a secret in the key store', () => {
  it('is there again at the next start, and cannot be read in the profile', async () => {
    const profile = temporaryDirectory();
    expect(await open(profile, keyStore(7)).load()).toBeUndefined();
    await open(profile, keyStore(7)).save(SECRET);
    expect(await open(profile, keyStore(7)).load()).toEqual(SECRET);
    expect(readdirSync(profile)).toEqual(['secret.sealed']);
    expect(statSync(join(profile, 'secret.sealed')).mode & 0o777).toBe(0o600);
    const text = readFileSync(join(profile, 'secret.sealed'), 'utf8');
    expect(text).not.toContain(Buffer.from(SECRET).toString('hex'));
    expect(text).not.toContain(Buffer.from(SECRET).toString('base64').slice(0, 20));
  });

  it('is never overwritten', async () => {
    const profile = temporaryDirectory();
    await open(profile, keyStore(7)).save(SECRET);
    const before = readFileSync(join(profile, 'secret.sealed'));
    await expect(open(profile, keyStore(7)).save(new Uint8Array(32))).rejects.toMatchObject({
      code: 'store.secret-exists',
    });
    expect(readFileSync(join(profile, 'secret.sealed'))).toEqual(before);
  });

  it('sealed with a key that is gone is an error, not a new identity [S-KEY-5]', async () => {
    const profile = temporaryDirectory();
    await open(profile, keyStore(7)).save(SECRET);
    await expect(open(profile, keyStore(8)).load()).rejects.toMatchObject({ code: 'store.key-store-refused' });
    expect(await open(profile, keyStore(7)).load()).toEqual(SECRET);
  });

  it.each([
    ['nothing', ''],
    ['half of it', '{"version":1,"backend":"gnome-libs'],
    ['another document', '{"version":2}'],
  ])('damaged to %s is an error and stays as it is', async (_name, text) => {
    const profile = temporaryDirectory();
    writeFileSync(join(profile, 'secret.sealed'), text, { mode: 0o600 });
    await expect(open(profile, keyStore(7)).load()).rejects.toMatchObject({ code: 'store.malformed' });
    expect(readFileSync(join(profile, 'secret.sealed'), 'utf8')).toBe(text);
  });
});

describe('a plain secret file', () => {
  async function withFile(): Promise<string> {
    const profile = temporaryDirectory();
    await new FileSecretStore(join(profile, 'secret')).save(SECRET);
    return profile;
  }

  it('is taken over and removed [S-KEY-3]', async () => {
    const profile = await withFile();
    expect(await open(profile, keyStore(7)).load()).toEqual(SECRET);
    expect(readdirSync(profile)).toEqual(['secret.sealed']);
    expect(await open(profile, keyStore(7)).load()).toEqual(SECRET);
  });

  it('stays when the key store does not give back what it sealed [S-KEY-3]', async () => {
    const profile = await withFile();
    const forgetful: KeyStore = { ...keyStore(7), unseal: () => Promise.reject(new Error('forgotten')) };
    await expect(open(profile, forgetful).load()).rejects.toMatchObject({ code: 'store.key-store-refused' });
    expect(await new FileSecretStore(join(profile, 'secret')).load()).toEqual(SECRET);
    // The next start with a key store that works does it all again.
    expect(await open(profile, keyStore(7)).load()).toEqual(SECRET);
    expect(readdirSync(profile)).toEqual(['secret.sealed']);
  });

  it('stays when the key store gives back another secret than it sealed [S-KEY-3]', async () => {
    const profile = await withFile();
    const other: KeyStore = { ...keyStore(7), unseal: () => Promise.resolve('ab'.repeat(32)) };
    await expect(open(profile, other).load()).rejects.toMatchObject({ code: 'store.secret-conflict' });
    expect(await new FileSecretStore(join(profile, 'secret')).load()).toEqual(SECRET);
    // The next start with a key store that works does it all again.
    expect(await open(profile, keyStore(7)).load()).toEqual(SECRET);
    expect(readdirSync(profile)).toEqual(['secret.sealed']);
  });

  it('stays when the key store seals nothing', async () => {
    const profile = await withFile();
    const broken: KeyStore = { ...keyStore(7), seal: () => Promise.reject(new Error('no')) };
    await expect(open(profile, broken).load()).rejects.toThrow('no');
    expect(readdirSync(profile)).toEqual(['secret']);
  });

  it('is the same identity when a take-over was cut off before the file was removed [S-KEY-3]', async () => {
    const profile = await withFile();
    await open(profile, keyStore(7)).save(SECRET);
    expect(readdirSync(profile)).toEqual(['secret', 'secret.sealed']);
    expect(await open(profile, keyStore(7)).load()).toEqual(SECRET);
    expect(readdirSync(profile)).toEqual(['secret.sealed']);
  });

  it('beside another secret is an error, and both stay [S-KEY-5]', async () => {
    const profile = await withFile();
    await open(profile, keyStore(7)).save(new Uint8Array(32));
    await expect(open(profile, keyStore(7)).load()).rejects.toMatchObject({ code: 'store.secret-conflict' });
    expect(readdirSync(profile)).toEqual(['secret', 'secret.sealed']);
  });

  it('is not removed for another one when the person moves the secret into the file [S-KEY-3]', async () => {
    const profile = await withFile();
    await open(profile, keyStore(7)).save(new Uint8Array(32));
    await expect(open(profile, keyStore(7)).moveToFile()).rejects.toMatchObject({ code: 'store.secret-conflict' });
    expect(readdirSync(profile)).toEqual(['secret', 'secret.sealed']);
  });

  it('takes the place of a sealed secret that the key store does not open, which is kept: its key may come back [S-KEY-5]', async () => {
    const profile = await withFile();
    const other = new Uint8Array(32).fill(9);
    await open(profile, keyStore(8)).save(other);
    expect(await open(profile, keyStore(7)).load()).toEqual(SECRET);
    const [sealed = '', aside = '', ...rest] = readdirSync(profile).toSorted();
    expect([sealed, rest]).toEqual(['secret.sealed', []]);
    expect(aside).toMatch(/^secret\.sealed\.refused-/);
    renameSync(join(profile, aside), join(profile, sealed));
    expect(await open(profile, keyStore(8)).load()).toEqual(other);
  });

  it('that others can read is not taken over', async () => {
    const profile = await withFile();
    chmodSync(join(profile, 'secret'), 0o644);
    await expect(open(profile, keyStore(7)).load()).rejects.toMatchObject({ code: 'store.secret-permissions' });
    expect(existsSync(join(profile, 'secret.sealed'))).toBe(false);
  });
});

describe('the choice of a store', () => {
  const choose = (profile: string, keys: KeyStore) =>
    chooseSecretStore({
      profile,
      keyStore: keys,
      remembered: { load: () => undefined, save: () => undefined },
      logger: silentLogger,
    });

  it('is the key store where there is one', async () => {
    const kept = await choose(temporaryDirectory(), keyStore(7));
    expect(kept.describe()).toBe('gnome-libsecret');
    expect(kept.facts).toEqual({ protection: 'encrypted', backend: 'gnome-libsecret', problem: null });
  });

  it.each([
    ['none', { protection: 'file', backend: null, problem: 'no-key-store' }],
    ['locked', { protection: 'file', backend: 'gnome-libsecret', problem: 'key-store-locked' }],
  ] as const)('is the file, and says so, when the key store is %s', async (state, expected) => {
    const profile = temporaryDirectory();
    const kept = await choose(profile, keyStore(7, state));
    await kept.save(SECRET);
    expect(kept.facts).toEqual(expected);
    expect(readdirSync(profile)).toEqual(['secret']);
  });

  it.each([
    ['none', 'store.key-store-missing'],
    ['locked', 'store.key-store-locked'],
  ] as const)('is an error for a sealed secret when the key store is %s [S-KEY-5]', async (state, code) => {
    const profile = temporaryDirectory();
    await open(profile, keyStore(7)).save(SECRET);
    await expect(choose(profile, keyStore(7, state))).rejects.toMatchObject({ code });
    expect(readdirSync(profile)).toEqual(['secret.sealed']);
  });
});

describe('a command without a window', () => {
  it('does not make a new identity beside a sealed one [S-KEY-5]', async () => {
    const profile = temporaryDirectory();
    await open(profile, keyStore(7)).save(SECRET);
    const { secret, sealedSecret } = profilePaths(profile);
    const headless = new FileSecretStore(secret, sealedSecret);
    await expect(headless.load()).rejects.toMatchObject({ code: 'store.secret-sealed' });
    await expect(headless.save(SECRET)).rejects.toMatchObject({ code: 'store.secret-sealed' });
    expect(readdirSync(profile)).toEqual(['secret.sealed']);
  });
});
