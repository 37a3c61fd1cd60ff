import { describe, expect, it } from 'vitest';
import { argon2idAsync } from '@noble/hashes/argon2.js';
import {
  deriveKey,
  formatPhc,
  hasNativeArgon2,
  hashesAtOnce,
  HashQueue,
  isCommonPassword,
  parsePhc,
  PasswordHasher,
  type DeriveKey,
  type PasswordFunction,
} from '#relay/accounts/passwords/index.ts';

const CHEAP: PasswordFunction = { name: 'argon2id', memory: 64, passes: 1, lanes: 1 };
const PASSWORD = 'correct horse battery';

describe('a password hash', () => {
  it('of Argon2id is that of the reference implementation', async () => {
    // Vector of phc-winner-argon2, src/test.c.
    const text = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';
    await expect(new PasswordHasher({ preferred: CHEAP }).check('password', text)).resolves.toBe('rehash');
    await expect(new PasswordHasher({ preferred: CHEAP }).check('Password', text)).resolves.toBe('wrong');
    const parsed = parsePhc(text);
    expect(parsed?.function).toEqual({ name: 'argon2id', memory: 256, passes: 2, lanes: 1 });
    expect(parsed && formatPhc(parsed)).toBe(text);
  });

  it('of scrypt is that of RFC 7914 section 12', async () => {
    const salt = Buffer.from('SodiumChloride').toString('base64').replaceAll('=', '');
    const key = 'cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw';
    await expect(
      new PasswordHasher({ preferred: CHEAP }).check('pleaseletmein', `$scrypt$ln=14,r=8,p=1$${salt}$${key}`),
    ).resolves.toBe('rehash');
  });

  it('has 32 MiB, three passes and one lane of Argon2id', async () => {
    const hasher = new PasswordHasher();
    const text = await hasher.hash(PASSWORD);
    expect(await hasNativeArgon2()).toBe(true);
    expect(text).toMatch(/^\$argon2id\$v=19\$m=32768,t=3,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    await expect(hasher.check(PASSWORD, text)).resolves.toBe('right');
    await expect(hasher.check(`${PASSWORD} `, text)).resolves.toBe('wrong');
  });

  it('made elsewhere by scrypt is right, and due for a new one', async () => {
    const scrypt = new PasswordHasher({ preferred: { name: 'scrypt', logCost: 15, blockSize: 8, lanes: 3 } });
    const text = await scrypt.hash(PASSWORD);
    expect(text).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$/);
    await expect(scrypt.check(PASSWORD, text)).resolves.toBe('right');
    await expect(new PasswordHasher({ preferred: CHEAP }).check(PASSWORD, text)).resolves.toBe('rehash');
  });

  it('of Argon2id is the same where Node lacks the function', async () => {
    const salt = new Uint8Array(16).fill(7);
    const native = await deriveKey(CHEAP, { password: PASSWORD, salt, length: 32 });
    const other = await argon2idAsync(PASSWORD, salt, { m: 64, t: 1, p: 1, dkLen: 32 });
    expect(Buffer.from(native).toString('hex')).toBe(Buffer.from(other).toString('hex'));
  });

  it.each([
    '',
    'plain text',
    '$argon2id$v=19$m=99999999,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4',
    '$argon2id$v=19$m=4,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4',
    '$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4',
    '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$',
    '$scrypt$ln=40,r=8,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4',
    '$scrypt$ln=0,r=8,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4',
  ])('that is damaged or too costly is never right: %s', async (text) => {
    expect(parsePhc(text)).toBeUndefined();
    await expect(new PasswordHasher({ preferred: CHEAP }).check('password', text)).resolves.toBe('wrong');
  });

  it('is computed once, with the same cost, whether an account exists or not', async () => {
    const computed: PasswordFunction[] = [];
    const derive: DeriveKey = (of, input) => {
      computed.push(of);
      return deriveKey(of, input);
    };
    const hasher = new PasswordHasher({ preferred: CHEAP, derive });
    const text = await hasher.hash(PASSWORD);
    computed.length = 0;
    await expect(hasher.check(PASSWORD, text)).resolves.toBe('right');
    await expect(hasher.check(PASSWORD, undefined)).resolves.toBe('wrong');
    expect(computed).toEqual([CHEAP, CHEAP]);
  });
});

describe('the queue of hashes', () => {
  /** A task that ends when told. */
  function task(): Readonly<{ run: () => Promise<number>; end: (value: number) => void; started: () => boolean }> {
    const { promise, resolve } = Promise.withResolvers<number>();
    let started = false;
    return {
      run: () => {
        started = true;
        return promise;
      },
      end: resolve,
      started: () => started,
    };
  }

  it.each([
    [1, 1],
    [2, 1],
    [3, 1],
    [4, 2],
    [64, 2],
  ])('leaves at least half of %i cores to links', (cores, hashes) => {
    expect(hashesAtOnce(cores)).toBe(hashes);
  });

  it('runs two at a time, lets 32 wait in their order, and rejects the next at once [S-ACCOUNT-10]', async () => {
    const queue = new HashQueue({ hashes: 2 });
    const tasks = Array.from({ length: 34 }, () => task());
    const results = tasks.map((each) => queue.run(each.run));
    expect(tasks.map((each) => each.started()).filter(Boolean)).toHaveLength(2);
    expect(queue.waiting).toBe(32);
    await expect(queue.run(task().run)).rejects.toMatchObject({ code: 'platform.busy', status: 503, retryAfter: 5000 });
    for (const [index, each] of tasks.entries()) {
      each.end(index);
      await results[index];
      expect(tasks[index + 2]?.started() ?? true).toBe(true);
      expect(tasks[index + 3]?.started() ?? false).toBe(false);
    }
    await expect(queue.run(async () => 'free again')).resolves.toBe('free again');
  });

  it('forgets a client that goes away, and goes on after a failure', async () => {
    const queue = new HashQueue({ hashes: 1, waitingHashes: 1 });
    const first = task();
    const running = queue.run(first.run);
    const gone = new AbortController();
    const waiting = queue.run(task().run, gone.signal);
    gone.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'platform.busy' });
    const failing = queue.run(() => Promise.reject(new Error('no')));
    first.end(1);
    await expect(running).resolves.toBe(1);
    await expect(failing).rejects.toThrow('no');
    await expect(queue.run(async () => 2)).resolves.toBe(2);
  });
});

describe('a common password', () => {
  it.each([
    'qwertyuiop',
    'QWERTYUIOP',
    '1234567890',
    'password123',
    'aaaaaaaaaaaa',
    'anna.smith',
    'anna.smith@example.org',
  ])('is %s', async (password) => {
    await expect(isCommonPassword(password, 'anna.smith@example.org')).resolves.toBe(true);
  });

  it.each([PASSWORD, 'kd8 2jf-Xq', 'пароль-из-слов'])('is not %s', async (password) => {
    await expect(isCommonPassword(password, 'anna.smith@example.org')).resolves.toBe(false);
  });
});
