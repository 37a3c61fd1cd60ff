import { systemCode } from '#shared/errors.ts';
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { link, open, readdir, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StoreError, type SecretStore } from '#shared/storage.ts';
import {
  checkPrivateDirectory,
  ensurePrivateDirectory,
  HAS_MODES,
  repairCommand,
  unreadableError,
  unwritableError,
} from './private-directory.ts';

const LENGTH = 32;
/** Name prefix of a secret that is being written. The writing process may have been killed at any moment. */
const UNFINISHED = '.secret-';

/**
 * Master secret of a profile as 32 raw bytes, in a file that only its owner may read, in a directory that only its owner may enter. Used by
 * `clawreach run`, and by the application if the system has no key store or the person prefers a file. The application also moves secrets between
 * this file and the key store.
 */
export class FileSecretStore implements SecretStore {
  readonly #path: string;
  readonly #sealed: string | undefined;

  /**
   * Opens nothing yet.
   * @param path absolute path of the file
   * @param sealed path at which a key store's sealed secret would be; while that file exists, a missing secret file is an error and not a reason to
   * create a new identity
   */
  constructor(path: string, sealed?: string) {
    this.#path = path;
    this.#sealed = sealed;
  }

  describe(): string {
    return 'file';
  }

  /**
   * Reads the secret; undefined if there is none yet.
   * @throws {StoreError} `store.secret-permissions`, `store.secret-length`, `store.secret-sealed`, `store.directory-permissions`, `store.unreadable`
   */
  async load(): Promise<Uint8Array | undefined> {
    let file: FileHandle;
    try {
      // No links: the file is checked and read under one handle, so that no one can exchange it in between.
      file = await open(this.#path, constants.O_RDONLY | (HAS_MODES ? constants.O_NOFOLLOW | constants.O_NONBLOCK : 0));
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw unreadableError(this.#path, error);
      await this.#checkUnsealed();
      return undefined;
    }
    try {
      checkPrivateDirectory(dirname(this.#path));
      const status = await file.stat();
      const foreign = HAS_MODES && (status.uid !== process.getuid?.() || (status.mode & 0o077) !== 0);
      if (!status.isFile() || foreign)
        throw new StoreError('store.secret-permissions', `${this.#path} can be read by others`, {
          details: { file: this.#path, command: repairCommand(status, this.#path, '600') },
        });
      // One byte more than a secret has, so that a longer file is detected.
      const { bytesRead, buffer } = await file.read(new Uint8Array(LENGTH + 1), 0, LENGTH + 1, 0);
      if (bytesRead !== LENGTH)
        throw new StoreError('store.secret-length', `${this.#path} does not hold a secret`, {
          details: { file: this.#path, length: status.size },
        });
      return buffer.slice(0, LENGTH);
    } catch (error) {
      throw error instanceof StoreError ? error : unreadableError(this.#path, error);
    } finally {
      await file.close();
    }
  }

  /**
   * Writes a new secret and never replaces an existing one.
   * @throws {StoreError} `store.secret-exists`, `store.secret-sealed`, `store.write`, `store.directory-permissions`
   */
  async save(secret: Uint8Array): Promise<void> {
    if (secret.length !== LENGTH) throw new RangeError(`a secret has ${LENGTH} bytes`);
    ensurePrivateDirectory(dirname(this.#path));
    await this.#checkUnsealed();
    const temporary = join(dirname(this.#path), `${UNFINISHED}${randomBytes(8).toString('hex')}`);
    try {
      const file = await open(temporary, 'wx', 0o600);
      try {
        await file.writeFile(secret);
        await file.sync();
      } finally {
        await file.close();
      }
      await this.#publish(temporary);
      await syncDirectory(dirname(this.#path));
    } catch (error) {
      throw error instanceof StoreError ? error : unwritableError(this.#path, error);
    } finally {
      await unlink(temporary).catch(() => undefined);
    }
  }

  /**
   * Removes files of interrupted writes, which may contain the secret. Must not run during a write.
   * @throws {StoreError} `store.write`
   */
  async removeUnfinished(): Promise<void> {
    const directory = dirname(this.#path);
    try {
      const left = (await readdir(directory)).filter((name) => name.startsWith(UNFINISHED));
      for (const name of left) await unlink(join(directory, name));
      if (left.length > 0) await syncDirectory(directory);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw unwritableError(this.#path, error);
    }
  }

  /** Gives the finished file its final name. Creating a link fails if the name exists, where a rename would replace the file. */
  async #publish(temporary: string): Promise<void> {
    try {
      await link(temporary, this.#path);
    } catch (error) {
      if (systemCode(error) === 'EEXIST') throw this.#exists();
      // A file system without hard links (exFAT, some network drives).
      if (await exists(this.#path)) throw this.#exists();
      await rename(temporary, this.#path);
    }
  }

  async #checkUnsealed(): Promise<void> {
    if (this.#sealed === undefined || !(await exists(this.#sealed))) return;
    throw new StoreError('store.secret-sealed', `the secret is sealed in ${this.#sealed}`, {
      details: { file: this.#sealed },
    });
  }

  #exists(): StoreError {
    return new StoreError('store.secret-exists', `${this.#path} exists and is never overwritten`, {
      details: { file: this.#path },
    });
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    return systemCode(error) !== 'ENOENT';
  }
}

/** Makes a new file name survive a loss of power, on systems that can do so. */
async function syncDirectory(path: string): Promise<void> {
  if (!HAS_MODES) return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
