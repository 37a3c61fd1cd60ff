import type { BigIntStats } from 'node:fs';
import { SENT_NAME, type SourceEntry } from '#shared/files/index.ts';

/** Latest time of modification that a list can carry, ms. */
const LATEST = 8_640_000_000_000_000;
/** Character that Node puts in place of bytes that aren't UTF-8: such a file can't be opened by its name. */
const NOT_UTF8 = '\ufffd';

/** Returns the entry for a file or folder; undefined for links, devices and names that can't be sent. */
export function entryOf(found: Readonly<{ in: number; name: string; facts: BigIntStats }>): SourceEntry | undefined {
  const { in: folder, name, facts } = found;
  const isFolder = facts.isDirectory();
  if (!isFolder && !facts.isFile()) return undefined;
  if (name.length > SENT_NAME || name.includes(NOT_UTF8) || !name.isWellFormed()) return undefined;
  if (facts.size > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  return {
    in: folder,
    name,
    kind: isFolder ? 'folder' : 'file',
    size: isFolder ? 0 : Number(facts.size),
    mtime: timeOf(facts),
    exec: !isFolder && (facts.mode & 0o100n) !== 0n,
    version: versionOf(facts),
  };
}

/** Returns the time of modification, ms since 1970. */
export function timeOf(facts: BigIntStats): number {
  return Math.min(Math.max(0, Number(facts.mtimeMs)), LATEST);
}

/** Returns a text that is different after each change of a file. */
export function versionOf({ ino, dev, size, mtimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs].map((number) => number.toString(36)).join('-');
}
