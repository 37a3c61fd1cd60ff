import { expect, test } from 'vitest';
import { loadOrCreateSecret, SettingsStore, StoreError, type SecretStore } from '#agent/core/store/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';
import { codeOf } from '#test/support/rejections.ts';

function open(file: MemoryDocumentFile): SettingsStore {
  return new SettingsStore({ file, deviceName: 'laptop', logger: silentLogger });
}

test('settings start without a relay and are kept once changed', () => {
  const file = new MemoryDocumentFile();
  const settings = open(file);
  expect(settings.value.relay).toEqual({ url: null, enabled: true, insecure: false, tlsPin: null, relayKey: null });
  const seen: string[] = [];
  settings.onChange((value) => seen.push(value.deviceName));
  settings.update((value) => ({
    ...value,
    deviceName: 'desk',
    relay: { ...value.relay, url: 'wss://relay.test', admission: 'once' },
  }));
  expect(seen).toEqual(['desk']);
  expect(open(file).value).toMatchObject({ deviceName: 'desk', relay: { url: 'wss://relay.test', admission: 'once' } });
});

test('settings that are changed in place from outside do not change', () => {
  const settings = open(new MemoryDocumentFile());
  settings.update((value) => {
    value.enrolments.push('AAAA');
    return { ...value, enrolments: [] };
  });
  expect(settings.value.enrolments).toEqual([]);
});

test('settings that cannot be saved stay as they were', async () => {
  const file = new MemoryDocumentFile();
  const settings = open(file);
  file.failure = { write: 'ENOSPC' };
  expect(await codeOf(() => settings.update((value) => ({ ...value, deviceName: 'desk' })))).toBe('store.write');
  expect(settings.value.deviceName).toBe('laptop');
});

class MemorySecret implements SecretStore {
  secret: Uint8Array | undefined;
  keeps = true;

  load(): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.secret?.slice());
  }

  save(secret: Uint8Array): Promise<void> {
    if (this.secret !== undefined) return Promise.reject(new StoreError('store.secret-exists', 'exists'));
    if (this.keeps) this.secret = secret.slice();
    return Promise.resolve();
  }

  describe(): string {
    return 'memory';
  }
}

test('the first start makes a secret, later ones find it, and two at once agree', async () => {
  const store = new MemorySecret();
  let next = 0;
  const random = (length: number): Uint8Array => {
    next += 1;
    return new Uint8Array(length).fill(next);
  };
  const [first, second] = await Promise.all([loadOrCreateSecret(store, random), loadOrCreateSecret(store, random)]);
  expect(first).toEqual(new Uint8Array(32).fill(1));
  expect(second).toEqual(first);
  expect(await loadOrCreateSecret(store, random)).toEqual(first);
});

test('a store that does not keep the secret is found out at once', async () => {
  const store = new MemorySecret();
  store.keeps = false;
  expect(await codeOf(() => loadOrCreateSecret(store, (length) => new Uint8Array(length)))).toBe('store.secret-lost');
});
