import { lstat, readFile, realpath, stat } from 'node:fs/promises';
import { writeFile } from 'atomically';
import { ClawReachError, systemCode } from '#shared/errors.ts';

/** Largest settings file that is changed, bytes. */
const MOST_BYTES = 32 * 1024 * 1024;
/** End of the name of the copy that is made before a change. */
const BACKUP = '.before-clawreach';

/** Settings file of another program as it was read. */
export type SettingsFile = Readonly<{
  /** Path as named; it may be a link. */
  path: string;
  /** Text; undefined if there is no file. */
  text: string | undefined;
}>;

/** Reads a settings file. @throws {ClawReachError} `mcp.file` if it can't be read, is too large or isn't UTF-8 */
export async function readSettings(path: string): Promise<SettingsFile> {
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES) throw unreadable(path, undefined);
    return { path, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path)) };
  } catch (error) {
    if (error instanceof ClawReachError) throw error;
    // A link that leads nowhere isn't replaced.
    if (systemCode(error) === 'ENOENT' && !(await isLink(path))) return { path, text: undefined };
    throw unreadable(path, error);
  }
}

/**
 * Replaces a settings file, completely or not at all, and keeps its mode, and the link that leads to it. Keeps a copy of it beside it.
 * @returns path of the copy; undefined if there was no file
 * @throws {ClawReachError} `mcp.changed` if another program has changed it since it was read, `mcp.file` if it can't be written
 */
export async function replaceSettings(before: SettingsFile, text: string): Promise<string | undefined> {
  const { path } = before;
  const now = await readSettings(path);
  if (now.text !== before.text) throw new ClawReachError('mcp.changed', 'it was changed', { details: { path } });
  try {
    if (before.text === undefined) {
      await writeFile(path, text, { mode: 0o600 });
      return undefined;
    }
    const target = await realpath(path);
    const { mode } = await stat(target);
    const copy = `${target}${BACKUP}`;
    await writeFile(copy, before.text, { mode: mode & 0o777 });
    await writeFile(target, text, { mode: mode & 0o777 });
    return copy;
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function isLink(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isSymbolicLink() === true;
}

function unreadable(path: string, cause: unknown): ClawReachError {
  const reason = cause === undefined ? 'it is too large' : (systemCode(cause) ?? 'it is no text in UTF-8');
  return new ClawReachError('mcp.file', `the file can't be used: ${reason}`, { details: { path, reason }, cause });
}
