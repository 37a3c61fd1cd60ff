import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ensurePrivateDirectory } from '../files/index.ts';
import { IS_PIPE } from './path.ts';
import type { ProofKind } from './proof.ts';

const BYTES = 32;

/** Before a command and the agent say anything over a pipe. */
export const CONTROL_PROOF: ProofKind = {
  magic: 'CRPC',
  protocol: 1,
  server: 'clawreach control agent',
  client: 'clawreach control command',
};

/**
 * A pipe of Windows lies in no directory: its name can be guessed and taken by any user of the machine before the agent does, and any user may
 * knock at it. What tells the own user there is a key in the profile. Elsewhere the directory of the socket is the guard.
 * @param profile Directory of the profile.
 * @returns the file of the key, undefined where none is needed
 */
export function controlKeyFile(profile: string): string | undefined {
  return IS_PIPE ? join(profile, 'control.key') : undefined;
}

/** The key, undefined where there is none that can be read. */
export function readControlKey(file: string): Uint8Array | undefined {
  try {
    const text = readFileSync(file, 'utf8').trim();
    return /^[0-9a-f]{64}$/.test(text) ? Buffer.from(text, 'hex') : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The key of this profile, made where there is none. Only for who has the pipe already, so that no two make one. On a disk without room it is one
 * that nobody can read: the window works, and commands find no agent.
 */
export function ensureControlKey(file: string): Uint8Array {
  const kept = readControlKey(file);
  if (kept !== undefined) return kept;
  const key = randomBytes(BYTES);
  const partial = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    ensurePrivateDirectory(dirname(file));
    writeFileSync(partial, `${key.toString('hex')}\n`, { flag: 'wx', mode: 0o600 });
    renameSync(partial, file);
  } catch {
    rmSync(partial, { force: true });
  }
  return key;
}
