import { systemCode } from '#shared/errors.ts';
import { constants } from 'node:fs';
import { open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreError, type FileFolder, type GrowingFile, type StoredFile } from '#shared/storage.ts';
import { ensurePrivateDirectory, HAS_MODES, unreadableError, unwritableError } from './private-directory.ts';

/** Allowed file names. None of them leads to another folder. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,100}(?:\.[a-z]{1,8})?$/;

/** Private files in one directory, used for terminal recordings. Creates the directory with the first file; only the owner can read it. */
export class PrivateFolder implements FileFolder {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async list(): Promise<readonly StoredFile[]> {
    try {
      const entries = await readdir(this.#path, { withFileTypes: true });
      const files: StoredFile[] = [];
      for (const { name } of entries.filter((entry) => entry.isFile() && NAME.test(entry.name)))
        files.push({ name, size: (await stat(join(this.#path, name))).size });
      return files;
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return [];
      throw unreadableError(this.#path, error);
    }
  }

  async create(name: string): Promise<GrowingFile> {
    const path = this.#place(name);
    ensurePrivateDirectory(this.#path);
    let file: FileHandle;
    try {
      file = await open(path, 'wx', 0o600);
    } catch (error) {
      throw unwritableError(path, error);
    }
    return {
      append: async (bytes) => {
        try {
          await file.appendFile(bytes);
        } catch (error) {
          throw unwritableError(path, error);
        }
      },
      close: () => file.close(),
    };
  }

  async read(name: string, offset: number, length: number): Promise<Uint8Array> {
    const path = this.#place(name);
    let file: FileHandle;
    try {
      file = await open(path, constants.O_RDONLY | (HAS_MODES ? constants.O_NOFOLLOW : 0));
    } catch (error) {
      throw unreadableError(path, error);
    }
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    } catch (error) {
      throw unreadableError(path, error);
    } finally {
      await file.close();
    }
  }

  async remove(name: string): Promise<void> {
    const path = this.#place(name);
    try {
      await rm(path);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw unwritableError(path, error);
    }
  }

  #place(name: string): string {
    if (!NAME.test(name))
      throw new StoreError('store.unreadable', 'not a name of a file', { details: { file: name, reason: 'name' } });
    return join(this.#path, name);
  }
}
