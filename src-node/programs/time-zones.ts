import { lstat, open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';

const MAGIC = 'TZif';
const DATABASE = '/usr/share/zoneinfo';
/** Form of a time zone name, such as `Europe/Berlin` or `Etc/GMT+5`; without dots, colons and a slash at the start. */
const FORM = /^[A-Za-z][A-Za-z0-9_+-]{0,31}(?:\/[A-Za-z0-9_+-]{1,31}){0,2}$/;

/**
 * Reports whether the system's time zone database has this name or, on a system without a database, whether ICU knows it. Used by
 * `LocalPrograms` to check the variable TZ that a gateway wants to set for a program. Reads the disk only.
 * @param database folder of the database, replaced in tests
 */
export async function isTimeZone(name: string, database: string = DATABASE): Promise<boolean> {
  if (!FORM.test(name)) return false;
  const folder = await realpath(database).catch(() => undefined);
  if (folder === undefined) return isKnownToIcu(name);
  const path = await realpath(join(folder, name)).catch(() => undefined);
  if (path === undefined || !path.startsWith(`${folder}${sep}`)) return false;
  // A file of another owner is not part of the system's database.
  if ((await lstat(path)).uid !== (await lstat(folder)).uid) return false;
  return await holdsZone(path).catch(() => false);
}

/** Reports whether a file holds a time zone; the database's folder contains other files, too. */
async function holdsZone(path: string): Promise<boolean> {
  if (!(await lstat(path)).isFile()) return false;
  const handle = await open(path);
  try {
    const { buffer } = await handle.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0);
    return buffer.toString('latin1') === MAGIC;
  } finally {
    await handle.close();
  }
}

function isKnownToIcu(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
