import {
  closeSync,
  copyFileSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** Rotation of a log file: size limit of each file, and number of older files, of which `FILE.1` is the newest. */
export type Rotation = Readonly<{ maxBytes: number; olderFiles: number }>;

/**
 * Log file of limited size, written synchronously. Created by `createLogger` for a log that goes to a file. When the file is full, deletes the oldest
 * of the older files, renames the others (`FILE.1` to `FILE.2`), copies the log to `FILE.1` and empties it. The log itself is not renamed, because
 * the standard error of a background process may append to the same file.
 */
export class RotatingFile {
  readonly #path: string;
  readonly #rotation: Rotation;
  #handle: number | undefined;
  #size = 0;

  /** Opens nothing yet; the first line opens the file, and creates it and its folder if they are missing. */
  constructor(path: string, rotation: Rotation) {
    this.#path = path;
    this.#rotation = rotation;
  }

  /** Appends a line. The line is lost if the disk is full or the file can't be opened; nothing is thrown. */
  write(line: string): void {
    const bytes = Buffer.from(line);
    try {
      const handle = this.#open();
      if (this.#size > 0 && this.#size + bytes.length > this.#rotation.maxBytes) this.#rotate(handle);
      this.#size += writeSync(handle, bytes);
    } catch {
      this.close();
    }
  }

  /** Closes the file; the next line opens it again. */
  close(): void {
    const handle = this.#handle;
    this.#handle = undefined;
    if (handle === undefined) return;
    try {
      closeSync(handle);
    } catch {
      // Unwritten bytes are lost.
    }
  }

  #open(): number {
    if (this.#handle !== undefined) return this.#handle;
    mkdirSync(dirname(this.#path), { recursive: true });
    const handle = openSync(this.#path, 'a', 0o600);
    this.#handle = handle;
    this.#size = fstatSync(handle).size;
    return handle;
  }

  #rotate(handle: number): void {
    const older = (number: number): string => `${this.#path}.${number}`;
    rmSync(older(this.#rotation.olderFiles), { force: true });
    for (let number = this.#rotation.olderFiles - 1; number >= 1; number -= 1)
      tryRename(older(number), older(number + 1));
    copyFileSync(this.#path, older(1));
    ftruncateSync(handle);
    this.#size = 0;
  }
}

function tryRename(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch {
    // No file with that number exists yet.
  }
}
