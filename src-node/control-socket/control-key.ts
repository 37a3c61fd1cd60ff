import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ensurePrivateDirectory } from '../files/index.ts';
import { IS_PIPE } from './path.ts';
import type { ProofKind } from './proof.ts';

const BYTES = 32;

/** Parameters of the proof (proof.ts) by which a client and the agent authenticate each other on a Windows pipe. */
export const CONTROL_PROOF: ProofKind = {
  magic: 'CRPC',
  protocol: 1,
  server: 'clawreach control agent',
  client: 'clawreach control command',
};

/**
 * Returns the path of the profile's control key; undefined if none is needed, as on all systems but Windows. A Windows pipe lies in no directory: any
 * user of the machine can guess the pipe's name, create it before the agent does, or connect to it. The key in the profile identifies the right user
 * there; elsewhere the socket's directory protects the socket.
 * @param profile directory of the profile
 */
export function controlKeyFile(profile: string): string | undefined {
  return IS_PIPE ? join(profile, 'control.key') : undefined;
}

/** Reads the control key; undefined if the file is missing, unreadable or malformed. Called by `connectControlSocket`. */
export function readControlKey(file: string): Uint8Array | undefined {
  try {
    const text = readFileSync(file, 'utf8').trim();
    return /^[0-9a-f]{64}$/.test(text) ? Buffer.from(text, 'hex') : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads the control key, or creates and writes it. Called by `listenControlSocket` only, once its process holds the pipe, so no two processes create
 * a key. On a full disk the key exists in memory only: the window works, but commands find no agent.
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
