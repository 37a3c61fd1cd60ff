import { systemCode } from '#shared/errors.ts';
import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, copyFileSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, extname } from 'node:path';
import Conf from 'conf';
import { StoreError, type DocumentFile, type StoredProblem } from '#shared/storage.ts';
import { ensurePrivateDirectory, unreadableError, unwritableError } from './private-directory.ts';

/** Readable by the owner only. */
const MODE = 0o600;

/**
 * JSON document in `NAME.json` beside its backup `NAME.json.bak`, in the format of `conf`. Holds the agent's settings, peers and
 * other state, and small files of the application and the web host. Its user decides when to write and when to use the backup.
 */
export class JsonDocumentFile implements DocumentFile {
  readonly location: string;
  readonly #report: ReportProblem | undefined;

  /**
   * Creates the directory if it is missing; opens no file yet.
   * @param path absolute path that ends in `.json`
   * @param report receives problems to show to the user
   * @throws {StoreError} `store.directory-permissions`
   */
  constructor(path: string, report?: ReportProblem) {
    ensurePrivateDirectory(dirname(path));
    this.location = path;
    this.#report = report;
  }

  reportProblem(problem: StoredProblem | undefined): void {
    this.#report?.(this.location, problem);
  }

  read(): unknown {
    return readDocument(this.location);
  }

  readBackup(): unknown {
    return readDocument(this.#backup);
  }

  write(document: Readonly<Record<string, unknown>>): void {
    try {
      openConf(this.location).store = structuredClone(document);
    } catch (error) {
      throw unwritableError(this.location, error);
    }
  }

  backUp(): void {
    const temporary = `${this.#backup}.${randomBytes(8).toString('hex')}`;
    try {
      // A copy, not a hard link: an editor or a full disk would cut both names short.
      copyFileSync(this.location, temporary);
      chmodSync(temporary, MODE);
      sync(temporary);
      renameSync(temporary, this.#backup);
    } catch (error) {
      throw unwritableError(this.#backup, error);
    } finally {
      rmSync(temporary, { force: true });
    }
  }

  setAside(): string {
    return setAside(this.location);
  }

  setBackupAside(): string {
    return setAside(this.#backup);
  }

  get #backup(): string {
    return `${this.location}.bak`;
  }
}

/** Receives a problem with a file; `undefined` clears the file's problem. */
export type ReportProblem = (file: string, problem: StoredProblem | undefined) => void;

function setAside(path: string): string {
  for (let number = 1; ; number += 1) {
    const aside = `${path}.damaged-${number}`;
    if (existsSync(aside)) continue;
    try {
      renameSync(path, aside);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw unwritableError(path, error);
    }
    return aside;
  }
}

/** Flushes a file to the disk before it is renamed to the backup. */
function sync(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function readDocument(path: string): unknown {
  if (!existsSync(path)) return undefined;
  try {
    return openConf(path).store;
  } catch (error) {
    if (systemCode(error) !== undefined) throw unreadableError(path, error);
    throw new StoreError('store.malformed', `${path} is not a JSON object`, { cause: error, details: { file: path } });
  }
}

function openConf(path: string): Conf {
  const extension = extname(path);
  return new Conf({
    cwd: dirname(path),
    configName: basename(path, extension),
    fileExtension: extension.slice(1),
    configFileMode: MODE,
    // Never replaces an unreadable file by an empty one: that is how programs lose settings.
    clearInvalidConfig: false,
    accessPropertiesByDotNotation: false,
  });
}
