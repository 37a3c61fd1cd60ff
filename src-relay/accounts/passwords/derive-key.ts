import { argon2 } from 'node:crypto';
import { HashThreads } from './hash-threads.ts';
import type { PasswordFunction } from './phc.ts';

/** Computes the key of a password. Works in threads of low priority, except for Argon2 where Node lacks it. */
export type DeriveKey = (
  of: PasswordFunction,
  input: Readonly<{ password: string; salt: Uint8Array; length: number }>,
) => Promise<Uint8Array>;

/** Longest time for which Argon2 in JavaScript blocks the process at once, ms. */
const SLICE = 5;

/** Threads of all relays of this process. Without a task they end by themselves. */
const threads = new HashThreads();

/** Computes a key with the functions that this Node has, or `@noble/hashes` for Argon2. */
export const deriveKey: DeriveKey = async (of, input) => {
  if (of.name === 'scrypt' || (await hasNativeArgon2())) return threads.run({ of, ...input });
  const { password, salt, length } = input;
  const { argon2idAsync } = await import('@noble/hashes/argon2.js');
  return argon2idAsync(password, salt, { m: of.memory, t: of.passes, p: of.lanes, dkLen: length, asyncTick: SLICE });
};

let nativeIsThere: Promise<boolean> | undefined;

/** Reports whether this Node computes Argon2. It exists since Node 24.7, and not with every OpenSSL: Electron's Node lacks it. Tries it once. */
export function hasNativeArgon2(): Promise<boolean> {
  nativeIsThere ??= new Promise((resolve) => {
    const cheapest = { message: '', nonce: new Uint8Array(16), parallelism: 1, tagLength: 32, memory: 8, passes: 1 };
    // Older Nodes lack the function although its type is declared; the call throws then.
    argon2('argon2id', cheapest, (error) => resolve(error === null));
  }).catch(() => false) as Promise<boolean>;
  return nativeIsThere;
}
