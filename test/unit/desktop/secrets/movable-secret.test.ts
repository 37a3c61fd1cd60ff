import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type * as FileSystem from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { SecretLocation } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import { silentLogger } from '#shared/logger.ts';
import { StoreError } from '#shared/storage.ts';
import { FileSecretStore, profilePaths } from '#node/files/index.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import { chooseSecretStore, type MovableSecret, type KeyStore } from '../../../../src-main/desktop/secrets/index.ts';

/** Counts what is done to the disk, and lets nothing more through after a number of it: the process has been ended there. */
const power = vi.hoisted(() => ({
  done: 0,
  cutAfter: Number.POSITIVE_INFINITY,
  /** The disk keeps zeros instead of what it is given. */
  forgets: false,
  step(): void {
    if (this.done >= this.cutAfter) throw new Error('cut off');
    this.done += 1;
  },
}));

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof FileSystem>();
  const counted =
    <Input extends unknown[], Output>(call: (...input: Input) => Promise<Output>) =>
    async (...input: Input): Promise<Output> => {
      power.step();
      return call(...input);
    };
  const open = async (...input: Parameters<typeof real.open>): Promise<FileSystem.FileHandle> => {
    power.step();
    const file = await real.open(...input);
    return new Proxy(file, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        const method = value.bind(target) as (...input: unknown[]) => Promise<unknown>;
        if (name === 'close') return method;
        if (name === 'writeFile' && power.forgets) return () => method(new Uint8Array(32));
        return counted(method);
      },
    });
  };
  return {
    ...real,
    open,
    link: counted(real.link),
    readFile: counted(real.readFile as (...input: unknown[]) => Promise<unknown>),
    readdir: counted(real.readdir as unknown as (...input: unknown[]) => Promise<unknown>),
    rename: counted(real.rename),
    rm: counted(real.rm),
    stat: counted(real.stat as (...input: unknown[]) => Promise<unknown>),
    unlink: counted(real.unlink),
  };
});

const SECRET = Uint8Array.from({ length: 32 }, (_, index) => index);
const OTHER: Readonly<Record<SecretLocation, SecretLocation>> = { file: 'key-store', 'key-store': 'file' };
const FILES: Readonly<Record<SecretLocation, string>> = { file: 'secret', 'key-store': 'secret.sealed' };
const PLACES = ['file', 'key-store'] as const;

beforeEach(() => {
  power.cutAfter = Number.POSITIVE_INFINITY;
  power.forgets = false;
});

/** Seals with one byte; other bytes open nothing. */
function keyStore(changes: Partial<KeyStore> = {}, key = 7): KeyStore {
  return {
    backend: 'gnome-libsecret',
    state: () => Promise.resolve('ready'),
    seal: async (text) => {
      power.step();
      return Uint8Array.from([key, ...Buffer.from(text).map((byte) => byte ^ key)]);
    },
    unseal: async (sealed) => {
      power.step();
      if (sealed[0] !== key) throw new Error('another key');
      return Buffer.from(sealed.subarray(1).map((byte) => byte ^ key)).toString();
    },
    ...changes,
  };
}

/** A profile, and what its application remembers from start to start. */
class Profile {
  readonly directory = temporaryDirectory();
  wanted: SecretLocation | undefined;
  /** Fails as a full disk does. */
  isFull = false;

  /** One start of the application. */
  start(keys: KeyStore = keyStore()): Promise<MovableSecret> {
    return chooseSecretStore({
      profile: this.directory,
      keyStore: keys,
      logger: silentLogger,
      remembered: {
        load: () => this.wanted,
        save: (place) => {
          power.step();
          if (this.isFull) throw new StoreError('store.write', 'full');
          this.wanted = place;
        },
      },
    });
  }

  async startWith(place: SecretLocation): Promise<MovableSecret> {
    this.wanted = place;
    const kept = await this.start();
    await kept.save(SECRET);
    return kept;
  }

  get secrets(): readonly string[] {
    return readdirSync(this.directory).filter((name) => name.includes('secret'));
  }

  path(place: SecretLocation): string {
    return join(this.directory, FILES[place]);
  }

  /** What `clawreach run` finds. */
  async headless(): Promise<Uint8Array | string | undefined> {
    const { secret, sealedSecret } = profilePaths(this.directory);
    return new FileSecretStore(secret, sealedSecret).load().catch((error: unknown) => errorCode(error));
  }
}

