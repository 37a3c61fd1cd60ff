import { argon2, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import type { PasswordFunction } from './phc.ts';

/** Computes the key of a password. Works in libuv's threads, except for Argon2 where Node lacks it. */
export type DeriveKey = (
  of: PasswordFunction,
  input: Readonly<{ password: string; salt: Uint8Array; length: number }>,
) => Promise<Uint8Array>;

/** Longest time for which Argon2 in JavaScript blocks the process at once, ms. */
const SLICE = 5;

const deriveScrypt = promisify<string, Uint8Array, number, object, Buffer>(scrypt);

/** Computes a key with the functions that this Node has, or `@noble/hashes` for Argon2. */
export const deriveKey: DeriveKey = async (of, { password, salt, length }) => {
  if (of.name === 'scrypt') {
    const { logCost, blockSize, lanes } = of;
    const cost = 2 ** logCost;
    // Node counts 128 * N * r and somewhat more, and its default is exactly too little.
    return deriveScrypt(password, salt, length, { N: cost, r: blockSize, p: lanes, maxmem: 256 * cost * blockSize });
  }
  if (await hasNativeArgon2()) return nativeArgon2(of, password, salt, length);
  const { argon2idAsync } = await import('@noble/hashes/argon2.js');
  return argon2idAsync(password, salt, { m: of.memory, t: of.passes, p: of.lanes, dkLen: length, asyncTick: SLICE });
};

let nativeIsThere: Promise<boolean> | undefined;

/** Reports whether this Node computes Argon2. It exists since Node 24.7, and not with every OpenSSL: Electron's Node lacks it. Tries it once. */
export function hasNativeArgon2(): Promise<boolean> {
  nativeIsThere ??= nativeArgon2({ memory: 8, passes: 1, lanes: 1 }, '', new Uint8Array(16), 32).then(
    () => true,
    () => false,
  );
  return nativeIsThere;
}

async function nativeArgon2(
  { memory, passes, lanes }: Readonly<{ memory: number; passes: number; lanes: number }>,
  password: string,
  salt: Uint8Array,
  length: number,
): Promise<Uint8Array> {
  // Older Nodes lack the function although its type is declared; the call throws then.
  return promisify(argon2)('argon2id', {
    message: password,
    nonce: salt,
    parallelism: lanes,
    tagLength: length,
    memory,
    passes,
  });
}
