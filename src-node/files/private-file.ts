import { randomUUID } from 'node:crypto';
import { lstat, open, readFile, rename, rm } from 'node:fs/promises';
import { HAS_MODES } from './private-directory.ts';

/**
 * Writes a file readable by its owner only (0600), completely or not at all. Replaces an existing one. Used
 * for keys, certificates and records of PTY hosts.
 */
export async function writePrivateFile(path: string, contents: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(contents);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * Reads a small file of its owner as UTF-8. Used for tokens and secrets.
 * @param longest most bytes
 * @returns undefined if there is none, it is longer, it can't be read, or other users can read it: what it has is no secret then
 */
export async function readPrivateFile(path: string, longest: number): Promise<string | undefined> {
  try {
    const { mode, size } = await lstat(path);
    if (size > longest || (HAS_MODES && (mode & 0o077) !== 0)) return undefined;
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}
