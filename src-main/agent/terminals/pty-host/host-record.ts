import { randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { fromHex, toHex } from '#shared/bytes/index.ts';
import { errorMessage } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import { profileSocketPath } from '#node/control-socket/index.ts';
import { writePrivateFile } from '#node/files/index.ts';
import { safeParse } from '#shared/safe-parse.ts';

/**
 * Record of a PTY host in the profile: file `pty-<id>.json`, mode 0600, beside the host's socket `pty-<id>.sock`. It lets the next agent find the
 * host, and both sides authenticate each other. The host writes it once it listens: no file, no host.
 */
export type HostRecord = Readonly<{
  /** ID of the host, 8 hexadecimal digits. */
  id: string;
  /** Version of the host protocol. */
  protocol: number;
  /** Version of the program. */
  software: string;
  pid: number;
  /** Secret shared by the host and agents of the profile, 32 bytes. */
  token: Uint8Array;
}>;

/** Most bytes read of a record; valid ones are far shorter. */
const LONGEST = 4096;
/** Age under which a socket without a record may belong to a host that is just starting, ms. */
const STARTING = 60_000;
const FILE = /^pty-([0-9a-f]{8})\.(json|sock|json\.[0-9a-f-]{36})$/;

const document = z.object({
  protocol: z.number().int().min(0).max(255),
  software: z.string().max(64),
  pid: z.number().int().min(1),
  token: z.string().regex(/^[0-9a-f]{64}$/),
});

export function createHostId(): string {
  return randomBytes(4).toString('hex');
}

export function hostSocketPath(profile: string, id: string): string {
  return profileSocketPath(profile, `pty-${id}`);
}

export function hostRecordPath(profile: string, id: string): string {
  return join(profile, `pty-${id}.json`);
}

export async function writeHostRecord(profile: string, { id, token, ...rest }: HostRecord): Promise<void> {
  await writePrivateFile(hostRecordPath(profile, id), `${JSON.stringify({ ...rest, token: toHex(token) })}\n`);
}

/** Removes the record and the socket of a host. */
export function removeHostFiles(profile: string, id: string): void {
  for (const name of namesIn(profile)) if (FILE.exec(name)?.[1] === id) rmSync(join(profile, name), { force: true });
  // Beside a profile whose name is too long for a socket; a pipe of Windows is no file.
  if (process.platform !== 'win32') rmSync(hostSocketPath(profile, id), { force: true });
}

/** Lists the hosts recorded in a profile. Skips files that other users may have written, and removes the leftovers of failed starts. */
export function listHostRecords(profile: string, logger: Logger): readonly HostRecord[] {
  const found = new Map<string, Set<string>>();
  for (const name of namesIn(profile)) {
    const [, id, kind] = FILE.exec(name) ?? [];
    if (id !== undefined && kind !== undefined) found.set(id, (found.get(id) ?? new Set()).add(kind));
  }
  return [...found].flatMap(([id, kinds]) => {
    if (kinds.has('json')) {
      try {
        return [readHostRecord(profile, id)];
      } catch (error) {
        logger.warn('the record of a terminal process is not valid', { id, error: errorMessage(error) });
        return [];
      }
    }
    for (const kind of kinds) removeIfOld(join(profile, `pty-${id}.${kind}`));
    return [];
  });
}

/** Reads a record. @throws {Error} a message without the contents of the file */
function readHostRecord(profile: string, id: string): HostRecord {
  // No links: the file is checked and read under one descriptor, so no one can replace it in between.
  const unix = process.platform !== 'win32';
  const file = openSync(hostRecordPath(profile, id), constants.O_RDONLY | (unix ? constants.O_NOFOLLOW : 0));
  try {
    const status = fstatSync(file);
    if (!status.isFile() || (unix && (status.uid !== process.getuid?.() || (status.mode & 0o077) !== 0)))
      throw new Error('others may have written or read it');
    const buffer = Buffer.alloc(LONGEST);
    const text = buffer.toString('utf8', 0, readSync(file, buffer));
    const parsed = safeParse(document, JSON.parse(text));
    if (!parsed.success) throw new Error('it has not the fields it should have');
    return { ...parsed.data, id, token: fromHex(parsed.data.token) };
  } catch (error) {
    throw error instanceof SyntaxError ? new Error('it is not JSON', { cause: undefined }) : error;
  } finally {
    closeSync(file);
  }
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function removeIfOld(path: string): void {
  const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  if (age > STARTING) rmSync(path, { force: true });
}
