import { describe, expect, it } from 'vitest';
import { ElectronKeyStore, type ElectronSafeStorage } from '../../../../src-main/desktop/secrets/index.ts';

const OLD: ElectronSafeStorage = {
  getSelectedStorageBackend: () => 'gnome_libsecret',
  isEncryptionAvailable: () => true,
  encryptString: (text) => Buffer.from(`old ${text}`),
  decryptString: (bytes) => bytes.toString().slice('old '.length),
};
const NEW: ElectronSafeStorage = {
  getSelectedStorageBackend: () => 'kwallet6',
  isAsyncEncryptionAvailable: () => Promise.resolve(true),
  encryptStringAsync: (text) => Promise.resolve(Buffer.from(`new ${text}`)),
  decryptStringAsync: (bytes) => Promise.resolve({ result: bytes.toString().slice(4), shouldReEncrypt: false }),
};

describe("Electron's key store", () => {
  it('is used through the calls that this Electron has, the asynchronous ones first', async () => {
    const old = new ElectronKeyStore(OLD, 'linux');
    expect(Buffer.from(await old.seal('text')).toString()).toBe('old text');
    expect(await old.unseal(Buffer.from('old text'))).toBe('text');
    const both = new ElectronKeyStore({ ...OLD, ...NEW }, 'linux');
    expect(Buffer.from(await both.seal('text')).toString()).toBe('new text');
    expect(await both.unseal(Buffer.from('old text'))).toBe('text');
    expect(both.backend).toBe('kwallet6');
  });

  it.each(['basic_text', 'unknown'] as const)('counts %s as none, whatever it says of itself', async (backend) => {
    const store = new ElectronKeyStore({ ...OLD, getSelectedStorageBackend: () => backend }, 'linux');
    expect(await store.state()).toBe('none');
    expect(store.backend).toBeNull();
  });

  it('is locked when it has no key, or fails', async () => {
    expect(await new ElectronKeyStore({ ...OLD, isEncryptionAvailable: () => false }, 'linux').state()).toBe('locked');
    const failing: ElectronSafeStorage = { ...NEW, isAsyncEncryptionAvailable: () => Promise.reject(new Error('no')) };
    expect(await new ElectronKeyStore(failing, 'linux').state()).toBe('locked');
    expect(await new ElectronKeyStore({}, 'darwin').state()).toBe('locked');
  });

  it.each([
    ['darwin', 'keychain'],
    ['win32', 'dpapi'],
  ])('has a name on %s', async (platform, name) => {
    const store = new ElectronKeyStore({ ...OLD, getSelectedStorageBackend: () => 'unknown' }, platform);
    expect([store.backend, await store.state()]).toEqual([name, 'ready']);
  });
});
