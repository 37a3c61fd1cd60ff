import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ensurePrivateDirectory } from '../files/index.ts';
import { IS_PIPE } from './path.ts';
import type { ProofKind } from './proof.ts';

const BYTES = 32;

/** Parameters of the proof with which a command and the agent authenticate each other on a Windows pipe. */
export const CONTROL_PROOF: ProofKind = {
  magic: 'CRPC',
  protocol: 1,
  server: 'clawreach control agent',
  client: 'clawreach control command',
};

/**
 * Returns the file of the control key; undefined where none is needed. A Windows pipe lies in no directory: any user of
 * the machine can guess its name, take it before the agent does, and connect to it. A key in the profile identifies the
 * right user there; elsewhere the socket's directory protects it.
 * @param profile directory of the profile
 */
export function controlKeyFile(profile: string): string | undefined {
  return IS_PIPE ? join(profile, 'control.key') : undefined;
}

/** Reads the key; undefined if there is none or it is not readable. */
export function readControlKey(file: string): Uint8Array | undefined {
  try {
    const text = readFileSync(file, 'utf8').trim();
    return /^[0-9a-f]{64}$/.test(text) ? Buffer.from(text, 'hex') : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads the profile's key, or makes one. Only for the process that holds the pipe, so that no two make one. On a full
 * disk the key exists in memory only: the window works, and commands find no agent.
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