describe.each(PLACES)('the secret that is to be kept in the %s', (to) => {
  it('is moved at once, alone, for its owner only, and stays there at the next start [S-KEY-3]', async () => {
    const profile = new Profile();
    const kept = await profile.startWith(OTHER[to]);
    expect(await kept.moveTo(to)).toBe(true);
    expect(kept.describe()).toBe(to === 'file' ? 'file' : 'gnome-libsecret');
    expect(kept.facts).toEqual({
      protection: to === 'file' ? 'file' : 'encrypted',
      backend: 'gnome-libsecret',
      problem: null,
    });
    for (let start = 0; start < 3; start += 1) {
      expect(profile.secrets).toEqual([FILES[to]]);
      expect(statSync(profile.path(to)).mode & 0o777).toBe(0o600);
      expect(await (await profile.start()).load()).toEqual(SECRET);
    }
    expect(await profile.headless()).toEqual(to === 'file' ? SECRET : 'store.secret-sealed');
  });

  it('and is there already, is only remembered', async () => {
    const profile = new Profile();
    const kept = await profile.startWith(to);
    profile.wanted = undefined;
    const before = statSync(profile.path(to));
    expect(await kept.moveTo(to)).toBe(false);
    expect(profile.wanted).toBe(to);
    expect(statSync(profile.path(to))).toEqual(before);
  });

  it('is the same identity after a cut at every single step, and the next start ends what was chosen [S-KEY-3]', async () => {
    let cuts = 0;
    const left = new Set<string>();
    for (let isDone = false; !isDone; cuts += 1) {
      const profile = new Profile();
      const kept = await profile.startWith(OTHER[to]);
      power.done = 0;
      power.cutAfter = cuts;
      isDone = await kept.moveTo(to).then(
        () => true,
        () => false,
      );
      power.cutAfter = Number.POSITIVE_INFINITY;
      const names = profile.secrets.filter((name) => name === FILES.file || name === FILES['key-store']);
      left.add(names.join(' '));
      const found = await profile.headless();
      expect({ cuts, found }).toEqual({ cuts, found: names.includes('secret') ? SECRET : 'store.secret-sealed' });
      // Cut off before the choice was written, the start is one as ever.
      const place = profile.wanted ?? 'key-store';
      expect(place).toBe(cuts === 0 ? OTHER[to] : to);
      expect({ cuts, secret: await (await profile.start()).load() }).toEqual({ cuts, secret: SECRET });
      expect(profile.secrets.filter((name) => !name.startsWith('.') && !/\.sealed\../.test(name))).toEqual([
        FILES[place],
      ]);
      expect(statSync(profile.path(place)).mode & 0o777).toBe(0o600);
      // Sealed in the end, no open copy is left, whatever was unfinished.
      const sealing = await profile.start();
      await sealing.moveTo('key-store');
      expect(await sealing.load()).toEqual(SECRET);
      const open = profile.secrets.filter((name) => isOpen(profile, name));
      expect({ cuts, open }).toEqual({ cuts, open: [] });
    }
    expect(left).toEqual(new Set(['secret', 'secret.sealed', 'secret secret.sealed']));
    expect(cuts).toBeGreaterThan(12);
  });

  it('is where it was when the choice cannot be written', async () => {
    const profile = new Profile();
    const kept = await profile.startWith(OTHER[to]);
    profile.isFull = true;
    await expect(kept.moveTo(to)).rejects.toMatchObject({ code: 'store.write' });
    expect(profile.secrets).toEqual([FILES[OTHER[to]]]);
    expect(kept.facts.protection).toBe(to === 'file' ? 'encrypted' : 'file');
  });

  it.each(['locked', 'none'] as const)('is where it was when the key store has become %s [S-KEY-3]', async (state) => {
    const profile = new Profile();
    const keys = { ...keyStore() };
    await profile.startWith(OTHER[to]);
    const kept = await profile.start(keys);
    keys.state = () => Promise.resolve(state);
    await expect(kept.moveTo(to)).rejects.toMatchObject({ code: 'store.key-store-unavailable' });
    expect([profile.secrets, profile.wanted]).toEqual([[FILES[OTHER[to]]], OTHER[to]]);
  });

  it('is where it was when the key store fails in the middle, also at the next start', async () => {
    const profile = new Profile();
    await profile.startWith(OTHER[to]);
    const fails = () => Promise.reject(new Error('gone'));
    const kept = await profile.start(keyStore(to === 'file' ? { unseal: fails } : { seal: fails }));
    await expect(kept.moveTo(to)).rejects.toMatchObject({ code: /^store\.key-store-/ });
    expect([profile.secrets, profile.wanted]).toEqual([[FILES[OTHER[to]]], OTHER[to]]);
    expect(await (await profile.start()).load()).toEqual(SECRET);
  });

  it('is where it was, alone, when the disk does not keep what is written', async () => {
    const profile = new Profile();
    const kept = await profile.startWith(OTHER[to]);
    power.forgets = true;
    await expect(kept.moveTo(to)).rejects.toMatchObject({ code: 'store.write' });
    power.forgets = false;
    expect([profile.secrets, profile.wanted]).toEqual([[FILES[OTHER[to]]], OTHER[to]]);
    expect(await (await profile.start()).load()).toEqual(SECRET);
  });

  it('is an error when it has been taken away, and none is made', async () => {
    const profile = new Profile();
    const kept = await profile.startWith(OTHER[to]);
    rmSync(profile.path(OTHER[to]));
    await expect(kept.moveTo(to)).rejects.toMatchObject({ code: 'store.secret-gone' });
    expect(profile.secrets).toEqual([]);
  });

  it('beside another secret is an error, and both stay [S-KEY-3]', async () => {
    const profile = new Profile();
    const kept = await profile.startWith(OTHER[to]);
    const second = new Profile();
    await (await second.startWith(to)).load();
    writeFileSync(profile.path(to), sealOrShow(to, new Uint8Array(32).fill(9)), { mode: 0o600 });
    await expect(kept.moveTo(to)).rejects.toMatchObject({ code: 'store.secret-conflict' });
    expect(profile.secrets.toSorted()).toEqual(['secret', 'secret.sealed']);
    expect(profile.wanted).toBe(OTHER[to]);
  });
});

