import { systemCode } from '#shared/errors.ts';
import { constants } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ClearableLineFile } from '#shared/storage.ts';
import { ensurePrivateDirectory, HAS_MODES, unreadableError, unwritableError } from './private-directory.ts';

/** Limits of a rotated file. */
export type RotationLimits = Readonly<{
  /** Size in bytes above which a file is closed and the next one begun. */
  size: number;
  /** Number of files kept, including the current one. */
  files: number;
}>;

/** Default limits: 2 MiB for each of five files. */
export const ROTATION_LIMITS: RotationLimits = { size: 2 * 1024 * 1024, files: 5 };

const BLOCK = 64 * 1024;
const LINE_FEED = 0x0a;

/** Append-only text lines in `PATH`, older ones in `PATH.1` to `PATH.4`, readable by the owner only. Holds the audit log and the history. */
export class RotatingLineFile implements ClearableLineFile {
  readonly #path: string;
  readonly #limits: RotationLimits;
  #file: FileHandle | undefined;
  #size = 0;
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Creates the directory if it is missing; opens no file yet.
   * @throws {StoreError} `store.directory-permissions`
   */
  constructor(path: string, limits: Partial<RotationLimits> = {}) {
    ensurePrivateDirectory(dirname(path));
    this.#path = path;
    this.#limits = { ...ROTATION_LIMITS, ...limits };
  }

  /**
   * Appends a line; line breaks inside it become spaces.
   * @throws {StoreError} `store.write`; later calls try again
   */
  append(line: string): Promise<void> {
    return this.#inTurn(async () => {
      const bytes = Buffer.from(`${line.replaceAll(/[\r\n]+/g, ' ')}\n`);
      try {
        if (this.#file !== undefined && this.#size + bytes.length > this.#limits.size) await this.#rotate();
        this.#file ??= await this.#open();
        if (this.#size > 0 && this.#size + bytes.length > this.#limits.size) {
          await this.#rotate();
          this.#file = await this.#open();
        }
        await this.#file.appendFile(bytes);
        this.#size += bytes.length;
      } catch (error) {
        // The failed handle is closed; the next line opens the file again.
        await this.#closeFile().catch(() => undefined);
        throw unwritableError(this.#path, error);
      }
    });
  }

  newest(limit: number): Promise<readonly string[]> {
    return this.#inTurn(async () => {
      const lines: string[] = [];
      for (let number = 0; number < this.#limits.files && lines.length < limit; number += 1)
        await readNewest(this.#name(number), limit, lines);
      return lines;
    });
  }

  clear(): Promise<void> {
    return this.#inTurn(async () => {
      try {
        await this.#closeFile();
        // The oldest first: if this fails, the newest lines are left.
        for (let number = this.#limits.files - 1; number >= 0; number -= 1)
          await rm(this.#name(number), { force: true });
      } catch (error) {
        throw unwritableError(this.#path, error);
      }
    });
  }

  /** Resolves when all lines given so far are written, and closes the file. A later `append` opens it again. */
  close(): Promise<void> {
    return this.#inTurn(() => this.#closeFile());
  }

  #inTurn<Result>(action: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(action);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #open(): Promise<FileHandle> {
    const noFollow = HAS_MODES ? constants.O_NOFOLLOW : 0;
    const file = await open(this.#path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | noFollow, 0o600);
    this.#size = (await file.stat()).size;
    // A line torn by a loss of power is ended, so that the next line stays whole.
    if (this.#size > 0) {
      const { buffer } = await file.read(new Uint8Array(1), 0, 1, this.#size - 1);
      if (buffer[0] !== LINE_FEED) {
        await file.appendFile('\n');
        this.#size += 1;
      }
    }
    return file;
  }

  async #rotate(): Promise<void> {
    await this.#closeFile();
    for (let number = this.#limits.files - 1; number > 0; number -= 1) {
      try {
        await rename(this.#name(number - 1), this.#name(number));
      } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw error;
      }
    }
  }

  async #closeFile(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    this.#size = 0;
    await file?.close();
  }

  #name(number: number): string {
    return number === 0 ? this.#path : `${this.#path}.${number}`;
  }
}

/** Adds a file's lines to the list, newest first, until the list has `limit` lines. Memory: the wanted lines and one block. */
async function readNewest(path: string, limit: number, lines: string[]): Promise<void> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw unreadableError(path, error);
  }
  try {
    let end = (await file.stat()).size;
    let rest: Buffer = Buffer.alloc(0);
    while (end > 0 && lines.length < limit) {
      const start = Math.max(0, end - BLOCK);
      const { bytesRead, buffer } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
      rest = Buffer.concat([buffer.subarray(0, bytesRead), rest]);
      end = start;
      for (let at = rest.lastIndexOf(LINE_FEED); at >= 0 && lines.length < limit; at = rest.lastIndexOf(LINE_FEED)) {
        addLine(rest.subarray(at + 1), lines);
        rest = rest.subarray(0, at);
      }
    }
    if (lines.length < limit) addLine(rest, lines);
  } finally {
    await file.close();
  }
}

function addLine(bytes: Buffer, lines: string[]): void {
  if (bytes.length > 0) lines.push(bytes.toString('utf8'));
}
