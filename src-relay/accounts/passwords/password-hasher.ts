import { randomBytes, timingSafeEqual } from 'node:crypto';
import { deriveKey, hasNativeArgon2, type DeriveKey } from './derive-key.ts';
import { HashQueue } from './hash-queue.ts';
import { formatPhc, isSameFunction, parsePhc, type PasswordFunction } from './phc.ts';

/** First choice for new hashes: OWASP's memory and more, within the memory of a small server. */
const ARGON2ID: PasswordFunction = { name: 'argon2id', memory: 32 * 1024, passes: 3, lanes: 1 };
/** Choice where Node lacks Argon2; takes 32 MiB as well. */
const SCRYPT: PasswordFunction = { name: 'scrypt', logCost: 15, blockSize: 8, lanes: 3 };

const SALT_BYTES = 16;
const KEY_BYTES = 32;

/** Options of `PasswordHasher`; tests use a cheap function. */
export type PasswordHasherOptions = Readonly<{
  preferred?: PasswordFunction;
  derive?: DeriveKey;
  queue?: HashQueue;
}>;

/** Result of a check. `rehash`: the password is right, and its hash should be replaced by a new one, since it has another function or cost. */
export type PasswordCheck = 'right' | 'rehash' | 'wrong';

/**
 * Hashes and checks the passwords of accounts, a few at a time. Each check computes one hash, also if there is nothing to compare with, so that its
 * time doesn't tell whether an account exists.
 */
export class PasswordHasher {
  readonly #preferred: PasswordFunction | undefined;
  readonly #derive: DeriveKey;
  readonly #queue: HashQueue;

  constructor({ preferred, derive = deriveKey, queue = new HashQueue() }: PasswordHasherOptions = {}) {
    this.#preferred = preferred;
    this.#derive = derive;
    this.#queue = queue;
  }

  /**
   * Hashes a new password.
   * @returns PHC string
   * @throws {PlatformError} `platform.busy`
   */
  async hash(password: string, signal?: AbortSignal): Promise<string> {
    const of = await this.#function();
    const salt = randomBytes(SALT_BYTES);
    const key = await this.#queue.run(() => this.#derive(of, { password, salt, length: KEY_BYTES }), signal);
    return formatPhc({ function: of, salt, key });
  }

  /**
   * Compares a password with a hash.
   * @param phc hash of the account; undefined if there is no account or it has no password, which takes as long and is never right
   * @throws {PlatformError} `platform.busy`
   */
  async check(password: string, phc: string | undefined, signal?: AbortSignal): Promise<PasswordCheck> {
    const preferred = await this.#function();
    const known = phc === undefined ? undefined : parsePhc(phc);
    const {
      function: of,
      salt,
      key,
    } = known ?? { function: preferred, salt: randomBytes(SALT_BYTES), key: randomBytes(KEY_BYTES) };
    const found = await this.#queue.run(() => this.#derive(of, { password, salt, length: key.length }), signal);
    if (!timingSafeEqual(found, key) || known === undefined) return 'wrong';
    return isSameFunction(of, preferred) ? 'right' : 'rehash';
  }

  async #function(): Promise<PasswordFunction> {
    return this.#preferred ?? ((await hasNativeArgon2()) ? ARGON2ID : SCRYPT);
  }
}
