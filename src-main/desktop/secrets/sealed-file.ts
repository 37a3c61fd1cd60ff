import { systemCode } from '#shared/errors.ts';
import { randomUUID } from 'node:crypto';
import { link, open, readFile, rename, rm, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { StoreError } from '#shared/storage.ts';
import { checkPrivateDirectory, ensurePrivateDirectory } from '#node/files/index.ts';
import { safeParse } from '#shared/safe-parse.ts';

/** Form of the file. */
const sealedSecret = z.strictObject({
  version: z.literal(1),
  /** Name of the key store that can unseal it. */
  backend: z.string().min(1).max(64),
  /** Sealed secret, base64. */
  sealed: z.base64().min(4).max(4096),
});
/**
 * Secret of a device, encrypted by the operating system's key store. The functions of this file store it on disk for `SafeStorageSecretStore` and
 * `chooseSecretStore`.
 */
export type SealedSecret = Readonly<z.infer<typeof sealedSecret>>;

/**
 * Reads a sealed secret; undefined if there is none.
 * @throws {StoreError} `store.malformed`, `store.unreadable`,
 * `store.directory-permissions`
 */
export async function readSealedSecret(path: string): Promise<SealedSecret | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw failed('store.unreadable', path, error);
  }
  checkPrivateDirectory(dirname(path));
  const parsed = safeParse(sealedSecret, parseJson(text));
  if (!parsed.success) {
    throw new StoreError('store.malformed', `${path} does not hold a sealed secret`, { details: { file: path } });
  }
  return parsed.data;
}

/** Writes a sealed secret atomically; never replaces one. @throws {StoreError} `store.secret-exists`, `store.write` */
export async function writeSealedSecret(path: string, secret: SealedSecret): Promise<void> {
  ensurePrivateDirectory(dirname(path));
  const temporary = `${path}.${randomUUID()}`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(secret)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    // Unlike a rename, a link fails if the target exists.
    await link(temporary, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    if (systemCode(error) === 'EEXIST') {
      throw new StoreError('store.secret-exists', `${path} exists and is never overwritten`, {
        details: { file: path },
      });
    }
    throw failed('store.write', path, error);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Renames a sealed secret that the key store refuses to open to `….refused-…`. The program never reads that name; a person may restore it. */
export async function setAside(path: string): Promise<void> {
  try {
    await rename(path, `${path}.refused-${randomUUID()}`);
    await syncDirectory(dirname(path));
  } catch (error) {
    throw failed('store.write', path, error);
  }
}

/** Removes a file durably: it doesn't return after a power loss. */
export async function removeDurably(path: string): Promise<void> {
  try {
    await unlink(path);
    await syncDirectory(dirname(path));
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw failed('store.write', path, error);
  }
}

async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function failed(code: 'store.unreadable' | 'store.write', file: string, cause: unknown): StoreError {
  const reason = systemCode(cause) ?? 'unknown';
  return new StoreError(code, `${file}: ${reason}`, { cause, details: { file, reason } });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