/** What the file of that place holds for a secret. */
function sealOrShow(place: SecretLocation, secret: Uint8Array): Uint8Array {
  if (place === 'file') return secret;
  const sealed = Buffer.from([7, ...Buffer.from(Buffer.from(secret).toString('hex')).map((byte) => byte ^ 7)]);
  return Buffer.from(JSON.stringify({ version: 1, backend: 'gnome-libsecret', sealed: sealed.toString('base64') }));
}

function isOpen(profile: Profile, name: string): boolean {
  const bytes = readFileSync(join(profile.directory, name));
  return bytes.includes(Buffer.from(SECRET)) || bytes.includes(Buffer.from(SECRET).toString('hex'));
}

describe('a secret in a file by choice', () => {
  it('is found by a start without a key store, and by one whose key store is locked', async () => {
    const profile = new Profile();
    await profile.startWith('file');
    for (const state of ['none', 'locked'] as const) {
      const kept = await profile.start(keyStore({ state: () => Promise.resolve(state) }));
      expect(await kept.load()).toEqual(SECRET);
      expect(kept.facts.problem).toBe(state === 'none' ? 'no-key-store' : 'key-store-locked');
    }
    expect(profile.secrets).toEqual(['secret']);
  });

  it('is found while its sealed twin is still there and the key store is gone', async () => {
    const profile = new Profile();
    await profile.startWith('key-store');
    await new FileSecretStore(profile.path('file')).save(SECRET);
    profile.wanted = 'file';
    const none = keyStore({ state: () => Promise.resolve('none') });
    expect(await (await profile.start(none)).load()).toEqual(SECRET);
    expect(profile.secrets.toSorted()).toEqual(['secret', 'secret.sealed']);
    expect(await (await profile.start()).load()).toEqual(SECRET);
    expect(profile.secrets).toEqual(['secret']);
  });

  it('keeps a sealed one beside it that the key store does not open', async () => {
    const profile = new Profile();
    await profile.startWith('file');
    writeFileSync(profile.path('key-store'), sealOrShow('key-store', SECRET), { mode: 0o600 });
    expect(await (await profile.start(keyStore({}, 8))).load()).toEqual(SECRET);
    expect(profile.secrets.map((name) => name.replace(/refused-.*/, 'refused')).toSorted()).toEqual([
      'secret',
      'secret.sealed.refused',
    ]);
  });

  it('that others can read is not used, nor is the sealed one removed for it', async () => {
    const profile = new Profile();
    const kept = await profile.startWith('key-store');
    writeFileSync(profile.path('file'), SECRET, { mode: 0o600 });
    chmodSync(profile.path('file'), 0o644);
    await expect(kept.moveTo('file')).rejects.toMatchObject({ code: 'store.secret-permissions' });
    expect(profile.secrets.toSorted()).toEqual(['secret', 'secret.sealed']);
  });

  it('is first made there on a new device', async () => {
    const profile = new Profile();
    profile.wanted = 'file';
    const kept = await profile.start();
    expect(await kept.load()).toBeUndefined();
    await kept.save(SECRET);
    expect(profile.secrets).toEqual(['secret']);
  });
});

it('moves asked for at once happen one after the other', async () => {
  const profile = new Profile();
  const kept = await profile.startWith('key-store');
  const moves = (['file', 'key-store', 'file', 'file'] as const).map((place) => kept.moveTo(place));
  expect(await Promise.all(moves)).toEqual([true, true, true, false]);
  expect([profile.secrets, profile.wanted]).toEqual([['secret'], 'file']);
  expect(await (await profile.start()).load()).toEqual(SECRET);
});
